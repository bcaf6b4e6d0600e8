// A table of counts as a table of people.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// A row for each person: every row is repeated as often as its weight counts, in order, and those that count nobody
/// are left out. A table whose weights are not counts, or are all 1, is returned as it is. Where there are more people
/// than `most_rows`, about as many rows stand for them: a row's people are shared among its copies, one at least, as
/// evenly as whole numbers can be, and the copies' weights count them.
inline Table one_row_a_person(const Table& table, double most_rows = 50'000) {
  if (!table.weights_are_counts()) return table;
  double people = 0;
  bool counted = false;
  for (const double weight : table.weights()) {
    people += weight;
    counted = counted || weight != 1;
  }
  if (!counted) return table;
  const double people_a_row = std::max(1.0, people / most_rows);
  std::vector<std::size_t> rows;
  std::vector<double> weights;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    double left = table.weights()[row];
    if (left == 0) continue;
    for (double copies = std::max(1.0, std::floor(left / people_a_row)); copies > 0; --copies) {
      rows.push_back(row);
      weights.push_back(std::floor(left / copies));
      left -= weights.back();
    }
  }
  Table result = table.select(rows);
  result.set_weights(std::move(weights));
  return result;
}

}  // namespace equipoise::inline v0
