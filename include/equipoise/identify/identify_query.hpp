// Identification of a whole query: each of its terms by the algorithm that it calls for.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/bound_query.hpp>
#include <equipoise/identify/counterfactual_event.hpp>
#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/identification.hpp>

namespace equipoise::inline v0 {

/// What is known of the populations that a graph describes.
struct Knowledge {
  std::vector<Source> sources;
  bool all_interventions = false;  ///< P(V \ z | do(z)) of the target for every set Z; the sources are then not needed
};

/// Plain observation of the target.
Knowledge observational_knowledge(const CausalGraph& graph);

/// The algorithm that answered.
enum class IdentificationMethod {
  id,             ///< Tian, Pearl 2002; Shpitser, Pearl 2006
  idc,            ///< Shpitser, Pearl 2006
  gid,            ///< from listed experiments: Lee, Correa, Bareinboim 2019
  transport,      ///< from other populations: Lee, Correa, Bareinboim 2020
  path_specific,  ///< Shpitser 2013
  id_star,        ///< Shpitser, Pearl 2008; nested: Correa, Lee, Bareinboim 2021
  idc_star,       ///< the same, given evidence
};

/// "ID", "IDC", "gID", "transport", "path-specific", "ID*", "IDC*".
std::string_view to_string(IdentificationMethod method) noexcept;

/// A term of the answer: coefficient * estimand, or, with `mean_of`, coefficient * sum over that variable's levels of
/// their numbers times the estimand. A term that is 0 in every model has none, and is left out.
struct IdentifiedTerm {
  std::size_t term = 0;  ///< of the query
  double coefficient = 1;
  std::optional<Node> mean_of;
  Expression estimand;
  Symbols arbitrary;                 ///< free symbols of whatever level
  std::map<Symbol, std::size_t> at;  ///< the levels that the query names, by the estimand's symbols
};

/// Why a term has no estimand.
struct RefusedTerm {
  std::size_t term = 0;  ///< of the query
  std::variant<NotIdentified, ConflictingWorlds, RecantingDistrict> witness;
};

struct QueryIdentification {
  std::vector<IdentificationMethod> methods;  ///< each once, in the order of the terms
  std::vector<IdentifiedTerm> terms;          ///< their sum is the answer, where no term is refused
  std::vector<RefusedTerm> refused;
  std::optional<ImpossibleEvidence> undefined;  ///< the query conditions on what never happens

  bool is_identified() const { return refused.empty() && !undefined; }
};

/// Identifies every term of the query. That one is refused shows that the query is not identifiable where it is the
/// only one refused; of several, it is open whether their sum might be.
QueryIdentification identify_query(const CausalGraph& graph, const BoundQuery& query, const Knowledge& knowledge);

/// The variables that the answer's estimands speak of.
NodeSet variables_of(const QueryIdentification& answer, std::size_t universe);

/// The answer as a number, from distributions that hold all its estimands speak of; the levels of their tables are the
/// query's. The answer is identified, and the query names every value (asserted).
std::variant<double, Undefined> evaluate_query(const QueryIdentification& answer, const BoundQuery& query,
                                               Evaluation& evaluation);

/// What a mean takes a level for: its number, or its index where the variable has two levels that are no numbers.
/// Nothing where neither holds.
std::optional<double> number_of_level(const VariableLevels& levels, Node variable, std::size_t level);

}  // namespace equipoise::inline v0
