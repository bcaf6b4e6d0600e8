#include <equipoise/scm/candidates.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include <Eigen/Core>

#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/noise_fitting.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/regression.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr std::size_t most_table_cells = 1'000'000;
constexpr std::size_t most_quadratic_terms = 120;
// A logistic model of more coefficients than the first, with fewer people for each than the second (Peduzzi et al.
// 1996), takes minutes to fit and cannot be told from noise.
constexpr double few_coefficients = 1000, least_people_a_coefficient = 10;

// A column of a design: a number's value, or 1 at one level of an input.
struct Regressor {
  std::size_t input = 0;
  std::size_t level = 0;  ///< of an input with levels, from 1: the first is the reference
};

std::vector<Regressor> main_regressors(std::span<const std::size_t> input_levels) {
  std::vector<Regressor> regressors;
  for (std::size_t c = 0; c < input_levels.size(); ++c) {
    if (input_levels[c] == 0) regressors.push_back({c, 0});
    for (std::size_t k = 1; k < input_levels[c]; ++k) regressors.push_back({c, k});
  }
  return regressors;
}

double regressor_value(const Regressor& regressor, double input) {
  return regressor.level == 0 ? input : input == static_cast<double>(regressor.level) ? 1.0 : 0.0;
}

Eigen::MatrixXd main_design(const NodeData& data, std::span<const Regressor> regressors) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(data.rows), static_cast<Eigen::Index>(regressors.size()));
  for (std::size_t j = 0; j < regressors.size(); ++j)
    for (std::size_t i = 0; i < data.rows; ++i)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          regressor_value(regressors[j], data.inputs[regressors[j].input][i]);
  return x;
}

LinearPredictor predictor_from(double intercept, std::span<const double> coefficients,
                               std::span<const Regressor> regressors, std::span<const std::size_t> input_levels) {
  LinearPredictor predictor{intercept, std::vector<LinearTerm>(input_levels.size())};
  for (std::size_t c = 0; c < input_levels.size(); ++c)
    if (input_levels[c] != 0 && input_levels[c] != 2) predictor.terms[c].level_effects.resize(input_levels[c]);
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    LinearTerm& term = predictor.terms[regressors[j].input];
    if (term.level_effects.empty())
      term.slope = coefficients[j];
    else
      term.level_effects[regressors[j].level] = coefficients[j];
  }
  return predictor;
}

// Discrete variables -------------------------------------------------------------------------------

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

std::string shortest_text(double value) {
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
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
    fitted.notes.push_back("each row of the table holds a prior of weight " + shortest_text(options.table_prior) +
                           " in the overall proportions");
  if (empty > 0)
    fitted.notes.push_back(std::to_string(empty) +
                           " configurations of its causes have no rows: there the overall proportions stand");
  return fitted;
}

}  // namespace

