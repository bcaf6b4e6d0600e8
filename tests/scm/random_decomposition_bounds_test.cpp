// Bounds and other estimands of random models with hidden causes, against the truth that enumeration gives.
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/scm/doubly_robust_decomposition.hpp>

#include "scm/coin_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

constexpr double rounding = 1e-9;

bool holds(const Interval& interval, double value) {
  return interval.low - rounding <= value && value <= interval.high + rounding;
}

const DecompositionQuery x_on_y{"X", "1", "0", "Y", "1"};

/// How often parts came out how.
struct Tally {
  int by_adjustment = 0, by_estimand = 0, bounded = 0, by_graph = 0, assumed = 0;
};

/// One part of an exact decomposition against the truth.
void check_part(const LicensedEstimate& part, double truth, bool by_adjustment, double trivial_width, Tally& tally) {
  INFO(part.licence.basis << ": " << part.estimate.value << " in " << part.estimate.low << " to " << part.estimate.high
                          << ", truth " << truth);
  REQUIRE(part.estimate.low <= part.estimate.value);
  REQUIRE(part.estimate.value <= part.estimate.high);
  if (part.licence.kind == LicenceKind::identified) {
    ++(by_adjustment ? tally.by_adjustment : tally.by_estimand);
    REQUIRE(part.estimate.value == Approx(truth).margin(1e-10));
    REQUIRE(!part.bounds);
  } else if (part.licence.kind == LicenceKind::bounded) {
    ++tally.bounded;
    REQUIRE(!by_adjustment);
    REQUIRE(part.bounds);
    REQUIRE(holds(*part.bounds, truth));
    REQUIRE(part.bounds->high - part.bounds->low <= trivial_width + rounding);
    REQUIRE(part.estimate.low == part.bounds->low);
    REQUIRE(part.estimate.high == part.bounds->high);
    if (part.bounds->high - part.bounds->low < trivial_width - 0.01) ++tally.by_graph;
  } else {
    ++tally.assumed;
  }
}

/// Decomposes the joint distributions of random models, and compares all parts and shares with enumeration.
Tally check_models(const std::vector<std::string>& attributes, const DecompositionQuery& query, int models,
                   const DecompositionOptions& options) {
  std::mt19937_64 random(20261126);
  Tally tally;
  for (int trial = 0; trial < models; ++trial) {
    const RandomCase each = draw_case(random);
    if (each.model.coin_probability.size() > 14) continue;
    const FairnessRoles roles = roles_in_graph(each.graph, attributes, "Y");
    const std::vector<MediatorStep> steps = mediator_steps(each.graph, attributes, "Y", roles);
    std::vector<std::size_t> x, w;
    for (const std::string& name : attributes) x.push_back(each.graph.node(name));
    for (const MediatorStep& step : steps) w.push_back(each.graph.node(step.mediator));
    const Truth truth = enumerated(each, x, w);
    if (!truth.has_groups) continue;
    INFO("trial " << trial);
    Decomposition found;
    try {
      found = estimate_decomposition(truth.joint, query, each.graph, options);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::no_positivity);
      continue;
    }
    REQUIRE(found.method == EstimationMethod::exact);
    check_part(found.ctf_de, truth.de, roles.direct_identified, 1, tally);
    check_part(found.ctf_ie, truth.ie, roles.indirect_identified, 2, tally);
    check_part(found.ctf_se, truth.se, roles.spurious_identified, 1, tally);
    REQUIRE(
        found.tv.estimate.value ==
        Approx(found.ctf_de.estimate.value - found.ctf_ie.estimate.value - found.ctf_se.estimate.value).margin(1e-10));
    REQUIRE(found.by_mediator.size() == steps.size());
    double sum = 0;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      check_part(found.by_mediator[step].share, truth.shares[step], steps[step].identified, 2, tally);
      sum += found.by_mediator[step].share.estimate.value;
    }
    REQUIRE(sum == Approx(found.ctf_ie.estimate.value).margin(1e-10));
  }
  return tally;
}

}  // namespace

