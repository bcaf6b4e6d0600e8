// The report: a study's result as one HTML file that opens from disk without a network.
#pragma once

#include <string>

#include <equipoise/frontier/frontier.hpp>

namespace equipoise::inline v0 {

/// The report as an HTML document. `study` is the text of the study as it was run (study.json), `place` how
/// messages name it. The report formats and sorts what it is given and computes no statistic; the same input gives
/// the same bytes. Throws json_syntax or json_type where `study` is no JSON object, and json_value where the
/// frontier does not hold together: a point without one value for each objective.
std::string render_report(const Frontier& frontier, const std::string& study, const std::string& place = "study.json");

/// Reads DIR/frontier.json and DIR/study.json and writes DIR/report.html. Throws file_missing, file_unreadable,
/// file_unwritable, and what frontier_from_json and render_report throw.
void write_report(const std::string& directory);

/// Whether this build embeds the interactive charts; without them a report has tables and static drawings.
bool report_has_charts() noexcept;

}  // namespace equipoise::inline v0
