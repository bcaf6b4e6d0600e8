#include <equipoise/privacy/event.hpp>

#include <algorithm>
#include <string_view>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>

namespace equipoise::inline v0 {

namespace {

constexpr std::int64_t most_counted = std::int64_t{1} << 53;  // a count is also a double

void check_at_least(std::string_view place, std::string_view role, std::int64_t value, std::int64_t least) {
  if (value < least)
    throw Error(ErrorCode::value_out_of_range, std::string(place), std::string(role) + " is " + std::to_string(value),
                "a whole number from " + std::to_string(least));
}

struct Check {
  void operator()(const GaussianEvent& event) const {
    check_positive("a Gaussian event", "noise_multiplier", event.noise_multiplier);
  }
  void operator()(const LaplaceEvent& event) const {
    check_positive("a Laplace event", "noise_multiplier", event.noise_multiplier);
  }
  void operator()(const DiscreteGaussianEvent& event) const {
    check_positive("a discrete Gaussian event", "sigma", event.sigma);
    check_at_least("a discrete Gaussian event", "sensitivity", event.sensitivity, 1);
  }
  void operator()(const DiscreteLaplaceEvent& event) const {
    check_positive("a discrete Laplace event", "scale", event.scale);
    check_at_least("a discrete Laplace event", "sensitivity", event.sensitivity, 1);
  }
  void operator()(const RandomisedResponseEvent& event) const {
    check_probability("a randomised response", "noise", event.noise);
    check_at_least("a randomised response", "levels", event.levels, 2);
  }
  void operator()(const ApproximateEvent& event) const {
    check_non_negative("an approximate event", "epsilon", event.epsilon);
    check_probability("an approximate event", "delta", event.delta);
  }
  void operator()(const ZeroConcentratedEvent& event) const {
    check_non_negative("a zero-concentrated event", "rho", event.rho);
  }
  void operator()(const NonPrivateEvent&) const {}
  void operator()(const PoissonSampledEvent& event) const { check_probability("a Poisson sample", "rate", event.rate); }
  void operator()(const FixedSizeSampledEvent& event) const {
    check_at_least("a sample of fixed size", "population", event.population, 1);
    check_at_least("a sample of fixed size", "sample", event.sample, 0);
    if (event.sample > event.population)
      throw Error(ErrorCode::value_out_of_range, "a sample of fixed size", "sample is " + std::to_string(event.sample),
                  "at most the population, " + std::to_string(event.population));
  }
  void operator()(const TruncatedPoissonSampledEvent& event) const {
    check_at_least("a truncated Poisson sample", "population", event.population, 1);
    check_probability("a truncated Poisson sample", "rate", event.rate);
    check_at_least("a truncated Poisson sample", "maximum", event.maximum, 1);
  }
  void operator()(const RepeatedEvent& event) const { check_at_least("a repeated event", "count", event.count, 0); }
  void operator()(const ComposedEvent&) const {}
};

std::int64_t product_of_counts(std::int64_t a, std::int64_t b) {
  if (a != 0 && b > most_counted / a)
    throw Error(ErrorCode::value_out_of_range, "a repeated event",
                "counts of " + std::to_string(a) + " times " + std::to_string(b), "at most 2^53 in all");
  return a * b;
}

void add_flattened(const PrivacyEvent& event, std::int64_t times, std::vector<CountedEvent>& found) {
  if (times == 0) return;
  if (const auto* repeated = std::get_if<RepeatedEvent>(&event.kind())) {
    add_flattened(repeated->base, product_of_counts(times, repeated->count), found);
  } else if (const auto* composed = std::get_if<ComposedEvent>(&event.kind())) {
    for (const PrivacyEvent& part : composed->parts) add_flattened(part, times, found);
  } else {
    const auto same = std::find_if(found.begin(), found.end(), [&](const CountedEvent& e) { return e.event == event; });
    if (same == found.end()) {
      found.push_back({event, product_of_counts(times, 1)});
    } else if (same->count > most_counted - times) {
      throw Error(ErrorCode::value_out_of_range, "a composed event", "an event counted more than 2^53 times",
                  "at most 2^53 in all");
    } else {
      same->count += times;
    }
  }
}

struct Text {
  std::string operator()(const GaussianEvent& event) const {
    return "Gaussian noise, multiplier " + shortest(event.noise_multiplier);
  }
  std::string operator()(const LaplaceEvent& event) const {
    return "Laplace noise, multiplier " + shortest(event.noise_multiplier);
  }
  std::string operator()(const DiscreteGaussianEvent& event) const {
    return "discrete Gaussian noise, sigma " + shortest(event.sigma) + sensitivity(event.sensitivity);
  }
  std::string operator()(const DiscreteLaplaceEvent& event) const {
    return "discrete Laplace noise, scale " + shortest(event.scale) + sensitivity(event.sensitivity);
  }
  std::string operator()(const RandomisedResponseEvent& event) const {
    return "randomised response over " + std::to_string(event.levels) + " levels, noise " + shortest(event.noise);
  }
  std::string operator()(const ApproximateEvent& event) const {
    return event.delta == 0 ? "a mechanism of epsilon " + shortest(event.epsilon)
                            : "a mechanism of epsilon " + shortest(event.epsilon) + ", delta " + shortest(event.delta);
  }
  std::string operator()(const ZeroConcentratedEvent& event) const {
    return "a zero-concentrated mechanism of rho " + shortest(event.rho);
  }
  std::string operator()(const NonPrivateEvent& event) const {
    return event.what.empty() ? "a release without noise" : "without noise: " + event.what;
  }
  std::string operator()(const PoissonSampledEvent& event) const {
    return "Poisson sample at " + shortest(event.rate) + " of " + event_text(event.base);
  }
  std::string operator()(const FixedSizeSampledEvent& event) const {
    return "sample of " + std::to_string(event.sample) + " of " + std::to_string(event.population) + " of " +
           event_text(event.base);
  }
  std::string operator()(const TruncatedPoissonSampledEvent& event) const {
    return "Poisson sample at " + shortest(event.rate) + " of " + std::to_string(event.population) + ", at most " +
           std::to_string(event.maximum) + ", of " + event_text(event.base);
  }
  std::string operator()(const RepeatedEvent& event) const {
    return std::to_string(event.count) + " x " + event_text(event.base);
  }
  std::string operator()(const ComposedEvent& event) const {
    if (event.parts.empty()) return "nothing";
    std::string text;
    for (const PrivacyEvent& part : event.parts) text += (text.empty() ? "" : "; ") + event_text(part);
    return event.parts.size() == 1 ? text : "(" + text + ")";
  }

  static std::string sensitivity(std::int64_t value) {
    return value == 1 ? "" : ", sensitivity " + std::to_string(value);
  }
};

}  // namespace

PrivacyEvent::PrivacyEvent() {
  static const auto nothing = std::make_shared<const PrivacyEventKind>(ComposedEvent{});
  kind_ = nothing;
}

PrivacyEvent::PrivacyEvent(std::shared_ptr<const PrivacyEventKind> kind) : kind_(std::move(kind)) {
  std::visit(Check{}, *kind_);
}

bool operator==(const PrivacyEvent& a, const PrivacyEvent& b) { return a.kind_ == b.kind_ || *a.kind_ == *b.kind_; }

std::vector<CountedEvent> flattened(const PrivacyEvent& event) {
  std::vector<CountedEvent> found;
  add_flattened(event, 1, found);
  return found;
}

std::string event_text(const PrivacyEvent& event) { return std::visit(Text{}, event.kind()); }

}  // namespace equipoise::inline v0
