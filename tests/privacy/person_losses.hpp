// Losses of persons whose gradients are whatever a test wants.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/privacy/gradient_clipping.hpp>

namespace equipoise::testing {

/// Persons of fixed features and derivatives: worlds, each persons x inputs and persons.
struct FixedPersonLosses {
  std::vector<BatchWorld> all;

  std::size_t persons() const { return static_cast<std::size_t>(all.front().d_scores.size()); }
  std::size_t worlds() const { return all.size(); }
  void at(ConstVectorRef, std::span<const std::size_t> places, std::vector<BatchWorld>& worlds) const {
    worlds.resize(all.size());
    for (std::size_t w = 0; w < all.size(); ++w) {
      worlds[w].features = all[w].features(places, Eigen::all);
      worlds[w].d_scores = all[w].d_scores(places);
    }
  }
};

}  // namespace equipoise::testing
