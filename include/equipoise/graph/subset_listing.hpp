// Listing sets lazily, and no more of them than a budget allows.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/node_set.hpp>

namespace equipoise::inline v0 {

/// Every set z within `candidates` that is valid, each once, one a call. `find(required, allowed)` gives a valid set z
/// with required ⊆ z ⊆ allowed, or nothing where there is none: a branch is taken only where it is not empty, so that
/// between two sets pass at most two questions a candidate, and fewer the fewer nodes the sets found hold. Smaller sets
/// tend to come first.
template <class Find>
class SubsetListing {
 public:
  SubsetListing(const NodeSet& candidates, Find find)
      : find_(std::move(find)),
        order_(candidates.begin(), candidates.end()),
        required_(candidates.universe()),
        allowed_(candidates),
        found_(find_(required_, allowed_)) {}

  /// The next set, or nothing where there is none left.
  std::optional<NodeSet> next() {
    if (!found_) return std::nullopt;
    decide_the_rest();
    NodeSet set = required_;
    go_back();
    return set;
  }

 private:
  // Leaves each node out where a valid set remains, else takes it.
  void decide_the_rest() {
    for (; decided_ < order_.size(); ++decided_) {
      const Node v = order_[decided_];
      allowed_.erase(v);
      if (!found_->contains(v)) continue;
      if (auto without_v = find_(required_, allowed_)) {
        found_ = std::move(without_v);
      } else {
        allowed_.insert(v);
        required_.insert(v);
      }
    }
  }
  // Takes the last node that was left out and need not have been.
  void go_back() {
    for (found_.reset(); decided_ > 0 && !found_; --decided_) {
      const Node v = order_[decided_ - 1];
      const bool was_left_out = !required_.contains(v);
      allowed_.insert(v);
      required_.insert(v);
      if (was_left_out && (found_ = find_(required_, allowed_))) return;
      required_.erase(v);
    }
  }

  Find find_;
  std::vector<Node> order_;
  NodeSet required_, allowed_;
  std::size_t decided_ = 0;       // how many of the order are in required_ or not in allowed_
  std::optional<NodeSet> found_;  // a valid set between them, where there is one
};

/// The sets that were listed before the budget was spent.
struct ListedSets {
  std::vector<NodeSet> sets = {};
  bool complete = true;  ///< whether there are no more
};

/// The first sets of a listing, in its order, no more than the budget.
template <class Listing>
ListedSets first_sets(Listing listing, std::size_t budget) {
  ListedSets listed;
  while (auto set = listing.next()) {
    if (listed.sets.size() == budget) {
      listed.complete = false;
      break;
    }
    listed.sets.push_back(*std::move(set));
  }
  return listed;
}

}  // namespace equipoise::inline v0
