// What an objective sees: rows of people, what happened to them, and what a predictor says of each in every world asked
// for.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/predictor/predictor.hpp>

namespace equipoise::inline v0 {

/// Everything has one entry a row. `scores` has one list a world, in the order in which the objective asked for them.
struct Predictions {
  const Table& table;               ///< the rows as observed
  std::span<const double> outcome;  ///< 1 or 0 under a logistic link, else the number
  std::span<const double>
      weights;  ///< how much each row counts, at least 0, not all 0; not the table's own in a resample
  Link link = Link::logistic;
  double cutoff = 0;                                ///< a score of at least this is a decision for the positive outcome
  std::span<const std::span<const double>> scores;  ///< worlds x rows
  std::span<const double> reference = {};           ///< of scores[0]'s world, by the predictor of reference; or empty
  const Predictions* members = nullptr;             ///< the rows that the predictor was trained on; or none

  std::size_t rows() const noexcept { return outcome.size(); }
  double total_weight() const noexcept {
    double total = 0;
    for (const double weight : weights) total += weight;
    return total;
  }
};

/// What a measure compares the rows with: it finds in Predictions what it asks for here.
struct Comparisons {
  bool members = false;    ///< the rows that the predictor was trained on
  bool reference = false;  ///< a predictor trained on accuracy alone, without noise
};

/// The derivative of a loss by each score, worlds x rows, which a loss adds to.
using ScoreGradients = std::span<const std::span<double>>;

namespace detail {

/// Throws objective_mismatch where the scores do not mean what an objective reads in them.
inline void require_link(const Predictions& predictions, Link wanted, const std::string& objective) {
  if (predictions.link == wanted) return;
  const auto meaning = [](Link link) {
    return link == Link::logistic ? "log-odds of an outcome" : "predicted numbers";
  };
  throw Error(ErrorCode::objective_mismatch, "objective '" + objective + "'",
              std::string("scores that are ") + meaning(predictions.link),
              std::string("scores that are ") + meaning(wanted));
}

/// Throws objective_mismatch where a measure is not shown what it compares with.
inline void require_comparison(bool is_there, const char* what, const std::string& objective) {
  if (!is_there)
    throw Error(ErrorCode::objective_mismatch, "objective '" + objective + "'", std::string("no ") + what,
                "what its comparisons() ask for");
}

}  // namespace detail

}  // namespace equipoise::inline v0
