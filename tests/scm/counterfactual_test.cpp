#include <catch2/catch.hpp>

#include <cmath>
#include <utility>

#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using equipoise::testing::levels_variable;

TEST_CASE("linear-Gaussian counterfactual rows equal matrix algebra on random models") {
  RowStream random = RandomStream({.seed = 7, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 200; ++trial) {
    const auto size = static_cast<std::size_t>(2 + random() % 7);
    const auto model = equipoise::testing::random_linear_gaussian(random, size);
    const Eigen::MatrixXd world = sample(model.scm, 20, {.seed = static_cast<std::uint64_t>(trial)});
    std::vector<Assignment> intervention{{random() % size, 2 * random.uniform() - 1}};
    if (trial % 3 == 0) intervention.push_back({(intervention[0].variable + 1) % size, 0.25});
    const Eigen::MatrixXd answer = counterfactual_rows(model.scm, world, intervention);

    // (I - B) v = c + u; the action replaces the rows of the variables that it sets.
    const auto n = static_cast<Eigen::Index>(size);
    Eigen::MatrixXd cut = model.coefficients;
    for (const Assignment& each : intervention) cut.row(static_cast<Eigen::Index>(each.variable)).setZero();
    for (Eigen::Index row = 0; row < world.rows(); ++row) {
      const Eigen::VectorXd v = world.row(row).transpose();
      Eigen::VectorXd rest = v - model.coefficients * v;
      for (const Assignment& each : intervention) rest[static_cast<Eigen::Index>(each.variable)] = each.value;
      Eigen::VectorXd expected = Eigen::VectorXd::Zero(n), power = rest;  // (I - cut)^-1 = sum of powers, cut nilpotent
      for (Eigen::Index k = 0; k < n; ++k) {
        expected += power;
        power = cut * power;
      }
      CHECK((answer.row(row).transpose() - expected).cwiseAbs().maxCoeff() < 1e-9);
    }
  }
}

namespace {

Scm discrete_chain(RowStream& random, Coupling coupling) {
  const std::size_t levels[] = {2, 3, 4};
  const std::vector<std::string> names{"A", "M", "Y"};
  const std::vector<NamedEdge> edges{{"A", "M"}, {"A", "Y"}, {"M", "Y"}};
  std::vector<double> m_table, y_table;
  for (int c = 0; c < 2; ++c)
    for (const double p : equipoise::testing::random_distribution(random, 3)) m_table.push_back(p);
  for (int c = 0; c < 6; ++c)
    for (const double p : equipoise::testing::random_distribution(random, 4)) y_table.push_back(p);
  return Scm(CausalGraph(names, edges),
             {levels_variable("A", levels[0]), levels_variable("M", levels[1]), levels_variable("Y", levels[2])},
             {{NoiseMechanism(Noise(BernoulliNoise{0.4})), {}},
              {TableMechanism(ProbabilityTable({2}, 3, m_table), coupling), {"A"}},
              {TableMechanism(ProbabilityTable({2, 3}, 4, y_table), coupling), {"A", "M"}}});
}

}  // namespace

TEST_CASE("a row where the intervention changes nothing is returned to the bit") {
  RowStream random = RandomStream({.seed = 8, .purpose = Purpose::test}).row(0);
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const Scm scm = discrete_chain(random, coupling);
    const Eigen::MatrixXd world = sample(scm, 5000);
    const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, 1}});
    for (Eigen::Index row = 0; row < world.rows(); ++row)
      if (world(row, 0) == 1) REQUIRE(world.row(row) == other.row(row));
    REQUIRE((other.col(0).array() == 1).all());
  }
  const auto model = equipoise::testing::random_linear_gaussian(random, 6);
  const Eigen::MatrixXd world = sample(model.scm, 100);
  for (Eigen::Index row = 0; row < world.rows(); ++row) {
    const Eigen::MatrixXd one = world.row(row);
    REQUIRE(counterfactual_rows(model.scm, one, Intervention{{0, one(0, 0)}}) == one);
  }
}

TEST_CASE("sampled counterfactual rows follow the exact two-world probabilities of their coupling") {
  RowStream random = RandomStream({.seed = 9, .purpose = Purpose::test}).row(0);
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const Scm scm = discrete_chain(random, coupling);
    const Eigen::Index rows = 40000;
    for (const double factual_level : {0.0, 1.0, 2.0, 3.0}) {
      Eigen::MatrixXd world(rows, 3);
      world.col(0).setZero();
      world.col(1).setConstant(1);
      world.col(2).setConstant(factual_level);
      const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, 1}, {1, 2}});
      const Eigen::MatrixXd p = counterfactual_probabilities(scm, world, other, 2);
      CHECK(p.row(0).sum() == Approx(1).epsilon(1e-12));
      for (Eigen::Index level = 0; level < 4; ++level) {
        const double expected = p(0, level);
        const double share = (other.col(2).array() == static_cast<double>(level)).cast<double>().mean();
        // 4.75 standard errors: a false alarm of 2e-6 a comparison, 1e-4 over the 48 of this test.
        CHECK(std::abs(share - expected) <=
              4.75 * std::sqrt(expected * (1 - expected) / static_cast<double>(rows)) + 1e-12);
      }
    }
  }
}