FittedMechanism fit_logistic(const NodeData& data, std::span<const double> weights, const FitOptions& options) {
  const std::vector<Regressor> regressors = main_regressors(data.input_levels);
  const auto levels = static_cast<Eigen::Index>(data.levels);
  Eigen::MatrixXd x, counts;
  if (data.all_inputs_discrete() && configuration_count(data.input_levels) <= data.rows) {
    const std::vector<double> cells = cell_weights(data, weights);
    const std::size_t configurations = cells.size() / data.levels;
    counts = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        cells.data(), static_cast<Eigen::Index>(configurations), levels);
    x.resize(counts.rows(), static_cast<Eigen::Index>(regressors.size()));
    for (std::size_t j = 0; j < regressors.size(); ++j) {
      std::size_t stride = 1;
      for (std::size_t c = regressors[j].input + 1; c < data.input_levels.size(); ++c) stride *= data.input_levels[c];
      for (std::size_t row = 0; row < configurations; ++row)
        x(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)) =
            row / stride % data.input_levels[regressors[j].input] == regressors[j].level ? 1 : 0;
    }
  } else {
    x = main_design(data, regressors);
    counts = Eigen::MatrixXd::Zero(x.rows(), levels);
    for (std::size_t i = 0; i < data.rows; ++i)
      counts(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(data.value[i])) = weights[i];
  }
  const LogisticFit fit = multinomial_logistic(x, counts, {.ridge = options.logistic_ridge});
  std::vector<LinearPredictor> scores;
  for (Eigen::Index k = 0; k + 1 < levels; ++k)
    scores.push_back(predictor_from(fit.intercepts[k], {fit.coefficients.col(k).data(), regressors.size()}, regressors,
                                    data.input_levels));
  FittedMechanism fitted{
      LogisticMechanism(LogisticProbabilities(data.inputs.size(), std::move(scores)), options.coupling), fit.iterations,
      fit.converged};
  if (!fit.converged) fitted.notes.push_back("the logistic fit did not converge");
  constexpr double steep = 12;  // ln odds that a standard deviation moves: beyond, levels are all but separated
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    const Eigen::VectorXd column = x.col(static_cast<Eigen::Index>(j));
    const double deviation = std::sqrt((column.array() - column.mean()).square().mean());
    if (fit.coefficients.row(static_cast<Eigen::Index>(j)).cwiseAbs().maxCoeff() * deviation > steep) {
      fitted.notes.push_back("levels are separated by '" + data.input_names[regressors[j].input] + "': a ridge of " +
                             shortest_text(options.logistic_ridge) + " bounds the coefficients");
      break;
    }
  }
  return fitted;
}

namespace {

// Numbers ------------------------------------------------------------------------------------------

constexpr std::pair<NoiseFamily, const char*> noise_families[] = {{NoiseFamily::normal, "normal noise"},
                                                                  {NoiseFamily::laplace, "laplace noise"},
                                                                  {NoiseFamily::student_t, "student_t noise"}};

Noise fit_residual_noise(NoiseFamily family, const Eigen::VectorXd& residual, std::span<const double> weights,
                         double size_of_values) {
  const std::span<const double> values(residual.data(), static_cast<std::size_t>(residual.size()));
  if (family == NoiseFamily::laplace) return fit_laplace(values, weights, 0);
  if (family == NoiseFamily::student_t) return fit_student_t(values, weights, 0);
  double square = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    square += weights[i] * values[i] * values[i];
    total += weights[i];
  }
  return NormalNoise{0, positive_scale(std::sqrt(square / total), size_of_values)};
}

}  // namespace

namespace {

struct MeanFit {
  RegressionFit fit;
  Eigen::VectorXd residual;
};

MeanFit least_squares(const Eigen::MatrixXd& x, const NodeData& data, std::span<const double> weights) {
  const Eigen::Map<const Eigen::VectorXd> y(data.value, x.rows()), w(weights.data(), x.rows());
  RegressionFit fit = weighted_least_squares(x, y, w);
  Eigen::VectorXd residual = y - x * fit.coefficients - Eigen::VectorXd::Constant(x.rows(), fit.intercept);
  return {std::move(fit), std::move(residual)};
}

double size_of_values(const NodeData& data) {
  return Eigen::Map<const Eigen::VectorXd>(data.value, static_cast<Eigen::Index>(data.rows)).cwiseAbs().maxCoeff();
}

MeanFit fit_linear_mean(const NodeData& data, std::span<const double> weights) {
  return least_squares(main_design(data, main_regressors(data.input_levels)), data, weights);
}

FittedMechanism linear_with_noise(const NodeData& data, std::span<const double> weights, const MeanFit& mean,
                                  NoiseFamily family) {
  const std::vector<Regressor> regressors = main_regressors(data.input_levels);
  return {LinearMechanism(predictor_from(mean.fit.intercept, {mean.fit.coefficients.data(), regressors.size()},
                                         regressors, data.input_levels),
                          fit_residual_noise(family, mean.residual, weights, size_of_values(data)))};
}

// The noise families share a mean, and the candidates of a node are fitted one by one to the same few weights: what was
// found for weights is kept.
template <class Fit>
auto remembering(Fit fit) {
  using Known = std::vector<std::pair<std::vector<double>, std::shared_ptr<const MeanFit>>>;
  return [fit, known = std::make_shared<Known>()](const NodeData& data, std::span<const double> weights) {
    for (const auto& [of, mean] : *known)
      if (std::equal(of.begin(), of.end(), weights.begin(), weights.end())) return mean;
    known->emplace_back(std::vector<double>(weights.begin(), weights.end()),
                        std::make_shared<const MeanFit>(fit(data, weights)));
    return known->back().second;
  };
}

}  // namespace

