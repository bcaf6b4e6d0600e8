#include <catch2/catch.hpp>

#include <equipoise/identify/rename.hpp>

using namespace equipoise;

namespace {

constexpr Symbol x{0, 0}, x1{0, 1}, x2{0, 2}, y{1, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }

}  // namespace

TEST_CASE("a bound symbol steps aside for a free one of the same variable", "[identify]") {
  const Expression expression = product({p({y}, {x}), sum({x}, product({p({x}), p({y}, {x})}))});
  CHECK(with_distinct_symbols(expression) == product({p({y}, {x}), sum({x1}, product({p({x1}), p({y}, {x1})}))}));
}

TEST_CASE("nested sums over one variable get symbols of their own", "[identify]") {
  const Expression inner = sum({x}, product({p({x}), p({y}, {x})}));
  const Expression expression = sum({x}, product({p({x}, {y}), inner}));
  CHECK(with_distinct_symbols(expression) ==
        sum({x}, product({p({x}, {y}), sum({x1}, product({p({x1}), p({y}, {x1})}))})));
}

TEST_CASE("no replacement is captured by a sum", "[identify]") {
  // sum_{x1} P(x1) P(y | x, x1) with x replaced by x1: the bound x1 must move.
  const Expression expression = sum({x1}, product({p({x1}), p({y}, {x, x1})}));
  const Expression replaced = substitute(expression, {{x, x1}});
  CHECK(free_symbols(replaced) == Symbols{x1, y});
  CHECK(replaced == sum({x2}, product({p({x2}), p({y}, {x1, x2})})));
}

TEST_CASE("writing with distinct symbols changes nothing but symbols", "[identify]") {
  const Expression unsummed = as_written({Expression::Sum{{x}, p({x, y})}});
  CHECK(with_distinct_symbols(unsummed) == unsummed);
  const Expression undivided = as_written({Expression::Fraction{p({x, y}), p({x})}});
  CHECK(with_distinct_symbols(undivided) == undivided);
  const Expression nested = as_written({Expression::Product{{as_written({Expression::Product{{p({x}), p({y})}}})}}});
  CHECK(with_distinct_symbols(nested) == nested);
}
