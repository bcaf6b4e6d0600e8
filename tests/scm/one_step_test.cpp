#include <equipoise/scm/one_step.hpp>

#include <cmath>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>

using namespace equipoise;
using Vector = Eigen::VectorXd;

namespace {

/// Z normal; X = 1 with probability sigmoid(Z); Y = X (1 + Z) + Z + a normal. The effect is 1 on average, and of those
/// with X = 1 it is 1 + E[Z | X = 1] = 1 + 2 E[Z sigmoid(Z)].
struct Simulated {
  Vector z, x, y, weights;
  explicit Simulated(Eigen::Index rows, std::uint64_t seed) : z(rows), x(rows), y(rows), weights(Vector::Ones(rows)) {
    const RandomStream stream({.seed = seed, .purpose = Purpose::test});
    for (Eigen::Index row = 0; row < rows; ++row) {
      RowStream random = stream.row(static_cast<std::uint64_t>(row));
      z[row] = draw_normal(random);
      x[row] = random.uniform() < sigmoid(z[row]) ? 1 : 0;
      y[row] = x[row] * (1 + z[row]) + z[row] + draw_normal(random);
    }
  }
  Vector chance() const {
    return z.unaryExpr([](double each) { return sigmoid(each); });
  }
  Vector control() const { return 1 - x.array(); }
};

constexpr double effect_on_treated = 1.4132419;  // 1 + 0.8264838565676283 / 2, by Stein's lemma

}  // namespace

TEST_CASE("a one-step estimate is right if either of its nuisances is", "[one-step]") {
  const Eigen::Index rows = 200000;
  const Simulated people(rows, 5);
  const Vector nothing = Vector::Constant(rows, 0.7), half = Vector::Constant(rows, 0.5);
  const Vector treated = 1 + 2 * people.z.array(), untreated = people.z, chance = people.chance(),
               control_chance = 1 - chance.array();
  const auto effect = [&](const Vector& m1, const Vector& m0, const Vector& p1, const Vector& p0) {
    return standardised_mean(people.y, people.weights, people.x, m1, p1) -
           standardised_mean(people.y, people.weights, people.control(), m0, p0);
  };
  const auto on_treated = [&](const Vector& m0, const Vector& odds) {
    return group_mean(people.y, people.weights, people.x) -
           transported_mean(people.y, people.weights, people.x, people.control(), m0, odds);
  };
  const Vector odds = chance.cwiseQuotient(control_chance), even = Vector::Ones(rows);
  // Six standard errors: a false alarm in 2e9.
  const auto close = [&](const OneStep& found, double truth) {
    CHECK(std::abs(found.value - truth) < 6 * standard_error(found, people.weights));
    CHECK(standard_error(found, people.weights) < 0.02);
  };
  close(effect(treated, untreated, chance, control_chance), 1);
  close(effect(treated, untreated, half, half), 1);
  close(effect(nothing, nothing, chance, control_chance), 1);
  close(on_treated(untreated, odds), effect_on_treated);
  close(on_treated(untreated, even), effect_on_treated);
  close(on_treated(nothing, odds), effect_on_treated);
  // With both wrong nothing is promised, and nothing holds.
  CHECK(std::abs(effect(nothing, nothing, half, half).value - 1) > 0.5);
  CHECK(std::abs(on_treated(nothing, even).value - effect_on_treated) > 0.3);
}

TEST_CASE("influence has mean 0 and its spread is that of repeated estimates", "[one-step]") {
  double sum = 0, squares = 0, stated = 0;
  constexpr int repetitions = 400;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    const Simulated people(500, 1000 + static_cast<std::uint64_t>(repetition));
    const Vector chance = people.chance();
    const OneStep found = transported_mean(people.y, people.weights, people.control(), people.x,
                                           1 + 2 * people.z.array(), (1 - chance.array()) / chance.array());
    REQUIRE(people.weights.dot(found.influence) == Approx(0).margin(1e-9));
    sum += found.value;
    squares += found.value * found.value;
    stated += standard_error(found, people.weights) / repetitions;
  }
  const double mean = sum / repetitions, spread = std::sqrt(squares / repetitions - mean * mean);
  // A standard deviation of 400 numbers is known to 3.5%; five of these.
  CHECK(spread == Approx(stated).epsilon(0.18));
}

TEST_CASE("a row that stands for three people is three rows", "[one-step]") {
  const Simulated people(60, 8);
  Vector counts = Vector::Ones(60), z(180), x(180), y(180);
  counts.setConstant(3);
  for (Eigen::Index row = 0; row < 180; ++row) {
    x[row] = people.x[row / 3];
    y[row] = people.y[row / 3];
    z[row] = people.z[row / 3];
  }
  const Vector ones = Vector::Ones(180), odds = z.array().exp(), few_odds = people.z.array().exp();
  const OneStep many = transported_mean(y, ones, x, 1 - x.array(), z, odds);
  const OneStep few = transported_mean(people.y, counts, people.x, people.control(), people.z, few_odds);
  CHECK(few.value == Approx(many.value).margin(1e-12));
  CHECK(standard_error(few, counts) == Approx(standard_error(many, ones)).margin(1e-12));
}
