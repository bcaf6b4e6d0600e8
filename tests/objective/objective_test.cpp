#include <equipoise/objective/objective.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

struct Measured {
  std::string name() const { return "measured"; }
  double measure(const Predictions&) const { return 0; }
  MeasureInfo info() const { return {}; }
};
struct Trained {
  std::string name() const { return "trained"; }
  double loss(const Predictions&, ScoreGradients) const { return 0; }
  bool is_sum_over_rows() const { return true; }
  std::vector<WorldRequest> worlds() const { return {{}, {.variable = "sex", .shift = 1}}; }
};
struct Nameless {
  double measure(const Predictions&) const { return 0; }
  MeasureInfo info() const { return {}; }
};
struct WithoutSum {
  std::string name() const { return ""; }
  double loss(const Predictions&, ScoreGradients) const { return 0; }
};

}  // namespace

TEST_CASE("an objective is named and has one face at least", "[objective]") {
  STATIC_REQUIRE(Objective<Measured>);
  STATIC_REQUIRE(MeasurableObjective<Measured>);
  STATIC_REQUIRE_FALSE(TrainableObjective<Measured>);
  STATIC_REQUIRE(Objective<Trained>);
  STATIC_REQUIRE_FALSE(MeasurableObjective<Trained>);
  STATIC_REQUIRE_FALSE(Objective<Nameless>);
  STATIC_REQUIRE_FALSE(TrainableObjective<WithoutSum>);
  STATIC_REQUIRE_FALSE(Objective<WithoutSum>);
}

TEST_CASE("an objective that asks for no worlds gets the rows as observed", "[objective]") {
  CHECK(worlds_of(Measured{}) == std::vector<WorldRequest>{WorldRequest{}});
  CHECK(worlds_of(Trained{}).size() == 2);
}
