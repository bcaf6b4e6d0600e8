// A study from C++: goals that pull apart, the balances between them, the knee, and what a step along them costs.
#include <iomanip>
#include <iostream>

#include <equipoise/frontier/study_frontier.hpp>
#include <equipoise/train/run.hpp>

using namespace equipoise;

int main() {
  // Who is admitted, predicted from gender and department; and the same person, had their gender been another.
  const Study study{.name = "admissions",
                    .data = {.csv = {.path = "studies/berkeley/berkeley.csv"}, .weight = "count"},
                    .graph = {.path = "studies/berkeley/graph.json"},
                    .outcome = {.column = "admit", .positive = "Admitted"},
                    .features = {"gender", "dept"},
                    .protected_attributes = {{.column = "gender", .baseline = "Male"}},
                    .objectives = {{.kind = "log-loss"}, {.kind = "counterfactual-fairness", .name = "gap"}},
                    .sweep = {.points = 6, .replicates = 2, .bootstrap = 100},
                    .arms = {"causal"}};
  const StudyRun run = run_study(study, {.parallelism = Parallelism::max()});  // the same bits at any number of threads
  const Frontier frontier = frontier_of(run, "examples/03_study");

  // Each point is a predictor, measured on test rows, which no decision has seen.
  std::cout << std::fixed << std::setprecision(2);
  for (const FrontierPoint& point : frontier.points)
    std::cout << point.id << "  log-loss " << point.test[0].value << "  gap " << point.test[1].value
              << (point.id == frontier.knee.at("causal") ? "  the knee\n" : "\n");
  for (const TradeOff& step : frontier.trade_offs)
    std::cout << step.from << " to " << step.to << ": " << step.rate.value << " of " << step.worsens
              << " for each 1 of " << step.improves << '\n';
  std::cout << "The gap is " << to_string(frontier.objectives[1].licence.kind) << ": "
            << frontier.objectives[1].licence.basis << '\n';
}
