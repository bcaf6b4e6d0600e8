// `equipoise identify`: whether a query follows from what is known, by what estimand, and why.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/identify/bounds.hpp>
#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/identify_query.hpp>
#include <equipoise/identify/notation.hpp>
#include <equipoise/identify/query.hpp>

#include "cli/identify_answer.hpp"
#include "cli/known_tables.hpp"
#include "cli/query_list.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

KnownTables known_tables(const CausalGraph& graph, const Arguments& arguments) {
  const auto domains = arguments.find("--domains"), joint = arguments.find("--joint");
  if (domains && joint)
    throw Error(ErrorCode::usage, "--joint", "a joint beside --domains", "its tables within the domains file");
  if (domains && arguments.text("--from") == "interventional")
    throw Error(ErrorCode::usage, "--from", "every intervention beside --domains, which lists what is known",
                "one of them");
  KnownTables known = domains ? KnownTables::from_domains(graph, *domains)
                      : joint ? KnownTables::from_joint(graph, *joint)
                              : KnownTables(graph);
  if (arguments.text("--from") == "interventional") known.know_all_interventions();
  const double smoothing = arguments.number("--smoothing");
  if (!(smoothing >= 0)) throw Error(ErrorCode::usage, "--smoothing", shortest(smoothing), "0 or more");
  known.smooth(smoothing);
  return known;
}

void run(const Arguments& arguments, Session& session) {
  const std::vector<PlacedQuery> queries = queries_of(arguments);
  const CausalGraph graph = causal_graph(read_graph_file(arguments.text("--graph")));
  const KnownTables known = known_tables(graph, arguments);
  const VariableLevels levels = known.levels();
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const PlacedQuery& each : queries) {
    const BoundQuery bound = bind_query(graph, each.query, levels, each.place);
    const IdentifyAnswer answer(graph, each.query, bound, known);
    if (arguments.json())
      all.push_back(answer.as_json());
    else
      session.print(answer.as_text());
  }
  if (arguments.json()) session.print_json(arguments.has("--queries") ? all : all.front());
}

const Registration registered{
    {.name = "identify",
     .summary = "whether a causal query follows from what is known, and how",
     .description =
         "Decides whether the answer to a causal query can be computed from what is known: the observed joint "
         "distribution, or the experiments and populations that a domains file lists. If so, gives the estimand and "
         "its "
         "derivation, each step with the rule that allows it, and, from tables, the value; if not, gives the witness "
         "that no estimand exists and, from tables, bounds. Queries are written as P(Y | do(X=1), Z=0), "
         "P(Y_{X=1}=1 | X=0), E[Y_{X=1, M_{X=0}}] - E[Y_{X=0}], ATE(X -> Y), and by name ETT, NDE, NIE, CDE, PN, PS, "
         "PNS and PSE.",
     .options = {{.name = "--graph", .value = "FILE", .help = "the causal graph", .required = true},
                 {.name = "--query", .value = "QUERY", .help = "the query; this or --queries"},
                 {.name = "--queries", .value = "FILE", .help = "a file with one query a line"},
                 {.name = "--from",
                  .value = "LEVEL",
                  .help = "what is known: the observed joint, or every interventional distribution",
                  .fallback = "observational",
                  .choices = {"observational", "interventional"}},
                 {.name = "--domains",
                  .value = "FILE",
                  .help = "the experiments and populations that are known instead"},
                 {.name = "--joint",
                  .value = "FILE.csv",
                  .help = "the observed joint: a column for each variable, and p or count"},
                 {.name = "--smoothing",
                  .value = "N",
                  .help = "added to the count of every cell of a table, so that none is empty",
                  .fallback = "0"}},
     .examples = {"equipoise identify --graph graph.json --query 'P(admit=Admitted | do(gender=Female))'",
                  "equipoise identify --graph graph.json --query 'NDE(X -> Y)' --joint table.csv --format json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
