// The structural causal model: a graph, and for every variable the mechanism that makes it from its causes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

  /// Whether v's mechanism draws apart from the noise that v has in the model as it was made: the draws of an
  /// intervention are independent of what they replace.
  bool draws_apart(Node v) const;

  /// A mechanism in place of v's own.
  struct Replacement {
    Node variable = 0;
    AnyMechanism mechanism;
    std::vector<Input> inputs;
    bool draws_apart = false;
  };
  /// The same model with these mechanisms replaced, over `graph`, which has the same nodes and an edge for every
  /// endogenous input. What is not replaced is shared.
  Scm with_mechanisms(CausalGraph graph, std::vector<Replacement> replacements) const;

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
    NodeSet draws_apart;
  };
  std::shared_ptr<const State> state_;
};

}  // namespace equipoise::inline v0
