// Tian's Q-factors: the one primitive that every identification algorithm here derives from.
//
// Q[C] is the distribution of C when everything else is held fixed: Q[C] = P(c | do(v \ c)). A causal graph
// splits it by districts, and identify_q asks whether Q[C] follows from Q[T] for a larger T.
// Source: Tian, Pearl, "A general identification condition for causal effects", AAAI 2002; Huang, Valtorta,
// "On the completeness of an identifiability algorithm for semi-Markovian models", AMAI 2008.
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// Q[T] as a chain: one factor for each v in T, in a topological order, such that the product of the first k
/// factors is Q[T] with the later variables summed out. Factor i is the conditional of v_i given those before it.
struct QFactor {
  struct Link {
    Node variable = 0;
    Expression conditional;
  };
  std::vector<Link> chain;

  NodeSet variables(std::size_t universe) const {
    NodeSet set(universe);
    for (const auto& link : chain) set.insert(link.variable);
    return set;
  }
};

/// Why Q[C] does not follow: `larger` and `smaller` are districts over the same roots, the smaller within the
/// larger and every node of the larger an ancestor of the smaller (Shpitser, Pearl 2006, definition 6).
struct Hedge {
  NodeSet larger;   ///< F
  NodeSet smaller;  ///< F'
  friend bool operator==(const Hedge&, const Hedge&) = default;
};

namespace detail {

// sum over the variables of `summed` of the first `count` links, dropping trailing links that sum to one.
inline Expression marginal_of_chain(const std::vector<QFactor::Link>& chain, std::size_t count, const NodeSet& summed) {
  while (count > 0 && summed.contains(chain[count - 1].variable)) --count;
  Symbols over;
  std::vector<Expression> factors;
  factors.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    factors.push_back(chain[i].conditional);
    if (summed.contains(chain[i].variable)) over.push_back({chain[i].variable, 0});
  }
  std::sort(over.begin(), over.end());
  return sum(std::move(over), product(std::move(factors)));
}

}  // namespace detail

/// The Q-factor of the districts that P_z(V \ z) splits into: for a district S of the graph over `within`,
/// Q[S] = prod_i P(v_i | what stands before v_i, do(z)), each conditioned only on its own district's
/// predecessors and their parents, which separate v_i from the rest (Tian, Pearl 2002, lemma 1).
/// `within` must be ancestral in the graph over V \ z; `population` and `intervened` say where P_z is known.
inline QFactor q_factor_of_district(const CausalGraph& graph, const NodeSet& district, const NodeSet& within,
                                    std::size_t population, const NodeSet& intervened) {
  QFactor q;
  NodeSet before = graph.none();
  for (const Node v : graph.topological_order()) {
    if (!within.contains(v)) continue;
    before.insert(v);
    if (!district.contains(v)) continue;
    const NodeSet own = district_of(graph, v, before);
    NodeSet given = own;
    for (const Node w : own) given |= graph.parents(w);
    given &= before;
    given.erase(v);
    q.chain.push_back({v, probability({population, {{v, 0}}, symbols_of(given), symbols_of(intervened)})});
  }
  return q;
}

/// Q[T'] for a district T' of the graph over A, from Q[T] given as a chain, A ancestral in T: factors whose
/// predecessors were all kept stay as they are; the others condition within the factor handed down,
/// sum_{T \ A} Q[T] (never within P(v)), by Tian, Pearl 2002, lemma 4.
inline QFactor q_factor_within(const QFactor& q, const NodeSet& ancestral, const NodeSet& district) {
  QFactor result;
  NodeSet summed(ancestral.universe());
  for (const auto& link : q.chain)
    if (!ancestral.contains(link.variable)) summed.insert(link.variable);
  bool any_summed = false;
  for (std::size_t i = 0; i < q.chain.size(); ++i) {
    const Node v = q.chain[i].variable;
    if (summed.contains(v)) {
      any_summed = true;
    } else if (district.contains(v)) {
      result.chain.push_back({v, any_summed ? fraction(detail::marginal_of_chain(q.chain, i + 1, summed),
                                                       detail::marginal_of_chain(q.chain, i, summed))
                                            : q.chain[i].conditional});
    }
  }
  return result;
}

/// Q[C] from Q[T], or the hedge that forbids it. C lies within T, and both are districts of their own
/// subgraphs. Linear recursion, at most |T| deep.
inline std::variant<Expression, Hedge> identify_q(const CausalGraph& graph, const NodeSet& c, QFactor q) {
  NodeSet t = q.variables(graph.size());
  assert(c.is_subset_of(t));
  for (;;) {
    const NodeSet a = ancestors(graph, c, t);  // A = An(C) in the graph over T
    if (a == c) return detail::marginal_of_chain(q.chain, q.chain.size(), t - c);
    if (a == t) return Hedge{t, c};
    const NodeSet smaller = district_of(graph, c.front(), a);  // T' with C inside it
    q = q_factor_within(q, a, smaller);
    t = smaller;
  }
}

}  // namespace equipoise::inline v0
