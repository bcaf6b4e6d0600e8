// A dominating pair's losses moved to a lattice o + h Z, upwards and downwards, with what rounding may have done to
// them.
//
// With L the privacy loss under P, delta(epsilon) of a composition is E[(1 - e^(epsilon - sum of L))_+], which rises in
// each L and is convex in each e^-L. Two consequences make the two lattices, both right to the second order in h:
//
// - up: a mass with loss between two points is split between them so that the mean of e^-L stays
//   (connecting the dots of Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022). By Jensen's inequality no delta falls.
// - down: masses of neighbouring losses are merged, the mean of e^-L again kept, in such shares that every merged loss
//   falls on the lattice. By Jensen's inequality, the other way, no delta rises.
//
// The merging starts from the bulk, where one step's losses are most alike: the lattice is laid so that the mean of
// what is nearest to the bulk is a point, since a bulk moved down by a share of h would be so in every step. Where
// losses already lie on a lattice it is laid through them.
//
// Rounding: a split is moved upwards (a merge's loss downwards) by the bound on its error; all losses may be off by
// `up_error` and `down_error`, so epsilon must be moved by the sum of it over the steps; what is left is relative, a
// few units of roundoff a mass.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <equipoise/privacy/loss_pair.hpp>

namespace equipoise::inline v0::detail {

/// How losses above the bulk are merged for `down`. Both are bounds; which is the tighter depends on the tail.
enum class Downward {
  rising,      ///< from the bulk on, taking higher losses to reach a point: for tails that fall slowly over a step
  descending,  ///< from the top down, taking lower losses: for tails that fall steeply
};

struct Refinement {
  std::int64_t near = 256;  ///< points are no farther apart than their distance from the bulk over this
  Downward way = Downward::rising;
};

struct LossLattice {
  double step = 0;                  ///< h
  double origin = 0;                ///< o
  std::vector<std::int64_t> index;  ///< rising; masses[i] have loss o + index[i] h
  std::vector<double> up, down;     ///< masses of P
  double up_infinite = 0;           ///< at an infinite loss
  double down_infinite = 0;
  double up_error = 0, down_error = 0;  ///< of losses

  double loss(std::size_t i) const { return origin + step * static_cast<double>(index[i]); }
};

/// The lattice of a pair. Losses above which P has at most `tail` count as infinite in `up`. Only points that are no
/// farther apart than a small share of their distance from the bulk are taken, so there are some thousands of them
/// however fine the step.
LossLattice loss_lattice(const LossPair& pair, double step, double tail, const Refinement& refinement = {});

}  // namespace equipoise::inline v0::detail
