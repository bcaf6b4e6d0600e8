// The worlds that objectives ask for, each built once, however many objectives share it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/objective/objective.hpp>
#include <equipoise/scm/path_specific.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/worlds.hpp>

namespace equipoise::inline v0 {

/// What turns rows into the worlds that a predictor is asked about.
struct WorldSource {
  Encoding encoding;            ///< of the features
  std::string outcome;          ///< the column predicted; the predictor stands in its place
  std::optional<Scm> scm = {};  ///< needed for every world but the factual one
};

/// Rows with all that objectives read of them.
struct PreparedRows {
  Table table;                            ///< as observed
  std::vector<double> outcome;            ///< one a row: 1 or 0, or the number
  std::vector<double> weights;            ///< one a row
  std::vector<WorldRequest> requests;     ///< distinct
  std::vector<Eigen::MatrixXd> features;  ///< encoded, rows x columns: one a request

  std::size_t rows() const noexcept { return outcome.size(); }
};

/// The worlds that the objectives ask for, each once, the factual one first. `of_objective[k]` lists where objective
/// k's worlds stand among them, in its order.
struct WorldCatalogue {
  std::vector<WorldRequest> requests;
  std::vector<std::vector<std::size_t>> of_objective;
};

template <class Objectives>
WorldCatalogue catalogue_worlds(const Objectives& objectives) {
  WorldCatalogue catalogue{{WorldRequest{}}, {}};
  for (const auto& objective : objectives) {
    std::vector<std::size_t> places;
    for (const WorldRequest& request : worlds_of(objective)) {
      const auto found = std::find(catalogue.requests.begin(), catalogue.requests.end(), request);
      places.push_back(static_cast<std::size_t>(found - catalogue.requests.begin()));
      if (found == catalogue.requests.end()) catalogue.requests.push_back(request);
    }
    catalogue.of_objective.push_back(std::move(places));
  }
  return catalogue;
}

namespace detail {

/// The model that a request needs. Throws objective_mismatch where there is none.
inline const Scm& model_for(const WorldSource& source, const WorldRequest& request) {
  if (source.scm) return *source.scm;
  throw Error(ErrorCode::objective_mismatch, {},
              "a counterfactual world of '" + request.variable + "' without a structural causal model",
              "a model, or a graph to fit one on");
}

/// The held paths as nodes of the model's graph. Throws graph_unknown_node.
inline std::vector<DirectedPath> held_paths(const CausalGraph& graph, const WorldRequest& request) {
  std::vector<DirectedPath> paths;
  for (const std::vector<std::string>& names : request.held) {
    DirectedPath& path = paths.emplace_back();
    for (const std::string& name : names) path.push_back(graph.node(name));
  }
  return paths;
}

/// The features that are variables of the model: what a change of another variable can reach.
inline std::vector<Node> features_in_model(const WorldSource& source, const Scm& scm) {
  std::vector<Node> nodes;
  for (const EncodedFeature& feature : source.encoding.features)
    if (const auto v = scm.graph().find(feature.name)) nodes.push_back(*v);
  return nodes;
}

/// The features' columns, rows x features, had the variable been `value` in every row.
inline Eigen::MatrixXd features_under(const WorldSource& source, const Scm& scm, const Eigen::MatrixXd& world,
                                      const WorldRequest& request, double value, const CounterfactualOptions& options) {
  const Node variable = scm.graph().node(request.variable), outcome = scm.graph().node(source.outcome);
  return path_specific_features(scm, world, {variable, value}, outcome, features_in_model(source, scm),
                                held_paths(scm.graph(), request), options);
}

/// The same where each row is given the level `shift` places on from its own.
inline Eigen::MatrixXd shifted_features(const WorldSource& source, const Scm& scm, const Eigen::MatrixXd& world,
                                        const WorldRequest& request, const CounterfactualOptions& options) {
  const Node variable = scm.graph().node(request.variable);
  const std::size_t levels = scm.variable(variable).levels.size();
  if (levels < 2)
    throw Error(ErrorCode::objective_mismatch, "variable '" + request.variable + "'",
                levels == 0 ? "a number" : "one level alone", "a variable with levels, at least two");
  Eigen::MatrixXd result;
  for (std::size_t level = 0; level < levels; ++level) {
    const auto own = static_cast<double>((level + levels - request.shift % levels) % levels);
    const Eigen::MatrixXd under = features_under(source, scm, world, request, static_cast<double>(level), options);
    if (result.size() == 0) result = under;
    for (Eigen::Index row = 0; row < world.rows(); ++row)
      if (world(row, static_cast<Eigen::Index>(variable)) == own) result.row(row) = under.row(row);
  }
  return result;
}

/// The table of the predictor's features, those of the model having these values, in the model's levels.
inline Table with_features(const WorldSource& source, const Scm& scm, const Table& table,
                           const Eigen::MatrixXd& values) {
  std::vector<Column> columns;
  Eigen::Index next = 0;  // of values: the features of the model, in the encoding's order
  for (const EncodedFeature& feature : source.encoding.features) {
    const auto v = scm.graph().find(feature.name);
    if (!v) {
      columns.push_back(table.column(feature.name));
      continue;
    }
    const VariableSpec& variable = scm.variable(*v);
    const auto column = values.col(next++);
    columns.push_back({feature.name,
                       variable.has_levels() ? ColumnType::categorical : ColumnType::continuous,
                       variable.levels,
                       {column.begin(), column.end()}});
  }
  return Table(std::move(columns));
}

/// The model without what a predictor's features cannot depend on: the outcome's own value is never read, and a
/// table need not hold it.
inline NodeSet unread_nodes(const WorldSource& source, const Scm& scm) {
  NodeSet read = scm.graph().none();
  for (const Node v : features_in_model(source, scm)) read.insert(v);
  NodeSet unread = scm.graph().all();
  for (auto v = scm.graph().topological_order().rbegin(); v != scm.graph().topological_order().rend(); ++v)
    if (read.contains(*v)) {
      unread.erase(*v);
      read |= scm.graph().parents(*v);
    }
  return unread;
}

}  // namespace detail

/// One world of the table's rows, encoded for the predictor: rows x encoded columns. Noise that a row leaves open is
/// drawn from options.seed. Throws objective_mismatch where the request needs a model and there is none, and what
/// path_specific_features and encode throw.
inline Eigen::MatrixXd build_world(const WorldSource& source, const Table& table, const WorldRequest& request,
                                   const CounterfactualOptions& options = {}) {
  if (request.is_factual()) return encode(source.encoding, table);
  const Scm& scm = detail::model_for(source, request);
  NodeSet absent = detail::unread_nodes(source, scm);
  const Node variable = scm.graph().node(request.variable);
  absent.erase(variable);
  const Eigen::MatrixXd world = world_of(scm, table, absent);
  const Eigen::MatrixXd values =
      request.value
          ? detail::features_under(source, scm, world, request,
                                   resolve_assignment(scm, request.variable, *request.value, {}).value, options)
          : detail::shifted_features(source, scm, world, request, options);
  return encode(source.encoding, detail::with_features(source, scm, table, values));
}

/// What the numbers of an objective that asks for these worlds rest on: nothing causal for the factual world alone;
/// else assumed, naming the mechanisms that carry the change to the predictor's features, with their couplings.
inline Licence world_licence(const WorldSource& source, std::span<const WorldRequest> requests) {
  std::string basis;
  for (const WorldRequest& request : requests) {
    if (request.is_factual()) continue;
    const Scm& scm = detail::model_for(source, request);
    const Node variable = scm.graph().node(request.variable);
    const std::vector<Assignment> change{{variable, 0}};
    NodeSet moved = reached_from(scm.graph(), change);
    moved.erase(variable);
    moved -= detail::unread_nodes(source, scm);
    const std::string carried = assumptions_of(scm, moved);
    std::string held;
    for (const std::vector<std::string>& path : request.held) {
      held += held.empty() ? "" : ", ";
      for (std::size_t i = 0; i < path.size(); ++i) held += (i == 0 ? "" : " -> ") + path[i];
    }
    std::string text = "had " + request.variable + " been another";
    if (!held.empty()) text += ", with " + held + " held as it is";
    text += carried.empty() ? ": nothing else that the predictor reads would change" : ": rests on " + carried;
    if (basis.find(text) == std::string::npos) basis += (basis.empty() ? "" : "; ") + text;
  }
  if (basis.empty()) return {LicenceKind::observational, "a mean over the rows"};
  return {LicenceKind::assumed, basis};
}

/// The rows of a table with every world of the catalogue built. `outcome` is one a row.
inline PreparedRows prepare_rows(const WorldSource& source, const Table& table, std::vector<double> outcome,
                                 std::span<const WorldRequest> requests, const CounterfactualOptions& options = {}) {
  PreparedRows prepared{.table = table,
                        .outcome = std::move(outcome),
                        .weights = {table.weights().begin(), table.weights().end()},
                        .requests = {requests.begin(), requests.end()},
                        .features = {}};
  for (const WorldRequest& request : requests)
    prepared.features.push_back(build_world(source, table, request, options));
  return prepared;
}

}  // namespace equipoise::inline v0
