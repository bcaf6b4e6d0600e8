// What data say against a causal graph, or a model on it: independences that they deny, edges whose direction they
// deny, edges that they do not need, causes without overlap, and distributions that are off.
//
// Data can deny a graph and never prove one: a graph that nothing denies is one of many (its Markov equivalence class
// at least, but for residuals that tell directions).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/implied_independences.hpp>
#include <equipoise/scm/calibration.hpp>
#include <equipoise/scm/independence_test.hpp>
#include <equipoise/scm/overlap.hpp>
#include <equipoise/scm/residual_independence.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

struct DiagnosticsOptions {
  double level = 0.05;             ///< of a false denial anywhere, in (0, 1)
  std::size_t most_claims = 5000;  ///< tested; the claims with the fewest given variables are kept
  std::uint64_t seed = 1;          ///< of random features and draws
  Parallelism parallelism = Parallelism::none();
  Progress progress = {};  ///< a task is one set of given variables
};

/// An independence that the graph implies, and what the data say of it.
struct ClaimDiagnosis {
  ImpliedIndependence claim;
  std::string text;  ///< `A _||_ B | C`
  IndependenceTest test;
  double holm_p_value = 1;                ///< corrected for all claims and residuals of the report
  double benjamini_hochberg_p_value = 1;  ///< the false-discovery rate at which it is denied
  bool denied = false;                    ///< holm_p_value is at most the level
};

/// Whether a number is a function of its causes and an independent noise.
struct ResidualDiagnosis {
  std::string variable;
  ResidualIndependence test;
  double holm_p_value = 1;
  /// The noise depends on the causes: the function and noise are not additive, or an edge points the wrong way.
  bool dependent = false;
};

/// What turning an edge round alone would do to the graph.
enum class Reversal {
  makes_cycle,
  changes_independences,  ///< data can tell the two directions by independences
  keeps_independences,    ///< data can tell them by residuals only
};

/// An edge of the graph, `from` -> `to`.
struct EdgeDiagnosis {
  std::string from, to;
  /// Without the edge the graph would imply an independence: data can tell whether the edge is there.
  bool removal_is_testable = false;
  IndependenceTest need = {};  ///< of that independence, where testable
  std::string need_text = {};
  bool is_weak = false;  ///< the data do not deny it: need's p-value is above the level
  Reversal reversal = Reversal::makes_cycle;
  /// p-values of an independent noise, the least of both ends: as the edge stands, and turned round. Nothing where an
  /// end has levels, or rows are few; turned round only where the one or the other could tell.
  std::optional<double> residuals_as_directed = {}, residuals_reversed = {};
  bool denied = false;           ///< the noise is dependent as the edge stands, independent turned round
  bool residuals_agree = false;  ///< the noise is independent as the edge stands, dependent turned round
  bool can_be_told() const noexcept { return reversal != Reversal::keeps_independences || denied || residuals_agree; }
};

struct Diagnostics {
  double level = 0.05;
  double people = 0;
  std::vector<ClaimDiagnosis> claims;
  std::vector<ResidualDiagnosis> residuals;  ///< of the numbers with causes that are numbers
  std::vector<EdgeDiagnosis> edges;          ///< directed ones
  std::vector<Overlap> overlaps;             ///< of the variables with levels and causes
  std::vector<NodeCalibration> calibration;  ///< of a model's variables; empty for a graph
  std::size_t claims_left_out = 0;           ///< beyond most_claims
  std::vector<std::string> notes;

  /// Whether the data deny the graph: some independence or some edge's direction.
  bool denied() const;
};

/// Tests what the graph implies against the table. Claims and residuals are one family, corrected together by Holm's
/// method: a graph that is right, with independent noise or none that is tested, is denied with a probability of at
/// most the level. Bidirected edges are taken for hidden common causes; constraints that are no independences are not
/// tested. The same result at any parallelism. Throws table_unknown_column where a node has no column, table_type,
/// table_empty, value_out_of_range. The time is that of a regression of all rows on at most 160 columns for each node
/// and edge.
Diagnostics diagnose(const CausalGraph& graph, const Table& table, const DiagnosticsOptions& options = {});

/// The same of a model's graph, and the calibration of each of its variables.
Diagnostics diagnose(const Scm& scm, const Table& table, const DiagnosticsOptions& options = {});

/// The report in plain sentences, a line each, what is denied first.
std::string to_text(const Diagnostics& diagnostics);

}  // namespace equipoise::inline v0
