#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/scm/abduction.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("abducted noise is the noise that made the rows") {
  RowStream random = RandomStream({.seed = 69, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 5);
  const Eigen::MatrixXd world = sample(model.scm, 200);
  detail::BlockAbduction unit(model.scm, world.data(), 200, {0, 200}, 1);
  for (Node v = 0; v < 5; ++v) {
    const double* noise = unit.noise_of(v)[0];
    const auto column = static_cast<Eigen::Index>(v);
    for (Eigen::Index i = 0; i < 200; ++i)
      CHECK(noise[i] ==
            Approx(world(i, column) - model.intercepts[column] - model.coefficients.row(column).dot(world.row(i)))
                .margin(1e-10));
  }
}

TEST_CASE("exogenous variables that a mechanism reads together are abducted together") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const Scm scm(
      CausalGraph({"X", "Y", "Z"}, edges),
      {equipoise::testing::levels_variable("X", 2), equipoise::testing::levels_variable("Y", 2),
       equipoise::testing::levels_variable("Z", 2)},
      {{LookupMechanism({2, 2}, 2, {0, 1, 1, 0}), {"U", "V"}},
       {LookupMechanism({2, 2}, 2, {0, 1, 1, 1}), {"X", "V"}},
       {LookupMechanism({2}, 2, {0, 1}), {"W"}}},
      {{"U", Noise(BernoulliNoise{0.3})}, {"V", Noise(BernoulliNoise{0.6})}, {"W", Noise(BernoulliNoise{0.5})}});
  const auto components = detail::exogenous_components(scm);
  REQUIRE(components.size() == 2);
  CHECK(components[0].exogenous == std::vector<std::size_t>{0, 1});
  CHECK(components[0].readers == std::vector<Node>{0, 1});
  CHECK(components[1].readers == std::vector<Node>{2});
}
