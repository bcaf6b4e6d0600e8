// Independence of two variables with levels within strata: what a table of counts says.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/score_test.hpp>

namespace equipoise::inline v0::detail {

/// The people of one stratum by the levels of two variables that it shows, row-major, with their margins.
struct ContingencyTable {
  std::vector<std::size_t> row_levels, column_levels;
  std::vector<double> counts, row_totals, column_totals;
  double total = 0;

  std::size_t rows() const noexcept { return row_levels.size(); }
  std::size_t columns() const noexcept { return column_levels.size(); }
  double count(std::size_t i, std::size_t j) const { return counts[i * columns() + j]; }
  double expected(std::size_t i, std::size_t j) const { return row_totals[i] * column_totals[j] / total; }
};

/// A number from 0 for each configuration of the columns, all of level indices, in the order in which the rows show
/// them.
inline std::vector<std::size_t> configuration_numbers(std::span<const std::span<const double>> columns,
                                                      std::size_t rows) {
  std::vector<std::size_t> number(rows, 0);
  for (const std::span<const double> column : columns) {
    std::unordered_map<std::uint64_t, std::size_t> numbers;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t both = std::uint64_t{number[i]} << 32 | static_cast<std::uint64_t>(column[i]);
      number[i] = numbers.emplace(both, numbers.size()).first->second;
    }
  }
  return number;
}

/// The table of the given rows, all of positive weight.
inline ContingencyTable contingency_table(std::span<const double> a, std::span<const double> b,
                                          std::span<const double> weights, std::span<const std::size_t> rows) {
  const auto levels_of = [&](std::span<const double> values) {
    std::vector<std::size_t> levels;
    for (const std::size_t i : rows) levels.push_back(static_cast<std::size_t>(values[i]));
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    return levels;
  };
  const auto place = [](const std::vector<std::size_t>& levels, double value) {
    return static_cast<std::size_t>(std::lower_bound(levels.begin(), levels.end(), static_cast<std::size_t>(value)) -
                                    levels.begin());
  };
  ContingencyTable table{levels_of(a), levels_of(b), {}, {}, {}, 0};
  table.counts.resize(table.rows() * table.columns());
  table.row_totals.resize(table.rows());
  table.column_totals.resize(table.columns());
  for (const std::size_t row : rows) {
    const std::size_t i = place(table.row_levels, a[row]), j = place(table.column_levels, b[row]);
    table.counts[i * table.columns() + j] += weights[row];
    table.row_totals[i] += weights[row];
    table.column_totals[j] += weights[row];
    table.total += weights[row];
  }
  return table;
}

/// The tables of a and b, both of level indices, within the strata of `given`. Strata that show one level of either
/// alone say nothing and are left out, as are rows of weight 0.
inline std::vector<ContingencyTable> contingency_tables(std::span<const double> a, std::span<const double> b,
                                                        std::span<const std::span<const double>> given,
                                                        std::span<const double> weights) {
  const std::vector<std::size_t> stratum = configuration_numbers(given, a.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (weights[i] > 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return stratum[i] < stratum[j]; });
  std::vector<ContingencyTable> tables;
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && stratum[order[end]] == stratum[order[first]]) ++end;
    ContingencyTable table =
        contingency_table(a, b, weights, std::span<const std::size_t>(order).subspan(first, end - first));
    if (table.rows() > 1 && table.columns() > 1) tables.push_back(std::move(table));
  }
  return tables;
}

/// The rule of Cochran (1954) over all strata: no cell that can be filled expects less than 1, and at most a fifth of
/// them less than 5.
inline bool is_well_filled(std::span<const ContingencyTable> tables) {
  double cells = 0, small = 0;
  for (const ContingencyTable& table : tables)
    for (std::size_t i = 0; i < table.rows(); ++i)
      for (std::size_t j = 0; j < table.columns(); ++j) {
        const double expected = table.expected(i, j);
        if (expected < 1) return false;
        ++cells;
        small += expected < 5 ? 1 : 0;
      }
  return small <= cells / 5;
}

/// The likelihood-ratio statistic 2 sum of n ln(n / expected), chi-square with a degree of freedom for each cell that
/// the margins of its stratum leave free: levels that a stratum does not show count none.
inline ScoreStatistic g_statistic(std::span<const ContingencyTable> tables) {
  ScoreStatistic g;
  for (const ContingencyTable& table : tables) {
    g.degrees_of_freedom += static_cast<double>((table.rows() - 1) * (table.columns() - 1));
    for (std::size_t i = 0; i < table.rows(); ++i)
      for (std::size_t j = 0; j < table.columns(); ++j)
        if (table.count(i, j) > 0)
          g.statistic += 2 * table.count(i, j) * std::log(table.count(i, j) / table.expected(i, j));
  }
  g.statistic = std::max(0.0, g.statistic);
  if (g.degrees_of_freedom > 0) g.p_value = chi_square_tail(g.statistic, g.degrees_of_freedom);
  return g;
}

