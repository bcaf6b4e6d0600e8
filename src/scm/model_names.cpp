#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0::detail {

Node ModelNames::node(const QueryText& name) const {
  if (const auto found = model_.graph().find(name.text)) return *found;
  throw Error(ErrorCode::query_unknown_variable, place_ + ":" + std::to_string(name.column),
              "no variable '" + name.text + "' in the model", "a variable of the model",
              suggestion(name.text, model_.graph().names()));
}

std::optional<double> ModelNames::find_value(Node v, std::string_view text) const {
  const auto number = parse_number(text);
  const VariableSpec& variable = model_.variable(v);
  if (!variable.has_levels()) return number && std::isfinite(*number) ? number : std::nullopt;
  const auto found = std::find(variable.levels.begin(), variable.levels.end(), text);
  if (found != variable.levels.end()) return static_cast<double>(found - variable.levels.begin());
  for (std::size_t level = 0; number && level < variable.levels.size(); ++level)
    if (const auto own = parse_number(variable.levels[level]); own && *own == *number)
      return static_cast<double>(level);
  return std::nullopt;
}

double ModelNames::value(Node v, const QueryText& text) const {
  if (const auto found = find_value(v, text.text)) return *found;
  const VariableSpec& variable = model_.variable(v);
  throw Error(ErrorCode::query_unknown_value, place_ + ":" + std::to_string(text.column),
              "'" + variable.name + "' is never '" + text.text + "'",
              variable.has_levels() ? "one of its levels" : "a finite number", suggestion(text.text, variable.levels));
}

std::optional<std::vector<double>> ModelNames::level_numbers(Node v) const {
  if (!model_.variable(v).has_levels()) return std::nullopt;
  std::vector<double> numbers;
  for (const std::string& text : model_.variable(v).levels) {
    const auto number = parse_number(text);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<double> ModelNames::mean_numbers(const QueryText& name) const {
  const Node v = node(name);
  if (!model_.variable(v).has_levels()) return {};
  if (auto numbers = level_numbers(v)) return *std::move(numbers);
  if (model_.variable(v).levels.size() == 2) return {0, 1};
  fail(name, "the mean of '" + name.text + "', whose values are no numbers",
       "a variable of numbers or of two values, or a probability");
}

std::optional<Node> ModelNames::compared_variable(const QueryEvent& event) const {
  const auto* value = std::get_if<QueryText>(&event.against);
  if (value == nullptr || find_value(node(event.variable.name), value->text)) return std::nullopt;
  return model_.graph().find(value->text);
}

void ModelNames::fail(const QueryText& at, std::string found, std::string expected) const {
  throw Error(ErrorCode::query_unsupported, place_ + ":" + std::to_string(at.column), std::move(found),
              std::move(expected));
}

}  // namespace equipoise::inline v0::detail
