#include <equipoise/objective/worlds.hpp>

#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/path_specific.hpp>
#include <equipoise/scm/worlds.hpp>

namespace equipoise::inline v0 {
namespace {

/// The model that a request needs. Throws objective_mismatch where there is none.
const Scm& model_for(const WorldSource& source, const WorldRequest& request) {
  if (source.scm) return *source.scm;
  throw Error(ErrorCode::objective_mismatch, {},
              "a counterfactual world of '" + request.variable + "' without a structural causal model",
              "a model, or a graph to fit one on");
}

/// The held paths as nodes of the model's graph. Throws graph_unknown_node.
std::vector<DirectedPath> held_paths(const CausalGraph& graph, const WorldRequest& request) {
  std::vector<DirectedPath> paths;
  for (const std::vector<std::string>& names : request.held) {
    DirectedPath& path = paths.emplace_back();
    for (const std::string& name : names) path.push_back(graph.node(name));
  }
  return paths;
}

/// The features that are variables of the model: what a change of another variable can reach.
std::vector<Node> features_in_model(const WorldSource& source, const Scm& scm) {
  std::vector<Node> nodes;
  for (const EncodedFeature& feature : source.encoding.features)
    if (const auto v = scm.graph().find(feature.name)) nodes.push_back(*v);
  return nodes;
}

/// The features' columns, rows x features, had the variable been `value` in every row.
Eigen::MatrixXd features_under(const WorldSource& source, const Scm& scm, const Eigen::MatrixXd& world,
                               const WorldRequest& request, double value, const CounterfactualOptions& options) {
  const Node variable = scm.graph().node(request.variable), outcome = scm.graph().node(source.outcome);
  return path_specific_features(scm, world, {variable, value}, outcome, features_in_model(source, scm),
                                held_paths(scm.graph(), request), options);
}

/// The same where each row is given the level `shift` places on from its own.
Eigen::MatrixXd shifted_features(const WorldSource& source, const Scm& scm, const Eigen::MatrixXd& world,
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
Table with_features(const WorldSource& source, const Scm& scm, const Table& table, const Eigen::MatrixXd& values) {
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
NodeSet unread_nodes(const WorldSource& source, const Scm& scm) {
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

}  // namespace

Eigen::MatrixXd build_world(const WorldSource& source, const Table& table, const WorldRequest& request,
                            const CounterfactualOptions& options) {
  if (request.is_factual()) return encode(source.encoding, table);
  const Scm& scm = model_for(source, request);
  NodeSet absent = unread_nodes(source, scm);
  const Node variable = scm.graph().node(request.variable);
  absent.erase(variable);
  const Eigen::MatrixXd world = world_of(scm, table, absent);
  const Eigen::MatrixXd values =
      request.value ? features_under(source, scm, world, request,
                                     resolve_assignment(scm, request.variable, *request.value, {}).value, options)
                    : shifted_features(source, scm, world, request, options);
  return encode(source.encoding, with_features(source, scm, table, values));
}

Licence world_licence(const WorldSource& source, std::span<const WorldRequest> requests) {
  std::string basis;
  for (const WorldRequest& request : requests) {
    if (request.is_factual()) continue;
    const Scm& scm = model_for(source, request);
    const Node variable = scm.graph().node(request.variable);
    const std::vector<Assignment> change{{variable, 0}};
    NodeSet moved = reached_from(scm.graph(), change);
    moved.erase(variable);
    moved -= unread_nodes(source, scm);
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

PreparedRows prepare_rows(const WorldSource& source, const Table& table, std::vector<double> outcome,
                          std::span<const WorldRequest> requests, const CounterfactualOptions& options) {
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
