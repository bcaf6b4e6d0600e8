// Joining probabilities into one by the chain rule, where the graph lets them have the conditions that it takes.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/axioms.hpp>
#include <equipoise/identify/do_calculus.hpp>
#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Probabilities, by their index among the factors, in an order in which they are a chain once each has the
/// conditions that it is rewritten with.
struct ProbabilityChain {
  std::vector<std::size_t> factors;
  std::vector<Expression::Probability> links;
  Expression::Probability joint;
};

/// Looks for chains, within a budget of attempts.
class ChainSearch {
  using Term = Expression::Probability;

 public:
  ChainSearch(const CausalGraph& graph, std::size_t max_attempts, std::size_t max_groups)
      : graph_(graph), attempts_left_(max_attempts), max_groups_(max_groups), position_(graph.size()) {
    for (std::size_t i = 0; i < graph.size(); ++i) position_[graph.topological_order()[i]] = i;
  }

  bool is_spent() const { return attempts_left_ == 0; }
  /// Whether a search since then was cut off by `max_groups`.
  bool was_cut() const { return was_cut_; }
  void forget_cuts() { was_cut_ = false; }

  /// Where a node stands in the topological order.
  std::size_t position(Node v) const { return position_[v]; }

  /// Whether rule 1 makes the two terms equal.
  bool licensed(const Expression::Probability& from, const Expression::Probability& to) {
    if (!attempt()) return false;
    const auto separation = rule_1_between(graph_, from, to);
    return separation && holds(graph_, *separation);
  }

  /// The group as a chain. Of the factors that may come next, the first that the graph allows is taken, causes before
  /// effects. Factors of the group are probabilities.
  std::optional<ProbabilityChain> of(const std::vector<Expression>& factors, std::vector<std::size_t> group) {
    if (!attempt()) return std::nullopt;
    const auto term = [&](std::size_t i) -> const Term& { return *factors[i].as<Term>(); };
    Term joint{term(group.front()).population, {}, {}, term(group.front()).intervened};
    for (const std::size_t i : group) {
      if (!same_context(term(i), joint)) return std::nullopt;
      joint.of = set_union(joint.of, term(i).of);
      joint.given = set_union(joint.given, term(i).given);
    }
    joint.given = set_difference(joint.given, joint.of);
    if (!names_each_variable_once(factors, group, joint)) return std::nullopt;
    std::sort(group.begin(), group.end(), [&](std::size_t a, std::size_t b) {
      return position_[term(a).of.front().variable] < position_[term(b).of.front().variable];
    });
    ProbabilityChain chain{{}, {}, joint};
    Symbols before = joint.given;
    while (!group.empty()) {
      const auto next = std::find_if(group.begin(), group.end(), [&](std::size_t i) {
        Term link = term(i);
        link.given = before;
        return includes(before, term(i).given) && (link == term(i) || licensed(term(i), link));
      });
      if (next == group.end()) return std::nullopt;
      Term link = term(*next);
      link.given = before;
      before = set_union(before, link.of);
      chain.factors.push_back(*next);
      chain.links.push_back(std::move(link));
      group.erase(next);
    }
    return chain;
  }

  /// A chain that holds the group and, where it needs them, other factors whose variables the group conditions on.
  std::optional<ProbabilityChain> with(const std::vector<Expression>& factors, const std::vector<std::size_t>& group) {
    std::set<std::vector<std::size_t>> tried;
    auto chain = extended(factors, group, tried);
    was_cut_ = was_cut_ || (!chain && tried.size() > max_groups_);
    return chain;
  }

 private:
  bool attempt() {
    if (attempts_left_ == 0) return false;
    --attempts_left_;
    return true;
  }

  static bool names_each_variable_once(const std::vector<Expression>& factors, const std::vector<std::size_t>& group,
                                       const Term& joint) {
    std::size_t of = 0;
    for (const std::size_t i : group) of += factors[i].as<Term>()->of.size();
    std::vector<Node> variables;
    for (const auto* part : {&joint.of, &joint.given, &joint.intervened})
      for (const Symbol s : *part) variables.push_back(s.variable);
    std::sort(variables.begin(), variables.end());
    return of == joint.of.size() && std::adjacent_find(variables.begin(), variables.end()) == variables.end();
  }

  std::optional<ProbabilityChain> extended(const std::vector<Expression>& factors, std::vector<std::size_t> group,
                                           std::set<std::vector<std::size_t>>& tried) {
    std::sort(group.begin(), group.end());
    if (is_spent() || tried.size() > max_groups_ || !tried.insert(group).second) return std::nullopt;
    if (tried.size() > max_groups_) return std::nullopt;
    if (auto chain = of(factors, group)) return chain;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const auto* more = factors[i].as<Term>();
      if (more == nullptr || std::binary_search(group.begin(), group.end(), i)) continue;
      const bool wanted = std::any_of(group.begin(), group.end(), [&](std::size_t member) {
        const Symbols& given = factors[member].as<Term>()->given;
        return set_difference(given, more->of) != given;
      });
      if (!wanted) continue;
      auto larger = group;
      larger.push_back(i);
      if (auto chain = extended(factors, std::move(larger), tried)) return chain;
    }
    return std::nullopt;
  }

  const CausalGraph& graph_;
  std::size_t attempts_left_, max_groups_;
  bool was_cut_ = false;
  std::vector<std::size_t> position_;  // by node
};

}  // namespace detail

}  // namespace equipoise::inline v0
