// Graphs in GML (Himsolt, "GML: a portable graph file format", 1997), which networkx, igraph and Cytoscape read and
// write.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/graph/graph_file.hpp>

namespace equipoise::inline v0::detail {

/// Whether a text begins as GML does.
bool is_gml(std::string_view text);

GraphFile read_gml(std::string_view text, const std::string& place);
std::string write_gml(const GraphFile& file);

}  // namespace equipoise::inline v0::detail
