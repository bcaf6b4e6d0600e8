// `equipoise query`: a model's answer to a causal query of any rung.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/worlds.hpp>

#include "cli/model_file.hpp"
#include "cli/model_rows.hpp"
#include "cli/query_list.hpp"
#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

using Json = nlohmann::ordered_json;
using Evidence = std::vector<Assignment>;

constexpr double normal_quantile = 1.959963984540054;  // 0.975

Json as_json(const QueryAnswer& answer) {
  Json json;
  json["value"] = answer.value ? Json(*answer.value) : Json(nullptr);
  json["licence"] = to_string(answer.licence.kind);
  json["basis"] = answer.licence.basis;
  json["method"] = to_string(answer.method);
  if (answer.standard_error) {
    json["standard_error"] = *answer.standard_error;
    json["low"] = *answer.value - normal_quantile * *answer.standard_error;
    json["high"] = *answer.value + normal_quantile * *answer.standard_error;
    json["effective_sample_size"] = *answer.effective_sample_size;
  }
  if (answer.bounds) {
    json["lower"] = answer.bounds->low;
    json["upper"] = answer.bounds->high;
    json["sharp"] = answer.bounds->is_sharp;
  }
  if (!answer.undefined.empty()) json["undefined"] = answer.undefined;
  return json;
}

std::string value_text(const QueryAnswer& answer) {
  if (!answer.undefined.empty()) return "undefined: " + answer.undefined;
  if (answer.bounds) return "between " + shortest(answer.bounds->low) + " and " + shortest(answer.bounds->high);
  std::string text = shortest(*answer.value);
  if (answer.standard_error)
    text += " (standard error " + shortest(*answer.standard_error) + ", effective sample size " +
            shortest(std::round(*answer.effective_sample_size)) + ")";
  return text;
}

std::string licence_text(const QueryAnswer& answer) {
  return "  " + std::string(to_string(answer.method)) + "; " + std::string(to_string(answer.licence.kind)) + ": " +
         answer.licence.basis + "\n";
}

/// What rows of a table say of the variables that have a column, one unit a row.
std::vector<Evidence> evidence_of(const Scm& model, const Table& table) {
  NodeSet absent = model.graph().none();
  for (Node v = 0; v < model.size(); ++v)
    if (!table.find(model.graph().name(v))) absent.insert(v);
  if (absent.size() == model.size())
    throw Error(ErrorCode::table_unknown_column, {}, "no column of the model's variables", "at least one");
  const Eigen::MatrixXd world = world_of(model, table, absent);
  std::vector<Evidence> rows(static_cast<std::size_t>(world.rows()));
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (Node v = 0; v < model.size(); ++v)
      if (!absent.contains(v))
        rows[row].push_back({v, world(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(v))});
  return rows;
}

/// The mean of answers for several units, known as the least known of them is; undefined where one of them is.
QueryAnswer mean_of(std::span<const QueryAnswer* const> units) {
  const auto doubt = [](const QueryAnswer* unit) {
    return unit->bounds ? 2 : unit->licence.kind == LicenceKind::assumed ? 1 : 0;
  };
  const QueryAnswer& least_known = **std::max_element(
      units.begin(), units.end(), [&](const auto* one, const auto* other) { return doubt(one) < doubt(other); });
  QueryAnswer mean;
  mean.licence = least_known.licence;
  const auto n = static_cast<double>(units.size());
  double low = 0, high = 0, standard_error = 0, effective_sample_size = std::numeric_limits<double>::infinity();
  bool is_sharp = true;  // bounds of unlike units need not be reached by one model
  for (const QueryAnswer* unit : units) {
    if (!unit->undefined.empty()) {
      mean.undefined = unit->undefined;
      return mean;
    }
    low += (unit->bounds ? unit->bounds->low : *unit->value) / n;
    high += (unit->bounds ? unit->bounds->high : *unit->value) / n;
    is_sharp = is_sharp && unit == units.front() && unit->bounds && unit->bounds->is_sharp;
    if (unit->method == AnswerMethod::exact) continue;
    mean.method = AnswerMethod::monte_carlo;
    standard_error += *unit->standard_error / n;  // as if the units' errors went together, so never too small
    effective_sample_size = std::min(effective_sample_size, *unit->effective_sample_size);
  }
  if (least_known.bounds) {
    mean.bounds = Bounds{low, high, is_sharp};
    if (!is_sharp) mean.licence.basis = "row by row: " + mean.licence.basis;
  } else {
    mean.value = low;
    if (mean.method == AnswerMethod::monte_carlo) {
      mean.standard_error = standard_error;
      mean.effective_sample_size = effective_sample_size;
    }
  }
  return mean;
}

