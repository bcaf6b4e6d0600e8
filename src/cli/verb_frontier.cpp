// `equipoise frontier`: which balances between a study's goals are possible.
#include <string>

#include "cli/session.hpp"
#include "cli/study_run.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

void run(const Arguments& arguments, Session& session) {
  Study study = read_study(arguments.text("STUDY"));
  run_study_for(arguments, session, std::move(study), arguments.text("--out"),
                "equipoise frontier study.json --out DIR");
}

const Registration registered{
    {.name = "frontier",
     .summary = "which balances between a study's goals are possible",
     .description = "Fits the study's model, trains predictors that weigh its goals differently, measures each on rows "
                    "that no decision has seen, and writes study.json, frontier.json, frontier.csv, the models and "
                    "report.html. A run that was stopped goes on with --resume and ends with the same bytes.",
     .options = {{.name = "STUDY", .value = "FILE", .help = "the study, as JSON", .required = true},
                 {.name = "--out",
                  .value = "DIR",
                  .help = "the folder to write; one that a study left is replaced",
                  .required = true},
                 {.name = "--resume", .help = "go on from what the folder holds"}},
     .examples = {"equipoise frontier study.json --out results",
                  "equipoise frontier study.json --out results --resume --jobs 8"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
