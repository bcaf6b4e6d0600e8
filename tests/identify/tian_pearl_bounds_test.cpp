#include <equipoise/identify/tian_pearl_bounds.hpp>

#include <cstddef>
#include <random>
#include <span>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

#include "identify/random_models.hpp"

using namespace equipoise;

namespace {

/// The truth of a model of X -> Y, X <-> Y, by its response types: 2 of X times 4 of Y, with random probabilities.
struct ResponseModel {
  double p[2][4] = {};  // by X, and Y's responses to X=0 (low bit) and X=1 (high bit)

  explicit ResponseModel(std::mt19937_64& random) {
    std::uniform_real_distribution<double> uniform;
    double total = 0;
    for (auto& row : p)
      for (double& cell : row) total += cell = random() % 4 == 0 ? 0 : uniform(random);
    for (auto& row : p)
      for (double& cell : row) cell /= total;
  }
  template <class Holds>
  double probability(Holds holds) const {
    double sum_of = 0;
    for (int x = 0; x < 2; ++x)
      for (int r = 0; r < 4; ++r)
        if (holds(x, r & 1, r >> 1)) sum_of += p[x][r];
    return sum_of;
  }
  BinaryJoint joint() const {
    const auto cell = [&](int x, int y) {
      return probability([=](int at, int y0, int y1) { return at == x && (at == 1 ? y1 : y0) == y; });
    };
    return {cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)};
  }
  BinaryExperiment experiment() const {
    return {probability([](int, int y0, int) { return y0 == 1; }),
            probability([](int, int, int y1) { return y1 == 1; })};
  }
};

bool holds(const Bounds& bounds, double value) { return bounds.low - 1e-12 <= value && value <= bounds.high + 1e-12; }

}  // namespace

TEST_CASE("probabilities of causation lie within their bounds, which an experiment only narrows") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 5000; ++round) {
    const ResponseModel model(random);
    const BinaryJoint joint = model.joint();
    const CausationBounds wide = tian_pearl_bounds(joint), narrow = tian_pearl_bounds(joint, model.experiment());
    const double pns = model.probability([](int, int y0, int y1) { return y0 == 0 && y1 == 1; });
    REQUIRE(holds(narrow.pns, pns));
    REQUIRE(wide.pns.low <= narrow.pns.low);
    REQUIRE(wide.pns.high >= narrow.pns.high - 1e-12);
    REQUIRE(narrow.pn.has_value() == (joint.x1y1 > 0));
    if (narrow.pn) {
      const double event = model.probability([](int x, int y0, int y1) { return x == 1 && y1 == 1 && y0 == 0; });
      REQUIRE(holds(*narrow.pn, event / joint.x1y1));
    }
    if (narrow.ps) {
      const double event = model.probability([](int x, int y0, int y1) { return x == 0 && y0 == 0 && y1 == 1; });
      REQUIRE(holds(*narrow.ps, event / joint.x0y0));
    }
  }
}

TEST_CASE("what is no distribution, or not of one population, is refused") {
  CHECK_THROWS_AS(tian_pearl_bounds({0.5, 0.5, 0.5, 0.5}), Error);
  CHECK_THROWS_AS(tian_pearl_bounds({-0.5, 0.5, 0.5, 0.5}), Error);
  try {
    tian_pearl_bounds({0.25, 0.25, 0.25, 0.25}, {0.1, 0.5});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::infeasible);
    CHECK(error.place() == "P(Y=1 | do(X=0))");
  }
}
