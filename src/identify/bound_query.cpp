#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/bound_query.hpp>

#include "identify/query_levels.hpp"

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t most_terms = 2000;

using Levels = std::vector<std::pair<Node, std::size_t>>;  // variables and the levels they take, in one world

class QueryBinder {
 public:
  QueryBinder(const CausalGraph& graph, const Query& query, const VariableLevels& known, const std::string& place)
      : graph_(graph), values_(graph, query, known, place), place_(place) {}

  BoundQuery bind(const Query& query) {
    for (const Query::Term& term : query.terms) {
      const double sign = term.is_subtracted ? -1 : 1;
      std::visit([&](const auto& part) { add(sign, part); }, term.part);
    }
    std::erase_if(bound_.terms, [](const BoundTerm& term) { return term.coefficient == 0; });
    bound_.levels = values_.levels();
    return std::move(bound_);
  }

 private:
  // Equal questions are asked once, and not at all where they cancel.
  void add(BoundTerm term) {
    for (BoundTerm& known : bound_.terms)
      if (known.mean_of == term.mean_of && known.question == term.question) {
        known.coefficient += term.coefficient;
        return;
      }
    if (bound_.terms.size() == most_terms) too_many();
    bound_.terms.push_back(std::move(term));
  }

  [[noreturn]] void too_many() const {
    throw Error(ErrorCode::query_unsupported, place_,
                "a query that stands for more than " + std::to_string(most_terms) + " events",
                "fewer comparisons, or variables of fewer values");
  }

  Node node(const QueryText& name) const { return values_.node(name); }

  // Probabilities and expectations

  static bool has_other_world(const std::vector<QueryEvent>& events) {
    return std::any_of(events.begin(), events.end(), [](const QueryEvent& event) {
      const auto* other = std::get_if<QueryVariable>(&event.against);
      return !event.variable.world.empty() || (other != nullptr && !other->world.empty());
    });
  }

  void add(double sign, const QueryProbability& probability) {
    const QueryCondition& condition = probability.condition;
    if (!has_other_world(probability.of) && !has_other_world(condition.given))
      return add_effects(sign, probability.of, condition, std::nullopt);
    const CounterfactualEvent evidence = evidence_of(condition.given);
    for (CounterfactualEvent& event : counterfactual_events(probability.of))
      add_event(sign, std::move(event), evidence);
  }

  void add(double sign, const QueryExpectation& expectation) {
    const QueryCondition& condition = expectation.condition;
    for (const auto& addend : expectation.of) {
      const double weight = addend.is_subtracted ? -sign : sign;
      if (!addend.variable.world.empty() || has_other_world(condition.given)) {
        add_mean(weight, variable(addend.variable), evidence_of(condition.given));
      } else {
        values_.check_numbers(addend.variable.name);
        add_effects(weight, {{{addend.variable.name, {}}, Comparison::equal, {}}}, condition,
                    node(addend.variable.name));
      }
    }
  }

  // P(of | do(actions), given) in one world, once for every event that its comparisons cover.
  void add_effects(double sign, const std::vector<QueryEvent>& of, const QueryCondition& condition,
                   std::optional<Node> mean_of) {
    EffectQuestion question{graph_.none(), graph_.none(), graph_.none(), {}};
    question.outcome = variables_of(of);
    question.given = variables_of(condition.given);
    for (const QueryAction& action : condition.actions) question.treatment.insert(node(action.variable));
    check_disjoint(question, condition);
    const Levels given = single_event(condition.given);
    for_each_action(sign, condition.actions, [&](double weight, const Levels& action) {
      for_each_event(of, [&](const Levels& levels) {
        EffectQuestion one = question;
        for (const Levels* part : {&given, &action, &levels})
          for (const auto& [v, level] : *part) one.at[v] = level;
        add({weight, mean_of, std::move(one)});
      });
    });
  }

  // Values such as W in P(Y != W) are variables too: sets are checked once they are known.
  void check_disjoint(const EffectQuestion& question, const QueryCondition& condition) const {
    const NodeSet twice = (question.outcome & question.treatment) | (question.outcome & question.given) |
                          (question.treatment & question.given);
    if (twice.empty()) return;
    std::size_t column = 1;
    for (const QueryEvent& event : condition.given)
      if (twice.contains(node(event.variable.name))) column = event.variable.name.column;
    stands_twice(twice.front(), column);
  }

