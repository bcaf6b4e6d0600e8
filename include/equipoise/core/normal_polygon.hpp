// Probabilities and means of standard normal variables within intervals, and of two within a convex polygon.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

/// low <= a u + b v <= high; ends may be infinite.
struct Strip {
  double a = 1, b = 0;
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
};

/// P(R), E[u 1_R] and E[v 1_R] of a region R of independent standard normal u and v.
struct NormalMoments {
  double probability = 0, first_u = 0, first_v = 0;

  NormalMoments& operator+=(const NormalMoments& other) {
    probability += other.probability;
    first_u += other.first_u;
    first_v += other.first_v;
    return *this;
  }
};

namespace detail {

inline double normal_density(double x) noexcept {
  constexpr double inverse_root_of_turn = 0.39894228040143267794;
  return inverse_root_of_turn * std::exp(-0.5 * x * x);
}

/// P(low < u < high), with a full relative precision in both tails and for narrow intervals.
inline double normal_between(double low, double high) noexcept {
  if (!(low < high)) return 0;
  const double width = high - low, middle = low + width / 2;
  if (width * (1 + std::abs(middle)) < 1e-3)
    return normal_density(middle) * width * (1 + (middle * middle - 1) * width * width / 24);
  constexpr double root_half = 1 / std::numbers::sqrt2;
  if (low > 0) return 0.5 * (std::erfc(low * root_half) - std::erfc(high * root_half));
  if (high < 0) return 0.5 * (std::erfc(-high * root_half) - std::erfc(-low * root_half));
  return 0.5 * (std::erf(high * root_half) - std::erf(low * root_half));
}

/// E[u; low < u < high], the density at `low` less that at `high`.
inline double normal_mean_between(double low, double high) noexcept {
  if (!(low < high)) return 0;
  if (std::isinf(low)) return -normal_density(high);
  if (std::isinf(high)) return normal_density(low);
  const double exponent = (high - low) * (high + low) / 2;
  return exponent > 0 ? -normal_density(low) * std::expm1(-exponent) : normal_density(high) * std::expm1(exponent);
}

/// Nodes and weights of Gauss-Legendre quadrature on [-1, 1]: the roots of the polynomial, by Newton's method.
template <std::size_t N>
std::array<std::pair<double, double>, N> gauss_legendre() {
  std::array<std::pair<double, double>, N> rule;
  for (std::size_t i = 0; i < N; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (N + 0.5)), slope = 1;
    for (int step = 0; step < 8; ++step) {
      double before = 1, p = x;
      for (std::size_t k = 2; k <= N; ++k) {
        const auto degree = static_cast<double>(k);
        before = std::exchange(p, ((2 * degree - 1) * x * p - (degree - 1) * before) / degree);
      }
      slope = N * (x * p - before) / (x * x - 1);
      x -= p / slope;
    }
    rule[i] = {x, 2 / ((1 - x * x) * slope * slope)};
  }
  return rule;
}

/// Integrates over u what the strips leave of v, on panels that end where the strips' sides bend or steepen.
class PolygonIntegral {
 public:
  explicit PolygonIntegral(std::span<const Strip> strips) {
    for (const Strip& strip : strips) {
      if (strip.b == 0) {
        const double low = strip.low / strip.a, high = strip.high / strip.a;
        left_ = std::max(left_, strip.a > 0 ? low : high);
        right_ = std::min(right_, strip.a > 0 ? high : low);
        continue;
      }
      for (const bool is_high : {false, true}) {
        const double bound = is_high ? strip.high : strip.low;
        if (std::isinf(bound)) continue;
        (is_high == (strip.b > 0) ? above_ : below_).push_back({bound / strip.b, -strip.a / strip.b});
      }
    }
  }

