// Studies that spend part of their privacy on the model behind counterfactual rows.
#include <equipoise/train/run.hpp>

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

const std::string budgeted_privacy = R"({"kind": "privacy", "epsilon": [1, 8], "delta": 1e-5, "scm": {"epsilon": 0.4},)"
                                     R"( "public": ["scaling", "measures", "decomposition"]})";

const std::string declared_columns =
    R"("columns": {"g": {"levels": ["a", "b"]}, "x": {"range": [-4, 5]}, "y": {"type": "binary", "levels": ["0", "1"]}})";

/// g -> x -> y of 900 people; x is a number and y has levels.
const std::string study_text_of_people =
    people_study(People(900).binary_csv(),
                 R"([{"kind": "log-loss"}, {"kind": "counterfactual-fairness"}, )" + budgeted_privacy + "]",
                 declared_columns + R"(, "arms": ["causal"])");

StudyRun run_of(const std::string& text, const StudyStore& store = {}) {
  return run_study(parse_study(text), {.store = store});
}

std::string refusal_of(const std::string& text) {
  try {
    run_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const LedgerEntry* entry_of_model(const StudyRun& run) {
  for (const LedgerEntry& entry : run.ledger.entries())
    if (entry.what == "the model that counterfactual rows come from") return &entry;
  return nullptr;
}

struct Kept {
  std::map<std::string, std::string> texts;
  StudyStore store() {
    return {.find = [this](const std::string& key) -> std::optional<std::string> {
              const auto found = texts.find(key);
              return found == texts.end() ? std::nullopt : std::optional(found->second);
            },
            .keep = [this](const std::string& key, const std::string& text) { texts[key] = text; }};
  }
};

}  // namespace

TEST_CASE("the fit of the model is an event of the ledger and part of every epsilon", "[privacy]") {
  const StudyRun run = run_of(study_text_of_people);
  const LedgerEntry* model = entry_of_model(run);
  REQUIRE(model != nullptr);
  CHECK_FALSE(model->declared_public);
  CHECK(model->times == 2);  // replicates
  const double fitted_at = epsilon_of(model->event, 1e-5).upper;
  CHECK(fitted_at <= 0.4);
  CHECK(fitted_at > 0.399);
  for (const std::size_t level : {std::size_t{0}, std::size_t{1}}) {
    const PrivacyStatement& statement = run.privacy_statements[level];
    const double asked = level == 0 ? 1 : 8;
    REQUIRE(statement.epsilon);
    CHECK(*statement.epsilon <= asked);
    CHECK(*statement.epsilon > 0.99 * asked);
    const LedgerEntry& training = run.ledger.entries()[run.ledger.entries().size() - 2 + level];
    CHECK(*statement.epsilon == epsilon_of(ComposedEvent{{model->event, training.event}}, 1e-5).upper);
    CHECK(epsilon_of(training.event, 1e-5).upper < asked);
    CHECK(run.points[2 * level].records[0].test[2] == *statement.epsilon);
    std::string conditions;
    for (const std::string& each : statement.conditions) conditions += each + "\n";
    CHECK_THAT(conditions, Catch::Contains("the levels of g, y; the ranges of x (-4 to 5)") &&
                               Catch::Contains("which takes epsilon 0.4 of it"));
  }
  REQUIRE(run.privacy_statements[2].epsilon);
  CHECK(*run.privacy_statements[2].epsilon == epsilon_of(run.ledger.total(), 1e-5).upper);
  CHECK(run.fits.empty());
  CHECK(run.model_has_noise);
  CHECK_THAT(run.assumptions.back(), Catch::Contains("noise for privacy"));
}

// In the truth x is N(0.8 g, 1). The seed fixes the noise.
TEST_CASE("the model is fitted to the training rows", "[privacy]") {
  const StudyRun run = run_of(replaced(study_text_of_people, R"("scm": {"epsilon": 0.4})",
                                       R"("scm": {"epsilon": 0.9}, "noise": "seeded-for-research")"));
  REQUIRE(run.model);
  const LinearMechanism* x = run.model->mechanism(run.model->graph().node("x")).get_if<LinearMechanism>();
  REQUIRE(x);
  CHECK(x->predictor().intercept == Approx(0).margin(0.7));
  CHECK(x->predictor().terms[0].level_effects[1] == Approx(0.8).margin(1));
  CHECK(x->noise().get_if<NormalNoise>()->scale == Approx(1).margin(0.7));
  CHECK(run.model->variable(run.model->graph().node("g")).levels == std::vector<std::string>{"a", "b"});
}

TEST_CASE("without a budget the fit has no noise, and its statement says what could be done", "[privacy]") {
  const StudyRun run = run_of(replaced(study_text_of_people, R"("scm": {"epsilon": 0.4},)", ""));
  CHECK_FALSE(run.model_has_noise);
  CHECK_FALSE(run.privacy_statements[0].epsilon);
  CHECK_THAT(run.privacy_statements[0].conditions.front(),
             Catch::Contains(R"("scm": {"epsilon": )") && Catch::Contains(R"("public": ["scm"])"));
}

TEST_CASE("a run that goes on keeps its noisy models, and others have noise of their own", "[privacy]") {
  Kept kept;
  const StudyRun first = run_of(study_text_of_people, kept.store());
  REQUIRE(kept.texts.count("scm.r0") == 1);
  REQUIRE(kept.texts.count("scm.r1") == 1);
  CHECK(kept.texts["scm.r0"] == scm_text(*first.model));
  std::erase_if(kept.texts, [](const auto& each) { return each.first.rfind("scm", 0) != 0; });
  const StudyRun again = run_of(study_text_of_people, kept.store());
  CHECK(again.trainings == first.trainings);
  CHECK(scm_text(*again.model) == scm_text(*first.model));
  kept.texts["scm.r0"] = "{}";
  CHECK_FALSE(scm_text(*run_of(study_text_of_people, kept.store()).model) == scm_text(*first.model));

  const std::string seeded =
      replaced(study_text_of_people, R"("scm": {)", R"("noise": "seeded-for-research", "scm": {)");
  const StudyRun one = run_of(seeded), other = run_of(seeded);
  CHECK(scm_text(*one.model) == scm_text(*other.model));
  CHECK_FALSE(one.privacy_statements[0].epsilon);
}

TEST_CASE("rows drawn from a model have its levels, and a model is fitted to them with noise", "[privacy]") {
  const std::string drawn = R"json({"data": {"scm": )json" + equipoise::testing::gap_model + R"json(, "rows": 600},
      "scm": {"fit": "auto"}, "columns": {"X": {"range": [-3, 4]}},
      "outcome": {"column": "Y", "positive": "1"}, "protected": [{"column": "G"}],
      "objectives": [{"kind": "log-loss"}, {"kind": "counterfactual-fairness"}, )json" +
                            budgeted_privacy +
                            R"(], "frontier": {"points": 2, "replicates": 1, "bootstrap": 20}, "arms": ["causal"]})";
  const StudyRun run = run_of(drawn);
  CHECK(run.privacy_statements[0].epsilon);
  CHECK(run.model->variable(0).levels.size() == 2);
  CHECK_THAT(refusal_of(replaced(drawn, R"("columns": {"X": {"range": [-3, 4]}},)", "")),
             Catch::Contains("study.json#/columns: neither the 'levels' nor the 'range' of 'X'"));
  CHECK_THAT(refusal_of(replaced(drawn, R"("scm": {"fit": "auto"},)", "")),
             Catch::Contains("study.json#/objectives/2/scm: a budget for a model that is not fitted"));
}

TEST_CASE("what keeps a model from being fitted with noise is told at its place", "[privacy]") {
  const auto with = [](const std::string& from, const std::string& to) {
    return refusal_of(replaced(study_text_of_people, from, to));
  };
  CHECK_THAT(with(R"({"range": [-4, 5]})", R"({"type": "continuous"})"),
             Catch::Contains("study.json#/columns/x: neither") && Catch::Contains(R"("public": ["scm"])"));
  CHECK_THAT(with(R"("g": {"levels": ["a", "b"]}, )", ""), Catch::Contains("study.json#/columns: neither"));
  CHECK_THAT(with("[-4, 5]", "[5, -4]"), Catch::Contains("study.json#/columns/x/range: no rising pair"));
  CHECK_THAT(with("[-4, 5]", "[5]"), Catch::Contains("study.json#/columns/x/range: 1 numbers"));
  CHECK_THAT(with(R"({"levels": ["a", "b"]})", R"({"levels": ["a", "b"], "range": [0, 1]})"),
             Catch::Contains("study.json#/columns/g/range: a range of a column with levels"));
  CHECK_THAT(with(R"({"epsilon": 0.4})", R"({"epsilon": 1})"),
             Catch::Contains("study.json#/objectives/2/scm/epsilon: 1; a number above 0 and below the least epsilon"));
  CHECK_THAT(with(R"({"epsilon": 0.4})", R"({"epsilon": 0})"), Catch::Contains("study.json#/objectives/2/scm/epsilon"));
  CHECK_THAT(with(R"({"epsilon": 0.4})", "{}"), Catch::Contains("study.json#/objectives/2/scm"));
  CHECK_THAT(with(R"(["scaling", )", R"(["scaling", "scm", )"),
             Catch::Contains("study.json#/objectives/2/scm: a budget for a model that is declared public"));
  CHECK_THAT(with(R"({"kind": "counterfactual-fairness"}, )", ""),
             Catch::Contains("study.json#/objectives/1/scm: a budget for a model that is not fitted"));
  CHECK_THAT(with(R"(["g", "y"]])", R"(["g", "y"]], "bidirected": [["x", "y"]])"),
             Catch::Contains("study.json#/objectives/2/scm: variable 'x': a hidden common cause with 'y'"));
  CHECK_THAT(with(R"({"kind": "log-loss"})", R"({"kind": "log-loss", "scm": {"epsilon": 1}})"),
             Catch::Contains("study.json#/objectives/0/scm: "));
}