  [[noreturn]] void stands_twice(Node v, std::size_t column) const {
    throw Error(ErrorCode::query_overlap, place_ + ":" + std::to_string(column),
                "'" + graph_.name(v) + "' stands twice in the term",
                "outcome, do() and condition that have no variable in common");
  }

  // The variables of events in one world, none of them in two places: of P(W = 1, Y != W), W has but one value.
  NodeSet variables_of(const std::vector<QueryEvent>& events) const {
    NodeSet nodes = graph_.none();
    for (const QueryEvent& event : events) {
      std::vector<Node> here{node(event.variable.name)};
      if (const auto other = values_.compared_variable(event)) here.push_back(*other);
      for (const Node v : here) {
        if (nodes.contains(v)) stands_twice(v, event.variable.name.column);
        nodes.insert(v);
      }
    }
    return nodes;
  }

  // Calls visit(weight, levels) for every joint value that the actions may give, with its probability times `weight`.
  template <class Visit>
  void for_each_action(double weight, const std::vector<QueryAction>& actions, Visit visit, std::size_t next = 0,
                       const Levels& levels = {}) const {
    if (next == actions.size()) return visit(weight, levels);
    for (const auto& choice : values_.choices(actions[next])) {
      Levels here = levels;
      if (choice.level) here.emplace_back(node(actions[next].variable), *choice.level);
      for_each_action(weight * choice.probability, actions, visit, next + 1, here);
    }
  }

  // Calls visit(levels) for every joint value that satisfies the events; those without a comparison get no level.
  template <class Visit>
  void for_each_event(const std::vector<QueryEvent>& events, Visit visit, std::size_t next = 0,
                      const Levels& levels = {}) const {
    if (next == events.size()) return visit(levels);
    const QueryEvent& event = events[next];
    if (std::holds_alternative<std::monostate>(event.against)) return for_each_event(events, visit, next + 1, levels);
    for (const auto& [left, right] : values_.satisfying(event)) {
      Levels here = levels;
      here.emplace_back(node(event.variable.name), left);
      if (const auto other = values_.compared_variable(event)) here.emplace_back(*other, right);
      for_each_event(events, visit, next + 1, here);
    }
  }

  // The one joint value that a condition names.
  Levels single_event(const std::vector<QueryEvent>& given) const {
    Levels levels;
    for (const QueryEvent& event : given) {
      if (std::holds_alternative<std::monostate>(event.against)) continue;
      levels.emplace_back(node(event.variable.name), single_level(event));
    }
    return levels;
  }

  std::size_t single_level(const QueryEvent& event) const {
    const auto satisfying = values_.satisfying(event);
    if (satisfying.size() == 1 && !values_.compared_variable(event)) return satisfying.front().first;
    throw Error(ErrorCode::query_unsupported, place_ + ":" + std::to_string(event.variable.name.column),
                "a condition on '" + event.variable.name.text + "' that is not one value", "an equality, as in X = 1");
  }

  // Several worlds

  CounterfactualVariable variable(const QueryVariable& of) const {
    CounterfactualVariable variable{node(of.name), {}};
    for (const QuerySetting& setting : of.world) {
      const Node v = node(setting.variable.name);
      if (setting.value)
        variable.action.push_back({v, values_.level(v, *setting.value), {}});
      else
        variable.action.push_back({v, 0, {this->variable(setting.variable)}});
    }
    return variable;
  }

  // Every event that the comparisons cover.
  std::vector<CounterfactualEvent> counterfactual_events(const std::vector<QueryEvent>& of) {
    std::vector<CounterfactualEvent> all{{}};
    for (const QueryEvent& event : of) {
      const CounterfactualVariable left = variable(event.variable);
      std::optional<CounterfactualVariable> right;
      if (const auto* other = std::get_if<QueryVariable>(&event.against)) right = variable(*other);
      if (!right)
        if (const auto other = values_.compared_variable(event)) right = {*other, {}};
      const std::size_t beyond = beyond_levels(event);
      std::vector<CounterfactualEvent> longer;
      for (const auto& [level, other_level] : values_.satisfying(event))
        for (const CounterfactualEvent& one : all) {
          longer.push_back(one);
          longer.back().push_back({left, level + beyond});
          if (right) longer.back().push_back({*right, other_level});
          if (longer.size() > most_terms) too_many();
        }
      all = std::move(longer);
    }
    return all;
  }

