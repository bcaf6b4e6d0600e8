// `equipoise sample`: rows from a model, observed or under an intervention.
#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/world_file.hpp>

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
  write_sample(out, scm, rows,
               {.seed = arguments.seed(), .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs()))},
               session.progress());
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
         "Draws rows from a structural causal model. With --do, from the model that is changed from outside: " +
         std::string(do_kinds) +
         ". The same seed gives the same rows at any --jobs, the first rows of a longer sample are the shorter one, "
         "and row by row the same people with --do and without it. Rows are written as they are drawn, so any number "
         "of them takes the same memory.",
     .options = {{.name = "--scm", .value = "FILE", .help = "the model", .required = true},
                 {.name = "--rows", .value = "N", .help = "how many", .required = true},
                 {.name = "--do",
                  .value = std::string(do_value),
                  .help = "what is done from outside, as in \"X=1, Z += 0.5, D ~ bernoulli(0.3)\""},
                 {.name = "--out",
                  .value = "FILE",
                  .help = "where the rows go, as CSV; '-' is standard output",
                  .required = true}},
     .examples = {"equipoise sample --scm loan.json --rows 1000 --out rows.csv",
                  "equipoise sample --scm loan.json --rows 1000 --do \"G=1\" --out rows.csv",
                  "equipoise sample --scm model.json --rows 1000 --do \"X = '0.5*Z + 1', W -> Y = 0\" --out rows.csv"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
