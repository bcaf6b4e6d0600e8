#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

#include <equipoise/scm/flexible_regression.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

struct Drawn {
  std::vector<VariableFeatures> features;
  Eigen::VectorXd x, y;
  std::vector<double> weights;

  Drawn() : x(4000), y(4000), weights(4000, 1.0) {
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      x[i] = normal(random);
      y[i] = normal(random);
    }
    for (const Eigen::VectorXd* each : {&x, &y}) features.push_back(number_features({each->data(), 4000}, weights));
  }
  std::vector<const VariableFeatures*> given() const { return {&features[0], &features[1]}; }
};

}  // namespace

TEST_CASE("functions of one variable, and of two together, are all but explained") {
  const Drawn drawn;
  const FlexibleRegression fit(drawn.given(), RowWeights(drawn.weights, true), 1);
  const auto unexplained = [&](auto f) {
    Eigen::VectorXd values(4000);
    for (Eigen::Index i = 0; i < 4000; ++i) values[i] = f(drawn.x[i], drawn.y[i]);
    values.array() -= values.mean();
    return fit.residuals(values).squaredNorm() / values.squaredNorm();
  };
  CHECK(unexplained([](double x, double y) { return 3 * x - y; }) < 1e-12);
  CHECK(unexplained([](double x, double y) { return x * y + x * x; }) < 1e-12);
  CHECK(unexplained([](double x, double) { return std::sin(2 * x); }) < 0.002);
  CHECK(unexplained([](double, double y) { return std::abs(y); }) < 0.005);
  CHECK(unexplained([](double x, double y) { return std::tanh(x + 2 * y); }) < 0.005);
  CHECK(fit.rank() <= static_cast<Eigen::Index>(FlexibleRegression::most_columns));
  CHECK(fit.leverage().sum() == Approx(static_cast<double>(fit.rank())).epsilon(1e-6));
}

TEST_CASE("a row of several people counts as they would one by one") {
  const Drawn drawn;
  // The first 500 rows, each twice, against weights of 2.
  std::vector<double> once, twice, value_once, value_twice;
  for (Eigen::Index i = 0; i < 500; ++i)
    for (int copy = 0; copy < 2; ++copy) {
      twice.push_back(drawn.x[i]);
      value_twice.push_back(drawn.y[i]);
      if (copy > 0) continue;
      once.push_back(drawn.x[i]);
      value_once.push_back(drawn.y[i]);
    }
  const auto left = [](const std::vector<double>& x, const std::vector<double>& y, double weight) {
    const std::vector<double> weights(x.size(), weight);
    const VariableFeatures features = number_features(x, weights);
    const VariableFeatures* given[] = {&features};
    const FlexibleRegression fit(given, RowWeights(weights, true), 1);
    const Eigen::Map<const Eigen::VectorXd> values(y.data(), static_cast<Eigen::Index>(y.size()));
    return std::pair(fit.residuals(values * std::sqrt(weight)).squaredNorm(), fit.leverage()[0]);
  };
  const auto one_by_one = left(twice, value_twice, 1), together = left(once, value_once, 2);
  CHECK(one_by_one.first == Approx(together.first).epsilon(1e-8));
  CHECK(one_by_one.second == Approx(together.second).epsilon(1e-8));
}

TEST_CASE("the joint configurations of levels are explained exactly, and columns that repeat others are left out") {
  std::mt19937_64 random(6);
  Column a{"a", ColumnType::categorical, {"0", "1", "2"}, {}}, b{"b", ColumnType::binary, {"0", "1"}, {}};
  Eigen::VectorXd y(600);
  for (Eigen::Index i = 0; i < 600; ++i) {
    a.values.push_back(static_cast<double>(random() % 3));
    b.values.push_back(static_cast<double>(random() % 2));
    y[i] = a.values.back() == 2 && b.values.back() == 1 ? 5 : 1;
  }
  const std::vector<double> weights(600, 1.0);
  const VariableFeatures one = variable_features(a, weights), other = variable_features(b, weights);
  const VariableFeatures* given[] = {&one, &other, &other};
  const FlexibleRegression fit(given, RowWeights(weights, true), 1);
  CHECK(fit.rank() == 6);
  CHECK(fit.residuals(y).norm() < 1e-9);
}
