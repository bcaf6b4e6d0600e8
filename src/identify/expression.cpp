#include <equipoise/identify/expression.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace equipoise::inline v0 {

Symbols symbols_of(const NodeSet& nodes) {
  Symbols symbols;
  for (const Node v : nodes) symbols.push_back({v, 0});
  return symbols;
}

Symbols set_union(const Symbols& a, const Symbols& b) {
  Symbols result;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

Symbols set_difference(const Symbols& a, const Symbols& b) {
  Symbols result;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

Expression::Expression(Tree tree) : tree_(std::make_shared<const Tree>(std::move(tree))) {}

Expression::Expression() {
  static const auto one = std::make_shared<const Tree>(Tree{Product{}});
  tree_ = one;
}

bool Expression::is_one() const noexcept {
  const auto* empty = as<Product>();
  return empty != nullptr && empty->factors.empty();
}

bool operator==(const Expression& a, const Expression& b) {
  return a.is_same_node(b) || a.tree().part == b.tree().part;
}

Expression probability(Expression::Probability term) {
  if (term.of.empty()) return {};
  return Expression(Expression::Tree{std::move(term)});
}

Expression sum(Symbols over, Expression term) {
  if (over.empty()) return term;
  if (const auto* p = term.as<Expression::Probability>()) {
    if (std::includes(p->of.begin(), p->of.end(), over.begin(), over.end()))
      return probability({p->population, set_difference(p->of, over), p->given, p->intervened});
  }
  if (const auto* inner = term.as<Expression::Sum>()) {
    Symbols common;
    std::set_intersection(over.begin(), over.end(), inner->over.begin(), inner->over.end(), std::back_inserter(common));
    if (common.empty()) return sum(set_union(over, inner->over), inner->term);
  }
  return Expression(Expression::Tree{Expression::Sum{std::move(over), std::move(term)}});
}

Expression product(std::vector<Expression> factors) {
  std::vector<Expression> flat;
  flat.reserve(factors.size());
  for (auto& factor : factors) {
    if (const auto* inner = factor.as<Expression::Product>())
      flat.insert(flat.end(), inner->factors.begin(), inner->factors.end());
    else
      flat.push_back(std::move(factor));
  }
  if (flat.size() == 1) return flat.front();
  return Expression(Expression::Tree{Expression::Product{std::move(flat)}});
}

Expression fraction(Expression numerator, Expression denominator) {
  if (denominator.is_one()) return numerator;
  const auto* n = numerator.as<Expression::Probability>();
  const auto* d = denominator.as<Expression::Probability>();
  if (n != nullptr && d != nullptr && n->population == d->population && n->given == d->given &&
      n->intervened == d->intervened && std::includes(n->of.begin(), n->of.end(), d->of.begin(), d->of.end()))
    return probability({n->population, set_difference(n->of, d->of), set_union(n->given, d->of), n->intervened});
  return Expression(Expression::Tree{Expression::Fraction{std::move(numerator), std::move(denominator)}});
}

Symbols free_symbols(const Expression& expression) {
  if (const auto* p = expression.as<Expression::Probability>())
    return set_union(set_union(p->of, p->given), p->intervened);
  if (const auto* s = expression.as<Expression::Sum>()) return set_difference(free_symbols(s->term), s->over);
  if (const auto* f = expression.as<Expression::Fraction>())
    return set_union(free_symbols(f->numerator), free_symbols(f->denominator));
  Symbols symbols;
  for (const auto& factor : expression.as<Expression::Product>()->factors)
    symbols = set_union(symbols, free_symbols(factor));
  return symbols;
}

}  // namespace equipoise::inline v0
