// Gumbel-max in many worlds at once: one race of exponentials, read by several distributions.
//
// With e_k independent standard exponentials, the winner under p is the level of least e_k / p_k. Let the winners under
// the distributions be given, and e their exponentials: under a distribution p with winner a every other level k needs
// e_k >= e_a p_k / p_a. Levels that win nowhere are integrated out, which leaves exp(-A(e)) with
//     A(e) = sum over winners a of e_a + sum over others k of max over a of r_ak e_a,
//     r_ak = max over the distributions that a wins of p_k / p_a,
// over the cone of e_b >= r_ab e_a. The cone is cut into simplicial cones on which A is linear; on one with rays v_i
// the integral is |det v| / product of A(v_i), which e = sum of t_i v_i shows.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

namespace detail {

/// P(these winners) as above. A value for one race at a time.
class GumbelRace {
 public:
  /// P(distribution w is won by winners[w], for every w) of one race. Distributions have the same levels.
  double probability(std::span<const std::span<const double>> distributions, std::span<const std::size_t> winners) {
    const std::size_t levels = distributions.front().size();
    if (!set_ratios(distributions, winners)) return 0;
    const std::size_t size = winning_.size();
    cones_.assign(1, {});
    for (std::size_t a = 0; a < size; ++a)
      for (std::size_t b = 0; b < size; ++b) cones_.front().push_back(a == b ? 1.0 : 0.0);
    for (std::size_t a = 0; a < size; ++a)
      for (std::size_t b = 0; b < size; ++b)
        if (a != b) cut(b, 1.0, a, ratio(a, winning_[b]), false);
    for (std::size_t k = 0; k < levels; ++k) {
      if (std::find(winning_.begin(), winning_.end(), k) != winning_.end()) continue;
      for (std::size_t a = 0; a < size; ++a)
        for (std::size_t b = 0; b < a; ++b) cut(a, ratio(a, k), b, ratio(b, k), true);
    }
    double sum = 0;
    for (std::vector<double>& cone : cones_) sum += integral(cone, levels);
    return std::min(sum, 1.0);
  }

 private:
  /// Rays, row-major.
  using Cone = std::vector<double>;

  double& ratio(std::size_t a, std::size_t k) { return ratios_[a * levels_ + k]; }

  /// False where the winners cannot be.
  bool set_ratios(std::span<const std::span<const double>> distributions, std::span<const std::size_t> winners) {
    levels_ = distributions.front().size();
    winning_.assign(winners.begin(), winners.end());
    std::sort(winning_.begin(), winning_.end());
    winning_.erase(std::unique(winning_.begin(), winning_.end()), winning_.end());
    ratios_.assign(winning_.size() * levels_, 0.0);
    for (std::size_t w = 0; w < winners.size(); ++w) {
      const std::span<const double> p = distributions[w];
      if (!(p[winners[w]] > 0)) return false;
      for (std::size_t v = 0; v < w; ++v)  // the same race has one winner
        if (winners[v] != winners[w] && std::equal(p.begin(), p.end(), distributions[v].begin())) return false;
      const auto a =
          static_cast<std::size_t>(std::find(winning_.begin(), winning_.end(), winners[w]) - winning_.begin());
      for (std::size_t k = 0; k < levels_; ++k) ratio(a, k) = std::max(ratio(a, k), p[k] / p[winners[w]]);
    }
    return true;
  }

  /// Cuts every cone where x e_a = y e_b; keeps both sides, or the one where x e_a >= y e_b alone.
  void cut(std::size_t a, double x, std::size_t b, double y, bool keeps_both) {
    const std::size_t size = winning_.size();
    waiting_.swap(cones_);
    cones_.clear();
    while (!waiting_.empty()) {
      Cone cone = std::move(waiting_.back());
      waiting_.pop_back();
      std::size_t above = size, below = size;
      double most = 0, least = 0;
      for (std::size_t ray = 0; ray < size; ++ray) {
        const double left = x * cone[ray * size + a], right = y * cone[ray * size + b];
        const double side = std::abs(left - right) > 1e-14 * (left + right) ? left - right : 0;  // else on the cut
        if (side > most) {
          most = side;
          above = ray;
        }
        if (side < least) {
          least = side;
          below = ray;
        }
      }
      if (below == size || (above == size && keeps_both)) {
        cones_.push_back(std::move(cone));
      } else if (above != size) {
        // The ray between the two that lies on the cut takes the place of either.
        Cone other = cone;
        for (std::size_t i = 0; i < size; ++i) {
          const double between = (most * cone[below * size + i] - least * cone[above * size + i]) / (most - least);
          cone[below * size + i] = between;
          other[above * size + i] = between;
        }
        for (Cone* part : {&cone, &other}) {
          set_on_cut(*part, part == &cone ? below : above, a, x, b, y);
          waiting_.push_back(std::move(*part));
        }
      }
    }
  }

  /// Makes x e_a = y e_b hold of the ray up to rounding, whatever its other coordinates are.
  void set_on_cut(Cone& cone, std::size_t ray, std::size_t a, double x, std::size_t b, double y) const {
    double *const at_a = &cone[ray * winning_.size() + a], *const at_b = &cone[ray * winning_.size() + b];
    if (x >= y)
      *at_a = y * *at_b / x;
    else
      *at_b = x * *at_a / y;
  }

  double integral(Cone& cone, std::size_t levels) {
    const std::size_t size = winning_.size();
    double product = 1;
    for (std::size_t ray = 0; ray < size; ++ray) {
      const double* e = &cone[ray * size];
      double exponent = 0;
      for (std::size_t a = 0; a < size; ++a) exponent += e[a];
      for (std::size_t k = 0; k < levels; ++k) {
        if (std::find(winning_.begin(), winning_.end(), k) != winning_.end()) continue;
        double greatest = 0;
        for (std::size_t a = 0; a < size; ++a) greatest = std::max(greatest, ratio(a, k) * e[a]);
        exponent += greatest;
      }
      product *= exponent;
    }
    return absolute_determinant(cone, size) / product;
  }

  /// By elimination with row pivots, in place.
  static double absolute_determinant(std::vector<double>& m, std::size_t size) {
    double determinant = 1;
    for (std::size_t column = 0; column < size; ++column) {
      std::size_t pivot = column;
      for (std::size_t row = column + 1; row < size; ++row)
        if (std::abs(m[row * size + column]) > std::abs(m[pivot * size + column])) pivot = row;
      const double value = m[pivot * size + column];
      if (value == 0) return 0;
      if (pivot != column) std::swap_ranges(&m[pivot * size], &m[pivot * size] + size, &m[column * size]);
      determinant *= std::abs(value);
      for (std::size_t row = column + 1; row < size; ++row) {
        const double factor = m[row * size + column] / value;
        for (std::size_t i = column; i < size; ++i) m[row * size + i] -= factor * m[column * size + i];
      }
    }
    return determinant;
  }

  std::size_t levels_ = 0;
  std::vector<std::size_t> winning_;  // the distinct winners
  std::vector<double> ratios_;        // winners x levels
  std::vector<Cone> cones_, waiting_;
};

}  // namespace detail

}  // namespace equipoise::inline v0
