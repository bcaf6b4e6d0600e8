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
  const Eigen::VectorXd estimated = estimated_score(values, Eigen::VectorXd::Ones(values.size())).values;
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

TEST_CASE("a score estimated from counts of people is the one that they give one by one") {
  std::mt19937_64 random(3);
  std::exponential_distribution<double> exponential;
  Eigen::VectorXd values(900), weights(900);
  std::vector<double> people;
  for (Eigen::Index i = 0; i < 900; ++i) {
    values[i] = exponential(random);
    weights[i] = static_cast<double>(random() % 4);
  }
  values.array() -= weights.dot(values) / weights.sum();
  std::vector<Eigen::Index> row;
  for (Eigen::Index i = 0; i < 900; ++i)
    for (double copy = 0; copy < weights[i]; ++copy) {
      people.push_back(values[i]);
      row.push_back(i);
    }
  const auto count = static_cast<Eigen::Index>(people.size());
  const Eigen::VectorXd together = estimated_score(values, weights).values;
  const Eigen::VectorXd apart =
      estimated_score(Eigen::Map<const Eigen::VectorXd>(people.data(), count), Eigen::VectorXd::Ones(count)).values;
  for (Eigen::Index i = 0; i < count; i += 7)
    CHECK(apart[i] == Approx(together[row[static_cast<std::size_t>(i)]]).epsilon(1e-6).margin(1e-6));
}

TEST_CASE("the value by value of two numbers, nothing given, is the squared slope by its robust variance") {
  // With nothing but a constant known, sums and variances can be had by hand: Shah and Peters 2020, equation 4.
  std::mt19937_64 random(21);
  std::normal_distribution<double> normal;
  std::vector<double> x(300), y(300);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = normal(random);
    y[i] = 0.2 * x[i] + (1 + std::abs(x[i])) * normal(random);
  }
  const std::vector<std::string> names{"X", "Y"};
  const Table table({{"X", ColumnType::continuous, {}, x}, {"Y", ColumnType::continuous, {}, y}});
  double mean_x = 0, mean_y = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    mean_x += x[i] / 300;
    mean_y += y[i] / 300;
  }
  for (std::size_t i = 0; i < 300; ++i) {
    const double product = (x[i] - mean_x) * (y[i] - mean_y);
    sum += product;
    squares += product * product / (1 - 1.0 / 300);  // what one constant takes of each variance
  }
  const TestData data(table, names, 1);
  const TestPart part = TestsGiven(data, {}).residual_products(0, 1, true).parts.at(0);
  CHECK(part.name == "value by value");
  CHECK(part.statistic == Approx(sum * sum / squares).epsilon(1e-9));
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
