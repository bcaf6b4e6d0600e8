// Probabilities of counterfactual events: ID*.
//
// Source: Shpitser, Pearl, "Complete identification methods for the causal hierarchy", JMLR 9, 2008 (ID*), in the form
// of Correa, Lee, Bareinboim, "Nested counterfactual identification from arbitrary surrogate experiments", NeurIPS 2021
// (CTFIDU), which is complete from any listed distributions, nested events included: the counterfactual graph is an
// ancestral set of potential responses, its probability the product of its ctf-factors, one for each district, and a
// ctf-factor that is consistent is Tian's Q-factor at certain levels, which identify_q finds or refuses. With every
// experiment known, no Q-factor is refused, and this is ID*.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/counterfactual_graph.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/rename.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Which symbol stands for which level: copies 0, 1, … of a variable, by increasing level, then one whose level does
/// not matter, then the values that sums run over.
class LevelSymbols {
 public:
  LevelSymbols(std::size_t size, std::span<const CounterfactualEvent* const> events) : levels_(size) {
    for (const CounterfactualEvent* event : events)
      for (const CounterfactualValue& value : *event) {
        levels_[value.variable.variable].push_back(value.level);
        add(value.variable.action);
      }
    for (auto& levels : levels_) {
      std::sort(levels.begin(), levels.end());
      levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    }
  }
  /// The symbols of a variable v stand for the levels listed, in their order.
  explicit LevelSymbols(std::vector<std::vector<std::size_t>> levels) : levels_(std::move(levels)) {}

  Symbol of_level(Node v, std::size_t level) const {
    const auto found = std::find(levels_[v].begin(), levels_[v].end(), level);
    assert(found != levels_[v].end());
    return {v, static_cast<unsigned>(found - levels_[v].begin())};
  }
  Symbol arbitrary(Node v) const { return {v, static_cast<unsigned>(levels_[v].size())}; }
  /// The k-th value of v that a sum runs over.
  Symbol summed(Node v, std::size_t k) const { return {v, static_cast<unsigned>(levels_[v].size() + 1 + k)}; }
  bool is_arbitrary(Symbol s) const { return s.copy == levels_[s.variable].size(); }
  /// The level of a symbol that no sum binds.
  std::size_t level(Symbol s) const { return is_arbitrary(s) ? 0 : levels_[s.variable][s.copy]; }

 private:
  void add(const std::vector<CounterfactualSetting>& action) {
    for (const CounterfactualSetting& setting : action)
      if (setting.nested.empty())
        levels_[setting.variable].push_back(setting.level);
      else
        add(setting.nested.front().action);
  }

  std::vector<std::vector<std::size_t>> levels_;  // by node
};

/// A symbol for each node's value: that of its level, or one that a sum runs over.
inline Symbols symbols_of_nodes(const CounterfactualGraph& cg, const LevelSymbols& levels) {
  Symbols symbols;
  std::map<Node, std::size_t> summed;
  for (const auto& node : cg.nodes)
    symbols.push_back(node.value.is_level ? levels.of_level(node.variable, node.value.index)
                                          : levels.summed(node.variable, summed[node.variable]++));
  return symbols;
}

/// A district of the variables of a counterfactual graph, and the nodes over it: a ctf-factor, once its responses are
/// known to be consistent.
struct CounterfactualDistrict {
  NodeSet variables;
  std::vector<std::size_t> nodes;
};

inline std::vector<CounterfactualDistrict> districts(const CausalGraph& graph, const CounterfactualGraph& cg) {
  std::vector<CounterfactualDistrict> result;
  for (NodeSet& variables : equipoise::districts(graph, cg.variables(graph.size()))) {
    result.push_back({std::move(variables), {}});
    for (std::size_t i = 0; i < cg.nodes.size(); ++i)
      if (result.back().variables.contains(cg.nodes[i].variable)) result.back().nodes.push_back(i);
  }
  return result;
}

/// Calls meet(node, variable, value) for every value that the nodes of a district meet: those of their parents, then
/// their own, as an event holds them. Stops where it returns true.
template <class Meet>
void for_each_met_value(const CausalGraph& graph, const CounterfactualGraph& cg, const CounterfactualDistrict& district,
                        Meet meet) {
  for (const std::size_t i : district.nodes) {
    auto input = cg.nodes[i].inputs.begin();
    for (const Node parent : graph.parents(cg.nodes[i].variable))
      if (meet(i, parent, *input++)) return;
  }
  for (const std::size_t i : district.nodes)
    if (meet(i, cg.nodes[i].variable, cg.nodes[i].value)) return;
}

