#include <equipoise/train/weighted_sum.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/fairness/counterfactual_fairness.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/fairness/equalized_odds.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/objective/squared_error.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/testing/drawn_predictions.hpp>
#include <equipoise/testing/gradient_checker.hpp>

using namespace equipoise;

namespace {

constexpr std::size_t worlds = 5;

/// Rows, weights (a tenth of them 0) and features in every world, drawn at random.
PreparedRows draw_rows(Link link, std::uint64_t number, Eigen::Index columns) {
  const DrawnPredictions drawn = draw_predictions({.link = link, .level_columns = {"sex"}, .rows = 30}, 1, 31, number);
  PreparedRows rows{
      .table = drawn.table, .outcome = drawn.outcome, .weights = drawn.weights, .requests = {}, .features = {}};
  for (std::size_t w = 0; w < worlds; ++w) {
    Eigen::MatrixXd x(static_cast<Eigen::Index>(drawn.rows()), columns);
    fill_normal(RandomStream({.seed = number, .purpose = Purpose::test, .point = static_cast<std::uint32_t>(w)}), 0,
                {x.data(), static_cast<std::size_t>(x.size())});
    rows.features.push_back(std::move(x));
  }
  return rows;
}

/// Some of these goals, each a random weight; a world may serve several, and several worlds one.
std::vector<WeightedGoal> draw_goals(Link link, RowStream& random) {
  std::vector<WeightedGoal> all;
  if (link == Link::logistic) {
    all = {{LogLoss{}, {0}, 1},
           {DemographicParity{.attribute = "sex", .sharpness = 2}, {0}, 1},
           {EqualizedOdds{.attribute = "sex"}, {3}, 1},
           {CounterfactualFairness{.attribute = "sex", .groups = 3}, {0, 1, 2}, 1},
           {CounterfactualFairness{.attribute = "sex"}, {4, 1}, 1}};
  } else {
    all = {{SquaredError{}, {0}, 1},
           {DemographicParity{.attribute = "sex", .link = link}, {2}, 1},
           {CounterfactualFairness{.attribute = "sex", .groups = 3, .link = link}, {0, 3, 3}, 1}};
  }
  std::vector<WeightedGoal> goals;
  for (WeightedGoal& goal : all)
    if (random.uniform() < 0.7) {
      goal.weight = random.uniform() < 0.2 ? 0 : 5 * random.uniform();
      goals.push_back(std::move(goal));
    }
  return goals;
}

Eigen::VectorXd draw_parameters(Eigen::Index count, RowStream& random) {
  Eigen::VectorXd parameters(count);
  for (double& each : parameters) each = 4 * random.uniform() - 2;
  return parameters;
}

/// The weighted sum by its definition: scores row by row, each loss alone.
double by_definition(const PreparedRows& rows, const std::vector<WeightedGoal>& goals, Link link, double l2,
                     const Eigen::VectorXd& parameters) {
  const Eigen::Index columns = parameters.size() - 1;
  double value = l2 / 2 * parameters.head(columns).squaredNorm();
  for (const WeightedGoal& goal : goals) {
    std::vector<std::vector<double>> scores, gradients;
    for (const std::size_t world : goal.worlds) {
      std::vector<double>& of_world = scores.emplace_back();
      for (Eigen::Index i = 0; i < rows.features[world].rows(); ++i) {
        double score = parameters[columns];
        for (Eigen::Index j = 0; j < columns; ++j) score += rows.features[world](i, j) * parameters[j];
        of_world.push_back(score);
      }
      gradients.emplace_back(of_world.size());
    }
    const std::vector<std::span<const double>> seen(scores.begin(), scores.end());
    const std::vector<std::span<double>> out(gradients.begin(), gradients.end());
    value +=
        goal.weight *
        goal.objective.loss(
            {.table = rows.table, .outcome = rows.outcome, .weights = rows.weights, .link = link, .scores = seen}, out);
  }
  return value;
}

/// A goal that is not to be asked.
struct Forbidden {
  std::string name() const { return "forbidden"; }
  static constexpr bool is_sum_over_rows() { return true; }
  double loss(const Predictions&, ScoreGradients) const { throw Error(ErrorCode::train_refused, "forbidden", "asked"); }
};

}  // namespace

