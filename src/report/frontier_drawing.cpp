// The frontier as a static drawing. Horizontal positions are percentages, so that it fits any width while its
// text keeps its size.
#include <algorithm>
#include <limits>
#include <string>

#include "report/html.hpp"
#include "report/scale.hpp"
#include "report/sections.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

constexpr double top = 34, bottom = 392, height = 440;

LinearScale scale_over(const Frontier& frontier, std::size_t objective, double from, double to) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const FrontierPoint& point : frontier.points) {
    low = std::min(low, point.test[objective].low);
    high = std::max(high, point.test[objective].high);
  }
  return padded_scale(low, high, from, to);
}

std::string axis_title(const FrontierObjective& objective) {
  const std::string unit = shown_as(objective.unit).suffix == "%" ? "" : shown_as(objective.unit).suffix;
  return escaped(label_of(objective) + (unit.empty() ? "" : "," + unit));
}

std::string axes(const ReportView& view, const LinearScale& x, const LinearScale& y) {
  const FrontierObjective &across = view.objective(view.across), &up = view.objective(view.up);
  const auto text = [](double value, const FrontierObjective& objective, int decimals) {
    const Shown shown = shown_as(objective.unit);
    const bool percentage = shown.suffix == "%";
    return number_text(value * shown.factor, std::max(0, decimals - (percentage ? 2 : 0))) + (percentage ? "%" : "");
  };
  std::string svg;
  const Ticks rows = ticks_of(y, 6), columns = ticks_of(x, 5);
  for (const double at : rows.values) {
    svg += line("grid", "0%", coordinate(y(at)), "100%", coordinate(y(at)));
    svg += label("tick", "0%", coordinate(y(at) - 4), text(at, up, rows.decimals));
  }
  for (const double at : columns.values) {
    svg += line("grid faint", percent(x(at)), coordinate(top), percent(x(at)), coordinate(bottom));
    svg += label("tick middle", percent(x(at)), coordinate(bottom + 18), text(at, across, columns.decimals));
  }
  return svg + label("axis", "0%", "16", "↑ " + axis_title(up)) +
         label("axis end", "100%", coordinate(height - 8), axis_title(across) + " →") + "\n";
}

std::string tooltip(const ReportView& view, const FrontierPoint& point) {
  std::string text = point.id + " (" + point.arm + ")";
  for (std::size_t i = 0; i < view.frontier.objectives.size(); ++i) {
    const Shown shown = shown_as(view.objective(i).unit);
    text += '\n' + label_of(view.objective(i)) + ": " + value_text(point.test[i], shown) + ' ' +
            interval_text(point.test[i], shown);
  }
  return escaped(text);
}

// Of two knees the upper one's label is above it to the right and the lower one's below it to the left, where a front
// leaves room, so that they do not collide however close the knees are.
std::string knee_label(const ReportView& view, const FrontierPoint& knee) {
  std::size_t higher = 0, lower = 0;
  for (const FrontierPoint& other : view.frontier.points) {
    if (&other == &knee || !view.marks_knee(other)) continue;
    const double there = other.test[view.up].value, here = knee.test[view.up].value;
    ++(there > here || (there == here && &other > &knee) ? higher : lower);
  }
  if (higher == 0) return label("knee-label", "13", "-9", "knee");
  if (lower == 0) return label("knee-label end", "-13", "19", "knee");
  return label("knee-label", "15", "5", "knee");
}

std::string mark(const ReportView& view, const FrontierPoint& point, const LinearScale& x, const LinearScale& y) {
  const Estimate &across = point.test[view.across], &up = point.test[view.up];
  const std::string kind = std::to_string(view.arm_index(point.arm) % 4);
  const std::string at_x = percent(x(across.value)), at_y = coordinate(y(up.value));
  std::string svg = "<g class=\"point arm-" + kind + (point.dominated ? " dominated" : "") + "\"><title>" +
                    tooltip(view, point) + "</title>";
  svg += line("bar", percent(x(across.low)), at_y, percent(x(across.high)), at_y);
  svg += line("bar", at_x, coordinate(y(up.low)), at_x, coordinate(y(up.high)));
  svg += "<use href=\"#mark-" + kind + "\"" + attribute("x", at_x) + attribute("y", at_y) + "/>";
  if (view.marks_knee(point)) {
    svg += "<circle class=\"knee\"" + attribute("cx", at_x) + attribute("cy", at_y) + " r=\"10\"/>";
    svg +=
        "<svg class=\"shift\"" + attribute("x", at_x) + attribute("y", at_y) + ">" + knee_label(view, point) + "</svg>";
  }
  return svg + "</g>\n";
}

}  // namespace

std::string frontier_drawing(const ReportView& view) {
  if (view.frontier.points.empty() || view.frontier.objectives.empty()) return {};
  const LinearScale x = scale_over(view.frontier, view.across, 6, 99),
                    y = scale_over(view.frontier, view.up, bottom, top);
  std::string svg = "<svg class=\"drawing\" role=\"img\" width=\"100%\" height=\"" + coordinate(height) +
                    "\" aria-label=\"" +
                    escaped(label_of(view.objective(view.up)) + " against " + label_of(view.objective(view.across)) +
                            ", one mark a balance; the table below holds the same numbers") +
                    "\">\n" + axes(view, x, y);
  for (const bool dominated : {true, false})  // the front is drawn above what it dominates
    for (const FrontierPoint& point : view.frontier.points)
      if (point.dominated == dominated) svg += mark(view, point, x, y);
  return svg + "</svg>\n";
}

}  // namespace equipoise::inline v0
