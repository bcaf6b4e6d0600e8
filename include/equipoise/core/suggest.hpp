// 'Did you mean …' for a misspelt name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

/// Edit distance between two names: insertions, deletions and substitutions of bytes, and exchanges of
/// neighbours, no byte being edited twice (Damerau 1964), in O(|a| |b|) time.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({substituted, above[j] + 1, row[j - 1] + 1});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

namespace detail {

/// A name without the blanks around it.
inline std::string_view without_blanks(std::string_view name) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = name.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : name.substr(first, name.find_last_not_of(blanks) - first + 1);
}

/// Whether two names are one but for the case of ASCII letters and the blanks around them.
inline bool nearly_equal(std::string_view a, std::string_view b) {
  a = without_blanks(a), b = without_blanks(b);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace detail

/// "did you mean 'x'?" for the candidate nearest to `name`, or "" where none is near: at most a third of its letters
/// may differ, not all of them, or the case and the blanks around it alone, which is nearest. `candidates` is a range
/// of strings; the first of equals wins.
template <class Candidates>
std::string suggestion(std::string_view name, const Candidates& candidates) {
  constexpr std::size_t longest_compared = 64;  // a longer text is no misspelt name
  if (name.size() > longest_compared) return {};
  std::string_view nearest;
  std::size_t nearest_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& each : candidates) {
    const std::string_view candidate = each;
    if (candidate.size() > longest_compared) continue;
    const std::size_t distance = detail::nearly_equal(name, candidate) ? 0 : edit_distance(name, candidate);
    if (distance >= std::max(name.size(), candidate.size())) continue;  // nothing in common
    if (distance < nearest_distance) {
      nearest = candidate;
      nearest_distance = distance;
    }
  }
  return nearest.empty() ? std::string{} : "did you mean '" + std::string(nearest) + "'?";
}

}  // namespace equipoise::inline v0
