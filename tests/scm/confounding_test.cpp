#include <catch2/catch.hpp>

#include <equipoise/scm/confounding.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

TEST_CASE("a hidden cause that mechanisms share is told from one that the graph alone draws") {
  const Scm model = parse_scm(R"({
    "graph": {"directed": [["X", "Y"]], "bidirected": [["X", "Z"]]},
    "exogenous": {"U": {"kind": "normal"}},
    "mechanisms": {
      "X": {"kind": "linear", "coefficients": {"U": 1}, "noise": {"kind": "normal"}},
      "Y": {"kind": "linear", "coefficients": {"X": 1, "U": 1}, "noise": {"kind": "normal"}},
      "Z": {"kind": "noise", "noise": {"kind": "normal"}}}})",
                              "model.json");
  const CausalGraph& graph = model.graph();
  CHECK(share_exogenous(model, graph.node("X"), graph.node("Y")));
  CHECK_FALSE(share_exogenous(model, graph.node("X"), graph.node("Z")));
  CHECK(confounded_pairs(model, false) == "X and Y, X and Z");
  CHECK(confounded_pairs(model, true) == "X and Z");
}
