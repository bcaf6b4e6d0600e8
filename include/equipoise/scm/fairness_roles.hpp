// Who plays which part between a protected attribute and an outcome, and what the graph then identifies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>

namespace equipoise::inline v0 {

/// The standard fairness model of a protected attribute X and an outcome Y (Plecko, Bareinboim 2024):
/// confounders Z, mediators W, and which of the three effects they identify.
struct FairnessRoles {
  std::vector<std::string> confounders;  ///< Z: none is affected by X
  std::vector<std::string> mediators;    ///< W: all that X affects and that affect Y
  bool direct_identified = true;         ///< ctf_de
  bool indirect_identified = true;       ///< ctf_ie
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
inline FairnessRoles licensed_roles(const CausalGraph& graph, Node x, Node y, const NodeSet& confounders,
                                    const NodeSet& mediators) {
  const CausalGraph responses_cut =
      without_edges(graph, [&](Node from, Node to) { return to == y && mediators.contains(from); });
  const NodeSet attribute = singleton(graph, x), outcome = singleton(graph, y);
  const CutArrows cut{.incoming = graph.none(), .outgoing = attribute};
  const bool spurious = separated(graph, attribute, outcome, confounders, cut);
  const bool direct = separated(responses_cut, outcome, attribute | mediators, confounders, cut);
  const bool mediated = separated(graph, attribute, mediators, confounders, cut);
  return {.confounders = names_of(graph, confounders),
          .mediators = names_of(graph, mediators),
          .direct_identified = direct,
          .indirect_identified = spurious && direct && mediated,
          .spurious_identified = spurious};
}

}  // namespace detail

/// The roles that a graph gives. Mediators are all on directed paths from X to Y. Confounders are the causes
/// of Y along paths that avoid X; where those do not identify every effect but joined by the other causes of
/// X they identify more, these too. A hidden common cause of X and a confounder does no harm; one of Y and X,
/// of Y and a mediator, or of X and a mediator does, and is reported by the flags.
/// Throws graph_unknown_node, and graph_unsupported where the outcome is a cause of the attribute.
inline FairnessRoles roles_in_graph(const CausalGraph& graph, std::string_view protected_attribute,
                                    std::string_view outcome) {
  const Node x = graph.node(protected_attribute), y = graph.node(outcome);
  if (x == y)
    throw Error(ErrorCode::query_overlap, {}, "'" + graph.name(x) + "' is both the protected attribute and the outcome",
                "two different variables");
  const NodeSet attribute = detail::singleton(graph, x), effects = descendants(graph, attribute);
  const NodeSet causes = ancestors(graph, detail::singleton(graph, y));
  if (ancestors(graph, attribute).contains(y))
    throw Error(ErrorCode::graph_unsupported, {},
                "the outcome '" + graph.name(y) + "' is a cause of the protected attribute '" + graph.name(x) + "'",
                "an outcome that the attribute may affect");
  NodeSet mediators = effects & causes;
  mediators.erase(x);
  if (effects.contains(y)) mediators.erase(y);
  const NodeSet avoiding = graph.all() - attribute;
  const NodeSet fewest =
      ancestors(graph, detail::singleton(graph, y), avoiding) - effects - detail::singleton(graph, y);
  const NodeSet widest = (causes | ancestors(graph, attribute)) - effects - detail::singleton(graph, y);
  FairnessRoles roles = detail::licensed_roles(graph, x, y, fewest, mediators);
  if (roles.indirect_identified || fewest == widest) return roles;
  FairnessRoles wider = detail::licensed_roles(graph, x, y, widest, mediators);
  const auto identified = [](const FairnessRoles& each) {
    return each.direct_identified + each.indirect_identified + each.spurious_identified;
  };
  return identified(wider) > identified(roles) ? wider : roles;
}

/// The roles that a person lists: they state the standard fairness model, in which hidden common causes may
/// join the attribute with the confounders, and the members of either list among themselves, but no others.
inline FairnessRoles roles_as_listed(std::vector<std::string> confounders, std::vector<std::string> mediators) {
  return {.confounders = std::move(confounders), .mediators = std::move(mediators)};
}

}  // namespace equipoise::inline v0
