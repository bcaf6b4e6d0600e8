#include "data/csv_columns.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>

#include "data/csv_numbers.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr std::string_view missing_level = "missing";

bool is_number(std::string_view cell) {
  double ignored = 0;
  return read_number(cell, ignored) == CellKind::number;
}

std::vector<std::string> sorted_levels(std::vector<std::string> levels) {
  if (std::all_of(levels.begin(), levels.end(), is_number)) {
    std::sort(levels.begin(), levels.end(), [](const std::string& a, const std::string& b) {
      double x = 0, y = 0;
      read_number(a, x);
      read_number(b, y);
      return x != y ? x < y : a < b;
    });
  } else {
    std::sort(levels.begin(), levels.end());
  }
  return levels;
}

Column finish_levels(CsvColumn& column, const std::string& place, MissingPolicy missing) {
  const bool with_missing = missing == MissingPolicy::level && !column.missing_rows.empty();
  if (with_missing) {
    if (column.index_of_text.count(missing_level) != 0)
      throw Error(ErrorCode::table_missing_value, place,
                  "column '" + column.name + "' has a level 'missing' besides missing cells", "another policy");
    const std::size_t index = column.add_level(missing_level);
    for (const std::size_t row : column.missing_rows) column.values[row] = static_cast<double>(index);
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

Column finish_numbers(CsvColumn& column, const std::string& place, MissingPolicy missing) {
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
std::size_t row_of_text(const CsvColumn& column, std::size_t text) {
  for (std::size_t row = 0, missing = 0;; ++row) {
    if (missing < column.missing_rows.size() && column.missing_rows[missing] == row)
      ++missing;
    else if (column.values[row] == static_cast<double>(text))
      return row;
  }
}

}  // namespace

bool CsvColumn::must_be_number() const {
  return is_weight || (declared != nullptr && declared->type &&
                       (*declared->type == ColumnType::continuous || *declared->type == ColumnType::integer));
}

void CsvColumn::add_text(std::string_view cell, const CsvCells& cells) {
  const auto found = index_of_text.find(cell);
  if (found == index_of_text.end() && !is_utf8(cell))
    throw Error(ErrorCode::table_syntax, cells.place_of_cell(), "bytes that are no UTF-8 text", "a CSV file in UTF-8");
  values.push_back(static_cast<double>(found == index_of_text.end() ? add_level(cell) : found->second));
}

std::size_t CsvColumn::add_level(std::string_view level) {
  if (texts.size() == texts.capacity()) {  // the index refers to the texts themselves, which move
    texts.reserve(std::max<std::size_t>(16, 2 * texts.capacity()));
    index_of_text.clear();
    for (std::size_t i = 0; i < texts.size(); ++i) index_of_text.emplace(texts[i], i);
  }
  texts.emplace_back(level);
  return index_of_text.emplace(texts.back(), texts.size() - 1).first->second;
}

std::string quoted_in(std::string_view cell, const CsvColumn& column) {
  return std::string("'").append(cell.substr(0, 60)).append("' in column '").append(column.name).append("'");
}

void check_texts(const CsvColumn& column, std::string_view text, const std::string& place) {
  if (!column.as_text || !column.is_inferred()) return;
  std::vector<std::size_t> cells(column.texts.size());
  for (const double index : column.values) ++cells[static_cast<std::size_t>(index)];
  if (!cells.empty()) cells[0] -= column.missing_rows.size();  // a missing cell's value is 0
  const auto slip = find_slip(column.texts, cells);
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

void check_sizes(const CsvColumn& column, std::string_view text, const std::string& place, double largest) {
  if (column.as_text || column.is_weight) return;
  const auto found =
      std::find_if(column.values.begin(), column.values.end(), [&](double value) { return std::abs(value) > largest; });
  if (found != column.values.end())
    throw Error(ErrorCode::table_type,
                csv_place(text, place, static_cast<std::size_t>(found - column.values.begin()), column.name),
                shortest(*found) + " in column '" + column.name + "'", "at most " + shortest(largest) + " in size");
}

Column finished(CsvColumn& column, const std::string& place, MissingPolicy missing) {
  return column.as_text ? finish_levels(column, place, missing) : finish_numbers(column, place, missing);
}

}  // namespace equipoise::inline v0::detail
