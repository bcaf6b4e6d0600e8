// Maximum likelihood of linear-Gaussian models whose noises are correlated: directed edges are coefficients, bidirected
// edges are covariances of noises.
//
// Source: Drton, Eichler, Richardson, "Computing maximum likelihood estimates in recursive linear models with
// correlated errors", JMLR 10, 2009. One variable is fitted at a time, all else held: given the other noises e_-i its
// own has mean sum of omega_ik Z_k over its siblings k, where Z = Omega_-i,-i^-1 e_-i, so that regressing the variable
// on its parents and the pseudo-variables Z maximises the likelihood over its coefficients and covariances. The
// likelihood never falls. The paper is about graphs without a bow (X -> Y and X <-> Y); the step is as true with one,
// where the parameters need not be identified: then those directions that the likelihood does not tell apart stay as
// they were, and the likelihood alone means something.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

struct RicfOptions {
  /// A sweep that changes no coefficient and no covariance by more ends the fit; variables in units of their
  /// deviations.
  double tolerance = 1e-9;
  std::size_t max_sweeps = 5'000;
};

/// V = B V + noise, noise ~ normal(0, Omega).
struct LinearGaussianFit {
  Eigen::MatrixXd coefficients;      ///< B, variables x variables: row an effect, column a cause
  Eigen::MatrixXd noise_covariance;  ///< Omega, 0 where there is no bidirected edge
  double log_likelihood = 0;         ///< mean a person, in natural logarithms
  std::size_t sweeps = 0;            ///< of the district that took most
  bool converged = true;             ///< non-convergence is told, not thrown
};

namespace detail {

/// Regressions whose noises are correlated, over the columns of one covariance matrix. Their equations are acyclic.
struct CorrelatedRegressions {
  std::vector<std::size_t> responses;                ///< a column each
  std::vector<std::vector<std::size_t>> regressors;  ///< columns, by response
  std::vector<std::vector<std::size_t>> siblings;    ///< indices of responses, by response
};

struct CorrelatedRegressionsFit {
  std::vector<Eigen::VectorXd> coefficients;  ///< by response, in the order of its regressors
  Eigen::MatrixXd noise_covariance;
  double log_likelihood = 0;                ///< of the responses given the other columns, mean a person
  std::vector<double> likelihood_by_sweep;  ///< the same after each sweep
  bool converged = false;
};

/// One fit under way, in units of each column's deviation.
class ResidualIterativeConditionalFitting {
 public:
  ResidualIterativeConditionalFitting(const CorrelatedRegressions& model, const Eigen::MatrixXd& covariance)
      : model_(model), size_(static_cast<Eigen::Index>(model.responses.size())), s_(covariance) {
    scales_ = s_.diagonal().cwiseMax(0).cwiseSqrt();
    for (Eigen::Index c = 0; c < s_.cols(); ++c)
      if (!(scales_[c] > 0)) scales_[c] = 1;
    for (Eigen::Index c = 0; c < s_.cols(); ++c)
      for (Eigen::Index r = 0; r < s_.rows(); ++r) s_(r, c) /= scales_[r] * scales_[c];
    residuals_ = Eigen::MatrixXd::Zero(size_, s_.cols());
    for (Eigen::Index i = 0; i < size_; ++i) residuals_(i, column(i)) = 1;
    omega_ = precision_ = Eigen::MatrixXd::Identity(size_, size_);
    for (Eigen::Index i = 0; i < size_; ++i) update(i, false);
  }

  CorrelatedRegressionsFit run(const RicfOptions& options) {
    CorrelatedRegressionsFit fit;
    const bool correlated = std::any_of(model_.siblings.begin(), model_.siblings.end(),
                                        [](const std::vector<std::size_t>& each) { return !each.empty(); });
    while (!fit.converged && !runs_away() && fit.likelihood_by_sweep.size() < options.max_sweeps) {
      precision_ = inverse_spd(omega_);  // anew: the updates of a sweep gather rounding
      double change = 0;
      for (Eigen::Index i = 0; correlated && i < size_ && !runs_away(); ++i) change = std::max(change, update(i, true));
      fit.likelihood_by_sweep.push_back(log_likelihood());
      fit.converged = change <= options.tolerance && !runs_away();
    }
    fit.log_likelihood = fit.likelihood_by_sweep.empty() ? log_likelihood() : fit.likelihood_by_sweep.back();
    fit.noise_covariance = omega_;
    for (Eigen::Index i = 0; i < size_; ++i) {
      const auto& regressors = model_.regressors[static_cast<std::size_t>(i)];
      Eigen::VectorXd b(static_cast<Eigen::Index>(regressors.size()));
      for (Eigen::Index k = 0; k < b.size(); ++k) {
        const auto from = static_cast<Eigen::Index>(regressors[static_cast<std::size_t>(k)]);
        b[k] = -residuals_(i, from) * scales_[column(i)] / scales_[from];
      }
      fit.coefficients.push_back(std::move(b));
      for (Eigen::Index j = 0; j < size_; ++j) fit.noise_covariance(i, j) *= scales_[column(i)] * scales_[column(j)];
    }
    return fit;
  }

