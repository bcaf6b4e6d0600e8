#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/csv.hpp>

#include "core/file.hpp"
#include "data/csv_cells.hpp"
#include "data/csv_numbers.hpp"

namespace equipoise::inline v0 {

namespace {

using detail::CellKind;
using detail::CsvCells;

constexpr std::size_t longest_line = std::size_t{64} << 20;
constexpr std::string_view missing_level = "missing";

bool is_missing(std::string_view cell) { return cell.empty() || cell == "NA"; }

bool is_number(std::string_view cell) {
  double ignored = 0;
  return detail::read_number(cell, ignored) == CellKind::number;
}

// What is known of a column while its cells are read.
struct Building {
  std::string name;
  const ColumnDeclaration* declared = nullptr;
  bool wanted = true;
  bool as_text = false;
  bool is_weight = false;
  std::vector<double> values;  // numbers, or indices into `texts`
  std::vector<std::string> texts;
  std::unordered_map<std::string_view, std::size_t> index_of_text;
  std::vector<std::size_t> missing_rows;

  bool must_be_number() const {
    return is_weight || (declared != nullptr && declared->type &&
                         (*declared->type == ColumnType::continuous || *declared->type == ColumnType::integer));
  }

  /// Whether what the column holds follows from its cells alone.
  bool is_inferred() const { return declared == nullptr || (!declared->type && declared->levels.empty()); }

  void add_text(std::string_view cell, const CsvCells& cells) {
    auto found = index_of_text.find(cell);
    if (found == index_of_text.end()) {
      if (!detail::is_utf8(cell))
        throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "bytes that are no UTF-8 text",
                    "a CSV file in UTF-8");
      if (texts.size() == texts.capacity()) regrow();
      texts.emplace_back(cell);
      found = index_of_text.emplace(texts.back(), texts.size() - 1).first;
    }
    values.push_back(static_cast<double>(found->second));
  }

  // The index refers to the texts themselves, so it is rebuilt when they move.
  void regrow() {
    texts.reserve(std::max<std::size_t>(16, 2 * texts.capacity()));
    index_of_text.clear();
    for (std::size_t i = 0; i < texts.size(); ++i) index_of_text.emplace(texts[i], i);
  }
};

std::vector<Building> read_header(CsvCells& cells, const std::string& place, const CsvOptions& options) {
  std::vector<Building> columns;
  do {
    std::string name(cells.next());
    if (!detail::is_utf8(name))
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "bytes that are no UTF-8 text",
                  "a CSV file in UTF-8");
    if (name.empty())
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "an empty column name", "a header row of names");
    for (const Building& other : columns)
      if (other.name == name)
        throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "the column name '" + name + "' stands twice",
                    "unique names");
    Building column;
    column.name = std::move(name);
    columns.push_back(std::move(column));
  } while (!cells.row_ended());

  std::vector<std::string> names;
  for (const Building& column : columns) names.push_back(column.name);
  const auto find = [&](const std::string& name, const char* what) -> Building& {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
      throw Error(ErrorCode::table_unknown_column, place, std::string("no column '") + name + "', " + what,
                  "a column of the file", suggestion(name, names));
    return columns[static_cast<std::size_t>(at - names.begin())];
  };
  if (!options.wanted.empty()) {
    for (Building& column : columns) column.wanted = false;
    for (const std::string& name : options.wanted) find(name, "which is asked for").wanted = true;
  }
  for (const ColumnDeclaration& declaration : options.columns) {
    Building& column = find(declaration.name, "which is declared");
    column.declared = &declaration;
    column.as_text = !column.must_be_number() && (declaration.type.has_value() || !declaration.levels.empty());
  }
  if (options.weight) {
    Building& column = find(*options.weight, "which holds the weights");
    column.is_weight = column.wanted = true;
    column.as_text = false;
  }
  return columns;
}

constexpr const char* representable = "a number that a double can hold";

std::string quoted_in(std::string_view cell, const Building& column) {
  return "'" + std::string(cell.substr(0, 60)) + "' in column '" + column.name + "'";
}

