// Private linear regression by noisy moments, with a ridge that adapts to how well the features are spread.
//
// Source: Wang 2018, "Revisiting differentially private linear regression: optimal and adaptive prediction & estimation
// in unbounded domain", algorithm 2 (AdaSSP): X'X, X'y and the smallest eigenvalue of X'X are released with Gaussian
// noise, a third of the budget each; the ridge is what the noise on X'X may amount to, less the eigenvalue. There sums
// are floating-point numbers; here they are whole numbers of steps of a grid (ClippedSum), and the noise on them exact.
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
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/privacy/clipped_sum.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/privacy/gaussian_mechanism.hpp>

namespace equipoise::inline v0 {

struct AdaSspOptions {
  double row_bound = 1;         ///< rows are clipped to this length; above 0
  double outcome_bound = 1;     ///< outcomes are clipped to this size; above 0
  double noise_multiplier = 1;  ///< of the three releases together; above 0
  double failure = 0.05;        ///< the chance, about, of noise beyond what the ridge is made for; in (0, 1)
};

struct AdaSspFit {
  Eigen::VectorXd coefficients;  ///< one a column
  double ridge = 0;
  PrivacyEvent event;
};

namespace detail {

/// The entries of x x' on and above the diagonal, by columns.
inline void upper_products(std::span<const double> x, std::vector<double>& products) {
  products.clear();
  for (std::size_t column = 0; column < x.size(); ++column)
    for (std::size_t row = 0; row <= column; ++row) products.push_back(x[row] * x[column]);
}

inline Eigen::MatrixXd from_upper(std::span<const double> products, Eigen::Index size) {
  Eigen::MatrixXd matrix(size, size);
  std::size_t next = 0;
  for (Eigen::Index column = 0; column < size; ++column)
    for (Eigen::Index row = 0; row <= column; ++row) matrix(row, column) = matrix(column, row) = products[next++];
  return matrix;
}

/// X'X, its entries on and above the diagonal, and X'y of clipped rows and outcomes, in steps of grids for the noise.
class ClippedMoments {
 public:
  static constexpr Adjacency relation = Adjacency::add_or_remove_one;

  ClippedMoments(Eigen::Index columns, const AdaSspOptions& options, double multiplier)
      : options_(options),
        row_(static_cast<std::size_t>(columns)),
        gram_(row_.size() * (row_.size() + 1) / 2, square(), Grid::for_noise(multiplier * square())),
        moment_(row_.size(), product(), Grid::for_noise(multiplier * product())) {}

  void add(const Eigen::Ref<const Eigen::MatrixXd>& rows, std::span<const double> outcome) {
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      for (std::size_t column = 0; column < row_.size(); ++column)
        row_[column] = rows(i, static_cast<Eigen::Index>(column));
      const double y = outcome[static_cast<std::size_t>(i)];
      const RowClipping clipping(row_, options_.row_bound);
      if (clipping.to_zeros() || !std::isfinite(y)) continue;
      std::transform(row_.begin(), row_.end(), row_.begin(), clipping);
      upper_products(row_, products_);
      gram_.add(products_);
      const double clipped = std::clamp(y, -options_.outcome_bound, options_.outcome_bound);
      for (double& each : row_) each *= clipped;
      moment_.add(row_);
    }
  }

  const ClippedSum<relation>& gram() const noexcept { return gram_; }
  const ClippedSum<relation>& moment() const noexcept { return moment_; }
  Eigen::MatrixXd gram_matrix() const {
    std::vector<double> values;
    for (const std::int64_t steps : gram_.sum()) values.push_back(gram_.grid().value(steps));
    return from_upper(values, static_cast<Eigen::Index>(row_.size()));
  }

  /// How far one of at most `persons` moves the smallest eigenvalue as it is computed: by the largest of their x x',
  /// which rounding to the grid adds columns / 2 steps to, and by errors of a small multiple of columns * 2^-53 of the
  /// largest eigenvalue (the method is backward stable), which is at most the persons' squares.
  L2Sensitivity<relation> eigenvalue_sensitivity(double persons) const {
    const double columns = static_cast<double>(row_.size());
    return L2Sensitivity<relation>(square() * (1 + 64 * columns * 0x1p-53 * persons) + columns * gram_.grid().step());
  }

