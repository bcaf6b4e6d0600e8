#include <equipoise/scm/residual_products.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/multiple_testing.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/scm/contingency_test.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr int test_cosines = 5;                 // of a rank, in a test
constexpr Eigen::Index most_value_columns = 8;  // of levels, the most frequent
constexpr Eigen::Index most_interactions = 8;
constexpr double all_explained = 1e-10;  // of a variance, that rounding leaves of what is a function of the given

std::vector<VariableFeatures> features_of(std::span<const Column* const> columns, std::span<const double> weights) {
  std::vector<VariableFeatures> features;
  for (const Column* column : columns) features.push_back(variable_features(*column, weights));
  return features;
}

std::vector<const Column*> columns_of(const Table& table, std::span<const std::string> names) {
  if (table.rows() == 0) throw Error(ErrorCode::table_empty, "", "a table without rows", "rows to test");
  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    columns.push_back(&table.column(name));
    check_fitted_column(*columns.back());
  }
  return columns;
}

}  // namespace

TestData::TestData(const Table& of_table, std::span<const std::string> names, std::uint64_t random_seed)
    : table(of_table),
      columns(columns_of(of_table, names)),
      features(features_of(columns, of_table.weights())),
      weights(of_table.weights(), of_table.weights_are_counts()),
      seed(random_seed) {}

std::string note_of_fixed(const TestData& data, std::size_t column) {
  return "'" + data.columns[column]->name +
         (data.features[column].is_constant() ? "' is constant" : "' is fixed by what is given");
}

bool can_estimate_score(const VariableFeatures& features, const RowWeights& weights) {
  constexpr double few_people = 500;
  constexpr std::size_t few_values = 10;
  return !features.has_levels && weights.effective >= few_people && features.distinct > few_values;
}

EstimatedScore estimated_score(const Eigen::VectorXd& values, const Eigen::VectorXd& weights) {
  constexpr std::array<double, 9> at = {0.01, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.99};
  constexpr double ridge = 1e-3;
  const std::span<const double> x(values.data(), static_cast<std::size_t>(values.size()));
  const std::span<const double> w(weights.data(), x.size());
  const double total = weights.sum();
  const double deviation = std::sqrt(weights.dot(values.cwiseAbs2()) / total);
  std::vector<double> steps;
  for (const double p : at) steps.push_back(weighted_quantile(x, w, p));
  const double width = std::max(1e-3 * deviation, (steps[6] - steps[2]) / 4);
  // Of functions b with derivatives b', psi = b' E[b b']^-1 E[b'].
  const auto count = static_cast<Eigen::Index>(at.size()) + 1;
  Eigen::MatrixXd b(values.size(), count);
  Eigen::VectorXd slope(count);
  b.col(0) = values / deviation;
  slope[0] = 1;
  for (Eigen::Index k = 1; k < count; ++k) {
    b.col(k) = ((values.array() - steps[static_cast<std::size_t>(k) - 1]) / width).tanh();
    slope[k] = deviation / width * weights.dot((1 - b.col(k).array().square()).matrix()) / total;
    b.col(k).array() -= weights.dot(b.col(k)) / total;
  }
  Eigen::MatrixXd products = b.transpose() * weights.asDiagonal() * b / total;
  products.diagonal().array() += ridge;
  const Eigen::VectorXd coefficients = solve_spd(products, slope);
  return {b * coefficients, coefficients.dot(slope) / deviation};
}

TestsGiven::TestsGiven(const TestData& data, std::vector<std::size_t> given) : data_(data), given_(std::move(given)) {}

const FlexibleRegression& TestsGiven::regression() {
  if (!regression_) {
    std::vector<const VariableFeatures*> known;
    for (const std::size_t v : given_) known.push_back(&data_.features[v]);
    regression_.emplace(known, data_.weights, data_.seed);
    const Eigen::VectorXd& root = data_.weights.root;
    per_person_.resize(root.size());
    for (Eigen::Index i = 0; i < root.size(); ++i) {
      const double left = std::max(1e-6, 1 - regression_->leverage()[i]);
      per_person_[i] = root[i] > 0 ? 1 / ((data_.weights.are_counts ? root[i] : 1) * std::sqrt(left)) : 0;
    }
  }
  return *regression_;
}

