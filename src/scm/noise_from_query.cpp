#include <equipoise/scm/noise_from_query.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

struct Parameter {
  std::string_view name;
  std::optional<double> fallback = {};
};

/// A family whose parameters are so many numbers.
struct NamedFamily {
  std::string_view name;
  std::vector<Parameter> parameters;
  Noise::Family (*make)(const std::vector<double>& values);
};

const std::array<NamedFamily, 9>& named_families() {
  using Values = const std::vector<double>&;
  static const std::array<NamedFamily, 9> families{{
      {"constant", {{"value"}}, [](Values v) -> Noise::Family { return ConstantNoise{v[0]}; }},
      {"bernoulli", {{"p"}}, [](Values v) -> Noise::Family { return BernoulliNoise{v[0]}; }},
      {"normal",
       {{"mean", 0}, {"scale", 1}},
       [](Values v) -> Noise::Family {
         return NormalNoise{v[0], v[1]};
       }},
      {"uniform",
       {{"low", 0}, {"high", 1}},
       [](Values v) -> Noise::Family {
         return UniformNoise{v[0], v[1]};
       }},
      {"laplace",
       {{"mean", 0}, {"scale", 1}},
       [](Values v) -> Noise::Family {
         return LaplaceNoise{v[0], v[1]};
       }},
      {"student_t",
       {{"df"}, {"mean", 0}, {"scale", 1}},
       [](Values v) -> Noise::Family {
         return StudentTNoise{v[0], v[1], v[2]};
       }},
      {"gamma",
       {{"shape"}, {"scale", 1}},
       [](Values v) -> Noise::Family {
         return GammaNoise{v[0], v[1]};
       }},
      {"exponential", {{"scale", 1}}, [](Values v) -> Noise::Family { return ExponentialNoise{v[0]}; }},
      {"poisson", {{"rate"}}, [](Values v) -> Noise::Family { return PoissonNoise{v[0]}; }},
  }};
  return families;
}

class NoiseBinder {
 public:
  NoiseBinder(const QueryDistribution& distribution, std::string_view place)
      : distribution_(distribution),
        name_(distribution.name.text),
        place_(place),
        at_(std::string(place) + ":" + std::to_string(distribution.name.column)) {}

  Noise noise() const {
    try {
      return Noise(family());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::value_out_of_range || error.place().starts_with(place_)) throw;
      const std::string parameter = error.place().empty() ? "" : error.place() + ": ";
      throw Error(error.code(), at_, parameter + error.found(), error.expected(), error.hint());
    }
  }

 private:
  [[noreturn]] void fail(std::string found, std::string expected, std::string hint = {}) const {
    throw Error(ErrorCode::query_syntax, at_, std::move(found), std::move(expected), std::move(hint));
  }

  Noise::Family family() const {
    if (name_ == "categorical") return categorical();
    if (name_ == "mixture") return mixture();
    for (const NamedFamily& family : named_families())
      if (family.name == name_) return family.make(values(family));
    std::vector<std::string_view> known{"categorical", "mixture"};
    for (const NamedFamily& family : named_families()) known.push_back(family.name);
    std::string names;
    for (const std::string_view each : known) names += (names.empty() ? "" : ", ") + std::string(each);
    fail("unknown distribution '" + name_ + "'", "one of " + names, suggestion(name_, known));
  }

  double number(const QueryArgument& argument) const {
    if (const double* value = std::get_if<double>(&argument.value)) return *value;
    fail("a distribution as a parameter of '" + name_ + "'", "a number");
  }

  std::vector<double> values(const NamedFamily& family) const {
    const std::vector<Parameter>& parameters = family.parameters;
    std::vector<std::optional<double>> given(parameters.size());
    std::size_t position = 0;
    bool by_name = false;
    for (const QueryArgument& argument : distribution_.arguments) {
      by_name = by_name || !argument.name.empty();
      if (by_name && argument.name.empty())
        fail("a parameter of '" + name_ + "' by position after one by name", "names from there on");
      const std::size_t which = by_name ? named(parameters, argument.name) : position++;
      if (which >= parameters.size())
        fail(std::to_string(distribution_.arguments.size()) + " parameters of '" + name_ + "'",
             std::to_string(parameters.size()) + " at most: " + listed(parameters));
      if (given[which]) fail("'" + std::string(parameters[which].name) + "' of '" + name_ + "' twice", "each once");
      given[which] = number(argument);
    }
    std::vector<double> values;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      if (!given[k] && !parameters[k].fallback)
        fail("'" + name_ + "' without '" + std::string(parameters[k].name) + "'", listed(parameters));
      values.push_back(given[k] ? *given[k] : *parameters[k].fallback);
    }
    return values;
  }

  std::size_t named(const std::vector<Parameter>& parameters, const std::string& name) const {
    std::vector<std::string_view> known;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      if (parameters[k].name == name) return k;
      known.push_back(parameters[k].name);
    }
    fail("unknown parameter '" + name + "' of '" + name_ + "'", listed(parameters), suggestion(name, known));
  }

  std::string listed(const std::vector<Parameter>& parameters) const {
    std::string text;
    for (const Parameter& each : parameters) text += (text.empty() ? "" : ", ") + std::string(each.name);
    return name_ + "(" + text + ")";
  }

  Noise::Family categorical() const {
    CategoricalNoise noise;
    for (const QueryArgument& argument : distribution_.arguments) {
      const std::string expected = "p" + std::to_string(noise.probabilities.size());
      if (!argument.name.empty() && argument.name != expected)
        fail("the parameter '" + argument.name + "' of 'categorical'",
             "'" + expected + "' there: the probabilities in the order of the levels");
      noise.probabilities.push_back(number(argument));
    }
    return noise;
  }

  Noise::Family mixture() const {
    const std::vector<QueryArgument>& arguments = distribution_.arguments;
    const std::string expected =
        "a weight before each distribution, as in mixture(0.3, normal(0, 1), 0.7, normal(4, 1))";
    if (arguments.size() % 2 != 0) fail("a mixture of " + std::to_string(arguments.size()) + " parameters", expected);
    MixtureNoise noise;
    for (std::size_t k = 0; k < arguments.size(); k += 2) {
      const double* weight = std::get_if<double>(&arguments[k].value);
      const auto* component = std::get_if<std::vector<QueryDistribution>>(&arguments[k + 1].value);
      if (weight == nullptr || component == nullptr || !arguments[k].name.empty() || !arguments[k + 1].name.empty())
        fail("parameters of a mixture in another order", expected);
      noise.weights.push_back(*weight);
      noise.components.push_back(noise_of(component->front(), place_));
    }
    return noise;
  }

  const QueryDistribution& distribution_;
  const std::string& name_;
  std::string_view place_;
  std::string at_;
};

}  // namespace

Noise noise_of(const QueryDistribution& distribution, std::string_view place) {
  return NoiseBinder(distribution, place).noise();
}

}  // namespace equipoise::inline v0
