#include <equipoise/privacy/attribute_private_gaussian.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Dense>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

#include "privacy/binary_models.hpp"
#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

AttributeNoise noise_of(const Scm& model, const std::vector<double>& weights, std::size_t rows,
                        const std::vector<ColumnSecret>& secrets, double epsilon, double delta,
                        AttributeProtection protection = AttributeProtection::association) {
  return std::get<AttributeNoise>(attribute_private_noise(model, weights, rows, secrets, epsilon, delta, protection));
}

}  // namespace

TEST_CASE("what is added makes up what the data's own variance lacks, by matrix algebra, and no more") {
  int added = 0, enough = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 59, .purpose = Purpose::test}).row(trial);
    const std::size_t size = 2 + static_cast<std::size_t>(draw_below(random, 4));
    const auto n = static_cast<Eigen::Index>(size);
    const auto model = testing::random_linear_gaussian(random, size);
    const Eigen::MatrixXd inverse = (Eigen::MatrixXd::Identity(n, n) - model.coefficients).inverse();
    const Eigen::MatrixXd covariance = inverse * model.scales.cwiseAbs2().asDiagonal() * inverse.transpose();
    Eigen::VectorXd w(n);
    for (double& each : w) each = random.uniform() < 0.3 ? 0.0 : draw_normal(random);
    const std::vector<double> weights(w.data(), w.data() + n);
    const std::size_t rows = 1 + static_cast<std::size_t>(draw_below(random, 50));
    const double epsilon = 0.1 + 4 * random.uniform(), delta = 1e-5;
    const Node secret = trial % size;
    const double low = -random.uniform(), high = random.uniform();
    const AttributeNoise noise = noise_of(model.scm, weights, rows, {{secret, low, high}}, epsilon, delta);

    const auto i = static_cast<Eigen::Index>(secret);
    const double slope = covariance.row(i).dot(w) / covariance(i, i), change = std::abs(slope) * (high - low);
    const double own = (w.dot(covariance * w) - slope * slope * covariance(i, i)) / static_cast<double>(rows);
    CHECK(noise.secrets[0].change == Approx(change).margin(1e-11));
    CHECK(noise.secrets[0].own_variance == Approx(own).margin(1e-10));
    // The laws given either end of the range are normals `change` apart.
    if (change < 1e-9) continue;
    const double deviation = std::sqrt(own + noise.added_variance);
    CHECK(gaussian_delta(deviation / change, epsilon) <= delta * (1 + 1e-6));
    if (noise.added_variance > 0) {
      CHECK(gaussian_delta(deviation / change, epsilon) == Approx(delta).epsilon(1e-6));
      ++added;
    } else {
      ++enough;
    }
  }
  CHECK(added > 20);
  CHECK(enough > 5);
}

TEST_CASE("the effect of a column is its total effect, and a column that is only confounded has none") {
  // A -> X -> F with A -> F: total effect of A on F is 2 * 3 + 1 = 7. C, a child of A, is associated and does nothing.
  const CausalGraph graph({"A", "X", "F", "C"}, std::vector<NamedEdge>{{"A", "X"}, {"A", "F"}, {"X", "F"}, {"A", "C"}});
  const auto linear = [](std::vector<double> slopes, double scale) {
    LinearPredictor predictor{0, {}};
    for (const double slope : slopes) predictor.terms.push_back({slope, {}});
    return LinearMechanism(predictor, Noise(NormalNoise{0, scale}));
  };
  const std::vector<VariableSpec> variables{{"A", ColumnType::continuous, {}},
                                            {"X", ColumnType::continuous, {}},
                                            {"F", ColumnType::continuous, {}},
                                            {"C", ColumnType::continuous, {}}};
  const Scm model(graph, variables,
                  {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
                   {linear({2}, 0.5), {"A"}},
                   {linear({1, 3}, 0.25), {"A", "X"}},
                   {linear({1}, 1), {"A"}}});
  const std::vector<double> weights{0, 0, 1, 0};
  const std::vector<ColumnSecret> of_a{{0, -1, 1}}, of_c{{3, -1, 1}};
  const auto effect = noise_of(model, weights, 10, of_a, 1, 1e-6, AttributeProtection::effect);
  CHECK(effect.secrets[0].change == Approx(14));
  CHECK(effect.secrets[0].own_variance == Approx((9 * 0.25 + 0.0625) / 10));
  CHECK(noise_of(model, weights, 10, of_a, 1, 1e-6).secrets[0].change == Approx(14));  // A is not confounded
  CHECK(noise_of(model, weights, 10, of_c, 1, 1e-6, AttributeProtection::effect).standard_deviation == 0);
  CHECK(noise_of(model, weights, 10, of_c, 1, 1e-6).secrets[0].change == Approx(7));  // Cov(F, C) = 7, Var C = 2
}

TEST_CASE("of several secrets the most demanding decides, and a narrower range asks for less") {
  RowStream random = RandomStream({.seed = 60, .purpose = Purpose::test}).row(0);
  const auto model = testing::random_linear_gaussian(random, 4);
  const std::vector<double> weights{1, 1, 1, 1};
  const std::vector<ColumnSecret> both{{0, 0, 3}, {1, 0, 3}};
  const AttributeNoise noise = noise_of(model.scm, weights, 5, both, 1, 1e-5);
  CHECK(noise.added_variance == std::max(noise.secrets[0].added_variance, noise.secrets[1].added_variance));
  CHECK(noise_of(model.scm, weights, 5, {{0, 0, 1}}, 1, 1e-5).added_variance <= noise.secrets[0].added_variance);
  CHECK(noise_of(model.scm, weights, 5, {{0, 2, 2}}, 1, 1e-5).standard_deviation == 0);
}

TEST_CASE("a model that is not linear and normal has no closed form, and a range that is none is refused") {
  const Scm levels = testing::binary_network(2, {{0, 1}}, [](Node, unsigned) { return 0.5; });
  const std::vector<double> weights{0, 1};
  const std::vector<ColumnSecret> secret{{0, 0, 1}};
  CHECK(std::holds_alternative<NotExact>(attribute_private_noise(levels, weights, 5, secret, 1, 1e-5)));
  RowStream random = RandomStream({.seed = 60, .purpose = Purpose::test}).row(1);
  const Scm model = testing::random_linear_gaussian(random, 2).scm;
  CHECK_THROWS_AS(noise_of(model, weights, 5, {{0, 1, 0}}, 1, 1e-5), Error);
  CHECK_THROWS_AS(noise_of(model, weights, 5, {{0, 0, INFINITY}}, 1, 1e-5), Error);
  CHECK_THROWS_AS(noise_of(model, weights, 0, secret, 1, 1e-5), Error);
  CHECK_THROWS_AS(noise_of(model, {1.0}, 5, secret, 1, 1e-5), Error);
  CHECK_THROWS_AS(noise_of(model, weights, 5, secret, 1, 0), Error);
}
