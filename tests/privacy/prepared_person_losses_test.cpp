#include <equipoise/privacy/prepared_person_losses.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/fairness/counterfactual_fairness.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/privacy/private_gradient.hpp>

using namespace equipoise;

namespace {

constexpr std::size_t people = 40;
const AffinePredictor predictor(3, Link::logistic);
const Eigen::VectorXd parameters = (Eigen::VectorXd(4) << 0.5, -1, 2, 0.25).finished();

PreparedRows drawn_rows() {
  RowStream random = RandomStream({.seed = 5, .purpose = Purpose::test}).row(0);
  PreparedRows rows;
  std::vector<double> sex;
  for (std::size_t i = 0; i < people; ++i) {
    sex.push_back(i % 2 == 0 ? 1 : 0);
    rows.outcome.push_back(random.uniform() < 0.5 ? 0 : 1);
  }
  rows.table = Table({{"sex", ColumnType::categorical, {"f", "m"}, sex}});
  rows.weights.assign(people, 1.0);
  for (int world = 0; world < 2; ++world)
    rows.features.push_back(Eigen::MatrixXd::NullaryExpr(people, 3, [&] { return 2 * random.uniform() - 1; }));
  return rows;
}

const std::vector<WeightedGoal> goals{{LogLoss{}, {0}, 0.75}, {CounterfactualFairness{.attribute = "sex"}, {0, 1}, 3}};

/// The gradient of one person's loss, or of several people's together.
Eigen::VectorXd gradient_of(PreparedPersonLosses<AffinePredictor>& losses, const std::vector<std::size_t>& places) {
  std::vector<BatchWorld> worlds;
  losses.at(parameters, places, worlds);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(4);
  for (const BatchWorld& world : worlds) predictor.backward(parameters, world.features, world.d_scores, gradient);
  return gradient;
}

}  // namespace

static_assert(PersonLosses<PreparedPersonLosses<AffinePredictor>>);

TEST_CASE("a person's loss is their own, whoever else is asked about", "[person losses]") {
  const PreparedRows rows = drawn_rows();
  PreparedPersonLosses losses(predictor, rows, goals);
  CHECK(losses.persons() == people);
  CHECK(losses.worlds() == 2);
  const Eigen::VectorXd alone = gradient_of(losses, {7}), other = gradient_of(losses, {30});
  CHECK((gradient_of(losses, {7, 30}) - alone - other).norm() < 1e-13);
  CHECK(gradient_of(losses, {}) == Eigen::VectorXd::Zero(4));
}

TEST_CASE("people's losses add up to the weighted goals' mean over all", "[person losses]") {
  const PreparedRows rows = drawn_rows();
  PreparedPersonLosses losses(predictor, rows, goals);
  WeightedLosses whole(predictor, goals);
  whole(parameters, rows);
  Eigen::VectorXd expected = Eigen::VectorXd::Zero(4), found = expected;
  for (const std::size_t world : whole.worlds())
    predictor.backward(parameters, rows.features[world], whole.d_scores(world), expected);
  for (std::size_t person = 0; person < people; ++person) found += gradient_of(losses, {person}) / people;
  CHECK((found - expected).norm() < 1e-13);
}

TEST_CASE("what compares people with each other, or stands for several, is refused", "[person losses]") {
  PreparedRows rows = drawn_rows();
  CHECK_THROWS_WITH(
      PreparedPersonLosses(predictor, rows, {{LogLoss{}, {0}, 1}, {DemographicParity{.attribute = "sex"}, {0}, 1}}),
      Catch::Contains("demographic-parity") && Catch::Contains("sum over rows"));
  CHECK_NOTHROW(
      PreparedPersonLosses(predictor, rows, {{LogLoss{}, {0}, 1}, {DemographicParity{.attribute = "sex"}, {0}, 0}}));
  rows.weights[4] = 2;
  CHECK_THROWS_WITH(PreparedPersonLosses(predictor, rows, goals), Catch::Contains("row 5"));
}

TEST_CASE("a predictor without features has an intercept to train", "[person losses]") {
  PreparedRows rows = drawn_rows();
  rows.features = {Eigen::MatrixXd(people, 0)};
  const AffinePredictor intercept(0, Link::logistic);
  PreparedPersonLosses losses(intercept, rows, {{LogLoss{}, {0}, 1}});
  std::vector<BatchWorld> worlds;
  losses.at(Eigen::VectorXd::Zero(1), std::vector<std::size_t>{1, 7}, worlds);
  CHECK(worlds[0].d_scores == Eigen::Vector2d(0.5 - rows.outcome[1], 0.5 - rows.outcome[7]));
}
