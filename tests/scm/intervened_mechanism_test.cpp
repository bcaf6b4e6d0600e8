#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

using namespace equipoise;

namespace {

constexpr RowBlock rows{100, 50};

std::vector<double> column(std::uint32_t point) {
  std::vector<double> values(rows.size);
  fill_normal(RandomStream({.seed = 9, .purpose = Purpose::test, .point = point}), 0, values);
  return values;
}

}  // namespace

TEST_CASE("a shifted and scaled mechanism keeps its noise and its rungs") {
  const AnyMechanism base = LinearMechanism({0.5, {{2, {}}}}, Noise(NormalNoise{0, 1.5}));
  const ShiftedMechanism shifted(base, -2, 3);
  CHECK(shifted.rungs() == Rungs{.functional = true, .invertible = true});
  const RandomStream stream({.seed = 4});
  const std::vector<double> x = column(1);
  const double* const inputs[] = {x.data()};
  std::vector<double> plain(rows.size), value(rows.size), drawn(rows.size), noise(rows.size), again(rows.size);
  base.sample(inputs, stream, rows, plain.data());
  shifted.sample(inputs, stream, rows, value.data());
  double* const drawn_columns[] = {drawn.data()};
  double* const noise_columns[] = {noise.data()};
  const double* const abducted[] = {noise.data()};
  shifted.draw_noise(stream, rows, drawn_columns);
  shifted.abduct(inputs, value.data(), rows, noise_columns);
  shifted.evaluate(inputs, abducted, rows, again.data());
  for (std::size_t i = 0; i < rows.size; ++i) {
    CHECK(value[i] == -2 * plain[i] + 3);
    CHECK(noise[i] == Approx(drawn[i]).margin(1e-12));
    CHECK(again[i] == Approx(value[i]).margin(1e-12));
  }
  std::vector<double> density(rows.size), base_density(rows.size);
  const ShiftedMechanism moved(base, 1, 3);
  CHECK(moved.rungs().likelihood);
  moved.sample(inputs, stream, rows, value.data());
  moved.log_density(inputs, value.data(), rows, density.data());
  base.log_density(inputs, plain.data(), rows, base_density.data());
  for (std::size_t i = 0; i < rows.size; ++i) CHECK(density[i] == Approx(base_density[i]).margin(1e-10));
}

TEST_CASE("a mechanism scaled by 0 can be evaluated and not inverted") {
  const AnyMechanism gone = ShiftedMechanism(NoiseMechanism(Noise(NormalNoise{})), 0, 0.5);
  CHECK(gone.rungs() == Rungs{.functional = true});
  std::vector<double> value(rows.size);
  gone.sample({}, RandomStream({.seed = 4}), rows, value.data());
  for (const double each : value) CHECK(each == 0.5);
  double* const noise[] = {value.data()};
  try {
    gone.abduct({}, value.data(), rows, noise);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_missing_rung);
    CHECK(error.hint() == "scaled by 0, it tells nothing of its noise");
  }
}

