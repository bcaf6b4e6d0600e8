#include <equipoise/scm/model_query.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_from_query.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/path_specific_copy.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::ModelNames;

bool is_order(Comparison comparison) { return comparison != Comparison::equal && comparison != Comparison::not_equal; }

class QuestionBinder {
 public:
  QuestionBinder(const Scm& model, std::span<const Assignment> evidence, const std::string& place)
      : names_(model, place), evidence_(evidence), question_{ParallelWorlds(model), {}} {}

  WorldQuestion bind(const Query& plain) && {
    for (const Query::Term& term : plain.terms) {
      WorldTerm bound = std::visit([this](const auto& part) { return bound_term(part); }, term.part);
      if (term.is_subtracted) bound.coefficient = -bound.coefficient;
      for (const Assignment& each : evidence_) bound.given.push_back(equals(worlds().copy(each.variable), each.value));
      question_.terms.push_back(std::move(bound));
      if (const auto* effect = std::get_if<QueryEffect>(&term.part)) add_reference(*effect, question_.terms.back());
    }
    return std::move(question_);
  }

 private:
  ParallelWorlds& worlds() { return question_.worlds; }

  WorldTerm bound_term(const QueryProbability& probability) {
    const WorldAction action = action_of(probability.condition.actions);
    WorldTerm term;
    for (const QueryEvent& event : probability.of) term.of.push_back(bound_event(event, action));
    for (const QueryEvent& event : probability.condition.given) term.given.push_back(bound_event(event, action));
    return term;
  }

  WorldTerm bound_term(const QueryExpectation& expectation) {
    const WorldAction action = action_of(expectation.condition.actions);
    WorldTerm term;
    for (const QueryExpectation::Addend& addend : expectation.of)
      term.mean_of.push_back({addend.is_subtracted ? -1.0 : 1.0, copy(addend.variable, action),
                              names_.mean_numbers(addend.variable.name)});
    for (const QueryEvent& event : expectation.condition.given) term.given.push_back(bound_event(event, action));
    return term;
  }

  /// The mean along the listed paths; its reference is a term of its own.
  WorldTerm bound_term(const QueryEffect& effect) {
    const Node x = names_.node(effect.treatment.variable), y = names_.node(effect.outcome.variable);
    const auto [active, reference] = contrast(effect);
    WorldTerm term;
    term.mean_of.push_back({1, path_specific_copy(worlds(), x, y, paths_of(effect, y), active, reference),
                            names_.mean_numbers(effect.outcome.variable)});
    return term;
  }

  void add_reference(const QueryEffect& effect, const WorldTerm& along_paths) {
    WorldTerm reference = along_paths;
    reference.coefficient = -reference.coefficient;
    const WorldAction unchanged{{names_.node(effect.treatment.variable), contrast(effect).second}};
    reference.mean_of.front().copy = worlds().copy(names_.node(effect.outcome.variable), unchanged);
    question_.terms.push_back(std::move(reference));
  }

  /// The values that a path-specific effect compares, the active one first.
  std::pair<double, double> contrast(const QueryEffect& effect) const {
    QueryEffect total = effect;  // a total effect names the same two values
    total.kind = QueryEffect::Kind::ate;
    const Query written = without_named_effects(names_.model(), {{{false, std::move(total)}}}, names_.place());
    const auto value = [&](std::size_t term) {
      const QueryAction& action = std::get<QueryExpectation>(written.terms[term].part).condition.actions.front();
      return names_.value(names_.node(action.variable), std::get<QueryText>(action.to));
    };
    return {value(0), value(1)};
  }

