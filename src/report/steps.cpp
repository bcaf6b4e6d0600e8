// What each step of fairness costs: the trade-off rates, in words.
#include <string>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

// A rate is in units of `worsens` for each unit of `improves`. Of a probability people think in percentage points.
struct Price {
  Estimate rate;
  Shown shown;
  std::string each;
};

Price price_of(const TradeOff& step, const FrontierObjective& improves, const FrontierObjective& worsens) {
  const double unit = shown_as(improves.unit).factor;
  const Estimate& rate = step.rate;
  return {.rate = {rate.value / unit, rate.low / unit, rate.high / unit},
          .shown = difference_shown_as(worsens.unit),
          .each = unit > 1                ? "each percentage point"
                  : improves.unit.empty() ? "each unit"
                                          : "each of " + improves.unit};
}

std::string words_of(const Price& price) {
  const std::string paid = estimate_html(price.rate, price.shown, true);
  if (price.rate.low == 0 && price.rate.high == 0) return "costs nothing: the same at both ends";
  if (price.rate.low > 0) return "costs " + paid;
  if (price.rate.high < 0) return "costs nothing, both improve: " + paid;
  return "no cost can be told from none: " + paid;
}

// How far a step goes, by its ends as test rows measure them.
std::string span_of(const ReportView& view, const TradeOff& step, const FrontierObjective& improves) {
  const Shown shown = shown_as(improves.unit);
  const auto index = static_cast<std::size_t>(&improves - view.frontier.objectives.data());
  std::string from, to;
  for (const FrontierPoint& point : view.frontier.points) {
    if (point.id == step.from) from = value_text(point.test[index], shown);
    if (point.id == step.to) to = value_text(point.test[index], shown);
  }
  if (from.empty() || to.empty()) return {};
  return "<span class=\"step\">" + escaped(label_of(improves) + " " + from + " → " + to) + "</span>";
}

std::string row_of(const ReportView& view, const TradeOff& step, const FrontierObjective& improves,
                   const Price& price) {
  return "<tr><th scope=\"row\">" + arm_html(view, step.arm) + "<span class=\"step\">" + escaped(step.from) + " → " +
         escaped(step.to) + "</span>" + span_of(view, step, improves) + "</th><td>" + words_of(price) + "</td></tr>\n";
}

// The steps, in every arm, that pay for less of one objective with more of another.
std::string exchange(const ReportView& view, const FrontierObjective& improves, const FrontierObjective& worsens) {
  std::string rows, each;
  for (const std::string& arm : view.arms) {
    for (const TradeOff& step : view.frontier.trade_offs) {
      if (step.arm != arm || step.improves != improves.name || step.worsens != worsens.name) continue;
      const Price price = price_of(step, improves, worsens);
      rows += row_of(view, step, improves, price);
      each = price.each;
    }
  }
  if (rows.empty()) return {};
  const std::string gained = escaped(label_of(improves)), paid = escaped(label_of(worsens));
  return "<h3>" + gained + ", paid in " + paid +
         "</h3>\n<div class=\"scroll tall\" role=\"region\" tabindex=\"0\" aria-label=\"The price of " + gained +
         " in " + paid + "\">\n<table class=\"plain\"><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">" + paid +
         " for " + escaped(each) + " less of " + gained + "</th></tr></thead>\n<tbody>\n" + rows +
         "</tbody></table>\n</div>\n";
}

// What is paid in performance comes first: it is what the question was about.
std::string exchanges(const ReportView& view) {
  std::string paid_in_performance, others;
  for (const FrontierObjective& worsens : view.frontier.objectives)
    for (const FrontierObjective& improves : view.frontier.objectives) {
      const bool performance = view.performance && worsens.name == view.objective(*view.performance).name;
      (performance ? paid_in_performance : others) += exchange(view, improves, worsens);
    }
  return paid_in_performance + others;
}

}  // namespace

std::string steps_section(const ReportView& view) {
  std::string html =
      "<section id=\"steps\" aria-labelledby=\"steps-title\">\n<h2 id=\"steps-title\">What each step of fairness "
      "costs</h2>\n";
  const std::string prices = exchanges(view);
  if (prices.empty())
    return html + "<p>No two neighbouring balances could be told apart, so no step has a price.</p>\n</section>\n";
  return html +
         "<p>Each walk begins at the arm's balance that predicts best. From there every step takes less of one goal, "
         "and may pay for it with more of another. A step whose interval contains zero may be free.</p>\n" +
         prices + "</section>\n";
}

}  // namespace equipoise::inline v0