// Reads every row for the columns in `reading`. Returns whether all were as expected: a number column that met a
// text turns into a text column, to be read again.
bool read_rows(CsvCells cells, std::vector<Building>& columns, std::vector<bool>& reading, const CsvOptions& options,
               std::size_t& rows) {
  std::vector<bool> again(columns.size(), false);
  rows = 0;
  while (!cells.at_end()) {
    std::size_t i = 0;
    do {
      const std::string_view cell = cells.next();
      double value = 0;
      if (i == 0 && cells.row_ended() && cell.empty() && !cells.was_quoted() && columns.size() > 1)
        break;  // a blank line
      if (i >= columns.size())
        throw Error(ErrorCode::table_syntax, cells.place_of_cell(),
                    "more cells than the header's " + std::to_string(columns.size()), "one cell a column");
      Building& column = columns[i];
      if (column.wanted && reading[i] && !again[i]) {
        if (is_missing(cell)) {
          if (options.missing == MissingPolicy::error || column.is_weight)
            throw Error(ErrorCode::table_missing_value, cells.place_of_cell(),
                        "a missing value in column '" + column.name + "'",
                        column.is_weight                ? "a number of 0 or more"
                        : options.missing_can_be_chosen ? "a value, or a policy for missing values (drop or level)"
                                                        : "a value");
          column.missing_rows.push_back(rows);
          column.values.push_back(0);
        } else if (column.as_text) {
          column.add_text(cell, cells);
        } else if (const CellKind kind = detail::read_number(cell, value); kind == CellKind::number) {
          if (column.is_weight && value < 0)
            throw Error(ErrorCode::table_type, cells.place_of_cell(), "the negative weight " + std::string(cell),
                        "0 or more");
          column.values.push_back(value);
        } else if (column.must_be_number()) {
          throw Error(ErrorCode::table_type, cells.place_of_cell(), quoted_in(cell, column),
                      kind == CellKind::text ? "a number" : representable);
        } else {
          again[i] = true;
        }
      }
      ++i;
    } while (!cells.row_ended());
    if (i == 0) continue;
    if (i < columns.size())
      throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "a row of " + std::to_string(i) + " cells",
                  std::to_string(columns.size()) + ", as in the header");
    ++rows;
  }
  bool done = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    reading[i] = again[i];
    if (!again[i]) continue;
    done = false;
    columns[i].as_text = true;
    columns[i].values.clear();
    columns[i].missing_rows.clear();
  }
  return done;
}

std::vector<std::string> sorted_levels(std::vector<std::string> levels) {
  if (std::all_of(levels.begin(), levels.end(), is_number)) {
    std::sort(levels.begin(), levels.end(), [](const std::string& a, const std::string& b) {
      double x = 0, y = 0;
      detail::read_number(a, x);
      detail::read_number(b, y);
      return x != y ? x < y : a < b;
    });
  } else {
    std::sort(levels.begin(), levels.end());
  }
  return levels;
}

Column finish_levels(Building& column, const std::string& place, MissingPolicy missing) {
  const bool with_missing = missing == MissingPolicy::level && !column.missing_rows.empty();
  if (with_missing) {
    if (column.index_of_text.count(missing_level) != 0)
      throw Error(ErrorCode::table_missing_value, place,
                  "column '" + column.name + "' has a level 'missing' besides missing cells", "another policy");
    if (column.texts.size() == column.texts.capacity()) column.regrow();
    column.texts.emplace_back(missing_level);
    for (const std::size_t row : column.missing_rows) column.values[row] = static_cast<double>(column.texts.size() - 1);
  }
  std::vector<std::string> levels;
  if (column.declared != nullptr && !column.declared->levels.empty()) {
    levels = column.declared->levels;
    for (const std::string& text : column.texts)
      if (std::find(levels.begin(), levels.end(), text) == levels.end())
        throw Error(ErrorCode::table_type, place,
                    "'" + text + "' in column '" + column.name + "' is none of its declared levels", "a declared level",
                    suggestion(text, levels));
  } else {
    levels = sorted_levels(column.texts);
  }
  std::vector<double> rank(column.texts.size());
  for (std::size_t i = 0; i < rank.size(); ++i)
    rank[i] = static_cast<double>(std::find(levels.begin(), levels.end(), column.texts[i]) - levels.begin());
  if (!rank.empty())
    for (double& value : column.values) value = rank[static_cast<std::size_t>(value)];
  ColumnType type = levels.size() == 2 ? ColumnType::binary : ColumnType::categorical;
  if (column.declared != nullptr && column.declared->type) type = *column.declared->type;
  if (type == ColumnType::binary && levels.size() > 2)
    throw Error(ErrorCode::table_type, place,
                "column '" + column.name + "' has " + std::to_string(levels.size()) + " levels",
                "two, as it is declared binary");
  return {std::move(column.name), type, std::move(levels), std::move(column.values)};
}

