#include <array>
#include <charconv>
#include <map>
#include <optional>

#include <equipoise/core/suggest.hpp>
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

constexpr std::array<std::string_view, 6> mechanism_kinds{"noise", "linear", "formula", "lookup", "table", "logistic"};
enum class Kind { noise, linear, formula, lookup, table, logistic };

constexpr std::size_t most_configurations = 10'000'000;

/// Runs `make`; what a constructor finds wrong is reported at the JSON value it came from.
template <class Make>
auto made_at(const JsonValue& value, Make make) {
  try {
    return make();
  } catch (const Error& error) {
    if (error.place().starts_with(value.file())) throw;
    value.fail(ErrorCode::json_value, error.place().empty() ? error.found() : error.place() + ": " + error.found(),
               error.expected(), error.hint());
  }
}

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

Coupling coupling_of(const JsonValue& mechanism) {
  const auto stated = mechanism.find("coupling");
  if (!stated) return Coupling::unstated;
  static constexpr std::array<std::string_view, 3> names{"gumbel-max", "inverse-cdf", "independent"};
  return *coupling_from(names[stated->choice(names)]);
}

/// Level indices as a key of a table lists them: "0,1", or "" for none.
std::vector<std::size_t> indices_of(const JsonValue& at, std::string_view key, std::span<const std::size_t> levels) {
  std::vector<std::size_t> indices;
  const auto wrong = [&](std::string_view part) {
    at.fail(ErrorCode::json_value, "'" + std::string(part) + "'",
            "level indices from 0, one for each of " + std::to_string(levels.size()) + " inputs, as in \"0,1\"");
  };
  while (!key.empty() || indices.size() < levels.size()) {
    const std::size_t comma = key.find(',');
    std::string_view part = key.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error != std::errc{} || end != part.data() + part.size() || indices.size() >= levels.size() ||
        index >= levels[indices.size()])
      wrong(part);
    indices.push_back(index);
    key = comma == std::string_view::npos ? std::string_view{} : key.substr(comma + 1);
    if (comma == std::string_view::npos) break;
  }
  if (indices.size() != levels.size()) wrong(key);
  return indices;
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
      NodeMechanism mechanism = made_at(value, [&] { return mechanism_of(v, value); });
      check_levels(v, mechanism.mechanism, value);
      mechanisms.push_back(std::move(mechanism));
    }
    return Scm(std::move(graph_), std::move(variables_), std::move(mechanisms), std::move(exogenous_),
               mechanisms_.place());
  }

 private:
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
      VariableSpec inferred = inferred_variable(v, mechanisms_.at(name));
      const auto stated = object ? object->find(name) : std::nullopt;
      variables_.push_back(stated ? stated_variable(*stated, std::move(inferred)) : std::move(inferred));
    }
  }

  static VariableSpec with_levels(std::string name, std::size_t count) {
    VariableSpec variable{std::move(name), count == 2 ? ColumnType::binary : ColumnType::categorical, {}};
    for (std::size_t k = 0; k < count; ++k) variable.levels.push_back(std::to_string(k));
    return variable;
  }

  static VariableSpec stated_variable(const JsonValue& value, VariableSpec inferred) {
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

  /// What a mechanism says about its variable, where the file leaves it out.
  VariableSpec inferred_variable(Node v, const JsonValue& value) const {
    const std::string& name = graph_.name(v);
    switch (static_cast<Kind>(value.at("kind").choice(mechanism_kinds))) {
      case Kind::noise: {
        const Noise noise = noise_from_json(value.at("noise"));
        if (noise.get_if<BernoulliNoise>()) return with_levels(name, 2);
        if (const auto* levels = noise.get_if<CategoricalNoise>())
          return with_levels(name, levels->probabilities.size());
        return {name, noise.get_if<PoissonNoise>() ? ColumnType::integer : ColumnType::continuous, {}};
      }
      case Kind::table: {
        const auto rows = value.at("probabilities").members();
        if (rows.empty())
          value.at("probabilities")
              .fail(ErrorCode::json_value, "no rows", "a row for every configuration of the parents");
        return with_levels(name, rows.front().second.items().size());
      }
      case Kind::logistic: {
        const auto scores = value.find("scores");
        return with_levels(name, scores ? scores->members().size() + 1 : 2);
      }
      case Kind::lookup: {
        std::int64_t greatest = 1;
        for (const auto& [key, level] : value.at("values").members())
          greatest = std::max(greatest, level.integer_within(0, 1'000'000));
        return with_levels(name, static_cast<std::size_t>(greatest) + 1);
      }
      case Kind::formula: {
        const std::string text = value.at("formula").string();
        const Formula formula(text, formula_names(v, value), value.at("formula").place());
        const FormulaOperation root = formula.steps().back().operation;
        if (value.find("noise_name") && root >= FormulaOperation::less && root <= FormulaOperation::not_equal)
          return with_levels(name, 2);
        return {name, ColumnType::continuous, {}};
      }
      case Kind::linear: break;
    }
    return {name, ColumnType::continuous, {}};
  }

  std::vector<std::string> possible_inputs(Node v) const {
    std::vector<std::string> names;
    for (const Node parent : graph_.parents(v)) names.push_back(graph_.name(parent));
    for (const ExogenousVariable& each : exogenous_) names.push_back(each.name);
    return names;
  }

  /// Every name that v's formula may use, the noise's last.
  std::vector<std::string> formula_names(Node v, const JsonValue& value) const {
    std::vector<std::string> names = possible_inputs(v);
    if (const auto noise_name = value.find("noise_name")) names.push_back(noise_name->string());
    return names;
  }

  /// How many levels an input has; 0 for a number.
  std::size_t input_levels(Node v, const std::string& name, const JsonValue& at) const {
    for (const ExogenousVariable& each : exogenous_)
      if (each.name == name) {
        if (each.noise.get_if<BernoulliNoise>()) return 2;
        const auto* levels = each.noise.get_if<CategoricalNoise>();
        return levels ? levels->probabilities.size() : 0;
      }
    const auto parent = graph_.find(name);
    if (parent && graph_.has_directed(*parent, v)) return variables_[*parent].levels.size();
    at.fail(ErrorCode::json_value, "'" + name + "'",
            "a parent of '" + graph_.name(v) + "' in the graph or an exogenous variable",
            suggestion(name, possible_inputs(v)));
  }

  std::vector<std::size_t> discrete_inputs(Node v, const JsonValue& list, const std::vector<std::string>& names) const {
    std::vector<std::size_t> levels;
    double configurations = 1;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::size_t count = input_levels(v, names[i], list);
      if (count == 0) list.fail(ErrorCode::json_value, "'" + names[i] + "', a number", "variables with levels");
      configurations *= static_cast<double>(count);
      levels.push_back(count);
    }
    if (configurations > static_cast<double>(most_configurations))
      list.fail(ErrorCode::json_value, "too many configurations", "at most " + std::to_string(most_configurations));
    return levels;
  }

  /// The rows of a table or lookup in row-major order; every configuration once.
  std::vector<JsonValue> rows_of(const JsonValue& object, std::span<const std::size_t> levels) const {
    std::vector<std::optional<JsonValue>> rows(detail::configuration_count(levels));
    for (const auto& [key, value] : object.members()) {
      std::size_t row = 0;
      const std::vector<std::size_t> indices = indices_of(value, key, levels);
      for (std::size_t c = 0; c < indices.size(); ++c) row = row * levels[c] + indices[c];
      if (rows[row]) value.fail(ErrorCode::json_value, "a configuration that stands there twice", "each once");
      rows[row] = value;
    }
    std::vector<JsonValue> found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (!rows[row]) {
        std::string key;
        std::size_t rest = row;
        for (std::size_t c = levels.size(); c-- > 0; rest /= levels[c])
          key = std::to_string(rest % levels[c]) + (key.empty() ? "" : ",") + key;
        object.fail(ErrorCode::json_missing_key, "no row '" + key + "'", "one for every configuration of the inputs");
      }
      found.push_back(*rows[row]);
    }
    return found;
  }

  /// intercept and coefficients; `inputs` gathers the names in the order of their first mention.
  LinearPredictor predictor_of(Node v, const JsonValue& value, std::vector<std::string>& inputs) const {
    LinearPredictor predictor;
    if (const auto intercept = value.find("intercept")) predictor.intercept = intercept->number();
    predictor.terms.resize(inputs.size());
    const auto coefficients = value.find("coefficients");
    if (!coefficients) return predictor;
    for (const auto& [key, coefficient] : coefficients->members()) {
      const auto [name, level] = split_level(v, key);
      const std::size_t levels = input_levels(v, name, coefficient);
      std::size_t at = static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), name) - inputs.begin());
      if (at == inputs.size()) inputs.push_back(name);
      if (predictor.terms.size() < inputs.size()) predictor.terms.resize(inputs.size());
      LinearTerm& term = predictor.terms[at];
      if (!level) {
        if (levels > 2)
          coefficient.fail(ErrorCode::json_value,
                           "one coefficient for '" + name + "', which has " + std::to_string(levels) + " levels",
                           "a coefficient a level, as in \"" + name + "=LEVEL\"");
        if (!term.level_effects.empty())
          coefficient.fail(ErrorCode::json_value, "'" + name + "' by value and by level", "one of them");
        term.slope = coefficient.number();
        continue;
      }
      const std::vector<std::string>& texts = variables_[*graph_.find(name)].levels;
      const auto found = std::find(texts.begin(), texts.end(), *level);
      if (found == texts.end())
        coefficient.fail(ErrorCode::json_value, "'" + *level + "'", "a level of '" + name + "'",
                         suggestion(*level, texts));
      if (term.slope != 0)
        coefficient.fail(ErrorCode::json_value, "'" + name + "' by value and by level", "one of them");
      term.level_effects.resize(levels);
      term.level_effects[static_cast<std::size_t>(found - texts.begin())] = coefficient.number();
    }
    return predictor;
  }

  /// "dept=B" as dept and B; a name that holds '=' itself wins.
  std::pair<std::string, std::optional<std::string>> split_level(Node v, const std::string& key) const {
    std::pair<std::string, std::optional<std::string>> best{key, std::nullopt};
    std::size_t longest = 0;
    for (const Node parent : graph_.parents(v)) {
      const std::string& name = graph_.name(parent);
      if (name == key) return {key, std::nullopt};
      if (variables_[parent].has_levels() && key.size() > name.size() && key.starts_with(name) &&
          key[name.size()] == '=' && name.size() >= longest) {
        longest = name.size();
        best = {name, key.substr(name.size() + 1)};
      }
    }
    return best;
  }

  NodeMechanism mechanism_of(Node v, const JsonValue& value) const {
    switch (static_cast<Kind>(value.at("kind").choice(mechanism_kinds))) {
      case Kind::noise:
        value.allow_keys({"kind", "noise"});
        return {NoiseMechanism(noise_from_json(value.at("noise"))), {}};
      case Kind::linear: {
        value.allow_keys({"kind", "intercept", "coefficients", "noise"});
        std::vector<std::string> inputs;
        LinearPredictor predictor = predictor_of(v, value, inputs);
        return {LinearMechanism(std::move(predictor), noise_from_json(value.at("noise"))), std::move(inputs)};
      }
      case Kind::formula: return formula_of(v, value);
      case Kind::lookup: {
        value.allow_keys({"kind", "inputs", "values"});
        const std::vector<std::string> inputs = value.at("inputs").strings();
        const std::vector<std::size_t> levels = discrete_inputs(v, value.at("inputs"), inputs);
        const std::size_t own = std::max<std::size_t>(1, variables_[v].levels.size());
        std::vector<std::size_t> values;
        for (const JsonValue& row : rows_of(value.at("values"), levels))
          values.push_back(static_cast<std::size_t>(row.integer_within(0, static_cast<std::int64_t>(own) - 1)));
        return {LookupMechanism(levels, own, std::move(values)), inputs};
      }
      case Kind::table: {
        value.allow_keys({"kind", "parents", "probabilities", "coupling"});
        const auto parents = value.find("parents");
        const std::vector<std::string> inputs = parents ? parents->strings() : std::vector<std::string>{};
        const std::vector<std::size_t> levels =
            parents ? discrete_inputs(v, *parents, inputs) : std::vector<std::size_t>{};
        const std::size_t own = variables_[v].levels.size();
        std::vector<double> table;
        for (const JsonValue& row : rows_of(value.at("probabilities"), levels)) {
          const std::vector<double> p = row.numbers();
          if (p.size() != own)
            row.fail(ErrorCode::json_value, std::to_string(p.size()) + " probabilities",
                     std::to_string(own) + ", one a level");
          made_at(row, [&] { return Noise(CategoricalNoise{p}); });
          table.insert(table.end(), p.begin(), p.end());
        }
        return {TableMechanism(ProbabilityTable(levels, own, std::move(table)), coupling_of(value)), inputs};
      }
      case Kind::logistic: return logistic_of(v, value);
    }
    value.fail(ErrorCode::json_value, "an unknown kind", "a mechanism");
  }

  NodeMechanism formula_of(Node v, const JsonValue& value) const {
    value.allow_keys({"kind", "formula", "noise", "noise_name"});
    const JsonValue text = value.at("formula");
    const auto noise_name = value.find("noise_name");
    const Noise noise =
        noise_name || value.find("noise") ? noise_from_json(value.at("noise")) : Noise(ConstantNoise{0});
    const std::vector<std::string> names = formula_names(v, value);
    const std::string formula_text = text.string();
    const Formula formula(formula_text, names, text.place());
    std::vector<std::string> inputs;
    for (std::size_t k = 0; k < names.size() - (noise_name ? 1 : 0); ++k)
      if (formula.occurrences(k) > 0) inputs.push_back(names[k]);
    return {FormulaMechanism(formula_text, inputs, noise, noise_name ? noise_name->string() : "", text.place()),
            inputs};
  }

  NodeMechanism logistic_of(Node v, const JsonValue& value) const {
    value.allow_keys({"kind", "intercept", "coefficients", "scores", "coupling"});
    const std::vector<std::string>& levels = variables_[v].levels;
    std::vector<std::string> inputs;
    std::vector<LinearPredictor> scores;
    if (const auto by_level = value.find("scores")) {
      if (value.find("intercept") || value.find("coefficients"))
        by_level->fail(ErrorCode::json_value, "scores beside an intercept or coefficients", "one of them");
      scores.resize(levels.empty() ? 0 : levels.size() - 1);
      std::vector<char> given(scores.size());
      for (const auto& [text, score] : by_level->members()) {
        const auto found = std::find(levels.begin(), levels.end(), text);
        if (found == levels.begin() || found == levels.end())
          score.fail(ErrorCode::json_value, "'" + text + "'",
                     "a level of '" + graph_.name(v) + "' other than the first, the reference",
                     suggestion(text, levels));
        score.allow_keys({"intercept", "coefficients"});
        const auto k = static_cast<std::size_t>(found - levels.begin()) - 1;
        scores[k] = predictor_of(v, score, inputs);
        given[k] = 1;
      }
      for (std::size_t k = 0; k < given.size(); ++k)
        if (given[k] == 0)
          by_level->fail(ErrorCode::json_missing_key, "no score for '" + levels[k + 1] + "'",
                         "one for every level but the first");
    } else {
      if (levels.size() != 2)
        value.fail(ErrorCode::json_missing_key, "no 'scores'", "a score for every level but the first");
      scores.push_back(predictor_of(v, value, inputs));
    }
    for (LinearPredictor& score : scores) {
      score.terms.resize(inputs.size());
      for (std::size_t c = 0; c < inputs.size(); ++c)  // an input that another score names by level
        if (const std::size_t count = input_levels(v, inputs[c], value); count > 2)
          score.terms[c].level_effects.resize(count);
    }
    return {LogisticMechanism(LogisticProbabilities(inputs.size(), std::move(scores)), coupling_of(value)), inputs};
  }

  void check_levels(Node v, const AnyMechanism& mechanism, const JsonValue& value) const {
    const VariableSpec& variable = variables_[v];
    const bool is_number = !variable.has_levels();
    if (is_number && mechanism.level_count() != 0)
      value.fail(ErrorCode::json_value, "a mechanism with levels for '" + variable.name + "', a number",
                 "a binary or categorical variable");
    if (is_number) return;
    if (mechanism.get_if<LinearMechanism>())
      value.fail(ErrorCode::json_value, "a linear mechanism for '" + variable.name + "', which has levels",
                 "a number, or a logistic mechanism");
    const auto* root = mechanism.get_if<NoiseMechanism>();
    if (root == nullptr) return;
    std::size_t levels = 0;
    if (root->noise().get_if<BernoulliNoise>()) levels = 2;
    if (const auto* categorical = root->noise().get_if<CategoricalNoise>()) levels = categorical->probabilities.size();
    if (const auto* constant = root->noise().get_if<ConstantNoise>())
      if (constant->value >= 0 && constant->value < static_cast<double>(variable.levels.size()) &&
          constant->value == std::floor(constant->value))
        levels = variable.levels.size();
    if (levels != variable.levels.size())
      value.fail(ErrorCode::json_value, "noise with " + std::to_string(levels) + " levels for '" + variable.name + "'",
                 std::to_string(variable.levels.size()));
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
  const JsonDocument document = read_json(path);
  return scm_from_json(document.root());
}

}  // namespace equipoise::inline v0
