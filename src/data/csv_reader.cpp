#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/csv.hpp>

#include "core/file.hpp"
#include "core/huge_pages.hpp"
#include "data/csv_cells.hpp"
#include "data/csv_columns.hpp"
#include "data/csv_numbers.hpp"

namespace equipoise::inline v0 {

namespace {

using detail::CellKind;
using detail::CsvCells;
using detail::CsvColumn;

constexpr std::size_t longest_line = std::size_t{64} << 20;

bool is_missing(std::string_view cell) { return cell.empty() || cell == "NA"; }

std::vector<CsvColumn> read_header(CsvCells& cells, const std::string& place, const CsvOptions& options) {
  std::vector<CsvColumn> columns;
  do {
    std::string name(cells.next());
    if (!detail::is_utf8(name))
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "bytes that are no UTF-8 text",
                  "a CSV file in UTF-8");
    if (name.empty())
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "an empty column name", "a header row of names");
    for (const CsvColumn& other : columns)
      if (other.name == name)
        throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "the column name '" + name + "' stands twice",
                    "unique names");
    CsvColumn column;
    column.name = std::move(name);
    columns.push_back(std::move(column));
  } while (!cells.row_ended());

  std::vector<std::string> names;
  for (const CsvColumn& column : columns) names.push_back(column.name);
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto find = [&](const std::string& name, const char* what) -> CsvColumn& {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
      throw Error(ErrorCode::table_unknown_column, place, std::string("no column '") + name + "', " + what,
                  "a column of the file", suggestion(name, names));
    return columns[static_cast<std::size_t>(at - names.begin())];
  };
  if (!options.wanted.empty()) {
    for (CsvColumn& column : columns) column.wanted = false;
    for (const std::string& name : options.wanted)
      if (has(name) || !options.wanted_may_be_absent) find(name, "which is asked for").wanted = true;
  }
  for (const ColumnDeclaration& declaration : options.columns) {
    if (options.wanted_may_be_absent && !has(declaration.name)) continue;
    CsvColumn& column = find(declaration.name, "which is declared");
    column.declared = &declaration;
    column.as_text = !column.must_be_number() && (declaration.type.has_value() || !declaration.levels.empty());
  }
  if (options.weight) {
    CsvColumn& column = find(*options.weight, "which holds the weights");
    column.is_weight = column.wanted = true;
    column.as_text = false;
  }
  return columns;
}

// How the cells of a column are read in one walk of the rows.
enum class Reading : char { nothing, numbers, texts };

// A missing cell of the walk, in the row of this index.
void add_missing(CsvColumn& column, std::size_t row, const CsvCells& cells, const CsvOptions& options) {
  if (options.missing == MissingPolicy::error || column.is_weight)
    throw Error(ErrorCode::table_missing_value, cells.place_of_cell(),
                "a missing value in column '" + column.name + "'",
                column.is_weight                ? "a number of 0 or more"
                : options.missing_can_be_chosen ? "a value, or a policy for missing values (drop or level)"
                                                : "a value");
  column.missing_rows.push_back(row);
  column.values.push_back(0);
}

// A cell of a column of numbers. Returns whether it is one; throws where the column can hold nothing else.
bool add_number(CsvColumn& column, std::string_view cell, const CsvCells& cells) {
  double value = 0;
  const CellKind kind = detail::read_number(cell, value);
  if (kind == CellKind::number) {
    if (column.is_weight && value < 0)
      throw Error(ErrorCode::table_type, cells.place_of_cell(), "the negative weight " + std::string(cell),
                  "0 or more");
    column.values.push_back(value);
    return true;
  }
  if (column.must_be_number())
    throw Error(ErrorCode::table_type, cells.place_of_cell(), detail::quoted_in(cell, column),
                kind == CellKind::text ? "a number" : detail::representable);
  return false;
}

// A cell of a column that is read, in the row of this index. Returns false where a column that held numbers met a text,
// and has to be walked again as one of texts.
bool add_cell(CsvColumn& column, Reading& reading, std::string_view cell, std::size_t row, const CsvCells& cells,
              const CsvOptions& options) {
  if (is_missing(cell)) {
    add_missing(column, row, cells, options);
    return true;
  }
  if (reading == Reading::numbers) {
    if (add_number(column, cell, cells)) return true;
    column.as_text = true;
    if (column.values.size() > column.missing_rows.size()) {
      reading = Reading::nothing;
      column.values.clear();
      column.missing_rows.clear();
      return false;
    }
    reading = Reading::texts;  // no number was read so far
  }
  column.add_text(cell, cells);
  return true;
}

// Reads every row for the columns whose `reading` is not nothing, and returns their number. What is left in `reading`
// has to be walked again.
std::size_t read_rows(CsvCells cells, std::vector<CsvColumn>& columns, std::vector<Reading>& reading,
                      const CsvOptions& options) {
  std::vector<Reading> again(columns.size(), Reading::nothing);
  std::size_t rows = 0;
  while (!cells.at_end()) {
    std::size_t i = 0;
    do {
      double value = 0;
      if (i < columns.size() && reading[i] == Reading::numbers && !columns[i].is_weight && cells.next_number(value)) {
        columns[i++].values.push_back(value);
        continue;
      }
      const std::string_view cell = cells.next();
      if (i == 0 && cells.row_ended() && cell.empty() && !cells.was_quoted() && columns.size() > 1)
        break;  // a blank line
      if (i >= columns.size())
        throw Error(ErrorCode::table_syntax, cells.place_of_cell(),
                    "more cells than the header's " + std::to_string(columns.size()), "one cell a column");
      if (reading[i] != Reading::nothing && !add_cell(columns[i], reading[i], cell, rows, cells, options))
        again[i] = Reading::texts;
      ++i;
    } while (!cells.row_ended());
    if (i == 0) continue;
    if (i < columns.size())
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "a row of " + std::to_string(i) + " cells",
                  std::to_string(columns.size()) + ", as in the header");
    ++rows;
  }
  reading = std::move(again);
  return rows;
}

