#include "data/csv_numbers.hpp"

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace equipoise::inline v0::detail {

namespace {

constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(char character) { return static_cast<unsigned char>(character - '0') < 10; }

// The number of digits among eight characters before the first other one, the first character in the lowest byte.
unsigned digits_before_other(std::uint64_t eight) {
  const std::uint64_t values = eight ^ 0x3030303030303030;  // a digit's value; 10 or more for any other
  const std::uint64_t others = (values | (values + 0x7676767676767676)) & 0x8080808080808080;
  return static_cast<unsigned>(std::countr_zero(others)) / 8;
}

// The number that eight digits spell, the first in the lowest byte: pairs, fours, then all are joined.
std::uint64_t value_of_digits(std::uint64_t eight) {
  const std::uint64_t values = eight & 0x0F0F0F0F0F0F0F0F;
  const std::uint64_t pairs = (values * 10 + (values >> 8)) & 0x00FF00FF00FF00FF;
  const std::uint64_t fours = (pairs * 100 + (pairs >> 16)) & 0x0000FFFF0000FFFF;
  return (fours * 10000 + (fours >> 32)) & 0xFFFFFFFF;
}

// Appends the digits at `at` to a number, modulo 2^64; returns their end.
inline const char* append_digits(const char* at, const char* end, std::uint64_t& number) {
  static constexpr std::uint64_t powers_of_ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, at, 8);
      const unsigned count = digits_before_other(eight);
      if (count == 0) return at;
      number = number * powers_of_ten[count] + value_of_digits(eight << (64 - 8 * count));  // zeros stand first
      at += count;
      if (count < 8) return at;
    }
  }
  while (at != end && is_digit(*at)) number = number * 10 + static_cast<std::uint64_t>(*at++ - '0');
  return at;
}

}  // namespace

// A decimal of up to 19 digits whose value and power of ten are exact doubles is exact after one operation (Clinger
// 1990).
const char* read_exact_decimal(const char* begin, const char* end, double& value) {
  const char* at = begin;
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  std::uint64_t mantissa = 0;
  const char* const digits = at;
  at = append_digits(at, end, mantissa);
  std::ptrdiff_t count = at - digits, decimals = 0;
  if (at != end && *at == '.') {
    const char* const point = ++at;
    at = append_digits(at, end, mantissa);
    decimals = at - point;
    count += decimals;
  }
  if (count == 0 || count > 19 || mantissa > std::uint64_t{1} << 53) return begin;
  value = static_cast<double>(mantissa) / powers[decimals];
  if (negative) value = -value;
  return at;
}

CellKind read_number(std::string_view cell, double& value) {
  const char* const begin = cell.data();
  const char* const end = begin + cell.size();
  if (begin != end && read_exact_decimal(begin, end, value) == end) return CellKind::number;
  const bool has_sign = cell.starts_with('-') || cell.starts_with('+');
  const std::string_view unsigned_cell = cell.substr(has_sign ? 1 : 0);
  const bool is_spelt = !unsigned_cell.empty() && (is_digit(unsigned_cell[0]) || unsigned_cell[0] == '.');
  if (!is_spelt) return CellKind::text;  // from_chars would read inf, nan and a second sign
  const char* const start = cell.starts_with('+') ? begin + 1 : begin;
  const auto [stop, failure] = std::from_chars(start, end, value);
  if (stop != end) return CellKind::text;
  if (failure == std::errc()) return CellKind::number;
  return failure == std::errc::result_out_of_range ? CellKind::out_of_range : CellKind::text;
}

std::optional<Slip> find_slip(std::span<const std::string> texts, std::span<const std::size_t> cells) {
  constexpr std::size_t most_codes = 20;  // of a column that holds codes rather than numbers
  Slip slip;
  std::size_t different = 0;
  std::optional<std::size_t> text, unrepresentable;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    double ignored = 0;
    const CellKind kind = read_number(texts[i], ignored);
    (kind == CellKind::text ? slip.others : slip.numbers) += cells[i];
    different += kind == CellKind::text ? 0 : 1;
    if (kind == CellKind::text && !text) text = i;
    if (kind == CellKind::out_of_range && !unrepresentable) unrepresentable = i;
  }
  if (slip.numbers < 9 * slip.others) return std::nullopt;
  if (!unrepresentable && (!text || different <= most_codes)) return std::nullopt;
  slip.is_number = unrepresentable.has_value();
  slip.text = unrepresentable ? *unrepresentable : *text;
  return slip;
}

}  // namespace equipoise::inline v0::detail
