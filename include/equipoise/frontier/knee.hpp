// The knee of a front: where giving a little stops buying much.
#pragma once

#include <cstddef>
#include <optional>

#include <Eigen/Core>

namespace equipoise::inline v0 {

/// The index of the non-dominated point farthest from the line or plane through the extremes (the points best
/// in each objective; Das 1999), objectives scaled to the unit box of the non-dominated points. Where fewer
/// extremes differ than there are objectives, or they line up, it is the distance from what they do span.
/// Distances within 1e-12 are equal, and the least index wins: so a front of one or two points, or a straight
/// one, answers with its first point. Empty only without points. points: points x objectives, lower is better.
/// Throws value_out_of_range where a coordinate is not finite.
std::optional<std::size_t> knee(const Eigen::Ref<const Eigen::MatrixXd>& points);

}  // namespace equipoise::inline v0
