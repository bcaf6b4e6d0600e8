#include <equipoise/scm/diagnostics.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/scm/worlds.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::NodeNoise;
using detail::TestData;
using detail::TestsGiven;

std::vector<std::size_t> places(const NodeSet& nodes) { return {nodes.begin(), nodes.end()}; }

/// Tests that share what is given, run together so that one regression serves them all.
class TestPlan {
 public:
  using Task = std::function<void(TestsGiven&)>;

  void add(const NodeSet& given, Task task) { tasks_[given].push_back(std::move(task)); }

  void run(const TestData& data, const DiagnosticsOptions& options, const char* what) {
    std::vector<std::pair<NodeSet, std::vector<Task>>> groups(tasks_.begin(), tasks_.end());
    ProgressMeter meter(options.progress, what, groups.size());
    parallel_for(groups.size(), options.parallelism, [&](std::size_t g) {
      TestsGiven tests(data, places(groups[g].first));
      for (const Task& task : groups[g].second) task(tests);
      meter.advance();
    });
  }

 private:
  std::map<NodeSet, std::vector<Task>> tasks_;
};

/// The graph less one directed edge, and where `reversed` with it the other way round.
CausalGraph changed_at(const CausalGraph& graph, Node from, Node to, bool reversed) {
  std::vector<NamedEdge> directed, bidirected;
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v))
      if (v != from || child != to) directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  if (reversed) directed.emplace_back(graph.name(to), graph.name(from));
  return CausalGraph(graph.names(), directed, bidirected);
}

Reversal reversal_of(const CausalGraph& graph, Node from, Node to) {
  // Another way from the one to the other makes a cycle of the edge turned round.
  const NodeSet others = graph.parents(to) - NodeSet(graph.size(), {from});
  if (ancestors(graph, others).contains(from)) return Reversal::makes_cycle;
  bool mixed = false;
  for (Node v = 0; v < graph.size(); ++v) mixed = mixed || !graph.siblings(v).empty();
  // Of a DAG the edges that can be turned round are those that are covered (Chickering 1995).
  const bool same = mixed ? imply_the_same(graph, changed_at(graph, from, to, true)) : others == graph.parents(from);
  return same ? Reversal::keeps_independences : Reversal::changes_independences;
}

class Diagnosis {
 public:
  Diagnosis(const CausalGraph& graph, const Table& table, const DiagnosticsOptions& options)
      : graph_(graph), options_(options), data_(table, graph.names(), options.seed) {
    check_level("diagnostics", "level", options.level);
    result_.level = options.level;
    result_.people = data_.weights.effective;
  }

  Diagnostics run() && {
    list_claims();
    list_noises();
    list_edges();
    plan_.run(data_, options_, "testing what the graph implies");
    test_residuals();
    correct_p_values();
    turn_edges_round();
    find_overlaps();
    if (result_.claims_left_out > 0)
      result_.notes.push_back(std::to_string(result_.claims_left_out) + " implied independences were not tested");
    return std::move(result_);
  }

 private:
  struct DirectedEdge {
    Node from, to;
  };

  void list_claims() {
    std::vector<ImpliedIndependence> claims = implied_independences(graph_);
    if (claims.size() > options_.most_claims) {
      std::stable_sort(claims.begin(), claims.end(), [](const ImpliedIndependence& a, const ImpliedIndependence& b) {
        return a.given.size() < b.given.size();
      });
      result_.claims_left_out = claims.size() - options_.most_claims;
      claims.resize(options_.most_claims);
    }
    result_.claims.reserve(claims.size());
    for (ImpliedIndependence& each : claims) {
      std::string text = text_of(graph_, each);
      result_.claims.push_back({.claim = std::move(each), .text = std::move(text), .test = {}});
    }
    for (ClaimDiagnosis& each : result_.claims)
      plan_.add(each.claim.given, [&each](TestsGiven& tests) {
        each.test = tests.test(each.claim.a, each.claim.b, each.claim.both_ways);
      });
  }

