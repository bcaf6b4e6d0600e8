// `equipoise counterfactual`: what the same rows would be in another world.
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/world_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "cli/do_option.hpp"
#include "cli/model_file.hpp"
#include "cli/model_rows.hpp"
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

void run(const Arguments& arguments, Session& session) {
  const Scm scm = read_model(arguments);
  const Intervention intervention = intervention_from(scm, arguments.text("--do"));
  const TableFile file(arguments.text("--data"), csv_options(scm));
  const auto parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()));
  const Eigen::MatrixXd other = file.use([&](const Table& table) {
    return counterfactual_rows(scm, world_of(scm, table), intervention,
                               {.seed = arguments.seed(), .parallelism = parallelism});
  });
  const Licence licence = counterfactual_licence(scm, intervention);
  session.warn("counterfactual rows are " + std::string(to_string(licence.kind)) + ": " + licence.basis);
  const std::string out = arguments.text("--out");
  if (arguments.json()) {
    if (out != "-") write_world(out, scm, other, parallelism, session.progress());
    session.print_json(
        {{"rows", rows_as_json(scm, other)}, {"licence", to_string(licence.kind)}, {"basis", licence.basis}});
  } else {
    write_world(out, scm, other, parallelism, session.progress());
  }
}

const Registration registered{
    {.name = "counterfactual",
     .summary = "what the same rows would be had something been done to some variables",
     .description =
         "Answers with one row a row of the data, every variable: what it would have been had --do been done: " +
         std::string(do_kinds) +
         ". What is shifted or scaled is what it would have been, and more; draws are new and independent of the row. "
         "Exact where a mechanism can be inverted; where a discrete value leaves its noise open, the noise is drawn "
         "given the row under the coupling that the model states. Rows that --do does not change come back as they "
         "are.",
     .options =
         {{.name = "--scm", .value = "FILE", .help = "the model", .required = true},
          {.name = "--data", .value = "FILE", .help = "the rows, as CSV with a column a variable", .required = true},
          {.name = "--do",
           .value = std::string(do_value),
           .help = "what would be done, as in \"X=1, Z += 0.5\"",
           .required = true},
          coupling_option(),
          {.name = "--out", .value = "FILE", .help = "where the rows go, as CSV", .fallback = "-"}},
     .examples = {"equipoise counterfactual --scm loan.json --data rows.csv --do \"G=1\" --out other.csv",
                  "equipoise counterfactual --scm model.json --data rows.csv --do \"X *= 1.1, D ~ bernoulli(0.3)\""},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
