// Which pair dominates which event.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/loss_pair.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr std::int64_t most_atoms = 1'000'000;

AtomPair discrete_gaussian_atoms(const DiscreteGaussianEvent& event) {
  // Beyond 14 sigma there is less than 1e-40, which counts as an infinite loss above and as the lowest below.
  const auto reach = static_cast<std::int64_t>(std::ceil(14 * event.sigma)) + 1;
  const double two_variances = 2 * event.sigma * event.sigma;
  const auto weight = [&](std::int64_t x) {
    const auto value = static_cast<double>(x);
    return std::exp(-value * value / two_variances);
  };
  long double sum = 1;
  for (std::int64_t x = reach; x > 0; --x) sum += 2 * weight(x);
  const auto total = static_cast<double>(sum);
  std::vector<double> losses, p, q;
  const std::int64_t shift = event.sensitivity;
  for (std::int64_t x = -reach; x <= shift + reach; ++x) {
    losses.push_back(static_cast<double>(2 * x - shift) * static_cast<double>(shift) / two_variances);
    p.push_back(weight(x - shift) / total);
    q.push_back(weight(x) / total);
  }
  p.front() += 1e-40;
  q.front() += 1e-40;
  return AtomPair::from_masses(std::move(losses), std::move(p), std::move(q),
                               2 * static_cast<double>(shift) / two_variances);
}

AtomPair discrete_laplace_atoms(const DiscreteLaplaceEvent& event) {
  const double rate = 1 / event.scale, a = std::exp(-rate);
  const auto shift = static_cast<double>(event.sensitivity);
  const double inner = -std::expm1(-rate) / (1 + a);
  std::vector<double> losses{-shift * rate}, p{std::exp(-shift * rate) / (1 + a)}, q{1 / (1 + a)};
  for (std::int64_t x = 1; x < event.sensitivity; ++x) {
    const auto value = static_cast<double>(x);
    losses.push_back((2 * value - shift) * rate);
    p.push_back(inner * std::exp(-(shift - value) * rate));
    q.push_back(inner * std::exp(-value * rate));
  }
  losses.push_back(shift * rate);
  p.push_back(1 / (1 + a));
  q.push_back(std::exp(-shift * rate) / (1 + a));
  return AtomPair::from_masses(std::move(losses), std::move(p), std::move(q), 2 * rate);
}

LossPair atoms(AtomPair pair, double p_infinite = 0) {
  LossPair result;
  result.components.push_back({1, std::make_shared<const AtomPair>(std::move(pair)), LossSampling::none, 1});
  result.p_infinite = p_infinite;
  return result;
}

LossPair no_loss(double p_infinite = 0) {
  return atoms(AtomPair::from_masses({0}, {1 - p_infinite}, {1 - p_infinite}, 0), p_infinite);
}

LossPair randomised_response_pair(const RandomisedResponseEvent& event) {
  const auto levels = static_cast<double>(event.levels);
  const double lie = event.noise / levels, truth = 1 - event.noise + lie, rest = (levels - 2) * lie;
  if (lie == 0) return no_loss(1);
  const double loss = std::log1p((1 - event.noise) / lie);
  if (loss == 0) return no_loss();
  if (event.levels == 2) return atoms(AtomPair::from_masses({-loss, loss}, {lie, truth}, {truth, lie}, 2 * loss));
  return atoms(AtomPair::from_masses({-loss, 0, loss}, {lie, rest, truth}, {truth, rest, lie}, loss));
}

LossPair approximate_pair(const ApproximateEvent& event) {
  if (event.delta == 1 || event.epsilon == 0) return no_loss(event.delta);
  const double kept = 1 - event.delta, high = kept * sigmoid(event.epsilon), low = kept * sigmoid(-event.epsilon);
  return atoms(AtomPair::from_masses({-event.epsilon, event.epsilon}, {low, high}, {high, low}, 2 * event.epsilon),
               event.delta);
}

using Pairs = std::variant<DirectedPairs, std::string>;

