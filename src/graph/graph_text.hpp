// Graphs in DOT and DAGitty text, and the way back from a graph to what a file says of it.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/graph/graph_file.hpp>

namespace equipoise::inline v0::detail {

/// Reads DOT or DAGitty text, told apart by its first word.
GraphFile read_graph_text(std::string_view text, const std::string& place);

/// Throws graph_syntax at the first line that is no UTF-8 text.
void check_encoding(std::string_view text, const std::string& place, const char* expected);

/// Writes it in DOT or DAGitty.
std::string write_graph_text(const GraphFile& file, GraphFormat format);

GraphFile graph_file_of(const CausalGraph& graph);

}  // namespace equipoise::inline v0::detail
