#include <equipoise/fairness/metrics.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace equipoise;

namespace {

Column zero_one(std::string name, std::vector<double> values) {
  return {std::move(name), ColumnType::integer, {}, std::move(values)};
}
Column group_column(std::vector<double> values, std::vector<std::string> levels = {"a", "b"}) {
  return {"group", ColumnType::categorical, std::move(levels), std::move(values)};
}

GroupMetrics metrics_of(std::vector<double> labels, std::vector<double> predictions, Column group) {
  return group_metrics(
      Table({zero_one("label", std::move(labels)), zero_one("prediction", std::move(predictions)), std::move(group)}),
      "label", "prediction", "group");
}

}  // namespace

TEST_CASE("group metrics of a few people are counted by hand", "[metrics]") {
  // a: 2 of 4 selected, 1 of 2 positives, 1 of 2 negatives; b: 1 of 4 selected, 1 of 1 positives, 0 of 3 negatives.
  const GroupMetrics found =
      metrics_of({1, 1, 0, 0, 1, 0, 0, 0}, {1, 0, 1, 0, 1, 0, 0, 0}, group_column({0, 0, 0, 0, 1, 1, 1, 1}));
  CHECK(found.demographic_parity_difference.value == 0.25);
  CHECK(found.demographic_parity_ratio.value == 0.5);
  CHECK(found.equal_opportunity_difference.value == 0.5);
  CHECK(found.equalized_odds_difference.value == 0.5);
  CHECK(found.accuracy.value == 0.75);
  REQUIRE(found.by_group.size() == 2);
  CHECK(found.by_group[0].group == "a");
  CHECK(found.by_group[0].counts == ConfusionCounts{1, 1, 1, 1});
  CHECK(found.by_group[1].precision == 1.0);
  CHECK(found.warnings.empty());
}

TEST_CASE("a rate without rows counts as 0 in comparisons, with a warning, and is empty by group", "[metrics]") {
  const GroupMetrics found = metrics_of({1, 1, 0, 0}, {1, 0, 0, 1}, group_column({0, 0, 1, 1}));
  CHECK(found.equal_opportunity_difference.value == 0.5);
  CHECK(found.equalized_odds_difference.value == 0.5);
  CHECK_FALSE(found.by_group[1].true_positive_rate);
  CHECK_FALSE(found.by_group[0].false_positive_rate);
  CHECK(found.by_group[1].counts.people() == 2);
  CHECK(found.warnings.size() == 2);
}

TEST_CASE("where nobody is selected selection is equal", "[metrics]") {
  const GroupMetrics found = metrics_of({1, 0, 1, 0}, {0, 0, 0, 0}, group_column({0, 0, 1, 1}));
  CHECK(found.demographic_parity_ratio == Estimate{1, 1, 1});
  CHECK(found.demographic_parity_difference == Estimate{0, 0, 0});
  CHECK_FALSE(found.by_group[0].precision);
  CHECK_THAT(found.warnings.back(), Catch::Contains("nobody is selected"));
}

TEST_CASE("labels that are not 0 or 1 and a single group are refused by name", "[metrics]") {
  CHECK_THROWS_WITH(metrics_of({1, 2}, {0, 1}, group_column({0, 1})),
                    Catch::Contains("column 'label', row 2") && Catch::Contains("0 or 1"));
  CHECK_THROWS_WITH(metrics_of({1, 1}, {0, 0.5}, group_column({0, 1})), Catch::Contains("column 'prediction', row 2"));
  CHECK_THROWS_WITH(metrics_of({1, 0}, {0, 1}, group_column({1, 1})), Catch::Contains("only the group 'b'"));
  const Column yes_no{"label", ColumnType::binary, {"no", "yes"}, {0, 1}};
  CHECK_THROWS_WITH(group_metrics(Table({yes_no, zero_one("p", {0, 1}), group_column({0, 1})}), "label", "p", "group"),
                    Catch::Contains("row 1: 'no'; 0 or 1"));
}

TEST_CASE("binary columns read as their levels, and weights as people", "[metrics]") {
  // The levels' order in the file is not the order of their numbers.
  const Column label{"label", ColumnType::binary, {"1", "0"}, {0, 1, 0, 1}},
      group{"group", ColumnType::integer, {}, {3, 3, 7, 7}};
  Table table({label, zero_one("prediction", {1, 0, 0, 0}), group});
  table.set_weights({1, 3, 2, 2});
  const GroupMetrics found = group_metrics(table, "label", "prediction", "group");
  CHECK(found.by_group[0].group == "3");
  CHECK(found.by_group[0].counts == ConfusionCounts{1, 0, 3, 0});
  CHECK(found.demographic_parity_difference.value == 0.25);
  CHECK(found.accuracy.value == 0.75);
}

