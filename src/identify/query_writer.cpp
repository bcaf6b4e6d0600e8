// Writes queries as the text that reads back as them.
#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/identify/query.hpp>

#include "identify/query_names.hpp"
#include "identify/query_scanner.hpp"

namespace equipoise::inline v0 {
namespace {

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string name(const QueryText& name) {
  detail::QueryScanner scan(name.text, name.text);
  const bool is_plain = scan.begins_name() && !scan.sees("'") && scan.column() == 1 && scan.name({}).text == name.text;
  return is_plain ? name.text : quoted(name.text);
}

std::string value(const QueryText& value) {
  const std::string followed = value.text + " vs x";  // the word that ends a value even where no sign does
  detail::QueryScanner scan(followed, followed);
  const bool is_plain =
      scan.begins_value() && scan.value().text == value.text && value.text.find("_{") == std::string::npos;
  return is_plain ? value.text : quoted(value.text);
}

template <class Part, class Write>
std::string joined(const std::vector<Part>& parts, std::string_view separator, Write write) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : std::string(separator)) + write(parts[i]);
  return text;
}

std::string variable(const QueryVariable& variable);

std::string setting(const QuerySetting& setting) {
  return setting.value ? name(setting.variable.name) + "=" + value(*setting.value) : variable(setting.variable);
}

std::string variable(const QueryVariable& variable) {
  if (variable.world.empty()) return name(variable.name);
  return name(variable.name) + "_{" + joined(variable.world, ", ", setting) + "}";
}

std::string_view symbol(Comparison comparison) {
  return std::find_if(detail::comparison_symbols.begin(), detail::comparison_symbols.end(),
                      [&](const auto& entry) { return entry.second == comparison; })
      ->first;
}

std::string event(const QueryEvent& event) {
  const std::string left = variable(event.variable);
  if (std::holds_alternative<std::monostate>(event.against)) return left;
  const auto* text = std::get_if<QueryText>(&event.against);
  return left + ' ' + std::string(symbol(event.comparison)) + ' ' +
         (text != nullptr ? value(*text) : variable(std::get<QueryVariable>(event.against)));
}

std::string distribution(const QueryDistribution& distribution);

std::string argument(const QueryArgument& argument) {
  const std::string prefix = argument.name.empty() ? "" : name({argument.name, 1}) + " = ";
  if (const auto* number = std::get_if<double>(&argument.value)) return prefix + shortest(*number);
  return prefix + distribution(std::get<std::vector<QueryDistribution>>(argument.value).front());
}

std::string distribution(const QueryDistribution& distribution) {
  return name(distribution.name) + "(" + joined(distribution.arguments, ", ", argument) + ")";
}

std::string action(const QueryAction& action) {
  const std::string left = name(action.variable);
  if (const auto* text = std::get_if<QueryText>(&action.to)) return left + " = " + value(*text);
  if (const auto* drawn = std::get_if<QueryDistribution>(&action.to)) return left + " ~ " + distribution(*drawn);
  if (const auto* shift = std::get_if<QueryShift>(&action.to)) return left + " += " + shortest(shift->by);
  return left;
}

std::string condition(const QueryCondition& condition) {
  std::string text;
  if (!condition.actions.empty()) text = "do(" + joined(condition.actions, ", ", action) + ")";
  if (!condition.given.empty()) text += (text.empty() ? "" : ", ") + joined(condition.given, ", ", event);
  return text.empty() ? "" : " | " + text;
}

std::string sign(bool is_first, bool is_subtracted) {
  if (is_first) return is_subtracted ? "-" : "";
  return is_subtracted ? " - " : " + ";
}

std::string write(const QueryProbability& probability) {
  return "P(" + joined(probability.of, ", ", event) + condition(probability.condition) + ")";
}

std::string write(const QueryExpectation& expectation) {
  std::string text;
  for (const auto& addend : expectation.of)
    text += sign(text.empty(), addend.is_subtracted) + variable(addend.variable);
  return "E[" + text + condition(expectation.condition) + "]";
}

std::string contrast(const QueryEffect::Contrast& contrast) {
  if (!contrast.value) return name(contrast.variable);
  return name(contrast.variable) + "=" + value(*contrast.value) + " vs " + value(*contrast.reference);
}

std::string write(const QueryEffect& effect) {
  const auto known = std::find_if(detail::effect_names.begin(), detail::effect_names.end(),
                                  [&](const auto& entry) { return entry.second == effect.kind; });
  std::string text = std::string(known->first) + "(" + contrast(effect.treatment) + " -> " + contrast(effect.outcome);
  if (!effect.controlled.empty()) text += "; " + joined(effect.controlled, ", ", setting);
  if (!effect.paths.empty())
    text += "; " +
            joined(effect.paths, ", ", [](const std::vector<QueryText>& path) { return joined(path, " -> ", name); });
  return text + ")";
}

}  // namespace

std::string to_text(const Query& query) {
  std::string text;
  for (const Query::Term& term : query.terms)
    text +=
        sign(text.empty(), term.is_subtracted) + std::visit([](const auto& part) { return write(part); }, term.part);
  return text;
}

}  // namespace equipoise::inline v0
