#include <equipoise/privacy/output_perturbation.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 67, .purpose = Purpose::test, .point = point}));
}

struct Drawn {
  Eigen::MatrixXd features;
  std::vector<double> outcome;

  Drawn(std::uint64_t number, Eigen::Index persons, Eigen::Index inputs) {
    RowStream random = RandomStream({.seed = 67, .purpose = Purpose::test}).row(number);
    features = Eigen::MatrixXd::NullaryExpr(persons, inputs, [&] { return 4 * random.uniform() - 2; });
    for (Eigen::Index i = 0; i < persons; ++i) outcome.push_back(random.uniform() < 0.5);
  }
  RegularisedProblem problem(double l2) const {
    return {bounded_rows(features, 1), outcome, static_cast<double>(outcome.size()), l2,
            Eigen::VectorXd::Zero(features.cols() + 1)};
  }
};

}  // namespace

TEST_CASE("no person moves the minimum by more than the noise counts on", "[output perturbation]") {
  double most = 0;
  for (std::uint64_t number = 0; number < 8; ++number) {
    const Drawn drawn(number, 30, static_cast<Eigen::Index>(number % 4));
    for (const double l2 : {0.1, 3.0}) {
      const RegularisedProblem problem = drawn.problem(l2);
      const Eigen::VectorXd whole = regularised_minimum<LogisticScoreLoss>(problem, 1e-11);
      for (Eigen::Index person = 0; person < 30; ++person) {
        RegularisedProblem without = problem;
        without.rows.row(person).setZero();  // a loss that does not depend on the parameters
        const double moved = (regularised_minimum<LogisticScoreLoss>(without, 1e-11) - whole).norm();
        REQUIRE(moved <= 1 / (30 * l2));
        most = std::max(most, moved * 30 * l2);
      }
    }
  }
  CHECK(most > 0.4);
}

// The mean length of 400 noises of 4 coordinates is 4 sensitivities by epsilon, its deviation 2 / sqrt(400) of them:
// within 5 of those but once in a million runs. Smoothing adds less than a thousandth.
TEST_CASE("the minimum is released with noise of the sensitivity by epsilon", "[output perturbation]") {
  const Drawn drawn(20, 200, 3);
  const Eigen::VectorXd minimum = regularised_minimum<LogisticScoreLoss>(drawn.problem(0.05), 1e-11);
  auto random = seeded(0);
  for (const Adjacency adjacency : {Adjacency::add_or_remove_one, Adjacency::replace_one}) {
    const ConvexPrivacyOptions options{.epsilon = 0.5, .l2 = 0.05, .persons = 200, .adjacency = adjacency};
    double length = 0;
    for (int draw = 0; draw < 400; ++draw)
      length +=
          (output_perturbation<LogisticScoreLoss>(drawn.features, drawn.outcome, options, random).parameters - minimum)
              .norm() /
          400;
    const double scale = (adjacency == Adjacency::replace_one ? 2 : 1) / (200 * 0.05) / 0.5;
    CHECK(length == Approx(4 * scale).epsilon(5 * 0.5 / 20 + 1e-3));
  }
}

// Where epsilon is large, next to nothing is added: the gradient of the loss and the penalty is 0.
TEST_CASE("a constant for the intercept divides it in the penalty", "[output perturbation]") {
  const Drawn drawn(24, 60, 2);
  auto random = seeded(4);
  const double constant = 0.3, l2 = 0.02;
  const Eigen::VectorXd found =
      output_perturbation<LogisticScoreLoss>(
          drawn.features, drawn.outcome,
          {.epsilon = 1e9, .l2 = l2, .row_bound = 10, .constant = constant, .persons = 60, .smoothing = 1}, random)
          .parameters;
  Eigen::VectorXd gradient = l2 * found;
  gradient[2] /= constant * constant;
  for (Eigen::Index i = 0; i < 60; ++i) {
    Eigen::Vector3d row(drawn.features(i, 0), drawn.features(i, 1), 1);
    gradient += (1 / (1 + std::exp(-row.dot(found))) - drawn.outcome[static_cast<std::size_t>(i)]) * row / 60;
  }
  CHECK(gradient.norm() < 1e-6);
}

TEST_CASE("a perturbed minimum's event is its epsilon and the smoothing's", "[output perturbation]") {
  const Drawn drawn(21, 50, 2);
  auto random = seeded(1);
  const PrivateMinimum found =
      output_perturbation<LogisticScoreLoss>(drawn.features, drawn.outcome, {.epsilon = 2, .persons = 50}, random);
  const std::vector<CountedEvent> events = flattened(found.event);
  REQUIRE(events.size() == 2);
  const auto* approximate = std::get_if<ApproximateEvent>(&events[0].event.kind());
  REQUIRE(approximate);
  CHECK(approximate->epsilon == 2);
  CHECK(approximate->delta < 1e-9);
  CHECK(events[1].event == PrivacyEvent(GaussianEvent{.noise_multiplier = 1000}));
}

TEST_CASE("rows that are not finite leave the release finite", "[output perturbation]") {
  Drawn drawn(22, 40, 2);
  drawn.features(3, 1) = std::nan("");
  drawn.features(7, 0) = -std::numeric_limits<double>::infinity();
  drawn.outcome[9] = std::nan("");
  auto random = seeded(2);
  CHECK(output_perturbation<LogisticScoreLoss>(drawn.features, drawn.outcome, {.persons = 40}, random)
            .parameters.allFinite());
}

TEST_CASE("options of output perturbation out of their ranges are refused", "[output perturbation]") {
  const Drawn drawn(23, 10, 1);
  auto random = seeded(3);
  const auto with = [&](const ConvexPrivacyOptions& options) {
    output_perturbation<LogisticScoreLoss>(drawn.features, drawn.outcome, options, random);
  };
  CHECK_THROWS_AS(with({}), Error);  // no number of persons
  CHECK_THROWS_AS(with({.epsilon = 0, .persons = 10}), Error);
  CHECK_THROWS_AS(with({.l2 = -1, .persons = 10}), Error);
  CHECK_THROWS_AS(with({.row_bound = std::nan(""), .persons = 10}), Error);
  CHECK_THROWS_AS(with({.constant = 0, .persons = 10}), Error);
  CHECK_THROWS_AS(with({.persons = 10, .smoothing = 0}), Error);
}
