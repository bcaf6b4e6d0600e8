#include <equipoise/privacy/membership_advantage.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/objective/any_objective.hpp>
#include <equipoise/testing/objective_conformance.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

double advantage_of(const Rows& others, const Rows& members) {
  const Table table = others.table(), learnt = members.table();
  const std::span<const double> scores = others.scores[0], member_scores = members.scores[0];
  const Predictions seen_members{learnt, members.outcome, members.weights, members.link, 0, {&member_scores, 1}};
  return AnyObjective(MembershipAdvantage{})
      .measure({table, others.outcome, others.weights, others.link, 0, {&scores, 1}, {}, &seen_members});
}

Rows drawn_rows(std::uint64_t number, Link link) {
  RowStream random = RandomStream({.seed = 83, .purpose = Purpose::test}).row(number);
  Rows rows{{}, {}, {{}}, {}, link};
  for (std::size_t i = 0; i < 3 + number % 40; ++i) {
    rows.outcome.push_back(link == Link::logistic ? std::floor(2 * random.uniform()) : 4 * random.uniform());
    rows.weights.push_back(i == 0 ? 1 : std::floor(3 * random.uniform()));
    rows.scores[0].push_back(4 * random.uniform() - (link == Link::logistic ? 2 : 0));
  }
  return rows;
}

}  // namespace

TEST_CASE("the advantage is the difference of the shares whose loss is at most the members' mean") {
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    const Link link = trial % 2 == 0 ? Link::logistic : Link::identity;
    const Rows members = drawn_rows(2 * trial, link), others = drawn_rows(2 * trial + 1, link);
    const auto losses = [&](const Rows& rows) {
      std::vector<double> each;  // one a person
      for (std::size_t i = 0; i < rows.outcome.size(); ++i) {
        const double p = 1 / (1 + std::exp(-rows.scores[0][i])), off = rows.scores[0][i] - rows.outcome[i];
        const double loss = link == Link::logistic ? -std::log(rows.outcome[i] == 1 ? p : 1 - p) : off * off;
        each.insert(each.end(), static_cast<std::size_t>(rows.weights[i]), loss);
      }
      return each;
    };
    double mean = 0;
    const std::vector<double> in = losses(members), out = losses(others);
    for (const double loss : in) mean += loss / static_cast<double>(in.size());
    const auto share = [&](const std::vector<double>& each) {
      double below = 0;
      for (const double loss : each) below += loss <= mean ? 1 : 0;
      return below / static_cast<double>(each.size());
    };
    CHECK(advantage_of(others, members) == Approx(std::max(0.0, share(in) - share(out))).margin(1e-12));
  }
}

TEST_CASE("a predictor that knows its members is found out, one that treats all alike is not") {
  const Rows members{{1, 1, 0}, {1, 2, 1}, {{9, 9, -9}}}, strangers{{1, 0, 1, 0}, {1, 1, 1, 1}, {{-1, 1, -2, 2}}};
  CHECK(advantage_of(strangers, members) == 1);
  CHECK(advantage_of(members, members) == 0);
  CHECK(advantage_of(members, strangers) == 0);  // below 0
}

TEST_CASE("it keeps an objective's promises, and asks for the members that it compares with") {
  for (const Link link : {Link::logistic, Link::identity}) {
    const ConformanceReport report = check_objective(MembershipAdvantage{}, {.draw = {.link = link}});
    INFO(report.text());
    CHECK(report.passed());
  }
  CHECK(AnyObjective(MembershipAdvantage{}).comparisons().members);
  CHECK_FALSE(AnyObjective(MembershipAdvantage{}).comparisons().reference);
  CHECK_THAT(error_of([] {
               measure_of(MembershipAdvantage{}, {{1, 0}, {1, 1}, {{1, 1}}});
             }),
             Catch::Contains("membership-advantage") && Catch::Contains("trained on"));
}