TEST_CASE("counterfactuals through a table average to its interventional distribution") {
  // E over rows of P(Y_{a} = y | row) is P(Y = y | do(a)), whatever the coupling.
  RowStream random = RandomStream({.seed = 10, .purpose = Purpose::test}).row(0);
  const Eigen::Index rows = 40000;
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const Scm scm = discrete_chain(random, coupling);
    const Eigen::MatrixXd world = sample(scm, static_cast<std::size_t>(rows), {.seed = 3});
    const Eigen::MatrixXd imagined = counterfactual_rows(scm, world, Intervention{{0, 1}});
    const Eigen::MatrixXd done =
        sample(intervene(scm, Intervention{{0, 1}}), static_cast<std::size_t>(rows), {.seed = 4});
    for (Eigen::Index level = 0; level < 4; ++level) {
      const double a = (imagined.col(2).array() == static_cast<double>(level)).cast<double>().mean();
      const double b = (done.col(2).array() == static_cast<double>(level)).cast<double>().mean();
      // The difference of two means has at most sqrt(0.5 / rows) standard error; 5 of them.
      CHECK(std::abs(a - b) < 5 * std::sqrt(0.5 / static_cast<double>(rows)));
    }
  }
}

TEST_CASE("a mechanism without the rung is refused by the variable's name") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const Scm folded(CausalGraph({"X", "Y"}, edges),
                   {{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
                   {{NoiseMechanism(Noise(NormalNoise{})), {}},
                    {FormulaMechanism("abs(N) * X", {"X"}, Noise(NormalNoise{}), "N"), {"X"}}});
  const Eigen::MatrixXd world = sample(folded, 10);
  try {
    counterfactual_rows(folded, world, Intervention{{0, 5}});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_missing_rung);
    CHECK(error.place() == "variable 'Y'");
  }
  const Scm unstated(CausalGraph({"X", "Y"}, edges), {levels_variable("X", 2), levels_variable("Y", 2)},
                     {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}},
                      {TableMechanism(ProbabilityTable({2}, 2, {0.5, 0.5, 0.2, 0.8}), Coupling::unstated), {"X"}}});
  const Eigen::MatrixXd coins = sample(unstated, 10);
  CHECK_THROWS_AS(counterfactual_rows(unstated, coins, Intervention{{0, 0}}), Error);
}

TEST_CASE("a shared exogenous variable is abducted from every variable that reads it") {
  // X = U, Y = X xor U with U a fair coin: Y is 0 in every row, and would be 1 had X been the other.
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const Scm scm(CausalGraph({"X", "Y"}, edges), {levels_variable("X", 2), levels_variable("Y", 2)},
                {{LookupMechanism({2}, 2, {0, 1}), {"U"}}, {LookupMechanism({2, 2}, 2, {0, 1, 1, 0}), {"X", "U"}}},
                {{"U", Noise(BernoulliNoise{0.5})}});
  CHECK(scm.graph().has_bidirected(0, 1));
  const Eigen::MatrixXd world = sample(scm, 200);
  CHECK((world.col(1).array() == 0).all());
  for (const double x : {0.0, 1.0}) {
    const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, x}});
    for (Eigen::Index row = 0; row < world.rows(); ++row) CHECK(other(row, 1) == (world(row, 0) == x ? 0 : 1));
  }
  Eigen::MatrixXd impossible = world.topRows(1);
  impossible(0, 1) = 1;
  CHECK_THROWS_AS(counterfactual_rows(scm, impossible, Intervention{{0, 1 - impossible(0, 0)}}), Error);
}

TEST_CASE("the licence of counterfactual rows names the couplings they assume") {
  RowStream random = RandomStream({.seed = 11, .purpose = Purpose::test}).row(0);
  const Scm scm = discrete_chain(random, Coupling::gumbel_max);
  const Licence licence = counterfactual_licence(scm, Intervention{{0, 1}});
  CHECK(licence.kind == LicenceKind::assumed);
  CHECK(licence.basis == "coupling gumbel-max of M, Y");
}

