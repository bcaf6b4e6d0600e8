#include <equipoise/privacy/gradient_clipping.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>
#include <equipoise/predictor/affine.hpp>

using namespace equipoise;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<BatchWorld> drawn_worlds(std::uint64_t number, std::size_t count, Eigen::Index persons,
                                     Eigen::Index inputs) {
  RowStream random = RandomStream({.seed = 21, .purpose = Purpose::test}).row(number);
  std::vector<BatchWorld> worlds(count);
  for (BatchWorld& world : worlds) {
    world.features = Eigen::MatrixXd::NullaryExpr(persons, inputs, [&] { return 4 * random.uniform() - 2; });
    world.d_scores = Eigen::VectorXd::NullaryExpr(persons, [&] { return 2 * random.uniform() - 1; });
  }
  return worlds;
}

/// A person's gradient, formed.
Eigen::VectorXd gradient_of(const AffinePredictor& predictor, const std::vector<BatchWorld>& worlds,
                            Eigen::Index person) {
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(predictor.parameter_count());
  for (const BatchWorld& world : worlds) {
    gradient.head(predictor.inputs()) += world.d_scores[person] * world.features.row(person).transpose();
    gradient[predictor.inputs()] += world.d_scores[person];
  }
  return gradient;
}

}  // namespace

TEST_CASE("clipping keeps a gradient's direction and shortens it to the bound", "[gradient clipping]") {
  for (std::uint64_t number = 0; number < 60; ++number) {
    const std::size_t count = 1 + number % 3;
    const AffinePredictor predictor(4, Link::logistic);
    const Eigen::VectorXd parameters = Eigen::VectorXd::Zero(5);
    std::vector<BatchWorld> worlds = drawn_worlds(number, count, 20, 4);
    const std::vector<BatchWorld> before = worlds;
    const double bound = 1.5;
    clip_gradients(predictor, parameters, bound, worlds);
    for (Eigen::Index person = 0; person < 20; ++person) {
      const Eigen::VectorXd raw = gradient_of(predictor, before, person),
                            clipped = gradient_of(predictor, worlds, person);
      REQUIRE(clipped.norm() <= bound);
      // Of several worlds the length may be taken for more than it is, by their own lengths' share.
      double apart = 0;
      for (const BatchWorld& world : before) apart += gradient_of(predictor, {world}, person).squaredNorm();
      const double margin = count == 1 ? 1e-12 : 0x1p-10 * static_cast<double>(count) * apart;
      const double taken = std::sqrt(raw.squaredNorm() + margin), scale = taken <= bound ? 1 : bound / taken;
      REQUIRE((clipped - scale * raw).norm() <= 1e-9);
    }
  }
}

TEST_CASE("a person whose gradient is not finite counts for nothing", "[gradient clipping]") {
  const AffinePredictor predictor(2, Link::logistic);
  const Eigen::VectorXd parameters = Eigen::VectorXd::Zero(3);
  for (const double wrong : {std::nan(""), infinity, -infinity, 1e200})
    for (const bool in_features : {true, false}) {
      std::vector<BatchWorld> worlds = drawn_worlds(7, 2, 3, 2);
      (in_features ? worlds[1].features(1, 0) : worlds[1].d_scores[1]) = wrong;
      const std::vector<BatchWorld> before = worlds;
      clip_gradients(predictor, parameters, 100, worlds);
      CHECK(gradient_of(predictor, worlds, 1) == Eigen::VectorXd::Zero(3));
      Eigen::VectorXd sum = Eigen::VectorXd::Zero(3);
      for (const BatchWorld& world : worlds) predictor.backward(parameters, world.features, world.d_scores, sum);
      const Eigen::VectorXd first = gradient_of(predictor, before, 0), last = gradient_of(predictor, before, 2);
      for (Eigen::Index k = 0; k < 3; ++k) CHECK(sum[k] == Approx(first[k] + last[k]).margin(1e-12));
    }
}

TEST_CASE("a person without features whose derivative is not finite counts for nothing", "[gradient clipping]") {
  const AffinePredictor intercept(0, Link::logistic);
  std::vector<BatchWorld> worlds{{.features = Eigen::MatrixXd(3, 0), .d_scores = Eigen::Vector3d(0.5, NAN, 4)}};
  clip_gradients(intercept, Eigen::VectorXd::Zero(1), 1, worlds);
  CHECK((worlds[0].d_scores - Eigen::Vector3d(0.5, 0, 1)).norm() < 1e-9);
}

TEST_CASE("worlds that cancel do not pass for a short gradient of long parts", "[gradient clipping]") {
  const AffinePredictor predictor(1, Link::logistic);
  std::vector<BatchWorld> worlds(2);
  for (BatchWorld& world : worlds) world.features = Eigen::MatrixXd::Constant(1, 1, 1e9), world.d_scores.setOnes(1);
  worlds[1].d_scores[0] = -1;
  clip_gradients(predictor, Eigen::VectorXd::Zero(2), 1, worlds);
  for (const BatchWorld& world : worlds) CHECK(gradient_of(predictor, {world}, 0).norm() <= detail::most_cancellation);
}
