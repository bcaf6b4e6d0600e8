#include <equipoise/privacy/objective_perturbation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 71, .purpose = Purpose::test, .point = point}));
}

/// Persons of no features: the one parameter is the intercept, and what is released has a density in closed form,
/// that of the linear term which makes it the minimum times that term's derivative.
struct InterceptAlone {
  double positive, negative;  // persons of each outcome
  double persons, l2, scale;  // the divisor; the penalty in the end; of the noise

  double term(double theta) const {
    const double share = 1 / (1 + std::exp(-theta));
    return -(positive * (share - 1) + negative * share + persons * l2 * theta);
  }
  double log_density(double theta) const {
    const double share = 1 / (1 + std::exp(-theta));
    return -std::abs(term(theta)) / scale - std::log(2 * scale) +
           std::log((positive + negative) * share * (1 - share) + persons * l2);
  }
  double distribution(double theta) const {
    const double x = term(theta) / scale;  // falls in theta
    return x > 0 ? 0.5 * std::exp(-x) : 1 - 0.5 * std::exp(x);
  }
};

}  // namespace

TEST_CASE("densities of the released intercept differ by epsilon at most, and by no less than it takes",
          "[objective perturbation]") {
  double closest = 0;
  for (const double epsilon : {0.1, 1.0, 4.0})
    for (const double l2 : {1e-4, 0.05, 1.0})
      for (const Adjacency adjacency : {Adjacency::add_or_remove_one, Adjacency::replace_one}) {
        const double persons = 12;
        const auto plan = objective_perturbation_plan(epsilon, l2, persons, 0.25, adjacency);
        CHECK(plan.noise_epsilon >= epsilon / 2);
        const double losses = adjacency == Adjacency::replace_one ? 2 : 1;
        const InterceptAlone here{8, 4, persons, l2 + plan.added_l2, losses / plan.noise_epsilon};
        InterceptAlone there = here;
        there.positive -= 1;
        if (adjacency == Adjacency::replace_one) there.negative += 1;
        double most = 0;
        for (double theta = -60; theta <= 60; theta += 0.003)
          most = std::max(most, std::abs(here.log_density(theta) - there.log_density(theta)));
        CHECK(most <= epsilon);
        closest = std::max(closest, most / epsilon);
      }
  CHECK(closest > 0.8);
}

// By Massart's inequality the distance of 2,000 draws' distribution function is beyond this but once in 10^7 runs; what
// smoothing adds is a thousandth of the noise.
TEST_CASE("released intercepts have that density", "[objective perturbation]") {
  const std::vector<double> outcome{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
  const Eigen::MatrixXd features(12, 0);
  std::uint32_t point = 0;
  for (const double epsilon : {0.3, 3.0}) {
    const ConvexPrivacyOptions options{.epsilon = epsilon, .l2 = 0.02, .persons = 12};
    const auto plan = objective_perturbation_plan(epsilon, 0.02, 12, 0.25, options.adjacency);
    const InterceptAlone expected{8, 4, 12, 0.02 + plan.added_l2, 1 / plan.noise_epsilon};
    auto random = seeded(point++);
    std::vector<double> drawn;
    for (int draw = 0; draw < 2000; ++draw)
      drawn.push_back(objective_perturbation<LogisticScoreLoss>(features, outcome, options, random).parameters[0]);
    std::sort(drawn.begin(), drawn.end());
    double distance = 0;
    for (std::size_t i = 0; i < drawn.size(); ++i)
      distance = std::max(distance, std::abs(expected.distribution(drawn[i]) - (static_cast<double>(i) + 0.5) / 2000));
    CHECK(distance < std::sqrt(std::log(2 / 1e-7) / 4000) + 0.003);
  }
}

TEST_CASE("epsilon is halved for the determinant only where the penalty is too small", "[objective perturbation]") {
  const auto small = objective_perturbation_plan(0.1, 1e-6, 100, 0.25, Adjacency::add_or_remove_one);
  CHECK(small.noise_epsilon == 0.05);
  CHECK(std::log1p(0.25 / (100 * (1e-6 + small.added_l2))) == Approx(0.05).epsilon(1e-12));
  const auto large = objective_perturbation_plan(1, 0.1, 1000, 0.25, Adjacency::replace_one);
  CHECK(large.added_l2 == 0);
  CHECK(large.noise_epsilon == Approx(1 - 2 * std::log(1 + 0.0025)).epsilon(1e-12));
}

TEST_CASE("where epsilon is large, the minimum itself is released", "[objective perturbation]") {
  RowStream random_row = RandomStream({.seed = 71, .purpose = Purpose::test}).row(1);
  const Eigen::MatrixXd features = Eigen::MatrixXd::NullaryExpr(300, 2, [&] { return random_row.uniform() - 0.5; });
  std::vector<double> outcome;
  for (Eigen::Index i = 0; i < 300; ++i) outcome.push_back(features(i, 0) > 0.1);
  auto random = seeded(9);
  const PrivateMinimum found = objective_perturbation<LogisticScoreLoss>(
      features, outcome, {.epsilon = 1e6, .l2 = 0.01, .persons = 300}, random);
  const Eigen::VectorXd minimum = regularised_minimum<LogisticScoreLoss>(
      {bounded_rows(features, 1), outcome, 300, 0.01, Eigen::VectorXd::Zero(3)}, 1e-11);
  CHECK((found.parameters - minimum).norm() < 1e-3);
  CHECK(found.l2 == 0.01);
}
