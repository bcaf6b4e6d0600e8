// {"kind": "location-scale", "location": {"kind": "linear", ...}, "log_scale": {...}, "noise": {...}}, and with a
// monotone function of that, {"kind": "post-nonlinear", "outer": {"kind": "exp"}, "location": {...}, "noise": {...}}.
#include <utility>
#include <vector>

#include <equipoise/scm/post_nonlinear_mechanism.hpp>

#include "scm/function_codec.hpp"
#include "scm/mechanism_codec.hpp"
#include "scm/monotone_json.hpp"
#include "scm/noise_json.hpp"

namespace equipoise::inline v0 {
namespace {

struct LocationAndScale {
  LocationScaleMechanism mechanism;
  std::vector<std::string> inputs;
};

NamedFunction function_at(const MechanismReading& reading, const JsonValue& value, std::string_view key) {
  return function_from_json(reading, value.at(key), "kind");
}

/// The mechanism's inputs are the location's, then what the scale reads besides.
LocationAndScale location_and_scale(const MechanismReading& reading, const JsonValue& value) {
  NamedFunction location = function_at(reading, value, "location"),
                log_scale = function_at(reading, value, "log_scale");
  std::vector<std::string> inputs = location.inputs;
  std::vector<std::size_t> of_location, of_scale;
  for (std::size_t k = 0; k < inputs.size(); ++k) of_location.push_back(k);
  for (const std::string& name : log_scale.inputs) of_scale.push_back(position_in(inputs, name));
  return {LocationScaleMechanism(location.function.reading(std::move(of_location), inputs.size()),
                                 log_scale.function.reading(std::move(of_scale), inputs.size()),
                                 noise_from_json(value.at("noise"))),
          inputs};
}

NodeMechanism read_location_scale(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "location", "log_scale", "noise"});
  LocationAndScale read = location_and_scale(reading, value);
  return {std::move(read.mechanism), std::move(read.inputs)};
}

NodeMechanism read_post_nonlinear(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "outer", "location", "log_scale", "noise"});
  MonotoneFunction outer = monotone_from_json(value.at("outer"));
  if (value.find("log_scale")) {
    LocationAndScale read = location_and_scale(reading, value);
    return {PostNonlinearLocationScaleMechanism(std::move(read.mechanism), std::move(outer)), std::move(read.inputs)};
  }
  NamedFunction location = function_at(reading, value, "location");
  AdditiveNoiseMechanism inner(std::move(location.function), noise_from_json(value.at("noise")));
  return {PostNonlinearMechanism(std::move(inner), std::move(outer)), std::move(location.inputs)};
}

void put(const LocationScaleMechanism& mechanism, const MechanismWriting& writing, Json& into) {
  into["location"] = function_to_json(mechanism.location(), writing.inputs);
  into["log_scale"] = function_to_json(mechanism.log_scale(), writing.inputs);
  into["noise"] = noise_to_json(mechanism.noise());
}

std::optional<Json> write_location_scale(const MechanismWriting& writing, const AnyMechanism& any) {
  const auto* mechanism = any.get_if<LocationScaleMechanism>();
  if (mechanism == nullptr) return std::nullopt;
  Json json = {{"kind", "location-scale"}};
  put(*mechanism, writing, json);
  return json;
}

std::optional<Json> write_post_nonlinear(const MechanismWriting& writing, const AnyMechanism& any) {
  Json json = {{"kind", "post-nonlinear"}};
  if (const auto* scaled = any.get_if<PostNonlinearLocationScaleMechanism>()) {
    json["outer"] = monotone_to_json(scaled->outer());
    put(scaled->inner(), writing, json);
    return json;
  }
  const auto* mechanism = any.get_if<PostNonlinearMechanism>();
  if (mechanism == nullptr) return std::nullopt;
  json["outer"] = monotone_to_json(mechanism->outer());
  json["location"] = function_to_json(mechanism->inner().function(), writing.inputs);
  json["noise"] = noise_to_json(mechanism->inner().noise());
  return json;
}

}  // namespace

constinit const MechanismCodec location_scale_codec{"location-scale", true, infer_number, read_location_scale,
                                                    write_location_scale};
constinit const MechanismCodec post_nonlinear_codec{"post-nonlinear", true, infer_number, read_post_nonlinear,
                                                    write_post_nonlinear};

}  // namespace equipoise::inline v0
