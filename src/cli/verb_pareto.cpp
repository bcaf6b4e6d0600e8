// `equipoise pareto`: which points of a file are worth having.
#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/frontier/dominance.hpp>
#include <equipoise/frontier/hypervolume.hpp>
#include <equipoise/frontier/knee.hpp>

#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

/// The objectives of a file, turned so that lower is better: points x objectives.
struct Points {
  std::vector<std::string> names;
  std::vector<double> sign;  ///< -1 where the user maximises
  Eigen::MatrixXd values;
};

bool is_numeric(const Column& column) {
  return !column.has_levels() || (column.levels.size() == 2 && column.levels[0] == "0" && column.levels[1] == "1");
}

// A column of names is a label; one where some cells are numbers is a column of numbers with a fault in it.
void refuse_stray_numbers(const Column& column, const std::string& path) {
  const auto reads_as_number = [](const std::string& text) { return parse_number(text).has_value(); };
  const auto& levels = column.levels;
  const auto number = std::find_if(levels.begin(), levels.end(), reads_as_number);
  if (number == levels.end()) return;
  const auto text = std::find_if_not(levels.begin(), levels.end(), reads_as_number);
  throw Error(ErrorCode::table_type, path,
              "column '" + column.name + "' holds the number " + *number + " and the text '" + *text + "'",
              "numbers alone, or names alone");
}

Points read_points(const Arguments& arguments, Session& session) {
  const std::string path = arguments.text("--points");
  const Table table = read_csv(path).table;
  const std::vector<std::string> maximized = arguments.list("--maximize"), chosen = arguments.list("--objectives");
  const auto is_in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : chosen)
    if (!is_numeric(table.column(name)))
      throw Error(ErrorCode::table_type, "--objectives", "column '" + name + "' of " + path + ", which holds texts",
                  "columns of numbers");
  Points points;
  std::vector<const Column*> columns;
  for (const Column& column : table.columns()) {
    if (!chosen.empty() && !is_in(chosen, column.name)) continue;
    if (!is_numeric(column)) {
      refuse_stray_numbers(column, path);
      session.warn("column '" + column.name + "' holds texts and is taken for a label, not an objective");
      continue;
    }
    columns.push_back(&column);
    points.names.push_back(column.name);
    points.sign.push_back(is_in(maximized, column.name) ? -1 : 1);
  }
  if (columns.empty()) throw Error(ErrorCode::table_type, path, "no column of numbers", "a column for each objective");
  for (const std::string& name : maximized)
    if (!is_in(points.names, name))
      throw Error(ErrorCode::table_unknown_column, "--maximize", "no objective '" + name + "' in " + path,
                  "one of its columns", suggestion(name, points.names));
  points.values.resize(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    for (std::size_t i = 0; i < table.rows(); ++i)
      points.values(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          points.sign[j] * columns[j]->values[i];
  return points;
}

// In the turned sense; the worst of each objective where the user names none.
std::vector<double> reference_of(const Arguments& arguments, const Points& points) {
  std::vector<double> reference;
  if (!arguments.has("--reference")) {
    for (Eigen::Index j = 0; j < points.values.cols(); ++j) reference.push_back(points.values.col(j).maxCoeff());
    return reference;
  }
  reference = arguments.numbers("--reference");
  if (reference.size() != points.names.size())
    throw Error(ErrorCode::usage, "--reference", std::to_string(reference.size()) + " numbers",
                std::to_string(points.names.size()) + ", one an objective");
  for (std::size_t j = 0; j < reference.size(); ++j) reference[j] *= points.sign[j];
  return reference;
}

std::string shown(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

void run(const Arguments& arguments, Session& session) {
  const Points points = read_points(arguments, session);
  const std::vector<double> turned = reference_of(arguments, points);
  const double volume = hypervolume(points.values, turned);
  const std::vector<std::size_t> rank = non_domination_ranks(points.values);
  const std::optional<std::size_t> bend = knee(points.values);
  std::vector<double> reference;
  for (std::size_t j = 0; j < turned.size(); ++j) reference.push_back(points.sign[j] * turned[j]);
  if (arguments.json()) {
    nlohmann::ordered_json document = {
        {"hypervolume", volume}, {"reference", reference}, {"objectives", points.names}, {"rank", rank}};
    document["knee"] = bend ? nlohmann::ordered_json(*bend) : nlohmann::ordered_json();
    session.print_json(document);
    return;
  }
  const auto front = static_cast<std::size_t>(std::count(rank.begin(), rank.end(), std::size_t{0}));
  std::string text = std::to_string(front) + " of " + std::to_string(rank.size()) + " points are not dominated:";
  for (std::size_t i = 0; i < rank.size(); ++i)
    if (rank[i] == 0) text += ' ' + std::to_string(i);
  text += "\nhypervolume " + shown(volume) + " against the reference (";
  for (std::size_t j = 0; j < reference.size(); ++j)
    text += (j ? ", " : "") + points.names[j] + " " + shown(reference[j]);
  text += ")\n";
  if (bend) text += "knee: point " + std::to_string(*bend) + "\n";
  session.print(text + "Points are counted from 0, in the order of the file's rows.\n");
}

const Registration registered{
    {.name = "pareto",
     .summary = "which points of a file are worth having",
     .description =
         "Ranks the points of a CSV file, a column an objective and lower better unless said: the front that no other "
         "point beats (rank 0) and those behind it, the hypervolume that the front dominates, and its knee. Without "
         "--reference the worst value of each objective stands for it. Columns of texts are labels.",
     .options = {{.name = "--points", .value = "FILE", .help = "the points, as CSV", .required = true},
                 {.name = "--objectives",
                  .value = "COLUMNS",
                  .help = "the columns that are objectives, where not all are"},
                 {.name = "--reference", .value = "NUMBERS", .help = "the reference point, a number an objective"},
                 {.name = "--maximize", .value = "COLUMNS", .help = "objectives of which more is better"}},
     .examples =
         {"equipoise pareto --points frontier.csv --objectives error-rate,demographic-parity --reference 0.25,0.2",
          "equipoise pareto --points results.csv --maximize accuracy"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
