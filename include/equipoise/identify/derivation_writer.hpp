// Writes derivations down: keeps the line that was reached, and finds the rules that lead from term to term.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/derivation.hpp>
#include <equipoise/identify/do_calculus.hpp>
#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// How long a derivation may be.
struct DerivationOptions {
  std::size_t max_steps = 100'000;
  std::size_t max_nodes = 100'000;  ///< of a line, shared parts counted as often as they are written
};

/// The derivation would be longer than the options allow.
struct DerivationTooLong {
  std::size_t steps = 0;  ///< how many there were when it was given up
};

namespace detail {

using Term = Expression::Probability;

/// Whether an expression has more than `limit` nodes when it is written out.
inline bool has_more_nodes(const Expression& expression, std::size_t limit) {
  std::vector<const Expression*> waiting{&expression};
  for (std::size_t count = 0; !waiting.empty(); ++count) {
    if (count == limit) return true;
    const Expression& part = *waiting.back();
    waiting.pop_back();
    if (const auto* s = part.as<Expression::Sum>()) waiting.push_back(&s->term);
    if (const auto* f = part.as<Expression::Fraction>())
      waiting.insert(waiting.end(), {&f->numerator, &f->denominator});
    if (const auto* p = part.as<Expression::Product>())
      for (const auto& factor : p->factors) waiting.push_back(&factor);
  }
  return false;
}

inline Expression sum_as_written(Symbols over, Expression term) {
  return over.empty() ? term : as_written({Expression::Sum{std::move(over), std::move(term)}});
}

/// A derivation in the making. It stops where the options say that it is too long; what it holds then is right as far
/// as it goes.
class DerivationWriter {
 public:
  DerivationWriter(const CausalGraph& graph, Expression query, const DerivationOptions& options)
      : graph_(graph), options_(options), whole_(query), derivation_{std::move(query), {}}, selection_(graph.none()) {}

  const Expression& whole() const { return whole_; }
  bool too_long() const { return too_long_; }
  std::size_t steps() const { return derivation_.steps.size(); }

  /// The nodes whose mechanisms differ in the population that terms are transported to from here on.
  void set_selection(const NodeSet& selection) { selection_ = selection; }

  /// Replaces `before` by `after` below the places; no step where it does not stand there.
  void step(DerivationRule rule, const std::vector<Place>& places, const Expression& before, const Expression& after,
            std::optional<Separation> separation = std::nullopt) {
    if (too_long_) return;
    DerivationStep next{rule, before, after, places, std::move(separation), {}};
    const auto result = replaced(whole_, next);
    assert(result);
    if (*result == whole_) return;
    too_long_ = steps() == options_.max_steps || has_more_nodes(*result, options_.max_nodes);
    if (too_long_) return;
    next.result = whole_ = *result;
    derivation_.steps.push_back(std::move(next));
  }

  /// Rewrites the first term of the ladder as its last, by the fewest of its rungs that single rules connect.
  void rewrite(const std::vector<Term>& ladder, const std::vector<Place>& places) {
    std::size_t rung = 0;
    for (const auto& [next, move] : shortest_climb(ladder)) {
      step(move.rule, places, probability(ladder[rung]), probability(ladder[next]), move.separation);
      rung = next;
    }
  }

  /// Drops and joins what the constructors of expressions drop and join, so that the last line is written as they
  /// would have written it.
  void tidy() {
    while (!too_long_ && tidy_first()) {
    }
  }

  /// What was written; nothing is left to write to.
  Derivation finish() { return std::move(derivation_); }

 private:
  struct Move {
    DerivationRule rule;
    Separation separation;
  };

  /// The one rule that makes the two terms equal, if there is one.
  std::optional<Move> move_between(const Term& a, const Term& b) const {
    const auto licensed = [&](DerivationRule rule, std::optional<Separation> separation) -> std::optional<Move> {
      if (!separation || !holds(graph_, *separation)) return std::nullopt;
      return Move{rule, std::move(*separation)};
    };
    if (a.population != b.population)
      return licensed(DerivationRule::transport, transport_between(graph_, a, b, selection_));
    if (a.intervened == b.intervened) return licensed(DerivationRule::rule_1, rule_1_between(graph_, a, b));
    if (a.given == b.given) return licensed(DerivationRule::rule_3, rule_3_between(graph_, a, b));
    return licensed(DerivationRule::rule_2, rule_2_between(graph_, a, b));
  }

  std::vector<std::pair<std::size_t, Move>> shortest_climb(const std::vector<Term>& ladder) const {
    constexpr std::size_t unreached = static_cast<std::size_t>(-1);
    const std::size_t top =
        static_cast<std::size_t>(std::find(ladder.begin(), ladder.end(), ladder.back()) - ladder.begin());
    std::vector<std::size_t> steps_to(top + 1, unreached), from(top + 1, 0);
    std::vector<std::optional<Move>> by(top + 1);
    steps_to[0] = 0;
    for (std::size_t next = 1; next <= top; ++next)
      for (std::size_t rung = 0; rung < next; ++rung) {
        if (steps_to[rung] == unreached || (steps_to[next] != unreached && steps_to[rung] + 1 >= steps_to[next]))
          continue;
        if (ladder[rung] == ladder[next]) {
          steps_to[next] = steps_to[rung];
          from[next] = from[rung];
          by[next] = by[rung];
        } else if (auto move = move_between(ladder[rung], ladder[next])) {
          steps_to[next] = steps_to[rung] + 1;
          from[next] = rung;
          by[next] = std::move(move);
        }
      }
    std::vector<std::pair<std::size_t, Move>> climb;
    assert(steps_to[top] != unreached);
    for (std::size_t rung = top; rung != 0 && by[rung]; rung = from[rung]) climb.emplace_back(rung, *by[rung]);
    std::reverse(climb.begin(), climb.end());
    return climb;
  }

  /// Tidies the first part, in the order of writing from the inside, that is not tidy yet.
  bool tidy_first() {
    std::unordered_set<const Expression::Tree*> seen;
    return tidy_within(whole_, seen);
  }

  bool tidy_within(const Expression& part, std::unordered_set<const Expression::Tree*>& seen) {
    if (!seen.insert(&part.tree()).second) return false;
    if (const auto* s = part.as<Expression::Sum>()) {
      if (tidy_within(s->term, seen)) return true;
      const bool of_probability = s->term.as<Term>() != nullptr;
      return tidied(part, sum(s->over, s->term),
                    of_probability ? DerivationRule::marginalisation : DerivationRule::arrangement);
    }
    if (const auto* f = part.as<Expression::Fraction>()) {
      if (tidy_within(f->numerator, seen) || tidy_within(f->denominator, seen)) return true;
      const bool by_one = f->denominator.is_one();
      return tidied(part, fraction(f->numerator, f->denominator),
                    by_one ? DerivationRule::cancellation : DerivationRule::conditioning);
    }
    if (const auto* p = part.as<Expression::Product>()) {
      for (const auto& factor : p->factors)
        if (tidy_within(factor, seen)) return true;
      return tidied(part, product(p->factors), DerivationRule::arrangement);
    }
    return false;
  }

  bool tidied(const Expression& before, const Expression& after, DerivationRule rule) {
    if (before == after) return false;
    step(rule, {{}}, Expression(before), after);
    return true;
  }

  const CausalGraph& graph_;
  DerivationOptions options_;
  Expression whole_;
  Derivation derivation_;
  NodeSet selection_;
  bool too_long_ = false;
};

}  // namespace detail

}  // namespace equipoise::inline v0
