// The causal graph as a static drawing.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/graph/relations.hpp>

#include "report/html.hpp"
#include "report/layered_layout.hpp"
#include "report/sections.hpp"
#include "report/svg.hpp"

namespace equipoise::inline v0 {

namespace {

enum class Role { protected_attribute, mediator, outcome, other };

constexpr std::string_view style_of(Role role) {
  switch (role) {
    case Role::protected_attribute: return "protected";
    case Role::mediator: return "mediator";
    case Role::outcome: return "outcome";
    case Role::other: return "other";
  }
  return "other";
}

std::vector<Role> roles_of(const ReportView& view) {
  const CausalGraph& graph = view.frontier.graph;
  std::vector<Role> roles(graph.size(), Role::other);
  const auto outcome = graph.find(view.frontier.outcome.column);
  NodeSet attributes = graph.none(), to = graph.none();
  for (const std::string& name : view.protected_attributes)
    if (const auto v = graph.find(name)) attributes.insert(*v);
  if (outcome) to.insert(*outcome);
  for (const Node v : descendants(graph, attributes) & ancestors(graph, to)) roles[v] = Role::mediator;
  for (const Node v : attributes) roles[v] = Role::protected_attribute;
  if (outcome) roles[*outcome] = Role::outcome;
  return roles;
}

// A name short enough for its box, and where UTF-8 allows.
struct Name {
  std::string text;
  std::size_t characters = 0;
};

Name shortened(const std::string& full) {
  constexpr std::size_t most = 22;
  Name name;
  for (const char c : full) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && name.characters == most) {
      name.text += "…";
      return name;
    }
    name.characters += begins;
    name.text += c;
  }
  return name;
}

// An edge that passes through a layer needs less room there than a box.
constexpr double box_height = 34, box_room = 62, passage_room = 18, column_gap = 76, margin = 14, bend_room = 44;

// A drawing is scaled down to the page, but no further than this; beyond it scrolls.
constexpr double least_scale = 0.64;

bool joins_within_a_layer(const CausalGraph& graph, const LayeredLayout& layout) {
  for (Node v = 0; v < graph.size(); ++v)
    for (const Node sibling : graph.siblings(v))
      if (layout.layer[v] == layout.layer[sibling]) return true;
  return false;
}

/// Boxes in columns, a column a layer.
class Placement {
 public:
  Placement(const CausalGraph& graph, const LayeredLayout& layout) : layout_(layout) {
    widths_.assign(layout.cells.size(), 56);
    for (Node v = 0; v < graph.size(); ++v) {
      const double text = 8.4 * static_cast<double>(shortened(graph.name(v)).characters) + 30;
      widths_[layout.layer[v]] = std::max(widths_[layout.layer[v]], text);
    }
    double x = margin + (joins_within_a_layer(graph, layout) ? bend_room : 0);
    for (const double width : widths_) {
      lefts_.push_back(x);
      x += width + column_gap;
    }
    width_ = std::max(0.0, x - column_gap) + margin;
    place_rows();
  }
  double left(std::size_t layer) const { return lefts_[layer]; }
  double right(std::size_t layer) const { return lefts_[layer] + widths_[layer]; }
  double middle(std::size_t layer) const { return (left(layer) + right(layer)) / 2; }
  double box_width(std::size_t layer) const { return widths_[layer]; }
  double y(std::size_t layer, std::size_t place) const { return rows_[layer][place]; }
  double y(Node v) const { return y(layout_.layer[v], layout_.place[v]); }
  double x(Node v) const { return middle(layout_.layer[v]); }
  double width() const { return width_; }
  double height() const { return height_; }

 private:
  // Each layer's cells from the top, and the layers centred on one another.
  void place_rows() {
    std::vector<double> heights;
    for (const auto& cells : layout_.cells) {
      double y = 0;
      rows_.emplace_back();
      for (const auto& cell : cells) {
        const double room = cell ? box_room : passage_room;
        rows_.back().push_back(y + room / 2);
        y += room;
      }
      heights.push_back(y);
    }
    const double tallest = heights.empty() ? 0 : *std::max_element(heights.begin(), heights.end());
    for (std::size_t layer = 0; layer < rows_.size(); ++layer)
      for (double& y : rows_[layer]) y += margin + (tallest - heights[layer]) / 2;
    height_ = tallest + 2 * margin;
  }

  const LayeredLayout& layout_;
  std::vector<double> widths_, lefts_;
  std::vector<std::vector<double>> rows_;
  double width_ = 0, height_ = 0;
};

std::string point(double x, double y) { return coordinate(x) + ' ' + coordinate(y); }

std::string directed(const LayeredEdge& edge, const Placement& at) {
  std::string path;
  for (std::size_t i = 0; i + 1 < edge.route.size(); ++i) {
    const auto [layer, place] = edge.route[i];
    const auto [next_layer, next_place] = edge.route[i + 1];
    const bool last = i + 2 == edge.route.size();
    const double x0 = at.right(layer), y0 = at.y(layer, place), x1 = at.left(next_layer) - (last ? 5 : 0),
                 y1 = at.y(next_layer, next_place);
    path += (i == 0 ? "M " : "L ") + point(x0, y0) + " C " + point(x0 + column_gap * 0.5, y0) + ", " +
            point(x1 - column_gap * 0.5, y1) + ", " + point(x1, y1) + ' ';
  }
  return "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"" + path + "\"/>\n";
}

