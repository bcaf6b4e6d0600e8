// Derivations of what ID, IDC and their kin for several sources answer: from the query to the very estimand, by
// axioms of probability and rules of do-calculus.
//
// Q[C] stands here for P(c | do(Pa(C) \ C)): once C's parents are fixed, no other action reaches C (rule 3). Every step
// of Tian's recursion is then a few steps of do-calculus on terms:
//   districts    P(d | do(x)) splits by the chain rule; a factor's earlier variables of other districts turn from
//                observed to fixed (rule 2), later ones are fixed too (rule 3), and the factors of a district join;
//   ancestors    Q[A] is Q[T] with T \ A summed out, A being ancestral in T (rule 3 and marginalisation);
//   a source     Q[S] splits by the chain rule; far observations fall away (rule 1), actions that do not matter too
//                (rule 3), and the rest turn into observations (rule 2).
// Whatever one rule does in place of several is done by one.
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

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/derivation_writer.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/idc.hpp>

namespace equipoise::inline v0 {

using DerivationAnswer = std::variant<Derivation, NotIdentified, DerivationTooLong>;

namespace detail {

/// How Q[C] follows from a source: T_0 ⊃ T_1 ⊃ … ⊃ C, each T_{i+1} the district that holds C in the graph over the
/// ancestors A_i of C in T_i.
struct QTrace {
  Source source;
  NodeSet within;                  // the ancestors of C in the source
  std::vector<NodeSet> districts;  // T_0, …, T_k
  std::vector<NodeSet> ancestral;  // A_0, …, A_k = C

  bool is_whole_district() const { return districts.front() == ancestral.back(); }
};

inline std::optional<QTrace> trace_q(const CausalGraph& graph, const NodeSet& c, const Source& source) {
  if (source.intervened.intersects(c) || source.selection.intersects(c)) return std::nullopt;
  QTrace trace{source, ancestors(graph, c, graph.all() - source.intervened), {}, {}};
  NodeSet t = district_of(graph, c.front(), trace.within);
  for (;;) {
    const NodeSet a = ancestors(graph, c, t);
    trace.districts.push_back(t);
    trace.ancestral.push_back(a);
    if (a == c) return trace;
    if (a == t) return std::nullopt;
    t = district_of(graph, c.front(), a);
  }
}

/// From the first source that yields it, as identify_q_from has it.
inline std::optional<QTrace> trace_q(const CausalGraph& graph, const NodeSet& c, std::span<const Source> sources) {
  for (const Source& source : sources)
    if (auto trace = trace_q(graph, c, source)) return trace;
  return std::nullopt;
}

/// Derives one query; its methods follow the answer's structure from the outside in.
class Deriver {
 public:
  Deriver(const CausalGraph& graph, const Term& query, std::span<const Source> sources,
          const DerivationOptions& options)
      : graph_(graph), sources_(sources), query_(query), write_(graph, probability(query), options) {}

  /// P(y | do(x), z) is the fraction of IDC, the exchanges of its line 1 made first; without z the effect of ID.
  DerivationAnswer derive(const NodeSet& outcome, NodeSet treatment, NodeSet given) {
    std::vector<Term> ladder{query_};
    for (bool exchanged = true; exchanged;) {
      exchanged = false;
      for (const Node z : given) {
        const auto as_action = act_on_observation(graph_, ladder.back(), {{z, 0}});
        if (!as_action.holds) continue;
        ladder.push_back(as_action.term);
        treatment.insert(z);
        given.erase(z);
        exchanged = true;
        break;
      }
    }
    if (given.empty()) {
      effect(std::move(ladder), {{}}, outcome, treatment);
    } else {
      write_.rewrite(ladder, {{}});
      const Symbols x = symbols_of(treatment);
      const Term joint{0, symbols_of(outcome | given), {}, x}, event{0, symbols_of(given), {}, x};
      write_.step(DerivationRule::conditioning, {{}}, probability(ladder.back()),
                  as_written({Expression::Fraction{probability(joint), probability(event)}}));
      write_.step(DerivationRule::marginalisation, {{1}}, probability(event),
                  sum_as_written(symbols_of(outcome), probability(joint)));
      effect({joint}, {{0}, {1, 0}}, outcome | given, treatment);
    }
    write_.tidy();
    if (write_.too_long()) return DerivationTooLong{write_.steps()};
    return write_.finish();
  }

