#include "scm/district_fits.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>
#include <utility>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/held_out.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/residual_iterative_conditional_fitting.hpp>
#include <equipoise/scm/shared_normals.hpp>

namespace equipoise::inline v0::detail {
namespace {

/// The distinct columns that the members' equations are made of, and the equations.
struct Design {
  struct Source {
    const double* values;
    Regressor regressor;
  };
  std::vector<Source> columns;
  CorrelatedRegressions model;

  explicit Design(const DistrictData& district) {
    for (const NodeData& member : district.members) model.responses.push_back(column({member.value, {}}));
    for (const NodeData& member : district.members) {
      model.regressors.emplace_back();
      for (const Regressor& regressor : main_regressors(member.input_levels))
        model.regressors.back().push_back(column({member.inputs[regressor.input], regressor}));
    }
    model.siblings = district.siblings;
  }

  Eigen::MatrixXd matrix(std::size_t rows) const {
    Eigen::MatrixXd x(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (std::size_t i = 0; i < rows; ++i)
        x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = columns[c].regressor(columns[c].values[i]);
    return x;
  }

 private:
  std::size_t column(const Source& wanted) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const Source& each) {
      return each.values == wanted.values && each.regressor.level == wanted.regressor.level;
    });
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
    columns.push_back(wanted);
    return columns.size() - 1;
  }
};

/// The equations with their intercepts.
struct LinearDistrict {
  CorrelatedRegressionsFit fit;
  std::vector<double> intercepts;

  LinearDistrict(const Design& design, const Eigen::MatrixXd& x, std::span<const double> weights,
                 const RicfOptions& options) {
    const Eigen::Map<const Eigen::VectorXd> w(weights.data(), x.rows());
    const Eigen::VectorXd means = x.transpose() * w / w.sum();
    Eigen::MatrixXd centred = x.rowwise() - means.transpose();
    centred.array().colwise() *= (w / w.sum()).array().sqrt();
    fit = fit_correlated_regressions(design.model, centred.transpose() * centred, options);
    for (std::size_t i = 0; i < design.model.responses.size(); ++i) {
      intercepts.push_back(means[static_cast<Eigen::Index>(design.model.responses[i])]);
      for (std::size_t k = 0; k < design.model.regressors[i].size(); ++k)
        intercepts.back() -= fit.coefficients[i][static_cast<Eigen::Index>(k)] *
                             means[static_cast<Eigen::Index>(design.model.regressors[i][k])];
    }
  }

  /// By member, each row's ln density given the members before.
  std::vector<std::vector<double>> log_likelihoods(const Design& design, const Eigen::MatrixXd& x) const {
    const auto size = static_cast<Eigen::Index>(intercepts.size());
    Eigen::MatrixXd noise(x.rows(), size);
    for (Eigen::Index i = 0; i < size; ++i) {
      const auto member = static_cast<std::size_t>(i);
      noise.col(i) = x.col(static_cast<Eigen::Index>(design.model.responses[member])).array() - intercepts[member];
      for (std::size_t k = 0; k < design.model.regressors[member].size(); ++k)
        noise.col(i) -= fit.coefficients[member][static_cast<Eigen::Index>(k)] *
                        x.col(static_cast<Eigen::Index>(design.model.regressors[member][k]));
    }
    const Eigen::MatrixXd factor = cholesky_lower(fit.noise_covariance);
    std::vector<std::vector<double>> result;
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < i; ++j) noise.col(i) -= factor(i, j) * noise.col(j);
      noise.col(i) /= factor(i, i);
      const double constant = -std::log(factor(i, i)) - 0.5 * std::log(2 * std::numbers::pi);
      result.emplace_back(static_cast<std::size_t>(x.rows()));
      for (Eigen::Index row = 0; row < x.rows(); ++row)
        result.back()[static_cast<std::size_t>(row)] = constant - 0.5 * noise(row, i) * noise(row, i);
    }
    return result;
  }
};

