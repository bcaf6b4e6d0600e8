// Shorter estimands: sums that can be carried out, factors that cancel, conditions that do not matter.
//
// The aims are those of Tikka, Karvanen, "Simplifying probabilistic expressions in causal inference", JMLR 18, 2017:
// a sum over v goes when the factors that depend on v can be joined, by the chain rule, into one probability of v and
// more, conditions being inserted where the graph separates them (their procedures `simplify` and `join` look for such
// a joint likewise). Every change is a step of a derivation, so that the checker of derivations can judge it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/chain_search.hpp>
#include <equipoise/identify/derivation_writer.hpp>

namespace equipoise::inline v0 {

/// How much is tried. An expression of more nodes than the derivation may have is left as it is.
struct SimplificationOptions {
  std::size_t max_attempts = 10'000;  ///< chains and separations tried
  std::size_t max_groups = 50;        ///< sets of factors tried for one variable of a sum
  DerivationOptions derivation = {.max_steps = 2'000, .max_nodes = 5'000};
};

struct Simplification {
  Derivation derivation;  ///< from the expression to its shorter form
  bool complete = true;   ///< false where the budget was spent before nothing more could be done
};

namespace detail {

/// The part of an expression at a place, which is there (asserted).
inline Expression part_at(Expression expression, const Place& place) {
  for (const std::size_t part : place) {
    if (const auto* s = expression.as<Expression::Sum>())
      expression = Expression(s->term);
    else if (const auto* f = expression.as<Expression::Fraction>())
      expression = Expression(part == 0 ? f->numerator : f->denominator);
    else
      expression = Expression(expression.as<Expression::Product>()->factors[part]);
  }
  return expression;
}

/// The factors of a product; any other expression is its own only factor.
inline std::vector<Expression> factors_of(const Expression& expression) {
  if (const auto* p = expression.as<Expression::Product>()) return p->factors;
  return {expression};
}

class Simplifier {
 public:
  Simplifier(const CausalGraph& graph, const Expression& expression, const SimplificationOptions& options)
      : graph_(graph),
        search_(graph, options.max_attempts, options.max_groups),
        write_(graph, expression, options.derivation) {}

  Simplification run() {
    // What is joined may be what cancels, so that both go on until nothing changes.
    for (std::size_t before = 1, after = 0; before != after && !spent();) {
      before = write_.steps();
      search_.forget_cuts();
      for (const bool joining : {false, true}) {
        joining_ = joining;
        simplify_within({});
      }
      after = write_.steps();
    }
    write_.tidy();
    const bool complete = !spent() && !search_.was_cut();
    return {write_.finish(), complete};
  }

 private:
  bool spent() const { return search_.is_spent() || write_.too_long(); }

  static Place within(Place place, std::size_t part) {
    place.push_back(part);
    return place;
  }

  Expression at(const Place& place) const { return part_at(write_.whole(), place); }

  void step(DerivationRule rule, const Place& place, const Expression& after) {
    write_.step(rule, {place}, at(place), after);
  }

  // From the inside out; a part that changed is looked at again.
  void simplify_within(const Place& place) {
    for (bool changed = true; changed && !spent();) {
      const Expression part = at(place);
      std::size_t parts = 0;
      if (part.as<Expression::Sum>() != nullptr) parts = 1;
      if (part.as<Expression::Fraction>() != nullptr) parts = 2;
      if (const auto* p = part.as<Expression::Product>()) parts = p->factors.size();
      for (std::size_t i = 0; i < parts; ++i) simplify_within(within(place, i));
      changed = simplify_here(place);
    }
  }

  bool simplify_here(const Place& place) {
    const Expression part = at(place);
    if (const auto* p = part.as<Term>()) return drop_condition(place, *p);
    if (const auto* s = part.as<Expression::Sum>()) return join_sums(place, *s) || sum_out(place, *s);
    if (const auto* f = part.as<Expression::Fraction>())
      return cancel(place, *f) || divide(place, *f) || join_over(place, *f);
    return flatten(place) || (joining_ && join_links(place));
  }

  // --- one probability ---

  void insert_or_delete(const Place& place, const Term& from, const Term& to) {
    if (from == to) return;
    write_.step(DerivationRule::rule_1, {place}, probability(from), probability(to), rule_1_between(graph_, from, to));
  }

  /// P(y | z, w) = P(y | w), one condition at a time (by weak union that is enough).
  bool drop_condition(const Place& place, const Term& term) {
    for (const Symbol z : term.given) {
      Term shorter = term;
      shorter.given = set_difference(term.given, {z});
      if (!search_.licensed(term, shorter)) continue;
      insert_or_delete(place, term, shorter);
      return true;
    }
    return false;
  }

  // --- joining factors into one probability ---

