// Noise that hides what a mean tells about a whole column: the attribute-private Gaussian mechanism, in closed form for
// linear-Gaussian models.
//
// A secret is not a person's value but a fact about the data set: that the mean g_i of column i is a rather than b. If
// the statistic F and g_i are jointly normal, F given g_i = a is normal with a mean that a moves and a variance that it
// does not; the data's own variance then counts as noise, and what is missing is added:
//
//     variance = max over secrets i of max(0, (m change_i)^2 - Var(F | g_i))
//
// with change_i the largest move of E[F | g_i] within the secret's declared range, and m the multiplier of the analytic
// Gaussian mechanism at (epsilon, delta) (Balle, Wang 2018), exact at every epsilon; the classical sqrt(2 ln(1.25 /
// delta)) / epsilon holds up to epsilon 1 alone.
//
// The release is (epsilon, delta)-attribute private in the sense of Pufferfish: if the model is the truth, and within
// the declared ranges. It is not differential privacy: one person's row may be told apart. Source: Zhang, Ohrimenko,
// Cummings 2022 ("Attribute privacy: framework and mechanisms").
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>
#include <equipoise/scm/gaussian_worlds.hpp>

namespace equipoise::inline v0 {

/// A column whose mean is secret, known to lie in [low, high]. Without a range any noise would be too little.
struct ColumnSecret {
  Node variable = 0;
  double low = 0;
  double high = 0;
};

/// What of a secret is hidden.
enum class AttributeProtection {
  association,  ///< whatever the statistic tells of it: E[F | g = a]. The published guarantee
  /// Only what the column *does* to the statistic: E[F | do(column = a)]. Weaker: what confounding tells of the secret
  /// stays. It is no attribute privacy and is to be called by this name.
  effect,
};

/// What one secret asks for.
struct ColumnSecretNeed {
  Node variable = 0;
  double change = 0;          ///< the largest move of the statistic's mean within the range
  double own_variance = 0;    ///< of the statistic given the secret
  double added_variance = 0;  ///< that is missing
};

/// The normal noise that a statistic needs.
struct AttributeNoise {
  double added_variance = 0;
  double standard_deviation = 0;          ///< its root; 0: the data's own variance hides every secret
  std::vector<ColumnSecretNeed> secrets;  ///< in their order
};

/// For the mean over `rows` independent rows of sum_v weights[v] X_v, a row being drawn from a linear-Gaussian model.
/// weights: one a variable. epsilon: at least 0; delta: in (0, 1).
///
/// NotExact where a variable that is read, or a secret, is not linear with normal noise. Throws value_out_of_range for
/// weights or ranges that are not finite, low above high, and no rows.
inline std::variant<AttributeNoise, NotExact> attribute_private_noise(
    const Scm& model, std::span<const double> weights, std::size_t rows, std::span<const ColumnSecret> secrets,
    double epsilon, double delta, AttributeProtection protection = AttributeProtection::association) {
  constexpr const char* place = "attribute-private Gaussian";
  check_same_size(place, "weights", weights.size(), model.size());
  check_finite(place, "weights", weights);
  check_positive(place, "rows", static_cast<double>(rows));
  const double multiplier = gaussian_noise_multiplier(epsilon, delta), n = static_cast<double>(rows);
  ParallelWorlds worlds(model);
  // The moments of one row's statistic in some world, and of one more copy.
  struct Joint {
    double mean = 0, variance = 0, covariance = 0, other_variance = 0;
  };
  const auto joint = [&](const WorldAction& action, Node other) -> std::variant<Joint, NotExact> {
    std::vector<std::size_t> copies{worlds.copy(other, action)};
    std::vector<double> read;
    for (Node v = 0; v < model.size(); ++v)
      if (weights[v] != 0) copies.push_back(worlds.copy(v, action)), read.push_back(weights[v]);
    const auto found = gaussian_moments(worlds, copies);
    if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
    const auto& moments = std::get<GaussianMoments>(found);  // without evidence nothing is impossible
    const Eigen::Map<const Eigen::VectorXd> w(read.data(), static_cast<Eigen::Index>(read.size()));
    const Eigen::Index size = w.size();
    return Joint{w.dot(moments.mean.tail(size)), w.dot(moments.covariance.bottomRightCorner(size, size) * w),
                 w.dot(moments.covariance.col(0).tail(size)), moments.covariance(0, 0)};
  };
  AttributeNoise noise;
  for (const ColumnSecret& secret : secrets) {
    check_finite(place, "low", secret.low);
    detail::check_number(place, "high", secret.high, "a finite number of at least low",
                         [&](double high) { return std::isfinite(high) && high >= secret.low; });
    ColumnSecretNeed need{.variable = secret.variable};
    if (protection == AttributeProtection::association) {
      const auto found = joint({}, secret.variable);
      if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
      const Joint& row = std::get<Joint>(found);
      // A column that does not vary has no secret; else E[F | g] has this slope, in one row as in the mean of many.
      const double slope = row.other_variance > 0 ? row.covariance / row.other_variance : 0.0;
      need.change = std::abs(slope) * (secret.high - secret.low);
      need.own_variance = std::max(0.0, row.variance - slope * row.covariance) / n;
    } else {
      const auto low = joint({{secret.variable, secret.low}}, secret.variable);
      if (const auto* obstacle = std::get_if<NotExact>(&low)) return *obstacle;
      const auto high = joint({{secret.variable, secret.high}}, secret.variable);
      if (const auto* obstacle = std::get_if<NotExact>(&high)) return *obstacle;
      need.change = std::abs(std::get<Joint>(high).mean - std::get<Joint>(low).mean);
      need.own_variance = std::get<Joint>(low).variance / n;
    }
    const double wanted = multiplier * need.change;
    need.added_variance = std::max(0.0, wanted * wanted - need.own_variance);
    noise.added_variance = std::max(noise.added_variance, need.added_variance);
    noise.secrets.push_back(need);
  }
  noise.standard_deviation = std::sqrt(noise.added_variance);
  return noise;
}

}  // namespace equipoise::inline v0
