#include "scm/decomposition_json.hpp"

#include <string>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

// Set member by member: GCC 12 takes a whole initialiser for uninitialised where it inlines.
Decomposition made() {
  Decomposition of;
  of.protected_attribute = "race, sex";
  of.baseline = "White, Male";
  of.compared = "Black, Female";
  of.outcome = "hired=yes";
  of.tv = {{-0.5, -0.75, -0.25}, {LicenceKind::identified, "observed"}, {}};
  of.ctf_de = {{0.125, -0.5, 0.75}, {LicenceKind::bounded, "natural bounds"}, Interval{-0.25, 0.5}};
  of.ctf_ie = {{0.25, 0, 0.5}, {LicenceKind::assumed, "no hidden cause"}, {}};
  of.ctf_se = {{0.375, 0, 0.5}, {LicenceKind::identified, "the sum"}, {}};
  of.method = EstimationMethod::doubly_robust;
  of.across_split_deviation = {0, 0.125, 0.25, 0.0625};
  of.cross_fitting = CrossFittingNotes{.folds = 5, .splits = 3, .clipped_share = 0.01, .nuisances = {"P(x): splits"}};
  of.by_mediator.push_back({"school", {{0.5, 0, 1}, {LicenceKind::bounded, "b"}, Interval{0.25, 0.5}}, 0.125});
  of.by_mediator.push_back({"work", {{-0.25, -1, 0}, {LicenceKind::identified, "what x does"}, {}}, 0.0625});
  return of;
}
const Decomposition example = made();

Decomposition read(const std::string& text) {
  const JsonDocument document = parse_json(text, "d.json");
  return read_decomposition(document.root());
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = decomposition_json(example).dump();
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a decomposition with bounds and shares reads back as it was written", "[decomposition]") {
  CHECK(read(decomposition_json(example).dump()) == example);
  Decomposition plain = example;
  plain.by_mediator.clear();
  plain.ctf_de.bounds.reset();
  CHECK(!decomposition_json(plain).contains("by_mediator"));
  CHECK(!decomposition_json(plain).at("ctf_de").contains("bounds"));
  CHECK(read(decomposition_json(plain).dump()) == plain);
}

TEST_CASE("bounds that cannot be are answered with their place", "[decomposition]") {
  CHECK_THROWS_WITH(read(with(R"("bounds":{"low":-0.25)", R"("bounds":{"low":-0.75)")),
                    Catch::Contains("ctf_de/bounds"));
  CHECK_THROWS_WITH(read(with(R"("bounds":{"low":0.25)", R"("bounds":{"low":0.75)")),
                    Catch::Contains("d.json#/by_mediator/0/bounds"));
  CHECK_THROWS_WITH(read(with(R"("mediator":"work")", R"("mediators":"work")")), Catch::Contains("by_mediator/1"));
}
