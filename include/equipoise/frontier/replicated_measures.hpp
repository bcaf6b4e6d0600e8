// Measured points with their resampled copies, and hypervolumes with the intervals that follow.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/frontier/hypervolume.hpp>

namespace equipoise::inline v0 {

/// What points measure, and what they measure on resampled rows. One replicate resamples the rows once for all
/// points, so that differences between points keep what they share.
struct ReplicatedMeasures {
  Eigen::MatrixXd values;                   ///< points x objectives, lower is better
  std::vector<Eigen::MatrixXd> replicates;  ///< each points x objectives
};

namespace detail {

inline Eigen::MatrixXd rows_of(const Eigen::MatrixXd& matrix, std::span<const std::size_t> rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), matrix.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row(static_cast<Eigen::Index>(i)) = matrix.row(static_cast<Eigen::Index>(rows[i]));
  return result;
}

}  // namespace detail

/// The hypervolume of the points `members` (rows of the measures), with its percentile interval over replicates,
/// widened to hold the value. Who is a member was decided on other rows, and stays fixed. Throws as hypervolume.
inline Estimate hypervolume_estimate(const ReplicatedMeasures& measures, std::span<const std::size_t> members,
                                     std::span<const double> reference, double level = 0.95) {
  std::vector<double> replicates;
  for (const Eigen::MatrixXd& replicate : measures.replicates)
    replicates.push_back(hypervolume(detail::rows_of(replicate, members), reference));
  return percentile_estimate(hypervolume(detail::rows_of(measures.values, members), reference), replicates, level);
}

/// The hypervolume of `first` less that of `second`, both rows of the same measures, with the percentile interval
/// of the paired difference over replicates, widened to hold the value. Throws as hypervolume.
inline Estimate hypervolume_difference(const ReplicatedMeasures& measures, std::span<const std::size_t> first,
                                       std::span<const std::size_t> second, std::span<const double> reference,
                                       double level = 0.95) {
  const auto difference = [&](const Eigen::MatrixXd& values) {
    return hypervolume(detail::rows_of(values, first), reference) -
           hypervolume(detail::rows_of(values, second), reference);
  };
  std::vector<double> replicates;
  for (const Eigen::MatrixXd& replicate : measures.replicates) replicates.push_back(difference(replicate));
  return percentile_estimate(difference(measures.values), replicates, level);
}

}  // namespace equipoise::inline v0
