#include <equipoise/identify/identify_query.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/idc.hpp>
#include <equipoise/identify/idc_star.hpp>
#include <equipoise/identify/path_specific.hpp>

namespace equipoise::inline v0 {
namespace {

bool any_population(const std::vector<Source>& sources) {
  return std::any_of(sources.begin(), sources.end(), [](const Source& source) { return source.population != 0; });
}

class QueryIdentifier {
 public:
  QueryIdentifier(const CausalGraph& graph, const Knowledge& knowledge) : graph_(graph), knowledge_(knowledge) {}

  QueryIdentification identify(const BoundQuery& query) {
    for (std::size_t i = 0; i < query.terms.size(); ++i)
      std::visit([&](const auto& question) { identify(i, query.terms[i], question); }, query.terms[i].question);
    return std::move(answer_);
  }

 private:
  void add_method(IdentificationMethod method) {
    auto& methods = answer_.methods;
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
  }

  template <class Witness>
  void refuse(std::size_t index, Witness witness) {
    answer_.refused.push_back({index, std::move(witness)});
  }

  void add_identified(std::size_t index, const BoundTerm& term, Identified found, std::map<Symbol, std::size_t> at) {
    answer_.terms.push_back(
        {index, term.coefficient, term.mean_of, std::move(found.estimand), std::move(found.arbitrary), std::move(at)});
  }

  void identify(std::size_t index, const BoundTerm& term, const EffectQuestion& question) {
    add_method(any_population(knowledge_.sources)                              ? IdentificationMethod::transport
               : knowledge_.sources != observational_knowledge(graph_).sources ? IdentificationMethod::gid
               : question.given.empty()                                        ? IdentificationMethod::id
                                                                               : IdentificationMethod::idc);
    Identification found = identify_effect(question);
    if (auto* refused = std::get_if<NotIdentified>(&found)) {
      refuse(index, std::move(*refused));
      return;
    }
    std::map<Symbol, std::size_t> at;
    for (const auto& [v, level] : question.at) at[{v, 0}] = level;
    add_identified(index, term, std::get<Identified>(std::move(found)), std::move(at));
  }

  Identification identify_effect(const EffectQuestion& question) const {
    const auto& [outcome, treatment, given, at] = question;
    if (knowledge_.all_interventions)
      return Identified{probability({0, symbols_of(outcome), symbols_of(given), symbols_of(treatment)}), {}};
    return identify_conditional_effect(graph_, outcome, treatment, given, knowledge_.sources);
  }

  void identify(std::size_t index, const BoundTerm& term, const CounterfactualQuestion& question) {
    add_method(question.evidence.empty() ? IdentificationMethod::id_star : IdentificationMethod::idc_star);
    auto found = identify_events(question);
    if (auto* evidence = std::get_if<ImpossibleEvidence>(&found)) {
      answer_.undefined = std::move(*evidence);
    } else if (auto* worlds = std::get_if<ConflictingWorlds>(&found)) {
      refuse(index, std::move(*worlds));
    } else if (auto* refused = std::get_if<NotIdentified>(&found)) {
      refuse(index, std::move(*refused));
    } else if (auto* identified = std::get_if<CounterfactualIdentified>(&found)) {
      std::map<Symbol, std::size_t> at = std::move(identified->at);
      for (const Symbol s : identified->arbitrary) at.erase(s);
      add_identified(index, term, {std::move(identified->estimand), std::move(identified->arbitrary)}, std::move(at));
    }
  }

  CounterfactualIdentification identify_events(const CounterfactualQuestion& question) const {
    const auto& [event, evidence] = question;
    if (!evidence.empty())
      return knowledge_.all_interventions ? identify_counterfactual_from_interventions(graph_, event, evidence)
                                          : identify_counterfactual(graph_, event, evidence, knowledge_.sources);
    return knowledge_.all_interventions ? identify_counterfactual_from_interventions(graph_, event)
                                        : identify_counterfactual(graph_, event, knowledge_.sources);
  }

