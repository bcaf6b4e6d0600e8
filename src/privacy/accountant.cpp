#include <equipoise/privacy/accountant.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/privacy/contour_estimate.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>
#include <equipoise/privacy/optimal_composition.hpp>
#include <equipoise/privacy/renyi.hpp>
#include <equipoise/privacy/saddle_plan.hpp>
#include <equipoise/privacy/tight_curve.hpp>

namespace equipoise::inline v0 {

namespace {

using namespace detail;

constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- What each accountant takes of one event that is neither repeated nor composed ----

// An event's epsilon and delta, or why it has none.
struct GuaranteeOf {
  Adjacency adjacency;
  using Found = std::variant<ApproximateEvent, std::string>;

  Found operator()(const LaplaceEvent& event) const { return ApproximateEvent{1 / event.noise_multiplier, 0}; }
  Found operator()(const DiscreteLaplaceEvent& event) const {
    return ApproximateEvent{static_cast<double>(event.sensitivity) / event.scale, 0};
  }
  Found operator()(const RandomisedResponseEvent& event) const {
    if (adjacency != Adjacency::replace_one)
      return "a randomised response shows that its person is there, so it protects under replace-one alone";
    const double lie = event.noise / static_cast<double>(event.levels);
    if (lie == 0) return ApproximateEvent{0, 1};
    return ApproximateEvent{std::log1p((1 - event.noise) / lie), 0};
  }
  Found operator()(const ApproximateEvent& event) const { return event; }
  Found operator()(const NonPrivateEvent& event) const {
    return "a release without noise" + (event.what.empty() ? "" : ": " + event.what);
  }
  template <class Other>
  Found operator()(const Other& event) const {
    return event_text(event) + ", which has no epsilon of its own at delta 0; use pld or rdp";
  }
};

// An event's rho, or why it has none.
struct ConcentrationOf {
  Adjacency adjacency;
  using Found = std::variant<double, std::string>;

  Found operator()(const GaussianEvent& event) const { return gaussian_rdp(event.noise_multiplier, 1); }
  Found operator()(const DiscreteGaussianEvent& event) const {
    return gaussian_rdp(event.sigma / static_cast<double>(event.sensitivity), 1);
  }
  Found operator()(const ZeroConcentratedEvent& event) const { return event.rho; }
  template <class Other>
  Found operator()(const Other& event) const {
    if constexpr (std::is_same_v<Other, PoissonSampledEvent> || std::is_same_v<Other, FixedSizeSampledEvent> ||
                  std::is_same_v<Other, TruncatedPoissonSampledEvent>) {
      return event_text(event) + ": sampling does not lower rho as it should; use pld or rdp";
    } else {
      const auto guarantee = GuaranteeOf{adjacency}(event);
      if (const auto* reason = std::get_if<std::string>(&guarantee)) return *reason;
      const auto& known = std::get<ApproximateEvent>(guarantee);
      if (known.delta > 0) return event_text(event) + ", which has a delta";
      return known.epsilon * known.epsilon / 2;  // Bun, Steinke 2016, proposition 1.4
    }
  }
};

struct GaussianOf {
  using Found = std::variant<double, std::string>;

