// A model's answer to a query of any rung, exact where it can be, and with its licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/identify/bounds.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/identify/query.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// How a number was computed.
enum class AnswerMethod {
  exact,        ///< up to rounding: variable elimination, or the algebra of normal variables
  monte_carlo,  ///< sampled, with a standard error
};

constexpr std::string_view to_string(AnswerMethod method) noexcept {
  return method == AnswerMethod::exact ? "exact" : "monte-carlo";
}

struct QueryAnswer {
  std::optional<double> value;  ///< none where the query is undefined, or only bounded
  Licence licence;
  AnswerMethod method = AnswerMethod::exact;
  std::optional<double> standard_error = {};         ///< of a sampled value
  std::optional<double> effective_sample_size = {};  ///< of a sampled value: draws that count, given the condition
  std::optional<Bounds> bounds = {};                 ///< where the licence is bounded
  std::string undefined = {};                        ///< the event of probability 0 that the query conditions on
};

struct AnswerOptions {
  /// exact: throws where there is no exact answer; monte_carlo: samples even where there is one; nothing: exact where
  /// it can be.
  std::optional<AnswerMethod> method = {};
  std::size_t draws = 1'000'000;
  std::uint64_t seed = 1;
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};
};

/// The model's answer. `evidence` is what is known of one unit besides, as in bind_query.
///
/// Exact for discrete models of any evidence (in any number of worlds but for gumbel-max, in two), and for
/// linear-Gaussian ones; else sampled. Where the query needs a coupling that the model leaves unstated, the answer is
/// bounded: by every model of the graph that has the same distributions under the query's interventions.
///
/// Throws as bind_query does; query_unsupported where an exact answer is asked for and there is none; scm_missing_rung
/// where the model can neither be evaluated nor the answer bounded; scm_no_support where too few draws meet the
/// condition.
QueryAnswer answer_query(const Scm& model, const Query& query, std::span<const Assignment> evidence = {},
                         const AnswerOptions& options = {}, const std::string& place = "query");

/// The queries that a query stands for which leaves values open, P(Y | do(X)): one for each joint value of the
/// variables with levels that it gives none, in the order of their levels. The query alone where it gives all. Throws
/// query_unsupported where an open variable has no levels, or there are more than 4,096.
std::vector<Query> with_every_value(const Scm& model, const Query& query, const std::string& place = "query");

}  // namespace equipoise::inline v0
