#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

#include "graph/gml.hpp"
#include "graph/gml_scanner.hpp"

namespace equipoise::inline v0::detail {

std::string write_gml(const GraphFile& file) {
  const std::unordered_set<std::string_view> latent(file.latent.begin(), file.latent.end()),
      selection(file.selection.begin(), file.selection.end());
  std::unordered_map<std::string_view, std::size_t> ids;
  std::string text = "graph [\n  directed 1\n";
  for (const std::string& node : file.nodes) {
    const std::size_t id = ids.size();
    ids.emplace(node, id);
    text += "  node [ id " + std::to_string(id) + " label \"" + with_entities(node) + '"';
    if (latent.contains(node)) text += " latent 1";
    if (selection.contains(node)) text += " selection 1";
    text += " ]\n";
  }
  const auto id_of = [&](const std::string& node) {
    if (const auto found = ids.find(node); found != ids.end()) return std::to_string(found->second);
    throw Error(ErrorCode::graph_unknown_node, file.place, "an edge names the unknown node '" + node + "'",
                "a node of the graph", suggestion(node, file.nodes));
  };
  const auto write = [&](const std::vector<NamedEdge>& edges, std::string_view graphics) {
    for (const auto& [from, to] : edges)
      text += "  edge [ source " + id_of(from) + " target " + id_of(to) + std::string(graphics) + " ]\n";
  };
  write(file.directed, "");
  write(file.bidirected, " graphics [ arrow \"both\" ]");
  write(file.undirected, " graphics [ arrow \"none\" ]");
  return text + "]\n";
}

}  // namespace equipoise::inline v0::detail
