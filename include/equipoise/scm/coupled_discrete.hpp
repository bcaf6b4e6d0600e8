// A variable with levels: its probabilities given the inputs, and the coupling that makes them a function
// of a noise.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// Gives P(level | inputs): the part of a discrete mechanism that data can speak about.
template <class K>
concept LevelProbabilities = std::copy_constructible<K> &&
    requires(const K& kernel, ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) {
  { kernel.input_count() } -> std::convertible_to<std::size_t>;
  { kernel.level_count() } -> std::convertible_to<std::size_t>;
  kernel.probabilities(inputs, rows, out);
};

/// A mechanism from level probabilities and a coupling; the value is the level's index. Its noise has a
/// column a level for gumbel-max (standard exponentials, see detail::race_winner), one uniform for
/// inverse-cdf, and three for independent: a key, and the inputs at which a value is known with the uniform
/// that gives it.
template <LevelProbabilities Kernel>
class CoupledDiscrete {
 public:
  CoupledDiscrete(Kernel kernel, Coupling coupling) : kernel_(std::move(kernel)), coupling_(coupling) {}

  const Kernel& kernel() const noexcept { return kernel_; }
  Coupling coupling() const noexcept { return coupling_; }

  Rungs rungs() const noexcept {
    const bool stated = coupling_ != Coupling::unstated;
    return {.functional = stated,
            .invertible = false,
            .posterior = stated,
            .likelihood = true,
            .discrete = true,
            .coupled = stated};
  }
  std::string assumption() const { return "coupling " + std::string(to_string(coupling_)); }
  std::string missing_rung_hint() const {
    return coupling_ == Coupling::unstated ? "state its \"coupling\": gumbel-max, inverse-cdf or independent" : "";
  }

