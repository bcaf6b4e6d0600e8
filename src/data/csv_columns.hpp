// A column of a CSV file while its cells are read, and the column of a table that it becomes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <equipoise/data/csv.hpp>

#include "data/csv_cells.hpp"

namespace equipoise::inline v0::detail {

/// What is known of a column while its cells are read.
struct CsvColumn {
  std::string name;
  const ColumnDeclaration* declared = nullptr;
  bool wanted = true;
  bool as_text = false;
  bool is_weight = false;
  std::vector<double> values;  ///< numbers, or indices into `texts`
  std::vector<std::string> texts;
  std::unordered_map<std::string_view, std::size_t> index_of_text;
  std::vector<std::size_t> missing_rows;

  bool must_be_number() const;
  /// Whether what the column holds follows from its cells alone.
  bool is_inferred() const { return declared == nullptr || (!declared->type && declared->levels.empty()); }

  /// Adds a cell of the walk by its text. Throws table_syntax for one that is no UTF-8.
  void add_text(std::string_view cell, const CsvCells& cells);
  /// Adds a text that is not among `texts`; its index.
  std::size_t add_level(std::string_view level);
};

/// A cell for an error: its text, cut where it is long, and its column.
std::string quoted_in(std::string_view cell, const CsvColumn& column);

/// What is expected of a number that CellKind::out_of_range tells of.
constexpr const char* representable = "a number that a double can hold";

/// Throws table_type for texts in a column that is read as levels because of them alone; `text` is the whole file's.
void check_texts(const CsvColumn& column, std::string_view text, const std::string& place);

/// Throws table_type for numbers beyond `largest`.
void check_sizes(const CsvColumn& column, std::string_view text, const std::string& place, double largest);

/// The table's column, whose values are taken from this one.
Column finished(CsvColumn& column, const std::string& place, MissingPolicy missing);

}  // namespace equipoise::inline v0::detail
