#include <equipoise/frontier/hypervolume.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>

#include "frontier/random_points.hpp"

using namespace equipoise;
using equipoise::testing::points;
using equipoise::testing::random_points;
using equipoise::testing::shuffled;

namespace {

std::vector<double> corner(Eigen::Index objectives, double at) {
  return std::vector<double>(static_cast<std::size_t>(objectives), at);
}

// The volume of a union of boxes by inclusion and exclusion over every subset.
double by_inclusion_exclusion(const Eigen::MatrixXd& cloud, double reference) {
  const auto count = static_cast<unsigned>(cloud.rows());
  double volume = 0;
  for (unsigned subset = 1; subset < (1u << count); ++subset) {
    Eigen::RowVectorXd worst = Eigen::RowVectorXd::Constant(cloud.cols(), -1e300);
    int members = 0;
    for (unsigned i = 0; i < count; ++i)
      if (subset & (1u << i)) {
        worst = worst.cwiseMax(cloud.row(static_cast<Eigen::Index>(i)));
        ++members;
      }
    const double box = (reference - worst.array()).max(0.0).prod();
    volume += members % 2 == 1 ? box : -box;
  }
  return volume;
}

}  // namespace

TEST_CASE("hypervolumes of a few points are their areas", "[hypervolume]") {
  const std::vector<double> at_four{4, 4};
  CHECK(hypervolume(points({{1, 3}, {2, 2}, {3, 1}}), at_four) == 6);
  CHECK(hypervolume(points({{1, 3}}), at_four) == 3);
  CHECK(hypervolume(points({{1, 1}, {1, 1}, {2, 2}}), at_four) == 9);
  CHECK(hypervolume(points({{3}, {1}, {2}}), std::vector<double>{4}) == 3);
  CHECK(hypervolume(Eigen::MatrixXd(0, 2), at_four) == 0);
  CHECK(hypervolume(points({{0, 0, 1}, {0, 1, 0}, {1, 0, 0}}), std::vector<double>{2, 2, 2}) == 7);
}

TEST_CASE("points on or beyond the reference contribute nothing", "[hypervolume]") {
  CHECK(hypervolume(points({{0, 4}, {5, 0}, {4, 4}}), std::vector<double>{4, 4}) == 0);
  CHECK(hypervolume(points({{1, 1}, {-9, 5}}), std::vector<double>{4, 4}) == 9);
}

TEST_CASE("hypervolumes equal those of the reference tools", "[hypervolume]") {
  // Made by two published multi-objective tools that agree.
  CHECK(hypervolume(points({{0.07384450273290422, 0.221225711468931, 0.4205633137557159, 0.9212075517816272},
                            {0.11053408031885359, 0.6040242971649579, 0.027805795199179473, 0.0260417631856088},
                            {0.45943185835335965, 0.7159715991606087, 0.3333113317013522, 0.12982760187985887},
                            {0.3055467128507935, 0.7630653919179249, 0.9175586745798263, 0.855903529501641},
                            {0.49042574208620404, 0.5901054457457195, 0.12960595779283213, 0.3426826350026255},
                            {0.8365356237086752, 0.940815154542959, 0.5928085133606362, 0.5089000099384359},
                            {0.9688729099171608, 0.33352936437141534, 0.27199983562857544, 0.011255810599421268},
                            {0.5188157011082533, 0.10586103507785061, 0.27137411931372357, 0.5727327683231421},
                            {0.29209443979559024, 0.6743587174470976, 0.3827702163841544, 0.5181589540327145},
                            {0.5638586083986485, 0.11606139886982125, 0.8847324220047401, 0.15375910684504623}}),
                    std::vector<double>{0.9, 0.9, 0.9, 0.9}) == Approx(0.219567210442863).epsilon(1e-12));
  CHECK(hypervolume(points({{0.9411934167377494, 0.9267934328539311, 0.6591680520820532, 0.46210906169974353,
                             0.3012988033479025, 0.6877402621829662},
                            {0.6816322390796619, 0.6305802380977155, 0.8123947776094875, 0.7921346277594798,
                             0.3754614611053405, 0.4580416166225769},
                            {0.606385397556874, 0.45893009272261664, 0.7780746854028118, 0.6562988132460222,
                             0.6186549614326505, 0.5106069976927574},
                            {0.5592099210673284, 0.2864182403741684, 0.6996901167285261, 0.7201332550182458,
                             0.6694306859654255, 0.8631874043615382},
                            {0.4562483280278401, 0.7373558856252707, 0.8555321672021737, 0.6832464478739644,
                             0.6200109609685714, 0.39192372918357976},
                            {0.2236793526274906, 0.6823521227589557, 0.5728560446330591, 0.7754254887448783,
                             0.8784475109029023, 0.77917110417861},
                            {0.8401098538663312, 0.6782005639639939, 0.2851500666080008, 0.6202408790294258,
                             0.5641366451874025, 0.8397627295636831},
                            {0.8248484152376514, 0.1855013734876808, 0.531525778005095, 0.9311683183276165,
                             0.9311383426897748, 0.7225723790937665},
                            {0.8348600127958317, 0.24177903386997368, 0.9103356177231121, 0.9035172700930678,
                             0.48888098744914166, 0.6546907363873623},
                            {0.8502018821491991, 0.8812485281582227, 0.17265933797210065, 0.7792359327918827,
                             0.5205997162154512, 0.9798844508891708}}),
                    std::vector<double>{1.1, 1.1, 1.1, 1.1, 1.1, 1.1}) == Approx(0.0292393187665905).epsilon(1e-12));
}

