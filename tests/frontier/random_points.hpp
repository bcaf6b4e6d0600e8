// Points for the frontier's tests: written out, or drawn with a fixed seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

#include <Eigen/Core>

namespace equipoise::testing {

inline Eigen::MatrixXd points(std::initializer_list<std::initializer_list<double>> rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : rows) {
    Eigen::Index j = 0;
    for (const double value : row) result(i, j++) = value;
    ++i;
  }
  return result;
}

// Uniform on the unit cube, or on a grid of `steps` values an objective, where ties and copies abound.
inline Eigen::MatrixXd random_points(std::mt19937_64& random, Eigen::Index count, Eigen::Index objectives,
                                     int steps = 0) {
  Eigen::MatrixXd result(count, objectives);
  for (Eigen::Index j = 0; j < objectives; ++j)
    for (Eigen::Index i = 0; i < count; ++i)
      result(i, j) = steps > 0 ? static_cast<double>(random() % static_cast<std::uint64_t>(steps)) / steps
                               : static_cast<double>(random() >> 11) * 0x1p-53;
  return result;
}

// The rows of `matrix` in a random order.
inline Eigen::MatrixXd shuffled(std::mt19937_64& random, Eigen::MatrixXd matrix) {
  for (Eigen::Index i = matrix.rows() - 1; i > 0; --i)
    matrix.row(i).swap(matrix.row(static_cast<Eigen::Index>(random() % static_cast<std::uint64_t>(i + 1))));
  return matrix;
}

}  // namespace equipoise::testing
