// Whether causality softened the trade-off: the arms compared by the balances they make possible.
#include <string>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

const Shown plain{};

std::string reference_text(const ReportView& view, const std::vector<double>& reference,
                           const std::vector<std::string>& objectives) {
  std::string text;
  for (std::size_t i = 0; i < reference.size() && i < objectives.size(); ++i) {
    const FrontierObjective* objective = view.find_objective(objectives[i]);
    const Shown shown = shown_as(objective ? objective->unit : "");
    text += (i == 0 ? "" : ", ") + (objective ? label_of(*objective) : objectives[i]) + " " +
            value_text({reference[i], reference[i], reference[i]}, shown);
  }
  return text;
}

std::string verdict(const ReportView& view, const ArmComparison& comparison) {
  const Estimate& difference = comparison.hypervolume_difference;
  const std::string first = arm_html(view, comparison.first), second = arm_html(view, comparison.second);
  const std::string amount = estimate_html(difference, plain, true);
  if (difference.low > 0)
    return "The " + first + " arm offers better balances than the " + second + " arm: its volume is larger by " +
           amount + ".";
  if (difference.high < 0)
    return "The " + second + " arm offers better balances than the " + first +
           " arm: the difference of the volumes is " + amount + ".";
  return "No difference between the " + first + " and the " + second +
         " arm can be told on these rows: the interval of the difference of their volumes, " + amount +
         ", contains zero.";
}

std::string volumes(const ReportView& view) {
  std::string rows;
  for (const std::string& arm : view.arms) {
    const auto found = view.frontier.hypervolume.find(arm);
    if (found == view.frontier.hypervolume.end()) continue;
    rows += "<tr><th scope=\"row\">" + arm_html(view, arm) + "</th><td>" +
            estimate_html(found->second.estimate, plain) + "</td><td>" +
            escaped(reference_text(view, found->second.reference, found->second.objectives)) + "</td></tr>\n";
  }
  if (rows.empty()) return {};
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Volumes of the arms\">\n<table "
         "class=\"plain\"><thead><tr>"
         "<th scope=\"col\">Arm</th><th scope=\"col\">Volume</th><th scope=\"col\">Up to</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody></table>\n</div>\n";
}

}  // namespace

std::string arms_section(const ReportView& view) {
  std::string html =
      "<section id=\"arms\" aria-labelledby=\"arms-title\">\n<h2 id=\"arms-title\">Did causal reasoning change what is "
      "possible?</h2>\n";
  if (view.frontier.comparison)
    html += "<p class=\"verdict\">" + verdict(view, *view.frontier.comparison) + "</p>\n";
  else
    html += "<p>Two arms would be needed to tell; they were not compared in this study.</p>\n";
  return html +
         "<p>An arm is measured by the volume that its front covers: everything that some balance of the arm matches "
         "or beats, up to "
         "a corner that is the worst worth considering. A larger volume means better balances.</p>\n" +
         volumes(view) + "</section>\n";
}

}  // namespace equipoise::inline v0
