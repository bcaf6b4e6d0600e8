// Scores, their neighbours, and what a mechanism's choices among them must satisfy.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>

#include "goodness_of_fit.hpp"

namespace equipoise::test {

/// How often each candidate is chosen, against its probability.
template <class Mechanism>
double choices_fit(const Mechanism& mechanism, const std::vector<double>& scores,
                   const std::vector<double>& probabilities, std::uint32_t point) {
  auto random = test_noise(point);
  std::vector<double> counts(scores.size(), 0.0);
  for (int i = 0; i < 20000; ++i) ++counts[mechanism.select(random, scores)];
  return goodness_of_fit(counts, probabilities);
}

/// The largest log ratio of a choice's probability between random scores and neighbours of theirs at sensitivity 1,
/// of which the extreme ones are tried: each score moved by 1 or not (up only, or either way).
template <class Probabilities>
double worst_log_ratio(bool one_direction, Probabilities probabilities) {
  RowStream random = RandomStream({.seed = 6, .purpose = Purpose::test}).row(0);
  double worst = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<double> scores(2 + draw_below(random, 4)), neighbour;
    for (double& score : scores) score = 3 * draw_normal(random);
    neighbour = scores;
    for (double& score : neighbour) score += random.uniform() < 0.5 ? 1 : one_direction ? 0 : -1;
    const auto p = probabilities(scores), q = probabilities(neighbour);
    for (std::size_t k = 0; k < p.size(); ++k) worst = std::max(worst, std::abs(std::log(p[k] / q[k])));
  }
  return worst;
}

}  // namespace equipoise::test
