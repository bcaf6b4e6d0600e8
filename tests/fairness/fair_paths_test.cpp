#include <equipoise/fairness/fair_paths.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using equipoise::testing::error_of;

namespace {

using Paths = std::vector<std::vector<std::string>>;

/// gender -> dept -> admit, gender -> admit, gender -> essay, dept -> essay; nobody admits by essays.
CausalGraph berkeley() {
  const std::vector<NamedEdge> edges{
      {"gender", "dept"}, {"dept", "admit"}, {"gender", "admit"}, {"gender", "essay"}, {"dept", "essay"}};
  return CausalGraph({"gender", "dept", "admit", "essay"}, edges);
}
Paths parse(std::vector<std::string> texts, std::vector<std::string> features = {}) {
  return parse_fair_paths(berkeley(), "gender", "admit", features, texts, "study.json#/objectives/2/fair_paths");
}

}  // namespace

TEST_CASE("a whole path is itself, blanks aside", "[fairness]") {
  CHECK(parse({"gender -> dept -> admit"}) == Paths{{"gender", "dept", "admit"}});
  CHECK(parse({"  gender->admit "}) == Paths{{"gender", "admit"}});
  CHECK(parse({}).empty());
}

TEST_CASE("a path that ends early stands for all that begin so", "[fairness]") {
  CHECK(parse({"gender -> dept"}) == Paths{{"gender", "dept", "admit"}});
  CHECK(parse({"gender"}) == Paths{{"gender", "dept", "admit"}, {"gender", "admit"}});
}

TEST_CASE("a predictor's features lead to it, edge or no edge", "[fairness]") {
  CHECK(parse({"gender -> dept"}, {"dept", "essay"}) ==
        Paths{{"gender", "dept", "essay", "admit"}, {"gender", "dept", "admit"}});
  CHECK(parse({"gender -> essay -> admit"}, {"essay"}) == Paths{{"gender", "essay", "admit"}});
  CHECK(error_of([] { parse({"gender -> essay -> admit"}); }) ==
        "study.json#/objectives/2/fair_paths/0: no edge essay -> admit; a path along edges of the graph");
  CHECK(parse({"gender -> admit"}, {"a column that the graph has not", "admit"}) == Paths{{"gender", "admit"}});
}

TEST_CASE("a path that two texts stand for is listed once", "[fairness]") {
  CHECK(parse({"gender -> dept -> admit", "gender -> dept", "gender -> admit"}) ==
        Paths{{"gender", "dept", "admit"}, {"gender", "admit"}});
}

TEST_CASE("a path that is none is refused at its place", "[fairness]") {
  const auto error = [](const std::string& text) { return error_of([&] { parse({"gender -> admit", text}); }); };
  const std::string place = "study.json#/objectives/2/fair_paths/1: ";
  CHECK(error("gender -> detp -> admit") ==
        place + "unknown variable 'detp'; a variable of the graph (did you mean 'dept'?)");
  CHECK(error("dept -> admit") == place + "a path from 'dept'; one from the protected attribute 'gender'");
  CHECK(error("gender -> admit -> dept") == place + "a path that goes on after 'admit'; one that ends at the outcome");
  CHECK(error("gender -> essay -> dept") == place + "no edge essay -> dept; a path along edges of the graph");
  CHECK(error("gender -> essay") ==
        place + "'gender -> essay', from where no path leads on; the beginning of a directed path to 'admit'");
  CHECK(error("gender -> -> admit") == place + "'gender -> -> admit'; a path, such as 'A -> D -> Y'");
  CHECK(error("") == place + "''; a path, such as 'A -> D -> Y'");
  CHECK(error_of([] { parse_fair_paths(berkeley(), "gendr", "admit", {}, {}, "here"); }).find("'gender'") !=
        std::string::npos);
}

TEST_CASE("more than 10,000 paths are refused, at once", "[fairness]") {
  // A ladder of k rungs has 2^k paths.
  std::vector<std::string> names{"A"};
  std::vector<NamedEdge> edges;
  const auto ladder = [&](int rungs) {
    names = {"A"};
    edges.clear();
    for (int k = 0; k < rungs; ++k) {
      const std::string from = k == 0 ? "A" : "J" + std::to_string(k), to = "J" + std::to_string(k + 1);
      for (const char* side : {"L", "R"}) {
        const std::string middle = side + std::to_string(k);
        names.push_back(middle);
        edges.insert(edges.end(), {{from, middle}, {middle, to}});
      }
      names.push_back(to);
    }
    return CausalGraph(names, edges);
  };
  const std::vector<std::string> all{"A"};
  CHECK(parse_fair_paths(ladder(13), "A", "J13", {}, all, "paths").size() == 8192);
  CHECK(error_of([&] { parse_fair_paths(ladder(60), "A", "J60", {}, all, "paths"); }) ==
        "paths/0: 'A', with which there are more than 10000 paths; fewer paths, written out");
}

TEST_CASE("on random graphs the paths are those that a walk over all node sequences finds", "[fairness]") {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t n = 6;
    std::vector<std::string> names, features;
    std::vector<NamedEdge> edges;
    for (std::size_t v = 0; v < n; ++v) names.push_back("V" + std::to_string(v));
    for (std::size_t v = 0; v < n; ++v)
      for (std::size_t w = v + 1; w < n; ++w)
        if (random() % 2 == 0) edges.emplace_back(names[v], names[w]);
    const std::size_t outcome = 1 + random() % (n - 1);
    for (std::size_t v = 0; v < n; ++v)
      if (v != outcome && random() % 3 == 0) features.push_back(names[v]);
    const CausalGraph graph(names, edges);
    // Every increasing sequence of nodes from V0, with the outcome put at its end.
    std::set<std::vector<std::string>> expected;
    for (std::size_t chosen = 0; chosen < (1u << n); ++chosen) {
      if ((chosen & 1) == 0 || (chosen >> outcome & 1) != 0) continue;
      std::vector<std::size_t> path;
      for (std::size_t v = 0; v < n; ++v)
        if (chosen >> v & 1) path.push_back(v);
      bool whole = graph.has_directed(path.back(), outcome) ||
                   std::find(features.begin(), features.end(), names[path.back()]) != features.end();
      for (std::size_t i = 0; i + 1 < path.size(); ++i) whole = whole && graph.has_directed(path[i], path[i + 1]);
      if (!whole) continue;
      std::vector<std::string> named;
      for (const std::size_t v : path) named.push_back(names[v]);
      named.push_back(names[outcome]);
      expected.insert(named);
    }
    const std::vector<std::string> all{"V0"};
    Paths found;
    if (error_of([&] { found = parse_fair_paths(graph, "V0", names[outcome], features, all, "paths"); }) != "no error")
      CHECK(expected.empty());
    CHECK(std::set<std::vector<std::string>>(found.begin(), found.end()) == expected);
    CHECK(found.size() == expected.size());
  }
}
