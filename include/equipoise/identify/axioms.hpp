// The axioms of probability as equalities between expressions: whether one is an instance of an axiom, by its form
// alone. None of them knows of a graph.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

namespace detail {

inline bool includes(const Symbols& all, const Symbols& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

inline bool same_context(const Expression::Probability& a, const Expression::Probability& b) {
  return a.population == b.population && a.intervened == b.intervened;
}

// A total order of expressions, for lists of factors whose order means nothing.
inline int compare(const Expression& a, const Expression& b);

inline int compare(const Symbols& a, const Symbols& b) { return a == b ? 0 : a < b ? -1 : 1; }

inline int compare(const Expression::Probability& a, const Expression::Probability& b) {
  if (a.population != b.population) return a.population < b.population ? -1 : 1;
  if (const int of = compare(a.of, b.of)) return of;
  if (const int given = compare(a.given, b.given)) return given;
  return compare(a.intervened, b.intervened);
}

inline int compare(const std::vector<Expression>& a, const std::vector<Expression>& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (const int factor = compare(a[i], b[i])) return factor;
  return 0;
}

inline int compare(const Expression& a, const Expression& b) {
  if (a.is_same_node(b)) return 0;
  const auto kind = [](const Expression& e) { return e.tree().part.index(); };
  if (kind(a) != kind(b)) return kind(a) < kind(b) ? -1 : 1;
  if (const auto* p = a.as<Expression::Probability>()) return compare(*p, *b.as<Expression::Probability>());
  if (const auto* p = a.as<Expression::Product>()) return compare(p->factors, b.as<Expression::Product>()->factors);
  if (const auto* s = a.as<Expression::Sum>()) {
    const auto& other = *b.as<Expression::Sum>();
    const int over = compare(s->over, other.over);
    return over != 0 ? over : compare(s->term, other.term);
  }
  const auto &f = *a.as<Expression::Fraction>(), &other = *b.as<Expression::Fraction>();
  const int numerator = compare(f.numerator, other.numerator);
  return numerator != 0 ? numerator : compare(f.denominator, other.denominator);
}

inline bool comes_before(const Expression& a, const Expression& b) { return compare(a, b) < 0; }

// The factors of a product, those of products within it included, in that order; one that is no product is its own
// only factor.
inline std::vector<Expression> sorted_factors(const Expression& expression) {
  std::vector<Expression> flat;
  std::vector<Expression> waiting{expression};
  while (!waiting.empty()) {
    const Expression e = waiting.back();
    waiting.pop_back();
    if (const auto* p = e.as<Expression::Product>())
      waiting.insert(waiting.end(), p->factors.begin(), p->factors.end());
    else
      flat.push_back(e);
  }
  std::sort(flat.begin(), flat.end(), comes_before);
  return flat;
}

inline Expression product_as_written(std::vector<Expression> factors) {
  return factors.size() == 1 ? factors.front() : as_written({Expression::Product{std::move(factors)}});
}

// The one form of all arrangements: no product within a product, no sum that could join the one around it, factors
// in order.
class Arranged {
 public:
  Expression of(const Expression& expression) {
    const auto known = done_.find(&expression.tree());
    if (known != done_.end()) return known->second;
    const Expression result = arranged(expression);
    done_.emplace(&expression.tree(), result);
    return result;
  }

 private:
  Expression arranged(const Expression& expression) {
    if (const auto* s = expression.as<Expression::Sum>()) {
      const Expression term = of(s->term);
      if (const auto* inner = term.as<Expression::Sum>())
        if (const Symbols both = set_union(s->over, inner->over); both.size() == s->over.size() + inner->over.size())
          return as_written({Expression::Sum{both, inner->term}});
      return as_written({Expression::Sum{s->over, term}});
    }
    if (const auto* f = expression.as<Expression::Fraction>())
      return as_written({Expression::Fraction{of(f->numerator), of(f->denominator)}});
    if (const auto* p = expression.as<Expression::Product>()) {
      std::vector<Expression> factors;
      for (const auto& factor : p->factors) factors.push_back(of(factor));
      return product_as_written(sorted_factors(as_written({Expression::Product{std::move(factors)}})));
    }
    return expression;
  }

  std::unordered_map<const Expression::Tree*, Expression> done_;
};

}  // namespace detail

/// Whether two expressions differ in nothing but the order of factors, products within products, ones among factors and
/// sums within sums that could be one.
inline bool equal_in_arrangement(const Expression& a, const Expression& b) {
  detail::Arranged arranged;
  return detail::compare(arranged.of(a), arranged.of(b)) == 0;
}

/// P(a | c) = sum_b P(a, b | c), or 1 = sum_b P(b | c)
inline bool is_marginalisation(const Expression& shorter, const Expression& longer) {
  const auto* s = longer.as<Expression::Sum>();
  const auto* joint = s == nullptr ? nullptr : s->term.as<Expression::Probability>();
  if (joint == nullptr) return false;
  if (shorter.is_one()) return s->over == joint->of;
  const auto* marginal = shorter.as<Expression::Probability>();
  return marginal != nullptr && detail::same_context(*marginal, *joint) && marginal->given == joint->given &&
         detail::includes(joint->of, s->over) && set_difference(joint->of, s->over) == marginal->of;
}

/// P(a_1, …, a_k | c) = prod_i P(a_i | a_1, …, a_{i-1}, c), the factors in any order
inline bool is_chain(const Expression& joint, const Expression& factors) {
  const auto* p = joint.as<Expression::Probability>();
  const auto* product = factors.as<Expression::Product>();
  if (p == nullptr || product == nullptr || product->factors.empty()) return false;
  std::vector<const Expression::Probability*> chain;
  for (const auto& factor : product->factors) chain.push_back(factor.as<Expression::Probability>());
  if (std::find(chain.begin(), chain.end(), nullptr) != chain.end()) return false;
  std::sort(chain.begin(), chain.end(), [](const auto* a, const auto* b) { return a->given.size() < b->given.size(); });
  Symbols before = p->given;  // what stands to the left of factor i, and the condition
  for (const auto* link : chain) {
    if (!detail::same_context(*link, *p) || link->given != before) return false;
    before = set_union(before, link->of);
  }
  return before == set_union(p->given, p->of);
}

/// P(a | b, c) = P(a, b | c) / P(b | c)
inline bool is_conditioning(const Expression& conditional, const Expression& quotient) {
  const auto* p = conditional.as<Expression::Probability>();
  const auto* f = quotient.as<Expression::Fraction>();
  if (p == nullptr || f == nullptr) return false;
  const auto* joint = f->numerator.as<Expression::Probability>();
  const auto* event = f->denominator.as<Expression::Probability>();
  return joint != nullptr && event != nullptr && detail::same_context(*p, *joint) && detail::same_context(*p, *event) &&
         joint->given == event->given && joint->of == set_union(p->of, event->of) &&
         p->given == set_union(event->of, event->given);
}

/// sum_b f g = f sum_b g
inline bool is_factoring(const Expression& inside, const Expression& outside) {
  const auto* whole = inside.as<Expression::Sum>();
  if (whole == nullptr) return false;
  for (const auto& last : detail::sorted_factors(outside)) {
    const auto* s = last.as<Expression::Sum>();
    if (s == nullptr || s->over != whole->over) continue;
    std::vector<Expression> all = detail::sorted_factors(outside);
    all.erase(std::find(all.begin(), all.end(), last));
    const bool free_of_it = std::all_of(all.begin(), all.end(), [&](const Expression& f) {
      return set_difference(free_symbols(f), s->over) == free_symbols(f);
    });
    all.push_back(s->term);
    if (free_of_it && equal_in_arrangement(whole->term, detail::product_as_written(std::move(all)))) return true;
  }
  return false;
}

/// a / b = c / d where a d and c b have the same factors
inline bool is_cancellation(const Expression& left, const Expression& right) {
  const auto parts = [](const Expression& e) {
    const auto* f = e.as<Expression::Fraction>();
    return f == nullptr ? Expression::Fraction{e, Expression()} : *f;
  };
  const auto [a, b] = parts(left);
  const auto [c, d] = parts(right);
  return equal_in_arrangement(as_written({Expression::Product{{a, d}}}), as_written({Expression::Product{{c, b}}}));
}

}  // namespace equipoise::inline v0
