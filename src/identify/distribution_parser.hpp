// Distributions in texts, as in `X ~ mixture(0.3, normal(0, 1), 0.7, normal(4, scale = 2))`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/identify/query.hpp>

#include "identify/query_scanner.hpp"

namespace equipoise::inline v0::detail {

/// Reads one distribution; which names and arguments exist is not its business.
class DistributionParser {
 public:
  explicit DistributionParser(QueryScanner& scan) : scan_(scan) {}

  QueryDistribution parse() { return distribution(0); }

 private:
  static constexpr std::size_t deepest = 32;

  QueryDistribution distribution(std::size_t depth) {
    if (depth == deepest)
      scan_.fail(scan_.column(), "mixtures within mixtures, " + std::to_string(deepest) + " deep", "fewer");
    QueryDistribution distribution{scan_.name("a distribution, such as bernoulli(0.3)"), {}};
    scan_.expect("(");
    do distribution.arguments.push_back(argument(depth));
    while (scan_.accept(","));
    scan_.expect(")");
    return distribution;
  }

  QueryArgument argument(std::size_t depth) {
    if (begins_number(scan_)) return {{}, scan_.number()};
    QueryScanner ahead = scan_;
    QueryText name = ahead.name("a number");
    if (!ahead.accept("=")) return {{}, std::vector{distribution(depth + 1)}};
    scan_ = ahead;
    if (begins_number(scan_)) return {std::move(name.text), scan_.number()};
    return {std::move(name.text), std::vector{distribution(depth + 1)}};
  }

  static bool begins_number(QueryScanner& scan) {
    constexpr std::string_view beginnings = "0123456789-.";
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char& c) { return scan.sees(std::string_view(&c, 1)); });
  }

  QueryScanner& scan_;
};

}  // namespace equipoise::inline v0::detail