 private:
  using Places = std::vector<Place>;

  static Places inside(Places places, std::size_t part) {
    for (Place& place : places) place.push_back(part);
    return places;
  }

  NodeSet outer_parents(const NodeSet& set) const {  // Pa(S) \ S
    NodeSet parents = graph_.none();
    for (const Node v : set) parents |= graph_.parents(v);
    return parents - set;
  }

  /// The nodes of the set, causes before effects.
  std::vector<Node> ordered(const NodeSet& set) const {
    std::vector<Node> order;
    for (const Node v : graph_.topological_order())
      if (set.contains(v)) order.push_back(v);
    return order;
  }

  NodeSet before(Node v, const NodeSet& within) const {
    NodeSet result = graph_.none();
    for (const Node u : graph_.topological_order()) {
      if (u == v) return result;
      if (within.contains(u)) result.insert(u);
    }
    return result;
  }

  static Term term(std::size_t population, const NodeSet& of, const NodeSet& given, const NodeSet& intervened) {
    return {population, symbols_of(of), symbols_of(given), symbols_of(intervened)};
  }
  Term term(std::size_t population, Node of, const NodeSet& given, const NodeSet& intervened) const {
    return term(population, NodeSet(graph_.size(), {of}), given, intervened);
  }

  /// The chain rule on P(s | do(x)), in topological order.
  std::vector<Expression> chain(std::size_t population, const NodeSet& s, const NodeSet& x) const {
    std::vector<Expression> links;
    for (const Node v : ordered(s)) links.push_back(probability(term(population, v, before(v, s), x)));
    return links;
  }

  void split(const Places& places, std::size_t population, const NodeSet& s, const NodeSet& x) {
    write_.step(DerivationRule::chain_rule, places, probability(term(population, s, graph_.none(), x)),
                product_as_written(chain(population, s, x)));
  }

  /// P(y | do(x)), the ladder's last term, as ID has it: summed out of P(d | do(x)), district by district.
  void effect(std::vector<Term> ladder, Places places, const NodeSet& y, const NodeSet& x) {
    const NodeSet d = ancestors(graph_, y, graph_.all() - x);  // D = An(Y) in G over V \ X
    const NodeSet fixed = outer_parents(d);                    // the part of x that matters
    ladder.push_back(term(0, y, graph_.none(), fixed));
    write_.rewrite(ladder, places);
    if (d != y) {
      write_.step(DerivationRule::marginalisation, places, probability(ladder.back()),
                  sum_as_written(symbols_of(d - y), probability(term(0, d, graph_.none(), fixed))));
      places = inside(std::move(places), 0);
    }
    std::vector<QTrace> traces;
    for (const NodeSet& district : districts(graph_, d)) traces.push_back(*trace_q(graph_, district, sources_));
    if (traces.size() == 1 && !traces.front().is_whole_district())
      recursion(places, traces.front());
    else
      factorise(places, d, fixed, traces);
  }

