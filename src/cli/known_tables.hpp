// What is known of the populations, and the tables that say it: --joint, and the file of --domains.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/identify/identify_query.hpp>

#include "cli/table_file.hpp"

namespace equipoise::cli {

/// The known distributions, each with the tables that were given for it: none, or one for every value of what was
/// intervened on.
class KnownTables {
 public:
  /// Plain observation, without a table.
  explicit KnownTables(const CausalGraph& graph);

  /// Reads the table of plain observation: one column a variable, and `p` (which sums to 1) or `count`; without either,
  /// a row is one person. Throws as read_csv does, and table_type where `p` does not sum to 1.
  static KnownTables from_joint(const CausalGraph& graph, const std::string& path);

  /// Reads a domains file, and the tables beside it that it names; an experiment without tables may be written as the
  /// list of what it fixed. Throws json_* and graph_unknown_node at
  /// `domains.json#/domains/0/selection/1`, and as from_joint does.
  static KnownTables from_domains(const CausalGraph& graph, const std::string& path);

  const Knowledge& knowledge() const noexcept { return knowledge_; }
  void know_all_interventions() { knowledge_.all_interventions = true; }
  /// By population, the target first.
  std::span<const std::string> populations() const noexcept { return populations_; }

  /// The levels that the tables' variables take; empty where no table has a column for a variable.
  VariableLevels levels() const;
  bool has_tables() const;
  /// Adds this weight to every cell of a table before it is normalised.
  void smooth(double weight) { smoothing_ = weight; }
  /// The distributions of `variables` that have tables. Throws table_* with the file's name.
  std::vector<KnownDistribution> distributions(const VariableLevels& levels, const NodeSet& variables) const;

 private:
  struct FileOfAction {
    std::map<Node, std::string> action;
    std::shared_ptr<const TableFile> file;
  };

  void check_columns(const NodeSet& variables, const std::vector<FileOfAction>& files, const Source& source) const;

  const CausalGraph* graph_;
  Knowledge knowledge_;
  std::vector<std::string> populations_{"target"};
  std::vector<std::vector<FileOfAction>> files_;  // by source
  double smoothing_ = 0;
};

}  // namespace equipoise::cli