TEST_CASE("a shifted mechanism of a known kind stays of its kind, row by row and in density") {
  const std::vector<std::string> names{"X"};
  const std::vector<AnyMechanism> mechanisms{
      NoiseMechanism(Noise(NormalNoise{1, 2})),
      NoiseMechanism(Noise(LaplaceNoise{1, 2})),
      NoiseMechanism(Noise(StudentTNoise{4, 1, 2})),
      NoiseMechanism(Noise(UniformNoise{-1, 2})),
      NoiseMechanism(Noise(GammaNoise{2, 3})),
      NoiseMechanism(Noise(ExponentialNoise{2})),
      NoiseMechanism(Noise(MixtureNoise{{0.5, 0.5}, {NormalNoise{0, 1}, NormalNoise{4, 1}}})),
      LinearMechanism({0.5, {{2, {}}}}, Noise(NormalNoise{0, 1.5})),
      LinearMechanism({0.5, {{2, {}}}}, Noise(MixtureNoise{{0.5, 0.5}, {NormalNoise{0, 1}, NormalNoise{4, 1}}})),
      FormulaMechanism("tanh(X)", names, Noise(NormalNoise{})),
      FormulaMechanism("exp(X - N)", names, Noise(NormalNoise{}), "N"),
      FormulaMechanism("abs(N) * X", names, Noise(NormalNoise{}), "N")};
  const std::vector<double> x = column(5);
  const double* const all_inputs[] = {x.data()};
  const RandomStream stream({.seed = 8});
  for (const AnyMechanism& base : mechanisms)
    for (const auto& [factor, by] : {std::pair{1.0, 0.75}, {2.5, 0.0}, {0.5, -1.0}, {-2.0, 0.0}, {0.0, 1.0}}) {
      const AnyMechanism changed = shifted(base, factor, by);
      const ColumnPointers inputs = ColumnPointers(all_inputs).first(base.input_count());
      REQUIRE(changed.input_count() == base.input_count());
      CHECK(changed.rungs().invertible == (base.rungs().invertible && factor != 0));
      std::vector<double> plain(rows.size), value(rows.size), noise(rows.size), again(rows.size);
      base.sample(inputs, stream, rows, plain.data());
      changed.sample(inputs, stream, rows, value.data());
      for (std::size_t i = 0; i < rows.size; ++i) CHECK(value[i] == Approx(factor * plain[i] + by).margin(1e-12));
      if (changed.rungs().invertible) {
        double* const noise_columns[] = {noise.data()};
        const double* const abducted[] = {noise.data()};
        changed.abduct(inputs, value.data(), rows, noise_columns);
        changed.evaluate(inputs, abducted, rows, again.data());
        for (std::size_t i = 0; i < rows.size; ++i) CHECK(again[i] == Approx(value[i]).margin(1e-9));
      }
      if (changed.rungs().likelihood) {
        std::vector<double> density(rows.size), base_density(rows.size);
        changed.log_density(inputs, value.data(), rows, density.data());
        base.log_density(inputs, plain.data(), rows, base_density.data());
        for (std::size_t i = 0; i < rows.size; ++i)
          CHECK(density[i] == Approx(base_density[i] - std::log(std::abs(factor))).margin(1e-8));
      }
      const bool is_linear = base.get_if<LinearMechanism>() != nullptr;
      if (factor != 0 && !is_linear) CHECK(changed.get_if<ShiftedMechanism>() == nullptr);
      if (factor == 1 && is_linear) CHECK(changed.get_if<LinearMechanism>() != nullptr);
    }
}

TEST_CASE("a policy of levels gives one level a row, and knows what it gives") {
  const std::vector<std::string> names{"X"};
  const AnyMechanism policy = PolicyMechanism(Formula("(X > 0) + (X > 1)", names), 1, 3);
  CHECK(policy.rungs() == Rungs{true, true, false, true, true, true});
  const std::vector<double> x = column(2);
  const double* const inputs[] = {x.data()};
  std::vector<double> value(rows.size), density(rows.size), p(3 * rows.size);
  double* const probabilities[] = {p.data(), p.data() + rows.size, p.data() + 2 * rows.size};
  policy.evaluate(inputs, {}, rows, value.data());
  policy.log_density(inputs, value.data(), rows, density.data());
  policy.probabilities(inputs, rows, probabilities);
  policy.abduct(inputs, value.data(), rows, {});
  for (std::size_t i = 0; i < rows.size; ++i) {
    const std::size_t level = x[i] > 1 ? 2 : x[i] > 0 ? 1 : 0;
    CHECK(value[i] == static_cast<double>(level));
    CHECK(density[i] == 0);
    for (std::size_t k = 0; k < 3; ++k) CHECK(probabilities[k][i] == (k == level ? 1 : 0));
  }
  value[7] = value[7] == 0 ? 1 : 0;
  policy.log_density(inputs, value.data(), rows, density.data());
  CHECK(density[7] == -INFINITY);
  CHECK_THROWS_AS(policy.abduct(inputs, value.data(), rows, {}), Error);
  const AnyMechanism wrong = PolicyMechanism(Formula("X", names), 1, 3);
  CHECK_THROWS_AS(wrong.evaluate(inputs, {}, rows, value.data()), Error);
}