bool TestsGiven::all_have_levels(std::size_t a, std::size_t b) const {
  const auto levels = [&](std::size_t v) { return data_.columns[v]->has_levels(); };
  return levels(a) && levels(b) && std::all_of(given_.begin(), given_.end(), levels);
}

Eigen::MatrixXd TestsGiven::interactions_of(const VariableFeatures& features) const {
  const auto main = [](const VariableFeatures& each) -> Eigen::MatrixXd {
    return each.has_levels ? each.indicators : Eigen::MatrixXd(each.cosine(1));
  };
  const Eigen::MatrixXd own = main(features);
  Eigen::MatrixXd products(own.rows(), most_interactions);
  Eigen::Index used = 0;
  for (const std::size_t g : given_) {
    if (data_.features[g].is_constant()) continue;
    const Eigen::MatrixXd known = main(data_.features[g]);
    for (Eigen::Index i = 0; i < own.cols(); ++i)
      for (Eigen::Index j = 0; j < known.cols() && used < most_interactions; ++j)
        products.col(used++) = own.col(i).cwiseProduct(known.col(j));
  }
  return products.leftCols(used);
}

const TestsGiven::Residuals& TestsGiven::residuals_of(std::size_t variable) {
  const auto known = residuals_.find(variable);
  if (known != residuals_.end()) return known->second;
  const VariableFeatures& features = data_.features[variable];
  const Eigen::VectorXd& root = data_.weights.root;
  const FlexibleRegression& fit = regression();
  const auto left_of = [&](const Eigen::MatrixXd& values) { return fit.residuals(root.asDiagonal() * values); };
  Residuals result;
  const Eigen::MatrixXd value =
      features.has_levels ? features.indicators.leftCols(std::min(most_value_columns, features.indicators.cols()))
                          : Eigen::MatrixXd(features.value);
  result.value = left_of(value);
  result.explained =
      features.is_constant() || result.value.squaredNorm() <= all_explained * (root.asDiagonal() * value).squaredNorm();
  result.interactions = left_of(interactions_of(features));
  if (!features.has_levels && features.distinct > 3 && !result.explained) {
    Eigen::MatrixXd cosines(root.size(), test_cosines);
    for (int k = 1; k <= test_cosines; ++k) cosines.col(k - 1) = features.cosine(k);
    result.cosines = left_of(cosines);
    Eigen::VectorXd residual = result.value.col(0);
    for (Eigen::Index i = 0; i < root.size(); ++i) residual[i] = root[i] > 0 ? residual[i] / root[i] : 0;
    result.size = left_of(residual.cwiseAbs());
    if (can_estimate_score(features, data_.weights))
      result.score = left_of(estimated_score(residual, root.cwiseAbs2()).values);
  }
  return residuals_.emplace(variable, std::move(result)).first->second;
}

void TestsGiven::add_part(IndependenceTest& test, const char* name, double weight, const Eigen::MatrixXd& of_other,
                          const Eigen::MatrixXd& of_target) {
  if (of_other.cols() == 0 || of_target.cols() == 0) return;
  Eigen::MatrixXd products(of_other.rows(), of_other.cols() * of_target.cols());
  for (Eigen::Index i = 0; i < of_other.cols(); ++i)
    for (Eigen::Index j = 0; j < of_target.cols(); ++j)
      products.col(i * of_target.cols() + j) = of_other.col(i).cwiseProduct(of_target.col(j));
  const Eigen::VectorXd sums = products.colwise().sum();
  products = per_person_.asDiagonal() * products;
  Eigen::MatrixXd covariance(products.cols(), products.cols());
  covariance.noalias() = products.transpose() * products;
  const double degrees = data_.weights.effective - static_cast<double>(regression().rank());
  const ScoreStatistic score = score_statistic(sums, covariance, degrees);
  if (score.degrees_of_freedom > 0)
    test.parts.push_back({name, score.statistic, score.degrees_of_freedom, score.p_value, weight});
}

