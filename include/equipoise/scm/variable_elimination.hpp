// Sums of products of tables, by variable elimination: each symbol is summed out of the product of the few tables that
// mention it, so the cost is set by the widest such product and never by all symbols at once.
// Source: Zhang, Poole 1994; Koller, Friedman 2009, algorithm 9.1 and section 9.4.3.2 (orders).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <equipoise/graph/node_set.hpp>
#include <equipoise/identify/factor.hpp>

namespace equipoise::inline v0 {

/// factor * 2^exponent: a long product of probabilities does not underflow.
struct ScaledFactor {
  Factor factor;
  long exponent = 0;
};

/// In which order symbols are summed out, and what that costs.
struct EliminationOrder {
  Symbols symbols;
  double largest = 1;  ///< cells of the widest product
  double total = 0;    ///< cells of all products
};

namespace detail {

inline void rescale(ScaledFactor& scaled) {
  std::vector<double>& values = scaled.factor.values;
  const double greatest = *std::max_element(values.begin(), values.end());
  if (!(greatest > 0) || greatest > 0x1p-64) return;
  const int exponent = std::ilogb(greatest);
  for (double& value : values) value = std::ldexp(value, -exponent);
  scaled.exponent += exponent;
}

inline ScaledFactor multiply(const ScaledFactor& a, const ScaledFactor& b) {
  ScaledFactor product{combine(a.factor, b.factor, [](double x, double y) { return x * y; }), a.exponent + b.exponent};
  rescale(product);
  return product;
}

/// sum over `symbol` of a * b, whose product is never stored. Both may have the symbol, and `a` does.
inline ScaledFactor multiply_and_sum_out(const ScaledFactor& a, const ScaledFactor& b, Symbol symbol) {
  Factor result;
  std::size_t size = 1, levels = 1;
  for (const Symbol s : set_union(a.factor.symbols, b.factor.symbols)) {
    const Factor& owner = a.factor.stride(s) != 0 ? a.factor : b.factor;
    const auto at = std::lower_bound(owner.symbols.begin(), owner.symbols.end(), s) - owner.symbols.begin();
    const std::size_t cardinality = owner.cardinalities[static_cast<std::size_t>(at)];
    if (s == symbol) {
      levels = cardinality;
      continue;
    }
    result.symbols.push_back(s);
    result.cardinalities.push_back(cardinality);
    size *= cardinality;
  }
  result.values.resize(size);
  const std::vector<std::size_t> strides[] = {strides_within(a.factor, result.symbols),
                                              strides_within(b.factor, result.symbols)};
  const std::size_t step_a = a.factor.stride(symbol), step_b = b.factor.stride(symbol);
  walk(result, strides, [&](std::size_t index, const std::size_t* offset) {
    const double *left = a.factor.values.data() + offset[0], *right = b.factor.values.data() + offset[1];
    double sum = 0;
    for (std::size_t k = 0; k < levels; ++k) sum += left[k * step_a] * right[k * step_b];
    result.values[index] = sum;
  });
  ScaledFactor scaled{std::move(result), a.exponent + b.exponent};
  rescale(scaled);
  return scaled;
}

/// The graph in which symbols are neighbours where some table mentions both, as it changes while they are summed out.
class EliminationGraph {
 public:
  enum class Rule { least_fill, least_cells };

