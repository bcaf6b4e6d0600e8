#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/perceptron_function.hpp>

using namespace equipoise;

namespace {

std::vector<double> random_numbers(RowStream& random, std::size_t count) {
  std::vector<double> numbers(count);
  for (double& each : numbers) each = 2 * random.uniform() - 1;
  return numbers;
}

/// One row through the network, written as its definition.
double by_hand(const PerceptronFunction& f, double x, double level) {
  std::vector<double> values{(x - f.inputs()[0].mean) / f.inputs()[0].scale};
  for (std::size_t k = 0; k < f.inputs()[1].levels; ++k) values.push_back(level == static_cast<double>(k) ? 1 : 0);
  for (std::size_t l = 0; l < f.layers().size(); ++l) {
    const PerceptronLayer& layer = f.layers()[l];
    std::vector<double> next;
    for (std::size_t unit = 0; unit < layer.units(); ++unit) {
      double sum = layer.biases[unit];
      for (std::size_t c = 0; c < values.size(); ++c) sum += layer.weights[unit * values.size() + c] * values[c];
      const bool last = l + 1 == f.layers().size();
      next.push_back(last ? sum : f.activation() == Activation::tanh ? std::tanh(sum) : std::max(0.0, sum));
    }
    values = next;
  }
  return values[0];
}

}  // namespace

TEST_CASE("a perceptron over blocks is its definition row by row") {
  RowStream random = RandomStream({.seed = 91, .purpose = Purpose::test}).row(0);
  for (const Activation activation : {Activation::tanh, Activation::relu})
    for (const std::vector<std::size_t>& hidden :
         {std::vector<std::size_t>{}, std::vector<std::size_t>{5}, std::vector<std::size_t>{4, 3}}) {
      std::vector<PerceptronLayer> layers;
      std::size_t columns = 4;
      for (const std::size_t units : hidden) {
        layers.push_back({random_numbers(random, units * columns), random_numbers(random, units)});
        columns = units;
      }
      layers.push_back({random_numbers(random, columns), random_numbers(random, 1)});
      const PerceptronFunction f({{0.5, 2, 0}, {0, 1, 3}}, layers, activation);
      std::vector<double> x(50), level(50), out(50, 1.0);
      for (std::size_t i = 0; i < 50; ++i) {
        x[i] = 6 * random.uniform() - 3;
        level[i] = static_cast<double>(i % 3);
      }
      f.add_to(std::vector<const double*>{x.data(), level.data()}, {0, 50}, out.data());
      for (std::size_t i = 0; i < 50; ++i) CHECK(out[i] == Approx(1 + by_hand(f, x[i], level[i])).margin(1e-13));
    }
}

TEST_CASE("a perceptron whose parts do not fit is refused") {
  const PerceptronLayer one{{1, 2}, {0}};
  CHECK_NOTHROW(PerceptronFunction({{}, {}}, {one}, Activation::tanh));
  CHECK_THROWS_AS(PerceptronFunction({{}, {}}, {}, Activation::tanh), Error);
  CHECK_THROWS_AS(PerceptronFunction({{}}, {one}, Activation::tanh), Error);
  CHECK_THROWS_AS(PerceptronFunction({{0, 0, 0}, {}}, {one}, Activation::tanh), Error);
  CHECK_THROWS_AS(PerceptronFunction({{}, {}}, {{{1, std::nan("")}, {0}}}, Activation::tanh), Error);
  CHECK_THROWS_AS(PerceptronFunction({{}, {}}, {{{1, 2, 3, 4}, {0, 0}}}, Activation::tanh), Error);
}
