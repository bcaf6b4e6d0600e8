#include <equipoise/privacy/affine_gradient_sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

constexpr std::size_t persons = 80;

struct Drawn {
  Eigen::MatrixXd features;
  std::vector<double> outcome;
  Eigen::VectorXd parameters;

  explicit Drawn(std::uint64_t number, Eigen::Index inputs) {
    RowStream random = RandomStream({.seed = 53, .purpose = Purpose::test}).row(number);
    features = Eigen::MatrixXd::NullaryExpr(
        persons, inputs, [&] { return std::pow(10.0, 3 * random.uniform() - 2) * (random.uniform() < 0.5 ? 1 : -1); });
    for (std::size_t i = 0; i < persons; ++i) outcome.push_back(random.uniform() < 0.5);
    parameters = Eigen::VectorXd::NullaryExpr(inputs + 1, [&] { return random.uniform() - 0.5; });
  }

  /// A person's gradient by the definition, clipped.
  Eigen::VectorXd clipped(std::size_t person, double bound, bool is_logistic, double constant = 1) const {
    Eigen::VectorXd x(features.cols());
    for (Eigen::Index j = 0; j < x.size(); ++j) x[j] = features(static_cast<Eigen::Index>(person), j);
    const double score = x.dot(parameters.head(x.size())) + constant * parameters[x.size()];
    const double derivative =
        is_logistic ? 1 / (1 + std::exp(-score)) - outcome[person] : 2 * (score - outcome[person]);
    Eigen::VectorXd gradient(x.size() + 1);
    gradient << derivative * x, derivative * constant;
    return gradient.norm() <= bound ? gradient : Eigen::VectorXd(gradient * (bound / gradient.norm()));
  }
};

std::vector<std::size_t> all() {
  std::vector<std::size_t> places(persons);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

std::vector<double> difference(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b, double step) {
  std::vector<double> values;
  for (std::size_t i = 0; i < a.size(); ++i) values.push_back(static_cast<double>(a[i] - b[i]) * step);
  return values;
}

double length(const std::vector<double>& x) {
  double sum = 0;
  for (const double each : x) sum += each * each;
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("an affine sum is that of gradients formed and clipped one by one", "[affine gradient sum]") {
  std::vector<std::int64_t> steps;
  std::vector<NormCounts> counts;
  const auto check = [&](auto&& sum, const Drawn& drawn, bool is_logistic, double tolerance, double constant = 1) {
    const std::vector<double> norm{0.8};
    sum(drawn.parameters, all(), {norm}, steps, counts);
    Eigen::VectorXd expected = Eigen::VectorXd::Zero(drawn.parameters.size());
    std::int64_t beyond = 0;
    for (std::size_t i = 0; i < persons; ++i) {
      expected += drawn.clipped(i, 0.8, is_logistic, constant);
      beyond += drawn.clipped(i, 1e9, is_logistic, constant).norm() > 0.8;
    }
    for (std::size_t i = 0; i < steps.size(); ++i)
      CHECK(static_cast<double>(steps[i]) * sum.step(0.8) ==
            Approx(expected[static_cast<Eigen::Index>(i)]).margin(tolerance));
    CHECK(counts == std::vector<NormCounts>{{.within = static_cast<std::int64_t>(persons) - beyond, .beyond = beyond}});
  };
  for (const Eigen::Index inputs : {0, 1, 14, 15, 16, 40}) {
    const Drawn drawn(static_cast<std::uint64_t>(inputs), inputs);
    check(AffineGradientSum<LogLossSlope>(drawn.features, drawn.outcome), drawn, true, 1e-4);
    check(AffineGradientSum<SquaredErrorSlope>(drawn.features, drawn.outcome), drawn, false, 1e-4);
    check(AffineGradientSum<LogLossSlope, float>(drawn.features, drawn.outcome), drawn, true, 1e-3);
    check(AffineGradientSum(drawn.features, drawn.outcome, LogLossSlope{}, 0.2), drawn, true, 1e-4, 0.2);
  }
}

TEST_CASE("no person moves an affine sum by more than the norm, but some by all of it", "[affine gradient sum]") {
  for (std::uint64_t number = 0; number < 10; ++number) {
    const Drawn drawn(number, static_cast<Eigen::Index>(3 * number));
    AffineGradientSum<LogLossSlope> sum(drawn.features, drawn.outcome);
    const std::vector<double> norm{number % 2 == 0 ? 0.3 : 0.25};
    std::vector<std::int64_t> whole, without;
    std::vector<NormCounts> counts;
    sum(drawn.parameters, all(), {norm}, whole, counts);
    double longest = 0;
    for (std::size_t left_out = 0; left_out < persons; ++left_out) {
      std::vector<std::size_t> others = all();
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
      sum(drawn.parameters, others, {norm}, without, counts);
      const double moved = length(difference(whole, without, sum.step(norm[0])));
      REQUIRE(moved <= norm[0]);
      longest = std::max(longest, moved);
    }
    CHECK(longest > 0.9999 * norm[0]);
  }
}

TEST_CASE("a batch cut into parts, in any order of rows, has the same sum to the last bit", "[affine gradient sum]") {
  const Drawn drawn(3, 20);
  const std::vector<double> norms{0.5, 1.5};
  std::vector<std::uint32_t> group_of_place(persons);
  for (std::size_t i = 0; i < persons; ++i) group_of_place[i] = i % 5 == 0;
  AffineGradientSum<LogLossSlope> sum(drawn.features, drawn.outcome);
  std::vector<std::int64_t> whole, part, added(21, 0);
  std::vector<NormCounts> counts, of_part, added_counts(2);
  sum(drawn.parameters, all(), {norms, group_of_place}, whole, counts);
  std::vector<std::size_t> places = all();
  std::reverse(places.begin(), places.end());
  for (const std::size_t first : std::vector<std::size_t>{0, 7, 50}) {
    const std::size_t end = first == 0 ? 7 : first == 7 ? 50 : persons;
    sum(drawn.parameters, std::span(places).subspan(first, end - first), {norms, group_of_place}, part, of_part);
    for (std::size_t i = 0; i < added.size(); ++i) added[i] += part[i];
    for (std::size_t g = 0; g < 2; ++g) {
      added_counts[g].within += of_part[g].within;
      added_counts[g].beyond += of_part[g].beyond;
    }
  }
  CHECK(added == whole);
  CHECK(added_counts == counts);
}

TEST_CASE("a person of numbers that are not finite, or too large, counts for nothing", "[affine gradient sum]") {
  for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity(), -1e160}) {
    Drawn drawn(5, 4);
    const std::vector<double> norm{1};
    std::vector<std::size_t> others = all();
    others.erase(others.begin() + 9);
    std::vector<std::int64_t> steps, expected;
    std::vector<NormCounts> counts, fewer;
    AffineGradientSum<LogLossSlope>(drawn.features, drawn.outcome)(drawn.parameters, others, {norm}, expected, fewer);
    drawn.features(9, 2) = wrong;
    AffineGradientSum<LogLossSlope>(drawn.features, drawn.outcome)(drawn.parameters, all(), {norm}, steps, counts);
    CHECK(steps == expected);
    CHECK(counts[0].beyond == fewer[0].beyond + 1);
  }
}

TEST_CASE("outcomes that do not fit the rows are refused", "[affine gradient sum]") {
  const Drawn drawn(1, 2);
  CHECK_THROWS_AS(AffineGradientSum<LogLossSlope>(drawn.features, std::vector<double>(3)), Error);
  CHECK_THROWS_AS(AffineGradientSum(drawn.features, drawn.outcome, LogLossSlope{}, 0), Error);
}
