// The structural causal model: a graph, and for every variable the mechanism that makes it from its causes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/suggest.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/scm/any_mechanism.hpp>

namespace equipoise::inline v0 {

/// A variable of a model: its name, what its numbers mean, and its levels' texts where it has levels.
struct VariableSpec {
  std::string name;
  ColumnType type = ColumnType::continuous;
  std::vector<std::string> levels;

  bool has_levels() const noexcept { return type == ColumnType::binary || type == ColumnType::categorical; }
  friend bool operator==(const VariableSpec&, const VariableSpec&) = default;
};

/// An exogenous variable with a name, which several mechanisms may share: then it is a latent confounder.
struct ExogenousVariable {
  std::string name;
  Noise noise;
  friend bool operator==(const ExogenousVariable&, const ExogenousVariable&) = default;
};

/// A mechanism and the variables, endogenous or exogenous, that it reads, by name and in its order.
struct NodeMechanism {
  AnyMechanism mechanism;
  std::vector<std::string> inputs;
};

/// A structural causal model. Immutable and cheap to copy: copies share everything, an intervened model all
/// that it did not change. Variables are the graph's nodes, in its order.
///
/// A *world* of an Scm is a matrix `rows x variables`, a column a node; discrete variables hold level indices.
class Scm {
 public:
  /// One input of a mechanism: a node, or an exogenous variable.
  struct Input {
    bool exogenous = false;
    std::size_t index = 0;
    friend bool operator==(const Input&, const Input&) = default;
  };

  Scm() = default;
  /// `variables` and `mechanisms`: one a node, in the graph's order. Two mechanisms that share an exogenous
  /// variable are joined by a bidirected edge of the graph where it is not there yet. Throws scm_invalid
  /// where an input is neither a parent in the graph nor exogenous, a mechanism's number of inputs or levels
  /// does not fit, or a name is repeated; `place` begins the message.
  Scm(CausalGraph graph, std::vector<VariableSpec> variables, std::vector<NodeMechanism> mechanisms,
      std::vector<ExogenousVariable> exogenous = {}, std::string_view place = {});

  std::size_t size() const noexcept { return state_ ? state_->graph.size() : 0; }
  const CausalGraph& graph() const { return state_->graph; }
  std::span<const VariableSpec> variables() const { return *state_->variables; }
  const VariableSpec& variable(Node v) const { return (*state_->variables)[v]; }
  std::span<const ExogenousVariable> exogenous() const { return *state_->exogenous; }
  const AnyMechanism& mechanism(Node v) const { return state_->mechanisms[v].mechanism; }
  std::span<const Input> inputs(Node v) const { return state_->mechanisms[v].inputs; }
  const std::string& input_name(const Input& input) const {
    return input.exogenous ? exogenous()[input.index].name : graph().name(input.index);
  }
  /// The index of a level of v by its text. Throws scm_invalid, with a suggestion, where there is none.
  std::size_t level(Node v, std::string_view text) const;

  /// The same model with v's mechanism replaced by one without inputs; edges into v are taken out.
  Scm with_root(Node v, AnyMechanism mechanism) const;

 private:
  struct Bound {
    AnyMechanism mechanism;
    std::vector<Input> inputs;
  };
  struct State {
    CausalGraph graph;
    std::shared_ptr<const std::vector<VariableSpec>> variables;
    std::shared_ptr<const std::vector<ExogenousVariable>> exogenous;
    std::vector<Bound> mechanisms;
  };
  std::shared_ptr<const State> state_;
};

namespace detail {

[[noreturn]] inline void invalid_scm(std::string_view place, std::string found, std::string expected,
                                     std::string hint = {}) {
  throw Error(ErrorCode::scm_invalid, std::string(place), std::move(found), std::move(expected), std::move(hint));
}

inline void check_variables(const CausalGraph& graph, const std::vector<VariableSpec>& variables,
                            const std::vector<ExogenousVariable>& exogenous, std::string_view place) {
  if (variables.size() != graph.size())
    invalid_scm(place, std::to_string(variables.size()) + " variables",
                "one for each of " + std::to_string(graph.size()) + " nodes");
  for (Node v = 0; v < graph.size(); ++v) {
    const VariableSpec& variable = variables[v];
    if (variable.name != graph.name(v))
      invalid_scm(place, "variable '" + variable.name + "'", "'" + graph.name(v) + "', as in the graph");
    const std::size_t levels = variable.levels.size();
    if (!variable.has_levels() ? levels != 0 : variable.type == ColumnType::binary ? levels != 2 : levels == 0)
      invalid_scm(place, "variable '" + variable.name + "' with " + std::to_string(levels) + " levels",
                  variable.type == ColumnType::binary ? "2"
                  : variable.has_levels()             ? "at least 1"
                                                      : "none, being a number");
    for (std::size_t k = 0; k < levels; ++k)
      for (std::size_t j = 0; j < k; ++j)
        if (variable.levels[j] == variable.levels[k])
          invalid_scm(place, "variable '" + variable.name + "' with the level '" + variable.levels[k] + "' twice",
                      "distinct levels");
  }
  for (std::size_t e = 0; e < exogenous.size(); ++e) {
    if (graph.find(exogenous[e].name))
      invalid_scm(place, "exogenous '" + exogenous[e].name + "', which is a node too", "a name of its own");
    for (std::size_t f = 0; f < e; ++f)
      if (exogenous[f].name == exogenous[e].name)
        invalid_scm(place, "exogenous '" + exogenous[e].name + "' twice", "distinct names");
  }
}

/// The graph with these edges and without those into `cut`; graph.size() cuts nothing.
inline CausalGraph rebuilt_graph(const CausalGraph& graph, Node cut, std::span<const NamedEdge> more_bidirected,
                                 std::string_view place) {
  std::vector<NamedEdge> directed, bidirected(more_bidirected.begin(), more_bidirected.end());
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v))
      if (child != cut) directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling && v != cut && sibling != cut) bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return CausalGraph(graph.names(), directed, bidirected, place);
}

}  // namespace detail

