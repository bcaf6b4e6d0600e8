#include <equipoise/train/strong_wolfe.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

constexpr double pi = 3.14159265358979323846;

// phi, and its derivative.
struct Line {
  std::function<double(double)> value, slope;
  LinePoint start() const { return {0, value(0), slope(0)}; }
};

struct Outcome {
  SearchState state;
  double step;
  std::size_t evaluations;
};

Outcome searched(const Line& line, double first_step, const WolfeConditions& conditions) {
  StrongWolfeSearch search(line.start(), first_step, conditions);
  std::size_t evaluations = 0;
  for (; search.state() == SearchState::searching; ++evaluations) {
    const double step = search.trial();
    search.take(line.value(step), line.slope(step));
  }
  return {search.state(), search.trial(), evaluations};
}

// The test functions of Moré and Thuente 1994, section 5.
Line more_thuente_1() {
  constexpr double b = 2;
  return {[](double a) { return -a / (a * a + b); },
          [](double a) { return (a * a - b) / ((a * a + b) * (a * a + b)); }};
}

Line more_thuente_2() {
  constexpr double b = 0.004;
  return {[](double a) { return std::pow(a + b, 5) - 2 * std::pow(a + b, 4); },
          [](double a) { return std::pow(a + b, 3) * (5 * (a + b) - 8); }};
}

Line more_thuente_3() {
  constexpr double b = 0.01, l = 39;
  return {[](double a) {
            const double hat = std::abs(a - 1) >= b ? std::abs(a - 1) : 0.5 * ((a - 1) * (a - 1) / b + b);
            return hat + 2 * (1 - b) / (l * pi) * std::sin(l * pi / 2 * a);
          },
          [](double a) {
            const double hat = std::abs(a - 1) >= b ? std::copysign(1.0, a - 1) : (a - 1) / b;
            return hat + (1 - b) * std::cos(l * pi / 2 * a);
          }};
}

// Yanai, Ozawa and Kaneko 1981.
Line yanai(double b1, double b2) {
  const auto gamma = [](double b) { return std::sqrt(1 + b * b) - b; };
  const double g1 = gamma(b1), g2 = gamma(b2);
  return {[=](double a) { return g1 * std::hypot(1 - a, b2) + g2 * std::hypot(a, b1); },
          [=](double a) { return g1 * (a - 1) / std::hypot(1 - a, b2) + g2 * a / std::hypot(a, b1); }};
}

}  // namespace

TEST_CASE("the published test functions of line searches take the published numbers of evaluations", "[strong_wolfe]") {
  struct Row {
    double first_step;
    std::size_t evaluations;
    double step, digit;  // as printed, and its last digit's worth
  };
  struct Table {
    Line line;
    WolfeConditions conditions;
    std::vector<Row> rows;
  };
  // Moré and Thuente 1994, tables I to VI.
  const std::vector<Table> tables{
      {more_thuente_1(), {1e-3, 0.1}, {{1e-3, 6, 1.4, 0.1}, {0.1, 3, 1.4, 0.1}, {10, 1, 10, 1}, {1e3, 4, 37, 1}}},
      {more_thuente_2(),
       {0.1, 0.1},
       {{1e-3, 12, 1.6, 0.1}, {0.1, 8, 1.6, 0.1}, {10, 8, 1.6, 0.1}, {1e3, 11, 1.6, 0.1}}},
      {more_thuente_3(),
       {0.1, 0.1},
       {{1e-3, 12, 1.0, 0.1}, {0.1, 12, 1.0, 0.1}, {10, 10, 1.0, 0.1}, {1e3, 13, 1.0, 0.1}}},
      {yanai(1e-3, 1e-3),
       {1e-3, 1e-3},
       {{1e-3, 4, 0.08, 0.01}, {0.1, 1, 0.10, 0.01}, {10, 3, 0.35, 0.01}, {1e3, 4, 0.83, 0.01}}},
      {yanai(1e-2, 1e-3),
       {1e-3, 1e-3},
       {{1e-3, 6, 0.075, 1e-3}, {0.1, 3, 0.078, 1e-3}, {10, 7, 0.073, 1e-3}, {1e3, 8, 0.076, 1e-3}}},
      {yanai(1e-3, 1e-2),
       {1e-3, 1e-3},
       {{1e-3, 13, 0.93, 0.01}, {0.1, 11, 0.93, 0.01}, {10, 8, 0.92, 0.01}, {1e3, 11, 0.92, 0.01}}},
  };
  for (std::size_t table = 0; table < tables.size(); ++table)
    for (const Row& row : tables[table].rows) {
      CAPTURE(table + 1, row.first_step);
      const Outcome outcome = searched(tables[table].line, row.first_step, tables[table].conditions);
      CHECK(outcome.state == SearchState::found);
      CHECK(outcome.evaluations == row.evaluations);
      CHECK(std::abs(outcome.step - row.step) <= 0.6 * row.digit);
    }
}

