#include <equipoise/scm/scm_file.hpp>

#include "core/file.hpp"
#include "graph/graph_json.hpp"
#include "scm/mechanism_codec.hpp"
#include "scm/noise_json.hpp"
#include "scm/scm_json.hpp"

namespace equipoise::inline v0 {
namespace {

Json mechanism_to_json(const Scm& scm, Node v) {
  MechanismWriting writing{{}, scm.variable(v).levels};
  for (const Scm::Input& input : scm.inputs(v)) writing.inputs.push_back(named_input(scm, input));
  for (const MechanismCodec& codec : mechanism_codecs())
    if (auto json = codec.write(writing, scm.mechanism(v))) return *std::move(json);
  throw Error(ErrorCode::scm_invalid, "variable '" + scm.graph().name(v) + "'", "a mechanism of a user's own kind",
              "one of the kinds that files hold");
}

}  // namespace

Json scm_to_json(const Scm& scm) {
  Json document = {{"graph", graph_to_json(scm.graph())}};
  for (const ExogenousVariable& each : scm.exogenous()) document["exogenous"][each.name] = noise_to_json(each.noise);
  document["variables"] = Json::object();
  document["mechanisms"] = Json::object();
  constexpr const char* types[] = {"continuous", "integer", "binary", "categorical"};
  for (Node v = 0; v < scm.size(); ++v) {
    const VariableSpec& variable = scm.variable(v);
    Json& spec = document["variables"][variable.name];
    spec["type"] = types[static_cast<std::size_t>(variable.type)];
    if (variable.has_levels()) spec["levels"] = variable.levels;
    document["mechanisms"][variable.name] = mechanism_to_json(scm, v);
  }
  return document;
}

std::string scm_text(const Scm& scm) { return to_text(scm_to_json(scm)); }
void write_scm(const std::string& path, const Scm& scm) { write_file(path, scm_text(scm)); }

}  // namespace equipoise::inline v0
