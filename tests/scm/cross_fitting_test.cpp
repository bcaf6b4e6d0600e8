#include <equipoise/scm/cross_fitting.hpp>

#include <array>
#include <map>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("folds share every stratum to within one row, differ by division and repeat by seed", "[cross-fitting]") {
  std::vector<std::size_t> strata;
  for (std::size_t row = 0; row < 103; ++row) strata.push_back(row % 7 == 0 ? 2 : row % 2);
  const auto folds = assign_folds(strata, 4, 9, 0);
  std::map<std::size_t, std::array<int, 4>> counts;
  for (std::size_t row = 0; row < strata.size(); ++row) ++counts[strata[row]][folds[row]];
  for (const auto& [stratum, count] : counts) {
    const auto [least, most] = std::minmax_element(count.begin(), count.end());
    CHECK(*most - *least <= 1);
  }
  CHECK(assign_folds(strata, 4, 9, 0) == folds);
  CHECK(assign_folds(strata, 4, 9, 1) != folds);
  CHECK(assign_folds(strata, 4, 8, 0) != folds);
}

TEST_CASE("a mean over divisions carries what they disagree by", "[cross-fitting]") {
  const std::array splits{SplitEstimate{1, 0.3}, SplitEstimate{2, 0.5}, SplitEstimate{3, 0.4}};
  const CrossFittedEstimate mean = mean_over_splits(splits);
  CHECK(mean.value == Approx(2));
  CHECK(mean.standard_error == Approx(std::sqrt((0.09 + 1 + 0.25 + 0 + 0.16 + 1) / 3)));
  CHECK(mean.across_split_deviation == Approx(1));
  const CrossFittedEstimate one = mean_over_splits(std::span(splits).first(1));
  CHECK(one.value == 1);
  CHECK(one.standard_error == Approx(0.3));
  CHECK(one.across_split_deviation == 0);
  const Estimate interval = normal_estimate(2, 0.5);
  CHECK(interval.low == Approx(2 - 0.5 * 1.959963984540054));
  CHECK(interval.high == Approx(2 + 0.5 * 1.959963984540054));
}