  Found operator()(const GaussianEvent& event) const { return 1 / event.noise_multiplier; }
  template <class Other>
  Found operator()(const Other& event) const {
    return event_text(event) + ", which is no Gaussian noise; use pld";
  }
};

template <class Visitor>
auto of_part(const CountedEvent& part, const Visitor& visitor) {
  return std::visit(
      [&](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, RepeatedEvent> || std::is_same_v<Kind, ComposedEvent>)
          return typename Visitor::Found(std::string("a composed event"));  // flattened events have none
        else
          return visitor(kind);
      },
      part.event.kind());
}

template <class Visitor>
std::optional<std::string> reason_of(const CountedEvent& part, const Visitor& visitor) {
  const auto found = of_part(part, visitor);
  if (const auto* reason = std::get_if<std::string>(&found)) return *reason;
  return std::nullopt;
}

std::optional<std::string> tight_reason(const CountedEvent& part, Adjacency adjacency) {
  const auto pairs = dominating_pairs(part.event, adjacency);
  if (const auto* reason = std::get_if<std::string>(&pairs)) return *reason;
  return std::nullopt;
}

std::optional<std::string> renyi_reason(const CountedEvent& part, Adjacency adjacency) {
  if (std::holds_alternative<ZeroConcentratedEvent>(part.event.kind())) return std::nullopt;
  if (const auto* sampled = std::get_if<FixedSizeSampledEvent>(&part.event.kind());
      sampled != nullptr && adjacency == Adjacency::replace_one)
    return renyi_reason({sampled->base, 1}, adjacency);
  if (const auto reason = tight_reason(part, adjacency)) return reason;
  const auto pairs = dominating_pairs(part.event, adjacency);
  if (std::get<DirectedPairs>(pairs).removal.p_infinite > 1e-30)
    return event_text(part.event) + ", which has a delta of its own and so no finite Renyi divergence";
  return std::nullopt;
}

std::optional<std::string> reason_against(Accountant accountant, const CountedEvent& part, Adjacency adjacency) {
  switch (accountant) {
    case Accountant::tight: return tight_reason(part, adjacency);
    case Accountant::renyi: return renyi_reason(part, adjacency);
    case Accountant::zero_concentrated: return reason_of(part, ConcentrationOf{adjacency});
    case Accountant::gaussian: return reason_of(part, GaussianOf{});
    case Accountant::optimal:
    case Accountant::basic: return reason_of(part, GuaranteeOf{adjacency});
  }
  return std::nullopt;
}

// ---- The accountants ----

// The pairs of both directions, Gaussian ones made one and those without loss left out.
struct Composition {
  std::vector<CountedPair> removal, addition;
  bool is_symmetric = true;
};

bool is_plain_gaussian(const LossPair& pair) {
  return pair.components.size() == 1 && pair.components[0].sampling == LossSampling::none &&
         std::holds_alternative<GaussianPair>(pair.components[0].base);
}

double& shift_of(LossPair& pair) { return std::get<GaussianPair>(pair.components[0].base).mu; }

void add_pair(std::vector<CountedPair>& pairs, LossPair pair, std::int64_t count) {
  if (pair.largest_loss() == 0) return;
  if (!is_plain_gaussian(pair)) {
    pairs.push_back({std::move(pair), count});
    return;
  }
  shift_of(pair) *= std::sqrt(static_cast<double>(count));
  const auto known =
      std::find_if(pairs.begin(), pairs.end(), [](const CountedPair& other) { return is_plain_gaussian(other.pair); });
  if (known == pairs.end())
    pairs.push_back({std::move(pair), 1});
  else
    shift_of(known->pair) = std::hypot(shift_of(known->pair), shift_of(pair));
}

Composition composition_of(const std::vector<CountedEvent>& parts, Adjacency adjacency) {
  Composition composition;
  for (const CountedEvent& part : parts) {
    const auto pairs = std::get<DirectedPairs>(dominating_pairs(part.event, adjacency));
    composition.is_symmetric = composition.is_symmetric && pairs.symmetric;
    add_pair(composition.removal, pairs.removal, part.count);
    add_pair(composition.addition, pairs.addition, part.count);
  }
  return composition;
}

EpsilonBounds tight_epsilon(const std::vector<CountedEvent>& parts, double delta, Adjacency adjacency) {
  const Composition composition = composition_of(parts, adjacency);
  const Bracket removal = epsilon_bracket_of(composition.removal, delta);
  if (composition.is_symmetric) return {removal.lower, removal.upper};
  const Bracket addition = epsilon_bracket_of(composition.addition, delta, {.enough = removal.upper});
  return {std::max(removal.lower, addition.lower), std::max(removal.upper, addition.upper)};
}

// Where ln delta, which is all but straight between two close bounds, is the wanted one.
std::optional<double> estimate_within(std::span<const CountedPair> pairs, double delta, const EpsilonBounds& bounds) {
  constexpr std::size_t slices = 2000, most_frequencies = 3000;
  const SaddlePlan plan(pairs, 1e-5 * delta / 1e6, slices);
  // A lesser tilt than the saddle point's where that favours the largest losses.
  const double s = std::min(plan.saddle_of_epsilon(bounds.upper), plan.saddle_of_delta(std::log(delta)));
  if (!(s > 0)) return std::nullopt;
  const auto at_lower = plan.contour_delta(bounds.lower, s, most_frequencies);
  const auto at_upper = plan.contour_delta(bounds.upper, s, most_frequencies);
  if (!at_lower || !at_upper || !(*at_lower > *at_upper) || !(*at_upper > 0)) return std::nullopt;
  const double share = std::log(*at_lower / delta) / std::log(*at_lower / *at_upper);
  return bounds.lower + std::clamp(share, 0.0, 1.0) * (bounds.upper - bounds.lower);
}

EpsilonBounds renyi_bounds(const PrivacyEvent& event, double delta, Adjacency adjacency) {
  const auto at = [&](double order) { return renyi_epsilon(event_rdp(event, order, adjacency), order, delta); };
  return {0, std::max(0.0, best_order(at).second)};
}

double concentrated_epsilon(double rho, double delta) {
  if (rho == 0) return 0;
  return std::max(0.0, best_order([&](double order) { return renyi_epsilon(rho * order, order, delta); }).second);
}

EpsilonBounds basic_epsilon(const std::vector<CountedEvent>& parts, double delta, Adjacency adjacency) {
  double epsilons = 0, deltas = 0;
  for (const CountedEvent& part : parts) {
    const auto known = std::get<ApproximateEvent>(of_part(part, GuaranteeOf{adjacency}));
    epsilons += static_cast<double>(part.count) * known.epsilon;
    deltas += static_cast<double>(part.count) * known.delta;
  }
  return {0, deltas <= delta ? epsilons : infinity};
}

EpsilonBounds optimal_epsilon(const std::vector<CountedEvent>& parts, double delta, Adjacency adjacency) {
  std::vector<CountedEvent> known;
  for (const CountedEvent& part : parts)
    known.push_back({std::get<ApproximateEvent>(of_part(part, GuaranteeOf{adjacency})), part.count});
  if (known.empty()) return {0, 0};
  constexpr std::int64_t most_summed = 1'000'000;
  if (known.size() == 1 && known[0].count <= most_summed) {
    const auto& each = std::get<ApproximateEvent>(known[0].event.kind());
    const double exact = optimal_composition_epsilon(each.epsilon, each.delta, known[0].count, delta);
    return {exact, exact};
  }
  return tight_epsilon(known, delta, adjacency);
}

template <class Visitor>
double sum_over(const std::vector<CountedEvent>& parts, const Visitor& visitor, double power) {
  double sum = 0;
  for (const CountedEvent& part : parts)
    sum += static_cast<double>(part.count) * std::pow(std::get<double>(of_part(part, visitor)), power);
  return sum;
}

void refuse_unsupported(Accountant accountant, const PrivacyEvent& event, Adjacency adjacency) {
  if (const Support support = supports(accountant, event, adjacency); !support)
    throw Error(ErrorCode::infeasible, "privacy accounting by " + std::string(accountant_name(accountant)),
                support.reason, "events that it can handle under " + std::string(adjacency_name(adjacency)));
}

}  // namespace

