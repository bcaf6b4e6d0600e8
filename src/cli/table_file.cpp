#include "cli/table_file.hpp"

#include "core/file.hpp"

namespace equipoise::cli {

TableFile::TableFile(const std::string& path, const CsvOptions& options)
    : path_(path), text_(read_file(path)), file_(parse_csv(text_, path_, options)) {}

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
