// What the study gives away about the people whom it learnt from: the statements, and the ledger that they rest on.
#include <cmath>
#include <string>

#include <equipoise/core/number.hpp>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

/// Rounded up, so that it stays a bound.
std::string bound_text(double epsilon) { return number_text(std::ceil(1000 * epsilon) / 1000, 3); }

std::string statement_row(const PrivacyStatement& statement) {
  std::string conditions;
  for (const std::string& each : statement.conditions) conditions += "<li>" + escaped(each) + "</li>";
  const std::string epsilon =
      statement.epsilon ? bound_text(*statement.epsilon) : std::string("<b>no finite bound</b>");
  return "<tr><th scope=\"row\">" + escaped(statement.release) + "</th><td>" + epsilon + "</td><td class=\"basis\">" +
         (conditions.empty() ? "" : "<ul>" + conditions + "</ul>") + "</td></tr>\n";
}

std::string ledger_row(const FrontierLedgerLine& line) {
  return "<tr><th scope=\"row\">" + escaped(line.what) + "</th><td>" + escaped(line.rows) + "</td><td>" +
         count_text(static_cast<double>(line.times)) + "</td><td class=\"basis\">" +
         (line.declared_public ? "<b>declared public</b>" : escaped(line.event)) + "</td></tr>\n";
}

std::string table(const char* label, const char* head, const std::string& rows) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + std::string(label) +
         "\">\n<table class=\"plain known\"><thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows +
         "</tbody></table>\n</div>\n";
}

}  // namespace

std::string privacy_section(const ReportView& view) {
  const Frontier& frontier = view.frontier;
  if (frontier.privacy_ledger.empty()) return {};
  std::string statements, lines;
  for (const PrivacyStatement& each : frontier.privacy_statements) statements += statement_row(each);
  for (const FrontierLedgerLine& each : frontier.privacy_ledger) lines += ledger_row(each);
  const double delta = frontier.privacy_statements.empty() ? 0 : frontier.privacy_statements.front().delta;
  return "<section id=\"privacy\" aria-labelledby=\"privacy-title\">\n<h2 id=\"privacy-title\">What is given away "
         "about the people behind the rows</h2>\n<p>An epsilon bounds what anyone can learn about one person from what "
         "is published, whatever else they know: the odds of any conclusion change by a factor of e<sup>epsilon</sup> "
         "at most, but for a chance of about " +
         shortest(delta) +
         " (delta). It holds for a release and under conditions; more releases give away more.</p>\n" +
         table("Privacy of releases",
               "<th scope=\"col\">If this is published</th><th scope=\"col\">epsilon, at most</th><th "
               "scope=\"col\">It holds as long as</th>",
               statements) +
         "<h3>The ledger</h3>\n<p>Every touch of private rows.</p>\n" +
         table("Privacy ledger",
               "<th scope=\"col\">What</th><th scope=\"col\">Of</th><th scope=\"col\">Times</th><th "
               "scope=\"col\">How</th>",
               lines) +
         "</section>\n";
}

}  // namespace equipoise::inline v0
