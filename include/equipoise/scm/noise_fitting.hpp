// Maximum likelihood of noise families from weighted values.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <limits>
#include <optional>
#include <span>

#include <equipoise/scm/noise.hpp>

namespace equipoise::inline v0 {

namespace detail {

struct WeightedMoments {
  double total = 0, mean = 0, variance = 0, least = std::numeric_limits<double>::infinity();
};
WeightedMoments weighted_moments(std::span<const double> values, std::span<const double> weights);

/// The least scale that noise is given: values that are all alike to rounding have some.
double positive_scale(double scale, double size_of_values);

double weighted_log_likelihood(const Noise& noise, std::span<const double> values, std::span<const double> weights);

}  // namespace detail

Noise fit_normal(std::span<const double> values, std::span<const double> weights);

/// Around `center`, its scale by maximum likelihood: the mean absolute distance.
Noise fit_laplace(std::span<const double> values, std::span<const double> weights, double center);

/// Around `center`; the scale by the fixed point of its likelihood equation (an EM algorithm: Lange, Little,
/// Taylor 1989) for each of a few degrees of freedom, of which the likeliest is taken.
Noise fit_student_t(std::span<const double> values, std::span<const double> weights, double center);

/// Nothing where a value is not positive. The shape by Newton's method on ln shape - digamma(shape) =
/// ln mean - mean ln (Minka 2002).
std::optional<Noise> fit_gamma(std::span<const double> values, std::span<const double> weights);

/// Nothing where a value is negative.
std::optional<Noise> fit_exponential(std::span<const double> values, std::span<const double> weights);

/// From the least to the greatest value, each end ten parts in the number of values farther out: of so many more values
/// one lies beyond an end with probability e^-10. Nothing where all are alike.
std::optional<Noise> fit_uniform(std::span<const double> values, std::span<const double> weights);

/// The values' own shares; nothing where a value is no whole number or there are fewer than twenty times as many as
/// distinct ones.
std::optional<Noise> fit_empirical_counts(std::span<const double> values, std::span<const double> weights);

/// Nothing where a value is no count.
std::optional<Noise> fit_poisson(std::span<const double> values, std::span<const double> weights);

/// Two normal components by EM from the values below and above the mean; nothing where a component vanishes.
std::optional<Noise> fit_normal_mixture(std::span<const double> values, std::span<const double> weights);

}  // namespace equipoise::inline v0
