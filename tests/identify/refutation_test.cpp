#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/identify/refutation.hpp>

using namespace equipoise;

namespace {

const std::vector<NamedEdge> arrow{{"X", "Y"}};
const NodeSet x(2, {0}), y(2, {1}), none(2);

// X and Y with a common cause U, P(U = 1) = 1/2: X hears U alone or errs, Y the parity of what `hears` says and an
// error.
DiscreteModel bow(bool hears_x, bool hears_u, double error) {
  BitModel bits;
  const auto u = bits.add_hidden(0.5), x_errs = bits.add_hidden(error), y_errs = bits.add_hidden(0.25);
  BitModel::Bit of_y{{}, {y_errs}};
  if (hears_x) of_y.wires.push_back({0, 0});
  if (hears_u) of_y.hidden.push_back(u);
  bits.words = {{{{}, {u, x_errs}}}, {of_y}};
  return discrete_model(CausalGraph({"X", "Y"}, arrow, arrow), bits);
}

}  // namespace

TEST_CASE("two models that agree on the joint and differ under action refute the effect of a bow", "[identify]") {
  // P(x, y) needs X = U to be the same whether Y listens to X or to U; then no cell is 0, since Y errs.
  const BitModel::Bit hears_only_u{{}, {0}};
  BitModel first;
  first.hidden = {0.5, 0.25};
  first.words = {{hears_only_u}, {{{{0, 0}}, {1}}}};
  BitModel second = first;
  second.words[1] = {{{}, {0, 1}}};
  const CausalGraph graph({"X", "Y"}, arrow, arrow);
  const std::vector<ModelPair> pair{{discrete_model(graph, first), discrete_model(graph, second)}};
  const std::vector<Source> observed{{0, none, none}};
  const Refutation found = compare_models(pair, y, x, none, observed);
  CHECK(found.smallest_known_cell == 0.125);
  CHECK(found.largest_known_difference == 0);
  CHECK(found.largest_query_difference == 0.25);  // P(Y = 1 | do(X = 1)) is 3/4 or 1/2
  CHECK(refutes(found));
}

TEST_CASE("a pair does not refute what its experiment tells, nor with cells that are 0 or a query that is equal",
          "[identify]") {
  const std::vector<Source> observed{{0, none, none}}, experiment{{0, none, none}, {0, x, none}};
  const std::vector<ModelPair> differing{{bow(true, false, 0.25), bow(false, true, 0.25)}};
  CHECK_FALSE(refutes(compare_models(differing, y, x, none, observed)));
  CHECK(compare_models(differing, y, x, none, observed).largest_known_difference > 0.01);

  const std::vector<ModelPair> same{{bow(true, true, 0.25), bow(true, true, 0.25)}};
  CHECK(compare_models(same, y, x, none, experiment).largest_query_difference == 0);
  CHECK_FALSE(refutes(compare_models(same, y, x, none, experiment)));

  CHECK_FALSE(refutes({1e-7, 0, 0.5}));
  CHECK_FALSE(refutes({1e-2, 1e-9, 0.5}));
  CHECK_FALSE(refutes({1e-2, 0, 1e-4}));
  CHECK(refutes({1e-2, 0, 0.5}));
}

TEST_CASE("a query's table is P(y | do(x), z), exactly", "[identify]") {
  const DiscreteModel model = bow(false, true, 0.25);  // Y = U xor an error in 1/4, X = U xor an error in 1/4
  const Factor seen = query_table(model, y, none, x), done = query_table(model, y, x, none);
  // P(Y = 1 | X = 1) = P(U = 1 | X = 1) 3/4 + P(U = 0 | X = 1) 1/4 = 3/4 3/4 + 1/4 1/4
  CHECK(seen.at(std::vector<std::size_t>{1, 1}) == Approx(0.625));
  CHECK(done.at(std::vector<std::size_t>{1, 1}) == Approx(0.5));
}

TEST_CASE("a model is on a graph where its functions listen to nothing else", "[identify]") {
  const DiscreteModel both = bow(true, true, 0.25), confounded = bow(false, true, 0.25),
                      caused = bow(true, false, 0.25);
  const CausalGraph whole({"X", "Y"}, arrow, arrow), directed({"X", "Y"}, arrow), bidirected({"X", "Y"}, {}, arrow);
  CHECK(is_model_on(whole, both));
  CHECK(is_model_on(whole, confounded));
  CHECK(is_model_on(directed, caused));
  CHECK(is_model_on(bidirected, confounded));
  CHECK_FALSE(is_model_on(directed, confounded));
  CHECK_FALSE(is_model_on(bidirected, caused));
  CHECK_FALSE(is_model_on(CausalGraph({"X"}, {}), caused));

  // One hidden cause of three nodes is no three bidirected edges.
  BitModel bits;
  bits.hidden = {0.5};
  bits.words.assign(3, {{{}, {0}}});
  const std::vector<NamedEdge> all{{"A", "B"}, {"B", "C"}, {"A", "C"}};
  const CausalGraph triangle({"A", "B", "C"}, {}, all);
  CHECK_FALSE(is_model_on(triangle, discrete_model(triangle, bits)));
}
