#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

#include "graph/graph_text.hpp"

namespace equipoise::inline v0::detail {

namespace {

// A bare name is one in DOT and in DAGitty, and no keyword of either.
bool is_bare(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (!letter(name.front())) return false;
  if (!std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); })) return false;
  static constexpr std::array<std::string_view, 6> keywords{"node", "edge", "graph", "digraph", "subgraph", "strict"};
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  return std::find(keywords.begin(), keywords.end(), lower) == keywords.end();
}

std::string as_id(std::string_view name) {
  if (is_bare(name)) return std::string(name);
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

class TextWriter {
 public:
  TextWriter(const GraphFile& file, bool dagitty)
      : file_(file),
        latent_(file.latent.begin(), file.latent.end()),
        selection_(file.selection.begin(), file.selection.end()),
        dagitty_(dagitty) {}

  std::string write() const {
    std::string text = !dagitty_ ? "digraph {\n" : file_.undirected.empty() ? "dag {\n" : "pdag {\n";
    for (const std::string& node : file_.nodes) {
      const bool latent = latent_.contains(node), selection = selection_.contains(node);
      text += "  " + as_id(node);
      if (latent || selection)
        text += " [" + mark("latent", latent) + (latent && selection ? "," : "") + mark("selection", selection) + "]";
      text += end_;
    }
    for (const NamedEdge& edge : file_.directed) text += line(edge, " -> ", "");
    for (const NamedEdge& edge : file_.bidirected)
      text += dagitty_ ? line(edge, " <-> ", "") : line(edge, " -> ", " [dir=both]");
    for (const NamedEdge& edge : file_.undirected)
      text += dagitty_ ? line(edge, " -- ", "") : line(edge, " -> ", " [dir=none]");
    return text + "}\n";
  }

 private:
  std::string mark(const char* attribute, bool is) const {
    return !is ? "" : dagitty_ ? attribute : std::string(attribute) + "=true";
  }
  std::string line(const NamedEdge& edge, const char* arrow, const char* attributes) const {
    return "  " + as_id(edge.first) + arrow + as_id(edge.second) + attributes + end_;
  }

  static constexpr const char* end_ = ";\n";
  const GraphFile& file_;
  std::unordered_set<std::string_view> latent_, selection_;
  bool dagitty_;
};

}  // namespace

std::string write_graph_text(const GraphFile& file, GraphFormat format) {
  return TextWriter(file, format == GraphFormat::dagitty).write();
}

}  // namespace equipoise::inline v0::detail
