#include <equipoise/scm/answer_query.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/identify/identify_query.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/gaussian_answer.hpp>
#include <equipoise/scm/model_distribution.hpp>
#include <equipoise/scm/model_query.hpp>
#include <equipoise/scm/monte_carlo_answer.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0 {
namespace {

/// A value as a query writes it.
QueryText text_of(const Scm& model, const Assignment& each) {
  const std::vector<std::string>& levels = model.variable(each.variable).levels;
  return {levels.empty() ? shortest(each.value) : levels[static_cast<std::size_t>(each.value)], 1};
}

QueryEvent event_of(const Scm& model, const Assignment& each) {
  return {{{model.graph().name(each.variable), 1}, {}}, Comparison::equal, text_of(model, each)};
}

// What is undefined ---------------------------------------------------------------------------------

/// "P(X=1, Z=0) = 0": what the term of the question conditions on.
std::string impossible_text(const Scm& model, const Query& plain, std::size_t term,
                            std::span<const Assignment> evidence) {
  std::vector<const Query::Term*> asked;
  for (const Query::Term& each : plain.terms) {
    asked.push_back(&each);
    if (std::holds_alternative<QueryEffect>(each.part)) asked.push_back(&each);  // and its reference
  }
  QueryProbability condition;
  if (const auto* probability = std::get_if<QueryProbability>(&asked[term]->part))
    condition.condition = probability->condition;
  if (const auto* expectation = std::get_if<QueryExpectation>(&asked[term]->part))
    condition.condition = expectation->condition;
  condition.of = std::move(condition.condition.given);
  condition.condition.given.clear();
  if (condition.of.empty()) condition.condition.actions.clear();  // what is known of a unit it was without them
  for (const Assignment& each : evidence) condition.of.push_back(event_of(model, each));
  return to_text(Query{{{false, std::move(condition)}}}) + " = 0";
}

/// What is undefined of a unit that a discrete model cannot have, even the 0 of an effect that is none by definition;
/// empty of one that it can.
std::string impossible_unit_text(const Scm& model, std::span<const Assignment> evidence, const std::string& place) {
  Query unit;
  unit.terms.push_back({false, QueryProbability{{event_of(model, evidence.front())}, {}}});
  const ExactAnswer chance = discrete_answer(bind_query(model, unit, evidence.subspan(1), place));
  const auto* probability = std::get_if<double>(&chance);
  const bool is_impossible = std::holds_alternative<ImpossibleCondition>(chance) || (probability && *probability <= 0);
  return is_impossible ? impossible_text(model, unit, 0, evidence) : "";
}

// Couplings that are not stated ---------------------------------------------------------------------

/// Whether some variable stands in several worlds by a mechanism that cannot be followed from one to another.
bool needs_unstated_coupling(const ParallelWorlds& worlds) {
  std::set<Node> seen;
  for (const WorldCopy& copy : worlds.copies())
    if (copy.constant() == nullptr && !copy.mechanism.rungs().functional && !seen.insert(copy.variable).second)
      return true;
  return false;
}

/// What is known of one unit as a condition of every term, whose worlds are then named variable by variable.
class EvidenceWriter {
 public:
  EvidenceWriter(const Scm& model, std::span<const Assignment> evidence) : model_(model), evidence_(evidence) {}

  /// Nothing where a world is made by a rule, which subscripts cannot name.
  std::optional<Query> written(Query plain) const {
    for (Query::Term& term : plain.terms) {
      if (std::holds_alternative<QueryEffect>(term.part)) return std::nullopt;
      auto* probability = std::get_if<QueryProbability>(&term.part);
      auto* expectation = std::get_if<QueryExpectation>(&term.part);
      QueryCondition& condition = probability != nullptr ? probability->condition : expectation->condition;
      std::vector<QuerySetting> world;
      for (const QueryAction& action : condition.actions) {
        const auto* value = std::get_if<QueryText>(&action.to);
        if (value == nullptr) return std::nullopt;
        world.push_back({{action.variable, {}}, *value});
      }
      condition.actions.clear();
      const auto enter = [&](QueryVariable& variable) {
        if (variable.world.empty()) variable.world = world;
      };
      for (auto* events : {probability != nullptr ? &probability->of : nullptr, &condition.given})
        for (std::size_t i = 0; events != nullptr && i < events->size(); ++i) {
          enter((*events)[i].variable);
          if (auto* other = std::get_if<QueryVariable>(&(*events)[i].against)) enter(*other);
        }
      for (std::size_t i = 0; expectation != nullptr && i < expectation->of.size(); ++i)
        enter(expectation->of[i].variable);
      for (const Assignment& each : evidence_) condition.given.push_back(event_of(model_, each));
    }
    return plain;
  }

