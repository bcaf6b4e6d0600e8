// A number that is a function of its causes plus noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <equipoise/scm/mechanism.hpp>
#include <equipoise/scm/regression_function.hpp>

namespace equipoise::inline v0 {

/// value = function(inputs) + noise (Hoyer, Janzing, Mooij, Peters, Schölkopf 2009). Throws value_out_of_range at a row
/// whose value is not finite.
class AdditiveNoiseMechanism {
 public:
  AdditiveNoiseMechanism(RegressionFunction function, Noise noise)
      : function_(std::move(function)), noise_(std::move(noise)) {}

  const RegressionFunction& function() const noexcept { return function_; }
  const Noise& noise() const noexcept { return noise_; }
  std::size_t input_count() const { return function_.input_count(); }
  std::size_t noise_count() const noexcept { return 1; }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    draw(noise_, stream, rows, value);
    add_function(inputs, rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(noise_, stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    std::copy_n(noise[0], rows.size, value);
    add_function(inputs, rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    residuals(inputs, value, rows, noise[0]);
    detail::require_finite_noise(noise[0], rows);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    residuals(inputs, value, rows, out);
    log_densities(noise_, {out, rows.size});
  }

 private:
  void add_function(ColumnPointers inputs, RowBlock rows, double* value) const {
    function_.add_to(inputs, rows, value);
    detail::require_finite_values(value, rows);
  }

  void residuals(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    std::fill_n(out, rows.size, 0.0);
    function_.add_to(inputs, rows, out);
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = value[i] - out[i];
    detail::snap_to_atoms(noise_, value, rows.size, out);
  }

  RegressionFunction function_;
  Noise noise_;
};

}  // namespace equipoise::inline v0
