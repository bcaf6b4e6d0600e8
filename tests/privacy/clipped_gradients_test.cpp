#include <equipoise/privacy/clipped_gradients.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/predictor/affine.hpp>

using namespace equipoise;

namespace {

struct Drawn {
  std::vector<BatchWorld> worlds;
  Eigen::VectorXd parameters, bounds;

  Drawn(std::uint64_t number, std::size_t count, Eigen::Index persons, Eigen::Index inputs, Eigen::Index parameters_)
      : worlds(count) {
    RowStream random = RandomStream({.seed = 31, .purpose = Purpose::test}).row(number);
    for (BatchWorld& world : worlds) {
      world.features = Eigen::MatrixXd::NullaryExpr(persons, inputs, [&] { return 4 * random.uniform() - 2; });
      world.d_scores = Eigen::VectorXd::NullaryExpr(persons, [&] { return 2 * random.uniform() - 1; });
    }
    parameters = Eigen::VectorXd::NullaryExpr(parameters_, [&] { return 2 * random.uniform() - 1; });
    bounds = Eigen::VectorXd::NullaryExpr(persons, [&] { return 0.2 + 3 * random.uniform(); });
  }

  template <class P>
  Eigen::VectorXd gradient_of(const P& predictor, Eigen::Index person) const {
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(parameters.size());
    for (const BatchWorld& world : worlds)
      predictor.backward(parameters, world.features.row(person), world.d_scores.segment(person, 1), gradient);
    return gradient;
  }
};

Eigen::VectorXd clipped(const Eigen::VectorXd& gradient, double bound) {
  return gradient.norm() <= bound ? gradient : Eigen::VectorXd(gradient * (bound / gradient.norm()));
}

// What several worlds' lengths may be taken for too long by, as a share: 2^-10 of the worlds' own, each at most so many
// times the whole where these are drawn.
constexpr double taken_too_long = 0.05;

}  // namespace

TEST_CASE("the sum is that of gradients formed and clipped one by one", "[clipped gradients]") {
  const MultilayerPerceptron network(3, {4, 2}, Activation::tanh, Link::logistic);
  const AffinePredictor affine(3, Link::logistic);
  const auto check = [](const auto& predictor, std::uint64_t number, std::size_t count) {
    Drawn drawn(number, count, 9, 3, predictor.parameter_count());
    Eigen::VectorXd expected = Eigen::VectorXd::Constant(predictor.parameter_count(), 0.25), sum = expected;
    Eigen::VectorXd lengths(9), raw(9);
    for (Eigen::Index person = 0; person < 9; ++person) {
      const Eigen::VectorXd gradient = drawn.gradient_of(predictor, person);
      raw[person] = gradient.norm();
      expected += clipped(gradient, drawn.bounds[person]);
    }
    std::vector<BatchWorld> worlds = drawn.worlds;
    ClippedGradients(predictor).add(drawn.parameters, worlds, drawn.bounds, lengths, sum);
    const double tolerance = count == 1 ? 1e-10 : taken_too_long;
    CHECK((sum - expected).norm() <= tolerance * drawn.bounds.sum());
    CHECK(((lengths - raw).array() >= -1e-12).all());
    if (count == 1) CHECK((lengths - raw).norm() < 1e-10 * raw.norm());
  };
  for (std::uint64_t number = 0; number < 30; ++number) {
    check(network, number, 1 + number % 3);
    check(affine, number, 1 + number % 3);
  }
}

TEST_CASE("layer by layer, every layer's part is clipped by itself", "[clipped gradients]") {
  const MultilayerPerceptron network(3, {4, 2}, Activation::relu, Link::logistic);
  for (std::uint64_t number = 0; number < 30; ++number) {
    Drawn drawn(number, 1, 9, 3, network.parameter_count());
    Eigen::VectorXd expected = Eigen::VectorXd::Zero(network.parameter_count()), sum = expected, lengths(9);
    for (Eigen::Index person = 0; person < 9; ++person) {
      const Eigen::VectorXd gradient = drawn.gradient_of(network, person);
      for (Eigen::Index l = 0; l < network.layers(); ++l) {
        const auto [first, count] = network.layer(l);
        expected.segment(first, count) +=
            clipped(gradient.segment(first, count), drawn.bounds[person] / std::sqrt(3.0));
      }
    }
    ClippedGradients(network, ClippingUnit::person_layer)
        .add(drawn.parameters, drawn.worlds, drawn.bounds, lengths, sum);
    CHECK((sum - expected).norm() < 1e-10);
  }
}

TEST_CASE("of a person whose gradient is not finite nothing reaches the sum", "[clipped gradients]") {
  const MultilayerPerceptron network(3, {4}, Activation::tanh, Link::logistic);
  for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity(), 1e200})
    for (const ClippingUnit unit : {ClippingUnit::person, ClippingUnit::person_layer})
      for (const bool in_features : {true, false}) {
        Drawn drawn(5, 2, 4, 3, network.parameter_count());
        Drawn without = drawn;
        (in_features ? drawn.worlds[1].features(2, 1) : drawn.worlds[1].d_scores[2]) = wrong;
        for (BatchWorld& world : without.worlds) world.d_scores[2] = 0;
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(network.parameter_count()), expected = sum, lengths(4), others(4);
        ClippedGradients(network, unit).add(drawn.parameters, drawn.worlds, drawn.bounds, lengths, sum);
        ClippedGradients(network, unit).add(without.parameters, without.worlds, without.bounds, others, expected);
        CHECK((sum - expected).norm() < 1e-14);
        CHECK(std::isinf(lengths[2]));
      }
}
