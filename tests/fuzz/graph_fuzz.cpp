// Damaged graph files: read or refused by an Error, and what is read is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <equipoise/core/error.hpp>
#include <equipoise/graph/graph_file.hpp>

using namespace equipoise;

// The first byte chooses the format, or that the content tells it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr GraphFormat formats[] = {GraphFormat::json, GraphFormat::dot, GraphFormat::dagitty, GraphFormat::gml};
  const std::size_t choice = data[0] % 5;
  const std::optional<GraphFormat> format = choice < 4 ? std::optional(formats[choice]) : std::nullopt;
  std::optional<GraphFile> read;
  try {
    read = parse_graph(text, "fuzz", format);
  } catch (const Error&) {
    return 0;
  }
  try {
    causal_graph(*read);
  } catch (const Error&) {  // undirected edges, for one
  }
  for (const GraphFormat written : formats) {
    std::optional<std::string> copy;
    try {
      copy = graph_text(*read, written);
    } catch (const Error&) {  // a format that cannot hold it
      continue;
    }
    if (!(parse_graph(*copy, "fuzz", written) == *read)) std::abort();
  }
  return 0;
}
