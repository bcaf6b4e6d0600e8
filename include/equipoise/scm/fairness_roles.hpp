// Who plays which part between a protected attribute and an outcome, and what the graph then identifies.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>

namespace equipoise::inline v0 {

/// The standard fairness model of protected attributes X, one or several that are compared together, and an outcome Y
/// (Plecko, Bareinboim 2024): confounders Z, mediators W, and which of the three effects they identify.
struct FairnessRoles {
  std::vector<std::string> confounders;  ///< Z: none is affected by X
  std::vector<std::string> mediators;    ///< W: all that X affects and that affect Y
  bool direct_identified = true;         ///< ctf_de
  bool indirect_identified = true;       ///< ctf_ie, which is 0 where nothing mediates
  bool spurious_identified = true;       ///< ctf_se
  friend bool operator==(const FairnessRoles&, const FairnessRoles&) = default;
};

namespace detail {

// `graph` without the directed edges that `cut` holds of.
template <class Cut>
CausalGraph without_edges(const CausalGraph& graph, Cut cut) {
  std::vector<NamedEdge> directed, bidirected;
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v))
      if (!cut(v, child)) directed.emplace_back(graph.name(v), graph.name(child));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return CausalGraph(graph.names(), directed, bidirected);
}

inline NodeSet singleton(const CausalGraph& graph, Node v) { return NodeSet(graph.size(), {v}); }

inline std::vector<std::string> names_of(const CausalGraph& graph, const NodeSet& nodes) {
  std::vector<std::string> names;
  for (const Node v : nodes) names.push_back(graph.name(v));
  return names;
}

// What adjustment for Z identifies. Where the response Y_{x1,w}, X and W_{x0} stand in one world, X points at
// neither and W not at Y, so separation in the graph thus cut is independence of these counterfactuals given Z:
//   ctf_de needs Y_{x1,w} independent of (X, W_{x0});  ctf_se needs Y_{x1} independent of X;
//   ctf_ie needs both, and W_{x1} independent of X.
// With several attributes, what one does to another is cut as well: the copies of a variable in two worlds share its
// noise, so a path between worlds is a path of the cut graph, and no member of Z has two copies.
inline FairnessRoles licensed_roles(const CausalGraph& graph, const NodeSet& attribute, Node y,
                                    const NodeSet& confounders, const NodeSet& mediators) {
  const CausalGraph responses_cut =
      without_edges(graph, [&](Node from, Node to) { return to == y && mediators.contains(from); });
  const NodeSet outcome = singleton(graph, y);
  const CutArrows cut{.incoming = graph.none(), .outgoing = attribute};
  const bool spurious = separated(graph, attribute, outcome, confounders, cut);
  const bool direct = separated(responses_cut, outcome, attribute | mediators, confounders, cut);
  const bool mediated = separated(graph, attribute, mediators, confounders, cut);
  return {.confounders = names_of(graph, confounders),
          .mediators = names_of(graph, mediators),
          .direct_identified = direct,
          .indirect_identified = mediators.empty() || (spurious && direct && mediated),
          .spurious_identified = spurious};
}

inline int count_of_identified(const FairnessRoles& roles) {
  return roles.direct_identified + roles.indirect_identified + roles.spurious_identified;
}

}  // namespace detail

