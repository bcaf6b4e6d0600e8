// An estimate of the tight curve by the contour integral of the moment generating function, apart from any lattice.
//
// With M(z) = E_P[e^(z L)] of a composition and s > 0, delta(epsilon) is (2 pi i)^-1 times the integral along Re z = s
// of M(z) e^(-z epsilon) / (z (z + 1)) (Zhu, Dong, Wang 2022, for the characteristic function; the kernel is the
// Laplace transform of (1 - e^-y)_+). Along the saddle point's line the integrand dies out like a normal density where
// many steps decide, and the trapezoidal rule converges faster than any power. Where few do, it does not die out.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <optional>

#include <equipoise/privacy/adjacency.hpp>
#include <equipoise/privacy/event.hpp>

namespace equipoise::inline v0 {

/// About the least epsilon >= 0 at which the event is (epsilon, delta)-private, to 1e-4 of it or so: between the bounds
/// of epsilon_of, proving nothing. Nothing where the integrand does not die out within the frequencies allowed. delta:
/// in (0, 1). Throws as epsilon_of does. O(frequencies x slices), a few tens of milliseconds.
std::optional<double> estimated_epsilon(const PrivacyEvent& event, double delta,
                                        Adjacency adjacency = Adjacency::add_or_remove_one);

}  // namespace equipoise::inline v0