 private:
  const Scm& model_;
  std::span<const Assignment> evidence_;
};

void insert_actions(const CausalGraph& graph, const QueryVariable& variable, std::set<std::vector<Node>>& sets) {
  NodeSet set = graph.none();
  for (const QuerySetting& setting : variable.world) {
    set.insert(graph.node(setting.variable.name.text));
    insert_actions(graph, setting.variable, sets);
  }
  sets.emplace(set.begin(), set.end());
}

/// The sets of variables that the query's worlds set.
std::set<std::vector<Node>> action_sets(const CausalGraph& graph, const Query& plain) {
  std::set<std::vector<Node>> sets{{}};
  const auto from_condition = [&](const QueryCondition& condition) {
    NodeSet set = graph.none();
    for (const QueryAction& action : condition.actions) set.insert(graph.node(action.variable.text));
    sets.emplace(set.begin(), set.end());
    for (const QueryEvent& event : condition.given) insert_actions(graph, event.variable, sets);
  };
  for (const Query::Term& term : plain.terms) {
    if (const auto* probability = std::get_if<QueryProbability>(&term.part)) {
      from_condition(probability->condition);
      for (const QueryEvent& event : probability->of) {
        insert_actions(graph, event.variable, sets);
        if (const auto* other = std::get_if<QueryVariable>(&event.against)) insert_actions(graph, *other, sets);
      }
    } else if (const auto* expectation = std::get_if<QueryExpectation>(&term.part)) {
      from_condition(expectation->condition);
      for (const auto& addend : expectation->of) insert_actions(graph, addend.variable, sets);
    } else {
      sets.insert({graph.node(std::get<QueryEffect>(term.part).treatment.variable.text)});
    }
  }
  return sets;
}

/// Bounds by every model of the graph that gives the same distributions, observed and under the query's actions.
QueryAnswer bounded_answer(const Scm& model, const Query& plain, std::span<const Assignment> evidence,
                           const std::string& place) {
  const CausalGraph& graph = model.graph();
  std::optional<Query> asked = evidence.empty() ? plain : EvidenceWriter(model, evidence).written(plain);
  if (!asked)
    throw Error(ErrorCode::query_unsupported, place, "a question about one unit whose bounds are not known",
                "actions that set values, or couplings that the model states");
  Knowledge knowledge;
  std::vector<KnownDistribution> known;
  for (const std::vector<Node>& set : action_sets(graph, *asked)) {
    NodeSet intervened = graph.none();
    for (const Node v : set) intervened.insert(v);
    knowledge.sources.push_back({0, graph.none(), intervened});
    known.push_back(model_distribution(model, intervened));
  }
  const BoundQuery bound = bind_query(graph, *asked, levels_of(model), place);
  const auto found = bounds_of_query(graph, bound, knowledge, known);
  QueryAnswer answer;
  answer.licence = {LicenceKind::bounded, "every coupling that gives the model's distributions"};
  if (const auto* bounds = std::get_if<Bounds>(&found)) {
    answer.bounds = *bounds;
    answer.licence.basis += bounds->is_sharp ? " (sharp)" : " (valid, not shown to be sharp)";
  } else {
    answer.undefined = "what it conditions on has probability 0";
  }
  return answer;
}

/// The estimand's value on the model's distribution, which needs no coupling. The licence is identified.
std::optional<double> value_of_estimand(const Scm& model, const Query& plain, const std::string& place) {
  const CausalGraph& graph = model.graph();
  const BoundQuery bound = bind_query(graph, plain, levels_of(model), place);
  const QueryIdentification found = identify_query(graph, bound, observational_knowledge(graph));
  if (!found.is_identified()) return std::nullopt;
  const std::vector<KnownDistribution> known{model_distribution(model, graph.none())};
  Evaluation evaluation(known);
  const auto value = evaluate_query(found, bound, evaluation);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

}  // namespace

QueryAnswer answer_query(const Scm& model, const Query& query, std::span<const Assignment> evidence,
                         const AnswerOptions& options, const std::string& place) {
  const Query plain = without_named_effects(model, query, place);
  const WorldQuestion question = bind_query(model, plain, evidence, place);
  QueryAnswer answer;
  answer.licence = licence_of(model, plain, evidence, place);
  if (plain.terms.empty() && !evidence.empty()) {
    answer.undefined = impossible_unit_text(model, evidence, place);
    if (!answer.undefined.empty()) return answer;
  }
  const bool lacks_coupling = needs_unstated_coupling(question.worlds);
  if (lacks_coupling && answer.licence.kind != LicenceKind::identified)
    return bounded_answer(model, plain, evidence, place);
  const auto undefined = [&](std::size_t term) {
    answer.undefined = impossible_text(model, plain, term, evidence);
    return answer;
  };
  if (options.method != AnswerMethod::monte_carlo) {
    std::string reasons;
    for (const bool is_discrete : {true, false}) {
      const ExactAnswer exact = is_discrete ? discrete_answer(question) : gaussian_answer(question);
      if (const auto* value = std::get_if<double>(&exact)) {
        answer.value = *value;
        return answer;
      }
      if (const auto* impossible = std::get_if<ImpossibleCondition>(&exact)) return undefined(impossible->term);
      reasons += (reasons.empty() ? "" : "; ") + std::get<NotExact>(exact).reason;
    }
    if (lacks_coupling && evidence.empty())
      if (const auto value = value_of_estimand(model, plain, place)) {
        answer.value = value;
        return answer;
      }
    if (options.method == AnswerMethod::exact)
      throw Error(ErrorCode::query_unsupported, place, "no exact answer: " + reasons,
                  "a query and a model that have one, or sampling");
  }
  const auto sampled = monte_carlo_answer(
      question,
      {.draws = options.draws, .seed = options.seed, .parallelism = options.parallelism, .progress = options.progress});
  if (const auto* none = std::get_if<NoSupport>(&sampled))
    throw Error(ErrorCode::scm_no_support, place, none->reason, "a condition that the model's draws meet",
                "more draws help where the condition is only rare");
  const auto& estimate = std::get<MonteCarloEstimate>(sampled);
  answer.method = AnswerMethod::monte_carlo;
  answer.value = estimate.value;
  answer.standard_error = estimate.standard_error;
  answer.effective_sample_size = estimate.effective_sample_size;
  return answer;
}

}  // namespace equipoise::inline v0
