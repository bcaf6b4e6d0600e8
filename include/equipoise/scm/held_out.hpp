// Cross-validated log-likelihood: what chooses between mechanisms.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0::detail {

/// No row counts for less: one that a mechanism calls impossible must not hide all others.
inline constexpr double least_log_density = -700;

/// [f][i]: how much of row i belongs to fold f. People are dealt one by one or, where they are many, as many at once;
/// weights that are no counts row by row. A function of the seed.
inline std::vector<std::vector<double>> dealt_folds(const Table& table, std::size_t folds, std::uint64_t seed) {
  constexpr double most_people_dealt_singly = 1e8;
  const RandomStream stream({.seed = seed, .purpose = Purpose::fit});
  std::vector<std::vector<double>> parts(folds, std::vector<double>(table.rows()));
  const std::vector<double> alike(folds, 1.0);
  std::vector<double> dealt(folds);
  const std::span<const double> weights = table.weights();
  double people = 0;
  for (const double weight : weights) people += weight;
  const bool counts = table.weights_are_counts();
  for (std::size_t i = 0; i < table.rows(); ++i) {
    RowStream row = stream.row(i);
    const auto draw_fold = [&] {
      return std::min(folds - 1, static_cast<std::size_t>(row.uniform() * static_cast<double>(folds)));
    };
    if (!counts) {
      parts[draw_fold()][i] = weights[i];
    } else if (people <= most_people_dealt_singly) {
      for (double person = 0; person < weights[i]; ++person) parts[draw_fold()][i] += 1;
    } else {
      draw_multinomial(row, weights[i], alike, dealt);
      for (std::size_t fold = 0; fold < folds; ++fold) parts[fold][i] = dealt[fold];
    }
  }
  return parts;
}

/// What a candidate makes of rows that it has not seen: each row's log-likelihood summed over the folds by the weight
/// held out in each.
struct HeldOut {
  std::vector<double> by_row;
  double total_weight = 0;

  double mean() const {
    double sum = 0;
    for (const double each : by_row) sum += each;
    return sum / total_weight;
  }
  void add(std::span<const double> fold, std::span<const double> log_likelihood) {
    for (std::size_t i = 0; i < fold.size(); ++i) by_row[i] += fold[i] * std::max(log_likelihood[i], least_log_density);
  }
};

/// How far one candidate is ahead of another, per unit of weight, and the standard error of that.
struct Lead {
  double mean = 0, standard_error = 0;
};
inline Lead lead(const HeldOut& a, const HeldOut& b, std::span<const double> weights) {
  Lead result{a.mean() - b.mean(), 0};
  double square = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    const double deviation = a.by_row[i] - b.by_row[i] - weights[i] * result.mean;
    square += deviation * deviation / weights[i];  // weights[i] people alike, their sum known
  }
  result.standard_error = std::sqrt(square) / a.total_weight;
  return result;
}

/// Calls visit(rest, fold, held) for each fold that leaves something on both sides: the weights to fit to, those held
/// out, and their sum.
template <class Visit>
void for_each_fold(std::span<const double> weights, const std::vector<std::vector<double>>& folds, Visit visit) {
  std::vector<double> rest(weights.size());
  for (const std::vector<double>& fold : folds) {
    double held = 0, left = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      rest[i] = weights[i] - fold[i];
      held += fold[i];
      left += rest[i];
    }
    if (held > 0 && left > 0) visit(std::span<const double>(rest), std::span<const double>(fold), held);
  }
}

inline double mean_log_likelihood(std::span<const double> log_likelihood, std::span<const double> weights) {
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i] * std::max(log_likelihood[i], least_log_density);
    total += weights[i];
  }
  return sum / total;
}

}  // namespace equipoise::inline v0::detail
