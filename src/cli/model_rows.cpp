#include "cli/model_rows.hpp"

#include <algorithm>

#include <equipoise/core/number.hpp>

namespace equipoise::cli {

CsvOptions csv_options(const Scm& scm) {
  CsvOptions csv{.wanted = scm.graph().names()};
  for (Node v = 0; v < scm.size(); ++v) {
    const VariableSpec& variable = scm.variable(v);
    const bool all_numbers = std::all_of(variable.levels.begin(), variable.levels.end(),
                                         [](const std::string& level) { return parse_number(level).has_value(); });
    if (!variable.has_levels())
      csv.columns.push_back({.name = variable.name, .type = ColumnType::continuous});
    else if (!all_numbers)  // those that are may be written otherwise, such as 1.0
      csv.columns.push_back({.name = variable.name, .type = ColumnType::categorical});
  }
  return csv;
}

}  // namespace equipoise::cli
