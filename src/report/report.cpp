// The page as a whole.
#include <equipoise/report/report.hpp>

#include <filesystem>
#include <string>

#include "core/file.hpp"
#include "report/assets.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/study_facts.hpp"

namespace equipoise::inline v0 {

namespace {

// Only what this page holds may run or style it, and nothing may be fetched or sent.
std::string policy() {
  std::string scripts = policy_hash(report_script());
  for (const Asset& script : chart_scripts()) scripts += ' ' + policy_hash(script);
  return "default-src 'none'; script-src " + scripts + "; style-src " + policy_hash(report_style()) +
         "; base-uri 'none'; form-action 'none'";
}

std::string head(const ReportView& view) {
  const std::string name = view.frontier.name.empty() ? "" : escaped(view.frontier.name) + ": ";
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "http-equiv=\"Content-Security-Policy\" content=\"" +
         policy() +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         name + "trade-off report</title>\n<style>" + std::string(report_style().text) + "</style>\n</head>\n";
}

// Marks of the arms, told apart by shape as well as by colour, and the head of an arrow.
constexpr const char* shapes =
    "<svg class=\"shapes\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
    "<circle id=\"mark-0\" r=\"5\"/><path id=\"mark-1\" d=\"M 0 -5.8 L 5.4 4 L -5.4 4 Z\"/>"
    "<path id=\"mark-2\" d=\"M -4.5 -4.5 H 4.5 V 4.5 H -4.5 Z\"/><path id=\"mark-3\" d=\"M 0 -6 L 5 0 L 0 6 L -5 0 "
    "Z\"/>"
    "<marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"6\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
    "orient=\"auto-start-reverse\">"
    "<path d=\"M 0 0 L 10 5 L 0 10 Z\"/></marker></defs></svg>\n";

std::string contents(const ReportView& view) {
  const std::string privacy = view.frontier.privacy_ledger.empty() ? "" : "<li><a href=\"#privacy\">Privacy</a></li>";
  return "<nav aria-label=\"Contents\"><ul>"
         "<li><a href=\"#frontier\">Balances</a></li><li><a href=\"#steps\">Cost of each step</a></li><li><a "
         "href=\"#arms\">Arms</a></li>"
         "<li><a href=\"#disparity\">Disparity</a></li><li><a href=\"#graph\">Graph</a></li>" +
         privacy +
         "<li><a href=\"#licences\">Licences</a></li>"
         "<li><a href=\"#assumptions\">Assumptions</a></li><li><a href=\"#method\">Method</a></li></ul></nav>\n";
}

std::string scripts(const ReportView& view) {
  std::string html = "<script type=\"application/json\" id=\"data\">" + chart_data(view) + "</script>\n";
  if (!chart_scripts().empty())
    html += "<script type=\"text/plain\" id=\"third-party-licences\">\n" + std::string(chart_notices()) + "</script>\n";
  for (const Asset& script : chart_scripts()) html += "<script>" + std::string(script.text) + "</script>\n";
  return html + "<script>" + std::string(report_script().text) + "</script>\n";
}

}  // namespace

std::string render_report(const Frontier& frontier, const std::string& study, const std::string& place) {
  const StudyFacts facts = read_study_facts(study, place);
  const ReportView view = view_of(frontier, facts);
  return head(view) + "<body>\n" + shapes + "<main>\n" + headline_section(view) + contents(view) +
         frontier_section(view) + steps_section(view) + arms_section(view) + disparity_section(view) +
         graph_section(view) + privacy_section(view) + licences_section(view) + assumptions_section(view) +
         method_section(view) + "</main>\n" + scripts(view) + "</body>\n</html>\n";
}

void write_report(const std::string& directory) {
  const std::filesystem::path folder(directory);
  const std::string frontier = (folder / "frontier.json").string(), study = (folder / "study.json").string();
  const Frontier measured = frontier_from_json(read_file(frontier), frontier);
  write_file((folder / "report.html").string(), render_report(measured, read_file(study), study));
}

bool report_has_charts() noexcept { return !chart_scripts().empty(); }

}  // namespace equipoise::inline v0
