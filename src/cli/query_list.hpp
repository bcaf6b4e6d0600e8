// The queries of a command: --query, or a file of one a line.
#pragma once

#include <string>
#include <vector>

#include <equipoise/identify/query.hpp>

#include "cli/verb.hpp"

namespace equipoise::cli {

struct PlacedQuery {
  Query query;
  std::string place;  ///< "--query", or "queries.txt:3"
};

/// Lines that are blank or begin with # are passed over. Throws usage where not one of the two options is given,
/// query_syntax and query_overlap, file_missing and file_unreadable, and table_empty for a file without a query.
std::vector<PlacedQuery> queries_of(const Arguments& arguments);

}  // namespace equipoise::cli
