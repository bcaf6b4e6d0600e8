// A study's result to render: made up, in the shape of the admissions study. No number of it was measured.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <equipoise/frontier/frontier.hpp>

namespace equipoise::testing {

/// What a hostile table may call its columns.
inline const std::string hostile = "<script>alert(1)</script>";

namespace example_detail {

inline Estimate around(double value, double half) { return {value, std::max(0.0, value - half), value + half}; }

inline std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

inline FrontierPoint point(const std::string& arm, int index, int count, double price) {
  const double t = static_cast<double>(index) / (count - 1);  // from accurate to fair
  const double jitter = 0.0015 * std::sin(7.0 * index);
  const double loss = 0.602 + price * t * t + jitter, error = 0.301 + 0.8 * price * t * t + jitter;
  const double direct = 0.082 * std::pow(1 - t, 1.5) + 0.002, whole = 0.146 * (1 - t) + 0.004;
  const std::vector<double> values{loss, error, direct, whole};
  const std::vector<double> halves{0.011, 0.014, 0.009, 0.012};
  FrontierPoint made{.id = arm + "-" + two_digits(index),
                     .arm = arm,
                     .settings = {{"weight of direct gap", std::round(1000 * t) / 100},
                                  {"weight of whole gap", std::round(400 * t) / 100}},
                     .validation = values,
                     .test = {},
                     .dominated = jitter > 0.0013 && index != 11,
                     .model = "models/" + arm + "-" + two_digits(index) + ".json"};
  for (std::size_t i = 0; i < values.size(); ++i)
    made.test.push_back(around(values[i] + 0.002 * std::cos(3.0 * index + static_cast<double>(i)), halves[i]));
  return made;
}

inline void add_steps(Frontier& frontier, const std::string& arm, int count, const std::string& improves) {
  int before = 0;
  for (int i = 4; i < count; i += 6) {
    const double rate = 0.12 * i / count;
    frontier.trade_offs.push_back({.arm = arm,
                                   .from = arm + "-" + two_digits(before),
                                   .to = arm + "-" + two_digits(i),
                                   .improves = improves,
                                   .worsens = "error-rate",
                                   .rate = {rate, rate - 0.06, rate + 0.07}});
    before = i;
  }
}

}  // namespace example_detail

/// Set member by member: GCC 12 takes a whole initialiser for uninitialised where it inlines.
inline Decomposition example_decomposition() {
  Decomposition of;
  of.protected_attribute = "gender";
  of.baseline = "Male";
  of.compared = "Female";
  of.outcome = "admit=Admitted";
  const auto identified = [](Estimate estimate, const char* basis) {
    LicensedEstimate part;
    part.estimate = estimate;
    part.licence = {LicenceKind::identified, basis};
    return part;
  };
  of.tv = identified({-0.1416, -0.1694, -0.1137}, "observed: P(admit | Female) - P(admit | Male)");
  of.ctf_de = identified({0.0710, 0.0272, 0.1131},
                         "sum over dept of (P(admit | Female, dept) - P(admit | Male, dept)) P(dept | Male)");
  of.ctf_ie = identified({0.2126, 0.1783, 0.2486},
                         "sum over dept of P(admit | Female, dept) (P(dept | Male) - P(dept | Female))");
  of.ctf_se = identified({0, 0, 0}, "nothing causes gender in the graph");
  return of;
}

inline Frontier example_frontier() {
  using namespace example_detail;
  constexpr int count = 24;
  const std::vector<NamedEdge> directed{{"gender", "dept"}, {"gender", "admit"}, {"dept", "admit"}}, bidirected{};
  const Licence coupled{LicenceKind::assumed,
                        "rows are carried to the other world with their noise, coupled by inverse-cdf"};
  Frontier frontier{
      .name = "example",
      .command = "equipoise demo berkeley --out equipoise-demo --seed 1",
      .outcome = {"admit", "Admitted"},
      .rows = {2716, 905, 905},
      .graph = CausalGraph({"gender", "dept", "admit"}, directed, bidirected),
      .objectives = {{.name = "log-loss",
                      .unit = "nats",
                      .label = "Log-loss",
                      .description = "How far predicted chances are from what happened.",
                      .licence = {LicenceKind::observational, "mean over test rows"}},
                     {.name = "error-rate",
                      .unit = "probability",
                      .label = "Error rate",
                      .description = "The share of people decided otherwise than happened.",
                      .licence = {LicenceKind::observational, "mean over test rows"},
                      .range = {0, 1},
                      .trained = false},
                     {.name = "direct-gap",
                      .unit = "probability",
                      .label = "Gap of gender itself",
                      .description = "How much a person's score would change had only their gender been another, at "
                                     "the department they applied to.",
                      .licence = coupled,
                      .range = {0, 1}},
                     {.name = "whole-gap",
                      .unit = "probability",
                      .label = "Gap of gender and through department",
                      .description = "The same with the department they would then have applied to.",
                      .licence = coupled,
                      .range = {0, 1}}},
      .points = {},
      .hypervolume = {},
      .knee = {{"causal", "causal-11"}, {"correlational", "correlational-10"}},
      .trade_offs = {},
      .decompositions = {},
      .comparison = ArmComparison{.hypervolume_difference = {0.0021, -0.0014, 0.0058},
                                  .reference = {0.45, 0.2},
                                  .objectives = {"error-rate", "direct-gap"}},
      .assumptions = {"The graph is right: nothing that is not drawn affects both the department and the admission.",
                      "Rows are exchangeable: what holds for these applicants holds for the next."},
      .warnings = {"3 of 144 fits stopped at their limit of iterations; their points are kept."}};
  frontier.decompositions.push_back(example_decomposition());
  for (int i = 0; i < count; ++i) frontier.points.push_back(point("causal", i, count, 0.020));
  for (int i = 0; i < count; ++i) frontier.points.push_back(point("correlational", i, count, 0.034));
  for (const char* arm : {"causal", "correlational"}) {
    for (const char* gap : {"direct-gap", "whole-gap"}) add_steps(frontier, arm, count, gap);
    const double volume = arm[1] == 'a' ? 0.0243 : 0.0222;
    frontier.hypervolume[arm] = {{volume, volume - 0.003, volume + 0.003}, {0.45, 0.2}, {"error-rate", "direct-gap"}};
  }
  return frontier;
}

inline std::string example_study() {
  return R"({
  "name": "example",
  "data": {"csv": "berkeley.csv", "weight": "count", "missing": "error"},
  "scm": {"fit": "auto"},
  "outcome": {"column": "admit", "positive": "Admitted"},
  "features": ["dept", "gender"],
  "protected": [{"column": "gender", "baseline": "Male"}],
  "predictor": {"kind": "logistic"},
  "objectives": [
    {"kind": "log-loss"},
    {"kind": "error-rate", "train": false},
    {"kind": "counterfactual-fairness", "name": "direct-gap", "protected": "gender", "fair_paths": ["gender -> dept -> admit"]},
    {"kind": "counterfactual-fairness", "name": "whole-gap", "protected": "gender"}
  ],
  "frontier": {"method": "weighted-sum", "points": 24, "replicates": 5},
  "arms": ["causal", "correlational"],
  "split": {"validation": 0.2, "test": 0.2, "seed": 1},
  "versions": {"equipoise": "0.1.0"}
}
)";
}

