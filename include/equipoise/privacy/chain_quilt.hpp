// The Markov quilt mechanism on chains of any length, in closed form by powers of the transition matrix.
//
// On a chain X_0 -> X_1 -> …, the quilts of X_i that matter are {X_(i-a), X_(i+b)}, {X_(i-a)} and {X_(i+b)}; given X_i
// the two sides are independent, so that a quilt's influence is the sum of its sides'. Source: Song, Wang, Chaudhuri
// 2017, section 4.4 (algorithm 3, MQMExact). The guarantee is that of markov_quilt.hpp.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>

namespace equipoise::inline v0 {

/// A homogeneous Markov chain.
struct MarkovChain {
  Eigen::VectorXd initial;     ///< of X_0, a state each
  Eigen::MatrixXd transition;  ///< states x states; a row is the distribution of the next state
};

/// The best quilt of one position.
struct ChainQuilt {
  std::size_t left = 0;   ///< a, steps back to the quilt's left end; 0: none, all to the left is nearby
  std::size_t right = 0;  ///< b, steps on to its right end; 0: none
  double influence = 0;
  double scale = 0;
};

struct ChainQuiltNoise {
  double epsilon = 0;
  double headroom = 0;             ///< the least epsilon - influence of the active quilts
  double scale = 0;                ///< for a statistic that moves by at most 1 with one variable: a count
  std::vector<ChainQuilt> active;  ///< by position
};

namespace detail {

inline void check_chain(const MarkovChain& chain, Eigen::Index states) {
  constexpr const char* place = "Markov chain";
  check_same_size(place, "initial", static_cast<std::size_t>(chain.initial.size()), static_cast<std::size_t>(states));
  check_same_size(place, "transition", static_cast<std::size_t>(chain.transition.rows()),
                  static_cast<std::size_t>(states));
  check_same_size(place, "a row of transition", static_cast<std::size_t>(chain.transition.cols()),
                  static_cast<std::size_t>(states));
  const auto check_row = [&](const Eigen::VectorXd& row) {
    check_probability(place, "probabilities", {row.data(), static_cast<std::size_t>(row.size())});
    if (!(std::abs(row.sum() - 1) < 1e-9)) fail_check(place, "sum of a row", shortest(row.sum()), "1");
  };
  check_row(chain.initial);
  for (Eigen::Index state = 0; state < states; ++state) check_row(chain.transition.row(state).transpose());
}

/// One chain's influences between its positions, the secret's two values being a row and a column.
class ChainInfluences {
 public:
  ChainInfluences(const MarkovChain& chain, std::size_t length) : chain_(chain), powers_{chain.transition} {
    marginals_.push_back(chain.initial);
    for (std::size_t i = 1; i < length; ++i) marginals_.push_back(chain.transition.transpose() * marginals_.back());
  }

  /// max over values z of X_(i+b) of ln P(z | X_i = y) / P(z | X_i = y').
  const Eigen::MatrixXd& right(std::size_t b) {
    while (right_.size() < b)
      right_.push_back(pairs([&](Eigen::Index y, Eigen::Index z) { return power(right_.size() + 1)(y, z); }));
    return right_[b - 1];
  }

  /// max over values x of X_(i-a) that can be of ln P(x | X_i = y) / P(x | X_i = y').
  Eigen::MatrixXd left(std::size_t i, std::size_t a) {
    const Eigen::VectorXd& from = marginals_[i - a];
    const Eigen::VectorXd& to = marginals_[i];
    const Eigen::MatrixXd& steps = power(a);
    return pairs([&](Eigen::Index y, Eigen::Index x) { return to[y] > 0 ? from[x] * steps(x, y) / to[y] : 0.0; });
  }

  /// Whether the position takes both values with a probability above 0.
  bool possible(std::size_t i, Eigen::Index y, Eigen::Index other) const {
    return marginals_[i][y] > 0 && marginals_[i][other] > 0;
  }

 private:
  const Eigen::MatrixXd& power(std::size_t n) {
    while (powers_.size() < n) powers_.push_back(powers_.back() * chain_.transition);
    return powers_[n - 1];
  }

  template <class Probability>
  Eigen::MatrixXd pairs(const Probability& of) const {
    const Eigen::Index states = chain_.initial.size();
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(states, states);
    for (Eigen::Index y = 0; y < states; ++y)
      for (Eigen::Index other = 0; other < states; ++other)
        for (Eigen::Index x = 0; x < states; ++x) {
          const double p = of(y, x), q = of(other, x);
          if (p > 0)
            result(y, other) =
                std::max(result(y, other), q > 0 ? std::log(p / q) : std::numeric_limits<double>::infinity());
        }
    return result;
  }

  const MarkovChain& chain_;
  std::vector<Eigen::MatrixXd> powers_, right_;  // by steps, from 1
  std::vector<Eigen::VectorXd> marginals_;
};

/// The quilts of one position, nearest ends first.
class ChainQuiltSearch {
 public:
  ChainQuiltSearch(std::span<const MarkovChain> chains, std::size_t length, double epsilon, std::size_t most_distance)
      : length_(length),
        most_distance_(most_distance),
        epsilon_(epsilon),
        states_(chains.front().initial.size()),
        lefts_(chains.size()) {
    for (const MarkovChain& chain : chains) chains_.emplace_back(chain, length);
  }

