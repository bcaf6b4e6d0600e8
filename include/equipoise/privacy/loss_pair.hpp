// Dominating pairs: two distributions P and Q on the line that are as hard to tell apart as any two neighbours'
// outputs are, ordered by the privacy loss L = ln dP/dQ (Dwork, Rothblum 2016; Zhu, Dong, Wang 2022, definition 7).
//
// Everything an accountant needs of a pair is the mass that P and Q put on an interval of losses, so this is the whole
// interface. Adding Poisson sampling at rate q turns a pair (P, Q) into ((1 - q) Q + q P, Q) for the removal of a
// person and into (P, (1 - q) P + q Q) for the addition of one (theorem 11 there), which moves losses monotonically.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/privacy/adjacency.hpp>
#include <equipoise/privacy/event.hpp>

namespace equipoise::inline v0::detail {

/// The distribution functions of P and Q at one loss l: P(L <= l), P(L > l), and so for Q, each accurate in its tail.
struct LossCumulative {
  double p_below = 0, p_above = 1, q_below = 0, q_above = 1;
  double relative_error = 0;  ///< a bound on the rounding of each
};

/// The masses on an interval of losses. The errors are absolute, and bound the rounding.
struct LossSlice {
  double p = 0, q = 0;
  double excess = 0;                ///< p - q, accurate where p and q are close
  double p_error = 0, q_error = 0;  ///< apart, since e^loss multiplies that of q
  double excess_error = 0;
};

/// The masses of P at losses up to and with one, and beyond another, rounding added.
struct TailMasses {
  double p_below = 0, p_above = 0;
};

/// N(mu, 1) against N(0, 1): Gaussian noise of multiplier 1 / mu.
struct GaussianPair {
  double mu = 0;
};

/// Laplace noise of scale 1: shifted by `shift`, against unshifted.
struct LaplacePair {
  double shift = 0;
};

/// (1 - rate) N(0, 1) + rate N(mu, 1) against (1 - rate) N(0, 1) + rate N(-mu, 1): a person in a Poisson batch is
/// exchanged for one who pulls the other way. It dominates every exchange, in any dimension: for a test accepted with
/// probability a under N(0, I), the chance under N(g, I) is at most Phi(Phi^-1(a) + |g|) and under N(g', I) at least
/// Phi(Phi^-1(a) - |g'|), by Neyman and Pearson, and one half-space attains both where g' = -g.
struct ExchangedGaussianPair {
  double mu = 0;
  double rate = 1;
};

/// Finitely many losses, rising. Masses need not sum to 1: see LossPair::p_infinite.
struct AtomPair {
  std::vector<double> losses, p, q;
  std::vector<double> p_below, p_above, q_below, q_above;  ///< sums up to and with, and beyond, each
  double spacing = 0;                                      ///< of the losses, where they lie on a lattice; else 0

  static AtomPair from_masses(std::vector<double> losses, std::vector<double> p, std::vector<double> q, double spacing);
};

using BasePair = std::variant<GaussianPair, LaplacePair, ExchangedGaussianPair, std::shared_ptr<const AtomPair>>;

enum class LossSampling {
  none,
  removal,   ///< ((1 - q) Q + q P, Q)
  addition,  ///< (P, (1 - q) P + q Q)
  /// Losses above 0 as in removal and below 0 as in addition, the rest at 0: what sampling without replacement comes to
  /// under replacement of one (Zhu, Dong, Wang 2022, theorem 11; Balle, Barthe, Gaboardi 2018).
  exchange,
};

/// A base pair, sampled, seen with probability `weight`.
struct LossComponent {
  double weight = 1;
  BasePair base;
  LossSampling sampling = LossSampling::none;
  double rate = 1;
};

/// One step's dominating pair: a mixture of components that the adversary can tell apart, and an infinite loss.
struct LossPair {
  std::vector<LossComponent> components;
  double p_infinite = 0;  ///< mass of P where Q has none

  /// The slices (losses[i], losses[i + 1]], added to `slices`, of losses.size() - 1 entries. `losses` rise strictly.
  /// Returns a bound on how far a slice's true losses may lie outside its bounds, by rounding.
  double add_slices(std::span<const double> losses, std::span<LossSlice> slices) const;

  /// P(L > loss) - e^loss Q(L > loss), infinite losses included, and a bound on its rounding. O(components).
  struct HockeyStick {
    double value = 0, error = 0;
  };
  HockeyStick hockey_stick(double loss) const;

  /// What lies outside (low, high], infinite losses apart.
  TailMasses tail_masses(double low, double high) const;

  /// Losses such that P puts at most `tail` below and at most `tail` above them (infinite losses apart).
  double low_loss(double tail) const;
  double high_loss(double tail) const;

  /// Rising losses from low_loss to high_loss that resolve the pair's shape: for planning. `count`: about how many.
  std::vector<double> resolving_losses(double tail, std::size_t count) const;

  /// A median of P's losses, roughly.
  double median_loss() const;

  /// A lattice origin + step Z on which every atom lies, where there are atoms and they do; the origin near the median,
  /// so that in a composition with others the likeliest loss is a point whatever the step.
  struct Lattice {
    double origin = 0, step = 0;
  };
  std::optional<Lattice> own_lattice() const;

  /// A bound on every loss; infinite where there is none.
  double largest_loss() const;
};

/// The pairs of one event for the two directions of a neighbouring relation, or why it has none. Under replacement the
/// directions are the same by symmetry.
struct DirectedPairs {
  LossPair removal, addition;
  bool symmetric = true;
};
std::variant<DirectedPairs, std::string> dominating_pairs(const PrivacyEvent& event, Adjacency adjacency);

}  // namespace equipoise::inline v0::detail
