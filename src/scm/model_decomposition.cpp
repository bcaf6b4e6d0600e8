#include <equipoise/scm/model_decomposition.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>

namespace equipoise::inline v0 {
namespace {

// The model in which y alone sees `x` at `value`, through a new root, while all else sees x as it is.
Scm with_edge_set(const Scm& scm, Assignment x, Node y) {
  const CausalGraph& graph = scm.graph();
  if (!graph.has_directed(x.variable, y)) return scm;
  std::string shown = graph.name(x.variable) + "*";
  while (graph.find(shown)) shown += '*';
  std::vector<std::string> names = graph.names();
  names.push_back(shown);
  std::vector<NamedEdge> directed, bidirected;
  std::vector<NodeMechanism> mechanisms;
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node parent : graph.parents(v))
      directed.emplace_back(v == y && parent == x.variable ? shown : graph.name(parent), graph.name(v));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.emplace_back(graph.name(v), graph.name(sibling));
    NodeMechanism node{scm.mechanism(v), {}};
    for (const Scm::Input& input : scm.inputs(v))
      node.inputs.push_back(v == y && !input.exogenous && input.index == x.variable ? shown : scm.input_name(input));
    mechanisms.push_back(std::move(node));
  }
  mechanisms.push_back({NoiseMechanism(Noise(ConstantNoise{x.value})), {}});
  std::vector<VariableSpec> variables(scm.variables().begin(), scm.variables().end());
  variables.push_back(scm.variable(x.variable));
  variables.back().name = shown;
  return Scm(CausalGraph(std::move(names), directed, bidirected), std::move(variables), std::move(mechanisms),
             {scm.exogenous().begin(), scm.exogenous().end()});
}

bool share_exogenous(const Scm& scm, Node a, Node b) {
  const auto inputs = scm.inputs(b);
  return std::any_of(scm.inputs(a).begin(), scm.inputs(a).end(), [&](const Scm::Input& each) {
    return each.exogenous && std::find(inputs.begin(), inputs.end(), each) != inputs.end();
  });
}

// Hidden common causes that the graph draws and the mechanisms lack: "X and Z, X and W". Empty where there is none.
std::string unmodelled_hidden_causes(const Scm& scm) {
  const CausalGraph& graph = scm.graph();
  std::string pairs;
  for (Node v = 0; v < graph.size(); ++v)
    for (const Node sibling : graph.siblings(v))
      if (v < sibling && !share_exogenous(scm, v, sibling))
        pairs += (pairs.empty() ? "" : ", ") + graph.name(v) + " and " + graph.name(sibling);
  return pairs;
}

// What a part of a model's gap rests on, where `of_data` is what it would rest on in data of the same graph.
Licence licence_of_model(Licence of_data, const std::string& unmodelled) {
  if (!unmodelled.empty())
    return {LicenceKind::assumed, "of the model, which assumes that nothing hidden is common to " + unmodelled};
  if (of_data.kind != LicenceKind::identified)
    return {of_data.kind, "not identified by the graph; rests on the model's mechanisms and couplings"};
  const std::string observed = "observed: ";
  if (of_data.basis.starts_with(observed)) of_data.basis.erase(0, observed.size());
  return {of_data.kind, "of the model: " + of_data.basis};
}

// The mean of an outcome among the rows of one group.
struct GroupMean {
  double sum = 0, rows = 0;
  double value() const { return sum / rows; }
};

class ModelGap {
 public:
  ModelGap(const Scm& scm, const DecompositionQuery& query)
      : x1_(resolve_assignment(scm, query.protected_attribute, query.compared, "--protected")),
        x0_(resolve_assignment(scm, query.protected_attribute, query.baseline, "--protected")),
        y_(scm.graph().node(query.outcome)),
        has_positive_(!query.positive.empty()),
        positive_(has_positive_ ? resolve_assignment(scm, query.outcome, query.positive, "--outcome").value : 0),
        factual_(scm),
        compared_(intervene(scm, std::array{x1_})),
        crossed_(with_edge_set(scm, x1_, y_)) {
    if (x1_ == x0_)
      throw Error(ErrorCode::query_overlap, {}, "'" + query.compared + "' compared with itself",
                  "two different values");
    if (!has_positive_ && scm.variable(y_).type == ColumnType::categorical)
      throw Error(ErrorCode::table_type, "variable '" + query.outcome + "'", "a categorical outcome without a value",
                  "the value that counts as 1");
  }

