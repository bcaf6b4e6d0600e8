#include "scm/mean_fits.hpp"

#include <cmath>

#include <Eigen/Core>

#include <equipoise/scm/regression.hpp>

#include "scm/main_design.hpp"

namespace equipoise::inline v0::detail {

LinearPredictor fit_linear_mean(const NodeData& data, std::span<const double> response,
                                std::span<const double> weights) {
  const std::vector<Regressor> regressors = main_regressors(data.input_levels);
  const Eigen::MatrixXd x = main_design(data, regressors);
  const Eigen::Map<const Eigen::VectorXd> y(response.data(), x.rows()), w(weights.data(), x.rows());
  const RegressionFit fit = weighted_least_squares(x, y, w);
  return predictor_from(fit.intercept, {fit.coefficients.data(), regressors.size()}, regressors, data.input_levels);
}

std::vector<std::pair<std::size_t, std::size_t>> quadratic_terms(std::span<const Regressor> regressors) {
  std::vector<std::pair<std::size_t, std::size_t>> terms;
  for (std::size_t a = 0; a < regressors.size(); ++a)
    for (std::size_t b = a; b < regressors.size(); ++b)
      if (regressors[a].input != regressors[b].input || (a == b && regressors[a].level == 0)) terms.emplace_back(a, b);
  return terms;
}

namespace {

PolynomialFactor factor_of(const Regressor& regressor, std::size_t power = 1) {
  if (regressor.level == 0) return {regressor.input, power, {}};
  return {regressor.input, 1, regressor.level};
}

}  // namespace

std::optional<PolynomialFunction> fit_quadratic_mean(const NodeData& data, std::span<const double> response,
                                                     std::span<const double> weights) {
  const std::vector<Regressor> regressors = main_regressors(data.input_levels);
  const auto terms = quadratic_terms(regressors);
  const Eigen::MatrixXd main = main_design(data, regressors);
  const Eigen::Map<const Eigen::VectorXd> y(response.data(), main.rows()), w(weights.data(), main.rows());
  // Numbers are centred while they are fitted, so that a square does not repeat its number.
  constexpr double far = 1e4;  // deviations from 0
  std::vector<double> centers(regressors.size());
  Eigen::MatrixXd x(main.rows(), main.cols() + static_cast<Eigen::Index>(terms.size()));
  for (std::size_t j = 0; j < regressors.size(); ++j) {
    const auto column = static_cast<Eigen::Index>(j);
    if (regressors[j].level == 0) centers[j] = w.dot(main.col(column)) / w.sum();
    x.col(column) = main.col(column).array() - centers[j];
    const double deviation = std::sqrt(w.dot(x.col(column).cwiseAbs2()) / w.sum());
    if (std::abs(centers[j]) > far * deviation && deviation > 0) return std::nullopt;
  }
  for (std::size_t t = 0; t < terms.size(); ++t)
    x.col(main.cols() + static_cast<Eigen::Index>(t)) =
        x.col(static_cast<Eigen::Index>(terms[t].first))
            .cwiseProduct(x.col(static_cast<Eigen::Index>(terms[t].second)));
  const RegressionFit fit = weighted_least_squares(x, y, w);
  // (a - m)(b - n) = ab - n a - m b + mn.
  double intercept = fit.intercept;
  std::vector<double> slopes(fit.coefficients.data(), fit.coefficients.data() + main.cols());
  std::vector<PolynomialTerm> products;
  for (std::size_t j = 0; j < regressors.size(); ++j) intercept -= slopes[j] * centers[j];
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const auto& [a, b] = terms[t];
    const double coefficient = fit.coefficients[main.cols() + static_cast<Eigen::Index>(t)];
    slopes[a] -= coefficient * centers[b];
    slopes[b] -= coefficient * centers[a];
    intercept += coefficient * centers[a] * centers[b];
    if (a == b)
      products.push_back({coefficient, {factor_of(regressors[a], 2)}});
    else
      products.push_back({coefficient, {factor_of(regressors[a]), factor_of(regressors[b])}});
  }
  std::vector<PolynomialTerm> all;
  for (std::size_t j = 0; j < regressors.size(); ++j) all.push_back({slopes[j], {factor_of(regressors[j])}});
  all.insert(all.end(), products.begin(), products.end());
  return PolynomialFunction(data.inputs.size(), intercept, std::move(all));
}

}  // namespace equipoise::inline v0::detail
