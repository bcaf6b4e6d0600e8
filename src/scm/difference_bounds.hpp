// Bounds on numbers and on their differences, and what they say of one another: a - c = (a - b) + (b - c).
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include <equipoise/core/interval.hpp>

namespace equipoise::inline v0::detail {

/// A system of difference constraints, by the least distances that they leave (Floyd 1962).
class DifferenceBounds {
 public:
  explicit DifferenceBounds(std::size_t numbers)
      : size_(numbers + 1), most_(size_ * size_, std::numeric_limits<double>::infinity()) {
    for (std::size_t i = 0; i < size_; ++i) most(i, i) = 0;
  }

  /// a - b, or a itself where b is none, lies in the interval.
  void confine(std::size_t a, std::optional<std::size_t> b, const Interval& interval) {
    const std::size_t of = a + 1, from = place(b);
    most(from, of) = std::min(most(from, of), interval.high);
    most(of, from) = std::min(most(of, from), -interval.low);
  }

  /// Brings every bound to what all of them imply.
  void close() {
    for (std::size_t via = 0; via < size_; ++via)
      for (std::size_t i = 0; i < size_; ++i)
        for (std::size_t j = 0; j < size_; ++j) most(i, j) = std::min(most(i, j), most(i, via) + most(via, j));
  }

  /// Once closed: whether any numbers satisfy all of them.
  bool is_consistent() const {
    constexpr double rounding = 1e-9;
    for (std::size_t i = 0; i < size_; ++i)
      if (most(i, i) < -rounding) return false;
    return true;
  }

  /// Of a - b, or of a: once closed, the tightest. Ends that rounding has crossed are put in order.
  Interval of(std::size_t a, std::optional<std::size_t> b) const {
    const std::size_t of = a + 1, from = place(b);
    const auto [low, high] = std::minmax({-most(of, from), most(from, of)});
    return {low, high};
  }

  /// Numbers within the closed bounds, each as near to the one wanted as those before it allow.
  std::vector<double> nearest(const std::vector<double>& wanted) const {
    std::vector<double> found{0};
    for (std::size_t i = 1; i < size_; ++i) {
      double low = -std::numeric_limits<double>::infinity(), high = -low;
      for (std::size_t j = 0; j < i; ++j) {
        low = std::max(low, found[j] - most(i, j));
        high = std::min(high, found[j] + most(j, i));
      }
      found.push_back(low <= high ? std::clamp(wanted[i - 1], low, high) : (low + high) / 2);
    }
    found.erase(found.begin());
    return found;
  }

 private:
  static std::size_t place(std::optional<std::size_t> number) { return number ? *number + 1 : 0; }
  double& most(std::size_t from, std::size_t to) { return most_[from * size_ + to]; }
  double most(std::size_t from, std::size_t to) const { return most_[from * size_ + to]; }

  std::size_t size_;
  std::vector<double> most_;  // of number `to` less number `from`; number 0 is 0
};

}  // namespace equipoise::inline v0::detail