  DecompositionValues batch(std::size_t rows, std::uint64_t seed, Parallelism parallelism) const {
    const SampleOptions options{.seed = seed, .parallelism = parallelism};
    const Eigen::MatrixXd factual = sample(factual_, rows, options);
    // Interventions leave the other variables' noise alone: row i is the same person in both.
    const Eigen::MatrixXd treated = sample(compared_, rows, options), crossed = sample(crossed_, rows, options);
    const double baseline = mean(factual, factual, x0_), compared = mean(factual, factual, x1_);
    const double responded = mean(factual, treated, x0_), directly = mean(crossed, crossed, x0_);
    return {.tv = compared - baseline,
            .ctf_de = directly - baseline,
            .ctf_ie = directly - responded,
            .ctf_se = responded - compared};
  }

 private:
  double mean(const Eigen::MatrixXd& groups, const Eigen::MatrixXd& outcomes, const Assignment& group) const {
    GroupMean result;
    const auto x = static_cast<Eigen::Index>(group.variable), y = static_cast<Eigen::Index>(y_);
    for (Eigen::Index row = 0; row < groups.rows(); ++row) {
      if (groups(row, x) != group.value) continue;
      const double outcome = outcomes(row, y);
      result.sum += has_positive_ ? (outcome == positive_ ? 1.0 : 0.0) : outcome;
      result.rows += 1;
    }
    if (result.rows == 0)
      throw Error(ErrorCode::no_positivity, {},
                  "the model gives no one the value compared of '" + factual_.graph().name(group.variable) + "'",
                  "a protected attribute of which both values occur");
    return result.value();
  }

  Assignment x1_, x0_;
  Node y_;
  bool has_positive_;
  double positive_;
  Scm factual_, compared_, crossed_;
};

}  // namespace

Decomposition decompose(const Scm& scm, const DecompositionQuery& query, const ModelDecompositionOptions& options) {
  constexpr std::size_t batches = 40;
  constexpr double t_quantile = 2.0226909;  // Student's t, 39 degrees of freedom, 0.975
  const FairnessRoles roles = roles_in_graph(scm.graph(), query.protected_attribute, query.outcome);
  const ModelGap gap(scm, query);
  Decomposition result = detail::licensed_decomposition(query, roles);
  const std::string unmodelled = unmodelled_hidden_causes(scm);
  constexpr std::array parts{&DecompositionValues::tv, &DecompositionValues::ctf_de, &DecompositionValues::ctf_ie,
                             &DecompositionValues::ctf_se};
  std::array<std::array<double, batches>, parts.size()> values{};
  for (std::size_t batch = 0; batch < batches; ++batch) {
    // Philox keys by seed: any two seeds give unrelated streams.
    const DecompositionValues drawn =
        gap.batch(options.rows / batches + 1, options.seed + batch * 0x9E3779B97F4A7C15u, options.parallelism);
    for (std::size_t part = 0; part < parts.size(); ++part) values[part][batch] = drawn.*parts[part];
  }
  const std::array estimates{&result.tv, &result.ctf_de, &result.ctf_ie, &result.ctf_se};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    double mean = 0, squares = 0;
    for (const double value : values[part]) mean += value;
    mean /= batches;
    for (const double value : values[part]) squares += (value - mean) * (value - mean);
    const double margin = t_quantile * std::sqrt(squares / (batches - 1) / batches);
    LicensedEstimate& estimate = *estimates[part];
    estimate.estimate = {mean, mean - margin, mean + margin};
    estimate.licence = licence_of_model(std::move(estimate.licence), unmodelled);
  }
  return result;
}

}  // namespace equipoise::inline v0
