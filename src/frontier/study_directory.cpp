#include <equipoise/frontier/study_directory.hpp>

#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>

#include <equipoise/core/error.hpp>
#include <equipoise/frontier/study_frontier.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "core/file.hpp"

namespace equipoise::inline v0 {
namespace {

namespace fs = std::filesystem;

class Directory {
 public:
  Directory(const std::string& path, std::string study, bool resume)
      : path_(path), study_(std::move(study)), resume_(resume) {}

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  bool holds(const std::string& name) const { return fs::exists(path_ / name); }

  /// That it is ours to write in: absent, empty, or left by a study.
  void check_is_free() const {
    std::error_code failure;
    const fs::file_status status = fs::status(path_, failure);
    if (status.type() == fs::file_type::not_found) return;
    if (status.type() != fs::file_type::directory)
      throw Error(ErrorCode::file_unwritable, path_.string(), "it is no folder", "a folder for the study's files");
    const bool empty = fs::is_empty(path_, failure);
    if (failure)
      throw Error(ErrorCode::file_unwritable, path_.string(), "cannot be read: " + failure.message(),
                  "a folder for the study's files");
    if (!empty && !holds("study.json"))
      throw Error(ErrorCode::file_unwritable, path_.string(), "a folder that holds other files",
                  "a new or empty folder, or one that a study left");
  }

  void check_is_this_study() const {
    if (!holds("study.json") || read_file(file("study.json")) == study_) return;
    throw Error(ErrorCode::study_changed, file("study.json"), "another study than the one to resume",
                "the same study, seed and version", "without --resume it is begun anew");
  }

  /// Called before anything is written.
  void begin() {
    std::call_once(begun_, [&] {
      if (!resume_) clear();
      make(path_);
      make(path_ / "progress");
      write_file(file("study.json"), study_);
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
    if (run.model && !run.fits.empty()) write_scm(file("scm.json"), *run.model);
    for (const StudyPoint& point : run.points) write_model(file("models/" + point.id + ".json"), point.model);
    write_file(file("frontier.csv"), frontier_to_csv(frontier));
    write_file(file("frontier.json"), frontier_to_json(frontier));
  }

  void remove(const char* name) const {
    std::error_code failure;
    fs::remove_all(path_ / name, failure);
    if (failure)
      throw Error(ErrorCode::file_unwritable, file(name), "cannot be removed: " + failure.message(),
                  "a folder to write in");
  }

 private:
  /// What an earlier study left is taken away, its own name first, so that half of it is never taken for a whole.
  void clear() const {
    for (const char* name :
         {"frontier.json", "frontier.csv", "report.html", "scm.json", "models", "progress", "study.json"})
      remove(name);
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

}  // namespace

StudyDirectoryRun run_study_in(const std::string& directory, const Study& study, const StudyDirectoryOptions& options) {
  Directory home(directory, study_text(study), options.resume);
  home.check_is_free();
  if (options.resume) {
    home.check_is_this_study();
    if (home.holds("frontier.json")) {
      home.remove("progress");
      Frontier frontier = frontier_from_json(read_file(home.file("frontier.json")), home.file("frontier.json"));
      const std::size_t trainings = frontier.points.size() * study.sweep.replicates;
      return {.frontier = std::move(frontier), .kept_trainings = trainings};
    }
  }
  const StudyRun run =
      run_study(study, {.parallelism = options.parallelism, .progress = options.progress, .store = home.store()});
  Frontier frontier = frontier_of(run, options.command);
  home.write(run, frontier);
  home.remove("progress");
  return {.frontier = std::move(frontier), .trainings = run.trainings, .kept_trainings = run.kept_trainings};
}

}  // namespace equipoise::inline v0
