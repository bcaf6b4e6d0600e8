// Derivations: a chain of equalities from a query to its estimand, each by an axiom of probability or a rule of
// do-calculus.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/do_calculus.hpp>
#include <equipoise/identify/expression.hpp>
#include <equipoise/identify/notation.hpp>

namespace equipoise::inline v0 {

/// Why two expressions are equal, in either direction.
enum class DerivationRule {
  marginalisation,  ///< P(a | c) = sum_b P(a, b | c); where nothing is left of `a`, sum_b P(b | c) = 1
  chain_rule,       ///< P(a, b | c) = P(a | c) P(b | a, c), for any number of parts
  conditioning,     ///< P(a | b, c) = P(a, b | c) / P(b | c), the definition
  arrangement,      ///< sums of sums, products of products and the order of factors, which change nothing
  factoring,        ///< sum_b f g = f sum_b g where f does not depend on b
  cancellation,     ///< (f g) / (f h) = g / h
  rule_1,           ///< of do-calculus: observations are inserted or deleted
  rule_2,           ///< of do-calculus: actions and observations are exchanged
  rule_3,           ///< of do-calculus: actions are inserted or deleted
  transport,        ///< the term is the same in another population
};

constexpr std::string_view to_string(DerivationRule rule) noexcept {
  switch (rule) {
    case DerivationRule::marginalisation: return "marginalisation";
    case DerivationRule::chain_rule: return "chain rule";
    case DerivationRule::conditioning: return "definition of conditioning";
    case DerivationRule::arrangement: return "arrangement";
    case DerivationRule::factoring: return "factoring";
    case DerivationRule::cancellation: return "cancellation";
    case DerivationRule::rule_1: return "rule 1";
    case DerivationRule::rule_2: return "rule 2";
    case DerivationRule::rule_3: return "rule 3";
    case DerivationRule::transport: return "transport";
  }
  return "arrangement";
}

/// A place in an expression: which part is entered at each step from the root. A sum's term and a fraction's
/// numerator are part 0, its denominator part 1; factors are counted from 0.
using Place = std::vector<std::size_t>;

/// One equality. `before` and `after` are equal for all values of their free symbols, so that `before` may be
/// replaced wherever it stands, also under a sum over these symbols.
struct DerivationStep {
  DerivationRule rule = DerivationRule::arrangement;
  Expression before, after;
  std::vector<Place> places;  ///< `before` is replaced at and below each of these, wherever it stands there
  std::optional<Separation> separation = std::nullopt;  ///< what licenses a rule of do-calculus or transport
  Expression result = {};                               ///< the whole expression after the step
};

/// query = results in turn = estimand.
struct Derivation {
  Expression query;
  std::vector<DerivationStep> steps;

  const Expression& estimand() const { return steps.empty() ? query : steps.back().result; }
};

namespace detail {

// Replaces an expression wherever it stands; every shared node is visited once.
class Replacement {
 public:
  Replacement(Expression before, Expression after) : before_(std::move(before)), after_(std::move(after)) {}

  Expression everywhere(const Expression& in) {
    const auto known = done_.find(&in.tree());
    if (known != done_.end()) return known->second;
    const Expression result = in == before_ ? after_ : parts_replaced(in);
    done_.emplace(&in.tree(), result);
    return result;
  }

  /// At and below a place; nothing where there is no such place.
  std::optional<Expression> below(const Expression& in, std::span<const std::size_t> place) {
    if (place.empty()) return everywhere(in);
    const auto inner = [&](const Expression& part) { return below(part, place.subspan(1)); };
    if (const auto* s = in.as<Expression::Sum>(); s != nullptr && place[0] == 0) {
      if (const auto term = inner(s->term)) return as_written({Expression::Sum{s->over, *term}});
    } else if (const auto* f = in.as<Expression::Fraction>(); f != nullptr && place[0] < 2) {
      Expression::Fraction replaced = *f;
      Expression& part = place[0] == 0 ? replaced.numerator : replaced.denominator;
      if (const auto changed = inner(part)) {
        part = *changed;
        return as_written({std::move(replaced)});
      }
    } else if (const auto* p = in.as<Expression::Product>(); p != nullptr && place[0] < p->factors.size()) {
      Expression::Product replaced = *p;
      if (const auto changed = inner(replaced.factors[place[0]])) {
        replaced.factors[place[0]] = *changed;
        return as_written({std::move(replaced)});
      }
    }
    return std::nullopt;
  }

