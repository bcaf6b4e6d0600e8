// A table of counts as a table of people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// A row for each person: every row is repeated as often as its weight counts, in order, and those that count nobody
/// are left out. A table whose weights are not counts, or are all 1, is returned as it is. Throws table_type where
/// there are more than a billion people.
inline Table one_row_a_person(const Table& table) {
  constexpr double most_people = 1e9;
  if (!table.weights_are_counts()) return table;
  double people = 0;
  bool counted = false;
  for (const double weight : table.weights()) {
    people += weight;
    counted = counted || weight != 1;
  }
  if (!counted) return table;
  if (people > most_people)
    throw Error(ErrorCode::table_type, "weights", "more than a billion people", "fewer, so that each can be a row");
  std::vector<std::size_t> rows;
  rows.reserve(static_cast<std::size_t>(people));
  for (std::size_t row = 0; row < table.rows(); ++row)
    rows.insert(rows.end(), static_cast<std::size_t>(table.weights()[row]), row);
  Table result = table.select(rows);
  result.set_weights(std::vector<double>(rows.size(), 1.0));
  return result;
}

}  // namespace equipoise::inline v0
