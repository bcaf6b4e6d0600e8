#include <catch2/catch.hpp>

#include <map>
#include <variant>
#include <vector>

#include <equipoise/identify/evaluation.hpp>

using namespace equipoise;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }

// P(x, y, z) over binary variables with no one at z = 1, and no one at x = 1, z = 0, y = 0.
std::vector<KnownDistribution> with_holes() {
  return {{0, NodeSet(3), Factor{{x, y, z}, {2, 2, 2}, {0.25, 0, 0.25, 0, 0, 0, 0.5, 0}}}};
}

}  // namespace

TEST_CASE("probabilities, sums and quotients have their textbook values", "[identify]") {
  const auto known = with_holes();
  Evaluation evaluation(known);
  const std::map<Symbol, std::size_t> at{{x, 0}, {y, 1}, {z, 0}};
  CHECK(std::get<double>(evaluation.value(p({x}), at)) == 0.5);
  CHECK(std::get<double>(evaluation.value(p({y}, {x}), at)) == 0.5);
  CHECK(std::get<double>(evaluation.value(sum({x}, product({p({x}), p({y}, {x})})), at)) == 0.75);
  CHECK(std::get<double>(evaluation.value(fraction(p({y}), p({x})), at)) == 1.5);
  CHECK(std::get<double>(evaluation.value(Expression(), {})) == 1);
}

TEST_CASE("a condition of probability zero is undefined, and the event is named", "[identify]") {
  const auto known = with_holes();
  Evaluation evaluation(known);
  const auto answer = evaluation.value(product({p({x}), p({y}, {x, z})}), {{x, 1}, {y, 1}, {z, 1}});
  REQUIRE(std::holds_alternative<Undefined>(answer));
  CHECK(std::get<Undefined>(answer).event == p({x, z}));
  CHECK(std::get<Undefined>(answer).at == std::map<Symbol, std::size_t>{{x, 1}, {z, 1}});
  const auto quotient = evaluation.value(fraction(p({x}), p({z})), {{x, 1}, {z, 1}});
  REQUIRE(std::holds_alternative<Undefined>(quotient));
  CHECK(std::get<Undefined>(quotient).event == p({z}));
}

TEST_CASE("a cell that never occurs does not spoil a sum that gives it no weight", "[identify]") {
  const auto known = with_holes();
  Evaluation evaluation(known);
  // The adjustment sum_z P(y | x, z) P(z): z = 1 has no weight, so P(y | x, z = 1) does not matter.
  CHECK(std::get<double>(evaluation.value(sum({z}, product({p({y}, {x, z}), p({z})})), {{x, 0}, {y, 1}})) == 0.5);
  const auto unweighted = evaluation.value(sum({z}, p({y}, {x, z})), {{x, 0}, {y, 1}});
  REQUIRE(std::holds_alternative<Undefined>(unweighted));
  CHECK(std::get<Undefined>(unweighted).at == std::map<Symbol, std::size_t>{{x, 0}, {z, 1}});
}
