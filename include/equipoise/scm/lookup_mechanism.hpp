// A discrete variable that its inputs, endogenous and exogenous, determine.
#pragma once

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0 {

/// value = values[configuration of the inputs], row-major, the last input fastest. All randomness is in the
/// exogenous inputs.
class LookupMechanism {
 public:
  LookupMechanism(std::vector<std::size_t> input_levels, std::size_t level_count, std::vector<std::size_t> values)
      : input_levels_(std::move(input_levels)), level_count_(level_count), values_(std::move(values)) {
    assert(values_.size() == detail::configuration_count(input_levels_));
  }

  const std::vector<std::size_t>& input_levels() const noexcept { return input_levels_; }
  const std::vector<std::size_t>& values() const noexcept { return values_; }
  std::size_t input_count() const noexcept { return input_levels_.size(); }
  std::size_t level_count() const noexcept { return level_count_; }
  std::size_t noise_count() const noexcept { return 0; }

  void draw_noise(const RandomStream&, RowBlock, MutableColumnPointers) const {}
  void evaluate(ColumnPointers inputs, ColumnPointers, RowBlock rows, double* value) const {
    for (std::size_t i = 0; i < rows.size; ++i)
      value[i] = static_cast<double>(values_[detail::configuration(inputs, input_levels_, rows, i)]);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers) const {
    for (std::size_t i = 0; i < rows.size; ++i)
      if (value[i] != static_cast<double>(values_[detail::configuration(inputs, input_levels_, rows, i)]))
        throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that its causes do not give",
                       "a row that the model can produce");
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    for (std::size_t i = 0; i < rows.size; ++i)
      out[i] = value[i] == static_cast<double>(values_[detail::configuration(inputs, input_levels_, rows, i)])
                   ? 0.0
                   : -std::numeric_limits<double>::infinity();
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t i = 0; i < rows.size; ++i) {
      const std::size_t value = values_[detail::configuration(inputs, input_levels_, rows, i)];
      for (std::size_t k = 0; k < level_count_; ++k) out[k][i] = k == value ? 1.0 : 0.0;
    }
  }
  void counterfactual_probabilities(ColumnPointers, const double*, ColumnPointers inputs, RowBlock rows,
                                    MutableColumnPointers out) const {
    probabilities(inputs, rows, out);
  }

 private:
  std::vector<std::size_t> input_levels_;
  std::size_t level_count_;
  std::vector<std::size_t> values_;
};

}  // namespace equipoise::inline v0
