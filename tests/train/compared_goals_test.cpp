// Goals that are measured beside the rows trained on, or beside a predictor trained on accuracy alone.
#include <equipoise/train/run.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/train/replicate.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions_study;
using equipoise::testing::replaced;

namespace {

const std::string compared_study =
    replaced(admissions_study, R"({"kind": "error-rate"})",
             R"({"kind": "error-rate"}, {"kind": "membership-advantage"}, {"kind": "attribute-advantage"},
                {"kind": "disparate-accuracy-loss", "name": "uneven"})");
constexpr std::size_t membership = 2, uneven = 4;  // goals of that study

std::string refusal_of(const std::string& text) {
  try {
    run_study(parse_study(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

double probability(const AffinePredictor& predictor, const Eigen::VectorXd& parameters, const PreparedRows& rows,
                   std::size_t i) {
  Eigen::VectorXd score(static_cast<Eigen::Index>(rows.rows()));
  predictor.forward(parameters, rows.features.front(), score);
  return 1 / (1 + std::exp(-score[static_cast<Eigen::Index>(i)]));
}

/// Of the people whose `gender` is this level, the share who are decided wrongly.
double error_rate(const AffinePredictor& predictor, const Eigen::VectorXd& parameters, const PreparedRows& rows,
                  double level) {
  double wrong = 0, people = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    if (rows.table.column("gender").values[i] != level) continue;
    people += rows.weights[i];
    wrong += (probability(predictor, parameters, rows, i) >= 0.5) == (rows.outcome[i] == 1) ? 0 : rows.weights[i];
  }
  return wrong / people;
}

/// The share whose log-loss is at most `bound`, and the mean log-loss.
struct Losses {
  double mean = 0, share = 0;
};
Losses losses_of(const AffinePredictor& predictor, const Eigen::VectorXd& parameters, const PreparedRows& rows,
                 double bound) {
  Losses found;
  double people = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double p = probability(predictor, parameters, rows, i), loss = -std::log(rows.outcome[i] == 1 ? p : 1 - p);
    people += rows.weights[i];
    found.mean += rows.weights[i] * loss;
    found.share += loss <= bound ? rows.weights[i] : 0;
  }
  return {found.mean / people, found.share / people};
}

}  // namespace

TEST_CASE("points are measured beside their training rows and beside the predictor trained on accuracy alone",
          "[run]") {
  const Study study = parse_study(compared_study);
  const StudyRun run = run_study(study);
  const StudyReplicate replicate = prepare_replicate(run.study, run.inputs, std::vector<WorldRequest>{{}}, 0);
  const AffinePredictor predictor(static_cast<Eigen::Index>(replicate.source.encoding.columns()), Link::logistic);
  const Eigen::VectorXd& accurate = run.points.front().records.front().parameters;
  bool is_uneven = false;
  for (const StudyPoint& point : run.points) {
    const PointRecord& record = point.records.front();
    const Losses members = losses_of(predictor, record.parameters, replicate.training, 0);
    const double bound = members.mean + 1e-12;  // a sum in another order
    const double advantage = losses_of(predictor, record.parameters, replicate.training, bound).share -
                             losses_of(predictor, record.parameters, replicate.test, bound).share;
    CHECK(record.test[membership] == Approx(std::max(advantage, 0.0)).margin(1e-12));
    std::vector<double> lost;
    for (const double level : {0.0, 1.0})
      lost.push_back(error_rate(predictor, record.parameters, replicate.test, level) -
                     error_rate(predictor, accurate, replicate.test, level));
    CHECK(record.test[uneven] == Approx(std::abs(lost[0] - lost[1])).margin(1e-12));
    is_uneven = is_uneven || record.test[uneven] > 0;
  }
  CHECK(run.points.front().records.front().test[uneven] == 0);
  CHECK(is_uneven);
  CHECK(run.goals[uneven].measure.label == "uneven");
  CHECK_FALSE(run.goals[membership].trained);
}

TEST_CASE("a study with goals that compare gives the same bits at any parallelism", "[run]") {
  const StudyRun one = run_study(parse_study(compared_study)),
                 many = run_study(parse_study(compared_study), {.parallelism = Parallelism::exactly(3)});
  REQUIRE(one.points.size() == many.points.size());
  for (std::size_t p = 0; p < one.points.size(); ++p)
    for (std::size_t r = 0; r < one.points[p].records.size(); ++r)
      CHECK(record_text(one.points[p].records[r]) == record_text(many.points[p].records[r]));
}

TEST_CASE("goals that compare are measured only, and want a goal of accuracy to compare with", "[run]") {
  CHECK_THAT(refusal_of(replaced(compared_study, R"("kind": "membership-advantage")",
                                 R"("kind": "membership-advantage", "train": true)")),
             Catch::Contains("#/objectives/2"));
  Study study = testing::admissions();
  study.objectives = {{.own = AnyObjective(LogLoss{})}, {.kind = "disparate-accuracy-loss", .name = "uneven"}};
  CHECK_THROWS_WITH(run_study(study),
                    Catch::Contains("#/objectives/1") && Catch::Contains("'uneven'") && Catch::Contains("log-loss"));
}
