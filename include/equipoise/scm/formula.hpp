// Formulas: a small expression language, compiled once and run over blocks of rows.
//
//   tanh(X) + 0.1 * X^2        if(A > 0, log(A), 0)        'marital status' * 0.3
//
// Operators, loosest first: comparisons (< <= > >= == !=, giving 0 or 1), + -, * /, unary -, ^ (right to
// left, so -2^2 is -4 and 2^-1 is 0.5). Functions: exp log sqrt abs tanh sigmoid sin cos sgn sign floor,
// min max (two or more), pow(x, y), if(condition, then, else) and its synonym where. A name with blanks or
// signs stands in '…'.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

enum class FormulaOperation : std::uint8_t {
  constant,
  variable,
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  negate,
  exp,
  log,
  sqrt,
  abs,
  tanh,
  sigmoid,
  sin,
  cos,
  sign,
  floor,
  choose,
};

/// One step of a formula in postfix order.
struct FormulaStep {
  FormulaOperation operation = FormulaOperation::constant;
  double constant = 0;       ///< of a constant
  std::size_t variable = 0;  ///< of a variable: which
  std::size_t begin = 0;     ///< the first step of the subexpression that ends here
  std::size_t column = 1;    ///< where it stands in the text, from 1
};

constexpr std::size_t operand_count(FormulaOperation operation) noexcept {
  if (operation <= FormulaOperation::variable) return 0;
  if (operation < FormulaOperation::negate) return 2;
  return operation == FormulaOperation::choose ? 3 : 1;
}

namespace detail {

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// A value of every row: a column, or one number for all.
struct FormulaOperand {
  const double* column = nullptr;
  double scalar = 0;
  double operator[](std::size_t i) const { return column ? column[i] : scalar; }
};

// An infinite or undefined operand must not vanish in an operation that would swallow it (1 / infinity,
// infinity > 0), or an overflow would pass unseen: such operations add `swallowed` of it, which is 0 for
// finite numbers and undefined for all others.
inline double swallowed(double x) { return 0 * x; }

template <class F>
void apply_unary(F f, FormulaOperand a, std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) out[i] = f(a.column[i]);
}

template <class F>
void apply_binary(F f, FormulaOperand a, FormulaOperand b, std::size_t size, double* out) {
  if (!a.column)
    for (std::size_t i = 0; i < size; ++i) out[i] = f(a.scalar, b.column[i]);
  else if (!b.column)
    for (std::size_t i = 0; i < size; ++i) out[i] = f(a.column[i], b.scalar);
  else
    for (std::size_t i = 0; i < size; ++i) out[i] = f(a.column[i], b.column[i]);
}

/// Calls visit(f) with the function of an operation of one or two operands.
template <class Visit>
void with_operation(FormulaOperation operation, Visit visit) {
  using enum FormulaOperation;
  const auto compared = [&](auto holds) {
    visit([holds](double a, double b) { return (holds(a, b) ? 1.0 : 0.0) + swallowed(a) + swallowed(b); });
  };
  switch (operation) {
    case add: visit([](double a, double b) { return a + b; }); break;
    case subtract: visit([](double a, double b) { return a - b; }); break;
    case multiply: visit([](double a, double b) { return a * b; }); break;
    case divide: visit([](double a, double b) { return a / b + swallowed(b); }); break;
    case power:
      visit([](double a, double b) { return (b == 2 ? a * a : std::pow(a, b)) + swallowed(a) + swallowed(b); });
      break;
    case minimum: visit([](double a, double b) { return (b < a ? b : a) + swallowed(a) + swallowed(b); }); break;
    case maximum: visit([](double a, double b) { return (b > a ? b : a) + swallowed(a) + swallowed(b); }); break;
    case less: compared([](double a, double b) { return a < b; }); break;
    case less_equal: compared([](double a, double b) { return a <= b; }); break;
    case greater: compared([](double a, double b) { return a > b; }); break;
    case greater_equal: compared([](double a, double b) { return a >= b; }); break;
    case equal: compared([](double a, double b) { return a == b; }); break;
    case not_equal: compared([](double a, double b) { return a != b; }); break;
    case negate: visit([](double a) { return -a; }); break;
    case exp: visit([](double a) { return std::exp(a) + swallowed(a); }); break;
    case log: visit([](double a) { return std::log(a); }); break;
    case sqrt: visit([](double a) { return std::sqrt(a); }); break;
    case abs: visit([](double a) { return std::abs(a); }); break;
    case tanh: visit([](double a) { return std::tanh(a) + swallowed(a); }); break;
    case sigmoid: visit([](double a) { return detail::sigmoid(a) + swallowed(a); }); break;
    case sin: visit([](double a) { return std::sin(a); }); break;
    case cos: visit([](double a) { return std::cos(a); }); break;
    case sign: visit([](double a) { return (a > 0 ? 1.0 : a < 0 ? -1.0 : 0.0) + swallowed(a); }); break;
    case floor: visit([](double a) { return std::floor(a); }); break;
    default: assert(false);
  }
}

}  // namespace detail

