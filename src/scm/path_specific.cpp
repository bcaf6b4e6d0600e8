#include <equipoise/scm/path_specific.hpp>

#include <algorithm>
#include <cassert>
#include <map>
#include <string>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/scm/abduction.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::BlockAbduction;

/// The held paths read backwards from the outcome, as a tree: a node of it is what the paths that end so far
/// alike have in common.
class HeldPaths {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);  ///< no held path goes on so

  explicit HeldPaths(std::span<const DirectedPath> paths) : tree_(1) {
    for (const DirectedPath& path : paths) {
      std::size_t at = 0;
      for (auto v = path.rbegin(); v != path.rend(); ++v) {
        const auto found = tree_[at].before.find(*v);
        if (found != tree_[at].before.end()) {
          at = found->second;
        } else {
          const std::size_t fresh = tree_.size();
          tree_.emplace_back();
          tree_[at].before.emplace(*v, fresh);
          at = fresh;
        }
      }
      tree_[at].whole = true;
    }
  }
  /// One step further back, to v.
  std::size_t step(std::size_t at, Node v) const {
    if (at == none) return none;
    const auto found = tree_[at].before.find(v);
    return found == tree_[at].before.end() ? none : found->second;
  }
  bool is_whole(std::size_t at) const { return at != none && tree_[at].whole; }

 private:
  struct Branch {
    std::map<Node, std::size_t> before;
    bool whole = false;
  };
  std::vector<Branch> tree_;
};

/// Values of nodes as they are seen along the rest of a path. A node's value depends on how the path goes on
/// only through which held paths go on so, hence on a place in the tree: each (node, place) is evaluated once.
class PathEvaluation {
 public:
  PathEvaluation(const Scm& scm, BlockAbduction& unit, Assignment change, const HeldPaths& held, const NodeSet& reached)
      : scm_(scm),
        unit_(unit),
        change_(change),
        held_(held),
        reached_(reached),
        changed_(unit.rows().size, change.value) {}

  /// The column of v as seen from the place `at`, which v's own step has reached.
  const double* value(Node v, std::size_t at) {
    if (!reached_.contains(v)) return unit_.factual(v);
    if (v == change_.variable) return held_.is_whole(at) ? unit_.factual(v) : changed_.data();
    const auto known = memory_.find({v, at});
    if (known != memory_.end()) return known->second.data();
    std::vector<const double*> inputs;
    for (const Scm::Input& input : scm_.inputs(v))
      inputs.push_back(input.exogenous ? nullptr : value(input.index, held_.step(at, input.index)));
    std::vector<double> column(unit_.rows().size);
    unit_.reevaluate(v, inputs, column.data());
    return memory_.emplace(std::pair{v, at}, std::move(column)).first->second.data();
  }

 private:
  const Scm& scm_;
  BlockAbduction& unit_;
  Assignment change_;
  const HeldPaths& held_;
  const NodeSet& reached_;
  std::vector<double> changed_;
  std::map<std::pair<Node, std::size_t>, std::vector<double>> memory_;
};

/// Throws scm_invalid where a held path does not lead from the change to the outcome along edges; its last
/// step may be one that a predictor takes from one of `features`.
void check_held_paths(const Scm& scm, Assignment change, Node outcome, std::span<const Node> features,
                      std::span<const DirectedPath> held) {
  const CausalGraph& graph = scm.graph();
  for (const DirectedPath& path : held) {
    std::string text;
    for (const Node v : path) text += (text.empty() ? "" : " -> ") + graph.name(v);
    if (path.size() < 2 || path.front() != change.variable || path.back() != outcome)
      throw Error(ErrorCode::scm_invalid, "path " + text, "a path with other ends",
                  "one from '" + graph.name(change.variable) + "' to '" + graph.name(outcome) + "'");
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const bool implicit =
          path[i + 1] == outcome && std::find(features.begin(), features.end(), path[i]) != features.end();
      if (!implicit && !graph.has_directed(path[i], path[i + 1]))
        throw Error(ErrorCode::scm_invalid, "path " + text,
                    "no edge " + graph.name(path[i]) + " -> " + graph.name(path[i + 1]), "edges of the graph");
    }
  }
}

template <class Fill>
void for_each_path_block(const Scm& scm, const Eigen::MatrixXd& world, Assignment change,
                         std::span<const DirectedPath> held, const CounterfactualOptions& options, Fill&& fill) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  const auto rows = static_cast<std::size_t>(world.rows());
  const HeldPaths tree(held);
  const NodeSet reached = reached_from(scm.graph(), std::span(&change, 1));
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    BlockAbduction unit(scm, world.data() + block.first, rows, block, options.seed);
    PathEvaluation evaluation(scm, unit, change, tree, reached);
    fill(evaluation, tree, block);
  });
}

}  // namespace

Eigen::MatrixXd path_specific_features(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                       std::span<const Node> features, std::span<const DirectedPath> held,
                                       const CounterfactualOptions& options) {
  check_held_paths(scm, change, outcome, features, held);
  Eigen::MatrixXd result(world.rows(), static_cast<Eigen::Index>(features.size()));
  const auto rows = static_cast<std::size_t>(world.rows());
  for_each_path_block(scm, world, change, held, options,
                      [&](PathEvaluation& evaluation, const HeldPaths& tree, RowBlock block) {
                        const std::size_t at_outcome = tree.step(0, outcome);
                        for (std::size_t f = 0; f < features.size(); ++f)
                          std::copy_n(evaluation.value(features[f], tree.step(at_outcome, features[f])), block.size,
                                      result.data() + f * rows + block.first);
                      });
  return result;
}

Eigen::VectorXd path_specific_outcome(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                      std::span<const DirectedPath> held, const CounterfactualOptions& options) {
  check_held_paths(scm, change, outcome, {}, held);
  Eigen::VectorXd result(world.rows());
  for_each_path_block(
      scm, world, change, held, options, [&](PathEvaluation& evaluation, const HeldPaths& tree, RowBlock block) {
        std::copy_n(evaluation.value(outcome, tree.step(0, outcome)), block.size, result.data() + block.first);
      });
  return result;
}

Eigen::MatrixXd path_specific_rows(const Scm& scm, const Eigen::MatrixXd& world, Assignment change, Node outcome,
                                   std::span<const DirectedPath> held, const CounterfactualOptions& options) {
  check_held_paths(scm, change, outcome, {}, held);
  Eigen::MatrixXd result = world;
  const auto rows = static_cast<std::size_t>(world.rows());
  for_each_path_block(scm, world, change, held, options,
                      [&](PathEvaluation& evaluation, const HeldPaths& tree, RowBlock block) {
                        const std::size_t at_outcome = tree.step(0, outcome);
                        const auto put = [&](Node v, std::size_t at) {
                          std::copy_n(evaluation.value(v, at), block.size, result.data() + v * rows + block.first);
                        };
                        for (const Node parent : scm.graph().parents(outcome))
                          put(parent, tree.step(at_outcome, parent));
                        put(outcome, at_outcome);
                      });
  return result;
}

}  // namespace equipoise::inline v0
