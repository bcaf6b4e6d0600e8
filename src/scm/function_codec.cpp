#include "scm/function_codec.hpp"

#include <algorithm>
#include <array>

#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

double intercept_of(const JsonValue& value) {
  const auto intercept = value.find("intercept");
  return intercept ? intercept->number() : 0;
}

const std::string& level_text(const NamedInput& input, std::size_t level) {
  if (level < input.levels.size()) return input.levels[level];
  throw Error(ErrorCode::scm_invalid, "input '" + input.name + "'", "an effect of its level " + std::to_string(level),
              "effects of its " + std::to_string(input.levels.size()) + " levels alone");
}

/// "X", or "dept=B" where a level is meant.
std::string cause_key(const NamedInput& input, std::optional<std::size_t> level) {
  return level ? input.name + "=" + level_text(input, *level) : input.name;
}

[[noreturn]] void refuse_number_of_levels(const JsonValue& at, const NamedInput& input) {
  at.fail(ErrorCode::json_value,
          "one coefficient for '" + input.name + "', which has " + std::to_string(input.levels.size()) + " levels",
          "a coefficient a level, as in \"" + input.name + "=LEVEL\"");
}

// Polynomials ----------------------------------------------------------------------------------------------

PolynomialTerm polynomial_term(const MechanismReading& reading, const JsonValue& value,
                               std::vector<std::string>& inputs) {
  value.allow_keys({"coefficient", "powers"});
  PolynomialTerm term{value.at("coefficient").number(), {}};
  for (const auto& [key, power] : value.at("powers").members()) {
    const MechanismReading::Cause cause = reading.cause(key, power);
    if (!cause.level && cause.input.levels.size() > 2) refuse_number_of_levels(power, cause.input);
    const std::int64_t greatest = cause.level ? 1 : static_cast<std::int64_t>(PolynomialFunction::greatest_power);
    const auto times = static_cast<std::size_t>(power.integer_within(1, greatest));
    term.factors.push_back({position_in(inputs, cause.input.name), times, cause.level});
  }
  return term;
}

NamedFunction polynomial_from_json(const MechanismReading& reading, const JsonValue& value) {
  std::vector<std::string> inputs;
  std::vector<PolynomialTerm> terms;
  for (const JsonValue& term : value.at("terms").items())
    terms.push_back(made_at(term, [&] {
      PolynomialTerm read = polynomial_term(reading, term, inputs);
      if (read.factors.empty())
        term.at("powers").fail(ErrorCode::json_value, "a term without causes", "one at least, or an \"intercept\"");
      return read;
    }));
  const double intercept = intercept_of(value);
  return {made_at(value, [&] { return PolynomialFunction(inputs.size(), intercept, terms); }), inputs};
}

void put(const PolynomialFunction& polynomial, std::span<const NamedInput> inputs, Json& into) {
  into["intercept"] = polynomial.intercept();
  into["terms"] = Json::array();
  for (const PolynomialTerm& term : polynomial.terms()) {
    Json powers = Json::object();
    for (const PolynomialFactor& factor : term.factors)
      powers[cause_key(inputs[factor.input], factor.level)] = factor.level ? 1 : factor.power;
    into["terms"].push_back({{"coefficient", term.coefficient}, {"powers", std::move(powers)}});
  }
}

// Splines --------------------------------------------------------------------------------------------------

LinearTerm level_effects(const JsonValue& value, const NamedInput& input) {
  LinearTerm term{0, std::vector<double>(input.levels.size())};
  for (const auto& [text, effect] : value.members()) {
    const auto found = std::find(input.levels.begin(), input.levels.end(), text);
    if (found == input.levels.end())
      effect.fail(ErrorCode::json_value, "'" + text + "'", "a level of '" + input.name + "'",
                  suggestion(text, input.levels));
    term.level_effects[static_cast<std::size_t>(found - input.levels.begin())] = effect.number();
  }
  return term;
}

SplineTerm spline_term(const JsonValue& value, const NamedInput& input) {
  if (value.is_number()) {
    if (input.levels.size() > 2) refuse_number_of_levels(value, input);
    return LinearTerm{value.number(), {}};
  }
  if (!input.levels.empty()) return level_effects(value, input);
  value.allow_keys({"knots", "values"});
  return made_at(value, [&] { return NaturalSpline(value.at("knots").numbers(), value.at("values").numbers()); });
}