  std::vector<std::vector<Node>> paths_of(const QueryEffect& effect, Node outcome) const {
    const CausalGraph& graph = names_.model().graph();
    const NodeSet before = ancestors(graph, NodeSet(graph.size(), {outcome}));  // and itself
    std::vector<std::vector<Node>> paths;
    for (const std::vector<QueryText>& path : effect.paths) {
      paths.push_back({names_.node(path.front())});
      for (std::size_t i = 1; i < path.size(); ++i) {
        const Node v = names_.node(path[i]);
        if (!graph.has_directed(paths.back().back(), v))
          unknown_path(path[i], "no edge from '" + path[i - 1].text + "' to '" + path[i].text + "'");
        paths.back().push_back(v);
      }
      if (!before.contains(paths.back().back()))
        unknown_path(path.back(), "no directed path to '" + effect.outcome.variable.text + "' that begins so");
    }
    return paths;
  }

  [[noreturn]] void unknown_path(const QueryText& at, std::string found) const {
    throw Error(ErrorCode::query_unknown_variable, names_.place() + ":" + std::to_string(at.column), std::move(found),
                "a directed path of the graph");
  }

  // Worlds

  WorldAction action_of(const std::vector<QueryAction>& actions) {
    WorldAction action;
    for (const QueryAction& each : actions) action.emplace(names_.node(each.variable), setting_of(each));
    return action;
  }

  WorldSetting setting_of(const QueryAction& action) {
    const Node v = names_.node(action.variable);
    if (const auto* value = std::get_if<QueryText>(&action.to)) {
      if (const auto known = names_.find_value(v, value->text)) return *known;
      return policy(v, *value);
    }
    if (const auto* distribution = std::get_if<QueryDistribution>(&action.to))
      return WorldRule{NoiseMechanism(drawn(v, *distribution)), {}, worlds().fresh_noise()};
    if (const auto* shift = std::get_if<QueryShift>(&action.to)) {
      if (names_.variable(v).has_levels())
        names_.fail(action.variable, "a shift of '" + action.variable.text + "', which has levels",
                    "a value or a distribution over its levels");
      return WorldRule{LinearMechanism({0, {{1, {}}}}, Noise(ConstantNoise{shift->by})), {v}, worlds().fresh_noise()};
    }
    names_.fail(action.variable, "'" + action.variable.text + "' set to no value", "do(X = 1), so that it is a number");
  }

  Noise drawn(Node v, const QueryDistribution& distribution) const {
    Noise noise = noise_of(distribution, names_.place());
    const std::size_t levels = names_.variable(v).levels.size();
    const auto* categorical = noise.get_if<CategoricalNoise>();
    const std::size_t drawn = categorical != nullptr           ? categorical->probabilities.size()
                              : noise.get_if<BernoulliNoise>() ? 2
                                                               : 0;
    if (levels != 0 && drawn != levels)
      names_.fail(distribution.name, "'" + distribution.name.text + "' for '" + names_.variable(v).name + "'",
                  levels == 2 ? "bernoulli(p), or categorical(p0, p1)"
                              : "categorical with " + std::to_string(levels) + " probabilities, one a level");
    return noise;
  }

  /// A formula of other variables of the same world. What is neither a value nor a formula is reported as a value.
  WorldRule policy(Node v, const QueryText& text) {
    const Scm& model = names_.model();
    const std::string place = names_.place() + ":" + std::to_string(text.column);
    if (names_.variable(v).has_levels() && text.text.find_first_of("+-*/^()<>") == std::string::npos &&
        !model.graph().find(text.text))
      names_.value(v, text);  // throws
    const Formula formula(text.text, model.graph().names(), place);
    std::vector<Node> inputs;
    std::vector<std::string> names;
    for (Node u = 0; u < model.size(); ++u)
      if (formula.occurrences(u) > 0) {
        inputs.push_back(u);
        names.push_back(model.graph().name(u));
      }
    return {FormulaMechanism(text.text, names, Noise(ConstantNoise{0}), {}, place), std::move(inputs),
            worlds().fresh_noise()};
  }

  /// A variable in the world that it names, or else in the world of `action`.
  std::size_t copy(const QueryVariable& variable, const WorldAction& action) {
    const Node v = names_.node(variable.name);
    if (variable.world.empty()) return worlds().copy(v, action);
    WorldAction own;
    for (const QuerySetting& setting : variable.world) {
      const Node set = names_.node(setting.variable.name);
      if (setting.value)
        own[set] = names_.value(set, *setting.value);
      else
        own[set] = copy(setting.variable, {});
    }
    return worlds().copy(v, own);
  }