// Reads every column's cells, and returns the number of rows. `text` is what `cells` walks, and tells how many rows are
// to be expected.
std::size_t read_columns(const CsvCells& cells, std::string_view text, std::vector<CsvColumn>& columns,
                         const CsvOptions& options) {
  const std::string_view beginning = text.substr(0, std::size_t{1} << 16);
  const auto lines = 1 + static_cast<std::size_t>(std::count(beginning.begin(), beginning.end(), '\n'));
  const double beginnings = static_cast<double>(text.size()) / static_cast<double>(beginning.size());
  const std::size_t most = text.size() / columns.size() + 1;  // a row has a byte or more a cell, where it is not blank
  const std::size_t expected = std::min(most, static_cast<std::size_t>(1.02 * beginnings * static_cast<double>(lines)));
  std::vector<Reading> reading;
  for (CsvColumn& column : columns) {
    reading.push_back(!column.wanted ? Reading::nothing : column.as_text ? Reading::texts : Reading::numbers);
    if (!column.wanted) continue;
    column.values.reserve(expected);
    detail::prefer_huge_pages(column.values.data(), expected * sizeof(double));
  }
  std::size_t rows = 0;
  do {
    rows = read_rows(cells, columns, reading, options);
  } while (std::any_of(reading.begin(), reading.end(), [](Reading kind) { return kind != Reading::nothing; }));
  return rows;
}

void check_weights(const std::vector<double>& weights, const std::string& name, const std::string& place) {
  double total = 0;
  for (const double weight : weights) total += weight;
  if (total <= 0)
    throw Error(ErrorCode::table_type, place, "no weight above 0 in column '" + name + "'", "at least one person");
  if (total > Table::most_total_weight)
    throw Error(ErrorCode::table_type, place, "weights in column '" + name + "' that add up to " + shortest(total),
                "at most " + shortest(Table::most_total_weight));
}

// Leaves out the rows in which any wanted column is missing.
std::size_t drop_rows(std::vector<CsvColumn>& columns, std::size_t& rows) {
  std::vector<bool> dropped(rows, false);
  for (const CsvColumn& column : columns)
    for (const std::size_t row : column.missing_rows) dropped[row] = true;
  std::size_t kept = 0;
  for (CsvColumn& column : columns) {
    if (!column.wanted) continue;
    kept = 0;
    for (std::size_t row = 0; row < rows; ++row)
      if (!dropped[row]) column.values[kept++] = column.values[row];
    column.values.resize(kept);
    column.missing_rows.clear();
  }
  const std::size_t count = static_cast<std::size_t>(std::count(dropped.begin(), dropped.end(), true));
  rows -= count;
  return count;
}

// Levels that only dropped rows had are forgotten.
void forget_unused_texts(CsvColumn& column) {
  std::vector<double> renumbered(column.texts.size(), -1);
  std::vector<std::string> used;
  for (double& value : column.values) {
    double& place = renumbered[static_cast<std::size_t>(value)];
    if (place < 0) {
      place = static_cast<double>(used.size());
      used.push_back(column.texts[static_cast<std::size_t>(value)]);
    }
    value = place;
  }
  column.texts = std::move(used);
}

void check_line_lengths(std::string_view text, const std::string& place) {
  std::size_t line = 1, start = 0;
  while (text.size() - start > longest_line) {
    const std::size_t newline = text.find('\n', start);
    if ((newline == std::string_view::npos ? text.size() : newline) - start > longest_line)
      throw Error(ErrorCode::table_syntax, place + ':' + std::to_string(line), "a line of more than 64 MiB",
                  "shorter lines");
    if (newline == std::string_view::npos) return;
    start = newline + 1;
    ++line;
  }
}

}  // namespace

CsvFile parse_csv(std::string_view text, const std::string& place, const CsvOptions& options) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of("\r\n") == std::string_view::npos)
    throw Error(ErrorCode::table_empty, place, "an empty file", "a CSV file with a header row");
  check_line_lengths(text, place);
  CsvCells cells(text, place);
  std::vector<CsvColumn> columns = read_header(cells, place, options);
  std::size_t rows = read_columns(cells, text, columns, options);
  for (const CsvColumn& column : columns) {
    if (!column.wanted) continue;
    detail::check_texts(column, text, place);
    detail::check_sizes(column, text, place, options.largest);
  }
  CsvFile result;
  if (options.missing == MissingPolicy::drop) result.dropped_rows = drop_rows(columns, rows);
  if (rows == 0)
    throw Error(ErrorCode::table_empty, place,
                result.dropped_rows > 0 ? "a missing value in every row" : "a header and no rows", "at least one row");

  std::vector<Column> finished;
  std::vector<double> weights;
  for (CsvColumn& column : columns) {
    if (!column.wanted) continue;
    if (column.is_weight) {
      weights = std::move(column.values);
      check_weights(weights, column.name, place);
      continue;
    }
    if (column.as_text && result.dropped_rows > 0) forget_unused_texts(column);
    finished.push_back(detail::finished(column, place, options.missing));
  }
  result.table = Table(std::move(finished));
  if (options.weight) result.table.set_weights(std::move(weights));
  return result;
}

CsvFile read_csv(const std::string& path, const CsvOptions& options) {
  return parse_csv(read_file(path), path, options);
}

}  // namespace equipoise::inline v0
