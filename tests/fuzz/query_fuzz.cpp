// Damaged queries: read or refused by an Error, and what is read is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <equipoise/core/error.hpp>
#include <equipoise/identify/query.hpp>

using namespace equipoise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::optional<Query> read;
  try {
    read = parse_query(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  } catch (const Error&) {
    return 0;
  }
  if (!(parse_query(to_text(*read)) == *read)) std::abort();
  return 0;
}
