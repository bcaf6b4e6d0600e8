#include <equipoise/core/linear_algebra.hpp>

#include <cmath>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>

using namespace equipoise;
using Catch::Matchers::Contains;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t point) {
  MatrixXd a(rows, columns);
  fill_normal(RandomStream({.seed = 7, .purpose = Purpose::test, .point = point}), 0,
              std::span(a.data(), static_cast<std::size_t>(a.size())));
  return a;
}

MatrixXd random_spd(Eigen::Index n, std::uint32_t point) {
  const MatrixXd a = random_matrix(n, n, point);
  return a * a.transpose() + MatrixXd::Identity(n, n);
}

double distance(const MatrixXd& a, const MatrixXd& b) { return a.size() == 0 ? 0 : (a - b).cwiseAbs().maxCoeff(); }

template <class F>
std::string error_of(F f, ErrorCode code) {
  try {
    f();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("solutions, factors, inverses and determinants fit the matrices that they are of") {
  for (std::uint32_t n = 0; n <= 12; ++n) {
    const MatrixXd a = random_spd(n, n), b = random_matrix(n, 3, 100 + n);
    CHECK(distance(a * solve_spd(a, b), b) < 1e-10);
    const MatrixXd lower = cholesky_lower(a);
    CHECK(distance(lower * lower.transpose(), a) < 1e-12 * (1 + n));
    CHECK(lower.isLowerTriangular());
    CHECK(distance(inverse_spd(a) * a, MatrixXd::Identity(n, n)) < 1e-10);
    // By Gram's identity the determinant is the product of the squared diagonal; by eigenvalues, their product.
    CHECK(log_determinant_spd(a) == Approx(n == 0 ? 0.0 : symmetric_eigen(a).values.array().log().sum()).margin(1e-12));
  }
}

TEST_CASE("the inverse of the Hilbert matrix is the one with whole entries") {
  // 16, -120, … for n = 4: Choi, "Tricks or treats with the Hilbert matrix", American Mathematical Monthly 1983.
  MatrixXd hilbert(4, 4), inverse(4, 4);
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 4; ++j) hilbert(i, j) = 1.0 / static_cast<double>(i + j + 1);
  inverse << 16, -120, 240, -140, -120, 1200, -2700, 1680, 240, -2700, 6480, -4200, -140, 1680, -4200, 2800;
  CHECK(distance(inverse_spd(hilbert), inverse) < 1e-8);
  CHECK(log_determinant_spd(hilbert) == Approx(-std::log(6048000)).epsilon(1e-13));
}

TEST_CASE("units do not matter to what is singular") {
  const MatrixXd plain = random_spd(3, 1);
  const VectorXd units = (VectorXd(3) << 1e-9, 1, 1e12).finished();
  const MatrixXd solution =
      solve_spd(units.asDiagonal() * plain * units.asDiagonal(), units.asDiagonal() * plain * VectorXd::Ones(3));
  CHECK(distance(units.asDiagonal() * solution, VectorXd::Ones(3)) < 1e-13);
}

TEST_CASE("a singular matrix is refused, and the column that depends on others named") {
  MatrixXd x = random_matrix(20, 4, 2);
  x.col(2) = 3 * x.col(0) - x.col(1);
  const MatrixXd a = x.transpose() * x;
  CHECK_THAT(error_of([&] { solve_spd(a, VectorXd::Ones(4)); }, ErrorCode::singular),
             Contains("column 2 depends on those before it"));
  CHECK_THAT(error_of([&] { cholesky_lower(MatrixXd::Zero(2, 2)); }, ErrorCode::singular), Contains("column 0"));
  MatrixXd indefinite = MatrixXd::Identity(3, 3);
  indefinite(1, 0) = indefinite(0, 1) = 2;
  CHECK_THAT(error_of([&] { log_determinant_spd(indefinite); }, ErrorCode::singular), Contains("column 1"));
}

TEST_CASE("what is not finite is refused") {
  for (const double bad : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    MatrixXd a = random_spd(3, 3), x = random_matrix(5, 2, 4);
    VectorXd y = random_matrix(5, 1, 5), weights = VectorXd::Ones(5);
    a(2, 1) = bad;
    x(1, 1) = bad;
    CHECK_THAT(error_of([&] { inverse_spd(a); }, ErrorCode::value_out_of_range), Contains("no finite number"));
    CHECK_THAT(error_of([&] { symmetric_eigen(a); }, ErrorCode::value_out_of_range), Contains("no finite number"));
    CHECK_THAT(error_of([&] { least_squares(x, y); }, ErrorCode::value_out_of_range), Contains("regressors"));
    weights(3) = bad;
    CHECK_THAT(error_of([&] { least_squares(random_matrix(5, 2, 4), y, weights); }, ErrorCode::value_out_of_range),
               Contains("weight[3]"));
  }
  CHECK_THAT(error_of([&] { least_squares(MatrixXd::Ones(2, 1), VectorXd::Ones(2), VectorXd::Constant(2, -1)); },
                      ErrorCode::value_out_of_range),
             Contains("weight[0] is -1"));
}

TEST_CASE("least squares gives the certified coefficients of Longley's data") {
  // Longley 1967; coefficients certified by NIST, Statistical Reference Datasets, https://www.itl.nist.gov/div898/strd.
  MatrixXd x(16, 7);
  x << 1, 83.0, 234289, 2356, 1590, 107608, 1947, 1, 88.5, 259426, 2325, 1456, 108632, 1948, 1, 88.2, 258054, 3682,
      1616, 109773, 1949, 1, 89.5, 284599, 3351, 1650, 110929, 1950, 1, 96.2, 328975, 2099, 3099, 112075, 1951, 1, 98.1,
      346999, 1932, 3594, 113270, 1952, 1, 99.0, 365385, 1870, 3547, 115094, 1953, 1, 100.0, 363112, 3578, 3350, 116219,
      1954, 1, 101.2, 397469, 2904, 3048, 117388, 1955, 1, 104.6, 419180, 2822, 2857, 118734, 1956, 1, 108.4, 442769,
      2936, 2798, 120445, 1957, 1, 110.8, 444546, 4681, 2637, 121950, 1958, 1, 112.6, 482704, 3813, 2552, 123366, 1959,
      1, 114.2, 502601, 3931, 2514, 125368, 1960, 1, 115.7, 518173, 4806, 2572, 127852, 1961, 1, 116.9, 554894, 4007,
      2827, 130081, 1962;
  const VectorXd y = (VectorXd(16) << 60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169,
                      66513, 68655, 69564, 69331, 70551)
                         .finished();
  const double certified[] = {-3482258.63459582, 15.0618722713733,       -0.358191792925910e-01, -2.02022980381683,
                              -1.03322686717359, -0.511041056535807e-01, 1829.15146461355};
  const LeastSquares fit = least_squares(x, y);
  REQUIRE(fit.rank == 7);
  for (Eigen::Index j = 0; j < 7; ++j) CHECK(fit.coefficients(j) == Approx(certified[j]).epsilon(1e-9));
  CHECK(fit.residual_sum_of_squares == Approx(836424.055505915).epsilon(1e-9));
}

TEST_CASE("a weight of n is the same row n times, and of 0 none") {
  const MatrixXd x = random_matrix(6, 2, 8);
  const VectorXd y = random_matrix(6, 1, 9), weights = (VectorXd(6) << 1, 3, 0, 2, 1, 1).finished();
  MatrixXd repeated(8, 2);
  VectorXd repeated_y(8);
  Eigen::Index row = 0;
  for (Eigen::Index i = 0; i < 6; ++i)
    for (int k = 0; k < static_cast<int>(weights(i)); ++k, ++row) {
      repeated.row(row) = x.row(i);
      repeated_y(row) = y(i);
    }
  const LeastSquares weighted = least_squares(x, y, weights), plain = least_squares(repeated, repeated_y);
  CHECK(distance(weighted.coefficients, plain.coefficients) < 1e-13);
  CHECK(weighted.residual_sum_of_squares == Approx(plain.residual_sum_of_squares).epsilon(1e-13));
}

TEST_CASE("least squares tells the rank, in any units, and fits all the same") {
  MatrixXd x = random_matrix(30, 4, 10);
  x.col(1) *= 1e-12;
  x.col(3) = 1e6 * x.col(0) + 1e15 * x.col(1);
  const VectorXd truth = (VectorXd(4) << 1, 1e12, -2, 0).finished();
  const LeastSquares fit = least_squares(x, x * truth);
  CHECK(fit.rank == 3);
  CHECK(fit.residual_sum_of_squares < 1e-20);
  CHECK(least_squares(MatrixXd::Zero(3, 2), VectorXd::Ones(3)).rank == 0);
  CHECK(least_squares(MatrixXd::Zero(3, 2), VectorXd::Ones(3)).residual_sum_of_squares == 3);
  CHECK(least_squares(MatrixXd(0, 2), VectorXd(0)).coefficients == VectorXd::Zero(2));
  CHECK(least_squares(random_matrix(2, 5, 11), VectorXd::Ones(2)).rank == 2);
}

TEST_CASE("the spectrum of a path's second differences is the one in closed form") {
  constexpr Eigen::Index n = 20;
  MatrixXd a = MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    a(i, i) = 2;
    if (i > 0) a(i, i - 1) = -1;  // the lower triangle alone
  }
  const SymmetricEigen spectrum = symmetric_eigen(a);
  for (Eigen::Index k = 0; k < n; ++k) {
    CHECK(spectrum.values(k) ==
          Approx(2 - 2 * std::cos(3.14159265358979323846 * static_cast<double>(k + 1) / (n + 1))).epsilon(1e-12));
    CHECK(spectrum.vectors.col(k).norm() == Approx(1));
    Eigen::Index largest = 0;
    spectrum.vectors.col(k).cwiseAbs().maxCoeff(&largest);
    CHECK(spectrum.vectors(largest, k) > 0);
  }
  const MatrixXd whole = a.selfadjointView<Eigen::Lower>();
  CHECK(distance(spectrum.vectors * spectrum.values.asDiagonal() * spectrum.vectors.transpose(), whole) < 1e-13);
}
