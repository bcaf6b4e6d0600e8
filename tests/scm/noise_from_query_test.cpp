#include <catch2/catch.hpp>

#include <string>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/noise_from_query.hpp>

using namespace equipoise;

namespace {

QueryDistribution distribution_of(const std::string& text) {
  const Query query = parse_query("E[Y | do(X ~ " + text + ")]");
  return std::get<QueryDistribution>(std::get<QueryExpectation>(query.terms[0].part).condition.actions[0].to);
}

}  // namespace

TEST_CASE("every distribution of the query language is the noise of that name") {
  CHECK(noise_of(distribution_of("constant(-2)")) == Noise(ConstantNoise{-2}));
  CHECK(noise_of(distribution_of("bernoulli(0.3)")) == Noise(BernoulliNoise{0.3}));
  CHECK(noise_of(distribution_of("categorical(0.2, 0.3, 0.5)")) == Noise(CategoricalNoise{{0.2, 0.3, 0.5}}));
  CHECK(noise_of(distribution_of("categorical(p0 = 0.2, p1 = 0.8)")) == Noise(CategoricalNoise{{0.2, 0.8}}));
  CHECK(noise_of(distribution_of("normal(1, 2)")) == Noise(NormalNoise{1, 2}));
  CHECK(noise_of(distribution_of("normal(scale = 2)")) == Noise(NormalNoise{0, 2}));
  CHECK(noise_of(distribution_of("normal(1, scale = 2)")) == Noise(NormalNoise{1, 2}));
  CHECK(noise_of(distribution_of("uniform(-1, 1)")) == Noise(UniformNoise{-1, 1}));
  CHECK(noise_of(distribution_of("laplace(scale = 3, mean = -1)")) == Noise(LaplaceNoise{-1, 3}));
  CHECK(noise_of(distribution_of("student_t(5)")) == Noise(StudentTNoise{5, 0, 1}));
  CHECK(noise_of(distribution_of("gamma(2, 0.5)")) == Noise(GammaNoise{2, 0.5}));
  CHECK(noise_of(distribution_of("exponential(2)")) == Noise(ExponentialNoise{2}));
  CHECK(noise_of(distribution_of("poisson(4)")) == Noise(PoissonNoise{4}));
  CHECK(noise_of(distribution_of("mixture(0.25, normal(0, 1), 0.75, mixture(1, poisson(3)))")) ==
        Noise(MixtureNoise{{0.25, 0.75}, {NormalNoise{0, 1}, Noise(MixtureNoise{{1}, {PoissonNoise{3}}})}}));
}

TEST_CASE("what is wrong with a distribution is said at its column, with the nearest name") {
  const auto message = [](const std::string& text) -> std::string {
    try {
      noise_of(distribution_of(text), "--query");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message("normel(0, 1)").find("--query:14: unknown distribution 'normel'; one of ") == 0);
  CHECK(message("normel(0, 1)").find("did you mean 'normal'?") != std::string::npos);
  CHECK(message("normal(0, sclae = 1)") ==
        "--query:14: unknown parameter 'sclae' of 'normal'; normal(mean, scale) (did you mean 'scale'?)");
  CHECK(message("normal(mean = 0, 1)").find("by position after one by name") != std::string::npos);
  CHECK(message("normal(0, mean = 1)").find("'mean' of 'normal' twice") != std::string::npos);
  CHECK(message("normal(0, 1, 2)").find("3 parameters of 'normal'; 2 at most") != std::string::npos);
  CHECK(message("student_t(scale = 1)").find("'student_t' without 'df'") != std::string::npos);
  CHECK(message("normal(poisson(1))").find("a distribution as a parameter") != std::string::npos);
  CHECK(message("categorical(p1 = 0.5, p0 = 0.5)").find("'p0' there") != std::string::npos);
  CHECK(message("mixture(0.5)").find("a weight before each distribution") != std::string::npos);
  CHECK(message("mixture(normal(0, 1), 1)").find("in another order") != std::string::npos);
  for (const char* text : {"normal(0, -1)", "bernoulli(1.5)", "categorical(0.5, 0.6)", "mixture(0.5, normal(0, 1))",
                           "mixture(1, normal(0, 0))"})
    CHECK(message(text).find("--query:") == 0);
  CHECK(message("mixture(1, normal(0, 0))").find("--query:25: ") == 0);
}
