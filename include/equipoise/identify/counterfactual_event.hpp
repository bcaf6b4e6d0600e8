// Counterfactual events: what would have been, in one world or in several at once.
// Source: Pearl, "Causality", 2nd edition, 2009, chapter 7; nested ones: Correa, Lee, Bareinboim, "Nested
// counterfactual identification from arbitrary surrogate experiments", NeurIPS 2021.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/identification.hpp>

namespace equipoise::inline v0 {

struct CounterfactualSetting;

/// A variable in the world that an action makes, Y_{X=1, M_{X=0}}; in the actual world where the action is empty.
struct CounterfactualVariable {
  Node variable = 0;
  std::vector<CounterfactualSetting> action;  ///< no variable is set twice
  friend bool operator==(const CounterfactualVariable&, const CounterfactualVariable&);
};

/// A part of an action: a variable set to a level (X=1), or to what it would be in another world (M_{X=0}).
struct CounterfactualSetting {
  Node variable = 0;
  std::size_t level = 0;                       ///< without meaning where the setting is nested
  std::vector<CounterfactualVariable> nested;  ///< empty, or one: this same variable in another world
  friend bool operator==(const CounterfactualSetting& a, const CounterfactualSetting& b) {
    return a.variable == b.variable && a.nested == b.nested && (!a.nested.empty() || a.level == b.level);
  }
};

inline bool operator==(const CounterfactualVariable& a, const CounterfactualVariable& b) {
  return a.variable == b.variable && a.action == b.action;
}

/// A counterfactual variable takes a level: Y_{X=1} = 1. Levels are indices from 0.
struct CounterfactualValue {
  CounterfactualVariable variable;
  std::size_t level = 0;
  friend bool operator==(const CounterfactualValue&, const CounterfactualValue&) = default;
};

/// A conjunction; the empty one is certain.
using CounterfactualEvent = std::vector<CounterfactualValue>;

/// The same variable with the least action: without settings that cannot reach it, nested ones likewise (the exclusion
/// rule; Correa et al. 2021, the minimal form ||Y_x||), and sorted. Y_{X=1, Z=0} is Y_{X=1} where Z is no cause of Y
/// but through X.
inline CounterfactualVariable reduced(const CausalGraph& graph, const CounterfactualVariable& variable) {
  NodeSet itself = graph.none(), set = graph.none();
  itself.insert(variable.variable);
  for (const CounterfactualSetting& setting : variable.action) set.insert(setting.variable);
  NodeSet reaching = set & itself;  // what is set itself is reached by nothing else
  for (const Node v : ancestors(graph, itself, graph.all() - set)) reaching |= graph.parents(v);
  CounterfactualVariable result{variable.variable, {}};
  for (const CounterfactualSetting& setting : variable.action) {
    if (!reaching.contains(setting.variable)) continue;
    if (setting.nested.empty()) {
      result.action.push_back(setting);
      continue;
    }
    CounterfactualVariable nested = reduced(graph, setting.nested.front());
    if (setting.variable == variable.variable) return nested;
    if (!nested.action.empty() && nested.action.front().variable == setting.variable)
      result.action.push_back(nested.action.front());
    else
      result.action.push_back({setting.variable, 0, {std::move(nested)}});
  }
  std::sort(result.action.begin(), result.action.end(),
            [](const CounterfactualSetting& a, const CounterfactualSetting& b) { return a.variable < b.variable; });
  return result;
}

/// The probability of an event has an estimand, in terms of the known distributions.
struct CounterfactualIdentified {
  Expression estimand;
  std::map<Symbol, std::size_t> at;  ///< the level of every free symbol: where Evaluation::value is to be taken
  Symbols arbitrary;                 ///< those of them whose level does not matter (0 in `at`)
};

/// The event contradicts itself: its probability is 0 in every model. (What was asked is identified, as 0.)
struct ImpossibleEvent {
  CounterfactualEvent contradiction;  ///< the one or two values of the event that cannot hold (together with the rest)
};

/// The evidence contradicts itself: its probability is 0 in every model, and nothing is defined given it.
struct ImpossibleEvidence {
  CounterfactualEvent contradiction;
};

/// No estimand exists, since a district would have to answer to two worlds at once: its members respond to one variable
/// at two values that nothing makes equal (Shpitser, Pearl 2008, ID*, line 8; an inconsistent ctf-factor, Correa et al.
/// 2021).
struct ConflictingWorlds {
  /// A member of the district and what it meets: a parent's value or, where `member` is the variable, its own.
  struct Side {
    Node member = 0;
    CounterfactualSetting value;  ///< nested: the value, whatever it is, of that counterfactual variable
    friend bool operator==(const Side&, const Side&) = default;
  };
  NodeSet district;
  Side first, second;  ///< both of one variable
  friend bool operator==(const ConflictingWorlds&, const ConflictingWorlds&) = default;
};

/// What the identification of a counterfactual answers; NotIdentified holds the hedge that a district met.
using CounterfactualIdentification =
    std::variant<CounterfactualIdentified, ImpossibleEvent, ImpossibleEvidence, ConflictingWorlds, NotIdentified>;

/// Whether the graph determines the answer: an estimand, or 0.
inline bool is_identified(const CounterfactualIdentification& answer) {
  return std::holds_alternative<CounterfactualIdentified>(answer) || std::holds_alternative<ImpossibleEvent>(answer);
}

/// The variable as text: "Y_{X=1, M_{X=0}}". Levels are written as their indices.
inline std::string to_text(const CounterfactualVariable& variable, const CausalGraph& graph);

/// The setting as text: "X=1" or "M_{X=0}".
inline std::string to_text(const CounterfactualSetting& setting, const CausalGraph& graph) {
  if (!setting.nested.empty()) return to_text(setting.nested.front(), graph);
  return graph.name(setting.variable) + "=" + std::to_string(setting.level);
}

inline std::string to_text(const CounterfactualVariable& variable, const CausalGraph& graph) {
  std::string action;
  for (const CounterfactualSetting& setting : variable.action)
    action += (action.empty() ? "" : ", ") + to_text(setting, graph);
  return graph.name(variable.variable) + (action.empty() ? "" : "_{" + action + "}");
}

/// The event as text: "Y_{X=1} = 1, X = 0".
inline std::string to_text(const CounterfactualEvent& event, const CausalGraph& graph) {
  std::string text;
  for (const CounterfactualValue& value : event)
    text += (text.empty() ? "" : ", ") + to_text(value.variable, graph) + " = " + std::to_string(value.level);
  return text;
}

}  // namespace equipoise::inline v0
