// Small models of binary variables with hidden common causes, and their decompositions by enumeration of every state of
// the noise, straight from the definition of the parts.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>

namespace equipoise::testing {

// Five binary variables in causal order, X the second, B the third and Y the last; every variable is a lookup of its
// parents, of hidden fair-or-not coins shared along bidirected edges, and of a coin of its own.
constexpr std::size_t variables = 5, outcome = 4;
using Values = std::array<int, variables>;

struct Model {
  std::array<std::vector<std::size_t>, variables> parents, coins;  // the last coin of a variable is its own
  std::array<std::vector<int>, variables> lookup;
  std::vector<double> coin_probability;

  template <class InputOf>
  int evaluate(std::size_t v, unsigned draw, InputOf input_of) const {
    std::size_t key = 0;
    for (const std::size_t parent : parents[v]) key = 2 * key + static_cast<std::size_t>(input_of(parent));
    for (const std::size_t coin : coins[v]) key = 2 * key + (draw >> coin & 1u);
    return lookup[v][key];
  }
  /// Some variables are held at a value, the others respond.
  Values world(unsigned draw, const std::array<std::optional<int>, variables>& held) const {
    Values values{};
    for (std::size_t v = 0; v < variables; ++v)
      values[v] = held[v] ? *held[v] : evaluate(v, draw, [&](std::size_t p) { return values[p]; });
    return values;
  }
  double probability(unsigned draw) const {
    double p = 1;
    for (std::size_t coin = 0; coin < coin_probability.size(); ++coin)
      p *= draw >> coin & 1u ? coin_probability[coin] : 1 - coin_probability[coin];
    return p;
  }
};

struct RandomCase {
  CausalGraph graph;
  Model model;
};

inline RandomCase draw_case(std::mt19937_64& random) {
  const auto chance = [&](double p) { return static_cast<double>(random() >> 11) * 0x1p-53 < p; };
  const std::vector<std::string> names{"A", "X", "B", "C", "Y"};
  std::vector<NamedEdge> directed, bidirected;
  Model model;
  for (std::size_t a = 0; a < variables; ++a)
    for (std::size_t b = a + 1; b < variables; ++b) {
      if (chance(0.55)) {
        directed.emplace_back(names[a], names[b]);
        model.parents[b].push_back(a);
      }
      if (chance(0.15)) {
        bidirected.emplace_back(names[a], names[b]);
        model.coins[a].push_back(model.coin_probability.size());
        model.coins[b].push_back(model.coin_probability.size());
        model.coin_probability.push_back(0.3 + 0.4 * static_cast<double>(random() % 100) / 100);
      }
    }
  for (std::size_t v = 0; v < variables; ++v) {
    // Two coins of its own, and a flip by both, so that every value has a chance everywhere.
    const std::size_t flip = model.coin_probability.size();
    model.coins[v].push_back(flip);
    model.coins[v].push_back(flip + 1);
    model.coin_probability.push_back(0.35);
    model.coin_probability.push_back(0.5);
    const std::size_t keys = std::size_t{1} << (model.parents[v].size() + model.coins[v].size() - 2);
    for (std::size_t key = 0; key < keys; ++key) {
      const int base = static_cast<int>(random() & 1u), other = static_cast<int>(random() & 1u);
      for (const int value : {base, other, 1 - base, base ^ other}) model.lookup[v].push_back(value);
    }
  }
  return {CausalGraph(names, directed, bidirected), model};
}

/// What enumeration gives of x = (1, ...) against (0, ...).
struct Truth {
  bool has_groups = false;
  Table joint;
  double de = 0, ie = 0, se = 0;
  std::vector<double> shares = {};  // of the mediators, in causal order
};

inline Truth enumerated(const RandomCase& each, const std::vector<std::size_t>& attributes,
                        const std::vector<std::size_t>& mediators) {
  std::array<double, 32> joint{};
  double baseline_mass = 0, compared_mass = 0, baseline = 0, compared = 0;
  std::vector<double> responses(mediators.size() + 1);  // the first mediators held as they are, the others responding
  for (unsigned draw = 0; draw < 1u << each.model.coin_probability.size(); ++draw) {
    const double p = each.model.probability(draw);
    const Values factual = each.model.world(draw, {});
    std::size_t cell = 0;
    for (const int value : factual) cell = 2 * cell + static_cast<std::size_t>(value);
    joint[cell] += p;
    int ones = 0;
    for (const std::size_t x : attributes) ones += factual[x];
    if (ones == static_cast<int>(attributes.size())) {
      compared_mass += p;
      compared += p * factual[outcome];
    }
    if (ones > 0) continue;
    baseline_mass += p;
    baseline += p * factual[outcome];
    std::array<std::optional<int>, variables> held{};
    for (const std::size_t x : attributes) held[x] = 1;
    for (std::size_t step = 0; step <= mediators.size(); ++step) {
      if (step > 0) held[mediators[step - 1]] = factual[mediators[step - 1]];
      responses[step] += p * each.model.world(draw, held)[outcome];
    }
  }
  Truth truth;
  if (baseline_mass <= 0 || compared_mass <= 0) return truth;
  truth.has_groups = true;
  for (double& response : responses) response /= baseline_mass;
  truth.de = responses.back() - baseline / baseline_mass;
  truth.ie = responses.back() - responses.front();
  truth.se = responses.front() - compared / compared_mass;
  for (std::size_t step = 1; step < responses.size(); ++step)
    truth.shares.push_back(responses[step] - responses[step - 1]);
  std::vector<Column> columns;
  for (std::size_t v = 0; v < variables; ++v)
    columns.push_back({each.graph.name(v), ColumnType::binary, {"0", "1"}, {}});
  for (std::size_t cell = 0; cell < joint.size(); ++cell)
    for (std::size_t v = 0; v < variables; ++v)
      columns[v].values.push_back(static_cast<double>(cell >> (variables - 1 - v) & 1u));
  truth.joint = Table(columns);
  truth.joint.set_weights({joint.begin(), joint.end()});
  return truth;
}

}  // namespace equipoise::testing
