#include <equipoise/train/point_record.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/objective/error_rate.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/predictor/affine.hpp>

#include "train/small_study.hpp"

using namespace equipoise;

namespace {

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return same_bits(x, y); });
}

}  // namespace

TEST_CASE("a record reads back to the same bits, whatever its numbers", "[record]") {
  std::mt19937_64 random(17);
  const auto number = [&] {
    switch (random() % 5) {
      case 0: return random() % 2 == 0 ? 0.0 : -0.0;
      case 1: return std::numeric_limits<double>::denorm_min();
      case 2: return -std::numeric_limits<double>::max();
      case 3: return static_cast<double>(random() % 100);
      default: {
        const double any = std::bit_cast<double>(random());
        return std::isfinite(any) ? any : 1.0 / 3;
      }
    }
  };
  const auto numbers = [&](std::size_t count) {
    std::vector<double> values(count);
    for (double& each : values) each = number();
    return values;
  };
  for (int trial = 0; trial < 300; ++trial) {
    PointRecord record;
    const std::vector<double> parameters = numbers(random() % 6);
    record.parameters =
        Eigen::Map<const Eigen::VectorXd>(parameters.data(), static_cast<Eigen::Index>(parameters.size()));
    record.converged = random() % 2 == 0;
    record.termination = trial % 2 == 0 ? "Converged: \"é\" \\ \n" : "";
    record.evaluations = random() % 2 == 0 ? 0 : std::size_t{1} << 52;
    record.validation = numbers(random() % 4);
    record.test = numbers(record.validation.size());
    for (std::size_t k = 0; k < record.test.size(); ++k) record.resampled.push_back(numbers(random() % 5));
    const std::string text = record_text(record);
    const PointRecord back = parse_record(text, "r.json");
    REQUIRE(same_bits({back.parameters.begin(), back.parameters.end()}, parameters));
    REQUIRE(back.converged == record.converged);
    REQUIRE(back.termination == record.termination);
    REQUIRE(back.evaluations == record.evaluations);
    REQUIRE(same_bits(back.validation, record.validation));
    REQUIRE(same_bits(back.test, record.test));
    REQUIRE(back.resampled.size() == record.resampled.size());
    for (std::size_t k = 0; k < record.resampled.size(); ++k)
      REQUIRE(same_bits(back.resampled[k], record.resampled[k]));
    REQUIRE(record_text(back) == text);
  }
}

TEST_CASE("half a record, or another file, is told from a whole one", "[record]") {
  PointRecord record;
  record.parameters = Eigen::Vector2d(1, 2);
  record.validation = record.test = {0.5};
  record.resampled = {{0.25, 0.75}};
  const std::string text = record_text(record);
  for (std::size_t length = 0; length + 2 < text.size(); ++length)
    CHECK_THROWS_AS(parse_record(text.substr(0, length), "r.json"), Error);
  CHECK_THROWS_WITH(parse_record("[1]", "r.json"), Catch::Contains("r.json"));
  CHECK_THROWS_WITH(parse_record("{}", "r.json"), Catch::Contains("parameters"));
  CHECK_THROWS_WITH(parse_record(equipoise::testing::replaced(text, "\"test\"", "\"tset\""), "r.json"),
                    Catch::Contains("did you mean 'test'?"));
  CHECK_THROWS_WITH(parse_record(equipoise::testing::replaced(text, "0.25", "null"), "r.json"),
                    Catch::Contains("r.json#/resampled/0/0"));
}

TEST_CASE("measures are those of the scores of each world under each list of weights", "[record]") {
  const Table table({{"i", ColumnType::continuous, {}, {0, 1, 2, 3}}});
  PreparedRows rows{.table = table, .outcome = {1, 0, 1, 0}, .weights = {1, 1, 1, 1}, .requests = {}, .features = {}};
  rows.features = {Eigen::Vector4d(1, 1, -1, -1), Eigen::Vector4d(1, -1, 1, 1)};
  const std::vector<MeasuredGoal> goals{
      {ErrorRate{}, {0}}, {ErrorRate{.objective_name = "there"}, {1}}, {LogLoss{}, {1}}};
  const std::vector<std::vector<double>> weights{{1, 1, 1, 1}, {0, 3, 1, 0}, {0, 0, 0, 2}};
  const auto measures = measure_goals(AffinePredictor(1, Link::logistic), Eigen::Vector2d(1, 0), rows, goals, weights);
  REQUIRE(measures.size() == 3);
  // Decisions of world 0: 1 1 0 0, wrong in rows 1 and 2; of world 1: 1 0 1 1, wrong in row 3.
  CHECK(measures[0][0] == 0.5);
  CHECK(measures[1][0] == 1);
  CHECK(measures[2][0] == 0);
  CHECK(measures[0][1] == 0.25);
  CHECK(measures[1][1] == 0);
  CHECK(measures[2][1] == 1);
  const double right = std::log1p(std::exp(-1.0)), wrong = std::log1p(std::exp(1.0));
  CHECK(measures[0][2] == Approx((3 * right + wrong) / 4));
  CHECK(measures[2][2] == Approx(wrong));
}

TEST_CASE("a point is measured on validation and test rows, and on every resample of the test rows", "[record]") {
  const Study study = equipoise::testing::admissions();
  const StudyReplicate replicate = prepare_replicate(study, load_study_inputs(study), std::vector<WorldRequest>{{}}, 0);
  const AffinePredictor predictor(static_cast<Eigen::Index>(replicate.source.encoding.columns()), Link::logistic);
  PointRecord record;
  record.parameters = Eigen::VectorXd::Constant(predictor.parameter_count(), 0.3);
  const std::vector<MeasuredGoal> goals{{LogLoss{}, {0}}, {ErrorRate{}, {0}}};
  measure_point(predictor, replicate, goals, record);
  const auto measured = [&](const PreparedRows& rows, const std::vector<double>& weights) {
    return measure_goals(predictor, record.parameters, rows, goals, std::span(&weights, 1))[0];
  };
  CHECK(record.validation == measured(replicate.validation, replicate.validation.weights));
  CHECK(record.test == measured(replicate.test, replicate.test.weights));
  REQUIRE(record.resampled.size() == 2);
  for (std::size_t b = 0; b < replicate.resamples.size(); ++b)
    for (std::size_t k = 0; k < 2; ++k)
      CHECK(record.resampled[k][b] == measured(replicate.test, replicate.resamples[b])[k]);
}
