#include "scm/number_root_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <equipoise/scm/noise_fitting.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

/// exp(a normal noise); nothing where a value is not positive.
std::optional<FittedMechanism> fit_log_normal(std::span<const double> values, std::span<const double> weights) {
  std::vector<double> logs(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0 && !(values[i] > 0)) return std::nullopt;
    logs[i] = values[i] > 0 ? std::log(values[i]) : 0;
  }
  return FittedMechanism{PostNonlinearMechanism(
      AdditiveNoiseMechanism(LinearPredictor{0, {}}, fit_normal(logs, weights)), MonotoneFunction({ExpStep{}}))};
}

}  // namespace

std::vector<Candidate> number_root_candidates(const NodeData& data) {
  const auto noise = [&data](auto fit) {
    return [&data, fit](std::span<const double> w) -> std::optional<FittedMechanism> {
      const std::optional<Noise> fitted = fit(data.values(), w);
      if (!fitted) return std::nullopt;
      return FittedMechanism{NoiseMechanism(*fitted)};
    };
  };
  const auto [least, greatest] = std::minmax_element(data.value, data.value + data.rows);
  if (*least == *greatest)
    return {{"constant", "", noise([](auto v, auto) { return std::optional(Noise(ConstantNoise{v[0]})); })}};
  std::vector<Candidate> candidates;
  candidates.push_back({"normal", "", noise([](auto v, auto w) { return std::optional(fit_normal(v, w)); })});
  candidates.push_back({"laplace", "", noise([](auto v, auto w) {
                          return std::optional(fit_laplace(v, w, weighted_moments(v, w).mean));
                        })});
  candidates.push_back({"student_t", "", noise([](auto v, auto w) {
                          return std::optional(fit_student_t(v, w, weighted_moments(v, w).mean));
                        })});
  candidates.push_back({"uniform", "", noise([](auto v, auto w) { return fit_uniform(v, w); })});
  candidates.push_back({"exponential", "", noise([](auto v, auto w) { return fit_exponential(v, w); })});
  candidates.push_back({"gamma", "", noise([](auto v, auto w) { return fit_gamma(v, w); })});
  candidates.push_back({"exponential of normal noise", "",
                        [&data](std::span<const double> w) { return fit_log_normal(data.values(), w); }});
  // Whole numbers have a width of 1: a narrower component would sit on one of them, and its density say nothing.
  const double narrowest = data.integer ? 0.5 : 0;
  candidates.push_back({"mixture of two normals", "", noise([narrowest](auto v, auto w) {
                          std::optional<Noise> fitted = fit_normal_mixture(v, w);
                          if (fitted)
                            for (const Noise& each : fitted->template get_if<MixtureNoise>()->components)
                              if (each.get_if<NormalNoise>()->scale < narrowest) return std::optional<Noise>();
                          return fitted;
                        })});
  if (data.integer) {
    candidates.push_back({"poisson", "", noise([](auto v, auto w) { return fit_poisson(v, w); })});
    candidates.push_back({"empirical", "", noise([](auto v, auto w) { return fit_empirical_counts(v, w); })});
  }
  return candidates;
}

}  // namespace equipoise::inline v0::detail
