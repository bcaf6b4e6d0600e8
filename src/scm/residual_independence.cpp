#include <equipoise/scm/residual_independence.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/scm/score_test.hpp>

namespace equipoise::inline v0 {
namespace detail {
namespace {

constexpr double least_people = 100;
constexpr int cause_cosines = 4;

/// Functions of the residual, each less the multiple of the residual that has the same mean derivative, so that errors
/// of the estimated mean do not move its correlations, to first order.
Eigen::MatrixXd residual_functions(const Eigen::VectorXd& r, const Eigen::VectorXd& weights) {
  Eigen::MatrixXd f(r.size(), 4), slope(r.size(), 4);
  const auto x = r.array();
  const Eigen::ArrayXd square = x.square(), bell = (-square / 2).exp();
  f.col(0) = (1 + square).log();
  slope.col(0) = 2 * x / (1 + square);
  f.col(1) = bell;
  slope.col(1) = -x * bell;
  f.col(2) = x.tanh();
  slope.col(2) = 1 - x.tanh().square();
  f.col(3) = x * bell;
  slope.col(3) = (1 - square) * bell;
  const double total = weights.sum();
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    f.col(k) -= weights.dot(slope.col(k)) / total * r;
    f.col(k).array() -= weights.dot(f.col(k)) / total;
  }
  return f;
}

Eigen::MatrixXd cause_functions(const VariableFeatures& cause, const Eigen::VectorXd& weights) {
  Eigen::MatrixXd g(cause.value.size(), cause_cosines + 1);
  g.col(0) = cause.normal_score();
  for (int k = 1; k <= cause_cosines; ++k) g.col(k) = cause.cosine(k);
  for (Eigen::Index k = 0; k < g.cols(); ++k) g.col(k).array() -= weights.dot(g.col(k)) / weights.sum();
  return g;
}

/// Sums of products of independent functions: their covariance is the product of the functions' own.
ScoreStatistic independence_statistic(const Eigen::MatrixXd& f, const Eigen::MatrixXd& g, const RowWeights& weights) {
  const Eigen::VectorXd w = weights.root.cwiseAbs2();
  const double total = w.sum();
  const Eigen::MatrixXd cross = f.transpose() * w.asDiagonal() * g;
  const Eigen::MatrixXd of_f = f.transpose() * w.asDiagonal() * f / total,
                        of_g = g.transpose() * w.asDiagonal() * g / total;
  Eigen::VectorXd sums(cross.size());
  Eigen::MatrixXd covariance(cross.size(), cross.size());
  const auto at = [&](Eigen::Index i, Eigen::Index j) { return i * g.cols() + j; };
  for (Eigen::Index i = 0; i < f.cols(); ++i)
    for (Eigen::Index j = 0; j < g.cols(); ++j) {
      sums[at(i, j)] = cross(i, j) / total * std::sqrt(weights.effective);
      for (Eigen::Index k = 0; k < f.cols(); ++k)
        for (Eigen::Index l = 0; l < g.cols(); ++l) covariance(at(i, j), at(k, l)) = of_f(i, k) * of_g(j, l);
    }
  return score_statistic(sums, covariance);
}

}  // namespace

ResidualIndependence residual_independence(const TestData& data, TestsGiven& tests, std::span<const std::size_t> causes,
                                           std::size_t effect) {
  ResidualIndependence result;
  result.by_cause.assign(causes.size(), 1);
  const VariableFeatures& features = data.features[effect];
  const FlexibleRegression& fit = tests.regression();
  const double left = data.weights.effective - static_cast<double>(fit.rank());
  if (features.has_levels || features.is_constant() || left < least_people) return result;
  const Eigen::VectorXd& root = data.weights.root;
  const Eigen::VectorXd w = root.cwiseAbs2();
  Eigen::VectorXd residual = fit.residuals(root.asDiagonal() * features.value);
  if (residual.squaredNorm() <= 1e-10 * w.sum()) return result;
  for (Eigen::Index i = 0; i < root.size(); ++i) residual[i] = root[i] > 0 ? residual[i] / root[i] : 0;
  residual /= std::sqrt(w.dot(residual.cwiseAbs2()) / w.sum());
  const Eigen::MatrixXd f = residual_functions(residual, w);
  std::vector<double> p_values;
  for (std::size_t c = 0; c < causes.size(); ++c) {
    const VariableFeatures& cause = data.features[causes[c]];
    if (cause.has_levels || cause.distinct <= static_cast<std::size_t>(cause_cosines)) continue;
    const Eigen::MatrixXd g = cause_functions(cause, w);
    const double parts[] = {independence_statistic(f.leftCols(2), g.leftCols(3), data.weights).p_value,
                            independence_statistic(f, g, data.weights).p_value};
    const double shares[] = {0.5, 0.5};
    p_values.push_back(result.by_cause[c] = combined_p_value(parts, shares));
  }
  if (p_values.empty()) return result;
  result.tested = true;
  result.p_value = combined_p_value(p_values, std::vector<double>(p_values.size(), 1.0));
  return result;
}

}  // namespace detail

ResidualIndependence residual_independence(const Table& table, std::span<const std::string> causes,
                                           std::string_view effect, const IndependenceOptions& options) {
  std::vector<std::string> names(causes.begin(), causes.end());
  names.emplace_back(effect);
  const detail::TestData data(table, names, options.seed);
  std::vector<std::size_t> places(causes.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  detail::TestsGiven tests(data, places);
  return detail::residual_independence(data, tests, places, causes.size());
}

}  // namespace equipoise::inline v0
