// Differential privacy as a statement about interventions: exact ratios on small discrete models.
//
// A mechanism A is epsilon-differentially private exactly where, in every population, no intervention on one data point
// that is handed to it changes the probability of an output by more than the factor e^epsilon:
//
//     P(A = o | do(D_i = d)) <= e^epsilon P(A = o | do(D_i = d'))    for all i, d, d', o
//
// (Tschantz, Sen, Datta 2020, "SoK: Differential privacy as a causal property"). What is *learned* about
// D_i, the ratio under conditioning, has that bound only where data points are independent, or an adversary knows all
// others; where k points move together it may reach e^(k epsilon). And the intervention is on the data point, not on
// the person's attribute: where the attribute causes other people's data, its effect passes through those as well.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/scm/discrete_answer.hpp>

namespace equipoise::inline v0 {

/// A mechanism by its probabilities: writes P(output | dataset) for every output into `probabilities`. `dataset`: the
/// level of each data point, in their order.
template <class M>
concept OutputProbabilities = requires(const M& mechanism, std::span<const std::size_t> dataset,
                                       std::span<double> probabilities) {
  mechanism(dataset, probabilities);
};

/// How far an output tells values of one data point apart: each the greatest |ln ratio| over outputs and pairs of
/// values that the population gives it, infinite where an output is possible for one value and impossible for the
/// other.
struct DataPointEpsilons {
  Node point = 0;
  double intervened = 0;  ///< of the data point handed to the mechanism: at most the mechanism's own epsilon
  double attribute = 0;   ///< of the variable in the model, whose effect passes through other data points
  double observed = 0;    ///< of what an adversary who knows the population alone learns; no DP epsilon
};

/// What a mechanism does on one population.
struct PopulationEpsilons {
  /// Of the mechanism whatever the population, by its definition: over all datasets that differ in one point.
  double differential_privacy = 0;
  std::vector<DataPointEpsilons> points;  ///< one a data point, in their order
};

namespace detail {

/// The greatest |ln (a[o] / b[o])| over outputs that either gives.
inline double greatest_log_ratio(std::span<const double> a, std::span<const double> b) {
  double greatest = 0;
  for (std::size_t o = 0; o < a.size(); ++o) {
    if (!(a[o] > 0) && !(b[o] > 0)) continue;
    if (!(a[o] > 0) || !(b[o] > 0)) return std::numeric_limits<double>::infinity();
    greatest = std::max(greatest, std::abs(std::log(a[o] / b[o])));
  }
  return greatest;
}

/// The same between any two of the rows that are `possible`; rows x outputs, row-major.
inline double greatest_log_ratio_of_rows(std::span<const double> rows, std::size_t outputs,
                                         std::span<const double> possible) {
  double greatest = 0;
  for (std::size_t a = 0; a < possible.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (possible[a] > 0 && possible[b] > 0)
        greatest = std::max(greatest,
                            greatest_log_ratio(rows.subspan(a * outputs, outputs), rows.subspan(b * outputs, outputs)));
  return greatest;
}

/// A mechanism's probabilities on every dataset, a row each; datasets are numbered row-major, the last point fastest.
class TabulatedMechanism {
 public:
  template <OutputProbabilities Mechanism>
  TabulatedMechanism(const Mechanism& mechanism, std::vector<std::size_t> levels, std::size_t outputs)
      : levels_(std::move(levels)), outputs_(outputs), datasets_(1) {
    for (const std::size_t count : levels_) datasets_ *= count;
    table_.resize(datasets_ * outputs_);
    std::vector<std::size_t> dataset(levels_.size());
    for (std::size_t x = 0; x < datasets_; ++x) {
      for (std::size_t i = levels_.size(), rest = x; i-- > 0; rest /= levels_[i]) dataset[i] = rest % levels_[i];
      const std::span<double> row(table_.data() + x * outputs_, outputs_);
      mechanism(dataset, row);
      double total = 0;
      for (const double p : row) {
        check_probability("the mechanism", "probability of an output", p);
        total += p;
      }
      if (!(std::abs(total - 1) < 1e-9)) fail_check("the mechanism", "sum of probabilities", shortest(total), "1");
    }
  }

  std::size_t datasets() const noexcept { return datasets_; }
  std::size_t outputs() const noexcept { return outputs_; }
  std::span<const double> operator[](std::size_t dataset) const {
    return {table_.data() + dataset * outputs_, outputs_};
  }
  /// Between the numbers of datasets that differ by one level of this point.
  std::size_t stride(std::size_t point) const {
    std::size_t stride = 1;
    for (std::size_t i = levels_.size(); --i > point;) stride *= levels_[i];
    return stride;
  }
  std::size_t level(std::size_t dataset, std::size_t point) const { return dataset / stride(point) % levels_[point]; }

  double epsilon() const {
    double greatest = 0;
    for (std::size_t point = 0; point < levels_.size(); ++point)
      for (std::size_t x = 0, step = stride(point); x < datasets_; ++x)
        for (std::size_t other = level(x, point) + 1, y = x + step; other < levels_[point]; ++other, y += step)
          greatest = std::max(greatest, greatest_log_ratio((*this)[x], (*this)[y]));
    return greatest;
  }

  /// A row a level of the point: the outputs' probabilities where datasets have these weights, which need not sum to 1.
  std::vector<double> outputs_by_level(std::size_t point, std::span<const double> weights) const {
    std::vector<double> rows(levels_[point] * outputs_);
    for (std::size_t x = 0; x < datasets_; ++x) {
      if (!(weights[x] > 0)) continue;
      double* const row = rows.data() + level(x, point) * outputs_;
      for (std::size_t o = 0; o < outputs_; ++o) row[o] += weights[x] * table_[x * outputs_ + o];
    }
    return rows;
  }

 private:
  std::vector<std::size_t> levels_;
  std::size_t outputs_;
  std::size_t datasets_;
  std::vector<double> table_;
};

/// P(points' values) of copies, one a point, as a list by dataset number, in the order of the points.
inline std::variant<std::vector<double>, NotExact> dataset_probabilities(const ParallelWorlds& worlds,
                                                                         std::span<const std::size_t> copies,
                                                                         std::span<const std::size_t> levels,
                                                                         const DiscreteAnswerOptions& options) {
  const auto found = world_distribution(worlds, copies, {}, options);
  if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
  const Factor& table = std::get<WorldDistribution>(found).table;  // without a condition none is impossible
  std::vector<std::size_t> strides;
  std::size_t datasets = 1;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    strides.push_back(table.stride(WorldFactors::symbol(copies[i])));
    datasets *= levels[i];
  }
  std::vector<double> probabilities(datasets);
  for (std::size_t x = 0; x < datasets; ++x) {
    std::size_t cell = 0;
    for (std::size_t i = copies.size(), rest = x; i-- > 0; rest /= levels[i]) cell += rest % levels[i] * strides[i];
    probabilities[x] = table.values[cell];
  }
  return probabilities;
}

}  // namespace detail

/// The exact epsilons of a mechanism with `outputs` outputs on a dataset whose points are variables of a discrete
/// model: the population. Variables that are no points are summed over. O(datasets x outputs x points x levels).
///
/// NotExact where the model is (discrete_answer.hpp), and where datasets times outputs are more than
/// options.most_cells. Throws scm_missing_rung for a point without levels, query_overlap for one that stands twice, and
/// value_out_of_range where the mechanism's numbers are no probabilities.
template <OutputProbabilities Mechanism>
std::variant<PopulationEpsilons, NotExact> population_epsilons(const Scm& population, std::span<const Node> points,
                                                               std::size_t outputs, const Mechanism& mechanism,
                                                               const DiscreteAnswerOptions& options = {}) {
  std::vector<std::size_t> levels;
  double cells = static_cast<double>(outputs);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const VariableSpec& variable = population.variable(points[i]);
    if (!variable.has_levels())
      throw Error(ErrorCode::scm_missing_rung, "variable '" + variable.name + "'", "no levels",
                  "a data point with levels");
    if (std::find(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(i), points[i]) !=
        points.begin() + static_cast<std::ptrdiff_t>(i))
      throw Error(ErrorCode::query_overlap, "variable '" + variable.name + "'", "a data point twice",
                  "every data point once");
    levels.push_back(variable.levels.size());
    cells *= static_cast<double>(levels.back());
  }
  if (cells > static_cast<double>(options.most_cells))
    return NotExact{"datasets times outputs are " + shortest(cells) + ", more than " +
                    std::to_string(options.most_cells)};
  const detail::TabulatedMechanism table(mechanism, levels, outputs);
  ParallelWorlds worlds(population);
  std::vector<std::size_t> natural;
  for (const Node v : points) natural.push_back(worlds.copy(v));
  const auto joint = detail::dataset_probabilities(worlds, natural, levels, options);
  if (const auto* obstacle = std::get_if<NotExact>(&joint)) return *obstacle;
  const auto& observed = std::get<std::vector<double>>(joint);

