// The sweep of identification: every small graph and many random ones, against an independent judge, the truth of
// random models and pairs of models. The tests run a sample of it, bench/identify_sweep.cpp all of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/model_pair.hpp>
#include <equipoise/identify/model_search.hpp>
#include <equipoise/identify/refutation.hpp>

#include "identify/random_models.hpp"
#include "identify/shpitser_pearl.hpp"

namespace equipoise::testing {

/// Every ADMG of n nodes (at most 5) up to relabelling, each with its nodes in topological order.
inline std::vector<judge::Graph> graphs_up_to_relabelling(int n) {
  const auto size = static_cast<std::size_t>(n);
  const auto code_of = [&](const judge::Graph& g, const std::vector<std::size_t>& relabelled) {
    unsigned long code = 0;
    for (std::size_t v = 0; v < size; ++v)
      for (std::size_t p = 0; p < size; ++p) {
        const std::size_t to = relabelled[v], from = relabelled[p];
        if (g.parents[v] >> p & 1) code |= 1UL << (to * size + from);
        if (from < to && (g.siblings[v] >> p & 1)) code |= 1UL << (size * size + to * (to - 1) / 2 + from);
      }
    return code;
  };
  std::set<unsigned long> seen;
  std::vector<judge::Graph> result;
  const unsigned edges = static_cast<unsigned>(n * (n - 1));
  for (unsigned long bits = 0; bits < 1UL << edges; ++bits) {
    judge::Graph g{n, std::vector<judge::Set>(size), std::vector<judge::Set>(size)};
    unsigned long rest = bits;
    for (std::size_t v = 0; v < size; ++v)
      for (std::size_t p = 0; p < v; ++p, rest >>= 2) {
        if (rest & 1) g.parents[v] |= judge::Set{1} << p;
        if (rest & 2) g.siblings[v] |= judge::Set{1} << p, g.siblings[p] |= judge::Set{1} << v;
      }
    std::vector<std::size_t> relabelled(size);
    for (std::size_t v = 0; v < size; ++v) relabelled[v] = v;
    unsigned long least = code_of(g, relabelled);
    while (std::next_permutation(relabelled.begin(), relabelled.end())) least = std::min(least, code_of(g, relabelled));
    if (seen.insert(least).second) result.push_back(std::move(g));
  }
  return result;
}

/// P(y | do(x), z).
struct SweptQuery {
  judge::Set y = 0, x = 0, z = 0;
};

/// Every query on n nodes: all disjoint outcome (not empty), treatment and given sets.
inline std::vector<SweptQuery> every_query(int n) {
  std::vector<SweptQuery> result;
  for (unsigned roles = 0; roles < 1U << (2 * n); ++roles) {
    judge::Set part[4] = {};
    for (int v = 0; v < n; ++v) part[roles >> (2 * v) & 3] |= judge::Set{1} << v;
    if (part[1] != 0) result.push_back({part[1], part[2], part[3]});
  }
  return result;
}

/// A query whose nodes' roles are drawn at random; conditional in one of two.
inline SweptQuery random_query(std::mt19937_64& random, int n) {
  for (;;) {
    judge::Set part[4] = {};
    const bool conditional = random() % 2 == 0;
    for (int v = 0; v < n; ++v) part[random() % 4] |= judge::Set{1} << v;
    if (part[1] != 0) return {part[1], part[2], conditional ? part[3] : 0};
  }
}

/// A random binary model as its probabilities: P(v = 1 | parents, hidden causes) for each node, a hidden cause
/// for each bidirected edge; nodes are in topological order. Distributions are by truncated factorisation over the
/// hidden causes (Pearl 2009, 3.2).
class ProbabilityModel {
 public:
  ProbabilityModel(std::mt19937_64& random, const CausalGraph& graph) : size_(graph.size()), inputs_(graph.size()) {
    std::uniform_real_distribution<double> uniform(0.1, 0.9);
    std::size_t bit = size_;  // hidden causes count on from the nodes
    for (Node v = 0; v < size_; ++v)
      for (const Node p : graph.parents(v)) inputs_[v].push_back(p);
    for (Node v = 0; v < size_; ++v)
      for (const Node s : graph.siblings(v))
        if (s < v) {
          inputs_[v].push_back(bit);
          inputs_[s].push_back(bit++);
          hidden_.push_back(uniform(random));
        }
    for (Node v = 0; v < size_; ++v) {
      one_.emplace_back(std::size_t{1} << inputs_[v].size());
      for (double& p : one_.back()) p = uniform(random);
    }
  }

