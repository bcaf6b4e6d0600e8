#include <equipoise/predictor/multilayer_perceptron.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/testing/predictor_conformance.hpp>

using namespace equipoise;

namespace {

using Hidden = std::vector<Eigen::Index>;

Eigen::MatrixXd drawn(std::uint64_t number, Eigen::Index rows, Eigen::Index columns) {
  RowStream random = RandomStream({.seed = 4, .purpose = Purpose::test}).row(number);
  Eigen::MatrixXd values(rows, columns);
  for (double& value : values.reshaped()) value = 4 * random.uniform() - 2;
  return values;
}

/// The score of one row by the definition, with the standard library's tanh.
double score_by_definition(const MultilayerPerceptron& network, const Eigen::VectorXd& parameters,
                           std::vector<double> seen) {
  Eigen::Index next = 0;
  for (Eigen::Index l = 0; l < network.layers(); ++l) {
    std::vector<double> sums(static_cast<std::size_t>(network.units(l)));
    for (double& sum : sums)
      for (const double value : seen) sum += parameters[next++] * value;
    for (double& sum : sums) {
      sum += parameters[next++];
      if (l + 1 < network.layers())
        sum = network.activation() == Activation::tanh ? std::tanh(sum) : std::max(sum, 0.0);
    }
    seen = sums;
  }
  return seen[0];
}

template <class Check>
void for_each_network(Check check) {
  for (const Activation activation : {Activation::tanh, Activation::relu})
    for (const Hidden& hidden : {Hidden{}, Hidden{1}, Hidden{7}, Hidden{5, 3}, Hidden{4, 9, 2}})
      check(MultilayerPerceptron(6, hidden, activation, Link::logistic));
}

}  // namespace

TEST_CASE("a perceptron keeps every promise of a predictor", "[perceptron]") {
  for_each_network([](const MultilayerPerceptron& network) {
    const auto report = check_predictor(network, {.rows = 19, .draws = 3});
    CAPTURE(network.layers());
    CHECK(report.failures == std::vector<std::string>{});
  });
}

TEST_CASE("a perceptron's score is that of its layers, one after the other", "[perceptron]") {
  for_each_network([](const MultilayerPerceptron& network) {
    const Eigen::VectorXd parameters = drawn(1, network.parameter_count(), 1);
    const Eigen::MatrixXd X = drawn(2, 300, 6);  // more than a block
    Eigen::VectorXd scores(300);
    network.forward(parameters, X, scores);
    for (Eigen::Index i = 0; i < 300; ++i) {
      const Eigen::VectorXd row = X.row(i);
      CHECK(scores[i] == Approx(score_by_definition(network, parameters, {row.begin(), row.end()})).margin(1e-12));
    }
  });
}

TEST_CASE("products by layer are those of the gradients formed row by row", "[perceptron]") {
  for_each_network([](const MultilayerPerceptron& network) {
    const Eigen::VectorXd parameters = drawn(3, network.parameter_count(), 1);
    const Eigen::MatrixXd X = drawn(4, 11, 6), other_X = drawn(5, 11, 6);
    const Eigen::VectorXd d = drawn(6, 11, 1), other_d = drawn(7, 11, 1);
    MultilayerPerceptron::Trace trace, other;
    network.trace_forward(parameters, X, trace);
    network.trace_backward(parameters, d, trace);
    network.trace_forward(parameters, other_X, other);
    network.trace_backward(parameters, other_d, other);
    Eigen::MatrixXd products = Eigen::MatrixXd::Constant(11, network.layers(), 0.5);
    network.add_layer_products(X, trace, other_X, other, products);
    Eigen::VectorXd a(parameters.size()), b(parameters.size());
    for (Eigen::Index i = 0; i < 11; ++i) {
      network.backward(parameters, X.row(i), d.segment(i, 1), a = Eigen::VectorXd::Zero(parameters.size()));
      network.backward(parameters, other_X.row(i), other_d.segment(i, 1), b = Eigen::VectorXd::Zero(parameters.size()));
      for (Eigen::Index l = 0; l < network.layers(); ++l) {
        const auto [first, count] = network.layer(l);
        CHECK(products(i, l) == Approx(0.5 + a.segment(first, count).dot(b.segment(first, count))).margin(1e-10));
      }
    }
  });
}

TEST_CASE("rows weigh in a layer's gradient by their factor for that layer", "[perceptron]") {
  const MultilayerPerceptron network(6, {5, 3}, Activation::tanh, Link::identity);
  const Eigen::VectorXd parameters = drawn(8, network.parameter_count(), 1), d = drawn(9, 13, 1);
  const Eigen::MatrixXd X = drawn(10, 13, 6), factors = drawn(11, 13, 3);
  MultilayerPerceptron::Trace trace;
  network.trace_forward(parameters, X, trace);
  network.trace_backward(parameters, d, trace);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(parameters.size());
  network.add_traced_gradient(X, trace, factors, gradient);
  for (Eigen::Index l = 0; l < 3; ++l) {
    Eigen::VectorXd weighted = Eigen::VectorXd::Zero(parameters.size());
    network.backward(parameters, X, d.cwiseProduct(factors.col(l)), weighted);
    const auto [first, count] = network.layer(l);
    CHECK((weighted - gradient).segment(first, count).norm() < 1e-12);
  }
}

