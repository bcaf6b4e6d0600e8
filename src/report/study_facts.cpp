#include "report/study_facts.hpp"

#include <optional>
#include <string_view>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

namespace {

const Json* find(const Json& json, std::string_view key) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

const Json* find(const Json& json, std::string_view outer, std::string_view inner) {
  const Json* found = find(json, outer);
  return found ? find(*found, inner) : nullptr;
}

// A value in words: "logistic", "dept, gender", "validation 0.2, test 0.2".
std::string in_words(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_structured()) return json.dump();
  std::string words;
  for (const auto& [key, value] : json.items()) {
    const std::string each = in_words(value);
    if (each.empty()) continue;
    words += (words.empty() ? "" : ", ") + (json.is_object() ? key + ' ' : std::string{}) + each;
  }
  return words;
}

std::string data_in_words(const Json& data) {
  const Json *csv = find(data, "csv"), *rows = find(data, "rows");
  if (csv) return in_words(*csv);
  if (find(data, "text")) return "a table that the study holds";
  return (rows ? in_words(*rows) + " rows" : std::string("rows")) + " drawn from a structural causal model";
}

std::string string_at(const Json& json, std::string_view key) {
  const Json* found = find(json, key);
  return found && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

StudyFacts read_study_facts(const std::string& study, const std::string& place) {
  const JsonDocument document = parse_json(study, place);
  const Json& root = document.json;
  if (!root.is_object()) document.root().fail(ErrorCode::json_type, "no object", "a study");
  StudyFacts facts;
  facts.text = study;
  const auto add = [&facts](const char* label, const Json* value) {
    if (!value) return;
    if (std::string words = in_words(*value); !words.empty()) facts.computed.emplace_back(label, std::move(words));
  };
  if (const Json* data = find(root, "data")) {
    facts.computed.emplace_back("Data", data_in_words(*data));
    facts.counts_people = find(*data, "weight") != nullptr;
    facts.truth_known = find(*data, "scm") != nullptr;
    add("Weights", find(*data, "weight"));
    add("Missing values", find(*data, "missing"));
  }
  add("Features", find(root, "features"));
  add("Environment", find(root, "environment"));
  add("Predictor", find(root, "predictor"));
  add("Structural causal model", find(root, "scm", "fit"));
  add("Search for balances", find(root, "frontier", "method"));
  add("Points per arm", find(root, "frontier", "points"));
  add("Replicates", find(root, "frontier", "replicates"));
  add("Arms", find(root, "arms"));
  add("Split", find(root, "split"));
  add("Versions", find(root, "versions"));
  if (const Json* attributes = find(root, "protected"); attributes && attributes->is_array())
    for (const Json& each : *attributes) facts.protected_attributes.push_back(string_at(each, "column"));
  if (const Json* objectives = find(root, "objectives"); objectives && objectives->is_array()) {
    for (const Json& each : *objectives) {
      const std::string kind = string_at(each, "kind"), name = string_at(each, "name");
      facts.kinds.emplace(name.empty() ? kind : name, kind);
      facts.seeded_noise = facts.seeded_noise || string_at(each, "noise") == "seeded-for-research";
    }
  }
  return facts;
}

}  // namespace equipoise::inline v0
