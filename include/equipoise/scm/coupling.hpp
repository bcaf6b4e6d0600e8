// Couplings: what the noise of a discrete variable is, once only its distribution is given.
//
// A table or a logistic model fixes P(level | inputs) and nothing more. A counterfactual needs one noise
// behind every input at once, and many noises give the same distributions: each is a coupling, and a
// counterfactual through it is assumed, never identified.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace equipoise::inline v0 {

enum class Coupling {
  unstated,     ///< samples and intervenes, refuses counterfactuals
  gumbel_max,   ///< argmax_k (ln p_k + g_k), the g_k independent standard Gumbel (Oberst, Sontag 2019)
  inverse_cdf,  ///< one uniform noise read through the cumulative probabilities, levels in their order
  independent,  ///< every input has its own independent draw
};

constexpr std::string_view to_string(Coupling coupling) noexcept {
  switch (coupling) {
    case Coupling::unstated: return "unstated";
    case Coupling::gumbel_max: return "gumbel-max";
    case Coupling::inverse_cdf: return "inverse-cdf";
    case Coupling::independent: return "independent";
  }
  return "unstated";
}

constexpr std::optional<Coupling> coupling_from(std::string_view text) noexcept {
  for (const Coupling each : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent})
    if (text == to_string(each)) return each;
  return std::nullopt;
}

namespace detail {

/// Where `level` lies on the unit interval of an inverse-cdf coupling: [low, high).
struct LevelInterval {
  double low = 0, high = 1;
};
inline LevelInterval level_interval(std::span<const double> p, std::size_t level) {
  double low = 0;
  for (std::size_t k = 0; k < level; ++k) low += p[k];
  bool last = true;  // the last possible level reaches to 1 whatever the rounding of the sum
  for (std::size_t k = level + 1; k < p.size(); ++k) last = last && p[k] <= 0;
  return {low, last ? 1.0 : std::min(1.0, low + p[level])};
}

/// The level of an inverse-cdf coupling at u in [0, 1); never one of probability 0.
inline std::size_t level_at(std::span<const double> p, double u) {
  double cumulative = 0;
  std::size_t last_possible = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (p[k] <= 0) continue;
    last_possible = k;
    cumulative += p[k];
    if (u < cumulative) return k;
  }
  return last_possible;
}

/// Gumbel-max as a race: with g_k = -ln e_k, e_k standard exponential, the level of greatest ln p_k + g_k is
/// the one of least e_k / p_k. Never a level of probability 0.
inline std::size_t race_winner(std::span<const double> p, std::span<const double> exponentials) {
  std::size_t winner = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (p[k] <= 0) continue;
    const double time = exponentials[k] / p[k];
    if (time < best) {
      best = time;
      winner = k;
    }
  }
  return winner;
}

/// The race's noise given its winner: the winning time is exponential with rate 1, every loser then needs a
/// fresh exponential more (top-down sampling of Maddison, Tarlow, Minka 2014, in the time domain). On entry
/// `exponentials` holds independent standard exponentials, on leaving the noise.
inline void race_posterior(std::span<const double> p, std::size_t winner, std::span<double> exponentials) {
  const double winning_time = exponentials[winner];
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (p[k] <= 0) continue;
    exponentials[k] = k == winner ? p[k] * winning_time : p[k] * winning_time + exponentials[k];
  }
}

/// P(level under q | level `winner` under p) for every level, exactly, under gumbel-max. In units of the
/// winning time T the race under q starts level i at r_i = p_i / q_i and runs it at rate q_i T, the winner
/// arriving at r_winner for certain; so level j != winner wins with probability
/// integral over s in (r_j, r_winner) of q_j / (1 + A(s))^2, A(s) = sum over i != winner of q_i (s - r_i)_+,
/// which is piecewise rational and integrated piece by piece.
inline void race_two_worlds(std::span<const double> p, std::size_t winner, std::span<const double> q,
                            std::span<double> out) {
  struct Start {
    double at, rate;
    std::size_t level;
  };
  thread_local std::vector<Start> starts;
  starts.clear();
  const double infinity = std::numeric_limits<double>::infinity();
  const double finish = q[winner] > 0 ? p[winner] / q[winner] : infinity;
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t k = 0; k < p.size(); ++k)
    if (k != winner && q[k] > 0 && p[k] / q[k] < finish) starts.push_back({p[k] / q[k], q[k], k});
  std::sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) { return a.at < b.at; });
  double rate = 0, passed = 0;  // dA/ds and A at the start of the piece
  double others = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    rate += starts[i].rate;
    const double end = i + 1 < starts.size() ? starts[i + 1].at : finish;
    double piece;  // integral of ds / (1 + A)^2 over the piece
    if (end == infinity) {
      piece = 1 / (rate * (1 + passed));
    } else {
      const double length = end - starts[i].at;
      const double next = passed + rate * length;
      piece = length / ((1 + passed) * (1 + next));
      passed = next;
    }
    for (std::size_t j = 0; j <= i; ++j) {
      out[starts[j].level] += starts[j].rate * piece;
      others += starts[j].rate * piece;
    }
  }
  out[winner] = finish == infinity ? 0.0 : starts.empty() ? 1.0 : 1 / (1 + passed);
  const double total = others + out[winner];
  for (double& each : out) each /= total;
}

/// The same under inverse-cdf: how much of the factual level's interval each level's interval covers.
inline void interval_two_worlds(std::span<const double> p, std::size_t level, std::span<const double> q,
                                std::span<double> out) {
  const LevelInterval factual = level_interval(p, level);
  const double length = factual.high - factual.low;
  for (std::size_t k = 0; k < q.size(); ++k) {
    const LevelInterval other = q[k] > 0 ? level_interval(q, k) : LevelInterval{0, 0};
    const double overlap = std::min(factual.high, other.high) - std::max(factual.low, other.low);
    out[k] = length > 0 ? std::max(0.0, overlap) / length : 0.0;
  }
}

/// A bijective mixing of 64 bits (the finaliser of SplitMix64; Steele, Lea, Flood 2014).
constexpr std::uint64_t mix_bits(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// 53 bits that stand for a row's inputs, as a whole number in a double.
inline double fingerprint(std::span<const double* const> inputs, std::size_t row) noexcept {
  std::uint64_t bits = 0;
  for (const double* column : inputs) bits = mix_bits(bits ^ std::bit_cast<std::uint64_t>(column[row] + 0.0));
  return static_cast<double>(mix_bits(bits) >> 11);
}

/// The uniform that an independent coupling with this key gives to these inputs.
inline double keyed_uniform(double key, double inputs_fingerprint) noexcept {
  const std::uint64_t bits =
      mix_bits(std::bit_cast<std::uint64_t>(key)) ^ std::bit_cast<std::uint64_t>(inputs_fingerprint);
  return static_cast<double>(mix_bits(bits) >> 11) * 0x1p-53;
}

}  // namespace detail
}  // namespace equipoise::inline v0