/// Two values of one variable that the district meets, unless they are provably the same (Correa et al. 2021,
/// definition of an inconsistent ctf-factor). Two nodes of one variable always conflict: their inputs differ.
inline std::optional<ConflictingWorlds> conflict(const CausalGraph& graph, const CounterfactualGraph& cg,
                                                 const CounterfactualDistrict& district) {
  struct Met {
    std::size_t node;
    CounterfactualTerm value;
  };
  std::map<Node, Met> met;
  std::optional<ConflictingWorlds> found;
  const auto side = [&](std::size_t node, Node variable, CounterfactualTerm value) -> ConflictingWorlds::Side {
    CounterfactualSetting setting{variable, value.is_level ? value.index : 0, {}};
    if (!value.is_level) setting.nested.push_back(reduced(graph, cg.nodes[value.index].origin));
    return {cg.nodes[node].variable, std::move(setting)};
  };
  for_each_met_value(graph, cg, district, [&](std::size_t node, Node variable, CounterfactualTerm value) {
    const auto [at, is_new] = met.try_emplace(variable, Met{node, value});
    if (is_new || at->second.value == value) return false;
    found = ConflictingWorlds{district.variables, side(at->second.node, variable, at->second.value),
                              side(node, variable, value)};
    return true;
  });
  return found;
}

/// Q[C] from every experiment there is: P(c | do(pa(c) \ c)), for any set C.
struct FromInterventions {
  static constexpr bool takes_any_set = true;
  const CausalGraph& graph;
  std::variant<Expression, Hedge> operator()(const NodeSet& c) const {
    NodeSet parents = graph.none();
    for (const Node v : c) parents |= graph.parents(v);
    return probability({0, symbols_of(c), {}, symbols_of(parents - c)});
  }
};

/// Q[C] from a list of known distributions, for a C that is one district.
struct FromSources {
  static constexpr bool takes_any_set = false;
  const CausalGraph& graph;
  std::span<const Source> sources;
  std::variant<Expression, Hedge> operator()(const NodeSet& c) const { return identify_q_from(graph, c, sources); }
};

/// A ctf-factor's expression, or why it has none.
using CounterfactualFactor = std::variant<Expression, ConflictingWorlds, Hedge>;

/// The probability of a district's responses: Q[C], for the variables C of the district, at the levels they meet.
template <class QOf>
CounterfactualFactor counterfactual_factor(const CausalGraph& graph, const CounterfactualGraph& cg,
                                           const CounterfactualDistrict& district, const LevelSymbols& levels,
                                           const Symbols& symbols, QOf q_of) {
  if (auto found = conflict(graph, cg, district)) return *std::move(found);
  auto q = q_of(district.variables);
  if (auto* hedge = std::get_if<Hedge>(&q)) return std::move(*hedge);
  const Expression& factor = std::get<Expression>(q);
  Renaming renaming;
  for (const Symbol s : free_symbols(factor)) renaming[s] = levels.arbitrary(s.variable);
  for_each_met_value(graph, cg, district, [&](std::size_t, Node variable, CounterfactualTerm value) {
    renaming[{variable, 0}] = value.is_level ? levels.of_level(variable, value.index) : symbols[value.index];
    return false;
  });
  return substitute(factor, renaming);
}

/// What a counterfactual graph's probability is a product of: districts that share a value which nothing fixes, and
/// which is summed over. Sorted lists of nodes; each node stands in one part.
struct CounterfactualPart {
  std::vector<CounterfactualDistrict> districts;
  std::vector<std::size_t> nodes;
};

inline std::vector<CounterfactualPart> parts(const CausalGraph& graph, const CounterfactualGraph& cg) {
  const auto all = districts(graph, cg);
  std::vector<std::size_t> district_of_node(cg.nodes.size()), part_of(all.size());
  for (std::size_t d = 0; d < all.size(); ++d) {
    part_of[d] = d;
    for (const std::size_t node : all[d].nodes) district_of_node[node] = d;
  }
  const auto root = [&](std::size_t d) {
    while (part_of[d] != d) d = part_of[d] = part_of[part_of[d]];
    return d;
  };
  for (std::size_t i = 0; i < cg.nodes.size(); ++i)
    for (const CounterfactualTerm input : cg.nodes[i].inputs)
      if (!input.is_level) part_of[root(district_of_node[i])] = root(district_of_node[input.index]);
  std::map<std::size_t, CounterfactualPart> by_root;
  for (std::size_t d = 0; d < all.size(); ++d) {
    auto& part = by_root[root(d)];
    part.districts.push_back(all[d]);
    part.nodes.insert(part.nodes.end(), all[d].nodes.begin(), all[d].nodes.end());
  }
  std::vector<CounterfactualPart> result;
  for (auto& [first, part] : by_root) {
    std::sort(part.nodes.begin(), part.nodes.end());
    result.push_back(std::move(part));
  }
  return result;
}