TEST_CASE("intervals of group metrics hold their values and come from the seed alone", "[metrics]") {
  const auto draw = [](std::uint64_t seed) {
    std::vector<double> labels, predictions, group;
    for (int i = 0; i < 300; ++i) {
      labels.push_back(i % 3 == 0);
      predictions.push_back(i % 4 == 0 || i % 5 == 0);
      group.push_back(i % 2);
    }
    return group_metrics(Table({zero_one("label", labels), zero_one("prediction", predictions), group_column(group)}),
                         "label", "prediction", "group", {.seed = seed});
  };
  const GroupMetrics found = draw(1);
  for (const Estimate& each : {found.demographic_parity_difference, found.demographic_parity_ratio,
                               found.equalized_odds_difference, found.equal_opportunity_difference, found.accuracy}) {
    CHECK(each.low <= each.value);
    CHECK(each.value <= each.high);
    CHECK(each.low < each.high);
  }
  CHECK(draw(1).equalized_odds_difference == found.equalized_odds_difference);
  CHECK_FALSE(draw(2).equalized_odds_difference == found.equalized_odds_difference);
}

TEST_CASE("group metrics by race equal those of the reference tools", "[metrics]") {
  const char *data = std::getenv("EQUIPOISE_DATA"), *reference = std::getenv("EQUIPOISE_REFERENCE");
  if (!data || !reference) {
    WARN("EQUIPOISE_DATA or EQUIPOISE_REFERENCE is not set: the reference is skipped");
    return;
  }
  std::ifstream file(std::string(reference) + "/metrics.json"), csv(std::string(data) + "/compas.csv");
  REQUIRE(file);
  REQUIRE(csv);
  const auto expected = nlohmann::json::parse(file);
  const auto split = [](const std::string& line) {
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');)
      cells.push_back(cell.back() == '\r' ? cell.substr(0, cell.size() - 1) : cell);
    return cells;
  };
  std::string line;
  std::getline(csv, line);
  const auto header = split(line);
  const auto race_at = static_cast<std::size_t>(std::find(header.begin(), header.end(), "race") - header.begin());
  const auto recid_at = static_cast<std::size_t>(std::find(header.begin(), header.end(), "recid") - header.begin());
  std::vector<std::vector<std::string>> rows;
  while (std::getline(csv, line)) rows.push_back(split(line));
  std::vector<double> labels, groups;
  std::vector<std::string> levels;
  for (const std::size_t row : expected.at("rows").get<std::vector<std::size_t>>()) {
    labels.push_back(std::stod(rows.at(row).at(recid_at)));
    const auto level = std::find(levels.begin(), levels.end(), rows[row].at(race_at));
    groups.push_back(static_cast<double>(level - levels.begin()));
    if (level == levels.end()) levels.push_back(rows[row][race_at]);
  }
  const GroupMetrics found =
      metrics_of(labels, expected.at("prediction").get<std::vector<double>>(), group_column(groups, levels));
  const auto& race = expected.at("race");
  const auto is = [&](const Estimate& estimate, const char* name) {
    CHECK(estimate.value == Approx(race.at(name).get<double>()).margin(1e-12));
  };
  is(found.demographic_parity_difference, "demographic_parity_difference_between_groups");
  is(found.demographic_parity_ratio, "demographic_parity_ratio_between_groups");
  is(found.equalized_odds_difference, "equalized_odds_difference_between_groups_worst_case");
  is(found.equal_opportunity_difference, "equal_opportunity_difference_between_groups");
  CHECK(found.accuracy.value == Approx(race.at("overall").at("accuracy").get<double>()).margin(1e-12));
  CHECK(found.by_group.size() == race.at("by_group").size());
  for (const GroupRates& group : found.by_group) {
    const auto& rates = race.at("by_group").at(group.group);
    const auto rate_is = [&](const std::optional<double>& rate, const char* name) {
      CHECK(rate.value_or(0) == Approx(rates.at(name).get<double>()).margin(1e-12));
    };
    CHECK(group.counts.people() == rates.at("count").get<double>());
    rate_is(group.accuracy, "accuracy");
    rate_is(group.selection_rate, "selection_rate");
    rate_is(group.true_positive_rate, "tpr");
    rate_is(group.false_positive_rate, "fpr");
    rate_is(group.true_negative_rate, "tnr");
    rate_is(group.false_negative_rate, "fnr");
    rate_is(group.precision, "precision");
  }
}
