// A polynomial in the inputs: powers and products.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// One factor of a product: a power of an input, or, for an input with levels, 1 where it stands at `level`, else 0.
struct PolynomialFactor {
  std::size_t input = 0;
  std::size_t power = 1;                  ///< at least 1
  std::optional<std::size_t> level = {};  ///< then the power is not read
  friend bool operator==(const PolynomialFactor&, const PolynomialFactor&) = default;
};

/// coefficient * product of factors, of which there is at least one.
struct PolynomialTerm {
  double coefficient = 0;
  std::vector<PolynomialFactor> factors;
  friend bool operator==(const PolynomialTerm&, const PolynomialTerm&) = default;
};

/// intercept + sum of terms, positional over the inputs.
class PolynomialFunction {
 public:
  static constexpr std::size_t greatest_power = 64;

  /// Factors of a term that are powers of one input become one. Throws value_out_of_range for a number that is not
  /// finite, a term without factors, a power of 0 or over 64.
  PolynomialFunction(std::size_t input_count, double intercept, std::vector<PolynomialTerm> terms)
      : input_count_(input_count), intercept_(intercept), terms_(std::move(terms)) {
    require(std::isfinite(intercept_), "an intercept that is not finite", "a finite number");
    for (PolynomialTerm& term : terms_) {
      gather(term.factors);
      require(std::isfinite(term.coefficient), "a coefficient that is not finite", "a finite number");
      require(!term.factors.empty(), "a term without factors", "one at least");
      for (const PolynomialFactor& factor : term.factors) {
        assert(factor.input < input_count_);
        require(factor.power >= 1 && factor.power <= greatest_power, "power " + std::to_string(factor.power),
                "a whole number from 1 to " + std::to_string(greatest_power));
      }
    }
  }

  double intercept() const noexcept { return intercept_; }
  const std::vector<PolynomialTerm>& terms() const noexcept { return terms_; }
  std::size_t input_count() const noexcept { return input_count_; }

  /// Adds the value at each row of the block to `out`, the terms in their order.
  void add_to(ColumnPointers inputs, RowBlock rows, double* out) const {
    for (std::size_t i = 0; i < rows.size; ++i) out[i] += intercept_;
    std::vector<double> product(rows.size);
    for (const PolynomialTerm& term : terms_) {
      std::fill(product.begin(), product.end(), term.coefficient);
      for (const PolynomialFactor& factor : term.factors) multiply(factor, inputs[factor.input], rows, product.data());
      for (std::size_t i = 0; i < rows.size; ++i) out[i] += product[i];
    }
  }

  friend bool operator==(const PolynomialFunction&, const PolynomialFunction&) = default;

 private:
  static void require(bool holds, std::string found, std::string expected) {
    if (!holds) throw Error(ErrorCode::value_out_of_range, "polynomial", std::move(found), std::move(expected));
  }

  static void gather(std::vector<PolynomialFactor>& factors) {
    std::vector<PolynomialFactor> gathered;
    for (const PolynomialFactor& factor : factors) {
      const auto same = std::find_if(gathered.begin(), gathered.end(), [&](const PolynomialFactor& other) {
        return other.input == factor.input && other.level == factor.level;
      });
      if (same == gathered.end())
        gathered.push_back(factor);
      else if (!factor.level)
        same->power += factor.power;
    }
    factors.swap(gathered);
  }

  static void multiply(const PolynomialFactor& factor, const double* input, RowBlock rows, double* product) {
    if (factor.level) {
      const auto level = static_cast<double>(*factor.level);
      for (std::size_t i = 0; i < rows.size; ++i) product[i] *= input[i] == level ? 1.0 : 0.0;
    } else {
      for (std::size_t time = 0; time < factor.power; ++time)
        for (std::size_t i = 0; i < rows.size; ++i) product[i] *= input[i];
    }
  }

  std::size_t input_count_;
  double intercept_;
  std::vector<PolynomialTerm> terms_;
};

}  // namespace equipoise::inline v0
