// Renaming symbols, so that no two different values of a variable share a name on paper.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// Which symbol to write for which.
using Renaming = std::map<Symbol, Symbol>;

namespace detail {

inline Symbols renamed(const Symbols& symbols, const Renaming& renaming) {
  Symbols result;
  for (const Symbol s : symbols) {
    const auto found = renaming.find(s);
    result.push_back(found == renaming.end() ? s : found->second);
  }
  std::sort(result.begin(), result.end());
  return result;
}

// `taken` counts, for each variable, the copies that the surroundings use.
inline Expression rename(const Expression& expression, const Renaming& renaming,
                         const std::map<Node, unsigned>& taken) {
  if (const auto* p = expression.as<Expression::Probability>())
    return probability(
        {p->population, renamed(p->of, renaming), renamed(p->given, renaming), renamed(p->intervened, renaming)});
  if (const auto* s = expression.as<Expression::Sum>()) {
    Renaming inner = renaming;
    auto inner_taken = taken;
    Symbols over;
    for (const Symbol bound : s->over) {
      const auto used = inner_taken.find(bound.variable);
      const Symbol fresh{bound.variable, used == inner_taken.end() ? 0 : used->second};
      inner_taken[bound.variable] = fresh.copy + 1;
      inner[bound] = fresh;
      over.push_back(fresh);
    }
    std::sort(over.begin(), over.end());
    return as_written({Expression::Sum{std::move(over), rename(s->term, inner, inner_taken)}});
  }
  if (const auto* f = expression.as<Expression::Fraction>())
    return as_written(
        {Expression::Fraction{rename(f->numerator, renaming, taken), rename(f->denominator, renaming, taken)}});
  std::vector<Expression> factors;
  for (const auto& factor : expression.as<Expression::Product>()->factors)
    factors.push_back(rename(factor, renaming, taken));
  return as_written({Expression::Product{std::move(factors)}});
}

}  // namespace detail

/// The expression with some free symbols replaced; symbols that sums bind are moved out of their way, so that no
/// replacement is captured.
inline Expression substitute(const Expression& expression, const Renaming& renaming) {
  std::map<Node, unsigned> taken;
  for (const Symbol s : detail::renamed(free_symbols(expression), renaming))
    taken[s.variable] = std::max(taken[s.variable], s.copy + 1);
  return detail::rename(expression, renaming, taken);
}

/// The same value, written so that every sum binds symbols that nothing around it uses: sum_{x'} P(y | x', z) P(x')
/// where x is the treatment. What is printed is always written so.
inline Expression with_distinct_symbols(const Expression& expression) { return substitute(expression, {}); }

}  // namespace equipoise::inline v0
