// Measured points with their resampled copies, and hypervolumes with the intervals that follow.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/interval.hpp>

namespace equipoise::inline v0 {

/// What points measure, and what they measure on resampled rows. One replicate resamples the rows once for all
/// points, so that differences between points keep what they share.
struct ReplicatedMeasures {
  Eigen::MatrixXd values;                   ///< points x objectives, lower is better
  std::vector<Eigen::MatrixXd> replicates;  ///< each points x objectives
};

/// The hypervolume of the points `members` (rows of the measures), with its percentile interval over replicates,
/// widened to hold the value. Who is a member was decided on other rows, and stays fixed. Throws as hypervolume.
Estimate hypervolume_estimate(const ReplicatedMeasures& measures, std::span<const std::size_t> members,
                              std::span<const double> reference, double level = 0.95);

/// The hypervolume of `first` less that of `second`, both rows of the same measures, with the percentile interval
/// of the paired difference over replicates, widened to hold the value. Throws as hypervolume.
Estimate hypervolume_difference(const ReplicatedMeasures& measures, std::span<const std::size_t> first,
                                std::span<const std::size_t> second, std::span<const double> reference,
                                double level = 0.95);

}  // namespace equipoise::inline v0
