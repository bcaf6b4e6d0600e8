#include <equipoise/train/run.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/train/weighted_sum.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_study;
using equipoise::testing::People;
using equipoise::testing::people_study;
using equipoise::testing::replaced;

namespace {

/// All that training came to, as text.
std::string text_of(const StudyRun& run) {
  std::string text;
  for (const StudyPoint& point : run.points) {
    text += point.id + ' ' + point.arm;
    for (const double weight : point.weights) text += ' ' + shortest(weight);
    for (const PointRecord& record : point.records) text += record_text(record);
    for (const double parameter : point.model.parameters) text += ' ' + shortest(parameter);
  }
  for (const std::string& each : run.warnings) text += each + '\n';
  for (const std::string& each : run.assumptions) text += each + '\n';
  return text;
}

/// The keys under which two stores hold different texts.
std::string difference(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::string keys;
  for (const auto& [key, text] : a)
    if (!b.contains(key) || b.at(key) != text) keys += key + ' ';
  for (const auto& [key, text] : b)
    if (!a.contains(key)) keys += key + ' ';
  return keys;
}

/// Keeps finished work in memory.
struct Kept {
  std::map<std::string, std::string> texts;
  std::mutex mutex;
  StudyStore store() {
    return {.find = [this](const std::string& key) -> std::optional<std::string> {
              const std::scoped_lock lock(mutex);
              const auto found = texts.find(key);
              return found == texts.end() ? std::nullopt : std::optional(found->second);
            },
            .keep =
                [this](const std::string& key, const std::string& text) {
                  const std::scoped_lock lock(mutex);
                  texts[key] = text;
                }};
  }
};

StudyRun run_of(const std::string& text) { return run_study(parse_study(text)); }

std::string refusal_of(const std::string& text, Kept* kept = nullptr) {
  try {
    run_study(parse_study(text), {.store = kept ? kept->store() : StudyStore{}});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// A point's measure on test rows, averaged over replicates.
double tested(const StudyRun& run, std::size_t point, std::size_t goal) {
  double sum = 0;
  for (const PointRecord& record : run.points[point].records) sum += record.test[goal];
  return sum / static_cast<double>(run.points[point].records.size());
}

bool is_finite(const StudyRun& run) {
  for (const StudyPoint& point : run.points)
    for (const PointRecord& record : point.records) {
      bool finite = record.parameters.allFinite();
      for (const auto* measures : {&record.validation, &record.test})
        finite =
            finite && std::all_of(measures->begin(), measures->end(), [](double each) { return std::isfinite(each); });
      for (const auto& measures : record.resampled)
        finite =
            finite && std::all_of(measures.begin(), measures.end(), [](double each) { return std::isfinite(each); });
      if (!finite) return false;
    }
  return true;
}

const std::string log_loss = R"([{"kind": "log-loss"}])";
const std::string three_goals =
    R"([{"kind": "log-loss"}, {"kind": "error-rate"}, {"kind": "counterfactual-fairness"}])";
const std::string linear_goals = R"([{"kind": "squared-error"}, {"kind": "counterfactual-fairness"}])";
const std::string linear = R"("predictor": {"kind": "linear"})";

}  // namespace

TEST_CASE("the first point of a predictor that can say everything says what happened in each group", "[run]") {
  const Study study = parse_study(
      replaced(people_study(People(200).binary_csv(), log_loss, R"("predictor": {"kind": "logistic", "l2": 0})"),
               R"("features": ["g", "x"])", R"("features": ["g"])"));
  const StudyRun run = run_study(study);
  REQUIRE(run.points.size() == 2);  // one goal has one point an arm
  for (std::uint32_t r = 0; r < 2; ++r) {
    const StudyReplicate replicate =
        prepare_replicate(study, load_study_inputs(study), std::vector<WorldRequest>{{}}, r);
    double people[2] = {}, happened[2] = {};
    for (std::size_t i = 0; i < replicate.training.rows(); ++i) {
      const auto group = static_cast<std::size_t>(replicate.training.table.column("g").values[i]);
      ++people[group], happened[group] += replicate.training.outcome[i];
    }
    const Eigen::VectorXd& parameters = run.points[0].records[r].parameters;  // of g=b, and the intercept
    CHECK(run.points[0].records[r].converged);
    CHECK(sigmoid(parameters[1]) == Approx(happened[0] / people[0]).margin(1e-5));
    CHECK(sigmoid(parameters[0] + parameters[1]) == Approx(happened[1] / people[1]).margin(1e-5));
  }
}

TEST_CASE("as a penalty's weight grows it falls and the other goal rises, for convex goals exactly", "[run]") {
  const Study study = parse_study(
      replaced(people_study(People(300).number_csv(), linear_goals, linear), R"("points": 4)", R"("points": 12)"));
  const StudyRun run = run_study(study);
  const StudyInputs inputs = load_study_inputs(study);
  const std::vector<StudyGoal> goals = goals_of(study, inputs);
  const WorldCatalogue catalogue = catalogue_worlds(std::vector{goals[0].causal, goals[1].causal});
  const StudyReplicate replicate = prepare_replicate(study, inputs, catalogue.requests, 0);
  const std::vector<WeightedGoal> weighted{{goals[0].causal, catalogue.of_objective[0]},
                                           {goals[1].causal, catalogue.of_objective[1]}};
  const AffinePredictor predictor(static_cast<Eigen::Index>(replicate.source.encoding.columns()), Link::identity);
  std::vector<double> before;
  for (std::size_t p = 0; p < 12; ++p) {
    CHECK(run.points[p].weights[0] == Approx(1 - static_cast<double>(p) / 12));
    CHECK(run.points[p].weights[1] == Approx(static_cast<double>(p) / 12));
    const std::vector<double> losses =
        losses_at(predictor, replicate.training, weighted, run.points[p].records[0].parameters);
    if (!before.empty()) {
      CHECK(losses[0] >= before[0] - 1e-9);
      CHECK(losses[1] <= before[1] + 1e-9);
    }
    before = losses;
  }
  // The steps are spread: no single one makes up most of the way.
  CHECK(tested(run, 6, 1) < 0.9 * tested(run, 0, 1));
  CHECK(tested(run, 6, 1) > 0.1 * tested(run, 0, 1));
}

TEST_CASE("a study gives the same bits at any parallelism", "[run]") {
  const StudyRun run = run_study(admissions());
  CHECK(run.trainings == 2 * 6 * 3);
  CHECK(run.kept_trainings == 0);
  for (const unsigned threads : {2u, 3u, 16u})
    CHECK(text_of(run_study(admissions(), {.parallelism = Parallelism::exactly(threads)})) == text_of(run));
}

TEST_CASE("what a store kept is not trained again, and the rest comes to the same bits", "[run]") {
  const std::string expected = text_of(run_study(admissions()));
  Kept kept;
  const StudyRun first = run_study(admissions(), {.store = kept.store()});
  CHECK(text_of(first) == expected);
  const StudyRun second = run_study(admissions(), {.store = kept.store()});
  CHECK(second.trainings == 0);
  CHECK(second.kept_trainings == 36);
  CHECK(text_of(second) == expected);
  // A run that was stopped anywhere: any subset of what a whole run keeps.
  for (std::size_t every = 2; every < 6; ++every) {
    Kept some;
    std::size_t i = 0, trainings = 0;
    for (const auto& [key, text] : kept.texts)
      if (i++ % every == 0) some.texts[key] = text, trainings += key.starts_with("scales") ? 0 : 1;
    const StudyRun resumed = run_study(admissions(), {.parallelism = Parallelism::exactly(2), .store = some.store()});
    CHECK(resumed.kept_trainings == trainings);
    CHECK(resumed.trainings == 36 - trainings);
    CHECK(text_of(resumed) == expected);
    CHECK(difference(some.texts, kept.texts) == "");
  }
}

TEST_CASE("what a store holds that is not whole is done again", "[run]") {
  const std::string expected = text_of(run_study(admissions()));
  Kept kept;
  run_study(admissions(), {.store = kept.store()});
  const std::map<std::string, std::string> whole = kept.texts;
  const std::string record = whole.at("causal-2.r1");
  for (const std::string& damaged :
       {std::string(), record.substr(0, record.size() / 2), std::string("\x00\xff{", 3), std::string("[]"),
        record_text(PointRecord{}), replaced(record, "\"parameters\": [", "\"parameters\": [1,")}) {
    kept.texts = whole;
    kept.texts["causal-2.r1"] = damaged;
    const StudyRun run = run_study(admissions(), {.store = kept.store()});
    CHECK(run.trainings == 1);
    CHECK(text_of(run) == expected);
    CHECK(difference(kept.texts, whole) == "");
  }
  for (const std::string damaged : {"", "{}", "[1, 2]", "[1, 2, \"x\"]"}) {
    kept.texts["scales-causal.r0"] = damaged;
    CAPTURE(damaged);
    CHECK(text_of(run_study(admissions(), {.store = kept.store()})) == expected);
    CHECK(difference(kept.texts, whole) == "");
  }
}

TEST_CASE("what a store throws ends the run", "[run]") {
  const StudyStore full{.find = {},
                        .keep = [](const std::string&, const std::string&) { throw std::runtime_error("no room"); }};
  CHECK_THROWS_WITH(run_study(admissions(), {.parallelism = Parallelism::exactly(2), .store = full}), "no room");
}

TEST_CASE("the order in which goals stand in a study does not change its points", "[run]") {
  const std::string csv = People(200).binary_csv(), loss = R"({"kind": "log-loss"})",
                    rate = R"({"kind": "error-rate"})", gap = R"({"kind": "demographic-parity"})";
  const StudyRun run = run_of(people_study(csv, "[" + loss + "," + rate + "," + gap + "]"));
  const StudyRun turned = run_of(people_study(csv, "[" + gap + "," + rate + "," + loss + "]"));
  REQUIRE(run.points.size() == turned.points.size());
  for (std::size_t p = 0; p < run.points.size(); ++p) {
    CHECK(turned.points[p].weights ==
          std::vector<double>(run.points[p].weights.rbegin(), run.points[p].weights.rend()));
    for (std::size_t r = 0; r < 2; ++r) {
      CHECK(turned.points[p].records[r].parameters == run.points[p].records[r].parameters);
      CHECK(turned.points[p].records[r].test ==
            std::vector<double>(run.points[p].records[r].test.rbegin(), run.points[p].records[r].test.rend()));
    }
  }
}

TEST_CASE("goals that train alike in an arm share one weight, so that its points are all different", "[run]") {
  const StudyRun run = run_study(admissions());
  std::set<std::string> seen;
  for (const StudyPoint& point : run.points) {
    REQUIRE(point.weights.size() == 3);
    CHECK(point.weights[0] + point.weights[1] + point.weights[2] == Approx(1));
    if (point.arm != "correlational") continue;
    CHECK(point.weights[1] == point.weights[2]);
    CHECK(seen.insert(shortest(point.weights[0])).second);
  }
  CHECK(seen.size() == 6);
}

TEST_CASE("where an outcome's zero lies and what its unit is does not move the points of its frontier", "[run]") {
  const People people(300);
  const StudyRun plain = run_of(people_study(people.number_csv(), linear_goals, linear));
  CHECK(tested(plain, 0, 1) > 3 * tested(plain, 3, 1));
  for (const auto& [offset, scale] :
       std::vector<std::pair<double, double>>{{1e4, 1}, {-1e6, 1}, {0, 1e-6}, {0, 1e6}, {30, 1e-3}}) {
    const StudyRun other = run_of(people_study(people.number_csv(offset, scale), linear_goals, linear));
    CAPTURE(offset, scale);
    for (std::size_t p = 0; p < plain.points.size(); ++p)
      for (std::size_t k = 0; k < 2; ++k)
        CHECK(tested(other, p, k) / scale == Approx(tested(plain, p, k)).epsilon(2e-3).margin(1e-4));
  }
}

TEST_CASE("studies at the edge of what makes sense run through and stay finite", "[run]") {
  const std::string csv = People(120).binary_csv();
  const auto few = [](const std::string& text, const std::string& frontier) {
    return replaced(text, R"("points": 4, "replicates": 2, "bootstrap": 20)", frontier);
  };
  SECTION("one point") {
    CHECK(
        run_of(few(people_study(csv, three_goals), R"("points": 1, "replicates": 2, "bootstrap": 20)")).points.size() ==
        2);
  }
  SECTION("one replicate") {
    CHECK(is_finite(run_of(few(people_study(csv, three_goals), R"("points": 2, "replicates": 1, "bootstrap": 20)"))));
  }
  SECTION("one arm") {
    CHECK(run_of(people_study(csv, three_goals, R"("arms": ["correlational"])")).points.size() == 4);
  }
  SECTION("nobody protected") {
    const StudyRun run =
        run_of(replaced(people_study(csv, log_loss), R"("protected": [{"column": "g", "baseline": "a"}],)", ""));
    CHECK(run.decompositions.empty());
    CHECK(is_finite(run));
  }
  SECTION("a constant feature") {
    std::string text = replaced(people_study(csv, three_goals), "fold", "constant");
    for (const std::string cell : {"test,", "train,"})
      for (std::size_t at = text.find(cell); at != std::string::npos; at = text.find(cell))
        text.replace(at, cell.size(), "7,");
    CHECK(is_finite(run_of(replaced(text, R"("features": ["g", "x"])", R"("features": ["constant", "x"])"))));
  }
  SECTION("three groups, one of them a single person") {
    const std::string text =
        replaced(replaced(people_study(csv, three_goals), "b,", "c,"), R"("points": 4)", R"("points": 2)");
    CHECK(is_finite(run_of(text)));
  }
  SECTION("perfectly separated outcomes") {
    const People people(120);
    const std::string separated = people.csv([&](std::size_t i) { return people.x[i] > 0 ? "1" : "0"; });
    const StudyRun run = run_of(people_study(separated, three_goals));
    CHECK(is_finite(run));
    for (const StudyPoint& point : run.points) CHECK(point.model.parameters.cwiseAbs().maxCoeff() < 1e3);
    CHECK(is_finite(run_of(people_study(separated, three_goals, R"("predictor": {"kind": "logistic", "l2": 0})"))));
  }
  SECTION("an outcome that never happens in training") {
    const People people(120);
    const std::string never =
        people.csv([&](std::size_t i) { return people.fold[i] == "test" && people.x[i] > 0 ? "1" : "0"; });
    CHECK(is_finite(run_of(people_study(never, three_goals, R"("split": {"column": "fold", "test": ["test"]})"))));
  }
  SECTION("an outcome that never happens") {
    CHECK(is_finite(run_of(people_study(People(120).csv([](std::size_t) { return "0"; }), three_goals))));
  }
  SECTION("a number that is always the same") {
    CHECK(is_finite(run_of(people_study(People(120).csv([](std::size_t) { return "2.5"; }), linear_goals, linear))));
  }
  SECTION("an overwhelming ridge") {
    const StudyRun run = run_of(people_study(csv, three_goals, R"("predictor": {"kind": "logistic", "l2": 1e6})"));
    CHECK(is_finite(run));
    CHECK(tested(run, 0, 2) < 1e-4);
  }
}

TEST_CASE("a level that only test rows show can be asked what it would have been", "[run]") {
  std::string csv = People(120).binary_csv();
  csv = replaced(csv, "fold", "home");  // own in most rows, a hut in a single test row
  for (const auto& [from, to] : {std::pair("train,", "own,"), {"test,", "rent,"}})
    for (std::size_t at = csv.find(from); at != std::string::npos; at = csv.find(from))
      csv.replace(at, std::string(from).size(), to);
  csv = replaced(csv, "g,x,home,y", "g,x,home,fold,y");
  std::string folded;
  std::size_t row = 0;
  for (std::size_t begin = 0, end = 0; begin < csv.size(); begin = end + 1, ++row) {
    end = csv.find('\n', begin);
    std::string line = csv.substr(begin, end - begin);
    if (row > 0) line.insert(line.rfind(','), row % 5 == 0 ? ",test" : ",train");
    if (row == 5) line = line.substr(0, line.find(',', 2)) + ",hut,test,1";
    folded += line + '\n';
  }
  for (const std::string edge : {R"(["g", "home"], )", ""}) {
    std::string text = people_study(folded, three_goals, R"("split": {"column": "fold", "test": ["test"]})");
    text = replaced(
        text, equipoise::testing::people_graph,
        R"({"nodes": ["g", "x", "home", "y"], "directed": [)" + edge + R"(["g", "x"], ["home", "y"], ["x", "y"]]})");
    CHECK(is_finite(run_of(replaced(text, R"("features": ["g", "x"])", R"("features": ["g", "x", "home"])"))));
  }
}

TEST_CASE("a goal that does not fit the rows is refused at its place before anything is trained", "[run]") {
  std::string csv = People(60).binary_csv();
  for (std::size_t at = csv.find("b,"); at != std::string::npos; at = csv.find("b,")) csv.replace(at, 2, "a,");
  csv = replaced(csv, "a,", "c,");  // one person, whom every split gives to the training rows
  Kept kept;
  CHECK(refusal_of(people_study(csv, R"([{"kind": "log-loss"}, {"kind": "demographic-parity", "train": false}])"),
                   &kept) ==
        "study.json#/objectives/1: among validation rows, column 'g': only the group 'a'; at least two groups");
  CHECK(kept.texts.empty());
  // The correlational counterpart of a causal goal is asked too.
  const People people(60);
  const std::string alone = people.csv([&](std::size_t i) { return people.latent[i] > 0 ? "1" : "0"; });
  std::string apart;
  for (std::size_t begin = 0, end = 0; begin < alone.size(); begin = end + 1) {
    end = alone.find('\n', begin);
    std::string line = alone.substr(begin, end - begin);
    if (begin > 0) line[0] = line.find("test") != std::string::npos ? 'b' : 'a';
    apart += line + '\n';
  }
  CHECK(refusal_of(people_study(apart, three_goals, R"("split": {"column": "fold", "test": ["test"]})"), &kept) ==
        "study.json#/objectives/2: among training rows, column 'g': only the group 'a'; at least two groups");
  CHECK(kept.texts.empty());
}

TEST_CASE("a run says what its numbers rest on", "[run]") {
  const auto said = [](const StudyRun& run, const std::string& fragment) {
    return std::any_of(run.assumptions.begin(), run.assumptions.end(),
                       [&](const std::string& each) { return each.find(fragment) != std::string::npos; });
  };
  const StudyRun fitted = run_study(admissions());
  CHECK(said(fitted, "coupled by gumbel-max"));
  CHECK_FALSE(said(fitted, "The model is the one that the rows were drawn from"));
  REQUIRE(fitted.goals.size() == 4);
  CHECK(fitted.goals[0].licence.kind == LicenceKind::observational);
  for (const std::size_t k : {2u, 3u}) CHECK(fitted.goals[k].licence.kind == LicenceKind::assumed);
  CHECK(fitted.goals[3].licence.basis.find("gumbel-max") != std::string::npos);
  const StudyRun coupled = run_of(
      replaced(admissions_study, "\"outcome\"", R"("scm": {"fit": "auto", "coupling": "inverse-cdf"}, "outcome")"));
  CHECK(said(coupled, "coupled by inverse-cdf"));
  CHECK(coupled.goals[3].licence.basis.find("inverse-cdf") != std::string::npos);

  const std::string model = R"({"graph": )" + equipoise::testing::people_graph +
                            R"(, "variables": {"g": {"type": "binary"}, "y": {"type": "binary"}},
      "mechanisms": {"g": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
        "x": {"kind": "linear", "intercept": 0, "coefficients": {"g": 1}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
        "y": {"kind": "logistic", "intercept": 0, "coefficients": {"x": 1, "g": -1}, "coupling": "inverse-cdf"}}})";
  const std::string drawn = R"({"data": {"scm": )" + model +
                            R"(, "rows": 200}, "outcome": {"column": "y", "positive": "1"},
      "protected": [{"column": "g"}], "objectives": )" +
                            three_goals + R"(, "frontier": {"points": 2, "replicates": 1, "bootstrap": 20})";
  CHECK(said(run_of(drawn + "}"), "The model is the one that the rows were drawn from"));
  CHECK(said(run_of(drawn + R"(, "scm": {"fit": "auto"}})"), "coupled by gumbel-max"));
  CHECK(said(run_of(drawn + ", \"scm\": " + replaced(model, "0.5", "0.6") + "}"), "The model given is right"));
}

TEST_CASE("a program's own goal is trained on beside the library's", "[run]") {
  Study study = admissions();
  study.objectives = {{.kind = "log-loss"},
                      {.own = DemographicParity{.attribute = "gender", .objective_name = "mine"}}};
  const StudyRun own = run_study(study);
  study.objectives[1] = {.kind = "demographic-parity", .name = "mine"};
  const StudyRun library = run_study(study);
  CHECK(text_of(own) == text_of(library));
}
