#include <equipoise/train/replicate.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_csv;
using equipoise::testing::admissions_study;
using equipoise::testing::People;
using equipoise::testing::people_study;
using equipoise::testing::replaced;

namespace {

const std::vector<WorldRequest> two_worlds{WorldRequest{}, {.variable = "gender", .shift = 1}};

StudyReplicate replicate_of(const Study& study, std::uint32_t number,
                            const std::vector<WorldRequest>& requests = {{}}) {
  return prepare_replicate(study, load_study_inputs(study), requests, number);
}

double people(const PreparedRows& rows) { return std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0); }

/// How many rows of each kind there are, over all columns.
std::map<std::vector<double>, double> kinds(const std::vector<const Table*>& tables) {
  std::map<std::vector<double>, double> counts;
  for (const Table* table : tables)
    for (std::size_t i = 0; i < table->rows(); ++i) {
      std::vector<double> key;
      for (const Column& column : table->columns()) key.push_back(column.values[i]);
      counts[key] += table->weights()[i];
    }
  return counts;
}

bool same(const PreparedRows& a, const PreparedRows& b) {
  return a.outcome == b.outcome && a.weights == b.weights && a.features == b.features;
}

}  // namespace

TEST_CASE("every person falls to one part, and each part has its share", "[replicate]") {
  const Study study = admissions();
  const StudyInputs inputs = load_study_inputs(study);
  const StudyReplicate replicate = replicate_of(study, 0);
  CHECK(people(replicate.training) + people(replicate.validation) + people(replicate.test) == 159);
  CHECK(kinds({&replicate.training.table, &replicate.validation.table, &replicate.test.table}) ==
        kinds({&inputs.table}));
  for (const PreparedRows* part : {&replicate.validation, &replicate.test})
    CHECK(std::abs(people(*part) - 0.2 * 159) <= 4);
  for (const PreparedRows* part : {&replicate.training, &replicate.validation, &replicate.test}) {
    CHECK(std::all_of(part->weights.begin(), part->weights.end(),
                      [](double weight) { return weight == 1; }));  // a row a person
    const Column& admit = part->table.column("admit");
    for (std::size_t i = 0; i < part->rows(); ++i)
      CHECK(part->outcome[i] == (admit.levels[static_cast<std::size_t>(admit.values[i])] == "Admitted" ? 1 : 0));
  }
}

TEST_CASE("a replicate is a function of the study and its number", "[replicate]") {
  const StudyReplicate one = replicate_of(admissions(), 1, two_worlds),
                       again = replicate_of(admissions(), 1, two_worlds),
                       other = replicate_of(admissions(), 2, two_worlds);
  CHECK(same(one.training, again.training));
  CHECK(same(one.test, again.test));
  CHECK(one.resamples == again.resamples);
  CHECK_FALSE(same(one.training, other.training));
  CHECK(one.resamples != other.resamples);
  Study seeded = admissions();
  seeded.seed = 2;
  CHECK_FALSE(same(one.training, replicate_of(seeded, 1, two_worlds).training));
  // Of its own seed, the split stays when the study's changes.
  seeded.split.seed = 1;
  CHECK(replicate_of(seeded, 1).training.outcome == one.training.outcome);
}

TEST_CASE("the encoding and the model are learnt from training rows alone", "[replicate]") {
  const std::string goals = R"([{"kind": "log-loss"}])", folds = R"("split": {"column": "fold", "test": ["test"]})";
  const Study study = parse_study(people_study(People(300).binary_csv(), goals, folds));
  // Test rows of another world: numbers a million times as large, every outcome turned.
  People moved(300);
  for (std::size_t i = 0; i < moved.x.size(); ++i)
    if (moved.fold[i] == "test") moved.x[i] *= 1e6, moved.latent[i] *= -1;
  const Study other = parse_study(people_study(moved.binary_csv(), goals, folds));
  const std::vector<WorldRequest> requests{WorldRequest{}, {.variable = "g", .shift = 1}};
  const StudyReplicate here = replicate_of(study, 0, requests), there = replicate_of(other, 0, requests);
  CHECK(here.source.encoding == there.source.encoding);
  CHECK(same(here.training, there.training));
  CHECK(same(here.validation, there.validation));
  REQUIRE(here.fits.size() == there.fits.size());
  for (std::size_t v = 0; v < here.fits.size(); ++v) {
    CHECK(here.fits[v].mechanism == there.fits[v].mechanism);
    CHECK(here.fits[v].log_likelihood == there.fits[v].log_likelihood);
  }
  CHECK_FALSE(same(here.test, there.test));
  // Standardised by the training rows' own mean and deviation.
  const auto x = here.training.features[0].col(1);
  CHECK(x.mean() == Approx(0).margin(1e-12));
  CHECK((x.array() - x.mean()).square().mean() == Approx(1));
}

