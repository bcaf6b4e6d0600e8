#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>
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

TEST_CASE("people are the sum of counts, or of other weights the square of the sum over the sum of squares") {
  const std::vector<double> weights{1, 2, 0, 3};
  CHECK(RowWeights(weights, true).effective == Approx(6));
  CHECK(RowWeights(weights, false).effective == Approx(36.0 / 14));
  CHECK(RowWeights(weights, true).root[3] == Approx(std::sqrt(3.0)));
}

TEST_CASE("what is left is orthogonal to what is given, by weight, and a row of no weight moves nothing") {
  Drawn drawn;
  for (std::size_t i = 0; i < drawn.weights.size(); ++i) drawn.weights[i] = 0.25 * static_cast<double>(i % 5);
  drawn.features.clear();
  for (const Eigen::VectorXd* each : {&drawn.x, &drawn.y})
    drawn.features.push_back(number_features({each->data(), 4000}, drawn.weights));
  const RowWeights weights(drawn.weights, false);
  const FlexibleRegression fit(drawn.given(), weights, 1);
  Eigen::VectorXd values = drawn.x.array().exp() + drawn.y.array();
  const auto left = [&] { return Eigen::VectorXd(fit.residuals(weights.root.cwiseProduct(values))); };
  const Eigen::VectorXd before = left();
  const double length = before.norm() * std::sqrt(4000.0);
  for (const Eigen::VectorXd& known :
       {Eigen::VectorXd(Eigen::VectorXd::Ones(4000)), drawn.x, drawn.y, Eigen::VectorXd(drawn.x.cwiseProduct(drawn.y))})
    CHECK(std::abs(before.dot(weights.root.cwiseProduct(known))) < 1e-8 * length);
  for (Eigen::Index i = 0; i < 4000; i += 5) values[i] = 1e6;
  CHECK((left() - before).norm() == 0);
  CHECK(fit.leverage().minCoeff() >= 0);
  CHECK(fit.leverage().maxCoeff() <= 1);
}

TEST_CASE("projection leaves what least squares by normal equations leaves, and counts the rank") {
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  const auto drawn = [&](Eigen::Index columns) {
    Eigen::MatrixXd x(50, columns);
    for (Eigen::Index i = 0; i < x.size(); ++i) x(i) = normal(random);
    return x;
  };
  const Eigen::MatrixXd first = drawn(2), more = drawn(1), y = drawn(3);
  Eigen::MatrixXd second(50, 2), all(50, 3);
  second << more, 2 * first.col(0) - first.col(1);  // the second column repeats the first block
  all << first, more;
  const std::vector<Eigen::MatrixXd> blocks{first, second};
  Eigen::MatrixXd left = y;
  CHECK(project_out(blocks, left) == 3);
  const Eigen::Matrix3d products = all.transpose() * all;
  Eigen::Matrix3d inverse;  // by cofactors
  for (Eigen::Index i = 0; i < 3; ++i)
    for (Eigen::Index j = 0; j < 3; ++j) {
      const Eigen::Index i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      inverse(j, i) = products(i1, j1) * products(i2, j2) - products(i1, j2) * products(i2, j1);
    }
  inverse /= products.row(0).dot(inverse.col(0));
  CHECK((left - (y - all * (inverse * (all.transpose() * y)))).norm() < 1e-10);
}

TEST_CASE("the basis is no larger than a column to twenty people, and always has every value") {
  for (const std::size_t people : std::initializer_list<std::size_t>{40, 200, 1000, 4000}) {
    const Drawn drawn;
    const std::vector<double> weights(people, 1.0);
    const VariableFeatures x = number_features({drawn.x.data(), people}, weights);
    const VariableFeatures y = number_features({drawn.y.data(), people}, weights);
    const VariableFeatures* given[] = {&x, &y};
    const FlexibleRegression fit(given, RowWeights(weights, true), 1);
    CHECK(fit.rank() >= 3);
    CHECK(fit.rank() <= static_cast<Eigen::Index>(std::max<std::size_t>(3, people / 20)));
    CHECK(fit.residuals(x.value - 2 * y.value).norm() < 1e-9);
  }
  const FlexibleRegression nothing({}, RowWeights(std::vector<double>(50, 1.0), true), 1);
  CHECK(nothing.rank() == 1);
  CHECK(nothing.residuals(Eigen::VectorXd::Constant(50, 3.0)).norm() < 1e-12);
}