  std::size_t input_count() const { return kernel_.input_count(); }
  std::size_t level_count() const { return kernel_.level_count(); }
  std::size_t noise_count() const {
    switch (coupling_) {
      case Coupling::gumbel_max: return level_count();
      case Coupling::independent: return 3;
      default: return 1;
    }
  }

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    kernel_.probabilities(inputs, rows, out);
  }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    const Probabilities p(*this, inputs, rows);
    std::vector<double> row(level_count()), uniforms(rows.size);
    fill_uniform(stream, rows.first, uniforms);
    for (std::size_t i = 0; i < rows.size; ++i)
      value[i] = static_cast<double>(detail::level_at(p.row(i, row), uniforms[i]));
  }

  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw_uniforms(stream, rows, noise);
    if (coupling_ == Coupling::gumbel_max) {
      for (double* column : noise)
        for (std::size_t i = 0; i < rows.size; ++i) column[i] = standard_exponential(column[i]);
    } else if (coupling_ == Coupling::independent) {
      std::fill_n(noise[known_inputs], rows.size, no_inputs);
    }
  }

  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    const Probabilities p(*this, inputs, rows);
    std::vector<double> row(level_count()), race(level_count());
    for (std::size_t i = 0; i < rows.size; ++i) {
      const std::span<const double> now = p.row(i, row);
      std::size_t level = 0;
      if (coupling_ == Coupling::gumbel_max) {
        for (std::size_t k = 0; k < race.size(); ++k) race[k] = noise[k][i];
        level = detail::race_winner(now, race);
      } else if (coupling_ == Coupling::independent) {
        const double inputs_now = detail::fingerprint(inputs, i);
        level = detail::level_at(now, inputs_now == noise[known_inputs][i]
                                          ? noise[known_uniform][i]
                                          : detail::keyed_uniform(noise[key][i], inputs_now));
      } else {
        level = detail::level_at(now, noise[0][i]);
      }
      value[i] = static_cast<double>(level);
    }
  }

  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const {
    const Probabilities p(*this, inputs, rows);
    std::vector<double> row(level_count()), race(level_count());
    draw_uniforms(stream, rows, noise);
    for (std::size_t i = 0; i < rows.size; ++i) {
      const std::span<const double> now = p.row(i, row);
      const std::size_t level = possible_level(now, value[i], rows, i);
      if (coupling_ == Coupling::gumbel_max) {
        for (std::size_t k = 0; k < race.size(); ++k) race[k] = standard_exponential(noise[k][i]);
        detail::race_posterior(now, level, race);
        for (std::size_t k = 0; k < race.size(); ++k) noise[k][i] = race[k];
        continue;
      }
      const detail::LevelInterval interval = detail::level_interval(now, level);
      double& uniform = noise[coupling_ == Coupling::independent ? known_uniform : 0][i];
      uniform = std::min(interval.low + uniform * (interval.high - interval.low), std::nextafter(interval.high, 0.0));
      if (coupling_ == Coupling::independent) noise[known_inputs][i] = detail::fingerprint(inputs, i);
    }
  }

  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    const Probabilities p(*this, inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = std::log(p.at(i, checked_level(value[i], rows, i)));
  }

  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const {
    const Probabilities factual(*this, factual_inputs, rows), other(*this, inputs, rows);
    const std::size_t levels = level_count();
    std::vector<double> p(levels), q(levels), result(levels);
    for (std::size_t i = 0; i < rows.size; ++i) {
      factual.row(i, p);
      other.row(i, q);
      const std::size_t level = possible_level(p, factual_value[i], rows, i);
      if (same_inputs(factual_inputs, inputs, i)) {
        std::fill(result.begin(), result.end(), 0.0);
        result[level] = 1;
      } else if (coupling_ == Coupling::gumbel_max) {
        detail::race_two_worlds(p, level, q, result);
      } else if (coupling_ == Coupling::inverse_cdf) {
        detail::interval_two_worlds(p, level, q, result);
      } else {
        result = q;
      }
      for (std::size_t k = 0; k < levels; ++k) out[k][i] = result[k];
    }
  }

 private:
  static constexpr std::size_t key = 0, known_inputs = 1, known_uniform = 2;  // noise columns of `independent`
  static constexpr double no_inputs = -1;

  /// The probabilities of one block, a column a level.
  class Probabilities {
   public:
    Probabilities(const CoupledDiscrete& self, ColumnPointers inputs, RowBlock rows)
        : rows_(rows.size), values_(self.level_count() * rows.size), columns_(self.level_count()) {
      for (std::size_t k = 0; k < columns_.size(); ++k) columns_[k] = values_.data() + k * rows_;
      self.kernel_.probabilities(inputs, rows, columns_);
    }
    std::span<const double> row(std::size_t i, std::vector<double>& into) const {
      for (std::size_t k = 0; k < columns_.size(); ++k) into[k] = columns_[k][i];
      return into;
    }
    double at(std::size_t i, std::size_t level) const { return columns_[level][i]; }

   private:
    std::size_t rows_;
    std::vector<double> values_;
    std::vector<double*> columns_;
  };

  static double standard_exponential(double uniform) { return -std::log1p(-uniform); }

  void draw_uniforms(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    const std::size_t count = noise_count();
    std::vector<double> uniforms(rows.size * count);
    fill_uniform(stream, rows.first * count, uniforms);
    for (std::size_t i = 0; i < rows.size; ++i)
      for (std::size_t c = 0; c < count; ++c) noise[c][i] = uniforms[i * count + c];
  }

  std::size_t checked_level(double value, RowBlock rows, std::size_t i) const {
    const bool in_range = value >= 0 && value < static_cast<double>(level_count());
    const std::size_t level = in_range ? static_cast<std::size_t>(value) : 0;
    if (!in_range || static_cast<double>(level) != value)
      throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that is no level",
                     "the index of one of " + std::to_string(level_count()) + " levels");
    return level;
  }
  std::size_t possible_level(std::span<const double> p, double value, RowBlock rows, std::size_t i) const {
    const std::size_t level = checked_level(value, rows, i);
    if (p[level] <= 0)
      throw RowError(ErrorCode::scm_no_support, "", rows.first + i,
                     "level " + std::to_string(level) + ", which has probability 0 given its causes",
                     "a row that the model can produce");
    return level;
  }
  static bool same_inputs(ColumnPointers a, ColumnPointers b, std::size_t row) {
    for (std::size_t c = 0; c < a.size(); ++c)
      if (a[c][row] != b[c][row]) return false;
    return true;
  }

  Kernel kernel_;
  Coupling coupling_;
};

}  // namespace equipoise::inline v0
