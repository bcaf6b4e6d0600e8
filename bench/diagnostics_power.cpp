// How often diagnostics deny a graph that is right, one with an edge left out, and one with an edge turned round, on
// 5,000 rows of random models, beside one who knows the models' functions: diagnostics_power [graphs of each kind].
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <equipoise/core/statistics.hpp>
#include <equipoise/scm/diagnostics.hpp>

#include "scm/diagnosed_models.hpp"

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
  Share right, missing_seen, missing_hard, missing_unseen, missing_untold, turned_seen, turned_unseen, turned_residuals,
      cannot_tell;
  double oracle_unseen = 0;
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

/// How often one who knows the kind of the functions denies the independence that data deny most of those that `wrong`
/// implies, at a level corrected for their number: by what a large sample shows.
double oracle_denial(DiagnosedModel& model, const CausalGraph& wrong, std::uint64_t seed) {
  constexpr std::size_t many = 40'000;
  const Table table = model.draw(many, seed);
  const std::vector<ImpliedIndependence> claims = implied_independences(wrong);
  double most = 0;
  for (const ImpliedIndependence& claim : claims) {
    const NodeSet a(wrong.size(), {claim.a}), b(wrong.size(), {claim.b});
    if (separated(model.graph(), a, b, claim.given)) continue;
    std::vector<std::string> given;
    for (const Node v : claim.given) given.push_back(wrong.name(v));
    const bool levels = model.kind() == ModelKind::levels;
    const IndependenceTest test =
        levels ? g_test(table, wrong.name(claim.a), wrong.name(claim.b), given)
               : partial_correlation_test(table, wrong.name(claim.a), wrong.name(claim.b), given);
    if (test.parts.empty()) continue;
    const double degrees = levels ? test.parts[0].degrees_of_freedom : 1;
    const double statistic = levels ? test.parts[0].statistic : test.parts[0].statistic * test.parts[0].statistic;
    most = std::max(most, power_of(std::max(0.0, statistic - degrees) * static_cast<double>(rows) / many, degrees,
                                   0.05 / static_cast<double>(claims.size())));
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
    const bool denied = diagnose(wrong, table).denied();
    if (edge.reversal == Reversal::changes_independences) {
      (oracle_denial(model, wrong, number + 2000) >= 0.95 ? found.turned_seen : found.turned_unseen).add(denied);
      continue;
    }
    // Of edges too weak to be seen at all no direction can be.
    if (edge.is_weak || edge.need.p_value > 1e-6) continue;
    found.turned_residuals.add(denied);
    found.cannot_tell.add(!edge.can_be_told());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t graphs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
  for (const ModelKind kind : kinds) {
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
    found.turned_seen.print("an edge turned round denied, where the oracle denies by correlations");
    found.turned_unseen.print("an edge turned round denied, where only independences change");
    found.turned_residuals.print("a strong edge turned round denied, where they do not change");
    found.cannot_tell.print("  and said of the right graph that data cannot tell");
    std::fflush(stdout);
  }
  return EXIT_SUCCESS;
}
