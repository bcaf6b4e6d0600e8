#include "cli/query_list.hpp"

#include <cstddef>
#include <string_view>

#include <equipoise/core/error.hpp>

#include "core/file.hpp"

namespace equipoise::cli {

std::vector<PlacedQuery> queries_of(const Arguments& arguments) {
  const auto query = arguments.find("--query"), path = arguments.find("--queries");
  if (query.has_value() == path.has_value())
    throw Error(ErrorCode::usage, query ? "--queries" : "--query",
                query ? "both a query and a file of queries" : "no query", "one of --query and --queries");
  if (query) return {{parse_query(*query, "--query"), "--query"}};
  const std::string text = read_file(*path);
  std::vector<PlacedQuery> queries;
  std::size_t line = 0;
  for (std::string_view rest = text; !rest.empty();) {
    ++line;
    const std::size_t end = rest.find('\n');
    const std::string_view written = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::size_t first = written.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || written[first] == '#') continue;
    const std::string place = *path + ":" + std::to_string(line);
    queries.push_back({parse_query(written, place), place});
  }
  if (queries.empty()) throw Error(ErrorCode::table_empty, *path, "no query", "one query a line");
  return queries;
}

}  // namespace equipoise::cli