TEST_CASE("test folds are the test rows, whatever the replicate", "[replicate]") {
  const Study study = parse_study(people_study(People(100).binary_csv(), R"([{"kind": "log-loss"}])",
                                               R"("split": {"column": "fold", "test": ["test"], "validation": 0.25})"));
  for (const std::uint32_t number : {0u, 1u}) {
    const StudyReplicate replicate = replicate_of(study, number);
    const Column& fold = replicate.test.table.column("fold");
    CHECK(replicate.test.rows() == 20);
    for (const double value : fold.values) CHECK(fold.levels[static_cast<std::size_t>(value)] == "test");
    CHECK(replicate.validation.rows() == 20);
    CHECK(replicate.training.rows() == 60);
  }
}

TEST_CASE("groups and outcomes keep their shares in every part", "[replicate]") {
  const Study study = parse_study(people_study(People(1000).binary_csv(), R"([{"kind": "log-loss"}])"));
  const StudyInputs inputs = load_study_inputs(study);
  const StudyReplicate replicate = replicate_of(study, 3);
  const auto share = [](const Table& table, double group, double outcome) {
    double both = 0;
    for (std::size_t i = 0; i < table.rows(); ++i)
      both += table.column("g").values[i] == group && table.column("y").values[i] == outcome ? 1 : 0;
    return both;
  };
  for (const double group : {0.0, 1.0})
    for (const double outcome : {0.0, 1.0}) {
      const double all = share(inputs.table, group, outcome);
      CHECK(std::abs(share(replicate.test.table, group, outcome) - 0.2 * all) <= 1);
      CHECK(std::abs(share(replicate.training.table, group, outcome) - 0.6 * all) <= 1);
    }
}

TEST_CASE("resamples draw people where weights count them, and rows with their weights where not", "[replicate]") {
  const StudyReplicate counted = replicate_of(admissions(), 0);
  CHECK(counted.resamples.size() == 20);
  for (const std::vector<double>& resample : counted.resamples) {
    CHECK(resample.size() == counted.test.rows());
    CHECK(std::accumulate(resample.begin(), resample.end(), 0.0) == people(counted.test));
  }
  std::string csv = admissions_csv;
  for (const char* ends : {",30", ",20", ",10", ",25", ",9", ",4", ",21", ",40"})
    csv = replaced(csv, std::string(ends) + "\n", std::string(ends) + ".5\n");
  std::string rows = csv;
  for (int copy = 0; copy < 10; ++copy) rows += csv.substr(csv.find('\n') + 1);
  const StudyReplicate weighted =
      replicate_of(parse_study(replaced(admissions_study, equipoise::testing::quoted(admissions_csv),
                                        equipoise::testing::quoted(rows))),
                   0);
  CHECK(people(weighted.training) + people(weighted.validation) + people(weighted.test) == Approx(11 * 163));
  for (const std::vector<double>& resample : weighted.resamples)
    for (std::size_t i = 0; i < resample.size(); ++i) {
      const double times = resample[i] / weighted.test.weights[i];
      CHECK(times == std::round(times));
    }
}

TEST_CASE("a model that is given is used as it is, and one is fitted only where a goal needs it", "[replicate]") {
  CHECK_FALSE(replicate_of(admissions(), 0).source.scm.has_value());
  const StudyReplicate fitted = replicate_of(admissions(), 0, two_worlds);
  CHECK(fitted.source.scm.has_value());
  CHECK(fitted.fits.size() == 3);
  REQUIRE(fitted.training.features.size() == 2);
  CHECK(fitted.training.features[0] != fitted.training.features[1]);
  const Study drawn = parse_study(R"({"data": {"scm": {"graph": {"nodes": ["g", "y"], "directed": [["g", "y"]]},
      "variables": {"g": {"type": "binary"}, "y": {"type": "binary"}},
      "mechanisms": {"g": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
                     "y": {"kind": "logistic", "intercept": 0, "coefficients": {"g": 1}, "coupling": "inverse-cdf"}}},
      "rows": 100}, "outcome": {"column": "y", "positive": "1"}, "protected": [{"column": "g"}],
      "objectives": [{"kind": "log-loss"}]})");
  const StudyReplicate given = replicate_of(drawn, 0, {WorldRequest{}, {.variable = "g", .shift = 1}});
  CHECK(given.fits.empty());
  CHECK(given.source.scm.has_value());
}
