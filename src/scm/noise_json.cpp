#include "scm/noise_json.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace equipoise::inline v0 {
namespace {

double number_or(const JsonValue& value, std::string_view key, double fallback) {
  const auto found = value.find(key);
  return found ? found->number() : fallback;
}

Noise::Family family_from_json(const JsonValue& value) {
  static constexpr std::array<std::string_view, 12> kinds{"constant",    "bernoulli", "categorical", "normal",
                                                          "uniform",     "laplace",   "student_t",   "gamma",
                                                          "exponential", "poisson",   "mixture",     "empirical"};
  switch (value.at("kind").choice(kinds)) {
    case 0: value.allow_keys({"kind", "value"}); return ConstantNoise{value.at("value").number()};
    case 1: value.allow_keys({"kind", "p"}); return BernoulliNoise{value.at("p").number_within(0, 1)};
    case 2: value.allow_keys({"kind", "probabilities"}); return CategoricalNoise{value.at("probabilities").numbers()};
    case 3:
      value.allow_keys({"kind", "mean", "scale"});
      return NormalNoise{number_or(value, "mean", 0), number_or(value, "scale", 1)};
    case 4:
      value.allow_keys({"kind", "low", "high"});
      return UniformNoise{number_or(value, "low", 0), number_or(value, "high", 1)};
    case 5:
      value.allow_keys({"kind", "mean", "scale"});
      return LaplaceNoise{number_or(value, "mean", 0), number_or(value, "scale", 1)};
    case 6:
      value.allow_keys({"kind", "df", "mean", "scale"});
      return StudentTNoise{value.at("df").number(), number_or(value, "mean", 0), number_or(value, "scale", 1)};
    case 7:
      value.allow_keys({"kind", "shape", "scale"});
      return GammaNoise{value.at("shape").number(), number_or(value, "scale", 1)};
    case 8: value.allow_keys({"kind", "scale"}); return ExponentialNoise{number_or(value, "scale", 1)};
    case 9: value.allow_keys({"kind", "rate"}); return PoissonNoise{value.at("rate").number()};
    case 10: {
      value.allow_keys({"kind", "weights", "components"});
      MixtureNoise mixture{value.at("weights").numbers(), {}};
      for (const JsonValue& component : value.at("components").items())
        mixture.components.push_back(noise_from_json(component));
      return mixture;
    }
    default: {
      value.allow_keys({"kind", "values", "weights"});
      const auto weights = value.find("weights");
      return EmpiricalNoise(value.at("values").numbers(), weights ? weights->numbers() : std::vector<double>{});
    }
  }
}

struct ToJson {
  Json operator()(const ConstantNoise& n) const { return {{"kind", "constant"}, {"value", n.value}}; }
  Json operator()(const BernoulliNoise& n) const { return {{"kind", "bernoulli"}, {"p", n.p}}; }
  Json operator()(const CategoricalNoise& n) const {
    return {{"kind", "categorical"}, {"probabilities", n.probabilities}};
  }
  Json operator()(const NormalNoise& n) const { return {{"kind", "normal"}, {"mean", n.mean}, {"scale", n.scale}}; }
  Json operator()(const UniformNoise& n) const { return {{"kind", "uniform"}, {"low", n.low}, {"high", n.high}}; }
  Json operator()(const LaplaceNoise& n) const { return {{"kind", "laplace"}, {"mean", n.mean}, {"scale", n.scale}}; }
  Json operator()(const StudentTNoise& n) const {
    return {{"kind", "student_t"}, {"df", n.df}, {"mean", n.mean}, {"scale", n.scale}};
  }
  Json operator()(const GammaNoise& n) const { return {{"kind", "gamma"}, {"shape", n.shape}, {"scale", n.scale}}; }
  Json operator()(const ExponentialNoise& n) const { return {{"kind", "exponential"}, {"scale", n.scale}}; }
  Json operator()(const PoissonNoise& n) const { return {{"kind", "poisson"}, {"rate", n.rate}}; }
  Json operator()(const MixtureNoise& n) const {
    Json components = Json::array();
    for (const Noise& component : n.components) components.push_back(noise_to_json(component));
    return {{"kind", "mixture"}, {"weights", n.weights}, {"components", components}};
  }
  Json operator()(const EmpiricalNoise& n) const {
    Json json = {{"kind", "empirical"}, {"values", n.values()}};
    const auto counts_once = [](double weight) { return weight == 1; };
    if (!std::all_of(n.weights().begin(), n.weights().end(), counts_once)) json["weights"] = n.weights();
    return json;
  }
};

}  // namespace

Noise noise_from_json(const JsonValue& value) {
  try {
    return Noise(family_from_json(value));
  } catch (const Error& error) {
    if (error.place().starts_with(value.file())) throw;
    value.fail(ErrorCode::json_value, error.found(), error.expected(), error.hint());
  }
}

Json noise_to_json(const Noise& noise) { return std::visit(ToJson{}, noise.family()); }

}  // namespace equipoise::inline v0
