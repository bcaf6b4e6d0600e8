#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

#include <equipoise/identify/id.hpp>
#include <equipoise/identify/notation.hpp>

using namespace equipoise;

namespace {

std::string estimand(std::vector<std::string> names, std::vector<NamedEdge> directed, std::vector<NamedEdge> bidirected,
                     Notation notation) {
  const CausalGraph graph(std::move(names), directed, bidirected);
  const auto answer =
      identify_effect(graph, NodeSet(graph.size(), {graph.node("Y")}), NodeSet(graph.size(), {graph.node("X")}));
  return to_text(std::get<Identified>(answer).estimand, graph.names(), notation);
}

}  // namespace

TEST_CASE("the estimands of textbooks are written as textbooks write them", "[identify]") {
  const std::vector<std::string> back{"X", "Z", "Y"}, front{"X", "M", "Y"}, napkin{"W", "R", "X", "Y"};
  CHECK(estimand(back, {{"Z", "X"}, {"Z", "Y"}, {"X", "Y"}}, {}, Notation::text) == "sum_{Z} P(Z) P(Y | X, Z)");
  CHECK(estimand(front, {{"X", "M"}, {"M", "Y"}}, {{"X", "Y"}}, Notation::unicode) ==
        "∑_{M} P(M | X) [∑_{X'} P(X') P(Y | X', M)]");
  CHECK(estimand(front, {{"X", "M"}, {"M", "Y"}}, {{"X", "Y"}}, Notation::latex) ==
        "\\sum_{M} P(M \\mid X)\\,\\left(\\sum_{X'} P(X')\\,P(Y \\mid X', M)\\right)");
  CHECK(estimand(napkin, {{"W", "R"}, {"R", "X"}, {"X", "Y"}}, {{"W", "X"}, {"W", "Y"}}, Notation::text) ==
        "[sum_{W} P(W) P(X | W, R) P(Y | W, R, X)] / [sum_{W} P(W) P(X | W, R)]");
}

TEST_CASE("names keep their letters in LaTeX, and populations are marked", "[identify]") {
  const std::vector<std::string> names{"edu_num", "y"}, populations{"target", "trial"};
  const Expression e = probability({1, {{1, 0}}, {}, {{0, 1}}});
  CHECK(to_text(e, names, Notation::latex, populations) ==
        "P^{\\mathrm{trial}}(y \\mid \\mathrm{do}(\\mathit{edu\\_num}'))");
  CHECK(to_text(e, names, Notation::text, populations) == "P^{trial}(y | do(edu_num'))");
  CHECK(to_text(Expression(), names) == "1");
}

TEST_CASE("values stand beside their symbols, and what sums run over is told apart from them", "[identify]") {
  const std::vector<std::string> names{"X", "M", "Y"};
  const Symbol x{0, 0}, other_x{0, 1}, m{1, 0}, y{2, 0};
  const Expression crossed =
      sum({m}, product({probability({0, {y}, {x, m}, {}}), probability({0, {m}, {other_x}, {}})}));
  const std::map<Symbol, std::string> values{{x, "1"}, {other_x, "0"}, {y, "yes & no"}};
  CHECK(to_text(crossed, names, values) == "sum_{M} P(Y=yes & no | X=1, M) P(M | X=0)");
  CHECK(to_text(crossed, names, values, Notation::latex) ==
        "\\sum_{M} P(Y {=} \\text{yes \\& no} \\mid X {=} \\text{1}, M)\\,P(M \\mid X {=} \\text{0})");
  const Expression front =
      sum({other_x}, product({probability({0, {other_x}, {}, {}}), probability({0, {y}, {x, other_x}, {}})}));
  CHECK(to_text(front, names, {{x, "1"}}) == "sum_{X} P(X) P(Y | X, X=1)");
}
