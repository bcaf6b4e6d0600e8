// Points and intervals of the unit interval on which a discrete value is read from one uniform noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace equipoise::inline v0 {

/// A point of [0, 1] by how much lies below and how much above it, so that points near either end keep their digits.
struct UnitPoint {
  double below = 0, above = 1;

  friend bool operator<(const UnitPoint& a, const UnitPoint& b) noexcept {
    return a.below < 0.5 || b.below < 0.5 ? a.below < b.below : a.above > b.above;
  }
};

/// How much lies between two points, `low` not after `high`.
inline double distance(const UnitPoint& low, const UnitPoint& high) noexcept {
  if (high.below <= 0.5) return high.below - low.below;
  if (low.above <= 0.5) return low.above - high.above;
  return std::max(0.0, 1 - low.below - high.above);
}

struct UnitInterval {
  UnitPoint low, high;
};

/// Where each level of a distribution lies under an inverse-cdf coupling: levels in their order, one after another.
inline std::vector<UnitInterval> level_intervals(std::span<const double> p) {
  std::vector<UnitPoint> ends(p.size() + 1);  // before each level, and after the last
  for (std::size_t k = 0; k < p.size(); ++k) ends[k + 1].below = ends[k].below + p[k];
  ends.back().above = 0;
  for (std::size_t k = p.size(); k-- > 0;) ends[k].above = ends[k + 1].above + p[k];
  for (UnitPoint& end : ends)  // the ends are exact whatever the rounding of the sums
    if (end.below == 0)
      end.above = 1;
    else if (end.above == 0)
      end.below = 1;
  std::vector<UnitInterval> intervals;
  for (std::size_t k = 0; k < p.size(); ++k) intervals.push_back({ends[k], ends[k + 1]});
  return intervals;
}

/// The cells that a set of points cuts the unit interval into. Points that differ by the rounding of a sum of
/// probabilities are one point, so that no cell is but rounding.
class UnitPartition {
 public:
  explicit UnitPartition(std::vector<UnitPoint> points) {
    std::sort(points.begin(), points.end());
    for (const UnitPoint& point : points)
      if (points_.empty() || !is_rounding(points_.back(), point)) points_.push_back(point);
  }

  /// The number of the point, the place of one that the partition was made from.
  std::size_t place(const UnitPoint& point) const noexcept {
    const auto after = std::upper_bound(points_.begin(), points_.end(), point);
    const auto place = static_cast<std::size_t>(after - points_.begin());
    return place == 0 ? 0 : place - 1;
  }
  std::size_t cell_count() const noexcept { return points_.size() < 2 ? 0 : points_.size() - 1; }
  /// From the point `low` to the point `high`, by their places.
  double length(std::size_t low, std::size_t high) const noexcept { return distance(points_[low], points_[high]); }

 private:
  static bool is_rounding(const UnitPoint& low, const UnitPoint& high) noexcept {
    constexpr double relative = 8 * std::numeric_limits<double>::epsilon();
    return low.below < 0.5 ? high.below - low.below <= relative * high.below
                           : low.above - high.above <= relative * low.above;
  }

  std::vector<UnitPoint> points_;
};

}  // namespace equipoise::inline v0
