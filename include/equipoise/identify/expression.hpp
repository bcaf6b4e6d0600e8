// Estimands: what an identification returns, as an immutable tree of probabilities, sums, products and fractions.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/node_set.hpp>

namespace equipoise::inline v0 {

/// A variable as it stands in an expression. Copy 0 is the variable itself; a copy k > 0 is another value
/// of the same variable (written with k primes), such as one that a sum runs over while the query fixes the first.
struct Symbol {
  Node variable = 0;
  unsigned copy = 0;
  friend auto operator<=>(const Symbol&, const Symbol&) = default;
};

/// A sorted list of distinct symbols.
using Symbols = std::vector<Symbol>;

inline Symbols symbols_of(const NodeSet& nodes) {
  Symbols symbols;
  for (const Node v : nodes) symbols.push_back({v, 0});
  return symbols;
}

inline Symbols set_union(const Symbols& a, const Symbols& b) {
  Symbols result;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

inline Symbols set_difference(const Symbols& a, const Symbols& b) {
  Symbols result;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

/// Which known distribution a probability is read from: a population (0 is the target), and there the
/// variables that an experiment fixed.
///
/// An immutable shared tree: copies are cheap, equal parts may be one node. Every symbol under a sum's
/// `over` is bound within its term, as in mathematics: an inner sum over X does not see an outer X.
class Expression {
 public:
  /// P_population(of | given, do(intervened)); the three lists are disjoint.
  struct Probability {
    std::size_t population = 0;
    Symbols of, given, intervened;
    friend bool operator==(const Probability&, const Probability&) = default;
  };
  struct Sum;
  struct Product;
  struct Fraction;
  struct Tree;

  /// The number 1 (an empty product).
  Expression();

  const Tree& tree() const noexcept { return *tree_; }
  template <class Part>
  const Part* as() const noexcept;
  bool is_one() const noexcept;
  /// The same node in memory: equal without a look inside.
  bool is_same_node(const Expression& other) const noexcept { return tree_ == other.tree_; }
  friend bool operator==(const Expression& a, const Expression& b);

 private:
  explicit Expression(Tree tree);
  friend Expression probability(Probability);
  friend Expression sum(Symbols over, Expression term);
  friend Expression product(std::vector<Expression> factors);
  friend Expression fraction(Expression numerator, Expression denominator);
  std::shared_ptr<const Tree> tree_;
};

struct Expression::Sum {
  Symbols over;
  Expression term;
  friend bool operator==(const Sum&, const Sum&) = default;
};
struct Expression::Product {
  std::vector<Expression> factors;
  friend bool operator==(const Product&, const Product&) = default;
};
struct Expression::Fraction {
  Expression numerator, denominator;
  friend bool operator==(const Fraction&, const Fraction&) = default;
};
struct Expression::Tree {
  std::variant<Probability, Sum, Product, Fraction> part;
};

inline Expression::Expression(Tree tree) : tree_(std::make_shared<const Tree>(std::move(tree))) {}

inline Expression::Expression() {
  static const auto one = std::make_shared<const Tree>(Tree{Product{}});
  tree_ = one;
}

template <class Part>
const Part* Expression::as() const noexcept {
  return std::get_if<Part>(&tree_->part);
}

inline bool Expression::is_one() const noexcept {
  const auto* empty = as<Product>();
  return empty != nullptr && empty->factors.empty();
}

inline bool operator==(const Expression& a, const Expression& b) {
  return a.is_same_node(b) || a.tree().part == b.tree().part;
}

/// P(of | given, do(intervened)); 1 where `of` is empty.
inline Expression probability(Expression::Probability term) {
  if (term.of.empty()) return {};
  return Expression(Expression::Tree{std::move(term)});
}

/// sum_over term. What sums out of an unconditional or conditional probability is dropped from it
/// (marginalisation); an empty `over` gives the term itself.
inline Expression sum(Symbols over, Expression term) {
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

/// The product of the factors; ones are dropped and products within are joined.
inline Expression product(std::vector<Expression> factors) {
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

/// numerator / denominator. P(a, b | c) / P(b | c) becomes P(a | b, c), the definition of conditioning.
inline Expression fraction(Expression numerator, Expression denominator) {
  if (denominator.is_one()) return numerator;
  const auto* n = numerator.as<Expression::Probability>();
  const auto* d = denominator.as<Expression::Probability>();
  if (n != nullptr && d != nullptr && n->population == d->population && n->given == d->given &&
      n->intervened == d->intervened && std::includes(n->of.begin(), n->of.end(), d->of.begin(), d->of.end()))
    return probability({n->population, set_difference(n->of, d->of), set_union(n->given, d->of), n->intervened});
  return Expression(Expression::Tree{Expression::Fraction{std::move(numerator), std::move(denominator)}});
}

/// The symbols that a value of the expression depends on: those no sum binds.
inline Symbols free_symbols(const Expression& expression) {
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
