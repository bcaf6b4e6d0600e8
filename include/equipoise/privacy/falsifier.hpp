// Tries to refute a privacy claim by running the mechanism on two neighbouring inputs.
//
//     const auto verdict = falsify(claims, columns, 20000, draw_on_one, draw_on_other);
//     if (verdict.refuted) ...  // wrong with probability verdict.error_probability at most
//
// A mechanism is (epsilon, delta)-private on two inputs if P(E) <= e^epsilon Q(E) + delta and the reverse for all
// events E. The first half of the runs looks for events that seem to break this: thresholds and single values of some
// features of the output. The few that seem to break it most are then tested on the second half, of which the choice
// knew nothing, by exact bounds on both proportions (Clopper, Pearson 1934), the error probability being shared among
// them. Not to refute proves nothing: two inputs, finitely many runs, and such events as are looked at. (After Ding,
// Wang, Wang, Zhang, Kifer 2018, with one error probability for the whole.)
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <equipoise/privacy/falsifier_events.hpp>

namespace equipoise::inline v0 {

struct FalsifierOptions {
  double error_probability = 1e-6;  ///< of refuting a claim that is true, at most; in (0, 1)
  std::size_t tested_events = 8;    ///< on the second half
};

struct Falsification {
  bool refuted = false;
  /// What was refuted, or else what came closest.
  PrivacyClaim claim = {};
  /// The event, for people: "output[0] >= 1.5, more often on the first input".
  std::string event = {};
  /// With the error probability, delta at the claim's epsilon is no less than this (at most 0 says nothing).
  double delta_lower_bound = -std::numeric_limits<double>::infinity();
  double error_probability = 0;
};

/// claims: points of one curve, all claimed of the mechanism. columns: numbers in one output. draw_on_one(out) and
/// draw_on_other(out) run the mechanism on either input with fresh randomness and write an output to a
/// std::span<double> of `columns`. runs: on each input, half of them to look and half to test. NaN in an output counts
/// as minus infinity. O(runs log runs) time for each of about columns^2 / 2 features (columns <= 8; else columns) and
/// O(runs columns) memory. Throws value_out_of_range without a claim or with fewer than 100 runs.
template <class DrawOnOne, class DrawOnOther>
Falsification falsify(std::span<const PrivacyClaim> claims, std::size_t columns, std::size_t runs,
                      DrawOnOne draw_on_one, DrawOnOther draw_on_other, const FalsifierOptions& options = {}) {
  detail::check_falsifier(claims, columns, runs, options.error_probability, options.tested_events);
  const std::size_t half = runs / 2;
  const auto drawn = [&](auto& draw) {
    std::vector<double> outputs(half * columns);
    for (std::size_t run = 0; run < half; ++run) draw(std::span(outputs).subspan(run * columns, columns));
    return outputs;
  };
  const std::vector<double> one = drawn(draw_on_one), other = drawn(draw_on_other);
  const std::vector<detail::SuspectEvent> events =
      detail::suspect_events({one, columns}, {other, columns}, claims, options.tested_events);
  const std::vector<double> fresh_one = drawn(draw_on_one), fresh_other = drawn(draw_on_other);
  Falsification verdict{.error_probability = options.error_probability};
  double most = -std::numeric_limits<double>::infinity();
  for (const detail::SuspectEvent& event : events) {
    const double share = options.error_probability / static_cast<double>(events.size());
    const double bound = event.delta_lower_bound({fresh_one, columns}, {fresh_other, columns}, share);
    if (bound - event.claim.delta <= most) continue;
    most = bound - event.claim.delta;
    verdict.refuted = most > 0;
    verdict.claim = event.claim;
    verdict.event = event.text();
    verdict.delta_lower_bound = bound;
  }
  return verdict;
}

}  // namespace equipoise::inline v0