/// The example with a graph wider than a phone, long bases, knees side by side, and one that no third balance bears
/// out: two of the correlational front are left.
inline Frontier wide_frontier() {
  Frontier frontier = example_frontier();
  const std::vector<NamedEdge> directed{{"race", "juvenile felonies"}, {"juvenile felonies", "priors"},
                                        {"priors", "charge"},          {"charge", "recidivism"},
                                        {"race", "recidivism"},        {"priors", "recidivism"}},
      bidirected{{"race", "age"}};
  frontier.graph =
      CausalGraph({"race", "age", "juvenile felonies", "priors", "charge", "recidivism"}, directed, bidirected);
  frontier.outcome = {"recidivism", "1"};
  for (FrontierObjective& objective : frontier.objectives)
    objective.licence.basis += ": sum_over_the_priors_and_the_charge_of_P(recidivism|race,priors,charge)P(priors|race)";
  for (FrontierPoint& point : frontier.points)
    if (point.arm == "correlational")
      point.dominated = point.id != "correlational-00" && point.id != "correlational-10";
  return frontier;
}

/// The example with hostile text wherever a study can put text.
inline Frontier hostile_frontier() {
  Frontier frontier = example_frontier();
  const std::vector<NamedEdge> directed{{hostile, "</svg>"}, {"</svg>", "admit'\"&"}, {hostile, "admit'\"&"}},
      bidirected{{hostile, "admit'\"&"}};
  frontier.graph = CausalGraph({hostile, "</svg>", "admit'\"&"}, directed, bidirected);
  frontier.name = frontier.command = hostile;
  frontier.outcome = {"admit'\"&", hostile};
  for (FrontierObjective& objective : frontier.objectives) {
    objective.label = hostile + " " + objective.name;
    objective.description = objective.unit == "nats" ? hostile : "</script><script>alert(2)</script>";
    objective.licence.basis = "<img src=x onerror=alert(3)>";
  }
  frontier.objectives[0].unit = "<b>" + hostile;
  for (FrontierPoint& point : frontier.points) {
    point.id = hostile + point.id;
    point.settings.emplace_back(hostile, "--><!--<script>alert(4)</script>");
    if (point.arm == "correlational") point.arm = hostile;
  }
  frontier.knee = {{"causal", hostile + "causal-11"}, {hostile, hostile + "correlational-10"}};
  frontier.hypervolume[hostile] = frontier.hypervolume["correlational"];
  frontier.comparison->second = hostile;
  for (TradeOff& step : frontier.trade_offs)
    if (step.arm == "correlational") step.arm = hostile;
  for (Decomposition& each : frontier.decompositions) {
    each.protected_attribute = each.baseline = each.compared = hostile;
    each.cross_fitting = CrossFittingNotes{.folds = 5, .splits = 5, .clipped_share = 0.01, .nuisances = {hostile}};
  }
  frontier.assumptions.push_back(hostile);
  frontier.warnings.push_back("\xE2\x80\xA8" + hostile);
  return frontier;
}

inline std::string hostile_study() {
  return R"({"name": "</script><script>alert(5)</script>", "data": {"csv": "<script>alert(6)</script>.csv"}, "features": ["<script>alert(1)</script>"],
 "protected": [{"column": "<script>alert(1)</script>"}], "objectives": [{"kind": "error-rate"}]})";
}

}  // namespace equipoise::testing
