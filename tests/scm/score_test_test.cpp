#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/score_test.hpp>

using namespace equipoise;
using detail::score_statistic;

TEST_CASE("a quadratic form is that of the inverse, and repeated scores count once") {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 2, 0.5, 0.5, 1;
  const Eigen::Vector2d scores(1, -2);
  // The inverse is (1, -0.5; -0.5, 2) / 1.75.
  const double expected = (1 * 1 + 2 * 0.5 * 2 + 2 * 4) / 1.75;
  const auto plain = score_statistic(scores, covariance);
  CHECK(plain.statistic == Approx(expected));
  CHECK(plain.degrees_of_freedom == 2);
  CHECK(plain.p_value == Approx(std::exp(-expected / 2)));  // of two degrees of freedom
  Eigen::MatrixXd repeated(3, 3);
  repeated << 2, 0.5, 2, 0.5, 1, 0.5, 2, 0.5, 2;
  CHECK(score_statistic(Eigen::Vector3d(1, -2, 1), repeated).statistic == Approx(expected));
  CHECK(score_statistic(Eigen::Vector3d(1, -2, 1), repeated).degrees_of_freedom == 2);
}

TEST_CASE("one score with an estimated variance has the distribution of Student's t") {
  // P(|t| > 2.228139) = 0.05 with 10 degrees of freedom.
  const auto score = score_statistic(Eigen::VectorXd::Constant(1, 2.228139), Eigen::MatrixXd::Identity(1, 1), 10);
  CHECK(score.p_value == Approx(0.05).epsilon(1e-5));
}

TEST_CASE("two scores with an estimated variance have Hotelling's distribution, in closed form") {
  // P(T^2 > t) = (1 + t / v)^(-(v - 1) / 2) of two scores and v degrees of freedom; e^(-t / 2) where v has no end.
  const Eigen::Vector2d scores(1.5, -2);
  const double t = 1.5 * 1.5 + 4;
  for (const double v : {2.0, 5.0, 40.0, 1e4})
    CHECK(score_statistic(scores, Eigen::MatrixXd::Identity(2, 2), v).p_value ==
          Approx(std::pow(1 + t / v, -(v - 1) / 2)).epsilon(1e-10));
  CHECK(score_statistic(scores, Eigen::MatrixXd::Identity(2, 2), 1e9).p_value ==
        Approx(std::exp(-t / 2)).epsilon(1e-6));
}

TEST_CASE("scores without variance, or without rows to estimate it, test nothing") {
  CHECK(score_statistic(Eigen::VectorXd::Zero(2), Eigen::MatrixXd::Zero(2, 2)).p_value == 1);
  CHECK(score_statistic(Eigen::Vector2d(9, 9), Eigen::MatrixXd::Identity(2, 2), 1).degrees_of_freedom == 0);
  CHECK(score_statistic(Eigen::VectorXd(), Eigen::MatrixXd()).p_value == 1);
}
