// Summaries of weighted numbers, and intervals around them.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {

/// sum w x / sum w. weights: at least 0, not all 0.
inline double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  assert(values.size() == weights.size());
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  assert(total > 0);
  return sum / total;
}

/// sum w (x - mean)^2 / sum w: the variance of the weighted rows themselves, without a correction for what they were
/// drawn from. weights: at least 0, not all 0.
inline double weighted_variance(std::span<const double> values, std::span<const double> weights) {
  const double mean = weighted_mean(values, weights);
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * (values[i] - mean) * (values[i] - mean);
    total += weights[i];
  }
  return sum / total;
}

/// The least value such that it and what is below it carry a share of at least `probability` of the weight (the inverse
/// of the weighted distribution function), so a cell of n people counts as n equal values. Rows of weight 0 do not
/// count. probability: in [0, 1]; weights: at least 0, not all 0.
inline double weighted_quantile(std::span<const double> values, std::span<const double> weights, double probability) {
  assert(values.size() == weights.size() && probability >= 0 && probability <= 1);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0) order.push_back(i);
  assert(!order.empty());
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  double total = 0;
  for (const std::size_t i : order) total += weights[i];
  double cumulative = 0;
  for (const std::size_t i : order) {
    cumulative += weights[i];
    if (cumulative >= probability * total) return values[i];
  }
  return values[order.back()];
}

/// The score interval of a proportion (Wilson 1927), of `successes` among `trials`, trials above 0. level: in (0, 1).
inline Interval wilson_interval(double successes, double trials, double level = 0.95) {
  assert(trials > 0 && successes >= 0 && successes <= trials && level > 0 && level < 1);
  const double z = normal_quantile((1 + level) / 2), p = successes / trials, c = z * z / trials;
  const double centre = (p + c / 2) / (1 + c), half = z / (1 + c) * std::sqrt(p * (1 - p) / trials + c / (4 * trials));
  return {successes == 0 ? 0.0 : std::clamp(centre - half, 0.0, p),
          successes == trials ? 1.0 : std::clamp(centre + half, p, 1.0)};
}

/// The exact interval of a proportion (Clopper, Pearson 1934): it covers with at least its level. trials above 0, whole
/// or not; level: in (0, 1).
inline Interval clopper_pearson_interval(double successes, double trials, double level = 0.95) {
  assert(trials > 0 && successes >= 0 && successes <= trials && level > 0 && level < 1);
  const double tail = (1 - level) / 2, failures = trials - successes;
  return {successes == 0 ? 0.0 : regularised_beta_inverse(successes, failures + 1, tail),
          failures == 0 ? 1.0 : regularised_beta_inverse(successes + 1, failures, 1 - tail)};
}

/// The interval between the quantiles of `replicates` at (1 - level) / 2 from either end, interpolated linearly between
/// the ordered values (Hyndman, Fan 1996, type 7). Sorts `replicates`, which are not empty. level: in (0, 1).
inline Interval percentile_interval(std::span<double> replicates, double level = 0.95) {
  assert(!replicates.empty() && level > 0 && level < 1);
  std::sort(replicates.begin(), replicates.end());
  const auto quantile = [&](double at) {
    const double position = at * static_cast<double>(replicates.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, replicates.size() - 1);
    return replicates[below] + (position - static_cast<double>(below)) * (replicates[above] - replicates[below]);
  };
  const double tail = (1 - level) / 2;
  return {quantile(tail), quantile(1 - tail)};
}

/// The percentile interval, widened where needed to hold `value`. Without replicates it is the value alone. Sorts
/// `replicates`.
inline Estimate percentile_estimate(double value, std::span<double> replicates, double level = 0.95) {
  if (replicates.empty()) return {value, value, value};
  const Interval interval = percentile_interval(replicates, level);
  return {value, std::min(value, interval.low), std::max(value, interval.high)};
}

/// Who is drawn again in a bootstrap of weighted rows.
enum class BootstrapUnit {
  person,  ///< weights are counts: as many people are drawn as there are, each row's share its count
  row,     ///< weights are not: rows are drawn, each as likely, and keep their weights
};

namespace detail {

// Person by person where there are few to a row, which is faster than row by row.
inline void draw_people(RowStream& random, std::span<const double> counts, double people, std::span<double> drawn) {
  constexpr double few = 4;
  if (people > few * static_cast<double>(counts.size())) return draw_multinomial(random, people, counts, drawn);
  std::vector<std::uint32_t> row_of_person;
  row_of_person.reserve(static_cast<std::size_t>(people));
  for (std::size_t row = 0; row < counts.size(); ++row)
    row_of_person.insert(row_of_person.end(), static_cast<std::size_t>(counts[row]), static_cast<std::uint32_t>(row));
  std::fill(drawn.begin(), drawn.end(), 0.0);
  for (std::size_t person = 0; person < row_of_person.size(); ++person)
    ++drawn[row_of_person[static_cast<std::size_t>(draw_below(random, row_of_person.size()))]];
}

}  // namespace detail

/// One bootstrap replicate's weights (Efron 1979), multinomial: drawn[i] for the row of weights[i]. Replicates are told
/// apart by the stream's name. weights: at least 0, whole numbers where persons are drawn.
inline void bootstrap_weights(const RandomStream& stream, std::span<const double> weights, BootstrapUnit unit,
                              std::span<double> drawn) {
  assert(weights.size() == drawn.size());
  RowStream random = stream.row(0);
  if (unit == BootstrapUnit::person)
    return detail::draw_people(random, weights, std::accumulate(weights.begin(), weights.end(), 0.0), drawn);
  std::fill(drawn.begin(), drawn.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto row = static_cast<std::size_t>(draw_below(random, weights.size()));
    drawn[row] += weights[row];
  }
}

/// The mean of a measure over replicates of a study, with an interval for both chances: which rows stood in the test
/// set, and which replicates were run. values[r]: replicate r's measure; resampled[r][b]: its measure on bootstrap b of
/// test rows. Each draw takes one b and, with replacement, as many replicates as there are, and averages; the interval
/// is the draws' percentile interval, widened to hold the value. Sharing b keeps what replicates tested on the same
/// rows have in common; where each tests on rows of its own, their chance is counted twice and the interval is wide.
/// The variance between R replicates is understated by a share of 1/R, wholly at R = 1. values: not empty.
inline Estimate two_level_estimate(std::span<const double> values, std::span<const std::vector<double>> resampled,
                                   const RandomStream& stream, double level = 0.95) {
  assert(!values.empty() && values.size() == resampled.size());
  const auto replicates = static_cast<double>(values.size());
  const double value = std::accumulate(values.begin(), values.end(), 0.0) / replicates;
  std::vector<double> draws(resampled[0].size());
  for (std::size_t b = 0; b < draws.size(); ++b) {
    RowStream random = stream.row(b);
    for (std::size_t i = 0; i < values.size(); ++i)
      draws[b] += resampled[static_cast<std::size_t>(draw_below(random, values.size()))][b] / replicates;
  }
  return percentile_estimate(value, draws, level);
}

}  // namespace equipoise::inline v0
