// Networks of binary variables, for tests of causal privacy.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::testing {

/// Variables V0, V1, … with levels "0" and "1". probability(v, parents): P(v = 1), where bit k of `parents` is the
/// value of v's k-th parent in the order of `edges`.
template <class Probability>
Scm binary_network(std::size_t size, const std::vector<std::pair<Node, Node>>& edges, const Probability& probability) {
  std::vector<std::string> names;
  std::vector<VariableSpec> variables;
  for (Node v = 0; v < size; ++v) {
    names.push_back("V" + std::to_string(v));
    variables.push_back({names.back(), ColumnType::binary, {"0", "1"}});
  }
  std::vector<NamedEdge> named;
  std::vector<std::vector<std::string>> inputs(size);
  for (const auto& [from, to] : edges) {
    named.emplace_back(names[from], names[to]);
    inputs[to].push_back(names[from]);
  }
  std::vector<NodeMechanism> mechanisms;
  for (Node v = 0; v < size; ++v) {
    const std::size_t parents = inputs[v].size();
    std::vector<double> table;
    for (unsigned row = 0; row < (1u << parents); ++row) {
      unsigned bits = 0;  // in a table the last input is the fastest
      for (std::size_t k = 0; k < parents; ++k) bits |= (row >> (parents - 1 - k) & 1u) << k;
      const double one = probability(v, bits);
      table.push_back(1 - one);
      table.push_back(one);
    }
    const ProbabilityTable kernel(std::vector<std::size_t>(parents, 2), 2, table);
    mechanisms.push_back({TableMechanism(kernel, Coupling::unstated), inputs[v]});
  }
  return Scm(CausalGraph(names, named), variables, mechanisms);
}

/// A network of five variables with what it was made from: rows[16 v + parents] is P(v = 1) given these parents' bits.
struct DrawnNetwork {
  std::vector<std::pair<Node, Node>> edges;
  std::vector<double> rows;
  Scm model;
};

/// Each pair is joined with this chance.
inline DrawnNetwork drawn_binary_network(RowStream& random, double edge_chance) {
  std::vector<std::pair<Node, Node>> edges;
  for (Node to = 1; to < 5; ++to)
    for (Node from = 0; from < to; ++from)
      if (random.uniform() < edge_chance) edges.emplace_back(from, to);
  std::vector<double> rows(5 * 16);
  for (double& p : rows) p = random.uniform();
  return {edges, rows, binary_network(5, edges, [&](Node v, unsigned parents) { return rows[16 * v + parents]; })};
}

}  // namespace equipoise::testing
