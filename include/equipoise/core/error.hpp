// Errors are part of the interface: what a user's mistake looks like, wherever it is found.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace equipoise::inline v0 {

/// Stable identities of errors, documented one by one in docs/errors.md.
/// The hundreds digit is the module that found it.
enum class ErrorCode : int {
  // 1xx graph
  graph_cycle = 101,
  graph_self_loop = 102,
  graph_repeated_edge = 103,
  graph_unknown_node = 104,
  graph_syntax = 105,
  graph_unsupported = 106,
  // 2xx identify
  query_syntax = 201,
  query_unknown_variable = 202,
  query_overlap = 203,
  query_unknown_value = 204,
  query_unsupported = 205,
  // 3xx scm
  scm_invalid = 301,
  scm_missing_rung = 302,
  scm_formula = 303,
  scm_fit = 304,
  scm_no_support = 305,
  // 4xx objective
  objective_invalid = 401,
  objective_mismatch = 402,
  // 5xx train
  train_not_converged = 501,
  train_refused = 502,
  study_changed = 503,
  // 6xx data and files
  file_missing = 601,
  file_unreadable = 602,
  file_unwritable = 603,
  table_syntax = 604,
  table_unknown_column = 605,
  table_type = 606,
  table_missing_value = 607,
  table_empty = 608,
  json_syntax = 609,
  json_unknown_key = 610,
  json_missing_key = 611,
  json_type = 612,
  json_value = 613,
  // 7xx values, numbers and the command line
  usage = 701,
  value_out_of_range = 702,
  singular = 703,
  infeasible = 704,
  no_positivity = 705,
};

/// Who can mend it: the caller's command (usage), a file or value they brought (input), or nobody,
/// because what was asked cannot be computed from what was given (computation).
enum class ErrorKind { usage, input, computation };

constexpr ErrorKind kind_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage: return ErrorKind::usage;
    case ErrorCode::scm_fit:
    case ErrorCode::scm_no_support:
    case ErrorCode::scm_missing_rung:
    case ErrorCode::train_not_converged:
    case ErrorCode::singular:
    case ErrorCode::infeasible:
    case ErrorCode::no_positivity: return ErrorKind::computation;
    default: return ErrorKind::input;
  }
}

/// A user's mistake, or a computation that their input does not allow.
///
/// what() is one line: `PLACE: found; expected`, followed by ` (hint)` where there is one. A place is
/// `file.csv:17:3`, `study.json#/objectives/1/epsilon`, `--query:5`, or a variable and a row.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string place, std::string found, std::string expected = {}, std::string hint = {})
      : std::runtime_error(one_line(place, found, expected, hint)),
        code_(code),
        place_(std::move(place)),
        found_(std::move(found)),
        expected_(std::move(expected)),
        hint_(std::move(hint)) {}

  ErrorCode code() const noexcept { return code_; }
  ErrorKind kind() const noexcept { return kind_of(code_); }
  const std::string& place() const noexcept { return place_; }
  const std::string& found() const noexcept { return found_; }
  const std::string& expected() const noexcept { return expected_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  // Text from a user's file may hold anything; an error stays one printable line whatever it quotes.
  static void append_printable(std::string& line, std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      line += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
  }

  static std::string one_line(const std::string& place, const std::string& found, const std::string& expected,
                              const std::string& hint) {
    std::string line;
    if (!place.empty()) {
      append_printable(line, place);
      line += ": ";
    }
    append_printable(line, found);
    if (!expected.empty()) {
      line += "; ";
      append_printable(line, expected);
    }
    if (!hint.empty()) {
      line += " (";
      append_printable(line, hint);
      line += ')';
    }
    return line;
  }

  ErrorCode code_;
  std::string place_, found_, expected_, hint_;
};

/// An error of one row of a table, so that whoever knows the table's file can say where it stands there. Its place is
/// `column 'x', row 3`, or `row 3` where no column is named.
class RowError : public Error {
 public:
  /// row: from 0.
  RowError(ErrorCode code, const std::string& column, std::size_t row, std::string found, std::string expected = {},
           std::string hint = {})
      : Error(code, (column.empty() ? "" : "column '" + column + "', ") + "row " + std::to_string(row + 1),
              std::move(found), std::move(expected), std::move(hint)),
        column_(column),
        row_(row) {}

  const std::string& column() const noexcept { return column_; }
  std::size_t row() const noexcept { return row_; }

 private:
  std::string column_;
  std::size_t row_;
};

}  // namespace equipoise::inline v0