/// What a part's probability is a product of: its districts, or, where experiments tell Q[C] of any set and no two
/// values of the whole part conflict, the part in one.
template <class QOf>
std::vector<CounterfactualDistrict> factors_of(const CausalGraph& graph, const CounterfactualGraph& cg,
                                               const CounterfactualPart& part) {
  if constexpr (QOf::takes_any_set) {
    CounterfactualDistrict whole{graph.none(), part.nodes};
    for (const CounterfactualDistrict& district : part.districts) whole.variables |= district.variables;
    if (!conflict(graph, cg, whole)) return {whole};
  }
  return part.districts;
}

/// The probability of some parts of a counterfactual graph: sums over what nothing fixes of products of ctf-factors.
template <class QOf>
CounterfactualFactor probability_of(const CausalGraph& graph, const CounterfactualGraph& cg,
                                    std::span<const CounterfactualPart> some, const LevelSymbols& levels, QOf q_of) {
  const Symbols symbols = symbols_of_nodes(cg, levels);
  std::vector<Expression> product_of;
  for (const CounterfactualPart& part : some) {
    std::vector<Expression> factors;
    for (const CounterfactualDistrict& district : factors_of<QOf>(graph, cg, part)) {
      auto factor = counterfactual_factor(graph, cg, district, levels, symbols, q_of);
      if (!std::holds_alternative<Expression>(factor)) return factor;
      factors.push_back(std::get<Expression>(std::move(factor)));
    }
    Symbols over;
    for (const std::size_t i : part.nodes)
      if (!cg.nodes[i].value.is_level) over.push_back(symbols[i]);
    std::sort(over.begin(), over.end());
    product_of.push_back(sum(std::move(over), product(std::move(factors))));
  }
  return product(std::move(product_of));
}

/// The answer with its levels, written so that its symbols are the first copies of their variables, and every sum binds
/// symbols that nothing around it uses.
inline CounterfactualIdentified with_levels(const Expression& estimand, const LevelSymbols& levels) {
  CounterfactualIdentified answer;
  Renaming renaming;
  std::map<Node, unsigned> copies;
  for (const Symbol s : free_symbols(estimand)) {
    const Symbol written{s.variable, copies[s.variable]++};
    renaming.emplace(s, written);
    answer.at.emplace(written, levels.level(s));
    if (levels.is_arbitrary(s)) answer.arbitrary.push_back(written);
  }
  answer.estimand = substitute(estimand, renaming);
  return answer;
}

inline CounterfactualIdentification negative(CounterfactualFactor answer) {
  if (auto* worlds = std::get_if<ConflictingWorlds>(&answer)) return std::move(*worlds);
  return NotIdentified{std::get<Hedge>(std::move(answer))};
}

template <class QOf>
CounterfactualIdentification identify_event(const CausalGraph& graph, const CounterfactualEvent& event, QOf q_of) {
  // Lines 1 to 3 are those of effectiveness: an empty event is certain, x_{x} says nothing, x'_{x} is impossible.
  // Lines 4 and 5: make-cg.
  const auto made = counterfactual_graph(graph, event);
  if (const auto* impossible = std::get_if<ImpossibleEvent>(&made)) return *impossible;
  const auto& cg = std::get<CounterfactualGraph>(made);
  // Line 6: one factor a district, summed over what the event leaves open. Lines 7 to 9: a factor whose subscripts
  // conflict has no estimand, any other is an effect.
  const std::array events{&event};
  const LevelSymbols levels(graph.size(), events);
  auto answer = probability_of(graph, cg, parts(graph, cg), levels, q_of);
  if (const auto* estimand = std::get_if<Expression>(&answer)) return with_levels(*estimand, levels);
  return negative(std::move(answer));
}

}  // namespace detail

/// P(event) in the target, from the sources: an estimand; or 0, where the event contradicts itself; or why neither
/// is: worlds that conflict within a district, or the hedge that a district meets in the sources. Sound, and complete
/// for variables that may have any number of levels. (Of binary ones experiments may tell more, as remainders:
/// P(X=1, Y_{X=0}) = P(Y_{X=0}) - P(X=0, Y). No estimand here is a difference.) Throws as counterfactual_graph does.
inline CounterfactualIdentification identify_counterfactual(const CausalGraph& graph, const CounterfactualEvent& event,
                                                            std::span<const Source> sources) {
  return detail::identify_event(graph, event, detail::FromSources{graph, sources});
}

/// P(event) from observation alone.
inline CounterfactualIdentification identify_counterfactual(const CausalGraph& graph,
                                                            const CounterfactualEvent& event) {
  const std::array sources{observation(graph)};
  return identify_counterfactual(graph, event, sources);
}

/// P(event) from all interventional distributions of the target, P(V \ z | do(z)) for every set Z (ID*): an estimand
/// in terms of P(c | do(pa(c) \ c)).
inline CounterfactualIdentification identify_counterfactual_from_interventions(const CausalGraph& graph,
                                                                               const CounterfactualEvent& event) {
  return detail::identify_event(graph, event, detail::FromInterventions{graph});
}

}  // namespace equipoise::inline v0
