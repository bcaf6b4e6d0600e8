// The number an estimand stands for, from the distributions that are known.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/expression.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

/// A known distribution P(V \ intervened | do(intervened)) in a population, as a table over V: for each value of
/// `intervened`, the values over the rest sum to 1.
struct KnownDistribution {
  std::size_t population = 0;
  NodeSet intervened;
  Factor table;
};

/// The event of probability 0 that a value would condition on: P(event) = 0 at these values.
struct Undefined {
  Expression event;
  std::map<Symbol, std::size_t> at;
};

/// Evaluates estimands on a fixed list of known distributions; every part's table is computed once and shared.
///
/// A value that would condition on an event of probability 0 is undefined; multiplied by 0 it counts as 0, so that
/// a cell that never occurs does not spoil a sum that gives it no weight.
class Evaluation {
 public:
  /// The distributions must outlive this object.
  explicit Evaluation(const std::vector<KnownDistribution>& known) : known_(&known) {}

  /// The value where the symbols take these levels; every free symbol of the expression must be there (asserted).
  std::variant<double, Undefined> value(const Expression& expression, const std::map<Symbol, std::size_t>& at) {
    const double result = value_in(table(expression), at);
    if (!std::isnan(result)) return result;
    return undefined_part(expression, at);
  }

  /// The expression as a function of its free symbols; NaN marks a cell that is undefined.
  const Factor& table(const Expression& expression) {
    const auto found = tables_.find(&expression.tree());
    if (found != tables_.end()) return found->second.second;
    Factor factor = compute(expression);
    // The expression is kept beside its table, so that no other node can take its address.
    return tables_.emplace(&expression.tree(), std::pair(expression, std::move(factor))).first->second.second;
  }

 private:
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  static double multiply(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }
  static double divide(double a, double b) { return b == 0 ? undefined : a / b; }

  static double value_in(const Factor& factor, const std::map<Symbol, std::size_t>& at) {
    std::vector<std::size_t> levels;
    for (const Symbol s : factor.symbols) levels.push_back(at.at(s));
    return factor.at(levels);
  }

  // The part that divides by 0 at this assignment; there is one, since the whole is undefined.
  Undefined undefined_part(const Expression& expression, std::map<Symbol, std::size_t> at) {
    if (const auto* p = expression.as<Expression::Probability>())
      return {probability({p->population, p->given, {}, p->intervened}), restricted(at, *p)};
    if (const auto* f = expression.as<Expression::Fraction>()) {
      for (const auto& part : {f->numerator, f->denominator})
        if (std::isnan(value_in(table(part), at))) return undefined_part(part, std::move(at));
      return {f->denominator, std::move(at)};
    }
    if (const auto* product = expression.as<Expression::Product>()) {
      for (const auto& factor : product->factors)
        if (std::isnan(value_in(table(factor), at))) return undefined_part(factor, std::move(at));
    }
    const auto& s = *expression.as<Expression::Sum>();
    const Factor& term = table(s.term);
    Factor bound = term;
    for (const Symbol symbol : set_difference(term.symbols, s.over)) bound = restrict_to(bound, symbol, at.at(symbol));
    std::size_t cell = 0;
    while (!std::isnan(bound.values[cell])) ++cell;
    for (std::size_t i = bound.symbols.size(); i-- > 0;) {
      at[bound.symbols[i]] = cell % bound.cardinalities[i];
      cell /= bound.cardinalities[i];
    }
    return undefined_part(s.term, std::move(at));
  }

  static std::map<Symbol, std::size_t> restricted(const std::map<Symbol, std::size_t>& at,
                                                  const Expression::Probability& p) {
    std::map<Symbol, std::size_t> kept;
    for (const auto* part : {&p.given, &p.intervened})
      for (const Symbol s : *part) kept.emplace(s, at.at(s));
    return kept;
  }

  Factor compute(const Expression& expression) {
    if (const auto* p = expression.as<Expression::Probability>()) return probability_table(*p);
    if (const auto* s = expression.as<Expression::Sum>()) return sum_out(table(s->term), s->over);
    if (const auto* f = expression.as<Expression::Fraction>()) {
      const Factor numerator = table(f->numerator);
      return combine(numerator, table(f->denominator), divide);
    }
    Factor result = Factor::one();
    for (const auto& factor : expression.as<Expression::Product>()->factors)
      result = combine(result, table(factor), multiply);
    return result;
  }

  // P(of | given, do(intervened)), read from the known distribution with exactly that intervention. A symbol's copy
  // names a value, not a variable: the table is computed on the variables and then relabelled.
  Factor probability_table(const Expression::Probability& p) {
    const KnownDistribution& known = source_of(p);
    Symbols kept;
    for (const auto* part : {&p.of, &p.given, &p.intervened})
      for (const Symbol s : *part) kept.push_back({s.variable, 0});
    std::sort(kept.begin(), kept.end());
    const Factor joint = sum_out(known.table, set_difference(known.table.symbols, kept));
    Symbols of;
    for (const Symbol s : p.of) of.push_back({s.variable, 0});
    return relabelled(combine(joint, sum_out(joint, of), divide), p);
  }

  const KnownDistribution& source_of(const Expression::Probability& p) const {
    for (const auto& known : *known_) {
      if (known.population != p.population || known.intervened.size() != p.intervened.size()) continue;
      bool same = true;
      for (const Symbol s : p.intervened) same = same && known.intervened.contains(s.variable);
      if (same) return known;
    }
    assert(false && "the estimand uses a distribution that is not known");
    return known_->front();
  }

  Factor relabelled(Factor factor, const Expression::Probability& p) const {
    Symbols renamed;
    bool any_copy = false;
    for (const Symbol plain : factor.symbols)
      for (const auto* part : {&p.of, &p.given, &p.intervened})
        for (const Symbol s : *part)
          if (s.variable == plain.variable) {
            renamed.push_back(s);
            any_copy = any_copy || s.copy != 0;
          }
    // Variables are distinct within a term, so that copies do not change the order of its symbols.
    if (any_copy) factor.symbols = std::move(renamed);
    return factor;
  }

  const std::vector<KnownDistribution>* known_;
  std::unordered_map<const Expression::Tree*, std::pair<Expression, Factor>> tables_;
};

}  // namespace equipoise::inline v0