// Below the boxes where the ends are in different layers, to the left of them within one.
std::string bidirected(Node a, Node b, const LayeredLayout& layout, const Placement& at) {
  std::string path;
  if (layout.layer[a] == layout.layer[b]) {
    const double x = at.left(layout.layer[a]) - 5;
    path = "M " + point(x, at.y(a)) + " C " + point(x - bend_room, at.y(a)) + ", " + point(x - bend_room, at.y(b)) +
           ", " + point(x, at.y(b));
  } else {
    const double below = box_height / 2 + 5, bend = bend_room;
    path = "M " + point(at.x(a), at.y(a) + below) + " C " + point(at.x(a), at.y(a) + below + bend) + ", " +
           point(at.x(b), at.y(b) + below + bend) + ", " + point(at.x(b), at.y(b) + below);
  }
  return "<path class=\"edge hidden-cause\" marker-start=\"url(#arrow)\" marker-end=\"url(#arrow)\" d=\"" + path +
         "\"/>\n";
}

std::string box(const std::string& full, Role role, double left, double y, double width) {
  return "<g class=\"node " + std::string(style_of(role)) + "\"><title>" + escaped(full) + "</title><rect" +
         attribute("x", coordinate(left)) + attribute("y", coordinate(y - box_height / 2)) +
         attribute("width", coordinate(width)) + attribute("height", coordinate(box_height)) + " rx=\"6\"/>" +
         label("middle", coordinate(left + width / 2), coordinate(y + 5), escaped(shortened(full).text)) + "</g>\n";
}

std::string in_words(const CausalGraph& graph) {
  std::string text = "Causal graph. ";
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node child : graph.children(v)) text += graph.name(v) + " affects " + graph.name(child) + ". ";
    for (const Node sibling : graph.siblings(v))
      if (v < sibling) text += graph.name(v) + " and " + graph.name(sibling) + " share a hidden cause. ";
  }
  return text;
}

}  // namespace

std::string graph_drawing(const ReportView& view) {
  const CausalGraph& graph = view.frontier.graph;
  const LayeredLayout layout = layered_layout(graph);
  const Placement at(graph, layout);
  const std::vector<Role> roles = roles_of(view);
  bool hidden_causes = false;
  std::string edges, boxes;
  for (const LayeredEdge& edge : layout.edges) edges += directed(edge, at);
  for (Node v = 0; v < graph.size(); ++v) {
    for (const Node sibling : graph.siblings(v)) {
      if (v > sibling) continue;
      edges += bidirected(v, sibling, layout, at);
      hidden_causes = true;
    }
    boxes += box(graph.name(v), roles[v], at.left(layout.layer[v]), at.y(v), at.box_width(layout.layer[v]));
  }
  const std::string width = coordinate(at.width()), height = coordinate(at.height() + (hidden_causes ? 40 : 0));
  // Without height, but as wide as the drawing must stay for its names to be read.
  const std::string floor =
      "<svg" + attribute("width", coordinate(least_scale * at.width())) + " height=\"0\" aria-hidden=\"true\"></svg>\n";
  return "<div class=\"fit\">\n" + floor + "<svg class=\"drawing graph\" role=\"img\" width=\"" + width +
         "\" height=\"" + height + "\" viewBox=\"0 0 " + width + ' ' + height + "\" aria-label=\"" +
         escaped(in_words(graph)) + "\">\n" + edges + boxes + "</svg>\n</div>\n";
}

std::string graph_section(const ReportView& view) {
  std::string html =
      "<section id=\"graph\" aria-labelledby=\"graph-title\">\n<h2 id=\"graph-title\">The causal graph</h2>\n";
  if (view.frontier.graph.size() == 0) return html + "<p>The study names no graph.</p>\n</section>\n";
  html +=
      "<p>What is taken to affect what. Every causal number in this report rests on it.</p>\n"
      "<figure class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"The causal graph\">\n" +
      graph_drawing(view) + "</figure>\n<ul class=\"legend\">";
  constexpr std::array<std::pair<Role, const char*>, 4> entries{{{Role::protected_attribute, "protected"},
                                                                 {Role::mediator, "mediator"},
                                                                 {Role::outcome, "outcome"},
                                                                 {Role::other, "other"}}};
  const auto roles = roles_of(view);
  for (const auto& [role, name] : entries)
    if (std::find(roles.begin(), roles.end(), role) != roles.end())
      html += "<li><span class=\"swatch " + std::string(style_of(role)) + "\"></span>" + name + "</li>";
  const CausalGraph& graph = view.frontier.graph;
  for (Node v = 0; v < graph.size(); ++v) {
    if (graph.siblings(v).empty()) continue;
    html += "<li><span class=\"swatch dashed\"></span>a hidden common cause</li>";
    break;
  }
  return html + "</ul>\n</section>\n";
}

}  // namespace equipoise::inline v0
