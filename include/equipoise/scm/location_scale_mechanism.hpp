// A number whose noise is as large as its causes make it: heteroscedastic noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <equipoise/scm/mechanism.hpp>
#include <equipoise/scm/regression_function.hpp>

namespace equipoise::inline v0 {

/// value = location(inputs) + exp(log_scale(inputs)) * noise: a location-scale noise model (Immer, Schultheiss, Vogt,
/// Schölkopf, Bühlmann, Marx 2023). Throws value_out_of_range at a row whose value is not finite.
class LocationScaleMechanism {
 public:
  /// Both functions have the mechanism's inputs; RegressionFunction::reading makes one of some of them.
  LocationScaleMechanism(RegressionFunction location, RegressionFunction log_scale, Noise noise)
      : location_(std::move(location)), log_scale_(std::move(log_scale)), noise_(std::move(noise)) {
    assert(location_.input_count() == log_scale_.input_count());
  }

  const RegressionFunction& location() const noexcept { return location_; }
  const RegressionFunction& log_scale() const noexcept { return log_scale_; }
  const Noise& noise() const noexcept { return noise_; }
  std::size_t input_count() const { return location_.input_count(); }
  std::size_t noise_count() const noexcept { return 1; }

  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(noise_, stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    const std::vector<double> log_scale = log_scales(inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i) value[i] = std::exp(log_scale[i]) * noise[0][i];
    location_.add_to(inputs, rows, value);
    detail::require_finite_values(value, rows);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    residuals(inputs, log_scales(inputs, rows), value, rows, noise[0]);
    detail::require_finite_noise(noise[0], rows);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    const std::vector<double> log_scale = log_scales(inputs, rows);
    residuals(inputs, log_scale, value, rows, out);
    std::vector<double> density(out, out + rows.size);
    log_densities(noise_, density);
    const bool any_atom = has_atoms(noise_);
    for (std::size_t i = 0; i < rows.size; ++i)  // a probability has no units
      out[i] = density[i] - (any_atom && is_atom(noise_, out[i]) ? 0 : log_scale[i]);
  }

 private:
  std::vector<double> log_scales(ColumnPointers inputs, RowBlock rows) const {
    std::vector<double> log_scale(rows.size);
    log_scale_.add_to(inputs, rows, log_scale.data());
    return log_scale;
  }

  void residuals(ColumnPointers inputs, const std::vector<double>& log_scale, const double* value, RowBlock rows,
                 double* out) const {
    std::fill_n(out, rows.size, 0.0);
    location_.add_to(inputs, rows, out);
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = (value[i] - out[i]) / std::exp(log_scale[i]);
    if (!has_atoms(noise_)) return;
    std::vector<double> scaled(rows.size);
    for (std::size_t i = 0; i < rows.size; ++i) scaled[i] = value[i] / std::exp(log_scale[i]);
    detail::snap_to_atoms(noise_, scaled.data(), rows.size, out);
  }

  RegressionFunction location_, log_scale_;
  Noise noise_;
};

}  // namespace equipoise::inline v0
