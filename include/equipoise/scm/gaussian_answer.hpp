// Exact answers about linear-Gaussian models, in any number of worlds.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

/// The answer where every copy that a term rests on is linear in its causes with normal or constant noise, levels
/// being constants of their worlds. Conditions may be values and comparisons of numbers in any worlds. Inequalities may
/// be any number as long as those that are correlated span at most two dimensions (a normal cdf, or normal_polygon); a
/// value of a number that varies has probability 0 as an event, and conditions by its density. To about 1e-10.
ExactAnswer gaussian_answer(const WorldQuestion& question);

}  // namespace equipoise::inline v0