inline Scm::Scm(CausalGraph graph, std::vector<VariableSpec> variables, std::vector<NodeMechanism> mechanisms,
                std::vector<ExogenousVariable> exogenous, std::string_view place) {
  detail::check_variables(graph, variables, exogenous, place);
  if (mechanisms.size() != graph.size())
    detail::invalid_scm(place, std::to_string(mechanisms.size()) + " mechanisms",
                        "one for each of " + std::to_string(graph.size()) + " nodes");
  std::vector<Bound> bound;
  std::vector<std::vector<Node>> readers(exogenous.size());
  for (Node v = 0; v < graph.size(); ++v) {
    NodeMechanism& given = mechanisms[v];
    const std::string who = "the mechanism of '" + graph.name(v) + "'";
    if (given.mechanism.input_count() != given.inputs.size())
      detail::invalid_scm(place, who + " with " + std::to_string(given.inputs.size()) + " inputs",
                          std::to_string(given.mechanism.input_count()));
    const std::size_t levels = given.mechanism.level_count();
    if (levels != 0 && levels != variables[v].levels.size())
      detail::invalid_scm(place, who + " with " + std::to_string(levels) + " levels",
                          std::to_string(variables[v].levels.size()) + ", as the variable has");
    std::vector<Input> inputs;
    for (const std::string& name : given.inputs) {
      std::optional<Input> input;
      for (std::size_t e = 0; e < exogenous.size(); ++e)
        if (exogenous[e].name == name) input = Input{true, e};
      if (const auto parent = graph.find(name); !input && parent && graph.has_directed(*parent, v))
        input = Input{false, *parent};
      if (!input) {
        std::vector<std::string> known;
        for (const Node parent : graph.parents(v)) known.push_back(graph.name(parent));
        for (const ExogenousVariable& each : exogenous) known.push_back(each.name);
        detail::invalid_scm(place, who + " reads '" + name + "'", "a parent in the graph or an exogenous variable",
                            suggestion(name, known));
      }
      for (const Input& other : inputs)
        if (other == *input) detail::invalid_scm(place, who + " reads '" + name + "' twice", "distinct inputs");
      if (input->exogenous) readers[input->index].push_back(v);
      inputs.push_back(*input);
    }
    bound.push_back({std::move(given.mechanism), std::move(inputs)});
  }
  std::vector<NamedEdge> confounded;
  for (const std::vector<Node>& sharing : readers)
    for (std::size_t i = 0; i < sharing.size(); ++i)
      for (std::size_t j = i + 1; j < sharing.size(); ++j) {
        const NamedEdge edge{graph.name(sharing[i]), graph.name(sharing[j])};
        if (!graph.has_bidirected(sharing[i], sharing[j]) &&
            std::find(confounded.begin(), confounded.end(), edge) == confounded.end())
          confounded.push_back(edge);
      }
  if (!confounded.empty()) graph = detail::rebuilt_graph(graph, graph.size(), confounded, place);
  state_ = std::make_shared<const State>(
      State{std::move(graph), std::make_shared<const std::vector<VariableSpec>>(std::move(variables)),
            std::make_shared<const std::vector<ExogenousVariable>>(std::move(exogenous)), std::move(bound)});
}

inline std::size_t Scm::level(Node v, std::string_view text) const {
  const std::vector<std::string>& levels = variable(v).levels;
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (levels[k] == text) return k;
  throw Error(ErrorCode::scm_invalid, "variable '" + graph().name(v) + "'", "'" + std::string(text) + "'",
              levels.empty() ? "a level, but it is a number" : "one of its levels", suggestion(text, levels));
}

inline Scm Scm::with_root(Node v, AnyMechanism mechanism) const {
  assert(v < size() && mechanism.input_count() == 0);
  State state = *state_;
  if (!state.graph.parents(v).empty() || !state.graph.siblings(v).empty())
    state.graph = detail::rebuilt_graph(state.graph, v, {}, {});
  state.mechanisms[v] = Bound{std::move(mechanism), {}};
  Scm result;
  result.state_ = std::make_shared<const State>(std::move(state));
  return result;
}

}  // namespace equipoise::inline v0
