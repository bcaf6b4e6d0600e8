// `equipoise adjust`: what to adjust for, and what else tells an effect from observation.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/adjustment.hpp>
#include <equipoise/graph/front_door.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/instruments.hpp>
#include <equipoise/graph/minimum_separator.hpp>
#include <equipoise/graph/mpdag_adjustment.hpp>
#include <equipoise/graph/optimal_adjustment.hpp>

#include "cli/graph_nodes.hpp"
#include "cli/session.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

using Names = std::vector<std::string>;

/// A path as names and the arrows between them, for texts and for JSON.
struct ShownPath {
  Names nodes = {}, edges = {};
};

/// The effect asked for, in a graph or in the DAG that stands for a class.
struct Question {
  CausalGraph graph;
  NodeSet treatment = {}, outcome = {}, forbidden = {};
  std::vector<double> costs = {};  ///< of each node, where the user states any
  std::string effect = {};         ///< "the effect of X on Y"
  ShownPath not_amenable = {};     ///< in a class, a path that has the effect in some of its DAGs alone
};

/// What is found, as names that are sorted.
struct Answer {
  std::vector<Names> sets = {};
  bool complete = true;
  std::string reason = {};  ///< why there is none
  ShownPath witness = {};   ///< a path that shows it
};

Names names_of(const CausalGraph& graph, const NodeSet& nodes) {
  Names names;
  for (const Node v : nodes) names.push_back(graph.name(v));
  std::sort(names.begin(), names.end());
  return names;
}

ShownPath shown(const Path& path, const CausalGraph& graph) {
  ShownPath result;
  for (const Node v : path.nodes) result.nodes.push_back(graph.name(v));
  for (const PathEdge edge : path.edges) result.edges.push_back(to_text(edge));
  return result;
}

ShownPath shown(const NotAmenable& answer, const Pdag& graph) {
  ShownPath result;
  for (const Node v : answer.path) result.nodes.push_back(graph.name(v));
  for (std::size_t i = 0; i + 1 < answer.path.size(); ++i)
    result.edges.push_back(graph.has_directed(answer.path[i], answer.path[i + 1]) ? "->" : "--");
  return result;
}

std::string text_of(const ShownPath& path) {
  std::string text;
  for (std::size_t i = 0; i < path.nodes.size(); ++i)
    text += (i > 0 ? " " + path.edges[i - 1] + " " : "") + path.nodes[i];
  return text;
}

std::string listed(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "(nothing)" : text;
}

// What each variable costs, 1 where nothing is said of it; empty where nothing is said at all.
std::vector<double> costs_of(const CausalGraph& graph, const Arguments& arguments) {
  const auto stated = arguments.find("--costs");
  if (!stated) return {};
  if (arguments.text("--kind") != "minimum")
    throw Error(ErrorCode::usage, "--costs", "given with --kind " + arguments.text("--kind"),
                "--kind minimum, which alone takes costs");
  std::vector<double> costs(graph.size(), 1);
  for (const auto& [name, value] : parse_assignments("--costs", *stated)) {
    const auto node = graph.find(name);
    if (!node)
      throw Error(ErrorCode::query_unknown_variable, "--costs", "no variable '" + name + "' in the graph",
                  "a variable that is observed", suggestion(name, graph.names()));
    const auto cost = parse_number(value);
    if (!cost || *cost <= 0)
      throw Error(ErrorCode::value_out_of_range, "--costs", "'" + value + "' for " + name, "a positive number");
    costs[*node] = *cost;
  }
  return costs;
}

/// The class that undirected edges stand for; none where there are none.
std::optional<Mpdag> class_of(const GraphFile& file) {
  if (file.undirected.empty()) return std::nullopt;
  auto graph_class = completed(Pdag(file));
  if (!graph_class)
    throw Error(ErrorCode::graph_unsupported, file.place, "undirected edges that no DAG can direct",
                "a way to direct them without a cycle or a further unshielded collider");
  return graph_class;
}

// Brings a question to a class down to one of its DAGs, which already is the question's graph.
void ask_of_class(Question& question, const Mpdag& graph_class, const GraphFile& file, const std::string& kind) {
  if (kind == "front-door" || kind == "instrument")
    throw Error(ErrorCode::graph_unsupported, file.place,
                "the undirected edge " + file.undirected.front().first + " -- " + file.undirected.front().second,
                "directed and bidirected edges (" + kind + " sets are those of one graph, not of a class)");
  const auto answer = adjustment_in_class(graph_class, question.treatment, question.outcome);
  if (const auto* not_amenable = std::get_if<NotAmenable>(&answer))
    question.not_amenable = shown(*not_amenable, graph_class);
  else
    question.forbidden |= std::get<ClassAdjustment>(answer).forbidden;
}

