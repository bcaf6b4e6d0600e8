#include <equipoise/frontier/study_directory.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/predictor/trained_model.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "train/small_study.hpp"

using namespace equipoise;
using equipoise::testing::admissions;
using equipoise::testing::admissions_csv;
using equipoise::testing::admissions_graph;
using equipoise::testing::admissions_study;
using equipoise::testing::quoted;
using equipoise::testing::replaced;

namespace fs = std::filesystem;

namespace {

/// A folder of its own that is gone afterwards.
class Place {
 public:
  Place() {
    static int number = 0;
    path = fs::temp_directory_path() /
           ("equipoise_study_directory_" + std::to_string(getpid()) + "_" + std::to_string(++number));
    fs::create_directories(path);
  }
  ~Place() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  fs::path path;
};

using Files = std::map<std::string, std::string>;

Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[fs::relative(entry.path(), folder).string()] =
        entry.is_directory() ? "(folder)" : std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

std::string refusal_of(const std::string& directory, const Study& study, bool resume = false) {
  try {
    run_study_in(directory, study, {.resume = resume});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Stops a run once it has told of so many steps, as a signal would, but with its temporary files put away.
Progress stopping_after(std::size_t steps) {
  return [steps](const ProgressEvent& event) {
    if (event.what == "training" && event.done >= steps) throw std::runtime_error("stopped");
  };
}

/// What a whole run leaves.
const Files& whole() {
  static const Files files = [] {
    const Place place;
    run_study_in(place / "out", admissions(), {.command = "c"});
    return files_in(place.path / "out");
  }();
  return files;
}

}  // namespace

TEST_CASE("a study's folder holds the study, the frontier twice, the fitted model and a predictor for each point",
          "[directory]") {
  const Place place;
  const StudyDirectoryRun run =
      run_study_in(place / "out", admissions(), {.command = "equipoise frontier study.json --out DIR"});
  CHECK(run.trainings == 36);
  CHECK(run.kept_trainings == 0);
  const Files files = files_in(place.path / "out");
  std::vector<std::string> names;
  for (const auto& [name, text] : files) names.push_back(name);
  std::vector<std::string> expected{"frontier.csv", "frontier.json", "models", "scm.json", "study.json"};
  for (const FrontierPoint& point : run.frontier.points) expected.push_back(point.model);
  std::sort(expected.begin(), expected.end());
  CHECK(names == expected);
  CHECK(frontier_from_json(files.at("frontier.json"), "frontier.json") == run.frontier);
  CHECK(files.at("frontier.csv") == frontier_to_csv(run.frontier));
  CHECK(run.frontier.command == "equipoise frontier study.json --out DIR");
  CHECK(study_text(parse_study(files.at("study.json"))) == study_text(admissions()));
  CHECK(parse_scm(files.at("scm.json"), "scm.json").size() == 3);
  for (const FrontierPoint& point : run.frontier.points)
    CHECK(parse_model(files.at(point.model), point.model).outcome == "admit");
}

TEST_CASE("nothing in a study's folder names a place of the machine, and it is the same anywhere at any parallelism",
          "[directory]") {
  const Place place;
  const std::string shared =
      replaced(replaced(admissions_study, "\"text\": " + quoted(admissions_csv), "\"csv\": \"t.csv\""),
               admissions_graph, "\"g.json\"");
  Files first;
  for (const std::string home : {"here", "somewhere/else"}) {
    place.write(home + "/t.csv", admissions_csv);
    place.write(home + "/g.json", admissions_graph);
    place.write(home + "/s.json", shared);
    run_study_in(place / (home + "/out"), read_study(place / (home + "/s.json")),
                 {.parallelism = Parallelism::exactly(home == "here" ? 1 : 3)});
    const Files files = files_in(place.path / home / "out");
    for (const auto& [name, text] : files) CHECK(text.find(place.path.filename().string()) == std::string::npos);
    if (first.empty()) first = files;
    CHECK(files == first);
  }
}

TEST_CASE("a run that was stopped goes on, trains nothing twice and ends with the same bytes", "[directory]") {
  for (const std::size_t steps : {1u, 2u, 5u, 17u, 35u, 36u}) {
    const Place place;
    CHECK_THROWS_WITH(run_study_in(place / "out", admissions(), {.command = "c", .progress = stopping_after(steps)}),
                      "stopped");
    const std::size_t kept = static_cast<std::size_t>(
        std::count_if(fs::directory_iterator(place.path / "out" / "progress"), fs::directory_iterator(),
                      [](const auto& entry) { return !entry.path().filename().string().starts_with("scales"); }));
    const StudyDirectoryRun run = run_study_in(
        place / "out", admissions(), {.resume = true, .command = "c", .parallelism = Parallelism::exactly(2)});
    CHECK(run.kept_trainings == kept);
    CHECK(run.trainings + run.kept_trainings == 36);
    CHECK(files_in(place.path / "out") == whole());
  }
}

TEST_CASE("a run that was killed while it wrote leaves nothing behind once it is resumed", "[directory]") {
  const Place place;
  const std::string study = whole().at("study.json");
  SECTION("before anything") {}
  SECTION("at its first file") { place.write("out/study.json.part-77", study.substr(0, 10)); }
  SECTION("between study.json and its first training") { place.write("out/study.json", study); }
  SECTION("at a training's record") {
    place.write("out/study.json", study);
    place.write("out/progress/causal-0.r0.json.part-77", "{");
  }
  SECTION("at a model") {
    place.write("out/study.json", study);
    place.write("out/models/causal-0.json.part-77", "{");
    place.write("out/models/causal-1.json", "stale");
  }
  SECTION("at the frontier") {
    for (const auto& [name, text] : whole())
      if (text != "(folder)" && name != "frontier.json") place.write("out/" + name, text);
    place.write("out/frontier.json.part-77", "{");
  }
  SECTION("when all was done but the progress taken away") {
    for (const auto& [name, text] : whole())
      if (text != "(folder)") place.write("out/" + name, text);
    place.write("out/progress/causal-0.r0.json", "{}");
    place.write("out/report.html.part-77", "<");
  }
  run_study_in(place / "out", admissions(), {.resume = true, .command = "c"});
  CHECK(files_in(place.path / "out") == whole());
}

TEST_CASE("resuming what is finished trains nothing and changes nothing", "[directory]") {
  const Place place;
  const StudyDirectoryRun run = run_study_in(place / "out", admissions(), {.command = "c"});
  const StudyDirectoryRun again = run_study_in(place / "out", admissions(), {.resume = true, .command = "c"});
  CHECK(again.trainings == 0);
  CHECK(again.kept_trainings == run.trainings);
  CHECK(again.frontier == run.frontier);
  CHECK(files_in(place.path / "out") == whole());
}

TEST_CASE("a folder of another study, seed or data is not resumed, and stays as it is", "[directory]") {
  const Place place;
  place.write("t.csv", admissions_csv);
  const auto study = [&](const std::string& from = "\"csv\"", const std::string& to = "\"csv\"") {
    const std::string text = replaced(admissions_study, "\"text\": " + quoted(admissions_csv), "\"csv\": \"t.csv\"");
    return parse_study(replaced(text, from, to), "study.json", place.path.string());
  };
  run_study_in(place / "out", study());
  const Files before = files_in(place.path / "out");
  const auto refused = [&](const Study& other) {
    CHECK(refusal_of(place / "out", other, true)
              .find(place / "out/study.json" + ": another study than the one to resume") == 0);
    CHECK(files_in(place.path / "out") == before);
  };
  refused(study("\"points\": 6", "\"points\": 7"));
  refused(study("\"direct\"", "\"other\""));
  Study seeded = study();
  seeded.seed = 2;
  refused(seeded);
  place.write("t.csv", replaced(admissions_csv, "Male,A,Admitted,30", "Male,A,Admitted,31"));
  refused(study());
  place.write("t.csv", admissions_csv);
  CHECK(refusal_of(place / "out", study(), true).empty());
}

TEST_CASE("a new run takes the place of what an earlier study left, and of that alone", "[directory]") {
  const Place place;
  Study larger = admissions();
  larger.sweep.points = 11;
  larger.seed = 9;
  run_study_in(place / "out", larger);
  place.write("out/report.html", "of the larger one");
  place.write("out/notes.txt", "a person's");
  run_study_in(place / "out", admissions(), {.command = "c"});
  Files files = files_in(place.path / "out");
  CHECK(files.at("notes.txt") == "a person's");
  files.erase("notes.txt");
  CHECK(files == whole());
}

TEST_CASE("a folder that holds anything but a study's results is refused and left alone", "[directory]") {
  const Place place;
  const std::string holds_others = ": a folder that holds other files; a new or empty folder, or one that a study left";
  SECTION("somebody's files") { place.write("out/letter.txt", "dear"); }
  SECTION("the study that a person wrote, beside its data and models") {
    place.write("out/study.json", admissions_study);
    place.write("out/models/mine.txt", "precious");
  }
  SECTION("a study.json that is none") { place.write("out/study.json", "\xff\x00{"); }
  SECTION("a hidden file") { place.write("out/.hidden", ""); }
  SECTION("a part of somebody's file") { place.write("out/letter.part-1", "de"); }
  const Files before = files_in(place.path);
  for (const bool resume : {false, true}) {
    CHECK(refusal_of(place / "out", admissions(), resume) == place / "out" + holds_others);
    CHECK(files_in(place.path) == before);
  }
}

TEST_CASE("what is no folder, or cannot be one, is refused", "[directory]") {
  const Place place;
  place.write("file", "x");
  CHECK(refusal_of(place / "file", admissions()).find(place / "file" + ": it is no folder") == 0);
  CHECK(refusal_of(place / "file/below", admissions()).find(place / "file/below: ") == 0);
  CHECK(refusal_of("/dev/null", admissions()).find("/dev/null: it is no folder") == 0);
  CHECK(refusal_of(place / std::string(300, 'a'), admissions()).find(place.path.string()) == 0);
  CHECK(files_in(place.path) == Files{{"file", "x"}});
  if (geteuid() == 0) {
    WARN("run by root, who may write anywhere: folders without permission are skipped");
    return;
  }
  fs::create_directories(place.path / "locked");
  fs::permissions(place.path / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(refusal_of(place / "locked", admissions()).find(place / "locked") == 0);
  CHECK(refusal_of(place / "locked/below", admissions()).find(place / "locked/below: cannot be made") == 0);
  fs::permissions(place.path / "locked", fs::perms::owner_all);
}

TEST_CASE("an error before the first training leaves no folder", "[directory]") {
  const Place place;
  CHECK_FALSE(
      refusal_of(place / "out", parse_study(replaced(admissions_study, "gender -> dept -> admit", "gender -> detp")))
          .empty());
  Study missing = admissions();
  missing.graph = {.path = "none.json"};
  missing.directory = place.path.string();
  CHECK(refusal_of(place / "out", missing).find(place / "none.json") == 0);
  CHECK(files_in(place.path).empty());
}
