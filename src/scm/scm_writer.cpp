#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "core/file.hpp"
#include "graph/graph_json.hpp"
#include "scm/noise_json.hpp"
#include "scm/scm_json.hpp"

namespace equipoise::inline v0 {
namespace {

std::string configuration_key(std::size_t row, std::span<const std::size_t> levels) {
  std::string key;
  for (std::size_t c = levels.size(); c-- > 0; row /= levels[c])
    key = std::to_string(row % levels[c]) + (key.empty() ? "" : ",") + key;
  return key;
}

class Writer {
 public:
  explicit Writer(const Scm& scm) : scm_(scm) {}

  Json write() const {
    Json document = {{"graph", graph_to_json(scm_.graph())}};
    for (const ExogenousVariable& each : scm_.exogenous()) document["exogenous"][each.name] = noise_to_json(each.noise);
    document["variables"] = Json::object();
    document["mechanisms"] = Json::object();
    constexpr const char* types[] = {"continuous", "integer", "binary", "categorical"};
    for (Node v = 0; v < scm_.size(); ++v) {
      const VariableSpec& variable = scm_.variable(v);
      Json& spec = document["variables"][variable.name];
      spec["type"] = types[static_cast<std::size_t>(variable.type)];
      if (variable.has_levels()) spec["levels"] = variable.levels;
      document["mechanisms"][variable.name] = mechanism(v);
    }
    return document;
  }

 private:
  std::vector<std::string> input_names(Node v) const {
    std::vector<std::string> names;
    for (const Scm::Input& input : scm_.inputs(v)) names.push_back(scm_.input_name(input));
    return names;
  }

  void put_predictor(Node v, const LinearPredictor& predictor, Json& into) const {
    into["intercept"] = predictor.intercept;
    Json coefficients = Json::object();
    const std::vector<std::string> names = input_names(v);
    for (std::size_t c = 0; c < names.size(); ++c) {
      const LinearTerm& term = predictor.terms[c];
      if (term.level_effects.empty()) {
        coefficients[names[c]] = term.slope;
        continue;
      }
      const std::vector<std::string>& levels = scm_.variable(scm_.inputs(v)[c].index).levels;
      for (std::size_t k = 0; k < levels.size(); ++k)
        if (k > 0 || term.level_effects[k] != 0 || levels.size() == 1)
          coefficients[names[c] + "=" + levels[k]] = term.level_effects[k];
    }
    into["coefficients"] = std::move(coefficients);
  }

  static void put_coupling(Coupling coupling, Json& into) {
    if (coupling != Coupling::unstated) into["coupling"] = to_string(coupling);
  }

  Json mechanism(Node v) const {
    const AnyMechanism& any = scm_.mechanism(v);
    if (const auto* root = any.get_if<NoiseMechanism>())
      return {{"kind", "noise"}, {"noise", noise_to_json(root->noise())}};
    if (const auto* linear = any.get_if<LinearMechanism>()) {
      Json json = {{"kind", "linear"}};
      put_predictor(v, linear->predictor(), json);
      json["noise"] = noise_to_json(linear->noise());
      return json;
    }
    if (const auto* formula = any.get_if<FormulaMechanism>()) {
      Json json = {{"kind", "formula"}, {"formula", formula->text()}, {"noise", noise_to_json(formula->noise())}};
      if (!formula->noise_name().empty()) json["noise_name"] = formula->noise_name();
      return json;
    }
    if (const auto* lookup = any.get_if<LookupMechanism>()) {
      Json values = Json::object();
      for (std::size_t row = 0; row < lookup->values().size(); ++row)
        values[configuration_key(row, lookup->input_levels())] = lookup->values()[row];
      return {{"kind", "lookup"}, {"inputs", input_names(v)}, {"values", values}};
    }
    if (const auto* table = any.get_if<TableMechanism>()) {
      const ProbabilityTable& kernel = table->kernel();
      Json rows = Json::object();
      const std::size_t levels = kernel.level_count();
      for (std::size_t row = 0; row * levels < kernel.table().size(); ++row)
        rows[configuration_key(row, kernel.input_levels())] =
            std::vector<double>(kernel.table().begin() + static_cast<std::ptrdiff_t>(row * levels),
                                kernel.table().begin() + static_cast<std::ptrdiff_t>((row + 1) * levels));
      Json json = {{"kind", "table"}, {"parents", input_names(v)}, {"probabilities", rows}};
      put_coupling(table->coupling(), json);
      return json;
    }
    if (const auto* logistic = any.get_if<LogisticMechanism>()) {
      const std::vector<LinearPredictor>& scores = logistic->kernel().scores();
      Json json = {{"kind", "logistic"}};
      if (scores.size() == 1) {
        put_predictor(v, scores[0], json);
      } else {
        for (std::size_t k = 0; k < scores.size(); ++k)
          put_predictor(v, scores[k], json["scores"][scm_.variable(v).levels[k + 1]]);
      }
      put_coupling(logistic->coupling(), json);
      return json;
    }
    throw Error(ErrorCode::scm_invalid, "variable '" + scm_.graph().name(v) + "'", "a mechanism of a user's own kind",
                "one of the kinds that files hold");
  }

  const Scm& scm_;
};

}  // namespace

Json scm_to_json(const Scm& scm) { return Writer(scm).write(); }
std::string scm_text(const Scm& scm) { return to_text(scm_to_json(scm)); }
void write_scm(const std::string& path, const Scm& scm) { write_file(path, scm_text(scm)); }

}  // namespace equipoise::inline v0
