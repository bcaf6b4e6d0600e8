#include "scm/shared_normal_abduction.hpp"

#include <algorithm>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/linear_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

/// residual = loadings times the exogenous variables + own noise.
struct LinearReaders {
  Eigen::VectorXd means, precisions;  ///< of the exogenous variables
  Eigen::MatrixXd loadings;           ///< readers x exogenous variables
  Eigen::VectorXd own_means, own_precisions;
  bool normal = true;

  LinearReaders(const Scm& scm, const ExogenousComponent& component)
      : means(static_cast<Eigen::Index>(component.exogenous.size())),
        precisions(means.size()),
        loadings(Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(component.readers.size()), means.size())),
        own_means(loadings.rows()),
        own_precisions(loadings.rows()) {
    for (std::size_t e = 0; normal && e < component.exogenous.size(); ++e) {
      const auto* noise = scm.exogenous()[component.exogenous[e]].noise.get_if<NormalNoise>();
      if (!(normal = noise != nullptr)) break;
      means[static_cast<Eigen::Index>(e)] = noise->mean;
      precisions[static_cast<Eigen::Index>(e)] = 1 / (noise->scale * noise->scale);
    }
    for (std::size_t r = 0; normal && r < component.readers.size(); ++r) {
      const Node v = component.readers[r];
      const auto* linear = scm.mechanism(v).get_if<LinearMechanism>();
      const auto* noise = linear == nullptr ? nullptr : linear->noise().get_if<NormalNoise>();
      if (!(normal = noise != nullptr)) break;
      const auto row = static_cast<Eigen::Index>(r);
      own_means[row] = noise->mean;
      own_precisions[row] = 1 / (noise->scale * noise->scale);
      for (std::size_t c = 0; c < scm.inputs(v).size(); ++c) {
        if (!scm.inputs(v)[c].exogenous) continue;
        const auto e = std::find(component.exogenous.begin(), component.exogenous.end(), scm.inputs(v)[c].index);
        loadings(row, e - component.exogenous.begin()) = linear->predictor().terms[c].slope;
        normal = normal && linear->predictor().terms[c].level_effects.empty();
      }
    }
  }
};

}  // namespace

bool abduct_shared_normals(const Scm& scm, const ExogenousComponent& component, const BlockColumns& factual,
                           RowBlock rows, const RandomStream& stream, std::vector<std::vector<double>>& exogenous) {
  const LinearReaders model(scm, component);
  if (!model.normal) return false;
  const auto size = static_cast<Eigen::Index>(rows.size);
  for (const std::size_t e : component.exogenous) std::fill(exogenous[e].begin(), exogenous[e].end(), 0.0);
  Eigen::MatrixXd residuals(size, model.loadings.rows());
  std::vector<const double*> inputs;
  for (std::size_t r = 0; r < component.readers.size(); ++r) {
    const Node v = component.readers[r];
    factual.inputs_of(scm, v, inputs);
    double* const column[] = {residuals.col(static_cast<Eigen::Index>(r)).data()};
    for_rows_of(scm, v, [&] { scm.mechanism(v).abduct(inputs, factual.nodes[v], rows, column); });
  }
  for (Eigen::Index r = 0; r < residuals.cols(); ++r) residuals.col(r).array() -= model.own_means[r];
  // Given the residuals the exogenous variables are normal, of this precision and mean. Row by row in plain loops, so
  // that a row's bits do not depend on the rows about it.
  const Eigen::MatrixXd weighted = model.loadings.transpose() * model.own_precisions.asDiagonal();
  Eigen::MatrixXd precision = weighted * model.loadings;
  precision.diagonal() += model.precisions;
  const Eigen::MatrixXd covariance = inverse_spd(precision), factor = cholesky_lower(covariance);
  const Eigen::MatrixXd gains = covariance * weighted;
  const Eigen::VectorXd prior = covariance * model.precisions.cwiseProduct(model.means);
  std::vector<double> normals(component.exogenous.size());
  for (Eigen::Index i = 0; i < size; ++i) {
    fill_normal(stream, (rows.first + static_cast<std::size_t>(i)) * normals.size(), normals);
    for (std::size_t e = 0; e < component.exogenous.size(); ++e) {
      const auto k = static_cast<Eigen::Index>(e);
      double value = prior[k];
      for (Eigen::Index r = 0; r < gains.cols(); ++r) value += gains(k, r) * residuals(i, r);
      for (Eigen::Index j = 0; j <= k; ++j) value += factor(k, j) * normals[static_cast<std::size_t>(j)];
      exogenous[component.exogenous[e]][static_cast<std::size_t>(i)] = value;
    }
  }
  return true;
}

}  // namespace equipoise::inline v0::detail
