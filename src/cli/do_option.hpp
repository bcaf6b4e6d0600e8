// `--do "X=1, Z=0.5"` as an intervention on a model.
#pragma once

#include <string_view>

#include <equipoise/scm/intervention.hpp>

#include "cli/values.hpp"

namespace equipoise::cli {

/// Throws query_syntax or query_unknown_variable at `--do`.
inline Intervention intervention_from(const Scm& scm, std::string_view text) {
  Intervention intervention;
  for (const Assignment& each : parse_assignments("--do", text))
    intervention.push_back(resolve_assignment(scm, each.name, each.value, "--do"));
  return intervention;
}

}  // namespace equipoise::cli
