#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/core/suggest.hpp>

#include "graph/gml.hpp"
#include "graph/gml_scanner.hpp"
#include "graph/graph_builder.hpp"
#include "graph/graph_text.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr int deepest_nesting = 100;

/// Where an edge has its arrowheads, as `graphics [ arrow … ]` says.
constexpr std::array<std::string_view, 4> arrows{"none", "first", "last", "both"};

struct GmlNode {
  std::optional<std::int64_t> id = {};
  std::optional<std::string> label = {}, name = {};
  bool latent = false, selection = false;
};

struct GmlEdge {
  std::size_t begin;
  std::optional<std::int64_t> source = {}, target = {};
  std::optional<std::size_t> arrow = {};  ///< an index into `arrows`
};

/// Keys that mean nothing to a causal graph are passed over, whatever their values hold.
class GmlReader {
 public:
  GmlReader(std::string_view text, const std::string& place) : scanner_(text, place), place_(place) {}

  GraphFile read() {
    bool met = false;
    while (scanner_.peek().kind != GmlToken::Kind::end) {
      const GmlToken key = take_key();
      if (key.text != "graph") {
        skip_value(1);
        continue;
      }
      if (met) scanner_.fail(key, "one graph");
      met = true;
      read_graph();
    }
    if (!met) scanner_.fail(scanner_.peek(), "'graph [ … ]'");
    for (const GmlEdge& edge : edges_) add(edge);
    return builder_.finish(place_);
  }

 private:
  GmlToken take_key() {
    if (scanner_.peek().kind != GmlToken::Kind::key) scanner_.fail(scanner_.peek(), "a key");
    return scanner_.take();
  }

  /// Calls with_key(key) for every key of a list in brackets; it must take the value.
  template <class WithKey>
  void read_list(WithKey with_key) {
    if (scanner_.peek().kind != GmlToken::Kind::open) scanner_.fail(scanner_.peek(), "'['");
    scanner_.take();
    while (scanner_.peek().kind != GmlToken::Kind::close) {
      if (scanner_.peek().kind != GmlToken::Kind::key) scanner_.fail(scanner_.peek(), "a key or ']'");
      with_key(scanner_.take());
    }
    scanner_.take();
  }

  void skip_value(int depth) {
    const GmlToken& value = scanner_.peek();
    if (value.kind == GmlToken::Kind::number || value.kind == GmlToken::Kind::quoted) {
      scanner_.take();
    } else if (value.kind == GmlToken::Kind::open) {
      if (depth > deepest_nesting)
        scanner_.fail(value, "brackets nested no deeper than " + std::to_string(deepest_nesting));
      read_list([&](const GmlToken&) { skip_value(depth + 1); });
    } else {
      scanner_.fail(value, "a number, a text in quotes or '['");
    }
  }

  std::int64_t take_integer() {
    const GmlToken value = scanner_.take();
    std::string_view digits = value.text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t result = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
    if (value.kind != GmlToken::Kind::number || error != std::errc() || end != digits.data() + digits.size())
      scanner_.fail(value, "a whole number");
    return result;
  }

  /// A text in quotes, or a number as it is written.
  std::string take_text() {
    const GmlToken value = scanner_.take();
    if (value.kind == GmlToken::Kind::quoted) return resolve_entities(value.text);
    if (value.kind != GmlToken::Kind::number) scanner_.fail(value, "a text in quotes");
    return std::string(value.text);
  }

  bool take_truth() {
    const GmlToken value = scanner_.take();
    if (value.text == "1" || value.text == "true") return true;
    if (value.text != "0" && value.text != "false") scanner_.fail(value, "1 or 0");
    return false;
  }

  template <class Slot, class Value>
  void set_once(Slot& slot, const GmlToken& key, Value value) const {
    if (slot)
      throw Error(ErrorCode::graph_syntax, scanner_.place_of(key.begin), "a second '" + std::string(key.text) + "'",
                  "one");
    slot = std::move(value);
  }

  void read_graph() {
    std::optional<bool> directed;
    read_list([&](const GmlToken& key) {
      if (key.text == "directed")
        set_once(directed, key, take_truth());
      else if (key.text == "node")
        read_node(key);
      else if (key.text == "edge")
        read_edge(key);
      else
        skip_value(2);
    });
    is_directed_ = directed.value_or(false);
  }

