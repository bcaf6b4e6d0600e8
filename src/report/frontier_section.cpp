// The balances that are possible: the picture, and the table of every point.
#include <algorithm>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

std::string setting_text(const Setting& setting) {
  const auto& [name, value] = setting;
  if (const auto* text = std::get_if<std::string>(&value)) return name + " " + *text;
  const double number = std::get<double>(value);
  return name + " " + coordinate(number);
}

std::string settings_text(const FrontierPoint& point) {
  std::string text;
  for (const Setting& setting : point.settings) text += (text.empty() ? "" : ", ") + setting_text(setting);
  return text;
}

std::string standing(const ReportView& view, const FrontierPoint& point) {
  if (view.marks_knee(point)) return "knee";
  return point.dominated ? "dominated" : "on the front";
}

std::string head(const std::string& text, const std::string& badge = {}, bool number = false) {
  return "<th scope=\"col\"" + std::string(number ? " class=\"number\"" : "") + "><span class=\"sort\">" +
         escaped(text) + "</span>" + badge + "</th>";
}

// A cell is sorted by data-value: every digit of a number, not those shown.
std::string cell(const std::string& value, const std::string& html, const char* style = "") {
  return "<td" + (*style ? attribute("class", style) : std::string{}) + attribute("data-value", escaped(value)) + ">" +
         html + "</td>";
}

std::string row(const ReportView& view, const FrontierPoint& point, std::size_t index) {
  const std::string name = std::to_string(index);
  std::string html = "<tr id=\"point-" + name + "\" class=\"" + (point.dominated ? "dominated" : "front") +
                     "\"><th scope=\"row\" data-value=\"" + escaped(point.id) +
                     "\"><span class=\"pick\" data-point=\"" + name + "\">" + escaped(point.id) + "</span></th>" +
                     cell(point.arm, arm_html(view, point.arm)) +
                     cell(standing(view, point), standing(view, point), "standing");
  for (std::size_t i = 0; i < view.frontier.objectives.size(); ++i)
    html += cell(nlohmann::ordered_json(point.test[i].value).dump(),
                 estimate_html(point.test[i], shown_as(view.objective(i).unit)), "number");
  return html + cell(settings_text(point), escaped(settings_text(point)), "settings") + "</tr>\n";
}

std::string table(const ReportView& view) {
  std::string html =
      "<p id=\"points-about\">Every balance, as measured on test rows. Lower is better in each column.</p>\n<div "
      "class=\"scroll tall\" role=\"region\" tabindex=\"0\" aria-label=\"Every balance that was measured\">\n"
      "<table id=\"points\" aria-describedby=\"points-about\">\n<thead><tr>" +
      head("Balance") + head("Arm") + head("Standing");
  for (const FrontierObjective& objective : view.frontier.objectives)
    html += head(label_of(objective),
                 " " + licence_badge(objective.licence) +
                     (objective.trained ? "" : "<span class=\"aside\">measured only</span>"),
                 true);
  html += head("Settings") + "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < view.frontier.points.size(); ++i) html += row(view, view.frontier.points[i], i);
  return html + "</tbody></table>\n</div>\n";
}

std::string legend(const ReportView& view) {
  std::string html = "<ul class=\"legend\">";
  for (const std::string& arm : view.arms) html += "<li>" + arm_html(view, arm) + "</li>";
  const auto& points = view.frontier.points;
  const bool knees = std::any_of(points.begin(), points.end(), [&](const auto& each) { return view.marks_knee(each); });
  return html +
         "<li><span class=\"faded\">faded</span>: dominated, on validation rows another balance of the arm is at least "
         "as good in everything</li>"
         "<li id=\"knee-about\"" +
         (knees ? "" : " hidden") +
         "><span class=\"ring\"></span>knee: the balance beyond which either goal becomes dear</li></ul>\n";
}

std::string descriptions(const ReportView& view) {
  std::string html = "<dl class=\"objectives\">\n";
  for (const FrontierObjective& objective : view.frontier.objectives)
    if (!objective.description.empty())
      html += "<div><dt>" + escaped(label_of(objective)) + " " + licence_badge(objective.licence) + "</dt><dd>" +
              escaped(objective.description) + "</dd></div>\n";
  return html + "</dl>\n";
}

}  // namespace

std::string chart_data(const ReportView& view) {
  using Json = nlohmann::ordered_json;
  Json objectives = Json::array(), points = Json::array();
  for (const FrontierObjective& objective : view.frontier.objectives)
    objectives.push_back({{"label", label_of(objective)},
                          {"unit", objective.unit},
                          {"percent", shown_as(objective.unit).suffix == "%"}});
  for (const FrontierPoint& point : view.frontier.points) {
    Json values = Json::array(), texts = Json::array();
    for (std::size_t i = 0; i < point.test.size(); ++i) {
      const Estimate& test = point.test[i];
      const Shown shown = shown_as(view.objective(i).unit);
      values.push_back({test.value, test.low, test.high});
      texts.push_back(value_text(test, shown) + ' ' + interval_text(test, shown));
    }
    points.push_back({{"id", point.id},
                      {"arm", view.arm_index(point.arm)},
                      {"dominated", point.dominated},
                      {"knee", view.is_knee(point)},
                      {"settings", settings_text(point)},
                      {"values", std::move(values)},
                      {"texts", std::move(texts)}});
  }
  return script_safe(Json{{"across", view.across},
                          {"up", view.up},
                          {"arms", view.arms},
                          {"objectives", std::move(objectives)},
                          {"points", std::move(points)}});
}

std::string frontier_section(const ReportView& view) {
  std::string html =
      "<section id=\"frontier\" aria-labelledby=\"frontier-title\">\n<h2 id=\"frontier-title\">The balances that are "
      "possible</h2>\n";
  if (view.frontier.points.empty()) return html + "<p>No balance was measured.</p>\n</section>\n";
  html +=
      "<p>Each mark is one predictor. Towards the lower left is better in both. Bars are 95% intervals.</p>\n"
      "<div id=\"controls\" class=\"controls\" hidden></div>\n<figure id=\"picture\">\n<div id=\"chart\" "
      "hidden></div>\n<div id=\"drawing\">\n" +
      frontier_drawing(view) + "</div>\n</figure>\n" + legend(view) + descriptions(view) + table(view);
  return html + "</section>\n";
}

}  // namespace equipoise::inline v0
