// Options that name sets of a graph's variables.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/causal_graph.hpp>

#include "cli/verb.hpp"

namespace equipoise::cli {

/// The variables that an option lists, none where it is not given. Throws query_syntax or query_unknown_variable at the
/// option.
inline NodeSet nodes_of_option(const CausalGraph& graph, const Arguments& arguments, std::string_view option) {
  NodeSet nodes = graph.none();
  for (const std::string& name : arguments.list(option)) {
    const auto node = graph.find(name);
    if (!node)
      throw Error(ErrorCode::query_unknown_variable, std::string(option), "no variable '" + name + "' in the graph",
                  "a variable that is observed", suggestion(name, graph.names()));
    nodes.insert(*node);
  }
  return nodes;
}

/// Throws query_overlap where a variable stands in two of the options.
inline void check_disjoint(const CausalGraph& graph, const Arguments& arguments,
                           std::initializer_list<std::string_view> options) {
  for (auto first = options.begin(); first != options.end(); ++first)
    for (auto second = first + 1; second != options.end(); ++second) {
      const NodeSet both = nodes_of_option(graph, arguments, *first) & nodes_of_option(graph, arguments, *second);
      if (!both.empty())
        throw Error(ErrorCode::query_overlap, std::string(*second),
                    "'" + graph.name(both.front()) + "', which stands in " + std::string(*first) + " too",
                    "sets that have no variable in common");
    }
}

}  // namespace equipoise::cli
