#include <catch2/catch.hpp>

#include <cstddef>
#include <utility>
#include <vector>

#include <equipoise/identify/chain_search.hpp>

using namespace equipoise;
using detail::ChainSearch;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0}, w{3, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }

// X -> Y <- Z, W alone
CausalGraph collider() {
  const std::vector<NamedEdge> directed{{"X", "Y"}, {"Z", "Y"}};
  return CausalGraph({"X", "Y", "Z", "W"}, directed);
}

}  // namespace

TEST_CASE("factors join where the graph lets them have the conditions that are missing", "[identify]") {
  const CausalGraph graph = collider();
  ChainSearch search(graph, 100, 100);
  const auto chain = search.of({p({y}, {x, z}), p({z})}, {0, 1});
  REQUIRE(chain);
  CHECK(probability(chain->joint) == p({y, z}, {x}));
  CHECK(chain->factors == std::vector<std::size_t>{1, 0});
  CHECK(probability(chain->links[0]) == p({z}, {x}));
  CHECK(probability(chain->links[1]) == p({y}, {x, z}));
}

TEST_CASE("factors do not join where a condition matters, variables repeat or populations differ", "[identify]") {
  const CausalGraph graph = collider();
  ChainSearch search(graph, 100, 100);
  CHECK_FALSE(search.of({p({x}), p({z}, {y})}, {0, 1}));
  CHECK_FALSE(search.of({p({x}), p({x})}, {0, 1}));
  CHECK_FALSE(search.of({p({x}), p({y}, {{0, 1}})}, {0, 1}));
  CHECK_FALSE(search.of({p({x}), probability({1, {w}, {}, {}})}, {0, 1}));
  CHECK_FALSE(search.of({p({x}), probability({0, {w}, {}, {z}})}, {0, 1}));
  CHECK_FALSE(search.of({p({x}, {y}), p({y}, {x})}, {0, 1}));
}

TEST_CASE("a group takes in the factors that it conditions on, and theirs", "[identify]") {
  // X -> Z -> W -> Y with X -> Y: P(z | x) and P(y | x, w) do not join without P(w | z).
  const std::vector<NamedEdge> directed{{"X", "Z"}, {"Z", "W"}, {"W", "Y"}, {"Z", "Y"}};
  const CausalGraph graph({"X", "Y", "Z", "W"}, directed);
  const std::vector<Expression> factors{p({w}, {z}), p({z}, {x}), p({y}, {z, w})};
  ChainSearch search(graph, 100, 100);
  CHECK_FALSE(search.of(factors, {1, 2}));
  const auto chain = search.with(factors, {1, 2});
  REQUIRE(chain);
  CHECK(probability(chain->joint) == p({y, z, w}, {x}));
  CHECK(chain->factors == std::vector<std::size_t>{1, 0, 2});
}

TEST_CASE("a search that leaves groups untried says so until it is told to forget", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Z"}, {"Z", "W"}, {"W", "Y"}, {"Z", "Y"}};
  const CausalGraph graph({"X", "Y", "Z", "W"}, directed);
  const std::vector<Expression> factors{p({w}, {z}), p({z}, {x}), p({y}, {z, w})};
  ChainSearch search(graph, 100, 1);
  CHECK_FALSE(search.with(factors, {1, 2}));
  CHECK(search.was_cut());
  CHECK_FALSE(search.is_spent());
  search.forget_cuts();
  CHECK(search.with(factors, {0, 1}));
  CHECK_FALSE(search.was_cut());
}

TEST_CASE("the search ends where its attempts are spent", "[identify]") {
  const CausalGraph graph = collider();
  ChainSearch search(graph, 1, 100);
  CHECK_FALSE(search.of({p({y}, {x, z}), p({z})}, {0, 1}));
  CHECK(search.is_spent());
  CHECK_FALSE(search.licensed({0, {x}, {}, {}}, {0, {x}, {z}, {}}));
}
