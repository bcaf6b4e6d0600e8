#include <equipoise/testing/objective_conformance.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/fairness/counterfactual_fairness.hpp>
#include <equipoise/fairness/demographic_parity.hpp>
#include <equipoise/fairness/equalized_odds.hpp>
#include <equipoise/objective/error_rate.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/objective/squared_error.hpp>
#include <equipoise/objective/wrappers.hpp>

using namespace equipoise;

namespace {

ConformanceReport report_on(const AnyObjective& objective, Link link = Link::logistic) {
  return check_objective(objective, {.draw = {.link = link, .level_columns = {"sex", "year"}}});
}

void passes(const AnyObjective& objective, Link link = Link::logistic) {
  const ConformanceReport report = report_on(objective, link);
  INFO(objective.name() << '\n' << report.text());
  CHECK(report.passed());
}

/// An objective whose faces a test breaks one at a time; whole, it is the weighted mean squared score.
struct Breakable {
  using Loss = std::function<double(const Predictions&, ScoreGradients)>;
  using Measure = std::function<double(const Predictions&)>;
  Loss of_loss = mean_square;
  Measure of_measure = [](const Predictions& predictions) {
    double sum = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i)
      sum += predictions.weights[i] * predictions.scores[0][i] * predictions.scores[0][i];
    return sum / predictions.total_weight();
  };
  bool sum_over_rows = true;
  Interval range{0, 1e9};

  static double mean_square(const Predictions& predictions, ScoreGradients gradients) {
    const double total = predictions.total_weight();
    double sum = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i) {
      sum += predictions.weights[i] / total * predictions.scores[0][i] * predictions.scores[0][i];
      gradients[0][i] += 2 * predictions.weights[i] / total * predictions.scores[0][i];
    }
    return sum;
  }

  std::string name() const { return "breakable"; }
  bool is_sum_over_rows() const { return sum_over_rows; }
  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    return of_loss(predictions, gradients);
  }
  double measure(const Predictions& predictions) const { return of_measure(predictions); }
  MeasureInfo info() const { return {.unit = "score squared", .label = "", .description = "", .range = range}; }
};

/// That the suite fails with this sentence.
void fails(const Breakable& objective, const std::string& sentence) {
  const ConformanceReport report = report_on(objective);
  INFO("expected: " << sentence << "\nreported:\n" << report.text());
  bool said = false;
  for (const std::string& failure : report.failures) said = said || failure.starts_with(sentence);
  CHECK(said);
}

using Loss = Breakable::Loss;
using Measure = Breakable::Measure;

}  // namespace

TEST_CASE("every shipped objective conforms", "[testing]") {
  passes(LogLoss{});
  passes(SquaredError{}, Link::identity);
  passes(ErrorRate{});
  for (const double sharpness : {0.5, 1.0, 4.0}) {
    passes(DemographicParity{.attribute = "sex", .sharpness = sharpness});
    passes(EqualizedOdds{.attribute = "sex", .sharpness = sharpness});
  }
  passes(DemographicParity{.attribute = "sex", .link = Link::identity}, Link::identity);
  for (const std::size_t groups : {2u, 3u, 5u}) {
    passes(CounterfactualFairness{.attribute = "sex", .groups = groups});
    passes(CounterfactualFairness{.attribute = "sex", .groups = groups, .link = Link::identity}, Link::identity);
  }
}

TEST_CASE("wrapped objectives conform, whatever is inside whatever", "[testing]") {
  for (const AnyObjective& inner :
       {AnyObjective(LogLoss{}), AnyObjective(DemographicParity{.attribute = "sex"}),
        AnyObjective(CounterfactualFairness{.attribute = "sex", .groups = 3}), AnyObjective(ErrorRate{})}) {
    passes(scaled(inner, 3));
    passes(constrained(inner, 0.02));
    passes(per_environment(inner, "year"));
    passes(scaled(per_environment(constrained(inner, 0.02), "year"), 0.25));
    passes(constrained(per_environment(scaled(inner, 40), "year"), 0.02));
  }
}

TEST_CASE("the suite passes what a test then breaks", "[testing]") { passes(Breakable{}); }

TEST_CASE("a loss or a gradient that is not finite is found", "[testing]") {
  fails({.of_loss = [](const Predictions&, ScoreGradients) { return std::nan(""); }}, "the loss is not finite");
  const Loss naive_softplus = [](const Predictions& predictions, ScoreGradients gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i) {
      const double odds = std::exp(predictions.scores[0][i]),
                   share = predictions.weights[i] / predictions.total_weight();
      sum += share * std::log(1 + odds);
      gradients[0][i] += share * odds / (1 + odds);
    }
    return sum;
  };
  fails({.of_loss = naive_softplus}, "the loss is not finite at large scores");
  fails({.of_loss = naive_softplus}, "a gradient is not finite at large scores");
}

