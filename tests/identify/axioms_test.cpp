#include <catch2/catch.hpp>

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <equipoise/identify/axioms.hpp>
#include <equipoise/identify/evaluation.hpp>

#include "identify/all_interventions.hpp"
#include "random_trials.hpp"

using namespace equipoise;
using equipoise::testing::largest_difference;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0}, w{3, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }
Expression sum_of(Symbols over, Expression term) {
  return as_written({Expression::Sum{std::move(over), std::move(term)}});
}
Expression product_of(std::vector<Expression> factors) { return as_written({Expression::Product{std::move(factors)}}); }
Expression quotient_of(Expression a, Expression b) {
  return as_written({Expression::Fraction{std::move(a), std::move(b)}});
}

// Every probability of three variables: each is what it is of, what it is given, or neither.
std::vector<Expression> every_probability() {
  std::vector<Expression> all;
  for (std::size_t code = 0; code < 27; ++code) {
    Expression::Probability term;
    std::size_t rest = code;
    for (const Symbol s : {x, y, z}) {
      if (rest % 3 == 1) term.of.push_back(s);
      if (rest % 3 == 2) term.given.push_back(s);
      rest /= 3;
    }
    if (!term.of.empty()) all.push_back(probability(term));
  }
  return all;
}

std::vector<Symbols> every_subset() { return {{x}, {y}, {z}, {x, y}, {x, z}, {y, z}, {x, y, z}}; }

// A joint distribution of three binary variables that nothing in particular holds of.
std::vector<KnownDistribution> generic_joint() {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0.1, 1);
  Factor table{{x, y, z}, {2, 2, 2}, {}};
  double total = 0;
  for (int i = 0; i < 8; ++i) total += table.values.emplace_back(uniform(random));
  for (double& value : table.values) value /= total;
  return {{0, NodeSet(3), std::move(table)}};
}

bool equal_in(Evaluation& evaluation, const Expression& a, const Expression& b) {
  return largest_difference(evaluation.table(a), evaluation.table(b)) < 1e-9;
}

}  // namespace

TEST_CASE("a marginal is a joint probability with the rest summed out, and nothing else", "[identify]") {
  CHECK(is_marginalisation(p({x}, {z}), sum_of({y}, p({x, y}, {z}))));
  CHECK(is_marginalisation(Expression(), sum_of({x, y}, p({x, y}, {z}))));
  CHECK_FALSE(is_marginalisation(p({x}, {z}), sum_of({z}, p({x}, {z}))));
  CHECK_FALSE(is_marginalisation(p({x}, {z}), sum_of({y}, p({x, y}))));
  CHECK_FALSE(is_marginalisation(p({x}), sum_of({y}, p({x, y, z}))));
  CHECK_FALSE(is_marginalisation(Expression(), sum_of({x}, p({x, y}))));
  CHECK_FALSE(is_marginalisation(p({x}), sum_of({y}, probability({1, {x, y}, {}, {}}))));
  CHECK_FALSE(is_marginalisation(p({x}), sum_of({y}, probability({0, {x, y}, {}, {z}}))));
  CHECK_FALSE(is_marginalisation(sum_of({y}, p({x, y})), p({x})));
}

TEST_CASE("a chain conditions each part on all that stand before it", "[identify]") {
  CHECK(is_chain(p({x, y, z}, {w}), product_of({p({z}, {x, y, w}), p({x}, {w}), p({y}, {x, w})})));
  CHECK(is_chain(p({x, y, z}), product_of({p({x, y}), p({z}, {x, y})})));
  CHECK_FALSE(is_chain(p({x, y, z}), product_of({p({x}), p({y}, {x}), p({z}, {y})})));
  CHECK_FALSE(is_chain(p({x, y}), product_of({p({x}, {y}), p({y}, {x})})));
  CHECK_FALSE(is_chain(p({x, y}), product_of({p({x}), p({y})})));
  CHECK_FALSE(is_chain(p({x, y}, {w}), product_of({p({x}), p({y}, {x})})));
  CHECK_FALSE(is_chain(p({x, y, z}), product_of({p({x}), p({y}, {x})})));
  CHECK_FALSE(is_chain(p({x, y}), product_of({p({x}), probability({1, {y}, {x}, {}})})));
}

TEST_CASE("a conditional is the quotient of its joint by its condition", "[identify]") {
  CHECK(is_conditioning(p({y}, {x, z}), quotient_of(p({x, y}, {z}), p({x}, {z}))));
  CHECK_FALSE(is_conditioning(p({y}, {x, z}), quotient_of(p({x, y}, {z}), p({x}))));
  CHECK_FALSE(is_conditioning(p({y}, {x, z}), quotient_of(p({x, y}), p({x}))));
  CHECK_FALSE(is_conditioning(p({y}, {x}), quotient_of(p({x, y}), p({y}))));
  CHECK_FALSE(is_conditioning(p({y}, {x}), p({x, y})));
}

