// Solving a formula for its noise, symbolically.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include <equipoise/scm/formula.hpp>

namespace equipoise::inline v0 {

/// y = formula(inputs, noise) solved for the noise, for formulas that name the noise once, under operations
/// that each have an inverse: walking from the formula's root to the noise, every step undoes one operation.
class FormulaInverse {
 public:
  /// The inverse from step `root` down to the one place where `variable` is named; nothing where it is named
  /// more than once or never, or under an operation without an inverse (abs, sin, min, an even power, …).
  static std::optional<FormulaInverse> of(const Formula& formula, std::size_t variable, std::size_t root) {
    const std::span<const FormulaStep> steps = formula.steps();
    std::size_t named = 0;
    for (std::size_t s = steps[root].begin; s <= root; ++s)
      named += steps[s].operation == FormulaOperation::variable && steps[s].variable == variable;
    if (named != 1) return std::nullopt;
    FormulaInverse inverse;
    for (std::size_t at = root; steps[at].operation != FormulaOperation::variable;) {
      const std::size_t right = at - 1;
      const bool binary = operand_count(steps[at].operation) == 2;
      const std::size_t left = binary ? steps[right].begin - 1 : right;
      const bool on_left = !binary || names(steps, left, variable);
      const std::size_t other = on_left ? right : left;
      const Undo undo{steps[at].operation, on_left, other};
      if (!has_inverse(steps, undo)) return std::nullopt;
      inverse.undo_.push_back(undo);
      at = on_left ? left : right;
    }
    return inverse;
  }

  /// Whether every step shifts or scales, so that any y is reached and comparisons can be solved too.
  bool is_affine() const noexcept {
    for (const Undo& undo : undo_) {
      const bool divides_by_noise = undo.operation == FormulaOperation::divide && !undo.on_left;
      if (divides_by_noise || undo.operation == FormulaOperation::power ||
          (undo.operation != FormulaOperation::add && undo.operation != FormulaOperation::subtract &&
           undo.operation != FormulaOperation::multiply && undo.operation != FormulaOperation::divide &&
           undo.operation != FormulaOperation::negate))
        return false;
    }
    return true;
  }

  /// Turns y, in place, into the noise; not finite where no noise gives it. `variables`: the formula's, the
  /// noise's own column unread. Where asked for, `log_slope` gets ln |d noise / d y| and `direction` the sign
  /// of d noise / d y.
  void solve(const Formula& formula, ColumnPointers variables, std::size_t size, double* y, double* log_slope = nullptr,
             double* direction = nullptr) const {
    if (log_slope) std::fill_n(log_slope, size, 0.0);
    if (direction) std::fill_n(direction, size, 1.0);
    std::vector<double> other(size);
    for (const Undo& undo : undo_) {
      if (operand_count(undo.operation) == 2) formula.run(undo.other, variables, size, other.data());
      for (std::size_t i = 0; i < size; ++i) {
        const Solved solved = undone(undo, y[i], other[i]);
        y[i] = solved.value;
        if (log_slope) log_slope[i] += std::log(std::abs(solved.slope));
        if (direction) direction[i] = solved.slope < 0 ? -direction[i] : direction[i];
      }
    }
  }

 private:
  struct Undo {
    FormulaOperation operation;
    bool on_left;       // the noise is in the left (or only) operand
    std::size_t other;  // the step at which the other operand ends
  };
  struct Solved {
    double value, slope;
  };

  static bool names(std::span<const FormulaStep> steps, std::size_t last, std::size_t variable) {
    for (std::size_t s = steps[last].begin; s <= last; ++s)
      if (steps[s].operation == FormulaOperation::variable && steps[s].variable == variable) return true;
    return false;
  }

  static bool has_inverse(std::span<const FormulaStep> steps, const Undo& undo) {
    using enum FormulaOperation;
    const FormulaStep& other = steps[undo.other];
    switch (undo.operation) {
      case add:
      case subtract:
      case multiply:
      case divide:
      case negate:
      case exp:
      case log:
      case sqrt:
      case tanh:
      case sigmoid: return true;
      case power:
        if (!undo.on_left) return other.operation == constant && other.constant > 0 && other.constant != 1;
        return other.operation == constant && other.constant > 0 && std::fmod(other.constant, 2.0) == 1.0;
      default: return false;
    }
  }

  static Solved undone(const Undo& undo, double y, double other) {
    using enum FormulaOperation;
    switch (undo.operation) {
      case add: return {y - other, 1};
      case subtract: return undo.on_left ? Solved{y + other, 1} : Solved{other - y, -1};
      case multiply: return {y / other, 1 / other};
      case divide: return undo.on_left ? Solved{y * other, other} : Solved{other / y, -other / (y * y)};
      case negate: return {-y, -1};
      case exp: return {std::log(y), 1 / y};
      case log: return {std::exp(y), std::exp(y)};
      case sqrt: return {y < 0 ? std::nan("") : y * y, 2 * y};
      case tanh: return {std::atanh(y), 1 / ((1 - y) * (1 + y))};
      case sigmoid: return {std::log(y / (1 - y)), 1 / (y * (1 - y))};
      case power: {
        if (!undo.on_left) return {std::log(y) / std::log(other), 1 / (y * std::log(other))};
        const double root = std::copysign(std::pow(std::abs(y), 1 / other), y);
        return {root, root / (other * y)};
      }
      default: return {std::nan(""), 0};
    }
  }

  std::vector<Undo> undo_;
};

}  // namespace equipoise::inline v0
