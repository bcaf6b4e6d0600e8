// The table that a verb reads, whose errors say where in its file they stand.
#pragma once

#include <cstddef>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>

namespace equipoise::cli {

class TableFile {
 public:
  /// "-" is standard input. Throws as read_csv does.
  TableFile(const std::string& path, const CsvOptions& options);

  /// The same for what may be a joint distribution: where the options name no column of weights, `p` or else `count` is
  /// one, unless it is wanted for itself.
  static TableFile joint(const std::string& path, CsvOptions options);

  const Table& table() const noexcept { return file_.table; }
  std::size_t dropped_rows() const noexcept { return file_.dropped_rows; }

  /// function(table()): what it finds wrong with the table is thrown on with the file's name before its place, and with
  /// line and column for it where a row is at fault.
  template <class Function>
  auto use(Function function) const {
    try {
      return function(table());
    } catch (const RowError& error) {
      fail(error);
    } catch (const Error& error) {
      fail(error);
    }
  }

 private:
  TableFile(const std::string& path, std::string text, const CsvOptions& options);

  [[noreturn]] void fail(const RowError& error) const;
  [[noreturn]] void fail(const Error& error) const;

  std::string path_, text_;
  CsvFile file_;
};

}  // namespace equipoise::cli