TEST_CASE("hypervolumes equal those of the reference file", "[hypervolume]") {
  const char* directory = std::getenv("EQUIPOISE_REFERENCE");
  if (!directory) {
    WARN("EQUIPOISE_REFERENCE is not set: the reference file is skipped");
    return;
  }
  std::ifstream file(std::string(directory) + "/pareto.json");
  REQUIRE(file);
  const auto document = nlohmann::json::parse(file);
  for (const auto& each : document.at("hypervolume")) {
    const auto rows = each.at("points").get<std::vector<std::vector<double>>>();
    Eigen::MatrixXd cloud(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < rows[i].size(); ++j)
        cloud(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
    CHECK(hypervolume(cloud, each.at("reference").get<std::vector<double>>()) ==
          Approx(each.at("hypervolume").get<double>()).epsilon(1e-12));
  }
}

TEST_CASE("hypervolumes equal inclusion and exclusion over every subset", "[hypervolume]") {
  std::mt19937_64 random(7);
  for (int trial = 0; trial < 500; ++trial) {
    const auto objectives = static_cast<Eigen::Index>(1 + random() % 6);
    const auto count = static_cast<Eigen::Index>(1 + random() % 9);
    const Eigen::MatrixXd cloud = random_points(random, count, objectives, trial % 2 == 0 ? 4 : 0);
    const double reference = trial % 3 == 0 ? 0.7 : 1.1;
    INFO("trial " << trial << ", " << objectives << " objectives");
    REQUIRE(hypervolume(cloud, corner(objectives, reference)) ==
            Approx(by_inclusion_exclusion(cloud, reference)).epsilon(1e-9).margin(1e-13));
  }
}

TEST_CASE("hypervolumes of larger sets agree with a Monte Carlo estimate", "[hypervolume]") {
  std::mt19937_64 random(11);
  for (const Eigen::Index objectives : {2, 3, 4, 5}) {
    // On a sphere about the worst corner, so that every point counts.
    Eigen::MatrixXd cloud = random_points(random, 200, objectives);
    for (Eigen::Index i = 0; i < cloud.rows(); ++i) cloud.row(i) = (1 - cloud.row(i).normalized().array()).matrix();
    constexpr int draws = 20000;
    int covered = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const Eigen::MatrixXd at = random_points(random, 1, objectives);
      for (Eigen::Index i = 0; i < cloud.rows(); ++i)
        if ((cloud.row(i).array() <= at.row(0).array()).all()) {
          ++covered;
          break;
        }
    }
    const double estimate = static_cast<double>(covered) / draws;
    const double standard_error = std::sqrt(estimate * (1 - estimate) / draws);
    // Five standard errors: a false alarm in about one of 10^6 such runs, and the seed is fixed.
    CHECK(hypervolume(cloud, corner(objectives, 1)) == Approx(estimate).margin(5 * standard_error));
  }
}

