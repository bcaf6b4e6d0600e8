// Worlds drawn from a model, by column and in blocks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/core/parallelism.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Rows that a block holds: its columns stay in the second-level cache.
inline constexpr std::size_t block_rows = 2048;

inline RowBlock nth_block(std::size_t n, std::size_t rows) {
  const std::size_t first = n * block_rows;
  return {first, std::min(block_rows, rows - first)};
}
inline std::size_t block_count(std::size_t rows) { return (rows + block_rows - 1) / block_rows; }

[[noreturn]] inline void throw_for_variable(const Scm& scm, Node v, const Error& error) {
  std::string place = "variable '" + scm.graph().name(v) + "'";
  if (!error.place().empty()) place += ", " + error.place();
  throw Error(error.code(), std::move(place), error.found(), error.expected(), error.hint());
}

/// Runs `f`; an error of a mechanism gets the variable's name before its row.
template <class F>
void for_variable(const Scm& scm, Node v, F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const Error& error) {
    throw_for_variable(scm, v, error);
  }
}

/// The same where the rows are the caller's: an error of a mechanism at a row names row and variable as a RowError.
template <class F>
void for_rows_of(const Scm& scm, Node v, F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const RowError& error) {
    throw RowError(error.code(), scm.graph().name(v), error.row(), error.found(), error.expected(), error.hint());
  } catch (const Error& error) {
    throw_for_variable(scm, v, error);
  }
}

/// Where each node's and each exogenous variable's column of one block stands.
struct BlockColumns {
  std::vector<const double*> nodes, exogenous;

  void inputs_of(const Scm& scm, Node v, std::vector<const double*>& into) const {
    into.clear();
    for (const Scm::Input& input : scm.inputs(v))
      into.push_back(input.exogenous ? exogenous[input.index] : nodes[input.index]);
  }
};

/// Fills one block of a world: columns of `out` (rows apart by `stride`) for the rows of the block. The
/// exogenous variables' streams come after the nodes'.
void sample_block(const Scm& scm, std::uint64_t seed, RowBlock rows, double* out, std::size_t stride);

}  // namespace detail

struct SampleOptions {
  std::uint64_t seed = 1;
  Parallelism parallelism = Parallelism::none();
};

/// `rows` independent units of the model: rows x variables. The same bits for any parallelism; the first n
/// rows are the same whatever `rows` is. Interventions share the noise of the variables they leave alone.
Eigen::MatrixXd sample(const Scm& scm, std::size_t rows, const SampleOptions& options = {});

/// The same rows, handed block by block to `sink(const Eigen::MatrixXd& block_of_rows)` in their order, in
/// constant memory.
template <class Sink>
void sample_to(const Scm& scm, std::size_t rows, Sink&& sink, std::uint64_t seed = 1) {
  Eigen::MatrixXd world;
  for (std::size_t n = 0; n < detail::block_count(rows); ++n) {
    const RowBlock block = detail::nth_block(n, rows);
    world.resize(static_cast<Eigen::Index>(block.size), static_cast<Eigen::Index>(scm.size()));
    detail::sample_block(scm, seed, block, world.data(), block.size);
    sink(std::as_const(world));
  }
}

}  // namespace equipoise::inline v0
