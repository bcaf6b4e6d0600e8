// How often one who knows a model sees, on so many rows, that an edge of its graph is turned round: the best that any
// test of the wrong graph with additive noise can do.
//
// The null hypothesis is the graph with the edge turned round, every number a function of its causes, whatever that is,
// plus independent noise of whatever density. The oracle knows the true densities p, and q, the member of the null
// hypothesis that is nearest p by Kullback and Leibler; it tests q against p by their likelihood ratio, which is most
// powerful (Neyman, Pearson 1933). A test that keeps its level on all of the null hypothesis keeps it at q, so none has
// more power. Only the factors of the two ends differ.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/residual_products.hpp>

#include "scm/diagnosed_models.hpp"

namespace equipoise::testing {

/// A density of numbers of heavy or light tails: a kernel estimate on the scale of asinh, on a grid.
class NumberDensity {
 public:
  explicit NumberDensity(const Eigen::VectorXd& values) : rows_(static_cast<double>(values.size())) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    centre_ = sorted[sorted.size() / 2];
    scale_ = (sorted[sorted.size() * 3 / 4] - sorted[sorted.size() / 4]) / 1.35;
    low_ = place(sorted.front()) - 5 * width;
    const auto cells = static_cast<Eigen::Index>(std::ceil((place(sorted.back()) + 5 * width - low_) / step)) + 1;
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(cells);
    for (const double value : values) {
      const double at = (place(value) - low_) / step, cell = std::floor(at);
      counts[static_cast<Eigen::Index>(cell)] += 1 - (at - cell);
      counts[static_cast<Eigen::Index>(cell) + 1] += at - cell;
    }
    density_ = Eigen::VectorXd::Zero(cells);
    constexpr auto reach = static_cast<Eigen::Index>(5 * width / step);
    for (Eigen::Index k = -reach; k <= reach; ++k) {
      const double kernel = std::exp(-0.5 * std::pow(static_cast<double>(k) * step / width, 2));
      const Eigen::Index first = std::max<Eigen::Index>(0, -k), count = cells - std::abs(k);
      density_.segment(first + k, count) += kernel * at_zero() * counts.segment(first, count);
    }
  }

  /// The mean over the values it was made of of the logarithm of the density, less what it gains by having seen them:
  /// midway between with and without the value itself, whose errors are opposite.
  double mean_log(const Eigen::VectorXd& values) const {
    double sum = 0;
    for (const double value : values) {
      const double density = smooth(place(value));
      const double without = std::max(density - at_zero(), 1e-3 * at_zero());
      const double stretch = std::log(scale_ * std::sqrt(1 + std::pow((value - centre_) / scale_, 2)));
      sum += 0.5 * (std::log(density / rows_) + std::log(without / (rows_ - 1))) - stretch;
    }
    return sum / rows_;
  }

  /// -d log density / d value at each value.
  Eigen::VectorXd score(const Eigen::VectorXd& values) const {
    Eigen::VectorXd result(values.size());
    for (Eigen::Index i = 0; i < values.size(); ++i) {
      const double u = (values[i] - centre_) / scale_, at = place(values[i]), stretch = std::sqrt(1 + u * u);
      const double slope = (std::log(smooth(at + step)) - std::log(smooth(at - step))) / (2 * step);
      result[i] = (u / (stretch * stretch) - slope / stretch) / scale_;
    }
    return result;
  }

 private:
  static constexpr double width = 0.08, step = 0.01;

  static double at_zero() { return 1 / (width * std::sqrt(2 * std::numbers::pi)); }
  double place(double value) const { return std::asinh((value - centre_) / scale_); }
  double smooth(double at) const {
    const double cell = std::clamp((at - low_) / step, 0.0, static_cast<double>(density_.size()) - 2);
    const auto first = static_cast<Eigen::Index>(cell);
    const double beyond = cell - static_cast<double>(first);
    return std::max(1e-12, (1 - beyond) * density_[first] + beyond * density_[first + 1]);
  }

  double rows_, centre_, scale_, low_;
  Eigen::VectorXd density_;
};

/// The mean log-likelihood of a number as a function of its causes plus noise, both flexible, both by maximum
/// likelihood; less what the parameters of the function gain by chance.
inline double best_additive_log_density(const Table& table, const std::vector<std::string>& causes,
                                        const std::string& effect) {
  std::vector<std::string> names = causes;
  names.push_back(effect);
  const detail::TestData data(table, names, 1);
  std::vector<const detail::VariableFeatures*> given;
  for (std::size_t c = 0; c < causes.size(); ++c) given.push_back(&data.features[c]);
  const detail::FlexibleRegression regression(given, data.weights, 1);
  const std::vector<double>& held = table.column(effect).values;
  const Eigen::VectorXd values = Eigen::Map<const Eigen::VectorXd>(held.data(), static_cast<Eigen::Index>(held.size()));
  Eigen::VectorXd residual = regression.residuals(values);
  double best = NumberDensity(residual).mean_log(residual);
  for (int round = 0; round < 4; ++round) {
    const Eigen::VectorXd score = NumberDensity(residual).score(residual);
    residual -= (score - regression.residuals(score)) / (score.squaredNorm() / static_cast<double>(score.size()));
    best = std::max(best, NumberDensity(residual).mean_log(residual));
  }
  return best - static_cast<double>(regression.rank()) / (2 * static_cast<double>(held.size()));
}

/// K of the nearest member that the search finds of a graph's models, of the graph with an edge turned round and of the
/// right one. Of the right graph K is 0, and what is found is what the search misses: functions of many causes together
/// that its regression does not reach, by which the other may be too large as well.
struct DirectionDivergence {
  double turned = 0, right = 0;
};

/// From a sample of so many rows.
inline DirectionDivergence direction_divergence(DiagnosedModel& model, Node from, Node to, std::uint64_t seed,
                                                std::size_t many = 60'000) {
  const Table table = model.draw(many, seed);
  const CausalGraph& graph = model.graph();
  std::vector<std::string> above_from, above_to;
  for (const Node p : graph.parents(from)) above_from.push_back(graph.name(p));
  for (const Node p : graph.parents(to))
    if (p != from) above_to.push_back(graph.name(p));
  const double truth = model.log_density(table, from).mean() + model.log_density(table, to).mean();
  const auto best = [&](const std::vector<std::string>& of_from, const std::vector<std::string>& of_to) {
    return best_additive_log_density(table, of_from, graph.name(from)) +
           best_additive_log_density(table, of_to, graph.name(to));
  };
  const auto with = [](std::vector<std::string> names, const std::string& name) {
    names.insert(names.begin(), name);
    return names;
  };
  return {truth - best(with(above_from, graph.name(to)), above_to),
          truth - best(above_from, with(above_to, graph.name(from)))};
}

/// The power of the likelihood ratio of densities that far apart on `rows` rows. The logarithm of the ratio of near
/// densities is normal, with a variance of twice its mean, n K under the one and -n K under the other.
inline double direction_power(double divergence, double rows, double level) {
  return normal_cdf(std::sqrt(2 * rows * std::max(0.0, divergence)) + normal_quantile(level));
}

/// The power of the oracle on `rows` rows, an upper bound where its search misses something.
inline double direction_oracle_power(DiagnosedModel& model, Node from, Node to, double rows, double level,
                                     std::uint64_t seed) {
  return direction_power(direction_divergence(model, from, to, seed).turned, rows, level);
}

}  // namespace equipoise::testing