FittedMechanism fit_linear(const NodeData& data, std::span<const double> weights, NoiseFamily family) {
  return linear_with_noise(data, weights, fit_linear_mean(data, weights), family);
}

namespace {

// Pairs of main regressors whose product is no constant or repetition: squares of numbers, and products across inputs.
std::vector<std::pair<std::size_t, std::size_t>> quadratic_terms(std::span<const Regressor> regressors) {
  std::vector<std::pair<std::size_t, std::size_t>> terms;
  for (std::size_t a = 0; a < regressors.size(); ++a)
    for (std::size_t b = a; b < regressors.size(); ++b)
      if (regressors[a].input != regressors[b].input || (a == b && regressors[a].level == 0)) terms.emplace_back(a, b);
  return terms;
}

}  // namespace

FittedMechanism fit_quadratic(const NodeData& data, std::span<const double> weights, NoiseFamily family) {
  const std::vector<Regressor> regressors = main_regressors(data.input_levels);
  const auto terms = quadratic_terms(regressors);
  const Eigen::MatrixXd main = main_design(data, regressors);
  const Eigen::Map<const Eigen::VectorXd> y(data.value, main.rows()), w(weights.data(), main.rows());
  // Numbers are centred, so that a square does not repeat its number.
  std::vector<double> centers(regressors.size());
  Eigen::MatrixXd x(main.rows(), main.cols() + static_cast<Eigen::Index>(terms.size()));
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    const auto column = static_cast<Eigen::Index>(j);
    if (regressors[j].level == 0) centers[j] = w.dot(main.col(column)) / w.sum();
    x.col(column) = main.col(column).array() - centers[j];
  }
  for (std::size_t t = 0; t < terms.size(); ++t)
    x.col(main.cols() + static_cast<Eigen::Index>(t)) =
        x.col(static_cast<Eigen::Index>(terms[t].first))
            .cwiseProduct(x.col(static_cast<Eigen::Index>(terms[t].second)));
  const RegressionFit fit = weighted_least_squares(x, y, w);
  const Eigen::VectorXd residual = y - x * fit.coefficients - Eigen::VectorXd::Constant(x.rows(), fit.intercept);

  const auto factor = [&](std::size_t j) {
    const std::string name = "'" + data.input_names[regressors[j].input] + "'";
    if (regressors[j].level == 0) return "(" + name + " - " + shortest_text(centers[j]) + ")";
    return "(" + name + " == " + std::to_string(regressors[j].level) + ")";
  };
  std::string formula = shortest_text(fit.intercept);
  for (Eigen::Index j = 0; j < fit.coefficients.size(); ++j) {
    formula += " + " + shortest_text(fit.coefficients[j]) + " * ";
    if (j < main.cols()) {
      formula += factor(static_cast<std::size_t>(j));
    } else {
      const auto& [a, b] = terms[static_cast<std::size_t>(j - main.cols())];
      formula += a == b ? factor(a) + "^2" : factor(a) + " * " + factor(b);
    }
  }
  return {FormulaMechanism(formula, data.input_names,
                           fit_residual_noise(family, residual, weights, y.cwiseAbs().maxCoeff()))};
}

std::optional<std::string> why_no_logistic(const NodeData& data) {
  const double coefficients =
      (static_cast<double>(data.levels) - 1) * static_cast<double>(main_regressors(data.input_levels).size() + 1);
  const double people = std::max(data.people, static_cast<double>(data.rows));
  const bool table_is_the_same = data.inputs.size() == 1 && data.all_inputs_discrete();
  if (data.inputs.empty() || table_is_the_same || coefficients <= few_coefficients ||
      coefficients * least_people_a_coefficient <= people)
    return std::nullopt;
  return "a logistic model was not tried: its " + shortest_text(coefficients) + " coefficients are too many for " +
         shortest_text(people) + " people";
}

