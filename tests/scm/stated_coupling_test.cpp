#include <catch2/catch.hpp>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/stated_coupling.hpp>

using namespace equipoise;

TEST_CASE("a stated coupling answers what would have been, within the bounds of the model that leaves it open") {
  const Scm trial = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/drug.json");
  const Query causation = parse_query("PN(drug -> recovery)"), effect = parse_query("ATE(drug -> recovery)");
  const QueryAnswer open = answer_query(trial, causation);
  REQUIRE(open.bounds);
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const Scm stated = with_coupling(trial, coupling);
    const QueryAnswer answer = answer_query(stated, causation);
    REQUIRE(answer.value);
    CHECK(*answer.value >= open.bounds->low - 1e-9);
    CHECK(*answer.value <= open.bounds->high + 1e-9);
    CHECK(*answer_query(stated, effect).value == Approx(*answer_query(trial, effect).value).margin(1e-14));
    // What is stated already stays.
    CHECK(*answer_query(with_coupling(stated, Coupling::gumbel_max), causation).value == *answer.value);
  }
}
