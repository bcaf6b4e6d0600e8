// `equipoise demo`: a study that comes with the command.
#include <string>

#include "cli/session.hpp"
#include "cli/shipped_studies.hpp"
#include "cli/study_run.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

void run(const Arguments& arguments, Session& session) {
  const std::string name = arguments.text("NAME");
  run_study_for(arguments, session, shipped_study(name), arguments.text("--out"),
                "equipoise demo " + name + " --seed " + std::to_string(arguments.seed()));
}

const Registration registered{{.name = "demo",
                               .summary = "runs a study that comes with the command, to its report",
                               .description = "berkeley: admissions of 1973, accuracy beside causal fairness, with the "
                                              "path through the department called fair and not. "
                                              "loan: a model of seven variables whose truth is known. With "
                                              "EQUIPOISE_DATA set to the folder of the real data, also "
                                              "compas, adult and law.",
                               .options = {{.name = "NAME",
                                            .value = "NAME",
                                            .help = "the study: berkeley, loan, compas, adult or law",
                                            .fallback = "berkeley"},
                                           {.name = "--out",
                                            .value = "DIR",
                                            .help = "the folder to write; one that a study left is replaced",
                                            .fallback = "equipoise-demo"},
                                           {.name = "--resume", .help = "go on from what the folder holds"}},
                               .examples = {"equipoise demo", "equipoise demo loan --out loan"},
                               .run = run}};

}  // namespace
}  // namespace equipoise::cli
