#include <catch2/catch.hpp>

#include <equipoise/identify/licence.hpp>

using namespace equipoise;

TEST_CASE("every kind of licence has a name of its own, as files hold it", "[identify]") {
  CHECK(to_string(LicenceKind::identified) == "identified");
  CHECK(to_string(LicenceKind::bounded) == "bounded");
  CHECK(to_string(LicenceKind::assumed) == "assumed");
  CHECK(to_string(LicenceKind::observational) == "observational");
}
