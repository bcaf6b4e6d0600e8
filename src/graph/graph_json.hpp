// Graphs in JSON, for whoever has one standing in a larger document.
#pragma once

#include <equipoise/graph/graph_file.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

/// Throws json_* and graph_* at the value that is wrong.
GraphFile graph_from_json(const JsonValue& graph);
Json graph_to_json(const GraphFile& file);
Json graph_to_json(const CausalGraph& graph);

}  // namespace equipoise::inline v0
