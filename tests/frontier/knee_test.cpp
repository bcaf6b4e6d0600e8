#include <equipoise/frontier/knee.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/frontier/dominance.hpp>

#include "frontier/random_points.hpp"

using namespace equipoise;
using equipoise::testing::points;
using equipoise::testing::random_points;

TEST_CASE("the knee bulges farthest from the line between the extremes", "[knee]") {
  CHECK(knee(points({{0, 10}, {1, 2}, {5, 1}, {10, 0}})) == 1u);
  // Scaling an objective does not move it.
  CHECK(knee(points({{0, 1000}, {1, 200}, {5, 100}, {10, 0}})) == 1u);
  // A dominated point is never the knee, however far out it stands.
  CHECK(knee(points({{9, 9}, {0, 10}, {1, 2}, {5, 1}, {10, 0}})) == 2u);
}

TEST_CASE("the knee on a quarter of a circle is its middle", "[knee]") {
  constexpr int count = 41;
  Eigen::MatrixXd arc(count, 2);
  for (int i = 0; i < count; ++i) {
    const double angle = 1.5707963267948966 * i / (count - 1);
    arc.row(i) = Eigen::RowVector2d(1 - std::cos(angle), 1 - std::sin(angle));
  }
  CHECK(knee(arc) == 20u);
}

TEST_CASE("in two objectives the knee is the farthest by the formula of a point and a line", "[knee]") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const Eigen::MatrixXd cloud = random_points(random, 15, 2);
    const std::vector<std::size_t> front = non_dominated(cloud);
    double low_x = 1e9, low_y = 1e9, high_x = -1e9, high_y = -1e9;
    for (const std::size_t i : front) {
      const auto row = cloud.row(static_cast<Eigen::Index>(i));
      low_x = std::min(low_x, row(0)), high_x = std::max(high_x, row(0));
      low_y = std::min(low_y, row(1)), high_y = std::max(high_y, row(1));
    }
    double greatest = 0;
    std::size_t expected = front[0];
    for (const std::size_t i : front) {
      const auto row = cloud.row(static_cast<Eigen::Index>(i));
      const double from_line = std::abs((row(0) - low_x) / (high_x - low_x) + (row(1) - low_y) / (high_y - low_y) - 1);
      if (from_line > greatest + 1e-11) greatest = from_line, expected = i;
    }
    REQUIRE(knee(cloud) == expected);
  }
}

TEST_CASE("in three objectives the knee is farthest from the plane through the extremes", "[knee]") {
  CHECK(knee(points({{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {0.5, 0.6, 0.7}, {0.2, 0.3, 0.1}})) == 4u);
}

TEST_CASE("extremes that coincide or line up leave a knee", "[knee]") {
  // One point is best in two of three objectives: distance is from the line through the two extremes left.
  CHECK(knee(points({{0, 0, 1}, {1, 1, 0}, {0.5, 0.5, 0.5}, {0.1, 0.9, 0.4}})) == 3u);
  // A constant objective plays no part.
  CHECK(knee(points({{0, 10, 5}, {1, 2, 5}, {5, 1, 5}, {10, 0, 5}})) == 1u);
}

TEST_CASE("degenerate fronts answer with their first point", "[knee]") {
  CHECK_FALSE(knee(Eigen::MatrixXd(0, 2)));
  CHECK(knee(points({{3, 3}})) == 0u);
  CHECK(knee(points({{1, 0}, {0, 1}})) == 0u);
  CHECK(knee(points({{2, 2}, {1, 1}, {1, 1}})) == 1u);
  CHECK(knee(points({{0.3, 0.7}, {0, 1}, {1, 0}, {0.6, 0.4}})) == 0u);
  CHECK(knee(points({{5}, {4}, {4}})) == 1u);
}
