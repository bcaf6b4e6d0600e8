#include "cli/study_run.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/frontier/study_directory.hpp>
#include <equipoise/report/report.hpp>

namespace equipoise::cli {
namespace {

std::string rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", value);
  return text.data();
}

std::string with_interval(const Estimate& estimate) {
  return rounded(estimate.value) + " [" + rounded(estimate.low) + ", " + rounded(estimate.high) + "]";
}

const FrontierPoint* find_point(const Frontier& frontier, const std::string& id) {
  const auto found = std::find_if(frontier.points.begin(), frontier.points.end(),
                                  [&](const FrontierPoint& point) { return point.id == id; });
  return found == frontier.points.end() ? nullptr : &*found;
}

/// A point's measures on test rows, one to a line.
std::string measures_of(const Frontier& frontier, const FrontierPoint& point) {
  std::size_t width = 0;
  for (const FrontierObjective& objective : frontier.objectives) width = std::max(width, objective.name.size());
  std::string text;
  for (std::size_t k = 0; k < frontier.objectives.size(); ++k) {
    std::string name = frontier.objectives[k].name;
    name.resize(width, ' ');
    text += "    " + name + "  " + with_interval(point.test[k]) + "\n";
  }
  return text;
}

std::string as_text(const Frontier& frontier, const StudyDirectoryRun& run, const std::string& out) {
  std::string text = frontier.name + ": " + std::to_string(frontier.points.size()) + " points; " +
                     std::to_string(run.trainings) + " trainings";
  if (run.kept_trainings > 0) text += ", " + std::to_string(run.kept_trainings) + " kept from before";
  text += ". Measured on test rows (95% intervals):\n";
  for (const auto& [arm, id] : frontier.knee) {
    const FrontierPoint* knee = find_point(frontier, id);
    if (knee == nullptr) continue;
    text += "  " + arm + ", at the knee (" + id + "):\n" + measures_of(frontier, *knee);
  }
  for (const auto& [arm, volume] : frontier.hypervolume)
    text += "  " + arm + ", hypervolume: " + with_interval(volume.estimate) + "\n";
  if (frontier.comparison)
    text += "  the " + frontier.comparison->first + " arm's hypervolume less the " + frontier.comparison->second +
            " one's: " + with_interval(frontier.comparison->hypervolume_difference) + "\n";
  return text + "Report: " + (std::filesystem::path(out) / "report.html").string() + "\n";
}

nlohmann::ordered_json as_json(const Frontier& frontier, const StudyDirectoryRun& run, const std::string& out) {
  nlohmann::ordered_json knees = nlohmann::ordered_json::object(), volumes = nlohmann::ordered_json::object();
  for (const auto& [arm, id] : frontier.knee) knees[arm] = id;
  for (const auto& [arm, volume] : frontier.hypervolume)
    volumes[arm] = {{"value", volume.estimate.value},
                    {"low", volume.estimate.low},
                    {"high", volume.estimate.high},
                    {"reference", volume.reference}};
  return {{"name", frontier.name},
          {"directory", out},
          {"points", frontier.points.size()},
          {"trainings", run.trainings},
          {"kept_trainings", run.kept_trainings},
          {"knee", std::move(knees)},
          {"hypervolume", std::move(volumes)}};
}

}  // namespace

void run_study_for(const Arguments& arguments, Session& session, Study study, const std::string& out,
                   std::string command) {
  if (out == "-") throw Error(ErrorCode::usage, "--out", "'-', standard output", "a folder for the study's files");
  if (arguments.has("--seed")) study.seed = arguments.seed();
  const StudyDirectoryRun run =
      run_study_in(out, study,
                   {.resume = arguments.flag("--resume"),
                    .command = std::move(command),
                    .parallelism = Parallelism::exactly(static_cast<unsigned>(arguments.jobs())),
                    .progress = session.progress()});
  write_report(out);
  for (const std::string& warning : run.frontier.warnings) session.warn(warning);
  if (arguments.json())
    session.print_json(as_json(run.frontier, run, out));
  else
    session.print(as_text(run.frontier, run, out));
}

}  // namespace equipoise::cli
