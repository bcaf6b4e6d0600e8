// Functions of a mechanism's inputs in JSON.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/scm/regression_function.hpp>

#include "scm/mechanism_codec.hpp"

namespace equipoise::inline v0 {

/// "intercept" and "coefficients" of `value`; `inputs` gathers the names in the order of their first mention.
LinearPredictor predictor_from_json(const MechanismReading& reading, const JsonValue& value,
                                    std::vector<std::string>& inputs);
/// inputs: one a term.
void put_predictor(const LinearPredictor& predictor, std::span<const NamedInput> inputs, Json& into);

/// A function of the inputs that it names, in its order.
struct NamedFunction {
  RegressionFunction function;
  std::vector<std::string> inputs;
};
/// The function that `value` holds in its own keys, by its "kind": one of "linear", "polynomial", "spline",
/// "perceptron" and "formula". beside: a key that may stand beside these.
NamedFunction function_from_json(const MechanismReading& reading, const JsonValue& value, std::string_view beside);
/// The keys of a function, "kind" among them. inputs: the mechanism's.
Json function_to_json(const RegressionFunction& function, std::span<const NamedInput> inputs);

}  // namespace equipoise::inline v0
