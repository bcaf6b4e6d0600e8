// A table of people: typed columns of equal length, and how many people each row stands for.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  /// Throws table_type where a weight is negative or not finite, their number is wrong or all are 0.
  void set_weights(std::vector<double> weights);

  /// The rows at these indices, in this order, with their weights; levels are kept whole.
  Table select(std::span<const std::size_t> row_indices) const;

 private:
  std::vector<Column> columns_;
  std::vector<double> weights_;
  std::size_t rows_ = 0;
  bool weights_are_counts_ = true;
};

}  // namespace equipoise::inline v0
