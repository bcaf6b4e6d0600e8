// A cell of a column as a person writes it, and back.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// The number that a column holds for a text: its level's index, or the number itself. Throws table_type for a
/// text that is no level, with a suggestion, or no number.
inline double cell_value(const Column& column, std::string_view text) {
  if (column.has_levels()) return static_cast<double>(column.level(text));
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size())
    throw Error(ErrorCode::table_type, "column '" + column.name + "'", "the value '" + std::string(text) + "'",
                "a number, as its cells are");
  return value;
}

/// The text of a value of the column: its level, or the shortest decimal that reads back to the same double.
inline std::string cell_text(const Column& column, double value) {
  if (column.has_levels()) return column.levels[static_cast<std::size_t>(value)];
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

}  // namespace equipoise::inline v0