TEST_CASE("a step that is found satisfies the strong Wolfe conditions, whatever the line", "[strong_wolfe]") {
  const RandomStream stream({.seed = 7, .purpose = Purpose::test});
  for (std::uint64_t trial = 0; trial < 2000; ++trial) {
    RowStream random = stream.row(trial);
    // A bowl with waves on it, falling at 0.
    const double bowl = std::exp(4 * random.uniform() - 2), wave = 3 * random.uniform(), turns = 8 * random.uniform(),
                 phase = 6 * random.uniform(), centre = 0.1 + 3 * random.uniform();
    const Line line{[=](double a) { return bowl * (a - centre) * (a - centre) + wave * std::cos(turns * a + phase); },
                    [=](double a) { return 2 * bowl * (a - centre) - wave * turns * std::sin(turns * a + phase); }};
    if (line.slope(0) >= 0) continue;
    const WolfeConditions conditions{1e-4 + 0.3 * random.uniform(), 0.4 + 0.5 * random.uniform()};
    const double first_step = std::pow(10, 6 * random.uniform() - 3);
    const Outcome outcome = searched(line, first_step, conditions);
    CAPTURE(trial, outcome.step);
    REQUIRE(outcome.state == SearchState::found);
    CHECK(line.value(outcome.step) <= line.value(0) + conditions.sufficient_decrease * outcome.step * line.slope(0));
    CHECK(std::abs(line.slope(outcome.step)) <= conditions.curvature * std::abs(line.slope(0)));
    CHECK(outcome.evaluations <= 25);
  }
}

TEST_CASE("a search steps back from where the function is not finite, and finds what is before it", "[strong_wolfe]") {
  // -log(1 - a) - 3 a has its minimum at 2/3 and a wall at 1.
  const Line barrier{[](double a) { return -std::log(1 - a) - 3 * a; }, [](double a) { return 1 / (1 - a) - 3; }};
  for (const double first_step : {1e-3, 0.1, 0.99, 1.0, 5.0, 1e6}) {
    const Outcome outcome = searched(barrier, first_step, {1e-4, 0.1});
    CAPTURE(first_step);
    CHECK(outcome.state == SearchState::found);
    CHECK(outcome.step == Approx(2.0 / 3).margin(0.1));
    CHECK(outcome.evaluations <= 40);
  }
}

TEST_CASE("a search against a wall where the function still falls stalls at a lower point before it",
          "[strong_wolfe]") {
  const Line cliff{[](double a) { return a <= 1 ? -a : std::numeric_limits<double>::quiet_NaN(); },
                   [](double) { return -1.0; }};
  StrongWolfeSearch search(cliff.start(), 3, {});
  while (search.state() == SearchState::searching)
    search.take(cliff.value(search.trial()), cliff.slope(search.trial()));
  CHECK(search.state() == SearchState::stalled);
  REQUIRE(search.fallback());
  CHECK(search.fallback()->step <= 1);
  CHECK(search.fallback()->step > 0.999);
}

TEST_CASE("a search across a kink stalls, and falls back on a point beyond it", "[strong_wolfe]") {
  const Line kink{[](double a) { return std::abs(a - 0.7); }, [](double a) { return a < 0.7 ? -1.0 : 1.0; }};
  StrongWolfeSearch search(kink.start(), 1, {});
  while (search.state() == SearchState::searching) search.take(kink.value(search.trial()), kink.slope(search.trial()));
  CHECK(search.state() == SearchState::stalled);
  REQUIRE(search.fallback());
  CHECK(search.fallback()->step == Approx(0.7));
  CHECK(search.fallback()->slope == 1);
}

TEST_CASE("a search without any lower point has no fallback", "[strong_wolfe]") {
  // The slope at 0 promises a descent that never comes.
  const Line liar{[](double a) { return a; }, [](double a) { return a > 0 ? 1.0 : -1.0; }};
  StrongWolfeSearch search(liar.start(), 1, {});
  while (search.state() == SearchState::searching) search.take(liar.value(search.trial()), liar.slope(search.trial()));
  CHECK(search.state() == SearchState::stalled);
  CHECK_FALSE(search.fallback());
}

TEST_CASE("a search down a line without a bottom ends", "[strong_wolfe]") {
  const Line slide{[](double a) { return -a; }, [](double) { return -1.0; }};
  const Outcome outcome = searched(slide, 1, {});
  CHECK(outcome.state == SearchState::stalled);
  CHECK(outcome.evaluations <= 40);
}
