#include <equipoise/objective/weighted_losses.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/objective/squared_error.hpp>
#include <equipoise/predictor/affine.hpp>

using namespace equipoise;

namespace {

/// `count` rows from `first` on of two worlds of three columns; weights are whole.
PreparedRows drawn_rows(std::uint64_t first, std::size_t count) {
  PreparedRows rows;
  std::vector<double> column;
  rows.features.assign(2, Eigen::MatrixXd(static_cast<Eigen::Index>(count), 3));
  for (std::size_t i = 0; i < count; ++i) {
    RowStream random = RandomStream({.seed = 3, .purpose = Purpose::test}).row(first + i);
    column.push_back(random.uniform());
    rows.outcome.push_back(random.uniform() < 0.5 ? 0 : 1);
    rows.weights.push_back(1 + std::floor(3 * random.uniform()));
    for (Eigen::MatrixXd& world : rows.features)
      for (Eigen::Index c = 0; c < 3; ++c) world(static_cast<Eigen::Index>(i), c) = 2 * random.uniform() - 1;
  }
  rows.table = Table({{"x", ColumnType::continuous, {}, column}});
  return rows;
}

double total(const PreparedRows& rows) {
  double sum = 0;
  for (const double weight : rows.weights) sum += weight;
  return sum;
}

const Eigen::VectorXd parameters = (Eigen::VectorXd(4) << 0.5, -1, 2, 0.25).finished();
const AffinePredictor predictor(3, Link::logistic);

}  // namespace

TEST_CASE("of goals that are sums over rows, the whole's derivatives are those of its parts", "[weighted losses]") {
  const std::vector<WeightedGoal> goals{{LogLoss{}, {0}, 0.5}, {LogLoss{}, {1}, 2}};
  WeightedLosses losses(predictor, goals);
  const PreparedRows whole = drawn_rows(0, 50);
  const double value = losses(parameters, whole);
  const Eigen::VectorXd here = losses.d_scores(0), there = losses.d_scores(1);
  double parts = 0;
  for (const std::size_t first : {0u, 20u}) {
    const PreparedRows part = drawn_rows(first, first == 0 ? 20 : 30);
    const double share = total(part) / total(whole);
    parts += share * losses(parameters, part);
    const auto begin = static_cast<Eigen::Index>(first), size = static_cast<Eigen::Index>(part.rows());
    CHECK((share * losses.d_scores(0) - here.segment(begin, size)).cwiseAbs().maxCoeff() < 1e-14);
    CHECK((share * losses.d_scores(1) - there.segment(begin, size)).cwiseAbs().maxCoeff() < 1e-14);
  }
  CHECK(parts == Approx(value).epsilon(1e-13));
}

TEST_CASE("only worlds that a goal of some weight asks for are visited", "[weighted losses]") {
  WeightedLosses losses(predictor, {{LogLoss{}, {1}, 1}, {LogLoss{}, {0}, 0}});
  CHECK(std::vector<std::size_t>(losses.worlds().begin(), losses.worlds().end()) == std::vector<std::size_t>{1});
}

TEST_CASE("no rows have no loss and no derivatives", "[weighted losses]") {
  WeightedLosses losses(predictor, {{LogLoss{}, {0}, 1}});
  CHECK(losses(parameters, drawn_rows(0, 0)) == 0);
  CHECK(losses.d_scores(0).size() == 0);
}
