#include <equipoise/scm/abduction.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/finite_noise.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/own_noise.hpp>

#include "scm/shared_normal_abduction.hpp"

namespace equipoise::inline v0 {
namespace detail {
std::vector<ExogenousComponent> exogenous_components(const Scm& scm) {
  std::vector<std::size_t> root(scm.exogenous().size());
  for (std::size_t e = 0; e < root.size(); ++e) root[e] = e;
  const auto find = [&](std::size_t e) {
    while (root[e] != e) e = root[e];
    return e;
  };
  for (Node v = 0; v < scm.size(); ++v) {
    std::optional<std::size_t> first;
    for (const Scm::Input& input : scm.inputs(v)) {
      if (!input.exogenous) continue;
      if (first)
        root[find(input.index)] = find(*first);
      else
        first = input.index;
    }
  }
  std::vector<ExogenousComponent> components;
  std::vector<std::size_t> component_of(root.size());
  for (std::size_t e = 0; e < root.size(); ++e)
    if (root[e] == e) {
      component_of[e] = components.size();
      components.emplace_back();
    }
  for (std::size_t e = 0; e < root.size(); ++e) components[component_of[find(e)]].exogenous.push_back(e);
  for (Node v = 0; v < scm.size(); ++v)
    for (const Scm::Input& input : scm.inputs(v))
      if (input.exogenous) {
        components[component_of[find(input.index)]].readers.push_back(v);
        break;
      }
  return components;
}

namespace {

constexpr std::size_t most_states = 4096;

/// The states of each exogenous variable; nothing where one has infinitely many or all have too many together.
std::optional<std::vector<NoiseStates>> states_of(const Scm& scm, const ExogenousComponent& component) {
  std::vector<NoiseStates> states;
  std::size_t together = 1;
  for (const std::size_t e : component.exogenous) {
    auto each = finite_states(scm.exogenous()[e].noise);
    if (!each || (together *= each->values.size()) > most_states) return std::nullopt;
    states.push_back(std::move(*each));
  }
  return states;
}

[[noreturn]] void throw_without_states(const Scm& scm, const ExogenousComponent& component) {
  const auto infinite = std::find_if(component.exogenous.begin(), component.exogenous.end(),
                                     [&](std::size_t e) { return !finite_states(scm.exogenous()[e].noise); });
  const bool is_finite = infinite == component.exogenous.end();
  throw Error(ErrorCode::scm_missing_rung,
              "exogenous '" + scm.exogenous()[is_finite ? component.exogenous.back() : *infinite].name + "'",
              is_finite ? "too many joint states to abduct" : "an exogenous variable without levels",
              "exogenous variables with at most " + std::to_string(most_states) + " joint states");
}

/// A state that gives more of a row's values with positive probability is infinitely likelier than one that has
/// densities there, which is ruled out.
void keep_most_atoms(std::vector<double>& weight, const std::vector<unsigned>& atoms, std::size_t rows, std::size_t i) {
  constexpr double impossible = -std::numeric_limits<double>::infinity();
  unsigned most = 0;
  for (std::size_t at = i; at < weight.size(); at += rows)
    if (weight[at] > impossible) most = std::max(most, atoms[at]);
  for (std::size_t at = i; most > 0 && at < weight.size(); at += rows)
    if (atoms[at] < most) weight[at] = impossible;
}

bool can_be_any_number(const Noise& noise) {
  if (const auto* mixture = noise.get_if<MixtureNoise>()) {
    for (std::size_t k = 0; k < mixture->components.size(); ++k)
      if (mixture->weights[k] > 0 && can_be_any_number(mixture->components[k])) return true;
    return false;
  }
  return noise.get_if<NormalNoise>() != nullptr || noise.get_if<LaplaceNoise>() != nullptr ||
         noise.get_if<StudentTNoise>() != nullptr;
}

/// Whether its noise alone lets it be any number, whatever its causes: what need not be checked.
bool gives_any_number(const AnyMechanism& mechanism) {
  if (const auto* root = mechanism.get_if<NoiseMechanism>()) return can_be_any_number(root->noise());
  if (const auto* linear = mechanism.get_if<LinearMechanism>()) return can_be_any_number(linear->noise());
  if (const auto* additive = mechanism.get_if<AdditiveNoiseMechanism>()) return can_be_any_number(additive->noise());
  const auto* scaled = mechanism.get_if<LocationScaleMechanism>();
  return scaled != nullptr && can_be_any_number(scaled->noise());
}

std::string value_text(const VariableSpec& variable, double value) {
  const bool is_level = variable.has_levels() && value >= 0 && value < static_cast<double>(variable.levels.size());
  return is_level ? "'" + variable.levels[static_cast<std::size_t>(value)] + "'" : shortest(value);
}

}  // namespace

BlockAbduction::BlockAbduction(const Scm& scm, const double* world, std::size_t stride, RowBlock rows,
                               std::uint64_t seed)
    : scm_(scm), rows_(rows), seed_(seed), noise_(scm.size()), exogenous_(scm.exogenous().size()) {
  for (Node v = 0; v < scm.size(); ++v) factual_.nodes.push_back(world + v * stride);
  factual_.exogenous.resize(scm.exogenous().size());
}

void BlockAbduction::reevaluate(Node v, std::span<const double* const> inputs, double* out) {
  changed_.assign(rows_.size, 0);
  std::uint64_t any = 0, all = 0;
  const std::span<const Scm::Input> sources = scm_.inputs(v);
  arguments_.assign(inputs.begin(), inputs.end());
  for (std::size_t c = 0; c < sources.size(); ++c) {
    if (sources[c].exogenous) continue;
    const double* before = factual(sources[c].index);
    if (before == inputs[c]) continue;
    const double* after = inputs[c];
    std::uint64_t* changed = changed_.data();
    all = ~std::uint64_t{0};
    for (std::size_t i = 0; i < rows_.size; ++i) {
      const std::uint64_t differs = before[i] != after[i] ? ~std::uint64_t{0} : 0;
      changed[i] |= differs;
      any |= differs;
      all &= changed[i];
    }
    if (all != 0) break;  // every row changes, whatever the other inputs do
  }
  if (any == 0) {
    std::copy_n(factual(v), rows_.size, out);
    return;
  }
  for_rows_of(scm_, v, [&] {
    const ColumnPointers noise = noise_of(v);
    for (std::size_t c = 0; c < sources.size(); ++c)
      if (sources[c].exogenous) arguments_[c] = factual_.exogenous[sources[c].index];
    scm_.mechanism(v).evaluate(arguments_, noise, rows_, out);
  });
  if (all != 0) return;
  const double* before = factual(v);
  const std::uint64_t* changed = changed_.data();
  for (std::size_t i = 0; i < rows_.size; ++i)
    out[i] = std::bit_cast<double>((std::bit_cast<std::uint64_t>(out[i]) & changed[i]) |
                                   (std::bit_cast<std::uint64_t>(before[i]) & ~changed[i]));
}

void BlockAbduction::require_possible() {
  for (const ExogenousComponent& component : exogenous_components(scm_)) {
    const bool can_be_weighed = std::all_of(component.readers.begin(), component.readers.end(),
                                            [&](Node v) { return scm_.mechanism(v).rungs().likelihood; });
    if (can_be_weighed && !is_drawn(component) && states_of(scm_, component)) draw_component(component);
  }
  for (Node v = 0; v < scm_.size(); ++v) {
    const auto inputs = scm_.inputs(v);
    const bool is_fed = std::all_of(inputs.begin(), inputs.end(), [&](const Scm::Input& input) {
      return !input.exogenous || factual_.exogenous[input.index] != nullptr;
    });
    if (is_fed && scm_.mechanism(v).rungs().likelihood && !gives_any_number(scm_.mechanism(v))) require_possible(v);
  }
}

void BlockAbduction::require_possible(Node v) {
  constexpr double rounding = 1e-11;  // of the value and of what it is made from
  constexpr double impossible = -std::numeric_limits<double>::infinity();
  factual_.inputs_of(scm_, v, factual_arguments_);
  std::vector<double> density(rows_.size), moved;
  const auto weigh = [&](const double* values) {
    for_rows_of(scm_, v, [&] { scm_.mechanism(v).log_density(factual_arguments_, values, rows_, density.data()); });
  };
  std::vector<unsigned char> is_possible(rows_.size);
  const auto note = [&] {
    for (std::size_t i = 0; i < rows_.size; ++i) is_possible[i] |= density[i] > impossible;
    return std::find(is_possible.begin(), is_possible.end(), 0) == is_possible.end();
  };
  weigh(factual(v));
  if (note()) return;
  if (!scm_.variable(v).has_levels())
    for (const double way : {-1.0, 1.0}) {
      moved.assign(factual(v), factual(v) + rows_.size);
      for (std::size_t i = 0; i < rows_.size; ++i) {
        double size = std::abs(moved[i]);
        for (const double* column : factual_arguments_) size = std::max(size, std::abs(column[i]));
        moved[i] += way * rounding * size;
      }
      weigh(moved.data());
      if (note()) return;
    }
  const auto i = static_cast<std::size_t>(std::find(is_possible.begin(), is_possible.end(), 0) - is_possible.begin());
  throw RowError(ErrorCode::scm_no_support, scm_.graph().name(v), rows_.first + i,
                 value_text(scm_.variable(v), factual(v)[i]) + ", which its causes and noise do not give",
                 "a row that the model can produce");
}

ColumnPointers BlockAbduction::noise_of(Node v) {
  NoiseColumns& held = noise_[v];
  if (!held.known) {
    const AnyMechanism& mechanism = scm_.mechanism(v);
    held.values = std::make_unique_for_overwrite<double[]>(mechanism.noise_count() * rows_.size);
    std::vector<double*> columns;
    for (std::size_t c = 0; c < mechanism.noise_count(); ++c) {
      columns.push_back(held.values.get() + c * rows_.size);
      held.columns.push_back(columns.back());
    }
    factual_inputs(v, factual_arguments_);
    if (mechanism.rungs().invertible)
      mechanism.abduct(factual_arguments_, factual(v), rows_, columns);
    else
      mechanism.sample_posterior(factual_arguments_, factual(v), stream_of(v), rows_, columns);
    held.known = true;
  }
  return held.columns;
}

RandomStream BlockAbduction::stream_of(std::size_t point) const {
  return RandomStream(StreamKey{seed_, Purpose::abduction, static_cast<std::uint32_t>(point)});
}

void BlockAbduction::factual_inputs(Node v, std::vector<const double*>& into) {
  for (const Scm::Input& input : scm_.inputs(v))
    if (input.exogenous && factual_.exogenous[input.index] == nullptr) {
      abduct_exogenous();
      break;
    }
  factual_.inputs_of(scm_, v, into);
}

void BlockAbduction::abduct_exogenous() {
  for (const ExogenousComponent& component : exogenous_components(scm_))
    if (!is_drawn(component)) draw_component(component);
}

void BlockAbduction::draw_component(const ExogenousComponent& component) {
  for (const std::size_t e : component.exogenous) {
    exogenous_[e].resize(rows_.size);
    factual_.exogenous[e] = exogenous_[e].data();
  }
  const RandomStream stream = stream_of(scm_.size() + component.exogenous.front());
  if (abduct_shared_normals(scm_, component, factual_, rows_, stream, exogenous_)) return;
  const auto found = states_of(scm_, component);
  if (!found) throw_without_states(scm_, component);
  const std::vector<NoiseStates>& priors = *found;
  std::size_t states = 1;
  for (const NoiseStates& prior : priors) states *= prior.values.size();
  std::vector<double> weight(states * rows_.size), density(rows_.size);
  std::vector<unsigned> atoms(states * rows_.size);  // how many readers have their values with positive probability
  std::vector<unsigned char> is_atom(rows_.size);
  const auto set_state = [&](std::size_t state, auto&& assign) {
    double log_prior = 0;
    for (std::size_t c = component.exogenous.size(); c-- > 0;) {
      const std::size_t at = state % priors[c].values.size();
      state /= priors[c].values.size();
      log_prior += std::log(priors[c].probabilities[at]);
      assign(exogenous_[component.exogenous[c]], priors[c].values[at]);
    }
    return log_prior;
  };
  std::vector<const double*> inputs;
  for (std::size_t s = 0; s < states; ++s) {
    double* of_state = weight.data() + s * rows_.size;
    std::fill_n(of_state, rows_.size, set_state(s, [](std::vector<double>& column, double value) {
                  std::fill(column.begin(), column.end(), value);
                }));
    for (const Node v : component.readers) {
      factual_.inputs_of(scm_, v, inputs);
      for_rows_of(scm_, v, [&] { scm_.mechanism(v).log_density(inputs, factual(v), rows_, density.data()); });
      for (std::size_t i = 0; i < rows_.size; ++i) of_state[i] += density[i];
      if (!mixes_measures(scm_.mechanism(v))) continue;
      mark_atoms(scm_.mechanism(v), inputs, factual(v), rows_, density.data(), is_atom.data());
      for (std::size_t i = 0; i < rows_.size; ++i) atoms[s * rows_.size + i] += is_atom[i];
    }
  }
  std::vector<double> uniforms(rows_.size);
  fill_uniform(stream, rows_.first, uniforms);
  for (std::size_t i = 0; i < rows_.size; ++i) {
    keep_most_atoms(weight, atoms, rows_.size, i);
    double greatest = weight[i];
    for (std::size_t s = 1; s < states; ++s) greatest = std::max(greatest, weight[s * rows_.size + i]);
    if (!(greatest > -std::numeric_limits<double>::infinity()))
      throw RowError(ErrorCode::scm_no_support, "", rows_.first + i,
                     "values that no state of the exogenous variables gives", "a row that the model can produce");
    double total = 0;
    for (std::size_t s = 0; s < states; ++s) total += std::exp(weight[s * rows_.size + i] - greatest);
    double left = uniforms[i] * total;
    std::size_t drawn = 0;
    for (std::size_t s = 0; s < states; ++s) {
      const double mass = std::exp(weight[s * rows_.size + i] - greatest);
      if (mass <= 0) continue;
      drawn = s;
      if (left < mass) break;
      left -= mass;
    }
    set_state(drawn, [i](std::vector<double>& column, double value) { column[i] = value; });
  }
}

}  // namespace detail

}  // namespace equipoise::inline v0
