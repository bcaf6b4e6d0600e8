// What the hidden units of a perceptron do to their sums.
#pragma once

#include <string_view>

namespace equipoise::inline v0 {

/// What a hidden unit does to its sum.
enum class Activation { tanh, relu };

constexpr std::string_view to_string(Activation activation) noexcept {
  return activation == Activation::tanh ? "tanh" : "relu";
}

}  // namespace equipoise::inline v0
