#include <equipoise/scm/fairness_roles.hpp>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;
using Names = std::vector<std::string>;

namespace {

CausalGraph graph_of(Names names, std::vector<NamedEdge> directed, std::vector<NamedEdge> bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected);
}

CausalGraph standard(std::vector<NamedEdge> bidirected) {
  return graph_of({"X", "Z", "W", "Y"}, {{"X", "W"}, {"X", "Y"}, {"Z", "W"}, {"Z", "Y"}, {"W", "Y"}},
                  std::move(bidirected));
}

struct Flags {
  bool direct, indirect, spurious;
  friend bool operator==(const Flags&, const Flags&) = default;
};

Flags flags(const CausalGraph& graph) {
  const FairnessRoles roles = roles_in_graph(graph, "X", "Y");
  return {roles.direct_identified, roles.indirect_identified, roles.spurious_identified};
}

}  // namespace

TEST_CASE("the standard fairness model identifies every part", "[fairness roles]") {
  const FairnessRoles roles = roles_in_graph(standard({{"X", "Z"}}), "X", "Y");
  CHECK(roles == roles_as_listed({"Z"}, {"W"}));
  CHECK(flags(standard({})) == Flags{true, true, true});
}

TEST_CASE("a hidden common cause in the wrong place costs the parts that it blurs", "[fairness roles]") {
  CHECK(flags(standard({{"W", "Y"}})) == Flags{false, false, true});
  CHECK(flags(standard({{"X", "Y"}})) == Flags{false, false, false});
  CHECK(flags(standard({{"X", "Z"}, {"Z", "Y"}})) == Flags{false, false, false});
  CHECK(flags(standard({{"Z", "Y"}})) == Flags{true, true, true});
  CHECK(flags(standard({{"Z", "W"}, {"Z", "Y"}})) == Flags{false, false, true});
  // X and W confounded: the gap through W cannot be told from the spurious one.
  CHECK(flags(standard({{"X", "W"}})) == Flags{true, false, false});
}

TEST_CASE("causes of the attribute alone are confounders only where that helps", "[fairness roles]") {
  CHECK(roles_in_graph(graph_of({"I", "X", "Y"}, {{"I", "X"}, {"X", "Y"}}), "X", "Y").confounders.empty());
  const FairnessRoles roles =
      roles_in_graph(graph_of({"I", "X", "Y"}, {{"I", "X"}, {"X", "Y"}}, {{"I", "Y"}}), "X", "Y");
  CHECK(roles.confounders == Names{"I"});
  CHECK(roles.indirect_identified);
}

TEST_CASE("what lies off the paths plays no part", "[fairness roles]") {
  const auto graph = graph_of({"X", "M", "Y", "after", "apart"},
                              {{"X", "M"}, {"M", "Y"}, {"X", "after"}, {"Y", "after"}, {"apart", "after"}});
  CHECK(roles_in_graph(graph, "X", "Y") == roles_as_listed({}, {"M"}));
}

TEST_CASE("an outcome that causes the attribute has no such roles", "[fairness roles]") {
  CHECK_THROWS_AS(roles_in_graph(graph_of({"X", "Y"}, {{"Y", "X"}}), "X", "Y"), Error);
  CHECK_THROWS_AS(roles_in_graph(graph_of({"X", "Y"}, {{"X", "Y"}}), "X", "X"), Error);
  CHECK_THROWS_WITH(roles_in_graph(graph_of({"gender", "Y"}, {{"gender", "Y"}}), "gendr", "Y"),
                    Catch::Contains("did you mean 'gender'?"));
}
