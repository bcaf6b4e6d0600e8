// How often diagnostics deny a graph that is right, one with an edge left out, and one with an edge turned round, on
// 5,000 rows of random models, beside one who knows the models: diagnostics_power [graphs of each kind [kind]], where a
// kind is one of those that it prints, "network" say.
//
// Of an edge left out the oracle is the likelihood-ratio test of one who knows the form of the functions, at the level
// corrected for the claims; of an edge turned round that of tests/scm/direction_oracle.hpp, at the level corrected for
// claims and residuals; between levels a G-test of the claim that data deny most. The oracle of an edge turned round
// gives too much where causes act together: those that it sees with its own misses taken off are shown apart.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <equipoise/core/statistics.hpp>
#include <equipoise/scm/diagnostics.hpp>

#include "scm/diagnosed_models.hpp"
#include "scm/direction_oracle.hpp"

namespace {

using namespace equipoise;
using namespace equipoise::testing;

constexpr std::size_t rows = 5000;
constexpr std::size_t sizes[] = {5, 8, 12};
constexpr ModelKind kinds[] = {ModelKind::linear_normal, ModelKind::linear_student, ModelKind::nonlinear,
                               ModelKind::network, ModelKind::levels};

struct Share {
  double yes = 0, all = 0;
  void add(bool hit) {
    yes += hit ? 1 : 0;
    ++all;
  }
  void print(const char* what) const {
    if (all == 0) return;
    const Interval interval = clopper_pearson_interval(yes, all, 0.99);
    std::printf("  %-66s %5.0f of %5.0f = %.3f (99%%: %.3f to %.3f)\n", what, yes, all, yes / all, interval.low,
                interval.high);
  }
};

struct Findings {
  Share right, missing_seen, missing_hard, missing_unseen, missing_untold, turned_seen[2], turned_sure[2],
      turned_unseen[2], cannot_tell;
  double oracle_unseen = 0, oracle_turned_unseen[2] = {};
};

DiagnosedModel model_of(ModelKind kind, std::size_t number) {
  const std::size_t nodes = sizes[number % 3];
  return {kind, draw_graph({.nodes = nodes, .directed_degree = nodes == 5 ? 2.0 : 3.0}, 11, number), number};
}

void leave_edges_out(DiagnosedModel& model, const Table& table, std::size_t number, Findings& found) {
  std::mt19937_64 random(number);
  for (Node to = 0; to < model.graph().size(); ++to)
    for (const Node from : model.graph().parents(to)) {
      if (random() % 3 != 0) continue;  // a third of the edges
      const Diagnostics report = diagnose(with_edge_changed(model.graph(), from, to, false), table);
      if (model.kind() == ModelKind::network) {
        found.missing_untold.add(report.denied());
        continue;
      }
      const double level = 0.05 / static_cast<double>(report.claims.size());
      const double oracle = oracle_power(model, from, to, rows, level, number + 1000);
      if (oracle >= 0.95) {
        found.missing_seen.add(report.denied());
        if (oracle < 0.999) found.missing_hard.add(report.denied());
      } else {
        found.missing_unseen.add(report.denied());
        found.oracle_unseen += oracle;
      }
    }
}

/// How often a G-test denies the independence that data deny most of those that `wrong` implies, at a level corrected
/// for their number: by what a large sample shows.
double level_oracle_power(DiagnosedModel& model, const CausalGraph& wrong, std::uint64_t seed) {
  constexpr std::size_t many = 40'000;
  const Table table = model.draw(many, seed);
  const std::vector<ImpliedIndependence> claims = implied_independences(wrong);
  double most = 0;
  for (const ImpliedIndependence& claim : claims) {
    const NodeSet a(wrong.size(), {claim.a}), b(wrong.size(), {claim.b});
    if (separated(model.graph(), a, b, claim.given)) continue;
    std::vector<std::string> given;
    for (const Node v : claim.given) given.push_back(wrong.name(v));
    const IndependenceTest test = g_test(table, wrong.name(claim.a), wrong.name(claim.b), given);
    if (test.parts.empty()) continue;
    const double degrees = test.parts[0].degrees_of_freedom;
    const double noncentrality = std::max(0.0, test.parts[0].statistic - degrees) * static_cast<double>(rows) / many;
    most = std::max(most, power_of(noncentrality, degrees, 0.05 / static_cast<double>(claims.size())));
  }
  return most;
}

void turn_edges_round(DiagnosedModel& model, const Table& table, const Diagnostics& right, std::size_t number,
                      Findings& found) {
  std::mt19937_64 random(number + 1);
  for (const EdgeDiagnosis& edge : right.edges) {
    if (edge.reversal == Reversal::makes_cycle || random() % 3 != 0) continue;
    const Node from = model.graph().node(edge.from), to = model.graph().node(edge.to);
    const CausalGraph wrong = with_edge_changed(model.graph(), from, to, true);
    const Diagnostics report = diagnose(wrong, table);
    const auto tested = static_cast<double>(report.claims.size() + report.residuals.size());
    double oracle = 0, sure = 0;
    if (model.kind() == ModelKind::levels) {
      sure = oracle = level_oracle_power(model, wrong, number + 2000);
    } else {
      const DirectionDivergence distance = direction_divergence(model, from, to, number + 2000);
      oracle = direction_power(distance.turned, rows, 0.05 / tested);
      sure = direction_power(distance.turned - distance.right, rows, 0.05 / tested);
    }
    const bool keeps = edge.reversal == Reversal::keeps_independences;
    if (oracle >= 0.95) {
      found.turned_seen[keeps].add(report.denied());
      if (sure >= 0.95) found.turned_sure[keeps].add(report.denied());
    } else {
      found.turned_unseen[keeps].add(report.denied());
      found.oracle_turned_unseen[keeps] += oracle;
    }
    if (keeps && oracle < 0.1) found.cannot_tell.add(!edge.can_be_told());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t graphs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
  for (const ModelKind kind : kinds) {
    if (argc > 2 && std::strcmp(argv[2], name_of(kind)) != 0) continue;
    const auto start = std::chrono::steady_clock::now();
    Findings found;
    for (std::size_t number = 0; number < graphs; ++number) {
      DiagnosedModel model = model_of(kind, number);
      const Table table = model.draw(rows, number + 500'000);
      const Diagnostics right = diagnose(model.graph(), table);
      found.right.add(right.denied());
      if (number % 4 != 0) continue;  // the changed graphs cost most
      leave_edges_out(model, table, number, found);
      turn_edges_round(model, table, right, number, found);
    }
    std::printf("%s, %.0f s\n", name_of(kind),
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    found.right.print("the right graph denied");
    found.missing_seen.print("an edge left out denied, where the oracle's power is at least 0.95");
    found.missing_hard.print("  of these, where it is below 0.999");
    found.missing_unseen.print("an edge left out denied, elsewhere");
    if (found.missing_unseen.all > 0)
      std::printf("    the oracle there: %.3f\n", found.oracle_unseen / found.missing_unseen.all);
    found.missing_untold.print("an edge left out denied, no oracle");
    for (const bool keeps : {false, true}) {
      std::printf("  an edge turned round, which %s the independences:\n", keeps ? "keeps" : "changes");
      found.turned_seen[keeps].print("  denied, where the oracle's power is at least 0.95");
      found.turned_sure[keeps].print("    of these, with what its search misses of the right graph off");
      found.turned_unseen[keeps].print("  denied, elsewhere");
      if (found.turned_unseen[keeps].all > 0)
        std::printf("    the oracle there: %.3f\n", found.oracle_turned_unseen[keeps] / found.turned_unseen[keeps].all);
    }
    found.cannot_tell.print("said that data cannot tell, where the oracle's power is below 0.1");
    std::fflush(stdout);
  }
  return EXIT_SUCCESS;
}
