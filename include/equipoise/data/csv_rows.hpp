// Rows as lines of a CSV file, block by block.
#pragma once

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

/// A text as a cell of a CSV file: quoted where it would else read back as something else, which are RFC 4180's special
/// characters, and nothing at all.
inline std::string csv_cell(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

/// Writes columns of numbers as lines: levels by their texts, numbers so that they read back to the same double.
class CsvRows {
 public:
  struct Column {
    std::string name;
    std::vector<std::string> levels = {};  ///< empty: a number
  };

  explicit CsvRows(const std::vector<Column>& columns) {
    for (const Column& column : columns) {
      header_ += (header_.empty() ? "" : ",") + csv_cell(column.name);
      levels_.emplace_back();
      std::size_t longest = longest_number;
      for (const std::string& level : column.levels) {
        levels_.back().push_back(csv_cell(level));
        longest = std::max(longest, levels_.back().back().size());
      }
      longest_line_ += longest + 1;
    }
    if (!columns.empty()) header_ += '\n';
  }

  /// The line of the columns' names.
  const std::string& header() const noexcept { return header_; }

  /// Appends a line for each of `rows` rows; `columns`: a pointer to each column's values, level indices where it has
  /// levels. May be called from several threads at once.
  void append(std::span<const double* const> columns, std::size_t rows, std::string& text) const {
    assert(columns.size() == levels_.size());
    if (columns.empty()) return;
    const std::size_t rows_at_once = std::max<std::size_t>(1, room_at_once / longest_line_);
    for (std::size_t first = 0; first < rows; first += rows_at_once)
      append_lines(columns, first, std::min(first + rows_at_once, rows), text);
  }

 private:
  static constexpr std::size_t longest_number = 24;  // "-2.2250738585072014e-308"
  static constexpr std::size_t room_at_once = std::size_t{1} << 18;

  void append_lines(std::span<const double* const> columns, std::size_t first, std::size_t last,
                    std::string& text) const {
    const std::size_t before = text.size();
    text.resize(before + (last - first) * longest_line_);
    char* at = text.data() + before;
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (levels_[c].empty()) {
          at = std::to_chars(at, at + longest_number, columns[c][i]).ptr;
        } else {
          const std::string& level = levels_[c][static_cast<std::size_t>(columns[c][i])];
          at = std::copy(level.begin(), level.end(), at);
        }
        *at++ = ',';
      }
      at[-1] = '\n';
    }
    text.resize(static_cast<std::size_t>(at - text.data()));
  }

  std::string header_;
  std::vector<std::vector<std::string>> levels_;  // by column: the cells of its levels
  std::size_t longest_line_ = 0;
};

}  // namespace equipoise::inline v0
