// Distributions as queries and interventions write them: normal(0, 2), mixture(0.3, poisson(1), 0.7, poisson(5)).
#pragma once

#include <string_view>

#include <equipoise/identify/query.hpp>
#include <equipoise/scm/noise.hpp>

namespace equipoise::inline v0 {

/// The distribution that a query names. Parameters by position, or by name after those by position:
///
///     constant(value)   bernoulli(p)   categorical(p0, p1, …)   normal(mean = 0, scale = 1)   uniform(low = 0, high =
///     1) laplace(mean = 0, scale = 1)   student_t(df, mean = 0, scale = 1)   gamma(shape, scale = 1) exponential(scale
///     = 1)   poisson(rate)   mixture(weight, distribution, weight, distribution, …)
///
/// Throws at `place:COLUMN`: query_syntax for a distribution or parameter that is unknown, missing or given twice, with
/// a suggestion, and value_out_of_range where a parameter is outside its range.
Noise noise_of(const QueryDistribution& distribution, std::string_view place = "query");

}  // namespace equipoise::inline v0
