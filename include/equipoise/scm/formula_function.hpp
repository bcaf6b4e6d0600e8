// A formula of the inputs alone, without noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/scm/formula.hpp>

namespace equipoise::inline v0 {

/// The formula's value, its names being the inputs'.
class FormulaFunction {
 public:
  /// Throws as Formula does.
  FormulaFunction(std::string_view text, std::vector<std::string> input_names, std::string_view place = "formula")
      : input_names_(std::move(input_names)), formula_(text, input_names_, place) {}

  const std::string& text() const noexcept { return formula_.text(); }
  const std::vector<std::string>& input_names() const noexcept { return input_names_; }
  std::size_t input_count() const noexcept { return input_names_.size(); }

  /// Adds the value at each row of the block to `out`. Throws value_out_of_range at the row where it is not finite.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    std::vector<double> value(rows.size);
    formula_.evaluate(inputs, rows, value.data());
    for (std::size_t i = 0; i < rows.size; ++i) out[i] += value[i];
  }

  friend bool operator==(const FormulaFunction& a, const FormulaFunction& b) {
    return a.text() == b.text() && a.input_names_ == b.input_names_;
  }

 private:
  std::vector<std::string> input_names_;
  Formula formula_;
};

}  // namespace equipoise::inline v0
