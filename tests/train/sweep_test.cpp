#include <equipoise/train/sweep.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

std::vector<double> weights_of(const SweepPoint& point) { return {point.weights.begin(), point.weights.end()}; }

std::size_t waves_of(const std::vector<SweepPoint>& plan) {
  std::size_t waves = 0;
  for (const SweepPoint& point : plan) waves = std::max(waves, point.wave + 1);
  return waves;
}

// All weights whose whole shares of 1 / divisions sum to 1: Das and Dennis's lattice, by counting in base divisions
// + 1.
std::vector<Eigen::VectorXd> whole_lattice(std::size_t objectives, int divisions) {
  std::vector<Eigen::VectorXd> points;
  std::vector<int> shares(objectives, 0);
  while (true) {
    int sum = 0;
    for (const int share : shares) sum += share;
    if (sum == divisions) {
      Eigen::VectorXd point(static_cast<Eigen::Index>(objectives));
      for (std::size_t j = 0; j < objectives; ++j)
        point[static_cast<Eigen::Index>(j)] = static_cast<double>(shares[j]) / divisions;
      points.push_back(point);
    }
    std::size_t digit = 0;
    while (digit < objectives && ++shares[digit] > divisions) shares[digit++] = 0;
    if (digit == objectives) return points;
  }
}

// How far the farthest of `places` is from the nearest of `points`.
double covering_radius(const std::vector<Eigen::VectorXd>& points, const std::vector<Eigen::VectorXd>& places) {
  double radius = 0;
  for (const Eigen::VectorXd& place : places) {
    double nearest = 10;
    for (const Eigen::VectorXd& point : points) nearest = std::min(nearest, (place - point).norm());
    radius = std::max(radius, nearest);
  }
  return radius;
}

std::vector<Eigen::VectorXd> planned_weights(std::size_t objectives, std::size_t points) {
  std::vector<Eigen::VectorXd> weights;
  for (const SweepPoint& point : plan_sweep(objectives, points)) weights.push_back(point.weights);
  return weights;
}

}  // namespace

TEST_CASE("a sweep has as many points as asked for, all different, on the simplex, none without objective 0",
          "[sweep]") {
  for (std::size_t objectives = 2; objectives <= 7; ++objectives)
    for (std::size_t points = 1; points <= 80; ++points) {
      const std::vector<SweepPoint> plan = plan_sweep(objectives, points);
      CAPTURE(objectives, points);
      REQUIRE(plan.size() == points);
      std::set<std::vector<double>> different;
      for (const SweepPoint& point : plan) {
        REQUIRE(point.weights.size() == static_cast<Eigen::Index>(objectives));
        CHECK(std::abs(point.weights.sum() - 1) <= 1e-15);
        CHECK(point.weights.minCoeff() >= 0);
        CHECK(point.weights[0] > 0);
        different.insert(weights_of(point));
      }
      CHECK(different.size() == points);
      CHECK(plan[0].weights[0] == 1);
      // Towards the other objectives, point by point.
      CHECK(std::is_sorted(plan.begin(), plan.end(),
                           [](const auto& a, const auto& b) { return weights_of(a) > weights_of(b); }));
    }
}

TEST_CASE("starts form a tree whose root is objective 0 alone, wave by wave", "[sweep]") {
  for (std::size_t objectives = 1; objectives <= 5; ++objectives)
    for (const std::size_t points : {1u, 2u, 3u, 10u, 50u, 77u}) {
      const std::vector<SweepPoint> plan = plan_sweep(objectives, points);
      CAPTURE(objectives, points);
      CHECK_FALSE(plan[0].start);
      CHECK(plan[0].wave == 0);
      for (std::size_t i = 1; i < plan.size(); ++i) {
        REQUIRE(plan[i].start);
        REQUIRE(*plan[i].start < plan.size());
        CHECK(plan[i].wave == plan[*plan[i].start].wave + 1);  // so that no walk along starts returns
      }
    }
}

TEST_CASE("one objective has one point", "[sweep]") {
  for (const std::size_t points : {1u, 50u}) {
    const std::vector<SweepPoint> plan = plan_sweep(1, points);
    REQUIRE(plan.size() == 1);
    CHECK(weights_of(plan[0]) == std::vector<double>{1});
  }
}

TEST_CASE("two objectives share evenly spaced weights", "[sweep]") {
  const std::vector<SweepPoint> plan = plan_sweep(2, 50);
  for (std::size_t k = 0; k < 50; ++k) {
    CHECK(plan[k].weights[0] == static_cast<double>(50 - k) / 50);
    CHECK(plan[k].weights[1] == static_cast<double>(k) / 50);
  }
}

