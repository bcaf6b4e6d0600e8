#include <equipoise/scm/calibration.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include <Eigen/Core>

#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/people.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/score_test.hpp>
#include <equipoise/scm/variable_features.hpp>
#include <equipoise/scm/worlds.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t draws = 99, rank_bins = 20, probability_groups = 10;
constexpr double least_variance = 1e-9;  // of a level that the model holds for certain or impossible
constexpr double least_expected = 5;     // people of a group, with the level and without

/// Whether what v reads beside its causes is independent of them, so that it can be drawn afresh.
bool can_be_drawn(const Scm& scm, Node v) {
  const NodeSet above = ancestors(scm.graph(), scm.graph().parents(v));
  for (const Scm::Input& input : scm.inputs(v)) {
    if (!input.exogenous) continue;
    for (const Node reader : above)
      for (const Scm::Input& other : scm.inputs(reader))
        if (other == input) return false;
  }
  return true;
}

/// The columns of v's causes in a world, and fresh ones of what it reads beside them.
class Inputs {
 public:
  Inputs(const Scm& scm, Node v, const Eigen::MatrixXd& world)
      : scm_(scm), rows_(static_cast<std::size_t>(world.rows())) {
    const std::span<const Scm::Input> inputs = scm.inputs(v);
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      columns_.push_back(world.col(inputs[c].exogenous ? 0 : static_cast<Eigen::Index>(inputs[c].index)).data());
      if (inputs[c].exogenous) drawn_.push_back({c, inputs[c].index, std::vector<double>(rows_)});
    }
  }

  bool are_all_causes() const { return drawn_.empty(); }
  ColumnPointers columns(std::uint64_t seed, std::uint32_t replicate) {
    for (Drawn& each : drawn_) {
      const auto point = static_cast<std::uint32_t>(scm_.size() + each.exogenous);
      draw(scm_.exogenous()[each.exogenous].noise, RandomStream({seed, Purpose::audit, point, replicate}), {0, rows_},
           each.values.data());
      columns_[each.position] = each.values.data();
    }
    return columns_;
  }

 private:
  struct Drawn {
    std::size_t position, exogenous;
    std::vector<double> values;
  };

  const Scm& scm_;
  std::size_t rows_;
  std::vector<Drawn> drawn_;
  std::vector<const double*> columns_;
};

/// How many of the mechanism's draws at the same causes are below the value; of those that equal it any number, by
/// chance.
std::vector<std::size_t> ranks_among_draws(const Scm& scm, Node v, const Eigen::MatrixXd& world, std::uint64_t seed) {
  const auto rows = static_cast<std::size_t>(world.rows());
  const double* value = world.col(static_cast<Eigen::Index>(v)).data();
  Inputs inputs(scm, v, world);
  std::vector<std::size_t> below(rows), equal(rows);
  std::vector<double> drawn(rows);
  for (std::uint32_t d = 0; d < draws; ++d) {
    const RandomStream stream({seed, Purpose::audit, static_cast<std::uint32_t>(v), d + 1});
    detail::for_variable(scm, v, [&] {
      scm.mechanism(v).sample(inputs.columns(seed, d + 1), stream, {0, rows}, drawn.data());
    });
    for (std::size_t i = 0; i < rows; ++i) {
      below[i] += drawn[i] < value[i] ? 1 : 0;
      equal[i] += drawn[i] == value[i] ? 1 : 0;
    }
  }
  const RandomStream ties({seed, Purpose::audit, static_cast<std::uint32_t>(v), 0});
  for (std::size_t i = 0; i < rows; ++i)
    if (equal[i] > 0) below[i] += static_cast<std::size_t>(ties.row(i).uniform() * static_cast<double>(equal[i] + 1));
  return below;
}

