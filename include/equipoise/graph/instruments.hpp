// Instruments: variables that move the treatment and reach the outcome through it alone, once others are known.
//
// Source: van der Zander, Textor, Liśkiewicz, "Efficiently finding conditional instruments for causal inference", IJCAI
// 2015; for total effects in graphs with latent nodes Henckel, Buttenschön, Maathuis, "Graphical tools for selecting
// conditional instrumental sets", Biometrika 111, 2024.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/adjustment.hpp>

namespace equipoise::inline v0 {

/// An instrument, and what must be known for it to be one.
struct Instrument {
  Node node;
  NodeSet given;
  friend bool operator==(const Instrument&, const Instrument&) = default;
};

struct ConditionalInstruments {
  std::vector<Instrument> found = {};  ///< by node; each with a `given` of the fewest nodes, where `complete`
  NodeSet undecided = {};              ///< nodes that a longer search may find to be instruments
  bool complete = true;                ///< whether the search came to its end before the budget was spent
};

/// Whether z is an instrument given w: neither holds a descendant of a causal node, z and the treatment are dependent
/// given w, and z and the outcome are independent given w in the proper back-door graph (Henckel et al. 2024). In a
/// linear model cov(z, outcome | w) / cov(z, treatment | w) is then the total effect. There are one treatment and one
/// outcome (asserted).
inline bool is_instrument(const AdjustmentProblem& problem, Node z, const NodeSet& w) {
  assert(problem.treatment().size() == 1 && problem.outcome().size() == 1);
  NodeSet self = problem.graph().none();
  self.insert(z);
  return problem.allowed().contains(z) && !w.contains(z) && w.is_subset_of(problem.allowed()) &&
         separated(problem.graph(), self, problem.outcome(), w, problem.cut()) &&
         !separated(problem.graph(), self, problem.treatment(), w);
}

/// A set that makes z an instrument and holds only ancestors of z and the outcome (in the proper back-door graph), or
/// nothing where there is none: the separator nearest to the outcome leaves z and the treatment dependent where any
/// such set does (van der Zander et al. 2015). Linear in the nodes and edges.
inline std::optional<NodeSet> ancestral_instrument(const AdjustmentProblem& problem, Node z) {
  if (!problem.allowed().contains(z)) return std::nullopt;
  NodeSet self = problem.graph().none();
  self.insert(z);
  auto nearest = minimal_separator(problem.graph(), self, problem.outcome(), problem.allowed() - self, problem.cut());
  if (!nearest || !is_instrument(problem, z, *nearest)) return std::nullopt;
  return nearest;
}

namespace detail {

/// A node that may be an instrument, while sets are tried for it in order of size.
struct InstrumentCandidate {
  Node node;
  std::optional<NodeSet> known;  // a set that is not known to be the least
};

/// The first set of that many nodes that makes z an instrument. Sets tried are taken off the budget; stops where
/// nothing is left of it.
inline std::optional<NodeSet> instrument_set_of_size(const AdjustmentProblem& problem, Node z, std::size_t size,
                                                     std::size_t& budget) {
  NodeSet others = problem.allowed();
  others.erase(z);
  const std::vector<Node> pool(others.begin(), others.end());
  const std::size_t n = pool.size();
  std::vector<std::size_t> chosen(size);
  for (std::size_t i = 0; i < size; ++i) chosen[i] = i;
  while (budget > 0) {
    --budget;
    NodeSet w = problem.graph().none();
    for (const std::size_t i : chosen) w.insert(pool[i]);
    if (is_instrument(problem, z, w)) return w;
    std::size_t last = size;  // the next combination: move the last index that can move
    while (last > 0 && chosen[last - 1] == n - size + last - 1) --last;
    if (last == 0) break;
    ++chosen[last - 1];
    for (std::size_t i = last; i < size; ++i) chosen[i] = chosen[i - 1] + 1;
  }
  return std::nullopt;
}

/// The nodes that can be instruments, each with an ancestral set where it has one.
inline std::vector<InstrumentCandidate> instrument_candidates(const AdjustmentProblem& problem) {
  std::vector<InstrumentCandidate> candidates;
  bool any_ancestral = false;
  for (const Node z : problem.allowed()) {
    NodeSet self = problem.graph().none(), rest = problem.allowed();
    self.insert(z);
    rest.erase(z);
    if (!minimal_separator(problem.graph(), self, problem.outcome(), rest, problem.cut())) continue;
    candidates.push_back({z, ancestral_instrument(problem, z)});
    any_ancestral = any_ancestral || candidates.back().known;
  }
  // Where there is an instrument there is an ancestral one (van der Zander et al. 2015), if none was forbidden.
  if (!any_ancestral && !problem.is_restricted()) candidates.clear();
  return candidates;
}

}  // namespace detail

/// Every instrument with a least set that makes it one. To say whether a given node is one is NP-hard (van der Zander
/// et al. 2015), so sets are tried in order of size, at most `budget` of them in all; nodes with an ancestral set are
/// found however small the budget is.
inline ConditionalInstruments conditional_instruments(const AdjustmentProblem& problem, std::size_t budget = 100'000) {
  std::vector<detail::InstrumentCandidate> open = detail::instrument_candidates(problem);
  ConditionalInstruments result{.undecided = problem.graph().none()};
  for (std::size_t size = 0; !open.empty(); ++size) {
    std::vector<detail::InstrumentCandidate> still_open;
    for (detail::InstrumentCandidate& candidate : open) {
      if (candidate.known && candidate.known->size() == size) {
        result.found.push_back({candidate.node, *std::move(candidate.known)});
      } else if (size == problem.allowed().size()) {  // more than the others
        continue;
      } else if (auto least = detail::instrument_set_of_size(problem, candidate.node, size, budget)) {
        result.found.push_back({candidate.node, *std::move(least)});
      } else {
        still_open.push_back(std::move(candidate));
      }
    }
    open = std::move(still_open);
    if (budget == 0) break;
  }
  result.complete = open.empty();
  for (detail::InstrumentCandidate& candidate : open) {
    if (candidate.known)
      result.found.push_back({candidate.node, *std::move(candidate.known)});
    else
      result.undecided.insert(candidate.node);
  }
  std::sort(result.found.begin(), result.found.end(),
            [](const Instrument& a, const Instrument& b) { return a.node < b.node; });
  return result;
}

}  // namespace equipoise::inline v0
