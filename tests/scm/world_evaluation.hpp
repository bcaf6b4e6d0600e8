// Values of a model's variables in other worlds, worked out two ways: copy by copy, and, as a judge, straight from the
// definition by recursion over what a query writes.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/identify/query.hpp>
#include <equipoise/scm/parallel_worlds.hpp>

namespace equipoise::testing {

/// Units of a model: every private noise and exogenous variable, drawn.
struct Units {
  const Scm& model;
  std::size_t rows;
  std::vector<std::vector<std::vector<double>>> noise;  // [variable][noise][row]
  std::vector<std::vector<double>> exogenous;

  Units(const Scm& scm, std::size_t count, std::uint64_t seed) : model(scm), rows(count) {
    for (Node v = 0; v < scm.size(); ++v) {
      noise.emplace_back(scm.mechanism(v).noise_count(), std::vector<double>(count));
      std::vector<double*> columns;
      for (auto& column : noise.back()) columns.push_back(column.data());
      scm.mechanism(v).draw_noise(stream(seed, v), {0, count}, columns);
    }
    for (std::size_t e = 0; e < scm.exogenous().size(); ++e) {
      exogenous.emplace_back(count);
      draw(scm.exogenous()[e].noise, stream(seed, scm.size() + e), {0, count}, exogenous.back().data());
    }
  }

  static RandomStream stream(std::uint64_t seed, std::size_t point) {
    return RandomStream({.seed = seed, .purpose = Purpose::test, .point = static_cast<std::uint32_t>(point)});
  }

  std::vector<double> evaluated(const AnyMechanism& mechanism, Node of_noise, const std::vector<Scm::Input>& inputs,
                                const std::vector<const double*>& endogenous) const {
    std::vector<const double*> in, own;
    std::size_t next = 0;
    for (const Scm::Input& input : inputs)
      in.push_back(input.exogenous ? exogenous[input.index].data() : endogenous[next++]);
    if (of_noise < model.size())
      for (const auto& column : noise[of_noise]) own.push_back(column.data());
    const std::vector<double> nothing(rows);
    while (own.size() < mechanism.noise_count()) own.push_back(nothing.data());
    std::vector<double> value(rows);
    mechanism.evaluate(in, own, {0, rows}, value.data());
    return value;
  }
};

/// Every copy's value, a column each. Rules must be deterministic.
inline std::vector<std::vector<double>> values_of_copies(const ParallelWorlds& worlds, const Units& units) {
  std::vector<std::vector<double>> values;
  for (const WorldCopy& copy : worlds.copies()) {
    if (const double* constant = copy.constant(); constant != nullptr && copy.inputs.empty()) {
      values.emplace_back(units.rows, *constant);
      continue;
    }
    std::vector<const double*> endogenous;
    for (const Scm::Input& input : copy.inputs)
      if (!input.exogenous) endogenous.push_back(values[input.index].data());
    values.push_back(units.evaluated(copy.mechanism, copy.noise, copy.inputs, endogenous));
  }
  return values;
}

/// Y_{…} by recursion over its subscripts; values of settings are numbers or level indices.
inline std::vector<double> value_by_definition(const QueryVariable& of, const Units& units) {
  const CausalGraph& graph = units.model.graph();
  const Node v = graph.node(of.name.text);
  for (const QuerySetting& setting : of.world)
    if (setting.variable.name == of.name)
      return setting.value ? std::vector<double>(units.rows, std::stod(setting.value->text))
                           : value_by_definition(setting.variable, units);
  std::vector<std::vector<double>> columns;
  QueryVariable cause = of;
  for (const Scm::Input& input : units.model.inputs(v)) {
    if (input.exogenous) continue;
    cause.name.text = graph.name(input.index);
    columns.push_back(value_by_definition(cause, units));
  }
  std::vector<const double*> endogenous;
  for (const auto& column : columns) endogenous.push_back(column.data());
  const auto inputs = units.model.inputs(v);
  return units.evaluated(units.model.mechanism(v), v, {inputs.begin(), inputs.end()}, endogenous);
}

}  // namespace equipoise::testing