void TestsGiven::add_direction(IndependenceTest& test, const Residuals& other, const Residuals& target, double share) {
  const auto beside = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    Eigen::MatrixXd both(a.rows(), a.cols() + b.cols());
    both << a, b;
    return both;
  };
  const bool has_score = target.score.cols() > 0;
  const Eigen::MatrixXd& best = has_score ? target.score : target.value;
  if (has_score) add_part(test, "value by score", 0.25 * share, other.value, target.score);
  if (other.cosines.cols() > 0)
    add_part(test, "functions of the value", 0.15 * share, beside(other.value, other.cosines), best);
  if (other.interactions.cols() > 0)
    add_part(test, "interactions", 0.15 * share, beside(other.value, other.interactions), best);
  if (target.size.cols() > 0)
    add_part(test, "spread", 0.1 * share,
             other.cosines.cols() > 0 ? Eigen::MatrixXd(other.cosines.leftCols(2)) : other.value, target.size);
}

IndependenceTest TestsGiven::residual_products(std::size_t other, std::size_t target, bool both_ways) {
  IndependenceTest test{.method = "products of residuals", .people = data_.weights.effective};
  const Residuals &of_other = residuals_of(other), &of_target = residuals_of(target);
  if (of_other.explained || of_target.explained) {
    const std::size_t fixed = of_other.explained ? other : target;
    test.note = note_of_fixed(data_, fixed);
    return test;
  }
  add_part(test, "value by value", 0.35, of_other.value, of_target.value);
  add_direction(test, of_other, of_target, both_ways ? 0.5 : 1);
  if (both_ways) add_direction(test, of_target, of_other, 0.5);
  if (test.parts.empty()) {
    test.note = "too few rows for what is given";
    return test;
  }
  std::vector<double> p_values, weights;
  for (const TestPart& part : test.parts) {
    p_values.push_back(part.p_value);
    weights.push_back(part.weight);
  }
  test.p_value = combined_p_value(p_values, weights);
  return test;
}

IndependenceTest TestsGiven::strata(std::size_t a, std::size_t b, bool common) const {
  // Weights that are no counts stand for fewer people than they add up to.
  const std::span<const double> held = data_.table.weights();
  std::vector<double> weights(held.begin(), held.end());
  if (!data_.weights.are_counts)
    for (double& weight : weights) weight *= data_.weights.effective / data_.weights.root.squaredNorm();
  std::vector<std::span<const double>> given;
  for (const std::size_t v : given_) given.emplace_back(data_.columns[v]->values);
  const auto tables = contingency_tables(data_.columns[a]->values, data_.columns[b]->values, given, weights);
  const bool filled = is_well_filled(tables);
  IndependenceTest test{.method = filled ? "G-test" : "chi-square with exact moments",
                        .people = data_.weights.effective};
  const auto add = [&](const char* name, double weight, const ScoreStatistic& score) {
    if (score.degrees_of_freedom > 0)
      test.parts.push_back({name, score.statistic, score.degrees_of_freedom, score.p_value, weight});
  };
  add("within strata", 0.6, filled ? g_statistic(tables) : pearson_statistic(tables));
  if (test.parts.empty()) {
    test.note = "no stratum shows several levels of both";
    return test;
  }
  test.p_value = test.parts[0].p_value;
  if (!common || tables.size() < 2) return test;
  const auto places = [](const VariableFeatures& features, const Column& column, std::size_t& count) {
    count = std::min<std::size_t>(most_value_columns, features.distinct - 1);
    std::vector<std::size_t> place(column.levels.size(), count);
    for (std::size_t k = 0; k < count; ++k) {
      Eigen::Index row = 0;
      features.indicators.col(static_cast<Eigen::Index>(k)).maxCoeff(&row);
      place[static_cast<std::size_t>(column.values[static_cast<std::size_t>(row)])] = k;
    }
    return place;
  };
  std::size_t rows = 0, columns = 0;
  const auto row_place = places(data_.features[a], *data_.columns[a], rows);
  const auto column_place = places(data_.features[b], *data_.columns[b], columns);
  add("the same in all strata", 0.4, common_association(tables, row_place, rows, column_place, columns));
  if (test.parts.size() > 1) {
    const double p_values[] = {test.parts[0].p_value, test.parts[1].p_value}, shares[] = {0.6, 0.4};
    test.p_value = combined_p_value(p_values, shares);
    test.method += " and common association";
  }
  return test;
}

IndependenceTest TestsGiven::test(std::size_t other, std::size_t target, bool both_ways) {
  return all_have_levels(other, target) ? strata(other, target, true) : residual_products(other, target, both_ways);
}

}  // namespace equipoise::inline v0::detail
