#include "core/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <equipoise/core/suggest.hpp>

#include "core/file.hpp"
#include "core/text_place.hpp"

namespace equipoise::inline v0 {

namespace {

constexpr int deepest_nesting = 100;

// What nlohmann says is wrong, less its own place and its quotation of the input.
std::string detail_of(const std::string& message) {
  std::string detail = message;
  for (const char* head : {"] ", " - "})
    if (const auto at = detail.find(head); at != std::string::npos) detail.erase(0, at + std::string_view(head).size());
  for (const char* tail : {"; last read", "; expected"})
    if (const auto at = detail.find(tail); at != std::string::npos) detail.resize(at);
  return detail;
}

std::string_view type_of(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return "a list";
  if (json.is_string()) return "a text";
  if (json.is_number()) return "a number";
  if (json.is_boolean()) return "true or false";
  return "null";
}

std::string shown(const Json& json) {
  if (json.is_object() || json.is_array()) return std::string(type_of(json));
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t longest_shown = 60;
  if (text.size() > longest_shown) text = text.substr(0, longest_shown) + "…";
  return text;
}

std::string escaped(std::string_view key) {  // RFC 6901
  std::string text;
  for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

}  // namespace

void JsonValue::fail(ErrorCode code, std::string found, std::string expected, std::string hint) const {
  throw Error(code, place(), std::move(found), std::move(expected), std::move(hint));
}

void JsonValue::require(bool condition, std::string_view expected) const {
  if (!condition) fail(ErrorCode::json_type, shown(*json_), std::string(expected));
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  require(is_object(), "an object");
  const auto found = json_->find(std::string(key));
  if (found == json_->end() || found->is_null()) return std::nullopt;
  return JsonValue(*found, file_, pointer_ + '/' + escaped(key));
}

JsonValue JsonValue::at(std::string_view key) const {
  if (auto value = find(key)) return *std::move(value);
  fail(ErrorCode::json_missing_key, "the key '" + std::string(key) + "' is missing", "an object that has it");
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
  require(is_object(), "an object");
  std::vector<std::pair<std::string, JsonValue>> result;
  for (const auto& [key, value] : json_->items())
    result.emplace_back(key, JsonValue(value, file_, pointer_ + '/' + escaped(key)));
  return result;
}

std::vector<JsonValue> JsonValue::items() const {
  require(is_array(), "a list");
  std::vector<JsonValue> result;
  for (std::size_t i = 0; i < json_->size(); ++i)
    result.emplace_back((*json_)[i], file_, pointer_ + '/' + std::to_string(i));
  return result;
}

void JsonValue::allow_keys(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : members()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string known;
    for (const auto each : keys) known += (known.empty() ? "" : ", ") + std::string(each);
    value.fail(ErrorCode::json_unknown_key, "unknown key '" + key + "'", "one of " + known, suggestion(key, keys));
  }
}

std::string JsonValue::string() const {
  require(is_string(), "a text");
  return json_->get<std::string>();
}

bool JsonValue::boolean() const {
  require(json_->is_boolean(), "true or false");
  return json_->get<bool>();
}

double JsonValue::number() const {
  require(is_number(), "a number");
  const double value = json_->get<double>();
  if (!std::isfinite(value)) fail(ErrorCode::json_value, shown(*json_), "a number within the range of a double");
  return value;
}

double JsonValue::number_within(double low, double high) const {
  const double value = number();
  if (value < low || value > high)
    fail(ErrorCode::json_value, shown(*json_),
         std::isinf(high) ? "a number of " + Json(low).dump() + " or more"
                          : "a number from " + Json(low).dump() + " to " + Json(high).dump());
  return value;
}

std::int64_t JsonValue::integer_within(std::int64_t low, std::int64_t high) const {
  const double value = number();
  if (value != std::floor(value) || value < static_cast<double>(low) || value > static_cast<double>(high))
    fail(ErrorCode::json_value, shown(*json_),
         "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return json_->is_number_integer() ? json_->get<std::int64_t>() : static_cast<std::int64_t>(value);
}

std::vector<double> JsonValue::numbers() const {
  std::vector<double> result;
  for (const auto& item : items()) result.push_back(item.number());
  return result;
}

std::vector<std::string> JsonValue::strings() const {
  std::vector<std::string> result;
  for (const auto& item : items()) result.push_back(item.string());
  return result;
}

std::size_t JsonValue::choice(std::span<const std::string_view> choices) const {
  const std::string text = string();
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string known;
  for (const auto each : choices) known += (known.empty() ? "" : ", ") + std::string(each);
  fail(ErrorCode::json_value, shown(*json_), "one of " + known, suggestion(text, choices));
}

JsonDocument parse_json(std::string_view text, std::string file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw Error(ErrorCode::json_syntax, file, "an empty file", "a JSON document");
  std::vector<std::unordered_set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest_nesting)
      throw Error(ErrorCode::json_syntax, file, "values nested deeper than " + std::to_string(deepest_nesting),
                  "a flatter document");
    const auto level = static_cast<std::size_t>(depth);
    if (keys.size() <= level + 1) keys.resize(level + 2);
    if (event == Json::parse_event_t::object_start) keys[level + 1].clear();
    if (event == Json::parse_event_t::key) {
      auto key = parsed.get<std::string>();
      if (!keys[level].insert(key).second)
        throw Error(ErrorCode::json_syntax, file, "the key '" + key + "' stands twice in one object", "every key once");
    }
    return true;
  };
  try {
    Json json = Json::parse(text.begin(), text.end(), check);
    return {std::move(json), std::move(file)};
  } catch (const Json::parse_error& error) {
    throw Error(ErrorCode::json_syntax,
                file + ':' + detail::line_and_column(text, error.byte == 0 ? 0 : error.byte - 1),
                detail_of(error.what()), "valid JSON");
  } catch (const Json::exception& error) {  // a number beyond a double's range
    throw Error(ErrorCode::json_syntax, file, detail_of(error.what()), "valid JSON");
  }
}

JsonDocument read_json(const std::string& path) { return parse_json(read_file(path), path); }

std::string to_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace equipoise::inline v0
