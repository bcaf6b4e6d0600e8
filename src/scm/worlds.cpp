#include <equipoise/scm/worlds.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

/// The text of a whole number, as a table or a level names it.
std::string whole_number_text(double value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return error == std::errc{} ? std::string(text, end) : std::string();
}

/// Writes a table's column as a variable's numbers.
void fill_world_column(const Scm& scm, Node v, const Column& column, double* out) {
  const VariableSpec& variable = scm.variable(v);
  if (!variable.has_levels()) {
    if (column.has_levels() &&
        !(column.type == ColumnType::binary && column.levels == std::vector<std::string>{"0", "1"}))
      throw Error(ErrorCode::table_type, "column '" + column.name + "'",
                  "levels, such as '" + column.levels.front() + "'", "numbers, as the model says");
    std::copy(column.values.begin(), column.values.end(), out);
    return;
  }
  std::vector<double> index_of;
  if (column.has_levels()) {
    for (const std::string& text : column.levels) {
      const auto found = std::find(variable.levels.begin(), variable.levels.end(), text);
      index_of.push_back(found == variable.levels.end() ? -1 : static_cast<double>(found - variable.levels.begin()));
    }
  }
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    double index = -1;
    std::string text;
    if (column.has_levels()) {
      index = index_of[static_cast<std::size_t>(column.values[i])];
      if (index < 0) text = column.levels[static_cast<std::size_t>(column.values[i])];
    } else {
      text = whole_number_text(column.values[i]);
      const auto found = std::find(variable.levels.begin(), variable.levels.end(), text);
      if (found != variable.levels.end()) index = static_cast<double>(found - variable.levels.begin());
    }
    if (index < 0)
      throw RowError(ErrorCode::table_type, column.name, i, "'" + text + "'", "one of the variable's levels",
                     suggestion(text, variable.levels));
    out[i] = index;
  }
}

}  // namespace

Eigen::MatrixXd world_of(const Scm& scm, const Table& table, const NodeSet& absent) {
  Eigen::MatrixXd world =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(scm.size()));
  for (Node v = 0; v < scm.size(); ++v)
    if (!absent.contains(v))
      fill_world_column(scm, v, table.column(scm.graph().name(v)), world.data() + v * table.rows());
  return world;
}

Eigen::MatrixXd world_of(const Scm& scm, const Table& table) { return world_of(scm, table, scm.graph().none()); }

Table table_of(const Scm& scm, const Eigen::MatrixXd& world) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  std::vector<Column> columns;
  for (Node v = 0; v < scm.size(); ++v) {
    const VariableSpec& variable = scm.variable(v);
    const auto values = world.col(static_cast<Eigen::Index>(v));
    columns.push_back(
        {variable.name, variable.type, variable.levels, std::vector<double>(values.begin(), values.end())});
  }
  return Table(std::move(columns));
}

}  // namespace equipoise::inline v0