Column finish_numbers(Building& column, const std::string& place, MissingPolicy missing) {
  if (missing == MissingPolicy::level && !column.missing_rows.empty())
    throw Error(ErrorCode::table_missing_value, place,
                "column '" + column.name + "' holds numbers and has missing cells",
                "the policy drop, or the column declared categorical");
  ColumnType type = ColumnType::integer;
  bool binary = true;
  for (const double value : column.values) {
    binary = binary && (value == 0 || value == 1);
    if (value != std::floor(value)) {
      type = ColumnType::continuous;
      break;
    }
  }
  if (column.declared != nullptr && column.declared->type) {
    if (*column.declared->type == ColumnType::integer && type == ColumnType::continuous)
      throw Error(ErrorCode::table_type, place, "column '" + column.name + "' holds numbers that are not whole",
                  "whole numbers, as it is declared integer");
    return {std::move(column.name), *column.declared->type, {}, std::move(column.values)};
  }
  if (type == ColumnType::integer && binary)
    return {std::move(column.name), ColumnType::binary, {"0", "1"}, std::move(column.values)};
  return {std::move(column.name), type, {}, std::move(column.values)};
}

// The first row whose cell is this text.
std::size_t row_of_text(const Building& column, std::size_t text) {
  for (std::size_t row = 0, missing = 0;; ++row) {
    if (missing < column.missing_rows.size() && column.missing_rows[missing] == row)
      ++missing;
    else if (column.values[row] == static_cast<double>(text))
      return row;
  }
}

// Refuses texts in a column that is read as levels because of them alone.
void check_texts(const Building& column, std::string_view text, const std::string& place) {
  if (!column.as_text || !column.is_inferred()) return;
  std::vector<std::size_t> cells(column.texts.size());
  for (const double index : column.values) ++cells[static_cast<std::size_t>(index)];
  if (!cells.empty()) cells[0] -= column.missing_rows.size();  // a missing cell's value is 0
  const auto slip = detail::find_slip(column.texts, cells);
  if (!slip) return;
  std::string besides;
  if (!slip->is_number)
    besides = slip->others == 1 ? ", whose other cells are numbers"
                                : ", of whose " + std::to_string(slip->numbers + slip->others) + " cells " +
                                      std::to_string(slip->numbers) + " are numbers";
  throw Error(ErrorCode::table_type, csv_place(text, place, row_of_text(column, slip->text), column.name),
              quoted_in(column.texts[slip->text], column) + besides,
              slip->is_number ? representable : "a number, or the column declared categorical");
}

void check_sizes(const Building& column, std::string_view text, const std::string& place, double largest) {
  if (column.as_text || column.is_weight) return;
  const auto found =
      std::find_if(column.values.begin(), column.values.end(), [&](double value) { return std::abs(value) > largest; });
  if (found != column.values.end())
    throw Error(ErrorCode::table_type,
                csv_place(text, place, static_cast<std::size_t>(found - column.values.begin()), column.name),
                shortest(*found) + " in column '" + column.name + "'", "at most " + shortest(largest) + " in size");
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
std::size_t drop_rows(std::vector<Building>& columns, std::size_t& rows) {
  std::vector<bool> dropped(rows, false);
  for (const Building& column : columns)
    for (const std::size_t row : column.missing_rows) dropped[row] = true;
  std::size_t kept = 0;
  for (Building& column : columns) {
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
void forget_unused_texts(Building& column) {
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
  std::vector<Building> columns = read_header(cells, place, options);
  std::vector<bool> reading(columns.size(), true);
  std::size_t rows = 0;
  while (!read_rows(cells, columns, reading, options, rows)) {
  }
  for (const Building& column : columns) {
    if (!column.wanted) continue;
    check_texts(column, text, place);
    check_sizes(column, text, place, options.largest);
  }
  CsvFile result;
  if (options.missing == MissingPolicy::drop) result.dropped_rows = drop_rows(columns, rows);
  if (rows == 0)
    throw Error(ErrorCode::table_empty, place,
                result.dropped_rows > 0 ? "a missing value in every row" : "a header and no rows", "at least one row");

  std::vector<Column> finished;
  std::vector<double> weights;
  for (Building& column : columns) {
    if (!column.wanted) continue;
    if (column.is_weight) {
      weights = std::move(column.values);
      check_weights(weights, column.name, place);
    } else if (column.as_text) {
      if (result.dropped_rows > 0) forget_unused_texts(column);
      finished.push_back(finish_levels(column, place, options.missing));
    } else {
      finished.push_back(finish_numbers(column, place, options.missing));
    }
  }
  result.table = Table(std::move(finished));
  if (options.weight) result.table.set_weights(std::move(weights));
  return result;
}

CsvFile read_csv(const std::string& path, const CsvOptions& options) {
  return parse_csv(read_file(path), path, options);
}

}  // namespace equipoise::inline v0
