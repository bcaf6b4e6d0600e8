#include <equipoise/core/special_functions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

using namespace equipoise;

// Reference values: mpmath 1.3 with 40 digits, at these doubles exactly.

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check(double found, double truth, double relative = 4e-16) {
  CAPTURE(found, truth);
  CHECK(std::abs(found - truth) <= relative * std::abs(truth));
}

}  // namespace

TEST_CASE("the normal distribution function is precise in both tails") {
  check(normal_cdf(-38), 2.8854283600687843084e-316, 1e-7);  // below the least normal double
  check(normal_cdf(-20), 2.7536241186062336951e-89, 2e-14);  // its condition number is 400
  check(normal_cdf(-5), 2.8665157187919391167e-7, 2e-15);
  check(normal_cdf(-1), 0.15865525393145705141);
  check(normal_cdf(-1e-3), 0.49960105778608893741);
  check(normal_cdf(0.5), 0.69146246127401310364);
  check(normal_cdf(2), 0.9772498680518207928);
  check(normal_cdf(8), 0.9999999999999993779);
  CHECK(normal_cdf(0) == 0.5);
  CHECK(normal_cdf(infinity) == 1);
  CHECK(normal_cdf(-infinity) == 0);
}

TEST_CASE("the normal quantile is precise to 1e-15 down to the least double") {
  check(normal_quantile(0.6), 0.25334710313579974132, 1e-15);
  check(normal_quantile(0.975), 1.9599639845400538556, 1e-15);
  check(normal_quantile(0.999999), 4.7534243088170877657, 1e-15);
  check(normal_quantile(0.25), -0.6744897501960817432, 1e-15);
  check(normal_quantile(0.025), -1.9599639845400542118, 1e-15);
  check(normal_quantile(1e-10), -6.3613409024040561991, 1e-15);
  check(normal_quantile(1e-100), -21.273453560965324294, 1e-15);
  check(normal_quantile(1e-300), -37.047096299361199237, 1e-15);
  check(normal_quantile(5e-324), -38.467405617144346251, 1e-15);
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_quantile(0) == -infinity);
  CHECK(normal_quantile(1) == infinity);
}

TEST_CASE("gamma's logarithm and its derivative have their known values") {
  check(log_gamma(1e-5), 11.512919692895825626);
  check(log_gamma(0.5), 0.57236494292470008707);
  check(log_gamma(1.5), -0.12078223763524522235);
  check(log_gamma(2.0001), 0.000042281658112919946317, 1e-14);
  check(log_gamma(10), 12.801827480081469611);
  check(log_gamma(171.5), 709.14316303092824227);
  check(log_gamma(1e6), 12815504.56914761166);
  check(log_gamma(-0.5), 1.2655121234846453965);
  check(log_gamma(-3.7), -1.379739904965824496, 2e-15);
  CHECK(log_gamma(1) == 0);
  CHECK(log_gamma(2) == 0);
  check(digamma(0.1), -10.423754940411076232);
  check(digamma(1), -0.57721566490153286061);
  check(digamma(2.5), 0.70315664064524318723);
  check(digamma(100), 4.6001618527380874002);
  check(digamma(-1.5), 0.70315664064524318723, 2e-15);
}

TEST_CASE("incomplete gamma functions have their known values, and are inverted") {
  const double cases[][4] = {{0.5, 0.1, 0.34527915398142297956, 0.65472084601857702044},
                             {1, 2, 0.86466471676338730811, 0.13533528323661269189},
                             {3.5, 10, 0.99443031692705442866, 0.0055696830729455713361},
                             {50, 30, 0.00051889146254803429258, 0.99948110853745196571},
                             {200, 260, 0.99995249987555699124, 0.000047500124443008756428},
                             {0.01, 5, 0.99998824648058724915, 0.00001175351941275084887},
                             {1e4, 1.05e4, 0.99999957241275449404, 4.2758724550596472692e-7}};
  for (const auto& [a, x, lower, upper] : cases) {
    CAPTURE(a, x);
    check(regularised_gamma_lower(a, x), lower, 2e-15);
    check(regularised_gamma_upper(a, x), upper, 1e-13);
    if (lower < 0.999) check(regularised_gamma_lower_inverse(a, lower), x, 1e-12);
  }
  CHECK(regularised_gamma_lower(2, 0) == 0);
  CHECK(regularised_gamma_lower(2, infinity) == 1);
  CHECK(regularised_gamma_upper(2, infinity) == 0);
  CHECK(regularised_gamma_lower_inverse(2, 0) == 0);
  CHECK(regularised_gamma_lower_inverse(2, 1) == infinity);
}

TEST_CASE("the incomplete beta function has its known values, and is inverted") {
  const double cases[][4] = {{0.5, 0.5, 0.3, 0.36901011956554537504}, {2, 5, 0.1, 0.11426500000000001093},
                             {30, 40, 0.5, 0.88579988732335151449},   {1e3, 2e3, 0.3, 0.000040738279160507714984},
                             {0.1, 10, 1e-5, 0.41655822619209405028}, {82, 183, 0.3, 0.37565629490014060713}};
  for (const auto& [a, b, x, p] : cases) {
    CAPTURE(a, b, x);
    check(regularised_beta(a, b, x), p, 2e-13);
    check(regularised_beta_inverse(a, b, p), x, 2e-13);
  }
  CHECK(regularised_beta(2, 3, 0) == 0);
  CHECK(regularised_beta(2, 3, 1) == 1);
  CHECK(regularised_beta_inverse(2, 3, 0) == 0);
  CHECK(regularised_beta_inverse(2, 3, 1) == 1);
}

TEST_CASE("the tail of chi-square has its known values") {
  check(chi_square_tail(3.841458820694124, 1), 0.050000000000000057435, 1e-15);
  check(chi_square_tail(18.30703805327515, 10), 0.049999999999999951707, 1e-15);
  check(chi_square_tail(400, 255), 1.660002524412451766e-8, 1e-13);
  check(chi_square_tail(1000, 100), 2.3060767380353980174e-148, 1e-13);
  CHECK(chi_square_tail(0, 3) == 1);
  CHECK(chi_square_tail(-1, 3) == 1);
}

TEST_CASE("softplus and sigmoid neither overflow nor lose the tails") {
  check(log1p_exp(-40), 4.2483542552915889863e-18);
  check(log1p_exp(-1), 0.31326168751822283405);
  check(log1p_exp(0), 0.69314718055994530942);
  check(log1p_exp(3), 3.0485873515737420588);
  CHECK(log1p_exp(800) == 800);
  CHECK(log1p_exp(-800) == 0);
  check(sigmoid(-40), 4.2483542552915889773e-18);
  check(sigmoid(-1), 0.26894142136999512075);
  check(sigmoid(3), 0.95257412682243321912);
  CHECK(sigmoid(0) == 0.5);
  CHECK(sigmoid(-800) == 0);
  CHECK(sigmoid(800) == 1);
  for (const double x : {-700.0, -3.0, 0.0, 1e-9, 12.0, 30.0}) {
    CHECK(sigmoid(x) + sigmoid(-x) == Approx(1).epsilon(1e-15));
    CHECK(log1p_exp(x) - log1p_exp(-x) == Approx(x).margin(1e-15));
    CHECK(std::abs(logit(sigmoid(x)) - x) <= 1e-15 * (1 + std::abs(x) + std::exp(std::max(x, 0.0))));
  }
}
