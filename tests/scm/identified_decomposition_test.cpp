// Wherever the roles claim identification, the plug-in formula on the exact joint must equal the counterfactual
// truth of every model with that graph; random graphs and models, all enumerated.
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/scm/decomposition.hpp>

using namespace equipoise;

namespace {

// Five binary variables in causal order, X the second and Y the last; every variable is a lookup of its parents,
// of hidden fair-or-not coins shared along bidirected edges, and of a coin of its own.
constexpr std::size_t variables = 5, attribute = 1, outcome = 4;
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
  Values world(unsigned draw, int forced) const {  // forced: the attribute's value, or -1
    Values values{};
    for (std::size_t v = 0; v < variables; ++v)
      values[v] = v == attribute && forced >= 0 ? forced : evaluate(v, draw, [&](std::size_t p) { return values[p]; });
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

RandomCase draw_case(std::mt19937_64& random) {
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

struct Truth {
  double de = 0, ie = 0, se = 0;
};

}  // namespace

TEST_CASE("an identified part of a decomposition equals its counterfactual definition", "[decomposition]") {
  std::mt19937_64 random(20240607);
  std::array<int, 3> identified{}, refuted{};
  for (int trial = 0; trial < 400; ++trial) {
    const RandomCase each = draw_case(random);
    const std::size_t coins = each.model.coin_probability.size();
    if (coins > 14) continue;
    const FairnessRoles roles = roles_in_graph(each.graph, "X", "Y");
    std::vector<bool> mediates(variables);
    for (const std::string& name : roles.mediators) mediates[each.graph.node(name)] = true;

    std::array<double, 32> joint{};
    double baseline_mass = 0, compared_mass = 0, crossed = 0, treated = 0, baseline = 0, compared = 0;
    for (unsigned draw = 0; draw < 1u << coins; ++draw) {
      const double p = each.model.probability(draw);
      const Values factual = each.model.world(draw, -1);
      std::size_t cell = 0;
      for (const int value : factual) cell = 2 * cell + static_cast<std::size_t>(value);
      joint[cell] += p;
      if (factual[attribute] == 1) {
        compared_mass += p;
        compared += p * factual[outcome];
        continue;
      }
      const Values forced = each.model.world(draw, 1);
      baseline_mass += p;
      baseline += p * factual[outcome];
      treated += p * forced[outcome];
      // Y_{x1, W_x0}: the mediators as they are under x0, the attribute as x1.
      crossed +=
          p * each.model.evaluate(outcome, draw, [&](std::size_t v) { return mediates[v] ? factual[v] : forced[v]; });
    }
    if (baseline_mass <= 0 || compared_mass <= 0) continue;
    const Truth truth{(crossed - baseline) / baseline_mass, (crossed - treated) / baseline_mass,
                      treated / baseline_mass - compared / compared_mass};

    std::vector<Column> columns;
    for (std::size_t v = 0; v < variables; ++v)
      columns.push_back({each.graph.name(v), ColumnType::binary, {"0", "1"}, {}});
    for (std::size_t cell = 0; cell < joint.size(); ++cell)
      for (std::size_t v = 0; v < variables; ++v)
        columns[v].values.push_back(static_cast<double>(cell >> (variables - 1 - v) & 1u));
    Table table(columns);
    table.set_weights({joint.begin(), joint.end()});
    DecompositionValues found;
    try {
      found = decomposition_values(table, {"X", "1", "0", "Y", "1"}, roles);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::no_positivity);
      continue;
    }
    const std::array parts{std::array{found.ctf_de, truth.de}, std::array{found.ctf_ie, truth.ie},
                           std::array{found.ctf_se, truth.se}};
    const std::array flags{roles.direct_identified, roles.indirect_identified, roles.spurious_identified};
    for (std::size_t part = 0; part < parts.size(); ++part) {
      INFO("trial " << trial << ", part " << part);
      if (flags[part]) {
        ++identified[part];
        REQUIRE(parts[part][0] == Approx(parts[part][1]).margin(1e-12));
      } else if (std::abs(parts[part][0] - parts[part][1]) > 1e-6) {
        ++refuted[part];
      }
    }
  }
  for (std::size_t part = 0; part < 3; ++part) {
    INFO("part " << part << ": identified " << identified[part] << ", refused and differing " << refuted[part]);
    CHECK(identified[part] > 30);
    CHECK(refuted[part] > 10);  // the refusals are not idle either
  }
}
