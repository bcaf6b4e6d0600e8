// The decomposition of a disparity that a model implies: exact where its distributions are, else by sampling.
#pragma once

#include <cstddef>
#include <cstdint>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/decomposition_bounds.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// How much is sampled, where anything is; the same seed gives the same bits for any parallelism.
struct ModelDecompositionOptions {
  std::size_t rows = 1000000;
  std::uint64_t seed = 1;
  Parallelism parallelism = Parallelism::none();
  bool by_mediator = false;                ///< whether ctf_ie is split along its mediators too
  DecompositionBoundsOptions bounds = {};  ///< of what the graph does not identify
};

/// The decomposition that a model implies, with no interval but that of drawing from it: how well a fitted model fits
/// people is not in it. Exact where discrete_answer is, hidden causes that mechanisms share included, and in a linear
/// model with normal noise, a normal attribute being conditioned on at its value. Else sampled, tv too, with an
/// interval of 2.023 standard errors over 40 batches (Student's t, 95%). No coupling of noise matters: each part
/// compares distributions in which every variable has one value.
///
/// Licences are those that the model's graph grants. Where it does not identify a part, the value rests on the model's
/// mechanisms; of a discrete model that is answered exactly the part is bounded by what the graph and the model's
/// distribution allow, and of others assumed. All of it is assumed where the graph has a hidden common cause that no
/// mechanisms share.
/// Throws query_unknown_variable, query_syntax, query_overlap, graph_unsupported, no_positivity, and singular where
/// normal attributes determine one another.
Decomposition decompose(const Scm& scm, const DecompositionQuery& query, const ModelDecompositionOptions& options = {});

}  // namespace equipoise::inline v0