  /// The same model in another population, where these nodes' mechanisms are others.
  ProbabilityModel elsewhere(std::mt19937_64& random, const NodeSet& selection) const {
    ProbabilityModel other = *this;
    std::uniform_real_distribution<double> uniform(0.1, 0.9);
    for (const Node v : selection)
      for (double& p : other.one_[v]) p = uniform(random);
    return other;
  }

  /// P(V \ x | do(x)) as a table over all nodes.
  Factor distribution(const NodeSet& x) const {
    Factor table = zero_factor(symbols_of(NodeSet::all(size_)), Cardinalities(size_, 2));
    std::vector<double> prefix, longer;  // the probabilities of the first nodes' values, given the hidden causes
    for (std::size_t state = 0; state < std::size_t{1} << hidden_.size(); ++state) {
      double p = 1;
      for (std::size_t u = 0; u < hidden_.size(); ++u) p *= state >> u & 1 ? hidden_[u] : 1 - hidden_[u];
      prefix.assign(1, p);
      for (Node v = 0; v < size_; ++v) {
        longer.clear();
        for (std::size_t cell = 0; cell < prefix.size(); ++cell) {
          std::size_t row = 0;
          for (const std::size_t input : inputs_[v])
            row = 2 * row + (input < size_ ? cell >> (v - 1 - input) & 1 : state >> (input - size_) & 1);
          const double one = one_[v][row];
          longer.push_back(prefix[cell] * (x.contains(v) ? 1 : 1 - one));
          longer.push_back(prefix[cell] * (x.contains(v) ? 1 : one));
        }
        prefix.swap(longer);
      }
      for (std::size_t cell = 0; cell < prefix.size(); ++cell) table.values[cell] += prefix[cell];
    }
    return table;
  }

 private:
  std::size_t size_;
  std::vector<std::vector<std::size_t>> inputs_;
  std::vector<double> hidden_;
  std::vector<std::vector<double>> one_;
};

/// What a sweep met. The first few failures are kept as text.
struct SweepFindings {
  std::size_t graphs = 0, queries = 0, identified = 0, refused = 0;
  std::size_t verdicts_wrong = 0, estimands_wrong = 0, pairs_wrong = 0;
  std::size_t pairs_missed = 0;  ///< of those that were searched for
  std::size_t proofs = 0, proofs_wrong = 0;
  double largest_error = 0;                                                               ///< of an estimand
  double smallest_cell = 1, largest_known_difference = 0, smallest_query_difference = 1;  ///< of pairs
  std::vector<std::string> failures;

