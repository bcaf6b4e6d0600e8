#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/sampling.hpp>

using namespace equipoise;

namespace {

/// A user's own mechanism, a struct without a base: value = input * exp(noise / 10).
struct Growth {
  std::size_t input_count() const { return 1; }
  std::size_t noise_count() const { return 1; }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    fill_normal(stream, rows.first, std::span(noise[0], rows.size));
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    for (std::size_t i = 0; i < rows.size; ++i) value[i] = inputs[0][i] * std::exp(noise[0][i] / 10);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    for (std::size_t i = 0; i < rows.size; ++i) noise[0][i] = 10 * std::log(value[i] / inputs[0][i]);
  }
};

/// One that samples and no more.
struct SamplesOnly {
  std::size_t input_count() const { return 0; }
  void sample(ColumnPointers, const RandomStream& stream, RowBlock rows, double* value) const {
    fill_uniform(stream, rows.first, std::span(value, rows.size));
  }
};

static_assert(InvertibleMechanism<Growth> && !PosteriorMechanism<Growth> && !LikelihoodMechanism<Growth>);
static_assert(Mechanism<SamplesOnly> && !FunctionalMechanism<SamplesOnly>);

}  // namespace

TEST_CASE("an erased mechanism reports its rungs and refuses the others") {
  const AnyMechanism growth{Growth{}}, uniform{SamplesOnly{}};
  CHECK(growth.rungs() == Rungs{.functional = true, .invertible = true});
  CHECK(uniform.rungs() == Rungs{});
  CHECK(growth.get_if<Growth>() != nullptr);
  CHECK(growth.get_if<SamplesOnly>() == nullptr);
  double value = 1;
  try {
    growth.log_density({}, &value, {0, 1}, &value);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::scm_missing_rung);
    CHECK(error.kind() == ErrorKind::computation);
  }
  CHECK_THROWS_AS(uniform.evaluate({}, {}, {0, 1}, &value), Error);
}

TEST_CASE("a user's own mechanism takes part in sampling and counterfactuals") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const Scm scm(CausalGraph({"X", "Y"}, edges), {{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
                {{SamplesOnly{}, {}}, {Growth{}, {"X"}}});
  const Eigen::MatrixXd world = sample(scm, 100);
  const Eigen::MatrixXd doubled = counterfactual_rows(scm, world, Intervention{{0, 2}});
  for (Eigen::Index row = 0; row < 100; ++row) CHECK(doubled(row, 1) == Approx(2 * world(row, 1) / world(row, 0)));
}