std::vector<Candidate> level_candidates(const NodeData& data, const FitOptions& options) {
  if (data.inputs.empty())
    return {{"frequencies", [&data](std::span<const double> w) { return std::optional(fit_level_root(data, w)); }}};
  std::vector<Candidate> candidates;
  double cells = static_cast<double>(data.levels);
  for (const std::size_t levels : data.input_levels) cells *= static_cast<double>(levels);
  if (data.all_inputs_discrete() && cells <= static_cast<double>(most_table_cells))
    candidates.push_back(
        {"table", [&data, &options](std::span<const double> w) { return std::optional(fit_table(data, w, options)); }});
  const bool saturated =
      !candidates.empty() && configuration_count(data.input_levels) <= main_regressors(data.input_levels).size() + 1;
  if (data.levels > 1 && !saturated &&
      !why_no_logistic(data))  // with one discrete cause, the logistic model is the table
    candidates.push_back(
        {data.levels == 2 ? "logistic" : "multinomial logistic",
         [&data, &options](std::span<const double> w) { return std::optional(fit_logistic(data, w, options)); }});
  if (candidates.empty())
    candidates.push_back(
        {"frequencies", [&data](std::span<const double> w) { return std::optional(fit_level_root(data, w)); }});
  return candidates;
}

namespace {

std::vector<Candidate> number_root_candidates(const NodeData& data) {
  const auto of = [&data](auto fit) {
    return [&data, fit](std::span<const double> w) -> std::optional<FittedMechanism> {
      const std::optional<Noise> noise = fit(data.values(), w);
      if (!noise) return std::nullopt;
      return FittedMechanism{NoiseMechanism(*noise)};
    };
  };
  std::vector<Candidate> candidates;
  candidates.push_back({"normal", of([](auto v, auto w) { return std::optional(fit_normal(v, w)); })});
  candidates.push_back(
      {"laplace", of([](auto v, auto w) { return std::optional(fit_laplace(v, w, weighted_moments(v, w).mean)); })});
  candidates.push_back({"student_t", of([](auto v, auto w) {
                          return std::optional(fit_student_t(v, w, weighted_moments(v, w).mean));
                        })});
  candidates.push_back({"gamma", of([](auto v, auto w) { return fit_gamma(v, w); })});
  candidates.push_back({"exponential", of([](auto v, auto w) { return fit_exponential(v, w); })});
  candidates.push_back({"mixture of two normals", of([](auto v, auto w) { return fit_normal_mixture(v, w); })});
  if (data.integer) candidates.push_back({"poisson", of([](auto v, auto w) { return fit_poisson(v, w); })});
  return candidates;
}

}  // namespace

std::vector<Candidate> number_candidates(const NodeData& data) {
  if (data.inputs.empty()) return number_root_candidates(data);
  std::vector<Candidate> candidates;
  const auto regressors = main_regressors(data.input_levels);
  const auto terms = quadratic_terms(regressors);
  bool quotable = true;
  for (const std::string& name : data.input_names) quotable = quotable && name.find('\'') == std::string::npos;
  const auto linear_mean = remembering(fit_linear_mean);
  for (const auto& [family, name] : noise_families) {
    const NoiseFamily of = family;
    candidates.push_back({std::string("linear, ") + name, [&data, of, linear_mean](std::span<const double> w) {
                            return std::optional(linear_with_noise(data, w, *linear_mean(data, w), of));
                          }});
  }
  if (!quotable || terms.empty() || terms.size() > most_quadratic_terms ||
      regressors.size() + terms.size() >= data.rows / 4)
    return candidates;
  for (const auto& [family, name] : noise_families) {
    const NoiseFamily of = family;
    candidates.push_back({std::string("quadratic, ") + name, [&data, of](std::span<const double> w) {
                            return std::optional(fit_quadratic(data, w, of));
                          }});
  }
  return candidates;
}

}  // namespace equipoise::inline v0::detail