TEST_CASE("an arrangement changes the order of factors and the nesting of sums and products alone", "[identify]") {
  const Expression a = p({x}), b = p({y}, {x}), c = p({z}, {y});
  CHECK(equal_in_arrangement(product_of({a, product_of({b, c})}), product_of({c, a, b})));
  CHECK(equal_in_arrangement(sum_of({x}, sum_of({y}, product_of({a, b, c}))),
                             sum_of({x, y}, product_of({product_of({b, Expression()}), c, a}))));
  CHECK(equal_in_arrangement(product_of({a}), a));
  CHECK_FALSE(equal_in_arrangement(product_of({a, a}), a));
  CHECK_FALSE(equal_in_arrangement(sum_of({x}, sum_of({x}, a)), sum_of({x}, a)));
  CHECK_FALSE(equal_in_arrangement(sum_of({x}, product_of({a, c})), product_of({sum_of({x}, a), c})));
  CHECK_FALSE(equal_in_arrangement(quotient_of(a, b), quotient_of(b, a)));
}

TEST_CASE("what does not depend on a sum's symbols may leave it, and what does may not", "[identify]") {
  const Expression a = p({x}), b = p({y}, {x}), c = p({z}, {w});
  CHECK(is_factoring(sum_of({x}, product_of({a, b, c})), product_of({c, sum_of({x}, product_of({a, b}))})));
  CHECK_FALSE(is_factoring(sum_of({x}, product_of({a, b, c})), product_of({b, sum_of({x}, product_of({a, c}))})));
  CHECK_FALSE(is_factoring(sum_of({x}, product_of({a, b, c})), product_of({sum_of({x}, product_of({a, b}))})));
  // A symbol that an inner sum binds is not the one outside.
  const Expression inner = sum_of({x}, product_of({a, b}));
  CHECK(is_factoring(sum_of({x}, product_of({a, inner})), product_of({inner, sum_of({x}, a)})));
}

TEST_CASE("only what stands above and below a bar cancels", "[identify]") {
  const Expression a = p({x}), b = p({y}, {x}), c = p({z}, {w});
  CHECK(is_cancellation(quotient_of(product_of({a, b}), product_of({c, a})), quotient_of(b, c)));
  CHECK(is_cancellation(quotient_of(product_of({a, b}), b), a));
  CHECK(is_cancellation(quotient_of(a, a), Expression()));
  CHECK_FALSE(is_cancellation(quotient_of(product_of({a, b}), c), a));
  CHECK_FALSE(is_cancellation(quotient_of(a, b), quotient_of(b, a)));
}

TEST_CASE("marginalisation and the chain rule are recognised exactly where they are true", "[identify]") {
  const auto known = generic_joint();
  Evaluation evaluation(known);
  const auto terms = every_probability();
  int marginals = 0, chains = 0;
  for (const Expression& term : terms) {
    for (const Symbols& over : every_subset())
      for (const Expression& of : terms) {
        if (!set_difference(over, free_symbols(of)).empty()) continue;
        const Expression sum = sum_of(over, of);
        REQUIRE(is_marginalisation(term, sum) == equal_in(evaluation, term, sum));
        marginals += is_marginalisation(term, sum);
      }
    for (const Expression& first : terms)
      for (const Expression& second : terms) {
        const Expression both = product_of({first, second});
        REQUIRE(is_chain(term, both) == equal_in(evaluation, term, both));
        chains += is_chain(term, both);
      }
  }
  // a and b not empty, c any: 12 + 6 of three variables, 3 * 2 of two
  CHECK(marginals == 18);
  CHECK(chains == 36);
}

TEST_CASE("conditioning, factoring and cancellation are true wherever they are recognised", "[identify]") {
  const auto known = generic_joint();
  Evaluation evaluation(known);
  const auto terms = every_probability();
  std::mt19937_64 random(4);
  const auto any = [&] { return terms[random() % terms.size()]; };
  const auto subsets = every_subset();
  int conditionals = 0, factored = 0, cancelled = 0;
  for (const Expression& term : terms)
    for (const Expression& above : terms)
      for (const Expression& below : terms) {
        const Expression quotient = quotient_of(above, below);
        if (!is_conditioning(term, quotient)) continue;
        ++conditionals;
        REQUIRE(equal_in(evaluation, term, quotient));
      }
  for (int trial = 0; trial < trials(60000); ++trial) {
    const Expression a = any(), b = any();
    const Symbols& over = subsets[random() % subsets.size()];
    const Expression inside = sum_of(over, product_of({a, b})), outside = product_of({a, sum_of(over, b)});
    if (is_factoring(inside, outside)) {
      ++factored;
      REQUIRE(equal_in(evaluation, inside, outside));
    }
    const auto one_of = [&] { return random() % 2 == 0 ? a : b; };
    const Expression left = quotient_of(product_of({one_of(), one_of()}), one_of()),
                     right = random() % 2 == 0 ? quotient_of(one_of(), one_of()) : one_of();
    if (is_cancellation(left, right)) {
      ++cancelled;
      REQUIRE(equal_in(evaluation, left, right));
    }
  }
  CHECK(conditionals == 18);
  CHECK(factored > trials(1000));
  CHECK(cancelled > trials(1000));
}
