#include "cli/identify_answer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/notation.hpp>
#include <equipoise/identify/simplify.hpp>

#include "cli/counterfactual_steps.hpp"
#include "identify/expression_json.hpp"

namespace equipoise::cli {
namespace {

using Json = nlohmann::ordered_json;

Json names_of(const CausalGraph& graph, const NodeSet& nodes) {
  Json names = Json::array();
  for (const Node v : nodes) names.push_back(graph.name(v));
  return names;
}

std::string listed(const CausalGraph& graph, const NodeSet& nodes) {
  std::string text;
  for (const Node v : nodes) text += (text.empty() ? "" : ", ") + graph.name(v);
  return "{" + text + "}";
}

/// The levels of symbols as texts; those of values that the query leaves open are left out.
std::map<Symbol, std::string> texts_at(const std::map<Symbol, std::size_t>& at, const VariableLevels& levels) {
  std::map<Symbol, std::string> texts;
  for (const auto& [s, level] : at)
    if (level < levels.texts[s.variable].size()) texts[s] = levels.texts[s.variable][level];
  return texts;
}

/// The distributions that an expression reads, by population and what was intervened on there.
void insert_sources(const Expression& expression, std::set<std::pair<std::size_t, std::vector<Node>>>& sources) {
  if (const auto* p = expression.as<Expression::Probability>()) {
    std::vector<Node> intervened;
    for (const Symbol s : p->intervened) intervened.push_back(s.variable);
    sources.emplace(p->population, std::move(intervened));
  } else if (const auto* s = expression.as<Expression::Sum>()) {
    insert_sources(s->term, sources);
  } else if (const auto* f = expression.as<Expression::Fraction>()) {
    insert_sources(f->numerator, sources);
    insert_sources(f->denominator, sources);
  } else {
    for (const auto& factor : expression.as<Expression::Product>()->factors) insert_sources(factor, sources);
  }
}

/// Whether the distributions are all that the answer's estimands read.
bool hold_all(const std::vector<KnownDistribution>& distributions, const QueryIdentification& answer) {
  std::set<std::pair<std::size_t, std::vector<Node>>> needed;
  for (const IdentifiedTerm& term : answer.terms) insert_sources(term.estimand, needed);
  for (const KnownDistribution& known : distributions)
    needed.erase({known.population, {known.intervened.begin(), known.intervened.end()}});
  return needed.empty();
}

/// Writes why a query, or a part of it, has no estimand.
class WitnessWriter {
 public:
  explicit WitnessWriter(const CausalGraph& graph, const VariableLevels& levels) : graph_(graph), levels_(levels) {}

  Json json(const RefusedTerm& refused) const {
    return std::visit([this](const auto& witness) { return json(witness); }, refused.witness);
  }
  std::string text(const RefusedTerm& refused) const {
    return std::visit([this](const auto& witness) { return text(witness); }, refused.witness);
  }

 private:
  Json json(const NotIdentified& refused) const {
    return {{"kind", "hedge"},
            {"larger", names_of(graph_, refused.hedge.larger)},
            {"smaller", names_of(graph_, refused.hedge.smaller)}};
  }
  std::string text(const NotIdentified& refused) const {
    return "The hedge of " + listed(graph_, refused.hedge.larger) + " over " + listed(graph_, refused.hedge.smaller) +
           ": two models with this graph can agree on all that is known and differ in the answer.";
  }

  Json json(const RecantingDistrict& refused) const {
    return {{"kind", "recanting-district"},
            {"district", names_of(graph_, refused.district)},
            {"active", names_of(graph_, refused.active_children)},
            {"inactive", names_of(graph_, refused.inactive_children)}};
  }
  std::string text(const RecantingDistrict& refused) const {
    return "The recanting district " + listed(graph_, refused.district) + ": " +
           listed(graph_, refused.active_children) + " would have to see the treatment changed, " +
           listed(graph_, refused.inactive_children) + " unchanged, and hidden causes or mediators tie them together.";
  }

