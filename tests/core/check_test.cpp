#include <equipoise/core/check.hpp>

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

template <class Check>
std::string message_of(Check check) {
  try {
    check();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::value_out_of_range);
    return error.what();
  }
  return "";
}

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a check names the place, the role, the value and what it should be") {
  CHECK(message_of([] { check_positive("study.json#/privacy", "epsilon", -1); }) ==
        "study.json#/privacy: epsilon is -1; a number above 0");
  CHECK(message_of([] {
          check_non_negative("w", "weight", std::vector{1.0, 0.0, -0.25});
        }) == "w: weight[2] is -0.25; a number of at least 0");
  CHECK(message_of([] { check_same_size("scores", "weights", 1, 4); }) == "scores: weights has 1 entry; 4 entries");
}

TEST_CASE("each check accepts its range with its ends and nothing outside") {
  const auto accepts = [](auto check, double x) { return message_of([&] { check("p", "r", x); }).empty(); };
  const auto finite = [](auto p, auto r, double x) { check_finite(p, r, x); };
  const auto positive = [](auto p, auto r, double x) { check_positive(p, r, x); };
  const auto non_negative = [](auto p, auto r, double x) { check_non_negative(p, r, x); };
  const auto probability = [](auto p, auto r, double x) { check_probability(p, r, x); };
  const auto level = [](auto p, auto r, double x) { check_level(p, r, x); };
  for (const double x :
       {-infinity, -1.0, -5e-324, 0.0, 5e-324, 0.5, 1.0, 1.0000000000000002, 1e308, infinity, nan_value}) {
    CAPTURE(x);
    CHECK(accepts(finite, x) == (x >= -1e308 && x <= 1e308));
    CHECK(accepts(positive, x) == (x > 0 && x <= 1e308));
    CHECK(accepts(non_negative, x) == (x >= 0 && x <= 1e308));
    CHECK(accepts(probability, x) == (x >= 0 && x <= 1));
    CHECK(accepts(level, x) == (x > 0 && x < 1));
  }
  CHECK_NOTHROW(check_same_size("p", "r", 3, 3));
  CHECK_NOTHROW(check_probability("p", "r", std::vector<double>{}));
}
