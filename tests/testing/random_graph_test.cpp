#include <equipoise/testing/random_graph.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

std::size_t arrows(const CausalGraph& graph) {
  std::size_t count = 0;
  for (Node v = 0; v < graph.size(); ++v) count += graph.children(v).size();
  return count;
}

std::size_t siblings(const CausalGraph& graph) {
  std::size_t count = 0;
  for (Node v = 0; v < graph.size(); ++v) count += graph.siblings(v).size();
  return count / 2;
}

}  // namespace

TEST_CASE("a draw is a function of its seed and number", "[random graph]") {
  const GraphDraw draw{.nodes = 12, .directed_degree = 4, .bidirected_degree = 2};
  CHECK(draw_graph(draw, 1, 7) == draw_graph(draw, 1, 7));
  CHECK_FALSE(draw_graph(draw, 1, 7) == draw_graph(draw, 1, 8));
  CHECK_FALSE(draw_graph(draw, 1, 7) == draw_graph(draw, 2, 7));
}

TEST_CASE("every pair is joined as often as any other, either way", "[random graph]") {
  constexpr std::size_t n = 5, draws = 20'000;
  const GraphDraw draw{.nodes = n, .directed_degree = 1.2, .bidirected_degree = 2.4};
  std::vector<double> directed(n * n), bidirected(n * n);
  for (std::size_t number = 0; number < draws; ++number) {
    const CausalGraph graph = draw_graph(draw, 3, number);
    for (Node v = 0; v < n; ++v) {
      for (const Node w : graph.children(v)) ++directed[v * n + w];
      for (const Node w : graph.siblings(v)) ++bidirected[v * n + w];
    }
  }
  for (Node v = 0; v < n; ++v)
    for (Node w = 0; w < n; ++w) {
      if (v == w) continue;
      // Five standard deviations of a share of 20,000 draws.
      const auto margin = [](double p) { return 5 * std::sqrt(p * (1 - p) / draws); };
      CHECK(directed[v * n + w] / draws == Approx(0.15).margin(margin(0.15)));
      CHECK(bidirected[v * n + w] / draws == Approx(0.6).margin(margin(0.6)));
    }
}

TEST_CASE("the numbers of edges spread as independent pairs do", "[random graph]") {
  constexpr int draws = 5000;
  double sum = 0, squares = 0;
  for (int number = 0; number < draws; ++number) {
    const double count = static_cast<double>(
        arrows(draw_graph({.nodes = 20, .directed_degree = 5}, 5, static_cast<std::uint64_t>(number))));
    sum += count;
    squares += count * count;
  }
  const double mean = sum / draws, p = 5.0 / 19, variance = 190 * p * (1 - p);
  CHECK(mean == Approx(50).margin(5 * std::sqrt(variance / draws)));
  CHECK(squares / draws - mean * mean == Approx(variance).epsilon(0.15));
}

TEST_CASE("degrees from none to all give the graphs without edges and the complete ones", "[random graph]") {
  for (const std::size_t n : {1u, 2u, 9u}) {
    const double all = static_cast<double>(n - 1);
    const CausalGraph empty = draw_graph({.nodes = n, .directed_degree = 0}, 1, 1),
                      complete = draw_graph({.nodes = n, .directed_degree = all, .bidirected_degree = all}, 1, 1);
    CHECK(arrows(empty) == 0);
    CHECK(siblings(empty) == 0);
    CHECK(arrows(complete) == n * (n - 1) / 2);
    CHECK(siblings(complete) == n * (n - 1) / 2);
  }
  CHECK(arrows(draw_graph(sparse_graphs(3), 1, 1)) == 3);
  CHECK(arrows(draw_graph(dense_graphs(100), 1, 1)) == Approx(2475).margin(5 * std::sqrt(4950 / 4.0)));
}

TEST_CASE("large sparse graphs are drawn in time that their edges take", "[random graph]") {
  const CausalGraph graph = draw_graph(sparse_graphs(3000), 1, 1);
  CHECK(arrows(graph) == Approx(4500).margin(5 * std::sqrt(4500)));
}
