#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include <equipoise/core/number.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

namespace equipoise::inline v0 {
namespace {

/// factor * noise + by, where a family holds it whose every draw is that of the noise, changed.
struct AffineNoise {
  double factor, by;

  std::optional<Noise> operator()(const ConstantNoise& n) const { return Noise(ConstantNoise{factor * n.value + by}); }
  std::optional<Noise> operator()(const NormalNoise& n) const {
    return Noise(NormalNoise{factor * n.mean + by, factor * n.scale});
  }
  std::optional<Noise> operator()(const LaplaceNoise& n) const {
    return Noise(LaplaceNoise{factor * n.mean + by, factor * n.scale});
  }
  std::optional<Noise> operator()(const StudentTNoise& n) const {
    return Noise(StudentTNoise{n.df, factor * n.mean + by, factor * n.scale});
  }
  std::optional<Noise> operator()(const UniformNoise& n) const {
    return Noise(UniformNoise{factor * n.low + by, factor * n.high + by});
  }
  std::optional<Noise> operator()(const GammaNoise& n) const {
    if (by != 0) return std::nullopt;
    return Noise(GammaNoise{n.shape, factor * n.scale});
  }
  std::optional<Noise> operator()(const ExponentialNoise& n) const {
    if (by != 0) return std::nullopt;
    return Noise(ExponentialNoise{factor * n.scale});
  }
  std::optional<Noise> operator()(const auto&) const { return std::nullopt; }
};

std::optional<Noise> affine_noise(const Noise& noise, double factor, double by) {
  if (factor == 1 && by == 0) return noise;
  // A negative factor would turn a draw round.
  if (!(factor > 0)) return std::nullopt;
  try {
    return std::visit(AffineNoise{factor, by}, noise.family());
  } catch (const Error&) {  // a parameter that overflows or vanishes
    return std::nullopt;
  }
}

std::string affine_text(const std::string& inside, double factor, double by) {
  const std::string scaled = factor == 1 ? "(" + inside + ")" : shortest(factor) + " * (" + inside + ")";
  return by == 0 ? scaled : by < 0 ? scaled + " - " + shortest(-by) : scaled + " + " + shortest(by);
}

std::string unused_name(const std::vector<std::string>& names) {
  std::string name = "N";
  while (std::find(names.begin(), names.end(), name) != names.end()) name += "_";
  return name;
}

std::optional<FormulaMechanism> affine_formula(const FormulaMechanism& mechanism, double factor, double by) {
  if (factor == 0 || mechanism.rungs().posterior) return std::nullopt;
  const bool is_added = mechanism.noise_name().empty();
  const std::string noise = is_added ? unused_name(mechanism.input_names()) : mechanism.noise_name();
  const std::string inside = is_added ? "(" + mechanism.text() + ") + " + noise : mechanism.text();
  try {
    return FormulaMechanism(affine_text(inside, factor, by), mechanism.input_names(), mechanism.noise(), noise);
  } catch (const Error&) {  // too long or too deep by now
    return std::nullopt;
  }
}

std::optional<LinearMechanism> affine_linear(const LinearMechanism& mechanism, double factor, double by) {
  const auto noise = affine_noise(mechanism.noise(), factor, 0);
  if (!noise) return std::nullopt;
  LinearPredictor predictor = mechanism.predictor();
  predictor.intercept = factor * predictor.intercept + by;
  for (LinearTerm& term : predictor.terms) {
    term.slope *= factor;
    for (double& effect : term.level_effects) effect *= factor;
  }
  return LinearMechanism(std::move(predictor), *noise);
}

}  // namespace

AnyMechanism shifted(const AnyMechanism& mechanism, double factor, double by) {
  if (const auto* root = mechanism.get_if<NoiseMechanism>()) {
    if (const auto noise = affine_noise(root->noise(), factor, by)) return NoiseMechanism(*noise);
    if (factor != 0) return FormulaMechanism(affine_text("N", factor, by), {}, root->noise(), "N");
  }
  if (const auto* linear = mechanism.get_if<LinearMechanism>())
    if (auto affine = affine_linear(*linear, factor, by)) return *std::move(affine);
  if (const auto* formula = mechanism.get_if<FormulaMechanism>())
    if (auto affine = affine_formula(*formula, factor, by)) return *std::move(affine);
  return ShiftedMechanism(mechanism, factor, by);
}

}  // namespace equipoise::inline v0
