// The answer to one query: verdict, estimand, derivation, value or bounds.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/bounds.hpp>
#include <equipoise/identify/derivation.hpp>
#include <equipoise/identify/identify_query.hpp>
#include <equipoise/identify/query.hpp>

#include "cli/known_tables.hpp"

namespace equipoise::cli {

class IdentifyAnswer {
 public:
  /// Everything referred to must outlive the answer. Throws as KnownTables::distributions does.
  IdentifyAnswer(const CausalGraph& graph, const Query& query, const BoundQuery& bound, const KnownTables& known);

  nlohmann::ordered_json as_json() const;
  std::string as_text() const;

 private:
  void derive();
  void evaluate();
  std::optional<Undefined> impossible_condition() const;
  std::string estimand(Notation notation) const;
  nlohmann::ordered_json expression() const;
  nlohmann::ordered_json derivation() const;
  std::string method() const;
  std::string steps_of(std::size_t term) const;

  const CausalGraph& graph_;
  const Query& query_;
  const BoundQuery& bound_;
  const KnownTables& known_;
  QueryIdentification found_;
  std::vector<std::shared_ptr<const Derivation>> derivations_;  // by identified term; of effects
  std::optional<std::variant<double, Undefined>> value_;
  std::optional<std::variant<Bounds, Undefined, NoModel>> bounds_;
};

}  // namespace equipoise::cli
