#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

#include "scm/shared_normal_abduction.hpp"

using namespace equipoise;

namespace {

VariableSpec number(std::string name) { return {std::move(name), ColumnType::continuous, {}}; }

// X -> M -> Y with hidden causes of X and Y, and of M and Y.
Scm confounded() {
  const std::vector<NamedEdge> edges{{"X", "M"}, {"M", "Y"}};
  return Scm(CausalGraph({"X", "M", "Y"}, edges), {number("X"), number("M"), number("Y")},
             {{LinearMechanism({1, {{2, {}}}}, NormalNoise{0, 0.5}), {"U"}},
              {LinearMechanism({0, {{1.5, {}}, {-1, {}}}}, NormalNoise{0.3, 1}), {"X", "W"}},
              {LinearMechanism({-1, {{0.7, {}}, {1, {}}, {0.8, {}}}}, NormalNoise{0, 0.2}), {"M", "U", "W"}}},
             {{"U", NormalNoise{0, 1}}, {"W", NormalNoise{2, 3}}});
}

}  // namespace

TEST_CASE("counterfactual rows of linear mechanisms with shared normals are those of matrix algebra") {
  const Scm scm = confounded();
  const Eigen::MatrixXd world = sample(scm, 3000, {.seed = 21});
  const std::vector<Assignment> action{{scm.graph().node("X"), 4}};
  const Eigen::MatrixXd other = counterfactual_rows(scm, world, action, {.seed = 5});
  for (Eigen::Index i = 0; i < world.rows(); ++i) {
    const double change = 1.5 * (4 - world(i, 0));  // of M; noises stay what they were
    CHECK(other(i, 1) == Approx(world(i, 1) + change).epsilon(1e-9).margin(1e-9));
    CHECK(other(i, 2) == Approx(world(i, 2) + 0.7 * change).epsilon(1e-9).margin(1e-9));
  }
}

TEST_CASE("abducted shared normals have the distribution that the rows leave them") {
  // Over rows of the model itself, what is drawn given each row has the exogenous variables' own distribution, and
  // varies with the row as they do.
  const Scm scm = confounded();
  const std::size_t rows = 20'000;
  const Eigen::MatrixXd world = sample(scm, rows, {.seed = 22});
  const auto components = detail::exogenous_components(scm);
  REQUIRE(components.size() == 1);
  std::vector<std::vector<double>> drawn(2, std::vector<double>(rows));
  detail::BlockColumns factual{{world.col(0).data(), world.col(1).data(), world.col(2).data()},
                               {drawn[0].data(), drawn[1].data()}};
  REQUIRE(detail::abduct_shared_normals(scm, components[0], factual, {0, rows}, RandomStream({.seed = 23}), drawn));
  double mean_u = 0, mean_w = 0, square_u = 0, square_w = 0, product = 0, own = 0;
  const auto n = static_cast<double>(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const double u = drawn[0][i], w = drawn[1][i];
    mean_u += u / n, mean_w += (w - 2) / 3 / n, square_u += u * u / n, square_w += (w - 2) * (w - 2) / 9 / n;
    product += u * (w - 2) / 3 / n;
    const double left = world(static_cast<Eigen::Index>(i), 0) - 1 - 2 * u;  // X's own noise
    own += left * left / n;
  }
  // Each is a mean of 20,000: deviations 1 / sqrt(n) = 0.007 or sqrt 2 times that; five of them are exceeded once in a
  // million.
  CHECK(std::abs(mean_u) < 0.036);
  CHECK(std::abs(mean_w) < 0.036);
  CHECK(std::abs(square_u - 1) < 0.05);
  CHECK(std::abs(square_w - 1) < 0.05);
  CHECK(std::abs(product) < 0.036);
  CHECK(std::abs(own - 0.25) < 0.0125);
}

TEST_CASE("the same rows are abducted to the same bits however they are cut") {
  const Scm scm = confounded();
  const Eigen::MatrixXd world = sample(scm, 100, {.seed = 24});
  const auto component = detail::exogenous_components(scm)[0];
  const auto drawn_from = [&](std::size_t first, std::size_t size) {
    std::vector<std::vector<double>> drawn(2, std::vector<double>(size));
    std::vector<const double*> nodes;
    for (Eigen::Index v = 0; v < 3; ++v) nodes.push_back(world.col(v).data() + first);
    detail::abduct_shared_normals(scm, component, {nodes, {drawn[0].data(), drawn[1].data()}}, {first, size},
                                  RandomStream({.seed = 25}), drawn);
    return drawn;
  };
  const auto all = drawn_from(0, 100), part = drawn_from(37, 20);
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t e = 0; e < 2; ++e) CHECK(part[e][i] == all[e][37 + i]);
}

TEST_CASE("exogenous variables that are not normal, or enter otherwise, are left to others") {
  const Scm scm(CausalGraph({"X"}, {}), {number("X")}, {{LinearMechanism({0, {{1, {}}}}, NormalNoise{0, 1}), {"U"}}},
                {{"U", UniformNoise{0, 1}}});
  const auto components = detail::exogenous_components(scm);
  std::vector<std::vector<double>> drawn(1, std::vector<double>(1));
  const double x = 0.5;
  CHECK_FALSE(detail::abduct_shared_normals(scm, components[0], {{&x}, {drawn[0].data()}}, {0, 1},
                                            RandomStream({.seed = 1}), drawn));
}
