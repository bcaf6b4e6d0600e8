#include "data/csv_cells.hpp"

#include <algorithm>

#include <equipoise/core/error.hpp>

#include "core/text_place.hpp"
#include "data/csv_numbers.hpp"

namespace equipoise::inline v0::detail {

std::string CsvCells::place_of_cell() const {
  // Counted only when something is wrong: the walk itself keeps no line numbers.
  return *place_ + ':' + line_and_column(text_, cell_start_);
}

std::string_view CsvCells::next() {
  cell_start_ = position_;
  was_quoted_ = position_ < text_.size() && text_[position_] == '"';
  if (was_quoted_) return quoted();
  const char* const begin = text_.data() + position_;
  const char* const end = text_.data() + text_.size();
  const char* at = begin;
  while (at != end && *at != ',' && *at != '\n' && *at != '"') ++at;
  if (at != end && *at == '"')
    throw Error(ErrorCode::table_syntax, place_of_cell(), "a quote within a cell that does not begin with one",
                "the whole cell in quotes, its own quotes doubled");
  const std::size_t stop = static_cast<std::size_t>(at - text_.data());
  std::string_view cell(begin, static_cast<std::size_t>(at - begin));
  if (cell.ends_with('\r') && (at == end || *at == '\n')) cell.remove_suffix(1);
  finish(stop);
  return cell;
}

bool CsvCells::next_number(double& value) {
  const char* const begin = text_.data() + position_;
  const char* const end = text_.data() + text_.size();
  const char* const at = read_exact_decimal(begin, end, value);
  if (at == begin) return false;
  const bool carriage_return = at != end && *at == '\r' && at + 1 != end && at[1] == '\n';
  const char* const stop = at + (carriage_return ? 1 : 0);
  if (stop != end && *stop != ',' && *stop != '\n') return false;
  cell_start_ = position_;
  was_quoted_ = false;
  finish(static_cast<std::size_t>(stop - text_.data()));
  return true;
}

std::string_view CsvCells::quoted() {
  buffer_.clear();
  std::size_t at = position_ + 1;
  for (;;) {
    const std::size_t quote = text_.find('"', at);
    if (quote == std::string_view::npos)
      throw Error(ErrorCode::table_syntax, place_of_cell(), "a quote that is never closed", "a closing quote");
    buffer_.append(text_, at, quote - at);
    at = quote + 1;
    if (at >= text_.size() || text_[at] != '"') break;
    buffer_ += '"';
    ++at;
  }
  if (at < text_.size() && text_[at] == '\r' && (at + 1 == text_.size() || text_[at + 1] == '\n')) ++at;
  if (at < text_.size() && text_[at] != ',' && text_[at] != '\n')
    throw Error(ErrorCode::table_syntax, place_of_cell(), "text after the closing quote of a cell",
                "a comma or the end of the line");
  finish(at);
  return buffer_;
}

void CsvCells::finish(std::size_t end) {
  row_ended_ = end >= text_.size() || text_[end] == '\n';
  position_ = end + 1;
}

bool is_utf8(std::string_view bytes) noexcept {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    std::size_t length = 1;
    char32_t point = lead;
    if (lead >= 0x80) {
      if (lead >= 0xC2 && lead <= 0xDF)
        length = 2, point = lead & 0x1F;
      else if (lead >= 0xE0 && lead <= 0xEF)
        length = 3, point = lead & 0x0F;
      else if (lead >= 0xF0 && lead <= 0xF4)
        length = 4, point = lead & 0x07;
      else
        return false;
      if (i + length > bytes.size()) return false;
      for (std::size_t k = 1; k < length; ++k) {
        const auto byte = static_cast<unsigned char>(bytes[i + k]);
        if ((byte & 0xC0) != 0x80) return false;
        point = (point << 6) | (byte & 0x3F);
      }
      const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
      if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    } else if (lead == 0) {
      return false;  // no text holds a NUL
    }
    i += length;
  }
  return true;
}

}  // namespace equipoise::inline v0::detail
