#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <variant>
#include <vector>

#include <equipoise/scm/abduction.hpp>
#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/monte_carlo_answer.hpp>
#include <equipoise/scm/own_noise.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using enum Comparison;

namespace {

/// 0 with probability 0.1, else normal.
Noise mixed() { return MixtureNoise{{0.1, 0.9}, {ConstantNoise{0}, NormalNoise{0, 1}}}; }

LinearMechanism three_times() { return {{0, {{3, {}}}}, mixed()}; }

/// Y = 3 X + noise, Z = 3 X + noise, of which noise is mixed.
Scm model(const Noise& root, double p) {
  const std::vector<NamedEdge> edges{{"X", "Y"}, {"X", "Z"}};
  const bool has_levels = is_discrete(root);
  std::vector<VariableSpec> variables{
      {"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}, {"Z", ColumnType::continuous, {}}};
  if (has_levels) variables[0] = equipoise::testing::levels_variable("X", 2);
  const Noise noise = has_levels ? Noise(BernoulliNoise{p}) : root;
  return Scm(CausalGraph({"X", "Y", "Z"}, edges), std::move(variables),
             {{NoiseMechanism(noise), {}}, {three_times(), {"X"}}, {three_times(), {"X"}}});
}

WorldEvent equals(std::size_t copy, double value) { return {copy, {}, equal, value, {}}; }
WorldEvent is_one(std::size_t copy) { return {copy, {}, equal, 0, {0, 1}}; }

double sampled(const WorldQuestion& question) {
  const auto answer = monte_carlo_answer(question, {.draws = 20000});
  if (const auto* none = std::get_if<NoSupport>(&answer)) FAIL(none->reason);
  return std::get<MonteCarloEstimate>(answer).value;
}

}  // namespace

TEST_CASE("a mixture's log-density at an atom is the probability there alone") {
  const Noise noise = mixed();
  CHECK(has_atoms(noise));
  CHECK(!is_discrete(noise));
  CHECK(is_atom(noise, 0));
  CHECK(!is_atom(noise, 0.5));
  CHECK(log_density(noise, 0) == Approx(std::log(0.1)));
  CHECK(log_density(noise, 0.5) == Approx(std::log(0.9) + log_density(NormalNoise{0, 1}, 0.5)));
  const Noise nested(MixtureNoise{{0.5, 0.5}, {noise, BernoulliNoise{0.25}}});
  CHECK(log_density(nested, 0) == Approx(std::log(0.5 * 0.1 + 0.5 * 0.75)));
  CHECK(!has_atoms(Noise(MixtureNoise{{1, 0}, {NormalNoise{0, 1}, ConstantNoise{2}}})));
  CHECK(is_discrete(Noise(MixtureNoise{{0, 1}, {NormalNoise{0, 1}, ConstantNoise{2}}})));
}

TEST_CASE("a residual that rounding took off an atom is put back, among other numbers too") {
  const double x = 0.1, value = 3 * x;  // 0.30000000000000004
  const std::vector<double> input{x}, near{std::nextafter(value, 1)};
  const double* const inputs[] = {input.data()};
  double out = 0;
  three_times().log_density(inputs, near.data(), {0, 1}, &out);
  CHECK(out == Approx(std::log(0.1)));
}

TEST_CASE("scales change the density of a mixed noise and not its probabilities") {
  const LinearPredictor none{0, {{0, {}}}}, two{std::log(2), {{0, {}}}};
  const LocationScaleMechanism scaled(none, two, mixed());
  const std::vector<double> input{1, 1}, values{0, 1};
  const double* const inputs[] = {input.data()};
  std::vector<double> out(2);
  scaled.log_density(inputs, values.data(), {0, 2}, out.data());
  CHECK(out[0] == Approx(std::log(0.1)));
  CHECK(out[1] == Approx(std::log(0.9 / 2) + log_density(NormalNoise{0, 1}, 0.5)));
}

TEST_CASE("the noise of a mechanism is found inside what is made of it") {
  const AnyMechanism linear = three_times();
  REQUIRE(own_noise(linear) != nullptr);
  CHECK(*own_noise(linear) == mixed());
  CHECK(mixes_measures(linear));
  CHECK(*own_noise(ShiftedMechanism(linear, 2, 1)) == mixed());
  CHECK(*own_noise(FedMechanism(linear, {{0, Change{ShiftBy{1}}, {}, 0}}, 1)) == mixed());
  CHECK(*own_noise(AdditiveNoiseMechanism(LinearPredictor{0, {{3, {}}}}, mixed())) == mixed());
  CHECK(own_noise(TableMechanism(ProbabilityTable({2}, 2, {0.5, 0.5, 0.5, 0.5}), Coupling::gumbel_max)) == nullptr);
  CHECK(!mixes_measures(LinearMechanism({0, {{3, {}}}}, Noise(NormalNoise{0, 1}))));
}

TEST_CASE("evidence on an atom leaves only the causes that put it there, however rare") {
  for (const double p : {0.5, 0.05}) {
    ParallelWorlds worlds(model(BernoulliNoise{0.5}, p));
    const std::size_t x = worlds.copy(0), y = worlds.copy(1), z = worlds.copy(2);
    CHECK(sampled({worlds, {{1, {}, {is_one(x)}, {equals(y, 3)}}}}) == 1);
    CHECK(sampled({worlds, {{1, {}, {is_one(x)}, {equals(y, 0)}}}}) == 0);
    // One value each way: atoms count, densities then decide. Y = 0 is X's 0, Z = 3 its 1.
    const double one = p * std::exp(log_density(NormalNoise{0, 1}, -3)),
                 zero = (1 - p) * std::exp(log_density(NormalNoise{0, 1}, 3));
    const WorldQuestion both{worlds, {{1, {}, {is_one(x)}, {equals(y, 0), equals(z, 3)}}}};
    // 20,000 draws; five standard errors of a share.
    CHECK(sampled(both) == Approx(one / (one + zero)).margin(5 * std::sqrt(p * (1 - p) / 20000)));
    CHECK(std::holds_alternative<NotExact>(discrete_answer({worlds, {{1, {}, {is_one(x)}, {equals(y, 3)}}}})));
    const WorldQuestion off{worlds, {{1, {}, {is_one(x)}, {equals(y, 2)}}}};
    const double at_one = p * std::exp(log_density(NormalNoise{0, 1}, -1)),
                 at_zero = (1 - p) * std::exp(log_density(NormalNoise{0, 1}, 2));
    REQUIRE(std::holds_alternative<double>(discrete_answer(off)));
    CHECK(std::get<double>(discrete_answer(off)) == Approx(at_one / (at_one + at_zero)).epsilon(1e-12));
  }
}

TEST_CASE("a value that a continuous cause may give exactly is not weighed by draws of it") {
  ParallelWorlds worlds(model(NormalNoise{0, 1}, 0));
  const std::size_t x = worlds.copy(0), y = worlds.copy(1), z = worlds.copy(2);
  const auto answer = monte_carlo_answer({worlds, {{1, {{1, x, {}}}, {}, {equals(y, 3)}}}}, {.draws = 1000});
  REQUIRE(std::holds_alternative<NoSupport>(answer));
  // Known causes do not vary.
  CHECK(sampled({worlds, {{1, {{1, z, {}}}, {}, {equals(x, 1), equals(y, 3)}}}}) ==
        Approx(3).margin(5 * 0.95 / std::sqrt(20000)));
}

TEST_CASE("hidden causes of a row are those that put its values on atoms") {
  const Scm scm(CausalGraph({"Y"}, std::vector<NamedEdge>{}), {{"Y", ColumnType::continuous, {}}},
                {{three_times(), {"U"}}}, {{"U", Noise(BernoulliNoise{0.001})}});
  const Eigen::MatrixXd world = Eigen::MatrixXd::Constant(500, 1, 3);
  detail::BlockAbduction unit(scm, world.data(), 500, {0, 500}, 1);
  for (std::size_t i = 0; i < 500; ++i) CHECK(unit.noise_of(0)[0][i] == 0);  // not 3, with U = 0
}

TEST_CASE("questions about any mechanism with finite noise have exact answers") {
  // Y = 3 X + N, N 0 or 1; scaled, fed or bent, it is answered as the same by a formula's arithmetic.
  const Noise coin(BernoulliNoise{0.3});
  const LinearPredictor three{0, {{3, {}}}};
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  for (const AnyMechanism& made : {AnyMechanism(AdditiveNoiseMechanism(three, coin)),
                                   AnyMechanism(ShiftedMechanism(LinearMechanism(three, coin), 1, 0)),
                                   AnyMechanism(LocationScaleMechanism(three, LinearPredictor{0, {{0, {}}}}, coin))}) {
    ParallelWorlds worlds(Scm(CausalGraph({"X", "Y"}, edges),
                              {equipoise::testing::levels_variable("X", 2), {"Y", ColumnType::continuous, {}}},
                              {{NoiseMechanism(Noise(BernoulliNoise{0.5})), {}}, {made, {"X"}}}));
    const std::size_t y = worlds.copy(1), y1 = worlds.copy(1, {{0, 1.0}});
    const ExactAnswer mean = discrete_answer({worlds, {{1, {{1, y, {}}}, {}, {}}}});
    REQUIRE(std::holds_alternative<double>(mean));
    CHECK(std::get<double>(mean) == Approx(1.5 + 0.3).epsilon(1e-13));
    const ExactAnswer other = discrete_answer({worlds, {{1, {{1, y1, {}}}, {}, {equals(y, 1)}}}});
    REQUIRE(std::holds_alternative<double>(other));
    CHECK(std::get<double>(other) == Approx(4).epsilon(1e-13));
  }
}
