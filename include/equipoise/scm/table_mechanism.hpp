// A discrete variable by its conditional probability table.
#pragma once

#include <cassert>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/coupled_discrete.hpp>
#include <equipoise/scm/level_index.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The row of a table, row-major over discrete inputs (the last fastest), that one row's levels select.
inline std::size_t configuration(ColumnPointers inputs, std::span<const std::size_t> input_levels, RowBlock rows,
                                 std::size_t i) {
  std::size_t index = 0;
  for (std::size_t c = 0; c < input_levels.size(); ++c)
    index = index * input_levels[c] + level_index(inputs[c][i], input_levels[c], rows, i);
  return index;
}

inline std::size_t configuration_count(std::span<const std::size_t> input_levels) {
  std::size_t count = 1;
  for (const std::size_t levels : input_levels) count *= levels;
  return count;
}

}  // namespace detail

/// P(level | levels of the inputs). `probabilities` is row-major: a row of `level_count` numbers for every
/// configuration of the inputs, the last input fastest. Throws value_out_of_range where a row is not a
/// distribution (within 1e-9).
class ProbabilityTable {
 public:
  ProbabilityTable(std::vector<std::size_t> input_levels, std::size_t level_count, std::vector<double> probabilities)
      : input_levels_(std::move(input_levels)), level_count_(level_count), probabilities_(std::move(probabilities)) {
    assert(level_count_ > 0);
    assert(probabilities_.size() == detail::configuration_count(input_levels_) * level_count_);
    for (std::size_t start = 0; start < probabilities_.size(); start += level_count_) {
      double total = 0;
      for (std::size_t k = 0; k < level_count_; ++k) {
        const double p = probabilities_[start + k];
        if (!(p >= 0 && p <= 1 + 1e-9))
          throw Error(ErrorCode::value_out_of_range,
                      "row " + std::to_string(start / level_count_ + 1) + " of the table",
                      "a probability outside [0, 1]", "probabilities");
        total += p;
      }
      if (!(total > 1 - 1e-9 && total < 1 + 1e-9))
        throw Error(ErrorCode::value_out_of_range, "row " + std::to_string(start / level_count_ + 1) + " of the table",
                    "probabilities that sum to " + std::to_string(total), "a sum of 1");
    }
  }

  const std::vector<std::size_t>& input_levels() const noexcept { return input_levels_; }
  /// All rows, row-major over configurations, the last input fastest.
  const std::vector<double>& table() const noexcept { return probabilities_; }

  std::size_t input_count() const noexcept { return input_levels_.size(); }
  std::size_t level_count() const noexcept { return level_count_; }

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double* row = probabilities_.data() + detail::configuration(inputs, input_levels_, rows, i) * level_count_;
      for (std::size_t k = 0; k < level_count_; ++k) out[k][i] = row[k];
    }
  }

  friend bool operator==(const ProbabilityTable&, const ProbabilityTable&) = default;

 private:
  std::vector<std::size_t> input_levels_;
  std::size_t level_count_;
  std::vector<double> probabilities_;
};

using TableMechanism = CoupledDiscrete<ProbabilityTable>;

}  // namespace equipoise::inline v0
