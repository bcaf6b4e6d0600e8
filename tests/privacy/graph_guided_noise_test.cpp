#include <equipoise/privacy/graph_guided_noise.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "privacy/binary_models.hpp"
#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

/// A -> D1 -> D2, W1 and W2 apart from A, and Y from all four: names in that order.
struct Synthetic {
  Scm scm;
  Eigen::MatrixXd coefficients = Eigen::MatrixXd::Zero(6, 6), covariance;
};

Synthetic synthetic(RowStream& random) {
  Synthetic model;
  const std::vector<std::string> names{"A", "D1", "D2", "W1", "W2", "Y"};
  const std::vector<std::vector<Eigen::Index>> parents{{}, {0, 3}, {0, 1}, {}, {3}, {1, 2, 3, 4}};
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  Eigen::VectorXd scales(6);
  for (std::size_t v = 0; v < 6; ++v) {
    const auto row = static_cast<Eigen::Index>(v);
    variables.push_back({names[v], ColumnType::continuous, {}});
    LinearPredictor predictor{0, {}};
    std::vector<std::string> inputs;
    for (const Eigen::Index p : parents[v]) {
      model.coefficients(row, p) = (random.uniform() < 0.5 ? -1 : 1) * (0.3 + random.uniform());
      predictor.terms.push_back({model.coefficients(row, p), {}});
      inputs.push_back(names[static_cast<std::size_t>(p)]);
      edges.emplace_back(inputs.back(), names[v]);
    }
    scales[row] = 0.5 + random.uniform();
    mechanisms.push_back({LinearMechanism(predictor, Noise(NormalNoise{0, scales[row]})), inputs});
  }
  model.scm = Scm(CausalGraph(names, edges), variables, mechanisms);
  const Eigen::MatrixXd inverse = (Eigen::MatrixXd::Identity(6, 6) - model.coefficients).inverse();
  model.covariance = inverse * scales.cwiseAbs2().asDiagonal() * inverse.transpose();
  return model;
}

const std::vector<Node> features{1, 2, 3, 4};

}  // namespace

TEST_CASE("features are caused by the attribute, share causes with it, or are apart from it") {
  const CausalGraph graph({"A", "D", "E", "C", "S", "H", "W"},
                          std::vector<NamedEdge>{{"A", "D"}, {"D", "E"}, {"C", "A"}, {"C", "S"}, {"W", "E"}},
                          std::vector<NamedEdge>{{"A", "H"}});
  NodeSet all = graph.all();
  all.erase(0);
  const AttributeExposure exposure = exposure_of(graph, 0, all);
  CHECK(exposure.caused == NodeSet(7, {1, 2}));
  CHECK(exposure.associated == NodeSet(7, {3, 4, 5}));
  CHECK(exposure.apart == NodeSet(7, {6}));
}

TEST_CASE("what normal features tell is what a regression on them explains") {
  for (std::uint64_t trial = 0; trial < 50; ++trial) {
    RowStream random = RandomStream({.seed = 70, .purpose = Purpose::test}).row(trial);
    const Synthetic model = synthetic(random);
    const std::vector<double> noise{random.uniform(), 0, random.uniform(), 0};
    const GaussianLeak leak = gaussian_leak(model.covariance, 0, 5, features, noise);
    // The variance left, from the joint covariance by its determinants.
    const auto left = [&](Eigen::Index target) {
      Eigen::MatrixXd joint(5, 5);
      const Eigen::Index at[] = {1, 2, 3, 4, target};
      for (Eigen::Index i = 0; i < 5; ++i)
        for (Eigen::Index j = 0; j < 5; ++j) joint(i, j) = model.covariance(at[i], at[j]);
      for (Eigen::Index i = 0; i < 4; ++i) joint(i, i) += noise[static_cast<std::size_t>(i)];
      return joint.determinant() / joint.topLeftCorner(4, 4).determinant() / model.covariance(target, target);
    };
    CHECK(leak.attribute_explained == Approx(1 - left(0)).margin(1e-10));
    CHECK(leak.outcome_explained == Approx(1 - left(5)).margin(1e-10));
    CHECK(leak.attribute_information == Approx(-std::log(left(0)) / 2).margin(1e-9));
  }
}

TEST_CASE("at equal protection noise along the attribute's paths keeps more of the outcome than noise everywhere") {
  // Random models with the same graph: no theorem, since features apart from the attribute help to read those that it
  // causes. It held in 198 of these 200, by a share of 0.19 of the outcome's variance in the mean.
  int better = 0, possible = 0;
  double gained = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    RowStream random = RandomStream({.seed = 71, .purpose = Purpose::test}).row(trial);
    const Synthetic model = synthetic(random);
    const NodeSet caused = exposure_of(model.scm.graph(), 0, NodeSet(6, {1, 2, 3, 4})).caused;
    REQUIRE(caused == NodeSet(6, {1, 2}));
    const std::vector<double> none(4, 0.0);
    const double target = gaussian_leak(model.covariance, 0, 5, features, none).attribute_explained / 4;
    const auto guided = noise_for_leak(model.covariance, 0, features, caused, target);
    const auto uniform = noise_for_leak(model.covariance, 0, features, NodeSet(6, {1, 2, 3, 4}), target);
    REQUIRE(guided);
    REQUIRE(uniform);
    ++possible;
    const GaussianLeak by_graph = gaussian_leak(model.covariance, 0, 5, features, *guided);
    const GaussianLeak everywhere = gaussian_leak(model.covariance, 0, 5, features, *uniform);
    CHECK(by_graph.attribute_explained == Approx(target).epsilon(1e-6));
    CHECK(everywhere.attribute_explained == Approx(target).epsilon(1e-6));
    better += by_graph.outcome_explained > everywhere.outcome_explained ? 1 : 0;
    gained += by_graph.outcome_explained - everywhere.outcome_explained;
  }
  CAPTURE(better, gained / possible);
  CHECK(possible == 200);
  CHECK(better >= 190);
  CHECK(gained / possible > 0.15);
}

