#include <equipoise/privacy/sensitivity.hpp>

#include <limits>
#include <type_traits>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

constexpr auto add_or_remove = Adjacency::add_or_remove_one, replace = Adjacency::replace_one;

}  // namespace

// Neither norms nor relations mix, and a bare number is no sensitivity.
static_assert(!std::is_convertible_v<L1Sensitivity<replace>, L2Sensitivity<replace>>);
static_assert(!std::is_constructible_v<L2Sensitivity<replace>, L2Sensitivity<add_or_remove>>);
static_assert(!std::is_constructible_v<LinfSensitivity<replace>, L1Sensitivity<replace>>);
static_assert(!std::is_convertible_v<double, L2Sensitivity<replace>>);

TEST_CASE("one person moves a sum by their bound, or by twice that if replaced", "[sensitivity]") {
  CHECK(sensitivity_of_sum<Norm::l2, add_or_remove>(1.5).value() == 1.5);
  CHECK(sensitivity_of_sum<Norm::l1, replace>(1.5).value() == 3);
}

TEST_CASE("a sensitivity is a number above 0", "[sensitivity]") {
  for (const double value :
       {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(L1Sensitivity<replace>(value), Error);
}
