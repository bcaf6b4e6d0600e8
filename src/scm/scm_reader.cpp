#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/bif.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "core/file.hpp"
#include "graph/graph_json.hpp"
#include "scm/mechanism_codec.hpp"
#include "scm/noise_json.hpp"
#include "scm/scm_json.hpp"

namespace equipoise::inline v0 {
namespace {

/// A model's graph. What is hidden in a model are its exogenous variables, each with a distribution.
CausalGraph graph_of(const JsonValue& value) {
  const GraphFile file = graph_from_json(value);
  const auto refuse = [&](bool given, std::string_view key, const char* found, const char* expected) {
    if (given) value.at(key).fail(ErrorCode::graph_unsupported, found, expected);
  };
  refuse(!file.latent.empty(), "latent", "latent nodes in the graph of a model",
         "exogenous variables, or bidirected edges");
  refuse(!file.undirected.empty(), "undirected", "undirected edges in the graph of a model",
         "directed and bidirected edges");
  refuse(!file.selection.empty(), "selection", "selection in the graph of a model", "a model of one population");
  return causal_graph(file);
}

const MechanismCodec& codec_of(const JsonValue& mechanism) {
  const std::span<const MechanismCodec> codecs = mechanism_codecs();
  std::vector<std::string_view> kinds;
  for (const MechanismCodec& codec : codecs) kinds.push_back(codec.kind);
  return codecs[mechanism.at("kind").choice(kinds)];
}

VariableSpec stated_variable(const JsonValue& value, VariableSpec inferred) {
  static constexpr std::array<std::string_view, 4> types{"continuous", "integer", "binary", "categorical"};
  value.allow_keys({"type", "levels"});
  VariableSpec variable{inferred.name, static_cast<ColumnType>(value.at("type").choice(types)), {}};
  const auto levels = value.find("levels");
  if (levels && !variable.has_levels()) levels->fail(ErrorCode::json_value, "levels of a number", "none");
  if (levels)
    variable.levels = levels->strings();
  else if (variable.type == ColumnType::binary)
    variable.levels = {"0", "1"};
  else if (variable.type == ColumnType::categorical) {
    if (!inferred.has_levels())
      value.fail(ErrorCode::json_missing_key, "a categorical variable without 'levels'", "their texts");
    variable.levels = std::move(inferred.levels);
  }
  if (variable.type == ColumnType::binary && variable.levels.size() != 2)
    levels->fail(ErrorCode::json_value, std::to_string(variable.levels.size()) + " levels of a binary variable", "2");
  return variable;
}

/// How many of a variable's levels a root's noise can give.
std::size_t levels_of_root(const Noise& noise, std::size_t levels_of_variable) {
  if (noise.get_if<BernoulliNoise>()) return 2;
  if (const auto* categorical = noise.get_if<CategoricalNoise>()) return categorical->probabilities.size();
  const auto* constant = noise.get_if<ConstantNoise>();
  const bool is_level = constant != nullptr && constant->value >= 0 &&
                        constant->value < static_cast<double>(levels_of_variable) &&
                        constant->value == std::floor(constant->value);
  return is_level ? levels_of_variable : 0;
}

void check_levels(const VariableSpec& variable, const MechanismCodec& codec, const AnyMechanism& mechanism,
                  const JsonValue& value) {
  if (!variable.has_levels()) {
    if (mechanism.level_count() != 0)
      value.fail(ErrorCode::json_value, "a mechanism with levels for '" + variable.name + "', a number",
                 "a binary or categorical variable");
    return;
  }
  if (codec.gives_numbers)
    value.fail(ErrorCode::json_value,
               "a " + std::string(codec.kind) + " mechanism for '" + variable.name + "', which has levels",
               "a number, or a logistic mechanism");
  const auto* root = mechanism.get_if<NoiseMechanism>();
  if (root == nullptr) return;
  const std::size_t levels = levels_of_root(root->noise(), variable.levels.size());
  if (levels != variable.levels.size())
    value.fail(ErrorCode::json_value, "noise with " + std::to_string(levels) + " levels for '" + variable.name + "'",
               std::to_string(variable.levels.size()));
}

/// Reads a model: first what each variable is, then the mechanisms, which need to know their inputs' levels.
class Reader {
 public:
  explicit Reader(const JsonValue& root)
      : root_(root), graph_(graph_of(root.at("graph"))), mechanisms_(root.at("mechanisms")) {
    root.allow_keys({"description", "graph", "exogenous", "variables", "mechanisms"});
    check_names(mechanisms_);
    for (const std::string& name : graph_.names())
      if (!mechanisms_.find(name))
        mechanisms_.fail(ErrorCode::json_missing_key, "no mechanism for '" + name + "'",
                         "one for every node of the graph");
    read_exogenous();
    read_variables();
  }

  Scm read() {
    std::vector<NodeMechanism> mechanisms;
    for (Node v = 0; v < graph_.size(); ++v) {
      const JsonValue value = mechanisms_.at(graph_.name(v));
      const MechanismCodec& codec = codec_of(value);
      NodeMechanism mechanism = made_at(value, [&] { return codec.read(reading(v), value); });
      check_levels(variables_[v], codec, mechanism.mechanism, value);
      mechanisms.push_back(std::move(mechanism));
    }
    return Scm(std::move(graph_), std::move(variables_), std::move(mechanisms), std::move(exogenous_),
               mechanisms_.place());
  }

 private:
  MechanismReading reading(Node v) const { return {graph_, exogenous_, variables_, v}; }

  void check_names(const JsonValue& object) const {
    for (const auto& [name, value] : object.members())
      if (!graph_.find(name))
        throw Error(ErrorCode::json_unknown_key, object.place() + "/" + name, "unknown node '" + name + "'",
                    "a node of the graph", suggestion(name, graph_.names()));
  }

  void read_exogenous() {
    const auto object = root_.find("exogenous");
    if (!object) return;
    for (const auto& [name, value] : object->members()) exogenous_.push_back({name, noise_from_json(value)});
  }

  void read_variables() {
    const auto object = root_.find("variables");
    if (object) check_names(*object);
    for (Node v = 0; v < graph_.size(); ++v) {
      const std::string& name = graph_.name(v);
      const JsonValue mechanism = mechanisms_.at(name);
      VariableSpec inferred = codec_of(mechanism).infer(reading(v), mechanism);
      const auto stated = object ? object->find(name) : std::nullopt;
      variables_.push_back(stated ? stated_variable(*stated, std::move(inferred)) : std::move(inferred));
    }
  }

  const JsonValue& root_;
  CausalGraph graph_;
  JsonValue mechanisms_;
  std::vector<ExogenousVariable> exogenous_;
  std::vector<VariableSpec> variables_;
};

}  // namespace

Scm scm_from_json(const JsonValue& root) { return Reader(root).read(); }

Scm parse_scm(std::string_view text, std::string file) {
  const JsonDocument document = parse_json(text, std::move(file));
  return scm_from_json(document.root());
}

Scm read_scm(const std::string& path) {
  if (path.ends_with(".bif")) return read_bif(path);
  const JsonDocument document = read_json(path);
  return scm_from_json(document.root());
}

}  // namespace equipoise::inline v0
