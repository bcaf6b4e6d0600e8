// Commands that must fail: each is run in a folder of its own, and answered with one clear line.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/folder.hpp"

namespace equipoise::testing {

struct Case {
  std::string name;
  std::string command;                       ///< the words after `equipoise`, as a shell reads them
  std::map<std::string, std::string> files;  ///< in the directory where the command runs
  int status = 3;
  std::string fragment = {};  ///< what the error must mention: the place, or the name that is wrong
  std::string place = {};     ///< what the line goes on with after "equipoise: error: "
};

struct Outcome {
  int status = -1;
  std::string out, err;
  std::vector<std::string> changed;  ///< files and folders that are new, gone or no longer what they were
};

inline Outcome run(const std::string& command, const std::map<std::string, std::string>& files) {
  const Folder folder(files);
  auto [status, out, err] = folder.attempt(command);
  Outcome outcome{status, std::move(out), std::move(err), {}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    const std::string name = std::filesystem::relative(entry.path(), folder.path()).string();
    const bool is_parent = entry.is_directory() && files.lower_bound(name + '/') != files.end() &&
                           files.lower_bound(name + '/')->first.starts_with(name + '/');
    if (!files.contains(name) && !is_parent) outcome.changed.push_back(name);
  }
  for (const auto& [name, text] : files)
    if (folder.read(name) != text) outcome.changed.push_back(name);
  return outcome;
}

inline bool has_verb(const std::string& verb) {
  static std::map<std::string, bool> known;
  if (const auto found = known.find(verb); found != known.end()) return found->second;
  return known[verb] = run(verb + " --help", {}).status == 0;
}

/// Runs the cases whose verb this binary has; tells of the others.
inline void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const std::string verb = each.command.substr(0, each.command.find(' '));
    if (!has_verb(verb)) {
      WARN("skipped, as there is no verb '" << verb << "': " << each.name);
      continue;
    }
    const Outcome outcome = run(each.command, each.files);
    const std::string first = outcome.err.substr(0, outcome.err.find('\n'));
    CAPTURE(each.name, each.command, first, outcome.out);
    CHECK(outcome.status == each.status);
    CHECK(first.starts_with("equipoise: error: " + each.place));
    CHECK(first.find(each.fragment) != std::string::npos);
    CHECK(outcome.err.find("equipoise: error: ", 1) == std::string::npos);
    CHECK(outcome.out.empty());
    CHECK(outcome.changed == std::vector<std::string>{});
  }
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t position = text.find(from);
  REQUIRE(position != std::string::npos);
  return text.replace(position, from.size(), to);
}

inline const std::string table =
    "gender,dept,admit,count\n"
    "Male,A,Admitted,30\nMale,A,Rejected,20\nMale,B,Admitted,10\nMale,B,Rejected,25\n"
    "Female,A,Admitted,9\nFemale,A,Rejected,4\nFemale,B,Admitted,21\nFemale,B,Rejected,40\n";

inline const std::string graph = R"({"nodes": ["gender", "dept", "admit"],)"
                                 R"( "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]})";

inline const std::string study = R"({
  "name": "small",
  "data": {"csv": "table.csv", "weight": "count", "missing": "error"},
  "columns": {"dept": {"type": "categorical"}},
  "graph": "graph.json",
  "scm": {"fit": "auto"},
  "outcome": {"column": "admit", "positive": "Admitted"},
  "features": ["dept", "gender"],
  "protected": [{"column": "gender", "baseline": "Male"}],
  "predictor": {"kind": "logistic"},
  "objectives": [{"kind": "log-loss"}, {"kind": "demographic-parity", "protected": "gender"}],
  "frontier": {"method": "weighted-sum", "points": 2, "replicates": 1},
  "arms": ["causal", "correlational"],
  "split": {"validation": 0.2, "test": 0.2, "seed": 1}})";

}  // namespace equipoise::testing
