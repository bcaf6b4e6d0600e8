#include <equipoise/privacy/attribute_inference.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/distributions.hpp>

using namespace equipoise;

namespace {

struct People {
  Eigen::MatrixXd losses, log_prior;
  std::vector<std::size_t> attribute;
};

/// A fair binary attribute, an outcome that agrees with it with this probability, and a model that knows that.
People draw_people(std::size_t count, double agreement, bool model_uses_it) {
  People people{Eigen::MatrixXd(static_cast<Eigen::Index>(count), 2),
                Eigen::MatrixXd::Constant(static_cast<Eigen::Index>(count), 2, std::log(0.5)),
                {}};
  for (std::size_t i = 0; i < count; ++i) {
    RowStream random = RandomStream({.seed = 69, .purpose = Purpose::test}).row(i);
    people.attribute.push_back(random.uniform() < 0.5 ? 0 : 1);
    const std::size_t outcome = random.uniform() < agreement ? people.attribute.back() : 1 - people.attribute.back();
    for (std::size_t level = 0; level < 2; ++level)
      people.losses(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(level)) =
          -std::log(!model_uses_it     ? 0.5
                    : outcome == level ? agreement
                                       : 1 - agreement);
  }
  return people;
}

}  // namespace

TEST_CASE("a model that ignores the attribute gives its attacker no advantage at all") {
  const People people = draw_people(1000, 0.9, false);
  const AttributeAttack attack = model_inversion_attack(people.losses, people.log_prior, people.attribute);
  CHECK(attack.advantage.value == 0);
  CHECK(attack.advantage.low < 0);
  CHECK(attack.accuracy == attack.accuracy_without);
}

TEST_CASE("a model that knows how the outcome follows the attribute gives away as much") {
  const People people = draw_people(4000, 0.9, true);
  const AttributeAttack attack = model_inversion_attack(people.losses, people.log_prior, people.attribute, 0.999);
  CHECK(attack.accuracy.low <= 0.9);  // misses with probability 1e-3 for each of the three; the seed is fixed
  CHECK(attack.accuracy.high >= 0.9);
  CHECK(attack.accuracy_without.low <= 0.5);
  CHECK(attack.accuracy_without.high >= 0.5);
  CHECK(attack.advantage.low <= 0.4);
  CHECK(attack.advantage.high >= 0.4);
  CHECK(attack.advantage.value == Approx(attack.accuracy.value - attack.accuracy_without.value).margin(1e-12));
}

TEST_CASE("a prior that is sure is not talked out of it") {
  People people = draw_people(200, 0.9, true);
  for (std::size_t i = 0; i < 200; ++i) {
    people.log_prior(static_cast<Eigen::Index>(i), 0) = people.attribute[i] == 0 ? 0 : -INFINITY;
    people.log_prior(static_cast<Eigen::Index>(i), 1) = people.attribute[i] == 1 ? 0 : -INFINITY;
  }
  const AttributeAttack attack = model_inversion_attack(people.losses, people.log_prior, people.attribute);
  CHECK(attack.accuracy.value == 1);
  CHECK(attack.advantage.value == 0);
}

TEST_CASE("the likeliest level is the first of equals") {
  Eigen::MatrixXd weights(3, 3);
  weights << 0, 1, 1, 2, 2, 1, -INFINITY, -INFINITY, -3;
  CHECK(likeliest_levels(weights) == std::vector<std::size_t>{1, 0, 2});
}

TEST_CASE("shapes and numbers that do not fit are refused") {
  const Eigen::MatrixXd losses = Eigen::MatrixXd::Zero(2, 2);
  const std::vector<std::size_t> truth{0, 1}, one{0};
  CHECK_THROWS_AS(model_inversion_attack(losses, Eigen::MatrixXd::Zero(2, 3), truth), Error);
  CHECK_THROWS_AS(model_inversion_attack(losses, losses, one), Error);
  CHECK_THROWS_AS(model_inversion_attack(Eigen::MatrixXd::Constant(2, 2, NAN), losses, truth), Error);
  CHECK_THROWS_AS(model_inversion_attack(losses, Eigen::MatrixXd::Ones(2, 2), truth), Error);
  CHECK_THROWS_AS(attribute_attack({}, {}, {}), Error);
}
