// Conditioning normal variables on values of affine forms of them.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/affine_form.hpp>

namespace equipoise::inline v0 {

/// What is known of independent standard normal sources: an orthonormal basis of the forms observed, and the basis'
/// values. By Gram-Schmidt, each form orthogonalised twice, so that forms which imply each other do no harm.
class GaussianEvidence {
 public:
  explicit GaussianEvidence(Eigen::Index sources) : sources_(sources) {}

  /// Adds form = value. False where what is known implies another value: the evidence is impossible. O(sources rank).
  bool add(const AffineForm& form, double value) {
    const AffineForm rest = given(form);
    if (rest.is_constant()) return std::abs(value - rest.mean) <= 1e-9 * (rest.mean_size + std::abs(value));
    const double norm = rest.loadings.norm();
    basis_.conservativeResize(sources_, basis_.cols() + 1);
    basis_.col(basis_.cols() - 1) = rest.loadings / norm;
    const double standardised = (value - rest.mean) / norm;
    values_.push_back(standardised);
    log_density_ -= 0.5 * standardised * standardised + 0.5 * std::log(2 * std::numbers::pi) + std::log(norm);
    return true;
  }

  /// The form's distribution given the evidence: a constant where it is implied.
  AffineForm given(AffineForm form) const {
    if (form.is_constant()) return form;
    for (int pass = 0; pass < 2 && basis_.cols() > 0; ++pass) {
      const Eigen::VectorXd along = basis_.transpose() * form.loadings;
      for (Eigen::Index k = 0; k < along.size(); ++k) {
        const double implied = along[k] * values_[static_cast<std::size_t>(k)];
        form.mean += implied;
        form.mean_size += std::abs(implied);
      }
      form.loadings -= basis_ * along;
    }
    if (form.loadings.norm() <= detail::rounding_share * form.loading_size) form.loadings.resize(0);
    return form;
  }

  /// Forms that no others imply.
  Eigen::Index rank() const noexcept { return basis_.cols(); }
  /// ln of the density of those at their values.
  double log_density() const noexcept { return log_density_; }

 private:
  Eigen::Index sources_;
  Eigen::MatrixXd basis_;
  std::vector<double> values_;
  double log_density_ = 0;
};

}  // namespace equipoise::inline v0
