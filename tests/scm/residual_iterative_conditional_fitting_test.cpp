#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/residual_iterative_conditional_fitting.hpp>
#include <equipoise/testing/random_graph.hpp>

using namespace equipoise;

namespace {

// The covariance of `rows` rows of mixed normals, like nothing in particular and far from singular.
Eigen::MatrixXd random_covariance(std::uint32_t point, Eigen::Index size, Eigen::Index rows) {
  Eigen::MatrixXd x(rows, size);
  fill_normal(RandomStream({.seed = 41, .purpose = Purpose::test, .point = point}), 0,
              {x.data(), static_cast<std::size_t>(x.size())});
  Eigen::MatrixXd mixing(size, size);
  fill_normal(RandomStream({.seed = 42, .purpose = Purpose::test, .point = point}), 0,
              {mixing.data(), static_cast<std::size_t>(mixing.size())});
  mixing = Eigen::MatrixXd::Identity(size, size) + 0.4 * mixing;
  x = (x * mixing).eval();
  x.rowwise() -= x.colwise().mean().eval();
  Eigen::MatrixXd s = x.transpose() * x / static_cast<double>(rows);
  s.diagonal() *= 1.3;
  const Eigen::VectorXd units = s.diagonal().cwiseSqrt().cwiseInverse();
  return units.asDiagonal() * s * units.asDiagonal();
}

// ln density by the implied covariance of the variables, which the fit never forms.
double log_likelihood(const Eigen::MatrixXd& b, const Eigen::MatrixXd& omega, const Eigen::MatrixXd& s) {
  const Eigen::Index n = s.rows();
  const Eigen::MatrixXd equations = Eigen::MatrixXd::Identity(n, n) - b;
  const Eigen::MatrixXd precision = equations.transpose() * inverse_spd(omega) * equations;
  return -0.5 * (static_cast<double>(n) * std::log(2 * std::numbers::pi) + log_determinant_spd(omega) +
                 (precision * s).trace());
}

bool has_bow(const CausalGraph& graph) {
  for (Node v = 0; v < graph.size(); ++v)
    if (graph.parents(v).intersects(graph.siblings(v))) return true;
  return false;
}

}  // namespace

TEST_CASE("without bidirected edges the fit is least squares") {
  const CausalGraph graph = draw_graph({.nodes = 8, .directed_degree = 3}, 1, 0);
  const Eigen::MatrixXd s = random_covariance(1, 8, 60);
  const LinearGaussianFit fit = fit_linear_gaussian(graph, s);
  REQUIRE(fit.converged);
  CHECK(fit.sweeps == 1);
  for (Node v = 0; v < 8; ++v) {
    const std::vector<Node> parents(graph.parents(v).begin(), graph.parents(v).end());
    const auto row = static_cast<Eigen::Index>(v), count = static_cast<Eigen::Index>(parents.size());
    Eigen::MatrixXd xx(count, count);
    Eigen::VectorXd xy(count);
    for (Eigen::Index i = 0; i < count; ++i) {
      const auto from = static_cast<Eigen::Index>(parents[static_cast<std::size_t>(i)]);
      xy[i] = s(from, row);
      for (Eigen::Index j = 0; j < count; ++j)
        xx(i, j) = s(from, static_cast<Eigen::Index>(parents[static_cast<std::size_t>(j)]));
    }
    const Eigen::VectorXd b = count > 0 ? Eigen::VectorXd(solve_spd(xx, xy)) : xy;
    for (Eigen::Index i = 0; i < count; ++i)
      CHECK(fit.coefficients(row, static_cast<Eigen::Index>(parents[static_cast<std::size_t>(i)])) ==
            Approx(b[i]).margin(1e-10));
    CHECK(fit.noise_covariance(row, row) == Approx(s(row, row) - b.dot(xy)).epsilon(1e-10));
  }
}

