#include <equipoise/scm/own_noise.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>

namespace equipoise::inline v0 {

const Noise* own_noise(const AnyMechanism& mechanism) {
  if (const auto* root = mechanism.get_if<NoiseMechanism>()) return &root->noise();
  if (const auto* linear = mechanism.get_if<LinearMechanism>()) return &linear->noise();
  if (const auto* additive = mechanism.get_if<AdditiveNoiseMechanism>()) return &additive->noise();
  if (const auto* scaled = mechanism.get_if<LocationScaleMechanism>()) return &scaled->noise();
  if (const auto* formula = mechanism.get_if<FormulaMechanism>()) return &formula->noise();
  if (const auto* bent = mechanism.get_if<PostNonlinearMechanism>()) return &bent->inner().noise();
  if (const auto* bent = mechanism.get_if<PostNonlinearLocationScaleMechanism>()) return &bent->inner().noise();
  if (const auto* shifted = mechanism.get_if<ShiftedMechanism>()) return own_noise(shifted->base());
  const auto* fed = mechanism.get_if<FedMechanism>();
  const bool draws = fed != nullptr && fed->noise_count() > fed->base().noise_count();
  return fed != nullptr && !draws ? own_noise(fed->base()) : nullptr;
}

bool mixes_measures(const AnyMechanism& mechanism) {
  const Noise* noise = own_noise(mechanism);
  return noise != nullptr && mechanism.rungs().invertible && has_atoms(*noise) && !is_discrete(*noise);
}

void mark_atoms(const AnyMechanism& mechanism, ColumnPointers inputs, const double* value, RowBlock rows,
                const double* log_density, unsigned char* out) {
  std::fill_n(out, rows.size, static_cast<unsigned char>(0));
  std::vector<std::size_t> possible;
  for (std::size_t i = 0; i < rows.size; ++i)
    if (log_density[i] > -std::numeric_limits<double>::infinity()) possible.push_back(i);
  if (possible.empty()) return;
  const auto picked = [&](const double* column) {
    std::vector<double> values;
    for (const std::size_t i : possible) values.push_back(column[i]);
    return values;
  };
  std::vector<std::vector<double>> columns;
  for (const double* input : inputs) columns.push_back(picked(input));
  std::vector<const double*> causes;
  for (const auto& column : columns) causes.push_back(column.data());
  const std::vector<double> values = picked(value);
  std::vector<double> noise(possible.size());
  double* const noises[] = {noise.data()};
  mechanism.abduct(causes, values.data(), {rows.first, possible.size()}, noises);
  for (std::size_t k = 0; k < possible.size(); ++k) out[possible[k]] = is_atom(*own_noise(mechanism), noise[k]) ? 1 : 0;
}

}  // namespace equipoise::inline v0
