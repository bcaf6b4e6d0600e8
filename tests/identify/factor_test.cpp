#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include <equipoise/identify/factor.hpp>

using namespace equipoise;

namespace {

const Cardinalities cardinalities{2, 3, 4};

Factor random_factor(std::mt19937_64& random, Symbols symbols) {
  Factor factor = zero_factor(std::move(symbols), cardinalities);
  for (double& value : factor.values) value = static_cast<double>(random() % 100);
  return factor;
}

double at(const Factor& factor, const std::vector<std::size_t>& level_of) {
  std::vector<std::size_t> levels;
  for (const Symbol s : factor.symbols) levels.push_back(level_of[s.variable]);
  return factor.at(levels);
}

}  // namespace

TEST_CASE("combination, summation and restriction agree cell by cell with their definitions", "[identify]") {
  std::mt19937_64 random(1);
  const std::vector<Symbols> subsets{
      {}, {{0, 0}}, {{1, 0}}, {{0, 0}, {2, 0}}, {{1, 0}, {2, 0}}, {{0, 0}, {1, 0}, {2, 0}}};
  for (const Symbols& s : subsets)
    for (const Symbols& t : subsets) {
      const Factor a = random_factor(random, s), b = random_factor(random, t);
      const Factor c = combine(a, b, [](double u, double v) { return 10 * u - v; });
      const Factor summed = sum_out(c, {{1, 0}});
      const Factor restricted = restrict_to(c, {2, 0}, 3);
      for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t k = 0; k < 4; ++k) {
          double total = 0;
          const bool has_one = c.stride({1, 0}) != 0;
          for (std::size_t j = 0; j < 3; ++j) {
            REQUIRE(at(c, {i, j, k}) == 10 * at(a, {i, j, k}) - at(b, {i, j, k}));
            if (has_one || j == 0) total += at(c, {i, j, k});
            REQUIRE(at(restricted, {i, j, k}) == at(c, {i, j, 3}));
          }
          REQUIRE(at(summed, {i, 0, k}) == total);
        }
    }
}
