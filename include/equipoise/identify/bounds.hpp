// Bounds on a query that is not identified: what the graph and the data say of it nonetheless.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/bound_query.hpp>
#include <equipoise/identify/evaluation.hpp>
#include <equipoise/identify/identify_query.hpp>

namespace equipoise::inline v0 {

struct Bounds {
  double low = 0, high = 0;  ///< every model of the graph that gives what is known has the value between them
  bool is_sharp = false;     ///< whether each of them is the value of such a model
};

/// No model of the graph gives what is known (an instrument's inequalities are violated, say): by how much in sum, at
/// the least, the known probabilities would have to change.
struct NoModel {
  double violation = 0;
};

struct BoundsOptions {
  std::size_t most_response_types = std::size_t{1} << 12;
  std::size_t most_pivots = 20000;
};

/// Bounds on the query's value, from known distributions of the sources listed in `knowledge`.
///
/// A query's terms are sums of products of ctf-factors, one for each district. Where all but one district's are
/// identified, and that one is the same in every term, the value is linear in the distribution of this district's
/// response types, and so is what is known of it: the least and greatest values are linear programs (Balke, Pearl 1997;
/// Sachs et al. 2023), in which the identified districts are numbers. They are sharp where the district has one hidden
/// cause, that is, at most two variables, where no cell of what is known was left out for want of positivity, and no
/// source left out for a population that differs from the target in a part of the district alone. Of
/// larger districts the independence of their hidden causes is not used, which makes the bounds valid, and possibly
/// wide. Where more than one district is in the way, or there are more response types than the budget, each term is
/// bounded by consistency alone (Robins 1989; Manski 1990), which is valid and never called sharp.
///
/// Undefined: the query, or an identified part of it, conditions on an event of probability 0. The query names every
/// value and conditions on nothing that contradicts itself (both asserted); its levels are those of the tables.
std::variant<Bounds, Undefined, NoModel> bounds_of_query(const CausalGraph& graph, const BoundQuery& query,
                                                         const Knowledge& knowledge,
                                                         const std::vector<KnownDistribution>& known,
                                                         const BoundsOptions& options = {});

}  // namespace equipoise::inline v0
