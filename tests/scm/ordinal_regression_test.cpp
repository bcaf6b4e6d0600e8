#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/ordinal_regression.hpp>
#include <equipoise/scm/regression.hpp>

using namespace equipoise;

namespace {

double log_likelihood(const Eigen::MatrixXd& x, const Eigen::MatrixXd& counts, OrdinalLink link,
                      const Eigen::VectorXd& b, const std::vector<double>& cuts) {
  const auto below = [&](double at) { return link == OrdinalLink::logit ? 1 / (1 + std::exp(-at)) : normal_cdf(at); };
  double total = 0;
  for (Eigen::Index i = 0; i < x.rows(); ++i)
    for (Eigen::Index k = 0; k < counts.cols(); ++k) {
      const double score = x.row(i).dot(b);
      const double high = k + 1 < counts.cols() ? below(cuts[static_cast<std::size_t>(k)] - score) : 1;
      const double low = k > 0 ? below(cuts[static_cast<std::size_t>(k) - 1] - score) : 0;
      total += counts(i, k) * std::log(high - low);
    }
  return total / counts.sum();
}

}  // namespace

TEST_CASE("an ordinal fit is where the gradient of the likelihood, by differences, vanishes") {
  RowStream random = RandomStream({.seed = 111, .purpose = Purpose::test}).row(0);
  for (const OrdinalLink link : {OrdinalLink::logit, OrdinalLink::probit}) {
    Eigen::MatrixXd x(400, 2), counts = Eigen::MatrixXd::Zero(400, 4);
    for (Eigen::Index i = 0; i < 400; ++i) {
      x.row(i) << random.uniform(), 50 * random.uniform() + 100;
      const double score = 2 * x(i, 0) - 0.03 * x(i, 1) + logit(random.open_uniform());
      counts(i, score < -4 ? 0 : score < -3 ? 1 : score < -1.5 ? 2 : 3) = 0.5 + random.uniform();
    }
    const OrdinalFit fit = ordinal_regression(x, counts, {.link = link});
    REQUIRE(fit.converged);
    for (int j = 0; j < 5; ++j) {
      Eigen::VectorXd up = fit.coefficients, down = fit.coefficients;
      std::vector<double> cuts_up = fit.thresholds, cuts_down = fit.thresholds;
      const double h = j == 1 ? 1e-7 : 1e-5;
      (j < 2 ? up[j] : cuts_up[static_cast<std::size_t>(j) - 2]) += h;
      (j < 2 ? down[j] : cuts_down[static_cast<std::size_t>(j) - 2]) -= h;
      CHECK(std::abs(log_likelihood(x, counts, link, up, cuts_up) - log_likelihood(x, counts, link, down, cuts_down)) /
                (2 * h) <
            2e-5);
    }
  }
}

TEST_CASE("an ordinal fit of two levels is the logistic fit") {
  Eigen::MatrixXd x(2, 1), counts(2, 2);
  x << 0, 1;
  counts << 30, 10, 20, 60;
  const OrdinalFit ordinal = ordinal_regression(x, counts);
  const LogisticFit logistic = multinomial_logistic(x, counts);
  CHECK(ordinal.coefficients[0] == Approx(logistic.coefficients(0, 0)).margin(1e-5));
  CHECK(ordinal.thresholds[0] == Approx(-logistic.intercepts[0]).margin(1e-5));
}

TEST_CASE("constant columns have no effect, and separated levels a finite one") {
  Eigen::MatrixXd x(6, 2), counts = Eigen::MatrixXd::Zero(6, 3);
  for (Eigen::Index i = 0; i < 6; ++i) {
    x.row(i) << static_cast<double>(i), 7;
    counts(i, i / 2) = 1;
  }
  const OrdinalFit fit = ordinal_regression(x, counts);
  CHECK(fit.coefficients[1] == 0);
  CHECK(std::isfinite(fit.coefficients[0]));
  CHECK(fit.coefficients[0] > 0);
  CHECK(fit.thresholds[0] < fit.thresholds[1]);
}
