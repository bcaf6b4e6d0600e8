#include <equipoise/frontier/study_frontier.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/statistics.hpp>
#include <equipoise/frontier/hypervolume.hpp>
#include <equipoise/train/run.hpp>

using namespace equipoise;

namespace {

/// A run as run_study would return it, its measures drawn from so few values that points often tie.
StudyRun random_run(std::uint64_t seed, std::size_t arms, std::size_t replicates) {
  std::mt19937_64 random(seed);
  const auto measure = [&] { return static_cast<double>(random() % 6) / 8; };
  StudyRun run;
  run.study.name = "random";
  run.study.seed = seed;
  run.study.sweep = {.points = 1 + random() % 9, .replicates = replicates, .bootstrap = 20 + random() % 20};
  run.study.arms = {"causal"};
  if (arms == 2) run.study.arms.push_back("correlational");
  const std::vector<std::vector<std::string>> kinds{
      {"log-loss"},
      {"log-loss", "error-rate"},
      {"log-loss", "error-rate", "demographic-parity"},
      {"demographic-parity", "log-loss", "counterfactual-fairness"},
      {"squared-error", "counterfactual-fairness"},
      {"log-loss", "equalized-odds", "error-rate", "demographic-parity", "counterfactual-fairness"}};
  std::size_t trained = 0;
  for (const std::string& kind : kinds[seed % kinds.size()]) {
    const bool train = kind != "error-rate";
    run.study.objectives.push_back({.kind = kind, .name = "the " + kind, .train = train});
    run.goals.push_back({.name = "the " + kind,
                         .measure = {.unit = "u", .label = kind, .description = "D"},
                         .licence = {},
                         .trained = train});
    trained += train ? 1 : 0;
  }
  for (const std::string& arm : run.study.arms)
    for (std::size_t p = 0; p < run.study.sweep.points; ++p) {
      StudyPoint point{.id = arm + '-' + std::to_string(p),
                       .arm = arm,
                       .weights = std::vector<double>(trained, 1.0 / 3),
                       .records = {},
                       .model = {}};
      for (std::size_t r = 0; r < replicates; ++r) {
        PointRecord record;
        for (std::size_t k = 0; k < run.goals.size(); ++k) {
          record.validation.push_back(measure());
          record.test.push_back(measure());
          std::vector<double>& resampled = record.resampled.emplace_back();
          for (std::size_t b = 0; b < run.study.sweep.bootstrap; ++b)
            resampled.push_back(record.test[k] + measure() / 8);
        }
        point.records.push_back(std::move(record));
      }
      run.points.push_back(std::move(point));
    }
  return run;
}

/// f(run, frontier) for many random runs.
template <class F>
void for_random_runs(F&& f) {
  for (std::uint64_t seed = 0; seed < 240; ++seed) {
    const StudyRun run = random_run(seed, 1 + seed % 2, 1 + seed / 2 % 4);
    CAPTURE(seed);
    f(run, frontier_of(run, "equipoise frontier"));
  }
}

double mean(const StudyPoint& point, std::size_t goal, std::vector<double> PointRecord::*measures) {
  double sum = 0;
  for (const PointRecord& record : point.records) sum += (record.*measures)[goal];
  return sum / static_cast<double>(point.records.size());
}

bool beats(const std::vector<double>& a, const std::vector<double>& b, const std::vector<std::size_t>& goals) {
  bool better = false;
  for (const std::size_t k : goals) {
    if (a[k] > b[k]) return false;
    better = better || a[k] < b[k];
  }
  return better;
}

std::vector<std::size_t> every_goal(const StudyRun& run) {
  std::vector<std::size_t> goals(run.goals.size());
  for (std::size_t k = 0; k < goals.size(); ++k) goals[k] = k;
  return goals;
}

bool holds(const Estimate& estimate) { return estimate.low <= estimate.value && estimate.value <= estimate.high; }

}  // namespace

