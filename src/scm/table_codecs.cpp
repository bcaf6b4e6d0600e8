// A row for every configuration of the inputs: {"kind": "table", "parents": ["A"], "probabilities": {"0": [0.3, 0.7],
// …}, "coupling": "gumbel-max"} and {"kind": "lookup", "inputs": ["A", "U"], "values": {"0,0": 0, …}}.
#include <charconv>
#include <utility>

#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "scm/mechanism_codec.hpp"

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t most_configurations = 10'000'000;

/// The key of a row: level indices, the last input's fastest.
std::string configuration_key(std::size_t row, std::span<const std::size_t> levels) {
  std::string key;
  for (std::size_t c = levels.size(); c-- > 0; row /= levels[c])
    key = std::to_string(row % levels[c]) + (key.empty() ? "" : ",") + key;
  return key;
}

/// Level indices as a key lists them: "0,1", or "" for none.
std::vector<std::size_t> indices_of(const JsonValue& at, std::string_view key, std::span<const std::size_t> levels) {
  std::vector<std::size_t> indices;
  const auto wrong = [&](std::string_view part) {
    at.fail(ErrorCode::json_value, "'" + std::string(part) + "'",
            "level indices from 0, one for each of " + std::to_string(levels.size()) + " inputs, as in \"0,1\"");
  };
  while (!key.empty() || indices.size() < levels.size()) {
    const std::size_t comma = key.find(',');
    std::string_view part = key.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error != std::errc{} || end != part.data() + part.size() || indices.size() >= levels.size() ||
        index >= levels[indices.size()])
      wrong(part);
    indices.push_back(index);
    key = comma == std::string_view::npos ? std::string_view{} : key.substr(comma + 1);
    if (comma == std::string_view::npos) break;
  }
  if (indices.size() != levels.size()) wrong(key);
  return indices;
}

/// How many levels each of the inputs that `list` names has.
std::vector<std::size_t> input_levels(const MechanismReading& reading, const JsonValue& list,
                                      const std::vector<std::string>& names) {
  std::vector<std::size_t> levels;
  double configurations = 1;
  for (const std::string& name : names) {
    const std::size_t count = reading.input(name, list).levels.size();
    if (count == 0) list.fail(ErrorCode::json_value, "'" + name + "', a number", "variables with levels");
    configurations *= static_cast<double>(count);
    levels.push_back(count);
  }
  if (configurations > static_cast<double>(most_configurations))
    list.fail(ErrorCode::json_value, "too many configurations", "at most " + std::to_string(most_configurations));
  return levels;
}

/// The rows in row-major order; every configuration once.
std::vector<JsonValue> rows_of(const JsonValue& object, std::span<const std::size_t> levels) {
  std::vector<std::optional<JsonValue>> rows(detail::configuration_count(levels));
  for (const auto& [key, value] : object.members()) {
    std::size_t row = 0;
    const std::vector<std::size_t> indices = indices_of(value, key, levels);
    for (std::size_t c = 0; c < indices.size(); ++c) row = row * levels[c] + indices[c];
    if (rows[row]) value.fail(ErrorCode::json_value, "a configuration that stands there twice", "each once");
    rows[row] = value;
  }
  std::vector<JsonValue> found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!rows[row])
      object.fail(ErrorCode::json_missing_key, "no row '" + configuration_key(row, levels) + "'",
                  "one for every configuration of the inputs");
    found.push_back(*rows[row]);
  }
  return found;
}

VariableSpec infer_from_lookup(const MechanismReading& reading, const JsonValue& value) {
  std::int64_t greatest = 1;
  for (const auto& [key, level] : value.at("values").members())
    greatest = std::max(greatest, level.integer_within(0, 1'000'000));
  return levels_variable(reading.name(), static_cast<std::size_t>(greatest) + 1);
}

NodeMechanism read_lookup(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "inputs", "values"});
  const std::vector<std::string> inputs = value.at("inputs").strings();
  const std::vector<std::size_t> levels = input_levels(reading, value.at("inputs"), inputs);
  const std::size_t own = std::max<std::size_t>(1, reading.levels().size());
  std::vector<std::size_t> values;
  for (const JsonValue& row : rows_of(value.at("values"), levels))
    values.push_back(static_cast<std::size_t>(row.integer_within(0, static_cast<std::int64_t>(own) - 1)));
  return {LookupMechanism(levels, own, std::move(values)), inputs};
}

std::optional<Json> write_lookup(const MechanismWriting& writing, const AnyMechanism& mechanism) {
  const auto* lookup = mechanism.get_if<LookupMechanism>();
  if (lookup == nullptr) return std::nullopt;
  Json values = Json::object();
  for (std::size_t row = 0; row < lookup->values().size(); ++row)
    values[configuration_key(row, lookup->input_levels())] = lookup->values()[row];
  return Json{{"kind", "lookup"}, {"inputs", writing.input_names()}, {"values", values}};
}

VariableSpec infer_from_table(const MechanismReading& reading, const JsonValue& value) {
  const auto rows = value.at("probabilities").members();
  if (rows.empty())
    value.at("probabilities").fail(ErrorCode::json_value, "no rows", "a row for every configuration of the parents");
  return levels_variable(reading.name(), rows.front().second.items().size());
}

NodeMechanism read_table(const MechanismReading& reading, const JsonValue& value) {
  value.allow_keys({"kind", "parents", "probabilities", "coupling"});
  const auto parents = value.find("parents");
  const std::vector<std::string> inputs = parents ? parents->strings() : std::vector<std::string>{};
  const std::vector<std::size_t> levels =
      parents ? input_levels(reading, *parents, inputs) : std::vector<std::size_t>{};
  const std::size_t own = reading.levels().size();
  std::vector<double> table;
  for (const JsonValue& row : rows_of(value.at("probabilities"), levels)) {
    const std::vector<double> p = row.numbers();
    if (p.size() != own)
      row.fail(ErrorCode::json_value, std::to_string(p.size()) + " probabilities",
               std::to_string(own) + ", one a level");
    made_at(row, [&] { return Noise(CategoricalNoise{p}); });
    table.insert(table.end(), p.begin(), p.end());
  }
  return {TableMechanism(ProbabilityTable(levels, own, std::move(table)), coupling_of(value)), inputs};
}

std::optional<Json> write_table(const MechanismWriting& writing, const AnyMechanism& mechanism) {
  const auto* table = mechanism.get_if<TableMechanism>();
  if (table == nullptr) return std::nullopt;
  const ProbabilityTable& kernel = table->kernel();
  const std::size_t levels = kernel.level_count();
  Json rows = Json::object();
  for (std::size_t row = 0; row * levels < kernel.table().size(); ++row)
    rows[configuration_key(row, kernel.input_levels())] =
        std::vector<double>(kernel.table().begin() + static_cast<std::ptrdiff_t>(row * levels),
                            kernel.table().begin() + static_cast<std::ptrdiff_t>((row + 1) * levels));
  Json json = {{"kind", "table"}, {"parents", writing.input_names()}, {"probabilities", rows}};
  put_coupling(table->coupling(), json);
  return json;
}

}  // namespace

constinit const MechanismCodec lookup_codec{"lookup", false, infer_from_lookup, read_lookup, write_lookup};
constinit const MechanismCodec table_codec{"table", false, infer_from_table, read_table, write_table};

}  // namespace equipoise::inline v0
