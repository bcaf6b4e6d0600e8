// `equipoise audit`: what a trained model gives away of whom it was trained on.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/privacy/membership_inference.hpp>
#include <equipoise/privacy/one_run_audit.hpp>

#include "cli/noise_options.hpp"
#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// Scores with who was trained with.
struct Scored {
  std::vector<double> scores;
  std::vector<std::uint8_t> included;
  std::vector<double> members, others;
};

Scored scored_rows(const Table& table, const std::string& score, const std::string& included) {
  Scored rows;
  rows.scores = table.column(score).values;
  const std::vector<double>& coins = table.column(included).values;
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (coins[i] != 0 && coins[i] != 1)
      throw RowError(ErrorCode::table_type, included, i, shortest(coins[i]), "1 for who was trained with, else 0");
    rows.included.push_back(coins[i] == 1);
    (coins[i] == 1 ? rows.members : rows.others).push_back(rows.scores[i]);
  }
  return rows;
}

/// Fixed before scores are looked at: what --guesses says, or a twentieth, a tenth and a fifth of the rows.
std::vector<std::size_t> numbers_of_guesses(const Arguments& arguments, std::size_t rows) {
  std::vector<std::size_t> numbers;
  if (!arguments.has("--guesses")) {
    for (const std::size_t part : {20u, 10u, 5u}) numbers.push_back(std::max<std::size_t>(rows / part, 1));
    return numbers;
  }
  for (const double number : arguments.numbers("--guesses")) {
    if (!(number >= 1) || number > static_cast<double>(rows) || number != std::floor(number))
      throw Error(ErrorCode::usage, "--guesses", "'" + shortest(number) + "'",
                  "expected whole numbers from 1 to the number of rows, " + std::to_string(rows));
    numbers.push_back(static_cast<std::size_t>(number));
  }
  return numbers;
}

OrderedJson as_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

std::string line_of(std::string name, const Estimate& of) {
  name.resize(44, ' ');
  return name + shortest(of.value) + "  [" + shortest(of.low) + ", " + shortest(of.high) + "]\n";
}

void run(const Arguments& arguments, Session& session) {
  const std::string score = arguments.text("--score"), included = arguments.text("--included");
  const double delta = positive_number(arguments, "--delta", 1, false);
  const double significance = positive_number(arguments, "--significance", 1, false);
  const TableFile file(arguments.text("--data"), {.columns = {{.name = score, .type = ColumnType::continuous},
                                                              {.name = included, .type = ColumnType::continuous}},
                                                  .wanted = {score, included}});
  const Scored rows = file.use([&](const Table& table) { return scored_rows(table, score, included); });
  const MembershipAttack attack = file.use([&](const Table&) { return membership_attack(rows.members, rows.others); });
  const OneRunAudit audit =
      audit_one_run(rows.scores, rows.included, numbers_of_guesses(arguments, rows.scores.size()), delta, significance);
  const bool has_claim = arguments.has("--claimed-epsilon");
  const double claim = has_claim ? arguments.number("--claimed-epsilon") : 0;
  if (arguments.json()) {
    OrderedJson rates = OrderedJson::array();
    for (const TruePositiveRate& each : attack.low_false_positives) {
      OrderedJson rate = as_json(each.rate);
      rate["false_positive_rate"] = each.false_positive_rate;
      rates.push_back(std::move(rate));
    }
    OrderedJson json{{"members", rows.members.size()},
                     {"others", rows.others.size()},
                     {"area_under_curve", as_json(attack.area_under_curve)},
                     {"advantage", as_json(attack.advantage)},
                     {"true_positive_rates", std::move(rates)},
                     {"epsilon_lower", audit.epsilon},
                     {"guesses", audit.guesses.guesses},
                     {"correct", audit.guesses.correct},
                     {"delta", delta},
                     {"significance", significance}};
    if (has_claim) json["refutes_claim"] = audit.epsilon > claim;
    session.print_json(json);
    return;
  }
  std::string text = std::to_string(rows.members.size()) + " members, " + std::to_string(rows.others.size()) +
                     " others\n" + line_of("area under the curve", attack.area_under_curve) +
                     line_of("membership advantage", attack.advantage);
  for (const TruePositiveRate& each : attack.low_false_positives)
    text += line_of("members found at " + shortest(100 * each.false_positive_rate) + "% false alarms", each.rate);
  text += "epsilon of the training is at least " + shortest(audit.epsilon) + " at delta " + shortest(delta) +
          ", with confidence " + shortest(1 - significance) + " (" + std::to_string(audit.guesses.correct) + " of " +
          std::to_string(audit.guesses.guesses) + " guesses right)\n";
  if (has_claim)
    text += audit.epsilon > claim
                ? "the claim of epsilon " + shortest(claim) + " is refuted\n"
                : "the claim of epsilon " + shortest(claim) + " is not refuted, which proves nothing\n";
  session.print(text);
}

const Registration registered{
    {.name = "audit",
     .summary = "what a trained model gives away of whom it was trained on",
     .description =
         "Attacks a model by scores that are higher for those it was trained with: how well members are told from "
         "others, and a lower bound on the epsilon of its training. The bound holds where each row was put into "
         "training by a fair coin of its own and the numbers of guesses were fixed before the scores were seen.",
     .options =
         {{.name = "--data", .value = "FILE", .help = "the rows, as CSV", .required = true},
          {.name = "--score",
           .value = "COLUMN",
           .help = "a number, higher for members: the loss with its sign turned, say",
           .required = true},
          {.name = "--included", .value = "COLUMN", .help = "1 for who was trained with, else 0", .required = true},
          {.name = "--guesses",
           .value = "N,...",
           .help = "on how many rows to guess; unless given, a twentieth, a tenth and a fifth of them"},
          {.name = "--delta", .value = "P", .help = "the guarantee's delta, above 0 and below 1", .fallback = "1e-6"},
          {.name = "--significance",
           .value = "P",
           .help = "the chance that the bound is wrong, above 0 and below 1",
           .fallback = "0.05"},
          {.name = "--claimed-epsilon", .value = "E", .help = "a claim to refute"}},
     .examples = {"equipoise audit --data canaries.csv --score score --included included --claimed-epsilon 4"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
