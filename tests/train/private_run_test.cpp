// Studies that ask for privacy, from their text to the ledger.
#include <equipoise/train/run.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/privacy/accountant.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::replaced;

namespace {

/// 600 people drawn from a model, with a gap along a path.
const std::string private_study =
    R"json({"data": {"scm": )json" + equipoise::testing::gap_model + R"json(, "rows": 600},
      "outcome": {"column": "Y", "positive": "1"}, "protected": [{"column": "G"}],
      "objectives": [{"kind": "log-loss"}, {"kind": "counterfactual-fairness", "name": "gap"},
                     {"kind": "privacy", "epsilon": [0.1, 8], "delta": 1e-5, "noise": "seeded-for-research"}],
      "frontier": {"points": 4, "replicates": 2, "bootstrap": 20}, "arms": ["causal"]})json";

StudyRun run_of(const std::string& text) { return run_study(parse_study(text)); }

std::string refusal_of(const std::string& text) {
  try {
    run_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::vector<double>> parameters_of(const StudyRun& run) {
  std::vector<std::vector<double>> all;
  for (const StudyPoint& point : run.points)
    for (const PointRecord& record : point.records)
      all.emplace_back(record.parameters.begin(), record.parameters.end());
  return all;
}

}  // namespace

TEST_CASE("a private study trains its points at each epsilon and says what they cost", "[privacy]") {
  const StudyRun run = run_of(private_study);
  REQUIRE(run.points.size() == 4);
  double loss_at_least_epsilon = 0, loss_at_most = 0;
  for (std::size_t p = 0; p < 4; ++p) {
    CHECK(run.points[p].privacy_level == p / 2);
    const double asked = p < 2 ? 0.1 : 8;
    for (const PointRecord& record : run.points[p].records) {
      CHECK(record.validation[2] == record.test[2]);
      CHECK(record.test[2] <= asked);
      CHECK(record.test[2] > 0.99 * asked);
      (p < 2 ? loss_at_least_epsilon : loss_at_most) += record.test[0];
    }
  }
  CHECK(run.goals[2].measure.unit == "epsilon");
  CHECK_FALSE(run.goals[2].trained);
  // Less noise, better predictions.
  CHECK(loss_at_most < loss_at_least_epsilon);
}

// A loss that is all clipped, or steps that are all noise, would end far from it.
TEST_CASE("with epsilon to spare a private study predicts as one without privacy", "[privacy]") {
  RowStream random = RandomStream({.seed = 83, .purpose = Purpose::test}).row(0);
  std::string csv = "a,b,c,d,e,f,y,fold\\n";
  for (int i = 0; i < 4000; ++i) {
    double score = 0;
    for (int j = 0; j < 6; ++j) {
      const double x = draw_normal(random);
      score += x * (j % 2 == 0 ? 1 : -0.5);
      csv += std::to_string(x) + ",";
    }
    csv += random.uniform() < 1 / (1 + std::exp(-score)) ? "1," : "0,";
    csv += i % 4 == 0 ? "test\\n" : "train\\n";
  }
  const auto loss = [&](const std::string& privacy) {
    const std::string study =
        R"({"data": {"text": ")" + csv +
        R"("}, "graph": {"directed": [["a", "y"], ["b", "y"], ["c", "y"], ["d", "y"], ["e", "y"], ["f", "y"]]},
           "outcome": {"column": "y", "positive": "1"}, "features": ["a", "b", "c", "d", "e", "f"], "arms": ["causal"],
           "split": {"column": "fold", "test": ["test"]},
           "frontier": {"points": 1, "replicates": 1, "bootstrap": 20}, "objectives": [{"kind": "log-loss"})" +
        privacy + "]}";
    return run_of(study).points.front().records.front().test.front();
  };
  const auto at = [&](const std::string& epsilon) {
    return loss(R"(, {"kind": "privacy", "epsilon": )" + epsilon + R"(, "noise": "seeded-for-research"})");
  };
  const double best = loss("");
  CHECK(at("20") < best + 0.01);
  CHECK(at("0.5") < best + 0.02);
}

TEST_CASE("everything that touched private rows stands in the ledger", "[privacy]") {
  const StudyRun run = run_of(private_study);
  std::vector<std::string> what;
  for (const LedgerEntry& entry : run.ledger.entries()) what.push_back(entry.what);
  CHECK(what == std::vector<std::string>{
                    "the scaling of the features", "the measures, their intervals, and what is chosen by them",
                    "the decompositions of disparities", "training at epsilon 0.1", "training at epsilon 8"});
  CHECK(run.ledger.entries().back().times == 4);  // two weighings on two replicates
  for (const PrivacyStatement& each : run.privacy_statements) {
    CHECK_FALSE(each.epsilon);
    CHECK_THAT(each.conditions.front(), Catch::Contains("seed"));
  }
}

TEST_CASE("a decomposition that failed stands in the ledger, since its warning tells of rows", "[privacy]") {
  std::string csv = "g,x,y\\n";  // a group's numbers share no range with the other's
  for (int i = 0; i < 200; ++i)
    csv += std::string(i % 2 == 0 ? "a," : "b,") + std::to_string(i % 2 * 100 + i % 7) + (i % 3 == 0 ? ",1" : ",0") +
           "\\n";
  const StudyRun run = run_of(R"({"data": {"text": ")" + csv + R"("}, "columns": {"x": {"type": "continuous"}},
      "graph": {"directed": [["g", "x"], ["x", "y"], ["g", "y"]]}, "outcome": {"column": "y", "positive": "1"},
      "protected": [{"column": "g"}], "arms": ["causal"], "frontier": {"points": 1, "replicates": 1, "bootstrap": 20},
      "objectives": [{"kind": "log-loss"}, {"kind": "privacy", "epsilon": 1, "public": ["scaling", "measures"]}]})");
  REQUIRE(run.decompositions.empty());
  REQUIRE_FALSE(run.warnings.empty());
  CHECK(run.ledger.entries()[2].what == "the decompositions of disparities");
  CHECK(run.privacy_statements[0].epsilon);
  CHECK_FALSE(run.privacy_statements[1].epsilon);
}