  /// Writes the factors of the chain as their joint probability, where the first of them stood; the product is all of
  /// what stands at the place. Returns the joint's place among the factors.
  std::size_t write_joint(const Place& place, const std::vector<Expression>& factors, const ProbabilityChain& chain) {
    std::vector<Expression> links;
    for (std::size_t i = 0; i < chain.factors.size(); ++i) {
      const std::size_t factor = chain.factors[i];
      insert_or_delete(factors.size() == 1 ? place : within(place, factor), *factors[factor].as<Term>(),
                       chain.links[i]);
      links.push_back(probability(chain.links[i]));
    }
    const Expression product_of_links = product_as_written(std::move(links));
    const std::size_t first = *std::min_element(chain.factors.begin(), chain.factors.end());
    std::vector<Expression> grouped;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (i == first)
        grouped.push_back(product_of_links);
      else if (std::find(chain.factors.begin(), chain.factors.end(), i) == chain.factors.end())
        grouped.push_back(factors[i]);
    }
    const bool alone = grouped.size() == 1;
    if (chain.links.size() > 1) {
      step(DerivationRule::arrangement, place, product_as_written(std::move(grouped)));
      write_.step(DerivationRule::chain_rule, {alone ? place : within(place, first)}, product_of_links,
                  probability(chain.joint));
    }
    return first;
  }

  /// P(b | c) P(a | b, c) = P(a, b | c) where no condition has to be inserted.
  bool join_links(const Place& place) {
    const std::vector<Expression> factors = factors_of(at(place));
    for (std::size_t i = 0; i < factors.size(); ++i)
      for (std::size_t j = 0; j < factors.size(); ++j) {
        const auto *a = factors[i].as<Term>(), *b = factors[j].as<Term>();
        if (i == j || a == nullptr || b == nullptr || !same_context(*a, *b)) continue;
        if (b->given != set_union(a->given, a->of)) continue;
        const Term joint{a->population, set_union(a->of, b->of), a->given, a->intervened};
        write_joint(place, factors, {{i, j}, {*a, *b}, joint});
        return true;
      }
    return false;
  }

  // --- sums ---

  bool join_sums(const Place& place, const Expression::Sum& s) {
    const auto* inner = s.term.as<Expression::Sum>();
    if (inner == nullptr) return false;
    const Symbols both = set_union(s.over, inner->over);
    if (both.size() != s.over.size() + inner->over.size()) return false;
    step(DerivationRule::arrangement, place, as_written({Expression::Sum{both, inner->term}}));
    return true;
  }

  /// Carries out the sum over one of its variables, or moves out of it what does not depend on any. Effects are tried
  /// before their causes, since fewer factors depend on them; others than a variable's own factors are taken in only
  /// where no variable's own factors join.
  bool sum_out(const Place& place, const Expression::Sum& s) {
    const std::vector<Expression> factors = factors_of(s.term);
    Symbols over = s.over;
    std::sort(over.begin(), over.end(),
              [&](Symbol a, Symbol b) { return search_.position(a.variable) > search_.position(b.variable); });
    for (const bool with_others : {false, true})
      for (const Symbol v : over) {
        const std::vector<std::size_t> group = probabilities_with(factors, v);
        if (group.empty()) continue;
        const auto chain = with_others ? search_.with(factors, group) : search_.of(factors, group);
        if (!chain) continue;
        sum_joint(place, chain->joint, write_joint(within(place, 0), factors, *chain));
        return true;
      }
    return factor_out(place, s);
  }

  /// The factors that depend on v, where all are probabilities and one is of v; else none.
  static std::vector<std::size_t> probabilities_with(const std::vector<Expression>& factors, Symbol v) {
    std::vector<std::size_t> group;
    bool one_is_of_v = false;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const Symbols symbols = free_symbols(factors[i]);
      if (!std::binary_search(symbols.begin(), symbols.end(), v)) continue;
      const auto* p = factors[i].as<Term>();
      if (p == nullptr) return {};
      one_is_of_v = one_is_of_v || std::binary_search(p->of.begin(), p->of.end(), v);
      group.push_back(i);
    }
    return one_is_of_v ? group : std::vector<std::size_t>{};
  }

