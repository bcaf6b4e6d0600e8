// A sum of smooth curves, one an input.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/scm/linear_predictor.hpp>
#include <equipoise/scm/natural_spline.hpp>

namespace equipoise::inline v0 {

/// What one input adds: a curve, or, for one that is linear or has levels, a linear term.
using SplineTerm = std::variant<NaturalSpline, LinearTerm>;

/// intercept + sum of terms, positional over the inputs (a generalised additive model; Hastie, Tibshirani 1990).
class SplineFunction {
 public:
  /// Throws value_out_of_range for an intercept that is not finite.
  SplineFunction(double intercept, std::vector<SplineTerm> terms) : intercept_(intercept), terms_(std::move(terms)) {
    check_finite("spline", "intercept", intercept_);
  }

  double intercept() const noexcept { return intercept_; }
  const std::vector<SplineTerm>& terms() const noexcept { return terms_; }
  std::size_t input_count() const noexcept { return terms_.size(); }

  /// Adds the value at each row of the block to `out`. Throws scm_no_support where an input is no level of its.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    assert(inputs.size() == terms_.size());
    for (std::size_t i = 0; i < rows.size; ++i) out[i] += intercept_;
    for (std::size_t c = 0; c < terms_.size(); ++c) {
      if (const auto* curve = std::get_if<NaturalSpline>(&terms_[c]))
        curve->add_to(inputs[c], rows.size, out);
      else
        std::get<LinearTerm>(terms_[c]).add_to(inputs[c], rows, out);
    }
  }

  friend bool operator==(const SplineFunction&, const SplineFunction&) = default;

 private:
  double intercept_;
  std::vector<SplineTerm> terms_;
};

}  // namespace equipoise::inline v0
