#include <equipoise/scm/formula_mechanism.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

FormulaMechanism::FormulaMechanism(std::string_view formula, std::vector<std::string> input_names, Noise noise,
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

void FormulaMechanism::find_rungs() {
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

void FormulaMechanism::draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
  draw(noise_, stream, rows, noise[0]);
}

void FormulaMechanism::evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
  formula_.evaluate(variables(inputs, noise[0]), rows, value);
}

void FormulaMechanism::abduct(ColumnPointers inputs, const double* value, RowBlock rows,
                              MutableColumnPointers noise) const {
  std::copy_n(value, rows.size, noise[0]);
  inverse_->solve(formula_, variables(inputs, nullptr), rows.size, noise[0]);
  check_supported(noise[0], rows);
  detail::snap_to_atoms(noise_, value, rows.size, noise[0]);
}

void FormulaMechanism::log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
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
  detail::snap_to_atoms(noise_, value, rows.size, noise.data());
  const bool any_atom = has_atoms(noise_);
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (!std::isfinite(noise[i]))
      out[i] = -std::numeric_limits<double>::infinity();
    else
      out[i] = (any_atom && is_atom(noise_, noise[i]) ? 0.0 : out[i]) +  // a probability has no units
               equipoise::log_density(noise_, noise[i]);
  }
}

void FormulaMechanism::probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
  const Boundaries boundaries = boundaries_of(inputs, rows);
  for (std::size_t i = 0; i < rows.size; ++i) {
    const Span one = boundaries.span(true, i);
    out[1][i] = one.high - one.low;
    out[0][i] = 1 - out[1][i];
  }
}

void FormulaMechanism::sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream,
                                        RowBlock rows, MutableColumnPointers noise) const {
  const Boundaries boundaries = boundaries_of(inputs, rows);
  fill_uniform(stream, rows.first, std::span(noise[0], rows.size));
  for (std::size_t i = 0; i < rows.size; ++i) {
    const Span span = supported(boundaries.span(value[i] != 0, i), rows, i);
    const double u = span.low + noise[0][i] * (span.high - span.low);
    noise[0][i] = quantile(noise_, std::clamp(u, std::numeric_limits<double>::min(), std::nextafter(1.0, 0.0)));
  }
}

void FormulaMechanism::counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value,
                                                    ColumnPointers inputs, RowBlock rows,
                                                    MutableColumnPointers out) const {
  const Boundaries factual = boundaries_of(factual_inputs, rows), other = boundaries_of(inputs, rows);
  for (std::size_t i = 0; i < rows.size; ++i) {
    const Span was = supported(factual.span(factual_value[i] != 0, i), rows, i);
    const Span one = other.span(true, i);
    const double overlap = std::min(was.high, one.high) - std::max(was.low, one.low);
    out[1][i] = std::clamp(overlap / (was.high - was.low), 0.0, 1.0);
    out[0][i] = 1 - out[1][i];
  }
}

std::vector<const double*> FormulaMechanism::variables(ColumnPointers inputs, const double* noise) const {
  std::vector<const double*> all(inputs.begin(), inputs.end());
  all.push_back(noise);
  return all;
}

FormulaMechanism::Boundaries FormulaMechanism::boundaries_of(ColumnPointers inputs, RowBlock rows) const {
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

FormulaMechanism::Span FormulaMechanism::supported(Span span, RowBlock rows, std::size_t i) {
  if (!(span.high > span.low))
    throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that has probability 0 given its causes",
                   "a row that the model can produce");
  return span;
}

void FormulaMechanism::check_supported(const double* noise, RowBlock rows) const {
  for (std::size_t i = 0; i < rows.size; ++i)
    if (!std::isfinite(noise[i]))
      throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that no noise gives by '" + text() + "'",
                     "a row that the model can produce");
}

}  // namespace equipoise::inline v0
