// What data say against a graph and a model, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <equipoise/scm/diagnostics.hpp>

namespace equipoise::cli {

nlohmann::ordered_json diagnostics_json(const Diagnostics& diagnostics, const CausalGraph& graph);

}  // namespace equipoise::cli