struct Moments {
  double mean = 0, variance = 0;
};

/// Mean and variance of Pearson's statistic over all tables of whole counts with these margins, exactly. Source:
/// Haldane 1940; Dawson, "A simplified expression for the variance of the chi-square function on a contingency table",
/// Biometrika 41, 1954.
inline Moments pearson_moments(const ContingencyTable& table) {
  const double n = table.total, r = static_cast<double>(table.rows()), c = static_cast<double>(table.columns());
  const double mean = (r - 1) * (c - 1) * n / (n - 1);
  // Of two people, or three, the one margin that leaves the statistic free is (2, 1) by (2, 1): 3/4 or 3.
  if (n < 3.5) return {mean, n > 2.5 && r == 2 && c == 2 ? 1.125 : 0.0};
  const auto inverse_sum = [n](std::span<const double> totals) {
    double sum = 0;
    for (const double each : totals) sum += n / each;
    return sum;
  };
  const double v1 = (r - 1) * (n - r) / (n - 1), w1 = (inverse_sum(table.row_totals) - r * r) / (n - 2);
  const double v2 = (c - 1) * (n - c) / (n - 1), w2 = (inverse_sum(table.column_totals) - c * c) / (n - 2);
  const double variance = 2 * n / (n - 3) * (v1 - w1) * (v2 - w2) + n * n / (n - 1) * w1 * w2;
  return {mean, std::max(0.0, variance)};
}

/// Pearson's statistic over all strata against a gamma distribution with its exact mean and variance given the margins:
/// calibrated where cells are few or empty. Scaled to a chi-square variable of degrees of freedom that need not be
/// whole.
inline ScoreStatistic pearson_statistic(std::span<const ContingencyTable> tables) {
  Moments sum;
  double statistic = 0;
  for (const ContingencyTable& table : tables) {
    if (table.total < 1.5) continue;
    const Moments each = pearson_moments(table);
    sum.mean += each.mean;
    sum.variance += each.variance;
    for (std::size_t i = 0; i < table.rows(); ++i)
      for (std::size_t j = 0; j < table.columns(); ++j) {
        const double off = table.count(i, j) - table.expected(i, j);
        statistic += off * off / table.expected(i, j);
      }
  }
  if (sum.variance <= 1e-12 * sum.mean * sum.mean) return {};
  const double scale = 2 * sum.mean / sum.variance;
  ScoreStatistic pearson{statistic * scale, sum.mean * scale, 1};
  pearson.p_value = chi_square_tail(pearson.statistic, pearson.degrees_of_freedom);
  return pearson;
}

/// The generalised Cochran-Mantel-Haenszel statistic of general association (Landis, Heyman, Koch 1978): whether counts
/// are off the same way in every stratum. row_place and column_place: a place from 0 for each level that is looked at,
/// below rows and columns, and at least that for all others, which are the reference.
inline ScoreStatistic common_association(std::span<const ContingencyTable> tables,
                                         std::span<const std::size_t> row_place, std::size_t rows,
                                         std::span<const std::size_t> column_place, std::size_t columns) {
  const auto cells = static_cast<Eigen::Index>(rows * columns);
  Eigen::VectorXd off = Eigen::VectorXd::Zero(cells);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(cells, cells);
  struct Cell {
    Eigen::Index at;
    std::size_t i, j;
  };
  std::vector<Cell> shown;
  for (const ContingencyTable& table : tables) {
    const double n = table.total;
    if (n < 1.5) continue;
    shown.clear();
    for (std::size_t i = 0; i < table.rows(); ++i)
      for (std::size_t j = 0; j < table.columns(); ++j) {
        const std::size_t row = row_place[table.row_levels[i]], column = column_place[table.column_levels[j]];
        if (row < rows && column < columns) shown.push_back({static_cast<Eigen::Index>(row * columns + column), i, j});
      }
    const double scale = 1 / (n * n * (n - 1));
    for (const Cell& one : shown) {
      off[one.at] += table.count(one.i, one.j) - table.expected(one.i, one.j);
      for (const Cell& other : shown)
        covariance(one.at, other.at) +=
            scale * table.row_totals[one.i] * ((one.i == other.i ? n : 0) - table.row_totals[other.i]) *
            table.column_totals[one.j] * ((one.j == other.j ? n : 0) - table.column_totals[other.j]);
    }
  }
  return score_statistic(off, covariance);
}

}  // namespace equipoise::inline v0::detail
