// Bounds over couplings: what a question about several worlds can come to when only the distribution in each is known.
//
// A table gives P(level | inputs) and no coupling. Under inputs of two worlds or more every joint distribution with
// these margins is some coupling's, so the least and greatest values are linear programs over joint distributions: of
// two binary levels the bounds of Frechet, of two distributions a transport problem.
// Source: Frechet 1951; Tian, Pearl 2000, section 4.1 (probabilities of causation under randomised treatment).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <equipoise/identify/linear_program.hpp>

namespace equipoise::inline v0 {

struct CouplingBounds {
  double low = 0, high = 0;
};

/// The least and the greatest of sum over levels of weights(levels) * P(levels) among the joint distributions under
/// which copy w is distributed as distributions[w]. `weights`: one a joint level, row-major, the last copy's level
/// fastest; 0 and 1 for an event, differences of levels for a contrast, and so on. Both are attained, up to rounding,
/// and never inside the true ones. Distributions sum to 1. Nothing where the program was not solved within
/// `most_pivots`.
inline std::optional<CouplingBounds> coupling_bounds(std::span<const std::vector<double>> distributions,
                                                     std::span<const double> weights, std::size_t most_pivots = 20000) {
  LinearProgram program;
  std::size_t columns = 1;
  for (const std::vector<double>& p : distributions) {
    columns *= p.size();
    program.right.insert(program.right.end(), p.begin(), p.end());
  }
  assert(weights.size() == columns);
  program.rows = program.right.size();
  program.matrix.assign(program.rows * columns, 0.0);
  for (std::size_t column = 0; column < columns; ++column) {
    std::size_t rest = column, row = program.rows;
    for (std::size_t w = distributions.size(); w-- > 0; rest /= distributions[w].size()) {
      row -= distributions[w].size();
      program.matrix[column * program.rows + row + rest % distributions[w].size()] = 1;
    }
  }
  CouplingBounds bounds;
  for (const double sign : {1.0, -1.0}) {
    program.objective.clear();
    for (const double weight : weights) program.objective.push_back(sign * weight);
    const auto solved = minimise(program, most_pivots);
    const auto* solution = std::get_if<LinearProgramSolution>(&solved);
    if (solution == nullptr) return std::nullopt;
    (sign > 0 ? bounds.low : bounds.high) = sign * solution->safe_value;
  }
  return bounds;
}

}  // namespace equipoise::inline v0
