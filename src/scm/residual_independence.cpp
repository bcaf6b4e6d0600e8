#include <equipoise/scm/residual_independence.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/scm/score_test.hpp>

namespace equipoise::inline v0 {
namespace detail {
namespace {

constexpr double least_people = 100;
constexpr int cause_cosines = 4;
constexpr double all_explained = 1e-10;  // of a variance

/// Functions of the residual, each less the multiple of the residual that has the same mean derivative, so that errors
/// of the estimated mean do not move its correlations, to first order. The last is the score of its density, where that
/// is estimated: what remains of it says that the noise is not normal.
Eigen::MatrixXd residual_functions(const Eigen::VectorXd& r, const Eigen::VectorXd& weights, bool with_score) {
  Eigen::MatrixXd f(r.size(), with_score ? 5 : 4);
  Eigen::VectorXd slope(f.cols());
  const double total = weights.sum();
  const auto set = [&](Eigen::Index k, const Eigen::ArrayXd& values, const Eigen::ArrayXd& derivative) {
    f.col(k) = values;
    slope[k] = weights.dot(derivative.matrix()) / total;
  };
  const auto x = r.array();
  const Eigen::ArrayXd square = x.square(), bell = (-square / 2).exp();
  set(0, (1 + square).log(), 2 * x / (1 + square));
  set(1, bell, -x * bell);
  set(2, x.tanh(), 1 - x.tanh().square());
  set(3, x * bell, (1 - square) * bell);
  if (with_score) {
    EstimatedScore score = estimated_score(r, weights);
    f.col(4) = std::move(score.values);
    slope[4] = score.mean_slope;
  }
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    f.col(k) -= slope[k] * r;
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

/// The score of the density of what the other causes leave of a cause, as far as they act one by one; no column where
/// they leave nothing.
Eigen::MatrixXd cause_score(const TestData& data, std::span<const std::size_t> causes, std::size_t cause) {
  const Eigen::VectorXd& root = data.weights.root;
  if (!can_estimate_score(data.features[cause], data.weights)) return {};
  std::vector<Eigen::MatrixXd> blocks{Eigen::MatrixXd(root)};
  for (const std::size_t other : causes) {
    const VariableFeatures& known = data.features[other];
    if (other == cause || known.is_constant()) continue;
    Eigen::MatrixXd block = known.has_levels ? known.indicators : Eigen::MatrixXd(root.size(), 3);
    if (!known.has_levels) block << known.value, known.cosine(1), known.cosine(2);
    blocks.push_back(root.asDiagonal() * block);
  }
  Eigen::MatrixXd left = root.asDiagonal() * data.features[cause].value;
  project_out(blocks, left);
  const Eigen::VectorXd w = root.cwiseAbs2();
  if (left.squaredNorm() <= all_explained * w.sum()) return {};
  for (Eigen::Index i = 0; i < root.size(); ++i) left(i, 0) = root[i] > 0 ? left(i, 0) / root[i] : 0;
  Eigen::VectorXd score = estimated_score(left.col(0), w).values;
  score.array() -= w.dot(score) / w.sum();
  return score;
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
  if (residual.squaredNorm() <= all_explained * w.sum()) return result;
  // A row of large leverage has a residual that is too small.
  for (Eigen::Index i = 0; i < root.size(); ++i)
    residual[i] = root[i] > 0 ? residual[i] / (root[i] * std::sqrt(std::max(1e-6, 1 - fit.leverage()[i]))) : 0;
  residual.array() -= w.dot(residual) / w.sum();
  residual /= std::sqrt(w.dot(residual.cwiseAbs2()) / w.sum());
  const Eigen::MatrixXd f = residual_functions(residual, w, can_estimate_score(features, data.weights));
  std::vector<double> p_values;
  for (std::size_t c = 0; c < causes.size(); ++c) {
    const VariableFeatures& cause = data.features[causes[c]];
    if (cause.has_levels || cause.distinct <= static_cast<std::size_t>(cause_cosines)) continue;
    const Eigen::MatrixXd g = cause_functions(cause, w), score = cause_score(data, causes, causes[c]);
    std::vector<double> parts, shares;
    const auto add = [&](const Eigen::MatrixXd& of_residual, const Eigen::MatrixXd& of_cause, double share) {
      if (of_residual.cols() == 0 || of_cause.cols() == 0) return;
      parts.push_back(independence_statistic(of_residual, of_cause, data.weights).p_value);
      shares.push_back(share);
    };
    add(f.leftCols(2), g.leftCols(3), 0.25);
    add(f, g, 0.25);
    add(f.rightCols(f.cols() - 4), score, 0.25);
    add(f, score, 0.25);
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
