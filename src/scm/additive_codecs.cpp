// Roots and additive noise: {"kind": "linear", "intercept": 0, "coefficients": {"A": 1.5}, "noise": {...}}.
#include <utility>

#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

#include "scm/function_codec.hpp"
#include "scm/mechanism_codec.hpp"
#include "scm/noise_json.hpp"

namespace equipoise::inline v0 {
namespace {

VariableSpec infer_from_noise(const MechanismReading& reading, const JsonValue& value) {
  const Noise noise = noise_from_json(value.at("noise"));
  if (noise.get_if<BernoulliNoise>()) return levels_variable(reading.name(), 2);
  if (const auto* levels = noise.get_if<CategoricalNoise>())
    return levels_variable(reading.name(), levels->probabilities.size());
  return {reading.name(), noise.get_if<PoissonNoise>() ? ColumnType::integer : ColumnType::continuous, {}};
}

NodeMechanism read_noise(const MechanismReading&, const JsonValue& value) {
  value.allow_keys({"kind", "noise"});
  return {NoiseMechanism(noise_from_json(value.at("noise"))), {}};
}

std::optional<Json> write_noise(const MechanismWriting&, const AnyMechanism& mechanism) {
  const auto* root = mechanism.get_if<NoiseMechanism>();
  if (root == nullptr) return std::nullopt;
  return Json{{"kind", "noise"}, {"noise", noise_to_json(root->noise())}};
}

NodeMechanism read_linear(const MechanismReading& reading, const JsonValue& value) {
  NamedFunction read = function_from_json(reading, value, "noise");
  return {LinearMechanism(*read.function.get_if<LinearPredictor>(), noise_from_json(value.at("noise"))),
          std::move(read.inputs)};
}

NodeMechanism read_additive(const MechanismReading& reading, const JsonValue& value) {
  NamedFunction read = function_from_json(reading, value, "noise");
  return {AdditiveNoiseMechanism(std::move(read.function), noise_from_json(value.at("noise"))), std::move(read.inputs)};
}

Json additive_to_json(const RegressionFunction& function, const Noise& noise, const MechanismWriting& writing) {
  Json json = function_to_json(function, writing.inputs);
  json["noise"] = noise_to_json(noise);
  return json;
}

/// Also additive noise of any function: a linear one reads back as a LinearMechanism, a formula as a FormulaMechanism,
/// with the same bits.
std::optional<Json> write_linear(const MechanismWriting& writing, const AnyMechanism& mechanism) {
  if (const auto* linear = mechanism.get_if<LinearMechanism>())
    return additive_to_json(linear->predictor(), linear->noise(), writing);
  if (const auto* additive = mechanism.get_if<AdditiveNoiseMechanism>())
    return additive_to_json(additive->function(), additive->noise(), writing);
  return std::nullopt;
}

/// Written by linear_codec.
std::optional<Json> write_none(const MechanismWriting&, const AnyMechanism&) { return std::nullopt; }

}  // namespace

constinit const MechanismCodec noise_codec{"noise", false, infer_from_noise, read_noise, write_noise};
constinit const MechanismCodec linear_codec{"linear", true, infer_number, read_linear, write_linear};
constinit const MechanismCodec polynomial_codec{"polynomial", true, infer_number, read_additive, write_none};
constinit const MechanismCodec spline_codec{"spline", true, infer_number, read_additive, write_none};
constinit const MechanismCodec perceptron_codec{"perceptron", true, infer_number, read_additive, write_none};

}  // namespace equipoise::inline v0
