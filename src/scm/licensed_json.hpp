// Numbers with their interval and licence, as files hold them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <equipoise/core/interval.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/scm/decomposition.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0::detail {

inline Json estimate_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

inline Json licensed_json(const LicensedEstimate& number) {
  Json json = estimate_json(number.estimate);
  json["licence"] = to_string(number.licence.kind);
  json["basis"] = number.licence.basis;
  if (number.bounds) json["bounds"] = {{"low", number.bounds->low}, {"high", number.bounds->high}};
  return json;
}

/// The estimate among an object's members. Throws json_value for one outside its interval.
inline Estimate read_estimate_fields(const JsonValue& json) {
  const Estimate estimate{json.at("value").number(), json.at("low").number(), json.at("high").number()};
  if (!(estimate.low <= estimate.value && estimate.value <= estimate.high))
    json.fail(ErrorCode::json_value, "a value outside its interval", "low <= value <= high");
  return estimate;
}

/// The licence among an object's members, its basis under the key `basis`.
inline Licence read_licence(const JsonValue& json, std::string_view basis) {
  constexpr std::array<std::string_view, 4> names{to_string(LicenceKind::observational),
                                                  to_string(LicenceKind::identified), to_string(LicenceKind::bounded),
                                                  to_string(LicenceKind::assumed)};
  return {static_cast<LicenceKind>(json.at("licence").choice(names)), json.at(basis).string()};
}

/// Throws json_value for bounds that do not hold the value or reach beyond the interval.
inline std::optional<Interval> read_bounds(const JsonValue& json, const Estimate& estimate) {
  json.allow_keys({"low", "high"});
  const Interval bounds{json.at("low").number(), json.at("high").number()};
  if (!(estimate.low <= bounds.low && bounds.low <= estimate.value && estimate.value <= bounds.high &&
        bounds.high <= estimate.high))
    json.fail(ErrorCode::json_value, "bounds without the value, or beyond its interval",
              "low <= bounds.low <= value <= bounds.high <= high");
  return bounds;
}

/// A number among whose members others may stand: `allow_keys` is its reader's business.
inline LicensedEstimate read_licensed_fields(const JsonValue& json) {
  LicensedEstimate number{read_estimate_fields(json), read_licence(json, "basis")};
  if (const auto bounds = json.find("bounds")) number.bounds = read_bounds(*bounds, number.estimate);
  return number;
}

inline LicensedEstimate read_licensed(const JsonValue& json) {
  json.allow_keys({"value", "low", "high", "licence", "basis", "bounds"});
  return read_licensed_fields(json);
}

}  // namespace equipoise::inline v0::detail
