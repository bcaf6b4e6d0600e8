// Where something stands in a text, and texts in single quotes: what the readers of all modules share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace equipoise::inline v0::detail {

/// `line:column` of a byte, both from 1; a byte beyond the text is its end.
inline std::string line_and_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  return std::to_string(line) + ':' + std::to_string(before.size() - start + 1);
}

/// The text within '…', where '' stands for one quote; `position` is at the opening quote and moves behind the closing
/// one. Nothing where the quote is not closed.
inline std::optional<std::string> take_quoted(std::string_view text, std::size_t& position) {
  std::string taken;
  for (std::size_t i = position + 1; i < text.size(); ++i) {
    if (text[i] == '\'') {
      if (!text.substr(i + 1).starts_with('\'')) {
        position = i + 1;
        return taken;
      }
      ++i;
    }
    taken += text[i];
  }
  return std::nullopt;
}

}  // namespace equipoise::inline v0::detail
