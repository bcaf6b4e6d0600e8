// Random models with known answers, for tests.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/random.hpp>
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
