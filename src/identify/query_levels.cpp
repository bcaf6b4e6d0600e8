#include "identify/query_levels.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/identify/identify_query.hpp>

namespace equipoise::inline v0::detail {
namespace {

bool is_order(Comparison comparison) { return comparison != Comparison::equal && comparison != Comparison::not_equal; }

// The same value: equal as texts, or as numbers ("1" and "1.0").
bool is_same_value(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = parse_number(a), right = parse_number(b);
  return left && right && *left == *right;
}

std::optional<std::size_t> find_value(const std::vector<std::string>& texts, std::string_view value) {
  for (std::size_t level = 0; level < texts.size(); ++level)
    if (is_same_value(texts[level], value)) return level;
  return std::nullopt;
}

}  // namespace

QueryLevels::QueryLevels(const CausalGraph& graph, const Query& query, const VariableLevels& known, std::string place)
    : graph_(graph), levels_(known), place_(std::move(place)) {
  levels_.texts.resize(graph.size());
  for (auto& texts : levels_.texts) {
    is_open_.push_back(texts.empty());
    if (texts.empty()) texts = {"0", "1"};
  }
  for (const Query::Term& term : query.terms) std::visit([this](const auto& part) { note(part); }, term.part);
}

Node QueryLevels::node(const QueryText& name) const {
  if (const auto found = graph_.find(name.text)) return *found;
  throw Error(ErrorCode::query_unknown_variable, place_ + ":" + std::to_string(name.column),
              "no variable '" + name.text + "' in the graph", "a variable that is observed",
              suggestion(name.text, graph_.names()));
}

// Where levels are not known, the values that the query names are added to them.

void QueryLevels::note(const QueryText& name, const QueryText& value) {
  const Node v = node(name);
  if (is_open_[v] && !find_value(levels_.texts[v], value.text)) levels_.texts[v].push_back(value.text);
}

void QueryLevels::note(const QueryVariable& variable) {
  node(variable.name);
  for (const QuerySetting& setting : variable.world) {
    note(setting.variable);
    if (setting.value) note(setting.variable.name, *setting.value);
  }
}

void QueryLevels::note(const QueryEvent& event) {
  note(event.variable);
  if (const auto* other = std::get_if<QueryVariable>(&event.against)) note(*other);
  if (const auto* value = std::get_if<QueryText>(&event.against); value != nullptr && !compared_variable(event))
    note(event.variable.name, *value);
}

void QueryLevels::note(const QueryCondition& condition) {
  for (const QueryAction& action : condition.actions) {
    node(action.variable);
    if (const auto* value = std::get_if<QueryText>(&action.to)) note(action.variable, *value);
  }
  for (const QueryEvent& event : condition.given) note(event);
}

void QueryLevels::note(const QueryProbability& probability) {
  for (const QueryEvent& event : probability.of) note(event);
  note(probability.condition);
}

void QueryLevels::note(const QueryExpectation& expectation) {
  for (const auto& addend : expectation.of) note(addend.variable);
  note(expectation.condition);
}

void QueryLevels::note(const QueryEffect& effect) {
  for (const auto* contrast : {&effect.treatment, &effect.outcome}) {
    node(contrast->variable);
    if (contrast->value) note(contrast->variable, *contrast->value);
    if (contrast->reference) note(contrast->variable, *contrast->reference);
  }
  for (const QuerySetting& setting : effect.controlled) note(setting.variable.name, *setting.value);
}

std::size_t QueryLevels::level(Node variable, const QueryText& value) const {
  if (const auto found = find_value(levels_.texts[variable], value.text)) return *found;
  throw Error(ErrorCode::query_unknown_value, place_ + ":" + std::to_string(value.column),
              "'" + graph_.name(variable) + "' is never '" + value.text + "'", "a value that it takes",
              suggestion(value.text, levels_.texts[variable]));
}

bool QueryLevels::has_numbers(Node variable) const {
  const auto& texts = levels_.texts[variable];
  return std::all_of(texts.begin(), texts.end(),
                     [](const std::string& text) { return parse_number(text).has_value(); });
}

double QueryLevels::number(Node variable, std::size_t level) const {
  if (const auto number = number_of_level(levels_, variable, level)) return *number;
  fail({graph_.name(variable), 1}, "the mean of '" + graph_.name(variable) + "', whose values are no numbers",
       "a variable of numbers or of two values, or a probability");
}

void QueryLevels::check_numbers(const QueryText& variable) const {
  const Node v = node(variable);
  if (!number_of_level(levels_, v, 0))
    fail(variable, "the mean of '" + variable.text + "', whose values are no numbers",
         "a variable of numbers or of two values, or a probability");
}

std::optional<Node> QueryLevels::compared_variable(const QueryEvent& event) const {
  const auto* value = std::get_if<QueryText>(&event.against);
  if (value == nullptr || find_value(levels_.texts[node(event.variable.name)], value->text)) return std::nullopt;
  return graph_.find(value->text);
}

std::vector<std::pair<std::size_t, std::size_t>> QueryLevels::satisfying(const QueryEvent& event) const {
  const Node v = node(event.variable.name);
  if (std::holds_alternative<std::monostate>(event.against)) return {{count(v), 0}};
  std::optional<Node> other = compared_variable(event);
  if (const auto* variable = std::get_if<QueryVariable>(&event.against)) other = node(variable->name);
  const auto* value = std::get_if<QueryText>(&event.against);
  const bool by_number = is_order(event.comparison);
  const bool right_has_numbers = other ? has_numbers(*other) : parse_number(value->text).has_value();
  if (by_number && (!has_numbers(v) || !right_has_numbers))
    fail(event.variable.name, "an order among values of '" + event.variable.name.text + "' that are no numbers",
         "'=' or '!='");
  if (!by_number && !other) level(v, *value);
  std::vector<std::pair<std::size_t, std::size_t>> satisfying;
  for (std::size_t left = 0; left < count(v); ++left)
    for (std::size_t right = 0; right < (other ? count(*other) : 1); ++right) {
      const std::string& text = other ? levels_.texts[*other][right] : value->text;
      const bool is_true = by_number
                               ? holds(event.comparison, *levels_.number(v, left), *parse_number(text))
                               : is_same_value(levels_.texts[v][left], text) == (event.comparison == Comparison::equal);
      if (is_true) satisfying.emplace_back(left, right);
    }
  return satisfying;
}

std::vector<QueryLevels::Choice> QueryLevels::choices(const QueryAction& action) const {
  const Node v = node(action.variable);
  if (const auto* value = std::get_if<QueryText>(&action.to)) return {{level(v, *value), 1}};
  if (const auto* distribution = std::get_if<QueryDistribution>(&action.to)) return drawn(v, *distribution);
  if (std::holds_alternative<QueryShift>(action.to))
    fail(action.variable, "a shift of '" + action.variable.text + "', under which it takes values that it never takes",
         "a value or a distribution over its values");
  return {{std::nullopt, 1}};
}

std::vector<QueryLevels::Choice> QueryLevels::drawn(Node variable, const QueryDistribution& distribution) const {
  const bool is_bernoulli = distribution.name.text == "bernoulli";
  std::vector<double> probabilities;
  bool is_named_right = true;
  for (const QueryArgument& argument : distribution.arguments) {
    const std::string name = is_bernoulli ? "p" : "p" + std::to_string(probabilities.size());
    is_named_right = is_named_right && (argument.name.empty() || argument.name == name);
    if (const auto* number = std::get_if<double>(&argument.value)) probabilities.push_back(*number);
  }
  const std::string expected =
      "bernoulli(p) for a variable of two values, or categorical(p0, p1, …) with one "
      "probability for each of its values, which add up to 1";
  if (is_bernoulli && probabilities.size() == 1) probabilities.insert(probabilities.begin(), 1 - probabilities[0]);
  double total = 0;
  for (const double p : probabilities) total += p >= 0 ? p : std::nan("");
  if ((!is_bernoulli && distribution.name.text != "categorical") || distribution.arguments.size() > count(variable) ||
      probabilities.size() != count(variable) || !is_named_right || !(std::abs(total - 1) <= 1e-9))
    fail(distribution.name, "'" + distribution.name.text + "' for '" + graph_.name(variable) + "'", expected);
  std::vector<Choice> choices;
  for (std::size_t level = 0; level < probabilities.size(); ++level) choices.push_back({level, probabilities[level]});
  return choices;
}

std::pair<std::size_t, std::size_t> QueryLevels::contrast(const QueryEffect::Contrast& contrast) const {
  const Node v = node(contrast.variable);
  if (contrast.value) return {level(v, *contrast.value), level(v, *contrast.reference)};
  const auto& texts = levels_.texts[v];
  const auto one = find_value(texts, "1"), zero = find_value(texts, "0");
  if (one && zero) return {*one, *zero};
  if (texts.size() == 2) return {1, 0};
  fail(contrast.variable, "'" + contrast.variable.text + "', which has other values than 0 and 1",
       "the two values to compare, as in " + contrast.variable.text + "=b vs a");
}

void QueryLevels::fail(const QueryText& at, std::string found, std::string expected) const {
  throw Error(ErrorCode::query_unsupported, place_ + ":" + std::to_string(at.column), std::move(found),
              std::move(expected));
}

}  // namespace equipoise::inline v0::detail
