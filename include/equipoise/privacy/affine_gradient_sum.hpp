// Sums of clipped gradients of an affine score's loss in one pass over the batch, every row rounded by itself.
//
//     PrivateGradient gradient(AffineGradientSum(X, outcome, LogLossSlope{}), options, random);
//
// A row is read once for its score and, still in the nearest cache, once for its share of the sum. Shares are rounded
// to the grid before they are added, and sums of so few whole numbers are exact in doubles, so neither the order of
// rows nor how they are cut into batches changes a bit, and clipping need make room for sqrt(parameters) / 2 steps of
// the grid alone.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
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
/// a copy of the rows as Scalars, in which it computes scores: float, for features that single precision can tell apart,
/// has half as much to read.
template <class Slope, class Scalar = double>
class AffineGradientSum {
 public:
  /// features: persons x inputs; outcome: one a person; constant: what every row has for the intercept. Noise on a
  /// parameter moves scores by as much as its column is large, so a constant of the size of the features spends noise
  /// evenly, and leaves rows shorter. A person with a feature that is not finite, or features too large to square,
  /// counts for nothing.
  AffineGradientSum(ConstMatrixRef features, std::span<const double> outcome, Slope slope = {}, double constant = 1)
      : inputs_(features.cols()),
        slope_(std::move(slope)),
        outcome_(outcome.begin(), outcome.end()),
        rows_(Rows::Zero(features.rows(), (features.cols() + 1 + lane - 1) / lane * lane)),
        squared_(static_cast<std::size_t>(features.rows())) {
    check_same_size("affine gradient sum", "outcome", outcome_.size(), squared_.size());
    rows_.leftCols(inputs_) = features.template cast<Scalar>();
    check_positive("affine gradient sum", "constant for the intercept", constant);
    rows_.col(inputs_).setConstant(static_cast<Scalar>(constant));
    for (Eigen::Index row = 0; row < rows_.rows(); ++row) {
      double& squared = squared_[static_cast<std::size_t>(row)];
      squared = rows_.row(row).template cast<double>().squaredNorm();
      if (!(squared <= largest_square)) {
        squared = std::numeric_limits<double>::infinity();
        rows_.row(row).setZero();
      }
    }
  }

  std::size_t persons() const noexcept { return outcome_.size(); }
  Eigen::Index parameter_count() const noexcept { return inputs_ + 1; }
  double step(double norm) const noexcept { return std::exp2(std::floor(std::log2(norm)) - grid_bits()); }

  void operator()(ConstVectorRef parameters, std::span<const std::size_t> places, const ClippingNorms& norms,
                  std::vector<std::int64_t>& steps, std::vector<NormCounts>& counts) {
    parameters_.setZero(rows_.cols());
    parameters_.head(parameter_count()) = parameters.template cast<Scalar>();
    sums_.setZero(rows_.cols());
    counts.assign(norms.of_group.size(), {});
    const double largest = norms.largest(), by_step = 1 / step(largest), room = largest - bound_lost(largest);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i + ahead < places.size()) prefetch(places[i + ahead]);
      const std::size_t place = places[i], group = norms.group(place);
      const double derivative = slope_(score(place), outcome_[place]);
      const double length = std::abs(derivative) * std::sqrt(squared_[place]);
      const bool is_finite = std::isfinite(length);
      ++(is_finite && norms.is_within(length, group) ? counts[group].within : counts[group].beyond);
      if (!is_finite) continue;
      const double bound = std::min(norms.of_group[group], room);
      add_share(place, (length > bound ? derivative * (bound / length) : derivative) * by_step);
    }
    steps.resize(static_cast<std::size_t>(parameter_count()));
    for (std::size_t i = 0; i < steps.size(); ++i)
      steps[i] = static_cast<std::int64_t>(sums_[static_cast<Eigen::Index>(i)]);
  }

 private:
  static constexpr Eigen::Index lane = 16;
  static constexpr std::size_t ahead = 4;  // rows on their way from memory
  static constexpr double largest_square = 1e300;
  using Lane = Eigen::Array<Scalar, lane, 1>;
  using DoubleLane = Eigen::Array<double, lane, 1>;
  using Rows = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  // The norm has at most 2^(bits + 1) steps, so that all persons' together are below 2^53; 2^24 at most, so that noise
  // of any use keeps within RoundedGaussian's scale.
  int grid_bits() const noexcept { return std::min(24, 51 - static_cast<int>(std::bit_width(persons()))); }
  // Rounding of a row's entries, and of its length and factor: a sum of n squares is off by n units, the rest by few.
  double bound_lost(double norm) const noexcept {
    const double parameters = static_cast<double>(parameter_count());
    return std::sqrt(parameters) * step(norm) / 2 + norm * (parameters + 16) * 0x1p-52;
  }

  const Scalar* row(std::size_t place) const { return rows_.data() + static_cast<Eigen::Index>(place) * rows_.cols(); }

  void prefetch(std::size_t place) const {
    constexpr Eigen::Index line = 64 / sizeof(Scalar);
    __builtin_prefetch(&squared_[place]);
    __builtin_prefetch(&outcome_[place]);
    for (Eigen::Index column = 0; column < rows_.cols(); column += line) __builtin_prefetch(row(place) + column);
  }

  double score(std::size_t place) const {
    const Scalar* const x = row(place);
    Lane products = Lane::Zero();
    for (Eigen::Index column = 0; column < rows_.cols(); column += lane)
      products += Eigen::Map<const Lane>(x + column) * Eigen::Map<const Lane>(parameters_.data() + column);
    return static_cast<double>(products.sum());
  }

  void add_share(std::size_t place, double factor) {
    constexpr double to_whole = 0x1.8p52;  // added and taken off again: rounds to a whole number
    const Scalar* const x = row(place);
    for (Eigen::Index column = 0; column < rows_.cols(); column += lane) {
      const DoubleLane shifted = Eigen::Map<const Lane>(x + column).template cast<double>() * factor + to_whole;
      Eigen::Map<DoubleLane>(sums_.data() + column) += shifted - to_whole;
    }
  }

  Eigen::Index inputs_;
  Slope slope_;
  std::vector<double> outcome_;
  Rows rows_;                    // with the constant after the features, then 0s up to whole lanes
  std::vector<double> squared_;  // length of each row; infinite for one that counts for nothing
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> parameters_;
  Eigen::VectorXd sums_;
};

}  // namespace equipoise::inline v0
