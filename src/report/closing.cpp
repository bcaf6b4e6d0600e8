// What the figures rest on and how they came about: the last sections.
#include <string>

#include <equipoise/version.hpp>

#include "report/html.hpp"
#include "report/sections.hpp"

namespace equipoise::inline v0 {

namespace {

std::string list_of(const std::vector<std::string>& texts) {
  std::string html = "<ul class=\"texts\">\n";
  for (const std::string& text : texts) html += "<li>" + escaped(text) + "</li>\n";
  return html + "</ul>\n";
}

}  // namespace

std::string assumptions_section(const ReportView& view) {
  std::string html =
      "<section id=\"assumptions\" aria-labelledby=\"assumptions-title\">\n<h2 "
      "id=\"assumptions-title\">Assumptions</h2>\n";
  html += view.frontier.assumptions.empty() ? "<p>None was stated beyond the graph.</p>\n"
                                            : list_of(view.frontier.assumptions);
  html += "</section>\n";
  if (view.frontier.warnings.empty()) return html;
  return html +
         "<section id=\"warnings\" aria-labelledby=\"warnings-title\">\n<h2 id=\"warnings-title\">Warnings</h2>\n" +
         list_of(view.frontier.warnings) + "</section>\n";
}

std::string method_section(const ReportView& view) {
  std::string html =
      "<section id=\"method\" aria-labelledby=\"method-title\">\n<h2 id=\"method-title\">How this was computed</h2>\n"
      "<p>Which balances are dominated, and which is the knee, was decided on validation rows. What is shown was "
      "measured on "
      "test rows, with 95% intervals. Two balances are measured on the same people, so overlapping intervals do not "
      "show that two balances are alike.</p>\n<dl class=\"computed\">\n";
  for (const auto& [label, words] : view.facts.computed)
    html += "<div><dt>" + escaped(label) + "</dt><dd>" + escaped(words) + "</dd></div>\n";
  html += "<div><dt>Report</dt><dd>equipoise " + escaped(header_version) + "</dd></div>\n</dl>\n";
  if (!view.frontier.command.empty())
    html += "<p>This command computes the same figures again:</p>\n<pre class=\"command\" tabindex=\"0\"><code>" +
            escaped(view.frontier.command) + "</code></pre>\n";
  return html + "<details>\n<summary>The study as run</summary>\n<pre tabindex=\"0\"><code>" +
         escaped(view.facts.text) + "</code></pre>\n</details>\n</section>\n";
}

}  // namespace equipoise::inline v0
