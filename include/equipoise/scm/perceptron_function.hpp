// A multilayer perceptron of the inputs.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/scm/activation.hpp>
#include <equipoise/scm/level_index.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// How an input enters the first layer: as (value - mean) / scale, or, with levels, as one column a level, 1 for the
/// level that it stands at and 0 for the others.
struct PerceptronInput {
  double mean = 0, scale = 1;
  std::size_t levels = 0;  ///< 0: a number; else mean and scale are not read
  std::size_t columns() const noexcept { return levels == 0 ? 1 : levels; }
  friend bool operator==(const PerceptronInput&, const PerceptronInput&) = default;
};

/// weights: units x columns of what it reads, row-major; biases: one a unit.
struct PerceptronLayer {
  std::vector<double> weights, biases;
  std::size_t units() const noexcept { return biases.size(); }
  friend bool operator==(const PerceptronLayer&, const PerceptronLayer&) = default;
};

/// Layers of sums and activations; the last has one unit, whose sum, without activation, is the value.
class PerceptronFunction {
 public:
  /// Throws value_out_of_range where there is no layer, the last has not one unit, a layer's weights do not fit what
  /// it reads, a scale is not above 0, or a number is not finite.
  PerceptronFunction(std::vector<PerceptronInput> inputs, std::vector<PerceptronLayer> layers, Activation activation)
      : inputs_(std::move(inputs)), layers_(std::move(layers)), activation_(activation) {
    std::size_t columns = 0;
    for (const PerceptronInput& input : inputs_) {
      columns += input.columns();
      if (input.levels != 0) continue;
      check_finite("perceptron", "mean", input.mean);
      check_positive("perceptron", "scale", input.scale);
    }
    if (layers_.empty() || layers_.back().units() != 1)
      throw Error(ErrorCode::value_out_of_range, "perceptron",
                  layers_.empty() ? "no layers" : std::to_string(layers_.back().units()) + " units in the last layer",
                  "layers, the last of one unit");
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const std::string place = "perceptron, layer " + std::to_string(l + 1);
      check_same_size(place, "weights", layers_[l].weights.size(), layers_[l].units() * columns);
      check_finite(place, "weights", layers_[l].weights);
      check_finite(place, "biases", layers_[l].biases);
      columns = layers_[l].units();
    }
  }

  const std::vector<PerceptronInput>& inputs() const noexcept { return inputs_; }
  const std::vector<PerceptronLayer>& layers() const noexcept { return layers_; }
  Activation activation() const noexcept { return activation_; }
  std::size_t input_count() const noexcept { return inputs_.size(); }

  /// Adds the value at each row of the block to `out`. Throws scm_no_support where an input is no level of its.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    assert(inputs.size() == inputs_.size());
    std::vector<double> sums = first_sums(inputs, rows), next;
    for (std::size_t l = 1; l < layers_.size(); ++l) {
      activate(sums);
      next.resize(layers_[l].units() * rows.size);
      for (std::size_t unit = 0; unit < layers_[l].units(); ++unit)
        add_unit(layers_[l], unit, sums, rows.size, next.data() + unit * rows.size);
      sums.swap(next);
    }
    for (std::size_t i = 0; i < rows.size; ++i) out[i] += sums[i];
  }

  friend bool operator==(const PerceptronFunction&, const PerceptronFunction&) = default;

 private:
  // Values of a layer stand a column a unit, rows contiguous, so that a weight multiplies a whole column.
  std::vector<double> first_sums(ColumnPointers inputs, RowBlock rows) const {
    const PerceptronLayer& layer = layers_.front();
    const std::size_t columns = layer.units() == 0 ? 0 : layer.weights.size() / layer.units();
    std::vector<double> sums(layer.units() * rows.size), standardised(rows.size);
    for (std::size_t unit = 0; unit < layer.units(); ++unit)
      std::fill_n(sums.data() + unit * rows.size, rows.size, layer.biases[unit]);
    std::size_t column = 0;
    for (std::size_t c = 0; c < inputs_.size(); ++c) {
      const PerceptronInput& input = inputs_[c];
      if (input.levels == 0)
        for (std::size_t i = 0; i < rows.size; ++i) standardised[i] = (inputs[c][i] - input.mean) / input.scale;
      else
        for (std::size_t i = 0; i < rows.size; ++i)
          standardised[i] = static_cast<double>(detail::level_index(inputs[c][i], input.levels, rows, i));
      for (std::size_t unit = 0; unit < layer.units(); ++unit) {
        const double* weights = layer.weights.data() + unit * columns + column;
        double* sum = sums.data() + unit * rows.size;
        if (input.levels == 0)
          for (std::size_t i = 0; i < rows.size; ++i) sum[i] += weights[0] * standardised[i];
        else
          for (std::size_t i = 0; i < rows.size; ++i) sum[i] += weights[static_cast<std::size_t>(standardised[i])];
      }
      column += input.columns();
    }
    return sums;
  }

  static void add_unit(const PerceptronLayer& layer, std::size_t unit, const std::vector<double>& values,
                       std::size_t size, double* sum) {
    const std::size_t columns = layer.weights.size() / layer.units();
    std::fill_n(sum, size, layer.biases[unit]);
    for (std::size_t column = 0; column < columns; ++column) {
      const double weight = layer.weights[unit * columns + column];
      const double* value = values.data() + column * size;
      for (std::size_t i = 0; i < size; ++i) sum[i] += weight * value[i];
    }
  }

  void activate(std::vector<double>& sums) const {
    if (activation_ == Activation::tanh)
      for (double& each : sums) each = std::tanh(each);
    else
      for (double& each : sums) each = each > 0 ? each : 0;
  }

  std::vector<PerceptronInput> inputs_;
  std::vector<PerceptronLayer> layers_;
  Activation activation_;
};

}  // namespace equipoise::inline v0
