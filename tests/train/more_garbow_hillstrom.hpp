// Problems of J. J. Moré, B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7
// (1981) 17-41: sums of squared residuals, each with its standard start and published minimum.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace equipoise::testing {

using Complex = std::complex<double>;
using ComplexVector = std::vector<Complex>;

struct LeastSquaresProblem {
  std::string name;
  std::vector<double> standard_start;
  double minimum;  // as published; 0 where it is
  std::function<ComplexVector(const ComplexVector&)> residuals;

  Eigen::VectorXd start() const {
    return Eigen::Map<const Eigen::VectorXd>(standard_start.data(), static_cast<Eigen::Index>(standard_start.size()));
  }

  // The gradient by complex steps, exact to rounding: Im r(x + i h e_j) / h has no difference in it (Squire, Trapp
  // 1998).
  double operator()(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const {
    constexpr double h = 1e-100;
    ComplexVector at(static_cast<std::size_t>(x.size()));
    for (std::size_t j = 0; j < at.size(); ++j) at[j] = x[static_cast<Eigen::Index>(j)];
    double value = 0;
    for (const Complex& r : residuals(at)) value += r.real() * r.real();
    for (std::size_t j = 0; j < at.size(); ++j) {
      at[j] += Complex(0, h);
      double derivative = 0;
      for (const Complex& r : residuals(at)) derivative += 2 * r.real() * (r.imag() / h);
      at[j] = at[j].real();
      gradient[static_cast<Eigen::Index>(j)] = derivative;
    }
    return value;
  }
};

inline LeastSquaresProblem extended_rosenbrock(std::size_t n) {  // problem 21, and 1 where n = 2
  std::vector<double> start;
  for (std::size_t j = 0; j < n; ++j) start.push_back(j % 2 == 0 ? -1.2 : 1);
  return {"extended Rosenbrock", start, 0, [](const ComplexVector& x) {
            ComplexVector r;
            for (std::size_t j = 0; j + 1 < x.size(); j += 2) {
              r.push_back(10.0 * (x[j + 1] - x[j] * x[j]));
              r.push_back(1.0 - x[j]);
            }
            return r;
          }};
}

inline LeastSquaresProblem extended_powell(std::size_t n) {  // problem 22, and 13 where n = 4
  std::vector<double> start;
  for (std::size_t j = 0; j < n; ++j) start.push_back(std::vector<double>{3, -1, 0, 1}[j % 4]);
  return {"extended Powell singular", start, 0, [](const ComplexVector& x) {
            ComplexVector r;
            for (std::size_t j = 0; j + 3 < x.size(); j += 4) {
              r.push_back(x[j] + 10.0 * x[j + 1]);
              r.push_back(std::sqrt(5.0) * (x[j + 2] - x[j + 3]));
              r.push_back((x[j + 1] - 2.0 * x[j + 2]) * (x[j + 1] - 2.0 * x[j + 2]));
              r.push_back(std::sqrt(10.0) * (x[j] - x[j + 3]) * (x[j] - x[j + 3]));
            }
            return r;
          }};
}

inline LeastSquaresProblem penalty_1(std::size_t n, double minimum) {  // problem 23
  std::vector<double> start;
  for (std::size_t j = 0; j < n; ++j) start.push_back(static_cast<double>(j + 1));
  return {"penalty I", start, minimum, [](const ComplexVector& x) {
            ComplexVector r;
            Complex sum = -0.25;
            for (const Complex& each : x) {
              r.push_back(std::sqrt(1e-5) * (each - 1.0));
              sum += each * each;
            }
            r.push_back(sum);
            return r;
          }};
}

inline LeastSquaresProblem watson(std::size_t n, double minimum) {  // problem 20
  return {"Watson", std::vector<double>(n, 0), minimum, [](const ComplexVector& x) {
            ComplexVector r;
            for (int i = 1; i <= 29; ++i) {
              const double t = i / 29.0;
              Complex slope = 0, value = 0;
              double power = 1;  // t^(j - 1)
              for (std::size_t j = 0; j < x.size(); ++j, power *= t) {
                if (j > 0) slope += static_cast<double>(j) * x[j] * (power / t);
                value += x[j] * power;
              }
              r.push_back(slope - value * value - 1.0);
            }
            r.push_back(x[0]);
            r.push_back(x[1] - x[0] * x[0] - 1.0);
            return r;
          }};
}

inline LeastSquaresProblem variably_dimensioned(std::size_t n) {  // problem 25
  std::vector<double> start;
  for (std::size_t j = 1; j <= n; ++j) start.push_back(1 - static_cast<double>(j) / static_cast<double>(n));
  return {"variably dimensioned", start, 0, [](const ComplexVector& x) {
            ComplexVector r;
            Complex sum = 0;
            for (std::size_t j = 0; j < x.size(); ++j) {
              r.push_back(x[j] - 1.0);
              sum += static_cast<double>(j + 1) * (x[j] - 1.0);
            }
            r.push_back(sum);
            r.push_back(sum * sum);
            return r;
          }};
}

inline LeastSquaresProblem broyden_tridiagonal(std::size_t n) {  // problem 30
  return {"Broyden tridiagonal", std::vector<double>(n, -1), 0, [](const ComplexVector& x) {
            ComplexVector r;
            for (std::size_t j = 0; j < x.size(); ++j) {
              const Complex before = j > 0 ? x[j - 1] : 0, after = j + 1 < x.size() ? x[j + 1] : 0;
              r.push_back((3.0 - 2.0 * x[j]) * x[j] - before - 2.0 * after + 1.0);
            }
            return r;
          }};
}

inline std::vector<LeastSquaresProblem> more_garbow_hillstrom() {
  return {
      extended_rosenbrock(2),
      {"Freudenstein and Roth",
       {0.5, -2},
       48.9842,  // a local minimum; the start leads to it
       [](const ComplexVector& x) {
         return ComplexVector{-13.0 + x[0] + ((5.0 - x[1]) * x[1] - 2.0) * x[1],
                              -29.0 + x[0] + ((x[1] + 1.0) * x[1] - 14.0) * x[1]};
       }},
      {"Powell badly scaled",
       {0, 1},
       0,
       [](const ComplexVector& x) {
         return ComplexVector{1e4 * x[0] * x[1] - 1.0, std::exp(-x[0]) + std::exp(-x[1]) - 1.0001};
       }},
      {"Brown badly scaled",
       {1, 1},
       0,
       [](const ComplexVector& x) {
         return ComplexVector{x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2.0};
       }},
      {"Beale",
       {1, 1},
       0,
       [](const ComplexVector& x) {
         return ComplexVector{1.5 - x[0] * (1.0 - x[1]), 2.25 - x[0] * (1.0 - x[1] * x[1]),
                              2.625 - x[0] * (1.0 - x[1] * x[1] * x[1])};
       }},
      {"Jennrich and Sampson",
       {0.3, 0.4},
       124.362,
       [](const ComplexVector& x) {
         ComplexVector r;
         for (int i = 1; i <= 10; ++i) {
           const double t = i;
           r.push_back(2.0 + 2.0 * t - (std::exp(t * x[0]) + std::exp(t * x[1])));
         }
         return r;
       }},
      {"helical valley",
       {-1, 0, 0},
       0,
       [](const ComplexVector& x) {
         constexpr double two_pi = 6.283185307179586;
         const Complex turns = std::atan(x[1] / x[0]) / two_pi + (x[0].real() < 0 ? 0.5 : 0.0);
         return ComplexVector{10.0 * (x[2] - 10.0 * turns), 10.0 * (std::sqrt(x[0] * x[0] + x[1] * x[1]) - 1.0), x[2]};
       }},
      {"Bard",
       {1, 1, 1},
       8.21487e-3,
       [](const ComplexVector& x) {
         const std::vector<double> y{0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                                     0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
         ComplexVector r;
         for (std::size_t i = 0; i < y.size(); ++i) {
           const double u = static_cast<double>(i + 1), v = 16 - u, w = std::min(u, v);
           r.push_back(y[i] - (x[0] + u / (v * x[1] + w * x[2])));
         }
         return r;
       }},
      {"Gaussian",
       {0.4, 1, 0},
       1.12793e-8,
       [](const ComplexVector& x) {
         const std::vector<double> y{0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
                                     0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009};
         ComplexVector r;
         for (std::size_t i = 0; i < y.size(); ++i) {
           const double t = (7 - static_cast<double>(i)) / 2;
           r.push_back(x[0] * std::exp(-x[1] * (t - x[2]) * (t - x[2]) / 2.0) - y[i]);
         }
         return r;
       }},
      {"Box three-dimensional",
       {0, 10, 20},
       0,
       [](const ComplexVector& x) {
         ComplexVector r;
         for (int i = 1; i <= 10; ++i) {
           const double t = 0.1 * i;
           r.push_back(std::exp(-t * x[0]) - std::exp(-t * x[1]) - x[2] * (std::exp(-t) - std::exp(-10 * t)));
         }
         return r;
       }},
      extended_powell(4),
      {"Wood",
       {-3, -1, -3, -1},
       0,
       [](const ComplexVector& x) {
         return ComplexVector{10.0 * (x[1] - x[0] * x[0]),
                              1.0 - x[0],
                              std::sqrt(90.0) * (x[3] - x[2] * x[2]),
                              1.0 - x[2],
                              std::sqrt(10.0) * (x[1] + x[3] - 2.0),
                              (x[1] - x[3]) / std::sqrt(10.0)};
       }},
      {"Kowalik and Osborne",
       {0.25, 0.39, 0.415, 0.39},
       3.07505e-4,
       [](const ComplexVector& x) {
         const std::vector<double> y{0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                                     0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
         const std::vector<double> u{4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
         ComplexVector r;
         for (std::size_t i = 0; i < y.size(); ++i)
           r.push_back(y[i] - x[0] * (u[i] * u[i] + u[i] * x[1]) / (u[i] * u[i] + u[i] * x[2] + x[3]));
         return r;
       }},
      {"Brown and Dennis",
       {25, 5, -5, -1},
       85822.2,
       [](const ComplexVector& x) {
         ComplexVector r;
         for (int i = 1; i <= 20; ++i) {
           const double t = i / 5.0;
           const Complex a = x[0] + t * x[1] - std::exp(t), b = x[2] + x[3] * std::sin(t) - std::cos(t);
           r.push_back(a * a + b * b);
         }
         return r;
       }},
      watson(6, 2.28767e-3),
      penalty_1(4, 2.24997e-5),
      penalty_1(10, 7.08765e-5),
      variably_dimensioned(10),
      broyden_tridiagonal(10),
  };
}

}  // namespace equipoise::testing