  void add_failure(const std::string& what, const judge::Graph& g, const SweptQuery& query,
                   std::span<const Source> sources = {}) {
    if (failures.size() >= 5) return;
    std::string text = what + ": y " + std::to_string(query.y) + " x " + std::to_string(query.x) + " z " +
                       std::to_string(query.z) + " parents";
    for (const judge::Set set : g.parents) text += ' ' + std::to_string(set);
    text += " siblings";
    for (const judge::Set set : g.siblings) text += ' ' + std::to_string(set);
    for (const Source& source : sources) {
      text += " source " + std::to_string(source.population) + " do";
      for (const Node v : source.intervened) text += ' ' + std::to_string(v);
      text += " selection";
      for (const Node v : source.selection) text += ' ' + std::to_string(v);
    }
    failures.push_back(std::move(text));
  }
};

/// The largest error of an estimand over every value of the query and of the arbitrary symbols; 1 where it is
/// undefined.
inline double error_of(const Expression& estimand, const std::vector<KnownDistribution>& known, const Factor& truth) {
  Evaluation evaluation(known);
  const Factor error = combine(evaluation.table(estimand), truth, [](double a, double b) { return std::abs(a - b); });
  double largest = 0;
  for (const double e : error.values) largest = std::isnan(e) ? 1 : std::max(largest, e);
  return largest;
}

/// P(y | do(x), z) from P(V \ x | do(x)).
inline Factor conditional_of(const Factor& interventional, const NodeSet& y, const NodeSet& x, const NodeSet& z) {
  const Factor joint = sum_out(interventional, symbols_of(NodeSet::all(y.universe()) - y - x - z));
  return combine(joint, sum_out(joint, symbols_of(y)), [](double a, double b) { return a / b; });
}

/// Asks queries of one graph. `models` is how many random models an estimand is evaluated on; with `pairs`, what is not
/// identified is refuted.
class GraphSweep {
 public:
  GraphSweep(judge::Graph g, std::size_t models, bool pairs, std::uint64_t seed, SweepFindings& findings)
      : g_(std::move(g)), graph_(to_causal_graph(g_)), pairs_(pairs), findings_(findings) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < models; ++i) {
      models_.emplace_back(random, graph_);
      observed_.push_back({{0, graph_.none(), models_.back().distribution(graph_.none())}});
    }
    ++findings_.graphs;
  }

  void ask(const SweptQuery& query) {
    const NodeSet y = to_set(query.y, graph_.size()), x = to_set(query.x, graph_.size()),
                  z = to_set(query.z, graph_.size());
    const auto answer = identify_conditional_effect(graph_, y, x, z);
    ++findings_.queries;
    ++(is_identified(answer) ? findings_.identified : findings_.refused);
    if (is_identified(answer) != judge::idc(g_, query.y, query.x, query.z, (judge::Set{1} << g_.n) - 1)) {
      ++findings_.verdicts_wrong;
      findings_.add_failure("verdict", g_, query);
    }
    if (const auto* found = std::get_if<Identified>(&answer))
      evaluate(query, y, x, z, *found);
    else if (pairs_)
      refute(query, y, x, z, std::get<NotIdentified>(answer).hedge);
  }

 private:
  void evaluate(const SweptQuery& query, const NodeSet& y, const NodeSet& x, const NodeSet& z,
                const Identified& answer) {
    double largest = 0;
    for (std::size_t i = 0; i < models_.size(); ++i)
      largest = std::max(
          largest, error_of(answer.estimand, observed_[i], conditional_of(interventional(i, query.x, x), y, x, z)));
    findings_.largest_error = std::max(findings_.largest_error, largest);
    if (largest > 1e-9) {
      ++findings_.estimands_wrong;
      findings_.add_failure("estimand", g_, query);
    }
  }

  const Factor& interventional(std::size_t model, judge::Set mask, const NodeSet& x) {
    const auto [at, is_new] = interventional_.try_emplace({model, mask});
    if (is_new) at->second = models_[model].distribution(x);
    return at->second;
  }

  void refute(const SweptQuery& query, const NodeSet& y, const NodeSet& x, const NodeSet& z, const Hedge& hedge) {
    const std::vector<ModelPair> pair{*model_pair(graph_, y, x, z, hedge)};
    const std::vector<Source> sources{observation(graph_)};
    const Refutation found = compare_models(pair, y, x, z, sources);
    findings_.smallest_cell = std::min(findings_.smallest_cell, found.smallest_known_cell);
    findings_.largest_known_difference = std::max(findings_.largest_known_difference, found.largest_known_difference);
    findings_.smallest_query_difference = std::min(findings_.smallest_query_difference, found.largest_query_difference);
    if (!refutes(found) || !is_model_on(graph_, pair[0].first) || !is_model_on(graph_, pair[0].second)) {
      ++findings_.pairs_wrong;
      findings_.add_failure("pair", g_, query);
    }
  }

  judge::Graph g_;
  CausalGraph graph_;
  bool pairs_;
  SweepFindings& findings_;
  std::vector<ProbabilityModel> models_;
  std::vector<std::vector<KnownDistribution>> observed_;
  std::map<std::pair<std::size_t, judge::Set>, Factor> interventional_;
};