TEST_CASE("the starts of nine points between two objectives are as worked out by hand", "[sweep]") {
  // Farthest first: 0, 8, 4, 2, 6, then the odd ones; each from the nearest before it, the earlier wave, then the
  // first, where two are.
  const std::vector<SweepPoint> plan = plan_sweep(2, 9);
  const std::vector<std::size_t> starts{0, 0, 0, 2, 0, 4, 4, 8, 0}, waves{0, 1, 1, 2, 1, 2, 2, 2, 1};
  for (std::size_t i = 0; i < 9; ++i) {
    CAPTURE(i);
    CHECK(plan[i].start.value_or(0) == starts[i]);
    CHECK(plan[i].wave == waves[i]);
  }
}

TEST_CASE("between two objectives waves grow like the logarithm of the points, and most starts are neighbours",
          "[sweep]") {
  for (std::size_t points = 1; points <= 1000; points += points < 130 ? 1 : 29) {
    const std::vector<SweepPoint> plan = plan_sweep(2, points);
    CAPTURE(points);
    CHECK(waves_of(plan) <= static_cast<std::size_t>(std::bit_width(points)) + 1);
    std::size_t near = 0;
    for (std::size_t i = 1; i < points; ++i)
      near += std::abs(static_cast<double>(i) - static_cast<double>(*plan[i].start)) <= 2;
    CHECK(2 * near + 2 >= points);
  }
}

TEST_CASE("where the count is a lattice's, the points are that lattice's", "[sweep]") {
  struct Case {
    std::size_t objectives, points;
    int divisions;
  };
  // C(divisions + objectives - 2, objectives - 1) points keep some weight on objective 0.
  for (const Case& each :
       {Case{3, 1, 1}, Case{3, 3, 2}, Case{3, 10, 4}, Case{3, 55, 10}, Case{4, 20, 4}, Case{5, 35, 4}, Case{6, 6, 2}}) {
    CAPTURE(each.objectives, each.points);
    std::set<std::vector<double>> expected, found;
    for (const Eigen::VectorXd& point : whole_lattice(each.objectives, each.divisions))
      if (point[0] > 0) expected.insert({point.begin(), point.end()});
    for (const SweepPoint& point : plan_sweep(each.objectives, each.points)) found.insert(weights_of(point));
    CHECK(found == expected);
  }
}

TEST_CASE("a point more than a lattice has is the next lattice's farthest, as worked out by hand", "[sweep]") {
  // Six points have 3 divisions. Of the lattice with 4, (2, 2, 0)/4 and (2, 0, 2)/4 lie farthest from those: by 8/144.
  const std::vector<SweepPoint> plan = plan_sweep(3, 7);
  std::set<std::vector<double>> found;
  for (const SweepPoint& point : plan) found.insert(weights_of(point));
  for (const SweepPoint& point : plan_sweep(3, 6)) CHECK(found.count(weights_of(point)) == 1);
  CHECK(found.count({0.5, 0.5, 0}) == 1);
}

TEST_CASE("a sweep covers the simplex within 1.7 times as closely as the whole lattice of as many points", "[sweep]") {
  // Distances to a fine lattice stand for those to the simplex. The whole lattice has points without objective 0, which
  // these points give up.
  struct Case {
    std::size_t objectives;
    int fine, most_divisions;
  };
  for (const Case& each : {Case{3, 60, 9}, Case{4, 24, 5}, Case{5, 12, 3}}) {
    const std::vector<Eigen::VectorXd> simplex = whole_lattice(each.objectives, each.fine);
    for (int divisions = 2; divisions <= each.most_divisions; ++divisions) {
      const std::vector<Eigen::VectorXd> lattice = whole_lattice(each.objectives, divisions);
      const double radius = covering_radius(planned_weights(each.objectives, lattice.size()), simplex);
      CAPTURE(each.objectives, divisions, lattice.size(), covering_radius(lattice, simplex), radius);
      CHECK(radius <= 1.7 * covering_radius(lattice, simplex));
    }
  }
}

TEST_CASE("a point more never covers less than the lattice that it completes", "[sweep]") {
  const std::vector<Eigen::VectorXd> simplex = whole_lattice(3, 40);
  for (std::size_t points = 10; points < 15; ++points)
    CHECK(covering_radius(planned_weights(3, points), simplex) <= covering_radius(planned_weights(3, 10), simplex));
}

TEST_CASE("a sweep without objectives or points is refused", "[sweep]") {
  const auto message = [](std::size_t objectives, std::size_t points) -> std::string {
    try {
      plan_sweep(objectives, points);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::value_out_of_range);
      return error.what();
    }
    return "no error";
  };
  CHECK(message(0, 5) == "sweep: no objective to train on; at least 1");
  CHECK(message(2, 0) == "sweep: points is 0; at least 1");
}