 private:
  // A noise has this share of its variable's variance at least, whatever the others explain of it.
  static constexpr double least_variance = 1e-9;

  Eigen::Index column(Eigen::Index i) const {
    return static_cast<Eigen::Index>(model_.responses[static_cast<std::size_t>(i)]);
  }

  /// With a bow the likelihood may have no maximum, and rise for ever as noises become one and grow.
  bool runs_away() const { return omega_.diagonal().cwiseProduct(precision_.diagonal()).maxCoeff() > 1e7; }

  /// Maximises the likelihood over the coefficients of i and, where `correlated`, its covariances. Returns the greatest
  /// change.
  double update(Eigen::Index i, bool correlated) {
    const auto& regressors = model_.regressors[static_cast<std::size_t>(i)];
    static const std::vector<std::size_t> none;
    const auto& siblings = correlated ? model_.siblings[static_cast<std::size_t>(i)] : none;
    const auto own = static_cast<Eigen::Index>(regressors.size()),
               all = own + static_cast<Eigen::Index>(siblings.size());
    const auto sibling = [&](Eigen::Index k) {
      return static_cast<Eigen::Index>(siblings[static_cast<std::size_t>(k - own)]);
    };
    remove_from_precision(i);
    // What is regressed on, each as a combination of the columns; and the parameters as they stand.
    Eigen::MatrixXd combinations = Eigen::MatrixXd::Zero(all, s_.cols());
    Eigen::VectorXd parameters(all);
    for (Eigen::Index k = 0; k < own; ++k) {
      const auto from = static_cast<Eigen::Index>(regressors[static_cast<std::size_t>(k)]);
      combinations(k, from) = 1;
      parameters[k] = -residuals_(i, from);
    }
    for (Eigen::Index k = own; k < all; ++k) {
      for (Eigen::Index j = 0; j < size_; ++j)
        if (j != i && precision_(sibling(k), j) != 0)
          combinations.row(k) += precision_(sibling(k), j) * residuals_.row(j);
      parameters[k] = omega_(i, sibling(k));
    }
    const Eigen::MatrixXd shared = combinations * s_;
    const Eigen::MatrixXd moments = shared * combinations.transpose();
    const Eigen::VectorXd target = shared.col(column(i));
    const Eigen::VectorXd step = least_change(moments, target - moments * parameters);
    parameters += step;
    const double left = s_(column(i), column(i)) - 2 * parameters.dot(target) + parameters.dot(moments * parameters);
    const double conditional_variance = std::max(left, least_variance);

    double change = step.size() > 0 ? step.cwiseAbs().maxCoeff() : 0;
    for (Eigen::Index k = 0; k < own; ++k)
      residuals_(i, static_cast<Eigen::Index>(regressors[static_cast<std::size_t>(k)])) = -parameters[k];
    Eigen::VectorXd covariances = Eigen::VectorXd::Zero(size_);
    for (Eigen::Index k = own; k < all; ++k) covariances[sibling(k)] = parameters[k];
    const Eigen::VectorXd slopes = precision_ * covariances;
    const double variance = conditional_variance + covariances.dot(slopes);
    change = std::max(change, std::abs(variance - omega_(i, i)));
    omega_.row(i) = covariances.transpose();
    omega_.col(i) = covariances;
    omega_(i, i) = variance;
    // The inverse of the whole from that of the others, by blocks.
    precision_ += slopes * slopes.transpose() / conditional_variance;
    precision_.row(i) = -slopes.transpose() / conditional_variance;
    precision_.col(i) = -slopes / conditional_variance;
    precision_(i, i) = 1 / conditional_variance;
    return change;
  }

  /// Turns the inverse of Omega into that of Omega without i, with a row and a column of zeros.
  void remove_from_precision(Eigen::Index i) {
    const Eigen::VectorXd edge = precision_.col(i);
    precision_ -= edge * edge.transpose() / edge[i];
    precision_.row(i).setZero();
    precision_.col(i).setZero();
  }

