// Checks of a user's numbers, all called as check(place, role, value): where it stands, what it is, what it holds.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>

namespace equipoise::inline v0 {

namespace detail {

// Out of line, so that what is checked in a loop stays a comparison and a branch.
[[noreturn, gnu::cold, gnu::noinline]] inline void fail_check(std::string_view place, std::string_view role,
                                                              std::string found, std::string_view expected) {
  throw Error(ErrorCode::value_out_of_range, std::string(place), std::string(role) + " is " + found,
              std::string(expected));
}

template <class Predicate>
void check_number(std::string_view place, std::string_view role, double value, std::string_view expected,
                  Predicate holds) {
  if (!holds(value)) fail_check(place, role, shortest(value), expected);
}

template <class Predicate>
void check_numbers(std::string_view place, std::string_view role, std::span<const double> values,
                   std::string_view expected, Predicate holds) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!holds(values[i]))
      fail_check(place, std::string(role) + '[' + std::to_string(i) + ']', shortest(values[i]), expected);
}

inline constexpr auto is_finite = [](double x) { return std::isfinite(x); };
inline constexpr auto is_positive = [](double x) { return std::isfinite(x) && x > 0; };
inline constexpr auto is_non_negative = [](double x) { return std::isfinite(x) && x >= 0; };
inline constexpr auto is_probability = [](double x) { return x >= 0 && x <= 1; };

}  // namespace detail

/// Each throws value_out_of_range, as `place: role is -1; a number above 0`, or for the first bad one of several,
/// as `place: role[2] is -1; …`. NaN fails every check.
inline void check_finite(std::string_view place, std::string_view role, double value) {
  detail::check_number(place, role, value, "a finite number", detail::is_finite);
}
inline void check_finite(std::string_view place, std::string_view role, std::span<const double> values) {
  detail::check_numbers(place, role, values, "a finite number", detail::is_finite);
}

/// Finite and above 0.
inline void check_positive(std::string_view place, std::string_view role, double value) {
  detail::check_number(place, role, value, "a number above 0", detail::is_positive);
}

/// Finite and at least 0.
inline void check_non_negative(std::string_view place, std::string_view role, double value) {
  detail::check_number(place, role, value, "a number of at least 0", detail::is_non_negative);
}
inline void check_non_negative(std::string_view place, std::string_view role, std::span<const double> values) {
  detail::check_numbers(place, role, values, "a number of at least 0", detail::is_non_negative);
}

/// In [0, 1].
inline void check_probability(std::string_view place, std::string_view role, double value) {
  detail::check_number(place, role, value, "a probability, from 0 to 1", detail::is_probability);
}
inline void check_probability(std::string_view place, std::string_view role, std::span<const double> values) {
  detail::check_numbers(place, role, values, "a probability, from 0 to 1", detail::is_probability);
}

/// In (0, 1), as the level of an interval is.
inline void check_level(std::string_view place, std::string_view role, double value) {
  detail::check_number(place, role, value, "a number between 0 and 1", [](double x) { return x > 0 && x < 1; });
}

/// That a list is as long as another: `place: weights has 3 entries; 4 entries`.
inline void check_same_size(std::string_view place, std::string_view role, std::size_t size, std::size_t expected) {
  if (size != expected)
    throw Error(ErrorCode::value_out_of_range, std::string(place),
                std::string(role) + " has " + std::to_string(size) + (size == 1 ? " entry" : " entries"),
                std::to_string(expected) + (expected == 1 ? " entry" : " entries"));
}

}  // namespace equipoise::inline v0
