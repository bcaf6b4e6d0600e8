// The events by which the falsifier tells two inputs apart, and how it chooses them.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {

/// delta(epsilon) <= delta. epsilon: at least 0; delta: in [0, 1].
struct PrivacyClaim {
  double epsilon = 0;
  double delta = 0;
  friend bool operator==(const PrivacyClaim&, const PrivacyClaim&) = default;
};

namespace detail {

/// Outputs of many runs, row by row.
struct Outputs {
  std::span<const double> values;
  std::size_t columns;

  std::size_t rows() const noexcept { return values.size() / columns; }
  std::span<const double> row(std::size_t i) const noexcept { return values.subspan(i * columns, columns); }
};

/// The exponent of the lowest bit that is set: what floating-point noise gives its value away by (Mironov 2012).
inline double lowest_bit(double x) noexcept {
  if (x == 0 || !std::isfinite(x)) return std::numeric_limits<double>::infinity();
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
  int zeros = 0;
  while (((mantissa >> zeros) & 1) == 0) ++zeros;
  return exponent - 53 + zeros;
}

/// A number computed of an output.
struct OutputFeature {
  enum class Kind { column, difference, lowest_bit, projection } kind = Kind::column;
  std::size_t first = 0, second = 0;
  std::vector<double> direction = {};

  double operator()(std::span<const double> output) const noexcept {
    double value = 0;
    switch (kind) {
      case Kind::column: value = output[first]; break;
      case Kind::difference: value = output[first] - output[second]; break;
      case Kind::lowest_bit: value = detail::lowest_bit(output[first]); break;
      case Kind::projection:
        for (std::size_t j = 0; j < output.size(); ++j) value += direction[j] * output[j];
        break;
    }
    return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
  }

  std::vector<double> of(const Outputs& outputs) const {
    std::vector<double> values(outputs.rows());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = (*this)(outputs.row(i));
    return values;
  }

  std::string text() const {
    const auto column = [](std::size_t j) { return "output[" + std::to_string(j) + "]"; };
    switch (kind) {
      case Kind::column: return column(first);
      case Kind::difference: return column(first) + " - " + column(second);
      case Kind::lowest_bit: return "the lowest bit of " + column(first);
      case Kind::projection: break;
    }
    return "the output along the difference of means";
  }
};

/// The difference of the columns' means over their variances, where both are finite.
inline std::vector<double> mean_direction(const Outputs& one, const Outputs& other) {
  std::vector<double> direction(one.columns, 0.0);
  for (std::size_t j = 0; j < one.columns; ++j) {
    double sum[2] = {}, square = 0;
    for (const auto& [outputs, which] : {std::pair{&one, 0}, std::pair{&other, 1}}) {
      for (std::size_t i = 0; i < outputs->rows(); ++i) {
        const double x = outputs->row(i)[j];
        sum[which] += x;
        square += x * x;
      }
    }
    const auto n = static_cast<double>(one.rows());
    const double mean[2] = {sum[0] / n, sum[1] / n};
    const double variance = square / (2 * n) - (mean[0] * mean[0] + mean[1] * mean[1]) / 2;
    const double slope = (mean[0] - mean[1]) / variance;
    if (std::isfinite(slope)) direction[j] = slope;
  }
  return direction;
}

inline std::vector<OutputFeature> output_features(const Outputs& one, const Outputs& other) {
  using Kind = OutputFeature::Kind;
  std::vector<OutputFeature> features;
  for (std::size_t j = 0; j < one.columns; ++j) {
    features.push_back({.kind = Kind::column, .first = j});
    features.push_back({.kind = Kind::lowest_bit, .first = j});
  }
  constexpr std::size_t few = 8;
  for (std::size_t j = 0; j < one.columns && one.columns <= few; ++j)
    for (std::size_t k = 0; k < j; ++k) features.push_back({.kind = Kind::difference, .first = j, .second = k});
  if (one.columns > 1) features.push_back({.kind = Kind::projection, .direction = mean_direction(one, other)});
  return features;
}

/// An event that seemed to break a claim.
struct SuspectEvent {
  enum class Relation { at_most, at_least, equal };

  OutputFeature feature = {};
  Relation relation = Relation::at_least;
  double threshold = 0;
  bool likelier_on_other = false;
  PrivacyClaim claim = {};
  double score = 0;  ///< by how many standard errors, about

  double count(const Outputs& outputs) const {
    double in = 0;
    for (std::size_t i = 0; i < outputs.rows(); ++i) {
      const double value = feature(outputs.row(i));
      in += relation == Relation::equal      ? value == threshold
            : relation == Relation::at_least ? value >= threshold
                                             : value <= threshold;
    }
    return in;
  }

