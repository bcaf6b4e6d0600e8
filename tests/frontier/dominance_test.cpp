#include <equipoise/frontier/dominance.hpp>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "frontier/random_points.hpp"

using namespace equipoise;
using equipoise::testing::points;
using equipoise::testing::random_points;
using Ranks = std::vector<std::size_t>;

namespace {

// By the definition: peel off what nothing left dominates.
Ranks ranks_by_peeling(const Eigen::MatrixXd& cloud) {
  const auto count = static_cast<std::size_t>(cloud.rows());
  Ranks rank(count);
  std::vector<bool> left(count, true);
  std::size_t placed = 0;
  for (std::size_t front = 0; placed < count; ++front) {
    std::vector<std::size_t> peeled;
    for (std::size_t i = 0; i < count; ++i) {
      bool beaten = !left[i];
      for (std::size_t k = 0; k < count && !beaten; ++k) {
        const auto a = cloud.row(static_cast<Eigen::Index>(k)).array(),
                   b = cloud.row(static_cast<Eigen::Index>(i)).array();
        beaten = left[k] && (a <= b).all() && (a < b).any();
      }
      if (!beaten) peeled.push_back(i);
    }
    for (const std::size_t i : peeled) {
      left[i] = false;
      rank[i] = front;
    }
    placed += peeled.size();
  }
  return rank;
}

}  // namespace

TEST_CASE("a point dominates what it beats somewhere and nowhere loses to", "[dominance]") {
  const Eigen::Vector2d best(0, 0), left(0, 1), right(1, 0);
  CHECK(dominates(best, left));
  CHECK_FALSE(dominates(left, best));
  CHECK_FALSE(dominates(left, right));
  CHECK_FALSE(dominates(best, best));
}

TEST_CASE("equal points share a front", "[dominance]") {
  CHECK(non_domination_ranks(points({{1, 1}, {0, 0}, {1, 1}, {0, 0}, {2, 1}})) == Ranks{1, 0, 1, 0, 2});
  CHECK(non_dominated(points({{1, 1, 0}, {0, 0, 0}, {0, 0, 0}})) == Ranks{1, 2});
}

TEST_CASE("no points have no fronts", "[dominance]") {
  CHECK(non_domination_ranks(Eigen::MatrixXd(0, 3)).empty());
  CHECK(non_domination_ranks(points({{7}, {3}, {7}, {5}})) == Ranks{2, 0, 2, 1});
}

TEST_CASE("ranks equal those of the reference tools", "[dominance]") {
  // Made by two published multi-objective tools that agree.
  CHECK(non_domination_ranks(
            points({{0.07384450273290422, 0.221225711468931, 0.4205633137557159, 0.9212075517816272},
                    {0.11053408031885359, 0.6040242971649579, 0.027805795199179473, 0.0260417631856088},
                    {0.45943185835335965, 0.7159715991606087, 0.3333113317013522, 0.12982760187985887},
                    {0.3055467128507935, 0.7630653919179249, 0.9175586745798263, 0.855903529501641},
                    {0.49042574208620404, 0.5901054457457195, 0.12960595779283213, 0.3426826350026255},
                    {0.8365356237086752, 0.940815154542959, 0.5928085133606362, 0.5089000099384359},
                    {0.9688729099171608, 0.33352936437141534, 0.27199983562857544, 0.011255810599421268},
                    {0.5188157011082533, 0.10586103507785061, 0.27137411931372357, 0.5727327683231421},
                    {0.29209443979559024, 0.6743587174470976, 0.3827702163841544, 0.5181589540327145},
                    {0.5638586083986485, 0.11606139886982125, 0.8847324220047401, 0.15375910684504623}})) ==
        Ranks{0, 0, 1, 2, 0, 2, 0, 0, 1, 0});
}

TEST_CASE("ranks equal those of the reference file", "[dominance]") {
  const char* directory = std::getenv("EQUIPOISE_REFERENCE");
  if (!directory) {
    WARN("EQUIPOISE_REFERENCE is not set: the reference file is skipped");
    return;
  }
  std::ifstream file(std::string(directory) + "/pareto.json");
  REQUIRE(file);
  const auto document = nlohmann::json::parse(file);
  for (const auto& each : document.at("ranks")) {
    const auto rows = each.at("points").get<std::vector<std::vector<double>>>();
    Eigen::MatrixXd cloud(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < rows[i].size(); ++j)
        cloud(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
    CHECK(non_domination_ranks(cloud) == each.at("ranks").get<Ranks>());
  }
}

TEST_CASE("ranks are what peeling fronts off one by one gives", "[dominance]") {
  std::mt19937_64 random(20240501);
  for (int trial = 0; trial < 600; ++trial) {
    const auto objectives = static_cast<Eigen::Index>(1 + random() % 5);
    const auto count = static_cast<Eigen::Index>(1 + random() % 40);
    const Eigen::MatrixXd cloud = random_points(random, count, objectives, trial % 2 == 0 ? 4 : 0);
    INFO("trial " << trial);
    REQUIRE(non_domination_ranks(cloud) == ranks_by_peeling(cloud));
  }
}

TEST_CASE("a coordinate that is not finite is refused by its place", "[dominance]") {
  const auto with = [](double value) { return points({{0, 1}, {value, 0}}); };
  CHECK_THROWS_WITH(non_domination_ranks(with(std::numeric_limits<double>::quiet_NaN())),
                    "point 1, objective 0: a coordinate that is not a finite number; finite numbers");
  CHECK_THROWS_AS(non_dominated(with(std::numeric_limits<double>::infinity())), Error);
}