  Json json(const ConflictingWorlds& refused) const {
    return {{"kind", "conflicting-worlds"},
            {"district", names_of(graph_, refused.district)},
            {"worlds", {json(refused.first), json(refused.second)}}};
  }
  Json json(const ConflictingWorlds::Side& side) const {
    return {{"variable", graph_.name(side.member)}, {"meets", setting_text(side.value, graph_, levels_)}};
  }
  std::string text(const ConflictingWorlds& refused) const {
    return "Worlds conflict within the district " + listed(graph_, refused.district) + ": " +
           graph_.name(refused.first.member) + " meets " + setting_text(refused.first.value, graph_, levels_) + ", " +
           graph_.name(refused.second.member) + " meets " + setting_text(refused.second.value, graph_, levels_) + ".";
  }

  const CausalGraph& graph_;
  const VariableLevels& levels_;
};

std::string undefined_text(const CausalGraph& graph, const Undefined& undefined, const VariableLevels& levels,
                           std::span<const std::string> populations) {
  return to_text(undefined.event, graph.names(), texts_at(undefined.at, levels), Notation::text, populations) + " = 0";
}

}  // namespace

IdentifyAnswer::IdentifyAnswer(const CausalGraph& graph, const Query& query, const BoundQuery& bound,
                               const KnownTables& known)
    : graph_(graph),
      query_(query),
      bound_(bound),
      known_(known),
      found_(identify_query(graph, bound, known.knowledge())) {
  derive();
  evaluate();
}

// Derives the estimands of effects, which may come out shorter; terms that differ in their levels alone share one.
void IdentifyAnswer::derive() {
  const auto is_same = [](const EffectQuestion& a, const EffectQuestion& b) {
    return a.outcome == b.outcome && a.treatment == b.treatment && a.given == b.given;
  };
  std::vector<std::pair<const EffectQuestion*, std::shared_ptr<const Derivation>>> made;
  for (IdentifiedTerm& term : found_.terms) {
    derivations_.emplace_back();
    const auto* question = std::get_if<EffectQuestion>(&bound_.terms[term.term].question);
    if (question == nullptr || known_.knowledge().all_interventions) continue;
    auto known =
        std::find_if(made.begin(), made.end(), [&](const auto& each) { return is_same(*each.first, *question); });
    if (known == made.end()) {
      auto derived = derive_conditional_effect(graph_, question->outcome, question->treatment, question->given,
                                               known_.knowledge().sources);
      auto* derivation = std::get_if<Derivation>(&derived);
      made.emplace_back(question, derivation == nullptr
                                      ? nullptr
                                      : std::make_shared<const Derivation>(simplified(graph_, std::move(*derivation))));
      known = std::prev(made.end());
    }
    if (known->second == nullptr) continue;
    derivations_.back() = known->second;
    term.estimand = derivations_.back()->estimand();
    std::erase_if(term.arbitrary, [&, free = free_symbols(term.estimand)](Symbol s) {
      return !std::binary_search(free.begin(), free.end(), s);
    });
  }
}

void IdentifyAnswer::evaluate() {
  if (!known_.has_tables() || found_.undefined || !names_every_value(bound_)) return;
  const NodeSet variables = found_.is_identified() ? variables_of(found_, graph_.size()) : graph_.all();
  const auto distributions = known_.distributions(bound_.levels, variables);
  if (!found_.is_identified()) {
    if (!known_.knowledge().all_interventions && distributions.size() == known_.knowledge().sources.size())
      bounds_ = bounds_of_query(graph_, bound_, known_.knowledge(), distributions);
    return;
  }
  if (!hold_all(distributions, found_)) return;
  if (auto impossible = impossible_condition()) {
    value_ = *std::move(impossible);
    return;
  }
  Evaluation evaluation(distributions);
  value_ = evaluate_query(found_, bound_, evaluation);
}

// An estimand need not speak of a condition that does not matter; the value is undefined all the same where that never
// happens. Tables that do not show it are no error: they answer the query.
std::optional<Undefined> IdentifyAnswer::impossible_condition() const {
  for (const BoundQuery& condition : conditions_of(bound_)) {
    const QueryIdentification found = identify_query(graph_, condition, known_.knowledge());
    if (!found.is_identified() || found.terms.empty()) continue;
    std::vector<KnownDistribution> distributions;
    try {
      distributions = known_.distributions(condition.levels, variables_of(found, graph_.size()));
    } catch (const Error&) {
      continue;
    }
    if (!hold_all(distributions, found)) continue;
    Evaluation evaluation(distributions);
    const auto value = evaluate_query(found, condition, evaluation);
    if (const auto* probability = std::get_if<double>(&value); probability != nullptr && *probability == 0)
      return Undefined{found.terms.front().estimand, found.terms.front().at};
  }
  return std::nullopt;
}

std::string IdentifyAnswer::method() const {
  if (found_.methods.empty()) return "definition";  // an effect along no path, or terms that cancel
  std::string text;
  for (const IdentificationMethod method : found_.methods)
    text += (text.empty() ? "" : ", ") + std::string(to_string(method));
  return text;
}

std::string IdentifyAnswer::estimand(Notation notation) const {
  if (found_.terms.empty()) return "0";
  const bool is_latex = notation == Notation::latex;
  std::string text;
  for (const IdentifiedTerm& term : found_.terms) {
    const double size = std::abs(term.coefficient);
    text += text.empty() ? (term.coefficient < 0 ? "-" : "") : (term.coefficient < 0 ? " - " : " + ");
    if (size != 1) text += shortest(size) + " ";
    std::string part =
        to_text(term.estimand, graph_.names(), texts_at(term.at, bound_.levels), notation, known_.populations());
    const bool is_alone = size == 1 && !term.mean_of && found_.terms.size() == 1;
    if (!is_alone && term.estimand.as<Expression::Probability>() == nullptr)
      part = (is_latex ? "\\left[" : "[") + part + (is_latex ? "\\right]" : "]");
    if (term.mean_of) {
      const std::string name = to_text(Symbol{*term.mean_of, 0}, graph_.names(), notation);
      text += (is_latex ? "\\sum_{" : "sum_{") + name + "} " + name + " ";
    }
    text += part;
  }
  return text;
}

Json IdentifyAnswer::expression() const {
  const auto tree = [&](const IdentifiedTerm& term) {
    return expression_to_json(term.estimand, graph_.names(), known_.populations());
  };
  if (found_.terms.size() == 1 && found_.terms[0].coefficient == 1 && !found_.terms[0].mean_of)
    return tree(found_.terms[0]);
  Json terms = Json::array();
  for (const IdentifiedTerm& term : found_.terms) {
    Json json = {{"coefficient", term.coefficient}};
    if (term.mean_of) json["mean_of"] = graph_.name(*term.mean_of);
    Json at = Json::array();
    for (const auto& [s, text] : texts_at(term.at, bound_.levels)) {
      Json entry = {{"variable", graph_.name(s.variable)}};
      if (s.copy != 0) entry["copy"] = s.copy;
      entry["value"] = text;
      at.push_back(std::move(entry));
    }
    json["at"] = std::move(at);
    json["term"] = tree(term);
    terms.push_back(std::move(json));
  }
  return {{"kind", "combination"}, {"terms", std::move(terms)}};
}

Json IdentifyAnswer::derivation() const {
  Json steps = Json::array();
  std::set<const Derivation*> written;
  for (std::size_t i = 0; i < found_.terms.size(); ++i) {
    if (derivations_[i] && !written.insert(derivations_[i].get()).second) continue;
    Json own = derivations_[i] ? derivation_to_json(*derivations_[i], graph_.names(), known_.populations())
                               : counterfactual_steps(graph_, bound_, found_.terms[i], known_);
    for (Json& step : own) {
      if (found_.terms.size() > 1) step["term"] = i;
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

Json IdentifyAnswer::as_json() const {
  Json json = {{"query", to_text(query_)}, {"identifiable", found_.is_identified()}};
  json["method"] = method();
  if (found_.undefined) {
    json["value"] = nullptr;
    json["undefined"] = "P(" + event_text(found_.undefined->contradiction, graph_, bound_.levels) + ") = 0";
    return json;
  }
  if (found_.is_identified()) {
    json["estimand"] = estimand(Notation::text);
    json["latex"] = estimand(Notation::latex);
    json["expression"] = expression();
    json["derivation"] = derivation();
  } else {
    const WitnessWriter write(graph_, bound_.levels);
    json["witness"] = write.json(found_.refused.front());
    json["witness"]["text"] = write.text(found_.refused.front());
    if (found_.refused.size() > 1) json["witness"]["of_several"] = true;
  }
  if (value_) {
    if (const auto* undefined = std::get_if<Undefined>(&*value_)) {
      json["value"] = nullptr;
      json["undefined"] = undefined_text(graph_, *undefined, bound_.levels, known_.populations());
    } else {
      json["value"] = std::get<double>(*value_);
    }
  }
  if (bounds_) {
    if (const auto* bounds = std::get_if<Bounds>(&*bounds_)) {
      json["lower"] = bounds->low;
      json["upper"] = bounds->high;
      json["sharp"] = bounds->is_sharp;
    } else if (const auto* undefined = std::get_if<Undefined>(&*bounds_)) {
      json["undefined"] = undefined_text(graph_, *undefined, bound_.levels, known_.populations());
    } else {
      json["contradicts"] = "no model with this graph gives these tables";
    }
  }
  return json;
}

std::string IdentifyAnswer::steps_of(std::size_t term) const {
  if (derivations_[term]) return to_text(*derivations_[term], graph_.names(), Notation::text, known_.populations());
  std::string text;
  for (const Json& step : counterfactual_steps(graph_, bound_, found_.terms[term], known_))
    text += "  " + step.at("line").get<std::string>() + "\n      by " + step.at("reason").get<std::string>() + "\n";
  return text;
}

std::string IdentifyAnswer::as_text() const {
  const std::string asked = to_text(query_);
  if (found_.undefined)
    return asked + " is undefined: P(" + event_text(found_.undefined->contradiction, graph_, bound_.levels) +
           ") = 0 in every model.\n";
  std::string text;
  if (found_.is_identified()) {
    text = asked + " is identifiable (" + method() + "):\n  " + estimand(Notation::text) + "\n";
    std::set<std::string> written;  // terms that differ in their levels alone have the same derivation
    for (std::size_t i = 0; i < found_.terms.size(); ++i) {
      const std::string steps = steps_of(i);
      if (!written.insert(steps).second) continue;
      text += (written.size() == 1 ? "How it follows:\n" : "and for the next term:\n") + steps;
    }
  } else {
    const WitnessWriter write(graph_, bound_.levels);
    text = asked + " is not identifiable (" + method() + ").\n";
    for (const RefusedTerm& refused : found_.refused) text += "  " + write.text(refused) + "\n";
    if (found_.refused.size() > 1)
      text += "  (These are of its terms, one by one; that their sum has no estimand is not shown.)\n";
  }
  if (value_) {
    const auto* undefined = std::get_if<Undefined>(&*value_);
    text += undefined != nullptr
                ? "Its value is undefined: " + undefined_text(graph_, *undefined, bound_.levels, known_.populations()) +
                      "\n"
                : "Its value: " + shortest(std::get<double>(*value_)) + "\n";
  }
  if (bounds_) {
    if (const auto* bounds = std::get_if<Bounds>(&*bounds_))
      text += "It lies from " + shortest(bounds->low) + " to " + shortest(bounds->high) +
              (bounds->is_sharp ? ", and these bounds are sharp.\n" : ".\n");
    else if (std::holds_alternative<NoModel>(*bounds_))
      text +=
          "No model with this graph gives these tables: the graph is wrong, or they are of different populations.\n";
  }
  return text;
}

}  // namespace equipoise::cli
