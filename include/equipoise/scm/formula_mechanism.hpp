// A variable by a formula of its causes and its noise.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
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

  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    draw(noise_, stream, rows, noise[0]);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    formula_.evaluate(variables(inputs, noise[0]), rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    std::copy_n(value, rows.size, noise[0]);
    inverse_->solve(formula_, variables(inputs, nullptr), rows.size, noise[0]);
    check_supported(noise[0], rows);
  }

  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    if (threshold_) {
      const Boundaries boundaries = boundaries_of(inputs, rows);
      for (std::size_t i = 0; i < rows.size; ++i) {
        const Span span = boundaries.span(value[i] != 0, i);
        out[i] = std::log(span.high - span.low);
      }
      return;
    }
    std::vector<double> noise(value, value + rows.size);
    inverse_->solve(formula_, variables(inputs, nullptr), rows.size, noise.data(), out);
    for (std::size_t i = 0; i < rows.size; ++i)
      out[i] = std::isfinite(noise[i]) ? out[i] + equipoise::log_density(noise_, noise[i])
                                       : -std::numeric_limits<double>::infinity();
  }

  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    const Boundaries boundaries = boundaries_of(inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i) {
      const Span one = boundaries.span(true, i);
      out[1][i] = one.high - one.low;
      out[0][i] = 1 - out[1][i];
    }
  }
  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const {
    const Boundaries boundaries = boundaries_of(inputs, rows);
    fill_uniform(stream, rows.first, std::span(noise[0], rows.size));
    for (std::size_t i = 0; i < rows.size; ++i) {
      const Span span = supported(boundaries.span(value[i] != 0, i), rows, i);
      const double u = span.low + noise[0][i] * (span.high - span.low);
      noise[0][i] = quantile(noise_, std::clamp(u, std::numeric_limits<double>::min(), std::nextafter(1.0, 0.0)));
    }
  }
  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const {
    const Boundaries factual = boundaries_of(factual_inputs, rows), other = boundaries_of(inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i) {
      const Span was = supported(factual.span(factual_value[i] != 0, i), rows, i);
      const Span one = other.span(true, i);
      const double overlap = std::min(was.high, one.high) - std::max(was.low, one.low);
      out[1][i] = std::clamp(overlap / (was.high - was.low), 0.0, 1.0);
      out[0][i] = 1 - out[1][i];
    }
  }

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

  std::vector<const double*> variables(ColumnPointers inputs, const double* noise) const {
    std::vector<const double*> all(inputs.begin(), inputs.end());
    all.push_back(noise);
    return all;
  }

  Boundaries boundaries_of(ColumnPointers inputs, RowBlock rows) const {
    Boundaries boundaries;
    boundaries.at.resize(rows.size);
    boundaries.one_is_below.resize(rows.size);
    std::vector<double> direction(rows.size);
    const std::vector<const double*> columns = variables(inputs, nullptr);
    formula_.run(threshold_->other_side, columns, rows.size, boundaries.at.data());
    threshold_->inverse.solve(formula_, columns, rows.size, boundaries.at.data(), nullptr, direction.data());
    check_supported(boundaries.at.data(), rows);
    using enum FormulaOperation;
    const bool below = threshold_->noise_is == less || threshold_->noise_is == less_equal;
    const bool touches = threshold_->noise_is == less_equal || threshold_->noise_is == greater_equal;
    for (std::size_t i = 0; i < rows.size; ++i) {
      const bool one_is_below = below == (direction[i] > 0);
      const double boundary = boundaries.at[i];
      boundaries.one_is_below[i] = one_is_below;
      boundaries.at[i] = one_is_below == touches ? cdf(noise_, boundary) : cdf_below(noise_, boundary);
    }
    return boundaries;
  }

  static Span supported(Span span, RowBlock rows, std::size_t i) {
    if (!(span.high > span.low))
      throw Error(ErrorCode::scm_no_support, "row " + std::to_string(rows.first + i + 1),
                  "a value that has probability 0 given its causes", "a row that the model can produce");
    return span;
  }
  void check_supported(const double* noise, RowBlock rows) const {
    for (std::size_t i = 0; i < rows.size; ++i)
      if (!std::isfinite(noise[i]))
        throw Error(ErrorCode::scm_no_support, "row " + std::to_string(rows.first + i + 1),
                    "a value that no noise gives by '" + text() + "'", "a row that the model can produce");
  }

  std::vector<std::string> input_names_;
  Noise noise_;
  std::string noise_name_;
  Formula formula_;
  std::optional<FormulaInverse> inverse_;
  std::optional<Threshold> threshold_;
};

inline FormulaMechanism::FormulaMechanism(std::string_view formula, std::vector<std::string> input_names, Noise noise,
                                          std::string noise_name, std::string_view place)
    : input_names_(std::move(input_names)), noise_(std::move(noise)), noise_name_(std::move(noise_name)), formula_([&] {
        std::vector<std::string> names = input_names_;
        if (!noise_name_.empty()) names.push_back(noise_name_);
        return Formula(formula, names, place);
      }()) {
  const std::size_t noise_variable = input_names_.size();
  if (noise_name_.empty()) {
    formula_.add_variable(noise_variable);
  } else if (std::find(input_names_.begin(), input_names_.end(), noise_name_) != input_names_.end()) {
    throw Error(ErrorCode::scm_formula, std::string(place), "noise named '" + noise_name_ + "'",
                "a name that no variable has");
  } else if (formula_.occurrences(noise_variable) == 0) {
    throw Error(ErrorCode::scm_formula, std::string(place), "a formula without its noise '" + noise_name_ + "'",
                "the noise's name somewhere in it", "leave \"noise_name\" out where the noise is added");
  }
  find_rungs();
}

inline void FormulaMechanism::find_rungs() {
  using enum FormulaOperation;
  const std::size_t noise_variable = input_names_.size();
  const std::span<const FormulaStep> steps = formula_.steps();
  const std::size_t root = steps.size() - 1;
  inverse_ = FormulaInverse::of(formula_, noise_variable, root);
  const FormulaOperation operation = steps[root].operation;
  if (operation < less || operation > greater_equal || formula_.occurrences(noise_variable) != 1) return;
  const std::size_t right = root - 1, left = steps[right].begin - 1;
  for (const std::size_t side : {left, right}) {
    auto inverse = FormulaInverse::of(formula_, noise_variable, side);
    if (!inverse || !inverse->is_affine()) continue;
    FormulaOperation noise_is = operation;
    if (side == right)
      noise_is = operation == less         ? greater
                 : operation == less_equal ? greater_equal
                 : operation == greater    ? less
                                           : less_equal;
    threshold_ = Threshold{std::move(*inverse), side == left ? right : left, noise_is};
  }
}

}  // namespace equipoise::inline v0
