#include "scm/mechanism_codec.hpp"

#include <algorithm>
#include <array>

#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

/// The texts of an exogenous variable's levels: their indices.
std::vector<std::string> exogenous_levels(const Noise& noise) {
  std::size_t count = noise.get_if<BernoulliNoise>() ? 2 : 0;
  if (const auto* categorical = noise.get_if<CategoricalNoise>()) count = categorical->probabilities.size();
  std::vector<std::string> levels;
  for (std::size_t k = 0; k < count; ++k) levels.push_back(std::to_string(k));
  return levels;
}

}  // namespace

std::span<const MechanismCodec> mechanism_codecs() {
  static const std::array codecs{noise_codec,      linear_codec,  polynomial_codec,     spline_codec,
                                 perceptron_codec, formula_codec, location_scale_codec, post_nonlinear_codec,
                                 lookup_codec,     table_codec,   logistic_codec,       ordinal_codec};
  return codecs;
}

NamedInput named_input(const Scm& scm, const Scm::Input& input) {
  return {scm.input_name(input),
          input.exogenous ? exogenous_levels(scm.exogenous()[input.index].noise) : scm.variable(input.index).levels};
}

std::vector<std::string> MechanismReading::possible_inputs() const {
  std::vector<std::string> names;
  for (const Node parent : graph_.parents(node_)) names.push_back(graph_.name(parent));
  for (const ExogenousVariable& each : exogenous_) names.push_back(each.name);
  return names;
}

NamedInput MechanismReading::input(const std::string& name, const JsonValue& at) const {
  for (const ExogenousVariable& each : exogenous_)
    if (each.name == name) return {name, exogenous_levels(each.noise)};
  const auto parent = graph_.find(name);
  if (parent && graph_.has_directed(*parent, node_)) return {name, variables_[*parent].levels};
  at.fail(ErrorCode::json_value, "'" + name + "'",
          "a parent of '" + this->name() + "' in the graph or an exogenous variable",
          suggestion(name, possible_inputs()));
}

MechanismReading::Cause MechanismReading::cause(const std::string& key, const JsonValue& at) const {
  const std::vector<std::string> possible = possible_inputs();
  if (std::find(possible.begin(), possible.end(), key) != possible.end()) return {input(key, at), std::nullopt};
  const std::string* longest = nullptr;
  for (const std::string& name : possible)
    if (key.size() > name.size() && key.starts_with(name) && key[name.size()] == '=' &&
        (longest == nullptr || name.size() > longest->size()) && !input(name, at).levels.empty())
      longest = &name;
  if (longest == nullptr) return {input(key, at), std::nullopt};
  Cause cause{input(*longest, at), std::nullopt};
  const std::string text = key.substr(longest->size() + 1);
  const auto found = std::find(cause.input.levels.begin(), cause.input.levels.end(), text);
  if (found == cause.input.levels.end())
    at.fail(ErrorCode::json_value, "'" + text + "'", "a level of '" + *longest + "'",
            suggestion(text, cause.input.levels));
  cause.level = static_cast<std::size_t>(found - cause.input.levels.begin());
  return cause;
}

std::vector<std::string> MechanismWriting::input_names() const {
  std::vector<std::string> names;
  for (const NamedInput& input : inputs) names.push_back(input.name);
  return names;
}

VariableSpec number_variable(std::string name) { return {std::move(name), ColumnType::continuous, {}}; }

VariableSpec levels_variable(std::string name, std::size_t count) {
  VariableSpec variable{std::move(name), count == 2 ? ColumnType::binary : ColumnType::categorical, {}};
  for (std::size_t k = 0; k < count; ++k) variable.levels.push_back(std::to_string(k));
  return variable;
}

VariableSpec infer_number(const MechanismReading& reading, const JsonValue&) { return number_variable(reading.name()); }

std::size_t position_in(std::vector<std::string>& names, const std::string& name) {
  const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  if (at == names.size()) names.push_back(name);
  return at;
}

Coupling coupling_of(const JsonValue& mechanism) {
  const auto stated = mechanism.find("coupling");
  if (!stated) return Coupling::unstated;
  static constexpr std::array<std::string_view, 3> names{"gumbel-max", "inverse-cdf", "independent"};
  return *coupling_from(names[stated->choice(names)]);
}

void put_coupling(Coupling coupling, Json& into) {
  if (coupling != Coupling::unstated) into["coupling"] = to_string(coupling);
}

}  // namespace equipoise::inline v0
