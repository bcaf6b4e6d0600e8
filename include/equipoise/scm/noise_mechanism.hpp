// A variable without causes: its value is its noise.
#pragma once

#include <algorithm>
#include <utility>

#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// A root: the variable is its exogenous noise. Also what a hard intervention puts in place of a mechanism
/// (a ConstantNoise).
class NoiseMechanism {
 public:
  explicit NoiseMechanism(Noise noise) : noise_(std::move(noise)) {}

  const Noise& noise() const noexcept { return noise_; }
  std::size_t input_count() const noexcept { return 0; }
  std::size_t noise_count() const noexcept { return 1; }

  void sample(ColumnPointers, const RandomStream& stream, RowBlock rows, double* value) const {
    draw(noise_, stream, rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(noise_, stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers, ColumnPointers noise, RowBlock rows, double* value) const {
    std::copy_n(noise[0], rows.size, value);
  }
  void abduct(ColumnPointers, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    std::copy_n(value, rows.size, noise[0]);
  }
  void log_density(ColumnPointers, const double* value, RowBlock rows, double* out) const {
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = equipoise::log_density(noise_, value[i]);
  }

 private:
  Noise noise_;
};

}  // namespace equipoise::inline v0