TEST_CASE("a mechanism fed along an edge is the base fed by hand, on every rung") {
  const Scm scm(CausalGraph({"Z"}, {}), {{"Z", ColumnType::continuous, {}}},
                {{NoiseMechanism(Noise(NormalNoise{})), {}}});
  const AnyMechanism base =
      LogisticMechanism(LogisticProbabilities(3, {{0.3, {{1, {}}, {-2, {}}, {0.5, {}}}}}), Coupling::inverse_cdf);
  // Inputs X1, X2, X3: X1 as it is, X2 shifted, X3 by a policy of X1.
  const AnyMechanism fed =
      FedMechanism(base, {{0, std::nullopt}, {1, Change(ShiftBy{0.25})}, {9, Change(Policy(scm, "3 * Z")), {0}, 0}}, 2);
  CHECK(fed.rungs() == base.rungs());
  CHECK(fed.input_count() == 2);
  const std::vector<double> x1 = column(3), x2 = column(4);
  std::vector<double> seen2 = x2, seen3 = x1;
  for (double& each : seen2) each += 0.25;
  for (double& each : seen3) each *= 3;
  const double* const inputs[] = {x1.data(), x2.data()};
  const double* const by_hand[] = {x1.data(), seen2.data(), seen3.data()};
  const RandomStream stream({.seed = 5});
  std::vector<double> value(rows.size), expected(rows.size);
  fed.sample(inputs, stream, rows, value.data());
  base.sample(by_hand, stream, rows, expected.data());
  CHECK(value == expected);
  std::vector<double> one(2 * rows.size), other(2 * rows.size);
  const auto pair = [](std::vector<double>& both) {
    return std::vector<double*>{both.data(), both.data() + rows.size};
  };
  fed.probabilities(inputs, rows, pair(one));
  base.probabilities(by_hand, rows, pair(other));
  CHECK(one == other);
  fed.counterfactual_probabilities(inputs, value.data(), inputs, rows, pair(one));
  base.counterfactual_probabilities(by_hand, value.data(), by_hand, rows, pair(other));
  CHECK(one == other);
  std::vector<double> density(rows.size), base_density(rows.size);
  fed.log_density(inputs, value.data(), rows, density.data());
  base.log_density(by_hand, value.data(), rows, base_density.data());
  CHECK(density == base_density);
  std::vector<double> noise(fed.noise_count() * rows.size), base_noise(noise.size());
  double* const noise_columns[] = {noise.data()};
  double* const base_columns[] = {base_noise.data()};
  REQUIRE(fed.noise_count() == 1);
  fed.sample_posterior(inputs, value.data(), stream, rows, noise_columns);
  base.sample_posterior(by_hand, value.data(), stream, rows, base_columns);
  CHECK(noise == base_noise);
}