  /// sum_{e, f} g P(e, a | c) = sum_f g P(a | c), the joint being the factor `at_factor` and e what stands in it alone.
  void sum_joint(const Place& place, const Term& joint, std::size_t at_factor) {
    if (write_.too_long()) return;
    const Expression whole = at(place);
    const auto& s = *whole.as<Expression::Sum>();
    std::vector<Expression> factors = factors_of(s.term);
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(at_factor));
    Symbols elsewhere = joint.given;
    for (const auto& factor : factors) elsewhere = set_union(elsewhere, free_symbols(factor));
    const Symbols alone = set_difference(set_difference(s.over, set_difference(s.over, joint.of)), elsewhere);  // e
    const Symbols others = set_difference(s.over, alone);                                                       // f
    Place inner = place;
    if (!others.empty()) {
      step(DerivationRule::arrangement, place,
           as_written({Expression::Sum{others, as_written({Expression::Sum{alone, s.term}})}}));
      inner.push_back(0);
    }
    const Expression sum_of_joint = as_written({Expression::Sum{alone, probability(joint)}});
    if (!factors.empty()) {
      factors.insert(factors.begin() + static_cast<std::ptrdiff_t>(at_factor), sum_of_joint);
      step(DerivationRule::factoring, inner, as_written({Expression::Product{std::move(factors)}}));
      inner.push_back(at_factor);
    }
    step(DerivationRule::marginalisation, inner,
         probability({joint.population, set_difference(joint.of, alone), joint.given, joint.intervened}));
  }

  bool factor_out(const Place& place, const Expression::Sum& s) {
    std::vector<Expression> outside, inside;
    for (const auto& factor : factors_of(s.term)) {
      const Symbols symbols = free_symbols(factor);
      (set_difference(symbols, s.over) == symbols ? outside : inside).push_back(factor);
    }
    if (outside.empty() || inside.empty()) return false;
    outside.push_back(as_written({Expression::Sum{s.over, product_as_written(std::move(inside))}}));
    step(DerivationRule::factoring, place, as_written({Expression::Product{std::move(outside)}}));
    return true;
  }

  // --- products and fractions ---

  bool flatten(const Place& place) {
    const Expression flat = product(factors_of(at(place)));
    if (flat == at(place)) return false;
    step(DerivationRule::arrangement, place, flat);
    return true;
  }

  /// Takes out what stands both above and below the bar.
  bool cancel(const Place& place, const Expression::Fraction& f) {
    std::vector<Expression> above = factors_of(f.numerator), below = factors_of(f.denominator);
    std::erase_if(below, [&](const Expression& factor) {
      const auto same = std::find(above.begin(), above.end(), factor);
      if (same == above.end()) return false;
      above.erase(same);
      return true;
    });
    if (below.size() == factors_of(f.denominator).size() && !below.empty()) return false;
    const Expression numerator = product_as_written(std::move(above));
    step(DerivationRule::cancellation, place,
         below.empty() ? numerator
                       : as_written({Expression::Fraction{numerator, product_as_written(std::move(below))}}));
    return true;
  }

  /// P(a, b | c) / P(b | c) = P(a | b, c), also where they are factors of more.
  bool divide(const Place& place, const Expression::Fraction& f) {
    const std::vector<Expression> above = factors_of(f.numerator), below = factors_of(f.denominator);
    for (std::size_t i = 0; i < above.size(); ++i)
      for (const auto& divisor : below) {
        const auto *joint = above[i].as<Term>(), *event = divisor.as<Term>();
        if (joint == nullptr || event == nullptr || !same_context(*joint, *event) || joint->given != event->given ||
            !includes(joint->of, event->of))
          continue;
        const Expression rest = probability({joint->population, set_difference(joint->of, event->of),
                                             set_union(joint->given, event->of), joint->intervened});
        if (above.size() == 1 && below.size() == 1) {
          step(DerivationRule::conditioning, place, rest);
        } else {
          const Place numerator = within(place, 0);
          write_.step(DerivationRule::chain_rule, {above.size() == 1 ? numerator : within(numerator, i)}, above[i],
                      as_written({Expression::Product{{divisor, rest}}}));
          flatten(numerator);
          if (!write_.too_long()) cancel(place, *at(place).as<Expression::Fraction>());
        }
        return true;
      }
    return false;
  }

  /// Joins the factors above the bar into a probability that the one below divides.
  bool join_over(const Place& place, const Expression::Fraction& f) {
    const auto* event = f.denominator.as<Term>();
    const std::vector<Expression> above = factors_of(f.numerator);
    if (event == nullptr || above.size() < 2) return false;
    std::vector<std::size_t> group;
    for (std::size_t i = 0; i < above.size(); ++i) {
      if (above[i].as<Term>() == nullptr) return false;
      group.push_back(i);
    }
    const auto chain = search_.of(above, group);
    if (!chain || !same_context(chain->joint, *event) || !includes(chain->joint.of, event->of)) return false;
    Term conditioned = *event;
    conditioned.given = chain->joint.given;
    if (conditioned != *event && !search_.licensed(*event, conditioned)) return false;
    insert_or_delete(within(place, 1), *event, conditioned);
    write_joint(within(place, 0), above, *chain);
    return true;
  }

  const CausalGraph& graph_;
  ChainSearch search_;
  DerivationWriter write_;
  bool joining_ = false;
};

}  // namespace detail

/// A shorter form of an estimand of this graph, with the steps that lead to it. Where probabilities speak of several
/// populations, the graph must be that of each. The value is the same in every positive distribution that the graph
/// allows; there are fewer sums, factors or conditions, never more bound symbols. What comes out need not be the
/// shortest form that exists.
inline Simplification simplify(const CausalGraph& graph, const Expression& estimand,
                               const SimplificationOptions& options = {}) {
  if (detail::has_more_nodes(estimand, options.derivation.max_nodes)) return {{estimand, {}}, false};
  return detail::Simplifier(graph, estimand, options).run();
}

/// A derivation followed by the steps that make its last line shorter.
inline Derivation simplified(const CausalGraph& graph, Derivation derivation,
                             const SimplificationOptions& options = {}) {
  auto more = simplify(graph, derivation.estimand(), options);
  for (auto& step : more.derivation.steps) derivation.steps.push_back(std::move(step));
  return derivation;
}

}  // namespace equipoise::inline v0
