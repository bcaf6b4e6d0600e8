// DP-FTRL's gradient: no sampling and no shuffling, but noise on sums of gradients over time, by the tree mechanism.
//
// Sources: Dwork, Naor, Pitassi, Rothblum 2010 and Chan, Shi, Song 2011 for the tree; Kairouz, McMahan, Song, Thakkar,
// Thakurta, Xu 2021, "Practical and private (deep) learning without sampling or shuffling", for training. Steps are the
// leaves of a binary tree over one pass through the people, whose nodes, the sums of the leaves below, each get noise;
// a sum over the steps so far has the noise of one node for each 1 among its number's binary digits. Every pass has a
// tree of its own.
//
// What a call writes is the difference of two such sums. Plain descent on it, parameters = start - rate * (sum so far),
// is their "follow the regularised leader".
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/privacy/private_gradient.hpp>

namespace equipoise::inline v0 {

struct TreeGradientOptions {
  double l2_clipping_norm = 1;     ///< of a person's gradient; above 0
  double noise_multiplier = 1;     ///< standard deviation of each node's noise, by the clipping norm; above 0
  std::size_t batch_places = 100;  ///< places a step, in order; at least 1
  ClippingUnit unit = ClippingUnit::person;
};

/// The noise on sums of the first 1, 2, 3, ... of a sequence: that of the nodes which make them up.
class TreeNoise {
 public:
  explicit TreeNoise(std::size_t size) : prefix_(size, 0) {}

  /// Goes on to the next sum. deviation: of a node's noise, in whole numbers.
  template <PrivacyRandomness Randomness>
  void advance(Randomness& random, double deviation) {
    // The nodes that end here: the one of 2^level steps takes the place of those below.
    const auto level = static_cast<std::size_t>(std::countr_zero(++steps_));
    if (nodes_.size() <= level) nodes_.resize(level + 1);
    for (std::size_t below = 0; below < level; ++below) {
      add(-1, nodes_[below]);
      nodes_[below].clear();
    }
    nodes_[level].assign(prefix_.size(), 0);
    detail::add_rounded_noise(random, deviation, nodes_[level], scratch_);
    add(1, nodes_[level]);
  }

  std::span<const std::int64_t> prefix() const noexcept { return prefix_; }

  /// In how many nodes a step of a sequence so long is at most: floor(log2 steps) + 1, or 0.
  static constexpr std::size_t depth(std::uint64_t steps) noexcept {
    return static_cast<std::size_t>(std::bit_width(steps));
  }

 private:
  void add(std::int64_t sign, const std::vector<std::int64_t>& node) {
    for (std::size_t i = 0; i < node.size(); ++i) prefix_[i] += sign * node[i];
  }

  std::uint64_t steps_ = 0;
  std::vector<std::int64_t> prefix_, scratch_;
  std::vector<std::vector<std::int64_t>> nodes_;  // a level each; empty where its digit is 0
};

/// Each call takes the next batch of places, in order and from the start again after the last, and writes the mean of
/// its persons' clipped gradients with the noise's change. Neighbours by add-or-remove-one, as for PrivateGradient.
template <GradientSum S, PrivacyRandomness Randomness>
class TreeGradient {
 public:
  /// Throws value_out_of_range for options out of their ranges.
  TreeGradient(S sum, const TreeGradientOptions& options, Randomness& random)
      : sum_(std::move(sum)),
        options_(checked(options)),
        random_(random),
        noise_(static_cast<std::size_t>(sum_.parameter_count())) {}

  template <Predictor P, PersonLosses L>
  TreeGradient(const P& predictor, L& losses, const TreeGradientOptions& options, Randomness& random)
      : TreeGradient(S(predictor, losses, options.unit), options, random) {}

  std::size_t steps_of_pass() const {
    return (std::max<std::size_t>(sum_.persons(), 1) + options_.batch_places - 1) / options_.batch_places;
  }

  void operator()(ConstVectorRef parameters, VectorRef gradient) {
    if (step_ == steps_of_pass()) begin_pass();
    const std::size_t first = step_ * options_.batch_places;
    batch_.resize(std::min(options_.batch_places, sum_.persons() - std::min(first, sum_.persons())));
    std::iota(batch_.begin(), batch_.end(), first);
    sum_(parameters, batch_, ClippingNorms{std::span(&options_.l2_clipping_norm, 1)}, steps_, counts_);
    const double step = sum_.step(options_.l2_clipping_norm);
    for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i] -= noise_.prefix()[i];
    noise_.advance(random_, options_.noise_multiplier * (options_.l2_clipping_norm / step));
    for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i] += noise_.prefix()[i];
    detail::mean_of_steps(steps_, step, static_cast<double>(options_.batch_places), gradient);
    ++step_;
  }

  /// What the calls so far did to the rows. In a pass a person is in one step, so in at most `depth` nodes, and moves
  /// what the nodes hold together by sqrt(depth) clipping norms; that steps are taken in sight of what went before
  /// costs nothing (Denisov, McMahan, Rush, Smith, Thakurta 2022, theorem 2.1).
  PrivacyEvent event() const { return ComposedEvent{{RepeatedEvent{passes_, pass(steps_of_pass())}, pass(step_)}}; }

 private:
  static const TreeGradientOptions& checked(const TreeGradientOptions& options) {
    const char* place = "tree gradient";
    check_positive(place, "clipping norm", options.l2_clipping_norm);
    check_positive(place, "noise multiplier", options.noise_multiplier);
    check_positive(place, "places of a batch", static_cast<double>(options.batch_places));
    return options;
  }

  PrivacyEvent pass(std::size_t steps) const {
    if (steps == 0) return {};
    return GaussianEvent{options_.noise_multiplier / std::sqrt(static_cast<double>(TreeNoise::depth(steps)))};
  }

  void begin_pass() {
    // The next sum begins anew, with the noise of its own tree; what the last one's was has been written.
    noise_ = TreeNoise(static_cast<std::size_t>(sum_.parameter_count()));
    step_ = 0;
    ++passes_;
  }

  S sum_;
  TreeGradientOptions options_;
  Randomness& random_;
  TreeNoise noise_;
  std::size_t step_ = 0;
  std::int64_t passes_ = 0;
  std::vector<std::size_t> batch_;
  std::vector<std::int64_t> steps_;
  std::vector<NormCounts> counts_;
};

template <Predictor P, PersonLosses L, PrivacyRandomness Randomness>
TreeGradient(const P&, L&, const TreeGradientOptions&, Randomness&)
    -> TreeGradient<RoundedGradientSum<P, L>, Randomness>;

}  // namespace equipoise::inline v0
