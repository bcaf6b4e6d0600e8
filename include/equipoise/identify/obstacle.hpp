// Why no source gives a factor of a query: the witness where there are several sources, each with its own reason.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <span>
#include <variant>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/id.hpp>

namespace equipoise::inline v0 {

/// What keeps a source from giving Q[C].
enum class ObstacleKind {
  intervened,  ///< the experiment fixes some of C, which Q[C] leaves to nature
  selection,   ///< some of C has other mechanisms in that population
  hedge,       ///< C and a larger district of the source form a hedge
};

struct Obstacle {
  ObstacleKind kind = ObstacleKind::hedge;
  NodeSet nodes;  ///< those of C that are fixed or differ; or the hedge's larger set
  friend bool operator==(const Obstacle&, const Obstacle&) = default;
};

/// One obstacle a source, in their order, for the factor of C, the smaller set of the hedge that `NotIdentified` holds:
/// together they prove that the query is not identifiable from these sources (Lee, Correa, Bareinboim 2019, 2020:
/// a thicket). Asserted: no source gives Q[C].
inline std::vector<Obstacle> obstacles(const CausalGraph& graph, const NodeSet& c, std::span<const Source> sources) {
  std::vector<Obstacle> result;
  for (const Source& source : sources) {
    if (source.intervened.intersects(c)) {
      result.push_back({ObstacleKind::intervened, source.intervened & c});
    } else if (source.selection.intersects(c)) {
      result.push_back({ObstacleKind::selection, source.selection & c});
    } else {
      const auto answer = identify_q_from(graph, c, {&source, 1});
      assert(std::holds_alternative<Hedge>(answer));
      result.push_back({ObstacleKind::hedge, std::get<Hedge>(answer).larger});
    }
  }
  return result;
}

}  // namespace equipoise::inline v0
