// The decomposition of a disparity that a model implies, by sampling its counterfactual worlds.
#pragma once

#include <cstddef>
#include <cstdint>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// How much is sampled; the same seed gives the same bits for any parallelism.
struct ModelDecompositionOptions {
  std::size_t rows = 1000000;
  std::uint64_t seed = 1;
  Parallelism parallelism = Parallelism::none();
};

/// The decomposition that a model implies, by Monte Carlo over its worlds; tv, too, is sampled. The interval is
/// that of the sampling alone, 2.023 standard errors over 40 batches (Student's t, 95%): how well a fitted model
/// fits people is not in it. Licences are those that the model's graph grants; where it does not identify a part,
/// its value rests on the model's mechanisms and couplings and is assumed, and so is all of it where the graph has a
/// hidden common cause that no mechanisms share. Throws query_unknown_variable, query_syntax, query_overlap,
/// graph_unsupported, no_positivity.
Decomposition decompose(const Scm& scm, const DecompositionQuery& query, const ModelDecompositionOptions& options = {});

}  // namespace equipoise::inline v0
