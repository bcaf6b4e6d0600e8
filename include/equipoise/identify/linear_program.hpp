// Small linear programs with a certificate, for bounds over response types.
//
// A dense revised simplex of our own rather than a library: the programs here have at most some hundreds of rows and
// all their columns at hand, a solver among the dependencies would be linked into every application, and what is
// returned does not rest on the solver being right: it is the value of the dual solution, corrected by the largest
// violation of a dual constraint, which is a bound whatever path led to it.
// Source: Dantzig, "Linear programming and extensions", 1963; Bland, "New finite pivoting rules for the simplex
// method", Mathematics of Operations Research 2, 1977; the correction: Neumaier, Shcherbina, "Safe bounds in linear and
// mixed-integer linear programming", Mathematical Programming 99, 2004.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace equipoise::inline v0 {

/// Minimise objective . x where matrix x = right, x >= 0 and the entries of x sum to `total`. That sum need not be
/// among the rows; it must follow from them.
struct LinearProgram {
  std::size_t rows = 0;
  std::vector<double> matrix;     ///< rows x columns, column by column
  std::vector<double> right;      ///< one a row
  std::vector<double> objective;  ///< one a column
  double total = 1;

  std::size_t columns() const noexcept { return objective.size(); }
  std::span<const double> column(std::size_t j) const noexcept { return {matrix.data() + j * rows, rows}; }
};

struct LinearProgramSolution {
  double value = 0;       ///< objective . x, at the x found
  double safe_value = 0;  ///< at most the minimum, whatever was rounded
  std::vector<double> x;
};

/// No x satisfies the constraints: what they miss at the least, in sum.
struct Infeasible {
  double violation = 0;
};

/// The pivots allowed were spent.
struct PivotsSpent {};

namespace detail {

/// The simplex method on an explicit inverse of the basis. Columns beyond the program's own are artificial, one a row.
class Simplex {
 public:
  Simplex(const LinearProgram& program, std::size_t most_pivots)
      : program_(program), m_(program.rows), n_(program.columns()), pivots_left_(most_pivots) {
    inverse_.assign(m_ * m_, 0.0);
    for (std::size_t i = 0; i < m_; ++i) {
      sign_.push_back(program.right[i] < 0 ? -1.0 : 1.0);
      inverse_[i * m_ + i] = 1;
      basis_.push_back(n_ + i);
      values_.push_back(sign_[i] * program.right[i]);
    }
  }

  std::variant<LinearProgramSolution, Infeasible, PivotsSpent> solve() {
    std::vector<double> cost(n_ + m_, 0.0);
    std::fill(cost.begin() + static_cast<std::ptrdiff_t>(n_), cost.end(), 1.0);
    if (!minimise(cost)) return PivotsSpent{};
    double violation = 0;
    for (std::size_t i = 0; i < m_; ++i)
      if (basis_[i] >= n_) violation += values_[i];
    if (violation > feasibility_tolerance) return Infeasible{violation};
    drop_artificials();
    std::copy(program_.objective.begin(), program_.objective.end(), cost.begin());
    std::fill(cost.begin() + static_cast<std::ptrdiff_t>(n_), cost.end(), 0.0);
    if (!minimise(cost)) return PivotsSpent{};
    return solution(cost);
  }

 private:
  static constexpr double tolerance = 1e-11, feasibility_tolerance = 1e-9;
  static constexpr std::size_t patience = 64;  // pivots without progress before Bland's rule

  double entry(std::size_t row, std::size_t j) const { return sign_[row] * program_.column(j)[row]; }

  // y = cost_B B^-1
  std::vector<double> dual(const std::vector<double>& cost) const {
    std::vector<double> y(m_, 0.0);
    for (std::size_t i = 0; i < m_; ++i)
      if (const double c = cost[basis_[i]]; c != 0)
        for (std::size_t k = 0; k < m_; ++k) y[k] += c * inverse_[i * m_ + k];
    return y;
  }

  double reduced_cost(const std::vector<double>& cost, const std::vector<double>& y, std::size_t j) const {
    double price = cost[j];
    for (std::size_t i = 0; i < m_; ++i) price -= y[i] * entry(i, j);
    return price;
  }

