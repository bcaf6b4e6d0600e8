#include <equipoise/scm/noise_fitting.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <equipoise/core/special_functions.hpp>

namespace equipoise::inline v0 {
namespace detail {

WeightedMoments weighted_moments(std::span<const double> values, std::span<const double> weights) {
  WeightedMoments m;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] <= 0) continue;
    m.total += weights[i];
    m.mean += weights[i] * values[i];
    m.least = std::min(m.least, values[i]);
  }
  m.mean /= m.total;
  for (std::size_t i = 0; i < values.size(); ++i)
    m.variance += weights[i] * (values[i] - m.mean) * (values[i] - m.mean);
  m.variance /= m.total;
  return m;
}

double positive_scale(double scale, double size_of_values) { return std::max({scale, 1e-9 * size_of_values, 1e-12}); }

double weighted_log_likelihood(const Noise& noise, std::span<const double> values, std::span<const double> weights) {
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0) total += weights[i] * log_density(noise, values[i]);
  return total;
}

}  // namespace detail

Noise fit_normal(std::span<const double> values, std::span<const double> weights) {
  const auto m = detail::weighted_moments(values, weights);
  return NormalNoise{m.mean, detail::positive_scale(std::sqrt(m.variance), std::abs(m.mean))};
}

Noise fit_laplace(std::span<const double> values, std::span<const double> weights, double center) {
  double total = 0, distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    total += weights[i];
    distance += weights[i] * std::abs(values[i] - center);
  }
  return LaplaceNoise{center, detail::positive_scale(distance / total, std::abs(center))};
}

Noise fit_student_t(std::span<const double> values, std::span<const double> weights, double center) {
  const auto m = detail::weighted_moments(values, weights);
  std::optional<Noise> best;
  double best_likelihood = 0;
  double square = std::max(m.variance + (m.mean - center) * (m.mean - center), 1e-24);  // then from the last one's
  for (const double df : std::array{30.0, 15.0, 10.0, 7.0, 5.0, 4.0, 3.0, 2.5}) {
    for (int step = 0; step < 60; ++step) {
      double next = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double distance = (values[i] - center) * (values[i] - center);
        next += weights[i] * distance * (df + 1) / (df + distance / square);
      }
      next = std::max(next / m.total, 1e-24);
      const bool settled = std::abs(next - square) < 1e-10 * square;
      square = next;
      if (settled) break;
    }
    const Noise noise = StudentTNoise{df, center, detail::positive_scale(std::sqrt(square), std::abs(center))};
    const double likelihood = detail::weighted_log_likelihood(noise, values, weights);
    if (!best || likelihood > best_likelihood) {
      best = noise;
      best_likelihood = likelihood;
    }
  }
  return *best;
}

std::optional<Noise> fit_gamma(std::span<const double> values, std::span<const double> weights) {
  const auto m = detail::weighted_moments(values, weights);
  if (!(m.least > 0) || m.variance <= 0) return std::nullopt;
  double mean_log = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0) mean_log += weights[i] * std::log(values[i]);
  mean_log /= m.total;
  const double gap = std::log(m.mean) - mean_log;
  if (!(gap > 1e-12)) return std::nullopt;
  double shape = (3 - gap + std::sqrt((gap - 3) * (gap - 3) + 24 * gap)) / (12 * gap);
  for (int step = 0; step < 50; ++step) {
    const double width = 1e-5 * shape;
    const double slope = (digamma(shape + width) - digamma(shape - width)) / (2 * width);
    const double next = 1 / (1 / shape + (mean_log - std::log(m.mean) + std::log(shape) - digamma(shape)) /
                                             (shape * shape * (1 / shape - slope)));
    const bool settled = std::abs(next - shape) < 1e-10 * shape;
    shape = next;
    if (!(shape > 0) || !std::isfinite(shape)) return std::nullopt;
    if (settled) break;
  }
  return Noise(GammaNoise{shape, m.mean / shape});
}

