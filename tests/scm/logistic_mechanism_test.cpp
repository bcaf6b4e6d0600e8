#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("logistic and multinomial levels come with their probabilities") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const LinearPredictor b{0.5, {{1, {}}}}, c{-0.3, {{-2, {}}}};
  const Scm scm(CausalGraph({"X", "Y"}, edges),
                {equipoise::testing::levels_variable("X", 2), equipoise::testing::levels_variable("Y", 3)},
                {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}},
                 {LogisticMechanism(LogisticProbabilities(1, {b, c}), Coupling::unstated), {"X"}}});
  const Eigen::MatrixXd world = sample(intervene(scm, Intervention{{0, 1}}), 50000);
  const double e[] = {1, std::exp(1.5), std::exp(-2.3)};
  for (int k = 0; k < 3; ++k) {
    const double p = e[k] / (e[0] + e[1] + e[2]);
    const double share = (world.col(1).array() == static_cast<double>(k)).cast<double>().mean();
    CHECK(std::abs(share - p) < 5 * std::sqrt(p * (1 - p) / 50000));
  }
}
