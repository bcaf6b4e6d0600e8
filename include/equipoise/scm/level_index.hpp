// The level that a number in a discrete column stands for.
#pragma once

#include <cstddef>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0::detail {

// Out of line, so that what is checked in a loop stays a comparison and a branch.
[[noreturn, gnu::cold, gnu::noinline]] inline void fail_level(std::size_t levels, RowBlock rows, std::size_t i) {
  throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a cause whose value is no level of it",
                 "the index of one of " + std::to_string(levels) + " levels");
}

/// The value of row i of the block as one of so many levels. Throws scm_no_support at the row for any other number.
inline std::size_t level_index(double value, std::size_t levels, RowBlock rows, std::size_t i) {
  const bool within = value >= 0 && value < static_cast<double>(levels);
  const std::size_t level = within ? static_cast<std::size_t>(value) : 0;
  if (!within || static_cast<double>(level) != value) fail_level(levels, rows, i);
  return level;
}

}  // namespace equipoise::inline v0::detail
