// Sets of nodes: the algebra that identification spends its time on.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace equipoise::inline v0 {

/// A node of a graph: an index from 0, stable for the graph's life.
using Node = std::size_t;

/// A set of nodes as a bitset over a fixed universe {0, …, universe - 1}. Both sides of an operator
/// share one universe (asserted). Iteration is in increasing order.
class NodeSet {
 public:
  NodeSet() = default;
  explicit NodeSet(std::size_t universe) : words_((universe + 63) / 64), universe_(universe) {}
  NodeSet(std::size_t universe, std::initializer_list<Node> nodes) : NodeSet(universe) {
    for (const Node v : nodes) insert(v);
  }
  /// Every node of the universe.
  static NodeSet all(std::size_t universe) {
    NodeSet set(universe);
    for (auto& word : set.words_) word = ~std::uint64_t{0};
    if (universe % 64 != 0) set.words_.back() >>= 64 - universe % 64;
    return set;
  }

  std::size_t universe() const noexcept { return universe_; }
  bool contains(Node v) const noexcept {
    assert(v < universe_);
    return (words_[v / 64] >> (v % 64)) & 1;
  }
  void insert(Node v) noexcept {
    assert(v < universe_);
    words_[v / 64] |= std::uint64_t{1} << (v % 64);
  }
  void erase(Node v) noexcept {
    assert(v < universe_);
    words_[v / 64] &= ~(std::uint64_t{1} << (v % 64));
  }
  void clear() noexcept {
    for (auto& word : words_) word = 0;
  }
  bool empty() const noexcept {
    for (const auto word : words_)
      if (word != 0) return false;
    return true;
  }
  std::size_t size() const noexcept {
    std::size_t count = 0;
    for (const auto word : words_) count += static_cast<std::size_t>(std::popcount(word));
    return count;
  }
  /// The least node; the set must not be empty.
  Node front() const noexcept { return *begin(); }

  bool intersects(const NodeSet& other) const noexcept {
    assert(universe_ == other.universe_);
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (words_[i] & other.words_[i]) return true;
    return false;
  }
  bool is_subset_of(const NodeSet& other) const noexcept {
    assert(universe_ == other.universe_);
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (words_[i] & ~other.words_[i]) return false;
    return true;
  }

  NodeSet& operator|=(const NodeSet& other) noexcept {
    assert(universe_ == other.universe_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  NodeSet& operator&=(const NodeSet& other) noexcept {
    assert(universe_ == other.universe_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  /// Set difference.
  NodeSet& operator-=(const NodeSet& other) noexcept {
    assert(universe_ == other.universe_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  friend NodeSet operator|(NodeSet a, const NodeSet& b) { return a |= b; }
  friend NodeSet operator&(NodeSet a, const NodeSet& b) { return a &= b; }
  friend NodeSet operator-(NodeSet a, const NodeSet& b) { return a -= b; }
  friend bool operator==(const NodeSet&, const NodeSet&) = default;
  /// A total order (for sorted output and maps), by words.
  friend auto operator<=>(const NodeSet& a, const NodeSet& b) = default;

  class const_iterator {
   public:
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    const_iterator() = default;
    Node operator*() const noexcept { return index_ * 64 + static_cast<Node>(std::countr_zero(rest_)); }
    const_iterator& operator++() noexcept {
      rest_ &= rest_ - 1;
      skip_empty_words();
      return *this;
    }
    const_iterator operator++(int) noexcept {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) noexcept {
      return a.index_ == b.index_ && a.rest_ == b.rest_;
    }

   private:
    friend class NodeSet;
    const_iterator(const std::vector<std::uint64_t>& words, std::size_t index)
        : words_(&words), index_(index), rest_(index < words.size() ? words[index] : 0) {
      skip_empty_words();
    }
    void skip_empty_words() noexcept {
      while (rest_ == 0 && index_ < words_->size()) {
        ++index_;
        rest_ = index_ < words_->size() ? (*words_)[index_] : 0;
      }
    }
    const std::vector<std::uint64_t>* words_ = nullptr;
    std::size_t index_ = 0;
    std::uint64_t rest_ = 0;
  };
  const_iterator begin() const noexcept { return {words_, 0}; }
  const_iterator end() const noexcept { return {words_, words_.size()}; }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t universe_ = 0;
};

}  // namespace equipoise::inline v0