Pairs same_both_ways(LossPair pair) { return DirectedPairs{pair, pair, true}; }

Pairs same_both_ways(BasePair base) {
  LossPair pair;
  pair.components.push_back({1, std::move(base), LossSampling::none, 1});
  return same_both_ways(std::move(pair));
}

// The Gaussian noise that several releases on the same rows come to; nothing where others are among them.
std::optional<double> joint_gaussian_shift(const PrivacyEvent& event) {
  double squares = 0;
  for (const CountedEvent& part : flattened(event)) {
    const auto* gaussian = std::get_if<GaussianEvent>(&part.event.kind());
    if (gaussian == nullptr) return std::nullopt;
    squares += static_cast<double>(part.count) / (gaussian->noise_multiplier * gaussian->noise_multiplier);
  }
  return std::sqrt(squares);
}

struct PairsOf {
  Adjacency adjacency;

  Pairs operator()(const GaussianEvent& event) const {
    return same_both_ways(GaussianPair{1 / event.noise_multiplier});
  }
  Pairs operator()(const LaplaceEvent& event) const { return same_both_ways(LaplacePair{1 / event.noise_multiplier}); }
  Pairs operator()(const DiscreteGaussianEvent& event) const {
    if (28 * event.sigma > static_cast<double>(most_atoms - event.sensitivity))
      return "discrete Gaussian noise of sigma " + std::to_string(event.sigma) + " has more than a million values";
    LossPair pair = atoms(discrete_gaussian_atoms(event), 1e-40);
    return same_both_ways(std::move(pair));
  }
  Pairs operator()(const DiscreteLaplaceEvent& event) const {
    if (event.sensitivity > most_atoms)
      return "discrete Laplace noise of sensitivity " + std::to_string(event.sensitivity) +
             " has more than a million losses";
    return same_both_ways(atoms(discrete_laplace_atoms(event)));
  }
  Pairs operator()(const RandomisedResponseEvent& event) const {
    if (adjacency != Adjacency::replace_one)
      return "a randomised response shows that its person is there, so it protects under replace-one alone";
    return same_both_ways(randomised_response_pair(event));
  }
  Pairs operator()(const ApproximateEvent& event) const { return same_both_ways(approximate_pair(event)); }
  Pairs operator()(const ZeroConcentratedEvent&) const {
    return "a zero-concentrated mechanism is known by its Renyi divergences alone, not by its privacy losses";
  }
  Pairs operator()(const NonPrivateEvent& event) const {
    return event.what.empty() ? "a release without noise" : "a release without noise: " + event.what;
  }
  Pairs operator()(const PoissonSampledEvent& event) const {
    double rate = event.rate;
    PrivacyEvent base = event.base;
    while (const auto* inner = std::get_if<PoissonSampledEvent>(&base.kind())) {
      rate *= inner->rate;
      const PrivacyEvent next = inner->base;
      base = next;
    }
    return poisson(rate, base);
  }
  Pairs operator()(const FixedSizeSampledEvent& event) const {
    if (adjacency != Adjacency::replace_one)
      return "a batch of a fixed size tells the number of persons, so it protects under replace-one alone";
    const double rate = static_cast<double>(event.sample) / static_cast<double>(event.population);
    auto base = whole(event.base);
    auto* pairs = std::get_if<DirectedPairs>(&base);
    if (pairs == nullptr || rate == 1) return base;
    if (rate == 0) return same_both_ways(no_loss());
    if (!resample(pairs->removal, LossSampling::exchange, rate)) return nested();
    return same_both_ways(pairs->removal);
  }
  Pairs operator()(const TruncatedPoissonSampledEvent& event) const { return truncated(event); }
  Pairs operator()(const RepeatedEvent& event) const { return several(PrivacyEvent(event)); }
  Pairs operator()(const ComposedEvent& event) const { return several(PrivacyEvent(event)); }

  static Pairs nested() { return "a sample of a sample other than of Poisson samples"; }

