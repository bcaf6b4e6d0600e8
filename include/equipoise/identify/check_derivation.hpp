// The judge of derivations: replays one, step by step, and believes nothing.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/axioms.hpp>
#include <equipoise/identify/derivation.hpp>
#include <equipoise/identify/do_calculus.hpp>
#include <equipoise/identify/identification.hpp>

namespace equipoise::inline v0 {

/// Why a derivation is no proof.
struct Refusal {
  std::size_t step = 0;  ///< the first wrong one, from 0; the number of steps where the last line is what is wrong
  std::string reason;
};

namespace detail {

/// Whether the graph has a term's variables, no two of them the same, each list sorted: what every line must keep to.
inline bool is_well_formed(const Expression::Probability& term, const CausalGraph& graph) {
  NodeSet seen = graph.none();
  for (const auto* part : {&term.of, &term.given, &term.intervened}) {
    if (!std::is_sorted(part->begin(), part->end())) return false;
    for (const Symbol s : *part) {
      if (s.variable >= graph.size() || seen.contains(s.variable)) return false;
      seen.insert(s.variable);
    }
  }
  return !term.of.empty();
}

inline bool is_well_formed(const Symbols& over, const CausalGraph& graph) {
  return !over.empty() && std::adjacent_find(over.begin(), over.end(), std::greater_equal<>()) == over.end() &&
         over.back().variable < graph.size();
}

/// Calls visit(node) for every node, shared ones once; stops and answers false where it does.
template <class Visit>
bool for_every_part(const Expression& expression, Visit visit) {
  std::vector<const Expression*> waiting{&expression};
  std::unordered_map<const Expression::Tree*, bool> seen;
  while (!waiting.empty()) {
    const Expression& part = *waiting.back();
    waiting.pop_back();
    if (!seen.emplace(&part.tree(), true).second) continue;
    if (!visit(part)) return false;
    if (const auto* s = part.as<Expression::Sum>()) waiting.push_back(&s->term);
    if (const auto* f = part.as<Expression::Fraction>()) {
      waiting.push_back(&f->numerator);
      waiting.push_back(&f->denominator);
    }
    if (const auto* p = part.as<Expression::Product>())
      for (const auto& factor : p->factors) waiting.push_back(&factor);
  }
  return true;
}

inline bool is_well_formed(const Expression& expression, const CausalGraph& graph) {
  return for_every_part(expression, [&](const Expression& part) {
    if (const auto* p = part.as<Expression::Probability>()) return is_well_formed(*p, graph);
    if (const auto* s = part.as<Expression::Sum>()) return is_well_formed(s->over, graph);
    return true;
  });
}

class DerivationChecker {
 public:
  DerivationChecker(const CausalGraph& graph, std::span<const Source> sources) : graph_(graph), sources_(sources) {
    for (const Source& source : sources) {
      const auto known = selection_.emplace(source.population, graph.none()).first;
      known->second |= source.selection;
    }
  }

  /// What is wrong with the step from `whole`; nothing where it is right.
  std::optional<std::string> wrong(const Expression& whole, const DerivationStep& step) const {
    if (!is_well_formed(step.before, graph_) || !is_well_formed(step.after, graph_))
      return "a term names a variable twice, or one that the graph has not";
    if (auto reason = wrong_equality(step)) return reason;
    const auto next = replaced(whole, step);
    if (!next) return "there is no such place in the expression";
    if (*next == whole) return "what is replaced stands nowhere";
    if (*next != step.result) return "the result is not what the replacement gives";
    return std::nullopt;
  }

  bool is_known(const Expression::Probability& term) const {
    return std::any_of(sources_.begin(), sources_.end(), [&](const Source& source) {
      return source.population == term.population && source.intervened == variables_of(term.intervened, graph_.size());
    });
  }