  // The most negative reduced cost, or with Bland's rule the first negative one; n where none is.
  std::size_t entering(const std::vector<double>& cost, bool by_bland) const {
    const auto y = dual(cost);
    std::size_t best = n_;
    double least = -tolerance;
    for (std::size_t j = 0; j < n_; ++j) {
      const double price = reduced_cost(cost, y, j);
      if (price >= least) continue;
      best = j;
      if (by_bland) return best;
      least = price;
    }
    return best;
  }

  std::vector<double> direction(std::size_t j) const {
    std::vector<double> d(m_, 0.0);
    for (std::size_t k = 0; k < m_; ++k)
      if (const double a = entry(k, j); a != 0)
        for (std::size_t i = 0; i < m_; ++i) d[i] += inverse_[i * m_ + k] * a;
    return d;
  }

  // The row whose basic variable reaches 0 first; of several, the first in the basis' order of columns.
  std::size_t leaving(const std::vector<double>& d) const {
    std::size_t best = m_;
    double least = 0;
    for (std::size_t i = 0; i < m_; ++i) {
      if (d[i] <= pivot_tolerance) continue;
      const double ratio = std::max(values_[i], 0.0) / d[i];
      if (best == m_ || ratio < least || (ratio == least && basis_[i] < basis_[best])) best = i, least = ratio;
    }
    return best;
  }
  static constexpr double pivot_tolerance = 1e-9;

  void pivot(std::size_t row, std::size_t j, const std::vector<double>& d) {
    const double step = values_[row] / d[row];
    for (std::size_t k = 0; k < m_; ++k) inverse_[row * m_ + k] /= d[row];
    for (std::size_t i = 0; i < m_; ++i) {
      if (i == row || d[i] == 0) continue;
      values_[i] -= d[i] * step;
      for (std::size_t k = 0; k < m_; ++k) inverse_[i * m_ + k] -= d[i] * inverse_[row * m_ + k];
    }
    values_[row] = step;
    basis_[row] = j;
  }

  bool minimise(const std::vector<double>& cost) {
    for (std::size_t stalled = 0;;) {
      const std::size_t j = entering(cost, stalled > patience);
      if (j == n_) return true;
      const auto d = direction(j);
      const std::size_t row = leaving(d);
      // Unbounded is impossible, since the entries of x have a sum: only rounding gets here, and the dual is safe.
      if (row == m_) return true;
      if (pivots_left_-- == 0) return false;
      stalled = values_[row] > tolerance ? 0 : stalled + 1;
      pivot(row, j, d);
    }
  }

  // An artificial variable that is basic at 0 leaves for any column of its row; a row without one is redundant.
  void drop_artificials() {
    for (std::size_t i = 0; i < m_; ++i) {
      if (basis_[i] < n_) continue;
      for (std::size_t j = 0; j < n_; ++j) {
        const auto d = direction(j);
        if (std::abs(d[i]) <= pivot_tolerance) continue;
        values_[i] = 0;
        pivot(i, j, d);
        break;
      }
    }
  }

  LinearProgramSolution solution(const std::vector<double>& cost) const {
    LinearProgramSolution found;
    found.x.assign(n_, 0.0);
    for (std::size_t i = 0; i < m_; ++i)
      if (basis_[i] < n_) found.x[basis_[i]] = std::max(values_[i], 0.0);
    const auto y = dual(cost);
    double least = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      found.value += program_.objective[j] * found.x[j];
      least = std::min(least, reduced_cost(cost, y, j));
    }
    for (std::size_t i = 0; i < m_; ++i) found.safe_value += y[i] * sign_[i] * program_.right[i];
    found.safe_value += least * program_.total;
    return found;
  }

  const LinearProgram& program_;
  std::size_t m_, n_, pivots_left_;
  std::vector<double> sign_;     // -1 for a row that was turned, so that its right side is not negative
  std::vector<double> inverse_;  // m x m, row by row
  std::vector<std::size_t> basis_;
  std::vector<double> values_;
};

}  // namespace detail

/// The minimum, with a bound below it that rounding cannot spoil.
inline std::variant<LinearProgramSolution, Infeasible, PivotsSpent> minimise(const LinearProgram& program,
                                                                             std::size_t most_pivots = 100000) {
  assert(program.right.size() == program.rows && program.matrix.size() == program.rows * program.columns());
  return detail::Simplex(program, most_pivots).solve();
}

}  // namespace equipoise::inline v0
