// Abduction: what the noise of a row must have been, and what the row would be with that noise elsewhere.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/sampling.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Named exogenous variables that must be abducted together, since some mechanism reads several of them, and
/// the nodes that read any.
struct ExogenousComponent {
  std::vector<std::size_t> exogenous;
  std::vector<Node> readers;
};

std::vector<ExogenousComponent> exogenous_components(const Scm& scm);

/// One block of rows and the noise behind it. Noise is abducted only for the nodes that are asked for, once,
/// so that every world evaluated from one BlockAbduction shares it.
class BlockAbduction {
 public:
  /// `world`: the factual rows, column v at `world + v * stride`; kept by reference.
  BlockAbduction(const Scm& scm, const double* world, std::size_t stride, RowBlock rows, std::uint64_t seed);

  RowBlock rows() const noexcept { return rows_; }
  const double* factual(Node v) const { return factual_.nodes[v]; }

  /// v's column with the row's own noise where its endogenous inputs stand at `inputs` (by position;
  /// exogenous positions are ignored). A row whose inputs are all factual keeps its value, to the bit.
  void reevaluate(Node v, std::span<const double* const> inputs, double* out);

  /// Throws scm_no_support, as a RowError of the variable, where the model cannot give a row: some value has density or
  /// probability 0 given its causes, and so have the numbers that rounding may have taken it for. Variables are left
  /// out whose mechanisms have no likelihood, or that read exogenous variables with more states than are tried.
  /// Nothing to do for noise that can be any number.
  void require_possible();

  /// The noise of v given its row: a column a noise of the mechanism.
  ColumnPointers noise_of(Node v);

 private:
  struct NoiseColumns {
    bool known = false;
    std::unique_ptr<double[]> values;
    std::vector<const double*> columns;
  };

  RandomStream stream_of(std::size_t point) const;

  void factual_inputs(Node v, std::vector<const double*>& into);

  /// Draws the named exogenous variables from their distribution given the rows, by enumerating the joint
  /// states of each component.
  void abduct_exogenous();

  void draw_component(const ExogenousComponent& component);

  bool is_drawn(const ExogenousComponent& component) const {
    return factual_.exogenous[component.exogenous.front()] != nullptr;
  }

  /// As require_possible, of one variable whose inputs are all there.
  void require_possible(Node v);

  const Scm& scm_;
  RowBlock rows_;
  std::uint64_t seed_;
  BlockColumns factual_;
  std::vector<NoiseColumns> noise_;
  std::vector<std::vector<double>> exogenous_;
  std::vector<std::uint64_t> changed_;  // a mask a row: all bits or none, so that vectors of rows are chosen at once
  std::vector<const double*> arguments_, factual_arguments_;
};

}  // namespace detail

}  // namespace equipoise::inline v0
