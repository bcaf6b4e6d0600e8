// Tables of numbers over discrete symbols, and the algebra of them.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// How many values each variable of a graph takes, by node.
using Cardinalities = std::vector<std::size_t>;

/// A function of discrete symbols as a dense table: `values` is row-major over `symbols` (sorted), the last
/// symbol fastest.
struct Factor {
  Symbols symbols;
  std::vector<std::size_t> cardinalities;  ///< one a symbol
  std::vector<double> values;

  /// The constant 1, a function of nothing.
  static Factor one() { return {{}, {}, {1.0}}; }

  /// The step in `values` from one value of the symbol to its next; 0 where the factor does not depend on it.
  std::size_t stride(Symbol symbol) const noexcept {
    std::size_t stride = 1;
    for (std::size_t i = symbols.size(); i-- > 0;) {
      if (symbols[i] == symbol) return stride;
      stride *= cardinalities[i];
    }
    return 0;
  }

  /// The value where symbol i takes levels[i], in the order of `symbols`.
  double at(std::span<const std::size_t> levels) const {
    assert(levels.size() == symbols.size());
    std::size_t index = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      assert(levels[i] < cardinalities[i]);
      index = index * cardinalities[i] + levels[i];
    }
    return values[index];
  }
};

/// A factor over these symbols, every value 0.
inline Factor zero_factor(Symbols symbols, const Cardinalities& cardinality_of_node) {
  Factor factor;
  std::size_t size = 1;
  for (const Symbol s : symbols) {
    factor.cardinalities.push_back(cardinality_of_node[s.variable]);
    size *= factor.cardinalities.back();
  }
  factor.symbols = std::move(symbols);
  factor.values.assign(size, 0.0);
  return factor;
}

namespace detail {

// Walks every assignment of `symbols` in row-major order, keeping the running index into each operand.
template <std::size_t N, class Visit>
void walk(const Factor& shape, const std::vector<std::size_t> (&strides)[N], Visit visit) {
  const std::size_t rank = shape.symbols.size();
  std::vector<std::size_t> level(rank, 0);
  std::size_t offset[N] = {};
  for (std::size_t index = 0;; ++index) {
    visit(index, offset);
    std::size_t i = rank;
    for (;;) {
      if (i == 0) return;
      --i;
      for (std::size_t k = 0; k < N; ++k) offset[k] += strides[k][i];
      if (++level[i] < shape.cardinalities[i]) break;
      for (std::size_t k = 0; k < N; ++k) offset[k] -= strides[k][i] * shape.cardinalities[i];
      level[i] = 0;
    }
  }
}

inline std::vector<std::size_t> strides_within(const Factor& factor, const Symbols& symbols) {
  std::vector<std::size_t> strides;
  for (const Symbol s : symbols) strides.push_back(factor.stride(s));
  return strides;
}

inline Factor shape_of_union(const Factor& a, const Factor& b) {
  Factor shape;
  shape.symbols = set_union(a.symbols, b.symbols);
  std::size_t size = 1;
  for (const Symbol s : shape.symbols) {
    const Factor& owner = std::binary_search(a.symbols.begin(), a.symbols.end(), s) ? a : b;
    const auto at = std::lower_bound(owner.symbols.begin(), owner.symbols.end(), s) - owner.symbols.begin();
    shape.cardinalities.push_back(owner.cardinalities[static_cast<std::size_t>(at)]);
    size *= shape.cardinalities.back();
  }
  shape.values.resize(size);
  return shape;
}

}  // namespace detail

/// The factor combine(a, b) over the symbols of both.
template <class Combine>
Factor combine(const Factor& a, const Factor& b, Combine combine_values) {
  Factor result = detail::shape_of_union(a, b);
  const std::vector<std::size_t> strides[] = {detail::strides_within(a, result.symbols),
                                              detail::strides_within(b, result.symbols)};
  detail::walk(result, strides, [&](std::size_t index, const std::size_t* offset) {
    result.values[index] = combine_values(a.values[offset[0]], b.values[offset[1]]);
  });
  return result;
}

/// The factor with the symbols of `over` summed out; those it does not have are ignored.
inline Factor sum_out(const Factor& factor, const Symbols& over) {
  Factor result;
  std::size_t size = 1;
  for (std::size_t i = 0; i < factor.symbols.size(); ++i) {
    if (std::binary_search(over.begin(), over.end(), factor.symbols[i])) continue;
    result.symbols.push_back(factor.symbols[i]);
    result.cardinalities.push_back(factor.cardinalities[i]);
    size *= factor.cardinalities[i];
  }
  result.values.assign(size, 0.0);
  const std::vector<std::size_t> strides[] = {detail::strides_within(result, factor.symbols)};
  detail::walk(factor, strides,
               [&](std::size_t index, const std::size_t* offset) { result.values[offset[0]] += factor.values[index]; });
  return result;
}

/// The factor where `symbol` takes `level`, no longer a function of it.
inline Factor restrict_to(const Factor& factor, Symbol symbol, std::size_t level) {
  const std::size_t stride = factor.stride(symbol);
  if (stride == 0) return factor;
  const auto at = static_cast<std::size_t>(std::lower_bound(factor.symbols.begin(), factor.symbols.end(), symbol) -
                                           factor.symbols.begin());
  const std::size_t cardinality = factor.cardinalities[at];
  Factor result = factor;
  result.symbols.erase(result.symbols.begin() + static_cast<std::ptrdiff_t>(at));
  result.cardinalities.erase(result.cardinalities.begin() + static_cast<std::ptrdiff_t>(at));
  result.values.clear();
  for (std::size_t block = 0; block < factor.values.size(); block += stride * cardinality)
    for (std::size_t i = 0; i < stride; ++i) result.values.push_back(factor.values[block + level * stride + i]);
  return result;
}

}  // namespace equipoise::inline v0