 private:
  double square() const noexcept { return options_.row_bound * options_.row_bound; }
  double product() const noexcept { return options_.row_bound * options_.outcome_bound; }

  AdaSspOptions options_;
  std::vector<double> row_, products_;
  ClippedSum<relation> gram_, moment_;
};

template <PrivacyRandomness Randomness>
std::vector<double> released(const ClippedSum<ClippedMoments::relation>& sum,
                             const GaussianMechanism<ClippedMoments::relation>& mechanism, Randomness& random) {
  std::vector<double> values(sum.sum().size());
  mechanism.release(random, sum.sum(), values);
  return values;
}

}  // namespace detail

/// rows: persons x columns, with a column of ones for an intercept if there is to be one; outcome: one a person, one
/// that is not finite counting for nothing, like a row. Neighbours by add-or-remove-one. Time: persons * columns^2.
/// Throws value_out_of_range for options out of their ranges, no column, or more than 2^31 persons.
template <PrivacyRandomness Randomness>
AdaSspFit ada_ssp(const Eigen::Ref<const Eigen::MatrixXd>& rows, std::span<const double> outcome,
                  const AdaSspOptions& options, Randomness& random) {
  constexpr double most_persons = 0x1p31;
  const char* place = "AdaSSP";
  check_positive(place, "bound of rows", options.row_bound);
  check_positive(place, "bound of outcomes", options.outcome_bound);
  check_positive(place, "noise multiplier", options.noise_multiplier);
  check_level(place, "chance of failure", options.failure);
  check_positive(place, "columns", static_cast<double>(rows.cols()));
  check_same_size(place, "outcome", outcome.size(), static_cast<std::size_t>(rows.rows()));
  detail::check_number(place, "persons", static_cast<double>(outcome.size()), "at most 2^31",
                       [](double n) { return n <= most_persons; });

  const double d = static_cast<double>(rows.cols()), multiplier = std::sqrt(3.0) * options.noise_multiplier;
  detail::ClippedMoments moments(rows.cols(), options, multiplier);
  moments.add(rows, outcome);
  using Mechanism = GaussianMechanism<detail::ClippedMoments::relation>;
  const Mechanism on_gram(moments.gram().sensitivity(), multiplier, moments.gram().grid());
  const Mechanism on_moment(moments.moment().sensitivity(), multiplier, moments.moment().grid());
  const Mechanism on_eigenvalue(moments.eigenvalue_sensitivity(most_persons), multiplier);
  Eigen::MatrixXd gram = detail::from_upper(detail::released(moments.gram(), on_gram, random), rows.cols());
  const std::vector<double> moment = detail::released(moments.moment(), on_moment, random);
  std::array<double, 1> smallest{symmetric_eigen(moments.gram_matrix()).values[0]};
  on_eigenvalue.add_noise(random, smallest);

  // From here on releases alone are read.
  AdaSspFit fit{{}, 0, ComposedEvent{{on_gram.event(), on_moment.event(), on_eigenvalue.event()}}};
  const double tail = std::sqrt(2 * std::log(1 / options.failure));
  const double at_least = std::max(smallest[0] - on_eigenvalue.standard_deviation() * tail, 0.0);
  const double noise_norm = on_gram.standard_deviation() * std::sqrt(d * std::log(2 * d * d / options.failure));
  // However the noise fell, what is solved has eigenvalues of some size beside it.
  const double least = on_gram.standard_deviation() / 1000 - symmetric_eigen(gram).values[0];
  fit.ridge = std::max({noise_norm - at_least, least, 0.0});
  gram.diagonal().array() += fit.ridge;
  fit.coefficients = solve_spd(gram, Eigen::Map<const Eigen::VectorXd>(moment.data(), rows.cols())).col(0);
  return fit;
}

}  // namespace equipoise::inline v0
