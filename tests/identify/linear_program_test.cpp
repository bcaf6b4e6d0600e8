#include <equipoise/identify/linear_program.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <random>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

/// Solves a square system by Gaussian elimination; nothing where it is singular.
std::optional<std::vector<double>> solved(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[best][k])) best = i;
    if (std::abs(a[best][k]) < 1e-9) return std::nullopt;
    std::swap(a[k], a[best]), std::swap(b[k], b[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double f = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= f * a[k][j];
      b[i] -= f * b[k];
    }
  }
  for (std::size_t k = 0; k < n; ++k) b[k] /= a[k][k];
  return b;
}

/// The minimum by trying every basis; infinite where none is feasible. The rows are independent.
double by_enumeration(const LinearProgram& program) {
  const std::size_t m = program.rows, n = program.columns();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t mask = 0; mask < (std::size_t{1} << n); ++mask) {
    std::vector<std::size_t> chosen;
    for (std::size_t j = 0; j < n; ++j)
      if (mask >> j & 1) chosen.push_back(j);
    if (chosen.size() != m) continue;
    std::vector<std::vector<double>> a(m, std::vector<double>(m));
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t k = 0; k < m; ++k) a[i][k] = program.column(chosen[k])[i];
    const auto x = solved(a, program.right);
    if (!x) continue;
    double value = 0;
    bool feasible = true;
    for (std::size_t k = 0; k < m; ++k) {
      feasible = feasible && (*x)[k] > -1e-9;
      value += (*x)[k] * program.objective[chosen[k]];
    }
    if (feasible) least = std::min(least, value);
  }
  return least;
}

/// A program over a probability vector with entries of 0 and 1, as those of response types are.
LinearProgram random_program(std::mt19937_64& random, std::size_t rows, std::size_t columns, bool feasible) {
  std::uniform_real_distribution<double> uniform;
  LinearProgram program{rows, std::vector<double>(rows * columns), std::vector<double>(rows), {}, 1};
  std::vector<double> x(columns);
  double total = 0;
  for (double& p : x) total += p = random() % 3 == 0 ? 0 : uniform(random);
  for (std::size_t j = 0; j < columns; ++j) {
    program.objective.push_back(uniform(random) - 0.5);
    for (std::size_t i = 0; i < rows; ++i) {
      const double a = i == 0 ? 1.0 : static_cast<double>(random() % 2);
      program.matrix[j * rows + i] = a;
      program.right[i] += a * (total > 0 ? x[j] / total : 1.0 / static_cast<double>(columns));
    }
  }
  if (!feasible)
    for (std::size_t i = 1; i < rows; ++i) program.right[i] = uniform(random);
  return program;
}

}  // namespace

TEST_CASE("the minimum is that of the best basis, and the safe value is just below it") {
  std::mt19937_64 random(3);
  int feasible = 0, infeasible = 0;
  for (int round = 0; round < 1500; ++round) {
    const LinearProgram program = random_program(random, 1 + random() % 4, 5 + random() % 5, round % 3 != 0);
    const double expected = by_enumeration(program);
    const auto found = minimise(program);
    if (std::isinf(expected)) {
      // No basis is feasible where the rows depend on each other, too: only what the solver solves is compared then.
      if (std::holds_alternative<Infeasible>(found)) ++infeasible;
      continue;
    }
    ++feasible;
    REQUIRE(std::holds_alternative<LinearProgramSolution>(found));
    const auto& solution = std::get<LinearProgramSolution>(found);
    REQUIRE(solution.value == Approx(expected).margin(1e-9));
    REQUIRE(solution.safe_value <= solution.value + 1e-12);
    REQUIRE(solution.safe_value >= solution.value - 1e-8);
    for (std::size_t i = 0; i < program.rows; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < program.columns(); ++j) sum += program.column(j)[i] * solution.x[j];
      REQUIRE(sum == Approx(program.right[i]).margin(1e-9));
    }
  }
  CHECK(feasible > 900);
  CHECK(infeasible > 100);
}

TEST_CASE("rows that say the same twice are no harm, and rows that contradict each other are infeasible") {
  LinearProgram program{3, {1, 1, 1, 1, 0, 0, 1, 1, 1}, {1, 0.25, 0.25}, {1, 2, 3}, 1};
  const auto found = std::get<LinearProgramSolution>(minimise(program));
  CHECK(found.value == Approx(0.25 * 1 + 0.75 * 2));
  program.right[2] = 0.5;
  CHECK(std::get<Infeasible>(minimise(program)).violation == Approx(0.25));
}

TEST_CASE("a program whose pivots are spent says so") {
  std::mt19937_64 random(5);
  const LinearProgram program = random_program(random, 4, 9, true);
  CHECK(std::holds_alternative<PivotsSpent>(minimise(program, 1)));
}
