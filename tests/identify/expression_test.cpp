#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/identify/expression.hpp>

using namespace equipoise;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }

}  // namespace

TEST_CASE("what sums out of a probability leaves it", "[identify]") {
  CHECK(sum({x}, p({x, y})) == p({y}));
  CHECK(sum({x, y}, p({x, y})).is_one());
  CHECK(sum({x}, p({x, y}, {z})) == p({y}, {z}));
  CHECK(sum({}, p({x})) == p({x}));
  CHECK(sum({z}, p({x}, {z})).as<Expression::Sum>() != nullptr);
}

TEST_CASE("a quotient of a joint by its marginal is a conditional", "[identify]") {
  CHECK(fraction(p({x, y}), p({x})) == p({y}, {x}));
  CHECK(fraction(p({x, y}, {z}), p({y}, {z})) == p({x}, {y, z}));
  CHECK(fraction(p({x}), p({y})).as<Expression::Fraction>() != nullptr);
  CHECK(fraction(p({x}), Expression()) == p({x}));
}

TEST_CASE("products are flat and hold no ones", "[identify]") {
  const Expression nested = product({p({x}), product({p({y}), Expression()}), Expression()});
  REQUIRE(nested.as<Expression::Product>() != nullptr);
  CHECK(nested.as<Expression::Product>()->factors.size() == 2);
  CHECK(product({p({x}), Expression()}) == p({x}));
  CHECK(product({}).is_one());
}

TEST_CASE("a sum binds its symbols within its term alone", "[identify]") {
  const Expression inner = sum({x}, product({p({x}), p({y}, {x, z})}));
  CHECK(free_symbols(inner) == Symbols{y, z});
  CHECK(free_symbols(product({p({z}, {x}), inner})) == Symbols{x, y, z});
}

TEST_CASE("what is to stay as written is neither summed out, divided nor joined", "[identify]") {
  CHECK(as_written({Expression::Sum{{x}, p({x, y})}}) != sum({x}, p({x, y})));
  CHECK(as_written({Expression::Fraction{p({x, y}), p({x})}}) != fraction(p({x, y}), p({x})));
  const Expression one_factor = as_written({Expression::Product{{p({x})}}});
  REQUIRE(one_factor.as<Expression::Product>() != nullptr);
  CHECK(one_factor.as<Expression::Product>()->factors.front() == p({x}));
}