TEST_CASE("with the rest declared public, releases have an epsilon, and all of them together a greater one",
          "[privacy]") {
  const std::string all_public = R"("public": ["scaling", "scm", "measures", "decomposition"])";
  const StudyRun run = run_of(replaced(private_study, R"("noise": "seeded-for-research")", all_public));
  REQUIRE(run.privacy_statements.size() == 3);
  for (const PrivacyStatement& each : run.privacy_statements) REQUIRE(each.epsilon);
  CHECK(*run.privacy_statements[0].epsilon <= 0.1);
  CHECK(*run.privacy_statements[1].epsilon <= 8);
  const double together = *run.privacy_statements[2].epsilon;
  CHECK(together > *run.privacy_statements[1].epsilon);
  CHECK(together == epsilon_of(run.ledger.total(), 1e-5).upper);
  const StudyRun half =
      run_of(replaced(private_study, R"("noise": "seeded-for-research")", R"("public": ["scaling"])"));
  CHECK(half.privacy_statements[0].epsilon);
  CHECK_FALSE(half.privacy_statements[2].epsilon);
  CHECK_THAT(half.privacy_statements[2].conditions.front(), Catch::Contains("measures"));
}

TEST_CASE("goals that compare with a predictor without noise or with the training rows stand in the ledger",
          "[privacy]") {
  const std::string compared =
      replaced(private_study, R"({"kind": "log-loss"},)",
               R"({"kind": "log-loss"}, {"kind": "disparate-accuracy-loss"}, {"kind": "membership-advantage"},)");
  const std::string others = R"("public": ["scaling", "scm", "measures", "decomposition")";
  const StudyRun run = run_of(replaced(compared, R"("noise": "seeded-for-research")", others + "]"));
  const auto& entries = run.ledger.entries();
  REQUIRE(entries.size() == 7);
  CHECK_THAT(entries[3].what, Catch::Contains("predictor of reference"));
  CHECK_THAT(entries[4].what, Catch::Contains("who was trained on"));
  CHECK(run.privacy_statements[0].epsilon);
  REQUIRE_FALSE(run.privacy_statements[2].epsilon);
  CHECK_THAT(run.privacy_statements[2].conditions[0], Catch::Contains("\"reference\""));
  CHECK_THAT(run.privacy_statements[2].conditions[1], Catch::Contains("\"membership\""));
  const StudyRun all =
      run_of(replaced(compared, R"("noise": "seeded-for-research")", others + R"(, "reference", "membership"])"));
  CHECK(all.privacy_statements[2].epsilon);
}

TEST_CASE("noise from the seed is the same again, the operating system's is not", "[privacy]") {
  CHECK(parameters_of(run_of(private_study)) == parameters_of(run_of(private_study)));
  const std::string secret = replaced(private_study, R"(, "noise": "seeded-for-research")", "");
  CHECK_FALSE(parameters_of(run_of(secret)) == parameters_of(run_of(secret)));
}

TEST_CASE("private people are dealt to the parts whatever is in their rows", "[privacy]") {
  const Study study = completed(parse_study(private_study));
  StudyInputs inputs = load_study_inputs(study);
  CHECK(detail::split_options(study, inputs, 0).stratify_by.empty());
}

TEST_CASE("what cannot be trained privately is refused with the reason and the way out", "[privacy]") {
  CHECK_THAT(refusal_of(replaced(private_study, R"({"kind": "counterfactual-fairness", "name": "gap"})",
                                 R"({"kind": "demographic-parity"})")),
             Catch::Contains("study.json#/objectives/1: ") && Catch::Contains("sum over rows") &&
                 Catch::Contains("counterfactual-fairness"));
  CHECK_THAT(refusal_of(replaced(private_study, R"(["causal"])", R"(["causal", "correlational"])")),
             Catch::Contains("study.json#/objectives/1: ") && Catch::Contains("correlational") &&
                 Catch::Contains(R"("arms": ["causal"])"));
  CHECK_THAT(refusal_of(replaced(private_study, R"({"kind": "privacy",)",
                                 R"({"kind": "privacy", "name": "again", "epsilon": 2}, {"kind": "privacy",)")),
             Catch::Contains("study.json#/objectives/3: a second 'privacy'"));
  CHECK_THAT(refusal_of(replaced(private_study, R"("epsilon": [0.1, 8])", R"("epsilon": [8, 0.1])")),
             Catch::Contains("study.json#/objectives/2/epsilon/1: "));
  CHECK_THAT(refusal_of(replaced(private_study, R"("delta": 1e-5)", R"("delta": 0)")),
             Catch::Contains("study.json#/objectives/2/delta: "));
  CHECK_THAT(refusal_of(replaced(private_study, R"({"kind": "log-loss"})", R"({"kind": "log-loss", "epsilon": 1})")),
             Catch::Contains("study.json#/objectives/0/epsilon: "));
  CHECK_THAT(refusal_of(replaced(private_study, "seeded-for-research", "seeded-for-resaerch")),
             Catch::Contains("did you mean 'seeded-for-research'?"));
  CHECK_THAT(refusal_of(replaced(private_study, R"("epsilon": [0.1, 8], )", "")), Catch::Contains("epsilon"));
}
