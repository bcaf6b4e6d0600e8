#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/noise_fitting.hpp>

using namespace equipoise;

namespace {

std::vector<double> drawn(const Noise& noise, std::size_t count) {
  std::vector<double> values(count);
  draw(noise, RandomStream({.seed = 63, .purpose = Purpose::test}), {0, count}, values.data());
  return values;
}

}  // namespace

TEST_CASE("normal and Laplace fits are their closed forms") {
  const std::vector<double> values{1, 2, 4}, weights{1, 2, 1};
  const Noise normal = fit_normal(values, weights), laplace = fit_laplace(values, weights, 2);
  CHECK(normal.get_if<NormalNoise>()->mean == Approx(2.25));
  CHECK(normal.get_if<NormalNoise>()->scale == Approx(std::sqrt(1.1875)));
  CHECK(laplace.get_if<LaplaceNoise>()->scale == Approx(0.75));
}

TEST_CASE("fits recover the parameters of what they fit") {
  const std::size_t count = 50000;
  const std::vector<double> ones(count, 1.0);
  const auto gamma = fit_gamma(drawn(GammaNoise{2.5, 0.7}, count), ones);
  REQUIRE(gamma);
  CHECK(gamma->get_if<GammaNoise>()->shape == Approx(2.5).epsilon(0.03));  // its standard error is 0.6%
  CHECK(gamma->get_if<GammaNoise>()->scale == Approx(0.7).epsilon(0.03));
  const auto poisson = fit_poisson(drawn(PoissonNoise{3}, count), ones);
  REQUIRE(poisson);
  CHECK(poisson->get_if<PoissonNoise>()->rate == Approx(3).epsilon(0.02));
  const Noise student = fit_student_t(drawn(StudentTNoise{4, 1, 2}, count), ones, 1);
  CHECK(student.get_if<StudentTNoise>()->df == 4);
  CHECK(student.get_if<StudentTNoise>()->scale == Approx(2).epsilon(0.03));
  const auto mixture =
      fit_normal_mixture(drawn(MixtureNoise{{0.3, 0.7}, {NormalNoise{-2, 1}, NormalNoise{2, 0.5}}}, count), ones);
  REQUIRE(mixture);
  CHECK(mixture->get_if<MixtureNoise>()->weights[0] == Approx(0.3).epsilon(0.05));
}

TEST_CASE("the gamma fit is where its likelihood is flat") {
  const std::vector<double> values = drawn(GammaNoise{0.8, 2}, 500), ones(500, 1.0);
  const GammaNoise best = *fit_gamma(values, ones)->get_if<GammaNoise>();
  const double at = detail::weighted_log_likelihood(best, values, ones);
  for (const double factor : {0.99, 1.01}) {
    CHECK(detail::weighted_log_likelihood(GammaNoise{best.shape * factor, best.scale}, values, ones) < at);
    CHECK(detail::weighted_log_likelihood(GammaNoise{best.shape, best.scale * factor}, values, ones) < at);
  }
}

TEST_CASE("families that cannot give the values decline") {
  const std::vector<double> values{-1, 0.5, 2}, ones(3, 1.0), alike(3, 2.0);
  CHECK_FALSE(fit_gamma(values, ones));
  CHECK_FALSE(fit_exponential(values, ones));
  CHECK_FALSE(fit_poisson(values, ones));
  CHECK_FALSE(fit_normal_mixture(alike, ones));
  CHECK(fit_normal(alike, ones).get_if<NormalNoise>()->scale > 0);
}

TEST_CASE("a uniform fit reaches a little beyond the values, and is none where all are alike") {
  const std::vector<double> values{2, 5, 3, 9, 4}, weights{1, 1, 1, 0, 2};
  const auto fitted = fit_uniform(values, weights);
  REQUIRE(fitted);
  CHECK(fitted->get_if<UniformNoise>()->low == Approx(2 - 10 * 3.0 / 5));  // the 9 has no weight
  CHECK(fitted->get_if<UniformNoise>()->high == Approx(5 + 10 * 3.0 / 5));
  CHECK_FALSE(fit_uniform(std::vector<double>{1, 1}, std::vector<double>{1, 1}));
}

TEST_CASE("an empirical fit has the shares of whole numbers, and needs many of each") {
  const std::vector<double> values{0, 3, 7}, weights{30, 50, 20};
  const auto fitted = fit_empirical_counts(values, weights);
  REQUIRE(fitted);
  CHECK(std::exp(log_density(*fitted, 3)) == Approx(0.5));
  CHECK_FALSE(fit_empirical_counts(values, std::vector<double>{10, 10, 10}));
  CHECK_FALSE(fit_empirical_counts(std::vector<double>{0, 0.5}, std::vector<double>{50, 50}));
}
