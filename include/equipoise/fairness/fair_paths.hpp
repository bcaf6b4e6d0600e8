// Fair paths as a person writes them: "gender -> dept -> admit", or "gender -> dept" for all that begin so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/graph/relations.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Directed paths into a predictor that stands where the outcome stands: along the graph's edges, with a last step
/// from any of the features, edge or no edge.
class PathsToPredictor {
 public:
  PathsToPredictor(const CausalGraph& graph, Node outcome, std::span<const std::string> features)
      : graph_(graph), outcome_(outcome), reads_(graph.parents(outcome)), leads_there_(graph.all()) {
    for (const std::string& feature : features)
      if (const auto v = graph.find(feature); v && *v != outcome) reads_.insert(*v);
    leads_there_.erase(outcome);
    leads_there_ = ancestors(graph, reads_, leads_there_);
  }

  bool has_step(Node from, Node to) const {
    return to == outcome_ ? reads_.contains(from) : graph_.has_directed(from, to);
  }

  /// Appends every path that begins with `path` to `found`, until that holds `most`. Every step leads on to at least
  /// one path.
  void complete(std::vector<Node>& path, std::size_t most, std::vector<std::vector<Node>>& found) const {
    if (found.size() >= most) return;
    if (path.back() == outcome_) {
      found.push_back(path);
      return;
    }
    const Node last = path.back();
    const auto go_on = [&](Node v) {
      path.push_back(v);
      complete(path, most, found);
      path.pop_back();
    };
    for (const Node v : graph_.children(last))
      if (leads_there_.contains(v)) go_on(v);
    if (reads_.contains(last)) go_on(outcome_);
  }

 private:
  const CausalGraph& graph_;
  Node outcome_;
  NodeSet reads_;        ///< the nodes that the predictor, or the outcome, sees
  NodeSet leads_there_;  ///< those from which a path leads to the outcome
};

/// The names between the arrows of a path, without blanks around them. Throws query_syntax for an empty one.
inline std::vector<std::string> steps_of_path(std::string_view text, const std::string& place) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t arrow = std::min(text.find("->", begin), text.size());
    std::string_view name = text.substr(begin, arrow - begin);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (name.empty())
      throw Error(ErrorCode::query_syntax, place, "'" + std::string(text) + "'", "a path, such as 'A -> D -> Y'");
    names.emplace_back(name);
    begin = arrow + 2;
  }
  return names;
}

/// The nodes that a text names, a step of a path each.
inline std::vector<Node> path_of_text(const CausalGraph& graph, const PathsToPredictor& paths, Node from, Node to,
                                      std::string_view text, const std::string& place) {
  std::vector<Node> path;
  for (const std::string& name : steps_of_path(text, place)) {
    const auto v = graph.find(name);
    if (!v)
      throw Error(ErrorCode::graph_unknown_node, place, "unknown variable '" + name + "'", "a variable of the graph",
                  suggestion(name, graph.names()));
    if (path.empty() && *v != from)
      throw Error(ErrorCode::objective_mismatch, place, "a path from '" + name + "'",
                  "one from the protected attribute '" + graph.name(from) + "'");
    if (!path.empty() && path.back() == to)
      throw Error(ErrorCode::objective_mismatch, place, "a path that goes on after '" + graph.name(to) + "'",
                  "one that ends at the outcome");
    if (!path.empty() && !paths.has_step(path.back(), *v))
      throw Error(ErrorCode::objective_mismatch, place, "no edge " + graph.name(path.back()) + " -> " + name,
                  "a path along edges of the graph");
    path.push_back(*v);
  }
  return path;
}

inline constexpr std::size_t most_fair_paths = 10000;

}  // namespace detail

/// The paths from the attribute to the outcome that the texts stand for, by the names of their nodes, each once, in
/// the texts' order. "A -> D -> Y" is one path; "A -> D", which ends before the outcome Y, stands for every directed
/// path to Y that begins so. Since a predictor stands where the outcome stands, a last step may come from any of its
/// `features`, edge or no edge. `place` is where the list of texts stands; an error adds its index, as in a JSON
/// pointer. Throws query_syntax; graph_unknown_node, with a suggestion; objective_mismatch for a path that does not
/// begin at the attribute, goes on after the outcome, takes a step without an edge or leads to no outcome, and where
/// the texts stand for more than 10,000 paths.
inline std::vector<std::vector<std::string>> parse_fair_paths(const CausalGraph& graph, std::string_view attribute,
                                                              std::string_view outcome,
                                                              std::span<const std::string> features,
                                                              std::span<const std::string> texts,
                                                              std::string_view place) {
  const Node from = graph.node(attribute), to = graph.node(outcome);
  const detail::PathsToPredictor paths(graph, to, features);
  std::vector<std::vector<std::string>> named;
  std::set<std::vector<Node>> known;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const std::string where = std::string(place) + '/' + std::to_string(t);
    std::vector<Node> beginning = detail::path_of_text(graph, paths, from, to, texts[t], where);
    std::vector<std::vector<Node>> found;
    paths.complete(beginning, detail::most_fair_paths + 1, found);
    if (found.empty())
      throw Error(ErrorCode::objective_mismatch, where, "'" + texts[t] + "', from where no path leads on",
                  "the beginning of a directed path to '" + graph.name(to) + "'");
    for (const std::vector<Node>& path : found) {
      if (!known.insert(path).second) continue;
      std::vector<std::string>& names = named.emplace_back();
      for (const Node v : path) names.push_back(graph.name(v));
    }
    if (known.size() > detail::most_fair_paths)
      throw Error(
          ErrorCode::objective_mismatch, where,
          "'" + texts[t] + "', with which there are more than " + std::to_string(detail::most_fair_paths) + " paths",
          "fewer paths, written out");
  }
  return named;
}

}  // namespace equipoise::inline v0
