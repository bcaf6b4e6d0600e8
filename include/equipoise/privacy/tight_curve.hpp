// The tight privacy curve of a composition, as a bracket: an upper bound that is never below the truth and a lower one
// that is never above it.
//
// The losses of every step are moved to a lattice (loss_lattice.hpp), once upwards and once downwards, tilted by e^(s
// L) with s the saddle point of the target, so that what decides delta is the bulk of the tilted distribution, and
// composed by one Fourier transform for both. What separates the computed from the true value of the lattices' delta is
// bounded and added, or taken off:
//
// - the transforms' rounding, in norm (Fourier::relative_error), carried through the powers: an error e of a step's
//   characteristic function F moves F^T by at most T (|F| + e)^(T - 1) e, and Cauchy and Schwarz's inequality sums
//   this over the frequencies; the powers' own by sqrt 5 u a product (Brent,
//   Percival, Zimmermann 2007);
// - rounding of masses, tilts and positive sums, which is relative, a few units a step;
// - what lies beyond the lattice's window and wraps round it, by Chernoff bounds from the lattices' own moment
// generating
//   functions; the wrapped part only adds to the upper bound;
// - truncated tails, as infinite losses;
// - losses off by rounding, by moving epsilon.
//
// Transforms and powers are of doubles; where their rounding would decide, of long doubles, and then of pairs of
// doubles. The lattice's step is planned from the saddle point so that the splits' variance costs epsilon a given
// share.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <equipoise/privacy/loss_pair.hpp>

namespace equipoise::inline v0::detail {

struct CountedPair {
  LossPair pair;
  std::int64_t count = 1;
};

struct Bracket {
  double lower = 0, upper = 0;
};

/// How fine a bracket is wanted, and how much may be spent on it.
struct CurveEffort {
  double relative_width = 5e-4;                    ///< of epsilon, that the upper bound may cost
  std::size_t most_points = std::size_t{1} << 20;  ///< of a lattice
  double enough = 0;                               ///< an upper bound of at most this need not be made finer
};

/// The bracket of the least epsilon >= 0 for which the composition's delta is at most `delta`, in (0, 1). The upper is
/// infinite where no finite epsilon is proven. O(N log N) in the lattice's points N.
Bracket epsilon_bracket_of(std::span<const CountedPair> pairs, double delta, const CurveEffort& effort = {});

/// The bracket of delta at epsilon >= 0.
Bracket delta_bracket_of(std::span<const CountedPair> pairs, double epsilon, const CurveEffort& effort = {});

}  // namespace equipoise::inline v0::detail
