#include <equipoise/privacy/ada_ssp.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 73, .purpose = Purpose::test, .point = point}));
}

/// Rows within the unit ball and outcomes of a linear rule within [-1, 1], with a little noise.
struct Linear {
  Eigen::MatrixXd rows;
  std::vector<double> outcome;
  Eigen::VectorXd truth;

  Linear(std::uint64_t number, Eigen::Index persons, Eigen::Index columns) {
    RowStream random = RandomStream({.seed = 73, .purpose = Purpose::test}).row(number);
    const double half_width = 1 / std::sqrt(static_cast<double>(columns));
    rows = Eigen::MatrixXd::NullaryExpr(persons, columns, [&] { return half_width * (2 * random.uniform() - 1); });
    truth = Eigen::VectorXd::NullaryExpr(columns, [&] { return 0.8 * (2 * random.uniform() - 1); });
    for (Eigen::Index i = 0; i < persons; ++i)
      outcome.push_back(rows.row(i).dot(truth) + 0.1 * (2 * random.uniform() - 1));
  }
};

}  // namespace

TEST_CASE("with little noise AdaSSP is least squares", "[AdaSSP]") {
  auto random = seeded(0);
  for (const Eigen::Index columns : {1, 3, 8}) {
    const Linear linear(static_cast<std::uint64_t>(columns), 3000, columns);
    const Eigen::VectorXd least =
        least_squares(linear.rows, Eigen::Map<const Eigen::VectorXd>(linear.outcome.data(), 3000)).coefficients;
    const AdaSspFit fit = ada_ssp(linear.rows, linear.outcome, {.noise_multiplier = 1e-4}, random);
    CHECK(fit.ridge == 0);
    CHECK((fit.coefficients - least).norm() < 1e-4);
  }
}

// The rule's error is theory's d sigma / lambda_min and less; a hundred times it is never met.
TEST_CASE("more noise brings a ridge, and coefficients stay of the truth's size", "[AdaSSP]") {
  const Linear linear(20, 4000, 5);
  double last = -1;
  for (const double multiplier : {10.0, 300.0, 3000.0}) {
    auto random = seeded(1);
    const AdaSspFit fit = ada_ssp(linear.rows, linear.outcome, {.noise_multiplier = multiplier}, random);
    CHECK(fit.ridge > last);
    last = fit.ridge;
    CHECK(fit.coefficients.allFinite());
    CHECK(fit.coefficients.norm() < 3);
    if (multiplier == 10) CHECK((fit.coefficients - linear.truth).norm() < 0.5);
  }
}

TEST_CASE("the three releases of AdaSSP come to the multiplier together", "[AdaSSP]") {
  const Linear linear(21, 50, 2);
  auto random = seeded(2);
  const AdaSspFit fit = ada_ssp(linear.rows, linear.outcome, {.noise_multiplier = 2}, random);
  double inverse_square = 0;
  for (const CountedEvent& each : flattened(fit.event)) {
    const auto* gaussian = std::get_if<GaussianEvent>(&each.event.kind());
    REQUIRE(gaussian);
    inverse_square += static_cast<double>(each.count) / (gaussian->noise_multiplier * gaussian->noise_multiplier);
  }
  CHECK(inverse_square == Approx(0.25).epsilon(1e-12));
}

TEST_CASE("rows and outcomes beyond their bounds are clipped, and what is not finite counts for nothing", "[AdaSSP]") {
  Linear linear(22, 500, 2), clipped = linear;
  linear.rows.row(1) *= 1e6;
  linear.outcome[2] = 50;
  linear.rows(3, 0) = std::nan("");
  linear.outcome[4] = std::numeric_limits<double>::infinity();
  clipped.rows.row(1).normalize();
  clipped.outcome[2] = 1;
  clipped.rows.row(3).setZero();
  clipped.rows.row(4).setZero();
  const AdaSspOptions options{.noise_multiplier = 1e-5};
  auto random = seeded(3), again = seeded(3);
  const AdaSspFit fit = ada_ssp(linear.rows, linear.outcome, options, random);
  const AdaSspFit expected = ada_ssp(clipped.rows, clipped.outcome, options, again);
  CHECK((fit.coefficients - expected.coefficients).norm() < 1e-6);
}

TEST_CASE("AdaSSP of nobody, or of columns that are all alike, is finite", "[AdaSSP]") {
  auto random = seeded(4);
  CHECK(ada_ssp(Eigen::MatrixXd(0, 3), {}, {}, random).coefficients.allFinite());
  const Eigen::MatrixXd alike = Eigen::MatrixXd::Constant(100, 4, 0.5);
  CHECK(ada_ssp(alike, std::vector<double>(100, 1.0), {.noise_multiplier = 1e-3}, random).coefficients.allFinite());
}

TEST_CASE("options of AdaSSP out of their ranges are refused", "[AdaSSP]") {
  const Linear linear(23, 10, 2);
  auto random = seeded(5);
  const auto with = [&](const AdaSspOptions& options) { ada_ssp(linear.rows, linear.outcome, options, random); };
  CHECK_THROWS_AS(with({.row_bound = 0}), Error);
  CHECK_THROWS_AS(with({.outcome_bound = -1}), Error);
  CHECK_THROWS_AS(with({.noise_multiplier = std::nan("")}), Error);
  CHECK_THROWS_AS(with({.failure = 1}), Error);
  CHECK_THROWS_AS(ada_ssp(linear.rows, std::vector<double>(3), {}, random), Error);
  CHECK_THROWS_AS(ada_ssp(Eigen::MatrixXd(10, 0), linear.outcome, {}, random), Error);
}