NamedFunction spline_from_json(const MechanismReading& reading, const JsonValue& value) {
  std::vector<std::string> inputs;
  std::vector<SplineTerm> terms;
  for (const auto& [name, term] : value.at("terms").members()) {
    terms.push_back(spline_term(term, reading.input(name, term)));
    inputs.push_back(name);
  }
  return {SplineFunction(intercept_of(value), std::move(terms)), inputs};
}

Json spline_term_to_json(const SplineTerm& term, const NamedInput& input) {
  if (const auto* curve = std::get_if<NaturalSpline>(&term))
    return {{"knots", curve->knots()}, {"values", curve->values()}};
  const auto& linear = std::get<LinearTerm>(term);
  if (linear.level_effects.empty()) return linear.slope;
  Json effects = Json::object();
  for (std::size_t k = 0; k < linear.level_effects.size(); ++k)
    if (linear.level_effects[k] != 0) effects[level_text(input, k)] = linear.level_effects[k];
  return effects;
}

void put(const SplineFunction& spline, std::span<const NamedInput> inputs, Json& into) {
  into["intercept"] = spline.intercept();
  into["terms"] = Json::object();
  for (std::size_t c = 0; c < inputs.size(); ++c)
    into["terms"][inputs[c].name] = spline_term_to_json(spline.terms()[c], inputs[c]);
}

// Perceptrons ----------------------------------------------------------------------------------------------

PerceptronInput perceptron_input(const JsonValue& value, const NamedInput& input) {
  value.allow_keys({"name", "mean", "scale"});
  const auto mean = value.find("mean"), scale = value.find("scale");
  if (!input.levels.empty() && !mean && !scale) return {0, 1, input.levels.size()};
  if (input.levels.size() > 2)
    (mean ? *mean : *scale)
        .fail(ErrorCode::json_value, "a number for '" + input.name + "', which has levels", "its name alone");
  return {mean ? mean->number() : 0, scale ? scale->number() : 1, 0};
}

PerceptronLayer perceptron_layer(const JsonValue& value, std::size_t columns) {
  value.allow_keys({"weights", "biases"});
  PerceptronLayer layer{{}, value.at("biases").numbers()};
  const std::vector<JsonValue> units = value.at("weights").items();
  if (units.size() != layer.units())
    value.at("weights").fail(ErrorCode::json_value, std::to_string(units.size()) + " lists of weights",
                             std::to_string(layer.units()) + ", one a unit, as there are biases");
  for (const JsonValue& unit : units) {
    const std::vector<double> weights = unit.numbers();
    if (weights.size() != columns)
      unit.fail(ErrorCode::json_value, std::to_string(weights.size()) + " weights",
                std::to_string(columns) + ", one for each number that the unit reads");
    layer.weights.insert(layer.weights.end(), weights.begin(), weights.end());
  }
  return layer;
}

NamedFunction perceptron_from_json(const MechanismReading& reading, const JsonValue& value) {
  static constexpr std::array<std::string_view, 2> activations{to_string(Activation::tanh),
                                                               to_string(Activation::relu)};
  std::vector<std::string> names;
  std::vector<PerceptronInput> inputs;
  std::size_t columns = 0;
  for (const JsonValue& input : value.at("inputs").items()) {
    names.push_back(input.at("name").string());
    inputs.push_back(perceptron_input(input, reading.input(names.back(), input.at("name"))));
    columns += inputs.back().columns();
  }
  std::vector<PerceptronLayer> layers;
  for (const JsonValue& layer : value.at("layers").items()) {
    layers.push_back(perceptron_layer(layer, columns));
    columns = layers.back().units();
  }
  const auto activation = static_cast<Activation>(value.at("activation").choice(activations));
  return {made_at(value, [&] { return PerceptronFunction(inputs, layers, activation); }), names};
}

void put(const PerceptronFunction& perceptron, std::span<const NamedInput> inputs, Json& into) {
  into["activation"] = to_string(perceptron.activation());
  into["inputs"] = Json::array();
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    const PerceptronInput& input = perceptron.inputs()[c];
    Json entry = {{"name", inputs[c].name}};
    if (input.levels == 0) entry["mean"] = input.mean, entry["scale"] = input.scale;
    into["inputs"].push_back(std::move(entry));
  }
  into["layers"] = Json::array();
  for (const PerceptronLayer& layer : perceptron.layers()) {
    const std::size_t columns = layer.units() == 0 ? 0 : layer.weights.size() / layer.units();
    Json weights = Json::array();
    for (std::size_t unit = 0; unit < layer.units(); ++unit)
      weights.push_back(std::vector<double>(layer.weights.begin() + static_cast<std::ptrdiff_t>(unit * columns),
                                            layer.weights.begin() + static_cast<std::ptrdiff_t>((unit + 1) * columns)));
    into["layers"].push_back({{"weights", std::move(weights)}, {"biases", layer.biases}});
  }
}