Question read_question(const Arguments& arguments) {
  const GraphFile file = read_graph_file(arguments.text("--graph"));
  const std::optional<Mpdag> graph_class = class_of(file);
  Question question{.graph = graph_class ? class_member(*graph_class) : causal_graph(file)};
  const CausalGraph& graph = question.graph;
  question.treatment = nodes_of_option(graph, arguments, "--treatment");
  question.outcome = nodes_of_option(graph, arguments, "--outcome");
  question.forbidden = nodes_of_option(graph, arguments, "--forbidden");
  check_disjoint(graph, arguments, {"--treatment", "--outcome"});
  question.effect = "the effect of " + listed(names_of(graph, question.treatment)) + " on " +
                    listed(names_of(graph, question.outcome));
  question.costs = costs_of(graph, arguments);
  if (graph_class) ask_of_class(question, *graph_class, file, arguments.text("--kind"));
  return question;
}

Answer answer_of(const CausalGraph& graph, const ListedSets& found) {
  Answer answer{.complete = found.complete};
  for (const NodeSet& set : found.sets) answer.sets.push_back(names_of(graph, set));
  std::sort(answer.sets.begin(), answer.sets.end());
  return answer;
}

std::string sentence(NoOptimalSet reason) {
  switch (reason) {
    case NoOptimalSet::no_effect:
      return "an outcome is no descendant of a treatment: its effect is 0, whatever is adjusted for";
    case NoOptimalSet::hidden_cause:
      return "a variable on a causal path has a hidden cause, so that which set is best may depend on more than the "
             "graph";
    case NoOptimalSet::forbidden_cause:
      return "a cause of a variable on a causal path is forbidden, so that which set is best may depend on more than "
             "the "
             "graph";
    default:
      return "no set of variables that may be adjusted for blocks every path that is not causal; given all that could "
             "help, this one is open";
  }
}

Answer optimal_answer(const AdjustmentProblem& problem) {
  const auto found = optimal_adjustment_set(problem);
  if (const auto* set = std::get_if<NodeSet>(&found)) return answer_of(problem.graph(), {.sets = {*set}});
  return {.reason = sentence(std::get<NoOptimalSet>(found))};
}

Answer adjustment_answer(const Question& question, const std::string& kind, std::size_t budget) {
  if (!question.not_amenable.nodes.empty())
    return {.reason = "in some graphs of the class this path is causal and in some it is not",
            .witness = question.not_amenable};
  const AdjustmentProblem problem(question.graph, question.treatment, question.outcome, question.forbidden);
  Answer answer;
  if (kind == "optimal") {
    answer = optimal_answer(problem);
  } else if (kind == "minimum") {
    if (auto set = minimum_adjustment_set(problem, question.costs))
      answer = answer_of(problem.graph(), {.sets = {*std::move(set)}});
  } else if (kind == "all") {
    answer = answer_of(problem.graph(), first_sets(adjustment_sets(problem), budget));
  } else {
    answer = answer_of(problem.graph(), first_sets(minimal_adjustment_sets(problem), budget));
  }
  if (const auto open = unblocked_path(problem)) {
    answer.reason = sentence(NoOptimalSet::no_adjustment_set);
    answer.witness = shown(*open, problem.graph());
  }
  return answer;
}

Answer front_door_answer(const Question& question, std::size_t budget) {
  const FrontDoorProblem problem(question.graph, question.treatment, question.outcome, question.forbidden);
  Answer answer = answer_of(problem.graph(), first_sets(front_door_sets(problem), budget));
  if (answer.sets.empty() && answer.complete)
    answer.reason = "no set carries the whole effect without being confounded with the treatment or the outcome";
  return answer;
}

nlohmann::ordered_json to_json(const Answer& answer) {
  nlohmann::ordered_json document = {
      {"exists", answer.reason.empty()}, {"sets", answer.sets}, {"complete", answer.complete}};
  if (!answer.reason.empty()) document["reason"] = answer.reason;
  if (!answer.witness.nodes.empty()) {
    document["path"] = answer.witness.nodes;
    document["edges"] = answer.witness.edges;
  }
  return document;
}

// What is said of the sets, after "the effect of X on Y is known by …".
std::string heading(const std::string& kind, std::size_t count, bool priced) {
  const bool one = count == 1;
  if (kind == "optimal") return "adjusting for this set, with the least variance of all";
  if (kind == "minimum")
    return std::string("adjusting for this set, and by ") + (priced ? "none cheaper" : "no smaller one");
  const std::string sets = one ? "this set" : "any of these " + std::to_string(count) + " sets";
  if (kind == "front-door") return "the front door through " + sets;
  if (kind == "all") return "adjusting for " + sets;
  return "adjusting for " + sets + ", no part of which is enough";
}