/// Whether ranks depend on the causes: two functions of the rank, of mean 0 and variance 1 where ranks are uniform,
/// against the first two cosines of each cause that is a number and the levels of each other.
detail::ScoreStatistic ranks_against_causes(const Scm& scm, Node v, const Eigen::MatrixXd& world,
                                            std::span<const std::size_t> ranks, std::span<const double> weights) {
  const auto rows = static_cast<std::size_t>(world.rows());
  std::vector<Eigen::MatrixXd> blocks;
  Eigen::Index width = 0;
  for (const Scm::Input& input : scm.inputs(v)) {
    if (input.exogenous) continue;
    const double* values = world.col(static_cast<Eigen::Index>(input.index)).data();
    const VariableSpec& cause = scm.variable(input.index);
    const detail::VariableFeatures features = detail::variable_features(
        {cause.name, cause.type, cause.levels, std::vector<double>(values, values + rows)}, weights);
    if (features.is_constant()) continue;
    Eigen::MatrixXd block = features.indicators;
    if (!features.has_levels) {
      block.resize(world.rows(), 2);
      block << features.cosine(1), features.cosine(2);
    }
    width += block.cols();
    blocks.push_back(std::move(block));
  }
  const Eigen::Map<const Eigen::VectorXd> w(weights.data(), world.rows());
  Eigen::MatrixXd causes(world.rows(), width), functions(world.rows(), 2);
  for (Eigen::Index at = 0; const Eigen::MatrixXd& block : blocks) {
    causes.middleCols(at, block.cols()) = block;
    at += block.cols();
  }
  causes.rowwise() -= (w.transpose() * causes / w.sum()).eval();
  for (std::size_t i = 0; i < rows; ++i) {
    const double u = (static_cast<double>(ranks[i]) + 0.5) / static_cast<double>(draws + 1);
    functions.row(static_cast<Eigen::Index>(i)) << std::cos(std::numbers::pi * u), std::cos(2 * std::numbers::pi * u);
  }
  functions *= std::numbers::sqrt2;
  const Eigen::MatrixXd sums = causes.transpose() * w.asDiagonal() * functions;
  const Eigen::MatrixXd squares = causes.transpose() * w.asDiagonal() * causes;
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(2 * width, 2 * width);
  covariance.topLeftCorner(width, width) = squares;
  covariance.bottomRightCorner(width, width) = squares;
  return detail::score_statistic(sums.reshaped(), covariance);
}

void test_ranks(const Scm& scm, Node v, const Eigen::MatrixXd& world, std::span<const double> weights,
                std::uint64_t seed, NodeCalibration& result) {
  const std::vector<std::size_t> ranks = ranks_among_draws(scm, v, world, seed);
  std::vector<double> by_rank(draws + 1);
  double people = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    by_rank[ranks[i]] += weights[i];
    people += weights[i];
  }
  constexpr std::size_t ranks_a_bin = (draws + 1) / rank_bins;
  const double expected = people / static_cast<double>(rank_bins);
  double below = 0;
  for (std::size_t bin = 0; bin < rank_bins; ++bin) {
    double count = 0;
    for (std::size_t r = bin * ranks_a_bin; r < (bin + 1) * ranks_a_bin; ++r) {
      count += by_rank[r];
      below += by_rank[r];
      const double probability = static_cast<double>(r + 1) / static_cast<double>(draws + 1);
      result.distance = std::max(result.distance, std::abs(below / people - probability));
    }
    result.statistic += (count - expected) * (count - expected) / expected;
  }
  result.method = "ranks among draws of the mechanism";
  result.degrees_of_freedom = static_cast<double>(rank_bins - 1);
  result.p_value = chi_square_tail(result.statistic, result.degrees_of_freedom);
  const detail::ScoreStatistic by_causes = ranks_against_causes(scm, v, world, ranks, weights);
  if (by_causes.degrees_of_freedom == 0) return;
  const double both[] = {result.p_value, by_causes.p_value}, shares[] = {0.5, 0.5};
  if (by_causes.p_value < result.p_value) {
    result.statistic = by_causes.statistic;
    result.degrees_of_freedom = by_causes.degrees_of_freedom;
  }
  result.p_value = combined_p_value(both, shares);
}

