// intercept + a term for each input: what linear and logistic mechanisms share.
#pragma once

#include <cassert>
#include <cstddef>
#include <vector>

#include <equipoise/scm/level_index.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// What one input adds: `slope` times its value, or, for an input with levels, an effect a level (the
/// reference level's being 0).
struct LinearTerm {
  double slope = 0;
  std::vector<double> level_effects;  ///< by level index; empty: the slope counts

  /// Adds the term of each row of the block to `out`. Throws scm_no_support where the input is no level.
  void add_to(const double* input, RowBlock rows, double* out) const {
    if (level_effects.empty()) {
      if (slope != 0)
        for (std::size_t i = 0; i < rows.size; ++i) out[i] += slope * input[i];
    } else {
      for (std::size_t i = 0; i < rows.size; ++i)
        out[i] += level_effects[detail::level_index(input[i], level_effects.size(), rows, i)];
    }
  }

  friend bool operator==(const LinearTerm&, const LinearTerm&) = default;
};

/// intercept + sum of terms, positional over the inputs.
struct LinearPredictor {
  double intercept = 0;
  std::vector<LinearTerm> terms;

  std::size_t input_count() const noexcept { return terms.size(); }

  /// Adds the score of each row of the block to `out`. Throws scm_no_support where an input is no level of its.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    assert(inputs.size() == terms.size());
    if (intercept != 0)
      for (std::size_t i = 0; i < rows.size; ++i) out[i] += intercept;
    for (std::size_t c = 0; c < terms.size();) {
      if (are_four_slopes(c)) {
        add_four(c, inputs, rows.size, out);
        c += 4;
      } else {
        terms[c].add_to(inputs[c], rows, out), ++c;
      }
    }
  }

  friend bool operator==(const LinearPredictor&, const LinearPredictor&) = default;

 private:
  bool are_four_slopes(std::size_t first) const {
    if (first + 4 > terms.size()) return false;
    for (std::size_t c = first; c < first + 4; ++c)
      if (!terms[c].level_effects.empty() || terms[c].slope == 0) return false;
    return true;
  }

  // Four terms at a time save three passes over `out`; the sums are taken in the same order, to the same bits.
  void add_four(std::size_t first, ColumnPointers inputs, std::size_t size, double* __restrict out) const {
    const double s0 = terms[first].slope, s1 = terms[first + 1].slope, s2 = terms[first + 2].slope,
                 s3 = terms[first + 3].slope;
    const double *x0 = inputs[first], *x1 = inputs[first + 1], *x2 = inputs[first + 2], *x3 = inputs[first + 3];
    for (std::size_t i = 0; i < size; ++i) out[i] = (((out[i] + s0 * x0[i]) + s1 * x1[i]) + s2 * x2[i]) + s3 * x3[i];
  }
};

}  // namespace equipoise::inline v0
