#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <equipoise/core/suggest.hpp>

#include "data/csv_cells.hpp"
#include "graph/graph_builder.hpp"
#include "graph/graph_text.hpp"
#include "graph/text_scanner.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr int deepest_nesting = 100;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

struct Attribute {
  Token key;
  std::optional<Token> value;
};

/// What the attributes of a node say; nothing where they are silent.
struct NodeStyle {
  std::optional<bool> latent, selection;
};

/// What `dir`, `arrowhead` and `arrowtail` say of an edge.
struct EdgeStyle {
  std::optional<std::size_t> direction;  ///< an index into `directions`
  bool bare_head = false, bare_tail = false;
};
constexpr std::array<std::string_view, 4> directions{"forward", "back", "both", "none"};

/// A graph or subgraph: the attributes that hold for what follows in it, and the nodes mentioned so far.
struct Scope {
  NodeStyle node;
  EdgeStyle edge;
  std::vector<Node> members = {};
  std::unordered_set<Node> seen = {};

  void mention(Node v) {
    if (seen.insert(v).second) members.push_back(v);
  }
};

/// DOT (graphviz.org/doc/info/lang.html) and the language of DAGitty, which adds edges <- and <->, attributes without
/// a value and names such as a.b; the additions are taken in DOT too. Only keywords differ.
class Reader {
 public:
  Reader(std::string_view text, const std::string& place) : scanner_(text, place), place_(place) {}

  GraphFile read() {
    read_head();
    Scope scope;
    read_block(scope, 1);
    if (scanner_.peek().kind != Token::Kind::end) scanner_.fail(scanner_.peek(), "the end of the text after one graph");
    return builder_.finish(place_);
  }

 private:
  template <class Add>
  auto at(std::size_t byte, Add add) {
    return placed([&] { return scanner_.place_of(byte); }, add);
  }

  void read_head() {
    static constexpr std::array<std::string_view, 4> heads{"digraph", "graph", "dag", "pdag"};
    Token head = scanner_.take();
    std::string type = lower(head.text);
    if (head.kind == Token::Kind::word && type == "strict") {
      head = scanner_.take();
      type = lower(head.text);
    }
    if (head.kind == Token::Kind::word && (type == "mag" || type == "pag"))
      throw Error(ErrorCode::graph_unsupported, scanner_.place_of(head.begin),
                  "an ancestral graph ('" + type + "'), whose arrows are no direct causes", "a dag or pdag");
    if (head.kind != Token::Kind::word || std::find(heads.begin(), heads.end(), type) == heads.end())
      scanner_.fail(head, "'digraph', 'graph', 'dag' or 'pdag'", suggestion(type, heads));
    is_dagitty_ = type == "dag" || type == "pdag";
    if (scanner_.peek().is_name()) scanner_.take();
  }

  bool is_keyword(const Token& token, std::string_view keyword) const {
    if (token.kind != Token::Kind::word) return false;
    return is_dagitty_ ? keyword != "edge" && token.text == keyword : lower(token.text) == keyword;
  }

  void read_block(Scope& scope, int depth) {
    if (depth > deepest_nesting)
      scanner_.fail(scanner_.peek(), "brackets nested no deeper than " + std::to_string(deepest_nesting));
    scanner_.expect_symbol("{");
    while (!scanner_.take_symbol("}"))
      if (!scanner_.take_symbol(";")) read_statement(scope, depth);
  }

  void read_statement(Scope& scope, int depth) {
    const Token& next = scanner_.peek();
    if (is_keyword(next, "graph")) {
      scanner_.take();
      read_attributes();
    } else if (is_keyword(next, "node")) {
      scanner_.take();
      for (const Attribute& each : read_attributes()) apply(each, scope.node);
    } else if (is_keyword(next, "edge")) {
      scanner_.take();
      for (const Attribute& each : read_attributes()) apply(each, scope.edge);
    } else if (is_keyword(next, "subgraph") || next.is_symbol("{")) {
      read_edges(read_subgraph(scope, depth), scope, depth);
    } else {
      const Token name = scanner_.expect_name("a node, an edge or '}'");
      if (scanner_.take_symbol("=")) {  // an attribute of the whole graph
        scanner_.expect_name("a value");
        return;
      }
      const Node v = node_of(name, scope);
      if (!read_edges({v}, scope, depth)) {
        NodeStyle style;
        for (const Attribute& each : read_attributes()) apply(each, style);
        mark(v, style);
      }
    }
  }

  /// The node that a name stands for, its port passed over. A new one takes the attributes of its scope.
  Node node_of(const Token& name, Scope& scope) {
    const std::size_t known = builder_.size();
    const Node v = at(name.begin, [&] { return builder_.node(name.text); });
    if (v == known) mark(v, scope.node);
    scope.mention(v);
    for (int part = 0; part < 2 && scanner_.take_symbol(":"); ++part) scanner_.expect_name("a port");
    return v;
  }

  void mark(Node v, const NodeStyle& style) {
    if (style.latent) builder_.set_latent(v, *style.latent);
    if (style.selection) builder_.set_selection(v, *style.selection);
  }

  std::vector<Node> read_subgraph(Scope& outer, int depth) {
    if (is_keyword(scanner_.peek(), "subgraph")) {
      scanner_.take();
      if (const Token name = scanner_.peek(); name.is_name()) {
        scanner_.take();
        // Graphviz would join the two, which a reader of the text hardly expects.
        if (!subgraphs_.insert(name.text).second)
          throw Error(ErrorCode::graph_unsupported, scanner_.place_of(name.begin),
                      "a second subgraph '" + name.text + "'", "every name of a subgraph once");
      }
    }
    Scope scope{outer.node, outer.edge};
    read_block(scope, depth + 1);
    for (const Node v : scope.members) outer.mention(v);
    return std::move(scope.members);
  }