TEST_CASE("an instrument's fit is the ratio of covariances") {
  // Z -> X -> Y, X <-> Y has as many parameters as moments: Y's coefficient is cov(Z, Y) / cov(Z, X).
  const std::vector<NamedEdge> directed{{"Z", "X"}, {"X", "Y"}}, bidirected{{"X", "Y"}};
  const CausalGraph graph({"Z", "X", "Y"}, directed, bidirected);
  for (std::uint32_t point = 0; point < 20; ++point) {
    const Eigen::MatrixXd s = random_covariance(point, 3, 30);
    if (std::abs(s(0, 1)) < 0.1 * std::sqrt(s(0, 0) * s(1, 1))) continue;
    const LinearGaussianFit fit = fit_linear_gaussian(graph, s);
    CHECK(fit.converged);
    CHECK(fit.coefficients(2, 1) == Approx(s(0, 2) / s(0, 1)).epsilon(1e-6));
  }
}

TEST_CASE("seemingly unrelated regressions are fitted as generalised least squares iterated to its end") {
  // X1 -> Y1 <-> Y2 <- X2 <-> X1 (Zellner 1962; Oberhofer, Kmenta 1974): a district of Y1 and Y2 beside one of X1 and
  // X2.
  const std::vector<NamedEdge> directed{{"X1", "Y1"}, {"X2", "Y2"}}, bidirected{{"Y1", "Y2"}, {"X1", "X2"}};
  const CausalGraph graph({"X1", "X2", "Y1", "Y2"}, directed, bidirected);
  for (std::uint32_t point = 0; point < 20; ++point) {
    const Eigen::MatrixXd s = random_covariance(100 + point, 4, 30);
    Eigen::Vector2d b(s(0, 2) / s(0, 0), s(1, 3) / s(1, 1));
    Eigen::Matrix2d omega;
    for (int step = 0; step < 2000; ++step) {
      Eigen::Matrix<double, 2, 4> residuals;
      residuals << -b[0], 0, 1, 0, 0, -b[1], 0, 1;
      omega = residuals * s * residuals.transpose();
      const double determinant = omega(0, 0) * omega(1, 1) - omega(0, 1) * omega(0, 1);
      const double w11 = omega(1, 1) / determinant, w22 = omega(0, 0) / determinant, w12 = -omega(0, 1) / determinant;
      // The normal equations of both at once.
      const double a11 = w11 * s(0, 0), a12 = w12 * s(0, 1), a22 = w22 * s(1, 1);
      const double c1 = w11 * s(0, 2) + w12 * s(0, 3), c2 = w12 * s(1, 2) + w22 * s(1, 3);
      b << (a22 * c1 - a12 * c2) / (a11 * a22 - a12 * a12), (a11 * c2 - a12 * c1) / (a11 * a22 - a12 * a12);
    }
    const LinearGaussianFit fit = fit_linear_gaussian(graph, s);
    CHECK(fit.converged);
    CHECK(fit.coefficients(2, 0) == Approx(b[0]).margin(1e-6));
    CHECK(fit.coefficients(3, 1) == Approx(b[1]).margin(1e-6));
    CHECK(fit.noise_covariance(2, 3) == Approx(omega(0, 1)).margin(1e-6));
    CHECK(fit.noise_covariance(0, 1) == Approx(s(0, 1)).epsilon(1e-6));
  }
}

