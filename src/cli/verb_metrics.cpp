// `equipoise metrics`: how a decision treats groups of people.
#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/fairness/metrics.hpp>
#include <equipoise/fairness/score_metrics.hpp>

#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson as_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}
OrderedJson as_json(const std::optional<double>& rate) { return rate ? OrderedJson(*rate) : OrderedJson(); }

OrderedJson as_json(const GroupRates& group) {
  return {{"count", group.counts.people()},
          {"true_positives", group.counts.true_positives},
          {"false_positives", group.counts.false_positives},
          {"true_negatives", group.counts.true_negatives},
          {"false_negatives", group.counts.false_negatives},
          {"accuracy", as_json(group.accuracy)},
          {"selection_rate", as_json(group.selection_rate)},
          {"true_positive_rate", as_json(group.true_positive_rate)},
          {"false_positive_rate", as_json(group.false_positive_rate)},
          {"true_negative_rate", as_json(group.true_negative_rate)},
          {"false_negative_rate", as_json(group.false_negative_rate)},
          {"precision", as_json(group.precision)}};
}

OrderedJson as_json(const GroupMetrics& metrics, const std::vector<GroupScoreRates>& scores) {
  OrderedJson groups = OrderedJson::object();
  for (const GroupRates& group : metrics.by_group) groups[group.group] = as_json(group);
  for (const GroupScoreRates& group : scores) {
    groups[group.group]["area_under_curve"] = as_json(group.area_under_curve);
    OrderedJson bins = OrderedJson::array();
    for (const CalibrationBin& bin : group.bins)
      bins.push_back({{"count", bin.people}, {"mean_score", bin.mean_score}, {"rate", bin.rate}});
    groups[group.group]["calibration"] = std::move(bins);
  }
  return {{"demographic_parity_difference", as_json(metrics.demographic_parity_difference)},
          {"demographic_parity_ratio", as_json(metrics.demographic_parity_ratio)},
          {"equalized_odds_difference", as_json(metrics.equalized_odds_difference)},
          {"equal_opportunity_difference", as_json(metrics.equal_opportunity_difference)},
          {"accuracy", as_json(metrics.accuracy)},
          {"by_group", std::move(groups)}};
}

std::string fixed(const std::optional<double>& value, int width) {
  std::array<char, 32> text{};
  if (value)
    std::snprintf(text.data(), text.size(), "%*.4f", width, *value);
  else
    std::snprintf(text.data(), text.size(), "%*s", width, "-");
  return text.data();
}

std::string line_of(std::string name, const Estimate& of) {
  name.resize(32, ' ');
  return name + fixed(of.value, 7) + "  [" + fixed(of.low, 6) + ", " + fixed(of.high, 6) + "]\n";
}

std::string as_text(const GroupMetrics& metrics, const std::string& protected_attribute) {
  std::size_t width = protected_attribute.size();
  for (const GroupRates& group : metrics.by_group) width = std::max(width, group.group.size());
  std::string text = line_of("demographic parity difference", metrics.demographic_parity_difference) +
                     line_of("demographic parity ratio", metrics.demographic_parity_ratio) +
                     line_of("equalized odds difference", metrics.equalized_odds_difference) +
                     line_of("equal opportunity difference", metrics.equal_opportunity_difference) +
                     line_of("accuracy", metrics.accuracy) + "\n";
  std::string header = protected_attribute;
  header.resize(width, ' ');
  text += header + "    people  accuracy  selected      true+     false+\n";
  for (const GroupRates& group : metrics.by_group) {
    std::string name = group.group;
    name.resize(width, ' ');
    std::array<char, 32> people{};
    std::snprintf(people.data(), people.size(), "%10.0f", group.counts.people());
    text += name + people.data() + fixed(group.accuracy, 10) + fixed(group.selection_rate, 10) +
            fixed(group.true_positive_rate, 11) + fixed(group.false_positive_rate, 11) + "\n";
  }
  return text + "Intervals are 95%, by bootstrap of people.\n";
}

/// The columns asked for alone: what else the file holds does not matter here.
CsvOptions csv_options(const Arguments& arguments) {
  const std::string group = arguments.text("--protected");
  CsvOptions csv{.columns = {{.name = group, .type = ColumnType::categorical}},
                 .wanted = {group, arguments.text("--label"), arguments.text("--prediction")}};
  if (const auto score = arguments.find("--score")) {
    if (std::find(csv.wanted.begin(), csv.wanted.end(), *score) == csv.wanted.end())
      csv.columns.push_back({.name = *score, .type = ColumnType::continuous});
    csv.wanted.push_back(*score);
  }
  if (const auto weight = arguments.find("--weight")) {
    for (const char* option : {"--label", "--prediction", "--score", "--protected"})
      if (arguments.find(option) == weight)
        throw Error(ErrorCode::usage, "--weight", "'" + *weight + "', the column of " + option, "another column");
    csv.weight = *weight;
  }
  return csv;
}

void run(const Arguments& arguments, Session& session) {
  const std::string group = arguments.text("--protected"), label = arguments.text("--label");
  const TableFile file(arguments.text("--data"), csv_options(arguments));
  const GroupMetrics metrics = file.use([&](const Table& table) {
    return group_metrics(table, label, arguments.text("--prediction"), group, {.seed = arguments.seed()});
  });
  std::vector<GroupScoreRates> scores;
  if (const auto score = arguments.find("--score"))
    scores = file.use([&](const Table& table) { return score_metrics(table, label, *score, group); });
  for (const std::string& warning : metrics.warnings) session.warn(warning);
  if (arguments.json())
    session.print_json(as_json(metrics, scores));
  else
    session.print(as_text(metrics, group));
}

const Registration registered{
    {.name = "metrics",
     .summary = "how a decision treats groups of people",
     .description =
         "Compares the rates of a 0/1 prediction against a 0/1 label between the groups of a protected column. A "
         "difference is the greatest rate of any group less the least. With --score, also how the score ranks and is "
         "calibrated in each group (in JSON).",
     .options = {{.name = "--data", .value = "FILE", .help = "the rows, as CSV", .required = true},
                 {.name = "--label", .value = "COLUMN", .help = "what came true, 0 or 1", .required = true},
                 {.name = "--prediction", .value = "COLUMN", .help = "what was decided, 0 or 1", .required = true},
                 {.name = "--score", .value = "COLUMN", .help = "the number that the decision was made from"},
                 {.name = "--protected", .value = "COLUMN", .help = "the groups to compare", .required = true},
                 {.name = "--weight",
                  .value = "COLUMN",
                  .help = "the column that holds how many people a row stands for"}},
     .examples = {"equipoise metrics --data decisions.csv --label repaid --prediction granted --protected gender"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
