// z-identifiability: effects where one may experiment on every subset of some variables.
//
// Source: Bareinboim, Pearl, "Causal inference by surrogate experiments: z-identifiability", UAI 2012 (zID). It differs
// from gID, where the experiments are listed and no other is to be had: with {A, B} manipulable, do(a) alone, do(b)
// alone and both are known; with the experiment on {A, B} listed, only both.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/idc.hpp>

namespace equipoise::inline v0 {

/// Of the experiments on subsets of `manipulable`, observation among them, as many as P(outcome | do(treatment), given)
/// can need: `identify_conditional_effect` identifies the query from them where it does so from all 2^|manipulable|.
/// Observation stands first, so that what follows from it is not taken from an experiment; at most one more for each
/// district of the query. Outcome, treatment and given are disjoint (asserted).
///
/// For Q[C] the experiment on all of `manipulable` but C serves where any does: the sets that Tian's recursion goes
/// through shrink with the set it starts from, and to fix more is to start from less.
inline std::vector<Source> surrogate_experiments(const CausalGraph& graph, const NodeSet& outcome /* y */,
                                                 const NodeSet& treatment /* x */, const NodeSet& given,
                                                 const NodeSet& manipulable /* z */) {
  const ExchangedQuery query = exchange_observations(graph, outcome, treatment, given);
  const NodeSet d = ancestors(graph, outcome | query.given, graph.all() - query.treatment);
  std::vector<Source> sources{observation(graph)};
  for (const NodeSet& district : districts(graph, d)) {
    Source source{0, manipulable - district, graph.none()};
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace equipoise::inline v0