  NormalMoments value() const {
    NormalMoments total, size;
    const std::vector<double> ends = panel_ends();
    if (ends.size() < 2) return total;
    std::vector<double> heights;
    for (const double u : ends) heights.push_back(mass(u));
    const auto greatest = static_cast<std::size_t>(std::max_element(heights.begin(), heights.end()) - heights.begin());
    constexpr double negligible = 1e-25;
    struct Panel {
      double left, right;
      NormalMoments value;
    };
    std::vector<Panel> panels;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
      // The mass is log-concave in u, so that what is low on both sides and far from the peak is low between.
      const bool at_peak = i == greatest || i + 1 == greatest;
      if (!at_peak && std::max(heights[i], heights[i + 1]) < negligible * heights[greatest]) continue;
      panels.push_back({ends[i], ends[i + 1], panel(ends[i], ends[i + 1])});
      const NormalMoments& each = panels.back().value;
      size += {each.probability, std::abs(each.first_u), std::abs(each.first_v)};
    }
    for (const Panel& each : panels) total += refined(each.left, each.right, each.value, size, 48);
    return total;
  }

 private:
  struct Line {
    double at_zero, slope;
    double at(double u) const { return at_zero + slope * u; }
  };

  std::pair<double, double> interval(double u) const {
    double low = -std::numeric_limits<double>::infinity(), high = -low;
    for (const Line& line : below_) low = std::max(low, line.at(u));
    for (const Line& line : above_) high = std::min(high, line.at(u));
    return {low, high};
  }

  double mass(double u) const {
    const auto [low, high] = interval(u);
    return normal_density(u) * normal_between(low, high);
  }

  NormalMoments panel(double left, double right) const {
    static const auto rule = gauss_legendre<16>();
    const double middle = (left + right) / 2, half = (right - left) / 2;
    NormalMoments sum;
    for (const auto& [node, weight] : rule) {
      const double u = middle + half * node, density = weight * normal_density(u);
      const auto [low, high] = interval(u);
      const double probability = density * normal_between(low, high);
      sum += {probability, u * probability, density * normal_mean_between(low, high)};
    }
    return {sum.probability * half, sum.first_u * half, sum.first_v * half};
  }

  NormalMoments refined(double left, double right, const NormalMoments& whole, const NormalMoments& size,
                        int halvings) const {
    const double middle = (left + right) / 2;
    const NormalMoments first = panel(left, middle), second = panel(middle, right);
    NormalMoments sum = first;
    sum += second;
    // Of the whole, or of the panel, since rounding the tail's exponents leaves it no better.
    const auto agree = [](double before, double after, double scale) {
      return std::abs(after - before) <= 1e-13 * scale + 5e-13 * std::abs(after);
    };
    if (halvings == 0 || (agree(whole.probability, sum.probability, size.probability) &&
                          agree(whole.first_u, sum.first_u, size.probability + size.first_u) &&
                          agree(whole.first_v, sum.first_v, size.probability + size.first_v)))
      return sum;
    sum = refined(left, middle, first, size, halvings - 1);
    sum += refined(middle, right, second, size, halvings - 1);
    return sum;
  }

  std::vector<double> panel_ends() const {
    constexpr double outermost = 38;  // a double knows no smaller density than that at 38
    const double left = std::max(left_, -outermost), right = std::min(right_, outermost);
    if (!(left < right)) return {};
    std::vector<double> ends{left, right};
    const auto add = [&](double u) {
      if (u > left && u < right) ends.push_back(u);
    };
    for (double u = std::ceil(left); u < right; ++u) add(u);
    std::vector<Line> lines = below_;
    lines.insert(lines.end(), above_.begin(), above_.end());
    for (const Line& line : lines)
      for (const double height : {-8.0, -5.0, -2.0, 0.0, 2.0, 5.0, 8.0})
        if (line.slope != 0) add((height - line.at_zero) / line.slope);
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (std::size_t j = i + 1; j < lines.size(); ++j)
        if (lines[i].slope != lines[j].slope)
          add((lines[j].at_zero - lines[i].at_zero) / (lines[i].slope - lines[j].slope));
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    return ends;
  }

  double left_ = -std::numeric_limits<double>::infinity(), right_ = std::numeric_limits<double>::infinity();
  std::vector<Line> below_, above_;  // v lies above and below these
};

}  // namespace detail

/// The moments of where all the strips meet, to about 1e-12 of their size. A bivariate normal probability is that of
/// two strips, {1, 0, …} and {r, sqrt(1 - r^2), …}. By adaptive quadrature along u of the closed form along v, whose
/// integrand is positive, so that small probabilities keep their digits; some 10 microseconds a strip.
inline NormalMoments normal_polygon(std::span<const Strip> strips) { return detail::PolygonIntegral(strips).value(); }

}  // namespace equipoise::inline v0
