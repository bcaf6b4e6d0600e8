// Graphs and declared variables in short, for private fits.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <equipoise/privacy/private_scm_plan.hpp>

namespace equipoise::testing {

inline CausalGraph graph_of(std::vector<std::string> names, const std::vector<NamedEdge>& directed,
                            const std::vector<NamedEdge>& bidirected = {}) {
  return CausalGraph(std::move(names), directed, bidirected);
}

/// Levels "0", "1", …
inline DeclaredVariable with_levels(const std::string& name, std::size_t count) {
  DeclaredVariable declared{{name, count == 2 ? ColumnType::binary : ColumnType::categorical, {}}};
  for (std::size_t k = 0; k < count; ++k) declared.variable.levels.push_back(std::to_string(k));
  return declared;
}

inline DeclaredVariable number(const std::string& name, double low, double high) {
  return {{name, ColumnType::continuous, {}}, low, high};
}

}  // namespace equipoise::testing
