// What must hold of every mechanism of a number with one noise.
#pragma once

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/any_mechanism.hpp>

namespace equipoise::testing {

/// Columns of inputs: numbers of both signs, and levels 0, 1, 2 in turn.
struct InputRows {
  static constexpr std::size_t size = 257;
  std::vector<double> x, z, level;
  InputRows() : x(size), z(size), level(size) {
    fill_normal(RandomStream({.seed = 71, .purpose = Purpose::test}), 0, x);
    fill_normal(RandomStream({.seed = 72, .purpose = Purpose::test}), 0, z);
    for (std::size_t i = 0; i < size; ++i) level[i] = static_cast<double>(i % 3);
  }
  std::vector<const double*> columns() const { return {x.data(), z.data(), level.data()}; }
};

/// The value of a row by its noise.
inline double value_at(const AnyMechanism& mechanism, ColumnPointers inputs, double noise) {
  double value = 0;
  mechanism.evaluate(inputs, std::vector<const double*>{&noise}, {0, 1}, &value);
  return value;
}

/// Sampling is drawing and evaluating, in blocks of any size; abduction gives the noise back.
inline void check_sampling_and_abduction(const AnyMechanism& mechanism, const InputRows& rows, double tolerance) {
  constexpr std::size_t size = InputRows::size;
  const std::vector<const double*> inputs = rows.columns();
  const RandomStream stream({.seed = 73, .purpose = Purpose::test});
  std::vector<double> noise(size), value(size), sampled(size), again(size);
  mechanism.draw_noise(stream, {0, size}, std::vector<double*>{noise.data()});
  mechanism.evaluate(inputs, std::vector<const double*>{noise.data()}, {0, size}, value.data());
  for (std::size_t first = 0; first < size; first += 100) {
    std::vector<const double*> block;
    for (const double* column : inputs) block.push_back(column + first);
    mechanism.sample(block, stream, {first, std::min<std::size_t>(100, size - first)}, sampled.data() + first);
  }
  CHECK(sampled == value);
  mechanism.abduct(inputs, value.data(), {0, size}, std::vector<double*>{again.data()});
  for (std::size_t i = 0; i < size; ++i) CHECK(std::abs(again[i] - noise[i]) <= tolerance * (1 + std::abs(noise[i])));
}

/// p(value) |d value / d noise| = p(noise), the slope taken by differences.
inline void check_density(const AnyMechanism& mechanism, const Noise& noise, const InputRows& rows) {
  for (std::size_t row = 0; row < 9; ++row) {
    std::vector<const double*> inputs;
    for (const double* column : rows.columns()) inputs.push_back(column + row);
    for (const double at : {-1.1, -0.2, 0.3, 1.4}) {
      const double h = 1e-5,
                   slope = (value_at(mechanism, inputs, at + h) - value_at(mechanism, inputs, at - h)) / (2 * h);
      const double value = value_at(mechanism, inputs, at);
      double density = 0;
      mechanism.log_density(inputs, &value, {0, 1}, &density);
      CHECK(std::exp(density) * std::abs(slope) == Approx(std::exp(log_density(noise, at))).epsilon(1e-6));
    }
  }
}

}  // namespace equipoise::testing
