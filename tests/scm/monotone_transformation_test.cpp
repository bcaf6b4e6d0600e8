#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/monotone_transformation.hpp>

using namespace equipoise;

namespace {

std::vector<double> normals(std::uint64_t seed, std::size_t rows) {
  std::vector<double> x(rows);
  fill_normal(RandomStream({.seed = seed, .purpose = Purpose::test}), 0, x);
  return x;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ma += a[i] / n, mb += b[i] / n;
  for (std::size_t i = 0; i < a.size(); ++i)
    aa += (a[i] - ma) * (a[i] - ma), bb += (b[i] - mb) * (b[i] - mb), ab += (a[i] - ma) * (b[i] - mb);
  return ab / std::sqrt(aa * bb);
}

}  // namespace

TEST_CASE("the transformation that made the response is undone") {
  const std::size_t rows = 4000;
  const std::vector<double> x = normals(91, rows), e = normals(92, rows), ones(rows, 1.0);
  const Eigen::Map<const Eigen::MatrixXd> design(x.data(), static_cast<Eigen::Index>(rows), 1);
  for (int kind = 0; kind < 3; ++kind) {
    std::vector<double> inside(rows), y(rows), back(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      inside[i] = 0.8 * x[i] + 0.6 * e[i];
      y[i] = kind == 0 ? std::exp(inside[i]) : kind == 1 ? 1e3 * std::sinh(inside[i]) + 5e4 : std::cbrt(inside[i]);
    }
    const auto spline = detail::fit_monotone_transformation(design, y, ones);
    REQUIRE(spline);
    for (std::size_t i = 0; i < rows; ++i) back[i] = spline->where(y[i]).x;
    CHECK(correlation(back, inside) > (kind == 2 ? 0.98 : 0.995));
    CHECK(correlation(back, inside) > correlation(y, inside));
  }
}

TEST_CASE("a response that is linear already stays as it is") {
  const std::size_t rows = 3000;
  const std::vector<double> x = normals(93, rows), e = normals(94, rows), ones(rows, 1.0);
  const Eigen::Map<const Eigen::MatrixXd> design(x.data(), static_cast<Eigen::Index>(rows), 1);
  std::vector<double> y(rows), back(rows);
  for (std::size_t i = 0; i < rows; ++i) y[i] = 3 - 2 * x[i] + e[i];
  const auto spline = detail::fit_monotone_transformation(design, y, ones);
  REQUIRE(spline);
  for (std::size_t i = 0; i < rows; ++i) back[i] = spline->where(y[i]).x;
  CHECK(correlation(back, y) > 0.999);
}

TEST_CASE("the integrals of hats are those of a sum of rectangles, and run on in straight lines") {
  const detail::IntegratedHats hats({-1, 0.5, 1, 3});
  for (const double y : {-2.0, -0.3, 0.7, 2.5, 4.0}) {
    double out[4];
    hats.integrals(y, out);
    double sums[4] = {};
    const int steps = 20'000;
    for (int s = 0; s < steps; ++s) {
      const double at = -1 + (s + 0.5) * (y + 1) / steps;
      const auto [left, t] = hats.at(at);
      sums[left] += (1 - t) * (y + 1) / steps;
      sums[left + 1] += t * (y + 1) / steps;
    }
    for (int k = 0; k < 4; ++k) CHECK(out[k] == Approx(sums[k]).margin(1e-4));
  }
}

TEST_CASE("responses of hardly any values are left alone") {
  const Eigen::MatrixXd none(4, 0);
  const std::vector<double> same(4, 2.0), ones(4, 1.0), two{1, 1, 2, 2};
  CHECK_FALSE(detail::fit_monotone_transformation(none, same, ones));
  CHECK_FALSE(detail::fit_monotone_transformation(none, two, ones));
}
