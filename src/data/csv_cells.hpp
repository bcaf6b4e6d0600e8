// The cells of a CSV text, one after another.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace equipoise::inline v0::detail {

/// Walks the cells of a CSV text. A cell is a view of the text, or of a buffer where quotes had to be undone; it
/// lives until the next cell is read.
class CsvCells {
 public:
  CsvCells(std::string_view text, const std::string& place) : text_(text), place_(&place) {}

  bool at_end() const noexcept { return position_ >= text_.size(); }
  /// The next cell. Throws table_syntax for a quote that is not closed or stands within a cell.
  std::string_view next();
  /// Reads the next cell where it is a plain decimal, such as -12.5, that read_exact_decimal can tell. Where it is not,
  /// returns false and stays before the cell.
  bool next_number(double& value);
  /// Whether the cell just read was the last of its row; the next one begins another row.
  bool row_ended() const noexcept { return row_ended_; }
  /// Whether the cell just read stood in quotes.
  bool was_quoted() const noexcept { return was_quoted_; }
  /// `file:line:column` of the cell just read, from 1, in bytes.
  std::string place_of_cell() const;

 private:
  std::string_view quoted();
  void finish(std::size_t end);

  std::string_view text_;
  const std::string* place_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::size_t cell_start_ = 0;
  bool row_ended_ = false;
  bool was_quoted_ = false;
};

/// Whether the bytes are UTF-8 (RFC 3629).
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace equipoise::inline v0::detail