TEST_CASE("a point is dominated where another of its arm is no worse in any goal on validation rows and better in one",
          "[study_frontier]") {
  for_random_runs([](const StudyRun& run, const Frontier& frontier) {
    REQUIRE(frontier.points.size() == run.points.size());
    for (const FrontierPoint& point : frontier.points) {
      const bool beaten = std::any_of(frontier.points.begin(), frontier.points.end(), [&](const FrontierPoint& other) {
        return other.arm == point.arm && beats(other.validation, point.validation, every_goal(run));
      });
      REQUIRE(point.dominated == beaten);
    }
  });
}

TEST_CASE("a point's values are the means over replicates, its intervals those of both levels of chance",
          "[study_frontier]") {
  for_random_runs([](const StudyRun& run, const Frontier& frontier) {
    const RandomStream stream(
        {.seed = run.study.seed, .purpose = Purpose::bootstrap, .point = std::numeric_limits<std::uint32_t>::max()});
    for (std::size_t p = 0; p < run.points.size(); ++p) {
      const StudyPoint& point = run.points[p];
      REQUIRE(frontier.points[p].id == point.id);
      for (std::size_t k = 0; k < run.goals.size(); ++k) {
        std::vector<double> values;
        std::vector<std::vector<double>> resampled;
        for (const PointRecord& record : point.records) {
          values.push_back(record.test[k]);
          resampled.push_back(record.resampled[k]);
        }
        const Estimate expected = two_level_estimate(values, resampled, stream), found = frontier.points[p].test[k];
        REQUIRE(found.value == Approx(expected.value).margin(1e-12));
        REQUIRE(found.low == Approx(expected.low).margin(1e-12));
        REQUIRE(found.high == Approx(expected.high).margin(1e-12));
        REQUIRE(frontier.points[p].validation[k] == Approx(mean(point, k, &PointRecord::validation)).margin(1e-12));
      }
    }
  });
}

TEST_CASE("every value lies in its interval", "[study_frontier]") {
  for_random_runs([](const StudyRun& run, const Frontier& frontier) {
    for (const FrontierPoint& point : frontier.points)
      REQUIRE(std::all_of(point.test.begin(), point.test.end(), holds));
    for (const auto& [arm, volume] : frontier.hypervolume) REQUIRE(holds(volume.estimate));
    for (const TradeOff& step : frontier.trade_offs) REQUIRE(holds(step.rate));
    REQUIRE(frontier.comparison.has_value() == (run.study.arms.size() == 2));
    if (frontier.comparison) REQUIRE(holds(frontier.comparison->hypervolume_difference));
  });
}

TEST_CASE("the goals that balances are of are one of accuracy and all that are not about it", "[study_frontier]") {
  const auto balanced = [](const std::vector<std::string>& kinds) {
    Study study;
    for (const std::string& kind : kinds) study.objectives.push_back({.kind = kind});
    return balanced_goals(study);
  };
  using Goals = std::vector<std::size_t>;
  CHECK(balanced({"log-loss", "error-rate", "demographic-parity"}) == Goals{1, 2});
  CHECK(balanced({"demographic-parity", "log-loss", "equalized-odds"}) == Goals{1, 0, 2});
  CHECK(balanced({"squared-error", "counterfactual-fairness"}) == Goals{0, 1});
  CHECK(balanced({"log-loss", "error-rate"}) == Goals{0, 1});
  CHECK(balanced({"log-loss"}) == Goals{0});
  CHECK(balanced({"", ""}) == Goals{0, 1});  // a program's own
}

