#include <equipoise/privacy/event.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

const PrivacyEvent step = PoissonSampledEvent{.rate = 0.01, .base = GaussianEvent{1.1}};

template <class Make>
bool is_out_of_range(Make make) {
  try {
    make();
  } catch (const Error& error) {
    return error.code() == ErrorCode::value_out_of_range;
  }
  return false;
}

}  // namespace

TEST_CASE("equal events are counted together, in the order in which they first happened") {
  const PrivacyEvent training = ComposedEvent{
      {RepeatedEvent{1000, step}, LaplaceEvent{20},
       RepeatedEvent{
           3, ComposedEvent{{LaplaceEvent{20}, PoissonSampledEvent{.rate = 0.01, .base = GaussianEvent{1.1}}}}}}};
  const auto parts = flattened(training);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0] == CountedEvent{step, 1003});
  CHECK(parts[1] == CountedEvent{LaplaceEvent{20}, 4});
}

TEST_CASE("nothing at all, and what happens no times, flatten to nothing") {
  CHECK(flattened(PrivacyEvent()).empty());
  CHECK(flattened(RepeatedEvent{0, step}).empty());
  CHECK(PrivacyEvent() == PrivacyEvent(ComposedEvent{}));
}

TEST_CASE("a sampled event stays whole when it is flattened") {
  const PrivacyEvent both = PoissonSampledEvent{0.1, ComposedEvent{{GaussianEvent{1}, GaussianEvent{2}}}};
  REQUIRE(flattened(both).size() == 1);
  CHECK(flattened(both)[0].event == both);
}

TEST_CASE("parameters out of range are refused with what was found") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, infinity, nan}) {
    CHECK(is_out_of_range([&] { return PrivacyEvent(GaussianEvent{bad}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(LaplaceEvent{bad}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(DiscreteGaussianEvent{bad, 1}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(DiscreteLaplaceEvent{bad, 1}); }));
  }
  for (const double bad : {-0.1, 1.1, nan}) {
    CHECK(is_out_of_range([&] { return PrivacyEvent(RandomisedResponseEvent{bad, 2}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(PoissonSampledEvent{bad, step}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(ApproximateEvent{1, bad}); }));
    CHECK(is_out_of_range([&] { return PrivacyEvent(TruncatedPoissonSampledEvent{10, bad, 5, step}); }));
  }
  CHECK(is_out_of_range([&] { return PrivacyEvent(DiscreteGaussianEvent{1, 0}); }));
  CHECK(is_out_of_range([&] { return PrivacyEvent(RandomisedResponseEvent{0.5, 1}); }));
  CHECK(is_out_of_range([&] { return PrivacyEvent(FixedSizeSampledEvent{10, 11, step}); }));
  CHECK(is_out_of_range([&] { return PrivacyEvent(ZeroConcentratedEvent{-1}); }));
  CHECK(is_out_of_range([&] { return PrivacyEvent(RepeatedEvent{-1, step}); }));
}

TEST_CASE("counts beyond what a double can hold are refused, not wrapped") {
  const PrivacyEvent many = RepeatedEvent{std::int64_t{1} << 40, RepeatedEvent{std::int64_t{1} << 40, step}};
  CHECK(is_out_of_range([&] { return flattened(many); }));
  const PrivacyEvent most = RepeatedEvent{std::int64_t{1} << 53, step};
  CHECK(is_out_of_range([&] { return flattened(ComposedEvent{{most, step}}); }));
}

TEST_CASE("an event reads as a sentence") {
  CHECK(event_text(RepeatedEvent{1000, step}) == "1000 x Poisson sample at 0.01 of Gaussian noise, multiplier 1.1");
  CHECK(event_text(PrivacyEvent()) == "nothing");
  CHECK(event_text(ComposedEvent{{LaplaceEvent{2}, ApproximateEvent{1, 0}}}) ==
        "(Laplace noise, multiplier 2; a mechanism of epsilon 1)");
}
