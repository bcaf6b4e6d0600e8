// Two groups of people side by side: who is in which, and what their outcome is.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/data/cell.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// A variable and the two values of it that are set side by side.
struct ValueContrast {
  std::string variable;
  std::string compared;  ///< x1
  std::string baseline;  ///< x0
  friend bool operator==(const ValueContrast&, const ValueContrast&) = default;
};

/// Which of the two a row belongs to.
enum class Group : std::uint8_t { baseline, compared, other };

/// The group of every row: that of all baselines at once, that of all compared values at once, or neither. contrasts:
/// at least one. Throws table_unknown_column, table_type for a value that is none, and query_overlap for a value that
/// is compared with itself or a variable that stands twice.
inline std::vector<Group> groups_of(const Table& table, std::span<const ValueContrast> contrasts) {
  std::vector<bool> baseline(table.rows(), true), compared(table.rows(), true);
  for (std::size_t i = 0; i < contrasts.size(); ++i) {
    const ValueContrast& contrast = contrasts[i];
    const Column& column = table.column(contrast.variable);
    for (std::size_t j = 0; j < i; ++j)
      if (contrasts[j].variable == contrast.variable)
        throw Error(ErrorCode::query_overlap, "column '" + column.name + "'", "two contrasts of it", "one");
    const double x1 = cell_value(column, contrast.compared), x0 = cell_value(column, contrast.baseline);
    if (x1 == x0)
      throw Error(ErrorCode::query_overlap, "column '" + column.name + "'",
                  "'" + contrast.compared + "' compared with itself", "two different values");
    for (std::size_t row = 0; row < table.rows(); ++row) {
      baseline[row] = baseline[row] && column.values[row] == x0;
      compared[row] = compared[row] && column.values[row] == x1;
    }
  }
  std::vector<Group> groups(table.rows(), Group::other);
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (baseline[row] || compared[row]) groups[row] = compared[row] ? Group::compared : Group::baseline;
  return groups;
}

/// An outcome as numbers whose mean is asked for.
struct OutcomeValues {
  std::vector<double> values;  ///< one a row
  bool is_binary = false;      ///< whether they are 0 and 1, so that their mean is a probability
};

/// The outcome: 1 where it is `positive` and else 0, or its numbers where `positive` is empty; of a binary column then
/// its level index. Throws table_unknown_column, and table_type for a categorical column without `positive` or a value
/// that is none.
inline OutcomeValues outcome_values(const Table& table, const std::string& outcome, const std::string& positive) {
  const Column& column = table.column(outcome);
  if (positive.empty()) {
    if (column.type == ColumnType::categorical)
      throw Error(ErrorCode::table_type, "column '" + column.name + "'", "a categorical outcome without a value",
                  "the value that counts as 1, as in '" + column.name + "=" + column.levels.front() + "'");
    return {column.values, column.type == ColumnType::binary};
  }
  const double counted = cell_value(column, positive);
  OutcomeValues result{column.values, true};
  for (double& value : result.values) value = value == counted ? 1 : 0;
  return result;
}

/// The groups' names in a sentence: "gender=Female", or "race=Black, sex=Female".
inline std::string group_text(std::span<const ValueContrast> contrasts, Group group) {
  std::string text;
  for (const ValueContrast& each : contrasts)
    text +=
        (text.empty() ? "" : ", ") + each.variable + '=' + (group == Group::compared ? each.compared : each.baseline);
  return text;
}

}  // namespace equipoise::inline v0
