// What an identification answers: an estimand, or the reason why none exists.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include <equipoise/graph/node_set.hpp>
#include <equipoise/identify/expression.hpp>
#include <equipoise/identify/q_factor.hpp>

namespace equipoise::inline v0 {

/// A distribution that is known: P(V \ intervened | do(intervened)) in a population, for every value of what was
/// intervened on. `selection` lists the variables whose mechanisms differ there from the target's.
struct Source {
  std::size_t population = 0;  ///< 0 is the target
  NodeSet intervened;
  NodeSet selection;
  friend bool operator==(const Source&, const Source&) = default;
};

/// The estimand, in terms of the known distributions. Its free symbols beyond those of the query are
/// `arbitrary`: any value of theirs gives the same number in a distribution that the graph allows.
struct Identified {
  Expression estimand;
  Symbols arbitrary;
};

/// No estimand exists: two models with the graph agree on all that is known and differ on the query. `model_pair` makes
/// them where observation is the one source; for several, `obstacles` tells what is in the way of each.
struct NotIdentified {
  Hedge hedge;
};

/// A district that sees the treatment both at its active and at its reference value: its members would have to answer
/// to two worlds at once. A child in both sets is a recanting witness: it lies on paths of either kind.
struct RecantingDistrict {
  NodeSet district;
  NodeSet active_children;
  NodeSet inactive_children;
  friend bool operator==(const RecantingDistrict&, const RecantingDistrict&) = default;
};

using Identification = std::variant<Identified, NotIdentified>;

inline bool is_identified(const Identification& answer) { return std::holds_alternative<Identified>(answer); }

}  // namespace equipoise::inline v0
