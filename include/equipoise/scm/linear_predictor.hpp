// intercept + a term for each input: what linear and logistic mechanisms share.
#pragma once

#include <cassert>
#include <span>
#include <vector>

#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// What one input adds: `slope` times its value, or, for an input with levels, an effect a level (the
/// reference level's being 0).
struct LinearTerm {
  double slope = 0;
  std::vector<double> level_effects;  ///< by level index; empty: the slope counts
  friend bool operator==(const LinearTerm&, const LinearTerm&) = default;
};

/// intercept + sum of terms, positional over the inputs.
struct LinearPredictor {
  double intercept = 0;
  std::vector<LinearTerm> terms;

  /// Adds the score of each row of the block to `out`.
  void add_to(ColumnPointers inputs, std::size_t size, double* out) const {
    assert(inputs.size() == terms.size());
    if (intercept != 0)
      for (std::size_t i = 0; i < size; ++i) out[i] += intercept;
    for (std::size_t c = 0; c < terms.size(); ++c) {
      const double* input = inputs[c];
      const LinearTerm& term = terms[c];
      if (term.level_effects.empty()) {
        const double slope = term.slope;
        if (slope != 0)
          for (std::size_t i = 0; i < size; ++i) out[i] += slope * input[i];
      } else {
        const double* effects = term.level_effects.data();
        for (std::size_t i = 0; i < size; ++i) {
          assert(input[i] >= 0 && input[i] < static_cast<double>(term.level_effects.size()));
          out[i] += effects[static_cast<std::size_t>(input[i])];
        }
      }
    }
  }

  friend bool operator==(const LinearPredictor&, const LinearPredictor&) = default;
};

}  // namespace equipoise::inline v0