  /// P(d | do(x)) as a product over the districts of d, each worked out.
  void factorise(const Places& places, const NodeSet& d, const NodeSet& fixed, const std::vector<QTrace>& traces) {
    split(places, 0, d, fixed);
    std::map<Node, Expression> factor_of;
    for (const QTrace& trace : traces) {
      write_.set_selection(trace.source.selection);
      const NodeSet &c = trace.ancestral.back(), c_fixed = outer_parents(c);
      for (const Node v : ordered(c)) {
        const NodeSet earlier = before(v, d), within_c = earlier & c, others = fixed | (earlier - c);
        std::vector<Term> ladder{term(0, v, earlier, fixed), term(0, v, within_c, others),
                                 term(0, v, within_c, others | c_fixed), term(0, v, within_c, c_fixed)};
        if (trace.is_whole_district()) climb_to_source(trace, v, ladder);
        write_.rewrite(ladder, places);
        factor_of.emplace(v, probability(ladder.back()));
      }
    }
    group(places, d, traces, factor_of);
    for (std::size_t i = 0, at = 0; i < traces.size(); ++i) {
      const NodeSet& c = traces[i].ancestral.back();
      if (traces[i].is_whole_district()) {
        at += c.size();
        continue;
      }
      const Places own = inside(places, at++);
      std::vector<Expression> links = chain(0, c, outer_parents(c));
      write_.step(DerivationRule::chain_rule, own, product_as_written(std::move(links)),
                  probability(term(0, c, graph_.none(), outer_parents(c))));
      recursion(own, traces[i]);
    }
  }

  /// Brings the factors of P(d | do(x)) into the order of the districts; one that needs the recursion is a product of
  /// its own.
  void group(const Places& places, const NodeSet& d, const std::vector<QTrace>& traces,
             const std::map<Node, Expression>& factor_of) {
    std::vector<Expression> in_order, grouped;
    for (const Node v : ordered(d)) in_order.push_back(factor_of.at(v));
    for (const QTrace& trace : traces) {
      std::vector<Expression> own;
      for (const Node v : ordered(trace.ancestral.back())) own.push_back(factor_of.at(v));
      if (trace.is_whole_district())
        grouped.insert(grouped.end(), own.begin(), own.end());
      else
        grouped.push_back(product_as_written(std::move(own)));
    }
    write_.step(DerivationRule::arrangement, places, product_as_written(std::move(in_order)),
                product_as_written(std::move(grouped)));
  }

  /// Continues a ladder from P(v | earlier of S, do(Pa(S) \ S)) to the factor of v that the source gives
  /// (q_factor_of_district), S being the source's whole district.
  void climb_to_source(const QTrace& trace, Node v, std::vector<Term>& ladder) const {
    const NodeSet &s = trace.districts.front(), &acted = trace.source.intervened;
    const std::size_t population = trace.source.population;
    NodeSet earlier = before(v, trace.within);
    earlier.insert(v);
    const NodeSet own = district_of(graph_, v, earlier);
    NodeSet given = own;
    for (const Node w : own) given |= graph_.parents(w);
    given &= earlier;
    given.erase(v);
    const NodeSet fixed = outer_parents(s), near = given & s;
    ladder.push_back(term(population, v, before(v, s), fixed));
    ladder.push_back(term(population, v, near, fixed));
    ladder.push_back(term(population, v, near, fixed | acted));
    ladder.push_back(term(population, v, near, (given - s) | acted));
    ladder.push_back(term(population, v, given, acted));
  }

  /// Q[C] as Tian's recursion has it, from the smallest district up to the source's.
  void recursion(const Places& places, const QTrace& trace) {
    write_.set_selection(trace.source.selection);
    const NodeSet& c = trace.ancestral.back();
    const std::size_t population = trace.source.population, last = trace.districts.size() - 1;
    const NodeSet fixed = outer_parents(c);
    write_.rewrite({term(0, c, graph_.none(), fixed), term(population, c, graph_.none(), fixed),
                    term(population, c, graph_.none(), outer_parents(trace.districts[last]))},
                   places);
    sum_of_chain(places, population, c, trace.districts[last]);
    for (std::size_t i = last; i > 0; --i)
      for (const Node v : ordered(trace.districts[i])) link_of_larger(places, trace, i, v);
    for (const Node v : ordered(trace.districts.front())) {
      const NodeSet& s = trace.districts.front();
      std::vector<Term> ladder{term(population, v, before(v, s), outer_parents(s))};
      climb_to_source(trace, v, ladder);
      write_.rewrite(ladder, places);
    }
  }