  // A value that the query leaves open is no value of another part of the query.
  std::size_t beyond_levels(const QueryEvent& event) {
    return std::holds_alternative<std::monostate>(event.against) ? open_++ : 0;
  }

  // The values that a condition names: two where it compares worlds and one pair of values alone satisfies it.
  CounterfactualEvent evidence_of(const std::vector<QueryEvent>& given) {
    CounterfactualEvent evidence;
    for (const QueryEvent& event : given) {
      evidence.push_back({variable(event.variable), single_level(event) + beyond_levels(event)});
      if (const auto* other = std::get_if<QueryVariable>(&event.against))
        evidence.push_back({variable(*other), values_.satisfying(event).front().second});
    }
    return evidence;
  }

  void add_event(double weight, CounterfactualEvent event, CounterfactualEvent evidence) {
    add({weight, std::nullopt, CounterfactualQuestion{std::move(event), std::move(evidence)}});
  }

  // E[variable | evidence], level by level.
  void add_mean(double weight, const CounterfactualVariable& of, const CounterfactualEvent& evidence) {
    for (std::size_t level = 0; level < values_.count(of.variable); ++level)
      if (const double number = values_.number(of.variable, level); number != 0)
        add_event(weight * number, {{of, level}}, evidence);
  }

  // Effects by name

  void add(double sign, const QueryEffect& effect) {
    const Node x = node(effect.treatment.variable), y = node(effect.outcome.variable);
    const auto [x1, x0] = values_.contrast(effect.treatment);
    const auto treated = [&](std::size_t level) { return CounterfactualVariable{y, {{x, level, {}}}}; };
    using Kind = QueryEffect::Kind;
    switch (effect.kind) {
      case Kind::ate:
      case Kind::cde: return add_controlled(sign, effect, x, y, x1, x0);
      case Kind::ett:
        add_mean(sign, treated(x1), {{{x, {}}, x1}});
        return add_mean(-sign, treated(x0), {{{x, {}}, x1}});
      case Kind::nde: return add_natural(sign, x, y, x1, x0, x0);
      case Kind::nie: return add_natural(sign, x, y, x0, x1, x0);
      case Kind::pse: return add_path_specific(sign, effect, x, y, x1, x0);
      default: break;
    }
    const auto [y1, y0] = values_.contrast(effect.outcome);
    if (effect.kind == Kind::pn)
      add_event(sign, {{treated(x0), y0}}, {{{x, {}}, x1}, {{y, {}}, y1}});
    else if (effect.kind == Kind::ps)
      add_event(sign, {{treated(x1), y1}}, {{{x, {}}, x0}, {{y, {}}, y0}});
    else
      add_event(sign, {{treated(x1), y1}, {treated(x0), y0}}, {});
  }

  // E[Y | do(X = x1, controlled)] - E[Y | do(X = x0, controlled)]
  void add_controlled(double sign, const QueryEffect& effect, Node x, Node y, std::size_t x1, std::size_t x0) {
    values_.check_numbers(effect.outcome.variable);
    EffectQuestion question{graph_.none(), graph_.none(), graph_.none(), {}};
    question.outcome.insert(y);
    question.treatment.insert(x);
    for (const QuerySetting& setting : effect.controlled) {
      const Node m = node(setting.variable.name);
      question.treatment.insert(m);
      question.at[m] = values_.level(m, *setting.value);
    }
    question.at[x] = x1;
    add({sign, y, question});
    question.at[x] = x0;
    add({-sign, y, std::move(question)});
  }

  // E[Y_{X=own, M_{X=mediated}}] - E[Y_{X=reference}]: one of the edge itself and the mediators carries the change, the
  // other the reference. An effect along nothing is none.
  void add_natural(double sign, Node x, Node y, std::size_t own, std::size_t mediated, std::size_t reference) {
    NodeSet of_x = graph_.none(), of_y = graph_.none();
    of_x.insert(x), of_y.insert(y);
    const NodeSet mediators = (descendants(graph_, of_x) & ancestors(graph_, of_y)) - of_x - of_y;
    if (own != reference ? !graph_.children(x).contains(y) : mediators.empty()) return;
    CounterfactualVariable crossed{y, {{x, own, {}}}};
    for (const Node m : mediators) crossed.action.push_back({m, 0, {{m, {{x, mediated, {}}}}}});
    add_mean(sign, crossed, {});
    add_mean(-sign, {y, {{x, reference, {}}}}, {});
  }

