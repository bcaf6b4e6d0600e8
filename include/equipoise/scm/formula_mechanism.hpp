// A variable by a formula of its causes and its noise.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/formula_inverse.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// value = formula(inputs) + noise, or formula(inputs, noise) where the noise has a name. Its rungs depend on
/// the formula: one that names its noise once under invertible operations is invertible, in closed form; one
/// that compares such an affine expression of the noise with the causes, `sigmoid(X) > N`, is a binary
/// variable whose noise is confined to an interval (an inverse-cdf coupling), with exact two-world
/// probabilities; any other evaluates and samples only.
class FormulaMechanism {
 public:
  /// `noise_name` empty: additive noise. Throws as Formula does; scm_formula where a named noise is not used
  /// or is also the name of an input.
  FormulaMechanism(std::string_view formula, std::vector<std::string> input_names, Noise noise,
                   std::string noise_name = {}, std::string_view place = "formula");

  const std::string& text() const noexcept { return formula_.text(); }
  const std::vector<std::string>& input_names() const noexcept { return input_names_; }
  const Noise& noise() const noexcept { return noise_; }
  const std::string& noise_name() const noexcept { return noise_name_; }
  /// Whether every value is 0 or 1 (the formula is a comparison).
  bool is_binary() const noexcept {
    return noise_name_.empty() ? false : is_comparison(formula_.steps().back().operation);
  }

  Rungs rungs() const noexcept {
    return {.functional = true,
            .invertible = inverse_.has_value(),
            .posterior = threshold_.has_value(),
            .likelihood = inverse_ || threshold_,
            .discrete = threshold_.has_value(),
            .coupled = threshold_.has_value()};
  }
  std::string assumption() const { return threshold_ ? "coupling inverse-cdf" : ""; }
  std::string missing_rung_hint() const {
    return "its formula cannot be solved for '" + (noise_name_.empty() ? std::string("noise") : noise_name_) + "'";
  }

  std::size_t input_count() const noexcept { return input_names_.size(); }
  std::size_t noise_count() const noexcept { return 1; }
  std::size_t level_count() const noexcept { return threshold_ ? 2 : 0; }

  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const;
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const;
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const;

  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const;

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const;
  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const;
  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const;

 private:
  /// An interval of the noise on its probability scale.
  struct Span {
    double low = 0, high = 1;
  };
  /// How the formula decides: the noise's side of the comparison, solved for the noise.
  struct Threshold {
    FormulaInverse inverse;
    std::size_t other_side;     // the step at which the side without noise ends
    FormulaOperation noise_is;  // less, less_equal, greater or greater_equal than the other side: value 1
  };
  /// Where value 1 lies on the probability scale of the noise, row by row.
  struct Boundaries {
    std::vector<double> at;
    std::vector<unsigned char> one_is_below;
    Span span(bool one, std::size_t i) const { return (one_is_below[i] != 0) == one ? Span{0, at[i]} : Span{at[i], 1}; }
  };

  static bool is_comparison(FormulaOperation operation) noexcept {
    return operation >= FormulaOperation::less && operation <= FormulaOperation::not_equal;
  }

  void find_rungs();

  std::vector<const double*> variables(ColumnPointers inputs, const double* noise) const;

  Boundaries boundaries_of(ColumnPointers inputs, RowBlock rows) const;

  static Span supported(Span span, RowBlock rows, std::size_t i);
  void check_supported(const double* noise, RowBlock rows) const;

  std::vector<std::string> input_names_;
  Noise noise_;
  std::string noise_name_;
  Formula formula_;
  std::optional<FormulaInverse> inverse_;
  std::optional<Threshold> threshold_;
};

}  // namespace equipoise::inline v0