Support supports(Accountant accountant, const PrivacyEvent& event, Adjacency adjacency) {
  for (const CountedEvent& part : flattened(event))
    if (const auto reason = reason_against(accountant, part, adjacency)) return {false, *reason};
  return {};
}

EpsilonBounds epsilon_of(const PrivacyEvent& event, double delta, Adjacency adjacency, Accountant accountant) {
  check_level("privacy accounting", "delta", delta);
  refuse_unsupported(accountant, event, adjacency);
  const std::vector<CountedEvent> parts = flattened(event);
  if (parts.empty()) return {0, 0};
  switch (accountant) {
    case Accountant::tight: return tight_epsilon(parts, delta, adjacency);
    case Accountant::renyi: return renyi_bounds(event, delta, adjacency);
    case Accountant::zero_concentrated:
      return {0, concentrated_epsilon(sum_over(parts, ConcentrationOf{adjacency}, 1), delta)};
    case Accountant::gaussian: {
      const double epsilon = gaussian_epsilon(1 / std::sqrt(sum_over(parts, GaussianOf{}, 2)), delta);
      return {epsilon, epsilon};
    }
    case Accountant::optimal: return optimal_epsilon(parts, delta, adjacency);
    case Accountant::basic: return basic_epsilon(parts, delta, adjacency);
  }
  return {0, infinity};
}

std::optional<double> estimated_epsilon(const PrivacyEvent& event, double delta, Adjacency adjacency) {
  const EpsilonBounds bounds = epsilon_of(event, delta, adjacency);
  if (!(bounds.upper - bounds.lower > 1e-9 * bounds.upper) || !std::isfinite(bounds.upper)) return bounds.upper;
  const Composition composition = composition_of(flattened(event), adjacency);
  const auto removal = estimate_within(composition.removal, delta, bounds);
  if (composition.is_symmetric || !removal) return removal;
  const auto addition = estimate_within(composition.addition, delta, bounds);
  return addition ? std::optional(std::max(*removal, *addition)) : std::nullopt;
}

DeltaBounds delta_of(const PrivacyEvent& event, double epsilon, Adjacency adjacency) {
  check_non_negative("privacy accounting", "epsilon", epsilon);
  refuse_unsupported(Accountant::tight, event, adjacency);
  const Composition composition = composition_of(flattened(event), adjacency);
  const Bracket removal = delta_bracket_of(composition.removal, epsilon);
  if (composition.is_symmetric) return {removal.lower, removal.upper};
  const Bracket addition = delta_bracket_of(composition.addition, epsilon);
  return {std::max(removal.lower, addition.lower), std::max(removal.upper, addition.upper)};
}

}  // namespace equipoise::inline v0
