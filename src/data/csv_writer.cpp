#include <algorithm>
#include <string>
#include <string_view>

#include <equipoise/data/cell.hpp>
#include <equipoise/data/csv.hpp>

#include "core/file.hpp"

namespace equipoise::inline v0 {

namespace {

// A text that would read back as something else is quoted: RFC 4180's special characters, and nothing at all.
std::string quoted(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::string csv_text(const Table& table, std::string_view weight_column) {
  std::string text;
  const auto end_cell = [&, columns = table.columns().size()](std::size_t i) {
    text += i + 1 == columns && weight_column.empty() ? '\n' : ',';
  };
  std::vector<std::vector<std::string>> levels;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const Column& column = table.columns()[i];
    text += quoted(column.name);
    end_cell(i);
    levels.emplace_back();
    for (const std::string& level : column.levels) levels.back().push_back(quoted(level));
  }
  if (!weight_column.empty()) text += quoted(weight_column) + '\n';
  const Column plain_number;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const Column& column = table.columns()[i];
      text += column.has_levels() ? levels[i][static_cast<std::size_t>(column.values[row])]
                                  : cell_text(plain_number, column.values[row]);
      end_cell(i);
    }
    if (!weight_column.empty()) text += cell_text(plain_number, table.weights()[row]) + '\n';
  }
  return text;
}

void write_csv(const std::string& path, const Table& table, std::string_view weight_column) {
  write_file(path, csv_text(table, weight_column));
}

}  // namespace equipoise::inline v0
