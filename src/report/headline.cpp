// What was asked, on whom, and what was found: the first screen.
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

std::string outcome_text(const FrontierOutcome& outcome) {
  return outcome.positive.empty() ? outcome.column : outcome.column + " = " + outcome.positive;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

std::string question(const ReportView& view) {
  const std::string outcome =
      view.frontier.outcome.column.empty() ? "the outcome" : outcome_text(view.frontier.outcome);
  std::string text = "How accurate, and how fair";
  if (!view.protected_attributes.empty()) text += " by " + joined(view.protected_attributes);
  return text + ", can a prediction of " + outcome + " be?";
}

std::string asked(const ReportView& view) {
  const FrontierRows& rows = view.frontier.rows;
  const std::string who = view.facts.counts_people ? " people" : " rows";
  std::string text = "Predictors were trained on " + count_text(rows.training) + who + ", chosen between on " +
                     count_text(rows.validation) + " others, and measured on " + count_text(rows.test) +
                     " that no decision has seen: the figures of the balances are from those last, each with its 95% "
                     "interval in brackets.";
  if (view.facts.truth_known) text += " The data were drawn from a known causal model, so the truth is known.";
  return text;
}

// The balance of an arm's front that is best by a goal on validation rows, `then` deciding between equals, among those
// that are no worse in `then` than `at_most`.
const FrontierPoint* best(const ReportView& view, const std::string& arm, std::size_t by, std::size_t then,
                          double at_most = std::numeric_limits<double>::infinity()) {
  const FrontierPoint* found = nullptr;
  for (const FrontierPoint& point : view.frontier.points) {
    if (point.arm != arm || point.dominated || point.validation[then] > at_most) continue;
    const auto key = [&](const FrontierPoint& of) { return std::pair(of.validation[by], of.validation[then]); };
    if (!found || key(point) < key(*found)) found = &point;
  }
  return found;
}

std::string quantity(const FrontierObjective& objective) { return "<em>" + escaped(label_of(objective)) + "</em>"; }

std::string measured(const ReportView& view, const FrontierPoint& point, std::size_t objective) {
  return estimate_html(point.test[objective], shown_as(view.objective(objective).unit));
}

// What a balance's performance is, seen from the one that predicts best.
std::string price(const ReportView& view, const FrontierPoint& start, const FrontierPoint& at) {
  const std::size_t performance = *view.performance;
  const std::string before = measured(view, start, performance), after = measured(view, at, performance);
  return " with " + quantity(view.objective(performance)) + (before == after ? " still " : " ") + after;
}

// From the balance that predicts best to those with less of a goal: how far that goes for nothing, and how far at all.
std::string path_to_goal(const ReportView& view, const FrontierPoint& start, std::size_t goal) {
  const std::size_t performance = *view.performance;
  const FrontierPoint& free = *best(view, start.arm, goal, performance, start.validation[performance]);
  const FrontierPoint& least = *best(view, start.arm, goal, performance);
  const std::string name = quantity(view.objective(goal));
  if (!(least.validation[goal] < start.validation[goal]))
    return "Its " + name + " is " + measured(view, start, goal) + "; no balance found has less.";
  const auto taken_to = [&](const FrontierPoint& end) {
    return std::string(end.test[goal].value < start.test[goal].value ? "down to " : "to ") + measured(view, end, goal);
  };
  std::string text = "Its " + name + " is " + measured(view, start, goal) + ". It can be taken ";
  if (free.validation[goal] < start.validation[goal] && least.validation[goal] < free.validation[goal])
    text += taken_to(free) + price(view, start, free) + ", and ";
  return text + taken_to(least) + ", the least found," + price(view, start, least) + ".";
}

// By what a balance predicts best is said where it is not the measure that is shown.
std::string finding(const ReportView& view) {
  if (view.arms.empty() || !view.performance) return "<p class=\"finding\">No balance was measured.</p>\n";
  const std::size_t performance = *view.performance, predicting = *view.predicting;
  const FrontierPoint* start = best(view, view.arms.front(), predicting, performance);
  if (!start) return "<p class=\"finding\">No balance of the arm stands on its front.</p>\n";
  const std::string by = predicting == performance ? "" : ", judged by " + quantity(view.objective(predicting)) + ",";
  std::string html = "<p class=\"finding\">The balance that predicts best" + by + " has " +
                     quantity(view.objective(performance)) + " " + measured(view, *start, performance) + ".";
  for (const std::size_t goal : view.goals) html += "</p>\n<p class=\"finding\">" + path_to_goal(view, *start, goal);
  return html + "</p>\n";
}

std::string fact(const char* term, const std::string& html) {
  return html.empty() ? std::string{} : "<div><dt>" + std::string(term) + "</dt><dd>" + html + "</dd></div>\n";
}

std::string facts(const ReportView& view) {
  const FrontierRows& rows = view.frontier.rows;
  const double total = rows.training + rows.validation + rows.test;
  std::string arms;
  for (const std::string& arm : view.arms) arms += (arms.empty() ? "" : " ") + arm_html(view, arm);
  return "<dl class=\"facts\">\n" + fact("Outcome", escaped(outcome_text(view.frontier.outcome))) +
         fact("Protected", escaped(joined(view.protected_attributes))) +
         fact(view.facts.counts_people ? "People" : "Rows", count_text(total)) +
         fact("Balances measured", std::to_string(view.frontier.points.size())) + fact("Arms", arms) + "</dl>\n";
}

std::string notices(const ReportView& view) {
  std::string html;
  if (view.facts.seeded_noise)
    html +=
        "<p class=\"alarm\" role=\"alert\"><b>No privacy is claimed.</b> The noise of this study came from a seed, for "
        "research: "
        "whoever knows the seed can take it away again.</p>\n";
  if (const std::size_t count = view.frontier.warnings.size(); count > 0)
    html += "<p class=\"notice\"><a href=\"#warnings\">" + std::to_string(count) +
            (count == 1 ? " warning" : " warnings") + "</a> to read before using these figures.</p>\n";
  return html;
}

}  // namespace

std::string headline_section(const ReportView& view) {
  return "<header>\n<p class=\"eyebrow\">Trade-off report" +
         (view.frontier.name.empty() ? "" : " · " + escaped(view.frontier.name)) + "</p>\n<h1>" +
         escaped(question(view)) + "</h1>\n" + finding(view) + notices(view) + facts(view) + "<p class=\"asked\">" +
         asked(view) + "</p>\n</header>\n";
}

}  // namespace equipoise::inline v0