  void list_noises() {
    noises_.resize(graph_.size());
    for (Node v = 0; v < graph_.size(); ++v)
      plan_.add(graph_.parents(v), [this, v](TestsGiven& tests) {
        noises_[v] = detail::node_noise(data_, tests, places(graph_.parents(v)), v);
      });
  }

  void test_residuals() {
    residuals_.resize(graph_.size());
    parallel_for(graph_.size(), options_.parallelism, [&](std::size_t v) {
      std::vector<const NodeNoise*> causes;
      for (const std::size_t cause : noises_[v].causes) causes.push_back(&noises_[cause]);
      residuals_[v] = detail::residual_independence(data_, noises_[v], causes);
    });
  }

  void list_edges() {
    for (const Node to : graph_.topological_order())
      for (const Node from : graph_.parents(to)) {
        edges_.push_back({from, to});
        result_.edges.push_back({.from = graph_.name(from), .to = graph_.name(to)});
      }
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const auto [from, to] = edges_[e];
      EdgeDiagnosis& edge = result_.edges[e];
      edge.reversal = reversal_of(graph_, from, to);
      if (graph_.siblings(from).contains(to)) continue;
      const CausalGraph without = changed_at(graph_, from, to, false);
      const auto given = detail::separator_near(without, from, to);
      if (!given) continue;
      edge.removal_is_testable = true;
      edge.need_text = text_of(graph_, {from, to, *given, false});
      const Node other = from, target = to;
      plan_.add(*given, [&edge, other, target](TestsGiven& tests) { edge.need = tests.test(other, target, false); });
    }
  }

  /// Claims and residuals that were tested are one family.
  void correct_p_values() {
    std::vector<double> p_values, of_claims;
    for (const ClaimDiagnosis& each : result_.claims) of_claims.push_back(each.test.p_value);
    p_values = of_claims;
    for (Node v = 0; v < graph_.size(); ++v) {
      if (!residuals_[v].tested) continue;
      result_.residuals.push_back({.variable = graph_.name(v), .test = residuals_[v]});
      p_values.push_back(residuals_[v].p_value);
    }
    const std::vector<double> holm = holm_adjusted(p_values), rate = benjamini_hochberg_adjusted(of_claims);
    for (std::size_t i = 0; i < result_.claims.size(); ++i) {
      ClaimDiagnosis& claim = result_.claims[i];
      claim.holm_p_value = holm[i];
      claim.benjamini_hochberg_p_value = rate[i];
      claim.denied = holm[i] <= options_.level;
    }
    for (std::size_t i = 0; i < result_.residuals.size(); ++i) {
      ResidualDiagnosis& residual = result_.residuals[i];
      residual.holm_p_value = holm[result_.claims.size() + i];
      residual.dependent = residual.holm_p_value <= options_.level;
      if (residual.dependent) dependent_.push_back(graph_.node(residual.variable));
    }
    for (EdgeDiagnosis& edge : result_.edges)
      edge.is_weak = edge.removal_is_testable && edge.need.p_value > options_.level;
  }

  bool is_dependent(Node v) const { return std::find(dependent_.begin(), dependent_.end(), v) != dependent_.end(); }

  /// An edge between numbers turned round: the noises at its ends, and what is found of them.
  struct TurnedEdge {
    std::size_t edge;
    NodeNoise from = {}, to = {};
    ResidualIndependence at_from = {}, at_to = {};
  };

  /// Of an edge between numbers that may be turned round: the noises at both its ends, as it stands and turned round.
  /// An end without causes that are numbers has no noise to test.
  void turn_edges_round() {
    TestPlan plan;
    std::vector<TurnedEdge> turned;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const auto [from, to] = edges_[e];
      EdgeDiagnosis& edge = result_.edges[e];
      if (data_.features[from].has_levels || !residuals_[to].tested) continue;
      edge.residuals_as_directed = std::min(residuals_[to].p_value, residuals_[from].p_value);
      const bool undecided = edge.reversal == Reversal::keeps_independences;
      if (edge.reversal == Reversal::makes_cycle || !(undecided || is_dependent(to) || is_dependent(from))) continue;
      turned.push_back({.edge = e});
    }
    for (TurnedEdge& each : turned) {
      const Node from = edges_[each.edge].from, to = edges_[each.edge].to;
      NodeSet causes_of_from = graph_.parents(from), causes_of_to = graph_.parents(to);
      causes_of_from.insert(to);
      causes_of_to.erase(from);
      const auto add = [&](const NodeSet& causes, Node effect, NodeNoise& into) {
        plan.add(causes, [this, causes, effect, &into](TestsGiven& tests) {
          into = detail::node_noise(data_, tests, places(causes), effect);
        });
      };
      add(causes_of_from, from, each.from);
      add(causes_of_to, to, each.to);
    }
    plan.run(data_, options_, "turning edges round");
    parallel_for(turned.size(), options_.parallelism, [&](std::size_t t) {
      const auto tested = [&](const NodeNoise& effect) {
        std::vector<const NodeNoise*> causes;
        for (const std::size_t cause : effect.causes)
          causes.push_back(cause == turned[t].to.variable ? &turned[t].to : &noises_[cause]);
        return detail::residual_independence(data_, effect, causes);
      };
      turned[t].at_from = tested(turned[t].from);
      turned[t].at_to = tested(turned[t].to);
    });
    for (const TurnedEdge& each : turned) judge_direction(each.edge, each.at_from, each.at_to, turned.size());
  }

  void judge_direction(std::size_t e, const ResidualIndependence& at_from, const ResidualIndependence& at_to,
                       std::size_t compared) {
    // A noise is taken for independent where a test at this level does not deny it.
    constexpr double independent = 0.001;
    EdgeDiagnosis& edge = result_.edges[e];
    const auto [from, to] = edges_[e];
    if (!at_from.tested) return;
    edge.residuals_reversed = std::min(at_from.p_value, at_to.p_value);
    edge.denied = (is_dependent(to) || is_dependent(from)) && *edge.residuals_reversed > independent;
    edge.residuals_agree = *edge.residuals_as_directed > independent &&
                           *edge.residuals_reversed * static_cast<double>(compared) <= options_.level;
  }

  void find_overlaps() {
    for (Node v = 0; v < graph_.size(); ++v) {
      if (!data_.features[v].has_levels || graph_.parents(v).empty()) continue;
      std::vector<std::string> causes;
      for (const Node p : graph_.parents(v)) causes.push_back(graph_.name(p));
      result_.overlaps.push_back(overlap(data_.table, graph_.name(v), causes));
    }
  }

  const CausalGraph& graph_;
  const DiagnosticsOptions& options_;
  TestData data_;
  TestPlan plan_;
  std::vector<DirectedEdge> edges_;
  std::vector<NodeNoise> noises_;
  std::vector<ResidualIndependence> residuals_;
  std::vector<Node> dependent_;
  Diagnostics result_;
};

}  // namespace

bool Diagnostics::denied() const {
  return std::any_of(claims.begin(), claims.end(), [](const ClaimDiagnosis& each) { return each.denied; }) ||
         std::any_of(edges.begin(), edges.end(), [](const EdgeDiagnosis& each) { return each.denied; });
}

Diagnostics diagnose(const CausalGraph& graph, const Table& table, const DiagnosticsOptions& options) {
  return Diagnosis(graph, table, options).run();
}

Diagnostics diagnose(const Scm& scm, const Table& table, const DiagnosticsOptions& options) {
  Table matched = table_of(scm, world_of(scm, table));
  matched.set_weights({table.weights().begin(), table.weights().end()});
  Diagnostics result = diagnose(scm.graph(), matched, options);
  result.calibration = node_calibration(scm, matched, {.seed = options.seed});
  return result;
}

}  // namespace equipoise::inline v0
