#include <catch2/catch.hpp>

#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

using namespace equipoise;

static_assert(InvertibleMechanism<NoiseMechanism> && InvertibleMechanism<LinearMechanism> &&
              LikelihoodMechanism<LinearMechanism>);
static_assert(CoupledMechanism<TableMechanism> && PosteriorMechanism<LogisticMechanism> &&
              !InvertibleMechanism<TableMechanism>);
static_assert(InvertibleMechanism<LookupMechanism> && CoupledMechanism<LookupMechanism>);

TEST_CASE("what a mechanism can do is known from its type, or from its value where that decides") {
  CHECK(rungs_of(NoiseMechanism(Noise(NormalNoise{}))).invertible);
  const ProbabilityTable coin({}, 2, {0.5, 0.5});
  CHECK(rungs_of(TableMechanism(coin, Coupling::gumbel_max)).posterior);
  CHECK(rungs_of(TableMechanism(coin, Coupling::unstated)) == Rungs{.likelihood = true, .discrete = true});
  CHECK(rungs_of(FormulaMechanism("2 * N", {}, Noise(NormalNoise{}), "N")).invertible);
  CHECK_FALSE(rungs_of(FormulaMechanism("N * N", {}, Noise(NormalNoise{}), "N")).invertible);
}
