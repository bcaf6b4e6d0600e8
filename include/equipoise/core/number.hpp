// Numbers as text: the same double out and back, whatever the locale.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace equipoise::inline v0 {

/// The shortest decimal that reads back to the same double: "0.1", "1e+300", "-0", "inf", "nan".
inline std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// The double nearest to a decimal number that is the whole of `text`: no sign '+', no blanks, no hexadecimal digits.
/// Nothing for other text, for "inf" and "nan", and for a number beyond the range of doubles.
inline std::optional<double> parse_number(std::string_view text) noexcept {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace equipoise::inline v0
