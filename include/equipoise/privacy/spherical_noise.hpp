// A vector of random direction with density proportional to exp(-|x| / scale): the l2 norm's own noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/vector_math.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace equipoise::inline v0 {

/// Draws the vector in floating point, within error() of a real one that it could be the rounding of. As such it leaks:
/// it is for mechanisms that count the error in and add noise on a grid after. Source: Chaudhuri, Monteleoni, Sarwate
/// 2011, algorithm 1: its length is a sum of `size` exponentials, its direction that of a normal vector.
class SphericalNoise {
 public:
  /// size: of the vector, at least 1; scale: above 0.
  SphericalNoise(Eigen::Index size, double scale) : size_(size), scale_(scale) {
    check_positive("spherical noise", "size", static_cast<double>(size));
    check_positive("spherical noise", "scale", scale);
  }

  /// What a length exceeds with a chance below 2^-40, by the gamma distribution's tail: a sum of n exponentials exceeds
  /// n + sqrt(2 n t) + t with chance e^-t (Boucheron, Lugosi, Massart 2013, section 2.4), t = 28.
  double most_length() const noexcept {
    const double n = static_cast<double>(size_);
    return scale_ * (n + std::sqrt(56 * n) + 28);
  }
  /// How far a draw is from the real one, but for a chance of miss(). Exponentials and radii have a relative error of
  /// 2^-50. An angle's is 2^-52 turns, so that with radii below 8 and a normal vector longer than 2^-20 its direction
  /// is off by sqrt(size) 2^-26 at most; of size 1 it is a sign, and exact.
  double error() const noexcept { return most_length() * std::sqrt(static_cast<double>(size_)) * 0x1p-25; }
  /// The chance of a length beyond most_length, a radius beyond 8 or a normal vector shorter than 2^-20.
  double miss() const noexcept { return static_cast<double>(size_ + 2) * 0x1p-40; }

  template <PrivacyRandomness Randomness>
  Eigen::VectorXd draw(Randomness& random) const {
    double length = 0;
    Eigen::VectorXd normal(size_);
    for (double& each : normal) {
      length += exponential(random);
      const double radius = std::sqrt(2 * exponential(random));
      each = radius * detail::sine_and_cosine_of_turn(detail::to_open_unit(random())).cosine;
    }
    return normal * (scale_ * length / normal.norm());
  }

 private:
  /// -ln U, from U or 1 - U in (0, 1/2), whichever it is, to 53 digits from the first that is not 0.
  template <PrivacyRandomness Randomness>
  static double exponential(Randomness& random) {
    int zeros = 1;
    std::uint64_t word = random();
    for (; word == 0; word = random()) zeros += 64;
    zeros += std::countl_zero(word);
    const std::uint64_t digits = random();
    const double uniform = std::ldexp(1 + detail::to_open_unit(digits), -1 - zeros);
    return (digits & 1) != 0 ? -std::log(uniform) : -std::log1p(-uniform);
  }

  Eigen::Index size_;
  double scale_;
};

}  // namespace equipoise::inline v0
