// How each number is known: badges, and the glossary that explains them.
#include <string>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

std::string explanation(LicenceKind kind) {
  switch (kind) {
    case LicenceKind::observational:
      return "A statistic of the rows as they are. It makes no causal claim and needs no causal assumption.";
    case LicenceKind::identified:
      return "A causal number that the graph determines from the data alone. If the graph is right, more data bring it "
             "ever closer to the truth. Its basis is the formula that was computed.";
    case LicenceKind::bounded:
      return "A causal number that graph and data confine to an interval without settling it. Its basis says which "
             "bounds.";
    case LicenceKind::assumed:
      return "A causal number that rests on a modelling assumption which no data can check. Its basis names the "
             "assumption; under another one the number would be another.";
  }
  return {};
}

std::string row(const std::string& what, const Licence& licence) {
  return "<tr><th scope=\"row\">" + escaped(what) + "</th><td>" + licence_badge(licence) + "</td><td class=\"basis\">" +
         escaped(licence.basis) + "</td></tr>\n";
}

std::string decomposition_rows(const Decomposition& part) {
  const std::string of = " (" + part.protected_attribute + ": " + part.compared + " against " + part.baseline + ")";
  return row("Disparity in all" + of, part.tv.licence) + row("Direct contribution" + of, part.ctf_de.licence) +
         row("Indirect contribution" + of, part.ctf_ie.licence) +
         row("Spurious contribution" + of, part.ctf_se.licence);
}

}  // namespace

std::string licence_badge(const Licence& licence) {
  const std::string kind(to_string(licence.kind));
  const std::string hover = explanation(licence.kind) + (licence.basis.empty() ? "" : "\nBasis: " + licence.basis);
  return "<a class=\"licence " + kind + "\" href=\"#licence-" + kind + "\" title=\"" + escaped(hover) + "\">" + kind +
         "</a>";
}

std::string licences_section(const ReportView& view) {
  std::string html =
      "<section id=\"licences\" aria-labelledby=\"licences-title\">\n<h2 id=\"licences-title\">How each number is "
      "known</h2>\n"
      "<p>No causal number stands here without saying what it rests on.</p>\n<dl class=\"glossary\">\n";
  for (const LicenceKind kind :
       {LicenceKind::observational, LicenceKind::identified, LicenceKind::bounded, LicenceKind::assumed}) {
    const std::string name(to_string(kind));
    html += "<div id=\"licence-" + name + "\"><dt><span class=\"licence " + name + "\">" + name + "</span></dt><dd>" +
            explanation(kind) + "</dd></div>\n";
  }
  html +=
      "</dl>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Licences of the numbers in this "
      "report\">\n"
      "<table class=\"plain known\"><thead><tr><th scope=\"col\">Number</th><th scope=\"col\">Licence</th><th "
      "scope=\"col\">Basis</th></tr></thead>\n<tbody>\n";
  for (const FrontierObjective& objective : view.frontier.objectives)
    html += row(label_of(objective), objective.licence);
  for (const Decomposition& decomposition : view.frontier.decompositions) html += decomposition_rows(decomposition);
  return html + "</tbody></table>\n</div>\n</section>\n";
}

}  // namespace equipoise::inline v0
