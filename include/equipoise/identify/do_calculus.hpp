// The three rules of do-calculus, each as a function from a term to the term it may be rewritten as, and to the
// separation that licenses it; and the rule by which a term is read in another population.
// Source: Pearl, "Causality", 2nd edition, 2009, theorem 3.4.1; for selection nodes Pearl, Bareinboim,
// "Transportability of causal and statistical relations", AAAI 2011 (transport is rule 1 with them for z).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/identify/axioms.hpp>
#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// What a rule rests on: `left` and `right` are m-separated given `given` in the graph with those arrows cut. Where
/// `of_selection`, the right side is not `right` itself but the selection nodes that point to it.
struct Separation {
  NodeSet left, right, given;
  CutArrows cut;
  bool of_selection = false;
  friend bool operator==(const Separation& a, const Separation& b) {
    return a.left == b.left && a.right == b.right && a.given == b.given && a.cut.incoming == b.cut.incoming &&
           a.cut.outgoing == b.cut.outgoing && a.of_selection == b.of_selection;
  }
};

/// A rule applied to a term: the two terms are equal in every model with the graph where `holds`.
struct RuleApplication {
  Expression::Probability term;  ///< what it is rewritten as
  Separation separation;
  bool holds = false;
};

/// The variables of the symbols.
inline NodeSet variables_of(const Symbols& symbols, std::size_t universe) {
  NodeSet set(universe);
  for (const Symbol s : symbols) set.insert(s.variable);
  return set;
}

/// The selection diagram (Bareinboim, Pearl 2013): the graph with one more node, its last, which points to each of
/// `selection`. One stands for all: a path from selection nodes meets none of them again.
inline CausalGraph selection_diagram(const CausalGraph& graph, const NodeSet& selection) {
  std::vector<std::string> names = graph.names();
  std::string extra = "selection";
  while (graph.find(extra)) extra += '\'';
  std::vector<NamedEdge> directed, bidirected;
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) directed.emplace_back(names[v], names[child]);
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.emplace_back(names[v], names[sibling]);
    if (selection.contains(v)) directed.emplace_back(extra, names[v]);
  }
  names.push_back(std::move(extra));
  return CausalGraph(std::move(names), directed, bidirected);
}

/// Whether the graph has the separation. Linear in the edges.
inline bool holds(const CausalGraph& graph, const Separation& s) {
  if (!s.of_selection) return separated(graph, s.left, s.right, s.given, s.cut);
  const CausalGraph diagram = selection_diagram(graph, s.right);
  const auto lifted = [&](const NodeSet& set) {
    NodeSet result = diagram.none();
    for (const Node v : set) result.insert(v);
    return result;
  };
  return separated(diagram, lifted(s.left), NodeSet(diagram.size(), {graph.size()}), lifted(s.given),
                   {lifted(s.cut.incoming), lifted(s.cut.outgoing)});
}

/// Rule 1, observations: P(y | do(x), z, w) = P(y | do(x), w) where y and z are separated given x, w in the graph
/// without arrows into x.
inline Separation rule_1(const CausalGraph& graph, const NodeSet& y, const NodeSet& x, const NodeSet& z,
                         const NodeSet& w) {
  return {y, z, x | w, {x, graph.none()}};
}

/// Rule 2, actions and observations: P(y | do(x), do(z), w) = P(y | do(x), z, w) where y and z are separated given
/// x, w in the graph without arrows into x and out of z.
inline Separation rule_2(const NodeSet& y, const NodeSet& x, const NodeSet& z, const NodeSet& w) {
  return {y, z, x | w, {x, z}};
}

/// Rule 3, actions: P(y | do(x), do(z), w) = P(y | do(x), w) where y and z are separated given x, w in the graph
/// without arrows into x and into Z(W), the nodes of z that are no ancestors of w in the graph without arrows into x.
inline Separation rule_3(const CausalGraph& graph, const NodeSet& y, const NodeSet& x, const NodeSet& z,
                         const NodeSet& w) {
  // An arrow into x ends every directed path to w that runs through it: x is left out of the walk.
  const NodeSet z_of_w = z - ancestors(graph, w, graph.all() - x);  // Z(W)
  return {y, z, x | w, {x | z_of_w, graph.none()}};
}

/// Transport: P*(y | do(x), w) in a population whose mechanisms of `selection` differ equals P(y | do(x), w) where y
/// and the selection nodes are separated given x, w in the graph without arrows into x.
inline Separation transport_rule(const CausalGraph& graph, const NodeSet& y, const NodeSet& x, const NodeSet& w,
                                 const NodeSet& selection) {
  return {y, selection, x | w, {x, graph.none()}, true};
}

namespace detail {

// The parts of a term as sets of nodes.
struct TermSets {
  NodeSet of, given, intervened;
};

inline TermSets sets_of(const CausalGraph& graph, const Expression::Probability& term) {
  return {variables_of(term.of, graph.size()), variables_of(term.given, graph.size()),
          variables_of(term.intervened, graph.size())};
}

inline RuleApplication applied(const CausalGraph& graph, Expression::Probability term, Separation separation) {
  const bool licensed = holds(graph, separation);
  return {std::move(term), std::move(separation), licensed};
}

}  // namespace detail

/// The separation by which rule 1 makes the two terms equal, in either direction; nothing where they do not have its
/// form.
inline std::optional<Separation> rule_1_between(const CausalGraph& graph, const Expression::Probability& a,
                                                const Expression::Probability& b) {
  if (a.given.size() < b.given.size()) return rule_1_between(graph, b, a);
  if (a.population != b.population || a.of != b.of || a.intervened != b.intervened) return std::nullopt;
  if (!detail::includes(a.given, b.given) || a.given == b.given) return std::nullopt;
  const auto sets = detail::sets_of(graph, b);
  return rule_1(graph, sets.of, sets.intervened, variables_of(set_difference(a.given, b.given), graph.size()),
                sets.given);
}

