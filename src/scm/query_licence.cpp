// How the answer of a model to a query is known: what identification says of it.
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/identify_query.hpp>
#include <equipoise/identify/notation.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/formula.hpp>
#include <equipoise/scm/confounding.hpp>
#include <equipoise/scm/model_query.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::ModelNames;

/// Puts a query to identification with every value that is no level, and every value that a comparison or an action
/// leaves open, as a level of its own: identified so, it is identified whatever they are.
class SymbolicQuery {
 public:
  SymbolicQuery(const Scm& model, const Query& plain, std::span<const Assignment> evidence, const std::string& place)
      : names_(model, place), evidence_(evidence) {
    for (const VariableSpec& variable : model.variables()) bound_.levels.texts.push_back(variable.levels);
    for (const Query::Term& term : plain.terms) std::visit([this](const auto& part) { add(part); }, term.part);
  }

  const BoundQuery& bound() const { return bound_; }
  bool has_comparison() const { return has_comparison_; }
  /// Whether a part has no symbolic form: a path-specific effect of one unit.
  bool is_incomplete() const { return is_incomplete_; }

 private:
  struct Term {
    CounterfactualEvent event, evidence;
    std::vector<CounterfactualSetting> action;  // of do()
    CounterfactualEvent beside;                 // what rules read
  };

  void add(const QueryProbability& probability) {
    Term term = term_of(probability.condition);
    for (const QueryEvent& event : probability.of) insert(term, event, term.event);
    add(std::move(term));
  }

  void add(const QueryExpectation& expectation) {
    for (const QueryExpectation::Addend& addend : expectation.of) {
      Term term = term_of(expectation.condition);
      insert(term, variable(addend.variable, term.action), open(), term.event);
      add(std::move(term));
    }
  }

  void add(const QueryEffect& effect) {
    is_incomplete_ = is_incomplete_ || !evidence_.empty();
    PathSpecificQuestion question{names_.node(effect.treatment.variable), names_.node(effect.outcome.variable), {}};
    for (const auto& path : effect.paths) {
      question.paths.emplace_back();
      for (const QueryText& name : path) question.paths.back().push_back(names_.node(name));
    }
    add(BoundTerm{1, std::nullopt, std::move(question)});
  }

  void add(Term term) {
    for (CounterfactualValue& each : term.beside) insert(term, std::move(each.variable), each.level, term.event);
    if (auto effect = as_effect(term))
      add(BoundTerm{1, std::nullopt, *std::move(effect)});
    else
      add(BoundTerm{1, std::nullopt, CounterfactualQuestion{std::move(term.event), std::move(term.evidence)}});
  }

  void add(BoundTerm term) {
    const bool is_known = std::any_of(bound_.terms.begin(), bound_.terms.end(),
                                      [&](const BoundTerm& each) { return each.question == term.question; });
    if (!is_known) bound_.terms.push_back(std::move(term));
  }

  /// A question about one world is one that do-calculus answers, with a plainer estimand.
  std::optional<EffectQuestion> as_effect(const Term& term) const {
    const CausalGraph& graph = names_.model().graph();
    EffectQuestion question{graph.none(), graph.none(), graph.none(), {}};
    for (const CounterfactualSetting& setting : term.action) question.treatment.insert(setting.variable);
    for (const auto* part : {&term.event, &term.evidence})
      for (const CounterfactualValue& each : *part) {
        if (each.variable != reduced(graph, {each.variable.variable, term.action})) return std::nullopt;
        (part == &term.event ? question.outcome : question.given).insert(each.variable.variable);
      }
    if (!(question.treatment & (question.outcome | question.given)).empty()) return std::nullopt;
    return question;
  }

  Term term_of(const QueryCondition& condition) {
    Term term;
    for (const QueryAction& action : condition.actions) {
      const Node v = names_.node(action.variable);
      const auto* value = std::get_if<QueryText>(&action.to);
      const auto known = value != nullptr ? names_.find_value(v, value->text) : std::nullopt;
      term.action.push_back({v, known ? level(v, *known) : open(), {}});
    }
    for (const QueryAction& action : condition.actions) note_what_it_reads(term, action);
    for (const QueryEvent& event : condition.given) insert(term, event, term.evidence);
    for (const Assignment& each : evidence_) insert(term, {each.variable, {}}, open(), term.evidence);
    return term;
  }

  /// A rule makes its variable from others of its world, and a shift from the variable itself.
  void note_what_it_reads(Term& term, const QueryAction& action) {
    const Node v = names_.node(action.variable);
    if (std::holds_alternative<QueryShift>(action.to)) {
      std::vector<CounterfactualSetting> others = term.action;
      std::erase_if(others, [v](const CounterfactualSetting& each) { return each.variable == v; });
      term.beside.push_back({{v, std::move(others)}, open()});
    }
    const auto* value = std::get_if<QueryText>(&action.to);
    if (value == nullptr || names_.find_value(v, value->text)) return;
    const CausalGraph& graph = names_.model().graph();
    const Formula formula(value->text, graph.names(), names_.place());
    for (Node u = 0; u < graph.size(); ++u) {
      const bool is_set = std::any_of(term.action.begin(), term.action.end(),
                                      [u](const CounterfactualSetting& each) { return each.variable == u; });
      if (formula.occurrences(u) > 0 && !is_set) term.beside.push_back({{u, term.action}, open()});
    }
  }

