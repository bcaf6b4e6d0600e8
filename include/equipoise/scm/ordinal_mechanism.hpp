// A variable whose levels are in an order: a hidden score cut at thresholds.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/coupled_discrete.hpp>
#include <equipoise/scm/regression_function.hpp>

namespace equipoise::inline v0 {

/// The distribution of the hidden score's noise: standard logistic or standard normal.
enum class OrdinalLink { logit, probit };

constexpr std::string_view to_string(OrdinalLink link) noexcept {
  return link == OrdinalLink::logit ? "logit" : "probit";
}

/// P(level <= k | inputs) = F(thresholds[k] - score(inputs)), F the cumulative distribution of the link: the cumulative
/// model (McCullagh 1980). There is one level more than thresholds. A greater score makes higher levels likelier; an
/// intercept of the score moves all thresholds. Under `inverse-cdf` the noise is the hidden score's own.
class OrdinalProbabilities {
 public:
  /// thresholds: at least one, ascending. Throws value_out_of_range for others.
  OrdinalProbabilities(RegressionFunction score, std::vector<double> thresholds, OrdinalLink link)
      : score_(std::move(score)), thresholds_(std::move(thresholds)), link_(link) {
    check_finite("ordinal", "thresholds", thresholds_);
    if (thresholds_.empty())
      throw Error(ErrorCode::value_out_of_range, "ordinal", "no thresholds", "one fewer than levels");
    for (std::size_t k = 1; k < thresholds_.size(); ++k)
      if (!(thresholds_[k - 1] < thresholds_[k]))
        throw Error(ErrorCode::value_out_of_range, "ordinal",
                    "threshold " + shortest(thresholds_[k]) + " after " + shortest(thresholds_[k - 1]),
                    "thresholds in ascending order");
  }

  const RegressionFunction& score() const noexcept { return score_; }
  const std::vector<double>& thresholds() const noexcept { return thresholds_; }
  OrdinalLink link() const noexcept { return link_; }
  std::size_t input_count() const { return score_.input_count(); }
  std::size_t level_count() const noexcept { return thresholds_.size() + 1; }

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    std::vector<double> score(rows.size);
    score_.add_to(inputs, rows, score.data());
    detail::require_finite_values(score.data(), rows);
    for (std::size_t i = 0; i < rows.size; ++i) {
      for (std::size_t k = 0; k < thresholds_.size(); ++k)
        out[k][i] = k == 0 ? cumulative(thresholds_[0] - score[i])
                           : between(thresholds_[k - 1] - score[i], thresholds_[k] - score[i]);
      out[thresholds_.size()][i] = cumulative(score[i] - thresholds_.back());
    }
  }

  friend bool operator==(const OrdinalProbabilities&, const OrdinalProbabilities&) = default;

 private:
  double cumulative(double x) const { return link_ == OrdinalLink::logit ? equipoise::sigmoid(x) : normal_cdf(x); }
  /// F(high) - F(low), taken in the tail where it loses no digits: F is symmetric.
  double between(double low, double high) const {
    return low > 0 ? cumulative(-low) - cumulative(-high) : cumulative(high) - cumulative(low);
  }

  RegressionFunction score_;
  std::vector<double> thresholds_;
  OrdinalLink link_;
};

using OrdinalMechanism = CoupledDiscrete<OrdinalProbabilities>;

}  // namespace equipoise::inline v0
