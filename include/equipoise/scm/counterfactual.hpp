// Counterfactual rows: what the same people would be in another world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

struct CounterfactualOptions {
  std::uint64_t seed = 1;  ///< of the noise where a row leaves it open (discrete variables), and of an action's draws
  Parallelism parallelism = Parallelism::none();
};

/// Every node that a change of these variables can reach, themselves included.
NodeSet reached_from(const CausalGraph& graph, std::span<const Assignment> intervention);

/// The rows of `world` had the intervention been made: rows x variables, by abduction in the model as it is, action,
/// and prediction (Pearl 2009, 7.1). A mechanism that is kept keeps the row's noise, so what is shifted or scaled is
/// what it would have been, and more; draws of a stochastic intervention are fresh and seeded, those of
/// sample(intervene(…)) with the same seed. Exact where mechanisms are invertible; where a discrete value leaves its
/// noise open, the noise is drawn from its distribution given the row under the mechanism's coupling, seeded. A row
/// where the intervention changes nothing is returned as it is, to the bit. Throws scm_missing_rung, naming the
/// variable, where a mechanism has no abduction, scm_no_support as a RowError where the model cannot give a row (any of
/// its variables, reached or not, where their mechanisms have a likelihood), and as `intervene`. O(rows (nodes + edges)) where mechanisms are linear.
Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world, const Intervention& intervention,
                                    const CounterfactualOptions& options = {});
/// The same in the memory of `world`, which is not needed any more: what takes the time of large worlds is new memory.
Eigen::MatrixXd counterfactual_rows(const Scm& scm, Eigen::MatrixXd&& world, const Intervention& intervention,
                                    const CounterfactualOptions& options = {});
Eigen::MatrixXd counterfactual_rows(const Scm& scm, const Eigen::MatrixXd& world,
                                    std::span<const Assignment> intervention,
                                    const CounterfactualOptions& options = {});

namespace detail {

/// An intervention on a model made ready to be applied to blocks of rows, from several threads at once.
class CounterfactualPlan {
 public:
  CounterfactualPlan(const Scm& scm, Intervention intervention);
  CounterfactualPlan(const CounterfactualPlan&) = delete;
  CounterfactualPlan& operator=(const CounterfactualPlan&) = delete;

  /// The rows of a block, column v of the world at `world + v * stride`, into `out`, columns apart by `out_stride`.
  void predict(const double* world, std::size_t stride, RowBlock rows, std::uint64_t seed, double* out,
               std::size_t out_stride) const;

 private:
  Scm scm_;
  Intervention intervention_;
  Scm intervened_;
  Reach reach_;
  std::vector<ChangesOf> changes_;  // which points into intervention_
};

}  // namespace detail

/// The same rows, handed block by block to `sink(const Eigen::MatrixXd& block_of_rows)` in their order, in memory that
/// does not grow with them.
template <class Sink>
void counterfactual_rows_to(const Scm& scm, const Eigen::MatrixXd& world, const Intervention& intervention, Sink&& sink,
                            std::uint64_t seed = 1) {
  const detail::CounterfactualPlan plan(scm, intervention);
  const auto rows = static_cast<std::size_t>(world.rows());
  Eigen::MatrixXd result;
  for (std::size_t n = 0; n < detail::block_count(rows); ++n) {
    const RowBlock block = detail::nth_block(n, rows);
    result.resize(static_cast<Eigen::Index>(block.size), world.cols());
    plan.predict(world.data() + block.first, rows, block, seed, result.data(), block.size);
    sink(std::as_const(result));
  }
}

/// P(v would take each level | the row), rows x levels, exactly under v's coupling: `factual` are the rows,
/// `counterfactual` the values that v's inputs would take (only their columns are read). Where those inputs
/// are themselves drawn given the row (discrete mediators), the result is exact given the draw.
/// Throws scm_missing_rung where v is not discrete or has no coupling.
Eigen::MatrixXd counterfactual_probabilities(const Scm& scm, const Eigen::MatrixXd& factual,
                                             const Eigen::MatrixXd& counterfactual, Node v,
                                             const CounterfactualOptions& options = {});

/// What the mechanisms of these variables assume, each assumption once with its variables: "coupling gumbel-max of D,
/// E; functional form of X". Empty for no variable.
std::string assumptions_of(const Scm& scm, const NodeSet& variables);

/// What counterfactual rows under this intervention rest on: always assumed, since no data can show a unit in
/// two worlds; the basis names the couplings and the functional forms of the mechanisms that make their variables
/// again.
Licence counterfactual_licence(const Scm& scm, const Intervention& intervention);
Licence counterfactual_licence(const Scm& scm, std::span<const Assignment> intervention);

}  // namespace equipoise::inline v0