std::optional<Noise> fit_exponential(std::span<const double> values, std::span<const double> weights) {
  const auto m = detail::weighted_moments(values, weights);
  if (m.least < 0 || !(m.mean > 0)) return std::nullopt;
  return Noise(ExponentialNoise{m.mean});
}

std::optional<Noise> fit_uniform(std::span<const double> values, std::span<const double> weights) {
  const auto m = detail::weighted_moments(values, weights);
  double greatest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0) greatest = std::max(greatest, values[i]);
  const double beyond = 10 * (greatest - m.least) / std::max(m.total, 1.0);
  if (!(greatest > m.least) || !(greatest + beyond > m.least - beyond)) return std::nullopt;
  return Noise(UniformNoise{m.least - beyond, greatest + beyond});
}

std::optional<Noise> fit_empirical_counts(std::span<const double> values, std::span<const double> weights) {
  constexpr double least_of_each = 20;
  std::vector<double> kept, of;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] <= 0) continue;
    if (values[i] != std::floor(values[i])) return std::nullopt;
    kept.push_back(values[i]);
    of.push_back(weights[i]);
    total += weights[i];
  }
  EmpiricalNoise noise(std::move(kept), std::move(of));
  if (total < least_of_each * static_cast<double>(noise.values().size())) return std::nullopt;
  return Noise(std::move(noise));
}

std::optional<Noise> fit_poisson(std::span<const double> values, std::span<const double> weights) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0 && (values[i] < 0 || values[i] != std::floor(values[i]))) return std::nullopt;
  const auto m = detail::weighted_moments(values, weights);
  if (!(m.mean > 0 && m.mean < 1e9)) return std::nullopt;
  return Noise(PoissonNoise{m.mean});
}

std::optional<Noise> fit_normal_mixture(std::span<const double> values, std::span<const double> weights) {
  const auto m = detail::weighted_moments(values, weights);
  if (m.variance <= 0) return std::nullopt;
  const double deviation = std::sqrt(m.variance), least_scale = 1e-3 * deviation;
  double share = 0.5, means[2] = {m.mean - deviation, m.mean + deviation}, scales[2] = {deviation, deviation};
  double likelihood = -std::numeric_limits<double>::infinity();
  for (int step = 0; step < 200; ++step) {
    double mass[2] = {}, sum[2] = {}, square[2] = {}, next_likelihood = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (weights[i] <= 0) continue;
      double log_part[2];
      for (int k = 0; k < 2; ++k) {
        const double z = (values[i] - means[k]) / scales[k];
        log_part[k] = std::log(k == 0 ? share : 1 - share) - 0.5 * z * z - std::log(scales[k]);
      }
      const double greatest = std::max(log_part[0], log_part[1]);
      const double total = std::exp(log_part[0] - greatest) + std::exp(log_part[1] - greatest);
      next_likelihood += weights[i] * (greatest + std::log(total));
      for (int k = 0; k < 2; ++k) {
        const double part = weights[i] * std::exp(log_part[k] - greatest) / total;
        mass[k] += part;
        sum[k] += part * values[i];
        square[k] += part * values[i] * values[i];
      }
    }
    if (mass[0] < 1e-3 * m.total || mass[1] < 1e-3 * m.total) return std::nullopt;
    share = mass[0] / m.total;
    for (int k = 0; k < 2; ++k) {
      means[k] = sum[k] / mass[k];
      scales[k] = std::max(std::sqrt(std::max(0.0, square[k] / mass[k] - means[k] * means[k])), least_scale);
    }
    if (next_likelihood - likelihood < 1e-9 * m.total) break;
    likelihood = next_likelihood;
  }
  return Noise(MixtureNoise{{share, 1 - share}, {NormalNoise{means[0], scales[0]}, NormalNoise{means[1], scales[1]}}});
}

}  // namespace equipoise::inline v0
