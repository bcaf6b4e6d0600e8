#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/candidates.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

using namespace equipoise;

TEST_CASE("fitting with weights is fitting with repeated rows") {
  RowStream random = RandomStream({.seed = 22, .purpose = Purpose::test}).row(0);
  std::vector<double> x, a, y, z, weights, rx, ra, ry, rz;
  for (int i = 0; i < 200; ++i) {
    const double weight = static_cast<double>(1 + random() % 3);
    x.push_back(random.uniform());
    a.push_back(static_cast<double>(random() % 3));
    y.push_back(random.uniform() < 0.2 + 0.5 * x.back() ? 1 : 0);
    z.push_back(2 * x.back() - a.back() + random.uniform());
    weights.push_back(weight);
    for (int k = 0; k < weight; ++k)
      rx.push_back(x.back()), ra.push_back(a.back()), ry.push_back(y.back()), rz.push_back(z.back());
  }
  detail::NodeData data, repeated;
  for (const auto& [node, xs, as, zs] : {std::tie(data, x, a, z), std::tie(repeated, rx, ra, rz)}) {
    node.rows = xs.size();
    node.value = zs.data();
    node.inputs = {xs.data(), as.data()};
    node.input_levels = {0, 3};
    node.input_names = {"x", "a"};
  }
  const std::vector<double> ones(rx.size(), 1.0);
  const auto of = [](const detail::FittedMechanism& fitted) {
    return fitted.mechanism.get_if<LinearMechanism>()->predictor();
  };
  const LinearPredictor one = of(detail::fit_linear(data, weights, detail::NoiseFamily::normal));
  const LinearPredictor other = of(detail::fit_linear(repeated, ones, detail::NoiseFamily::normal));
  CHECK(one.intercept == Approx(other.intercept).margin(1e-10));
  CHECK(one.terms[0].slope == Approx(other.terms[0].slope).margin(1e-10));
  CHECK(one.terms[1].level_effects[2] == Approx(other.terms[1].level_effects[2]).margin(1e-10));
  data.value = y.data(), repeated.value = ry.data();
  data.levels = repeated.levels = 2;
  const auto score = [](const detail::FittedMechanism& fitted) {
    return fitted.mechanism.get_if<LogisticMechanism>()->kernel().scores()[0];
  };
  const LinearPredictor odds = score(detail::fit_logistic(data, weights, {})),
                        same = score(detail::fit_logistic(repeated, ones, {}));
  CHECK(odds.intercept == Approx(same.intercept).margin(1e-6));
  CHECK(odds.terms[0].slope == Approx(same.terms[0].slope).margin(1e-6));
}

namespace {

// The candidate of this name among those of a number.
std::optional<detail::FittedMechanism> fitted_by(const std::string& name, const detail::NodeData& data,
                                                 std::span<const double> weights) {
  const FitOptions options;
  for (const detail::Candidate& candidate : detail::number_candidates(data, options))
    if (candidate.name == name) return candidate.fit(weights);
  return std::nullopt;
}

}  // namespace

TEST_CASE("a quadratic fit finds a quadratic mean, and its polynomial evaluates to it") {
  const RandomStream stream({.seed = 64, .purpose = Purpose::test});
  std::vector<double> x(400), level(400), y(400), ones(400, 1.0);
  fill_normal(stream, 0, x);
  for (std::size_t i = 0; i < 400; ++i) {
    x[i] += 5;
    level[i] = static_cast<double>(i % 3);
    y[i] = 1 + 2 * x[i] - 0.5 * x[i] * x[i] + (level[i] == 2 ? x[i] - 3 : 0);
  }
  detail::NodeData data;
  data.rows = 400;
  data.value = y.data();
  data.inputs = {x.data(), level.data()};
  data.input_levels = {0, 3};
  data.input_names = {"x", "kind of home"};
  const auto fitted = fitted_by("quadratic, normal noise", data, ones);
  REQUIRE(fitted);
  std::vector<double> noise(400), value(400);
  fitted->mechanism.evaluate(data.inputs, std::vector<const double*>{noise.data()}, {0, 400}, value.data());
  for (std::size_t i = 0; i < 400; ++i) CHECK(value[i] == Approx(y[i]).margin(1e-8));
}

TEST_CASE("a level that no row shows is rare, not impossible, and leaves the odds of the others") {
  const std::vector<double> value{0, 0, 0, 1}, input{0, 0, 1, 1}, each_level{0, 1, 2}, one_input{1, 1, 1};
  detail::NodeData root;
  root.rows = 4;
  root.value = value.data();
  root.levels = 3;
  // The chances of the three levels, by a root's frequencies.
  const auto chances = [&](const std::vector<double>& weights) {
    const FitOptions options;
    const auto fitted = detail::level_candidates(root, options).front().fit(weights);
    std::vector<double> result(3);
    fitted->mechanism.log_density({}, each_level.data(), {0, 3}, result.data());
    for (double& each : result) each = std::exp(each);
    return result;
  };
  const std::vector<double> counted = chances({3, 1, 4, 2}), weighed = chances({0.3, 0.1, 0.4, 0.2});
  CHECK(counted[0] / counted[1] == Approx(4));
  CHECK(counted[2] == Approx(0.5 / 10.5));
  CHECK(weighed[0] / weighed[1] == Approx(4));
  CHECK(weighed[2] == Approx(0.125 / 1.125));  // half of a row's mean weight, 1/4
  detail::NodeData child = root;
  child.inputs = {input.data()};
  child.input_levels = {2};
  child.input_names = {"a"};
  const FitOptions options;
  const std::vector<double> counts{3, 1, 4, 2};
  for (const detail::Candidate& candidate : detail::level_candidates(child, options)) {
    const auto fitted = candidate.fit(counts);
    REQUIRE(fitted);
    std::vector<double> density(3);
    fitted->mechanism.log_density(std::vector{one_input.data()}, each_level.data(), {0, 3}, density.data());
    for (const double each : density) CHECK(std::isfinite(each));
  }
}

