// What a study's files hold, read and checked against each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/train/study.hpp>

namespace equipoise::inline v0 {

/// The rows, the graph and, where one is given, the model of a study.
struct StudyInputs {
  Table table;  ///< as read: a row may count many people
  CausalGraph graph;
  /// The one given, or the one that the rows were drawn from; none: fit one to training rows.
  std::optional<Scm> model;
  bool truth_known = false;  ///< the rows were drawn from `model`
  std::vector<std::string> features;
  std::vector<std::string> warnings;
};

/// Reads the files that a study names, its columns declared so that levels match by the cells' text, and checks that
/// the study's names are columns, variables and levels of them. Throws what the readers throw; table_unknown_column,
/// table_type, query_unknown_variable or json_value at the study's place for a name that does not fit, with a
/// suggestion.
StudyInputs load_study_inputs(const Study& study);

/// What the files that a study names hold, as 16 hexadecimal digits: a change of any of their bytes changes it. Empty
/// where the study holds everything itself. Throws file_missing and file_unreadable.
std::string inputs_fingerprint(const Study& study);

/// Each row's outcome: 1 for the positive level and else 0, or the number. Throws table_type for a level that is none.
std::vector<double> outcome_values(const StudyOutcome& outcome, const Table& table);

}  // namespace equipoise::inline v0
