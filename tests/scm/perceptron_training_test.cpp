#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/perceptron_training.hpp>

using namespace equipoise;
using detail::NodeData;

namespace {

// y = 2 tanh(x z) + noise, by kind of a home.
struct Rows {
  std::vector<double> x, z, home, mean, y, ones;
  NodeData data;
  explicit Rows(std::size_t rows) : x(rows), z(rows), home(rows), mean(rows), y(rows), ones(rows, 1.0) {
    std::vector<double> e(rows);
    fill_normal(RandomStream({.seed = 101, .purpose = Purpose::test}), 0, x);
    fill_normal(RandomStream({.seed = 102, .purpose = Purpose::test}), 0, z);
    fill_normal(RandomStream({.seed = 103, .purpose = Purpose::test}), 0, e);
    for (std::size_t i = 0; i < rows; ++i) {
      home[i] = static_cast<double>(i % 3);
      mean[i] = 500 + 20 * std::tanh(x[i] * z[i]) + (home[i] == 1 ? 10 : 0);
      y[i] = mean[i] + 4 * e[i];
      z[i] = 1e3 * z[i] - 7e3;  // units do not matter
    }
    data.rows = rows;
    data.value = y.data();
    data.inputs = {x.data(), z.data(), home.data()};
    data.input_levels = {0, 0, 3};
  }
  double error(const PerceptronFunction& function) const {
    std::vector<double> out(x.size());
    function.add_to(data.inputs, {0, x.size()}, out.data());
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (out[i] - mean[i]) * (out[i] - mean[i]);
    return std::sqrt(sum / static_cast<double>(x.size()));
  }
};

}  // namespace

TEST_CASE("a trained perceptron finds a product of causes within its noise") {
  const Rows rows(2000);
  // The mean's own deviation is 13 and the noise 4; 121 parameters of 1,700 rows leave about 1.1.
  CHECK(rows.error(detail::train_perceptron(rows.data, rows.ones)) < 2.5);
}

TEST_CASE("random features already show that there is something to find") {
  const Rows rows(2000);
  CHECK(rows.error(detail::random_perceptron(rows.data, rows.ones, {.units = 60, .weight_decay = 1e-3})) < 8);
}

TEST_CASE("training is a function of the data and the seed") {
  const Rows rows(600);
  const PerceptronFunction one = detail::train_perceptron(rows.data, rows.ones, {.seed = 5}),
                           same = detail::train_perceptron(rows.data, rows.ones, {.seed = 5}),
                           other = detail::train_perceptron(rows.data, rows.ones, {.seed = 6});
  CHECK(one == same);
  CHECK_FALSE(one == other);
}

TEST_CASE("rows of no weight are not read") {
  Rows rows(600);
  std::vector<double> weights(600, 1.0);
  for (std::size_t i = 0; i < 600; i += 3) weights[i] = 0;
  const PerceptronFunction one = detail::train_perceptron(rows.data, weights);
  for (std::size_t i = 0; i < 600; i += 3) rows.y[i] = 1e6;
  CHECK(one == detail::train_perceptron(rows.data, weights));
}
