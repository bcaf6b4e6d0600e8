#include <equipoise/train/goals.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/fairness/counterfactual_fairness.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/objective/error_rate.hpp>
#include <equipoise/objective/log_loss.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_study;
using equipoise::testing::replaced;

namespace {

std::vector<StudyGoal> goals_from(const Study& study) { return goals_of(study, load_study_inputs(study)); }

/// A penalty that a program brings: it has a loss and no measure.
struct Unmeasured {
  std::string name() const { return "unmeasured"; }
  static constexpr bool is_sum_over_rows() { return true; }
  double loss(const Predictions&, ScoreGradients) const { return 0; }
};

}  // namespace

TEST_CASE("each arm trains on what the study says, and on its observational counterpart", "[goals]") {
  const std::vector<StudyGoal> goals = goals_from(admissions());
  REQUIRE(goals.size() == 4);
  for (const std::size_t k : {0u, 1u})
    for (const std::string arm : {"causal", "correlational"})
      CHECK(goals[k].trained_in(arm).name() == goals[k].measured.name());
  for (const std::size_t k : {2u, 3u}) {
    const auto* causal = goals[k].trained_in("causal").get_if<CounterfactualFairness>();
    const auto* correlational = goals[k].trained_in("correlational").get_if<DemographicParity>();
    REQUIRE(causal != nullptr);
    REQUIRE(correlational != nullptr);
    CHECK(causal->groups == 2);
    CHECK(causal->fair_paths.size() == (k == 2 ? 1 : 0));
    CHECK(correlational->attribute == "gender");
    CHECK(correlational->name() == goals[k].measured.name());
    CHECK(goals[k].measured.get_if<CounterfactualFairness>() != nullptr);
  }
  CHECK_FALSE(goals[1].train);
}

TEST_CASE("the goals to train on are weighed against the first that rewards accuracy, wherever it stands", "[goals]") {
  CHECK(trained_goals(goals_from(admissions())) == std::vector<std::size_t>{0, 2, 3});
  const std::string last = replaced(replaced(admissions_study, R"({"kind": "log-loss"}, {"kind": "error-rate"},)",
                                             R"({"kind": "error-rate"}, {"kind": "demographic-parity"},)"),
                                    R"("name": "whole"})", R"("name": "whole"}, {"kind": "log-loss"})");
  CHECK(trained_goals(goals_from(parse_study(last))) == std::vector<std::size_t>{4, 1, 2, 3});
  Study own = admissions();
  own.objectives = {{.name = "demographic-parity", .own = DemographicParity{.attribute = "gender"}},
                    {.name = "log-loss", .own = LogLoss{}}};
  CHECK(trained_goals(goals_from(own)) == std::vector<std::size_t>{0, 1});
  CHECK(trained_goals({}).empty());
}

TEST_CASE("a program's own goal needs a measure, and a loss where it is trained on", "[goals]") {
  Study study = admissions();
  study.objectives = {{.name = "log-loss", .own = LogLoss{}}, {.name = "unmeasured", .own = Unmeasured{}}};
  CHECK_THROWS_WITH(goals_from(study), Catch::Contains("study.json#/objectives/1: 'unmeasured', which has no measure"));
  study.objectives[1] = {.name = "error-rate", .own = ErrorRate{}};
  CHECK_THROWS_WITH(goals_from(study), Catch::Contains("study.json#/objectives/1: 'error-rate', which has no loss"));
  study.objectives[1].train = false;
  CHECK(trained_goals(goals_from(study)) == std::vector<std::size_t>{0});
  study.objectives[1] = {.name = "gap",
                         .own = CounterfactualFairness{.attribute = "gender"},
                         .correlational = DemographicParity{.attribute = "gender"}};
  CHECK(goals_from(study)[1].trained_in("correlational").get_if<DemographicParity>() != nullptr);
}

TEST_CASE("a fair path that the graph lacks is named at its objective", "[goals]") {
  const auto refusal = [](const std::string& path) {
    try {
      goals_from(parse_study(replaced(admissions_study, "gender -> dept -> admit", path)));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal("gender -> detp -> admit").find("study.json#/objectives/2/fair_paths") == 0);
  CHECK(refusal("gender -> detp -> admit").find("did you mean 'dept'?") != std::string::npos);
  CHECK(refusal("dept -> admit").find("study.json#/objectives/2/fair_paths") == 0);
  CHECK(refusal("admit -> gender").find("study.json#/objectives/2/fair_paths") == 0);
  CHECK(refusal("").find("study.json#/objectives/2/fair_paths") == 0);
}

TEST_CASE("people are compared with every group that the model knows, those that the table lacks too", "[goals]") {
  const std::string model = R"({"graph": )" + equipoise::testing::people_graph +
                            R"(, "variables": {"g": {"type": "categorical", "levels": ["c", "b", "a"]},
          "y": {"type": "binary"}}, "mechanisms": {
          "g": {"kind": "noise", "noise": {"kind": "categorical", "probabilities": [0.5, 0.25, 0.25]}},
          "x": {"kind": "linear", "intercept": 0, "coefficients": {}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
          "y": {"kind": "logistic", "intercept": 0, "coefficients": {"x": 1}, "coupling": "inverse-cdf"}}})";
  const std::vector<StudyGoal> goals = goals_from(parse_study(equipoise::testing::people_study(
      equipoise::testing::People(40).binary_csv(), R"([{"kind": "log-loss"}, {"kind": "counterfactual-fairness"}])",
      "\"scm\": " + model)));
  CHECK(goals[1].measured.get_if<CounterfactualFairness>()->groups == 3);
}

TEST_CASE("two parities of one attribute train alike, however they are called, and nothing else does", "[goals]") {
  const DemographicParity parity{.attribute = "sex", .objective_name = "a"};
  CHECK(train_alike(parity, DemographicParity{.attribute = "sex", .objective_name = "b"}));
  CHECK_FALSE(train_alike(parity, DemographicParity{.attribute = "race"}));
  CHECK_FALSE(train_alike(parity, DemographicParity{.attribute = "sex", .sharpness = 2}));
  CHECK_FALSE(train_alike(parity, DemographicParity{.attribute = "sex", .link = Link::identity}));
  CHECK_FALSE(train_alike(parity, CounterfactualFairness{.attribute = "sex"}));
  CHECK_FALSE(train_alike(LogLoss{}, LogLoss{}));
}
