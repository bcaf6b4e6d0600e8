// Which copies of the rows an objective needs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace equipoise::inline v0 {

/// A copy of every row in some world: as observed, or had one variable been another.
///
/// A counterfactual copy keeps each row's own noise. Along the paths in `held` (from the variable to the outcome,
/// both included, where the predictor stands in the outcome's place) the change does not travel: what they carry
/// keeps the value it has.
struct WorldRequest {
  std::string variable = {};              ///< what is changed; empty for the rows as observed
  std::optional<std::string> value = {};  ///< every row is given this value (a level's text, or a number); or else
  std::size_t shift = 0;  ///< every row is given the level so many places on in the variable's list, cyclically
  std::vector<std::vector<std::string>> held = {};

  bool is_factual() const noexcept { return variable.empty(); }
  friend bool operator==(const WorldRequest&, const WorldRequest&) = default;
};

}  // namespace equipoise::inline v0
