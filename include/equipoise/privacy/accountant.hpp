// What an event costs: epsilon at a delta, or delta at an epsilon, by several accountants.
//
//     const PrivacyEvent training =
//         RepeatedEvent{.count = 1000, .base = PoissonSampledEvent{.rate = 0.01, .base = GaussianEvent{1.1}}};
//     const EpsilonBounds spent = epsilon_of(training, 1e-6);  // spent.upper is never below the truth
#pragma once

#include <string>
#include <string_view>

#include <equipoise/privacy/adjacency.hpp>
#include <equipoise/privacy/event.hpp>

namespace equipoise::inline v0 {

enum class Accountant {
  tight,              ///< the privacy loss distribution, bracketed (tight_curve.hpp); any event that has one
  renyi,              ///< Renyi divergences, added and converted at the best order (renyi.hpp)
  zero_concentrated,  ///< rho-zero-concentration (Bun, Steinke 2016), added, with the optimal conversion
  gaussian,           ///< mu-Gaussian privacy, exact for Gaussian noise
  optimal,            ///< from each event's epsilon and delta alone: exact where all are alike, else a bracket
  basic,              ///< the sums of epsilons and of deltas
};

/// "pld", "rdp", "zcdp", "gdp", "optimal", "basic".
constexpr std::string_view accountant_name(Accountant accountant) noexcept {
  switch (accountant) {
    case Accountant::tight: return "pld";
    case Accountant::renyi: return "rdp";
    case Accountant::zero_concentrated: return "zcdp";
    case Accountant::gaussian: return "gdp";
    case Accountant::optimal: return "optimal";
    case Accountant::basic: return "basic";
  }
  return "";
}

/// Whether an accountant can handle an event, and else which part it cannot and why.
struct Support {
  bool is_supported = true;
  std::string reason = {};

  explicit operator bool() const noexcept { return is_supported; }
};
Support supports(Accountant accountant, const PrivacyEvent& event, Adjacency adjacency = Adjacency::add_or_remove_one);

/// lower <= the least epsilon for which the event is (epsilon, delta)-private <= upper, for the worst data; where an
/// accountant has no lower bound, 0.
struct EpsilonBounds {
  double lower = 0;
  double upper = 0;  ///< infinite where no finite epsilon is proven
};

/// delta: in (0, 1). Throws value_out_of_range otherwise, and infeasible, with the reason, for an event that the
/// accountant does not support.
EpsilonBounds epsilon_of(const PrivacyEvent& event, double delta, Adjacency adjacency = Adjacency::add_or_remove_one,
                         Accountant accountant = Accountant::tight);

/// The same for delta at an epsilon, finite and at least 0, by the tight accountant.
struct DeltaBounds {
  double lower = 0, upper = 0;
};
DeltaBounds delta_of(const PrivacyEvent& event, double epsilon, Adjacency adjacency = Adjacency::add_or_remove_one);

}  // namespace equipoise::inline v0