std::string two_decimals(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string listed(const DistrictData& district) {
  std::string text;
  for (std::size_t i = 0; i < district.names.size(); ++i)
    text += (i == 0 ? "'" : i + 1 == district.names.size() ? " and '" : ", '") + district.names[i] + "'";
  return text;
}

/// The arrows whose coefficients other values could stand for, with the same distribution, near the fit. What is known
/// of a district is what it makes of its other causes (Tian 2005): T = A B_out and Sigma = A Omega A', A = (I - B)^-1.
/// A coefficient is told apart where no direction in which both stay as they are, to first order, moves it.
class LocalIdentification {
 public:
  LocalIdentification(const Design& design, const LinearDistrict& fitted)
      : design_(design), size_(static_cast<Eigen::Index>(design.model.responses.size())) {
    const auto others = static_cast<Eigen::Index>(design.columns.size());
    Eigen::MatrixXd by_column = Eigen::MatrixXd::Zero(size_, others);
    a_ = Eigen::MatrixXd::Identity(size_, size_);
    for (Eigen::Index i = 0; i < size_; ++i) {  // causes before effects
      const auto& regressors = design.model.regressors[static_cast<std::size_t>(i)];
      for (std::size_t k = 0; k < regressors.size(); ++k) {
        const double b = fitted.fit.coefficients[static_cast<std::size_t>(i)][static_cast<Eigen::Index>(k)];
        if (const auto j = member(regressors[k])) {
          a_.row(i) += b * a_.row(*j);
          by_column.row(i) += b * by_column.row(*j);
        } else {
          by_column(i, static_cast<Eigen::Index>(regressors[k])) += b;
        }
      }
    }
    through_ = by_column;
    sigma_ = a_ * fitted.fit.noise_covariance * a_.transpose();
    const Eigen::VectorXd units = sigma_.diagonal().cwiseSqrt().cwiseInverse();
    sigma_ = units.asDiagonal() * sigma_ * units.asDiagonal();
    through_ = units.asDiagonal() * through_;
    for (Eigen::Index c = 0; c < others; ++c)
      if (const double length = through_.col(c).norm(); length > 0) through_.col(c) /= length;
    a_ = units.asDiagonal() * a_;
  }

  /// [response][regressor]
  std::vector<std::vector<bool>> unidentified() const {
    std::vector<Eigen::VectorXd> directions;
    for (Eigen::Index i = 0; i < size_; ++i)
      for (const std::size_t regressor : design_.model.regressors[static_cast<std::size_t>(i)])
        directions.push_back(of_coefficient(i, regressor));
    const std::size_t coefficients = directions.size();
    for (Eigen::Index i = 0; i < size_; ++i) {
      directions.push_back(of_covariance(i, i));
      for (const std::size_t j : design_.model.siblings[static_cast<std::size_t>(i)])
        if (static_cast<Eigen::Index>(j) > i) directions.push_back(of_covariance(i, static_cast<Eigen::Index>(j)));
    }
    const auto count = static_cast<Eigen::Index>(directions.size());
    Eigen::MatrixXd jacobian(directions.front().size(), count);
    for (Eigen::Index k = 0; k < count; ++k) {
      const Eigen::VectorXd& direction = directions[static_cast<std::size_t>(k)];
      jacobian.col(k) = direction / std::max(direction.norm(), 1e-300);
    }
    const SymmetricEigen spectrum = symmetric_eigen(jacobian.transpose() * jacobian);
    constexpr double flat = 1e-9, moved = 1e-4;
    std::vector<bool> free(coefficients);
    for (Eigen::Index e = 0; e < count && spectrum.values[e] < flat; ++e)
      for (std::size_t k = 0; k < coefficients; ++k)
        free[k] = free[k] || std::abs(spectrum.vectors(static_cast<Eigen::Index>(k), e)) > moved;
    std::vector<std::vector<bool>> result;
    std::size_t next = 0;
    for (const auto& regressors : design_.model.regressors) {
      result.emplace_back();
      for (std::size_t k = 0; k < regressors.size(); ++k) result.back().push_back(free[next++]);
    }
    return result;
  }

 private:
  std::optional<Eigen::Index> member(std::size_t column) const {
    const auto& responses = design_.model.responses;
    const auto found = std::find(responses.begin(), responses.end(), column);
    if (found == responses.end()) return std::nullopt;
    return static_cast<Eigen::Index>(found - responses.begin());
  }

  Eigen::VectorXd flattened(const Eigen::MatrixXd& through, const Eigen::MatrixXd& sigma) const {
    Eigen::VectorXd result(through.size() + sigma.size());
    result << through.reshaped(), sigma.reshaped();
    return result;
  }
  Eigen::VectorXd of_coefficient(Eigen::Index i, std::size_t regressor) const {
    Eigen::MatrixXd through = Eigen::MatrixXd::Zero(through_.rows(), through_.cols());
    Eigen::MatrixXd sigma = Eigen::MatrixXd::Zero(size_, size_);
    if (const auto j = member(regressor)) {
      through = a_.col(i) * through_.row(*j);
      sigma = a_.col(i) * sigma_.row(*j);
      sigma += sigma.transpose().eval();
    } else {
      through.col(static_cast<Eigen::Index>(regressor)) = a_.col(i);
    }
    return flattened(through, sigma);
  }
  Eigen::VectorXd of_covariance(Eigen::Index i, Eigen::Index j) const {
    const Eigen::MatrixXd half = a_.col(i) * a_.col(j).transpose();
    return flattened(Eigen::MatrixXd::Zero(through_.rows(), through_.cols()), half + half.transpose());
  }

  const Design& design_;
  Eigen::Index size_;
  Eigen::MatrixXd a_, through_, sigma_;  ///< in units of the responses' deviations
};

/// As "'X' -> 'Y', 'Z' -> 'Y'".
std::string unidentified_arrows(const DistrictData& district, const Design& design, const LinearDistrict& fitted) {
  const auto unidentified = LocalIdentification(design, fitted).unidentified();
  std::string text;
  for (std::size_t i = 0; i < unidentified.size(); ++i) {
    const NodeData& member = district.members[i];
    const std::vector<Regressor> regressors = main_regressors(member.input_levels);
    std::vector<bool> named(member.inputs.size());
    for (std::size_t k = 0; k < regressors.size(); ++k) {
      const std::size_t input = regressors[k].input;
      if (!unidentified[i][k] || named[input]) continue;
      named[input] = true;
      text += (text.empty() ? "'" : ", '") + member.input_names[input] + "' -> '" + district.names[i] + "'";
    }
  }
  return text;
}

std::vector<NodeFit> reports_of(const DistrictData& district, const LinearDistrict& fitted) {
  std::vector<NodeFit> reports;
  for (std::size_t i = 0; i < district.members.size(); ++i) {
    NodeFit report{.variable = district.names[i], .mechanism = "linear, correlated normal noise"};
    report.iterations = fitted.fit.likelihood_by_sweep.size();
    report.converged = fitted.fit.converged;
    const auto row = static_cast<Eigen::Index>(i);
    for (const std::size_t j : district.siblings[i]) {
      const auto column = static_cast<Eigen::Index>(j);
      const Eigen::MatrixXd& omega = fitted.fit.noise_covariance;
      report.notes.push_back("its noise and that of '" + district.names[j] + "' correlate by " +
                             two_decimals(omega(row, column) / std::sqrt(omega(row, row) * omega(column, column))));
    }
    report.notes.push_back("fitted together with its hidden common causes: no other form than the linear was tried");
    if (district.members[i].integer) report.notes.push_back("whole numbers fitted as continuous ones");
    reports.push_back(std::move(report));
  }
  return reports;
}

/// Mechanisms, shared causes and what there is to warn of.
void assemble(const DistrictData& district, const Design& design, const LinearDistrict& fitted, DistrictFit& into) {
  const SharedNormals normals = shared_normals(fitted.fit.noise_covariance);
  std::string joined;
  std::vector<std::vector<double>> loadings(district.members.size());
  for (const SharedNormal& normal : normals.shared) {
    SharedCause cause{NormalNoise{0, 1}, {}};
    for (const auto& [member, loading] : normal.loadings) {
      cause.readers.push_back(member);
      loadings[member].push_back(loading);
    }
    for (std::size_t a = 0; a < cause.readers.size(); ++a)
      for (std::size_t b = a + 1; b < cause.readers.size(); ++b) {
        const std::size_t first = cause.readers[a], second = cause.readers[b];
        const auto& known = district.siblings[first];
        const std::string edge = "'" + district.names[first] + "' <-> '" + district.names[second] + "'";
        if (!std::binary_search(known.begin(), known.end(), second) && joined.find(edge) == std::string::npos)
          joined += (joined.empty() ? "" : ", ") + edge;
      }
    into.causes.push_back(std::move(cause));
  }
  for (std::size_t i = 0; i < district.members.size(); ++i) {
    const NodeData& member = district.members[i];
    LinearPredictor predictor =
        predictor_from(fitted.intercepts[i],
                       {fitted.fit.coefficients[i].data(), static_cast<std::size_t>(fitted.fit.coefficients[i].size())},
                       main_regressors(member.input_levels), member.input_levels);
    for (const double loading : loadings[i]) predictor.terms.push_back({loading, {}});
    into.mechanisms.push_back(LinearMechanism(
        std::move(predictor), NormalNoise{0, std::sqrt(normals.own_variances[static_cast<Eigen::Index>(i)])}));
  }
  if (!joined.empty())
    into.warnings.push_back("the noises of " + listed(district) +
                            " correlate too much for a hidden cause a pair: they share hidden causes that also join " +
                            joined + ", whose noises stay uncorrelated");
  if (const std::string arrows = unidentified_arrows(district, design, fitted); !arrows.empty())
    into.warnings.push_back("data do not tell the effects " + arrows +
                            " from hidden common causes: the observed distribution is fitted, and these coefficients "
                            "are some of those that give it");
}

}  // namespace

