// Which group each row belongs to, by a column: sexes, years, hospitals.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// A group for each row, by index.
struct RowGroups {
  std::vector<std::size_t> of_row;
  std::size_t count = 0;  ///< of groups, some of which may have no rows

  std::size_t rows() const noexcept { return of_row.size(); }
};

/// The groups of a column: its levels, in their order, or the distinct numbers of a column of numbers, in theirs.
/// Throws objective_mismatch for a column of more than 1,000 distinct numbers, which is no grouping.
inline RowGroups group_rows(const Column& column) {
  constexpr std::size_t most_numbers = 1000;
  RowGroups groups{std::vector<std::size_t>(column.values.size()), column.levels.size()};
  if (column.has_levels()) {
    for (std::size_t i = 0; i < groups.rows(); ++i) groups.of_row[i] = static_cast<std::size_t>(column.values[i]);
    return groups;
  }
  std::vector<double> numbers = column.values;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (numbers.size() > most_numbers)
    throw Error(ErrorCode::objective_mismatch, "column '" + column.name + "'",
                std::to_string(numbers.size()) + " distinct numbers",
                "at most " + std::to_string(most_numbers) + " in a column that groups people");
  for (std::size_t i = 0; i < groups.rows(); ++i)
    groups.of_row[i] =
        static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), column.values[i]) - numbers.begin());
  groups.count = numbers.size();
  return groups;
}

}  // namespace equipoise::inline v0
