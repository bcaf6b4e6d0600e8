// The hypervolume of a set of points: how much of the space up to a reference point they dominate.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/frontier/dominance.hpp>

namespace equipoise::inline v0 {

namespace detail {

// Points are held as gains: how far each stands below the reference in each objective, all positive. The
// volume is then that of a union of boxes with one corner at 0, and more is better.
using Gains = std::vector<std::vector<double>>;

inline double box_volume(std::span<const double> gain) {
  double volume = 1;
  for (const double side : gain) volume *= side;
  return volume;
}

// The points that stand strictly below the reference, as gains.
inline Gains gains_below(const Eigen::Ref<const Eigen::MatrixXd>& points, std::span<const double> reference) {
  Gains gains;
  std::vector<double> gain(reference.size());
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    bool inside = true;
    for (std::size_t j = 0; j < reference.size(); ++j) {
      gain[j] = reference[j] - points(i, static_cast<Eigen::Index>(j));
      inside = inside && gain[j] > 0;
    }
    if (inside) gains.push_back(gain);
  }
  return gains;
}

// Greatest last gain first, and a total order on what follows, so that the sum does not depend on the order given.
inline void sort_by_last(Gains& gains) {
  std::sort(gains.begin(), gains.end(), [](const auto& a, const auto& b) {
    return std::lexicographical_compare(b.rbegin(), b.rend(), a.rbegin(), a.rend());
  });
}

inline double volume_in_two(Gains& gains) {
  sort_by_last(gains);
  double volume = 0, width = 0;
  for (const auto& gain : gains) {
    if (gain[0] <= width) continue;
    volume += (gain[0] - width) * gain[1];
    width = gain[0];
  }
  return volume;
}

// The union of rectangles with a corner at 0, as a staircase from width to height.
class Staircase {
 public:
  double area() const noexcept { return area_; }

  void add(double width, double height) {
    auto next = steps_.lower_bound(width);
    if (next != steps_.end() && next->second >= height) return;
    double right = width;
    double below = next == steps_.end() ? 0.0 : next->second;
    if (next != steps_.end() && next->first == width) next = steps_.erase(next);
    // From the new corner leftwards, each step that it covers is raised to its height.
    auto step = next;
    while (step != steps_.begin()) {
      const auto covered = std::prev(step);
      area_ += (right - covered->first) * (height - below);
      right = covered->first;
      below = covered->second;
      if (below > height) break;
      step = steps_.erase(covered);
    }
    if (step == steps_.begin()) area_ += right * (height - below);
    steps_.emplace_hint(next, width, height);
  }

 private:
  std::map<double, double> steps_;
  double area_ = 0;
};

// Sweeps along the last objective over a staircase of the other two (Fonseca, Paquete, Lopez-Ibanez 2006;
// Beume, Fonseca, Lopez-Ibanez, Paquete, Vahrenhold 2009).
inline double volume_in_three(Gains& gains) {
  sort_by_last(gains);
  Staircase staircase;
  double volume = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    staircase.add(gains[i][0], gains[i][1]);
    const double next = i + 1 < gains.size() ? gains[i + 1][2] : 0.0;
    volume += staircase.area() * (gains[i][2] - next);
  }
  return volume;
}

inline void keep_undominated(Gains& gains) {
  sort_by_last(gains);
  Gains kept;
  for (auto& gain : gains) {
    const bool covered = std::any_of(
        kept.begin(), kept.end(), [&](const auto& other) { return no_worse(gain.data(), other.data(), gain.size()); });
    if (!covered) kept.push_back(std::move(gain));
  }
  gains = std::move(kept);
}

inline double volume_of(Gains gains);

