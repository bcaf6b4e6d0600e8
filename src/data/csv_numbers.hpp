// Cells that are numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace equipoise::inline v0::detail {

enum class CellKind {
  number,
  out_of_range,  ///< spelt as a number, which no double can hold
  text,
};

/// What a cell is, with its value where it is a number: a decimal with an optional sign and exponent, rounded to the
/// nearest double.
CellKind read_number(std::string_view cell, double& value);

/// Reads the decimal without an exponent that begins at `begin`, if it is short enough to be exact after one operation:
/// its end, or `begin` where there is none such. What follows it is not looked at.
const char* read_exact_decimal(const char* begin, const char* end, double& value);

/// What does not fit into a column that is all but one of numbers.
struct Slip {
  std::size_t text = 0;                 ///< the first such text, by index
  bool is_number = false;               ///< whether it is spelt as a number
  std::size_t numbers = 0, others = 0;  ///< cells
};

/// A column that is read as levels only because of few texts among its numbers: at least nine cells in ten are numbers,
/// more than 20 different ones, or one is no double. `texts` occur in so many `cells`.
std::optional<Slip> find_slip(std::span<const std::string> texts, std::span<const std::size_t> cells);

}  // namespace equipoise::inline v0::detail
