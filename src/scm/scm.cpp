#include <equipoise/scm/scm.hpp>

#include <algorithm>
#include <cassert>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

[[noreturn]] void invalid_scm(std::string_view place, std::string found, std::string expected, std::string hint = {}) {
  throw Error(ErrorCode::scm_invalid, std::string(place), std::move(found), std::move(expected), std::move(hint));
}

void check_variables(const CausalGraph& graph, const std::vector<VariableSpec>& variables,
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

CausalGraph with_bidirected(const CausalGraph& graph, std::span<const NamedEdge> more, std::string_view place) {
  std::vector<NamedEdge> directed, bidirected(more.begin(), more.end());
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return CausalGraph(graph.names(), directed, bidirected, place);
}

}  // namespace

Scm::Scm(CausalGraph graph, std::vector<VariableSpec> variables, std::vector<NodeMechanism> mechanisms,
         std::vector<ExogenousVariable> exogenous, std::string_view place) {
  check_variables(graph, variables, exogenous, place);
  if (mechanisms.size() != graph.size())
    invalid_scm(place, std::to_string(mechanisms.size()) + " mechanisms",
                "one for each of " + std::to_string(graph.size()) + " nodes");
  std::vector<Bound> bound;
  std::vector<std::vector<Node>> readers(exogenous.size());
  for (Node v = 0; v < graph.size(); ++v) {
    NodeMechanism& given = mechanisms[v];
    const std::string who = "the mechanism of '" + graph.name(v) + "'";
    if (given.mechanism.input_count() != given.inputs.size())
      invalid_scm(place, who + " with " + std::to_string(given.inputs.size()) + " inputs",
                  std::to_string(given.mechanism.input_count()));
    const std::size_t levels = given.mechanism.level_count();
    if (levels != 0 && levels != variables[v].levels.size())
      invalid_scm(place, who + " with " + std::to_string(levels) + " levels",
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
        invalid_scm(place, who + " reads '" + name + "'", "a parent in the graph or an exogenous variable",
                    suggestion(name, known));
      }
      for (const Input& other : inputs)
        if (other == *input) invalid_scm(place, who + " reads '" + name + "' twice", "distinct inputs");
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
  if (!confounded.empty()) graph = with_bidirected(graph, confounded, place);
  NodeSet none = graph.none();
  state_ = std::make_shared<const State>(State{
      std::move(graph), std::make_shared<const std::vector<VariableSpec>>(std::move(variables)),
      std::make_shared<const std::vector<ExogenousVariable>>(std::move(exogenous)), std::move(bound), std::move(none)});
}

std::size_t Scm::level(Node v, std::string_view text) const {
  const std::vector<std::string>& levels = variable(v).levels;
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (levels[k] == text) return k;
  throw Error(ErrorCode::scm_invalid, "variable '" + graph().name(v) + "'", "'" + std::string(text) + "'",
              levels.empty() ? "a level, but it is a number" : "one of its levels", suggestion(text, levels));
}

bool Scm::draws_apart(Node v) const { return state_->draws_apart.contains(v); }

Scm Scm::with_mechanisms(CausalGraph graph, std::vector<Replacement> replacements) const {
  assert(graph.names() == state_->graph.names());
  State state{std::move(graph), state_->variables, state_->exogenous, state_->mechanisms, state_->draws_apart};
  for (Replacement& each : replacements) {
    assert(each.mechanism.input_count() == each.inputs.size());
    assert(std::all_of(each.inputs.begin(), each.inputs.end(), [&](const Input& input) {
      return input.exogenous || state.graph.has_directed(input.index, each.variable);
    }));
    state.mechanisms[each.variable] = Bound{std::move(each.mechanism), std::move(each.inputs)};
    if (each.draws_apart)
      state.draws_apart.insert(each.variable);
    else
      state.draws_apart.erase(each.variable);
  }
  Scm result;
  result.state_ = std::make_shared<const State>(std::move(state));
  return result;
}

}  // namespace equipoise::inline v0