TEST_CASE("noise that cannot be enough is told, and none is added where there is nothing to hide") {
  RowStream random = RandomStream({.seed = 72, .purpose = Purpose::test}).row(0);
  const Synthetic model = synthetic(random);
  CHECK_FALSE(noise_for_leak(model.covariance, 0, features, NodeSet(6, {3, 4}), 0.001));
  const std::vector<Node> apart{3, 4};
  CHECK(*noise_for_leak(model.covariance, 0, apart, NodeSet(6, {3, 4}), 0.001) == std::vector<double>{0, 0});
  CHECK(gaussian_leak(model.covariance, 0, 5, {}, {}).attribute_explained == 0);
}

TEST_CASE("rows without the attribute's effect are independent of it and keep all else, and blocked paths alone go") {
  RowStream random = RandomStream({.seed = 73, .purpose = Purpose::test}).row(0);
  const Synthetic model = synthetic(random);
  const CausalGraph& graph = model.scm.graph();
  const Eigen::MatrixXd world = sample(model.scm, 500, {.seed = 3});
  const Eigen::MatrixXd altered = without_attribute_effect(model.scm, world, {0, 0.7}, graph.children(0));
  const double d1 = model.coefficients(1, 0), d2 = model.coefficients(2, 0), d1_d2 = model.coefficients(2, 1);
  const Eigen::ArrayXd moved = 0.7 - world.col(0).array();
  CHECK((altered.col(0) - world.col(0)).norm() == 0);
  CHECK((altered.col(1) - world.col(1) - (d1 * moved).matrix()).norm() < 1e-9);
  CHECK((altered.col(2) - world.col(2) - ((d2 + d1_d2 * d1) * moved).matrix()).norm() < 1e-9);
  CHECK((altered.col(3) - world.col(3)).norm() == 0);
  // In closed form: what is left of D1 and D2 has no A in it.
  Eigen::MatrixXd cut = model.coefficients;
  cut.col(0).setZero();
  const Eigen::MatrixXd inverse = (Eigen::MatrixXd::Identity(6, 6) - cut).inverse();
  CHECK(std::abs(inverse(1, 0)) + std::abs(inverse(2, 0)) == 0);
  const Eigen::MatrixXd blocked = without_attribute_effect(model.scm, world, {0, 0.7}, NodeSet(6, {2}));
  CHECK((blocked.col(1) - world.col(1)).norm() == 0);
  CHECK((blocked.col(2) - world.col(2) - (d2 * moved).matrix()).norm() < 1e-9);
}

TEST_CASE("noise falls on the variables that it is asked for, as much as asked") {
  const std::vector<VariableSpec> variables{{"X", ColumnType::continuous, {}},
                                            {"K", ColumnType::categorical, {"a", "b", "c", "d"}},
                                            {"Z", ColumnType::continuous, {}}};
  constexpr Eigen::Index rows = 20000;
  Eigen::MatrixXd world = Eigen::MatrixXd::Constant(rows, 3, 2);
  SeededForResearch random{RandomStream({.seed = 74, .purpose = Purpose::noise})};
  const std::vector<double> noise{0.5, 0.4, 0};
  const Eigen::MatrixXd released = with_feature_noise(variables, world, noise, random);
  CHECK((released.col(2) - world.col(2)).norm() == 0);
  // Beyond four standard errors with probability 6e-5 each.
  const double mean = released.col(0).mean(), n = rows;
  CHECK(std::abs(mean - 2) < 4 * 0.5 / std::sqrt(n));
  CHECK(std::sqrt((released.col(0).array() - mean).square().mean()) == Approx(0.5).epsilon(4 / std::sqrt(2 * n)));
  const double kept = static_cast<double>((released.col(1).array() == 2).count()) / n;
  CHECK(std::abs(kept - 0.7) < 4 * std::sqrt(0.21 / n));
  const std::vector<double> odd{0, 1.5, 0}, negative{-1, 0, 0}, few{0, 0};
  CHECK_THROWS_AS(with_feature_noise(variables, world, odd, random), Error);
  CHECK_THROWS_AS(with_feature_noise(variables, world, negative, random), Error);
  CHECK_THROWS_AS(with_feature_noise(variables, world, few, random), Error);
}
