// Penalised least squares of a sum of natural splines, its smoothness chosen by generalised cross-validation.
//
// Source: Green, Silverman, "Nonparametric regression and generalized linear models", 1994, chapters 2 to 4; Craven,
// Wahba, "Smoothing noisy data with spline functions", Numerische Mathematik 31, 1979, for the criterion. Penalised
// regression splines: the curve is bent at a few knots, and its roughness, the integral of its squared second
// derivative, is paid for.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/node_data.hpp>
#include <equipoise/scm/spline_function.hpp>

namespace equipoise::inline v0::detail {

/// A fit, and how many parameters it is worth: the trace of what takes responses to fitted values.
struct AdditiveSplineFit {
  SplineFunction function;
  double effective_parameters = 0;
};

/// The terms of one node, to be fitted to any response and weights: a curve for each number of at least four values,
/// linear terms for other numbers and for levels.
class AdditiveSplineRegression {
 public:
  /// Up to `most_knots` knots an input, at its quantiles over the rows. Reads `data` when it fits.
  explicit AdditiveSplineRegression(const NodeData& data, std::size_t most_knots = 10) : data_(data) {
    for (std::size_t c = 0; c < data.inputs.size(); ++c) {
      Term term{c, columns_, 0, data.input_levels[c], 1, {}, {}};
      const std::vector<double> knots =
          term.levels == 0 ? knots_of({data.inputs[c], data.rows}, most_knots) : std::vector<double>();
      if (knots.size() >= 4 && add_curve(term, knots)) {
        term.columns = knots.size();
      } else if (term.levels == 0) {
        for (std::size_t i = 0; i < data.rows; ++i) term.scale = std::max(term.scale, std::abs(data.inputs[c][i]));
        term.columns = 1;
      } else {
        term.columns = term.levels - 1;
      }
      columns_ += term.columns;
      terms_.push_back(std::move(term));
    }
  }

  std::size_t columns() const noexcept { return columns_; }
  bool has_curves() const {
    return std::any_of(terms_.begin(), terms_.end(), [](const Term& term) { return !term.basis.empty(); });
  }

  /// `people`: how many independent rows the weights stand for. O(rows x columns^2).
  AdditiveSplineFit fit(std::span<const double> response, std::span<const double> weights, double people) const {
    const Moments moments(*this, response, weights);
    return Smoothing(*this, moments, people).fit();
  }

 private:
  struct Term {
    std::size_t input, first, columns, levels;
    double scale;
    std::vector<NaturalSpline> basis;  ///< the curve that is 1 at one knot, for each knot; empty: linear
    Eigen::MatrixXd penalty;
  };

  /// False where the knots lie too close for a curve that is finite.
  static bool add_curve(Term& term, const std::vector<double>& knots) {
    const auto size = static_cast<Eigen::Index>(knots.size());
    std::vector<NaturalSpline> basis;
    try {
      for (std::size_t k = 0; k < knots.size(); ++k) {
        std::vector<double> unit(knots.size());
        unit[k] = 1;
        basis.emplace_back(knots, std::move(unit));
      }
    } catch (const Error&) {
      return false;
    }
    term.penalty.resize(size, size);
    for (Eigen::Index i = 0; i < size; ++i)
      for (Eigen::Index j = 0; j < size; ++j)
        term.penalty(i, j) = roughness(basis[static_cast<std::size_t>(i)], basis[static_cast<std::size_t>(j)]);
    if (!(term.penalty.trace() > 0 && std::isfinite(term.penalty.trace()))) return false;
    term.basis = std::move(basis);
    return true;
  }

