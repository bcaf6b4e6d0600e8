// Sums of clipped gradients of an affine score's loss in one pass over the batch, every row rounded by itself.
//
//     PrivateGradient gradient(AffineGradientSum(X, outcome, LogLossSlope{}), options, random);
//
// Some rows at a time are read for their scores and, still in the cache, for their shares of the sum, while the next
// are on their way from memory. Shares are rounded to the grid before they are added, and sums of whole numbers are
// exact, so neither the order of rows nor how they are cut into batches changes a bit, and clipping need make room for
// sqrt(parameters) / 2 steps of the grid alone.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/affine_kernel.hpp>
#include <equipoise/privacy/rounded_gradient_sum.hpp>

namespace equipoise::inline v0 {

/// The derivative by the score of ln(1 + e^score) - outcome * score.
struct LogLossSlope {
  double operator()(double score, double outcome) const noexcept { return sigmoid(score) - outcome; }
};

/// The derivative by the score of (score - outcome)^2.
struct SquaredErrorSlope {
  double operator()(double score, double outcome) const noexcept { return 2 * (score - outcome); }
};

/// Models GradientSum, for the parameters of AffinePredictor: the coefficients, then the intercept by `constant`. Holds
/// a copy of the rows as Scalars, in which it computes scores: float, for features that single precision can tell
/// apart, has half as much to read.
template <class Slope, class Scalar = double>
class AffineGradientSum {
 public:
  /// features: persons x inputs; outcome: one a person; constant: what every row has for the intercept. Noise on a
  /// parameter moves scores by as much as its column is large, so a constant of the size of the features spends noise
  /// evenly, and leaves rows shorter. A person with a feature that is not finite, or features too large to square,
  /// counts for nothing.
  AffineGradientSum(ConstMatrixRef features, std::span<const double> outcome, Slope slope = {}, double constant = 1)
      : inputs_(features.cols()),
        width_((static_cast<std::size_t>(inputs_) + lanes) / lanes * lanes),
        slope_(std::move(slope)),
        people_(outcome.size()),
        rows_(people_.size() * width_) {
    check_same_size("affine gradient sum", "outcome", outcome.size(), static_cast<std::size_t>(features.rows()));
    check_positive("affine gradient sum", "constant for the intercept", constant);
    Eigen::Map<Rows> rows(rows_.data(), features.rows(), static_cast<Eigen::Index>(width_));
    rows.leftCols(inputs_) = features.template cast<Scalar>();
    rows.col(inputs_).setConstant(static_cast<Scalar>(constant));
    for (std::size_t place = 0; place < people_.size(); ++place) {
      auto row = rows.row(static_cast<Eigen::Index>(place));
      const double squared = row.template cast<double>().squaredNorm();
      const bool counts = squared <= largest_square;
      if (!counts) row.setZero();
      people_[place] = {outcome[place], counts ? std::sqrt(squared) : std::numeric_limits<double>::infinity()};
    }
  }

  std::size_t persons() const noexcept { return people_.size(); }
  Eigen::Index parameter_count() const noexcept { return inputs_ + 1; }
  double step(double norm) const noexcept { return std::exp2(std::floor(std::log2(norm)) - grid_bits); }

  void operator()(ConstVectorRef parameters, std::span<const std::size_t> places, const ClippingNorms& norms,
                  std::vector<std::int64_t>& steps, std::vector<NormCounts>& counts) {
    parameters_.assign(width_, 0);
    std::transform(parameters.begin(), parameters.end(), parameters_.begin(),
                   [](double parameter) { return static_cast<Scalar>(parameter); });
    steps.assign(width_, 0);
    counts.assign(norms.of_group.size(), {});
    const double largest = norms.largest(), by_step = 1 / step(largest), room = largest - bound_lost(largest);
    const auto factor = [&](std::size_t place, double score) {
      const auto& [outcome, row_length] = people_[place];
      const std::size_t group = norms.group(place);
      const double derivative = slope_(score, outcome), length = std::abs(derivative) * row_length;
      const bool is_finite = std::isfinite(length);
      ++(is_finite && norms.is_within(length, group) ? counts[group].within : counts[group].beyond);
      if (!is_finite) return 0.0;
      const double bound = std::min(norms.of_group[group], room);
      return (length > bound ? derivative * (bound / length) : derivative) * by_step;
    };
    const detail::AffineKernel<Scalar>& kernel = detail::affine_kernels<Scalar>().front();
    std::array<const Scalar*, at_once> rows, next;
    std::array<double, at_once> scores, factors;
    for (std::span<const std::size_t> now, coming;; now = coming) {
      coming = places.first(std::min(at_once, places.size()));
      places = places.subspan(coming.size());
      for (std::size_t i = 0; i < coming.size(); ++i) {
        next[i] = rows_.data() + coming[i] * width_;
        __builtin_prefetch(&people_[coming[i]]);
      }
      kernel.add_shares(std::span(rows).first(now.size()), factors.data(), std::span(next).first(coming.size()), steps);
      if (coming.empty()) break;
      rows = next;
      kernel.score(std::span(rows).first(coming.size()), parameters_, scores.data());
      for (std::size_t i = 0; i < coming.size(); ++i) factors[i] = factor(coming[i], scores[i]);
    }
    steps.resize(static_cast<std::size_t>(parameter_count()));
  }

 private:
  using Rows = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  static constexpr std::size_t lanes = detail::AffineKernel<Scalar>::lanes;
  static constexpr std::size_t at_once = 32;  // rows
  static constexpr double largest_square = 1e300;
  // The norm is below 2^25 steps, so that noise of any use keeps within RoundedGaussian's scale, and all persons'
  // together, if they are fewer than 2^38, are below 2^63.
  static constexpr int grid_bits = 24;

  struct Person {
    double outcome;
    double row_length;  // infinite for one that counts for nothing
  };

  // Rounding of a row's entries, and of its length and factor: a sum of n squares is off by n units, the rest by few.
  double bound_lost(double norm) const noexcept {
    const double parameters = static_cast<double>(parameter_count());
    return std::sqrt(parameters) * step(norm) / 2 + norm * (parameters + 16) * 0x1p-52;
  }

  Eigen::Index inputs_;
  std::size_t width_;  // of a row: the constant after the features, then 0s up to whole lines
  Slope slope_;
  std::vector<Person> people_;
  std::vector<Scalar, detail::LineAllocator<Scalar>> rows_;
  std::vector<Scalar> parameters_;
};

}  // namespace equipoise::inline v0