std::string to_text(const Answer& answer, const Question& question, const std::string& kind) {
  const std::string effect = "T" + question.effect.substr(1);
  if (!answer.reason.empty()) {
    const std::string none = kind == "optimal"      ? "No set is known to be the best for "
                             : kind == "front-door" ? "No front door shows "
                                                    : "No adjustment gives ";
    return none + question.effect + ": " + answer.reason + ".\n" +
           (answer.witness.nodes.empty() ? "" : "  " + text_of(answer.witness) + "\n");
  }
  std::string text = effect + " is known by " + heading(kind, answer.sets.size(), !question.costs.empty()) + ":\n";
  for (const Names& set : answer.sets) text += "  " + listed(set) + "\n";
  if (!answer.complete) text += "There are more sets than --budget allows.\n";
  return text;
}

std::size_t budget_of(const Arguments& arguments) {
  const auto budget = arguments.whole("--budget");
  if (budget == 0) throw Error(ErrorCode::usage, "--budget", "'0'", "a whole number from 1");
  return budget;
}

void answer_with_sets(const Question& question, const Arguments& arguments, Session& session) {
  const std::string kind = arguments.text("--kind");
  const std::size_t budget = budget_of(arguments);
  const Answer answer =
      kind == "front-door" ? front_door_answer(question, budget) : adjustment_answer(question, kind, budget);
  if (arguments.json())
    session.print_json(to_json(answer));
  else
    session.print(to_text(answer, question, kind));
}

void check_single(const NodeSet& nodes, const std::string& option) {
  if (nodes.size() != 1)
    throw Error(ErrorCode::usage, option, std::to_string(nodes.size()) + " variables",
                "one, which is all that --kind instrument takes");
}

void answer_with_instruments(const Question& question, const Arguments& arguments, Session& session) {
  check_single(question.treatment, "--treatment");
  check_single(question.outcome, "--outcome");
  const CausalGraph& graph = question.graph;
  const ConditionalInstruments found = conditional_instruments(
      AdjustmentProblem(graph, question.treatment, question.outcome, question.forbidden), budget_of(arguments));
  std::vector<std::pair<std::string, Names>> instruments;
  for (const Instrument& each : found.found)
    instruments.emplace_back(graph.name(each.node), names_of(graph, each.given));
  const Names undecided = names_of(graph, found.undecided);

  if (arguments.json()) {
    nlohmann::ordered_json document = {{"exists", !instruments.empty()},
                                       {"instruments", nlohmann::ordered_json::array()},
                                       {"complete", found.complete}};
    for (const auto& [name, given] : instruments)
      document["instruments"].push_back({{"instrument", name}, {"given", given}});
    if (!undecided.empty()) document["undecided"] = undecided;
    session.print_json(document);
    return;
  }
  std::string text = instruments.empty() ? "No variable is known to be an instrument for " + question.effect + ".\n"
                                         : "Instruments for " + question.effect + " in a linear model:\n";
  for (const auto& [name, given] : instruments)
    text += "  " + name + (given.empty() ? "" : " given " + listed(given)) + "\n";
  if (!undecided.empty()) text += "Undecided, the budget being spent: " + listed(undecided) + ".\n";
  session.print(text);
}

void run(const Arguments& arguments, Session& session) {
  const Question question = read_question(arguments);
  if (arguments.text("--kind") == "instrument")
    answer_with_instruments(question, arguments, session);
  else
    answer_with_sets(question, arguments, session);
}

const Registration registered{
    {.name = "adjust",
     .summary = "what to adjust for, so that an association is an effect",
     .description =
         "Lists the sets of variables that turn the association of treatment and outcome into the effect of one on the "
         "other, if they are held fixed and averaged over: every one of which no part is enough (minimal), a smallest "
         "one (minimum), the one that estimates the effect with the least variance (optimal), or all. Also sets of "
         "mediators that carry the whole effect (front-door), and instruments, with what must be known for them to be "
         "such. A graph with undirected edges stands for a class: a set is right in every graph of it.",
     .options = {{.name = "--graph", .value = "FILE", .help = "the causal graph", .required = true},
                 {.name = "--treatment", .value = "NAMES", .help = "variables that are set", .required = true},
                 {.name = "--outcome", .value = "NAMES", .help = "variables that respond", .required = true},
                 {.name = "--kind",
                  .value = "KIND",
                  .help = "which sets",
                  .fallback = "minimal",
                  .choices = {"minimal", "minimum", "optimal", "all", "front-door", "instrument"}},
                 {.name = "--forbidden",
                  .value = "NAMES",
                  .help = "variables that may not be used, such as those that nobody measures"},
                 {.name = "--costs",
                  .value = "VALUES",
                  .help = "what variables cost, as in \"A=2, B=0.5\", 1 unless said: minimum is then the cheapest set"},
                 {.name = "--budget",
                  .value = "N",
                  .help = "how many sets to list, or to try for instruments",
                  .fallback = "10000"}},
     .examples = {"equipoise adjust --graph graph.json --treatment X --outcome Y",
                  "equipoise adjust --graph graph.dot --treatment A,B --outcome Y --kind optimal --forbidden U",
                  "equipoise adjust --graph graph.json --treatment X --outcome Y --kind instrument --format json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
