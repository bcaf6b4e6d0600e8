#include <catch2/catch.hpp>

#include <array>
#include <vector>

#include <equipoise/identify/bit_model.hpp>

using namespace equipoise;

TEST_CASE("a bit is the parity of its parents' bits and its hidden ones", "[identify]") {
  // A is a fair bit and a rare one; B is A's second bit xor a hidden cause that A's first bit hears too.
  const std::vector<NamedEdge> directed{{"A", "B"}}, hidden{{"A", "B"}};
  const CausalGraph graph({"A", "B"}, directed, hidden);
  BitModel bits;
  const auto fair = bits.add_hidden(0.5), rare = bits.add_hidden(0.25);
  bits.words = {{{{}, {fair}}, {{}, {rare}}}, {{{{0, 1}}, {fair}}}};
  const DiscreteModel model = discrete_model(graph, bits);
  CHECK(model.cardinalities == Cardinalities{4, 2});
  CHECK(table_rows(bits) == 4 + 8);
  CHECK(model.functions[0].values.size() + model.functions[1].values.size() == 12);

  const Factor observed = model.distribution(graph.none());
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 2; ++b) {
      const std::size_t first = a & 1, second = a >> 1;
      const double expected = b == (first ^ second) ? 0.5 * (second == 1 ? 0.25 : 0.75) : 0.0;
      CHECK(observed.at(std::array{a, b}) == expected);
    }
  // Under an action on A the hidden cause is fair, whatever A is set to.
  for (const double p : model.distribution(NodeSet(2, {0})).values) CHECK(p == 0.5);
}

TEST_CASE("a bit that nothing enters is 0, and one that a bit enters twice ignores it", "[identify]") {
  const std::vector<NamedEdge> directed{{"A", "B"}};
  const CausalGraph graph({"A", "B"}, directed);
  BitModel bits;
  const auto fair = bits.add_hidden(0.5);
  bits.words = {{{{}, {fair}}}, {{{}, {}}, {{{0, 0}, {0, 0}}, {}}}};
  const Factor observed = discrete_model(graph, bits).distribution(graph.none());
  CHECK(observed.values == std::vector<double>{0.5, 0, 0, 0, 0.5, 0, 0, 0});
}