/// The roles that a graph gives. Mediators are all on directed paths from X to Y that meet no other attribute.
/// Confounders are the causes of Y along paths that avoid X; where those do not identify every effect but joined by
/// the other causes of X they identify more, these too. A hidden common cause of X and a confounder does no harm; one
/// of Y and X, of Y and a mediator, or of X and a mediator does, and is reported by the flags; and so does a mediator
/// of one attribute that causes another.
/// Throws graph_unknown_node, and graph_unsupported where the outcome is a cause of an attribute.
inline FairnessRoles roles_in_graph(const CausalGraph& graph, std::span<const std::string> protected_attributes,
                                    std::string_view outcome) {
  const Node y = graph.node(outcome);
  NodeSet attribute = graph.none();
  for (const std::string& name : protected_attributes) {
    const Node x = graph.node(name);
    if (x == y)
      throw Error(ErrorCode::query_overlap, {}, "'" + name + "' is both the protected attribute and the outcome",
                  "two different variables");
    if (ancestors(graph, detail::singleton(graph, x)).contains(y))
      throw Error(ErrorCode::graph_unsupported, {},
                  "the outcome '" + graph.name(y) + "' is a cause of the protected attribute '" + name + "'",
                  "an outcome that the attribute may affect");
    attribute.insert(x);
  }
  const NodeSet effects = descendants(graph, attribute), itself = detail::singleton(graph, y);
  const NodeSet fewest_causes = ancestors(graph, itself, graph.all() - attribute);
  const NodeSet mediators = (effects & fewest_causes) - attribute - itself;
  const NodeSet fewest = fewest_causes - effects - itself;
  const NodeSet widest = (ancestors(graph, itself) | ancestors(graph, attribute)) - effects - itself;
  FairnessRoles roles = detail::licensed_roles(graph, attribute, y, fewest, mediators);
  if (detail::count_of_identified(roles) == 3 || fewest == widest) return roles;
  FairnessRoles wider = detail::licensed_roles(graph, attribute, y, widest, mediators);
  return detail::count_of_identified(wider) > detail::count_of_identified(roles) ? wider : roles;
}

/// The same of one attribute.
inline FairnessRoles roles_in_graph(const CausalGraph& graph, std::string_view protected_attribute,
                                    std::string_view outcome) {
  return roles_in_graph(graph, std::array{std::string(protected_attribute)}, outcome);
}

/// The roles that a person lists: they state the standard fairness model, in which hidden common causes may
/// join the attribute with the confounders, and the members of either list among themselves, but no others.
inline FairnessRoles roles_as_listed(std::vector<std::string> confounders, std::vector<std::string> mediators) {
  return {.confounders = std::move(confounders), .mediators = std::move(mediators)};
}

/// Whether adjustment for the confounders gives every part.
inline bool all_identified(const FairnessRoles& roles) { return detail::count_of_identified(roles) == 3; }

/// A mediator in causal order, and whether its share of the indirect effect is identified.
struct MediatorStep {
  std::string mediator;
  bool identified = true;
  friend bool operator==(const MediatorStep&, const MediatorStep&) = default;
};

/// The mediators of `roles`, causes first. The indirect effect splits along them: the share of one is what X does to it
/// other than through those before, with all that follows from it downstream. E[Y_{x1, W1_x0} | x0], the mediators W1
/// up to a step held, is identified where Y_{x1, w1} is independent of (X, W1_{x0}) given the confounders, and a share
/// where the two means are whose difference it is.
inline std::vector<MediatorStep> mediator_steps(const CausalGraph& graph,
                                                std::span<const std::string> protected_attributes,
                                                std::string_view outcome, const FairnessRoles& roles) {
  NodeSet attribute = graph.none(), confounders = graph.none(), mediators = graph.none(), held = graph.none();
  for (const std::string& name : protected_attributes) attribute.insert(graph.node(name));
  for (const std::string& name : roles.confounders) confounders.insert(graph.node(name));
  for (const std::string& name : roles.mediators) mediators.insert(graph.node(name));
  const NodeSet response = detail::singleton(graph, graph.node(outcome));
  const CutArrows cut{.incoming = graph.none(), .outgoing = attribute};
  std::vector<MediatorStep> steps;
  bool before = roles.spurious_identified;
  for (const Node v : graph.topological_order()) {
    if (!mediators.contains(v)) continue;
    held.insert(v);
    const CausalGraph responses_cut =
        detail::without_edges(graph, [&](Node from, Node to) { return held.contains(from) && !held.contains(to); });
    const bool now = separated(responses_cut, response, attribute | held, confounders, cut);
    steps.push_back({graph.name(v), before && now});
    before = now;
  }
  return steps;
}

/// The mediators in the order that a person lists them, which states that none causes one before it.
inline std::vector<MediatorStep> mediator_steps(const FairnessRoles& roles) {
  std::vector<MediatorStep> steps;
  for (const std::string& name : roles.mediators) steps.push_back({name});
  return steps;
}

}  // namespace equipoise::inline v0