  // Releases on the same rows, as the base of a sampling event.
  Pairs whole(const PrivacyEvent& event) const { return std::visit(*this, event.kind()); }
  Pairs several(const PrivacyEvent& event) const {
    const std::vector<CountedEvent> parts = flattened(event);
    if (parts.empty()) return same_both_ways(no_loss());
    if (parts.size() == 1 && parts[0].count == 1) return whole(parts[0].event);
    if (const auto shift = joint_gaussian_shift(event)) return same_both_ways(GaussianPair{*shift});
    return "several releases from one sample, other than Gaussian ones";
  }

  // Samples a pair of one unsampled component.
  static bool resample(LossPair& pair, LossSampling sampling, double rate) {
    if (pair.components.size() != 1 || pair.components[0].sampling != LossSampling::none) return false;
    pair.components[0].sampling = sampling;
    pair.components[0].rate = rate;
    pair.p_infinite *= rate;
    return true;
  }

  Pairs poisson(double rate, const PrivacyEvent& base) const {
    auto whole_base = whole(base);
    auto* pairs = std::get_if<DirectedPairs>(&whole_base);
    if (pairs == nullptr) return whole_base;
    if (rate == 0) return same_both_ways(no_loss());
    if (adjacency == Adjacency::replace_one) {
      const LossComponent& component = pairs->removal.components[0];
      const auto* gaussian = std::get_if<GaussianPair>(&component.base);
      if (gaussian == nullptr || component.sampling != LossSampling::none)
        return "a Poisson sample under replace-one, of other than Gaussian noise";
      if (rate == 1) return same_both_ways(GaussianPair{2 * gaussian->mu});
      return same_both_ways(ExchangedGaussianPair{gaussian->mu, rate});
    }
    if (rate == 1) return whole_base;
    DirectedPairs result{pairs->removal, pairs->removal, false};
    // An infinite loss stays one for a removal only; for an addition it is a finite one, of which there is no form.
    if (result.removal.p_infinite > 1e-30) return "a Poisson sample of a mechanism with a delta";
    if (!resample(result.removal, LossSampling::removal, rate)) return nested();
    resample(result.addition, LossSampling::addition, rate);
    return result;
  }

  // Given the others in the batch before truncation: below the maximum the person joins, by the noise's one shift; else
  // a person who joins takes the place of another, by two, with probability maximum / (others + 1).
  Pairs truncated(const TruncatedPoissonSampledEvent& event) const {
    if (adjacency != Adjacency::add_or_remove_one)
      return "a truncated Poisson sample under replace-one; account it under add-or-remove-one";
    if (event.rate == 0) return same_both_ways(no_loss());
    const auto shift = joint_gaussian_shift(event.base);
    if (!shift) return "a truncated Poisson sample of other than Gaussian noise";
    const auto n = static_cast<double>(event.population), m = static_cast<double>(event.maximum);
    const auto at_least = [&](double trials, double count) {
      if (count > trials) return 0.0;
      return event.rate == 1 ? 1.0 : regularised_beta(count, trials - count + 1, event.rate);
    };
    const double full = at_least(n, m), taken = m / (n + 1) * at_least(n + 1, m + 1);
    DirectedPairs result;
    result.symmetric = false;
    const auto add = [&](double weight, double mu, double rate) {
      if (weight <= 0) return;
      const bool is_sampled = rate < 1;
      result.removal.components.push_back(
          {weight, GaussianPair{mu}, is_sampled ? LossSampling::removal : LossSampling::none, rate});
      result.addition.components.push_back(
          {weight, GaussianPair{mu}, is_sampled ? LossSampling::addition : LossSampling::none, rate});
    };
    add(1 - full, *shift, event.rate);
    if (full > 0) add(full, 2 * *shift, std::min(1.0, taken / full));
    return result;
  }
};

}  // namespace

std::variant<DirectedPairs, std::string> dominating_pairs(const PrivacyEvent& event, Adjacency adjacency) {
  return std::visit(PairsOf{adjacency}, event.kind());
}

}  // namespace equipoise::inline v0::detail