  /// The farther an end, the less it tells, so where one is too near no nearer one will do; and where nearby variables
  /// alone ask for too much noise, no farther one will.
  ChainQuilt best(std::size_t i) {
    at_ = i;
    best_ = {0, 0, 0, static_cast<double>(length_) / epsilon_};
    for (auto& of_chain : lefts_) of_chain.clear();
    const std::size_t most_left = std::min(i, most_distance_), most_right = std::min(length_ - 1 - i, most_distance_);
    const std::size_t first_left = first_admissible(most_left, [&](std::size_t a) { return influence(a, 0); });
    for (std::size_t a = first_left; a <= most_left && could_help(a, 1); ++a) {
      std::size_t b = first_admissible(most_right, [&](std::size_t end) { return influence(a, end); });
      while (b <= most_right && consider(a, b)) ++b;
    }
    for (std::size_t a = first_left; a <= most_left && consider(a, 0);) ++a;
    std::size_t b = first_admissible(most_right, [&](std::size_t end) { return influence(0, end); });
    while (b <= most_right && consider(0, b)) ++b;
    return best_;
  }

 private:
  /// Variables between the ends; a missing end leaves its whole side nearby.
  double nearby(std::size_t a, std::size_t b) const {
    return static_cast<double>((a > 0 ? a : at_ + 1) + (b > 0 ? b : length_ - at_) - 1);
  }
  bool could_help(std::size_t a, std::size_t b) const { return nearby(a, b) / epsilon_ < best_.scale; }

  /// Whether ends farther off are worth a look.
  bool consider(std::size_t a, std::size_t b) {
    if (!could_help(a, b)) return false;
    const double influence = this->influence(a, b);
    if (influence < epsilon_)
      if (const double scale = nearby(a, b) / (epsilon_ - influence); scale < best_.scale)
        best_ = {a, b, influence, scale};
    return true;
  }

  /// The least distance, up to `most`, whose falling influence is below epsilon; most + 1: none.
  template <class Influence>
  std::size_t first_admissible(std::size_t most, const Influence& influence) const {
    std::size_t low = 1, high = most + 1;
    // By doubling, so that powers of the matrix are not taken beyond need.
    for (std::size_t step = 1; low + step <= most; step *= 2) {
      if (influence(low + step) < epsilon_) {
        high = low + step;
        break;
      }
      low += step;
    }
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (middle <= most && influence(middle) < epsilon_)
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }

  const Eigen::MatrixXd& left(std::size_t chain, std::size_t a) {
    auto& known = lefts_[chain];
    if (known.size() < a) known.resize(a);
    if (known[a - 1].size() == 0) known[a - 1] = chains_[chain].left(at_, a);
    return known[a - 1];
  }

  double influence(std::size_t a, std::size_t b) {
    double greatest = 0;
    for (std::size_t c = 0; c < chains_.size(); ++c) {
      const Eigen::MatrixXd* const by_left = a > 0 ? &left(c, a) : nullptr;
      const Eigen::MatrixXd* const by_right = b > 0 ? &chains_[c].right(b) : nullptr;
      for (Eigen::Index y = 0; y < states_; ++y)
        for (Eigen::Index other = 0; other < states_; ++other)
          if (y != other && chains_[c].possible(at_, y, other))
            greatest = std::max(greatest, (by_left != nullptr ? (*by_left)(y, other) : 0.0) +
                                              (by_right != nullptr ? (*by_right)(y, other) : 0.0));
    }
    return greatest;
  }

  std::size_t length_, most_distance_;
  double epsilon_;
  Eigen::Index states_;
  std::vector<ChainInfluences> chains_;
  std::size_t at_ = 0;  // the position
  ChainQuilt best_;
  std::vector<std::vector<Eigen::MatrixXd>> lefts_;  // of the position, by chain and steps; empty: not known yet
};

}  // namespace detail

/// The Laplace scale at which a statistic of X_0, …, X_(length - 1) that moves by at most 1 with one of them is
/// epsilon-Pufferfish private, every variable being a secret and any of the chains the truth. Multiply it by the
/// statistic's Lipschitz bound. Ends of quilts up to `most_distance` steps off are tried; fewer give more noise, which
/// holds. O(length d^2 states^2) for each chain, d being how far the best quilts' ends are.
///
/// Throws value_out_of_range for an epsilon that is not above 0, a length of 0, no chain, or one with a
/// row that is no distribution (within 1e-9).
inline ChainQuiltNoise chain_quilt_noise(std::span<const MarkovChain> chains, std::size_t length, double epsilon,
                                         std::size_t most_distance = 1000) {
  constexpr const char* place = "Markov quilt mechanism";
  check_positive(place, "epsilon", epsilon);
  check_positive(place, "length", static_cast<double>(length));
  if (chains.empty()) detail::fail_check(place, "number of chains", "0", "at least one");
  for (const MarkovChain& chain : chains) detail::check_chain(chain, chains.front().initial.size());
  detail::ChainQuiltSearch search(chains, length, epsilon, most_distance);
  ChainQuiltNoise noise{.epsilon = epsilon, .headroom = epsilon, .active = {}};
  for (std::size_t i = 0; i < length; ++i) {
    noise.active.push_back(search.best(i));
    noise.scale = std::max(noise.scale, noise.active.back().scale);
    noise.headroom = std::min(noise.headroom, epsilon - noise.active.back().influence);
  }
  return noise;
}

}  // namespace equipoise::inline v0
