// The noise distribution that a mechanism holds, and values that it gives with positive probability.
#pragma once

#include <equipoise/scm/any_mechanism.hpp>

namespace equipoise::inline v0 {

/// The distribution of the one noise that a mechanism is evaluated from: of a noise, linear, additive, location-scale,
/// post-nonlinear or formula mechanism, shifted, scaled or fed along its edges as it may be. nullptr for any other.
const Noise* own_noise(const AnyMechanism& mechanism);

/// Whether log_density is the log of a probability at some values and of a density at others: its noise has atoms and
/// a continuous part. Of two units with the same value the one that has it by probability is then infinitely likelier.
bool mixes_measures(const AnyMechanism& mechanism);

/// Whether each row has its value by an atom of the noise. mechanism: mixes_measures; log_density: what it says of the
/// same rows, of which those at -infinity are none.
void mark_atoms(const AnyMechanism& mechanism, ColumnPointers inputs, const double* value, RowBlock rows,
                const double* log_density, unsigned char* out);

}  // namespace equipoise::inline v0
