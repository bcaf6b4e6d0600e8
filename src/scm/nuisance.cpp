#include <equipoise/scm/nuisance.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/scm/regression.hpp>

namespace equipoise::inline v0 {
namespace {

using Index = Eigen::Index;

/// One covariate's columns.
struct Covariate {
  Eigen::MatrixXd main;  ///< rows x 1 for a number, or a column a level but the most frequent
  Eigen::MatrixXd bent;  ///< the spline beyond its straight part; no column for levels
};

Eigen::MatrixXd level_columns(const Column& column, std::span<const double> weights) {
  std::vector<double> people(column.levels.size());
  for (std::size_t row = 0; row < column.values.size(); ++row)
    people[static_cast<std::size_t>(column.values[row])] += weights[row];
  const auto reference = static_cast<std::size_t>(std::max_element(people.begin(), people.end()) - people.begin());
  std::vector<Index> column_of(people.size(), -1);
  Index columns = 0;
  for (std::size_t level = 0; level < people.size(); ++level)
    if (level != reference && people[level] > 0) column_of[level] = columns++;
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(static_cast<Index>(column.values.size()), columns);
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    const Index at = column_of[static_cast<std::size_t>(column.values[row])];
    if (at >= 0) result(static_cast<Index>(row), at) = 1;
  }
  return result;
}

/// The distinct ones of five knots; fewer than three bend nothing.
std::vector<double> spline_knots(std::span<const double> values, std::span<const double> weights) {
  constexpr std::array quantiles{0.05, 0.275, 0.5, 0.725, 0.95};
  std::vector<double> knots;
  for (const double at : quantiles) {
    const double knot = weighted_quantile(values, weights, at);
    if (knots.empty() || knot > knots.back()) knots.push_back(knot);
  }
  return knots;
}

/// The natural cubic spline's columns beyond the straight line (Hastie et al. 2009, equations 5.4 and 5.5).
Eigen::MatrixXd bent_columns(const Eigen::VectorXd& x, const std::vector<double>& knots) {
  if (knots.size() < 3) return Eigen::MatrixXd(x.size(), 0);
  const double last = knots.back();
  const auto cubed = [](double value) { return value > 0 ? value * value * value : 0.0; };
  const auto truncated = [&](double value, double knot) {
    return (cubed(value - knot) - cubed(value - last)) / (last - knot);
  };
  Eigen::MatrixXd result(x.size(), static_cast<Index>(knots.size()) - 2);
  for (Index j = 0; j < result.cols(); ++j)
    for (Index row = 0; row < x.size(); ++row)
      result(row, j) =
          truncated(x[row], knots[static_cast<std::size_t>(j)]) - truncated(x[row], knots[knots.size() - 2]);
  return result;
}

Covariate covariate_columns(const Column& column, std::span<const double> weights) {
  check_fitted_column(column);
  const auto rows = static_cast<Index>(column.values.size());
  if (column.has_levels()) return {level_columns(column, weights), Eigen::MatrixXd(rows, 0)};
  const double mean = weighted_mean(column.values, weights),
               deviation = std::sqrt(weighted_variance(column.values, weights));
  std::vector<double> standard(column.values);
  for (double& value : standard) value = deviation > 0 ? (value - mean) / deviation : 0;
  const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(standard.data(), rows);
  return {x, bent_columns(x, spline_knots(standard, weights))};
}

Eigen::MatrixXd side_by_side(const std::vector<Eigen::MatrixXd>& parts, Index rows) {
  Index columns = 0;
  for (const auto& part : parts) columns += part.cols();
  Eigen::MatrixXd result(rows, columns);
  Index at = 0;
  for (const auto& part : parts) {
    result.middleCols(at, part.cols()) = part;
    at += part.cols();
  }
  return result;
}

/// Products of the main columns of two covariates, pair by pair while they fit.
std::vector<Eigen::MatrixXd> product_columns(const std::vector<Covariate>& covariates, Index most_columns) {
  struct Pair {
    std::size_t a, b;
    Index columns;
  };
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < covariates.size(); ++a)
    for (std::size_t b = a + 1; b < covariates.size(); ++b)
      pairs.push_back({a, b, covariates[a].main.cols() * covariates[b].main.cols()});
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& p, const Pair& q) { return p.columns < q.columns; });
  std::vector<Eigen::MatrixXd> products;
  for (const Pair& pair : pairs) {
    if (pair.columns > most_columns) break;
    most_columns -= pair.columns;
    const Eigen::MatrixXd &first = covariates[pair.a].main, &second = covariates[pair.b].main;
    Eigen::MatrixXd product(first.rows(), pair.columns);
    for (Index i = 0; i < first.cols(); ++i)
      for (Index j = 0; j < second.cols(); ++j)
        product.col(i * second.cols() + j) = first.col(i).cwiseProduct(second.col(j));
    products.push_back(std::move(product));
  }
  return products;
}