  CounterfactualVariable variable(const QueryVariable& of, const std::vector<CounterfactualSetting>& action) {
    CounterfactualVariable variable{names_.node(of.name), action};
    if (of.world.empty()) return variable;
    variable.action.clear();
    for (const QuerySetting& setting : of.world) {
      const Node v = names_.node(setting.variable.name);
      if (setting.value)
        variable.action.push_back({v, level(v, names_.value(v, *setting.value)), {}});
      else
        variable.action.push_back({v, 0, {this->variable(setting.variable, {})}});
    }
    return variable;
  }

  void insert(Term& term, const QueryEvent& event, CounterfactualEvent& into) {
    const Node v = names_.node(event.variable.name);
    const auto* value = std::get_if<QueryText>(&event.against);
    const auto other = names_.compared_variable(event);
    const bool is_equality = event.comparison == Comparison::equal && value != nullptr && !other;
    has_comparison_ = has_comparison_ || !is_equality;
    insert(term, variable(event.variable, term.action), is_equality ? level(v, names_.value(v, *value)) : open(), into);
    if (other) insert(term, {*other, term.action}, open(), into);
    if (const auto* compared = std::get_if<QueryVariable>(&event.against))
      insert(term, variable(*compared, term.action), open(), into);
  }

  /// Each variable once: two comparisons of one variable leave one value open.
  void insert(const Term& term, CounterfactualVariable variable, std::size_t level, CounterfactualEvent& into) const {
    variable = reduced(names_.model().graph(), variable);
    for (const auto* part : {&term.event, &term.evidence})
      for (const CounterfactualValue& each : *part)
        if (each.variable == variable) return;
    into.push_back({std::move(variable), level});
  }

  std::size_t open() { return first_open + open_++; }

  /// A value of a variable without levels becomes one.
  std::size_t level(Node v, double value) {
    if (names_.variable(v).has_levels()) return static_cast<std::size_t>(value);
    const auto [found, is_new] = numbers_.try_emplace({v, value}, bound_.levels.texts[v].size());
    if (is_new) bound_.levels.texts[v].push_back(std::to_string(value));
    return found->second;
  }

  static constexpr std::size_t first_open = 1'000'000;  // beyond every level

  ModelNames names_;
  std::span<const Assignment> evidence_;
  BoundQuery bound_;
  std::map<std::pair<Node, double>, std::size_t> numbers_;
  std::size_t open_ = 0;
  bool has_comparison_ = false, is_incomplete_ = false;
};

std::string estimands_of(const CausalGraph& graph, const QueryIdentification& found) {
  std::vector<std::string> estimands;
  for (const IdentifiedTerm& term : found.terms) {
    std::string text = to_text(term.estimand, graph.names(), {}, Notation::text, {});
    if (std::find(estimands.begin(), estimands.end(), text) == estimands.end()) estimands.push_back(std::move(text));
  }
  std::string all;
  for (const std::string& each : estimands) all += (all.empty() ? "" : "; ") + each;
  return all.empty() ? "by definition" : all;
}

/// What an answer rests on that the graph does not identify.
std::string assumptions_of_answer(const Scm& model, const WorldQuestion& question) {
  NodeSet seen = model.graph().none(), several = seen;
  for (const WorldCopy& copy : question.worlds.copies()) {
    if (copy.constant() != nullptr || copy.noise >= model.size()) continue;
    (seen.contains(copy.variable) ? several : seen).insert(copy.variable);
  }
  std::string basis = assumptions_of(model, several);
  if (const std::string pairs = confounded_pairs(model, false); !pairs.empty())
    basis += (basis.empty() ? "" : "; ") + std::string("the hidden common causes that the model states, of ") + pairs;
  return basis.empty() ? "the model's mechanisms" : basis;
}

}  // namespace

Licence licence_of(const Scm& model, const Query& query, std::span<const Assignment> evidence,
                   const std::string& place) {
  const CausalGraph& graph = model.graph();
  if (const std::string unmodelled = confounded_pairs(model, true); !unmodelled.empty())
    return {LicenceKind::assumed, "the model, which assumes that nothing hidden is common to " + unmodelled};
  const SymbolicQuery symbolic(model, without_named_effects(model, query, place), evidence, place);
  if (!symbolic.is_incomplete()) {
    const QueryIdentification found = identify_query(graph, symbolic.bound(), observational_knowledge(graph));
    // A comparison put as two open values that cannot be has shown nothing.
    if (found.is_identified() && !(found.terms.empty() && symbolic.has_comparison()))
      return {LicenceKind::identified, estimands_of(graph, found)};
  }
  return {LicenceKind::assumed, assumptions_of_answer(model, bind_query(model, query, evidence, place))};
}

}  // namespace equipoise::inline v0
