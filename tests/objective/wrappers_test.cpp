#include <equipoise/objective/wrappers.hpp>

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include <equipoise/fairness/disparate_accuracy_loss.hpp>
#include <equipoise/objective/error_rate.hpp>
#include <equipoise/objective/log_loss.hpp>
#include <equipoise/objective/squared_error.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

const Rows people{{1, 0, 0, 1, 1}, {1, 2, 3, 1, 0.5}, {{0.3, -1, 2, 0.1, -0.7}}, {0, 1, 0, 1, 1}};
const double log_loss = measure_of(LogLoss{}, people);

/// Gradients of `wrapped` over those of log-loss, row by row, which must all be `factor`.
void gradients_are(const AnyObjective& wrapped, double factor) {
  std::vector<std::vector<double>> plain, found;
  loss_of(LogLoss{}, people, &plain);
  loss_of(wrapped, people, &found);
  for (std::size_t i = 0; i < plain[0].size(); ++i)
    CHECK(found[0][i] == Approx(factor * plain[0][i]).epsilon(1e-13).margin(1e-300));
}

}  // namespace

TEST_CASE("scaling multiplies what is trained on and leaves what is measured", "[objective]") {
  const AnyObjective tenfold = scaled(LogLoss{}, 10);
  CHECK(loss_of(tenfold, people) == Approx(10 * log_loss).epsilon(1e-14));
  gradients_are(tenfold, 10);
  CHECK(measure_of(tenfold, people) == log_loss);
  CHECK(tenfold.info().unit == "nats");
  CHECK(tenfold.name() == "log-loss");
  CHECK(tenfold.is_sum_over_rows());
}

TEST_CASE("a bound costs the square of what exceeds it, and nothing below it", "[objective]") {
  const AnyObjective exceeded = constrained(LogLoss{}, log_loss - 0.25), kept = constrained(LogLoss{}, log_loss + 0.25);
  CHECK(loss_of(exceeded, people) == Approx(0.0625).epsilon(1e-12));
  gradients_are(exceeded, 0.5);
  CHECK(loss_of(kept, people) == 0);
  gradients_are(kept, 0);
  CHECK(measure_of(exceeded, people) == log_loss);
  CHECK_FALSE(exceeded.is_sum_over_rows());
}

TEST_CASE("environments count alike however many people they hold", "[objective]") {
  const auto in_environment = [](double group) {
    Rows rows = people;
    for (std::size_t i = 0; i < rows.weights.size(); ++i)
      if (rows.groups[i] != group) rows.weights[i] = 0;
    return measure_of(LogLoss{}, rows);
  };
  const AnyObjective by_group = per_environment(LogLoss{}, "group");
  const double expected = (in_environment(0) + in_environment(1)) / 2;  // levels c and d have no rows
  CHECK(loss_of(by_group, people) == Approx(expected).epsilon(1e-14));
  CHECK(measure_of(by_group, people) == Approx(expected).epsilon(1e-14));
  std::vector<std::vector<double>> plain, found;
  loss_of(LogLoss{}, people, &plain);
  loss_of(by_group, people, &found);
  const double total = 7.5, of_group[] = {4, 3.5};
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(found[0][i] ==
          Approx(plain[0][i] * total / (2 * of_group[static_cast<std::size_t>(people.groups[i])])).epsilon(1e-13));
  CHECK(by_group.name() == "log-loss by group");
  CHECK(by_group.info().description.find("'group'") != std::string::npos);
  CHECK_FALSE(by_group.is_sum_over_rows());
}

TEST_CASE("one environment alone is the whole", "[objective]") {
  Rows rows = people;
  rows.groups.assign(5, 2);
  CHECK(loss_of(per_environment(LogLoss{}, "group"), rows) == Approx(log_loss).epsilon(1e-15));
}

TEST_CASE("wrappers have the faces of what they wrap", "[objective]") {
  for (const AnyObjective& wrapped : {scaled(ErrorRate{}, 2), constrained(ErrorRate{}, 0.1),
                                      per_environment(ErrorRate{}, "group"), scaled(constrained(ErrorRate{}, 0), 1)}) {
    CHECK(wrapped.is_measurable());
    CHECK_FALSE(wrapped.is_trainable());
    CHECK_FALSE(wrapped.is_sum_over_rows());
    CHECK(error_of([&] { loss_of(wrapped, people); }) ==
          "objective '" + wrapped.name() + "': it cannot be trained on; an objective with a loss");
  }
  CHECK(measure_of(scaled(ErrorRate{}, 2), people) == measure_of(ErrorRate{}, people));
  CHECK(scaled(LogLoss{}, 2).get_if<Scaled>()->inner.get_if<LogLoss>() != nullptr);
  for (const AnyObjective& compares : {scaled(DisparateAccuracyLoss{"group"}, 2),
                                       constrained(DisparateAccuracyLoss{"group"}, 1),
                                       per_environment(DisparateAccuracyLoss{"group"}, "group")})
    CHECK(compares.comparisons().reference);
  CHECK_FALSE(scaled(ErrorRate{}, 2).comparisons().reference);
}

TEST_CASE("settings without a meaning are refused", "[objective]") {
  CHECK(error_of([] { scaled(LogLoss{}, 0); }) == "objective 'log-loss': factor is 0; a number above 0");
  CHECK(error_of([] { scaled(LogLoss{}, std::nan("")); }) == "objective 'log-loss': factor is nan; a number above 0");
  CHECK(error_of([] { constrained(LogLoss{}, std::numeric_limits<double>::infinity()); }) ==
        "objective 'log-loss': bound is inf; a finite number");
  CHECK_THROWS_AS(per_environment(LogLoss{}, ""), Error);
  CHECK_THROWS_AS(loss_of(per_environment(LogLoss{}, "grup"), people), Error);
}
