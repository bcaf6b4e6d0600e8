#include <catch2/catch.hpp>

#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>

using namespace equipoise;

TEST_CASE("a lookup is determined by its inputs, the last fastest") {
  const LookupMechanism mechanism({2, 2}, 3, {0, 1, 2, 0});
  const std::vector<double> a{0, 0, 1, 1}, u{0, 1, 0, 1};
  const std::vector<const double*> inputs{a.data(), u.data()};
  std::vector<double> value(4), density(4);
  mechanism.evaluate(inputs, {}, {0, 4}, value.data());
  CHECK(value == std::vector<double>{0, 1, 2, 0});
  mechanism.abduct(inputs, value.data(), {0, 4}, {});
  value[2] = 1;
  mechanism.log_density(inputs, value.data(), {0, 4}, density.data());
  CHECK(density[0] == 0);
  CHECK(density[2] < -1e300);
  CHECK_THROWS_AS(mechanism.abduct(inputs, value.data(), {0, 4}, {}), Error);
}
