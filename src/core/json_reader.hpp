// JSON from users: every value knows its place, every misspelt key is named.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0 {

/// Objects keep the order in which their keys were written.
using Json = nlohmann::ordered_json;

/// A value within a JSON document, and where it stands: `study.json#/objectives/1/epsilon`. Refers to the document,
/// which must outlive it.
class JsonValue {
 public:
  JsonValue(const Json& json, std::string file, std::string pointer = {})
      : json_(&json), file_(std::move(file)), pointer_(std::move(pointer)) {}

  const Json& json() const noexcept { return *json_; }
  const std::string& file() const noexcept { return file_; }
  std::string place() const {
    const bool within = file_.find("#/") != std::string::npos;  // a document that another document holds
    return pointer_.empty() ? file_ : file_ + (within ? "" : "#") + pointer_;
  }

  bool is_object() const noexcept { return json_->is_object(); }
  bool is_array() const noexcept { return json_->is_array(); }
  bool is_string() const noexcept { return json_->is_string(); }
  bool is_number() const noexcept { return json_->is_number(); }

  /// The member of an object. Throws json_type where this is no object, json_missing_key where it lacks the key.
  JsonValue at(std::string_view key) const;
  /// The member of an object, if it has one (null counts as none).
  std::optional<JsonValue> find(std::string_view key) const;
  /// Every member of an object, in the order written.
  std::vector<std::pair<std::string, JsonValue>> members() const;
  /// Every item of an array.
  std::vector<JsonValue> items() const;
  /// Throws json_unknown_key, with a suggestion, for the first key of this object that is not among these.
  void allow_keys(std::initializer_list<std::string_view> keys) const;

  std::string string() const;
  bool boolean() const;
  /// A finite number.
  double number() const;
  /// A number within [low, high]; throws json_value outside.
  double number_within(double low, double high) const;
  /// A whole number within [low, high].
  std::int64_t integer_within(std::int64_t low, std::int64_t high) const;
  std::vector<double> numbers() const;
  std::vector<std::string> strings() const;
  /// The index of this string among `choices`. Throws json_value, with a suggestion.
  std::size_t choice(std::span<const std::string_view> choices) const;

  [[noreturn]] void fail(ErrorCode code, std::string found, std::string expected, std::string hint = {}) const;

 private:
  void require(bool condition, std::string_view expected) const;

  const Json* json_;
  std::string file_;
  std::string pointer_;
};

/// A parsed document with the name it is known by in messages.
struct JsonDocument {
  Json json;
  std::string file;
  JsonValue root() const { return JsonValue(json, file); }
};

/// Throws json_syntax at `file:line:column` for text that is no JSON (RFC 8259), repeats a key within an object or
/// nests deeper than 100.
JsonDocument parse_json(std::string_view text, std::string file);
JsonDocument read_json(const std::string& path);

/// The document as text: two spaces of indentation, numbers that read back to the same double, a line's end last.
std::string to_text(const Json& json);

}  // namespace equipoise::inline v0
