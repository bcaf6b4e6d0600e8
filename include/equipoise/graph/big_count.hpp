// Counts without a largest: equivalence classes outgrow 64 bits at 21 nodes (21! orders of a complete graph).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace equipoise::inline v0 {

/// A whole number from 0, exact at any size. Sums and differences are linear in the digits, products quadratic.
class BigCount {
 public:
  BigCount() = default;
  BigCount(std::uint64_t value) {  // NOLINT(google-explicit-constructor): a count is a number
    for (; value != 0; value /= base) digits_.push_back(static_cast<std::uint32_t>(value % base));
  }

  /// In decimal digits.
  std::string text() const {
    if (digits_.empty()) return "0";
    std::string result = std::to_string(digits_.back());
    for (std::size_t i = digits_.size() - 1; i-- > 0;) {
      const std::string group = std::to_string(digits_[i]);
      result += std::string(9 - group.size(), '0') + group;
    }
    return result;
  }
  /// Nothing where it needs more than 64 bits.
  std::optional<std::uint64_t> as_uint64() const {
    constexpr std::uint64_t largest = ~std::uint64_t{0};
    std::uint64_t result = 0;
    for (std::size_t i = digits_.size(); i-- > 0;) {
      if (result > (largest - digits_[i]) / base) return std::nullopt;
      result = result * base + digits_[i];
    }
    return result;
  }

  BigCount& operator+=(const BigCount& other) {
    digits_.resize(std::max(digits_.size(), other.digits_.size()) + 1);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      carry += std::uint64_t{digits_[i]} + other.digit(i);
      digits_[i] = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
    trim();
    return *this;
  }
  /// Of a count that is not larger (asserted).
  BigCount& operator-=(const BigCount& other) {
    assert(!(*this < other));
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      const std::uint64_t taken = other.digit(i) + borrow;
      borrow = digits_[i] < taken;
      digits_[i] = static_cast<std::uint32_t>(digits_[i] + borrow * base - taken);
    }
    trim();
    return *this;
  }
  BigCount& operator*=(const BigCount& other) { return *this = *this * other; }
  friend BigCount operator*(const BigCount& a, const BigCount& b) {
    BigCount product;
    product.digits_.resize(a.digits_.size() + b.digits_.size());
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < b.digits_.size() || carry != 0; ++j) {
        carry += product.digits_[i + j] + std::uint64_t{a.digits_[i]} * b.digit(j);
        product.digits_[i + j] = static_cast<std::uint32_t>(carry % base);
        carry /= base;
      }
    }
    product.trim();
    return product;
  }
  friend BigCount operator+(BigCount a, const BigCount& b) { return a += b; }
  friend BigCount operator-(BigCount a, const BigCount& b) { return a -= b; }

  friend bool operator==(const BigCount&, const BigCount&) = default;
  friend std::strong_ordering operator<=>(const BigCount& a, const BigCount& b) {
    if (const auto order = a.digits_.size() <=> b.digits_.size(); order != 0) return order;
    for (std::size_t i = a.digits_.size(); i-- > 0;)
      if (const auto order = a.digits_[i] <=> b.digits_[i]; order != 0) return order;
    return std::strong_ordering::equal;
  }

 private:
  static constexpr std::uint64_t base = 1'000'000'000;

  std::uint32_t digit(std::size_t i) const { return i < digits_.size() ? digits_[i] : 0; }
  void trim() {
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
  }

  std::vector<std::uint32_t> digits_;  // in base 10^9, the lowest first; the highest is not 0
};

/// n!
inline BigCount factorial(std::size_t n) {
  BigCount result = 1;
  for (std::size_t i = 2; i <= n; ++i) result *= i;
  return result;
}

}  // namespace equipoise::inline v0
