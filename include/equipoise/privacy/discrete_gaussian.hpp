// Normal noise on whole numbers, sampled exactly in integer arithmetic.
// Source: Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, algorithm 3.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/discrete_laplace.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>
#include <equipoise/privacy/sensitivity.hpp>

namespace equipoise::inline v0 {

/// P(x) is in proportion to exp(-x^2 / (2 sigma^2)), up to 10^-434. It is not dominated by the normal distribution of
/// the same sigma, and is accounted as itself. Where only the release is wanted on a grid, RoundedGaussian is faster.
class DiscreteGaussian {
 public:
  static constexpr double least_sigma = 0x1p-10, largest_sigma = 0x1p26;

  /// sigma: in [least_sigma, largest_sigma], in whole numbers; rounded up to 26 binary digits (below 1 to 2^-25), so
  /// that what follows fits 128 bits.
  explicit DiscreteGaussian(double sigma) : proposal_(proposal_scale(sigma)) {
    const int binary_places = std::max(0, 25 - std::max(0, std::ilogb(sigma)));
    const auto root = static_cast<std::uint64_t>(std::ceil(std::ldexp(sigma, binary_places)));
    sigma_ = std::ldexp(static_cast<double>(root), -binary_places);
    scale_ = static_cast<std::uint64_t>(proposal_scale(sigma_));
    proposal_ = DiscreteLaplace(static_cast<double>(scale_));
    variance_numerator_ = root * root;
    variance_denominator_ = std::uint64_t{1} << (2 * binary_places);
  }

  /// At least what was asked for.
  double sigma() const noexcept { return sigma_; }

  /// About 15 words.
  template <PrivacyRandomness Randomness>
  std::int64_t draw(Randomness& random) const {
    for (;;) {
      const std::int64_t x = proposal_.draw(random);
      if (accepts(random, static_cast<std::uint64_t>(x < 0 ? -x : x))) return x;
    }
  }

  template <PrivacyRandomness Randomness>
  void draw(Randomness& random, std::span<std::int64_t> out) const {
    for (std::int64_t& x : out) x = draw(random);
  }

  /// What adding a draw to a whole number does that a person changes by at most `sensitivity`.
  PrivacyEvent event(std::int64_t sensitivity) const {
    return DiscreteGaussianEvent{.sigma = sigma_, .sensitivity = sensitivity};
  }

  /// What adding a draw to each entry of a vector of whole numbers does (theorem 4 there, entry by entry):
  /// sensitivity^2 / (2 sigma^2), rounded up.
  template <Adjacency adjacency>
  PrivacyEvent event(const L2Sensitivity<adjacency>& sensitivity) const {
    const double ratio = sensitivity.value() / sigma_;
    return ZeroConcentratedEvent{.rho = ratio * ratio / 2 * (1 + 0x1p-50)};
  }

 private:
  static double proposal_scale(double sigma) {
    detail::check_number("discrete Gaussian", "sigma", sigma, "from 2^-10 to 2^26",
                         [](double s) { return s >= least_sigma && s <= largest_sigma; });
    return std::floor(sigma) + 1;
  }

  // With probability exp(-(size - sigma^2 / t)^2 / (2 sigma^2)), t the proposal's scale.
  template <class Randomness>
  bool accepts(Randomness& random, std::uint64_t size) const {
    if (size > 128 * scale_) return false;  // with all but probability e^-8000
    const detail::Wide reached = detail::Wide{size} * scale_ * variance_denominator_;
    const detail::Wide off =
        reached > variance_numerator_ ? reached - variance_numerator_ : variance_numerator_ - reached;
    const detail::Wide denominator = detail::Wide{2} * variance_numerator_ * variance_denominator_ * scale_ * scale_;
    return detail::draw_exponential_of_fraction(random, off * off, denominator);
  }

  double sigma_ = 0;
  std::uint64_t scale_ = 1, variance_numerator_ = 1, variance_denominator_ = 1;
  DiscreteLaplace proposal_;
};

}  // namespace equipoise::inline v0
