#include <equipoise/privacy/ledger.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a ledger's total is every entry that is not public, as often as it happened", "[ledger]") {
  PrivacyLedger ledger;
  CHECK(flattened(ledger.total()).empty());
  const PrivacyEvent step = PoissonSampledEvent{.rate = 0.01, .base = GaussianEvent{.noise_multiplier = 1.1}};
  ledger.declare_public("the scaling of the features", "training rows");
  ledger.record("training", "training rows", RepeatedEvent{.count = 100, .base = step}, 5);
  ledger.record("group counts", "training rows", DiscreteLaplaceEvent{.scale = 2});
  ledger.record("more training", "training rows", step);
  const std::vector<CountedEvent> parts = flattened(ledger.total());
  REQUIRE(parts.size() == 2);
  CHECK(parts[0] == CountedEvent{step, 501});
  CHECK(parts[1] == CountedEvent{DiscreteLaplaceEvent{.scale = 2}, 1});
  CHECK(ledger.entries().size() == 4);
  CHECK(ledger.entries()[0].declared_public);
}

TEST_CASE("what voids a guarantee stays in the ledger", "[ledger]") {
  PrivacyLedger ledger;
  CHECK(ledger.void_because().empty());
  ledger.void_guarantee("noise from a seed");
  ledger.record("training", "training rows", GaussianEvent{.noise_multiplier = 1});
  CHECK(ledger.void_because() == std::vector<std::string>{"noise from a seed"});
}
