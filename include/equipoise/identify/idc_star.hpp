// Probabilities of counterfactual events given evidence: IDC*.
//
// Source: Shpitser, Pearl, "Complete identification methods for the causal hierarchy", JMLR 9, 2008 (IDC*), in the form
// of Correa, Lee, Bareinboim, "Nested counterfactual identification from arbitrary surrogate experiments", NeurIPS 2021
// (CTFID): what the evidence already separates from the event cancels between P(event, evidence) and P(evidence); what
// is left must be identified. IDC* exchanges evidence for actions instead, which comes to the same.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/id_star.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// For every node of `evidence` the node of `joint` that stands for the same responses; the joint event holds the
/// evidence, and may fix and merge more.
inline std::vector<std::size_t> images_of_nodes(const CounterfactualGraph& evidence, const CounterfactualGraph& joint) {
  std::vector<std::size_t> image;
  for (const CounterfactualNode& node : evidence.nodes) {
    std::vector<CounterfactualTerm> inputs;
    for (const CounterfactualTerm input : node.inputs)
      inputs.push_back(input.is_level ? input : joint.nodes[image[input.index]].value);
    std::size_t i = 0;
    while (joint.nodes[i].variable != node.variable || joint.nodes[i].inputs != inputs) ++i;
    image.push_back(i);
  }
  return image;
}

/// Removes the parts that stand in both, with equal nodes and equal levels: their factors are the same number.
inline void cancel(const CounterfactualGraph& joint, std::vector<CounterfactualPart>& of_joint,
                   const CounterfactualGraph& evidence, std::vector<CounterfactualPart>& of_evidence) {
  const auto image = images_of_nodes(evidence, joint);
  std::erase_if(of_evidence, [&](const CounterfactualPart& part) {
    std::vector<std::size_t> nodes;
    for (const std::size_t i : part.nodes) {
      if (evidence.nodes[i].value.is_level != joint.nodes[image[i]].value.is_level) return false;
      nodes.push_back(image[i]);
    }
    std::sort(nodes.begin(), nodes.end());
    return std::erase_if(of_joint, [&](const CounterfactualPart& other) { return other.nodes == nodes; }) > 0;
  });
}

template <class QOf>
CounterfactualIdentification identify_event(const CausalGraph& graph, const CounterfactualEvent& event,
                                            const CounterfactualEvent& evidence, QOf q_of) {
  const auto made_of_evidence = counterfactual_graph(graph, evidence);
  if (const auto* impossible = std::get_if<ImpossibleEvent>(&made_of_evidence))
    return ImpossibleEvidence{impossible->contradiction};
  CounterfactualEvent both = evidence;
  both.insert(both.end(), event.begin(), event.end());
  const auto made_of_both = counterfactual_graph(graph, both);
  if (const auto* impossible = std::get_if<ImpossibleEvent>(&made_of_both)) return *impossible;

  const auto& cg_of_both = std::get<CounterfactualGraph>(made_of_both);
  const auto& cg_of_evidence = std::get<CounterfactualGraph>(made_of_evidence);
  auto of_both = parts(graph, cg_of_both), of_evidence = parts(graph, cg_of_evidence);
  cancel(cg_of_both, of_both, cg_of_evidence, of_evidence);
  const std::array events{&both};
  const LevelSymbols levels(graph.size(), events);
  auto numerator = probability_of(graph, cg_of_both, of_both, levels, q_of);
  if (!std::holds_alternative<Expression>(numerator)) return negative(std::move(numerator));
  auto denominator = probability_of(graph, cg_of_evidence, of_evidence, levels, q_of);
  if (!std::holds_alternative<Expression>(denominator)) return negative(std::move(denominator));
  return with_levels(fraction(std::get<Expression>(std::move(numerator)), std::get<Expression>(std::move(denominator))),
                     levels);
}

}  // namespace detail

/// P(event | evidence) in the target, from the sources; both may speak of several worlds. ImpossibleEvidence where
/// the evidence contradicts itself; else as without evidence.
inline CounterfactualIdentification identify_counterfactual(const CausalGraph& graph, const CounterfactualEvent& event,
                                                            const CounterfactualEvent& evidence,
                                                            std::span<const Source> sources) {
  return detail::identify_event(graph, event, evidence, detail::FromSources{graph, sources});
}

/// P(event | evidence) from observation alone.
inline CounterfactualIdentification identify_counterfactual(const CausalGraph& graph, const CounterfactualEvent& event,
                                                            const CounterfactualEvent& evidence) {
  const std::array sources{observation(graph)};
  return identify_counterfactual(graph, event, evidence, sources);
}

/// P(event | evidence) from all interventional distributions of the target (IDC*).
inline CounterfactualIdentification identify_counterfactual_from_interventions(const CausalGraph& graph,
                                                                               const CounterfactualEvent& event,
                                                                               const CounterfactualEvent& evidence) {
  return detail::identify_event(graph, event, evidence, detail::FromInterventions{graph});
}

}  // namespace equipoise::inline v0
