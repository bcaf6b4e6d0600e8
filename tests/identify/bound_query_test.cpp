#include <equipoise/identify/bound_query.hpp>

#include <array>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

// X -> M -> Y, X -> Y, Z -> X, Z -> Y
CausalGraph mediation() {
  const std::array<NamedEdge, 5> edges{{{"X", "M"}, {"M", "Y"}, {"X", "Y"}, {"Z", "X"}, {"Z", "Y"}}};
  return {{"X", "M", "Y", "Z"}, edges, {}};
}

const VariableLevels unknown{{{}, {}, {}, {}}};
const VariableLevels known{{{"0", "1", "2"}, {"low", "high"}, {"0", "1"}, {"a", "b", "c"}}};

BoundQuery bound(const std::string& text, const VariableLevels& levels = known) {
  return bind_query(mediation(), parse_query(text), levels, "--query");
}

CounterfactualVariable variable(Node v, std::vector<CounterfactualSetting> action = {}) {
  return {v, std::move(action)};
}

std::string refusal(const std::string& text, const VariableLevels& levels = known) {
  try {
    bound(text, levels);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a query of one world is an effect at the levels that it names") {
  const BoundQuery query = bound("P(Y = 1, M | do(X = 2), Z = b)");
  REQUIRE(query.terms.size() == 1);
  const auto& question = std::get<EffectQuestion>(query.terms[0].question);
  CHECK(question.outcome.size() == 2);
  CHECK(question.treatment.contains(0));
  CHECK(question.given.contains(3));
  CHECK(question.at == std::map<Node, std::size_t>{{2, 1}, {0, 2}, {3, 1}});
  CHECK_FALSE(query.terms[0].mean_of);
}

TEST_CASE("comparisons, distributions and shifts are written out as the events that they cover") {
  CHECK(bound("P(X >= 1)").terms.size() == 2);
  CHECK(bound("P(X > 0.5 | do(M = low))").terms.size() == 2);
  CHECK(bound("P(X != 1, Z != a)").terms.size() == 4);
  CHECK(bound("P(X = Y)").terms.size() == 2);
  CHECK(bound("P(X < Y)").terms.size() == 1);
  CHECK(bound("P(Y_{X=1} != Y_{X=0})").terms.size() == 2);
  const BoundQuery drawn = bound("P(Y = 1 | do(X ~ categorical(0.2, 0.3, 0.5)))");
  REQUIRE(drawn.terms.size() == 3);
  CHECK(drawn.terms[2].coefficient == 0.5);
  CHECK(std::get<EffectQuestion>(drawn.terms[2].question).at.at(0) == 2);
  CHECK(bound("E[Y | do(M ~ bernoulli(0.3))]").terms[1].coefficient == 0.3);
  CHECK(bound("E[Y | do(M ~ bernoulli(p = 0.3))]").terms[1].coefficient == 0.3);
  CHECK(bound("P(Y | do(X ~ categorical(p0 = 0.2, p1 = 0.3, 0.5)))").terms[1].coefficient == 0.3);
}

TEST_CASE("effects by name are the sums that they stand for") {
  const BoundQuery ate = bound("ATE(X=2 vs 1 -> Y)");
  REQUIRE(ate.terms.size() == 2);
  CHECK(ate.terms[0].coefficient == 1);
  CHECK(ate.terms[1].coefficient == -1);
  CHECK(std::get<EffectQuestion>(ate.terms[1].question).at.at(0) == 1);
  CHECK(ate.terms[0].mean_of == Node{2});
  const BoundQuery nde = bound("NDE(X -> Y)", unknown);
  REQUIRE(nde.terms.size() == 2);
  const auto& crossed = std::get<CounterfactualQuestion>(nde.terms[0].question);
  CHECK(crossed.event == CounterfactualEvent{{variable(2, {{0, 1, {}}, {1, 0, {variable(1, {{0, 0, {}}})}}}), 1}});
  CHECK(bound("NIE(X -> M)", unknown).terms.empty());
  CHECK(bound("NDE(Z -> M)", unknown).terms.empty());
  CHECK(bound("NIE(Z -> M)", unknown).terms.size() == 2);
  const BoundQuery pn = bound("PN(X -> Y)", unknown);
  REQUIRE(pn.terms.size() == 1);
  CHECK(pn.terms[0].question == decltype(pn.terms[0].question)(CounterfactualQuestion{
                                    {{variable(2, {{0, 0, {}}}), 0}}, {{variable(0), 1}, {variable(2), 1}}}));
  const BoundQuery pse = bound("PSE(X=1 vs 0 -> Y; X -> M)");
  REQUIRE(pse.terms.size() == 2);
  CHECK(std::get<PathSpecificQuestion>(pse.terms[0].question).paths == std::vector<std::vector<Node>>{{0, 1}});
}

TEST_CASE("equal questions are asked once, and not at all where they cancel") {
  CHECK(bound("P(Y = 1) - P(Y = 1)").terms.empty());
  CHECK(bound("E[Y_{X=1} - Y_{X=1}]").terms.empty());
  const BoundQuery twice = bound("P(Y = 1 | do(X = 1)) + P(Y = 1 | do(X = 1.0))");
  REQUIRE(twice.terms.size() == 1);
  CHECK(twice.terms[0].coefficient == 2);
}

TEST_CASE("without levels a variable has 0, 1 and what the query names") {
  CHECK(bound("P(Z = red | do(X = 3))", unknown).levels.texts ==
        std::vector<std::vector<std::string>>{{"0", "1", "3"}, {"0", "1"}, {"0", "1"}, {"0", "1", "red"}});
  CHECK(bound("P(Z != M)", unknown).terms.size() == 2);
}

TEST_CASE("a value left open is no value that a variable takes, and none of another part") {
  const BoundQuery query = bound("P(Y_{X=1}, Y_{X=0} | Z)");
  const auto& question = std::get<CounterfactualQuestion>(query.terms[0].question);
  CHECK(question.event[0].level >= 2);
  CHECK(question.event[1].level >= 2);
  CHECK(question.event[0].level != question.event[1].level);
  CHECK(question.evidence[0].level >= 3);
}

TEST_CASE("a variable on the right of a comparison has no other place in the term") {
  CHECK(refusal("P(Y >= Y)").starts_with("--query:3: 'Y' stands twice in the term;"));
  CHECK(refusal("P(Y = 1, X != Y)").starts_with("--query:10: 'Y' stands twice in the term;"));
  CHECK(refusal("P(X = Y, Y)").starts_with("--query:10: 'Y' stands twice in the term;"));
  CHECK(refusal("P(X != Y | Y = 1)").starts_with("--query:12: 'Y' stands twice in the term;"));
  // Across worlds it is an event like any other, which may contradict itself.
  CHECK(bound("P(Y_{X=1} != Y_{X=0}, Y = 1)").terms.size() == 2);
}

TEST_CASE("the conditions of a query are queries of their own, each once") {
  const auto effects = conditions_of(bound("E[Y | do(X = 2), Z = b] - P(M = low | do(X = 2), Z = b) + P(Y = 1)"));
  REQUIRE(effects.size() == 1);
  const auto& given = std::get<EffectQuestion>(effects[0].terms[0].question);
  CHECK(given.outcome == std::get<EffectQuestion>(bound("P(Z = b | do(X = 2))").terms[0].question).outcome);
  CHECK(given.at == std::map<Node, std::size_t>{{0, 2}, {3, 1}});
  CHECK(given.given.empty());
  const auto worlds = conditions_of(bound("PN(X -> Y) + PNS(X -> Y)"));
  REQUIRE(worlds.size() == 1);
  CHECK(std::get<CounterfactualQuestion>(worlds[0].terms[0].question).event.size() == 2);
}

TEST_CASE("what a graph or its levels do not allow is refused at its column") {
  CHECK(refusal("P(YY)") ==
        "--query:3: no variable 'YY' in the graph; a variable that is observed (did you mean 'Y'?)");
  CHECK(refusal("P(M = hi)").starts_with("--query:7: 'M' is never 'hi'; a value that it takes"));
  CHECK(refusal("E[Z]").starts_with("--query:3: the mean of 'Z', whose values are no numbers;"));
  CHECK(refusal("P(Z > a)").starts_with("--query:3: an order among values of 'Z' that are no numbers;"));
  CHECK(refusal("ATE(Z -> Y)").starts_with("--query:5: 'Z', which has other values than 0 and 1;"));
  CHECK(refusal("P(Y | X >= 1)").starts_with("--query:7: a condition on 'X' that is not one value;"));
  CHECK(refusal("P(Y | do(X ~ normal(0, 1)))").starts_with("--query:14: 'normal' for 'X';"));
  CHECK(refusal("P(Y | do(X ~ bernoulli(0.5)))").starts_with("--query:14: 'bernoulli' for 'X';"));
  CHECK(refusal("P(Y | do(M ~ bernoulli(1.5)))").starts_with("--query:14: 'bernoulli' for 'M';"));
  CHECK(refusal("P(Y | do(M ~ bernoulli(q = 0.3)))").starts_with("--query:14: 'bernoulli' for 'M';"));
  CHECK(refusal("P(Y | do(X ~ categorical(p1 = 0.2, p0 = 0.3, p2 = 0.5)))").starts_with("--query:14: 'categorical'"));
  CHECK(refusal("P(Y = 1 | do(X += 1))").starts_with("--query:14: a shift of 'X', under which it takes"));
  CHECK(refusal("PSE(Z=b vs a -> X; Z -> Y)").starts_with("--query:25: no directed path to 'X' that begins so;"));
  CHECK(refusal("PSE(X=1 vs 0 -> Y; X -> Z)").starts_with("--query:25: no edge from 'X' to 'Z';"));
  CHECK(refusal("P(X = Y | Y = 1)").starts_with("--query:11: 'Y' stands twice in the term;"));
}

TEST_CASE("a query that stands for too many events is refused before it is written out") {
  std::vector<std::string> names;
  std::string query;
  for (int i = 0; i < 30; ++i) {
    names.push_back("V" + std::to_string(i));
    query += (i == 0 ? "P(" : ", ") + names.back() + " >= 0";
  }
  const CausalGraph graph(names, {}, {});
  try {
    bind_query(graph, parse_query(query + ")"), {});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::query_unsupported);
  }
}

TEST_CASE("a condition that compares worlds holds the values of both") {
  const BoundQuery query = bound("P(Z | Y_{X=1} > Y_{X=0})", unknown);
  const auto& question = std::get<CounterfactualQuestion>(query.terms.at(0).question);
  CHECK(question.evidence == CounterfactualEvent{{variable(2, {{0, 1, {}}}), 1}, {variable(2, {{0, 0, {}}}), 0}});
  CHECK(refusal("P(Z | Y_{X=1} != Y_{X=0})").starts_with("--query:7: a condition on 'Y' that is not one value;"));
}
