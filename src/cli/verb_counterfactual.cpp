// `equipoise counterfactual`: what the same rows would be in another world.
#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/number.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "cli/do_option.hpp"
#include "cli/session.hpp"
#include "cli/table_file.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

nlohmann::ordered_json rows_as_json(const Scm& scm, const Eigen::MatrixXd& world) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (Eigen::Index i = 0; i < world.rows(); ++i) {
    nlohmann::ordered_json row;
    for (Node v = 0; v < scm.size(); ++v) {
      const double value = world(i, static_cast<Eigen::Index>(v));
      const VariableSpec& variable = scm.variable(v);
      if (variable.has_levels())
        row[variable.name] = variable.levels[static_cast<std::size_t>(value)];
      else
        row[variable.name] = value;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The model's variables alone, as what the model says they are.
CsvOptions csv_options(const Scm& scm) {
  CsvOptions csv{.wanted = scm.graph().names()};
  for (Node v = 0; v < scm.size(); ++v) {
    const VariableSpec& variable = scm.variable(v);
    const bool all_numbers = std::all_of(variable.levels.begin(), variable.levels.end(),
                                         [](const std::string& level) { return parse_number(level).has_value(); });
    if (!variable.has_levels())
      csv.columns.push_back({.name = variable.name, .type = ColumnType::continuous});
    else if (!all_numbers)  // those that are may be written otherwise, such as 1.0
      csv.columns.push_back({.name = variable.name, .type = ColumnType::categorical});
  }
  return csv;
}

void run(const Arguments& arguments, Session& session) {
  const Scm scm = read_scm(arguments.text("--scm"));
  const Intervention intervention = intervention_from(scm, arguments.text("--do"));
  const TableFile file(arguments.text("--data"), csv_options(scm));
  const Eigen::MatrixXd other = file.use([&](const Table& table) {
    return counterfactual_rows(
        scm, world_of(scm, table), intervention,
        {.seed = arguments.seed(), .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))});
  });
  const Licence licence = counterfactual_licence(scm, intervention);
  session.warn("counterfactual rows are " + std::string(to_string(licence.kind)) + ": " + licence.basis);
  const std::string out = arguments.text("--out");
  if (arguments.json()) {
    if (out != "-") write_csv(out, table_of(scm, other));
    session.print_json(
        {{"rows", rows_as_json(scm, other)}, {"licence", to_string(licence.kind)}, {"basis", licence.basis}});
  } else {
    write_csv(out, table_of(scm, other));
  }
}

const Registration registered{
    {.name = "counterfactual",
     .summary = "what the same rows would be had some variables been set otherwise",
     .description = "Answers with one row a row of the data, every variable: what it would have been had the variables "
                    "of --do been "
                    "so. Exact where a mechanism can be inverted; where a discrete value leaves its noise open, the "
                    "noise is drawn "
                    "given the row under the coupling that the model states. Rows that --do does not change come back "
                    "as they are.",
     .options =
         {{.name = "--scm", .value = "FILE", .help = "the model", .required = true},
          {.name = "--data", .value = "FILE", .help = "the rows, as CSV with a column a variable", .required = true},
          {.name = "--do",
           .value = "ASSIGNMENTS",
           .help = "what would be otherwise, as in \"X=1, Z=0.5\"",
           .required = true},
          {.name = "--out", .value = "FILE", .help = "where the rows go, as CSV", .fallback = "-"}},
     .examples = {"equipoise counterfactual --scm loan.json --data rows.csv --do \"G=1\" --out other.csv"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
