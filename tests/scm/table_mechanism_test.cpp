#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/table_mechanism.hpp>

using namespace equipoise;

TEST_CASE("a table whose rows are no distributions cannot be made") {
  CHECK_THROWS_AS(ProbabilityTable({}, 2, {0.5, 0.6}), Error);
  CHECK_THROWS_AS(ProbabilityTable({}, 2, {-0.5, 1.5}), Error);
}

TEST_CASE("a table is row-major over its inputs, the last fastest") {
  const ProbabilityTable table({2, 3}, 2, {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.5, 0.6, 0.4});
  const std::vector<double> a{0, 1, 1}, b{2, 0, 2};
  std::vector<double> p0(3), p1(3);
  table.probabilities(std::vector<const double*>{a.data(), b.data()}, {0, 3},
                      std::vector<double*>{p0.data(), p1.data()});
  CHECK(p0 == std::vector<double>{0.3, 0.4, 0.6});
  CHECK(p1 == std::vector<double>{0.7, 0.6, 0.4});
  const std::vector<double> off{0, 2, 0};
  CHECK_THROWS_AS(table.probabilities(std::vector<const double*>{off.data(), b.data()}, {0, 3},
                                      std::vector<double*>{p0.data(), p1.data()}),
                  Error);
}
