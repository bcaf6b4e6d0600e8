// The page's sections, each HTML from what was measured.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/frontier/frontier.hpp>

#include "report/study_facts.hpp"

namespace equipoise::inline v0 {

/// What several sections need to know of a frontier. Refers to the frontier and the facts.
struct ReportView {
  const Frontier& frontier;
  const StudyFacts& facts;
  std::vector<std::string> arms;           ///< those that have points, `causal` first
  std::optional<std::size_t> performance;  ///< the objective that stands for how well the predictor does its job
  std::optional<std::size_t> predicting;   ///< the measure of performance that was trained on, else `performance`
  std::vector<std::size_t> goals;          ///< the trained objectives that are no measure of performance
  std::size_t across = 0, up = 0;          ///< the objectives of the picture's axes at first
  std::vector<std::string> protected_attributes;

  const FrontierObjective& objective(std::size_t index) const { return frontier.objectives[index]; }
  const FrontierObjective* find_objective(const std::string& name) const;
  std::size_t arm_index(const std::string& arm) const;
  bool is_knee(const FrontierPoint& point) const;
  /// Whether the picture marks it: where fewer than three balances of a front differ in it, nothing bends.
  bool marks_knee(const FrontierPoint& point) const;
};

/// Throws json_value where a point has not one value for each objective.
ReportView view_of(const Frontier& frontier, const StudyFacts& facts);

/// "causal" as "Causal"; the arm's name with its mark, as HTML.
std::string arm_html(const ReportView& view, const std::string& arm);
/// The licence as a link to its explanation, with its basis on hover.
std::string licence_badge(const Licence& licence);

std::string headline_section(const ReportView& view);
std::string frontier_section(const ReportView& view);
std::string steps_section(const ReportView& view);
std::string arms_section(const ReportView& view);
std::string disparity_section(const ReportView& view);
std::string graph_section(const ReportView& view);
/// Nothing where the study asked for no privacy.
std::string privacy_section(const ReportView& view);
std::string licences_section(const ReportView& view);
std::string assumptions_section(const ReportView& view);
std::string method_section(const ReportView& view);

/// How many balances of an arm's front differ in the two goals of the picture.
std::size_t differing_balances(const ReportView& view, const std::string& arm);

/// The static drawing of the frontier, for print and where scripts do not run.
std::string frontier_drawing(const ReportView& view);
/// The parts of a disparity as bars that begin where the one before ended.
std::string disparity_drawing(const Decomposition& decomposition);
/// The causal graph, causes to the left of effects.
std::string graph_drawing(const ReportView& view);

/// What the script needs to draw the frontier, as the text of a JSON element.
std::string chart_data(const ReportView& view);

}  // namespace equipoise::inline v0
