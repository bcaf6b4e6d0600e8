#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/scm/calibration.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

/// X normal, Y linear in X with a noise of the given kind, D logistic in X with the given slope.
Scm model(double slope, const Noise& noise, double log_odds) {
  const std::vector<NamedEdge> edges{{"X", "Y"}, {"X", "D"}};
  return Scm(
      CausalGraph({"X", "Y", "D"}, edges),
      {{"X", ColumnType::continuous, {}},
       {"Y", ColumnType::continuous, {}},
       equipoise::testing::levels_variable("D", 2)},
      {{NoiseMechanism(Noise(NormalNoise{0, 1})), {}},
       {LinearMechanism(LinearPredictor{0, {{slope, {}}}}, noise), {"X"}},
       {LogisticMechanism(LogisticProbabilities(1, {LinearPredictor{0, {{log_odds, {}}}}}), Coupling::gumbel_max),
        {"X"}}});
}

}  // namespace

TEST_CASE("a model's own rows are calibrated at the level, and wrong means, tails and odds are seen", "[rate]") {
  const Scm truth = model(1, NormalNoise{0, 1}, 1);
  // 300 tables of 3 variables: above 30 of 900 at 0.01, where 9 are expected, by chance once in a million.
  double small = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed)
    for (const NodeCalibration& node :
         node_calibration(truth, table_of(truth, sample(truth, 500, {.seed = seed})), {.seed = seed}))
      small += node.p_value < 0.01 ? 1 : 0;
  CHECK(small <= 30);

  const Table rows = table_of(truth, sample(truth, 5000, {.seed = 5}));
  const auto p = [&](const Scm& scm, Node v) { return node_calibration(scm, rows)[v].p_value; };
  CHECK(p(truth, 0) > 1e-4);
  CHECK(p(truth, 1) > 1e-4);
  CHECK(p(truth, 2) > 1e-4);
  CHECK(p(model(1.3, NormalNoise{0, 1}, 1), 1) < 1e-4);
  CHECK(p(model(1, LaplaceNoise{0, 0.7}, 1), 1) < 1e-6);
  CHECK(p(model(1, NormalNoise{0.1, 1}, 1), 1) < 1e-4);
  CHECK(p(model(1, NormalNoise{0, 1}, 0.6), 2) < 1e-6);
  // Means off by 0.1 standard deviations shift the distribution function by 0.04 at most.
  CHECK(node_calibration(model(1, NormalNoise{0.1, 1}, 1), rows)[1].distance == Approx(0.04).margin(0.02));
}

TEST_CASE("people counted by weights are judged as they would be one by one") {
  const Scm truth = model(1, NormalNoise{0, 1}, 1);
  Table counted({{"X", ColumnType::continuous, {}, {0, 0}},
                 {"Y", ColumnType::continuous, {}, {0.1, -0.2}},
                 {"D", ColumnType::binary, {"0", "1"}, {0, 1}}});
  counted.set_weights({500, 500});
  // All at X = 0: half of them have D, as the model says; that nobody's X differs it denies.
  const auto nodes = node_calibration(truth, counted);
  CHECK(nodes[2].p_value > 0.99);
  CHECK(nodes[0].p_value < 1e-12);
}

TEST_CASE("a variable whose hidden cause reaches its causes is left out, one that shares it with others is not") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const auto bit = equipoise::testing::levels_variable("X", 2);
  auto other = bit;
  other.name = "Y";
  const Scm scm(CausalGraph({"X", "Y"}, edges), {bit, other},
                {{LookupMechanism({2}, 2, {0, 1}), {"U"}}, {LookupMechanism({2, 2}, 2, {0, 1, 1, 0}), {"X", "U"}}},
                {{"U", BernoulliNoise{0.3}}});
  const auto nodes = node_calibration(scm, table_of(scm, sample(scm, 500)));
  CHECK_FALSE(nodes[0].method.empty());
  CHECK(nodes[0].p_value > 1e-4);
  CHECK(nodes[1].method.empty());
  CHECK(nodes[1].note.find("not tested") != std::string::npos);
}
