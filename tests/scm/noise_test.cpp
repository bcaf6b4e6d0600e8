#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/noise.hpp>

using namespace equipoise;

namespace {

const std::vector<Noise> continuous{
    NormalNoise{1, 2},      UniformNoise{-1, 3},
    LaplaceNoise{0.5, 1.5}, StudentTNoise{6, 1, 2},
    GammaNoise{2.5, 0.7},   GammaNoise{0.4, 2},
    ExponentialNoise{1.3},  MixtureNoise{{0.3, 0.7}, {NormalNoise{-2, 1}, NormalNoise{2, 0.5}}}};
const std::vector<Noise> discrete{BernoulliNoise{0.3}, CategoricalNoise{{0.2, 0.5, 0.3}}, PoissonNoise{3.2},
                                  ConstantNoise{2}, EmpiricalNoise({2, -1, 0.5, 2, 7}, {1, 3, 2, 0.5, 0})};

std::vector<double> drawn(const Noise& noise, std::size_t count) {
  std::vector<double> values(count);
  draw(noise, RandomStream({.seed = 3, .purpose = Purpose::test}), {0, count}, values.data());
  return values;
}

}  // namespace

TEST_CASE("draws have the mean and variance of their distribution", "[rate]") {
  const std::size_t count = 200000;
  for (const auto* list : {&continuous, &discrete})
    for (const Noise& noise : *list) {
      INFO(kind_of(noise));
      double sum = 0, square = 0, fourth = 0;
      for (const double x : drawn(noise, count)) {
        const double centred = x - mean(noise);
        sum += centred;
        square += centred * centred;
        fourth += centred * centred * centred * centred;
      }
      const auto n = static_cast<double>(count);
      // 5 standard errors each: a false alarm of 6e-7 a comparison.
      CHECK(std::abs(sum / n) <= 5 * std::sqrt(variance(noise) / n));
      CHECK(std::abs(square / n - variance(noise)) <= 5 * std::sqrt(fourth / n / n) + 1e-12);
    }
}

TEST_CASE("draws follow their cumulative distribution") {
  const std::size_t count = 50000;
  for (const auto* list : {&continuous, &discrete})
    for (const Noise& noise : *list) {
      INFO(kind_of(noise));
      const std::vector<double> values = drawn(noise, count);
      for (const double p : {0.01, 0.1, 0.35, 0.5, 0.8, 0.99}) {
        const double at = quantile(noise, p);
        double below = 0;
        for (const double x : values) below += x <= at;
        const double expected = cdf(noise, at);
        CHECK(std::abs(below / count - expected) <= 5 * std::sqrt(expected * (1 - expected) / count) + 1e-12);
      }
    }
}

TEST_CASE("a quantile is the least value whose cumulative probability suffices") {
  for (const Noise& noise : continuous)
    for (const double p : {1e-6, 0.02, 0.3, 0.5, 0.77, 0.999})
      CHECK(cdf(noise, quantile(noise, p)) == Approx(p).epsilon(1e-9));
  for (const Noise& noise : discrete)
    for (const double p : {0.02, 0.3, 0.5, 0.77, 0.999}) {
      const double at = quantile(noise, p);
      CHECK(cdf(noise, at) >= p);
      CHECK(cdf_below(noise, at) < p);
    }
}