  /// P(b | do(Pa(T) \ T)) for b within T: the variables of T before the last of b are summed out of their chain.
  void sum_of_chain(const Places& places, std::size_t population, const NodeSet& b, const NodeSet& t) {
    const Node last = ordered(b).back();
    NodeSet all = before(last, t);
    all.insert(last);
    const NodeSet fixed = outer_parents(t);
    const Term joint = term(population, all, graph_.none(), fixed);
    if (all != b)
      write_.step(DerivationRule::marginalisation, places, probability(term(population, b, graph_.none(), fixed)),
                  sum_as_written(symbols_of(all - b), probability(joint)));
    split(places, population, all, fixed);
  }

  /// The link of v in the chain of Q[T_i] by those of Q[T_{i-1}], T_i a district over A = A_{i-1} (q_factor_within).
  void link_of_larger(const Places& places, const QTrace& trace, std::size_t i, Node v) {
    const NodeSet &t = trace.districts[i], &a = trace.ancestral[i - 1], &larger = trace.districts[i - 1];
    const std::size_t population = trace.source.population;
    const NodeSet t_fixed = outer_parents(t), a_fixed = outer_parents(a), larger_fixed = outer_parents(larger);
    const NodeSet within_t = before(v, t), within_a = before(v, a), others = a_fixed | (within_a - t);
    write_.rewrite({term(population, v, within_t, t_fixed), term(population, v, within_t, t_fixed | others),
                    term(population, v, within_t, others), term(population, v, within_a, a_fixed),
                    term(population, v, within_a, larger_fixed)},
                   places);
    if (within_a == before(v, larger)) return;
    NodeSet both = within_a;
    both.insert(v);
    if (!within_a.empty()) {
      const Term joint = term(population, both, graph_.none(), larger_fixed),
                 event = term(population, within_a, graph_.none(), larger_fixed);
      write_.step(DerivationRule::conditioning, places, probability(term(population, v, within_a, larger_fixed)),
                  as_written({Expression::Fraction{probability(joint), probability(event)}}));
      sum_of_chain(places, population, within_a, larger);
    }
    sum_of_chain(places, population, both, larger);
  }

  const CausalGraph& graph_;
  std::span<const Source> sources_;
  Term query_;
  DerivationWriter write_;
};

}  // namespace detail

/// The derivation of P(outcome | do(treatment), given) from the sources: its last line is the estimand that
/// identify_conditional_effect gives, symbol for symbol. The sets are disjoint and the outcome is not empty
/// (asserted). Made on demand, since it costs a few separations for each variable of each district.
inline DerivationAnswer derive_conditional_effect(const CausalGraph& graph, const NodeSet& outcome,
                                                  const NodeSet& treatment, const NodeSet& given,
                                                  std::span<const Source> sources,
                                                  const DerivationOptions& options = {}) {
  assert(!outcome.empty());
  auto answer = identify_conditional_effect(graph, outcome, treatment, given, sources);
  if (const auto* refused = std::get_if<NotIdentified>(&answer)) return *refused;
  const Expression::Probability query{0, symbols_of(outcome), symbols_of(given), symbols_of(treatment)};
  return detail::Deriver(graph, query, sources, options).derive(outcome, treatment, given);
}
/// The same from observation alone.
inline DerivationAnswer derive_conditional_effect(const CausalGraph& graph, const NodeSet& outcome,
                                                  const NodeSet& treatment, const NodeSet& given,
                                                  const DerivationOptions& options = {}) {
  const std::array sources{observation(graph)};
  return derive_conditional_effect(graph, outcome, treatment, given, sources, options);
}

/// The derivation of P(outcome | do(treatment)).
inline DerivationAnswer derive_effect(const CausalGraph& graph, const NodeSet& outcome, const NodeSet& treatment,
                                      std::span<const Source> sources, const DerivationOptions& options = {}) {
  return derive_conditional_effect(graph, outcome, treatment, graph.none(), sources, options);
}
inline DerivationAnswer derive_effect(const CausalGraph& graph, const NodeSet& outcome, const NodeSet& treatment,
                                      const DerivationOptions& options = {}) {
  return derive_conditional_effect(graph, outcome, treatment, graph.none(), options);
}

}  // namespace equipoise::inline v0
