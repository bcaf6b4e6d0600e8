// Positivity: whether each level of a variable happens to people of every kind that its causes make.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// What the data say of one level of a treatment.
struct LevelOverlap {
  std::string level;
  double share = 0;                ///< of the people, who have it
  double smallest_propensity = 0;  ///< the least probability of it, given the causes, that any person has
  double rare_share = 0;           ///< of the people, for whom that is below Overlap::rare
  /// Among those with the level, (sum of 1 / p)^2 / sum of 1 / p^2 over their number: how much of it is left when they
  /// are weighted to stand for everybody, in (0, 1]; 0 where nobody has the level.
  double effective_share = 0;
};

/// The propensities of one variable with levels given its causes.
struct Overlap {
  static constexpr double rare = 0.01;

  std::string variable;
  std::string method = {};  ///< "shares of the people alike in their causes" or "multinomial logistic regression"
  std::vector<LevelOverlap> levels = {};
  double configurations = 0;  ///< of the causes that somebody has; 0 where a cause is a number
  double empty_cells = 0;     ///< of a configuration that somebody has and a level that none of these people has
  std::string emptiest = {};  ///< the one of these cells with the most people in its configuration, in words
  std::string note = {};

  /// The least propensity of any level.
  double smallest_propensity() const {
    double least = 1;
    for (const LevelOverlap& each : levels) least = each.smallest_propensity < least ? each.smallest_propensity : least;
    return least;
  }
};

/// Propensities of `treatment`, which has levels, given `causes`: shares within configurations where all causes have
/// levels and people are enough, two to a configuration on average; else by multinomial logistic regression on main
/// effects. Throws table_unknown_column, table_type where the treatment has no levels, table_empty.
Overlap overlap(const Table& table, std::string_view treatment, std::span<const std::string> causes);

}  // namespace equipoise::inline v0
