#include <equipoise/privacy/rounded_gradient_sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

#include "privacy/person_losses.hpp"

using namespace equipoise;
using equipoise::testing::FixedPersonLosses;

namespace {

constexpr std::size_t persons = 60;

FixedPersonLosses drawn_losses(std::uint64_t number, std::size_t worlds, Eigen::Index inputs) {
  RowStream random = RandomStream({.seed = 37, .purpose = Purpose::test}).row(number);
  const auto any_size = [&] { return std::pow(10.0, 6 * random.uniform() - 3) * (random.uniform() < 0.5 ? 1 : -1); };
  FixedPersonLosses losses;
  losses.all.resize(worlds);
  for (BatchWorld& world : losses.all) {
    world.features = Eigen::MatrixXd::NullaryExpr(persons, inputs, any_size);
    world.d_scores = Eigen::VectorXd::NullaryExpr(persons, any_size);
  }
  return losses;
}

std::vector<std::size_t> all_but(std::size_t left_out) {
  std::vector<std::size_t> places(persons);
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (left_out < persons) places.erase(places.begin() + static_cast<std::ptrdiff_t>(left_out));
  return places;
}

double distance(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i] - b[i]), 2);
  return std::sqrt(sum);
}

Eigen::VectorXd drawn_parameters(const MultilayerPerceptron& network, std::uint32_t point) {
  return network.initial_parameters(RandomStream({.purpose = Purpose::test, .point = point}));
}

}  // namespace

TEST_CASE("a person of a perceptron's moves the sum by their norm at most, as a whole or by layers",
          "[rounded gradient sum]") {
  const MultilayerPerceptron network(5, {6, 3}, Activation::tanh, Link::logistic);
  std::vector<std::int64_t> whole, without;
  std::vector<NormCounts> counts;
  for (std::uint32_t number = 0; number < 6; ++number)
    for (const ClippingUnit unit : {ClippingUnit::person, ClippingUnit::person_layer}) {
      FixedPersonLosses losses = drawn_losses(number, 1 + number % 3, 5);
      RoundedGradientSum sum(network, losses, unit);
      const std::vector<double> norms{0.7};
      double longest = 0;
      sum(drawn_parameters(network, number), all_but(persons), {norms}, whole, counts);
      for (std::size_t left_out = 0; left_out < persons; ++left_out) {
        sum(drawn_parameters(network, number), all_but(left_out), {norms}, without, counts);
        longest = std::max(longest, distance(whole, without) * sum.step(0.7) / 0.7);
      }
      CHECK(longest <= 1);
      CHECK(longest > 0.9);
    }
}

TEST_CASE("a group's persons move the sum by their own norm at most, but for rounding, and are counted",
          "[rounded gradient sum]") {
  const MultilayerPerceptron network(5, {4}, Activation::relu, Link::logistic);
  FixedPersonLosses losses = drawn_losses(3, 1, 5);
  RoundedGradientSum sum(network, losses);
  const std::vector<double> norms{2, 0.5};
  std::vector<std::uint32_t> group_of_place(persons);
  for (std::size_t i = 0; i < persons; ++i) group_of_place[i] = i % 3 == 0;
  const ClippingNorms clipping{norms, group_of_place};
  const Eigen::VectorXd parameters = drawn_parameters(network, 1);
  std::vector<std::int64_t> whole, without;
  std::vector<NormCounts> counts, fewer;
  sum(parameters, all_but(persons), clipping, whole, counts);
  CHECK(counts[0].within + counts[0].beyond == 40);
  CHECK(counts[1].within + counts[1].beyond == 20);
  for (std::size_t left_out = 0; left_out < persons; ++left_out) {
    sum(parameters, all_but(left_out), clipping, without, fewer);
    const std::uint32_t group = group_of_place[left_out];
    const double moved = distance(whole, without) * sum.step(2);
    CHECK(moved <= norms[group] + (group == 1 ? 1e-3 : 0));
    // Who is cut to the norm was counted beyond it.
    const bool was_beyond = fewer[group].beyond < counts[group].beyond;
    CHECK(fewer[1 - group] == counts[1 - group]);
    CHECK(was_beyond == (moved > 0.999 * norms[group]));
  }
}

TEST_CASE("a large batch is taken in parts of bounded size, with the same sum as the parts", "[rounded gradient sum]") {
  const MultilayerPerceptron network(2, {2}, Activation::tanh, Link::logistic);
  constexpr std::size_t many = 40000;
  RowStream random = RandomStream({.seed = 37, .purpose = Purpose::test}).row(100);
  struct Watched : FixedPersonLosses {
    std::size_t most = 0;
    void at(ConstVectorRef parameters, std::span<const std::size_t> places, std::vector<BatchWorld>& worlds) {
      most = std::max(most, places.size());
      FixedPersonLosses::at(parameters, places, worlds);
    }
  } losses;
  losses.all.resize(1);
  losses.all[0].features = Eigen::MatrixXd::NullaryExpr(many, 2, [&] { return random.uniform(); });
  losses.all[0].d_scores = Eigen::VectorXd::NullaryExpr(many, [&] { return random.uniform(); });
  RoundedGradientSum sum(network, losses);
  std::vector<std::size_t> places(many);
  std::iota(places.begin(), places.end(), std::size_t{0});
  const std::vector<double> norm{0.5};
  std::vector<std::int64_t> whole, first, last;
  std::vector<NormCounts> counts;
  const Eigen::VectorXd parameters = drawn_parameters(network, 2);
  sum(parameters, places, {norm}, whole, counts);
  CHECK(counts[0].within + counts[0].beyond == many);
  CHECK(losses.most == 1u << 14);
  sum(parameters, std::span(places).first(1u << 15), {norm}, first, counts);
  sum(parameters, std::span(places).subspan(1u << 15), {norm}, last, counts);
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK(whole[i] == first[i] + last[i]);
}

TEST_CASE("lengths are counted where one asks for it", "[rounded gradient sum]") {
  const MultilayerPerceptron affine(1, {}, Activation::tanh, Link::logistic);
  FixedPersonLosses losses;
  losses.all.resize(1);
  losses.all[0].features = Eigen::MatrixXd::Zero(4, 1);
  losses.all[0].d_scores = (Eigen::VectorXd(4) << 0.5, -1.5, 3, std::nan("")).finished();
  RoundedGradientSum sum(affine, losses);
  std::vector<std::int64_t> steps;
  std::vector<NormCounts> counts;
  const std::vector<double> norm{1}, at{2};
  sum(Eigen::VectorXd::Zero(2), std::vector<std::size_t>{0, 1, 2, 3}, {norm, {}, at}, steps, counts);
  CHECK(counts == std::vector<NormCounts>{{.within = 2, .beyond = 2}});
  CHECK(static_cast<double>(steps[1]) * sum.step(1) == Approx(0.5).margin(1e-4));  // 0.5 - 1 + 1
}