TEST_CASE("the likelihood never falls, and at the end its gradient by differences vanishes") {
  std::size_t bows = 0, converged = 0;
  constexpr std::uint32_t trials = 150;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    const std::size_t size = 3 + trial % 5;
    const CausalGraph graph = draw_graph({.nodes = size, .directed_degree = 1.5, .bidirected_degree = 1.2}, 44, trial);
    const Eigen::MatrixXd s = random_covariance(trial, static_cast<Eigen::Index>(size), 80);
    bows += has_bow(graph) ? 1 : 0;
    for (const NodeSet& district : districts(graph, graph.all())) {
      detail::CorrelatedRegressions model;
      const std::vector<Node> members(district.begin(), district.end());
      for (const Node v : members) {
        model.responses.push_back(v);
        model.regressors.emplace_back(graph.parents(v).begin(), graph.parents(v).end());
        model.siblings.emplace_back();
        for (std::size_t j = 0; j < members.size(); ++j)
          if (graph.has_bidirected(v, members[j])) model.siblings.back().push_back(j);
      }
      const auto part = detail::fit_correlated_regressions(model, s);
      for (std::size_t k = 1; k < part.likelihood_by_sweep.size(); ++k)
        CHECK(part.likelihood_by_sweep[k] >= part.likelihood_by_sweep[k - 1] - 1e-9);
    }
    const LinearGaussianFit fit = fit_linear_gaussian(graph, s);
    CHECK(fit.log_likelihood ==
          Approx(log_likelihood(fit.coefficients, fit.noise_covariance, s)).epsilon(fit.converged ? 1e-9 : 1e-6));
    if (!fit.converged) continue;  // a bow can leave a ridge that sweeps climb slowly
    ++converged;
    // A step in units of what is left of each noise given the others: a coefficient's of its root, a covariance's of
    // it.
    const Eigen::MatrixXd precision = inverse_spd(fit.noise_covariance);
    const auto slope = [&](double unit, auto moved) {
      const double h = 1e-4 * unit;
      Eigen::MatrixXd b = fit.coefficients, omega = fit.noise_covariance;
      moved(b, omega, h);
      const double up = log_likelihood(b, omega, s);
      moved(b, omega, -2 * h);
      return unit * (up - log_likelihood(b, omega, s)) / (2 * h);
    };
    for (Node v = 0; v < size; ++v) {
      const auto i = static_cast<Eigen::Index>(v);
      const double root = 1 / std::sqrt(precision(i, i));
      for (const Node parent : graph.parents(v)) {
        const auto j = static_cast<Eigen::Index>(parent);
        CHECK(std::abs(slope(root, [&](auto& b, auto&, double by) { b(i, j) += by; })) < 1e-6);
      }
      CHECK(std::abs(slope(root * root, [&](auto&, auto& omega, double by) { omega(i, i) += by; })) < 1e-6);
      for (const Node sibling : graph.siblings(v)) {
        const auto j = static_cast<Eigen::Index>(sibling);
        CHECK(std::abs(slope(root / std::sqrt(precision(j, j)), [&](auto&, auto& omega, double by) {
                omega(i, j) += by;
                omega(j, i) += by;
              })) < 1e-6);
      }
    }
  }
  CHECK(bows > trials / 4);
  CHECK(converged > trials * 9 / 10);
}

TEST_CASE("units do not matter to the fit") {
  const std::vector<NamedEdge> directed{{"A", "B"}, {"B", "C"}, {"C", "D"}}, bidirected{{"A", "C"}, {"B", "D"}};
  const CausalGraph graph({"A", "B", "C", "D"}, directed, bidirected);
  const Eigen::MatrixXd s = random_covariance(7, 4, 50);
  const Eigen::Vector4d units(1e6, 1e-5, 3, 1e3);
  const LinearGaussianFit one = fit_linear_gaussian(graph, s),
                          other = fit_linear_gaussian(graph, units.asDiagonal() * s * units.asDiagonal());
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 4; ++j) {
      CHECK(other.coefficients(i, j) == Approx(one.coefficients(i, j) * units[i] / units[j]).epsilon(1e-6));
      CHECK(other.noise_covariance(i, j) == Approx(one.noise_covariance(i, j) * units[i] * units[j]).epsilon(1e-6));
    }
}

TEST_CASE("a covariance without full rank is refused") {
  const CausalGraph graph({"A", "B"}, {});
  Eigen::Matrix2d s;
  s << 1, 2, 2, 4;
  CHECK_THROWS_AS(fit_linear_gaussian(graph, s), Error);
}