TEST_CASE("densities are the slopes of the cumulative distributions, probabilities its jumps") {
  for (const Noise& noise : continuous) {
    INFO(kind_of(noise));
    for (const double p : {0.1, 0.4, 0.7, 0.95}) {
      const double x = quantile(noise, p), h = 1e-5;
      CHECK(std::exp(log_density(noise, x)) == Approx((cdf(noise, x + h) - cdf(noise, x - h)) / (2 * h)).epsilon(1e-5));
    }
  }
  for (const Noise& noise : discrete)
    for (const double x : {0.0, 1.0, 2.0, 3.0})
      CHECK(std::exp(log_density(noise, x)) == Approx(cdf(noise, x) - cdf_below(noise, x)).margin(1e-12));
  CHECK(log_density(GammaNoise{2, 1}, -1) == -std::numeric_limits<double>::infinity());
  CHECK(log_density(PoissonNoise{2}, 0.5) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("draws depend on the row alone, not on how rows are cut into blocks") {
  const RandomStream stream({.seed = 3, .purpose = Purpose::test});
  for (const auto* list : {&continuous, &discrete})
    for (const Noise& noise : *list) {
      std::vector<double> whole(300), parts(300);
      draw(noise, stream, {0, 300}, whole.data());
      for (std::size_t first = 0; first < 300; first += 37)
        draw(noise, stream, {first, std::min<std::size_t>(37, 300 - first)}, parts.data() + first);
      CHECK(whole == parts);
    }
}

TEST_CASE("densities of many numbers are those of each") {
  const std::vector<double> values{-3, -1, 0, 0.5, 1, 2, 2.5, 30};
  for (const auto* list : {&continuous, &discrete})
    for (const Noise& noise : *list) {
      INFO(kind_of(noise));
      std::vector<double> densities = values;
      log_densities(noise, densities);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double each = log_density(noise, values[i]);
        CHECK((densities[i] == each || densities[i] == Approx(each).epsilon(1e-14)));
      }
    }
}

TEST_CASE("empirical noise is its values in order, each once, by their weights") {
  const EmpiricalNoise noise({2, -1, 0.5, 2, 7}, {1, 3, 2, 0.5, 0});
  CHECK(noise.values() == std::vector<double>{-1, 0.5, 2});
  CHECK(noise.weights() == std::vector<double>{3, 2, 1.5});
  CHECK(noise.cumulative().back() == 1);
  CHECK(mean(noise) == Approx((-3 + 1 + 3) / 6.5));
  CHECK(cdf(noise, -1) == Approx(3 / 6.5));
  CHECK(cdf_below(noise, -1) == 0);
  CHECK(cdf(noise, 100) == 1);
  CHECK(quantile(noise, 3 / 6.5 + 1e-9) == 0.5);
  CHECK(log_density(noise, 0.4) == -std::numeric_limits<double>::infinity());
  CHECK(EmpiricalNoise({3, 1, 3}).weights() == std::vector<double>{1, 2});
  CHECK(is_discrete(noise));
  CHECK(Noise(noise) == Noise(EmpiricalNoise(noise.values(), noise.weights())));
  CHECK_FALSE(Noise(noise) == Noise(EmpiricalNoise(noise.values())));
  CHECK_THROWS_AS(EmpiricalNoise({}), Error);
  CHECK_THROWS_AS(EmpiricalNoise({1}, {0}), Error);
  CHECK_THROWS_AS(EmpiricalNoise({1}, {-1}), Error);
  CHECK_THROWS_AS(EmpiricalNoise({1, 2}, {1}), Error);
  CHECK_THROWS_AS(EmpiricalNoise({std::nan("")}), Error);
}

TEST_CASE("the nearest value of discrete noise is the nearest that has a probability") {
  CHECK(nearest_atom(PoissonNoise{2}, -3.2) == 0);
  CHECK(nearest_atom(PoissonNoise{2}, 4.6) == 5);
  CHECK(nearest_atom(BernoulliNoise{0}, 0.9) == 0);
  CHECK(nearest_atom(CategoricalNoise{{0.5, 0, 0.5}}, 1.2) == 2);
  CHECK(nearest_atom(ConstantNoise{2.5}, 0) == 2.5);
  const EmpiricalNoise noise({-1, 0.5, 2});
  for (const auto& [x, atom] : {std::pair{-9.0, -1.0}, {-0.3, -1.0}, {0.0, 0.5}, {0.5, 0.5}, {1.3, 2.0}, {9.0, 2.0}})
    CHECK(nearest_atom(noise, x) == atom);
  CHECK(nearest_atom(MixtureNoise{{0.5, 0.5}, {ConstantNoise{0.7}, PoissonNoise{1}}}, 0.8) == 0.7);
  std::vector<double> residual{0.5 + 1e-15, 0.6, -1};
  const std::vector<double> value{1, 1, 1};
  detail::snap_to_atoms(noise, value.data(), 3, residual.data());
  CHECK(residual == std::vector<double>{0.5, 0.6, -1});
}

TEST_CASE("noise with an impossible parameter cannot be made") {
  CHECK_THROWS_AS(Noise(NormalNoise{0, 0}), Error);
  CHECK_THROWS_AS(Noise(NormalNoise{std::nan(""), 1}), Error);
  CHECK_THROWS_AS(Noise(BernoulliNoise{1.2}), Error);
  CHECK_THROWS_AS(Noise(CategoricalNoise{{0.5, 0.6}}), Error);
  CHECK_THROWS_AS(Noise(CategoricalNoise{{}}), Error);
  CHECK_THROWS_AS(Noise(UniformNoise{1, 1}), Error);
  CHECK_THROWS_AS(Noise(GammaNoise{-1, 1}), Error);
  CHECK_THROWS_AS(Noise(MixtureNoise{{1}, {}}), Error);
  CHECK_THROWS_AS(mean(StudentTNoise{1, 0, 1}), Error);
  CHECK_THROWS_AS(variance(StudentTNoise{2, 0, 1}), Error);
}

TEST_CASE("noise compares by family and parameters") {
  CHECK(Noise(NormalNoise{0, 1}) == Noise(NormalNoise{0, 1}));
  CHECK_FALSE(Noise(NormalNoise{0, 1}) == Noise(LaplaceNoise{0, 1}));
  CHECK(continuous.back() == continuous.back());
  CHECK(is_discrete(PoissonNoise{1}));
  CHECK_FALSE(is_discrete(continuous.back()));
}
