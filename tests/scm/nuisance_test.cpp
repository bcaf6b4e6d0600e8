#include <equipoise/scm/nuisance.hpp>

#include <array>
#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/cross_fitting.hpp>

using namespace equipoise;
using Vector = Eigen::VectorXd;

namespace {

Table covariates(std::size_t rows) {
  Column a{"a", ColumnType::continuous, {}, {}}, g{"g", ColumnType::categorical, {"u", "v", "w", "unseen"}, {}},
      b{"b", ColumnType::binary, {"0", "1"}, {}};
  const RandomStream stream({.seed = 3, .purpose = Purpose::test});
  for (std::size_t row = 0; row < rows; ++row) {
    RowStream random = stream.row(row);
    a.values.push_back(5 + 2 * draw_normal(random));
    g.values.push_back(static_cast<double>(draw_below(random, 3)));
    b.values.push_back(random.uniform() < 0.3 ? 1 : 0);
  }
  return Table({a, g, b});
}

std::vector<std::vector<std::uint32_t>> folds_of(std::size_t rows, std::size_t splits) {
  std::vector<std::vector<std::uint32_t>> folds;
  for (std::size_t split = 0; split < splits; ++split)
    folds.push_back(assign_folds(std::vector<std::size_t>(rows, 0), 5, 1, static_cast<std::uint32_t>(split)));
  return folds;
}

const std::array<std::string, 3> all{"a", "g", "b"};

}  // namespace

TEST_CASE("each family adds its columns to the one before", "[nuisance]") {
  const NuisanceDesigns designs = nuisance_designs(covariates(500), all, 100);
  REQUIRE(designs.families ==
          std::vector{NuisanceFamily::main_effects, NuisanceFamily::splines, NuisanceFamily::interactions});
  CHECK(designs.columns[0].cols() == 1 + 2 + 1);  // a level nobody has gets no column
  CHECK(designs.columns[1].cols() == 4 + 3);      // five knots bend a line in three more ways
  CHECK(designs.columns[2].cols() == 7 + 2 + 1 + 2);
  CHECK(nuisance_designs(covariates(500), all, 3).columns[2].cols() == 7 + 1 + 2);  // the pairs that fit
  CHECK(nuisance_designs(covariates(500), std::span(all).subspan(2), 100).families.size() == 1);
  CHECK(nuisance_designs(covariates(500), {}, 100).columns[0].cols() == 0);
}

TEST_CASE("a natural spline is straight beyond its outer knots", "[nuisance]") {
  Column x{"x", ColumnType::continuous, {}, {}};
  for (int i = 0; i <= 1000; ++i) x.values.push_back(i / 100.0);
  const Eigen::MatrixXd spline = nuisance_designs(Table({x}), std::array<std::string, 1>{"x"}, 0).columns[1];
  for (Eigen::Index j = 1; j < spline.cols(); ++j) {
    const auto second = [&](Eigen::Index at) { return spline(at - 10, j) - 2 * spline(at, j) + spline(at + 10, j); };
    for (const Eigen::Index at : {15, 30, 39}) CHECK(second(at) == Approx(0).margin(1e-9));  // knots at 0.5 and 9.5
    for (const Eigen::Index at : {965, 980, 985}) CHECK(second(at) == Approx(0).margin(1e-9));
    CHECK(std::abs(second(500)) > 1e-6);
  }
}

TEST_CASE("the family is the one that people it did not see bear out", "[nuisance]") {
  const Table table = covariates(4000);
  const NuisanceDesigns designs = nuisance_designs(table, all, 100);
  const RandomStream stream({.seed = 4, .purpose = Purpose::test});
  Vector bent(4000), crossed(4000), truth(4000);
  for (Eigen::Index row = 0; row < 4000; ++row) {
    const auto at = static_cast<std::size_t>(row);
    RowStream random = stream.row(at);
    const double a = table.columns()[0].values[at], b = table.columns()[2].values[at], noise = draw_normal(random);
    truth[row] = 2 * std::sin(a);
    bent[row] = truth[row] + noise;
    crossed[row] = (b > 0 ? 1 : -1) * a + noise;
  }
  const auto folds = folds_of(4000, 1);
  const Vector weights = Vector::Ones(4000);
  const NuisanceFit of_bent = cross_fit(designs, {bent, 0, weights}, folds, Parallelism::none());
  CHECK(of_bent.family == NuisanceFamily::splines);
  CHECK((of_bent.predictions[0].col(0) - truth).squaredNorm() / 4000 < 0.35);  // of a variance of 2
  CHECK(cross_fit(designs, {crossed, 0, weights}, folds, Parallelism::none()).family == NuisanceFamily::interactions);
}

TEST_CASE("nobody's prediction knows their own outcome", "[nuisance]") {
  const Table table = covariates(300);
  const NuisanceDesigns designs{{NuisanceFamily::main_effects}, {nuisance_designs(table, all, 0).columns[0]}};
  Vector y(300);
  const RandomStream stream({.seed = 6, .purpose = Purpose::test});
  for (Eigen::Index row = 0; row < 300; ++row) {
    RowStream random = stream.row(static_cast<std::uint64_t>(row));
    y[row] = draw_normal(random);
  }
  const auto folds = folds_of(300, 2);
  const NuisanceFit before = cross_fit(designs, {y, 0, Vector::Ones(300)}, folds, Parallelism::none());
  y[17] += 1000;
  const NuisanceFit after = cross_fit(designs, {y, 0, Vector::Ones(300)}, folds, Parallelism::exactly(3));
  for (std::size_t split = 0; split < 2; ++split)
    for (Eigen::Index row = 0; row < 300; ++row) {
      const bool same_fold = folds[split][static_cast<std::size_t>(row)] == folds[split][17];
      REQUIRE((before.predictions[split](row, 0) == after.predictions[split](row, 0)) == same_fold);
    }
}

TEST_CASE("probabilities are those of the classes, and a level without counterexamples stays finite", "[nuisance]") {
  const Table table = covariates(3000);
  const Vector weights = Vector::Ones(3000);
  const NuisanceDesigns designs = nuisance_designs(table, all, 0);
  Vector classes(3000);
  const RandomStream stream({.seed = 7, .purpose = Purpose::test});
  for (Eigen::Index row = 0; row < 3000; ++row) {
    const auto at = static_cast<std::size_t>(row);
    RowStream random = stream.row(at);
    const double a = table.columns()[0].values[at], level = table.columns()[1].values[at];
    classes[row] = level == 2 ? 0 : random.uniform() < sigmoid(a - 5) ? 1 : 2 * (random.uniform() < 0.5);
  }
  const Eigen::MatrixXd found =
      cross_fit(designs, {classes, 3, weights}, folds_of(3000, 1), Parallelism::none()).predictions[0];
  double error = 0;
  for (Eigen::Index row = 0; row < 3000; ++row) {
    const auto at = static_cast<std::size_t>(row);
    REQUIRE(found.row(row).sum() == Approx(1));
    REQUIRE(found.row(row).minCoeff() > 0);
    const double truth = table.columns()[1].values[at] == 2 ? 0 : sigmoid(table.columns()[0].values[at] - 5);
    error += std::abs(found(row, 1) - truth) / 3000;
  }
  CHECK(error < 0.03);
}
