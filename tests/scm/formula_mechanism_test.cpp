#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula_mechanism.hpp>

using namespace equipoise;

namespace {

struct Rows {
  std::vector<double> x, noise, value;
  Rows() : x(500), noise(500), value(500) {
    const RandomStream stream({.seed = 41, .purpose = Purpose::test});
    fill_normal(stream, 0, x);
  }
};

}  // namespace

TEST_CASE("a formula is inverted for its noise where every operation on the way has an inverse") {
  for (const char* text : {"X + N", "N - X", "X - N", "2 * (N + X) / 3", "-N * (1 + X^2)", "(1 + X^2) / exp(N)",
                           "exp(X + 0.5 * N)", "log(exp(N) * (1 + X^2))", "tanh(0.3 * N + X)", "-0.5 + sigmoid(X + N)",
                           "(N + X)^3", "2 ^ (N + X)", "sqrt(exp(N))", "if(X > 0, X, 1) * N + floor(X)"}) {
    INFO(text);
    Rows rows;
    const FormulaMechanism mechanism(text, {"X"}, Noise(NormalNoise{0, 1}), "N");
    REQUIRE(mechanism.rungs().invertible);
    mechanism.draw_noise(RandomStream({.seed = 42, .purpose = Purpose::test}), {0, 500},
                         std::vector<double*>{rows.noise.data()});
    const std::vector<const double*> inputs{rows.x.data()}, noise{rows.noise.data()};
    if (std::string(text).find("floor") != std::string::npos)
      for (double& each : rows.x) each = each > 0 ? each + 0.1 : each;
    mechanism.evaluate(inputs, noise, {0, 500}, rows.value.data());
    std::vector<double> abducted(500);
    mechanism.abduct(inputs, rows.value.data(), {0, 500}, std::vector<double*>{abducted.data()});
    for (std::size_t i = 0; i < 500; ++i) CHECK(abducted[i] == Approx(rows.noise[i]).margin(1e-7));
  }
}

TEST_CASE("the density of a formula's value integrates the noise's through the change of variables") {
  const double x = 0.7;
  const std::vector<const double*> inputs{&x};
  for (const char* text : {"exp(0.5 * N + X)", "-0.5 + sigmoid(X + N)", "X - 2 * N", "tanh(0.3 * N)"}) {
    INFO(text);
    const FormulaMechanism mechanism(text, {"X"}, Noise(NormalNoise{0, 1}), "N");
    const auto value_at = [&](double noise) {
      double value = 0;
      mechanism.evaluate(inputs, std::vector<const double*>{&noise}, {0, 1}, &value);
      return value;
    };
    for (const double noise : {-1.0, 0.2, 1.3}) {
      // p(value) |d value / d noise| = p(noise)
      const double value = value_at(noise), slope = (value_at(noise + 1e-6) - value_at(noise - 1e-6)) / 2e-6;
      double density = 0;
      mechanism.log_density(inputs, &value, {0, 1}, &density);
      CHECK(std::exp(density) * std::abs(slope) ==
            Approx(std::exp(log_density(NormalNoise{0, 1}, noise))).epsilon(1e-6));
    }
  }
}

TEST_CASE("formulas without an inverse say so") {
  for (const char* text :
       {"abs(N) + X", "N^2", "N * N + X", "sin(N)", "max(N, X)", "if(N > 0, 1, X)", "floor(N)", "X ^ N"})
    CHECK_FALSE(FormulaMechanism(text, {"X"}, Noise(NormalNoise{0, 1}), "N").rungs().invertible);
  CHECK_THROWS_AS(FormulaMechanism("X", {"X"}, Noise(NormalNoise{0, 1}), "N"), Error);
  CHECK_THROWS_AS(FormulaMechanism("X", {"X"}, Noise(NormalNoise{0, 1}), "X"), Error);
}

TEST_CASE("a comparison with the noise is a binary variable with exact probabilities") {
  // Each holds with probability P(N < X) or P(N > X), whichever way it is written.
  struct Case {
    const char* text;
    bool below;
  };
  for (const Case& each : {Case{"X > N", true}, Case{"N < X", true}, Case{"N > X", false}, Case{"X <= N", false},
                           Case{"-2 * N - 1 > -2 * X - 1", true}, Case{"X / (0 - 1) < N / (0 - 1)", true}}) {
    INFO(each.text);
    const FormulaMechanism mechanism(each.text, {"X"}, Noise(NormalNoise{0, 1}), "N");
    REQUIRE(mechanism.rungs().coupled);
    CHECK(mechanism.is_binary());
    const double x = 0.4;
    double p0 = 0, p1 = 0;
    mechanism.probabilities(std::vector<const double*>{&x}, {0, 1}, std::vector<double*>{&p0, &p1});
    const double phi = 0.5 * std::erfc(-0.4 / std::sqrt(2.0));
    CHECK(p1 == Approx(each.below ? phi : 1 - phi).epsilon(1e-12));
    CHECK(p0 + p1 == Approx(1));

    Rows rows;
    std::vector<double> value(500), noise(500), again(500);
    mechanism.draw_noise(RandomStream({.seed = 43, .purpose = Purpose::test}), {0, 500},
                         std::vector<double*>{noise.data()});
    const std::vector<const double*> inputs{rows.x.data()}, drawn{noise.data()};
    mechanism.evaluate(inputs, drawn, {0, 500}, value.data());
    mechanism.sample_posterior(inputs, value.data(), RandomStream({.seed = 44, .purpose = Purpose::test}), {0, 500},
                               std::vector<double*>{noise.data()});
    mechanism.evaluate(inputs, drawn, {0, 500}, again.data());
    CHECK(value == again);
  }
}

TEST_CASE("a value that no noise gives is refused with its row") {
  const FormulaMechanism mechanism("exp(N)", {}, Noise(NormalNoise{0, 1}), "N");
  const std::vector<double> value{1, 2, -3};
  std::vector<double> noise(3);
  try {
    mechanism.abduct({}, value.data(), {10, 3}, std::vector<double*>{noise.data()});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_no_support);
    CHECK(error.place() == "row 13");
  }
}

TEST_CASE("discrete noise of a formula is abducted to its values and keeps its probabilities") {
  for (const char* text : {"0.1 * X + 3 * N", "exp(X + 0.25 * N)", "X - N / 7"}) {
    INFO(text);
    Rows rows;
    const Noise poisson(PoissonNoise{2});
    const FormulaMechanism mechanism(text, {"X"}, poisson, "N");
    mechanism.draw_noise(RandomStream({.seed = 45, .purpose = Purpose::test}), {0, 500},
                         std::vector<double*>{rows.noise.data()});
    const std::vector<const double*> inputs{rows.x.data()};
    mechanism.evaluate(inputs, std::vector<const double*>{rows.noise.data()}, {0, 500}, rows.value.data());
    std::vector<double> abducted(500), density(500);
    mechanism.abduct(inputs, rows.value.data(), {0, 500}, std::vector<double*>{abducted.data()});
    CHECK(abducted == rows.noise);
    mechanism.log_density(inputs, rows.value.data(), {0, 500}, density.data());
    for (std::size_t i = 0; i < 500; ++i)
      CHECK(density[i] == Approx(log_density(poisson, rows.noise[i])).epsilon(1e-12));
  }
}
