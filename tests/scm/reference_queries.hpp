// The published queries of models, as a user would write them.
#pragma once

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace equipoise::testing {

/// Nothing where EQUIPOISE_REFERENCE is not set.
inline std::optional<nlohmann::json> reference_models() {
  const char* folder = std::getenv("EQUIPOISE_REFERENCE");
  if (folder == nullptr) return std::nullopt;
  std::ifstream file(std::string(folder) + "/scm.json");
  REQUIRE(file);
  return nlohmann::json::parse(file);
}

inline std::string query_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

inline std::string event_text(const nlohmann::json& members) {
  std::string text;
  for (const nlohmann::json& member : members) {
    std::string action;
    for (const auto& [name, value] : member.at("do").items())
      action += (action.empty() ? "" : ", ") + name + "=" + query_text(value);
    text += (text.empty() ? "" : ", ") + member.at("var").get<std::string>() +
            (action.empty() ? "" : "_{" + action + "}") + " = " + query_text(member.at("val"));
  }
  return text;
}

/// The query as a user would write it.
inline std::string written_query(const nlohmann::json& query) {
  const std::string type = query.at("type");
  const auto text = [&](const char* key) { return query_text(query.at(key)); };
  const auto effect = [&](const std::string& name, const std::string& more = "") {
    return name + "(" + text("treatment") + " -> " + text("outcome") + more + ")";
  };
  if (type == "counterfactual" || type == "joint-counterfactual")
    return "P(" + event_text(query.at("event")) +
           (query.at("evidence").empty() ? "" : " | " + event_text(query.at("evidence"))) + ")";
  if (type == "TE") return effect("ATE");
  if (type == "CDE")
    return effect("CDE",
                  "; " + query_text(query.at("mediators")[0]) + "=" + query_text(query.at("mediator_values")[0]));
  if (type == "NDE" || type == "NIE") {  // of the mediators listed alone
    const std::string m = query_text(query.at("mediators")[0]), x = text("treatment"), y = text("outcome");
    const std::string own = type == "NDE" ? "1" : "0", other = type == "NDE" ? "0" : "1";
    return "E[" + y + "_{" + x + "=" + own + ", " + m + "_{" + x + "=" + other + "}}] - E[" + y + "_{" + x + "=0}]";
  }
  if (type == "nested-mean")
    return "E[" + text("outcome") + "_{" + text("treatment") + "=" + text("outcome_world") + ", " +
           query_text(query.at("mediators")[0]) + "_{" + text("treatment") + "=" + text("mediator_world") + "}}]";
  if (type == "path-specific-mean") {
    std::string paths;
    for (const nlohmann::json& edge : query.at("active_edges"))
      paths += (paths.empty() ? "" : ", ") + query_text(edge[0]) + " -> " + query_text(edge[1]);
    return "PSE(" + text("treatment") + "=" + text("active_value") + " vs " + text("reference_value") + " -> " +
           text("outcome") + "; " + paths + ") + E[" + text("outcome") + " | do(" + text("treatment") + "=" +
           text("reference_value") + ")]";
  }
  if (type == "stochastic-intervention") {
    std::string probabilities;
    for (const nlohmann::json& p : query.at("distribution"))
      probabilities += (probabilities.empty() ? "" : ", ") + p.dump();
    return "E[" + text("outcome") + " | do(" + text("variable") + " ~ categorical(" + probabilities + "))]";
  }
  if (type == "counterfactual-unfairness")
    return "P(" + text("outcome") + "_{" + text("attribute") + "=1} != " + text("outcome") + "_{" + text("attribute") +
           "=0})";
  return effect(type);  // ETT, PN, PS, PNS
}

}  // namespace equipoise::testing