  void read_node(const GmlToken& at) {
    GmlNode node;
    read_list([&](const GmlToken& key) {
      if (key.text == "id")
        set_once(node.id, key, take_integer());
      else if (key.text == "label")
        set_once(node.label, key, take_text());
      else if (key.text == "name" && scanner_.peek().kind == GmlToken::Kind::quoted)
        set_once(node.name, key, take_text());
      else if (key.text == "latent")
        node.latent = take_truth();
      else if (key.text == "selection")
        node.selection = take_truth();
      else
        skip_value(3);
    });
    placed([&] { return scanner_.place_of(at.begin); }, [&] { add(node); });
  }

  void add(const GmlNode& node) {
    if (!node.id) throw Error(ErrorCode::graph_syntax, {}, "a node without an id", "'id' and a whole number");
    const Node v = builder_.add_node(node.label ? *node.label : node.name ? *node.name : std::to_string(*node.id));
    if (!nodes_.emplace(*node.id, v).second)
      throw Error(ErrorCode::graph_syntax, {}, "a second node with the id " + std::to_string(*node.id),
                  "an id of its own for every node");
    builder_.set_latent(v, node.latent);
    builder_.set_selection(v, node.selection);
  }

  void read_edge(const GmlToken& at) {
    GmlEdge edge{at.begin};
    read_list([&](const GmlToken& key) {
      if (key.text == "source")
        set_once(edge.source, key, take_integer());
      else if (key.text == "target")
        set_once(edge.target, key, take_integer());
      else if (key.text == "graphics" && scanner_.peek().kind == GmlToken::Kind::open)
        read_graphics(edge);
      else
        skip_value(3);
    });
    if (!edge.source || !edge.target)
      throw Error(ErrorCode::graph_syntax, scanner_.place_of(at.begin),
                  std::string("an edge without a ") + (edge.source ? "target" : "source"),
                  "the ids of both its ends, 'source' and 'target'");
    edges_.push_back(edge);
  }

  void read_graphics(GmlEdge& edge) {
    read_list([&](const GmlToken& key) {
      if (key.text != "arrow") return skip_value(4);
      const GmlToken value = scanner_.take();
      const auto found = std::find(arrows.begin(), arrows.end(), value.text);
      if (found == arrows.end())
        throw Error(ErrorCode::graph_syntax, scanner_.place_of(value.begin),
                    "the arrow '" + std::string(value.text) + "'", "none, first, last or both",
                    suggestion(value.text, arrows));
      set_once(edge.arrow, key, static_cast<std::size_t>(found - arrows.begin()));
    });
  }

  Node node_of(std::int64_t id) const {
    if (const auto found = nodes_.find(id); found != nodes_.end()) return found->second;
    throw Error(ErrorCode::graph_unknown_node, {}, "an edge that ends at the unknown id " + std::to_string(id),
                "the id of a node");
  }

  void add(const GmlEdge& edge) {
    placed([&] { return scanner_.place_of(edge.begin); },
           [&] {
             const Node source = node_of(*edge.source), target = node_of(*edge.target);
             const std::string_view arrow = edge.arrow ? arrows[*edge.arrow] : is_directed_ ? "last" : "none";
             if (arrow == "first")
               builder_.add_edge(target, EdgeKind::directed, source);
             else
               builder_.add_edge(source,
                                 arrow == "last"   ? EdgeKind::directed
                                 : arrow == "both" ? EdgeKind::bidirected
                                                   : EdgeKind::undirected,
                                 target);
           });
  }

  GmlScanner scanner_;
  const std::string& place_;
  GraphBuilder builder_;
  std::unordered_map<std::int64_t, Node> nodes_;
  std::vector<GmlEdge> edges_;  // added once every node is known
  bool is_directed_ = false;
};

}  // namespace

bool is_gml(std::string_view text) {
  const std::string place;
  try {
    GmlScanner scanner(text, place);
    const GmlToken first = scanner.take();
    const GmlToken::Kind next = scanner.peek().kind;
    // In DOT what follows `graph` is a name or a brace.
    if (first.text == "graph") return next == GmlToken::Kind::open;
    return (first.text == "Creator" || first.text == "Version" || first.text == "Comment") &&
           (next == GmlToken::Kind::quoted || next == GmlToken::Kind::number);
  } catch (const Error&) {
    return false;
  }
}

GraphFile read_gml(std::string_view text, const std::string& place) {
  check_encoding(text, place, "a graph as GML text");
  return GmlReader(text, place).read();
}

}  // namespace equipoise::inline v0::detail