  /// P(E) - e^epsilon Q(E), from below: either proportion is beyond its bound with half the error probability.
  double delta_lower_bound(const Outputs& one, const Outputs& other, double error_probability) const {
    const auto n = static_cast<double>(one.rows());
    const double likelier = count(likelier_on_other ? other : one), rarer = count(likelier_on_other ? one : other);
    const double low = likelier == 0 ? 0 : regularised_beta_inverse(likelier, n - likelier + 1, error_probability / 2);
    // The upper bound as 1 - that of the complement from below, so that no tail is lost in 1 - error.
    const double high = rarer == n ? 1 : 1 - regularised_beta_inverse(n - rarer, rarer + 1, error_probability / 2);
    return low - std::exp(claim.epsilon) * high;
  }

  std::string text() const {
    const char* const sign = relation == Relation::equal ? " = " : relation == Relation::at_least ? " >= " : " <= ";
    return feature.text() + sign + shortest(threshold) + ", more often on the " +
           (likelier_on_other ? "second" : "first") + " input";
  }
};

/// The worst event of each relation and claim that this feature's values make.
inline void add_suspects(const OutputFeature& feature, std::vector<double> one, std::vector<double> other,
                         std::span<const PrivacyClaim> claims, std::vector<SuspectEvent>& suspects) {
  using Relation = SuspectEvent::Relation;
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  const auto n = static_cast<double>(one.size());
  for (const PrivacyClaim& claim : claims) {
    const double odds = std::exp(claim.epsilon);
    for (const Relation relation : {Relation::at_most, Relation::at_least, Relation::equal}) {
      SuspectEvent worst{.feature = feature, .relation = relation, .claim = claim};
      bool found = false;
      std::size_t i = 0, j = 0;
      while (i < one.size() || j < other.size()) {
        const double value = j == other.size() || (i < one.size() && one[i] <= other[j]) ? one[i] : other[j];
        const std::size_t below_i = i, below_j = j;
        while (i < one.size() && one[i] == value) ++i;
        while (j < other.size() && other[j] == value) ++j;
        const auto counted = [&](std::size_t below, std::size_t to) {
          return static_cast<double>(relation == Relation::at_most    ? to
                                     : relation == Relation::at_least ? one.size() - below
                                                                      : to - below);
        };
        const double in_one = counted(below_i, i), in_other = counted(below_j, j);
        for (const bool swapped : {false, true}) {
          const double p = (swapped ? in_other : in_one) / n, q = (swapped ? in_one : in_other) / n;
          // One run more of each, so that what happened never or once is no certainty.
          const double variance = (p * (1 - p) + odds * odds * q * (1 - q)) / n + (1 + odds * odds) / (n * n);
          const double score = (p - odds * q - claim.delta) / std::sqrt(variance);
          if (found && score <= worst.score) continue;
          found = true;
          worst.score = score;
          worst.threshold = value;
          worst.likelier_on_other = swapped;
        }
      }
      suspects.push_back(std::move(worst));
    }
  }
}

/// The `most` events that seem to break a claim most.
inline std::vector<SuspectEvent> suspect_events(const Outputs& one, const Outputs& other,
                                                std::span<const PrivacyClaim> claims, std::size_t most) {
  std::vector<SuspectEvent> suspects;
  for (const OutputFeature& feature : output_features(one, other))
    add_suspects(feature, feature.of(one), feature.of(other), claims, suspects);
  std::stable_sort(suspects.begin(), suspects.end(),
                   [](const SuspectEvent& a, const SuspectEvent& b) { return a.score > b.score; });
  if (suspects.size() > most) suspects.resize(most);
  return suspects;
}

inline void check_falsifier(std::span<const PrivacyClaim> claims, std::size_t columns, std::size_t runs,
                            double error_probability, std::size_t tested_events) {
  const auto check_least = [](const char* role, std::size_t value, double least) {
    check_number("falsifier", role, static_cast<double>(value), "at least " + shortest(least),
                 [least](double x) { return x >= least; });
  };
  check_least("number of claims", claims.size(), 1);
  check_least("number of columns", columns, 1);
  check_least("number of runs", runs, 100);
  check_least("number of tested events", tested_events, 1);
  check_number("falsifier", "error probability", error_probability, "between 0 and 1",
               [](double p) { return p > 0 && p < 1; });
  for (const PrivacyClaim& claim : claims) {
    check_non_negative("falsifier", "epsilon", claim.epsilon);
    check_number("falsifier", "delta", claim.delta, "from 0 to 1", is_probability);
  }
}

}  // namespace detail

}  // namespace equipoise::inline v0