TEST_CASE("the truth of a random model lies within the bounds of every part and share", "[decomposition bounds]") {
  const Tally tally = check_models({"X"}, x_on_y, 250, {.by_mediator = true});
  INFO("by adjustment " << tally.by_adjustment << ", by estimand " << tally.by_estimand << ", bounded " << tally.bounded
                        << ", tighter than the outcome's range " << tally.by_graph);
  CHECK(tally.by_adjustment > 200);
  CHECK(tally.by_estimand > 20);
  CHECK(tally.bounded > 100);
  CHECK(tally.by_graph > 50);
  CHECK(tally.assumed == 0);
}

TEST_CASE("the same holds of two attributes at once", "[decomposition bounds][long]") {
  const Tally tally =
      check_models({"X", "B"}, {"X", "1", "0", "Y", "1", {{"B", "1", "0"}}}, 250, {.by_mediator = true});
  INFO("by adjustment " << tally.by_adjustment << ", by estimand " << tally.by_estimand << ", bounded " << tally.bounded
                        << ", tighter than the outcome's range " << tally.by_graph);
  CHECK(tally.by_adjustment > 100);
  CHECK(tally.by_estimand > 20);
  CHECK(tally.bounded > 100);
  CHECK(tally.assumed == 0);
}

TEST_CASE("beyond the budget of programs bounds are natural, and hold the truth as well", "[decomposition bounds]") {
  DecompositionOptions options{.by_mediator = true};
  options.bounds.programs.most_response_types = 1;
  CHECK(check_models({"X"}, x_on_y, 250, options).bounded > 100);
  options.bounds.most_cells = 1;  // not even a joint table, so that estimands cannot be evaluated
  CHECK(check_models({"X"}, x_on_y, 250, options).bounded > 100);
}

TEST_CASE("identification in full agrees with adjustment wherever adjustment identifies",
          "[decomposition bounds][long]") {
  std::mt19937_64 random(7);
  int agreed = 0;
  for (int trial = 0; trial < 150; ++trial) {
    const RandomCase each = draw_case(random);
    if (each.model.coin_probability.size() > 14) continue;
    const std::vector<std::string> attributes{"X"};
    FairnessRoles roles = roles_in_graph(each.graph, attributes, "Y");
    std::vector<MediatorStep> steps = mediator_steps(each.graph, attributes, "Y", roles);
    std::vector<std::size_t> w;
    for (const MediatorStep& step : steps) w.push_back(each.graph.node(step.mediator));
    const Truth truth = enumerated(each, {each.graph.node("X")}, w);
    if (!truth.has_groups) continue;
    Decomposition by_adjustment;
    try {
      by_adjustment = decompose(truth.joint, x_on_y, roles, {}, steps);
    } catch (const Error&) {
      continue;  // no positivity
    }
    const FairnessRoles granted = roles;
    roles.direct_identified = roles.indirect_identified = roles.spurious_identified = false;
    std::vector<MediatorStep> open_steps = steps;
    for (MediatorStep& step : open_steps) step.identified = false;
    const Decomposition found = with_bounds(by_adjustment, truth.joint, x_on_y, each.graph, roles, open_steps, "");
    const auto check = [&](bool is_granted, const LicensedEstimate& one, const LicensedEstimate& other) {
      if (!is_granted) return;
      INFO("trial " << trial << ": " << one.licence.basis << " and " << other.licence.basis);
      REQUIRE(other.licence.kind == LicenceKind::identified);
      REQUIRE(other.estimate.value == Approx(one.estimate.value).margin(1e-9));
      ++agreed;
    };
    check(granted.direct_identified, by_adjustment.ctf_de, found.ctf_de);
    // Where nothing mediates it takes no estimand to know that the indirect part is nothing.
    check(granted.indirect_identified && !steps.empty(), by_adjustment.ctf_ie, found.ctf_ie);
    check(granted.spurious_identified, by_adjustment.ctf_se, found.ctf_se);
    for (std::size_t k = 0; k < steps.size(); ++k)
      check(steps[k].identified, by_adjustment.by_mediator[k].share, found.by_mediator[k].share);
  }
  CHECK(agreed > 150);
}
