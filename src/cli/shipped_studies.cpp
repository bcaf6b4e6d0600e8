#include "cli/shipped_studies.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

#include "cli/shipped_files.hpp"

namespace equipoise::cli {
namespace {

/// A study file's text by its path below examples/, if the command carries it.
std::optional<std::string> carried(const std::string& path) {
  const auto found =
      std::find_if(shipped_files.begin(), shipped_files.end(), [&](const auto& file) { return file.first == path; });
  if (found == shipped_files.end()) return std::nullopt;
  return std::string(found->second);
}

/// Replaces a path by the text that it names, where the command carries that file.
void carry(StudySource& source, const std::string& folder) {
  if (source.path.empty()) return;
  if (auto text = carried((std::filesystem::path(folder) / source.path).lexically_normal().string()))
    source = {.text = std::move(*text)};
}

constexpr std::string_view prefix = "studies/", suffix = "/study.json";

}  // namespace

std::vector<std::string> shipped_study_names() {
  std::vector<std::string> names;
  for (const auto& [path, text] : shipped_files)
    if (path.starts_with(prefix) && path.ends_with(suffix))
      names.emplace_back(path.substr(prefix.size(), path.size() - prefix.size() - suffix.size()));
  return names;
}

Study shipped_study(const std::string& name) {
  const std::string folder = std::string(prefix) + name;
  const auto text = carried(std::string(prefix) + name + std::string(suffix));
  if (!text)
    throw Error(ErrorCode::usage, "NAME", "no study '" + name + "' is shipped", "one of those that --help lists",
                suggestion(name, shipped_study_names()));
  Study study = parse_study(*text, name + ".json");
  for (StudySource* source : {&study.data.csv, &study.data.scm, &study.graph, &study.model.source})
    carry(*source, folder);
  const bool complete = study.data.csv.path.empty() && study.data.scm.path.empty() && study.graph.path.empty();
  if (complete) return study;
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (data == nullptr || *data == '\0')
    throw Error(ErrorCode::file_missing, "EQUIPOISE_DATA",
                "it is not set, and the study '" + name + "' reads '" + study.data.csv.path + "'",
                "the folder that holds the data");
  study.directory = data;
  return study;
}

}  // namespace equipoise::cli
