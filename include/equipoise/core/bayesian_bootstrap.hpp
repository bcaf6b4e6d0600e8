// The Bayesian bootstrap of people: as if they had been drawn again, with no kind of person lost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include <equipoise/core/interval.hpp>
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
void bayesian_bootstrap_weights(std::span<const double> people, const RandomStream& stream, std::span<double> weights);

/// Numbers of people in cells, each with the percentile interval of its replicates. `numbers_of(weights)` gives an
/// array of them, one weight a cell. Without replicates they are the numbers of `people` alone.
template <class NumbersOf>
auto bayesian_bootstrap(std::span<const double> people, const BayesianBootstrapOptions& options, NumbersOf numbers_of) {
  const auto found = numbers_of(people);
  constexpr std::size_t count = std::tuple_size_v<decltype(numbers_of(people))>;
  std::array<std::vector<double>, count> replicates;
  std::vector<double> weights(people.size());
  for (std::size_t replicate = 0; replicate < options.replicates; ++replicate) {
    bayesian_bootstrap_weights(
        people,
        RandomStream(
            {.seed = options.seed, .purpose = Purpose::bootstrap, .replicate = static_cast<std::uint32_t>(replicate)}),
        weights);
    const auto drawn = numbers_of(std::span<const double>(weights));
    for (std::size_t i = 0; i < count; ++i) replicates[i].push_back(drawn[i]);
  }
  std::array<Estimate, count> estimates;
  for (std::size_t i = 0; i < count; ++i) estimates[i] = percentile_estimate(found[i], replicates[i], options.level);
  return estimates;
}

}  // namespace equipoise::inline v0
