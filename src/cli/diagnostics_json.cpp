#include "cli/diagnostics_json.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace equipoise::cli {
namespace {

using Json = nlohmann::ordered_json;

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string_view text_of(Reversal reversal) {
  switch (reversal) {
    case Reversal::makes_cycle: return "makes a cycle";
    case Reversal::changes_independences: return "changes what is independent";
    case Reversal::keeps_independences: return "keeps what is independent";
  }
  return "";
}

Json as_json(const ClaimDiagnosis& claim, const CausalGraph& graph) {
  Json given = Json::array();
  for (const Node v : claim.claim.given) given.push_back(graph.name(v));
  return {{"claim", claim.text},
          {"a", graph.name(claim.claim.a)},
          {"b", graph.name(claim.claim.b)},
          {"given", std::move(given)},
          {"test", claim.test.method},
          {"p_value", claim.test.p_value},
          {"holm_p_value", claim.holm_p_value},
          {"benjamini_hochberg_p_value", claim.benjamini_hochberg_p_value},
          {"denied", claim.denied}};
}

Json as_json(const ResidualDiagnosis& residual) {
  return {{"variable", residual.variable},
          {"p_value", residual.test.p_value},
          {"holm_p_value", residual.holm_p_value},
          {"dependent", residual.dependent}};
}

Json as_json(const EdgeDiagnosis& edge) {
  Json json{{"from", edge.from}, {"to", edge.to}, {"removal_is_testable", edge.removal_is_testable}};
  json["need_p_value"] = edge.removal_is_testable ? Json(edge.need.p_value) : Json(nullptr);
  json["weak"] = edge.is_weak;
  json["reversal"] = text_of(edge.reversal);
  json["residuals_as_directed"] = optional(edge.residuals_as_directed);
  json["residuals_reversed"] = optional(edge.residuals_reversed);
  json["denied"] = edge.denied;
  json["can_be_told"] = edge.can_be_told();
  return json;
}

Json as_json(const Overlap& overlap) {
  Json levels = Json::array();
  for (const LevelOverlap& level : overlap.levels)
    levels.push_back({{"level", level.level},
                      {"share", level.share},
                      {"smallest_propensity", level.smallest_propensity},
                      {"rare_share", level.rare_share},
                      {"effective_share", level.effective_share}});
  return {{"variable", overlap.variable},
          {"method", overlap.method},
          {"levels", std::move(levels)},
          {"empty_cells", overlap.empty_cells},
          {"note", overlap.note}};
}

Json as_json(const NodeCalibration& node) {
  return {{"variable", node.variable},
          {"method", node.method},
          {"p_value", node.p_value},
          {"distance", node.distance},
          {"note", node.note}};
}

template <class Parts>
Json listed(const Parts& parts) {
  Json list = Json::array();
  for (const auto& part : parts) list.push_back(as_json(part));
  return list;
}

}  // namespace

Json diagnostics_json(const Diagnostics& diagnostics, const CausalGraph& graph) {
  Json claims = Json::array();
  for (const ClaimDiagnosis& claim : diagnostics.claims) claims.push_back(as_json(claim, graph));
  return {{"level", diagnostics.level},
          {"people", diagnostics.people},
          {"denied", diagnostics.denied()},
          {"claims", std::move(claims)},
          {"residuals", listed(diagnostics.residuals)},
          {"edges", listed(diagnostics.edges)},
          {"overlaps", listed(diagnostics.overlaps)},
          {"calibration", listed(diagnostics.calibration)},
          {"claims_left_out", diagnostics.claims_left_out},
          {"notes", diagnostics.notes}};
}

}  // namespace equipoise::cli
