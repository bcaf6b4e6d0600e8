#include <equipoise/core/parallelism.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("at least one thread is always allowed") {
  CHECK(Parallelism::none().threads() == 1);
  CHECK(Parallelism::exactly(0).threads() == 1);
  CHECK(Parallelism::exactly(5).threads() == 5);
  CHECK(Parallelism::max().threads() >= 1);
}
