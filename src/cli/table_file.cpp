#include "cli/table_file.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/file.hpp"

namespace equipoise::cli {

TableFile::TableFile(const std::string& path, const CsvOptions& options) : TableFile(path, read_file(path), options) {}

TableFile::TableFile(const std::string& path, std::string text, const CsvOptions& options)
    : path_(path), text_(std::move(text)), file_(parse_csv(text_, path_, options)) {}

TableFile TableFile::joint(const std::string& path, CsvOptions options) {
  std::string text = read_file(path);
  for (const std::string name : {"p", "count"}) {
    const bool is_wanted = std::find(options.wanted.begin(), options.wanted.end(), name) != options.wanted.end();
    if (options.weight || is_wanted) continue;
    if (parse_csv(text, path, {.wanted = {name}, .wanted_may_be_absent = true}).table.find(name)) options.weight = name;
  }
  return TableFile(path, std::move(text), options);
}

void TableFile::fail(const RowError& error) const {
  if (dropped_rows() > 0) fail(static_cast<const Error&>(error));  // the table's rows are not the file's
  const std::string in_column = error.column().empty() ? "" : " in column '" + error.column() + "'";
  throw Error(error.code(), csv_place(text_, path_, error.row(), error.column()), error.found() + in_column,
              error.expected(), error.hint());
}

void TableFile::fail(const Error& error) const {
  throw Error(error.code(), error.place().empty() ? path_ : path_ + ": " + error.place(), error.found(),
              error.expected(), error.hint());
}

}  // namespace equipoise::cli