// What `box` covers and `others` do not: WFG's exclusive volume, by the part of the others within the box.
inline double exclusive_volume(std::span<const double> box, std::span<const std::vector<double>> others) {
  Gains within;
  within.reserve(others.size());
  for (const auto& other : others) {
    std::vector<double> limited(box.size());
    for (std::size_t j = 0; j < box.size(); ++j) limited[j] = std::min(box[j], other[j]);
    within.push_back(std::move(limited));
  }
  return std::max(0.0, box_volume(box) - volume_of(std::move(within)));
}

// WFG (While, Bradstreet, Barone 2012). Sorted by the last objective, each box is sliced off against those
// that reach higher there, which is a problem with one objective less.
inline double volume_by_slicing(Gains& gains) {
  keep_undominated(gains);
  std::vector<double> heights(gains.size());
  for (std::size_t i = 0; i < gains.size(); ++i) {
    heights[i] = gains[i].back();
    gains[i].pop_back();
  }
  double volume = 0;
  for (std::size_t i = 0; i < gains.size(); ++i)
    volume += heights[i] * exclusive_volume(gains[i], std::span(gains).first(i));
  return volume;
}

inline double volume_of(Gains gains) {
  if (gains.empty()) return 0;
  if (gains.size() == 1) return box_volume(gains[0]);
  switch (gains[0].size()) {
    case 1: return (*std::max_element(gains.begin(), gains.end()))[0];
    case 2: return volume_in_two(gains);
    case 3: return volume_in_three(gains);
    default: return volume_by_slicing(gains);
  }
}

inline void check_reference(const Eigen::Ref<const Eigen::MatrixXd>& points, std::span<const double> reference) {
  if (static_cast<std::size_t>(points.cols()) != reference.size() || reference.empty())
    throw Error(ErrorCode::value_out_of_range, "the reference point",
                "a reference point of " + std::to_string(reference.size()) + " coordinates",
                "one for each of the " + std::to_string(points.cols()) + " objectives");
  for (const double coordinate : reference)
    if (!(coordinate - coordinate == 0.0))
      throw Error(ErrorCode::value_out_of_range, "the reference point", "a coordinate that is not a finite number",
                  "finite numbers");
  check_points(points);
}

}  // namespace detail

/// The exact volume between the points and `reference`: of all that some point is no worse than, and that is
/// no worse than the reference. Points that do not stand strictly below the reference in every objective
/// contribute nothing; the order of the points does not change a bit of the result.
/// points: points x objectives, lower is better. O(n log n) in two and three objectives; WFG beyond.
/// Throws value_out_of_range where sizes differ, or a coordinate or the volume is not finite.
inline double hypervolume(const Eigen::Ref<const Eigen::MatrixXd>& points, std::span<const double> reference) {
  detail::check_reference(points, reference);
  const double volume = detail::volume_of(detail::gains_below(points, reference));
  if (!std::isfinite(volume))
    throw Error(ErrorCode::value_out_of_range, "the reference point", "a volume that no double can hold",
                "points and a reference of a smaller scale");
  return volume;
}

/// What each point adds to the hypervolume of the others, one entry a point: 0 for a dominated point, for
/// one beyond the reference, and for each of several equal ones. Throws as hypervolume does.
inline std::vector<double> hypervolume_contributions(const Eigen::Ref<const Eigen::MatrixXd>& points,
                                                     std::span<const double> reference) {
  detail::check_reference(points, reference);
  std::vector<double> contributions(static_cast<std::size_t>(points.rows()));
  detail::Gains gains;
  std::vector<std::size_t> row;  // of each gain
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    for (auto& gain : detail::gains_below(points.row(i), reference)) {
      gains.push_back(std::move(gain));
      row.push_back(static_cast<std::size_t>(i));
    }
  for (std::size_t i = 0; i < gains.size(); ++i) {
    std::swap(gains[i], gains.back());
    contributions[row[i]] = detail::exclusive_volume(gains.back(), std::span(gains).first(gains.size() - 1));
    std::swap(gains[i], gains.back());
  }
  return contributions;
}

}  // namespace equipoise::inline v0
