#include <equipoise/identify/expression.hpp>

#include <algorithm>
#include <iterator>
#include <unordered_map>
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

namespace {

// Parts are shared, and a nested estimand meets the same one along exponentially many ways: each is looked at once.
class FreeSymbols {
 public:
  const Symbols& of(const Expression& expression) {
    const auto found = of_part_.find(&expression.tree());
    if (found != of_part_.end()) return found->second;
    Symbols symbols = compute(expression);
    return of_part_.emplace(&expression.tree(), std::move(symbols)).first->second;
  }

 private:
  Symbols compute(const Expression& expression) {
    Symbols symbols;
    const auto add = [&](const Symbols& more) { symbols.insert(symbols.end(), more.begin(), more.end()); };
    if (const auto* s = expression.as<Expression::Sum>()) return set_difference(of(s->term), s->over);
    if (const auto* f = expression.as<Expression::Fraction>()) return set_union(of(f->numerator), of(f->denominator));
    if (const auto* product = expression.as<Expression::Product>()) {
      for (const auto& factor : product->factors) add(of(factor));
    } else {
      const auto& p = *expression.as<Expression::Probability>();
      for (const auto* part : {&p.of, &p.given, &p.intervened}) add(*part);
    }
    std::sort(symbols.begin(), symbols.end());
    symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
    return symbols;
  }

  std::unordered_map<const Expression::Tree*, Symbols> of_part_;
};

}  // namespace

Symbols free_symbols(const Expression& expression) { return FreeSymbols().of(expression); }

}  // namespace equipoise::inline v0