  // Events

  WorldEvent bound_event(const QueryEvent& event, const WorldAction& action) {
    const Node v = names_.node(event.variable.name);
    const std::size_t left = copy(event.variable, action);
    if (const auto other = names_.compared_variable(event)) return compared(event, left, worlds().copy(*other, action));
    if (const auto* variable = std::get_if<QueryVariable>(&event.against))
      return compared(event, left, copy(*variable, action));
    if (const auto* value = std::get_if<QueryText>(&event.against)) {
      if (!names_.variable(v).has_levels()) return {left, {}, event.comparison, names_.value(v, *value), {}};
      return with_level(event, v, left, *value);
    }
    names_.fail(event.variable.name, "'" + event.variable.name.text + "' without a value",
                "a value, as in " + event.variable.name.text + " = 1, so that the answer is a number");
  }

  WorldEvent with_level(const QueryEvent& event, Node v, std::size_t left, const QueryText& value) const {
    WorldEvent bound{left, {}, event.comparison, 0, {}};
    const std::size_t levels = names_.variable(v).levels.size();
    if (!is_order(event.comparison)) {
      const double level = names_.value(v, value);
      for (std::size_t k = 0; k < levels; ++k)
        bound.allowed.push_back(holds(event.comparison, static_cast<double>(k), level));
      return bound;
    }
    const auto numbers = names_.level_numbers(v);
    const auto number = parse_number(value.text);
    if (!numbers || !number) no_order(event);
    for (const double each : *numbers) bound.allowed.push_back(holds(event.comparison, each, *number));
    return bound;
  }

  WorldEvent compared(const QueryEvent& event, std::size_t left, std::size_t right) {
    WorldEvent bound{left, right, event.comparison, 0, {}};
    const Node a = worlds()[left].variable, b = worlds()[right].variable;
    if (!names_.variable(a).has_levels() && !names_.variable(b).has_levels()) return bound;
    if (names_.variable(a).has_levels() != names_.variable(b).has_levels())
      names_.fail(event.variable.name, "a level of '" + event.variable.name.text + "' compared with a number",
                  "two numbers, or two variables with levels");
    const auto left_numbers = names_.level_numbers(a), right_numbers = names_.level_numbers(b);
    const auto &left_texts = names_.variable(a).levels, &right_texts = names_.variable(b).levels;
    const bool are_numbers = left_numbers && right_numbers;
    if (is_order(event.comparison) && !are_numbers) no_order(event);
    for (std::size_t i = 0; i < left_texts.size(); ++i)
      for (std::size_t j = 0; j < right_texts.size(); ++j)
        bound.allowed.push_back(are_numbers
                                    ? holds(event.comparison, (*left_numbers)[i], (*right_numbers)[j])
                                    : (left_texts[i] == right_texts[j]) == (event.comparison == Comparison::equal));
    return bound;
  }

  [[noreturn]] void no_order(const QueryEvent& event) const {
    names_.fail(event.variable.name, "an order among values of '" + event.variable.name.text + "' that are no numbers",
                "'=' or '!='");
  }

  WorldEvent equals(std::size_t copy, double value) const {
    WorldEvent event{copy, {}, Comparison::equal, value, {}};
    const std::size_t levels = question_.worlds.variable(copy).levels.size();
    for (std::size_t k = 0; k < levels; ++k) event.allowed.push_back(static_cast<double>(k) == value);
    return event;
  }

  ModelNames names_;
  std::span<const Assignment> evidence_;
  WorldQuestion question_;
};

}  // namespace

WorldQuestion bind_query(const Scm& model, const Query& query, std::span<const Assignment> evidence,
                         const std::string& place) {
  return QuestionBinder(model, evidence, place).bind(without_named_effects(model, query, place));
}

}  // namespace equipoise::inline v0
