// An objective of your own on a frontier. Applicants choose how long a loan they ask for, so a score that hangs on the
// duration can be gamed. This goal asks for a world in which everybody had asked for the shortest loan.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/frontier/study_frontier.hpp>
#include <equipoise/train/run.hpp>

using namespace equipoise;

struct Gaming {
  std::string name() const { return "gaming"; }
  std::vector<WorldRequest> worlds() const { return {{}, {.variable = "D", .value = "-10"}}; }
  bool is_sum_over_rows() const { return true; }

  // The mean squared change of a person's probability, and its derivative by the scores in both worlds.
  double loss(const Predictions& rows, ScoreGradients gradients) const {
    const double total = rows.total_weight();
    double sum = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const double share = rows.weights[i] / total;
      const double p = sigmoid(rows.scores[0][i]), gamed = sigmoid(rows.scores[1][i]);
      sum += share * (gamed - p) * (gamed - p);
      gradients[0][i] -= 2 * share * (gamed - p) * p * (1 - p);
      gradients[1][i] += 2 * share * (gamed - p) * gamed * (1 - gamed);
    }
    return sum;
  }

  double measure(const Predictions& rows) const {
    double sum = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i)
      sum += rows.weights[i] * std::abs(sigmoid(rows.scores[1][i]) - sigmoid(rows.scores[0][i]));
    return sum / rows.total_weight();
  }
  MeasureInfo info() const {
    return {.unit = "probability",
            .label = "gain by gaming",
            .description = "Mean change of a person's probability had they asked for the shortest loan.",
            .range = {0, 1}};
  }
};

int main() {
  const Study study{.name = "gaming",
                    .data = {.scm = {.path = "models/loan.json"}, .rows = 3000},
                    .model = {.fit = false},  // the worlds come from the model that the rows are drawn from
                    .outcome = {.column = "Y"},
                    .objectives = {{.kind = "log-loss"}, {.own = Gaming{}}},
                    .sweep = {.points = 6, .replicates = 2, .bootstrap = 100},
                    .arms = {"causal"}};
  const Frontier frontier = frontier_of(run_study(study), "examples/04_objective_on_the_frontier");
  std::cout << std::fixed << std::setprecision(2);
  for (const FrontierPoint& point : frontier.points)
    std::cout << point.id << "  log-loss " << point.test[0].value << "  gaming " << point.test[1].value << '\n';
}
