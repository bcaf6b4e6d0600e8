#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/residual_products.hpp>

using namespace equipoise;
using namespace equipoise::detail;

namespace {

/// The squared correlation of an estimated score with a function of the values.
template <class F>
double likeness(const Eigen::VectorXd& values, F score) {
  const Eigen::VectorXd estimated = estimated_score(values, Eigen::VectorXd::Ones(values.size()));
  Eigen::VectorXd truth = values.unaryExpr(score);
  truth.array() -= truth.mean();
  return std::pow(estimated.dot(truth), 2) / (estimated.squaredNorm() * truth.squaredNorm());
}

}  // namespace

TEST_CASE("estimated scores are those of the density: a line for normal values, a step for Laplace's") {
  std::mt19937_64 random(12);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> exponential;
  Eigen::VectorXd gaussian(5000), laplace(5000), logistic(5000);
  for (Eigen::Index i = 0; i < 5000; ++i) {
    gaussian[i] = normal(random);
    laplace[i] = exponential(random) - exponential(random);
    const double u = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    logistic[i] = std::log(u / (1 - u));
  }
  for (Eigen::VectorXd* each : {&gaussian, &laplace, &logistic}) each->array() -= each->mean();
  CHECK(likeness(gaussian, [](double x) { return x; }) > 0.97);
  CHECK(likeness(laplace, [](double x) { return x > 0 ? 1.0 : -1.0; }) > 0.88);
  CHECK(likeness(logistic, [](double x) { return std::tanh(x / 2); }) > 0.96);
}

TEST_CASE("with Laplace noise the score sees more than the value does") {
  // The score's statistic has twice the noncentrality; summed over 40 tables it is ahead by far more than chance.
  double by_value = 0, by_score = 0;
  std::exponential_distribution<double> exponential;
  std::normal_distribution<double> normal;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<double> x(2000), y(2000);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = normal(random);
      y[i] = 0.1 * x[i] + exponential(random) - exponential(random);
    }
    const std::vector<std::string> names{"X", "Y"};
    const Table table({{"X", ColumnType::continuous, {}, x}, {"Y", ColumnType::continuous, {}, y}});
    const TestData data(table, names, 1);
    TestsGiven tests(data, {});
    for (const TestPart& part : tests.residual_products(0, 1, false).parts) {
      if (part.name == "value by value") by_value += part.statistic;
      if (part.name == "value by score") by_score += part.statistic;
    }
  }
  CHECK(by_value / 40 > 5);
  CHECK(by_score > 1.5 * by_value);
}

TEST_CASE("one regression serves many pairs, and gives each what it would have alone") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  std::vector<Column> columns;
  const std::vector<std::string> names{"A", "B", "C", "Z"};
  for (const std::string& name : names) columns.push_back({name, ColumnType::continuous, {}, {}});
  for (int i = 0; i < 800; ++i) {
    const double z = normal(random);
    for (std::size_t v = 0; v < 3; ++v) columns[v].values.push_back(std::sin(z) + normal(random));
    columns[3].values.push_back(z);
  }
  const Table table(columns);
  const TestData data(table, names, 1);
  TestsGiven shared(data, {3});
  for (const auto& [a, b] : {std::pair{0, 1}, std::pair{2, 1}, std::pair{0, 2}}) {
    const auto first = static_cast<std::size_t>(a), second = static_cast<std::size_t>(b);
    TestsGiven alone(data, {3});
    const IndependenceTest here = shared.test(first, second, true), there = alone.test(first, second, true);
    CHECK(here.p_value == there.p_value);
    CHECK(here.p_value == independence_test(table, names[first], names[second], std::vector<std::string>{"Z"}).p_value);
  }
}