 private:
  Expression parts_replaced(const Expression& in) {
    if (const auto* s = in.as<Expression::Sum>()) {
      const Expression term = everywhere(s->term);
      return term.is_same_node(s->term) ? in : as_written({Expression::Sum{s->over, term}});
    }
    if (const auto* f = in.as<Expression::Fraction>()) {
      const Expression numerator = everywhere(f->numerator), denominator = everywhere(f->denominator);
      const bool same = numerator.is_same_node(f->numerator) && denominator.is_same_node(f->denominator);
      return same ? in : as_written({Expression::Fraction{numerator, denominator}});
    }
    if (const auto* p = in.as<Expression::Product>()) {
      std::vector<Expression> factors;
      bool same = true;
      for (const auto& factor : p->factors) {
        factors.push_back(everywhere(factor));
        same = same && factors.back().is_same_node(factor);
      }
      return same ? in : as_written({Expression::Product{std::move(factors)}});
    }
    return in;
  }

  Expression before_, after_;
  std::unordered_map<const Expression::Tree*, Expression> done_;
};

}  // namespace detail

/// The whole expression after a step, given the one before it; nothing where a place does not exist. Linear in the
/// nodes of the expression, shared ones counted once, for each place.
inline std::optional<Expression> replaced(const Expression& whole, const DerivationStep& step) {
  std::optional<Expression> result = whole;
  for (const Place& place : step.places) {
    detail::Replacement replacement(step.before, step.after);
    if (result) result = replacement.below(*result, place);
  }
  return result;
}

namespace detail {

inline std::string listed(const NodeSet& nodes, std::span<const std::string> names) {
  std::string text;
  for (const Node v : nodes) text += (text.empty() ? "" : ", ") + names[v];
  return text;
}

}  // namespace detail

/// The separation in words: "Y and Z are separated given X in the graph without arrows into X and out of Z".
inline std::string to_text(const Separation& s, std::span<const std::string> names) {
  std::string text = detail::listed(s.left, names) + " and " +
                     (s.of_selection ? "what differs between the populations (" + detail::listed(s.right, names) + ")"
                                     : detail::listed(s.right, names)) +
                     " are separated";
  if (!s.given.empty()) text += " given " + detail::listed(s.given, names);
  if (s.cut.incoming.empty() && s.cut.outgoing.empty()) return text;
  text += " in the graph without arrows";
  if (!s.cut.incoming.empty()) text += " into " + detail::listed(s.cut.incoming, names);
  if (!s.cut.incoming.empty() && !s.cut.outgoing.empty()) text += " and";
  if (!s.cut.outgoing.empty()) text += " out of " + detail::listed(s.cut.outgoing, names);
  return text;
}

/// Why a step is right, in words: "rule 2: …", or the axiom's name.
inline std::string reason(const DerivationStep& step, std::span<const std::string> names) {
  std::string text(to_string(step.rule));
  if (step.separation) text += ": " + to_text(*step.separation, names);
  return text;
}

/// The derivation as text, an equality a line with its reason beside or, in LaTeX, as an `align*` environment.
inline std::string to_text(const Derivation& derivation, std::span<const std::string> names,
                           Notation notation = Notation::text, std::span<const std::string> populations = {}) {
  const auto written = [&](const Expression& e) { return to_text(e, names, notation, populations); };
  if (notation != Notation::latex) {
    std::string text = written(derivation.query) + '\n';
    for (const auto& step : derivation.steps)
      text += "  = " + written(step.result) + "\n      by " + reason(step, names) + '\n';
    return text;
  }
  std::string text = "\\begin{align*}\n" + written(derivation.query);
  for (const auto& step : derivation.steps) {
    text += (&step == &derivation.steps.front() ? " &= " : " \\\\\n &= ") + written(step.result) + " && \\text{" +
            detail::latex_text(reason(step, names)) + '}';
  }
  return text + "\n\\end{align*}\n";
}

}  // namespace equipoise::inline v0