  PopulationEpsilons result{table.epsilon(), {}};
  for (std::size_t i = 0; i < points.size(); ++i) {
    // Weights of datasets when point i is handed over as each of its levels, when its variable is set, and as it is.
    std::vector<double> others(observed.size()), set(observed.size()), marginal(levels[i]);
    const std::size_t stride = table.stride(i);
    for (std::size_t x = 0; x < observed.size(); ++x) {
      const std::size_t level = table.level(x, i), base = x - level * stride;
      for (std::size_t other = 0; other < levels[i]; ++other) others[base + other * stride] += observed[x];
      marginal[level] += observed[x];
    }
    for (std::size_t level = 0; level < levels[i]; ++level) {
      std::vector<std::size_t> copies;
      for (const Node v : points) copies.push_back(worlds.copy(v, {{points[i], static_cast<double>(level)}}));
      const auto under_action = detail::dataset_probabilities(worlds, copies, levels, options);
      if (const auto* obstacle = std::get_if<NotExact>(&under_action)) return *obstacle;
      const auto& probabilities = std::get<std::vector<double>>(under_action);
      for (std::size_t x = 0; x < set.size(); ++x)
        if (table.level(x, i) == level) set[x] = probabilities[x];
    }
    std::vector<double> seen = table.outputs_by_level(i, observed);
    for (std::size_t level = 0; level < levels[i]; ++level)
      for (std::size_t o = 0; o < outputs && marginal[level] > 0; ++o) seen[level * outputs + o] /= marginal[level];
    const auto epsilon = [&](const std::vector<double>& rows) {
      return detail::greatest_log_ratio_of_rows(rows, outputs, marginal);
    };
    result.points.push_back({points[i], epsilon(table.outputs_by_level(i, others)),
                             epsilon(table.outputs_by_level(i, set)), epsilon(seen)});
  }
  return result;
}

/// Randomised response of every data point by itself: each is told truly with probability 1 - noise and else drawn
/// uniformly from its `levels`. The outputs are all datasets, numbered row-major, the last point fastest; there are
/// levels^points of them. Warner 1965; epsilon is ln(1 + levels (1 - noise) / noise).
class RandomisedResponseProbabilities {
 public:
  /// noise: in [0, 1].
  RandomisedResponseProbabilities(std::size_t levels, double noise) : levels_(levels), noise_(noise) {
    check_probability("randomised response", "noise", noise);
  }

  void operator()(std::span<const std::size_t> dataset, std::span<double> probabilities) const {
    const double lie = noise_ / static_cast<double>(levels_);
    for (std::size_t o = 0; o < probabilities.size(); ++o) {
      probabilities[o] = 1;
      for (std::size_t i = dataset.size(), rest = o; i-- > 0; rest /= levels_)
        probabilities[o] *= rest % levels_ == dataset[i] ? 1 - noise_ + lie : lie;
    }
  }

 private:
  std::size_t levels_;
  double noise_;
};

}  // namespace equipoise::inline v0
