// An objective of your own: a struct, no base class. Here errors cost money, and a missed case costs more than an
// alarm.
#include <cmath>
#include <iostream>
#include <string>

#include <equipoise/testing/objective_conformance.hpp>

using namespace equipoise;

struct CostOfErrors {
  double missed = 5, alarm = 1;

  std::string name() const { return "cost"; }
  bool is_sum_over_rows() const { return true; }  // so it can be trained privately

  // The mean log-loss of each row times what a mistake there costs; adds its derivative by every score.
  double loss(const Predictions& rows, ScoreGradients gradients) const {
    const double total = rows.total_weight();
    double sum = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const double score = rows.scores[0][i], outcome = rows.outcome[i];
      const double cost = rows.weights[i] / total * (outcome == 1 ? missed : alarm);
      sum += cost * (log1p_exp(score) - outcome * score);
      gradients[0][i] += cost * (sigmoid(score) - outcome);
    }
    return sum;
  }

  // What the frontier shows: the mean cost of the decisions.
  double measure(const Predictions& rows) const {
    double sum = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const bool decided = rows.scores[0][i] >= rows.cutoff, happened = rows.outcome[i] == 1;
      if (decided != happened) sum += rows.weights[i] * (happened ? missed : alarm);
    }
    return sum / rows.total_weight();
  }
  MeasureInfo info() const {
    return {.unit = "EUR", .label = "cost of errors", .description = "Mean cost of a decision.", .range = {0, missed}};
  }
};

int main() {
  const ConformanceReport report = check_objective(CostOfErrors{});
  std::cout << (report.passed() ? "CostOfErrors conforms\n" : report.text());
}
