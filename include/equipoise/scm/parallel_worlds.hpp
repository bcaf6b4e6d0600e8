// Parallel worlds: a model's variables in several worlds at once, all made from one noise.
//
// Every quantity of the third rung, Y_{X=1}, Y_{X=1, M_{X=0}}, a variable seen along some paths alone, is a copy of a
// variable: its mechanism fed with copies of its inputs. Copies that are fed alike are one copy, so a world holds no
// more of its own than what its action reaches. The copies make a larger model, in which worlds differ by inputs and
// share what is not decided: its private noises and exogenous variables.
// Source: Balke, Pearl 1994 (twin networks); Avin, Shpitser, Pearl 2005; Shpitser, Pearl 2008, make-cg.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// A variable in some world. Copies are numbered; an input's index is a copy's number, or, where it is exogenous,
/// that of the exogenous variable, which is the same in every world.
struct WorldCopy {
  Node variable = 0;
  AnyMechanism mechanism;
  std::vector<Scm::Input> inputs;  ///< in the mechanism's order
  /// Copies with the same number share the private noise of their mechanism. Below the model's size: the variable's
  /// own; beyond: of a draw from outside.
  std::size_t noise = 0;

  /// The value of a copy that is set from outside; nullptr where it is made.
  const double* constant() const {
    const auto* root = mechanism.get_if<NoiseMechanism>();
    const auto* held = root != nullptr ? root->noise().get_if<ConstantNoise>() : nullptr;
    return held != nullptr ? &held->value : nullptr;
  }
};

/// A variable made by a rule from outside: X ~ Noise, X := g(Z), X += 1. An input that is the variable itself stands
/// for what it would have been in this world without the rule.
struct WorldRule {
  AnyMechanism mechanism;
  std::vector<Node> inputs;  ///< of the same world, in the mechanism's order
  std::size_t noise = 0;     ///< from ParallelWorlds::fresh_noise()
};

/// What an action does to one variable: sets it to a value (a level's index), to a copy of it from another world, or
/// makes it by a rule.
using WorldSetting = std::variant<double, std::size_t, WorldRule>;
using WorldAction = std::map<Node, WorldSetting>;

/// Copies of a model's variables, each after its inputs.
class ParallelWorlds {
 public:
  explicit ParallelWorlds(Scm scm) : scm_(std::move(scm)), noises_(scm_.size()) {}

  const Scm& scm() const noexcept { return scm_; }
  std::span<const WorldCopy> copies() const noexcept { return copies_; }
  const WorldCopy& operator[](std::size_t copy) const { return copies_[copy]; }
  /// The variable that a copy is of.
  const VariableSpec& variable(std::size_t copy) const { return scm_.variable(copies_[copy].variable); }
  /// Numbers of private noises: the variables' own, and those of rules.
  std::size_t noise_count() const noexcept { return noises_; }

  std::size_t fresh_noise() { return noises_++; }

  /// v in the world that the action makes, with whatever it is made from. Throws graph_cycle where rules read each
  /// other in a circle.
  std::size_t copy(Node v, const WorldAction& action = {}) {
    Building building{action, std::vector<State>(scm_.size(), State::untouched), std::vector<std::size_t>(scm_.size())};
    return built(v, building);
  }

  /// v made by its own mechanism from these copies: one for each endogenous input, in the mechanism's order.
  std::size_t copy_from(Node v, std::span<const std::size_t> endogenous) {
    std::vector<Scm::Input> inputs(scm_.inputs(v).begin(), scm_.inputs(v).end());
    std::size_t next = 0;
    for (Scm::Input& input : inputs)
      if (!input.exogenous) input.index = endogenous[next++];
    assert(next == endogenous.size());
    return shared({v, scm_.mechanism(v), std::move(inputs), v});
  }

  /// v set to a value.
  std::size_t constant(Node v, double value) {
    const auto [found, is_new] = constants_.try_emplace({v, value}, copies_.size());
    if (is_new) copies_.push_back({v, NoiseMechanism(Noise(ConstantNoise{value})), {}, v});
    return found->second;
  }

 private:
  enum class State : unsigned char { untouched, open, done };
  struct Building {
    const WorldAction& action;
    std::vector<State> state;
    std::vector<std::size_t> copies;
  };

  std::size_t built(Node v, Building& building) {
    if (building.state[v] == State::done) return building.copies[v];
    if (building.state[v] == State::open)
      throw Error(ErrorCode::graph_cycle, "the action",
                  "'" + scm_.graph().name(v) + "' set by a rule that follows from it", "rules without a circle");
    building.state[v] = State::open;
    const std::size_t copy = made(v, building);
    building.state[v] = State::done;
    return building.copies[v] = copy;
  }

  std::size_t made(Node v, Building& building) {
    const auto set = building.action.find(v);
    if (set == building.action.end()) return natural(v, building);
    if (const auto* value = std::get_if<double>(&set->second)) return constant(v, *value);
    if (const auto* other = std::get_if<std::size_t>(&set->second)) {
      assert(copies_[*other].variable == v);
      return *other;
    }
    const auto& rule = std::get<WorldRule>(set->second);
    std::vector<Scm::Input> inputs;
    for (const Node input : rule.inputs)
      inputs.push_back({false, input == v ? natural(v, building) : built(input, building)});
    return shared({v, rule.mechanism, std::move(inputs), rule.noise});
  }

  /// v by its own mechanism from its inputs in this world.
  std::size_t natural(Node v, Building& building) {
    std::vector<std::size_t> inputs;
    for (const Scm::Input& input : scm_.inputs(v))
      if (!input.exogenous) inputs.push_back(built(input.index, building));
    return copy_from(v, inputs);
  }

  /// The copy that is made like this one, or this one.
  std::size_t shared(WorldCopy copy) {
    std::vector<std::pair<bool, std::size_t>> inputs;
    for (const Scm::Input& input : copy.inputs) inputs.emplace_back(input.exogenous, input.index);
    const auto [found, is_new] =
        made_.try_emplace(std::tuple(copy.variable, copy.noise, std::move(inputs)), copies_.size());
    if (is_new) copies_.push_back(std::move(copy));
    return found->second;
  }

  Scm scm_;
  std::size_t noises_;
  std::vector<WorldCopy> copies_;
  std::map<std::pair<Node, double>, std::size_t> constants_;
  std::map<std::tuple<Node, std::size_t, std::vector<std::pair<bool, std::size_t>>>, std::size_t> made_;
};

}  // namespace equipoise::inline v0
