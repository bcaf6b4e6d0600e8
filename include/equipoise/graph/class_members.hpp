// The DAGs of an equivalence class, one after the other.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/graph/mpdag.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// Lists the ways to direct the undirected edges of an MPDAG between nodes of `within`, a union of its buckets. Such an
/// edge stands either way in some DAG of the class (Meek 1995, Theorem 4), so that directing one after the other and
/// closing under his rules never leads to a dead end: from one way to the next takes at most a closure for each edge.
class Directions {
 public:
  Directions(PartialEdges edges, NodeSet within) : trail_(std::move(edges)), within_(std::move(within)) {}

  /// The edges directed in the next way, which the next call changes; nothing after the last.
  const PartialEdges* next() {
    if (begun_) {
      if (decisions_.empty()) return nullptr;
      const auto [arrow, length] = decisions_.back();
      decisions_.pop_back();
      trail_.undo_to(length);
      trail_.orient_and_close({arrow.to, arrow.from});
    }
    begun_ = true;
    while (const auto arrow = first_undirected()) {
      decisions_.push_back({*arrow, trail_.length()});
      trail_.orient_and_close(*arrow);
    }
    return &trail_.edges();
  }

 private:
  struct Decision {
    Arrow arrow;
    std::size_t length;  // of the trail before it
  };

  std::optional<Arrow> first_undirected() const {
    for (const Node v : within_)
      if (const NodeSet& neighbours = trail_.edges().neighbours[v]; !neighbours.empty())
        return Arrow{v, neighbours.front()};
    return std::nullopt;
  }

  OrientationTrail trail_;
  NodeSet within_;
  std::vector<Decision> decisions_;  // whose other direction is still to be tried
  bool begun_ = false;
};

}  // namespace detail

/// Lists the DAGs of an MPDAG's class, each once, always in the same order. From one to the next it takes at most one
/// closure under Meek's rules for each undirected edge.
class ClassMembers {
 public:
  explicit ClassMembers(const Mpdag& graph) : names_(graph.names()), directions_(graph.edges(), graph.all()) {}

  /// The next DAG, or nothing after the last.
  std::optional<CausalGraph> next() {
    if (const auto* edges = directions_.next()) return detail::dag_of(names_, *edges);
    return std::nullopt;
  }

 private:
  std::vector<std::string> names_;
  detail::Directions directions_;
};

}  // namespace equipoise::inline v0
