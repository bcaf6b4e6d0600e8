#include <equipoise/train/stochastic_descent.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

/// Of (x - 1)^2 / 2 + 10 (y + 2)^2 / 2.
void bowl(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
  gradient[0] = x[0] - 1;
  gradient[1] = 10 * (x[1] + 2);
}

const Eigen::Vector2d lowest(1, -2);

}  // namespace

TEST_CASE("descent on a bowl goes to its lowest point", "[descent]") {
  for (const DescentOptions& options : {DescentOptions{.steps = 400, .learning_rate = 0.1},
                                        DescentOptions{.steps = 300, .learning_rate = 0.05, .momentum = 0.8},
                                        DescentOptions{.steps = 4000,
                                        .learning_rate = 0.05,
                                        .rule = StepRule::adam,
                                        .momentum = 0.9,
                                        .learning_rate_falls = true}})
    CHECK((descend(bowl, Eigen::Vector2d(5, 5), options) - lowest).norm() < 1e-3);
}

TEST_CASE("plain steps are those of gradient descent, and their mean is of the last share", "[descent]") {
  const Eigen::VectorXd start = Eigen::VectorXd::Constant(1, 8);
  const auto halve = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) { gradient = x; };
  // 8, 4, 2, 1, 0.5 after each step of rate 1/2.
  CHECK(descend(halve, start, {.steps = 4, .learning_rate = 0.5, .averaged_share = 0})[0] == 0.5);
  CHECK(descend(halve, start, {.steps = 4, .learning_rate = 0.5, .averaged_share = 0.5})[0] == 0.75);
  CHECK(descend(halve, start, {.steps = 4, .learning_rate = 0.5, .averaged_share = 1})[0] == 1.875);
  CHECK(descend(halve, start, {.steps = 0})[0] == 8);
}

TEST_CASE("Adam's first step is the learning rate in each direction", "[descent]") {
  const Eigen::VectorXd found = descend(bowl, Eigen::Vector2d(5, 5),
                                        {.steps = 1, .learning_rate = 0.125, .rule = StepRule::adam, .momentum = 0.9});
  CHECK(found[0] == Approx(4.875).epsilon(1e-8));
  CHECK(found[1] == Approx(4.875).epsilon(1e-8));
}

// The mean of the last half of 20,000 steps on a gradient with unit noise: its deviation is about 1 / sqrt(10,000) in
// the bowl's flat direction; within 6 of them but once in 10^8 runs.
TEST_CASE("averaging takes the noise of gradients out", "[descent]") {
  RowStream random = RandomStream({.seed = 2, .purpose = Purpose::test}).row(0);
  const auto noisy = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    bowl(x, gradient);
    for (double& each : gradient) each += std::sqrt(12.0) * (random.uniform() - 0.5);
  };
  CHECK((descend(noisy, Eigen::Vector2d(0, 0), {.steps = 20000, .learning_rate = 0.05}) - lowest).norm() < 0.06);
}

TEST_CASE("a descent's options out of their ranges are refused", "[descent]") {
  const Eigen::Vector2d start(0, 0);
  CHECK_THROWS_AS(descend(bowl, start, {.learning_rate = 0}), Error);
  CHECK_THROWS_AS(descend(bowl, start, {.momentum = 1}), Error);
  CHECK_THROWS_AS(descend(bowl, start, {.second_decay = -0.1}), Error);
  CHECK_THROWS_AS(descend(bowl, start, {.averaged_share = std::nan("")}), Error);
}