TEST_CASE("a row's score and derivatives have the same bits whatever rows stand beside it", "[perceptron]") {
  for_each_network([](const MultilayerPerceptron& network) {
    const Eigen::VectorXd parameters = drawn(12, network.parameter_count(), 1);
    const Eigen::MatrixXd X = drawn(13, 270, 6);
    const Eigen::VectorXd d = drawn(14, 270, 1);
    MultilayerPerceptron::Trace whole, part;
    network.trace_forward(parameters, X, whole);
    network.trace_backward(parameters, d, whole);
    for (const Eigen::Index first : {0, 1, 5, 258}) {
      const Eigen::Index rows = std::min<Eigen::Index>(270 - first, 37);
      network.trace_forward(parameters, X.middleRows(first, rows), part);
      network.trace_backward(parameters, d.segment(first, rows), part);
      for (std::size_t l = 0; l < part.units.size(); ++l) {
        CHECK(part.units[l].topRows(rows) == whole.units[l].middleRows(first, rows));
        CHECK(part.d_sums[l].topRows(rows) == whole.d_sums[l].middleRows(first, rows));
      }
    }
  });
}

TEST_CASE("in single precision passes are those of double precision, but for rounding", "[perceptron]") {
  const MultilayerPerceptron network(20, {16, 4}, Activation::tanh, Link::logistic);
  const BasicMultilayerPerceptron<float> single(20, {16, 4}, Activation::tanh, Link::logistic);
  const Eigen::VectorXd parameters = drawn(15, network.parameter_count(), 1) / 4, d = drawn(16, 100, 1);
  const Eigen::MatrixXd X = drawn(17, 100, 20);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(parameters.size());
  network.backward(parameters, X, d, gradient);
  Eigen::VectorXf found = Eigen::VectorXf::Zero(parameters.size());
  single.backward(parameters.cast<float>(), X.cast<float>(), d.cast<float>(), found);
  CHECK((found.cast<double>() - gradient).norm() < 1e-5 * gradient.norm());
}

TEST_CASE("layers' parameters follow each other, the score's bias last", "[perceptron]") {
  const MultilayerPerceptron network(100, {64}, Activation::tanh, Link::logistic);
  CHECK(network.parameter_count() == 101 * 64 + 65);
  CHECK(network.layer(0) == ParameterRange{0, 101 * 64});
  CHECK(network.layer(1) == ParameterRange{101 * 64, 65});
  Eigen::VectorXd parameters = Eigen::VectorXd::Zero(network.parameter_count()), scores(3);
  parameters[parameters.size() - 1] = 2.5;
  network.forward(parameters, drawn(18, 3, 100), scores);
  CHECK(scores == Eigen::VectorXd::Constant(3, 2.5));
}

// The mean of 6,400 draws on [-b, b] has deviation b / sqrt(3 * 6400): 5 of them, both sides of two checks: a false
// alarm in 10^6 runs.
TEST_CASE("initial weights are uniform about 0 within their bound, biases 0", "[perceptron]") {
  const RandomStream stream({.seed = 3, .purpose = Purpose::initialisation});
  for (const Activation activation : {Activation::tanh, Activation::relu}) {
    const MultilayerPerceptron network(100, {64}, activation, Link::logistic);
    const Eigen::VectorXd parameters = network.initial_parameters(stream);
    const auto weights = parameters.head(6400);
    const double bound = activation == Activation::tanh ? std::sqrt(6 / 164.0) : std::sqrt(6 / 100.0);
    CHECK(weights.cwiseAbs().maxCoeff() <= bound);
    CHECK(weights.cwiseAbs().maxCoeff() > 0.99 * bound);
    CHECK(std::abs(weights.mean()) < 5 * bound / std::sqrt(3 * 6400.0));
    CHECK(parameters.segment(6400, 64).norm() == 0);
    CHECK(network.initial_parameters(stream) == parameters);
  }
}

TEST_CASE("a perceptron without rows, inputs or hidden layers is one all the same", "[perceptron]") {
  const MultilayerPerceptron empty(0, {2}, Activation::tanh, Link::identity);
  Eigen::VectorXd scores(2);
  empty.forward(drawn(19, empty.parameter_count(), 1), Eigen::MatrixXd(2, 0), scores);
  CHECK(scores[0] == scores[1]);
  Eigen::VectorXd none(0), gradient = Eigen::VectorXd::Zero(empty.parameter_count());
  empty.backward(drawn(20, empty.parameter_count(), 1), Eigen::MatrixXd(0, 0), none, gradient);
  CHECK(gradient.norm() == 0);
}

TEST_CASE("scores of extreme sums are those of saturated units", "[perceptron]") {
  const MultilayerPerceptron network(1, {1}, Activation::tanh, Link::identity);
  const Eigen::VectorXd parameters = (Eigen::VectorXd(4) << 1, 0, 1, 0).finished();
  const Eigen::MatrixXd X = (Eigen::VectorXd(4) << 1e300, -1e300, 1e-300, -40).finished();
  Eigen::VectorXd scores(4);
  network.forward(parameters, X, scores);
  CHECK(scores == (Eigen::VectorXd(4) << 1, -1, 0, -1).finished());
}

TEST_CASE("a layer without units is refused", "[perceptron]") {
  CHECK_THROWS_AS(MultilayerPerceptron(3, {4, 0}, Activation::tanh, Link::logistic), Error);
  CHECK_THROWS_AS(MultilayerPerceptron(-1, {}, Activation::tanh, Link::logistic), Error);
}