// Formulas -------------------------------------------------------------------------------------------------

NamedFunction formula_from_json(const MechanismReading& reading, const JsonValue& value) {
  const JsonValue text = value.at("formula");
  const std::vector<std::string> names = reading.possible_inputs();
  const Formula formula(text.string(), names, text.place());
  std::vector<std::string> inputs;
  for (std::size_t k = 0; k < names.size(); ++k)
    if (formula.occurrences(k) > 0) inputs.push_back(names[k]);
  return {FormulaFunction(formula.text(), inputs, text.place()), inputs};
}

void put(const FormulaFunction& formula, std::span<const NamedInput>, Json& into) { into["formula"] = formula.text(); }

void put(const LinearPredictor& predictor, std::span<const NamedInput> inputs, Json& into) {
  put_predictor(predictor, inputs, into);
}

}  // namespace

LinearPredictor predictor_from_json(const MechanismReading& reading, const JsonValue& value,
                                    std::vector<std::string>& inputs) {
  LinearPredictor predictor{intercept_of(value), {}};
  predictor.terms.resize(inputs.size());
  const auto coefficients = value.find("coefficients");
  if (!coefficients) return predictor;
  std::vector<char> by_value(inputs.size());
  for (const auto& [key, coefficient] : coefficients->members()) {
    const MechanismReading::Cause cause = reading.cause(key, coefficient);
    const std::size_t levels = cause.input.levels.size(), at = position_in(inputs, cause.input.name);
    predictor.terms.resize(inputs.size());
    by_value.resize(inputs.size());
    LinearTerm& term = predictor.terms[at];
    if (!cause.level && levels > 2) refuse_number_of_levels(coefficient, cause.input);
    if (cause.level ? by_value[at] != 0 : !term.level_effects.empty())
      coefficient.fail(ErrorCode::json_value, "'" + cause.input.name + "' by value and by level", "one of them");
    if (cause.level) {
      term.level_effects.resize(levels);
      term.level_effects[*cause.level] = coefficient.number();
    } else {
      term.slope = coefficient.number();
      by_value[at] = 1;
    }
  }
  return predictor;
}

void put_predictor(const LinearPredictor& predictor, std::span<const NamedInput> inputs, Json& into) {
  into["intercept"] = predictor.intercept;
  Json coefficients = Json::object();
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    const LinearTerm& term = predictor.terms[c];
    if (term.level_effects.empty()) coefficients[inputs[c].name] = term.slope;
    for (std::size_t k = 0; k < term.level_effects.size(); ++k)
      if (k > 0 || term.level_effects[k] != 0 || term.level_effects.size() == 1)
        coefficients[cause_key(inputs[c], k)] = term.level_effects[k];
  }
  into["coefficients"] = std::move(coefficients);
}

NamedFunction function_from_json(const MechanismReading& reading, const JsonValue& value, std::string_view beside) {
  static constexpr std::array<std::string_view, 5> kinds{"linear", "polynomial", "spline", "perceptron", "formula"};
  switch (value.at("kind").choice(kinds)) {
    case 0: {
      value.allow_keys({"kind", "intercept", "coefficients", beside});
      std::vector<std::string> inputs;
      LinearPredictor predictor = predictor_from_json(reading, value, inputs);
      return {std::move(predictor), std::move(inputs)};
    }
    case 1: value.allow_keys({"kind", "intercept", "terms", beside}); return polynomial_from_json(reading, value);
    case 2: value.allow_keys({"kind", "intercept", "terms", beside}); return spline_from_json(reading, value);
    case 3:
      value.allow_keys({"kind", "activation", "inputs", "layers", beside});
      return perceptron_from_json(reading, value);
    default: value.allow_keys({"kind", "formula", beside}); return formula_from_json(reading, value);
  }
}

Json function_to_json(const RegressionFunction& function, std::span<const NamedInput> inputs) {
  static constexpr std::array<const char*, 5> kinds{"linear", "polynomial", "spline", "perceptron", "formula"};
  std::vector<NamedInput> own;
  for (std::size_t k = 0; k < function.own_input_count(); ++k) own.push_back(inputs[function.position(k)]);
  Json json = {{"kind", kinds[function.form().index()]}};
  std::visit([&](const auto& f) { put(f, own, json); }, function.form());
  return json;
}

}  // namespace equipoise::inline v0
