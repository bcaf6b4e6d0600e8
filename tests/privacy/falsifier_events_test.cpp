#include <equipoise/privacy/falsifier_events.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/statistics.hpp>

using namespace equipoise;
using detail::OutputFeature;
using detail::Outputs;
using detail::SuspectEvent;
using Relation = SuspectEvent::Relation;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("the lowest bit of a double is found", "[falsifier_events]") {
  CHECK(detail::lowest_bit(1) == 0);
  CHECK(detail::lowest_bit(-12) == 2);
  CHECK(detail::lowest_bit(0.1) == -55);
  CHECK(detail::lowest_bit(1 + 0x1p-52) == -52);
  CHECK(detail::lowest_bit(5e-324) == -1074);
  CHECK(detail::lowest_bit(0x1p-1030 + 0x1p-1060) == -1060);
  for (const double none : {0.0, -0.0, infinity, std::nan("")}) CHECK(detail::lowest_bit(none) == infinity);
}

TEST_CASE("an output has its columns, their bits and differences, and the way between the means as features",
          "[falsifier_events]") {
  const std::vector<double> one{1, 5, 3, 5, 1, 5, 3, 5}, other{0, 5, 2, 5, 0, 5, 2, 5};
  const auto features = detail::output_features({one, 2}, {other, 2});
  REQUIRE(features.size() == 6);
  const std::vector<double> output{7, 4};
  CHECK(features[0](output) == 7);
  CHECK(features[3](output) == 2);
  CHECK(features[4](output) == -3);
  CHECK(features[4].text() == "output[1] - output[0]");
  // The means differ by 1 in the first column, whose variance is 1 in each, and not at all in the second.
  CHECK(features[5](output) == Approx(7));
  CHECK(features[0](std::vector{std::nan(""), 1.0}) == -infinity);
  // Of one column there are no differences, of many too many.
  CHECK(detail::output_features({one, 1}, {other, 1}).size() == 2);
  const std::vector<double> wide(90, 1.0);
  CHECK(detail::output_features({wide, 9}, {wide, 9}).size() == 19);
}

TEST_CASE("the worst event is the one of most standard errors, in the right direction", "[falsifier_events]") {
  // 3 comes half as often on the first input as on the second; all else alike.
  std::vector<double> one, other;
  for (int i = 0; i < 1000; ++i) {
    one.push_back(i < 100 ? 3 : i % 2);
    other.push_back(i < 200 ? 3 : i % 2);
  }
  const std::vector<PrivacyClaim> claims{{0.1, 0}, {3, 0}};
  const auto events = detail::suspect_events({one, 1}, {other, 1}, claims, 2);
  REQUIRE(events.size() == 2);
  CHECK(events[0].threshold == 3);
  CHECK(events[0].relation != Relation::at_most);
  CHECK(events[0].likelier_on_other);
  CHECK(events[0].claim == claims[0]);
  CHECK(events[0].text() == "output[0] >= 3, more often on the second input");
  CHECK(events[0].count({one, 1}) == 100);
  CHECK(events[0].count({other, 1}) == 200);
  CHECK(events[0].score >= events[1].score);
  // (0.2 - e^0.1 0.1) over its standard error.
  const double odds = std::exp(0.1), variance = (0.16 + odds * odds * 0.09) / 1000 + (1 + odds * odds) / 1e6;
  CHECK(events[0].score == Approx((0.2 - odds * 0.1) / std::sqrt(variance)));
}

TEST_CASE("delta is bounded by exact intervals of both proportions", "[falsifier_events]") {
  std::vector<double> one(500, 0.0), other(500, 0.0);
  for (std::size_t i = 0; i < 40; ++i) one[i] = 1;
  for (std::size_t i = 0; i < 7; ++i) other[i] = 1;
  SuspectEvent event;
  event.threshold = 1;
  event.claim = {0.5, 0};
  const double low = clopper_pearson_interval(40, 500, 0.99).low, high = clopper_pearson_interval(7, 500, 0.99).high;
  CHECK(event.delta_lower_bound({one, 1}, {other, 1}, 0.01) == Approx(low - std::exp(0.5) * high).epsilon(1e-9));
  event.likelier_on_other = true;
  CHECK(event.delta_lower_bound({other, 1}, {one, 1}, 0.01) == Approx(low - std::exp(0.5) * high).epsilon(1e-9));
  event.threshold = -1;  // always
  CHECK(event.delta_lower_bound({one, 1}, {other, 1}, 0.01) ==
        Approx(std::pow(0.005, 1.0 / 500) - std::exp(0.5)).epsilon(1e-9));
  event.threshold = 2;  // never
  CHECK(event.delta_lower_bound({one, 1}, {other, 1}, 0.01) < 0);
}