TEST_CASE("a gradient that is no derivative is found", "[testing]") {
  const Loss half = [](const Predictions& predictions, ScoreGradients gradients) {
    return Breakable::mean_square(predictions, gradients) / 2;
  };
  fails({.of_loss = half}, "the gradient is not the derivative of the loss");
  const Loss one_row = [](const Predictions& predictions, ScoreGradients gradients) {
    const double loss = Breakable::mean_square(predictions, gradients);
    if (predictions.rows() > 4) gradients[0][4] += 1e-4;
    return loss;
  };
  fails({.of_loss = one_row}, "the gradient is not the derivative of the loss: of world 0, row 4");
}

TEST_CASE("gradients that are written over are found", "[testing]") {
  const Loss written = [](const Predictions& predictions, ScoreGradients gradients) {
    std::fill(gradients[0].begin(), gradients[0].end(), 0.0);
    return Breakable::mean_square(predictions, gradients);
  };
  fails({.of_loss = written}, "gradients are written over, not added to");
  const Loss read = [](const Predictions& predictions, ScoreGradients gradients) {
    return gradients[0][0] + Breakable::mean_square(predictions, gradients);
  };
  fails({.of_loss = read}, "the loss depends on what its gradients held before");
}

TEST_CASE("weights that do not count as rows are found", "[testing]") {
  const Loss unweighted = [](const Predictions& predictions, ScoreGradients gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i) {
      sum += std::abs(predictions.scores[0][i]) / static_cast<double>(predictions.rows());
      gradients[0][i] += (predictions.scores[0][i] > 0 ? 1 : -1) / static_cast<double>(predictions.rows());
    }
    return sum;
  };
  fails({.of_loss = unweighted}, "rows of weight 0 change the loss");
  fails({.of_loss = unweighted}, "a split row's gradient is not shared out by weight");
  const Loss squared_weights = [](const Predictions& predictions, ScoreGradients gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i) {
      sum += predictions.weights[i] * predictions.weights[i] * predictions.scores[0][i];
      gradients[0][i] += predictions.weights[i] * predictions.weights[i];
    }
    return sum;
  };
  fails({.of_loss = squared_weights}, "splitting rows in two changes the loss");
  const Measure rows = [](const Predictions& predictions) { return static_cast<double>(predictions.rows()); };
  fails({.of_measure = rows}, "splitting rows in two changes the measure");
  fails({.of_measure = rows}, "rows of weight 0 change the measure");
}

TEST_CASE("rows of weight 0 that change gradients are found", "[testing]") {
  const Loss greatest = [](const Predictions& predictions, ScoreGradients gradients) {
    const double loss = Breakable::mean_square(predictions, gradients);
    for (std::size_t i = 0; i < predictions.rows(); ++i)
      if (predictions.weights[i] == 0) gradients[0][i] += predictions.scores[0][i];
    return loss;
  };
  fails({.of_loss = greatest}, "rows of weight 0 change the gradients");
}

TEST_CASE("an order of rows that matters is found", "[testing]") {
  const Loss by_place = [](const Predictions& predictions, ScoreGradients gradients) {
    gradients[0][0] += 1;
    return predictions.scores[0][0];
  };
  fails({.of_loss = by_place}, "permuting rows changes the loss");
  fails({.of_loss = by_place}, "permuting rows does not permute the gradients");
  fails({.of_measure = [](const Predictions& predictions) { return predictions.scores[0][0] > 0 ? 1.0 : 0.0; }},
        "permuting rows changes the measure");
}

TEST_CASE("a loss that is no sum over rows and says it is one is found", "[testing]") {
  const Loss square_of_mean = [](const Predictions& predictions, ScoreGradients gradients) {
    const double total = predictions.total_weight();
    double mean = 0;
    for (std::size_t i = 0; i < predictions.rows(); ++i)
      mean += predictions.weights[i] / total * predictions.scores[0][i];
    for (std::size_t i = 0; i < predictions.rows(); ++i) gradients[0][i] += 2 * mean * predictions.weights[i] / total;
    return mean * mean;
  };
  fails({.of_loss = square_of_mean}, "it says that it is a sum over rows");
  passes(Breakable{.of_loss = square_of_mean, .sum_over_rows = false});
}

TEST_CASE("a measure outside its range, not finite or of a mind of its own is found", "[testing]") {
  fails({.range = {0, 1}}, "the measure leaves its range");
  fails({.of_measure = [](const Predictions&) { return std::nan(""); }}, "the measure is not finite");
  int calls = 0;
  fails({.of_measure = [&](const Predictions&) { return static_cast<double>(++calls); }},
        "measuring twice gives two numbers");
}

TEST_CASE("an objective that throws is reported with what it says", "[testing]") {
  const Loss throwing = [](const Predictions& predictions, ScoreGradients) -> double {
    return predictions.table.column("nowhere").values[0];
  };
  fails({.of_loss = throwing}, "the loss throws: no column 'nowhere' in the table");
  fails({.of_measure = [](const Predictions&) -> double { throw std::runtime_error("out of ink"); }},
        "the measure throws: out of ink");
}
