// A table of people: typed columns of equal length, and how many people each row stands for.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {

/// What a column's numbers mean.
enum class ColumnType {
  continuous,   ///< real numbers
  integer,      ///< whole numbers with an order (counts, years)
  binary,       ///< a level index, 0 or 1
  categorical,  ///< a level index from 0
};

/// One column. Every cell is a finite double: the number itself, or for binary and categorical columns
/// the index of its level. Missing cells never get this far: the reader's policy deals with them.
struct Column {
  std::string name;
  ColumnType type = ColumnType::continuous;
  std::vector<std::string> levels;  ///< the cells' texts by level index; empty for numbers
  std::vector<double> values;       ///< one a row

  bool has_levels() const noexcept { return type == ColumnType::binary || type == ColumnType::categorical; }
  /// The index of a level by its text. Throws table_type, with a suggestion, where there is none.
  std::size_t level(std::string_view text) const;
};

/// Columns of equal length with unique names, and a weight a row (1 unless said).
class Table {
 public:
  /// More people than there are, and few enough for exact counts and finite sums of squares.
  static constexpr double most_total_weight = 1e12;

  Table() = default;
  /// Throws table_type where lengths differ, a name is repeated, a value is not finite or no level.
  explicit Table(std::vector<Column> columns);

  std::size_t rows() const noexcept { return rows_; }
  std::span<const Column> columns() const noexcept { return columns_; }
  std::optional<std::size_t> find(std::string_view name) const noexcept;
  /// Throws table_unknown_column, with a suggestion, where there is none.
  const Column& column(std::string_view name) const;

  /// rows() weights, all 1 unless set. Whole-number weights count people.
  std::span<const double> weights() const noexcept { return weights_; }
  bool weights_are_counts() const noexcept { return weights_are_counts_; }
  /// Throws table_type where a weight is negative or not finite, their number is wrong, all are 0 or their sum is above
  /// most_total_weight.
  void set_weights(std::vector<double> weights);

  /// The rows at these indices, in this order, with their weights; levels are kept whole.
  Table select(std::span<const std::size_t> row_indices) const;

 private:
  std::vector<Column> columns_;
  std::vector<double> weights_;
  std::size_t rows_ = 0;
  bool weights_are_counts_ = true;
};

inline std::size_t Column::level(std::string_view text) const {
  const auto found = std::find(levels.begin(), levels.end(), text);
  if (found != levels.end()) return static_cast<std::size_t>(found - levels.begin());
  throw Error(ErrorCode::table_type, "column '" + name + "'", "no level '" + std::string(text) + "'",
              "one of its levels", suggestion(text, levels));
}

inline Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  if (!columns_.empty()) rows_ = columns_.front().values.size();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const std::string place = "column '" + column.name + "'";
    if (column.values.size() != rows_)
      throw Error(ErrorCode::table_type, place, std::to_string(column.values.size()) + " cells",
                  std::to_string(rows_) + ", as in the first column");
    for (std::size_t j = 0; j < i; ++j)
      if (columns_[j].name == column.name)
        throw Error(ErrorCode::table_type, place, "the name stands twice", "unique names");
    for (std::size_t row = 0; row < rows_; ++row) {
      const double value = column.values[row];
      const auto levels = static_cast<double>(column.levels.size());
      if (!std::isfinite(value))
        throw Error(ErrorCode::table_type, place + ", row " + std::to_string(row + 1), "a value that is not finite",
                    "a number");
      if (column.has_levels() && !(value >= 0 && value < levels && value == std::floor(value)))
        throw Error(ErrorCode::table_type, place + ", row " + std::to_string(row + 1), "a value that is no level",
                    "a level index below " + std::to_string(column.levels.size()));
    }
  }
  weights_.assign(rows_, 1.0);
}

inline std::optional<std::size_t> Table::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].name == name) return i;
  return std::nullopt;
}

inline const Column& Table::column(std::string_view name) const {
  if (const auto index = find(name)) return columns_[*index];
  std::vector<std::string_view> names;
  for (const Column& column : columns_) names.push_back(column.name);
  throw Error(ErrorCode::table_unknown_column, {}, "no column '" + std::string(name) + "' in the table",
              "a column of the table", suggestion(name, names));
}

inline void Table::set_weights(std::vector<double> weights) {
  if (weights.size() != rows_)
    throw Error(ErrorCode::table_type, "weights", std::to_string(weights.size()) + " weights",
                std::to_string(rows_) + ", one a row");
  bool whole = true;
  double total = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    const double weight = weights[row];
    if (!std::isfinite(weight) || weight < 0)
      throw Error(ErrorCode::table_type, "weights, row " + std::to_string(row + 1),
                  "a weight that is negative or not finite", "0 or more");
    total += weight;
    whole = whole && weight == std::floor(weight);
  }
  if (total <= 0) throw Error(ErrorCode::table_type, "weights", "no weight above 0", "at least one person");
  if (total > most_total_weight)
    throw Error(ErrorCode::table_type, "weights", "weights that add up to " + shortest(total),
                "at most " + shortest(most_total_weight));
  weights_ = std::move(weights);
  weights_are_counts_ = whole;
}

inline Table Table::select(std::span<const std::size_t> row_indices) const {
  Table result;
  result.rows_ = row_indices.size();
  result.weights_are_counts_ = weights_are_counts_;
  for (const Column& column : columns_) {
    Column chosen{column.name, column.type, column.levels, {}};
    chosen.values.reserve(row_indices.size());
    for (const std::size_t row : row_indices) chosen.values.push_back(column.values[row]);
    result.columns_.push_back(std::move(chosen));
  }
  result.weights_.reserve(row_indices.size());
  for (const std::size_t row : row_indices) result.weights_.push_back(weights_[row]);
  return result;
}

}  // namespace equipoise::inline v0