TEST_CASE("the weighted sum of random goals over random worlds is its definition's", "[weighted_sum]") {
  for (const Link link : {Link::logistic, Link::identity})
    for (std::uint64_t number = 0; number < 100; ++number) {
      RowStream random = RandomStream({.seed = 32, .purpose = Purpose::test}).row(number);
      const AffinePredictor predictor(1 + static_cast<Eigen::Index>(number % 4), link);
      const PreparedRows rows = draw_rows(link, number, predictor.inputs());
      const std::vector<WeightedGoal> goals = draw_goals(link, random);
      const double l2 = number % 3 == 0 ? 0 : random.uniform();
      WeightedSum sum(predictor, rows, goals, l2);
      const Eigen::VectorXd parameters = draw_parameters(predictor.parameter_count(), random);
      Eigen::VectorXd gradient;
      CAPTURE(number);
      REQUIRE(sum(parameters, gradient) ==
              Approx(by_definition(rows, goals, link, l2, parameters)).epsilon(1e-12).margin(1e-14));
    }
}

TEST_CASE("the gradient of a weighted sum is what central differences give", "[weighted_sum]") {
  for (const Link link : {Link::logistic, Link::identity})
    for (std::uint64_t number = 0; number < 100; ++number) {
      RowStream random = RandomStream({.seed = 33, .purpose = Purpose::test}).row(number);
      const AffinePredictor predictor(1 + static_cast<Eigen::Index>(number % 4), link);
      const PreparedRows rows = draw_rows(link, number, predictor.inputs());
      WeightedSum sum(predictor, rows, draw_goals(link, random), number % 3 == 0 ? 0 : random.uniform());
      const Eigen::VectorXd parameters = draw_parameters(predictor.parameter_count(), random);
      Eigen::VectorXd gradient, ignored;
      sum(parameters, gradient);
      const GradientCheck check =
          check_gradient([&](const Eigen::VectorXd& x) { return sum(x, ignored); }, parameters, gradient);
      CAPTURE(number, check.text());
      REQUIRE(check.passed());
    }
}

TEST_CASE("a weighted sum gives the same bits however often it was asked before", "[weighted_sum]") {
  const AffinePredictor predictor(3, Link::logistic);
  const PreparedRows rows = draw_rows(Link::logistic, 5, 3);
  RowStream random = RandomStream({.seed = 34, .purpose = Purpose::test}).row(0);
  const std::vector<WeightedGoal> goals{{LogLoss{}, {0}, 1}, {CounterfactualFairness{.attribute = "sex"}, {0, 1}, 2}};
  WeightedSum used(predictor, rows, goals, 0.1);
  Eigen::VectorXd gradient, fresh_gradient = Eigen::VectorXd::Constant(9, 7.0);
  for (int i = 0; i < 10; ++i) {
    const Eigen::VectorXd parameters = draw_parameters(4, random);
    const double value = used(parameters, gradient);
    WeightedSum fresh(predictor, rows, goals, 0.1);
    CHECK(fresh(parameters, fresh_gradient) == value);
    CHECK(fresh_gradient == gradient);
  }
}

TEST_CASE("a goal of weight 0 is not asked, and the intercept is not penalised", "[weighted_sum]") {
  const AffinePredictor predictor(2, Link::logistic);
  const PreparedRows rows = draw_rows(Link::logistic, 6, 2);
  WeightedSum sum(predictor, rows, {{Forbidden{}, {0}, 0}}, 3);
  Eigen::VectorXd gradient;
  CHECK(sum(Eigen::Vector3d(1, -2, 50), gradient) == 1.5 * 5);
  CHECK(gradient == Eigen::Vector3d(3, -6, 0));
}

TEST_CASE("each goal's loss alone is its loss, whatever the weights", "[weighted_sum]") {
  const AffinePredictor predictor(2, Link::logistic);
  const PreparedRows rows = draw_rows(Link::logistic, 7, 2);
  const std::vector<WeightedGoal> goals{{LogLoss{}, {0}, 0}, {CounterfactualFairness{.attribute = "sex"}, {0, 2}, 9}};
  const Eigen::Vector3d parameters(0.3, -1, 0.2);
  const std::vector<double> losses = losses_at(predictor, rows, goals, parameters);
  REQUIRE(losses.size() == 2);
  for (std::size_t k = 0; k < 2; ++k)
    CHECK(losses[k] ==
          Approx(by_definition(rows, {{goals[k].objective, goals[k].worlds, 1}}, Link::logistic, 0, parameters)));
}
