// A discrete variable whose levels' log-odds are linear in its causes.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include <equipoise/scm/coupled_discrete.hpp>
#include <equipoise/scm/linear_predictor.hpp>

namespace equipoise::inline v0 {

/// P(level k | inputs) = exp(s_k) / sum of exp(s_j), with s_0 = 0 and `scores[k - 1]` giving s_k: the first
/// level is the reference. One score makes the binary logistic model.
class LogisticProbabilities {
 public:
  LogisticProbabilities(std::size_t input_count, std::vector<LinearPredictor> scores)
      : input_count_(input_count), scores_(std::move(scores)) {
    assert(!scores_.empty());
  }

  const std::vector<LinearPredictor>& scores() const noexcept { return scores_; }
  std::size_t input_count() const noexcept { return input_count_; }
  std::size_t level_count() const noexcept { return scores_.size() + 1; }

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    for (std::size_t k = 0; k < out.size(); ++k) {
      std::fill_n(out[k], rows.size, 0.0);
      if (k > 0) scores_[k - 1].add_to(inputs, rows, out[k]);
    }
    for (std::size_t i = 0; i < rows.size; ++i) {
      double greatest = 0;
      for (std::size_t k = 1; k < out.size(); ++k) greatest = std::max(greatest, out[k][i]);
      double total = 0;
      for (std::size_t k = 0; k < out.size(); ++k) total += out[k][i] = std::exp(out[k][i] - greatest);
      for (std::size_t k = 0; k < out.size(); ++k) out[k][i] /= total;
    }
  }

  friend bool operator==(const LogisticProbabilities&, const LogisticProbabilities&) = default;

 private:
  std::size_t input_count_;
  std::vector<LinearPredictor> scores_;
};

using LogisticMechanism = CoupledDiscrete<LogisticProbabilities>;

}  // namespace equipoise::inline v0