TEST_CASE("the order of points changes no bit of the hypervolume", "[hypervolume]") {
  std::mt19937_64 random(13);
  for (int trial = 0; trial < 100; ++trial) {
    const auto objectives = static_cast<Eigen::Index>(2 + random() % 4);
    const Eigen::MatrixXd cloud = random_points(random, 25, objectives, trial % 2 == 0 ? 5 : 0);
    REQUIRE(hypervolume(cloud, corner(objectives, 1)) == hypervolume(shuffled(random, cloud), corner(objectives, 1)));
  }
}

TEST_CASE("a dominated point changes nothing and a better one never takes volume away", "[hypervolume]") {
  std::mt19937_64 random(17);
  for (int trial = 0; trial < 200; ++trial) {
    const auto objectives = static_cast<Eigen::Index>(2 + random() % 4);
    Eigen::MatrixXd cloud = random_points(random, 20, objectives);
    const std::vector<double> reference = corner(objectives, 1);
    const double before = hypervolume(cloud, reference);
    cloud.conservativeResize(21, Eigen::NoChange);
    cloud.row(20) = (cloud.row(3) + 0.1 * random_points(random, 1, objectives)).cwiseMin(1.0);
    REQUIRE(hypervolume(cloud, reference) == Approx(before).epsilon(1e-13));
    cloud.row(20) = random_points(random, 1, objectives);
    REQUIRE(hypervolume(cloud, reference) >= before * (1 - 1e-13));
  }
}

TEST_CASE("a point's contribution is what goes when it goes", "[hypervolume]") {
  std::mt19937_64 random(19);
  for (int trial = 0; trial < 200; ++trial) {
    const auto objectives = static_cast<Eigen::Index>(1 + random() % 5);
    const Eigen::MatrixXd cloud = random_points(random, 12, objectives, trial % 2 == 0 ? 4 : 0);
    const std::vector<double> reference = corner(objectives, 0.9);
    const double whole = hypervolume(cloud, reference);
    const std::vector<double> contributions = hypervolume_contributions(cloud, reference);
    REQUIRE(contributions.size() == 12);
    for (Eigen::Index i = 0; i < cloud.rows(); ++i) {
      Eigen::MatrixXd others(cloud.rows() - 1, objectives);
      others << cloud.topRows(i), cloud.bottomRows(cloud.rows() - 1 - i);
      REQUIRE(contributions[static_cast<std::size_t>(i)] ==
              Approx(whole - hypervolume(others, reference)).margin(1e-12));
    }
  }
}

TEST_CASE("points spread over a sphere dominate nearly all beyond it", "[hypervolume]") {
  // A Fibonacci lattice over an octant of the unit sphere about the reference: what is not dominated is a thin shell.
  constexpr int count = 4000;
  Eigen::MatrixXd cloud(count, 3);
  Eigen::Index kept = 0;
  for (int i = 0; i < count; ++i) {
    const double z = 1 - (2.0 * i + 1) / count, radius = std::sqrt(1 - z * z), angle = 2.399963229728653 * i;
    const Eigen::RowVector3d at(radius * std::cos(angle), radius * std::sin(angle), z);
    if ((at.array() > 0).all()) cloud.row(kept++) = (1 - at.array()).matrix();
  }
  const double volume = hypervolume(cloud.topRows(kept), std::vector<double>{1, 1, 1});
  CHECK(volume < 3.14159265358979 / 6);
  CHECK(volume > 3.14159265358979 / 6 - 0.05);
}

TEST_CASE("a reference point must suit the points", "[hypervolume]") {
  CHECK_THROWS_WITH(hypervolume(points({{0, 1}}), std::vector<double>{1}),
                    "the reference point: a reference point of 1 coordinates; one for each of the 2 objectives");
  CHECK_THROWS_AS(hypervolume(points({{0, 1}}), std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}),
                  Error);
}
