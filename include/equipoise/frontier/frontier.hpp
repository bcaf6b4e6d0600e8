// The frontier: which balances between the goals are possible, as measured. What frontier.json holds.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/interval.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/privacy/ledger.hpp>
#include <equipoise/scm/decomposition.hpp>

namespace equipoise::inline v0 {

/// A goal of the study as the frontier shows it. Lower is always better.
struct FrontierObjective {
  std::string name;                                            ///< unique; the key of its values
  std::string unit;                                            ///< "nats", "probability", …
  std::string label;                                           ///< a few words for an axis
  std::string description;                                     ///< one sentence for a person
  Licence licence;                                             ///< how its measured values are known
  Interval range{0, std::numeric_limits<double>::infinity()};  ///< what values it can take
  bool trained = true;                                         ///< false: measured only
  friend bool operator==(const FrontierObjective&, const FrontierObjective&) = default;
};

/// One setting that a point was trained with: a weight, an epsilon, a method's name.
using Setting = std::pair<std::string, std::variant<double, std::string>>;

/// One trained predictor and what it achieves. `validation` and `test` hold one entry an objective, in
/// the frontier's order of objectives.
struct FrontierPoint {
  std::string id;
  std::string arm;
  std::vector<Setting> settings;
  std::vector<double> validation;  ///< decides dominance
  std::vector<Estimate> test;      ///< is reported; no decision has seen these rows
  bool dominated = false;          ///< by a point of its arm, on validation rows
  std::string model;               ///< "models/ID.json", relative to the study's directory
  friend bool operator==(const FrontierPoint&, const FrontierPoint&) = default;
};

/// The volume that an arm's non-dominated points dominate up to a reference point, on test rows.
struct ArmHypervolume {
  Estimate estimate;
  std::vector<double> reference;        ///< one coordinate for each of `objectives`
  std::vector<std::string> objectives;  ///< the names of the objectives that span the volume
  friend bool operator==(const ArmHypervolume&, const ArmHypervolume&) = default;
};

/// What a step between two neighbours of an arm's front costs: by how much `worsens` rises for each unit
/// that `improves` falls, from point `from` to point `to`.
struct TradeOff {
  std::string arm;
  std::string from;      ///< point id
  std::string to;        ///< point id
  std::string improves;  ///< objective name
  std::string worsens;   ///< objective name
  Estimate rate;         ///< in units of `worsens` per unit of `improves`; negative where both improve
  friend bool operator==(const TradeOff&, const TradeOff&) = default;
};

/// By how much causality softened the trade-off: the hypervolume of the first arm less that of the second,
/// against one reference point.
struct ArmComparison {
  std::string first = "causal";
  std::string second = "correlational";
  Estimate hypervolume_difference;
  std::vector<double> reference;
  std::vector<std::string> objectives;
  friend bool operator==(const ArmComparison&, const ArmComparison&) = default;
};

/// What is being predicted.
struct FrontierOutcome {
  std::string column;
  std::string positive;  ///< the level that counts as 1; empty for a number
  friend bool operator==(const FrontierOutcome&, const FrontierOutcome&) = default;
};

/// How many people (or units of weight) each part of the split holds.
struct FrontierRows {
  double training = 0;
  double validation = 0;
  double test = 0;
  friend bool operator==(const FrontierRows&, const FrontierRows&) = default;
};

/// A line of the privacy ledger as people read it.
struct FrontierLedgerLine {
  std::string what;   ///< what was computed
  std::string rows;   ///< of which rows
  std::string event;  ///< how: "1,000 x Poisson sample at 0.01 of Gaussian noise, multiplier 1.1"
  std::size_t times = 1;
  bool declared_public = false;  ///< by the study
  friend bool operator==(const FrontierLedgerLine&, const FrontierLedgerLine&) = default;
};

/// A study's result, complete: `report` prints it and computes no statistic.
struct Frontier {
  std::string name;     ///< the study's
  std::string command;  ///< reproduces it
  FrontierOutcome outcome;
  FrontierRows rows;
  CausalGraph graph;
  std::vector<FrontierObjective> objectives;
  std::vector<FrontierPoint> points;
  std::map<std::string, ArmHypervolume> hypervolume;  ///< by arm
  std::map<std::string, std::string> knee;            ///< by arm: a point id
  std::vector<TradeOff> trade_offs;
  std::vector<Decomposition> decompositions;
  std::optional<ArmComparison> comparison;  ///< where both arms were run
  std::vector<FrontierLedgerLine> privacy_ledger =
      {};  ///< every touch of private rows, where the study asks for privacy
  std::vector<PrivacyStatement> privacy_statements = {};  ///< what releases give away; the whole frontier last
  std::vector<std::string> assumptions;
  std::vector<std::string> warnings;
  friend bool operator==(const Frontier&, const Frontier&) = default;
};

/// The JSON text of a frontier (frontier.json). Numbers read back to the same doubles. An infinite end of a range is
/// null.
std::string frontier_to_json(const Frontier& frontier);

/// Reads what frontier_to_json wrote. `place` begins the message of an error. Throws json_syntax, json_type,
/// json_missing_key, json_unknown_key or json_value, at a JSON pointer.
Frontier frontier_from_json(const std::string& text, const std::string& place);

/// The CSV text of a frontier (frontier.csv): one row a point with id, arm, settings, and for each objective
/// its test value, low and high. `settings` reads "name=value; name=value".
std::string frontier_to_csv(const Frontier& frontier);

}  // namespace equipoise::inline v0
