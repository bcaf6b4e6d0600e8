#include <equipoise/frontier/study_directory.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/frontier/study_frontier.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/train/run.hpp>

#include "core/file.hpp"
#include "core/json_reader.hpp"

namespace equipoise::inline v0 {
namespace {

namespace fs = std::filesystem;

class Directory {
 public:
  Directory(const std::string& path, std::string study, bool resume)
      : path_(path), study_(std::move(study)), resume_(resume) {}

  std::string file(std::string_view name) const { return (path_ / name).string(); }
  bool holds(std::string_view name) const {
    std::error_code failure;
    return fs::exists(path_ / name, failure);
  }

  /// That it is ours to write in: absent, empty, or left by a study.
  void check_is_free() const {
    std::error_code failure;
    const fs::file_status status = fs::status(path_, failure);
    if (status.type() == fs::file_type::not_found) return;
    if (status.type() != fs::file_type::directory)
      throw Error(ErrorCode::file_unwritable, path_.string(), "it is no folder", "a folder for the study's files");
    bool empty = true;
    for (fs::directory_iterator entry(path_, failure), end; !failure && entry != end; entry.increment(failure))
      empty = empty && name_of_part(entry->path().filename().string()) == study_file;
    if (failure)
      throw Error(ErrorCode::file_unwritable, path_.string(), "cannot be read: " + failure.message(),
                  "a folder for the study's files");
    if (!empty && !was_left_by_a_study())
      throw Error(ErrorCode::file_unwritable, path_.string(), "a folder that holds other files",
                  "a new or empty folder, or one that a study left");
  }

  void check_is_this_study() const {
    if (!holds(study_file) || read_file(file(study_file)) == study_) return;
    throw Error(ErrorCode::study_changed, file(study_file), "another study than the one to resume",
                "the same study, seed and version", "without --resume it is begun anew");
  }

  /// Called before anything is written. study.json comes first, so that a run stopped at once can be resumed.
  void begin() {
    std::call_once(begun_, [&] {
      make(path_);
      if (!resume_) clear();
      remove_parts();
      write_file(file(study_file), study_);
      make(path_ / "progress");
    });
  }

  StudyStore store() {
    return {.find = [this](const std::string& key) -> std::optional<std::string> {
              if (!resume_ || !holds(record(key))) return std::nullopt;
              return read_file(file(record(key)));
            },
            .keep =
                [this](const std::string& key, const std::string& text) {
                  begin();
                  write_file(file(record(key)), text);
                }};
  }

  void write(const StudyRun& run, const Frontier& frontier) {
    begin();
    make(path_ / "models");
    if (run.model && (run.model_has_noise || !run.fits.empty())) write_scm(file("scm.json"), *run.model);
    for (const StudyPoint& point : run.points) write_model(file("models/" + point.id + ".json"), point.model);
    write_file(file("frontier.csv"), frontier_to_csv(frontier));
    write_file(file("frontier.json"), frontier_to_json(frontier));
  }

  void remove_progress() const { remove(path_ / "progress"); }

  /// Removes what a run that was killed while it wrote a file had written of it.
  void remove_parts() const {
    const auto is_ours = [](const std::string& name) {
      return std::find(written_files.begin(), written_files.end(), name) != written_files.end();
    };
    std::vector<fs::path> parts;
    std::error_code failure;
    for (const fs::path& folder : {path_, path_ / "models"})
      for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        const std::string whole = name_of_part(entry->path().filename().string());
        if (folder == path_ ? is_ours(whole) : !whole.empty()) parts.push_back(entry->path());
      }
    for (const fs::path& part : parts) remove(part);
  }

 private:
  static constexpr std::string_view study_file = "study.json";
  static constexpr std::array<std::string_view, 5> written_files{study_file, "frontier.json", "frontier.csv",
                                                                 "report.html", "scm.json"};

  /// A study's folder is told by the versions in its study.json, which no study has that a person wrote.
  bool was_left_by_a_study() const {
    try {
      const JsonDocument document = read_json(file(study_file));
      return document.json.is_object() && document.json.contains("versions");
    } catch (const Error&) {
      return false;
    }
  }

  /// What an earlier study left is taken away; its study.json goes last, when the new one takes its place.
  void clear() const {
    for (const char* name : {"frontier.json", "frontier.csv", "report.html", "scm.json", "models", "progress"})
      remove(path_ / name);
  }

  static void remove(const fs::path& path) {
    std::error_code failure;
    fs::remove_all(path, failure);
    if (failure)
      throw Error(ErrorCode::file_unwritable, path.string(), "cannot be removed: " + failure.message(),
                  "a folder to write in");
  }

  static std::string record(const std::string& key) { return "progress/" + key + ".json"; }

  static void make(const fs::path& path) {
    std::error_code failure;
    fs::create_directories(path, failure);
    if (failure)
      throw Error(ErrorCode::file_unwritable, path.string(), "cannot be made: " + failure.message(),
                  "a folder to write in");
  }

  fs::path path_;
  std::string study_;
  bool resume_;
  std::once_flag begun_;
};

/// The study as a run writes it: what its files hold is part of what was run.
std::string text_as_run(const Study& study) {
  Json json = parse_json(study_text(study), "study.json").json;
  if (const std::string inputs = inputs_fingerprint(study); !inputs.empty()) json["versions"]["inputs"] = inputs;
  return to_text(json);
}

}  // namespace

StudyDirectoryRun run_study_in(const std::string& directory, const Study& study, const StudyDirectoryOptions& options) {
  Directory home(directory, text_as_run(study), options.resume);
  home.check_is_free();
  if (options.resume) {
    home.check_is_this_study();
    if (home.holds("frontier.json")) {
      home.remove_progress();
      home.remove_parts();
      Frontier frontier = frontier_from_json(read_file(home.file("frontier.json")), home.file("frontier.json"));
      const std::size_t trainings = frontier.points.size() * study.sweep.replicates;
      return {.frontier = std::move(frontier), .kept_trainings = trainings};
    }
  }
  const StudyRun run =
      run_study(study, {.parallelism = options.parallelism, .progress = options.progress, .store = home.store()});
  Frontier frontier = frontier_of(run, options.command);
  home.write(run, frontier);
  home.remove_progress();
  return {.frontier = std::move(frontier), .trainings = run.trainings, .kept_trainings = run.kept_trainings};
}

}  // namespace equipoise::inline v0