TEST_CASE("counterfactual rows handed on block by block, or made in place, are the rows at once") {
  RowStream random = RandomStream({.seed = 12, .purpose = Purpose::test}).row(0);
  const Scm scm = discrete_chain(random, Coupling::gumbel_max);
  const Eigen::MatrixXd world = sample(scm, 5000);
  const Intervention intervention{{0, DrawFrom{Noise(BernoulliNoise{0.5})}}};
  const Eigen::MatrixXd whole = counterfactual_rows(scm, world, intervention, {.seed = 7});
  Eigen::Index at = 0;
  counterfactual_rows_to(
      scm, world, intervention,
      [&](const Eigen::MatrixXd& block) {
        REQUIRE(block == whole.middleRows(at, block.rows()));
        at += block.rows();
      },
      7);
  CHECK(at == 5000);
  Eigen::MatrixXd given = world;
  CHECK(counterfactual_rows(scm, std::move(given), intervention, {.seed = 7, .parallelism = Parallelism::exactly(2)}) ==
        whole);
}

namespace {

/// A -> Y = noise, all of one noise; A of `root`.
Scm pair_of(const Noise& root, const Noise& noise) {
  const std::vector<NamedEdge> edges{{"A", "Y"}};
  return Scm(CausalGraph({"A", "Y"}, edges), {{"A", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
             {{NoiseMechanism(root), {}}, {LinearMechanism({0, {{2, {}}}}, noise), {"A"}}});
}

void check_refused(const Scm& scm, const Eigen::MatrixXd& world, Node changed, std::size_t row, const char* column) {
  try {
    counterfactual_rows(scm, world, std::vector<Assignment>{{changed, 1.0}});
    FAIL("not refused");
  } catch (const RowError& error) {
    CHECK(error.code() == ErrorCode::scm_no_support);
    CHECK(error.row() == row);
    CHECK(error.column() == column);
  }
}

}  // namespace

TEST_CASE("rows that the noise of a number cannot give are refused, and the row and the variable named") {
  const Noise gamma(GammaNoise{2, 1});
  Eigen::MatrixXd world(3, 2);
  world << 1, 3, 0, -50, 1, 2.5;
  check_refused(pair_of(NormalNoise{0, 1}, gamma), world, 0, 1, "Y");
  check_refused(pair_of(NormalNoise{0, 1}, ExponentialNoise{1}), world, 0, 1, "Y");
  check_refused(pair_of(NormalNoise{0, 1}, UniformNoise{0, 1}), world, 0, 1, "Y");
  check_refused(pair_of(NormalNoise{0, 1}, BernoulliNoise{0.5}), world, 0, 1, "Y");
  check_refused(pair_of(UniformNoise{0.5, 2}, NormalNoise{0, 1}), world, 1, 1, "A");
  world(1, 1) = 0.5;
  world(2, 1) = std::nextafter(2.0, 0.0);  // Y - 2 A is 0 but for rounding
  CHECK_NOTHROW(counterfactual_rows(pair_of(NormalNoise{0, 1}, gamma), world, std::vector<Assignment>{{0, 1.0}}));
}

TEST_CASE("rows drawn from a model with noise that is bounded are never refused") {
  RowStream random = RandomStream({.seed = 88, .purpose = Purpose::test}).row(0);
  const std::vector<Noise> noises{GammaNoise{0.05, 1}, ExponentialNoise{1e-9}, UniformNoise{-1e-12, 1}, PoissonNoise{3},
                                  EmpiricalNoise({0.1, 0.7, 12.3})};
  for (const Noise& noise : noises) {
    const Scm scm = pair_of(UniformNoise{-1e3, 1e3 * random.uniform()}, noise);
    const Eigen::MatrixXd world = sample(scm, 3000, {.seed = random()});
    CHECK_NOTHROW(counterfactual_rows(scm, world, std::vector<Assignment>{{0, 1.0}}));
  }
}

TEST_CASE("a row that a lookup or its hidden cause cannot give is refused by its number and variable") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const Scm plain(CausalGraph({"X", "Y"}, edges), {levels_variable("X", 2), levels_variable("Y", 2)},
                  {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}}, {LookupMechanism({2}, 2, {0, 1}), {"X"}}});
  Eigen::MatrixXd world(3, 2);
  world << 0, 0, 1, 1, 1, 0;
  check_refused(plain, world, 0, 2, "Y");
  const Scm hidden(
      CausalGraph({"X", "Y"}, edges), {levels_variable("X", 2), levels_variable("Y", 2)},
      {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}}, {LookupMechanism({2, 2}, 2, {0, 1, 1, 1}), {"X", "U"}}},
      {{"U", Noise(BernoulliNoise{0.5})}});
  check_refused(hidden, world, 1, 2, "");  // reached or not
}
