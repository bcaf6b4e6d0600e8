#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/testing/random_graph.hpp>

using namespace equipoise;

namespace {

double awkward_number(RowStream& random, std::uint64_t kind, std::size_t row) {
  switch (kind % 9) {
    case 0: return random.uniform();
    case 1: return 7;                                               // constant
    case 2: return static_cast<double>(random() % 3);               // few values
    case 3: return 1e60 * (random.uniform() - 0.5);                 // as large as is taken
    case 4: return 1e9 + random.uniform();                          // far from 0
    case 5: return 1e-300 * random.uniform();                       // next to nothing
    case 6: return row == 0 ? 1e12 : random.uniform();              // one far row
    case 7: return static_cast<double>(row);                        // an identifier
    default: return random.uniform() < 0.9 ? 0 : random.uniform();  // mostly 0
  }
}

Table awkward_table(RowStream& random, const CausalGraph& graph, std::size_t rows) {
  std::vector<Column> columns;
  for (Node v = 0; v < graph.size(); ++v) {
    const std::uint64_t kind = random();
    Column column{graph.name(v), ColumnType::continuous, {}, {}};
    const bool levels = random() % 3 == 0, copy = !columns.empty() && random() % 6 == 0;
    if (levels)
      column = {graph.name(v), ColumnType::categorical, {"a", "b", "c"}, {}};
    else if (kind % 9 == 2 || kind % 9 == 7)
      column.type = ColumnType::integer;
    if (copy) {  // one variable twice
      column.type = columns.back().type;
      column.levels = columns.back().levels;
      column.values = columns.back().values;
    } else {
      for (std::size_t i = 0; i < rows; ++i)
        column.values.push_back(levels ? static_cast<double>(random() % (1 + kind % 3))
                                       : awkward_number(random, kind, i));
    }
    columns.push_back(std::move(column));
  }
  Table table(std::move(columns));
  if (random() % 3 == 0) {
    std::vector<double> weights(rows);
    for (double& weight : weights)
      weight = random() % 2 == 0 ? static_cast<double>(random() % 4) : 3 * random.uniform();
    weights[0] = 1;
    table.set_weights(std::move(weights));
  }
  return table;
}

}  // namespace

TEST_CASE("awkward tables are fitted to finite models that read back, or refused") {
  RowStream random = RandomStream({.seed = 121, .purpose = Purpose::test}).row(0);
  int refused = 0;
  constexpr int trials = 250;
  for (int trial = 0; trial < trials; ++trial) {
    const CausalGraph graph = draw_graph({.nodes = 2 + static_cast<std::size_t>(trial) % 3,
                                          .directed_degree = 1,
                                          .bidirected_degree = trial % 2 == 0 ? 0.8 : 0},
                                         122, static_cast<std::uint64_t>(trial));
    const std::size_t sizes[] = {1, 2, 3, 7, 40, 300};
    const Table table = awkward_table(random, graph, sizes[trial % 6]);
    INFO("trial " << trial);
    try {
      const ScmFit fit = fit_scm(graph, table);
      for (const NodeFit& node : fit.nodes) {
        INFO(node.variable << ": " << node.mechanism);
        CHECK(std::isfinite(node.log_likelihood));
        CHECK(std::isfinite(node.held_out));
        CHECK(std::isfinite(node.margin.value_or(0)));
        CHECK(std::isfinite(node.margin_standard_error));
      }
      const std::string text = scm_text(fit.scm);
      CHECK(text.find("null") == std::string::npos);
      CHECK(scm_text(parse_scm(text)) == text);
    } catch (const Error& error) {
      ++refused;
      WARN("trial " << trial << ": " << error.what());
    }
  }
  CHECK(refused == 0);
}