  /// The least x, regressors in units of their deviations, with moments x = target; along what regressors explain of
  /// each other it is 0.
  static Eigen::VectorXd least_change(Eigen::MatrixXd moments, Eigen::VectorXd target) {
    constexpr double dependent = 1e-12;
    if (target.size() == 0) return target;
    Eigen::VectorXd units = moments.diagonal().cwiseMax(0).cwiseSqrt();
    for (Eigen::Index k = 0; k < units.size(); ++k) units[k] = units[k] > 0 ? 1 / units[k] : 0;
    moments = units.asDiagonal() * moments * units.asDiagonal();
    target = target.cwiseProduct(units);
    const SymmetricEigen spectrum = symmetric_eigen(moments);
    Eigen::VectorXd along = spectrum.vectors.transpose() * target;
    for (Eigen::Index k = 0; k < along.size(); ++k)
      along[k] = spectrum.values[k] > dependent * static_cast<double>(along.size()) ? along[k] / spectrum.values[k] : 0;
    return units.cwiseProduct(spectrum.vectors * along);
  }

  /// ln density of the responses, in their own units: the equations' Jacobian is 1.
  double log_likelihood() const {
    const Eigen::MatrixXd spread = residuals_ * s_ * residuals_.transpose();
    double logs = 0;
    for (Eigen::Index i = 0; i < size_; ++i) logs += std::log(scales_[column(i)]);
    return -0.5 * (static_cast<double>(size_) * std::log(2 * std::numbers::pi) + log_determinant_spd(omega_) +
                   solve_spd(omega_, spread).trace()) -
           logs;
  }

  const CorrelatedRegressions& model_;
  Eigen::Index size_;
  Eigen::MatrixXd s_;
  Eigen::VectorXd scales_;
  Eigen::MatrixXd residuals_;  ///< responses x columns: each noise as a combination of the columns
  Eigen::MatrixXd omega_, precision_;
};

inline CorrelatedRegressionsFit fit_correlated_regressions(const CorrelatedRegressions& model,
                                                           const Eigen::MatrixXd& covariance,
                                                           const RicfOptions& options = {}) {
  return ResidualIterativeConditionalFitting(model, covariance).run(options);
}

}  // namespace detail

/// Fits B and Omega of a linear-Gaussian model by maximum likelihood to the covariance of weighted data (divided by the
/// total weight, not by one less). covariance: variables x variables, in the graph's order, read whole. Exact after the
/// first sweep in districts of one variable, where it is least squares; elsewhere a local maximum. A sweep costs
/// O(d (d + p)^2 s) in a district of d variables with p parents outside and s parents and siblings a variable.
/// Deterministic. Throws singular where the covariance is not positive definite.
inline LinearGaussianFit fit_linear_gaussian(const CausalGraph& graph, const Eigen::MatrixXd& covariance,
                                             const RicfOptions& options = {}) {
  const auto n = static_cast<Eigen::Index>(graph.size());
  assert(covariance.rows() == n && covariance.cols() == n);
  cholesky_lower(covariance);  // for its refusal
  LinearGaussianFit fit{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, n)};
  for (const NodeSet& district : districts(graph, graph.all())) {
    const std::vector<Node> members(district.begin(), district.end());
    detail::CorrelatedRegressions model;
    for (const Node v : members) {
      model.responses.push_back(v);
      model.regressors.emplace_back(graph.parents(v).begin(), graph.parents(v).end());
      model.siblings.emplace_back();
      for (std::size_t j = 0; j < members.size(); ++j)
        if (graph.has_bidirected(v, members[j])) model.siblings.back().push_back(j);
    }
    const detail::CorrelatedRegressionsFit part = detail::fit_correlated_regressions(model, covariance, options);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(members[i]);
      for (std::size_t k = 0; k < model.regressors[i].size(); ++k)
        fit.coefficients(row, static_cast<Eigen::Index>(model.regressors[i][k])) =
            part.coefficients[i][static_cast<Eigen::Index>(k)];
      for (std::size_t j = 0; j < members.size(); ++j)
        fit.noise_covariance(row, static_cast<Eigen::Index>(members[j])) =
            part.noise_covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    }
    fit.log_likelihood += part.log_likelihood;
    fit.sweeps = std::max(fit.sweeps, part.likelihood_by_sweep.size());
    fit.converged = fit.converged && part.converged;
  }
  return fit;
}

}  // namespace equipoise::inline v0
