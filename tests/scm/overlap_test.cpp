#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/overlap.hpp>

using namespace equipoise;

namespace {

Column levels(std::string name, std::vector<std::string> texts, std::vector<double> values) {
  return {std::move(name), texts.size() == 2 ? ColumnType::binary : ColumnType::categorical, std::move(texts),
          std::move(values)};
}

}  // namespace

TEST_CASE("propensities of levels given levels are shares, and what is left of weighting is that worked by hand") {
  Table table({levels("Z", {"young", "old"}, {0, 0, 1, 1}), levels("T", {"no", "yes"}, {0, 1, 0, 1})});
  table.set_weights({90, 10, 40, 60});
  const Overlap result = overlap(table, "T", std::vector<std::string>{"Z"});
  CHECK(result.method == "shares of the people alike in their causes");
  CHECK(result.configurations == 2);
  CHECK(result.empty_cells == 0);
  REQUIRE(result.levels.size() == 2);
  const LevelOverlap& yes = result.levels[1];
  CHECK(yes.share == Approx(0.35));
  CHECK(yes.smallest_propensity == Approx(0.1));
  CHECK(yes.rare_share == 0);
  // 10 people of weight 1 / 0.1 and 60 of weight 1 / 0.6.
  CHECK(yes.effective_share == Approx(200.0 * 200 / (10 * 100 + 60 / 0.36) / 70));
  CHECK(result.smallest_propensity() == Approx(0.1));
}

TEST_CASE("a cell without people is named, the one among most people first") {
  Table table({levels("Z", {"young", "old", "oldest"}, {0, 0, 1, 2}), levels("T", {"no", "yes"}, {0, 1, 0, 1})});
  table.set_weights({50, 50, 30, 20});
  const Overlap result = overlap(table, "T", std::vector<std::string>{"Z"});
  CHECK(result.empty_cells == 2);
  CHECK(result.emptiest == "none of the 30 people with Z=old has T=yes");
  CHECK(result.smallest_propensity() == 0);
  CHECK(result.levels[1].rare_share == Approx(0.2));
}

TEST_CASE("given numbers, propensities are those of a logistic model") {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  std::vector<double> x(4000), t(4000);
  double least = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = normal(random);
    const double p = 1 / (1 + std::exp(-1.5 * x[i]));
    t[i] = static_cast<double>(random() >> 11) * 0x1p-53 < p ? 1 : 0;
    least = std::min(least, p);
  }
  const Overlap result = overlap(Table({{"X", ColumnType::continuous, {}, x}, levels("T", {"0", "1"}, t)}), "T",
                                 std::vector<std::string>{"X"});
  CHECK(result.method == "multinomial logistic regression");
  // The slope of 1.5 has a standard error of 0.05: at the least x, near -3.5, the log odds' is below 0.2.
  CHECK(std::log(result.levels[1].smallest_propensity) == Approx(std::log(least)).margin(0.8));
  CHECK(result.levels[1].effective_share < 0.9);
  CHECK(result.levels[1].effective_share > 0);
}

TEST_CASE("a treatment without levels is refused, one with a level alone is not judged") {
  const Table table({{"X", ColumnType::continuous, {}, {1, 2}}, levels("T", {"only"}, {0, 0})});
  CHECK_THROWS_AS(overlap(table, "X", {}), Error);
  CHECK(overlap(table, "T", {}).note == "one level alone");
}
