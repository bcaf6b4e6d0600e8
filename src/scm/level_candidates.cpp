#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>
#include <equipoise/scm/candidates.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/ordinal_regression.hpp>
#include <equipoise/scm/regression.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr std::size_t most_table_cells = 1'000'000;
// A logistic model of more coefficients than the first, with fewer people for each than the second (Peduzzi et al.
// 1996), takes minutes to fit and cannot be told from noise.
constexpr double few_coefficients = 1000, least_people_a_coefficient = 10;
constexpr std::size_t most_ordered_levels = 50;

// Each level's share of the weight. A level that no row shows counts as half a row, of weight 1 at most: rare, so that
// other rows may show it, not impossible.
std::vector<double> level_shares(const NodeData& data, std::span<const double> weights) {
  std::vector<double> shares(data.levels);
  double total = 0, rows = 0;
  for (std::size_t i = 0; i < data.rows; ++i) {
    shares[static_cast<std::size_t>(data.value[i])] += weights[i];
    total += weights[i];
    rows += weights[i] > 0 ? 1 : 0;
  }
  const double unseen = std::min(1.0, total / rows) / 2;
  for (double& share : shares)
    if (share <= 0) {
      share = unseen;
      total += unseen;
    }
  for (double& share : shares) share /= total;
  return shares;
}

FittedMechanism fit_level_root(const NodeData& data, std::span<const double> weights) {
  std::vector<double> shares = level_shares(data, weights);
  if (data.levels == 2) return {NoiseMechanism(Noise(BernoulliNoise{shares[1]}))};
  return {NoiseMechanism(Noise(CategoricalNoise{std::move(shares)}))};
}

// How much weight each level has in each configuration of the inputs: configurations x levels, row-major.
std::vector<double> cell_weights(const NodeData& data, std::span<const double> weights) {
  std::vector<double> cells(configuration_count(data.input_levels) * data.levels);
  for (std::size_t i = 0; i < data.rows; ++i)
    cells[configuration(data.inputs, data.input_levels, {0, data.rows}, i) * data.levels +
          static_cast<std::size_t>(data.value[i])] += weights[i];
  return cells;
}

FittedMechanism fit_table(const NodeData& data, std::span<const double> weights, const FitOptions& options) {
  const std::vector<double> shares = level_shares(data, weights);
  std::vector<double> table = cell_weights(data, weights);
  std::size_t empty = 0;
  for (std::size_t start = 0; start < table.size(); start += data.levels) {
    double total = 0;
    for (std::size_t k = 0; k < data.levels; ++k) total += table[start + k];
    const double prior = total > 0 ? options.table_prior : 1;
    empty += total > 0 ? 0 : 1;
    for (std::size_t k = 0; k < data.levels; ++k)
      table[start + k] = (table[start + k] + prior * shares[k]) / (total + prior);
  }
  FittedMechanism fitted{
      TableMechanism(ProbabilityTable(data.input_levels, data.levels, std::move(table)), options.coupling)};
  if (options.table_prior > 0)
    fitted.notes.push_back("each row of the table holds a prior of weight " + shortest(options.table_prior) +
                           " in the overall proportions");
  if (empty > 0)
    fitted.notes.push_back(std::to_string(empty) +
                           " configurations of its causes have no rows: there the overall proportions stand");
  return fitted;
}

/// What a logistic or ordinal model reads of the rows that count, and how much weight there is at each level. Rows that
/// are alike in all inputs are one.
struct LevelDesign {
  std::vector<Regressor> regressors;
  Eigen::MatrixXd x, counts;
  double row_weight = 0;  ///< the mean of the rows that count

  LevelDesign(const NodeData& data, std::span<const double> weights) : regressors(main_regressors(data.input_levels)) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < data.rows; ++i)
      if (weights[i] > 0) order.push_back(i);
    const auto compare = [&](std::size_t a, std::size_t b) {
      for (const double* input : data.inputs)
        if (input[a] != input[b]) return input[a] < input[b] ? -1 : 1;
      return 0;
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int inputs = compare(a, b);
      return inputs != 0 ? inputs < 0 : a < b;
    });
    std::vector<std::size_t> first;  // of each kind of row
    std::vector<std::size_t> kind(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (first.empty() || compare(first.back(), order[i]) != 0) first.push_back(order[i]);
      kind[i] = first.size() - 1;
    }
    counts.setZero(static_cast<Eigen::Index>(first.size()), static_cast<Eigen::Index>(data.levels));
    for (std::size_t i = 0; i < order.size(); ++i) {
      counts(static_cast<Eigen::Index>(kind[i]), static_cast<Eigen::Index>(data.value[order[i]])) += weights[order[i]];
      row_weight += weights[order[i]] / static_cast<double>(order.size());
    }
    x.resize(counts.rows(), static_cast<Eigen::Index>(regressors.size()));
    for (std::size_t j = 0; j < regressors.size(); ++j)
      for (std::size_t row = 0; row < first.size(); ++row)
        x(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)) =
            regressors[j](data.inputs[regressors[j].input][first[row]]);
  }
};

}  // namespace

