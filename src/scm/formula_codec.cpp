// {"kind": "formula", "formula": "sigmoid(X) > N", "noise_name": "N", "noise": {...}}.
#include <string>
#include <utility>
#include <vector>

#include <equipoise/scm/formula_mechanism.hpp>

#include "scm/mechanism_codec.hpp"
#include "scm/noise_json.hpp"

namespace equipoise::inline v0 {
namespace {

/// Every name that the formula may use, the noise's last.
std::vector<std::string> formula_names(const MechanismReading& reading, const JsonValue& value) {
  std::vector<std::string> names = reading.possible_inputs();
  if (const auto noise_name = value.find("noise_name")) names.push_back(noise_name->string());
  return names;
}

VariableSpec infer(const MechanismReading& reading, const JsonValue& value) {
  const JsonValue text = value.at("formula");
  const Formula formula(text.string(), formula_names(reading, value), text.place());
  const FormulaOperation root = formula.steps().back().operation;
  if (value.find("noise_name") && root >= FormulaOperation::less && root <= FormulaOperation::not_equal)
    return levels_variable(reading.name(), 2);
  return number_variable(reading.name());
}

NodeMechanism read(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "formula", "noise", "noise_name"});
  const JsonValue text = value.at("formula");
  const auto noise_name = value.find("noise_name");
  const Noise noise = noise_name || value.find("noise") ? noise_from_json(value.at("noise")) : Noise(ConstantNoise{0});
  const std::vector<std::string> names = formula_names(reading, value);
  const Formula formula(text.string(), names, text.place());
  std::vector<std::string> inputs;
  for (std::size_t k = 0; k < names.size() - (noise_name ? 1 : 0); ++k)
    if (formula.occurrences(k) > 0) inputs.push_back(names[k]);
  return {FormulaMechanism(formula.text(), inputs, noise, noise_name ? noise_name->string() : "", text.place()),
          inputs};
}

std::optional<Json> write(const MechanismWriting&, const AnyMechanism& mechanism) {
  const auto* formula = mechanism.get_if<FormulaMechanism>();
  if (formula == nullptr) return std::nullopt;
  Json json = {{"kind", "formula"}, {"formula", formula->text()}, {"noise", noise_to_json(formula->noise())}};
  if (!formula->noise_name().empty()) json["noise_name"] = formula->noise_name();
  return json;
}

}  // namespace

constinit const MechanismCodec formula_codec{"formula", false, infer, read, write};

}  // namespace equipoise::inline v0
