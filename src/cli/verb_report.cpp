// `equipoise report`: writes a study's report again.
#include <string>

#include <nlohmann/json.hpp>

#include <equipoise/report/report.hpp>

#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

void run(const Arguments& arguments, Session& session) {
  const std::string directory = arguments.text("DIR");
  write_report(directory);
  if (!report_has_charts())
    session.warn("this build has no interactive charts; the report has tables and static drawings");
  const std::string path = directory + (directory.ends_with('/') ? "" : "/") + "report.html";
  if (arguments.json())
    session.print_json({{"report", path}, {"charts", report_has_charts()}});
  else
    session.print(path + "\n");
}

const Registration registered{
    {.name = "report",
     .summary = "write a study's report again",
     .description =
         "Reads DIR/frontier.json and DIR/study.json and writes DIR/report.html: one file that opens from disk "
         "without a network.",
     .options =
         {{.name = "DIR", .value = "DIR", .help = "a study's directory, as 'frontier' wrote it", .required = true}},
     .examples = {"equipoise report equipoise-demo"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