FittedMechanism fit_logistic(const NodeData& data, std::span<const double> weights, const FitOptions& options) {
  const LevelDesign design(data, weights);
  const std::vector<Regressor>& regressors = design.regressors;
  const Eigen::MatrixXd& x = design.x;
  const auto levels = static_cast<Eigen::Index>(data.levels);
  const LogisticFit fit = multinomial_logistic(x, design.counts, {.ridge = options.logistic_ridge});
  std::vector<LinearPredictor> scores;
  for (Eigen::Index k = 0; k + 1 < levels; ++k)
    scores.push_back(predictor_from(fit.intercepts[k], {fit.coefficients.col(k).data(), regressors.size()}, regressors,
                                    data.input_levels));
  FittedMechanism fitted{
      LogisticMechanism(LogisticProbabilities(data.inputs.size(), std::move(scores)), options.coupling), fit.iterations,
      fit.converged};
  if (!fit.converged) fitted.notes.push_back("the logistic fit did not converge");
  const Eigen::VectorXd by_row = design.counts.rowwise().sum();
  constexpr double steep = 12;  // ln odds that a standard deviation moves: beyond, levels are all but separated
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    const Eigen::VectorXd column = x.col(static_cast<Eigen::Index>(j));
    const double mean = column.dot(by_row) / by_row.sum();
    const double deviation = std::sqrt((column.array() - mean).square().matrix().dot(by_row) / by_row.sum());
    if (fit.coefficients.row(static_cast<Eigen::Index>(j)).cwiseAbs().maxCoeff() * deviation > steep) {
      fitted.notes.push_back("levels are separated by '" + data.input_names[regressors[j].input] + "': a ridge of " +
                             shortest(options.logistic_ridge) + " bounds the coefficients");
      break;
    }
  }
  return fitted;
}

FittedMechanism fit_ordinal(const NodeData& data, std::span<const double> weights, const FitOptions& options) {
  LevelDesign design(data, weights);
  // A level that no row shows is rare, not impossible: half a row of it, at the mean of the others.
  const Eigen::RowVectorXd by_level = design.counts.colwise().sum();
  const Eigen::VectorXd by_row = design.counts.rowwise().sum();
  if ((by_level.array() <= 0).any()) {
    const Eigen::RowVectorXd mean = by_row.transpose() * design.x / by_row.sum();
    design.x.conservativeResize(design.x.rows() + 1, Eigen::NoChange);
    design.counts.conservativeResize(design.counts.rows() + 1, Eigen::NoChange);
    design.x.bottomRows(1) = mean;
    for (Eigen::Index k = 0; k < by_level.size(); ++k)
      design.counts(design.counts.rows() - 1, k) = by_level[k] > 0 ? 0 : std::min(1.0, design.row_weight) / 2;
  }
  const OrdinalFit fit = ordinal_regression(design.x, design.counts, {.ridge = options.logistic_ridge});
  const LinearPredictor score =
      predictor_from(0, {fit.coefficients.data(), static_cast<std::size_t>(fit.coefficients.size())}, design.regressors,
                     data.input_levels);
  FittedMechanism fitted{
      OrdinalMechanism(OrdinalProbabilities(score, fit.thresholds, OrdinalLink::logit), Coupling::inverse_cdf),
      fit.iterations, fit.converged};
  fitted.notes.push_back(
      "its levels are taken to be in their order, and to be coupled by a hidden score (inverse-cdf)");
  if (!fit.converged) fitted.notes.push_back("the ordinal fit did not converge");
  return fitted;
}

std::optional<std::string> why_no_logistic(const NodeData& data) {
  const double coefficients =
      (static_cast<double>(data.levels) - 1) * static_cast<double>(main_regressors(data.input_levels).size() + 1);
  const double people = std::max(data.people, static_cast<double>(data.rows));
  const bool table_is_the_same = data.inputs.size() == 1 && data.all_inputs_discrete();
  if (data.inputs.empty() || table_is_the_same || coefficients <= few_coefficients ||
      coefficients * least_people_a_coefficient <= people)
    return std::nullopt;
  return "a logistic model was not tried: its " + shortest(coefficients) + " coefficients are too many for " +
         shortest(people) + " people";
}

std::vector<Candidate> level_candidates(const NodeData& data, const FitOptions& options) {
  if (data.inputs.empty())
    return {{"frequencies", "", [&data](std::span<const double> w) { return std::optional(fit_level_root(data, w)); }}};
  std::vector<Candidate> candidates;
  double cells = static_cast<double>(data.levels);
  for (const std::size_t levels : data.input_levels) cells *= static_cast<double>(levels);
  if (data.all_inputs_discrete() && cells <= static_cast<double>(most_table_cells))
    candidates.push_back({"table", "table", [&data, &options](std::span<const double> w) {
                            return std::optional(fit_table(data, w, options));
                          }});
  const bool saturated =
      !candidates.empty() && configuration_count(data.input_levels) <= main_regressors(data.input_levels).size() + 1;
  if (data.levels > 1 && !saturated &&
      !why_no_logistic(data))  // with one discrete cause, the logistic model is the table
    candidates.push_back(
        {data.levels == 2 ? "logistic" : "multinomial logistic", "logistic",
         [&data, &options](std::span<const double> w) { return std::optional(fit_logistic(data, w, options)); }});
  if (data.levels > 2 && data.levels <= most_ordered_levels && !saturated)
    candidates.push_back({"ordinal", "ordinal", [&data, &options](std::span<const double> w) {
                            return std::optional(fit_ordinal(data, w, options));
                          }});
  if (candidates.empty())
    candidates.push_back(
        {"frequencies", "", [&data](std::span<const double> w) { return std::optional(fit_level_root(data, w)); }});
  return candidates;
}

}  // namespace equipoise::inline v0::detail
