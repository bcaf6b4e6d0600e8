// Estimands: what an identification returns, as an immutable tree of probabilities, sums, products and fractions.
#pragma once

#include <compare>
#include <cstddef>
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

Symbols symbols_of(const NodeSet& nodes);

Symbols set_union(const Symbols& a, const Symbols& b);

Symbols set_difference(const Symbols& a, const Symbols& b);

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
  friend Expression as_written(Tree tree);
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

template <class Part>
const Part* Expression::as() const noexcept {
  return std::get_if<Part>(&tree_->part);
}

/// P(of | given, do(intervened)); 1 where `of` is empty.
Expression probability(Expression::Probability term);

/// sum_over term. What sums out of an unconditional or conditional probability is dropped from it
/// (marginalisation); an empty `over` gives the term itself.
Expression sum(Symbols over, Expression term);

/// The product of the factors; ones are dropped and products within are joined.
Expression product(std::vector<Expression> factors);

/// numerator / denominator. P(a, b | c) / P(b | c) becomes P(a | b, c), the definition of conditioning.
Expression fraction(Expression numerator, Expression denominator);

/// The expression with exactly this root, nothing dropped or joined: for the lines of a derivation, where
/// sum_b P(a, b) is not yet P(a).
inline Expression as_written(Expression::Tree tree) {
  Expression written;
  written.tree_ = std::make_shared<const Expression::Tree>(std::move(tree));
  return written;
}

/// The symbols that a value of the expression depends on: those no sum binds.
Symbols free_symbols(const Expression& expression);

}  // namespace equipoise::inline v0
