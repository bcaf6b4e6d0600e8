// The design matrix of a node's main regressors.
#pragma once

#include <span>

#include <Eigen/Core>

#include <equipoise/scm/node_data.hpp>

namespace equipoise::inline v0::detail {

/// rows x regressors.
inline Eigen::MatrixXd main_design(const NodeData& data, std::span<const Regressor> regressors) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(data.rows), static_cast<Eigen::Index>(regressors.size()));
  for (std::size_t j = 0; j < regressors.size(); ++j)
    for (std::size_t i = 0; i < data.rows; ++i)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          regressors[j](data.inputs[regressors[j].input][i]);
  return x;
}

}  // namespace equipoise::inline v0::detail
