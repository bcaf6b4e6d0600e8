// A report of diagnostics in plain sentences.
#include <array>
#include <cstdio>
#include <string>

#include <equipoise/scm/diagnostics.hpp>

namespace equipoise::inline v0 {
namespace {

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2g", value);
  return text.data();
}

std::string arrow(const EdgeDiagnosis& edge) { return edge.from + " -> " + edge.to; }

void add_denied(const Diagnostics& diagnostics, std::string& text) {
  for (const ClaimDiagnosis& claim : diagnostics.claims)
    if (claim.denied)
      text += "The data deny " + claim.text +
              ", which the graph implies: corrected p = " + short_number(claim.holm_p_value) + ".\n";
  for (const EdgeDiagnosis& edge : diagnostics.edges)
    if (edge.denied)
      text += "The data deny the direction of " + arrow(edge) +
              ": turned round, the noise is independent of the cause, and as it stands it is not (p = " +
              short_number(*edge.residuals_as_directed) + ").\n";
  for (const ResidualDiagnosis& residual : diagnostics.residuals)
    if (residual.dependent)
      text += "The noise of " + residual.variable +
              " depends on its causes (corrected p = " + short_number(residual.holm_p_value) +
              "): it is not additive, or an edge points the wrong way.\n";
}

void add_edges(const Diagnostics& diagnostics, std::string& text) {
  std::string untold;
  for (const EdgeDiagnosis& edge : diagnostics.edges) {
    if (edge.is_weak)
      text += "The data do not need " + arrow(edge) + ": p = " + short_number(edge.need.p_value) + ".\n";
    if (!edge.can_be_told()) untold += (untold.empty() ? "" : ", ") + arrow(edge);
  }
  if (!untold.empty()) text += "The data cannot tell the direction of " + untold + ".\n";
}

void add_overlaps(const Diagnostics& diagnostics, std::string& text) {
  for (const Overlap& overlap : diagnostics.overlaps) {
    if (overlap.empty_cells > 0)
      text += overlap.variable + ": " + short_number(overlap.empty_cells) +
              " levels do not occur among people alike in its causes" +
              (overlap.emptiest.empty() ? "" : ", such as " + overlap.emptiest) + ".\n";
    else if (overlap.smallest_propensity() < Overlap::rare)
      text += overlap.variable + ": for some people a level has a probability of " +
              short_number(overlap.smallest_propensity()) + " given its causes.\n";
  }
}

void add_calibration(const Diagnostics& diagnostics, std::string& text) {
  for (const NodeCalibration& node : diagnostics.calibration)
    if (!node.method.empty() && node.p_value < diagnostics.level)
      text += "The fitted distribution of " + node.variable + " is off by up to " + short_number(node.distance) +
              " (p = " + short_number(node.p_value) + ").\n";
}

}  // namespace

std::string to_text(const Diagnostics& diagnostics) {
  std::string text;
  add_denied(diagnostics, text);
  if (text.empty())
    text = diagnostics.claims.empty()
               ? "The graph implies no independence that data could deny.\n"
               : "The data deny none of the " + std::to_string(diagnostics.claims.size()) +
                     " independences that the graph implies, at the level " + short_number(diagnostics.level) + ".\n";
  add_edges(diagnostics, text);
  add_overlaps(diagnostics, text);
  add_calibration(diagnostics, text);
  if (diagnostics.claims_left_out > 0)
    text += std::to_string(diagnostics.claims_left_out) + " implied independences were not tested.\n";
  for (const std::string& note : diagnostics.notes) text += "Note: " + note + "\n";
  return text;
}

}  // namespace equipoise::inline v0
