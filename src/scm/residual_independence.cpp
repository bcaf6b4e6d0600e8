#include <equipoise/scm/residual_independence.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/scm/score_test.hpp>

namespace equipoise::inline v0 {
namespace detail {
namespace {

constexpr double least_people = 100;
constexpr int cause_cosines = 4;
constexpr Eigen::Index most_modifiers = 4;
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

double weighted_mean(const Eigen::VectorXd& weights, const Eigen::ArrayXd& values) {
  return weights.dot(values.matrix()) / weights.sum();
}

/// Products of cos(rate y) and sin(rate y) with h, y the sum of a mean m and a residual e: each less its mean over all
/// residuals with this row's m and h, and over all m and h with this row's residual; and less the part of it that an
/// error of m moves by.
Eigen::MatrixXd wave_products(const Eigen::VectorXd& y, const Eigen::VectorXd& e, const Eigen::ArrayXd& h, double rate,
                              const Eigen::VectorXd& weights) {
  const Eigen::ArrayXd angle = rate * e.array(), of_mean = rate * (y - e).array();
  Eigen::ArrayXd cosine = angle.cos(), sine = angle.sin();
  const double mean_cosine = weighted_mean(weights, cosine), mean_sine = weighted_mean(weights, sine);
  cosine += mean_sine * angle - mean_cosine;
  sine -= mean_cosine * angle + mean_sine;
  Eigen::ArrayXd even = h * of_mean.cos(), odd = h * of_mean.sin();
  even -= weighted_mean(weights, even);
  odd -= weighted_mean(weights, odd);
  Eigen::MatrixXd products(y.size(), 2);
  products.col(0) = (even * cosine - odd * sine).matrix();
  products.col(1) = (odd * cosine + even * sine).matrix();
  return products;
}

/// Functions of a cause's own causes by which an effect on it may differ.
Eigen::MatrixXd modifiers(const TestData& data, std::span<const std::size_t> causes) {
  Eigen::MatrixXd columns(data.weights.root.size(), most_modifiers);
  Eigen::Index used = 0;
  for (const std::size_t v : causes) {
    const VariableFeatures& features = data.features[v];
    if (features.is_constant()) continue;
    const Eigen::MatrixXd own = features.has_levels ? features.indicators : Eigen::MatrixXd(features.cosine(1));
    for (Eigen::Index j = 0; j < own.cols() && used < most_modifiers; ++j) columns.col(used++) = own.col(j);
  }
  return columns.leftCols(used);
}

/// Sums of columns that are 0 in the mean, against the variance between people.
ScoreStatistic sum_statistic(const Eigen::MatrixXd& columns, const RowWeights& weights) {
  const Eigen::VectorXd w = weights.root.cwiseAbs2();
  const double total = w.sum();
  const Eigen::VectorXd mean = columns.transpose() * w / total;
  const Eigen::MatrixXd about = columns.rowwise() - mean.transpose();
  const Eigen::MatrixXd covariance = about.transpose() * w.asDiagonal() * about / total;
  return score_statistic(mean * std::sqrt(weights.effective), covariance, weights.effective - 1);
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

/// p-values of parts, and their shares in the whole.
class Parts {
 public:
  void add(double share, const ScoreStatistic& part) {
    if (part.degrees_of_freedom > 0) add(share, part.p_value);
  }
  void add(double share, double p_value) {
    p_values_.push_back(p_value);
    shares_.push_back(share);
  }
  bool empty() const { return p_values_.empty(); }
  double p_value() const { return p_values_.empty() ? 1 : combined_p_value(p_values_, shares_); }

 private:
  std::vector<double> p_values_, shares_;
};

Parts turned_round_parts(const TestData& data, const NodeNoise& effect, const NodeNoise& cause) {
  const Eigen::VectorXd& y = data.features[effect.variable].value;
  const Eigen::VectorXd w = data.weights.root.cwiseAbs2();
  const Eigen::MatrixXd by = modifiers(data, cause.causes);
  Eigen::MatrixXd waves(y.size(), 4 + 2 * by.cols());
  waves.leftCols(2) = wave_products(y, effect.residual, cause.score.array(), 1, w);
  waves.middleCols(2, 2) = wave_products(y, effect.residual, cause.score.array(), 2, w);
  for (Eigen::Index j = 0; j < by.cols(); ++j)
    waves.middleCols(4 + 2 * j, 2) = wave_products(y, effect.residual, cause.score.array() * by.col(j).array(), 1, w);
  Parts parts;
  parts.add(0.5, sum_statistic(waves.leftCols(2), data.weights));
  parts.add(0.2, sum_statistic(waves.leftCols(4), data.weights));
  if (by.cols() > 0) parts.add(0.1, sum_statistic(waves, data.weights));
  return parts;
}

}  // namespace

NodeNoise node_noise(const TestData& data, TestsGiven& tests, std::vector<std::size_t> causes, std::size_t variable) {
  NodeNoise noise{.variable = variable, .causes = std::move(causes)};
  const VariableFeatures& features = data.features[variable];
  if (features.has_levels || features.is_constant()) return noise;
  const FlexibleRegression& fit = tests.regression();
  if (data.weights.effective - static_cast<double>(fit.rank()) < least_people) return noise;
  const Eigen::VectorXd& root = data.weights.root;
  const Eigen::VectorXd w = root.cwiseAbs2();
  Eigen::VectorXd residual = fit.residuals(root.asDiagonal() * features.value);
  if (residual.squaredNorm() <= all_explained * w.sum()) return noise;
  // A row of large leverage has a residual that is too small.
  for (Eigen::Index i = 0; i < root.size(); ++i)
    residual[i] = root[i] > 0 ? residual[i] / (root[i] * std::sqrt(std::max(1e-6, 1 - fit.leverage()[i]))) : 0;
  residual.array() -= weighted_mean(w, residual.array());
  noise.score = can_estimate_score(features, data.weights) ? estimated_score(residual, w).values : residual;
  noise.score.array() -= weighted_mean(w, noise.score.array());
  noise.residual = std::move(residual);
  return noise;
}

ResidualIndependence residual_independence(const TestData& data, const NodeNoise& effect,
                                           std::span<const NodeNoise* const> causes) {
  ResidualIndependence result;
  result.by_cause.assign(causes.size(), 1);
  result.turned_round.assign(causes.size(), 1);
  if (effect.residual.size() == 0) return result;
  const Eigen::VectorXd w = data.weights.root.cwiseAbs2();
  const bool with_score = can_estimate_score(data.features[effect.variable], data.weights);
  const double deviation = std::sqrt(weighted_mean(w, effect.residual.array().square()));
  const Eigen::MatrixXd f = residual_functions(effect.residual / deviation, w, with_score);
  Parts whole;
  for (std::size_t c = 0; c < causes.size(); ++c) {
    const VariableFeatures& cause = data.features[causes[c]->variable];
    if (cause.has_levels || cause.distinct <= static_cast<std::size_t>(cause_cosines)) continue;
    const Eigen::MatrixXd g = cause_functions(cause, w);
    Parts independent, of_cause;
    independent.add(0.5, independence_statistic(f.leftCols(2), g.leftCols(3), data.weights));
    independent.add(0.5, independence_statistic(f, g, data.weights));
    of_cause.add(0.2, result.by_cause[c] = independent.p_value());
    if (causes[c]->residual.size() > 0) {
      Parts turned = turned_round_parts(data, effect, *causes[c]);
      if (with_score) turned.add(0.2, independence_statistic(f.rightCols(1), causes[c]->score, data.weights));
      of_cause.add(0.8, result.turned_round[c] = turned.p_value());
    }
    whole.add(1, of_cause.p_value());
  }
  if (whole.empty()) return result;
  result.tested = true;
  result.p_value = whole.p_value();
  return result;
}

}  // namespace detail

ResidualIndependence residual_independence(const Table& table, std::span<const std::string> causes,
                                           std::string_view effect, const IndependenceOptions& options) {
  std::vector<std::string> names(causes.begin(), causes.end());
  names.emplace_back(effect);
  const detail::TestData data(table, names, options.seed);
  const auto noise_given = [&](std::size_t variable) {
    std::vector<std::size_t> others;
    for (std::size_t c = 0; c < causes.size(); ++c)
      if (c != variable) others.push_back(c);
    detail::TestsGiven tests(data, others);
    return detail::node_noise(data, tests, others, variable);
  };
  std::vector<detail::NodeNoise> noises;
  for (std::size_t v = 0; v < names.size(); ++v) noises.push_back(noise_given(v));
  std::vector<const detail::NodeNoise*> of_causes;
  for (std::size_t c = 0; c < causes.size(); ++c) of_causes.push_back(&noises[c]);
  return detail::residual_independence(data, noises.back(), of_causes);
}

}  // namespace equipoise::inline v0
