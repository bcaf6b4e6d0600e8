// The Bayesian bootstrap of people: as if they had been drawn again, with no kind of person lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/statistics.hpp>

namespace equipoise::inline v0 {

/// How many replicates, and from which seed.
struct BayesianBootstrapOptions {
  std::size_t replicates = 1000;
  std::uint64_t seed = 1;
  double level = 0.95;  ///< of the intervals, in (0, 1)
};

/// One replicate's weights for cells of `people`: each person weighs an exponential draw (Rubin 1981), so a cell
/// of n people a Gamma(n) draw. A cell with anyone in it keeps a weight above 0. people: whole numbers.
inline void bayesian_bootstrap_weights(std::span<const double> people, const RandomStream& stream,
                                       std::span<double> weights) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    RowStream random = stream.row(i);
    weights[i] = people[i] > 0 ? draw_gamma(random, people[i]) : 0.0;
  }
}

}  // namespace equipoise::inline v0
