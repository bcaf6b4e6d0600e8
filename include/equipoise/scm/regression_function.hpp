// What the inputs say about a variable: one value for a function of any kind.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/formula_function.hpp>
#include <equipoise/scm/linear_predictor.hpp>
#include <equipoise/scm/perceptron_function.hpp>
#include <equipoise/scm/polynomial_function.hpp>
#include <equipoise/scm/spline_function.hpp>

namespace equipoise::inline v0 {

/// A number for every row from its inputs, in a closed list of forms: the part that additive noise, location-scale,
/// post-nonlinear and ordinal mechanisms share, so that any of them takes any of these.
class RegressionFunction {
 public:
  using Form = std::variant<LinearPredictor, PolynomialFunction, SplineFunction, PerceptronFunction, FormulaFunction>;

  template <class F>
  requires(!std::same_as<F, RegressionFunction> && std::constructible_from<Form, F>) RegressionFunction(F form)
      : form_(std::move(form)) {}

  /// The same function where its inputs are only some of a mechanism's `count`: its k-th is the mechanism's
  /// positions[k]-th.
  RegressionFunction reading(std::vector<std::size_t> positions, std::size_t count) const {
    assert(positions.size() == own_input_count() && !positions_);
    RegressionFunction result = *this;
    result.positions_ = Positions{std::move(positions), count};
    return result;
  }

  const Form& form() const noexcept { return form_; }
  /// Where the form's k-th input stands among the mechanism's.
  std::size_t position(std::size_t k) const { return positions_ ? positions_->at[k] : k; }
  /// How many inputs the form itself has.
  std::size_t own_input_count() const {
    return std::visit([](const auto& f) { return f.input_count(); }, form_);
  }
  /// The function inside where it is an F, else nullptr.
  template <class F>
  const F* get_if() const noexcept {
    return std::get_if<F>(&form_);
  }

  /// How many the mechanism has.
  std::size_t input_count() const { return positions_ ? positions_->count : own_input_count(); }

  /// Adds the value at each row of the block to `out`; throws as the function inside does.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    if (!positions_) return add_form(inputs, rows, out);
    std::vector<const double*> own;
    for (const std::size_t position : positions_->at) own.push_back(inputs[position]);
    add_form(own, rows, out);
  }

  friend bool operator==(const RegressionFunction&, const RegressionFunction&) = default;

 private:
  struct Positions {
    std::vector<std::size_t> at;
    std::size_t count = 0;
    friend bool operator==(const Positions&, const Positions&) = default;
  };

  void add_form(ColumnPointers inputs, RowBlock rows, double* out) const {
    std::visit([&](const auto& f) { f.add_to(inputs, rows, out); }, form_);
  }

  Form form_;
  std::optional<Positions> positions_;
};

namespace detail {

/// Throws value_out_of_range at the first row whose value is not finite.
inline void require_finite_values(const double* value, RowBlock rows) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size; ++i) sum += swallowed(value[i]);
  if (sum == 0) return;
  for (std::size_t i = 0; i < rows.size; ++i)
    if (!std::isfinite(value[i]))
      throw RowError(ErrorCode::value_out_of_range, "", rows.first + i, "a value that no number can hold",
                     "causes at which the mechanism's value is finite");
}

/// Throws scm_no_support at the first row whose abducted noise is not finite.
inline void require_finite_noise(const double* noise, RowBlock rows) {
  for (std::size_t i = 0; i < rows.size; ++i)
    if (!std::isfinite(noise[i]))
      throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that no noise gives",
                     "a row that the model can produce");
}

}  // namespace detail
}  // namespace equipoise::inline v0
