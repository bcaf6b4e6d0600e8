#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/ordinal_mechanism.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

struct Cause {
  std::string name;
  std::size_t levels = 0;
};

/// Models in which every kind of mechanism, function, noise and step stands sooner or later, over causes with and
/// without levels, some of them exogenous and shared.
class RandomModel {
 public:
  explicit RandomModel(std::uint64_t round)
      : random_(RandomStream({.seed = 141, .purpose = Purpose::test}).row(round)) {}

  Scm make() {
    exogenous_ = {{"U", NormalNoise{0, 1}}, {"C", CategoricalNoise{{0.2, 0.3, 0.5}}}, {"B", BernoulliNoise{0.4}}};
    causes_ = {{"U", 0}, {"C", 3}, {"B", 2}};
    const std::size_t size = 2 + below(6);
    for (std::size_t v = 0; v < size; ++v) add_variable("V" + std::to_string(v));
    return Scm(CausalGraph(names_, edges_), variables_, mechanisms_, exogenous_);
  }

  std::map<std::string, int> kinds;  ///< how often each was made

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_.uniform() * static_cast<double>(n)); }
  double number() { return std::exp(random_.uniform()) - 1.7; }
  double positive() { return 0.1 + random_.uniform(); }
  std::vector<double> numbers(std::size_t count) {
    std::vector<double> drawn(count);
    for (double& each : drawn) each = number();
    return drawn;
  }
  std::vector<double> ascending(std::size_t count) {
    std::vector<double> drawn{number()};
    while (drawn.size() < count) drawn.push_back(drawn.back() + positive());
    return drawn;
  }

  void add_variable(const std::string& name) {
    std::vector<Cause> inputs;
    for (const Cause& cause : causes_)
      if (random_.uniform() < 0.5) inputs.push_back(cause);
    if (inputs.empty()) inputs.push_back(causes_.front());
    std::swap(inputs[0], inputs[below(inputs.size())]);
    const bool number = random_.uniform() < 0.6;
    const std::size_t levels = number ? 0 : 2 + below(3);
    AnyMechanism mechanism = number ? number_mechanism(inputs) : level_mechanism(inputs, levels);
    NodeMechanism node{std::move(mechanism), {}};
    for (const Cause& cause : inputs) {
      node.inputs.push_back(cause.name);
      if (cause.name[0] == 'V') edges_.emplace_back(cause.name, name);
    }
    names_.push_back(name);
    causes_.push_back({name, levels});
    variables_.push_back(number ? VariableSpec{name, ColumnType::continuous, {}} : spec(name, levels));
    mechanisms_.push_back(std::move(node));
  }

  static VariableSpec spec(const std::string& name, std::size_t levels) {
    VariableSpec variable{name, levels == 2 ? ColumnType::binary : ColumnType::categorical, {}};
    for (std::size_t k = 0; k < levels; ++k) variable.levels.push_back("level=" + std::to_string(k) + " of " + name);
    return variable;
  }

  AnyMechanism number_mechanism(std::vector<Cause>& inputs) {
    const auto made = [&](const char* kind) { return kinds[kind]++, 0; };
    switch (below(6)) {
      case 0:
        made("noise");
        inputs.clear();
        return NoiseMechanism(noise());
      case 1: made("linear"); return LinearMechanism(predictor(inputs), noise());
      case 2: made("formula"); return formula(inputs);
      case 3: made("additive"); return AdditiveNoiseMechanism(function(inputs), noise());
      case 4: made("location-scale"); return LocationScaleMechanism(function(inputs), function(inputs), noise());
      default: made("post-nonlinear"); return post_nonlinear(inputs);
    }
  }

  AnyMechanism post_nonlinear(const std::vector<Cause>& inputs) {
    std::vector<MonotoneStep> steps{AffineStep{number(), 0.01}};
    const std::vector<MonotoneStep> all{
        PowerStep{positive()}, ExpStep{},     SinhStep{},
        AsinhStep{},           SigmoidStep{}, MonotoneSpline(ascending(4), ascending(4), ascending_slopes(4))};
    for (std::size_t k = 0; k < 1 + below(3); ++k) steps.push_back(all[below(all.size())]);
    if (random_.uniform() < 0.3) steps = {AsinhStep{}};
    if (random_.uniform() < 0.5)
      return PostNonlinearMechanism(AdditiveNoiseMechanism(function(inputs), noise()), MonotoneFunction(steps));
    return PostNonlinearLocationScaleMechanism(LocationScaleMechanism(function(inputs), function(inputs), noise()),
                                               MonotoneFunction(steps));
  }
  std::vector<double> ascending_slopes(std::size_t count) {
    std::vector<double> slopes(count);
    for (double& each : slopes) each = positive();
    return slopes;
  }

  AnyMechanism level_mechanism(std::vector<Cause>& inputs, std::size_t levels) {
    const Coupling coupling =
        std::vector{Coupling::unstated, Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}[below(4)];
    const auto made = [&](const char* kind) { return kinds[kind]++, 0; };
    switch (below(5)) {
      case 0:
        made("noise");
        inputs.clear();
        return NoiseMechanism(CategoricalNoise{equipoise::testing::random_distribution(random_, levels)});
      case 1: {
        made("logistic");
        std::vector<LinearPredictor> scores;
        for (std::size_t k = 1; k < levels; ++k) scores.push_back(predictor(inputs));
        // One input is read by level or by value in all scores.
        for (LinearPredictor& score : scores)
          for (std::size_t c = 0; c < inputs.size(); ++c)
            if (score.terms[c].level_effects.empty() != scores[0].terms[c].level_effects.empty())
              score.terms[c] = scores[0].terms[c];
        return LogisticMechanism(LogisticProbabilities(inputs.size(), scores), coupling);
      }
      case 2:
        made("ordinal");
        return OrdinalMechanism(
            OrdinalProbabilities(function(inputs), ascending(levels - 1), static_cast<OrdinalLink>(below(2))),
            coupling);
      default: break;
    }
    std::erase_if(inputs, [](const Cause& cause) { return cause.levels == 0; });
    std::vector<std::size_t> input_levels;
    for (const Cause& cause : inputs) input_levels.push_back(cause.levels);
    const std::size_t rows = detail::configuration_count(input_levels);
    if (random_.uniform() < 0.5) {
      made("lookup");
      std::vector<std::size_t> values(rows);
      for (std::size_t& each : values) each = below(levels);
      return LookupMechanism(input_levels, levels, values);
    }
    made("table");
    std::vector<double> table;
    for (std::size_t row = 0; row < rows; ++row)
      for (const double p : equipoise::testing::random_distribution(random_, levels)) table.push_back(p);
    return TableMechanism(ProbabilityTable(input_levels, levels, table), coupling);
  }

  LinearTerm linear_term(const Cause& cause) {
    if (cause.levels < 2 || (cause.levels == 2 && random_.uniform() < 0.5)) return {number(), {}};
    std::vector<double> effects = numbers(cause.levels);
    if (random_.uniform() < 0.5) effects[0] = 0;
    return {0, effects};
  }
  LinearPredictor predictor(const std::vector<Cause>& inputs) {
    LinearPredictor made{number(), {}};
    for (const Cause& cause : inputs) made.terms.push_back(linear_term(cause));
    return made;
  }

  /// Of some of the inputs, in an order of its own.
  RegressionFunction function(const std::vector<Cause>& inputs) {
    std::vector<std::size_t> order = draw_permutation(random_, inputs.size());
    order.resize(1 + below(inputs.size()));
    std::vector<Cause> own;
    for (const std::size_t at : order) own.push_back(inputs[at]);
    return form(own).reading(order, inputs.size());
  }
  RegressionFunction form(const std::vector<Cause>& inputs) {
    switch (below(5)) {
      case 0: kinds["linear function"]++; return predictor(inputs);
      case 1: kinds["polynomial"]++; return polynomial(inputs);
      case 2: kinds["spline"]++; return spline(inputs);
      case 3: kinds["perceptron"]++; return perceptron(inputs);
      default: {
        kinds["formula function"]++;
        std::vector<std::string> names;
        for (const Cause& cause : inputs) names.push_back(cause.name);
        return FormulaFunction("tanh(" + names.front() + ") - 0.1 * " + names.back(), names);
      }
    }
  }
  PolynomialFunction polynomial(const std::vector<Cause>& inputs) {
    std::vector<PolynomialTerm> terms;
    for (std::size_t t = 0; t < 1 + below(4); ++t) {
      PolynomialTerm term{0.1 * number(), {}};
      for (std::size_t f = 0; f < 1 + below(2); ++f) {
        const std::size_t at = below(inputs.size());
        if (inputs[at].levels > 2)
          term.factors.push_back({at, 1, below(inputs[at].levels)});
        else
          term.factors.push_back({at, 1 + below(3), {}});
      }
      terms.push_back(term);
    }
    return PolynomialFunction(inputs.size(), number(), terms);
  }
  SplineFunction spline(const std::vector<Cause>& inputs) {
    std::vector<SplineTerm> terms;
    for (const Cause& cause : inputs) {
      const std::size_t knots = 2 + below(4);
      if (cause.levels == 0 && random_.uniform() < 0.7)
        terms.push_back(NaturalSpline(ascending(knots), numbers(knots)));
      else
        terms.push_back(linear_term(cause));
    }
    return SplineFunction(number(), terms);
  }
  PerceptronFunction perceptron(const std::vector<Cause>& inputs) {
    std::vector<PerceptronInput> entries;
    std::size_t columns = 0;
    for (const Cause& cause : inputs) {
      entries.push_back({number(), positive(), 0});
      if (cause.levels > 2 || (cause.levels == 2 && random_.uniform() < 0.5)) entries.back() = {0, 1, cause.levels};
      columns += entries.back().columns();
    }
    std::vector<PerceptronLayer> layers;
    for (std::size_t l = 0; l < below(3); ++l) {
      const std::size_t units = 1 + below(4);
      layers.push_back({numbers(units * columns), numbers(units)});
      columns = units;
    }
    layers.push_back({numbers(columns), numbers(1)});
    return PerceptronFunction(entries, layers, static_cast<Activation>(below(2)));
  }

  AnyMechanism formula(std::vector<Cause>& inputs) {
    inputs.resize(1);
    const std::string& name = inputs[0].name;
    if (random_.uniform() < 0.5) return FormulaMechanism("0.3 * " + name + "^2", {name}, noise());
    return FormulaMechanism("tanh(" + name + " + N)", {name}, noise(), "N");
  }

  Noise noise() {
    const std::size_t family = below(12);
    kinds["noise family " + std::to_string(family)]++;
    switch (family) {
      case 0: return ConstantNoise{number()};
      case 1: return BernoulliNoise{0.3};
      case 2: return CategoricalNoise{equipoise::testing::random_distribution(random_, 4)};
      case 3: return NormalNoise{number(), positive()};
      case 4: return UniformNoise{number() - 3, number() + 3};
      case 5: return LaplaceNoise{number(), positive()};
      case 6: return StudentTNoise{3 + positive(), number(), positive()};
      case 7: return GammaNoise{positive(), positive()};
      case 8: return ExponentialNoise{positive()};
      case 9: return PoissonNoise{positive()};
      case 10: {
        const double p = random_.uniform();
        return MixtureNoise{{p, 1 - p}, {NormalNoise{number(), positive()}, LaplaceNoise{number(), positive()}}};
      }
      default:
        return random_.uniform() < 0.5 ? EmpiricalNoise(numbers(7)) : EmpiricalNoise(numbers(5), ascending_slopes(5));
    }
  }

  RowStream random_;
  std::vector<ExogenousVariable> exogenous_;
  std::vector<Cause> causes_;
  std::vector<std::string> names_;
  std::vector<NamedEdge> edges_;
  std::vector<VariableSpec> variables_;
  std::vector<NodeMechanism> mechanisms_;
};

/// Samples, or what the model says where a value leaves the range of doubles.
std::pair<Eigen::MatrixXd, std::string> outcome(const Scm& scm) {
  try {
    return {sample(scm, 60), ""};
  } catch (const Error& error) {
    return {Eigen::MatrixXd(), error.what()};
  }
}

}  // namespace

TEST_CASE("models of every kind read back from their files bit for bit") {
  std::map<std::string, int> kinds;
  int sampled = 0;
  for (std::uint64_t round = 0; round < 3000; ++round) {
    INFO(round);
    RandomModel random(round);
    const Scm scm = random.make();
    for (const auto& [kind, times] : random.kinds) kinds[kind] += times;
    const std::string text = scm_text(scm);
    const Scm again = parse_scm(text);
    REQUIRE(scm_text(again) == text);
    REQUIRE(again.graph() == scm.graph());
    const auto first = outcome(scm), second = outcome(again);
    REQUIRE(first.second == second.second);
    REQUIRE(first.first == second.first);
    sampled += first.second.empty();
  }
  CHECK(sampled > 2000);
  CHECK(kinds.size() == 27);
  for (const auto& [kind, times] : kinds) {
    INFO(kind);
    CHECK(times > 100);
  }
}
