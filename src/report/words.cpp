#include "report/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "report/html.hpp"

namespace equipoise::inline v0 {

namespace {

constexpr std::string_view minus = "\xE2\x88\x92";

bool is_probability(std::string_view unit) { return unit == "probability" || unit == "fraction" || unit == "share"; }

std::string with_space(std::string_view unit) {
  if (unit.empty() || unit == "1" || unit == "none") return {};
  return ' ' + std::string(unit);
}

}  // namespace

Shown shown_as(std::string_view unit) { return is_probability(unit) ? Shown{100, "%"} : Shown{1, with_space(unit)}; }

Shown difference_shown_as(std::string_view unit) {
  return is_probability(unit) ? Shown{100, " points"} : Shown{1, with_space(unit)};
}

std::string number_text(double value, int decimals, bool with_plus) {
  std::array<char, 64> buffer{};
  const bool huge = std::abs(value) >= 1e15;
  const auto written =
      huge ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value), std::chars_format::general, 6)
           : std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value), std::chars_format::fixed,
                           decimals);
  const std::string digits(buffer.data(), written.ptr);
  const bool zero = digits.find_first_of("123456789") == std::string::npos;
  if (zero) return digits;
  return (value < 0 ? std::string(minus) : with_plus ? "+" : "") + digits;
}

std::string count_text(double count) {
  std::string digits = number_text(count, count == std::floor(count) ? 0 : 1);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  if (digits.find('e') != std::string::npos) return digits;
  for (std::size_t at = point; at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

int decimals_for(const Estimate& estimate, double factor) {
  constexpr int most = 6;
  const double half = (estimate.high - estimate.low) / 2 * factor;
  const double size = half > 0 ? half : std::abs(estimate.value) * factor / 10;
  if (!(size > 0)) return factor > 1 ? 1 : 3;
  return static_cast<int>(std::clamp(std::ceil(-std::log10(size)) + 1, 0.0, static_cast<double>(most)));
}

std::string value_text(const Estimate& estimate, const Shown& shown, bool with_plus) {
  return number_text(estimate.value * shown.factor, decimals_for(estimate, shown.factor), with_plus) + shown.suffix;
}

std::string interval_text(const Estimate& estimate, const Shown& shown, bool with_plus) {
  const int decimals = decimals_for(estimate, shown.factor);
  return '[' + number_text(estimate.low * shown.factor, decimals, with_plus) + ", " +
         number_text(estimate.high * shown.factor, decimals, with_plus) + ']';
}

std::string estimate_html(const Estimate& estimate, const Shown& shown, bool with_plus) {
  return "<span class=\"estimate\"><b>" + escaped(value_text(estimate, shown, with_plus)) +
         "</b> <span class=\"interval\">" + interval_text(estimate, shown, with_plus) + "</span></span>";
}

const std::string& label_of(const FrontierObjective& objective) {
  return objective.label.empty() ? objective.name : objective.label;
}

}  // namespace equipoise::inline v0
