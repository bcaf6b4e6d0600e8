// The Bayesian bootstrap of people: as if they had been drawn again, with no kind of person lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace equipoise::inline v0 {

class RandomStream;

/// How many replicates, and from which seed.
struct BayesianBootstrapOptions {
  std::size_t replicates = 1000;
  std::uint64_t seed = 1;
  double level = 0.95;  ///< of the intervals, in (0, 1)
};

/// One replicate's weights for cells of `people`: each person weighs an exponential draw (Rubin 1981), so a cell
/// of n people a Gamma(n) draw. A cell with anyone in it keeps a weight above 0. people: whole numbers.
void bayesian_bootstrap_weights(std::span<const double> people, const RandomStream& stream, std::span<double> weights);

}  // namespace equipoise::inline v0
