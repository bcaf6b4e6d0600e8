#include <equipoise/privacy/exact_bernoulli.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "goodness_of_fit.hpp"

using namespace equipoise;
using detail::Wide;
using test::goodness_of_fit;
using test::test_noise;

namespace {

// The p-value of heads among tosses against a probability.
template <class Coin>
double p_value(int tosses, double probability, Coin coin) {
  double heads = 0;
  for (int i = 0; i < tosses; ++i) heads += coin() ? 1 : 0;
  return goodness_of_fit({heads, tosses - heads}, {probability, 1 - probability});
}

// Words that a test chooses.
struct Chosen {
  static constexpr bool voids_guarantee = true;
  std::vector<std::uint64_t> words;
  std::size_t next = 0;
  std::uint64_t operator()() { return words.at(next++); }
  void fill(std::span<std::uint64_t> out) {
    for (std::uint64_t& word : out) word = (*this)();
  }
};

}  // namespace

TEST_CASE("a uniform number below n is n times a word, but for the words that would favour some", "[exact_bernoulli]") {
  const std::uint64_t n = (std::uint64_t{1} << 63) + 1;  // nearly half of all words are rejected
  auto random = test_noise(1);
  double low = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t drawn = detail::draw_uniform_below(random, n);
    CHECK(drawn < n);
    low += drawn < n / 4;
  }
  CHECK(goodness_of_fit({low, 20000 - low}, {0.25, 0.75}) > 1e-6);
  std::vector<double> counts(7, 0.0);
  for (int i = 0; i < 20000; ++i) ++counts[detail::draw_uniform_below(random, 7)];
  CHECK(goodness_of_fit(counts, std::vector<double>(7, 1.0 / 7)) > 1e-6);
  Chosen zeros{{0, 0, std::uint64_t{5} << 60}};  // 0 is rejected for n = 3, since 2^64 is 1 beyond a multiple of 3
  CHECK(detail::draw_uniform_below(zeros, 3) == 0);
  CHECK(zeros.next == 3);
}

TEST_CASE("a coin has its fraction's probability at any size of the denominator", "[exact_bernoulli]") {
  auto random = test_noise(2);
  for (const Wide denominator : {Wide{3}, Wide{1} << 64, (Wide{1} << 64) - 1, (Wide{1} << 64) + 7, Wide{5} << 120})
    CHECK(p_value(20000, 2.0 / 3, [&] {
            return detail::draw_fraction(random, denominator / 3 * 2 + denominator % 3 * 2 / 3, denominator);
          }) > 1e-6);  // five tests: a right coin fails one once in 200,000 seeds
  CHECK_FALSE(detail::draw_fraction(random, 0, 1));
  CHECK(detail::draw_fraction(random, 1, 1));
  CHECK(detail::draw_fraction(random, Wide{1} << 127, Wide{1} << 127));
  // The last of 65 bits counts: 2^64 is below 2^64 + 1, and 2^64 + 1 is not.
  const std::uint64_t top = std::uint64_t{1} << 63;
  Chosen below{{top, 0}}, not_below{{top, 1}};
  CHECK(detail::draw_fraction(below, (Wide{1} << 64) + 1, Wide{1} << 65));
  CHECK_FALSE(detail::draw_fraction(not_below, (Wide{1} << 64) + 1, Wide{1} << 65));
}

TEST_CASE("a coin has the exponential of its fraction as probability", "[exact_bernoulli]") {
  auto random = test_noise(3);
  for (const auto& [numerator, denominator] :
       std::vector<std::pair<Wide, Wide>>{{0, 7}, {1, 7}, {7, 7}, {10, 7}, {Wide{5} << 100, Wide{2} << 100}, {3, 1}}) {
    const Wide n = numerator, d = denominator;
    const double gamma = static_cast<double>(n) / static_cast<double>(d);
    if (n == 0) {
      CHECK(detail::draw_exponential_of_fraction(random, n, d));
      continue;
    }
    CHECK(p_value(30000, std::exp(-gamma), [&] { return detail::draw_exponential_of_fraction(random, n, d); }) > 1e-6);
  }
  CHECK_FALSE(detail::draw_exponential_of_fraction(random, Wide{1} << 100, 1));  // e^-(2^100)
}
