#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/ordinal_mechanism.hpp>

using namespace equipoise;

static_assert(CoupledMechanism<OrdinalMechanism> && PosteriorMechanism<OrdinalMechanism>);

namespace {

double cumulative(OrdinalLink link, double x) {
  return link == OrdinalLink::logit ? 1 / (1 + std::exp(-x)) : 0.5 * std::erfc(-x / std::sqrt(2.0));
}

}  // namespace

TEST_CASE("ordinal levels have the probabilities of the cumulative model, in the far tails too") {
  const std::vector<double> thresholds{-1, 0.25, 2};
  for (const OrdinalLink link : {OrdinalLink::logit, OrdinalLink::probit}) {
    const OrdinalProbabilities kernel(LinearPredictor{0.5, {{2, {}}}}, thresholds, link);
    CHECK(kernel.level_count() == 4);
    for (const double x : {-1.5, 0.0, 0.4, 3.0}) {
      std::vector<double> p(4);
      kernel.probabilities(std::vector<const double*>{&x}, {0, 1}, std::vector<double*>{&p[0], &p[1], &p[2], &p[3]});
      const double score = 0.5 + 2 * x;
      double total = 0;
      for (std::size_t k = 0; k < 3; ++k)
        CHECK((total += p[k]) == Approx(cumulative(link, thresholds[k] - score)).margin(1e-15));
      CHECK(total + p[3] == Approx(1).epsilon(1e-15));
    }
    // Far down, a level's probability is F(t1 - s) - F(t0 - s) with F(-z) tiny: no digit of it may be lost.
    const double far = -6;
    std::vector<double> p(4);
    kernel.probabilities(std::vector<const double*>{&far}, {0, 1}, std::vector<double*>{&p[0], &p[1], &p[2], &p[3]});
    const double score = 0.5 + 2 * far;
    CHECK(p[2] == Approx(cumulative(link, -(0.25 - score)) - cumulative(link, -(2 - score))).epsilon(1e-12).margin(0));
    CHECK(p[2] > 0);
  }
}

TEST_CASE("under inverse-cdf an ordinal level counts the thresholds below a hidden score") {
  const std::vector<double> thresholds{-1, 0.25, 2};
  const OrdinalMechanism mechanism(OrdinalProbabilities(LinearPredictor{0, {{1, {}}}}, thresholds, OrdinalLink::logit),
                                   Coupling::inverse_cdf);
  std::vector<double> x(1000), noise(1000), value(1000);
  fill_normal(RandomStream({.seed = 121, .purpose = Purpose::test}), 0, x);
  REQUIRE(mechanism.noise_count() == 1);
  const std::vector<double*> drawn(mechanism.noise_count(), noise.data());
  mechanism.draw_noise(RandomStream({.seed = 122, .purpose = Purpose::test}), {0, 1000}, drawn);
  mechanism.evaluate(std::vector<const double*>{x.data()}, std::vector<const double*>(drawn.begin(), drawn.end()),
                     {0, 1000}, value.data());
  for (std::size_t i = 0; i < 1000; ++i) {
    const double hidden = x[i] + std::log(noise[i] / (1 - noise[i]));
    double below = 0;
    for (const double threshold : thresholds) below += threshold <= hidden;
    CHECK(value[i] == below);
  }
}

TEST_CASE("thresholds out of order are refused") {
  const RegressionFunction score = LinearPredictor{0, {}};
  CHECK_THROWS_AS(OrdinalProbabilities(score, {}, OrdinalLink::logit), Error);
  CHECK_THROWS_AS(OrdinalProbabilities(score, {1, 1}, OrdinalLink::logit), Error);
  CHECK_THROWS_AS(OrdinalProbabilities(score, {0, std::nan("")}, OrdinalLink::logit), Error);
}
