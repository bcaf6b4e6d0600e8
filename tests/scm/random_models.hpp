// Random models with known answers, for tests.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::testing {

/// A linear-Gaussian model and its matrices: V = intercept + B V + U, B strictly lower triangular.
struct LinearGaussian {
  Scm scm;
  Eigen::MatrixXd coefficients;
  Eigen::VectorXd intercepts, scales;
};

inline LinearGaussian random_linear_gaussian(RowStream& random, std::size_t size) {
  const auto n = static_cast<Eigen::Index>(size);
  LinearGaussian model{{}, Eigen::MatrixXd::Zero(n, n), Eigen::VectorXd::Zero(n), Eigen::VectorXd::Zero(n)};
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  for (std::size_t v = 0; v < size; ++v) {
    names.push_back("V" + std::to_string(v));
    variables.push_back({names.back(), ColumnType::continuous, {}});
  }
  for (std::size_t v = 0; v < size; ++v) {
    const auto row = static_cast<Eigen::Index>(v);
    model.intercepts[row] = 4 * random.uniform() - 2;
    model.scales[row] = 0.5 + random.uniform();
    LinearPredictor predictor{model.intercepts[row], {}};
    std::vector<std::string> inputs;
    for (std::size_t p = 0; p < v; ++p) {
      if (random.uniform() < 0.4) continue;
      const double slope = 3 * random.uniform() - 1.5;
      model.coefficients(row, static_cast<Eigen::Index>(p)) = slope;
      predictor.terms.push_back({slope, {}});
      inputs.push_back(names[p]);
      edges.emplace_back(names[p], names[v]);
    }
    mechanisms.push_back({LinearMechanism(predictor, Noise(NormalNoise{0, model.scales[row]})), inputs});
  }
  model.scm = Scm(CausalGraph(names, edges), variables, mechanisms);
  return model;
}

/// A model of formulas that are invertible and not linear, and its functions by value: value = functions[v](values of
/// all variables, noise), of which v reads its parents alone.
struct NonlinearModel {
  Scm scm;
  std::vector<std::function<double(const Eigen::VectorXd&, double)>> functions;

  /// The noise behind sample(scm, rows, {.seed = seed}): rows x variables.
  Eigen::MatrixXd noise(std::size_t rows, std::uint64_t seed) const {
    Eigen::MatrixXd noise(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(scm.size()));
    for (Node v = 0; v < scm.size(); ++v) {
      double* const column[] = {noise.data() + v * rows};
      const RandomStream stream({.seed = seed, .purpose = Purpose::sample, .point = static_cast<std::uint32_t>(v)});
      scm.mechanism(v).draw_noise(stream, {0, rows}, column);
    }
    return noise;
  }
};

inline NonlinearModel random_nonlinear_model(RowStream& random, std::size_t size) {
  NonlinearModel model;
  std::vector<std::string> names;
  std::vector<NamedEdge> edges;
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  for (std::size_t v = 0; v < size; ++v) {
    names.push_back("V" + std::to_string(v));
    variables.push_back({names.back(), ColumnType::continuous, {}});
  }
  for (std::size_t v = 0; v < size; ++v) {
    std::vector<std::string> inputs;
    std::vector<Eigen::Index> parents;
    std::vector<double> weights;
    std::string location = "0.25";  // a bounded function of the parents
    for (std::size_t p = 0; p < v; ++p) {
      if (random.uniform() < 0.4) continue;
      weights.push_back(3 * random.uniform() - 1.5);
      parents.push_back(static_cast<Eigen::Index>(p));
      inputs.push_back(names[p]);
      edges.emplace_back(names[p], names[v]);
      location += " + " + shortest(weights.back()) + " * tanh(" + names[p] + ")";
    }
    const auto at = [parents, weights](const Eigen::VectorXd& values) {
      double location_value = 0.25;
      for (std::size_t k = 0; k < parents.size(); ++k) location_value += weights[k] * std::tanh(values[parents[k]]);
      return location_value;
    };
    std::string formula;
    switch (random() % 4) {
      case 0:
        formula = location + " + N";
        model.functions.push_back([at](const Eigen::VectorXd& x, double n) { return at(x) + n; });
        break;
      case 1:
        formula = "(" + location + ") + N * exp(0.2 * (" + location + "))";
        model.functions.push_back(
            [at](const Eigen::VectorXd& x, double n) { return at(x) + n * std::exp(0.2 * at(x)); });
        break;
      case 2:
        formula = "exp(0.3 * (" + location + ") - 0.5 * N)";
        model.functions.push_back([at](const Eigen::VectorXd& x, double n) { return std::exp(0.3 * at(x) - 0.5 * n); });
        break;
      default:
        formula = "3 - (" + location + " - N) / 2";
        model.functions.push_back([at](const Eigen::VectorXd& x, double n) { return 3 - (at(x) - n) / 2; });
    }
    mechanisms.push_back(
        {FormulaMechanism(formula, inputs, Noise(NormalNoise{0, 0.5 + random.uniform()}), "N"), inputs});
  }
  model.scm = Scm(CausalGraph(names, edges), variables, mechanisms);
  return model;
}

inline std::vector<double> random_distribution(RowStream& random, std::size_t levels) {
  std::vector<double> p(levels);
  double total = 0;
  for (double& each : p) total += each = 0.05 + random.uniform();
  for (double& each : p) each /= total;
  return p;
}

inline VariableSpec levels_variable(std::string name, std::size_t levels) {
  VariableSpec variable{std::move(name), levels == 2 ? ColumnType::binary : ColumnType::categorical, {}};
  for (std::size_t k = 0; k < levels; ++k) variable.levels.push_back(std::to_string(k));
  return variable;
}

}  // namespace equipoise::testing
