// A study's goals as losses of single persons, which private training clips one by one.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/objective/weighted_losses.hpp>
#include <equipoise/privacy/gradient_clipping.hpp>

namespace equipoise::inline v0 {

/// Throws objective_mismatch at `place` for a goal that is trained on and whose loss is no sum over rows: one person's
/// part of it depends on the others, so that clipping person by person bounds nothing.
inline void require_sum_over_rows(const AnyObjective& objective, const std::string& place) {
  if (objective.is_sum_over_rows()) return;
  throw Error(ErrorCode::objective_mismatch, place,
              "'" + objective.name() + "', whose loss compares people with each other, under per-person clipping",
              "a loss that is a sum over rows",
              "train on a gap within each row, such as counterfactual-fairness, or measure this one with \"train\": "
              "false");
}

/// The weighted goals on prepared rows, a place a row: models PersonLosses. Every row is one person, and a person's
/// loss is the weighted sum of the goals' terms of their row, in all its worlds. Keeps rows of features together, since
/// batches jump between them. Holds a reference to the rows.
template <Predictor P>
class PreparedPersonLosses {
 public:
  /// Throws objective_mismatch for a goal that is no sum over rows, or for a row that stands for more or less than one
  /// person.
  PreparedPersonLosses(const P& predictor, const PreparedRows& rows, const std::vector<WeightedGoal>& goals)
      : rows_(rows), losses_(predictor, goals), features_(rows.features.size()) {
    for (const WeightedGoal& goal : goals)
      if (goal.weight != 0) require_sum_over_rows(goal.objective, "objective '" + goal.objective.name() + "'");
    for (std::size_t i = 0; i < rows.rows(); ++i)
      if (rows.weights[i] != 1)
        throw Error(ErrorCode::objective_mismatch, "row " + std::to_string(i + 1), "a weight other than 1",
                    "rows of one person each, which is whom privacy protects");
    batch_.features.resize(rows.features.size());
    for (const std::size_t world : losses_.worlds()) features_[world] = rows.features[world];
  }

  std::size_t persons() const noexcept { return rows_.rows(); }
  std::size_t worlds() const noexcept { return losses_.worlds().size(); }

  void at(ConstVectorRef parameters, std::span<const std::size_t> places, std::vector<BatchWorld>& worlds) {
    batch_.table = rows_.table.select(places);
    batch_.outcome.resize(places.size());
    std::transform(places.begin(), places.end(), batch_.outcome.begin(),
                   [&](std::size_t p) { return rows_.outcome[p]; });
    batch_.weights.assign(places.size(), 1.0);
    for (const std::size_t world : losses_.worlds()) gather(world, places);
    losses_(parameters, batch_);
    worlds.resize(losses_.worlds().size());
    const auto persons = static_cast<double>(places.size());  // a loss is a mean over the rows it sees
    for (std::size_t w = 0; w < worlds.size(); ++w) {
      const std::size_t world = losses_.worlds()[w];
      worlds[w].features = batch_.features[world];
      worlds[w].d_scores = persons * losses_.d_scores(world);
    }
  }

 private:
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  void gather(std::size_t world, std::span<const std::size_t> places) {
    const RowMajor& all = features_[world];
    Eigen::MatrixXd& chosen = batch_.features[world];
    chosen.resize(static_cast<Eigen::Index>(places.size()), all.cols());
    if (all.cols() == 0) return;  // rows of no features have no place in memory to copy from
    for (std::size_t i = 0; i < places.size(); ++i)
      chosen.row(static_cast<Eigen::Index>(i)) = all.row(static_cast<Eigen::Index>(places[i]));
  }

  const PreparedRows& rows_;
  WeightedLosses<P> losses_;
  std::vector<RowMajor> features_;  // a world each; empty where no goal asks
  PreparedRows batch_;
};

}  // namespace equipoise::inline v0
