#include <equipoise/scm/counterfactual.hpp>

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/scm/abduction.hpp>

namespace equipoise::inline v0 {

NodeSet reached_from(const CausalGraph& graph, std::span<const Assignment> intervention) {
  NodeSet reached = graph.none();
  for (const Assignment& each : intervention) reached.insert(each.variable);
  for (const Node v : graph.topological_order())
    if (graph.parents(v).intersects(reached)) reached.insert(v);
  return reached;
}

Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world,
                                    std::span<const Assignment> intervention, const CounterfactualOptions& options) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  const auto rows = static_cast<std::size_t>(world.rows());
  const NodeSet reached = reached_from(scm.graph(), intervention);
  Eigen::MatrixXd result(world.rows(), world.cols());
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    detail::BlockAbduction unit(scm, world.data() + block.first, rows, block, options.seed);
    detail::BlockColumns columns;
    columns.exogenous.resize(scm.exogenous().size());
    for (Node v = 0; v < scm.size(); ++v)
      columns.nodes.push_back(reached.contains(v) ? result.data() + v * rows + block.first : unit.factual(v));
    std::vector<const double*> inputs;
    for (const Node v : scm.graph().topological_order()) {
      double* out = result.data() + v * rows + block.first;
      const Assignment* set = nullptr;
      for (const Assignment& each : intervention)
        if (each.variable == v) set = &each;
      if (set != nullptr) {
        std::fill_n(out, block.size, set->value);
      } else if (!reached.contains(v)) {
        std::copy_n(unit.factual(v), block.size, out);
      } else {
        columns.inputs_of(scm, v, inputs);
        unit.reevaluate(v, inputs, out);
      }
    }
  });
  return result;
}

Eigen::MatrixXd counterfactual_probabilities(const Scm& scm, const Eigen::MatrixXd& factual,
                                             const Eigen::MatrixXd& counterfactual, Node v,
                                             const CounterfactualOptions& options) {
  assert(factual.rows() == counterfactual.rows() && factual.cols() == counterfactual.cols());
  const auto rows = static_cast<std::size_t>(factual.rows());
  const std::size_t levels = scm.variable(v).levels.size();
  Eigen::MatrixXd result(factual.rows(), static_cast<Eigen::Index>(levels));
  for (const Scm::Input& input : scm.inputs(v))
    if (input.exogenous)
      throw Error(ErrorCode::scm_missing_rung, "variable '" + scm.graph().name(v) + "'",
                  "a mechanism that reads exogenous '" + scm.input_name(input) + "'", "endogenous causes alone");
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    std::vector<const double*> before, after;
    for (const Scm::Input& input : scm.inputs(v)) {
      before.push_back(factual.data() + input.index * rows + block.first);
      after.push_back(counterfactual.data() + input.index * rows + block.first);
    }
    std::vector<double*> out;
    for (std::size_t k = 0; k < levels; ++k) out.push_back(result.data() + k * rows + block.first);
    detail::for_variable(scm, v, [&] {
      scm.mechanism(v).counterfactual_probabilities(before, factual.data() + v * rows + block.first, after, block, out);
    });
  });
  return result;
}

std::string assumptions_of(const Scm& scm, const NodeSet& variables) {
  std::vector<std::pair<std::string, std::string>> by_assumption;  // what is assumed, and of which variables
  for (const Node v : variables) {
    const std::string stated = scm.mechanism(v).assumption();
    const std::string assumption = stated.empty() ? "functional form" : stated;
    auto found = std::find_if(by_assumption.begin(), by_assumption.end(),
                              [&](const auto& each) { return each.first == assumption; });
    if (found == by_assumption.end())
      by_assumption.emplace_back(assumption, scm.graph().name(v));
    else
      found->second += ", " + scm.graph().name(v);
  }
  std::string text;
  for (const auto& [assumption, names] : by_assumption)
    text += (text.empty() ? "" : "; ") + assumption + " of " + names;
  return text;
}

Licence counterfactual_licence(const Scm& scm, std::span<const Assignment> intervention) {
  NodeSet moved = reached_from(scm.graph(), intervention);
  for (const Assignment& each : intervention) moved.erase(each.variable);
  const std::string basis = assumptions_of(scm, moved);
  return {LicenceKind::assumed, basis.empty() ? "the intervention changes no other variable" : basis};
}

}  // namespace equipoise::inline v0