TEST_CASE("a logistic model of more coefficients than people can tell is left out, with its reason") {
  const std::size_t rows = 3000;
  std::vector<double> value(rows), input(rows), number(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    value[i] = static_cast<double>(i % 40);
    input[i] = static_cast<double>(i % 30);
    number[i] = static_cast<double>(i);
  }
  detail::NodeData data;
  data.rows = rows;
  data.value = value.data();
  data.levels = 40;
  data.inputs = {input.data(), number.data()};
  data.input_levels = {30, 0};
  data.input_names = {"a", "b"};
  // 39 scores of an intercept, 29 levels and a number.
  CHECK(
      detail::why_no_logistic(data) ==
      std::optional<std::string>("a logistic model was not tried: its 1209 coefficients are too many for 3000 people"));
  const FitOptions options;
  REQUIRE(detail::level_candidates(data, options).size() == 1);
  CHECK(detail::level_candidates(data, options)[0].name == "ordinal");  // of 39 thresholds and 30 coefficients
  data.people = 1e6;
  CHECK_FALSE(detail::why_no_logistic(data));
  CHECK(detail::level_candidates(data, options)[0].name == "multinomial logistic");
}

TEST_CASE("candidates that share a mean give the same as each alone") {
  const RandomStream stream({.seed = 65, .purpose = Purpose::test});
  std::vector<double> x(200), y(200), ones(200, 1.0), halves(200);
  fill_normal(stream, 0, x);
  fill_normal(stream, 1000, y);
  for (std::size_t i = 0; i < 200; ++i) halves[i] = i % 2 == 0 ? 1.0 : 0.0;
  detail::NodeData data;
  data.rows = 200;
  data.value = y.data();
  data.inputs = {x.data()};
  data.input_levels = {0};
  data.input_names = {"x"};
  const FitOptions options;
  const auto candidates = detail::number_candidates(data, options);
  const detail::NoiseFamily families[] = {detail::NoiseFamily::normal, detail::NoiseFamily::laplace,
                                          detail::NoiseFamily::student_t};
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i < 3; ++i)
      for (const auto& weights : {ones, halves}) {
        const auto shared = candidates[i].fit(weights),
                   alone = std::optional(detail::fit_linear(data, weights, families[i]));
        const auto &a = *shared->mechanism.get_if<LinearMechanism>(), &b = *alone->mechanism.get_if<LinearMechanism>();
        CHECK(a.predictor().intercept == b.predictor().intercept);
        CHECK(a.predictor().terms[0].slope == b.predictor().terms[0].slope);
        CHECK(a.noise() == b.noise());
      }
}

TEST_CASE("numbers' forms are fitted to weights as to repeated rows") {
  const RandomStream stream({.seed = 66, .purpose = Purpose::test});
  std::vector<double> x(400), e(400), y(400), weights, rx, ry;
  fill_normal(stream, 0, x);
  fill_normal(stream, 1000, e);
  for (std::size_t i = 0; i < 400; ++i) {
    y[i] = std::exp(0.5 * x[i] + 0.4 * e[i]);
    weights.push_back(static_cast<double>(1 + i % 3));
    for (std::size_t k = 0; k < 1 + i % 3; ++k) rx.push_back(x[i]), ry.push_back(y[i]);
  }
  const std::vector<double> ones(rx.size(), 1.0);
  const auto data_of = [](const std::vector<double>& xs, const std::vector<double>& ys) {
    detail::NodeData data;
    data.rows = xs.size();
    data.people = 799;
    data.value = ys.data();
    data.inputs = {xs.data()};
    data.input_levels = {0};
    data.input_names = {"x"};
    return data;
  };
  const detail::NodeData data = data_of(x, y), repeated = data_of(rx, ry);
  for (const std::string name : {"linear, student_t noise", "quadratic, laplace noise",
                                 "linear mean and scale, normal noise", "exponential of a linear mean, normal noise"}) {
    INFO(name);
    const auto one = fitted_by(name, data, weights), other = fitted_by(name, repeated, ones);
    REQUIRE(one);
    REQUIRE(other);
    std::vector<double> density(400), same(400);
    one->mechanism.log_density(data.inputs, y.data(), {0, 400}, density.data());
    other->mechanism.log_density(data.inputs, y.data(), {0, 400}, same.data());
    for (std::size_t i = 0; i < 400; ++i) CHECK(density[i] == Approx(same[i]).epsilon(1e-6).margin(1e-6));
  }
}
