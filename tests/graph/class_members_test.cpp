#include <equipoise/graph/class_members.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "graph/small_dags.hpp"

using namespace equipoise;
using Edges = std::vector<NamedEdge>;

TEST_CASE("the members of a class are its consistent extensions, each once", "[class members]") {
  std::mt19937_64 random(17);
  std::size_t most = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const Mpdag graph(testing::some_mpdag(random, 1 + random() % 5, 30 + random() % 70));
    const auto expected = testing::extensions(graph);
    ClassMembers members(graph);
    std::vector<CausalGraph> listed;
    while (const auto dag = members.next()) listed.push_back(*dag);
    REQUIRE(listed.size() == expected.size());
    for (const CausalGraph& dag : expected) REQUIRE(std::count(listed.begin(), listed.end(), dag) == 1);
    REQUIRE_FALSE(members.next());
    most = std::max(most, listed.size());
  }
  CHECK(most == 120);  // the complete graph of five nodes
}

TEST_CASE("a large class is listed as far as one asks", "[class members]") {
  Edges chain;
  std::vector<std::string> names{"v0"};
  for (int i = 1; i < 200; ++i) {
    names.push_back("v" + std::to_string(i));
    for (int j = std::max(0, i - 3); j < i; ++j) chain.emplace_back("v" + std::to_string(j), names.back());
  }
  ClassMembers members(Mpdag(Pdag(names, {}, chain)));
  for (int i = 0; i < 10; ++i) CHECK(members.next());
}
