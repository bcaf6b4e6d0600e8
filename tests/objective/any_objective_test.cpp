#include <equipoise/objective/any_objective.hpp>

#include <catch2/catch.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using equipoise::testing::error_of;
using equipoise::testing::loss_of;
using equipoise::testing::measure_of;

namespace {

struct Custom {
  std::string called = "custom";
  MeasureInfo said = {.unit = "points", .label = "", .description = ""};
  std::vector<WorldRequest> asked = {WorldRequest{}};
  double setting = 1;

  std::string name() const { return called; }
  std::vector<WorldRequest> worlds() const { return asked; }
  double measure(const Predictions& predictions) const { return predictions.weights[0]; }
  MeasureInfo info() const { return said; }
  void validate() const {
    if (setting < 0) throw Error(ErrorCode::objective_invalid, "setting", "below 0", "0 or more");
  }
};
struct LossOnly {
  std::string name() const { return "loss only"; }
  bool is_sum_over_rows() const { return false; }
  double loss(const Predictions&, ScoreGradients gradients) const {
    gradients[0][0] += 3;
    return 7;
  }
};

}  // namespace

TEST_CASE("a handle answers as what it holds, and so does its copy", "[objective]") {
  const AnyObjective first = Custom{};
  const AnyObjective copy = first;
  CHECK(copy.name() == "custom");
  CHECK(copy.is_measurable());
  CHECK_FALSE(copy.is_trainable());
  CHECK(copy.info().unit == "points");
  CHECK(measure_of(copy, {{1}, {4}, {{0}}}) == 4);
  CHECK(copy.get_if<Custom>() != nullptr);
  CHECK(copy.get_if<Custom>() == first.get_if<Custom>());
  CHECK(copy.get_if<LossOnly>() == nullptr);
}

TEST_CASE("a face that is not there is refused by name", "[objective]") {
  const AnyObjective objective = LossOnly{};
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(objective, {{1}, {1}, {{0}}}, &gradients) == 7);
  CHECK(gradients[0][0] == 3);
  CHECK(error_of([&] {
          measure_of(objective, {{1}, {1}, {{0}}});
        }) == "objective 'loss only': it cannot be measured; an objective with a measure");
  CHECK_THROWS_AS(objective.info(), Error);
}

TEST_CASE("what an objective says of itself is checked when it is taken in", "[objective]") {
  CHECK(error_of([] { AnyObjective(Custom{.called = ""}); }).find("a name") != std::string::npos);
  CHECK(error_of([] { AnyObjective(Custom{.asked = {}}); }).find("no world") != std::string::npos);
  CHECK(error_of([] { AnyObjective(Custom{.said = {.unit = "", .label = "", .description = ""}}); }).find("a unit") !=
        std::string::npos);
  CHECK(error_of([] {
          AnyObjective(Custom{.said = {.unit = "points", .label = "", .description = "", .range = {1, 1}}});
        }).find("empty range") != std::string::npos);
  CHECK(error_of([] { AnyObjective(Custom{.setting = -1}); }) == "setting: below 0; 0 or more");
}