struct GroupTest {
  double statistic = 0, groups = 0, distance = 0;
};

/// Of one level: people with it, less those expected, in groups of people whose probabilities of it are alike.
GroupTest test_level(std::span<const double> probability, std::span<const double> value, double level,
                     std::span<const double> weights) {
  std::vector<std::size_t> order(probability.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probability[a] < probability[b]; });
  const double people = std::accumulate(weights.begin(), weights.end(), 0.0);
  GroupTest test;
  double count = 0, having = 0, expected = 0, variance = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t row = order[i];
    const double p = std::clamp(probability[row], 0.0, 1.0);
    count += weights[row];
    having += value[row] == level ? weights[row] : 0;
    expected += weights[row] * p;
    variance += weights[row] * p * (1 - p);
    const bool last = i + 1 == order.size(), alike = !last && probability[order[i + 1]] == probability[row];
    if (!last && (alike || count < people / static_cast<double>(probability_groups) || expected < least_expected ||
                  count - expected < least_expected))
      continue;
    const bool filled = expected >= least_expected && count - expected >= least_expected;
    if (filled || test.groups == 0) {  // what is left at the end may be few
      test.statistic += (having - expected) * (having - expected) / std::max(variance, least_variance);
      test.distance = std::max(test.distance, std::abs(having - expected) / count);
      ++test.groups;
    }
    count = having = expected = variance = 0;
  }
  return test;
}

void test_levels(const Scm& scm, Node v, const Eigen::MatrixXd& world, std::span<const double> weights,
                 NodeCalibration& result) {
  const auto rows = static_cast<std::size_t>(world.rows());
  const AnyMechanism& mechanism = scm.mechanism(v);
  Eigen::MatrixXd probability(world.rows(), static_cast<Eigen::Index>(mechanism.level_count()));
  std::vector<double*> out;
  for (Eigen::Index k = 0; k < probability.cols(); ++k) out.push_back(probability.col(k).data());
  Inputs inputs(scm, v, world);
  detail::for_variable(scm, v, [&] { mechanism.probabilities(inputs.columns(1, 0), {0, rows}, out); });
  const std::span<const double> value(world.col(static_cast<Eigen::Index>(v)).data(), rows);
  result.method = "levels against their probabilities";
  const std::size_t compared = out.size() == 2 ? 1 : out.size();  // of two levels the one says what the other does
  for (std::size_t k = 0; k < compared; ++k) {
    const std::size_t level = out.size() == 2 ? 1 : k;
    const GroupTest test = test_level({out[level], rows}, value, static_cast<double>(level), weights);
    result.distance = std::max(result.distance, test.distance);
    if (test.groups == 0) continue;
    const double p = std::min(1.0, chi_square_tail(test.statistic, test.groups) * static_cast<double>(compared));
    if (result.degrees_of_freedom > 0 && p >= result.p_value) continue;
    result.statistic = test.statistic;
    result.degrees_of_freedom = test.groups;
    result.p_value = p;
  }
}

}  // namespace

std::vector<NodeCalibration> node_calibration(const Scm& scm, const Table& table, const CalibrationOptions& options) {
  const Table people = one_row_a_person(table);
  const Eigen::MatrixXd world = world_of(scm, people);
  std::vector<NodeCalibration> result;
  for (Node v = 0; v < scm.size(); ++v) {
    NodeCalibration node{.variable = scm.graph().name(v)};
    if (!can_be_drawn(scm, v)) {
      node.note = "an exogenous variable that it reads reaches its causes: not tested";
    } else if (scm.variable(v).has_levels() && scm.mechanism(v).rungs().discrete &&
               Inputs(scm, v, world).are_all_causes()) {
      test_levels(scm, v, world, people.weights(), node);
    } else {
      test_ranks(scm, v, world, people.weights(), options.seed, node);
    }
    result.push_back(std::move(node));
  }
  return result;
}

}  // namespace equipoise::inline v0
