// The mechanism ladder: what can be asked of the function that makes a variable from its causes.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>

#include <equipoise/scm/noise.hpp>

namespace equipoise::inline v0 {

/// Columns of one block, a pointer to contiguous values each; how many values is the RowBlock's size.
using ColumnPointers = std::span<const double* const>;
/// Columns of one block to be written.
using MutableColumnPointers = std::span<double* const>;

// Mechanisms work on blocks of rows: a call evaluates a whole column of the block from the columns of its
// inputs, so that nothing is looked up, allocated or dispatched per row. Inputs are positional: which
// variables they are is the Scm's business. A failing row throws an Error whose place is "row N" (N from 1);
// the Scm puts the variable's name before it.

/// Evaluates: value = f(inputs, noise). The second rung of Pearl's ladder: with the noise in hand, the
/// same unit can be asked what it does in another world.
template <class M>
concept FunctionalMechanism = std::copy_constructible<M> &&
    requires(const M& m, ColumnPointers inputs, ColumnPointers noise, MutableColumnPointers noise_out,
             const RandomStream& stream, RowBlock rows, double* value) {
  { m.input_count() } -> std::convertible_to<std::size_t>;
  { m.noise_count() } -> std::convertible_to<std::size_t>;
  m.draw_noise(stream, rows, noise_out);
  m.evaluate(inputs, noise, rows, value);
};

/// Samples the variable given its inputs: enough for observing and for intervening.
template <class M>
concept Mechanism = FunctionalMechanism<M> ||
    (std::copy_constructible<M>&& requires(const M& m, ColumnPointers inputs, const RandomStream& stream, RowBlock rows,
                                           double* value) {
      { m.input_count() } -> std::convertible_to<std::size_t>;
      m.sample(inputs, stream, rows, value);
    });

/// Abducts: the one noise with which the inputs give the value. Invariant: evaluate(inputs, abduct(inputs,
/// value)) is the value, up to rounding.
template <class M>
concept InvertibleMechanism = FunctionalMechanism<M> &&
    requires(const M& m, ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise_out) {
  m.abduct(inputs, value, rows, noise_out);
};

/// Samples the noise from its distribution given inputs and value; throws scm_no_support where the inputs
/// cannot give the value. Invariant: evaluate(inputs, noise) is the value.
template <class M>
concept PosteriorMechanism = FunctionalMechanism<M> &&
    requires(const M& m, ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
             MutableColumnPointers noise_out) {
  m.sample_posterior(inputs, value, stream, rows, noise_out);
};

/// ln of the density (or probability) of the value given the inputs.
template <class M>
concept LikelihoodMechanism = Mechanism<M> &&
    requires(const M& m, ColumnPointers inputs, const double* value, RowBlock rows, double* out) {
  m.log_density(inputs, value, rows, out);
};

/// A variable with levels: the probability of each given the inputs, a column a level.
template <class M>
concept DiscreteMechanism = Mechanism<M> &&
    requires(const M& m, ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) {
  { m.level_count() } -> std::convertible_to<std::size_t>;
  m.probabilities(inputs, rows, out);
};

/// A discrete mechanism whose coupling gives exact two-world probabilities:
/// P(value under `inputs` = level | value under `factual_inputs` = factual_value), a column a level.
template <class M>
concept CoupledMechanism = DiscreteMechanism<M> &&
    requires(const M& m, ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
             RowBlock rows, MutableColumnPointers out) {
  m.counterfactual_probabilities(factual_inputs, factual_value, inputs, rows, out);
};

/// What one mechanism can do, at run time.
struct Rungs {
  bool functional = false;
  bool invertible = false;
  bool posterior = false;
  bool likelihood = false;
  bool discrete = false;
  bool coupled = false;
  friend bool operator==(const Rungs&, const Rungs&) = default;
};

/// The rungs that a type has; a type whose rungs depend on its value (a formula that may or may not be
/// invertible) says so itself by a member `rungs()`.
template <Mechanism M>
Rungs rungs_of(const M& mechanism) {
  if constexpr (requires {
                  { mechanism.rungs() } -> std::same_as<Rungs>;
                }) {
    return mechanism.rungs();
  } else {
    return {.functional = FunctionalMechanism<M>,
            .invertible = InvertibleMechanism<M>,
            .posterior = PosteriorMechanism<M>,
            .likelihood = LikelihoodMechanism<M>,
            .discrete = DiscreteMechanism<M>,
            .coupled = CoupledMechanism<M>};
  }
}

}  // namespace equipoise::inline v0
