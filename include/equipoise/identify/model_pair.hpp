// A pair of models that refutes identifiability: they agree on what is observed and differ on the query.
//
// Source: Shpitser, Pearl, "Identification of joint interventional distributions in recursive semi-Markovian causal
// models", AAAI 2006, theorem 4, and "Identification of conditional interventional distributions", UAI 2006. Within
// the hedge every variable is the parity of its parents and hidden causes, so that the roots' parity is even; in
// the second model the smaller forest is blind to the rest of the larger. Seen passively both are uniform over an even
// parity of the roots, but an action on the larger forest makes it a fair coin in the first model alone.
// Beyond the papers: one root errs now and then, as does every courier, so that every observed cell is positive;
// couriers are bits of their own beside the hedge's, so that they may pass through it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/open_path.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/bit_model.hpp>
#include <equipoise/identify/discrete_model.hpp>
#include <equipoise/identify/hedge.hpp>
#include <equipoise/identify/idc.hpp>

namespace equipoise::inline v0 {

/// Two models of one population with one graph.
struct ModelPair {
  DiscreteModel first, second;
};

namespace detail {

/// For each node the next on a shortest directed path within `within` to `target`, nothing where there is none or
/// where the node is in `target`.
using Route = std::vector<std::optional<Node>>;

// Fills in the nodes of `within` that have no way yet.
inline void route_to(const CausalGraph& graph, const NodeSet& target, const NodeSet& within, Route& route) {
  std::vector<Node> queue(target.begin(), target.end());
  NodeSet seen = target;
  for (std::size_t i = 0; i < queue.size(); ++i)
    for (const Node p : (graph.parents(queue[i]) & within) - seen) {
      seen.insert(p);
      queue.push_back(p);
      if (!route[p]) route[p] = queue[i];
    }
}

/// Builds both models at once, bit by bit; they differ only in what the smaller forest of the hedge listens to.
class ModelPairBuilder {
 public:
  ModelPairBuilder(const CausalGraph& graph, const NodeSet& outcome, const ExchangedQuery& query, const Hedge& hedge)
      : graph_(graph),
        y_(outcome),
        x_(query.treatment),
        z_(query.given),
        hedge_(hedge),
        d_(ancestors(graph, y_ | z_, graph.all() - x_)),
        roots_(graph.none()),
        forest_(graph.size()),
        courier_route_(graph.size()),
        nodes_(graph.size()) {
    first_.words.resize(graph.size());
    second_.words.resize(graph.size());
    for (const Node c : hedge.smaller)
      if (!graph.children(c).intersects(hedge.smaller)) roots_.insert(c);
  }

  std::optional<ModelPair> build(double most_rows) && {
    plan_forest();
    plan_couriers();
    if (!roots_.intersects(ancestors(graph_, y_, d_ - z_))) mask_at_a_condition();
    wire_hidden_causes();
    wire_forest();
    wire_couriers();
    for (Node v = 0; v < graph_.size(); ++v)
      if (first_.words[v].empty()) add_hidden_to_both(bit(v, idle_bit), 0.5);
    if (table_rows(first_) > most_rows) return std::nullopt;  // the second reads no more than the first
    return ModelPair{discrete_model(graph_, first_), discrete_model(graph_, second_)};
  }

 private:
  /// What a bit of a node is for. A root of the hedge shows its bit through its courier.
  enum Part : std::size_t { hedge_bit, courier_bit, path_bit, idle_bit, part_count };
  static constexpr double root_errs = 1.0 / 8, courier_errs = 1.0 / 8;

  struct NodeBits {
    std::optional<std::size_t> of_part[part_count];
  };

  BitModel::Wire bit(Node v, Part part) {
    auto& index = nodes_[v].of_part[part];
    if (!index) {
      index = first_.words[v].size();
      first_.words[v].emplace_back();
      second_.words[v].emplace_back();
    }
    return {v, *index};
  }
  BitModel::Wire forest_bit(Node v) { return bit(v, roots_.contains(v) ? courier_bit : hedge_bit); }
  static BitModel::Bit& at(BitModel& model, BitModel::Wire wire) { return model.words[wire.node][wire.bit]; }

  void wire_both(BitModel::Wire from, BitModel::Wire to) {
    at(first_, to).wires.push_back(from);
    at(second_, to).wires.push_back(from);
  }
  std::size_t new_hidden(double probability_of_one) {
    second_.add_hidden(probability_of_one);
    return first_.add_hidden(probability_of_one);
  }
  void hidden_to_both(std::size_t hidden, BitModel::Wire to) {
    at(first_, to).hidden.push_back(hidden);
    at(second_, to).hidden.push_back(hidden);
  }
  void add_hidden_to_both(BitModel::Wire to, double probability_of_one) {
    hidden_to_both(new_hidden(probability_of_one), to);
  }

  // Every node of the hedge but the roots keeps one child: within the smaller forest towards a root, else towards it.
  void plan_forest() {
    route_to(graph_, roots_, hedge_.smaller, forest_);
    route_to(graph_, hedge_.smaller, hedge_.larger, forest_);
  }

  // A message goes to an outcome, past the conditions, where it can, and else to a condition.
  void plan_couriers() {
    route_to(graph_, y_, d_ - z_, courier_route_);
    Route rest(graph_.size());
    route_to(graph_, y_ | z_, d_, rest);
    for (Node v = 0; v < graph_.size(); ++v)
      if (!courier_route_[v] && !y_.contains(v) && !z_.contains(v)) courier_route_[v] = rest[v];
  }