 private:
  std::optional<std::string> wrong_equality(const DerivationStep& step) const {
    const auto either_way = [&](auto is_equality) {
      return is_equality(step.before, step.after) || is_equality(step.after, step.before);
    };
    const auto axiom = [&](bool right) -> std::optional<std::string> {
      if (!right) return "no instance of " + std::string(to_string(step.rule));
      if (step.separation) return "an axiom of probability rests on no separation";
      return std::nullopt;
    };
    switch (step.rule) {
      case DerivationRule::marginalisation: return axiom(either_way(is_marginalisation));
      case DerivationRule::chain_rule: return axiom(either_way(is_chain));
      case DerivationRule::conditioning: return axiom(either_way(is_conditioning));
      case DerivationRule::arrangement: return axiom(equal_in_arrangement(step.before, step.after));
      case DerivationRule::factoring: return axiom(either_way(is_factoring));
      case DerivationRule::cancellation: return axiom(is_cancellation(step.before, step.after));
      case DerivationRule::rule_1:
      case DerivationRule::rule_2:
      case DerivationRule::rule_3:
      case DerivationRule::transport: return wrong_licence(step);
    }
    return "no rule that is known";
  }

  std::optional<std::string> wrong_licence(const DerivationStep& step) const {
    const auto* a = step.before.as<Expression::Probability>();
    const auto* b = step.after.as<Expression::Probability>();
    std::optional<Separation> needed;
    if (a != nullptr && b != nullptr) needed = separation_needed(step.rule, *a, *b);
    if (!needed) return "no instance of " + std::string(to_string(step.rule));
    if (step.separation != needed) return "the rule rests on another separation than the one that is named";
    if (!holds(graph_, *needed)) return "the graph does not have the separation";
    return std::nullopt;
  }

  std::optional<Separation> separation_needed(DerivationRule rule, const Expression::Probability& a,
                                              const Expression::Probability& b) const {
    switch (rule) {
      case DerivationRule::rule_1: return rule_1_between(graph_, a, b);
      case DerivationRule::rule_2: return rule_2_between(graph_, a, b);
      case DerivationRule::rule_3: return rule_3_between(graph_, a, b);
      default: break;
    }
    // Selection nodes mark how a population differs from the target; between two others, what either marks may differ.
    NodeSet selection = graph_.none();
    for (const std::size_t population : {a.population, b.population}) {
      const auto known = selection_.find(population);
      if (known != selection_.end())
        selection |= known->second;
      else if (population != 0)
        return std::nullopt;
    }
    return transport_between(graph_, a, b, selection);
  }

  const CausalGraph& graph_;
  std::span<const Source> sources_;
  std::map<std::size_t, NodeSet> selection_;  // by population
};

}  // namespace detail

/// Replays a derivation: every step must be an instance of its rule, with the separation that licenses it there in the
/// graph and its result what the replacement gives; the last line must use nothing but the sources. Nothing where all
/// is right. Axioms are checked by their form, rules of do-calculus by m-separation; how the derivation was found plays
/// no part. As everywhere in do-calculus, every event that is conditioned on is taken to have a positive
/// probability. Linear in the lines as they are written, times the separations.
inline std::optional<Refusal> check_derivation(const CausalGraph& graph, const Derivation& derivation,
                                               std::span<const Source> sources) {
  const detail::DerivationChecker checker(graph, sources);
  if (!detail::is_well_formed(derivation.query, graph))
    return Refusal{0, "the query names a variable twice, or one that the graph has not"};
  Expression whole = derivation.query;
  for (std::size_t i = 0; i < derivation.steps.size(); ++i) {
    if (auto reason = checker.wrong(whole, derivation.steps[i])) return Refusal{i, std::move(*reason)};
    whole = derivation.steps[i].result;
  }
  const bool all_known = detail::for_every_part(whole, [&](const Expression& part) {
    const auto* term = part.as<Expression::Probability>();
    return term == nullptr || checker.is_known(*term);
  });
  if (!all_known) return Refusal{derivation.steps.size(), "the estimand uses a distribution that is not known"};
  return std::nullopt;
}

}  // namespace equipoise::inline v0
