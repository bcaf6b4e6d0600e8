#include <equipoise/privacy/leakage_objective.hpp>

#include <span>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/objective/any_objective.hpp>

using namespace equipoise;

TEST_CASE("what an audit found is measured the same on whatever rows, and an unlucky attacker found nothing") {
  MembershipAttack attack;
  const Table table({{"x", ColumnType::continuous, {}, {0.0, 1.0}}});
  const std::vector<double> outcome{0, 1}, weights{1, 1}, scores{0.3, -0.2};
  const std::span<const double> world(scores);
  const auto measured = [&](double value) {
    attack.advantage = {value, value - 0.125, value + 0.125};
    const AnyObjective objective = AuditedLeakage(attack, "who was there");
    CHECK_FALSE(objective.is_trainable());
    CHECK(objective.name() == "who was there");
    return objective.measure({.table = table, .outcome = outcome, .weights = weights, .scores = {&world, 1}});
  };
  CHECK(measured(0.25) == 0.25);
  CHECK(measured(-0.25) == 0);
  CHECK(AuditedLeakage(attack).info().description.find("-0.375 to -0.125") != std::string::npos);
}