  void identify(std::size_t index, const BoundTerm& term, const PathSpecificQuestion& question) {
    add_method(IdentificationMethod::path_specific);
    NodeSet outcome = graph_.none();
    outcome.insert(question.outcome);
    auto found = knowledge_.all_interventions
                     ? identify_path_specific_from_interventions(graph_, outcome, question.treatment, question.paths)
                     : identify_path_specific(graph_, outcome, question.treatment, question.paths, knowledge_.sources);
    if (auto* district = std::get_if<RecantingDistrict>(&found)) {
      refuse(index, std::move(*district));
    } else if (auto* refused = std::get_if<NotIdentified>(&found)) {
      refuse(index, std::move(*refused));
    } else {
      std::map<Symbol, std::size_t> at{{{question.treatment, 0}, question.active},
                                       {{question.treatment, 1}, question.reference}};
      add_identified(index, term, std::get<Identified>(std::move(found)), std::move(at));
    }
  }

  const CausalGraph& graph_;
  const Knowledge& knowledge_;
  QueryIdentification answer_;
};

void insert_variables(NodeSet& variables, const Expression& expression) {
  if (const auto* p = expression.as<Expression::Probability>()) {
    for (const auto* part : {&p->of, &p->given, &p->intervened})
      for (const Symbol s : *part) variables.insert(s.variable);
  } else if (const auto* s = expression.as<Expression::Sum>()) {
    insert_variables(variables, s->term);
  } else if (const auto* f = expression.as<Expression::Fraction>()) {
    insert_variables(variables, f->numerator);
    insert_variables(variables, f->denominator);
  } else {
    for (const Expression& factor : expression.as<Expression::Product>()->factors) insert_variables(variables, factor);
  }
}

std::variant<double, Undefined> evaluate_term(const IdentifiedTerm& term, const BoundQuery& query,
                                              Evaluation& evaluation) {
  std::map<Symbol, std::size_t> at = term.at;
  for (const Symbol s : term.arbitrary) at[s] = 0;
  if (!term.mean_of) return evaluation.value(term.estimand, at);
  double mean = 0;
  for (std::size_t level = 0; level < query.levels.texts[*term.mean_of].size(); ++level) {
    at[{*term.mean_of, 0}] = level;
    const auto value = evaluation.value(term.estimand, at);
    if (std::holds_alternative<Undefined>(value)) return value;
    mean += *number_of_level(query.levels, *term.mean_of, level) * std::get<double>(value);
  }
  return mean;
}

}  // namespace

Knowledge observational_knowledge(const CausalGraph& graph) { return {{observation(graph)}, false}; }

std::string_view to_string(IdentificationMethod method) noexcept {
  constexpr std::array<std::string_view, 7> names{"ID", "IDC", "gID", "transport", "path-specific", "ID*", "IDC*"};
  return names[static_cast<std::size_t>(method)];
}

QueryIdentification identify_query(const CausalGraph& graph, const BoundQuery& query, const Knowledge& knowledge) {
  return QueryIdentifier(graph, knowledge).identify(query);
}

NodeSet variables_of(const QueryIdentification& answer, std::size_t universe) {
  NodeSet variables(universe);
  for (const IdentifiedTerm& term : answer.terms) insert_variables(variables, term.estimand);
  return variables;
}

std::variant<double, Undefined> evaluate_query(const QueryIdentification& answer, const BoundQuery& query,
                                               Evaluation& evaluation) {
  assert(answer.is_identified() && names_every_value(query));
  double total = 0;
  for (const IdentifiedTerm& term : answer.terms) {
    const auto value = evaluate_term(term, query, evaluation);
    if (std::holds_alternative<Undefined>(value)) return value;
    total += term.coefficient * std::get<double>(value);
  }
  return total;
}

std::optional<double> number_of_level(const VariableLevels& levels, Node variable, std::size_t level) {
  const auto& texts = levels.texts[variable];
  const bool are_numbers =
      std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return parse_number(text).has_value(); });
  if (are_numbers) return parse_number(texts[level]);
  if (texts.size() == 2) return static_cast<double>(level);
  return std::nullopt;
}

}  // namespace equipoise::inline v0
