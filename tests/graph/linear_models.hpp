// Random linear models on a graph: what adjustment sets and instruments are worth, in closed form.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include <Eigen/Dense>

#include <equipoise/graph/causal_graph.hpp>

#include "graph/all_paths.hpp"

namespace equipoise::testing {

/// V = B V + noise, a bidirected edge being a hidden standard normal variable that adds to both its ends.
struct LinearModel {
  Eigen::MatrixXd coefficients;  ///< B(child, parent)
  Eigen::MatrixXd covariance;    ///< of the observed nodes

  LinearModel(std::mt19937_64& random, const CausalGraph& graph) {
    const auto n = static_cast<Eigen::Index>(graph.size());
    std::uniform_real_distribution<double> size(0.3, 1.5);
    const auto either_sign = [&] { return (random() % 2 == 0 ? 1 : -1) * size(random); };
    coefficients = Eigen::MatrixXd::Zero(n, n);
    Eigen::MatrixXd noise = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index v = 0; v < n; ++v) {
      noise(v, v) += size(random);
      for (const Node p : graph.parents(static_cast<Node>(v)))
        coefficients(v, static_cast<Eigen::Index>(p)) = either_sign();
      for (const Node s : graph.siblings(static_cast<Node>(v))) {
        const auto w = static_cast<Eigen::Index>(s);
        if (w < v) continue;
        const double to_v = either_sign(), to_w = either_sign();
        noise(v, v) += to_v * to_v;
        noise(w, w) += to_w * to_w;
        noise(v, w) += to_v * to_w;
        noise(w, v) += to_v * to_w;
      }
    }
    const Eigen::MatrixXd total = effects();
    covariance = total * noise * total.transpose();
  }
  /// The total effect of a column's node on a row's.
  Eigen::MatrixXd effects() const {
    return (Eigen::MatrixXd::Identity(coefficients.rows(), coefficients.cols()) - coefficients).inverse();
  }
  /// cov(a, b | given).
  double covariance_given(Node a, Node b, Mask given) const {
    std::vector<Eigen::Index> at;
    for (std::size_t v = 0; v < static_cast<std::size_t>(covariance.rows()); ++v)
      if (given >> v & 1) at.push_back(static_cast<Eigen::Index>(v));
    const auto i = static_cast<Eigen::Index>(a), j = static_cast<Eigen::Index>(b);
    const Eigen::MatrixXd known = covariance(at, at);
    const Eigen::VectorXd of_a = covariance(at, i), of_b = covariance(at, j);
    return covariance(i, j) - (at.empty() ? 0.0 : of_a.dot(known.ldlt().solve(of_b)));
  }
};

}  // namespace equipoise::testing
