// A number that is linear in its causes, with additive noise.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <equipoise/scm/linear_predictor.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// value = intercept + sum of terms + noise.
class LinearMechanism {
 public:
  LinearMechanism(LinearPredictor predictor, Noise noise)
      : predictor_(std::move(predictor)), noise_(std::move(noise)) {}

  const LinearPredictor& predictor() const noexcept { return predictor_; }
  const Noise& noise() const noexcept { return noise_; }
  std::size_t input_count() const noexcept { return predictor_.terms.size(); }
  std::size_t noise_count() const noexcept { return 1; }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    draw(noise_, stream, rows, value);
    predictor_.add_to(inputs, rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(noise_, stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    std::copy_n(noise[0], rows.size, value);
    predictor_.add_to(inputs, rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    double* residual = noise[0];
    std::fill_n(residual, rows.size, 0.0);
    predictor_.add_to(inputs, rows, residual);
    for (std::size_t i = 0; i < rows.size; ++i) residual[i] = value[i] - residual[i];
    detail::snap_to_atoms(noise_, value, rows.size, residual);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    double* const residual[] = {out};
    abduct(inputs, value, rows, residual);
    log_densities(noise_, {out, rows.size});
  }

 private:
  LinearPredictor predictor_;
  Noise noise_;
};

}  // namespace equipoise::inline v0