TEST_CASE("an arm's knee is a point of it that no other beats, in all goals and in those that balances are of",
          "[study_frontier]") {
  for_random_runs([](const StudyRun& run, const Frontier& frontier) {
    const std::vector<std::size_t> balanced = balanced_goals(run.study);
    for (const std::string& arm : run.study.arms) {
      REQUIRE(frontier.knee.contains(arm));
      const auto knee = std::find_if(frontier.points.begin(), frontier.points.end(),
                                     [&](const FrontierPoint& point) { return point.id == frontier.knee.at(arm); });
      REQUIRE(knee != frontier.points.end());
      REQUIRE(knee->arm == arm);
      REQUIRE_FALSE(knee->dominated);
      for (const FrontierPoint& other : frontier.points)
        REQUIRE_FALSE((other.arm == arm && beats(other.validation, knee->validation, balanced)));
    }
  });
}

TEST_CASE("a hypervolume is of the points that validation rows chose, as test rows measure them", "[study_frontier]") {
  for_random_runs([](const StudyRun& run, const Frontier& frontier) {
    const std::vector<std::size_t> balanced = balanced_goals(run.study);
    std::map<std::string, double> volumes;
    for (const std::string& arm : run.study.arms) {
      const ArmHypervolume& volume = frontier.hypervolume.at(arm);
      std::vector<std::string> names;
      for (const std::size_t k : balanced) names.push_back(run.goals[k].name);
      REQUIRE(volume.objectives == names);
      std::vector<const FrontierPoint*> chosen;
      for (const FrontierPoint& point : frontier.points) {
        if (point.arm != arm || point.dominated) continue;
        const bool beaten =
            std::any_of(frontier.points.begin(), frontier.points.end(), [&](const FrontierPoint& other) {
              return other.arm == arm && beats(other.validation, point.validation, balanced);
            });
        if (!beaten) chosen.push_back(&point);
      }
      Eigen::MatrixXd tested(static_cast<Eigen::Index>(chosen.size()), static_cast<Eigen::Index>(balanced.size()));
      for (std::size_t i = 0; i < chosen.size(); ++i)
        for (std::size_t j = 0; j < balanced.size(); ++j)
          tested(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = chosen[i]->test[balanced[j]].value;
      volumes[arm] = hypervolume(tested, volume.reference);
      REQUIRE(volume.estimate.value == Approx(volumes[arm]).margin(1e-12));
      // Beyond the worst point of either arm on validation rows.
      for (std::size_t j = 0; j < balanced.size(); ++j)
        for (const FrontierPoint& point : frontier.points) REQUIRE(point.validation[balanced[j]] < volume.reference[j]);
    }
    if (frontier.comparison) {
      REQUIRE(frontier.comparison->hypervolume_difference.value ==
              Approx(volumes["causal"] - volumes["correlational"]).margin(1e-12));
      REQUIRE(frontier.comparison->reference == frontier.hypervolume.at("causal").reference);
    }
  });
}

TEST_CASE("a trade-off is a step between undominated points of one arm, gaining one goal and priced by the test rows",
          "[study_frontier]") {
  const auto trained_accuracy = [](const StudyRun& run) {
    for (std::size_t k = 0; k < run.goals.size(); ++k)
      if (run.goals[k].trained &&
          (run.study.objectives[k].kind == "log-loss" || run.study.objectives[k].kind == "squared-error"))
        return k;
    return run.goals.size();
  };
  std::size_t steps = 0;
  for_random_runs([&](const StudyRun& run, const Frontier& frontier) {
    std::map<std::string, const FrontierPoint*> by_id;
    std::map<std::string, std::size_t> goal;
    for (const FrontierPoint& point : frontier.points) by_id[point.id] = &point;
    for (std::size_t k = 0; k < run.goals.size(); ++k) goal[run.goals[k].name] = k;
    for (const TradeOff& step : frontier.trade_offs) {
      ++steps;
      const FrontierPoint &from = *by_id.at(step.from), &to = *by_id.at(step.to);
      const std::size_t gained = goal.at(step.improves), paid = goal.at(step.worsens);
      REQUIRE((from.arm == step.arm && to.arm == step.arm));
      REQUIRE_FALSE((from.dominated || to.dominated));
      REQUIRE(to.validation[gained] < from.validation[gained]);
      // A walk begins at a balance that nothing of its arm predicts better than, by the goal trained on.
      const std::size_t accuracy = trained_accuracy(run);
      const bool begins = std::none_of(frontier.points.begin(), frontier.points.end(), [&](const FrontierPoint& other) {
        return other.arm == step.arm && other.validation[accuracy] < from.validation[accuracy];
      });
      REQUIRE((begins || to.validation[paid] > from.validation[paid]));
      REQUIRE(to.test[gained].value < from.test[gained].value);
      REQUIRE(step.rate.value ==
              Approx((to.test[paid].value - from.test[paid].value) / (from.test[gained].value - to.test[gained].value))
                  .margin(1e-9));
    }
  });
  CHECK(steps > 20);
}

TEST_CASE("a frontier's file reads back to the frontier that a run gave", "[study_frontier]") {
  for_random_runs([](const StudyRun&, const Frontier& frontier) {
    REQUIRE(frontier_from_json(frontier_to_json(frontier), "frontier.json") == frontier);
  });
}

TEST_CASE("points that tie in what balances are of are told apart by the other goals", "[study_frontier]") {
  StudyRun run = random_run(2, 1, 1);  // log-loss, error rate, parity
  const auto point = [&](const std::string& id, std::vector<double> measures) {
    PointRecord record;
    record.validation = record.test = measures;
    record.resampled.assign(3, std::vector<double>(run.study.sweep.bootstrap, 0.1));
    return StudyPoint{.id = id, .arm = "causal", .weights = {0.5, 0.5}, .records = {record}, .model = {}};
  };
  run.points = {point("worse", {0.7, 0.2, 0.3}), point("better", {0.6, 0.2, 0.3})};
  const Frontier frontier = frontier_of(run, "");
  CHECK(frontier.points[0].dominated);
  CHECK_FALSE(frontier.points[1].dominated);
  CHECK(frontier.knee.at("causal") == "better");
}

TEST_CASE("steps lead from the balance that predicts best by the goal trained on to those that have less of a gap",
          "[study_frontier]") {
  StudyRun run = random_run(2, 1, 1);  // log-loss, error rate, parity
  const auto point = [&](const std::string& id, std::vector<double> measures) {
    PointRecord record;
    record.validation = record.test = measures;
    for (const double value : measures)
      record.resampled.emplace_back(static_cast<std::size_t>(run.study.sweep.bootstrap), value);
    return StudyPoint{.id = id, .arm = "causal", .weights = {0.5, 0.5}, .records = {record}, .model = {}};
  };
  // The first and the third decide alike; the second decides best and has the largest gap.
  run.points = {point("predicts best", {0.5, 0.3, 0.4}), point("unfair", {0.55, 0.2, 0.6}),
                point("as many errors", {0.6, 0.3, 0.1}), point("fair", {0.7, 0.4, 0.05})};
  const Frontier frontier = frontier_of(run, "");
  REQUIRE(frontier.trade_offs.size() == 2);
  CHECK(frontier.trade_offs[0].from == "predicts best");
  CHECK(frontier.trade_offs[0].to == "as many errors");
  CHECK(frontier.trade_offs[0].rate == Estimate{0, 0, 0});
  CHECK(frontier.trade_offs[1].from == "as many errors");
  CHECK(frontier.trade_offs[1].to == "fair");
  CHECK(frontier.trade_offs[1].rate.value == Approx(2));
}

TEST_CASE("settings name the weight of each trained goal, in the study's order", "[study_frontier]") {
  StudyRun run = random_run(2, 1, 1);
  run.points[0].weights = {0.25, 0.75};
  const Frontier frontier = frontier_of(run, "");
  CHECK(frontier.points[0].settings ==
        std::vector<Setting>{{"weight of the log-loss", 0.25}, {"weight of the demographic-parity", 0.75}});
  CHECK(frontier.points[0].model == "models/causal-0.json");
}
