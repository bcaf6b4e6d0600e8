// Numbers of twice a double's precision, each the sum of two doubles, for what rounding in long double would decide.
//
// Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18 (1971); errors
// of the sum and the product of two: Joldes, Muller, Popescu, "Tight and rigorous error bounds for basic building
// blocks of double-word arithmetic", ACM Transactions on Mathematical Software 44 (2017), algorithms 6 and 10: 3 and 7
// u^2 relative, u = 2^-53. Exact sums and products of doubles need round-to-nearest, no overflow, and no
// contraction of products and sums into one operation (-ffp-contract=off).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <limits>

namespace equipoise::inline v0::detail {

class DoubleDouble {
 public:
  constexpr DoubleDouble(double value = 0) noexcept : high_(value) {}
  /// high + low, exactly; |low| at most |high|.
  static constexpr DoubleDouble of(double high, double low) noexcept { return quick_sum(high, low); }

  constexpr double high() const noexcept { return high_; }
  constexpr double low() const noexcept { return low_; }
  explicit constexpr operator double() const noexcept { return high_; }

  friend constexpr DoubleDouble operator-(DoubleDouble a) noexcept { return {-a.high_, -a.low_}; }
  friend constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) noexcept {
    const DoubleDouble high = sum(a.high_, b.high_), low = sum(a.low_, b.low_);
    const DoubleDouble nearer = quick_sum(high.high_, high.low_ + low.high_);
    return quick_sum(nearer.high_, low.low_ + nearer.low_);
  }
  friend constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) noexcept { return a + -b; }
  friend constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) noexcept {
    const DoubleDouble high = product(a.high_, b.high_);
    const double low = a.high_ * b.low_ + a.low_ * b.high_;
    return quick_sum(high.high_, high.low_ + low);
  }
  constexpr DoubleDouble& operator+=(DoubleDouble other) noexcept { return *this = *this + other; }

 private:
  constexpr DoubleDouble(double high, double low) noexcept : high_(high), low_(low) {}

  // Both exact; that of quick_sum where |a| >= |b|.
  static constexpr DoubleDouble quick_sum(double a, double b) noexcept {
    const double s = a + b;
    return {s, b - (s - a)};
  }
  static constexpr DoubleDouble sum(double a, double b) noexcept {
    const double s = a + b, of_b = s - a;
    return {s, (a - (s - of_b)) + (b - of_b)};
  }
  static constexpr DoubleDouble product(double a, double b) noexcept {
    constexpr double splitter = 0x1p27 + 1;
    const double p = a * b, wide_a = splitter * a, wide_b = splitter * b;
    const double a1 = wide_a - (wide_a - a), a2 = a - a1, b1 = wide_b - (wide_b - b), b2 = b - b1;
    return {p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2};
  }

  double high_, low_ = 0;
};

/// Half of a unit in the last place, relative: a sum or product of two is off by no more, a complex product by the root
/// of five of them.
template <class Real>
inline constexpr double roundoff_of = static_cast<double>(std::numeric_limits<Real>::epsilon()) / 2;
template <>
inline constexpr double roundoff_of<DoubleDouble> = 0x1p-102;

}  // namespace equipoise::inline v0::detail
