// A graph whose nodes are asked for by their names.
#pragma once

#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::testing {

struct Named {
  CausalGraph graph;
  NodeSet operator()(const std::vector<std::string>& names) const {
    NodeSet set = graph.none();
    for (const auto& name : names) set.insert(graph.node(name));
    return set;
  }
};

}  // namespace equipoise::testing
