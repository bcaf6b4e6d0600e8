// Studies that a program writes: what may be left unsaid, and what may not.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/objective/error_rate.hpp>
#include <equipoise/train/study.hpp>

using namespace equipoise;

namespace {

Study with_objectives(std::vector<StudyObjective> objectives) {
  return {.data = {.csv = {.path = "people.csv"}},
          .graph = {.path = "graph.json"},
          .outcome = {.column = "y"},
          .protected_attributes = {{.column = "group"}},
          .objectives = std::move(objectives)};
}

std::string refusal_of(const Study& study) {
  try {
    completed(study);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an objective is named by its kind and compares the only protected groups unless it says otherwise") {
  const Study study = completed(with_objectives({{.kind = "log-loss"},
                                                 {.kind = "error-rate"},
                                                 {.kind = "demographic-parity"},
                                                 {.kind = "equalized-odds", .name = "odds"}}));
  CHECK(study.objectives[0].name == "log-loss");
  CHECK(study.objectives[0].attribute.empty());
  CHECK_FALSE(study.objectives[1].train);
  CHECK(study.objectives[2].attribute == "group");
  CHECK(study.objectives[3].name == "odds");
}

TEST_CASE("a goal of a program's own goes by its own name, in the file that a run leaves too") {
  const Study study =
      with_objectives({{.kind = "log-loss"}, {.train = false, .own = ErrorRate{.objective_name = "mistakes"}}});
  CHECK(completed(study).objectives[1].name == "mistakes");
  CHECK(study_text(study).find("mistakes") != std::string::npos);
}

TEST_CASE("what a program's study leaves open or gets wrong is refused at its place") {
  CHECK(refusal_of(with_objectives({{.kind = "log-los"}})) ==
        "study.json#/objectives/0/kind: 'log-los'; a kind of objective, or one of your own (did you mean 'log-loss'?)");
  CHECK(refusal_of(with_objectives({{.kind = "log-loss"}, {.kind = "log-loss"}})) ==
        "study.json#/objectives/1: the name 'log-loss' twice; names that tell the objectives apart");
  Study study = with_objectives({{.kind = "log-loss"}, {.kind = "demographic-parity"}});
  study.protected_attributes.push_back({.column = "age"});
  CHECK(refusal_of(study) ==
        "study.json#/objectives/1: no attribute, where the study protects 2; the column whose groups are compared");
}

TEST_CASE("completing a study that was read changes nothing") {
  std::ifstream document(std::string(EQUIPOISE_SOURCE_DIR) + "/docs/formats.md");
  std::stringstream text;
  text << document.rdbuf();
  const std::string section = text.str().substr(text.str().find("## A study\n"));
  const std::size_t begin = section.find("```json\n") + 8;
  const Study study = parse_study(section.substr(begin, section.find("```", begin) - begin));
  CHECK(study.objectives.size() == 4);
  CHECK(study_text(study) == study_text(parse_study(study_text(study))));
  const Study whole = completed(study);
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    CHECK(whole.objectives[i].name == study.objectives[i].name);
    CHECK(whole.objectives[i].attribute == study.objectives[i].attribute);
    CHECK(whole.objectives[i].train == study.objectives[i].train);
  }
}
