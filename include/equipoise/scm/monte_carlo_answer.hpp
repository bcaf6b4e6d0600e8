// Sampled answers: any question about any model whose mechanisms can be drawn, weighed and followed.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

struct MonteCarloOptions {
  std::size_t draws = 1'000'000;
  double least_effective_sample_size = 100;  ///< with fewer draws that count, given the condition, there is no answer
  std::uint64_t seed = 1;
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};
};

struct MonteCarloEstimate {
  double value = 0;
  /// Of the whole sum of terms. For probabilities and means of levels it holds two draws in the effective sample size
  /// that a rare value may have had: a probability that no draw shows is 0 +- 2 in as many.
  double standard_error = 0;
  /// Of the term of which it is least: (sum of weights)^2 / sum of squared weights (Kong 1992), or, where units were
  /// drawn anew, the number of independent ones whose blocks would differ as much in weight, if that is less.
  double effective_sample_size = 0;
  std::size_t draws = 0;
};

/// Too few draws meet what a term conditions on.
struct NoSupport {
  std::size_t term = 0;
  std::string reason;
};

/// The answer by likelihood weighting and sequential Monte Carlo (particles.hpp). Terms are answered from the same
/// draws, so that in a contrast what worlds share cancels; the standard error is that of the sum, by the delta method
/// over independent blocks of draws. The same seed gives the same bits for any parallelism.
///
/// Throws scm_missing_rung, naming the variable, where a mechanism cannot be followed from one world to another within
/// a probability, or between one addend of a mean and its condition; scm_no_support where a rule gives a variable with
/// levels what is none of them; and whatever a mechanism throws of a row.
std::variant<MonteCarloEstimate, NoSupport> monte_carlo_answer(const WorldQuestion& question,
                                                               const MonteCarloOptions& options = {});

}  // namespace equipoise::inline v0