/// Sources drawn at random: observation of the target or not, experiments there and, with `elsewhere`, in up to two
/// other populations, each with a selection of its own.
inline std::vector<Source> random_sources(std::mt19937_64& random, const CausalGraph& graph, bool elsewhere) {
  std::vector<Source> sources;
  const auto some = [&] {  // each node in one of four
    return to_set(static_cast<judge::Set>(random() & random()) & ((judge::Set{1} << graph.size()) - 1), graph.size());
  };
  if (random() % 2 == 0) sources.push_back(observation(graph));
  for (std::size_t i = random() % 3; i > 0; --i) sources.push_back({0, some(), graph.none()});
  for (std::size_t population = elsewhere ? 1 + random() % 2 : 0; population > 0; --population) {
    const NodeSet selection = some();
    for (std::size_t i = 1 + random() % 2; i > 0; --i) sources.push_back({population, some(), selection});
  }
  if (sources.empty()) sources.push_back(observation(graph));
  return sources;
}

/// Asks one query of sources: an estimand is compared with the truth of random models, for what is not identified a
/// pair of models is searched for.
inline void ask_of_sources(std::mt19937_64& random, const judge::Graph& g, const SweptQuery& query,
                           const std::vector<Source>& sources, std::size_t models, const ModelSearchBudget& budget,
                           SweepFindings& findings) {
  const CausalGraph graph = to_causal_graph(g);
  const NodeSet y = to_set(query.y, graph.size()), x = to_set(query.x, graph.size()), z = to_set(query.z, graph.size());
  const auto answer = identify_conditional_effect(graph, y, x, z, sources);
  ++findings.queries;
  ++(is_identified(answer) ? findings.identified : findings.refused);
  if (!is_identified(answer)) {
    const auto pairs = find_model_pair(graph, y, x, z, sources, budget);
    if (!pairs) {
      ++findings.pairs_missed;
      findings.add_failure("pair missed", g, query, sources);
    } else if (!refutes(compare_models(*pairs, y, x, z, sources)) ||
               !std::all_of(pairs->begin(), pairs->end(), [&](const ModelPair& pair) {
                 return is_model_on(graph, pair.first) && is_model_on(graph, pair.second);
               })) {
      ++findings.pairs_wrong;
      findings.add_failure("pair", g, query, sources);
    }
    return;
  }
  for (std::size_t i = 0; i < models; ++i) {
    const ProbabilityModel target(random, graph);
    std::map<std::size_t, ProbabilityModel> populations{{0, target}};
    std::vector<KnownDistribution> known;
    for (const Source& source : sources) {
      if (!populations.contains(source.population))
        populations.emplace(source.population, target.elsewhere(random, source.selection));
      known.push_back(
          {source.population, source.intervened, populations.at(source.population).distribution(source.intervened)});
    }
    const Factor truth = conditional_of(target.distribution(x), y, x, z);
    const double error = error_of(std::get<Identified>(answer).estimand, known, truth);
    findings.largest_error = std::max(findings.largest_error, error);
    if (error <= 1e-9) continue;
    ++findings.estimands_wrong;
    findings.add_failure("estimand", g, query, sources);
    return;
  }
}

/// A random graph of the sweep: sizes in [least, most], densities from sparse to dense.
inline judge::Graph random_swept_graph(std::mt19937_64& random, int least, int most) {
  const int n = least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
  const double edges_a_node = 0.5 + 0.25 * static_cast<double>(random() % 9);
  const double hidden_a_node = 0.25 + 0.25 * static_cast<double>(random() % 5);
  return random_judge_graph(random, n, std::min(0.9, 2 * edges_a_node / n), std::min(0.9, 2 * hidden_a_node / n));
}

}  // namespace equipoise::testing