  // The end of the way from v, which gets a courier's bit all along it.
  Node send_courier(Node v) {
    bit(v, courier_bit);
    while (courier_route_[v]) bit(v = *courier_route_[v], courier_bit);
    return v;
  }

  // Where every root is seen through conditions alone, one of them hides what it tells behind a bit that an open path
  // carries to an outcome: condition and outcome together tell the roots' parity, the conditions alone tell nothing.
  void mask_at_a_condition() {
    NodeSet masked = graph_.none();
    masked.insert(send_courier(roots_.front()));
    const auto path = open_path(graph_, masked, y_, x_ | (z_ - masked), CutArrows{x_, masked});
    assert(path && "no condition is left that rule 2 would exchange");
    carry_along(*path);
  }

  // A fair bit at each source of the path, known at both ends of what leads away from it: where two such stretches
  // meet, at a collider, their parity is sent on to a condition that opens it.
  void carry_along(const Path& path) {
    const std::size_t last = path.edges.size();
    const auto points_right = [&](std::size_t edge) { return path.edges[edge] == PathEdge::forward; };
    const auto points_left = [&](std::size_t edge) { return path.edges[edge] == PathEdge::backward; };
    // A node that an edge of the path leaves has a bit for what it passes on; what else it takes in, its courier takes.
    const auto passes_on = [&](std::size_t i) { return points_left(i - 1) || (i < last && points_right(i)); };
    const auto bit_on_path = [&](std::size_t i) {
      const Node v = path.nodes[i];
      if (i > 0 && passes_on(i)) return bit(v, path_bit);
      send_courier(v);
      return bit(v, courier_bit);
    };
    for (std::size_t i = 0; i < last; ++i) {
      const auto left = bit_on_path(i), right = bit_on_path(i + 1);
      if (points_right(i)) {
        wire_both(left, right);
      } else if (points_left(i)) {
        wire_both(right, left);
      } else {
        const std::size_t common = new_hidden(0.5);
        hidden_to_both(common, left);
        hidden_to_both(common, right);
      }
    }
    for (std::size_t i = 1; i <= last; ++i) {
      if (!passes_on(i)) continue;
      const bool is_source = points_left(i - 1) && (i == last || points_right(i));
      add_hidden_to_both(bit(path.nodes[i], path_bit), is_source ? 0.5 : courier_errs);
    }
  }

  // A hidden cause for each edge of a tree of bidirected edges, which spans the smaller forest first.
  void wire_hidden_causes() {
    std::vector<Node> queue{hedge_.smaller.front()};
    NodeSet seen = graph_.none();
    seen.insert(queue.front());
    for (const NodeSet* within : {&hedge_.smaller, &hedge_.larger})
      for (std::size_t i = 0; i < queue.size(); ++i)
        for (const Node s : (graph_.siblings(queue[i]) & *within) - seen) {
          seen.insert(s);
          queue.push_back(s);
          const std::size_t common = new_hidden(0.5);
          const bool outside = !hedge_.smaller.contains(s);
          for (const Node end : {queue[i], s}) {
            const auto to = forest_bit(end);
            at(first_, to).hidden.push_back(common);
            if (outside == !hedge_.smaller.contains(end)) at(second_, to).hidden.push_back(common);
          }
        }
  }

  void wire_forest() {
    for (const Node v : hedge_.larger) {
      if (!forest_[v]) continue;
      const auto to = forest_bit(*forest_[v]);
      at(first_, to).wires.push_back(forest_bit(v));
      if (hedge_.smaller.contains(v) == hedge_.smaller.contains(*forest_[v]))
        at(second_, to).wires.push_back(forest_bit(v));
    }
    add_hidden_to_both(forest_bit(roots_.front()), root_errs);
  }

  void wire_couriers() {
    for (const Node root : roots_) send_courier(root);
    for (Node v = 0; v < graph_.size(); ++v) {
      if (!nodes_[v].of_part[courier_bit]) continue;
      if (courier_route_[v]) wire_both(bit(v, courier_bit), bit(*courier_route_[v], courier_bit));
      if (!roots_.contains(v)) add_hidden_to_both(bit(v, courier_bit), courier_errs);
    }
  }

  const CausalGraph& graph_;
  const NodeSet &y_, &x_, &z_;
  const Hedge& hedge_;
  NodeSet d_;      // D = An(Y and Z) in G over V \ X
  NodeSet roots_;  // R
  Route forest_, courier_route_;
  std::vector<NodeBits> nodes_;
  BitModel first_, second_;
};

}  // namespace detail

/// Two models on the graph with the same observed distribution, every cell of it positive, and different answers to
/// P(outcome | do(treatment), given). `hedge` is the witness that `identify_conditional_effect` gave for just this
/// query from observation alone (asserted: `is_hedge`). A model has up to three bits a node and some two hidden bits a
/// node; a function's table is exponential in the parents that the hedge and the messages use. Nothing where a model's
/// tables have more than `budget` rows in all.
///
/// `refutes(compare_models(...))` holds of the pair on every graph of up to seven nodes that was tried; on larger ones
/// it may be that the smallest of the many cells is below 1e-6.
inline std::optional<ModelPair> model_pair(const CausalGraph& graph, const NodeSet& outcome /* y */,
                                           const NodeSet& treatment /* x */, const NodeSet& given /* z */,
                                           const Hedge& hedge, std::size_t budget = 1'000'000) {
  const ExchangedQuery query = exchange_observations(graph, outcome, treatment, given);
  assert(is_hedge(graph, outcome | query.given, query.treatment, hedge));
  return detail::ModelPairBuilder(graph, outcome, query, hedge).build(static_cast<double>(budget));
}

}  // namespace equipoise::inline v0