  void add_path_specific(double sign, const QueryEffect& effect, Node x, Node y, std::size_t x1, std::size_t x0) {
    values_.check_numbers(effect.outcome.variable);
    PathSpecificQuestion question{x, y, {}, x1, x0};
    NodeSet of_y = graph_.none();
    of_y.insert(y);
    const NodeSet before_y = ancestors(graph_, of_y);  // and y itself
    for (const auto& path : effect.paths) {
      question.paths.push_back({node(path.front())});
      for (std::size_t i = 1; i < path.size(); ++i) {
        const Node v = node(path[i]);
        if (!graph_.children(question.paths.back().back()).contains(v))
          throw Error(ErrorCode::query_unknown_variable, place_ + ":" + std::to_string(path[i].column),
                      "no edge from '" + path[i - 1].text + "' to '" + path[i].text + "'",
                      "a directed path of the graph");
        question.paths.back().push_back(v);
      }
      if (!before_y.contains(question.paths.back().back()))
        throw Error(ErrorCode::query_unknown_variable, place_ + ":" + std::to_string(path.back().column),
                    "no directed path to '" + effect.outcome.variable.text + "' that begins so",
                    "a path that leads to the outcome");
    }
    add({sign, y, std::move(question)});
    EffectQuestion reference{graph_.none(), graph_.none(), graph_.none(), {{x, x0}}};
    reference.outcome.insert(y);
    reference.treatment.insert(x);
    add({-sign, y, std::move(reference)});
  }

  const CausalGraph& graph_;
  detail::QueryLevels values_;
  std::string place_;
  std::size_t open_ = 0;  // values left open so far
  BoundQuery bound_;
};

class IsClosed {
 public:
  IsClosed(const BoundQuery& query, const BoundTerm& term) : query_(query), term_(term) {}

  bool operator()(const EffectQuestion& question) const {
    for (const Node v : question.outcome | question.treatment | question.given)
      if (!question.at.contains(v) && term_.mean_of != v) return false;
    return true;
  }
  bool operator()(const CounterfactualQuestion& question) const {
    for (const CounterfactualEvent* event : {&question.event, &question.evidence})
      for (const CounterfactualValue& value : *event)
        if (value.level >= query_.levels.texts[value.variable.variable].size()) return false;
    return true;
  }
  bool operator()(const PathSpecificQuestion&) const { return true; }

 private:
  const BoundQuery& query_;
  const BoundTerm& term_;
};

// The probability of what a question conditions on, in the world where it does; nothing where it does not.
std::optional<BoundTerm> condition_of(const EffectQuestion& question) {
  if (question.given.empty()) return std::nullopt;
  EffectQuestion condition{question.given, question.treatment, NodeSet(question.given.universe()), {}};
  for (const auto& [v, level] : question.at)
    if (question.given.contains(v) || question.treatment.contains(v)) condition.at[v] = level;
  return BoundTerm{1, std::nullopt, std::move(condition)};
}
std::optional<BoundTerm> condition_of(const CounterfactualQuestion& question) {
  if (question.evidence.empty()) return std::nullopt;
  return BoundTerm{1, std::nullopt, CounterfactualQuestion{question.evidence, {}}};
}
std::optional<BoundTerm> condition_of(const PathSpecificQuestion&) { return std::nullopt; }

}  // namespace

std::vector<BoundQuery> conditions_of(const BoundQuery& query) {
  std::vector<BoundQuery> conditions;
  for (const BoundTerm& term : query.terms) {
    auto condition = std::visit([](const auto& question) { return condition_of(question); }, term.question);
    const auto is_same = [&](const BoundQuery& known) { return known.terms[0].question == condition->question; };
    if (condition && std::none_of(conditions.begin(), conditions.end(), is_same))
      conditions.push_back({{*std::move(condition)}, query.levels});
  }
  return conditions;
}

bool names_every_value(const BoundQuery& query) {
  return std::all_of(query.terms.begin(), query.terms.end(),
                     [&](const BoundTerm& term) { return std::visit(IsClosed(query, term), term.question); });
}

BoundQuery bind_query(const CausalGraph& graph, const Query& query, const VariableLevels& known,
                      const std::string& place) {
  return QueryBinder(graph, query, known, place).bind(query);
}

}  // namespace equipoise::inline v0
