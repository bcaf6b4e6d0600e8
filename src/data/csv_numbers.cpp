#include "data/csv_numbers.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace equipoise::inline v0::detail {

// A decimal of up to 19 digits whose value and power of ten are exact doubles is exact after one operation (Clinger
// 1990); the rest goes to from_chars, which rounds correctly too.
CellKind read_number(std::string_view cell, double& value) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* at = cell.data();
  const char* const end = at + cell.size();
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  const char* const digits = at;
  std::uint64_t mantissa = 0;
  while (at != end && static_cast<unsigned char>(*at - '0') < 10)
    mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at++ - '0');
  std::ptrdiff_t count = at - digits, decimals = 0;
  if (at != end && *at == '.') {
    const char* const point = ++at;
    while (at != end && static_cast<unsigned char>(*at - '0') < 10)
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at++ - '0');
    decimals = at - point;
    count += decimals;
  }
  if (count == 0) return CellKind::text;
  if (at == end && count <= 19 && mantissa <= std::uint64_t{1} << 53 && decimals <= 22) {
    value = static_cast<double>(mantissa) / powers[decimals];
    if (negative) value = -value;
    return CellKind::number;
  }
  const char* const start = *cell.data() == '+' ? cell.data() + 1 : cell.data();
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
