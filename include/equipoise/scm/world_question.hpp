// A question about a model's parallel worlds, as the engines that answer it take it: numbers alone, no names.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/identify/query.hpp>
#include <equipoise/scm/parallel_worlds.hpp>

namespace equipoise::inline v0 {

/// A copy compared with a value or with another copy.
///
/// Where `left` has levels, `allowed` says which of them satisfy it: a flag a level of `left`, or, against a copy, a
/// flag for each pair of levels, row-major, those of `right` fastest. Else `comparison` holds between the numbers.
struct WorldEvent {
  std::size_t left = 0;
  std::optional<std::size_t> right = {};  ///< a copy; else `value`
  Comparison comparison = Comparison::equal;
  double value = 0;
  std::vector<unsigned char> allowed = {};
  friend bool operator==(const WorldEvent&, const WorldEvent&) = default;
};

/// weight * the number that a copy is; `numbers` are those that its levels stand for, where it has levels.
struct WorldAddend {
  double weight = 1;
  std::size_t copy = 0;
  std::vector<double> numbers = {};
  friend bool operator==(const WorldAddend&, const WorldAddend&) = default;
};

/// coefficient * P(of | given), or, where `mean_of` is not empty, coefficient * E[sum of mean_of | given] (`of` is
/// empty then). Events are conjunctions.
struct WorldTerm {
  double coefficient = 1;
  std::vector<WorldAddend> mean_of = {};
  std::vector<WorldEvent> of = {}, given = {};
  friend bool operator==(const WorldTerm&, const WorldTerm&) = default;
};

/// The sum of the terms.
struct WorldQuestion {
  ParallelWorlds worlds;
  std::vector<WorldTerm> terms;
};

/// What a term conditions on has probability 0 (or, where it names values of numbers, density 0).
struct ImpossibleCondition {
  std::size_t term = 0;
  friend bool operator==(const ImpossibleCondition&, const ImpossibleCondition&) = default;
};

/// An engine cannot answer the question exactly: why, in words that follow "not exact: ".
struct NotExact {
  std::string reason;
};

/// What an exact engine answers.
using ExactAnswer = std::variant<double, ImpossibleCondition, NotExact>;

}  // namespace equipoise::inline v0
