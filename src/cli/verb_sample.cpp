// `equipoise sample`: rows from a model, observed or under an intervention.
#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "cli/do_option.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

void run(const Arguments& arguments, Session& session) {
  const std::string out = arguments.text("--out");
  if (out == "-" && arguments.json())
    throw Error(ErrorCode::usage, "--out", "'-' for rows as CSV beside --format json, which is one JSON document",
                "a file for the rows, or --format text");
  Scm scm = read_scm(arguments.text("--scm"));
  if (const auto text = arguments.find("--do")) scm = intervene(scm, intervention_from(scm, *text));
  const std::size_t rows = arguments.whole("--rows");
  const Eigen::MatrixXd world =
      sample(scm, rows,
             {.seed = arguments.seed(), .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))});
  write_csv(out, table_of(scm, world));
  if (out == "-") return;
  if (arguments.json())
    session.print_json({{"rows", rows}, {"variables", scm.graph().names()}});
  else
    session.print(std::to_string(rows) + " rows of " + std::to_string(scm.size()) + " variables\n");
}

const Registration registered{
    {.name = "sample",
     .summary = "rows from a model, observed or under an intervention",
     .description =
         "Draws rows from a structural causal model. With --do, from the model in which those variables are set from "
         "outside. The same seed gives the same rows at any --jobs, and the first rows of a longer sample are the "
         "shorter one.",
     .options = {{.name = "--scm", .value = "FILE", .help = "the model", .required = true},
                 {.name = "--rows", .value = "N", .help = "how many", .required = true},
                 {.name = "--do", .value = "ASSIGNMENTS", .help = "variables set from outside, as in \"X=1, Z=0.5\""},
                 {.name = "--out",
                  .value = "FILE",
                  .help = "where the rows go, as CSV; '-' is standard output",
                  .required = true}},
     .examples = {"equipoise sample --scm loan.json --rows 1000 --out rows.csv",
                  "equipoise sample --scm loan.json --rows 1000 --do \"G=1\" --out rows.csv"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
