#include <equipoise/graph/subset_listing.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "graph/all_paths.hpp"

using namespace equipoise;
using namespace equipoise::testing;

TEST_CASE("a listing gives every valid set once and asks few questions between two", "[graph]") {
  std::mt19937_64 random(61);
  for (int trial = 0; trial < 1000; ++trial) {
    const std::size_t n = 1 + random() % 8;
    const Mask all = (Mask{1} << n) - 1, candidates = static_cast<Mask>(random()) & all;
    const auto rarity = 1 + random() % 20;
    std::vector<Mask> valid = masks_where(candidates, [&](Mask) { return random() % rarity == 0; });
    std::size_t questions = 0;
    SubsetListing listing(from_mask(candidates, n), [&](const NodeSet& required, const NodeSet& allowed) {
      ++questions;
      std::optional<NodeSet> found;
      for (const Mask set : valid)
        if (is_part(to_mask(required), set) && is_part(set, to_mask(allowed)) && (!found || random() % 2 == 0))
          found = from_mask(set, n);
      return found;
    });
    std::vector<Mask> found;
    for (questions = 0;; questions = 0) {
      const auto set = listing.next();
      REQUIRE(questions <= 2 * n);
      if (!set) break;
      found.push_back(to_mask(*set));
    }
    std::sort(found.begin(), found.end());
    REQUIRE(found == valid);
  }
}

TEST_CASE("a budget cuts a listing, and says so only where sets are left", "[graph]") {
  const auto any = [](const NodeSet& required, const NodeSet&) { return std::optional(required); };
  const NodeSet three = NodeSet::all(3);
  const ListedSets cut = first_sets(SubsetListing(three, any), 7), whole = first_sets(SubsetListing(three, any), 8);
  CHECK(cut.sets.size() == 7);
  CHECK_FALSE(cut.complete);
  CHECK(whole.sets.size() == 8);
  CHECK(whole.complete);
  CHECK(whole.sets.front().empty());
  const ListedSets nothing = first_sets(SubsetListing(three, any), 0);
  CHECK(nothing.sets.empty());
  CHECK_FALSE(nothing.complete);
}
