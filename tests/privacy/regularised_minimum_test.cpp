#include <equipoise/privacy/regularised_minimum.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

RegularisedProblem drawn(std::uint64_t number, Eigen::Index persons, Eigen::Index parameters) {
  RowStream random = RandomStream({.seed = 61, .purpose = Purpose::test}).row(number);
  RegularisedProblem problem;
  problem.rows = Eigen::MatrixXd::NullaryExpr(persons, parameters, [&] { return 4 * random.uniform() - 2; });
  for (Eigen::Index i = 0; i < persons; ++i) problem.outcome.push_back(random.uniform() < 0.4);
  problem.persons = static_cast<double>(persons) + 3;
  problem.l2 = std::pow(10.0, -4 * random.uniform());
  problem.linear = Eigen::VectorXd::NullaryExpr(parameters, [&] { return random.uniform() - 0.5; });
  return problem;
}

}  // namespace

TEST_CASE("at a regularised minimum the gradient vanishes", "[regularised minimum]") {
  for (std::uint64_t number = 0; number < 40; ++number) {
    const RegularisedProblem problem =
        drawn(number, static_cast<Eigen::Index>(1 + 5 * number), static_cast<Eigen::Index>(1 + number % 7));
    const Eigen::VectorXd theta = regularised_minimum<LogisticScoreLoss>(problem, 1e-11);
    Eigen::VectorXd gradient = problem.l2 * theta + problem.linear;
    for (Eigen::Index i = 0; i < problem.rows.rows(); ++i)
      gradient += (1 / (1 + std::exp(-problem.rows.row(i).dot(theta))) - problem.outcome[static_cast<std::size_t>(i)]) *
                  problem.rows.row(i).transpose() / problem.persons;
    CHECK(gradient.norm() < 2e-11);
  }
}

TEST_CASE("a linear term that pulls far is followed far", "[regularised minimum]") {
  RegularisedProblem problem = drawn(1, 20, 3);
  problem.l2 = 1e-3;
  problem.linear *= 100;
  const Eigen::VectorXd theta = regularised_minimum<LogisticScoreLoss>(problem, 1e-9);
  // Slopes are below 1, rows below 2 sqrt 3: but for them theta is -linear / l2.
  CHECK((theta + problem.linear / problem.l2).norm() <= 2 * std::sqrt(3.0) / problem.l2);
}

TEST_CASE("a tolerance beyond rounding is refused", "[regularised minimum]") {
  CHECK_THROWS_AS(regularised_minimum<LogisticScoreLoss>(drawn(2, 50, 4), 1e-40), Error);
}

TEST_CASE("rows are scaled to their bound, with the intercept's 1", "[regularised minimum]") {
  Eigen::MatrixXd features(5, 2);
  const double infinity = std::numeric_limits<double>::infinity();
  features << 0.1, 0.2, 3, 4, std::nan(""), 1, 2, infinity, 1e200, 0;
  const Eigen::MatrixXd rows = bounded_rows(features, 2);
  CHECK(rows.row(0) == Eigen::RowVector3d(0.1, 0.2, 1));
  CHECK(rows.row(1).norm() <= 2);
  CHECK((rows.row(1) - 2 / std::sqrt(26.0) * Eigen::RowVector3d(3, 4, 1)).norm() < 1e-12);
  for (Eigen::Index i = 2; i < 5; ++i) CHECK(rows.row(i).norm() == 0);
}

TEST_CASE("the logistic loss keeps its bounds, whatever score and outcome", "[regularised minimum]") {
  const LogisticScoreLoss loss;
  for (const double outcome : {0.0, 1.0, 0.3, -5.0, 7.0, std::nan("")})
    for (double score = -800; score <= 800; score += 0.37) {
      CHECK(std::abs(loss.slope(score, outcome)) <= LogisticScoreLoss::slope_bound);
      CHECK((loss.curvature(score, outcome) >= 0 &&
             loss.curvature(score, outcome) <= LogisticScoreLoss::curvature_bound));
      CHECK(std::isfinite(loss.value(score, outcome)));
    }
}
