#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/data/csv.hpp>
#include <equipoise/data/csv_rows.hpp>

#include "core/file.hpp"

namespace equipoise::inline v0 {

std::string csv_text(const Table& table, std::string_view weight_column) {
  std::vector<CsvRows::Column> columns;
  std::vector<const double*> values;
  for (const Column& column : table.columns()) {
    columns.push_back({column.name, column.levels});
    values.push_back(column.values.data());
  }
  if (!weight_column.empty()) {
    columns.push_back({std::string(weight_column)});
    values.push_back(table.weights().data());
  }
  const CsvRows lines(columns);
  std::string text = lines.header();
  lines.append(values, table.rows(), text);
  return text;
}

void write_csv(const std::string& path, const Table& table, std::string_view weight_column) {
  write_file(path, csv_text(table, weight_column));
}

}  // namespace equipoise::inline v0