/// The same for rule 2.
inline std::optional<Separation> rule_2_between(const CausalGraph& graph, const Expression::Probability& a,
                                                const Expression::Probability& b) {
  if (a.given.size() < b.given.size()) return rule_2_between(graph, b, a);
  if (a.population != b.population || a.of != b.of) return std::nullopt;
  const Symbols z = set_difference(a.given, b.given);
  if (z.empty() || !detail::includes(a.given, b.given) || set_difference(b.intervened, a.intervened) != z ||
      !detail::includes(b.intervened, a.intervened))
    return std::nullopt;
  const auto sets = detail::sets_of(graph, a);
  return rule_2(sets.of, sets.intervened, variables_of(z, graph.size()), variables_of(b.given, graph.size()));
}

/// The same for rule 3.
inline std::optional<Separation> rule_3_between(const CausalGraph& graph, const Expression::Probability& a,
                                                const Expression::Probability& b) {
  if (a.intervened.size() < b.intervened.size()) return rule_3_between(graph, b, a);
  if (a.population != b.population || a.of != b.of || a.given != b.given) return std::nullopt;
  if (!detail::includes(a.intervened, b.intervened) || a.intervened == b.intervened) return std::nullopt;
  const auto sets = detail::sets_of(graph, b);
  return rule_3(graph, sets.of, sets.intervened, variables_of(set_difference(a.intervened, b.intervened), graph.size()),
                sets.given);
}

/// The same for transport between two populations, `selection` the nodes whose mechanisms differ.
inline std::optional<Separation> transport_between(const CausalGraph& graph, const Expression::Probability& a,
                                                   const Expression::Probability& b, const NodeSet& selection) {
  if (a.population == b.population || a.of != b.of || a.given != b.given || a.intervened != b.intervened)
    return std::nullopt;
  const auto sets = detail::sets_of(graph, a);
  return transport_rule(graph, sets.of, sets.intervened, sets.given, selection);
}

// The rules for a person who derives by hand. The symbols `z` are part of the term where they are deleted or
// exchanged; where they are inserted, none of their variables is (both asserted).

/// Rule 1: P(y | do(x), z, w) as P(y | do(x), w).
inline RuleApplication delete_observation(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  assert(detail::includes(term.given, z));
  term.given = set_difference(term.given, z);
  const auto sets = detail::sets_of(graph, term);
  return detail::applied(graph, std::move(term),
                         rule_1(graph, sets.of, sets.intervened, variables_of(z, graph.size()), sets.given));
}

/// Rule 1: P(y | do(x), w) as P(y | do(x), z, w).
inline RuleApplication insert_observation(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  const auto sets = detail::sets_of(graph, term);
  assert(!(sets.of | sets.given | sets.intervened).intersects(variables_of(z, graph.size())));
  term.given = set_union(term.given, z);
  return detail::applied(graph, std::move(term),
                         rule_1(graph, sets.of, sets.intervened, variables_of(z, graph.size()), sets.given));
}

/// Rule 2: P(y | do(x), do(z), w) as P(y | do(x), z, w).
inline RuleApplication observe_action(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  assert(detail::includes(term.intervened, z));
  const NodeSet w = variables_of(term.given, graph.size());
  term.intervened = set_difference(term.intervened, z);
  term.given = set_union(term.given, z);
  const auto sets = detail::sets_of(graph, term);
  return detail::applied(graph, std::move(term), rule_2(sets.of, sets.intervened, variables_of(z, graph.size()), w));
}

/// Rule 2: P(y | do(x), z, w) as P(y | do(x), do(z), w).
inline RuleApplication act_on_observation(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  assert(detail::includes(term.given, z));
  const NodeSet x = variables_of(term.intervened, graph.size());
  term.given = set_difference(term.given, z);
  term.intervened = set_union(term.intervened, z);
  const auto sets = detail::sets_of(graph, term);
  return detail::applied(graph, std::move(term), rule_2(sets.of, x, variables_of(z, graph.size()), sets.given));
}

/// Rule 3: P(y | do(x), do(z), w) as P(y | do(x), w).
inline RuleApplication delete_action(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  assert(detail::includes(term.intervened, z));
  term.intervened = set_difference(term.intervened, z);
  const auto sets = detail::sets_of(graph, term);
  return detail::applied(graph, std::move(term),
                         rule_3(graph, sets.of, sets.intervened, variables_of(z, graph.size()), sets.given));
}

/// Rule 3: P(y | do(x), w) as P(y | do(x), do(z), w).
inline RuleApplication insert_action(const CausalGraph& graph, Expression::Probability term, const Symbols& z) {
  const auto sets = detail::sets_of(graph, term);
  assert(!(sets.of | sets.given | sets.intervened).intersects(variables_of(z, graph.size())));
  term.intervened = set_union(term.intervened, z);
  return detail::applied(graph, std::move(term),
                         rule_3(graph, sets.of, sets.intervened, variables_of(z, graph.size()), sets.given));
}

/// The term read in another population, `selection` being the nodes whose mechanisms differ between the two.
inline RuleApplication transport_to(const CausalGraph& graph, Expression::Probability term, std::size_t population,
                                    const NodeSet& selection) {
  term.population = population;
  const auto sets = detail::sets_of(graph, term);
  return detail::applied(graph, std::move(term),
                         transport_rule(graph, sets.of, sets.intervened, sets.given, selection));
}

}  // namespace equipoise::inline v0
