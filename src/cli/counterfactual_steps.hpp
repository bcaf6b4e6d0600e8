// How the estimand of a question across worlds follows, and such questions as text.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/identify_query.hpp>

#include "cli/known_tables.hpp"

namespace equipoise::cli {

/// `X=1`, `M_{X=0}`: levels by their texts, and a value left open as the variable's name.
std::string setting_text(const CounterfactualSetting& setting, const CausalGraph& graph, const VariableLevels& levels);
std::string variable_text(const CounterfactualVariable& variable, const CausalGraph& graph,
                          const VariableLevels& levels);
std::string event_text(const CounterfactualEvent& event, const CausalGraph& graph, const VariableLevels& levels);

/// The steps to an identified term's estimand: worlds are unnested and merged, their joint splits by districts, and
/// each district is an effect with a derivation of its own; `rule`, `reason` and `line` as in derivation_to_json. Of an
/// effect that is itself known, or whose derivation is too long to write, the one step says so.
nlohmann::ordered_json counterfactual_steps(const CausalGraph& graph, const BoundQuery& query,
                                            const IdentifiedTerm& term, const KnownTables& known);

}  // namespace equipoise::cli
