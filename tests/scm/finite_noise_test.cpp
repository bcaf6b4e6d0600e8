#include <equipoise/scm/finite_noise.hpp>

#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a noise of finitely many values is its values and their probabilities") {
  CHECK(finite_states(ConstantNoise{2.5}) == NoiseStates{{2.5}, {1}});
  CHECK(finite_states(BernoulliNoise{0.25}) == NoiseStates{{0, 1}, {0.75, 0.25}});
  CHECK(finite_states(CategoricalNoise{{0.5, 0.25, 0.25}}) == NoiseStates{{0, 1, 2}, {0.5, 0.25, 0.25}});
}

TEST_CASE("observed values are states, each as probable as it is frequent") {
  CHECK(finite_states(EmpiricalNoise({3, -1, 3, 0})) == NoiseStates{{-1, 0, 3}, {0.25, 0.25, 0.5}});
  CHECK(finite_states(EmpiricalNoise({3, -1}, {3, 1})) == NoiseStates{{-1, 3}, {0.25, 0.75}});
}

TEST_CASE("values of probability 0 are no states") {
  CHECK(finite_states(BernoulliNoise{1}) == NoiseStates{{1}, {1}});
  CHECK(finite_states(CategoricalNoise{{0.5, 0, 0.5}}) == NoiseStates{{0, 2}, {0.5, 0.5}});
}

TEST_CASE("a mixture joins the states of its components") {
  const MixtureNoise mixture{{0.5, 0.25, 0.25}, {BernoulliNoise{0.5}, ConstantNoise{-3}, ConstantNoise{1}}};
  CHECK(finite_states(mixture) == NoiseStates{{-3, 0, 1}, {0.25, 0.25, 0.5}});
}

TEST_CASE("a noise of infinitely many values has no finite states") {
  CHECK(finite_states(NormalNoise{}) == std::nullopt);
  CHECK(finite_states(PoissonNoise{2}) == std::nullopt);
  CHECK(finite_states(MixtureNoise{{0.5, 0.5}, {ConstantNoise{0}, NormalNoise{}}}) == std::nullopt);
}
