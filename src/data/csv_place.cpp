#include <cstddef>
#include <string>
#include <string_view>

#include <equipoise/data/csv.hpp>

#include "data/csv_cells.hpp"

namespace equipoise::inline v0 {

std::string csv_place(std::string_view text, const std::string& place, std::size_t row, std::string_view column) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  detail::CsvCells cells(text, place);
  std::size_t wanted = 0, width = 0;
  do {
    if (cells.next() == column) wanted = width;
    ++width;
  } while (!cells.row_ended());
  for (std::size_t left = row + 1; !cells.at_end();) {
    for (std::size_t i = 0; i == 0 || !cells.row_ended(); ++i) {
      const bool empty = cells.next().empty() && !cells.was_quoted();
      if (i == 0 && cells.row_ended() && empty && width > 1) break;  // a blank line
      if (i == 0) --left;
      if (left == 0 && i == wanted) return cells.place_of_cell();
    }
  }
  return place;
}

}  // namespace equipoise::inline v0
