#include <equipoise/scm/overlap.hpp>

#include <algorithm>
#include <utility>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/scm/contingency_test.hpp>
#include <equipoise/scm/flexible_regression.hpp>
#include <equipoise/scm/regression.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr double people_a_configuration = 2;
constexpr Eigen::Index most_coefficients = 1000;

void summarise(const Eigen::MatrixXd& propensity, const Column& treatment, std::span<const double> weights,
               Overlap& result) {
  double people = 0;
  for (const double weight : weights) people += weight;
  for (std::size_t k = 0; k < treatment.levels.size(); ++k) {
    LevelOverlap level{.level = treatment.levels[k], .smallest_propensity = 1};
    double sum = 0, squares = 0, having = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] <= 0) continue;
      const double p = propensity(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k));
      level.smallest_propensity = std::min(level.smallest_propensity, p);
      if (p < Overlap::rare) level.rare_share += weights[i] / people;
      if (treatment.values[i] != static_cast<double>(k) || p <= 0) continue;
      having += weights[i];
      sum += weights[i] / p;
      squares += weights[i] / (p * p);
    }
    level.share = having / people;
    if (having > 0) level.effective_share = std::min(1.0, sum * sum / squares / having);
    result.levels.push_back(std::move(level));
  }
}

/// The shares of the levels among the people of each configuration, given to its rows, and the cells without people.
Eigen::MatrixXd configuration_shares(const Column& treatment, std::span<const Column* const> causes,
                                     std::span<const std::size_t> number, std::span<const double> weights,
                                     Overlap& result) {
  const std::size_t configurations = 1 + *std::max_element(number.begin(), number.end());
  const auto levels = static_cast<Eigen::Index>(treatment.levels.size());
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(configurations), levels);
  std::vector<std::size_t> example(configurations);
  for (std::size_t i = 0; i < number.size(); ++i) {
    counts(static_cast<Eigen::Index>(number[i]), static_cast<Eigen::Index>(treatment.values[i])) += weights[i];
    example[number[i]] = i;
  }
  double most = 0;
  for (Eigen::Index c = 0; c < counts.rows(); ++c) {
    const double people = counts.row(c).sum();
    if (people <= 0) continue;
    ++result.configurations;
    for (Eigen::Index k = 0; k < levels; ++k) {
      if (counts(c, k) > 0) continue;
      ++result.empty_cells;
      if (people <= most) continue;
      most = people;
      std::string where;
      for (const Column* cause : causes)
        where += (where.empty() ? "" : ", ") + cause->name + "=" +
                 cause->levels[static_cast<std::size_t>(cause->values[example[static_cast<std::size_t>(c)]])];
      result.emptiest = "none of the " + shortest(people) + " people" + (where.empty() ? "" : " with " + where) +
                        " has " + treatment.name + "=" + treatment.levels[static_cast<std::size_t>(k)];
    }
    counts.row(c) /= people;
  }
  Eigen::MatrixXd shares(static_cast<Eigen::Index>(number.size()), levels);
  for (std::size_t i = 0; i < number.size(); ++i)
    shares.row(static_cast<Eigen::Index>(i)) = counts.row(static_cast<Eigen::Index>(number[i]));
  return shares;
}

/// Of a multinomial logistic regression on every cause's value or level.
Eigen::MatrixXd logistic_propensities(const Column& treatment, std::span<const Column* const> causes,
                                      std::span<const double> weights, Overlap& result) {
  const auto rows = static_cast<Eigen::Index>(treatment.values.size());
  const auto levels = static_cast<Eigen::Index>(treatment.levels.size());
  std::vector<detail::VariableFeatures> features;
  Eigen::Index width = 0;
  for (const Column* cause : causes) {
    features.push_back(detail::variable_features(*cause, weights));
    width += features.back().has_levels ? features.back().indicators.cols() : 1;
  }
  Eigen::MatrixXd x(rows, width);
  Eigen::Index at = 0;
  for (const detail::VariableFeatures& each : features) {
    const Eigen::Index own = each.has_levels ? each.indicators.cols() : 1;
    x.middleCols(at, own) = each.has_levels ? each.indicators : Eigen::MatrixXd(each.value);
    at += own;
  }
  if ((width + 1) * (levels - 1) > most_coefficients) {
    result.note = "too many causes and levels for a regression: the shares of all people stand";
    x.resize(rows, 0);
  }
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(rows, levels);
  for (Eigen::Index i = 0; i < rows; ++i)
    counts(i, static_cast<Eigen::Index>(treatment.values[static_cast<std::size_t>(i)])) =
        weights[static_cast<std::size_t>(i)];
  const LogisticFit fit = multinomial_logistic(x, counts, {.gradient_tolerance = 1e-6});
  if (!fit.converged) result.note = "the regression did not converge";
  Eigen::MatrixXd p(rows, levels);
  p.col(0).setZero();
  p.rightCols(levels - 1) = x * fit.coefficients;
  p.rightCols(levels - 1).rowwise() += fit.intercepts.transpose();
  p.colwise() -= p.rowwise().maxCoeff().eval();
  p = p.array().exp().matrix();
  p.array().colwise() /= p.rowwise().sum().eval().array();
  return p;
}

}  // namespace

Overlap overlap(const Table& table, std::string_view treatment_name, std::span<const std::string> cause_names) {
  if (table.rows() == 0) throw Error(ErrorCode::table_empty, "", "a table without rows", "rows to look at");
  const Column& treatment = table.column(treatment_name);
  if (!treatment.has_levels())
    throw Error(ErrorCode::table_type, "column '" + treatment.name + "'", "numbers", "levels, which have propensities");
  std::vector<const Column*> causes;
  bool all_levels = true;
  for (const std::string& name : cause_names) {
    causes.push_back(&table.column(name));
    check_fitted_column(*causes.back());
    all_levels = all_levels && causes.back()->has_levels();
  }
  check_fitted_column(treatment);
  Overlap result{.variable = treatment.name};
  std::vector<std::size_t> number;
  double configurations = 0, people = 0;
  if (all_levels) {
    std::vector<std::span<const double>> columns;
    for (const Column* cause : causes) columns.emplace_back(cause->values);
    number = detail::configuration_numbers(columns, table.rows());
    configurations = static_cast<double>(1 + *std::max_element(number.begin(), number.end()));
    for (const double weight : table.weights()) people += weight;
  }
  if (treatment.levels.size() < 2) {
    result.note = "one level alone";
    return result;
  }
  if (all_levels && configurations * people_a_configuration <= people) {
    result.method = "shares of the people alike in their causes";
    summarise(configuration_shares(treatment, causes, number, table.weights(), result), treatment, table.weights(),
              result);
  } else {
    result.method = "multinomial logistic regression";
    summarise(logistic_propensities(treatment, causes, table.weights(), result), treatment, table.weights(), result);
  }
  return result;
}

}  // namespace equipoise::inline v0
