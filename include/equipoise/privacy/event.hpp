// What happened to the private rows, apart from how it is accounted: a small algebra of events, each a value.
//
//     const PrivacyEvent step = PoissonSampledEvent{.rate = 0.01, .base = GaussianEvent{.noise_multiplier = 1.1}};
//     const PrivacyEvent training = ComposedEvent{{RepeatedEvent{.count = 1000, .base = step}, LaplaceEvent{20}}};
//
// A noise multiplier is noise over sensitivity, the sensitivity being that of the neighbouring relation under which the
// event is accounted; below Poisson sampling, what one person's presence changes, under either relation. Sampling
// events state what was drawn, not what one would like to have drawn: a batch of a fixed size is no Poisson batch, and
// a Poisson batch that is cut off is neither.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace equipoise::inline v0 {

/// Normal noise of standard deviation noise_multiplier * l2_sensitivity on each coordinate of a vector, of any
/// dimension; also its rounding to a grid, which is post-processing.
struct GaussianEvent {
  double noise_multiplier = 0;
  friend bool operator==(const GaussianEvent&, const GaussianEvent&) = default;
};

/// Laplace noise of scale noise_multiplier * l1_sensitivity on one number. (On a vector it is
/// ApproximateEvent{1 / noise_multiplier}: the worst shift of one coordinate is not always that of several.)
struct LaplaceEvent {
  double noise_multiplier = 0;
  friend bool operator==(const LaplaceEvent&, const LaplaceEvent&) = default;
};

/// Discrete normal noise on an integer: P(noise = x) is proportional to exp(-x^2 / (2 sigma^2)). A person changes the
/// integer by at most `sensitivity`. Not dominated by the normal of the same sigma.
struct DiscreteGaussianEvent {
  double sigma = 0;
  std::int64_t sensitivity = 1;
  friend bool operator==(const DiscreteGaussianEvent&, const DiscreteGaussianEvent&) = default;
};

/// Discrete Laplace noise on an integer: P(noise = x) is proportional to exp(-|x| / scale). A person changes the
/// integer by at most `sensitivity`.
struct DiscreteLaplaceEvent {
  double scale = 0;
  std::int64_t sensitivity = 1;
  friend bool operator==(const DiscreteLaplaceEvent&, const DiscreteLaplaceEvent&) = default;
};

/// One person's level out of `levels`, told truly with probability 1 - noise and else uniformly over all levels.
struct RandomisedResponseEvent {
  double noise = 0;  ///< in [0, 1]
  std::int64_t levels = 2;
  friend bool operator==(const RandomisedResponseEvent&, const RandomisedResponseEvent&) = default;
};

/// Any mechanism known to be (epsilon, delta)-differentially private; delta 0 is the pure kind.
struct ApproximateEvent {
  double epsilon = 0;
  double delta = 0;
  friend bool operator==(const ApproximateEvent&, const ApproximateEvent&) = default;
};

/// Any mechanism known to be rho-zero-concentrated (Bun, Steinke 2016).
struct ZeroConcentratedEvent {
  double rho = 0;
  friend bool operator==(const ZeroConcentratedEvent&, const ZeroConcentratedEvent&) = default;
};

/// A release without protection: no accountant gives it a finite epsilon. `what` is for people.
struct NonPrivateEvent {
  std::string what;
  friend bool operator==(const NonPrivateEvent&, const NonPrivateEvent&) = default;
};

class PrivacyEvent;

/// The base event on a batch that each person joins on their own with probability `rate`. Its noise multiplier is over
/// what one person's presence changes, the clipping bound of a sum; replacing a sampled person then moves the sum by up
/// to twice that, which accountants see to.
struct PoissonSampledEvent;
/// The base event on a batch of exactly `sample` of the `population` persons, drawn without replacement.
struct FixedSizeSampledEvent;
/// The base event (its multiplier as above) on a Poisson batch, of which `maximum` persons at random stay where it is
/// larger.
struct TruncatedPoissonSampledEvent;
/// The base event `count` times, with fresh randomness, each chosen in sight of the results before.
struct RepeatedEvent;
/// All the events, each chosen in sight of the results before. None at all is the release of nothing.
struct ComposedEvent;

using PrivacyEventKind =
    std::variant<GaussianEvent, LaplaceEvent, DiscreteGaussianEvent, DiscreteLaplaceEvent, RandomisedResponseEvent,
                 ApproximateEvent, ZeroConcentratedEvent, NonPrivateEvent, PoissonSampledEvent, FixedSizeSampledEvent,
                 TruncatedPoissonSampledEvent, RepeatedEvent, ComposedEvent>;

namespace detail {

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... Alternatives>
inline constexpr bool is_alternative<T, std::variant<Alternatives...>> = (std::is_same_v<T, Alternatives> || ...);

}  // namespace detail

/// A tree of the events above, immutable and cheap to copy.
class PrivacyEvent {
 public:
  /// The release of nothing.
  PrivacyEvent();

  /// Throws value_out_of_range for a parameter out of its range: a noise that is not above 0, a rate outside [0, 1], a
  /// sample larger than its population, a number that is not finite.
  template <class Event>
  requires detail::is_alternative<Event, PrivacyEventKind> PrivacyEvent(
      Event event)  // NOLINT(google-explicit-constructor): an event is one of its kinds
      : PrivacyEvent(std::make_shared<const PrivacyEventKind>(std::move(event))) {}

  const PrivacyEventKind& kind() const noexcept;

  friend bool operator==(const PrivacyEvent& a, const PrivacyEvent& b);

 private:
  explicit PrivacyEvent(std::shared_ptr<const PrivacyEventKind> kind);

  std::shared_ptr<const PrivacyEventKind> kind_;
};

struct PoissonSampledEvent {
  double rate = 1;
  PrivacyEvent base;
  friend bool operator==(const PoissonSampledEvent&, const PoissonSampledEvent&) = default;
};

struct FixedSizeSampledEvent {
  std::int64_t population = 0;
  std::int64_t sample = 0;
  PrivacyEvent base;
  friend bool operator==(const FixedSizeSampledEvent&, const FixedSizeSampledEvent&) = default;
};

struct TruncatedPoissonSampledEvent {
  std::int64_t population = 0;
  double rate = 1;
  std::int64_t maximum = 0;
  PrivacyEvent base;
  friend bool operator==(const TruncatedPoissonSampledEvent&, const TruncatedPoissonSampledEvent&) = default;
};

struct RepeatedEvent {
  std::int64_t count = 0;
  PrivacyEvent base;
  friend bool operator==(const RepeatedEvent&, const RepeatedEvent&) = default;
};

struct ComposedEvent {
  std::vector<PrivacyEvent> parts;
  friend bool operator==(const ComposedEvent&, const ComposedEvent&) = default;
};

inline const PrivacyEventKind& PrivacyEvent::kind() const noexcept { return *kind_; }

/// One event with how often it happened.
struct CountedEvent {
  PrivacyEvent event;
  std::int64_t count = 0;
  friend bool operator==(const CountedEvent&, const CountedEvent&) = default;
};

/// The event's parts with nothing composed or repeated at their heads, equal ones counted together, in the order of
/// their first occurrence. Composition being blind to order, this is all that an accountant needs. Throws
/// value_out_of_range where a count is beyond 2^53.
std::vector<CountedEvent> flattened(const PrivacyEvent& event);

/// For people: "1000 x Poisson sample at 0.01 of Gaussian noise, multiplier 1.1".
std::string event_text(const PrivacyEvent& event);

}  // namespace equipoise::inline v0
