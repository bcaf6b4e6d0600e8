// The means whose differences a decomposition is.
#pragma once

#include <cstddef>
#include <vector>

#include <equipoise/scm/decomposition.hpp>

namespace equipoise::inline v0::detail {

/// Mean outcomes: of either group, and of the baseline group in the worlds where the compared group's responses are
/// seen and, step by step, more mediators held.
struct MeanOutcomes {
  double baseline = 0, compared = 0;
  std::vector<double> responses;  ///< E[Y_{x1} | x0] first, E[Y_{x1, W_x0} | x0] last

  DecompositionValues parts() const {
    return {.tv = compared - baseline,
            .ctf_de = responses.back() - baseline,
            .ctf_ie = responses.back() - responses.front(),
            .ctf_se = responses.front() - compared};
  }
  /// What the mediator of a step, from 1, has of ctf_ie.
  double share(std::size_t step) const { return responses[step] - responses[step - 1]; }
};

}  // namespace equipoise::inline v0::detail
