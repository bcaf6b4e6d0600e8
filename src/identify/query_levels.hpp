// The names and values of a query, as nodes and levels.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/identify/empirical_distribution.hpp>
#include <equipoise/identify/query.hpp>

namespace equipoise::inline v0::detail {

class QueryLevels {
 public:
  /// Throws query_unknown_variable for a name that is none of the graph's.
  QueryLevels(const CausalGraph& graph, const Query& query, const VariableLevels& known, std::string place);

  Node node(const QueryText& name) const;

  const VariableLevels& levels() const noexcept { return levels_; }
  std::size_t count(Node variable) const { return levels_.texts[variable].size(); }
  /// Throws query_unknown_value.
  std::size_t level(Node variable, const QueryText& value) const;

  /// What a mean takes a level for: its number, or its index where the variable has two levels that are no numbers.
  double number(Node variable, std::size_t level) const;
  /// Throws query_unsupported where number() has none.
  void check_numbers(const QueryText& variable) const;

  /// The variable on the right of `Y != W`, where W is no value of Y but a variable of the graph.
  std::optional<Node> compared_variable(const QueryEvent& event) const;
  /// The levels of the event's variable, with those of the variable it is compared with, for which the event is true.
  /// An event without a comparison gets one level, the first beyond those that the variable has: a value left open.
  std::vector<std::pair<std::size_t, std::size_t>> satisfying(const QueryEvent& event) const;

  /// A value that an action may give, with its probability; no level where the query leaves it open.
  struct Choice {
    std::optional<std::size_t> level;
    double probability = 1;
  };
  /// Throws query_unsupported for a distribution over other values, and for a shift: shifted, a variable of finitely
  /// many values takes one that it never takes.
  std::vector<Choice> choices(const QueryAction& action) const;

  /// The levels that an effect compares: the value and the reference.
  std::pair<std::size_t, std::size_t> contrast(const QueryEffect::Contrast& contrast) const;

 private:
  void note(const QueryText& name, const QueryText& value);
  void note(const QueryVariable& variable);
  void note(const QueryEvent& event);
  void note(const QueryCondition& condition);
  void note(const QueryProbability& probability);
  void note(const QueryExpectation& expectation);
  void note(const QueryEffect& effect);

  bool has_numbers(Node variable) const;
  std::vector<Choice> drawn(Node variable, const QueryDistribution& distribution) const;
  [[noreturn]] void fail(const QueryText& at, std::string found, std::string expected) const;

  const CausalGraph& graph_;
  VariableLevels levels_;
  std::vector<bool> is_open_;  // by node: whether its levels were not known, and the query's values are added to them
  std::string place_;
};

}  // namespace equipoise::inline v0::detail
