// Wherever the roles claim identification, the plug-in formula on the exact joint must equal the counterfactual
// truth of every model with that graph; random graphs and models, all enumerated.
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/scm/decomposition.hpp>
#include <equipoise/scm/doubly_robust_decomposition.hpp>

#include "scm/coin_models.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

/// Checks 400 models and counts the parts that are identified and those that are refused and differ.
void check_models(const std::vector<std::string>& attributes, const DecompositionQuery& query) {
  std::mt19937_64 random(20240607);
  std::array<int, 3> identified{}, refuted{};
  int shares_identified = 0, shares_refuted = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const RandomCase each = draw_case(random);
    if (each.model.coin_probability.size() > 14) continue;
    const FairnessRoles roles = roles_in_graph(each.graph, attributes, "Y");
    const std::vector<MediatorStep> steps = mediator_steps(each.graph, attributes, "Y", roles);
    std::vector<std::size_t> x, w;
    for (const std::string& name : attributes) x.push_back(each.graph.node(name));
    for (const MediatorStep& step : steps) w.push_back(each.graph.node(step.mediator));
    const Truth truth = enumerated(each, x, w);
    if (!truth.has_groups) continue;
    DecompositionValues found;
    try {
      found = decomposition_values(truth.joint, query, roles);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::no_positivity);
      continue;
    }
    const std::array parts{std::array{found.ctf_de, truth.de}, std::array{found.ctf_ie, truth.ie},
                           std::array{found.ctf_se, truth.se}};
    const std::array flags{roles.direct_identified, roles.indirect_identified, roles.spurious_identified};
    for (std::size_t part = 0; part < parts.size(); ++part) {
      INFO("trial " << trial << ", part " << part);
      if (flags[part]) {
        ++identified[part];
        REQUIRE(parts[part][0] == Approx(parts[part][1]).margin(1e-12));
      } else if (std::abs(parts[part][0] - parts[part][1]) > 1e-6) {
        ++refuted[part];
      }
    }
    FairnessRoles first{.confounders = roles.confounders, .mediators = {}};
    double before = 0;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      first.mediators.push_back(steps[step].mediator);
      const double now = decomposition_values(truth.joint, query, first).ctf_ie, share = now - before;
      before = now;
      INFO("trial " << trial << ", mediator " << steps[step].mediator);
      if (steps[step].identified) {
        ++shares_identified;
        REQUIRE(share == Approx(truth.shares[step]).margin(1e-12));
      } else if (std::abs(share - truth.shares[step]) > 1e-6) {
        ++shares_refuted;
      }
    }
  }
  for (std::size_t part = 0; part < 3; ++part) {
    INFO("part " << part << ": identified " << identified[part] << ", refused and differing " << refuted[part]);
    CHECK(identified[part] > 30);
    CHECK(refuted[part] > 10);  // the refusals are not idle either
  }
  INFO("shares identified " << shares_identified << ", refused and differing " << shares_refuted);
  CHECK(shares_identified > 30);
  CHECK(shares_refuted > 10);
}

}  // namespace

TEST_CASE("an identified part of a decomposition equals its counterfactual definition", "[decomposition]") {
  check_models({"X"}, {"X", "1", "0", "Y", "1"});
}

TEST_CASE("an identified part of two attributes' decomposition equals its counterfactual definition",
          "[decomposition]") {
  check_models({"X", "B"}, {"X", "1", "0", "Y", "1", {{"B", "1", "0"}}});
}
