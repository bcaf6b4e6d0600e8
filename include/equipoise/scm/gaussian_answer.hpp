// Exact answers about linear-Gaussian models, in any number of worlds, and about those that are linear-Gaussian given
// variables with levels.
// Source: Lauritzen, Wermuth 1989 (conditional Gaussian distributions); Lauritzen 1992.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>

#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

struct GaussianAnswerOptions {
  std::size_t most_configurations = std::size_t{1} << 14;  ///< of levels, for one term; beyond it NotExact
};

/// The answer where every number that a term rests on is linear in its causes with normal or constant noise, shifted
/// and scaled as it may be. Levels are constants of their worlds, or vary without resting on numbers: then the answer
/// is that of the mixture over their configurations in all worlds together, whose probabilities discrete_answer's
/// engine gives, so that its conditions on couplings apply.
///
/// Conditions may be values and comparisons in any worlds. Inequalities of numbers may be any number as long as those
/// that are correlated span at most two dimensions (a normal cdf, or normal_polygon); a value of a number that varies
/// has probability 0 as an event, and conditions by its density. To about 1e-10.
///
/// O(configurations edges noises) a term, without what the inequalities take.
ExactAnswer gaussian_answer(const WorldQuestion& question, const GaussianAnswerOptions& options = {});

}  // namespace equipoise::inline v0