  EliminationGraph(const std::vector<Factor>& factors, const Symbols& kept) {
    for (const Factor& factor : factors) all_.insert(all_.end(), factor.symbols.begin(), factor.symbols.end());
    std::sort(all_.begin(), all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    neighbours_.assign(all_.size(), NodeSet(all_.size()));
    cells_.assign(all_.size(), 1);
    left_ = NodeSet(all_.size());
    for (const Factor& factor : factors) add(factor);
    for (std::size_t s = 0; s < all_.size(); ++s) {
      neighbours_[s].erase(s);
      if (std::binary_search(kept.begin(), kept.end(), all_[s]))
        kept_cells_ *= cells_[s];
      else
        left_.insert(s);
    }
  }

  /// The greedy order that always takes the symbol which costs least by the rule.
  EliminationOrder order(Rule rule) && {
    EliminationOrder order{{}, kept_cells_, kept_cells_};
    std::vector<double> costs(all_.size());
    NodeSet outdated = left_;
    while (!left_.empty()) {
      outdated &= left_;
      for (const std::size_t s : outdated) costs[s] = rule == Rule::least_fill ? fill(s) : cluster(s);
      const std::size_t next = *std::min_element(left_.begin(), left_.end(),
                                                 [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
      const double cells = cluster(next);
      order.symbols.push_back(all_[next]);
      order.largest = std::max(order.largest, cells);
      order.total += cells;
      outdated = eliminate(next);
    }
    return order;
  }

 private:
  void add(const Factor& factor) {
    NodeSet scope(all_.size());
    for (std::size_t i = 0; i < factor.symbols.size(); ++i) {
      const auto s =
          static_cast<std::size_t>(std::lower_bound(all_.begin(), all_.end(), factor.symbols[i]) - all_.begin());
      scope.insert(s);
      cells_[s] = static_cast<double>(factor.cardinalities[i]);
    }
    for (const std::size_t s : scope) neighbours_[s] |= scope;
  }

  double cluster(std::size_t s) const {
    double cells = cells_[s];
    for (const std::size_t t : neighbours_[s]) cells *= cells_[t];
    return cells;
  }

  /// Neighbours that are not yet neighbours of each other, each pair weighed by its cells.
  double fill(std::size_t s) const {
    double weight = 0;
    for (const std::size_t t : neighbours_[s])
      for (const std::size_t u : neighbours_[s] - neighbours_[t])
        if (u > t) weight += cells_[t] * cells_[u];
    return weight;
  }

  /// Takes s out, joining its neighbours; returns the symbols whose cost may have changed.
  NodeSet eliminate(std::size_t s) {
    const NodeSet around = neighbours_[s];
    NodeSet changed = around;
    for (const std::size_t t : around) {
      neighbours_[t] |= around;
      neighbours_[t].erase(s);
      neighbours_[t].erase(t);
      changed |= neighbours_[t];
    }
    left_.erase(s);
    return changed;
  }

  Symbols all_;
  std::vector<NodeSet> neighbours_;
  std::vector<double> cells_;
  NodeSet left_;
  double kept_cells_ = 1;
};

}  // namespace detail

/// An order in which all symbols but `kept` (sorted) can be summed out: the cheaper of two greedy ones, by least
/// weighted fill and by least cells.
inline EliminationOrder elimination_order(const std::vector<Factor>& factors, const Symbols& kept = {}) {
  using Graph = detail::EliminationGraph;
  Graph graph(factors, kept);
  EliminationOrder by_fill = Graph(graph).order(Graph::Rule::least_fill);
  EliminationOrder by_cells = std::move(graph).order(Graph::Rule::least_cells);
  return by_cells.total < by_fill.total ? by_cells : by_fill;
}

/// The product of the factors, which are not negative, with the order's symbols summed out. O(order.total) for each
/// factor of a product; the largest table has at most order.largest cells.
inline ScaledFactor sum_of_products(std::vector<Factor> factors, const EliminationOrder& order) {
  std::vector<ScaledFactor> left;
  for (Factor& factor : factors) left.push_back({std::move(factor), 0});
  const auto smaller = [](const ScaledFactor& a, const ScaledFactor& b) {
    return a.factor.values.size() < b.factor.values.size();
  };
  const auto multiplied_down_to = [&](std::vector<ScaledFactor>& product, std::size_t count) {
    while (product.size() > count) {  // the two smallest first
      std::partial_sort(product.begin(), product.begin() + 2, product.end(), smaller);
      product.front() = detail::multiply(product[0], product[1]);
      product.erase(product.begin() + 1);
    }
  };
  for (const Symbol symbol : order.symbols) {
    const auto mentions = std::stable_partition(
        left.begin(), left.end(), [&](const ScaledFactor& scaled) { return scaled.factor.stride(symbol) == 0; });
    std::vector<ScaledFactor> product(std::make_move_iterator(mentions), std::make_move_iterator(left.end()));
    left.erase(mentions, left.end());
    multiplied_down_to(product, 2);
    if (product.size() == 1) product.push_back({Factor::one(), 0});
    left.push_back(detail::multiply_and_sum_out(product[0], product[1], symbol));
  }
  left.push_back({Factor::one(), 0});
  multiplied_down_to(left, 1);
  return std::move(left.front());
}

}  // namespace equipoise::inline v0