constexpr double ridge = 1;  // of one person's worth

/// Least squares of weighted rows with the ridge on standardised columns, and its prediction.
class RidgeFit {
 public:
  RidgeFit(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& weights)
      : means_(x.transpose() * weights / weights.sum()), coefficients_(Eigen::VectorXd::Zero(x.cols())) {
    const double total = weights.sum();
    intercept_ = weights.dot(y) / total;
    if (x.cols() == 0) return;
    Eigen::MatrixXd z = x.rowwise() - means_.transpose();
    const Eigen::VectorXd squares = z.cwiseAbs2().transpose() * weights / total;
    const Eigen::VectorXd scales = (squares.array() > 1e-24).select(squares.array().sqrt(), 1.0);
    z.array().rowwise() /= scales.transpose().array();
    const Eigen::MatrixXd weighted = weights.asDiagonal() * z;
    Eigen::MatrixXd gram = z.transpose() * weighted;
    gram.diagonal().array() += ridge;
    coefficients_ = solve_spd(gram, weighted.transpose() * (y.array() - intercept_).matrix());
    coefficients_.array() /= scales.array();
  }
  Eigen::MatrixXd predict(const Eigen::MatrixXd& x) const {
    return ((x.rowwise() - means_.transpose()) * coefficients_).array() + intercept_;
  }

 private:
  double intercept_ = 0;
  Eigen::VectorXd means_, coefficients_;
};

Eigen::MatrixXd class_probabilities(const LogisticFit& fit, const Eigen::MatrixXd& x) {
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(x.rows(), fit.intercepts.size() + 1);
  scores.rightCols(fit.intercepts.size()) = (x * fit.coefficients).rowwise() + fit.intercepts.transpose();
  scores.colwise() -= scores.rowwise().maxCoeff().eval();
  scores = scores.array().exp();
  scores.array().colwise() /= scores.rowwise().sum().eval().array();
  return scores;
}

/// Rows of a matrix, copied.
Eigen::MatrixXd rows_of(const Eigen::MatrixXd& matrix, const std::vector<Index>& rows) {
  return matrix(rows, Eigen::all);
}

/// Fits the rows outside a fold and predicts those inside it.
void fit_fold(const Eigen::MatrixXd& columns, const NuisanceTarget& target, const std::vector<std::uint32_t>& fold_of,
              std::uint32_t fold, Eigen::MatrixXd& predictions) {
  std::vector<Index> fitted, predicted;
  for (Index row = 0; row < columns.rows(); ++row) {
    if (fold_of[static_cast<std::size_t>(row)] == fold)
      predicted.push_back(row);
    else if (target.weights[row] > 0)
      fitted.push_back(row);
  }
  if (predicted.empty()) return;
  assert(!fitted.empty());
  const Eigen::MatrixXd x = rows_of(columns, fitted), seen = rows_of(columns, predicted);
  const Eigen::VectorXd y = target.values(fitted), weights = target.weights(fitted);
  Eigen::MatrixXd found;
  if (target.classes == 0) {
    found = RidgeFit(x, y, weights).predict(seen);
  } else {
    Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(x.rows(), static_cast<Index>(target.classes));
    for (Index row = 0; row < x.rows(); ++row) counts(row, static_cast<Index>(y[row])) = weights[row];
    constexpr LogisticOptions options{.ridge = ridge, .gradient_tolerance = 1e-6, .max_iterations = 200};
    found = class_probabilities(multinomial_logistic(x, counts, options), seen);
  }
  for (std::size_t i = 0; i < predicted.size(); ++i) predictions.row(predicted[i]) = found.row(static_cast<Index>(i));
}

