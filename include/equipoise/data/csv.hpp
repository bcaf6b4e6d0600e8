// Tables from and to CSV files (RFC 4180).
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// What to do about an empty cell or one that holds NA.
enum class MissingPolicy {
  error,  ///< refuse the file, naming the first such cell
  drop,   ///< leave its row out
  level,  ///< a level of its own, named 'missing'; only columns with levels can have one
};

/// What the user says of a column, where the cells alone would not tell.
struct ColumnDeclaration {
  std::string name = {};
  std::optional<ColumnType> type = {};
  std::vector<std::string> levels = {};  ///< in the order wanted; empty: those that occur, sorted
};

struct CsvOptions {
  std::vector<ColumnDeclaration> columns = {};
  std::optional<std::string> weight = {};  ///< this column becomes the rows' weights
  MissingPolicy missing = MissingPolicy::error;
  std::vector<std::string> wanted = {};  ///< read these columns alone; empty: all
  bool wanted_may_be_absent = false;     ///< columns wanted or declared that the file lacks are passed over
  /// Whether whoever reads the errors can name another policy, so that one about a missing cell tells of them.
  bool missing_can_be_chosen = false;
  /// Numbers beyond this size are refused, as where their powers must be finite; weights are not meant.
  double largest = std::numeric_limits<double>::infinity();
};

struct CsvFile {
  Table table;
  std::size_t dropped_rows = 0;  ///< by MissingPolicy::drop
};

/// Reads a CSV file: a header row of unique names, then rows of as many cells; UTF-8, lines ended by LF or CRLF.
///
/// A column whose cells are all numbers is continuous, integer where all are whole, and binary (levels 0 and 1) where
/// all are 0 or 1; any other is categorical, or binary where two texts occur, its levels sorted by bytes. Levels of
/// a declared categorical column that are all numbers are sorted as numbers. Texts in a column that is not declared and
/// of which at least nine cells in ten are numbers, more than 20 different ones, are taken for slips and refused.
/// Throws an Error that names `file:line:column` for anything else.
CsvFile read_csv(const std::string& path, const CsvOptions& options = {});

/// The same for a text already in memory; `place` stands for its name in messages.
CsvFile parse_csv(std::string_view text, const std::string& place, const CsvOptions& options = {});

/// `place:line:column` of the cell that a row (from 0, blank lines and the header not counted) has in a column, of its
/// first cell where no column is named; `text` is a CSV text that parse_csv reads, no row of it dropped.
std::string csv_place(std::string_view text, const std::string& place, std::size_t row, std::string_view column = {});

/// The table as CSV text: levels by their texts, numbers so that they read back to the same double, and weights,
/// where they are not all 1, in a last column of the name given (none if empty).
std::string csv_text(const Table& table, std::string_view weight_column = {});

/// Writes csv_text to a file, whole or not at all; "-" is standard output.
void write_csv(const std::string& path, const Table& table, std::string_view weight_column = {});

}  // namespace equipoise::inline v0
