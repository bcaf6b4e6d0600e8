#include <equipoise/identify/empirical_distribution.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/data/table.hpp>

using namespace equipoise;

namespace {

CausalGraph chain() {
  const std::array<NamedEdge, 2> edges{{{"X", "Z"}, {"Z", "Y"}}};
  return {{"X", "Z", "Y"}, edges, {}};
}

Table table(std::vector<Column> columns, std::vector<double> weights) {
  Table table(std::move(columns));
  table.set_weights(std::move(weights));
  return table;
}

Column number(std::string name, std::vector<double> values) {
  return {std::move(name), ColumnType::integer, {}, std::move(values)};
}

Column text(std::string name, std::vector<std::string> levels, std::vector<double> values) {
  return {std::move(name), ColumnType::categorical, std::move(levels), std::move(values)};
}

/// Where it is refused and why, or "none".
template <class Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("levels are the values of the columns, numbers in order") {
  const CausalGraph graph = chain();
  const Table one = table({number("X", {10, 2, -0.0}), text("Z", {"no", "yes"}, {1, 0, 1})}, {1, 1, 1});
  const Table two = table({text("X", {"2", "3"}, {0, 1}), text("Z", {"maybe", "no"}, {1, 0})}, {1, 1});
  const std::array tables{&one, &two};
  const VariableLevels levels = levels_of(graph, tables);
  CHECK(levels.texts == std::vector<std::vector<std::string>>{{"0", "2", "3", "10"}, {"no", "yes", "maybe"}, {}});
  CHECK(levels.find(0, "10") == 3);
  CHECK_FALSE(levels.find(1, "never"));
  CHECK(levels.number(0, 3) == 10.0);
  CHECK_FALSE(levels.number(1, 0));
  CHECK(levels.cardinalities() == Cardinalities{4, 3, 1});
}

TEST_CASE("a table of weighted rows becomes relative frequencies, or a posterior mean") {
  const CausalGraph graph = chain();
  const Table rows =
      table({number("Y", {0, 1, 1, 0}), number("X", {0, 0, 1, 0}), number("Z", {1, 1, 0, 1})}, {1, 2, 4, 1});
  const std::array tables{&rows};
  const VariableLevels levels = levels_of(graph, tables);
  const KnownDistribution plain = empirical_distribution(graph, levels, rows);
  // X, Z, Y in the order of nodes, the last fastest.
  CHECK(plain.table.values == std::vector<double>{0, 0, 0.25, 0.25, 0, 0.5, 0, 0});
  const KnownDistribution smooth = empirical_distribution(graph, levels, rows, 1);
  for (std::size_t i = 0; i < 8; ++i) CHECK(smooth.table.values[i] == Approx((plain.table.values[i] * 8 + 1) / 16));
  NodeSet some = graph.none();
  some.insert(0);
  some.insert(2);
  const std::array one{EmpiricalTable{&rows, {}}};
  const KnownDistribution margin = empirical_distribution(graph, levels, 0, graph.none(), some, one);
  CHECK(margin.table.values == std::vector<double>{0.25, 0.25, 0, 0.5});
}

TEST_CASE("an experiment has a table for every value of what it fixed") {
  const CausalGraph graph = chain();
  const Table low = table({number("Z", {0, 1}), number("Y", {1, 0})}, {3, 1});
  const Table high = table({number("Z", {0, 1}), number("Y", {1, 1})}, {1, 1});
  const Table observed = table({number("X", {0, 1})}, {1, 1});
  const std::array all{&low, &high, &observed};
  const VariableLevels levels = levels_of(graph, all);
  NodeSet x = graph.none();
  x.insert(0);
  const std::array both{EmpiricalTable{&high, {1}}, EmpiricalTable{&low, {0}}};
  const KnownDistribution known = empirical_distribution(graph, levels, 1, x, graph.all(), both);
  CHECK(known.population == 1);
  CHECK(known.table.values == std::vector<double>{0, 0.75, 0.25, 0, 0, 0.5, 0, 0.5});
  const auto from = [&](std::vector<EmpiricalTable> tables) {
    return refusal([&] { empirical_distribution(graph, levels, 1, x, graph.all(), tables); });
  };
  CHECK(from({{&low, {0}}}) == "no table for do(X=1); one for every value of what was intervened on");
  CHECK(from({{&low, {0}}, {&high, {0}}}) == "two tables for do(X=0); one");
}

TEST_CASE("a table that does not fit the graph is refused") {
  const CausalGraph graph = chain();
  const Table part = table({number("X", {0, 1}), text("Z", {"a", "b"}, {0, 1})}, {1, 1});
  const Table other = table({number("X", {0, 1}), text("Z", {"a", "c"}, {0, 1}), number("Y", {0, 1})}, {1, 1});
  const std::array tables{&part};
  CHECK(refusal([&] {
          empirical_distribution(graph, levels_of(graph, tables), part);
        }).starts_with("no column 'Y' in the table"));
  CHECK(refusal([&] {
          empirical_distribution(graph, levels_of(graph, tables), other);
        }).starts_with("column 'Z', row 2: 'c'; a value that the variable takes elsewhere"));
  CHECK(refusal([&] {
          empirical_distribution(graph, levels_of(graph, tables), part, -1);
        }).starts_with("smoothing: -1; 0 or more"));
  std::vector<Column> wide;
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) {
    names.push_back("V" + std::to_string(i));
    wide.push_back(number(names.back(), {0, 1}));
  }
  const CausalGraph large(names, {}, {});
  const Table rows(std::move(wide));
  const std::array of_rows{&rows};
  CHECK(refusal([&] {
          empirical_distribution(large, levels_of(large, of_rows), rows);
        }).starts_with("a joint table of more than 16777216 cells"));
}