  struct Link {
    std::vector<Node> left, right;
    Token edge;
  };

  /// The edges of a chain that begins with `left`, and their attributes; false where no edge follows.
  bool read_edges(std::vector<Node> left, Scope& scope, int depth) {
    std::vector<Link> chain;
    while (is_edge(scanner_.peek())) {
      const Token edge = scanner_.take();
      const bool to_group = is_keyword(scanner_.peek(), "subgraph") || scanner_.peek().is_symbol("{");
      std::vector<Node> right;
      if (to_group)
        right = read_subgraph(scope, depth);
      else
        right = {node_of(scanner_.expect_name("the other end of the edge"), scope)};
      chain.push_back({std::move(left), right, edge});
      left = std::move(right);
    }
    if (chain.empty()) return false;
    EdgeStyle style = scope.edge;
    for (const Attribute& each : read_attributes()) apply(each, style);
    for (const Link& link : chain)
      at(link.edge.begin, [&] {
        for (const Node a : link.left)
          for (const Node b : link.right) add_edge(a, link.edge.text, b, style);
      });
    return true;
  }

  bool is_edge(const Token& token) const {
    if (token.kind != Token::Kind::symbol) return false;
    if (token.text.find('@') != std::string::npos) fail_circle(token);
    return token.text == "->" || token.text == "<-" || token.text == "<->" || token.text == "--";
  }

  [[noreturn]] void fail_circle(const Token& token) const {
    throw Error(ErrorCode::graph_unsupported, scanner_.place_of(token.begin),
                "a circle mark ('" + token.text + "'), of a partial ancestral graph", "edges ->, <-> or --");
  }

  void add_edge(Node a, std::string_view edge, Node b, const EdgeStyle& style) {
    if (edge == "<-") std::swap(a, b);
    bool into_a = edge == "<->", into_b = edge != "--";
    if (style.direction) {
      const std::string_view direction = directions[*style.direction];
      into_a = direction == "back" || direction == "both";
      into_b = direction == "forward" || direction == "both";
    }
    into_a = into_a && !style.bare_tail;
    into_b = into_b && !style.bare_head;
    if (into_a && !into_b)
      builder_.add_edge(b, EdgeKind::directed, a);
    else
      builder_.add_edge(a, into_a ? EdgeKind::bidirected : into_b ? EdgeKind::directed : EdgeKind::undirected, b);
  }

  /// Any number of [key=value, key; …].
  std::vector<Attribute> read_attributes() {
    std::vector<Attribute> attributes;
    while (scanner_.take_symbol("["))
      while (!scanner_.take_symbol("]")) {
        Attribute attribute{scanner_.expect_name("an attribute or ']'"), {}};
        if (scanner_.take_symbol("=")) attribute.value = scanner_.expect_name("a value");
        attributes.push_back(std::move(attribute));
        if (!scanner_.take_symbol(",")) scanner_.take_symbol(";");
      }
    return attributes;
  }

  bool truth_of(const Attribute& attribute) const {
    if (!attribute.value) return true;
    const std::string text = lower(attribute.value->text);
    if (text == "true" || text == "yes" || text == "1") return true;
    if (text != "false" && text != "no" && text != "0") scanner_.fail(*attribute.value, "true or false");
    return false;
  }

  void apply(const Attribute& attribute, NodeStyle& style) const {
    const std::string& key = attribute.key.text;
    const auto is = [&](std::string_view name, std::string_view short_name) {
      return key == name || (is_dagitty_ && key == short_name);
    };
    if (is("latent", "l") || is("unobserved", "u"))
      style.latent = truth_of(attribute);
    else if (key == "observed")
      style.latent = !truth_of(attribute);  // as DoWhy writes it
    else if (key == "selection")
      style.selection = truth_of(attribute);
    else if (is("selected", "s"))
      throw Error(ErrorCode::graph_unsupported, scanner_.place_of(attribute.key.begin),
                  "a node that the sample was selected by ('" + key + "')", "a graph of people who were not selected");
  }

  void apply(const Attribute& attribute, EdgeStyle& style) const {
    const std::string& key = attribute.key.text;
    if (key != "dir" && key != "arrowhead" && key != "arrowtail") return;
    if (!attribute.value) scanner_.fail(attribute.key, "a value for it");
    const Token& value = *attribute.value;
    if (key == "dir") {
      const auto found = std::find(directions.begin(), directions.end(), value.text);
      if (found == directions.end())
        scanner_.fail(value, "forward, back, both or none", suggestion(value.text, directions));
      style.direction = static_cast<std::size_t>(found - directions.begin());
      return;
    }
    if (value.text == "odot") fail_circle(value);
    (key == "arrowhead" ? style.bare_head : style.bare_tail) = value.text == "none";
  }

  TextScanner scanner_;
  const std::string& place_;
  GraphBuilder builder_;
  bool is_dagitty_ = false;
  std::unordered_set<std::string> subgraphs_;
};

}  // namespace

void check_encoding(std::string_view text, const std::string& place, const char* expected) {
  for (std::size_t line = 1, begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    if (!is_utf8(text.substr(begin, end - begin)))
      throw Error(ErrorCode::graph_syntax, place + ':' + std::to_string(line), "bytes that are no UTF-8 text",
                  expected);
    begin = end + 1;
  }
}

GraphFile read_graph_text(std::string_view text, const std::string& place) {
  check_encoding(text, place, "a graph as JSON, DOT or DAGitty text");
  return Reader(text, place).read();
}

}  // namespace equipoise::inline v0::detail
