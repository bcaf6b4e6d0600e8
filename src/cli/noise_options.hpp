// The options that `epsilon` and `noise` share: how batches are drawn and what a neighbour is.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/privacy/adjacency.hpp>

#include "cli/verb.hpp"

namespace equipoise::cli {

inline std::vector<Option> noise_options() {
  return {{.name = "--delta", .value = "P", .help = "the guarantee's delta, above 0 and below 1", .required = true},
          {.name = "--sampling-rate",
           .value = "Q",
           .help = "the chance at which each person joins a batch (Poisson sampling), above 0 and at most 1",
           .fallback = "1"},
          {.name = "--steps", .value = "N", .help = "how many batches, each with noise of its own", .fallback = "1"},
          {.name = "--adjacency",
           .value = "RELATION",
           .help = "what makes two sets of people neighbours; the multiplier is noise over what one person adds",
           .fallback = "add-or-remove-one",
           .choices = {"add-or-remove-one", "replace-one"}}};
}

/// A number in (0, most], or in (0, most) where `most` is not allowed itself. Throws usage.
inline double positive_number(const Arguments& arguments, std::string_view name, double most, bool most_is_allowed) {
  const double value = arguments.number(name);
  if (!(value > 0) || value > most || (value == most && !most_is_allowed)) {
    const std::string limit = std::isinf(most) ? "" : most_is_allowed ? " and at most 1" : " and below 1";
    throw Error(ErrorCode::usage, std::string(name), "'" + arguments.text(name) + "'",
                "expected a number above 0" + limit);
  }
  return value;
}

struct NoiseArguments {
  double delta = 0, rate = 1;
  std::int64_t steps = 1;
  Adjacency adjacency = Adjacency::add_or_remove_one;
};

inline NoiseArguments noise_arguments(const Arguments& arguments) {
  constexpr std::uint64_t most_steps = 1'000'000'000'000;
  const std::uint64_t steps = arguments.whole("--steps");
  if (steps < 1 || steps > most_steps)
    throw Error(ErrorCode::usage, "--steps", "'" + arguments.text("--steps") + "'",
                "expected a whole number from 1 to " + std::to_string(most_steps));
  return {positive_number(arguments, "--delta", 1, false), positive_number(arguments, "--sampling-rate", 1, true),
          static_cast<std::int64_t>(steps),
          arguments.text("--adjacency") == "replace-one" ? Adjacency::replace_one : Adjacency::add_or_remove_one};
}

}  // namespace equipoise::cli
