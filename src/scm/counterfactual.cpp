#include <equipoise/scm/counterfactual.hpp>

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/scm/abduction.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>

namespace equipoise::inline v0 {

NodeSet reached_from(const CausalGraph& graph, std::span<const Assignment> intervention) {
  NodeSet reached = graph.none();
  for (const Assignment& each : intervention) reached.insert(each.variable);
  for (const Node v : graph.topological_order())
    if (graph.parents(v).intersects(reached)) reached.insert(v);
  return reached;
}

namespace {

Intervention actions_of(std::span<const Assignment> assignments) { return {assignments.begin(), assignments.end()}; }

/// One block of rows in the world that an intervention makes.
class BlockPrediction {
 public:
  BlockPrediction(const Scm& scm, const Scm& intervened, const Reach& reach,
                  const std::vector<detail::ChangesOf>& changes, detail::BlockAbduction& unit, std::uint64_t seed)
      : scm_(scm), intervened_(intervened), reach_(reach), changes_(changes), unit_(unit), seed_(seed) {}

  /// Column v at `out + v * stride`.
  void predict(double* out, std::size_t stride) {
    columns_.exogenous.resize(scm_.exogenous().size());
    for (Node v = 0; v < scm_.size(); ++v)
      columns_.nodes.push_back(reach_.changed.contains(v) ? out + v * stride : unit_.factual(v));
    for (const Node v : intervened_.graph().topological_order()) {
      double* column = out + v * stride;
      const Action* own = changes_[v].own;
      if (own == nullptr || !detail::replaces(own->change)) make(v, column);
      if (own != nullptr) change(*own, v, 0, column, column);
    }
  }

 private:
  /// v as its own mechanism makes it.
  void make(Node v, double* out) {
    if (!reach_.remade.contains(v)) {
      std::copy_n(unit_.factual(v), unit_.rows().size, out);
      return;
    }
    columns_.inputs_of(scm_, v, inputs_);
    if (!changes_[v].edges.empty()) feed_along_edges(v);
    unit_.reevaluate(v, inputs_, out);
  }

  void feed_along_edges(Node v) {
    const std::span<const Scm::Input> sources = scm_.inputs(v);
    fed_.resize(std::max(fed_.size(), changes_[v].edges.size()));
    std::size_t edge = 0;
    for (std::size_t c = 0; c < sources.size(); ++c) {
      const Action* action = changes_[v].edge_from(sources[c]);
      if (action == nullptr) continue;
      std::vector<double>& column = fed_[edge++];
      column.resize(unit_.rows().size);
      change(*action, v, edge, inputs_[c], column.data());
      inputs_[c] = column.data();
    }
  }

  /// `edge`: 0 for what is done to v itself, else which of the changed edges into v it is.
  void change(const Action& action, Node v, std::size_t edge, const double* natural, double* out) {
    policy_inputs_.clear();
    if (const auto* policy = std::get_if<Policy>(&action.change))
      for (const Node input : policy->inputs()) policy_inputs_.push_back(columns_.nodes[input]);
    const RandomStream of_variable(StreamKey{seed_, Purpose::sample, static_cast<std::uint32_t>(v)});
    detail::for_rows_of(scm_, action.variable, [&] {
      detail::apply_change(action.change, scm_.variable(action.variable).levels.size(), natural, policy_inputs_,
                           detail::stream_of_change(of_variable, edge), unit_.rows(), out);
    });
  }

  const Scm& scm_;
  const Scm& intervened_;
  const Reach& reach_;
  const std::vector<detail::ChangesOf>& changes_;
  detail::BlockAbduction& unit_;
  std::uint64_t seed_;
  detail::BlockColumns columns_;
  std::vector<const double*> inputs_, policy_inputs_;
  std::vector<std::vector<double>> fed_;
};

}  // namespace

namespace detail {

CounterfactualPlan::CounterfactualPlan(const Scm& scm, Intervention intervention)
    : scm_(scm),
      intervention_(std::move(intervention)),
      intervened_(intervene(scm_, intervention_)),
      reach_(reach_of(intervened_.graph(), intervention_)),
      changes_(changes_by_variable(scm_.size(), intervention_)) {}

void CounterfactualPlan::predict(const double* world, std::size_t stride, RowBlock rows, std::uint64_t seed,
                                 double* out, std::size_t out_stride) const {
  BlockAbduction unit(scm_, world, stride, rows, seed);
  unit.require_possible();
  BlockPrediction(scm_, intervened_, reach_, changes_, unit, seed).predict(out, out_stride);
}

}  // namespace detail

Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world, const Intervention& intervention,
                                    const CounterfactualOptions& options) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  const auto rows = static_cast<std::size_t>(world.rows());
  const detail::CounterfactualPlan plan(scm, intervention);
  Eigen::MatrixXd result(world.rows(), world.cols());
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    plan.predict(world.data() + block.first, rows, block, options.seed, result.data() + block.first, rows);
  });
  return result;
}

Eigen::MatrixXd counterfactual_rows(const Scm& scm, Eigen::MatrixXd&& world, const Intervention& intervention,
                                    const CounterfactualOptions& options) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  const auto rows = static_cast<std::size_t>(world.rows());
  const detail::CounterfactualPlan plan(scm, intervention);
  Eigen::MatrixXd result = std::move(world);
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    thread_local std::vector<double> factual;  // kept between blocks: new memory would take longer than the arithmetic
    factual.resize(scm.size() * block.size);
    for (Node v = 0; v < scm.size(); ++v)
      std::copy_n(result.data() + v * rows + block.first, block.size, factual.data() + v * block.size);
    plan.predict(factual.data(), block.size, block, options.seed, result.data() + block.first, rows);
  });
  return result;
}

Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world,
                                    std::span<const Assignment> intervention, const CounterfactualOptions& options) {
  return counterfactual_rows(scm, world, actions_of(intervention), options);
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
    detail::for_rows_of(scm, v, [&] {
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

Licence counterfactual_licence(const Scm& scm, const Intervention& intervention) {
  const Scm intervened = intervene(scm, intervention);
  const std::string basis = assumptions_of(scm, reach_of(intervened.graph(), intervention).remade);
  return {LicenceKind::assumed, basis.empty() ? "the intervention changes no other variable" : basis};
}

Licence counterfactual_licence(const Scm& scm, std::span<const Assignment> intervention) {
  return counterfactual_licence(scm, actions_of(intervention));
}

}  // namespace equipoise::inline v0
