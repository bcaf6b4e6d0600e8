// From a graph and a table to a causal number that can be defended: the estimand, its derivation, its check, its value.
#include <array>
#include <iostream>
#include <string>
#include <variant>

#include <equipoise/data/csv.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/identify/check_derivation.hpp>
#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/identify/identify_query.hpp>

using namespace equipoise;

int main() {
  // A drug's effect on recovery, where the dose taken is confounded and only the prescription was near random: the
  // napkin, which no adjustment and no front door answers.
  const CausalGraph graph = causal_graph(parse_graph(
      "dag { history -> prescription -> dose -> recovery; history <-> dose; history <-> recovery }", "drug.dagitty"));
  const Table people = read_csv("data/drug.csv", {.weight = "count"}).table;

  // Which question, of which levels.
  const std::array tables{&people};
  const BoundQuery query =
      bind_query(graph, parse_query("P(recovery = yes | do(dose = high))"), levels_of(graph, tables));

  // Its derivation, an equality a line, each with the rule that allows it. The checker replays it without trusting it.
  const auto& effect = std::get<EffectQuestion>(query.terms.front().question);
  const auto derived = derive_effect(graph, effect.outcome, effect.treatment);
  const auto& derivation = std::get<Derivation>(derived);
  std::cout << to_text(derivation, graph.names());
  const std::array sources{observation(graph)};
  std::cout << (check_derivation(graph, derivation, sources) ? "refused\n" : "checked\n");

  // Its value on the table.
  const QueryIdentification answer = identify_query(graph, query, observational_knowledge(graph));
  const std::vector<KnownDistribution> known{empirical_distribution(graph, query.levels, people)};
  Evaluation evaluation(known);
  std::cout << "P(recovery = yes | do(dose = high)) = " << std::get<double>(evaluate_query(answer, query, evaluation))
            << '\n';
}
