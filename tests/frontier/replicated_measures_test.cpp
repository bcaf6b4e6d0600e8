#include <equipoise/frontier/replicated_measures.hpp>

#include <vector>

#include <catch2/catch.hpp>

#include "frontier/random_points.hpp"

using namespace equipoise;
using equipoise::testing::points;
using Rows = std::vector<std::size_t>;

TEST_CASE("a hypervolume's interval is that of its replicates and holds the value", "[replicated measures]") {
  const std::vector<double> reference{1, 1};
  ReplicatedMeasures measures{points({{0.5, 0.5}, {0.2, 0.9}, {0, 0}}), {}};
  const Rows members{0, 1};
  CHECK(hypervolume_estimate(measures, members, reference).value == Approx(0.28));
  CHECK(hypervolume_estimate(measures, members, reference).low == Approx(0.28));
  for (int i = 0; i <= 100; ++i) {
    Eigen::MatrixXd replicate = measures.values;
    replicate.row(0) << 0.5, 0.4 + 0.002 * i;  // volume 0.5 (0.6 - 0.002 i), and 0.03 of the other point
    measures.replicates.push_back(replicate);
  }
  const Estimate found = hypervolume_estimate(measures, members, reference, 0.9);
  CHECK(found.low == Approx(0.23 + 0.005));
  CHECK(found.high == Approx(0.33 - 0.005));
}

TEST_CASE("what two arms share leaves no doubt in their difference", "[replicated measures]") {
  ReplicatedMeasures measures{points({{0.5, 0.5}, {0.5, 0.6}}), {}};
  for (int i = 0; i < 50; ++i) {
    // The whole front moves along; the gap between the arms does not.
    const double shift = 0.004 * i - 0.1;
    measures.replicates.push_back(points({{0.5, 0.5 + shift}, {0.5, 0.6 + shift}}));
  }
  const Estimate found = hypervolume_difference(measures, Rows{0}, Rows{1}, std::vector<double>{1, 1});
  CHECK(found.value == Approx(0.05));
  CHECK(found.high - found.low < 1e-12);
  CHECK(hypervolume_difference(measures, Rows{1}, Rows{0}, std::vector<double>{1, 1}).value == Approx(-0.05));
}
