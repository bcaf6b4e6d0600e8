// Models whose every variable is a few bits and whose every function is a sum modulo two: what refutes identifiability.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/discrete_model.hpp>

namespace equipoise::inline v0 {

/// A model on a graph in which a node's value is a word of bits, each the parity of some bits of the node's parents
/// and some hidden bits. A hidden bit may enter one node, or the two ends of a bidirected edge.
struct BitModel {
  struct Wire {
    Node node = 0;
    std::size_t bit = 0;  ///< of the node's word
    friend bool operator==(const Wire&, const Wire&) = default;
  };
  struct Bit {
    std::vector<Wire> wires;          ///< bits of parents
    std::vector<std::size_t> hidden;  ///< hidden bits, by index
  };
  std::vector<std::vector<Bit>> words;  ///< by node; a node has at least one bit
  std::vector<double> hidden;           ///< the probability that the hidden bit is 1, strictly between 0 and 1

  /// A new hidden bit.
  std::size_t add_hidden(double probability_of_one) {
    hidden.push_back(probability_of_one);
    return hidden.size() - 1;
  }
};

namespace detail {

inline std::size_t parity_of(const BitModel::Bit& bit, std::span<const Node> parents,
                             std::span<const std::size_t> parent_levels, std::span<const std::size_t> hidden,
                             std::span<const std::size_t> hidden_levels) {
  std::size_t parity = 0;
  for (std::size_t i = 0; i < parents.size(); ++i)
    for (const auto& wire : bit.wires)
      if (wire.node == parents[i]) parity ^= parent_levels[i] >> wire.bit & 1;
  for (std::size_t i = 0; i < hidden.size(); ++i)
    for (const std::size_t u : bit.hidden)
      if (u == hidden[i]) parity ^= hidden_levels[i];
  return parity;
}

// The parents and the hidden bits that a word reads, each once, in order.
inline void inputs_of(const std::vector<BitModel::Bit>& word, std::vector<Node>& parents,
                      std::vector<std::size_t>& hidden) {
  for (const auto& bit : word) {
    for (const auto& wire : bit.wires) parents.push_back(wire.node);
    hidden.insert(hidden.end(), bit.hidden.begin(), bit.hidden.end());
  }
  const auto make_distinct = [](auto& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  make_distinct(parents);
  make_distinct(hidden);
}

// The table of a node's word over the parents and the hidden bits that it reads.
inline DiscreteModel::Function function_of(const std::vector<BitModel::Bit>& word, const Cardinalities& cardinalities) {
  DiscreteModel::Function function;
  inputs_of(word, function.parents, function.exogenous);
  std::vector<std::size_t> parents(function.parents.size(), 0), hidden(function.exogenous.size(), 0);
  const auto advance = [&] {  // to the next row; false after the last
    for (std::size_t i = hidden.size(); i-- > 0; hidden[i] = 0)
      if (++hidden[i] < 2) return true;
    for (std::size_t i = parents.size(); i-- > 0; parents[i] = 0)
      if (++parents[i] < cardinalities[function.parents[i]]) return true;
    return false;
  };
  do {
    std::size_t level = 0;
    for (std::size_t b = 0; b < word.size(); ++b)
      level |= parity_of(word[b], function.parents, parents, function.exogenous, hidden) << b;
    function.values.push_back(level);
  } while (advance());
  return function;
}

}  // namespace detail

/// How many rows the model's tables have, written out; a double, since it may be beyond any integer.
inline double table_rows(const BitModel& bits) {
  double rows = 0;
  for (const auto& word : bits.words) {
    std::vector<Node> parents;
    std::vector<std::size_t> hidden;
    detail::inputs_of(word, parents, hidden);
    double of_word = 1;
    for (const Node p : parents) of_word *= static_cast<double>(std::size_t{1} << bits.words[p].size());
    for (std::size_t i = 0; i < hidden.size(); ++i) of_word *= 2;
    rows += of_word;
  }
  return rows;
}

/// The model with its tables written out; a word of k bits is a variable of 2^k levels, the first bit the lowest.
inline DiscreteModel discrete_model(const CausalGraph& graph, const BitModel& bits) {
  DiscreteModel model;
  model.order = graph.topological_order();
  for (const auto& word : bits.words) model.cardinalities.push_back(std::size_t{1} << word.size());
  for (const double one : bits.hidden) model.exogenous.push_back({{1 - one, one}});
  for (const auto& word : bits.words) model.functions.push_back(detail::function_of(word, model.cardinalities));
  return model;
}

}  // namespace equipoise::inline v0