  /// Ascending and apart; a number of few values has a knot at each.
  static std::vector<double> knots_of(std::span<const double> values, std::size_t most_knots) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> distinct = sorted;
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() <= most_knots) return distinct;
    const double width = distinct.back() - distinct.front();
    std::vector<double> knots;
    for (std::size_t k = 0; k < most_knots; ++k) {
      // Closer towards the ends, where rows are often sparse and quantiles far apart.
      const double turn = std::numbers::pi * static_cast<double>(k) / static_cast<double>(most_knots - 1);
      const double share = 0.005 + 0.99 * (1 - std::cos(turn)) / 2;
      const double knot = sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
      if (knots.empty() || knot > knots.back() + 1e-3 * width) knots.push_back(knot);
    }
    return knots;
  }

  /// Writes the term's columns at rows first, …, first + size - 1.
  void write_columns(const Term& term, std::size_t first, std::size_t size, Eigen::MatrixXd& block) const {
    const double* input = data_.inputs[term.input] + first;
    for (std::size_t j = 0; j < term.columns; ++j) {
      double* out = block.col(static_cast<Eigen::Index>(term.first + j)).data();
      if (!term.basis.empty()) {
        std::fill_n(out, size, 0.0);
        term.basis[j].add_to(input, size, out);
      } else {
        const Regressor regressor{term.input, term.levels == 0 ? 0 : j + 1};
        for (std::size_t i = 0; i < size; ++i) out[i] = regressor(input[i]) / term.scale;
      }
    }
  }

  /// Means and covariances of the columns and the response under the weights.
  struct Moments {
    Eigen::MatrixXd covariance;
    Eigen::VectorXd means, with_response;
    double response_mean = 0, response_variance = 0;

    Moments(const AdditiveSplineRegression& self, std::span<const double> response, std::span<const double> weights) {
      constexpr std::size_t block_size = 2048;
      const auto p = static_cast<Eigen::Index>(self.columns_);
      covariance = Eigen::MatrixXd::Zero(p, p);
      means = with_response = Eigen::VectorXd::Zero(p);
      double total = 0;
      for (std::size_t i = 0; i < response.size(); ++i) {
        total += weights[i];
        response_mean += weights[i] * response[i];
      }
      response_mean /= total;
      Eigen::MatrixXd block;
      for (std::size_t first = 0; first < response.size(); first += block_size) {
        const std::size_t size = std::min(block_size, response.size() - first);
        block.resize(static_cast<Eigen::Index>(size), p);
        for (const Term& term : self.terms_) self.write_columns(term, first, size, block);
        Eigen::VectorXd w(static_cast<Eigen::Index>(size)), wy(w.size());
        for (std::size_t i = 0; i < size; ++i) {
          const double centred = response[first + i] - response_mean;
          w[static_cast<Eigen::Index>(i)] = weights[first + i] / total;
          wy[static_cast<Eigen::Index>(i)] = weights[first + i] / total * centred;
          response_variance += weights[first + i] / total * centred * centred;
        }
        means += block.transpose() * w;
        with_response += block.transpose() * wy;
        covariance += block.transpose() * w.asDiagonal() * block;
      }
      covariance -= means * means.transpose();
    }
  };

  /// Chooses each curve's penalty and solves.
  class Smoothing {
   public:
    Smoothing(const AdditiveSplineRegression& self, const Moments& moments, double people)
        : self_(self), moments_(moments), people_(people) {
      for (std::size_t t = 0; t < self.terms_.size(); ++t) {
        if (self.terms_[t].basis.empty()) continue;
        curves_.push_back(t);
        // In units of what the data say of the curve.
        const Eigen::MatrixXd& penalty = self.terms_[t].penalty;
        const auto first = static_cast<Eigen::Index>(self.terms_[t].first);
        units_.push_back(moments.covariance.diagonal().segment(first, penalty.cols()).sum() / penalty.trace());
      }
    }

    AdditiveSplineFit fit() const {
      std::vector<std::size_t> choice(curves_.size(), grid.size() / 2);
      if (curves_.size() <= most_apart) {
        for (int sweep = 0; sweep < 2; ++sweep)
          for (std::size_t c = 0; c < curves_.size(); ++c) choose(choice, c, c + 1);
      } else {
        choose(choice, 0, curves_.size());
      }
      const Solution best = solve(choice);
      std::vector<SplineTerm> terms;
      double intercept = moments_.response_mean;
      for (const Term& term : self_.terms_) {
        const double* beta = best.coefficients.data() + term.first;
        for (std::size_t j = 0; j < term.columns; ++j)
          intercept -= beta[j] * moments_.means[static_cast<Eigen::Index>(term.first + j)];
        if (!term.basis.empty()) {
          terms.emplace_back(NaturalSpline(term.basis[0].knots(), {beta, beta + term.columns}));
        } else if (term.levels == 0 || term.levels == 2) {
          terms.emplace_back(LinearTerm{beta[0] / term.scale, {}});
        } else {
          LinearTerm effects{0, std::vector<double>(term.levels)};
          std::copy_n(beta, term.columns, effects.level_effects.begin() + 1);
          terms.emplace_back(std::move(effects));
        }
      }
      return {SplineFunction(intercept, std::move(terms)), best.effective_parameters};
    }

   private:
    static constexpr std::size_t most_apart = 8;  // curves: beyond, all have one penalty
    static constexpr std::array<double, 9> grid{1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 100};

    struct Solution {
      Eigen::VectorXd coefficients;
      double effective_parameters = 0, criterion = 0;
    };

    Solution solve(const std::vector<std::size_t>& choice) const {
      // Constants are in every curve's span, and levels may be collinear: a ridge too small to matter elsewhere.
      constexpr double ridge = 1e-9;
      Eigen::MatrixXd system = moments_.covariance;
      system.diagonal().array() += ridge * std::max(system.diagonal().maxCoeff(), 1e-300);
      for (std::size_t c = 0; c < curves_.size(); ++c) {
        const Term& term = self_.terms_[curves_[c]];
        const auto first = static_cast<Eigen::Index>(term.first), size = static_cast<Eigen::Index>(term.columns);
        system.block(first, first, size, size) += grid[choice[c]] * units_[c] * term.penalty;
      }
      Eigen::MatrixXd right(system.rows(), system.cols() + 1);
      right << moments_.covariance, moments_.with_response;
      const Eigen::MatrixXd solved = solve_spd(system, right);
      Solution solution{solved.col(system.cols()), solved.leftCols(system.cols()).trace() + 1, 0};
      const double left = moments_.response_variance - 2 * solution.coefficients.dot(moments_.with_response) +
                          solution.coefficients.dot(moments_.covariance * solution.coefficients);
      // Each parameter counts for 1.4, which keeps the criterion from its occasional wiggly curves (Kim, Gu 2004).
      const double free = 1 - std::min(1.4 * solution.effective_parameters / people_, 0.999);
      solution.criterion = std::max(left, 0.0) / (free * free);
      return solution;
    }

    /// Sets the penalties of curves first, …, last - 1, alike, to the best of the grid.
    void choose(std::vector<std::size_t>& choice, std::size_t first, std::size_t last) const {
      std::optional<double> best;
      std::size_t best_choice = 0;
      for (std::size_t g = grid.size(); g-- > 0;) {  // the smoothest first: it stays where nothing is better
        for (std::size_t c = first; c < last; ++c) choice[c] = g;
        const double criterion = solve(choice).criterion;
        if (best && criterion >= *best) continue;
        best = criterion;
        best_choice = g;
      }
      for (std::size_t c = first; c < last; ++c) choice[c] = best_choice;
    }

    const AdditiveSplineRegression& self_;
    const Moments& moments_;
    double people_;
    std::vector<std::size_t> curves_;
    std::vector<double> units_;
  };

  const NodeData& data_;
  std::vector<Term> terms_;
  std::size_t columns_ = 0;
};

}  // namespace equipoise::inline v0::detail
