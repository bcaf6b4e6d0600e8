// Probabilities and means of normal variables where affine forms of them lie within bounds.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/normal_polygon.hpp>
#include <equipoise/identify/query.hpp>
#include <equipoise/scm/affine_form.hpp>

namespace equipoise::inline v0 {

/// P(R), and E[z 1_R] for the sources z.
struct RegionMoments {
  double probability = 1;
  Eigen::VectorXd first;

  /// E[form 1_R].
  double mean_of(const AffineForm& form) const {
    return form.mean * probability + (form.is_constant() ? 0.0 : form.loadings.dot(first));
  }
};

/// Where all of some inequalities hold. Forms that are correlated must come down to at most two dimensions, whatever
/// their number; such groups may be any.
class GaussianRegion {
 public:
  explicit GaussianRegion(Eigen::Index sources) : sources_(sources) {}

  /// Adds `form comparison bound`. An equality of a form that varies has probability 0, its opposite 1.
  void add(const AffineForm& form, Comparison comparison, double bound) {
    if (form.is_constant()) {
      const double rounding = 1e-9 * (form.mean_size + std::abs(bound));
      const double value = std::abs(form.mean - bound) <= rounding ? bound : form.mean;
      if (!holds(comparison, value, bound)) is_empty_ = true;
      return;
    }
    if (comparison == Comparison::not_equal) return;
    if (comparison == Comparison::equal) {
      is_empty_ = true;
      return;
    }
    const bool is_above = comparison == Comparison::greater || comparison == Comparison::greater_or_equal;
    const double norm = form.loadings.norm(), at = (bound - form.mean) / norm;
    Side side{form.loadings / norm, -infinity, infinity};
    (is_above ? side.low : side.high) = at;
    for (Side& other : sides_) {
      const double cosine = other.direction.dot(side.direction);
      if ((side.direction - cosine * other.direction).norm() > parallel) continue;
      if (cosine < 0) side = {-side.direction, -side.high, -side.low};
      other.low = std::max(other.low, side.low);
      other.high = std::min(other.high, side.high);
      is_empty_ = is_empty_ || !(other.low < other.high);
      return;
    }
    sides_.push_back(std::move(side));
  }

  /// Whether the inequalities contradict each other, as far as that shows in parallel ones.
  bool is_empty() const noexcept { return is_empty_; }

  /// Nothing where correlated inequalities span three dimensions or more.
  std::optional<RegionMoments> moments() const {
    RegionMoments total{is_empty_ ? 0.0 : 1.0, Eigen::VectorXd::Zero(sources_)};
    if (is_empty_) return total;
    for (const std::vector<std::size_t>& group : groups()) {
      const auto of_group = group_moments(group);
      if (!of_group) return std::nullopt;
      total.first = total.first * of_group->probability + total.probability * of_group->first;
      total.probability *= of_group->probability;
    }
    return total;
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static constexpr double parallel = 1e-10, independent = 1e-13;
  struct Side {
    Eigen::VectorXd direction;  // of length 1
    double low, high;
  };

  /// Sides that are correlated, directly or through others.
  std::vector<std::vector<std::size_t>> groups() const {
    std::vector<std::vector<std::size_t>> result;
    std::vector<bool> seen(sides_.size());
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      if (seen[i]) continue;
      std::vector<std::size_t> group{i};
      seen[i] = true;
      for (std::size_t next = 0; next < group.size(); ++next)
        for (std::size_t j = 0; j < sides_.size(); ++j)
          if (!seen[j] && std::abs(sides_[group[next]].direction.dot(sides_[j].direction)) > independent) {
            seen[j] = true;
            group.push_back(j);
          }
      result.push_back(std::move(group));
    }
    return result;
  }

  std::optional<RegionMoments> group_moments(const std::vector<std::size_t>& group) const {
    const Side& side = sides_[group.front()];
    const Eigen::VectorXd& u = side.direction;
    if (group.size() == 1)
      return RegionMoments{detail::normal_between(side.low, side.high),
                           detail::normal_mean_between(side.low, side.high) * u};
    const Eigen::VectorXd& second = sides_[group[1]].direction;
    Eigen::VectorXd v = second - u.dot(second) * u;
    v /= v.norm();
    v -= u.dot(v) * u;
    v /= v.norm();
    std::vector<Strip> strips;
    for (const std::size_t each : group) {
      const Eigen::VectorXd& direction = sides_[each].direction;
      const double a = direction.dot(u), b = each == group.front() ? 0.0 : direction.dot(v);
      if ((direction - a * u - b * v).norm() > parallel) return std::nullopt;
      strips.push_back({a, b, sides_[each].low, sides_[each].high});
    }
    const NormalMoments moments = normal_polygon(strips);
    return RegionMoments{moments.probability, moments.first_u * u + moments.first_v * v};
  }

  Eigen::Index sources_;
  std::vector<Side> sides_;
  bool is_empty_ = false;
};

}  // namespace equipoise::inline v0