class QueryRun {
 public:
  QueryRun(const Arguments& arguments, Session& session)
      : arguments_(arguments), session_(session), model_(read_model(arguments)) {
    const std::string method = arguments.text("--method");
    if (method != "auto") options_.method = method == "exact" ? AnswerMethod::exact : AnswerMethod::monte_carlo;
    options_.draws = arguments.whole("--draws");
    if (options_.draws == 0) throw Error(ErrorCode::usage, "--draws", "0", "at least 1");
    options_.seed = arguments.seed();
    options_.parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()));
    options_.progress = session.progress();
  }

  void run() {
    const std::vector<PlacedQuery> queries = queries_of(arguments_);
    Json all = Json::array();
    const auto path = arguments_.find("--data");
    if (!path) {
      for (const PlacedQuery& each : queries) all.push_back(answered(each));
    } else {
      CsvOptions csv = csv_options(model_);
      csv.wanted_may_be_absent = true;
      const std::vector<Evidence> rows =
          TableFile(*path, csv).use([&](const Table& table) { return evidence_of(model_, table); });
      for (const PlacedQuery& each : queries) all.push_back(answered_for_rows(each, rows));
    }
    if (arguments_.json()) session_.print_json(arguments_.has("--queries") ? all : all.front());
  }

 private:
  QueryAnswer answer(const Query& query, const Evidence& evidence, const std::string& place) const {
    return answer_query(model_, query, evidence, options_, place);
  }

  Json answered(const PlacedQuery& placed) {
    const std::vector<Query> closed = with_every_value(model_, placed.query, placed.place);
    Json json{{"query", to_text(placed.query)}};
    if (closed.size() == 1) {
      const QueryAnswer one = answer(closed.front(), {}, placed.place);
      json.update(as_json(one));
      session_.print(to_text(closed.front()) + " = " + value_text(one) + "\n" + licence_text(one));
      return json;
    }
    json["values"] = Json::array();
    for (const Query& each : closed) {
      const QueryAnswer one = answer(each, {}, placed.place);
      Json entry{{"query", to_text(each)}};
      entry.update(as_json(one));
      json["values"].push_back(std::move(entry));
      session_.print(to_text(each) + " = " + value_text(one) + "\n");
      if (&each == &closed.back()) session_.print(licence_text(one));
    }
    return json;
  }

  QueryAnswer answer_for_row(const PlacedQuery& placed, const Evidence& row, std::size_t number) const {
    try {
      return answer(placed.query, row, placed.place);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::scm_no_support) throw;
      throw Error(error.code(), error.place(), "for row " + std::to_string(number) + ": " + error.found(),
                  error.expected(), error.hint());
    }
  }

  /// One answer a row; rows that are alike are answered once.
  Json answered_for_rows(const PlacedQuery& placed, const std::vector<Evidence>& rows) {
    std::map<std::vector<double>, QueryAnswer> known;
    std::vector<const QueryAnswer*> units;
    Json of_rows = Json::array();
    for (const Evidence& row : rows) {
      std::vector<double> values;
      for (const Assignment& each : row) values.push_back(each.value);
      auto found = known.find(values);
      if (found == known.end())
        found = known.emplace(std::move(values), answer_for_row(placed, row, units.size() + 1)).first;
      const QueryAnswer& unit = *units.emplace_back(&found->second);
      Json entry{{"row", units.size()}};
      entry.update(as_json(unit));
      of_rows.push_back(std::move(entry));
      session_.print("row " + std::to_string(units.size()) + ": " + to_text(placed.query) + " = " + value_text(unit) +
                     "\n");
    }
    const QueryAnswer mean = mean_of(units);
    if (units.size() > 1) session_.print("mean: " + to_text(placed.query) + " = " + value_text(mean) + "\n");
    session_.print(licence_text(mean));
    Json json{{"query", to_text(placed.query)}};
    json.update(as_json(mean));
    json["rows"] = std::move(of_rows);
    return json;
  }

  const Arguments& arguments_;
  Session& session_;
  Scm model_;
  AnswerOptions options_;
};

void run(const Arguments& arguments, Session& session) { QueryRun(arguments, session).run(); }

const Registration registered{
    {.name = "query",
     .summary = "a model's answer to a causal query",
     .description =
         "Answers a query of any rung from a structural causal model: what is seen, what an intervention would do, "
         "what "
         "would have been. Exact for discrete and for linear-Gaussian models, else sampled, with its standard error. "
         "Every number says how it is known: identified by the graph, assumed with the model's couplings and forms, or "
         "bounded where the model leaves a coupling open. Queries are those of `identify`; do() also takes shifts, "
         "X += 1, distributions, X ~ normal(0, 1), and formulas, X = 'Z / 2'. With --data each row is what is known of "
         "one unit, all of its variables or some, and is answered by itself; the value is then the mean over rows.",
     .options = {{.name = "--scm", .value = "FILE", .help = "the model", .required = true},
                 {.name = "--query", .value = "QUERY", .help = "the query; this or --queries"},
                 {.name = "--queries", .value = "FILE", .help = "a file with one query a line"},
                 {.name = "--data",
                  .value = "FILE",
                  .help = "units to answer for, as CSV, with a column a variable known"},
                 coupling_option(),
                 {.name = "--method",
                  .value = "METHOD",
                  .help = "exact where it can be, exact alone, or sampled",
                  .fallback = "auto",
                  .choices = {"auto", "exact", "monte-carlo"}},
                 {.name = "--draws", .value = "N", .help = "how many are sampled", .fallback = "1000000"}},
     .examples = {"equipoise query --scm loan.json --query \"E[S | do(G=1)] - E[S | do(G=0)]\"",
                  "equipoise query --scm model.json --query \"PN(drug -> recovery)\" --format json",
                  "equipoise query --scm loan.json --query \"P(Y_{G=1} = 1)\" --data applicant.csv"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
