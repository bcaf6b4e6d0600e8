// What the mechanisms that choose among candidates share: scores in whole steps, and coins of exp(-epsilon gap).
//
// Scores are rounded to a grid of 2^20 steps or more to their sensitivity, which with that rounding counted is a whole
// number of steps; the choice is then made in integers, exactly. Rounding costs a millionth of epsilon, taken off the
// exponent, never off the guarantee. How long a choice takes depends on the scores and is not protected.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/exact_bernoulli.hpp>
#include <equipoise/privacy/grid.hpp>
#include <equipoise/privacy/sensitivity.hpp>

namespace equipoise::inline v0 {

/// How one person's coming, going or change moves the candidates' scores.
enum class ScoreChange {
  any,            ///< some up, some down
  one_direction,  ///< all up or all down, as counts under add-or-remove-one: half the noise suffices
};

namespace detail {

/// Scores as whole numbers of steps that one person moves by at most sensitivity().
class ScoreSteps {
 public:
  template <Adjacency adjacency>
  explicit ScoreSteps(const LinfSensitivity<adjacency>& sensitivity)
      : grid_(std::ilogb(sensitivity.value()) - 20),
        sensitivity_(static_cast<std::int64_t>(std::ceil(grid_.in_steps(sensitivity.value()))) + 1) {}

  std::int64_t sensitivity() const noexcept { return sensitivity_; }

  /// A score beyond 2^40 steps is taken for that. Throws value_out_of_range for one that is not finite: it has no
  /// sensitivity.
  std::int64_t of(double score) const {
    check_finite("private selection", "score", score);
    constexpr std::int64_t most = std::int64_t{1} << 40;
    return std::clamp(grid_.nearest(score), -most, most);
  }

  std::vector<std::int64_t> of(std::span<const double> scores) const {
    if (scores.empty())
      throw Error(ErrorCode::value_out_of_range, "private selection", "no candidates", "at least one");
    std::vector<std::int64_t> steps(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) steps[i] = of(scores[i]);
    return steps;
  }

 private:
  Grid grid_;
  std::int64_t sensitivity_;
};

/// epsilon, checked: above 0 and at most 2^10.
inline double checked_epsilon(std::string_view place, double epsilon) {
  check_number(place, "epsilon", epsilon, "above 0 and at most 2^10", [](double e) { return e > 0 && e <= 0x1p10; });
  return epsilon;
}

/// Coins of probability exp(-epsilon gap / (2 sensitivity)), or without the 2 where scores move in one direction.
class GapCoin {
 public:
  GapCoin(double epsilon, std::int64_t sensitivity, ScoreChange change) {
    const double most = epsilon / static_cast<double>(sensitivity) / (change == ScoreChange::any ? 2 : 1);
    // Two quotients may have rounded up.
    rate_ = static_cast<Wide>(std::ldexp(most * (1 - 0x1p-50), binary_places));
  }

  template <PrivacyRandomness Randomness>
  bool draw(Randomness& random, std::int64_t gap) const {
    return draw_exponential_of_fraction(random, static_cast<Wide>(gap) * rate_, Wide{1} << binary_places);
  }

 private:
  static constexpr int binary_places = 80;  // a gap of 2^41 steps at a rate below 2^-10 fits 128 bits
  Wide rate_;
};

}  // namespace detail

}  // namespace equipoise::inline v0