TEST_CASE("a mechanism of a known kind that is fed along edges stays of its kind, row by row") {
  const std::vector<double> x1 = column(6), x2 = column(7);
  std::vector<double> d1(rows.size), d2(rows.size);
  for (std::size_t i = 0; i < rows.size; ++i) d1[i] = x1[i] > 0 ? 1 : 0, d2[i] = x2[i] > 0.5 ? 2 : x2[i] > 0 ? 1 : 0;
  std::vector<double> probabilities;
  std::vector<std::size_t> values;
  for (std::size_t k = 0; k < 12; ++k) {
    const double p = (static_cast<double>(k) + 0.5) / 12;
    probabilities.insert(probabilities.end(), {p, 1 - p});
    values.push_back(k * k % 2);
  }
  const LinearPredictor numbers{0.5, {{2, {}}, {-1, {}}, {0.25, {}}}},
      levels{0.5, {{0, {0, 1}}, {0, {0, 2, 3}}, {1, {}}}};
  struct Case {
    AnyMechanism base;
    bool has_levels;
  };
  const std::vector<Case> cases{
      {LinearMechanism(numbers, Noise(NormalNoise{})), false},
      {LinearMechanism(levels, Noise(NormalNoise{})), true},
      {LogisticMechanism(LogisticProbabilities(3, {numbers}), Coupling::inverse_cdf), false},
      {LogisticMechanism(LogisticProbabilities(3, {levels, levels}), Coupling::gumbel_max), true},
      {TableMechanism(ProbabilityTable({2, 3, 2}, 2, probabilities), Coupling::gumbel_max), true},
      {LookupMechanism({2, 3, 2}, 2, values), true}};
  for (const auto& [base, has_levels] : cases) {
    const double* const second = has_levels ? d2.data() : x2.data();
    const double* const third = has_levels ? d1.data() : x1.data();
    const std::vector<FedInput> set{{9, Change(SetTo{1})}, {0, std::nullopt}, {1, std::nullopt}};
    const double* const inputs[] = {second, third};
    const AnyMechanism folded = fed_with(base, set, 2), wrapped = FedMechanism(base, set, 2);
    CHECK(folded.get_if<FedMechanism>() == nullptr);
    CHECK(folded.rungs() == base.rungs());
    CHECK(folded.input_count() == 2);
    const RandomStream stream({.seed = 9});
    std::vector<double> one(rows.size), other(rows.size);
    folded.sample(inputs, stream, rows, one.data());
    wrapped.sample(inputs, stream, rows, other.data());
    for (std::size_t i = 0; i < rows.size; ++i) CHECK(one[i] == Approx(other[i]).margin(1e-12));
    if (has_levels) continue;
    const std::vector<FedInput> affine{{0, Change(ShiftBy{0.5})}, {1, Change(ScaleBy{-2})}, {9, Change(SetTo{3})}};
    fed_with(base, affine, 2).sample(inputs, stream, rows, one.data());
    FedMechanism(base, affine, 2).sample(inputs, stream, rows, other.data());
    for (std::size_t i = 0; i < rows.size; ++i) CHECK(one[i] == Approx(other[i]).margin(1e-12));
  }
}

TEST_CASE("a draw along an edge is a noise of its own") {
  const AnyMechanism base = LinearMechanism({0, {{2, {}}}}, Noise(NormalNoise{}));
  const AnyMechanism fed = FedMechanism(base, {{9, Change(DrawFrom{Noise(UniformNoise{5, 6})})}}, 0);
  CHECK(fed.rungs() == Rungs{.functional = true});
  REQUIRE(fed.noise_count() == 2);
  const RandomStream stream({.seed = 6});
  std::vector<double> sampled(rows.size), evaluated(rows.size), noise(2 * rows.size), own(rows.size);
  double* const columns[] = {noise.data(), noise.data() + rows.size};
  const double* const drawn[] = {noise.data(), noise.data() + rows.size};
  double* const own_column[] = {own.data()};
  fed.sample({}, stream, rows, sampled.data());
  fed.draw_noise(stream, rows, columns);
  fed.evaluate({}, drawn, rows, evaluated.data());
  base.draw_noise(stream, rows, own_column);
  for (std::size_t i = 0; i < rows.size; ++i) {
    CHECK(sampled[i] == evaluated[i]);
    CHECK(noise[i] == own[i]);
    CHECK((noise[rows.size + i] > 5 && noise[rows.size + i] < 6));
    CHECK(evaluated[i] == Approx(own[i] + 2 * noise[rows.size + i]).margin(1e-12));
  }
}
