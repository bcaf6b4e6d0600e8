// Where the disparity comes from: total variation as direct, indirect and spurious contributions.
#include <string>

#include <equipoise/graph/relations.hpp>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

Estimate turned(const Estimate& of) { return {-of.value, -of.high, -of.low}; }

// An outcome written as "column=level" is a rate.
bool is_rate(const Decomposition& decomposition) { return decomposition.outcome.find('=') != std::string::npos; }

std::string mediators_between(const CausalGraph& graph, const std::string& cause, const std::string& effect) {
  const auto x = graph.find(cause), y = graph.find(effect);
  if (!x || !y) return {};
  NodeSet from = graph.none(), to = graph.none();
  from.insert(*x);
  to.insert(*y);
  std::string names;
  for (const Node v : descendants(graph, from) & ancestors(graph, to))
    if (v != *x && v != *y) names += (names.empty() ? "" : ", ") + graph.name(v);
  return names;
}

// What a bounded part can be; its value is one of many.
std::string bounds_text(const Estimate& contribution, const Shown& shown) {
  const int decimals = decimals_for(contribution, shown.factor);
  const auto number = [&](double value) { return number_text(value * shown.factor, decimals, true); };
  return "somewhere between " + number(contribution.low) + " and " + number(contribution.high) + escaped(shown.suffix);
}

std::string sentence(const std::string& way, const LicensedEstimate& part, const Estimate& contribution,
                     const Shown& shown) {
  std::string text = "<li>" + way + ": ";
  if (contribution.low == 0 && contribution.high == 0)
    text += "nothing";
  else if (part.bounds)
    text += bounds_text(contribution, shown);
  else
    text += estimate_html(contribution, shown, true);
  if (contribution.low < 0 && contribution.high > 0) text += ", which cannot be told from nothing";
  return text + ". " + licence_badge(part.licence) + "</li>\n";
}

// "direct 0.12 points, ..." of the parts that divisions move.
std::string deviations(const Decomposition& part, const Shown& shown) {
  const DecompositionValues& of = part.across_split_deviation;
  std::string text;
  const auto add = [&](const char* name, double deviation, const LicensedEstimate& number) {
    if (deviation == 0) return;
    const int decimals = decimals_for(number.estimate, shown.factor) + 1;
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + number_text(deviation * shown.factor, decimals) +
            escaped(shown.suffix);
  };
  add("direct", of.ctf_de, part.ctf_de);
  add("indirect", of.ctf_ie, part.ctf_ie);
  add("spurious", of.ctf_se, part.ctf_se);
  return text;
}

std::string cross_fitting_html(const Decomposition& part, const Shown& shown) {
  const CrossFittingNotes& notes = *part.cross_fitting;
  std::string html = " Everyone is predicted by fits that did not see them, over " + std::to_string(notes.splits) +
                     " divisions of the people into " + std::to_string(notes.folds) + " folds.";
  if (const std::string text = deviations(part, shown); !text.empty())
    html += " Between divisions the parts have a standard deviation: " + text + ".";
  if (notes.clipped_share > 0)
    html += " The chance of being in the other group was raised to the least allowed for " +
            number_text(100 * notes.clipped_share, 2) + "% of <em>" + escaped(part.baseline) + "</em>.";
  html += "</p>\n<details>\n<summary>What was fitted</summary>\n<ul>\n";
  for (const std::string& nuisance : notes.nuisances) html += "<li>" + escaped(nuisance) + "</li>\n";
  return html + "</ul>\n</details>\n";
}

// How the numbers were got, and what their intervals are of.
std::string method_html(const Decomposition& part, const Shown& shown) {
  std::string html = "<p class=\"method\">Method: " + std::string(to_string(part.method)) + ". ";
  switch (part.method) {
    case EstimationMethod::exact: html += "The distribution is wholly known, so nothing is estimated."; break;
    case EstimationMethod::plug_in:
      html +=
          "People are counted in every combination of confounders and mediators; intervals are of drawing the "
          "people again.";
      break;
    case EstimationMethod::doubly_robust:
      html +=
          "Some confounder or mediator takes too many values to count people by, so outcomes and chances of being "
          "in a group are fitted; the numbers are right if either is.";
      break;
    case EstimationMethod::monte_carlo:
      html += "Rows are drawn from the model; intervals are of the drawing, not of how well the model fits.";
      break;
  }
  if (part.ctf_de.bounds || part.ctf_ie.bounds || part.ctf_se.bounds)
    html +=
        " Hidden causes keep the graph from deciding a part that is said to lie between two numbers: they are the "
        "widest that it can be, moved apart by what drawing the people again does to them.";
  return html + (part.cross_fitting ? cross_fitting_html(part, shown) : "</p>\n");
}

std::string one(const ReportView& view, const Decomposition& part) {
  const Shown shown = difference_shown_as(is_rate(part) ? "probability" : "");
  const std::string x = "<em>" + escaped(part.protected_attribute) + "</em>", compared = escaped(part.compared),
                    baseline = escaped(part.baseline);
  const std::string mediators =
      mediators_between(view.frontier.graph, part.protected_attribute, view.frontier.outcome.column);
  return "<article>\n<h3>" + escaped(part.protected_attribute) + ": " + compared + " against " + baseline +
         "</h3>\n<p>Between them the " + (is_rate(part) ? "rate" : "mean") + " of <em>" + escaped(part.outcome) +
         "</em> differs by " + estimate_html(part.tv.estimate, shown, true) + " " + licence_badge(part.tv.licence) +
         ". That is the sum of three contributions:</p>\n<figure>" + disparity_drawing(part) +
         "</figure>\n<ul class=\"parts\">\n" +
         sentence("<b>Directly</b>, from " + x + " itself, with all that it affects left as it was", part.ctf_de,
                  part.ctf_de.estimate, shown) +
         sentence("<b>Indirectly</b>, through what " + x + " affects" +
                      (mediators.empty() ? "" : " (" + escaped(mediators) + ")"),
                  part.ctf_ie, turned(part.ctf_ie.estimate), shown) +
         sentence("<b>Spuriously</b>, from what merely goes together with " + x, part.ctf_se,
                  turned(part.ctf_se.estimate), shown) +
         "</ul>\n" + method_html(part, shown) + "</article>\n";
}

}  // namespace

std::string disparity_section(const ReportView& view) {
  std::string html =
      "<section id=\"disparity\" aria-labelledby=\"disparity-title\">\n<h2 id=\"disparity-title\">Where the disparity "
      "comes from</h2>\n";
  if (view.frontier.decompositions.empty()) html += "<p>No disparity was decomposed in this study.</p>\n";
  for (const Decomposition& decomposition : view.frontier.decompositions) html += one(view, decomposition);
  return html + "</section>\n";
}

}  // namespace equipoise::inline v0