/// A parsed expression over named variables. A value; running it allocates one workspace a block.
class Formula {
 public:
  /// Parses `text` over `names` (variable k of a step is names[k]). Throws scm_formula at `place:COLUMN`,
  /// columns from 1, with a suggestion for a misspelt name or function; at most 64 KiB, 200 levels deep.
  Formula(std::string_view text, std::span<const std::string> names, std::string_view place = "formula");

  const std::string& text() const noexcept { return text_; }
  std::span<const FormulaStep> steps() const noexcept { return steps_; }

  /// How often a variable is named.
  std::size_t occurrences(std::size_t variable) const noexcept {
    std::size_t count = 0;
    for (const FormulaStep& step : steps_)
      count += step.operation == FormulaOperation::variable && step.variable == variable;
    return count;
  }

  /// Appends ` + variable`.
  void add_variable(std::size_t variable) {
    const std::size_t column = text_.size() + 1;
    steps_.push_back({FormulaOperation::variable, 0, variable, steps_.size(), column});
    steps_.push_back({FormulaOperation::add, 0, 0, 0, column});
  }

  /// Evaluates the subexpression that ends at step `last` for every row; the result is not checked.
  void run(std::size_t last, ColumnPointers variables, std::size_t size, double* out) const;
  /// Evaluates the whole formula. Throws value_out_of_range at "row N" where the result is not finite, naming
  /// the part that is to blame.
  void evaluate(ColumnPointers variables, RowBlock rows, double* out) const {
    run(steps_.size() - 1, variables, rows.size, out);
    check_finite(variables, rows, out);
  }

 private:
  void check_finite(ColumnPointers variables, RowBlock rows, const double* out) const {
    double sum = 0;
    for (std::size_t i = 0; i < rows.size; ++i) sum += detail::swallowed(out[i]);
    if (sum == 0) return;
    for (std::size_t i = 0; i < rows.size; ++i)
      if (!std::isfinite(out[i])) blame(variables, rows, i);
  }
  [[noreturn]] void blame(ColumnPointers variables, RowBlock rows, std::size_t row) const;

  std::string text_;
  std::vector<FormulaStep> steps_;
};

inline void Formula::run(std::size_t last, ColumnPointers variables, std::size_t size, double* out) const {
  using detail::FormulaOperand;
  const std::size_t first = steps_[last].begin;
  std::vector<FormulaOperand> stack;
  std::vector<std::vector<double>> buffers;  // one a place of the stack
  for (std::size_t s = first; s <= last; ++s) {
    const FormulaStep& step = steps_[s];
    if (step.operation == FormulaOperation::constant) {
      stack.push_back({nullptr, step.constant});
      continue;
    }
    if (step.operation == FormulaOperation::variable) {
      stack.push_back({variables[step.variable], 0});
      continue;
    }
    const std::size_t operands = operand_count(step.operation);
    const std::size_t place = stack.size() - operands;
    const FormulaOperand* const operand = stack.data() + place;
    bool scalar = true;
    for (std::size_t k = 0; k < operands; ++k) scalar = scalar && operand[k].column == nullptr;
    double number = 0;
    double* result = &number;
    if (!scalar) {
      if (buffers.size() <= place) buffers.resize(place + 1);
      buffers[place].resize(size);
      result = s == last ? out : buffers[place].data();
    }
    if (step.operation == FormulaOperation::choose) {
      for (std::size_t i = 0; i < (scalar ? 1 : size); ++i)
        result[i] = (operand[0][i] != 0 ? operand[1][i] : operand[2][i]) + detail::swallowed(operand[0][i]);
    } else {
      detail::with_operation(step.operation, [&](auto f) {
        if constexpr (requires { f(0.0); }) {
          if (scalar)
            number = f(operand[0].scalar);
          else
            detail::apply_unary(f, operand[0], size, result);
        } else {
          if (scalar)
            number = f(operand[0].scalar, operand[1].scalar);
          else
            detail::apply_binary(f, operand[0], operand[1], size, result);
        }
      });
    }
    stack.resize(place);
    stack.push_back(scalar ? FormulaOperand{nullptr, number} : FormulaOperand{result, 0});
  }
  const FormulaOperand result = stack.back();
  if (result.column == nullptr)
    std::fill_n(out, size, result.scalar);
  else if (result.column != out)
    std::copy_n(result.column, size, out);
}

}  // namespace equipoise::inline v0
