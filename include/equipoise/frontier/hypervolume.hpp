// The hypervolume of a set of points: how much of the space up to a reference point they dominate.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// The exact volume between the points and `reference`: of all that some point is no worse than, and that is
/// no worse than the reference. Points that do not stand strictly below the reference in every objective
/// contribute nothing; the order of the points does not change a bit of the result.
/// points: points x objectives, lower is better. O(n log n) in two and three objectives; WFG beyond.
/// Throws value_out_of_range where sizes differ, or a coordinate or the volume is not finite.
double hypervolume(const Eigen::Ref<const Eigen::MatrixXd>& points, std::span<const double> reference);

/// What each point adds to the hypervolume of the others, one entry a point: 0 for a dominated point, for
/// one beyond the reference, and for each of several equal ones. Throws as hypervolume does.
std::vector<double> hypervolume_contributions(const Eigen::Ref<const Eigen::MatrixXd>& points,
                                              std::span<const double> reference);

}  // namespace equipoise::inline v0