/// Weighted loss of predictions: squared error, or minus the log-likelihood.
double held_out_loss(const NuisanceTarget& target, const Eigen::MatrixXd& predictions) {
  constexpr double least = 1e-12;  // of a probability, lest one surprise be infinite
  double loss = 0;
  for (Index row = 0; row < predictions.rows(); ++row) {
    if (target.weights[row] == 0) continue;
    const double value = target.values[row];
    const double error = target.classes == 0 ? predictions(row, 0) - value : 0;
    loss +=
        target.weights[row] *
        (target.classes == 0 ? error * error : -std::log(std::max(least, predictions(row, static_cast<Index>(value)))));
  }
  return loss;
}

}  // namespace

NuisanceDesigns nuisance_designs(const Table& table, std::span<const std::string> covariates,
                                 std::size_t most_columns) {
  const auto rows = static_cast<Index>(table.rows());
  std::vector<Covariate> parts;
  for (const std::string& name : covariates) parts.push_back(covariate_columns(table.column(name), table.weights()));
  std::vector<Eigen::MatrixXd> columns;
  for (const Covariate& each : parts) columns.push_back(each.main);
  NuisanceDesigns designs{{NuisanceFamily::main_effects}, {side_by_side(columns, rows)}};
  const auto offer = [&](NuisanceFamily family, std::vector<Eigen::MatrixXd> more) {
    columns.insert(columns.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    Eigen::MatrixXd design = side_by_side(columns, rows);
    if (design.cols() == designs.columns.back().cols()) return;
    designs.families.push_back(family);
    designs.columns.push_back(std::move(design));
  };
  std::vector<Eigen::MatrixXd> bent;
  for (Covariate& each : parts) bent.push_back(std::move(each.bent));
  offer(NuisanceFamily::splines, std::move(bent));
  offer(NuisanceFamily::interactions, product_columns(parts, static_cast<Index>(most_columns)));
  return designs;
}

NuisanceFit cross_fit(const NuisanceDesigns& designs, const NuisanceTarget& target,
                      std::span<const std::vector<std::uint32_t>> folds, Parallelism parallelism) {
  assert(!designs.columns.empty() && !folds.empty());
  const Index rows = designs.columns.front().rows();
  const auto outputs = static_cast<Index>(std::max<std::size_t>(1, target.classes));
  const std::uint32_t fold_count = *std::max_element(folds[0].begin(), folds[0].end()) + 1;
  const auto fit_split = [&](std::size_t family, std::size_t split) {
    Eigen::MatrixXd predictions = Eigen::MatrixXd::Zero(rows, outputs);
    parallel_for(fold_count, parallelism, [&](std::size_t fold) {
      fit_fold(designs.columns[family], target, folds[split], static_cast<std::uint32_t>(fold), predictions);
    });
    return predictions;
  };
  NuisanceFit result;
  std::size_t chosen = 0;
  double least_loss = std::numeric_limits<double>::infinity();
  result.predictions.resize(1);
  for (std::size_t family = 0; family < designs.families.size(); ++family) {
    Eigen::MatrixXd predictions = fit_split(family, 0);
    const double loss = held_out_loss(target, predictions);
    if (loss >= least_loss) continue;
    least_loss = loss;
    chosen = family;
    result.predictions[0] = std::move(predictions);
  }
  result.family = designs.families[chosen];
  for (std::size_t split = 1; split < folds.size(); ++split) result.predictions.push_back(fit_split(chosen, split));
  return result;
}

}  // namespace equipoise::inline v0