DistrictOutcome fit_linear_district(const DistrictData& district, std::span<const double> weights,
                                    const std::vector<std::vector<double>>& folds) {
  constexpr std::size_t most_columns = 400;
  const Design design(district);
  if (design.columns.size() > most_columns)
    return "it takes " + std::to_string(design.columns.size()) + " regressors, more than " +
           std::to_string(most_columns);
  try {
    const Eigen::MatrixXd x = design.matrix(weights.size());
    const LinearDistrict fitted(design, x, weights, {});
    DistrictFit result;
    result.reports = reports_of(district, fitted);
    const auto on_all = fitted.log_likelihoods(design, x);
    std::vector<HeldOut> scores(district.members.size(), HeldOut{std::vector<double>(weights.size()), 0});
    for_each_fold(weights, folds, [&](std::span<const double> rest, std::span<const double> fold, double held) {
      const auto seen =
          LinearDistrict(design, x, rest, {.tolerance = 1e-6, .max_sweeps = 500}).log_likelihoods(design, x);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        scores[i].add(fold, seen[i]);
        scores[i].total_weight += held;
      }
    });
    for (std::size_t i = 0; i < scores.size(); ++i) {
      NodeFit& report = result.reports[i];
      report.log_likelihood = mean_log_likelihood(on_all[i], weights);
      report.held_out = scores[i].total_weight > 0 ? scores[i].mean() : report.log_likelihood;
    }
    assemble(district, design, fitted, result);
    return result;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::singular) throw;
    return "their noises cannot be told apart (one is a combination of others)";
  }
}

}  // namespace equipoise::inline v0::detail
