#include <equipoise/train/lbfgs.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/random.hpp>

#include "train/more_garbow_hillstrom.hpp"

using namespace equipoise;
using equipoise::testing::broyden_tridiagonal;
using equipoise::testing::extended_powell;
using equipoise::testing::extended_rosenbrock;
using equipoise::testing::LeastSquaresProblem;
using equipoise::testing::more_garbow_hillstrom;

namespace {

Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t name) {
  Eigen::MatrixXd x(rows, columns);
  fill_normal(RandomStream({.seed = 11, .purpose = Purpose::test, .point = name}), 0,
              {x.data(), static_cast<std::size_t>(x.size())});
  return x;
}

// 1/2 x'a x - b'x
struct Quadratic {
  Eigen::MatrixXd a;
  Eigen::VectorXd b;
  double operator()(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const {
    gradient = a * x;
    const double value = 0.5 * x.dot(gradient) - b.dot(x);
    gradient -= b;
    return value;
  }
};

Quadratic random_quadratic(Eigen::Index n, std::uint32_t name) {
  const Eigen::MatrixXd root = normal_matrix(2 * n, n, name);
  return {root.transpose() * root / static_cast<double>(n), normal_matrix(n, 1, name + 1000)};
}

// The mean log-loss of labels -1 and 1, with a ridge.
struct Logistic {
  Eigen::MatrixXd x;
  Eigen::VectorXd sign;
  double ridge;

  double operator()(const Eigen::VectorXd& b, Eigen::VectorXd& gradient) const {
    const Eigen::ArrayXd margin = sign.array() * (x * b).array();
    const Eigen::ArrayXd wrong = 1 / (1 + margin.exp());
    gradient = -x.transpose() * (wrong * sign.array()).matrix() / static_cast<double>(x.rows()) + ridge * b;
    return ((-margin).max(0) + (1 + (-margin.abs()).exp()).log()).mean() + 0.5 * ridge * b.squaredNorm();
  }
  Eigen::MatrixXd hessian(const Eigen::VectorXd& b) const {
    const Eigen::ArrayXd p = 1 / (1 + (-(x * b).array()).exp());
    Eigen::MatrixXd result = x.transpose() * (p * (1 - p)).matrix().asDiagonal() * x / static_cast<double>(x.rows());
    result.diagonal().array() += ridge;
    return result;
  }
};

Logistic logistic_problem(Eigen::Index rows, Eigen::Index columns) {
  Logistic problem{normal_matrix(rows, columns, 1), Eigen::VectorXd(rows), 1e-3};
  const Eigen::VectorXd truth = normal_matrix(columns, 1, 2), noise = normal_matrix(rows, 1, 3);
  for (Eigen::Index j = 0; j < columns; ++j) problem.x.col(j) *= std::pow(10, static_cast<double>(j % 5) / 2 - 1);
  const Eigen::VectorXd score = problem.x * truth + 2 * noise;
  for (Eigen::Index i = 0; i < rows; ++i) problem.sign[i] = score[i] > 0 ? 1 : -1;
  return problem;
}

}  // namespace

TEST_CASE("the minimum of a quadratic solves its linear equations", "[lbfgs]") {
  for (const Eigen::Index n : {1, 2, 5, 20, 100}) {
    const Quadratic quadratic = random_quadratic(n, static_cast<std::uint32_t>(n));
    const Minimum minimum =
        minimise(quadratic, Eigen::VectorXd::Zero(n), {.gradient_tolerance = 1e-8, .value_tolerance = 0});
    const Eigen::VectorXd solution = solve_spd(quadratic.a, quadratic.b);
    CAPTURE(n, minimum.message);
    CHECK(minimum.is_converged());
    CHECK((minimum.parameters - solution).cwiseAbs().maxCoeff() <= 1e-6 * (1 + solution.cwiseAbs().maxCoeff()));
    CHECK(minimum.value == Approx(-0.5 * quadratic.b.dot(solution)));
  }
}

TEST_CASE("Rosenbrock's valley leads to ones in 2 to 100 dimensions", "[lbfgs]") {
  for (const std::size_t n : {2u, 4u, 10u, 50u, 100u}) {
    const LeastSquaresProblem problem = extended_rosenbrock(n);
    const Minimum minimum = minimise(problem, problem.start());
    CAPTURE(n);
    CHECK(minimum.termination == Termination::converged_gradient);
    CHECK((minimum.parameters.array() - 1).abs().maxCoeff() < 1e-5);
    CHECK(minimum.evaluations < 80);
  }
}

TEST_CASE("the published minima of test problems are found from their standard starts", "[lbfgs]") {
  for (const LeastSquaresProblem& problem : more_garbow_hillstrom()) {
    CAPTURE(problem.name, problem.standard_start.size());
    const Minimum minimum = minimise(problem, problem.start(), {.gradient_tolerance = 1e-8, .value_tolerance = 0});
    CAPTURE(minimum.message, minimum.value, minimum.evaluations);
    CHECK(minimum.is_converged());
    // Published to six digits.
    CHECK(minimum.value == Approx(problem.minimum).epsilon(5e-6).margin(1e-12));
    CHECK(minimum.iterations <= 250);
  }
  for (const std::size_t n : {20u, 100u}) {
    CHECK(minimise(extended_powell(n), extended_powell(n).start()).value < 1e-7);
    CHECK(minimise(broyden_tridiagonal(n), broyden_tridiagonal(n).start()).value < 1e-11);
  }
}

TEST_CASE("logistic regression ends where Newton's method does", "[lbfgs]") {
  const Logistic problem = logistic_problem(400, 12);
  Eigen::VectorXd newton = Eigen::VectorXd::Zero(12), gradient(12);
  for (int step = 0; step < 20; ++step) {
    problem(newton, gradient);
    newton -= solve_spd(problem.hessian(newton), gradient);
  }
  REQUIRE(gradient.cwiseAbs().maxCoeff() < 1e-14);

  const Minimum minimum =
      minimise(problem, Eigen::VectorXd::Zero(12), {.gradient_tolerance = 1e-8, .value_tolerance = 0});
  CHECK(minimum.termination == Termination::converged_gradient);
  CHECK((minimum.parameters - newton).cwiseAbs().maxCoeff() < 1e-5);
  CHECK(minimum.value == Approx(problem(newton, gradient)).epsilon(1e-12));
  // From its end there is nothing left to do.
  const Minimum again = minimise(problem, minimum.parameters, {.gradient_tolerance = 1e-8});
  CHECK(again.iterations == 0);
  CHECK(again.evaluations == 1);
  CHECK(again.parameters == minimum.parameters);
}

TEST_CASE("every step of a smooth function satisfies the strong Wolfe conditions", "[lbfgs]") {
  const RandomStream stream({.seed = 5, .purpose = Purpose::test});
  std::size_t steps = 0;
  for (std::uint32_t trial = 0; trial < 200; ++trial) {
    RowStream random = stream.row(trial);
    const auto n = static_cast<Eigen::Index>(1 + 12 * random.uniform());
    const Eigen::MatrixXd directions = normal_matrix(8, n, 100 + trial), phases = normal_matrix(8, 1, 400 + trial);
    const double bowl = std::pow(10, 2 * random.uniform() - 2), waves = 3 * random.uniform();
    // log sum exp (convex), waves (not convex) and a bowl.
    const auto function = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      const Eigen::ArrayXd inner = (directions * x + phases).array(), weight = (inner - inner.maxCoeff()).exp();
      gradient = directions.transpose() * (weight / weight.sum() - waves * inner.sin()).matrix() + bowl * x;
      return inner.maxCoeff() + std::log(weight.sum()) + waves * inner.cos().sum() + 0.5 * bowl * x.squaredNorm();
    };
    const WolfeConditions wolfe{1e-4, trial % 2 == 0 ? 0.9 : 0.4};
    Eigen::VectorXd here = 3 * normal_matrix(n, 1, 700 + trial), gradient_here(n), gradient(n);
    double value_here = function(here, gradient_here);
    const auto check_step = [&](const LbfgsStep& step) {
      const double value = function(step.parameters, gradient);
      const Eigen::VectorXd moved = step.parameters - here;
      const double slope_here = gradient_here.dot(moved), slope = gradient.dot(moved);
      const double rounding = 1e-12 * (1 + std::abs(value));  // of the values, and of the difference that was moved
      CHECK(step.strong_wolfe);
      CHECK(slope_here < 0);
      CHECK(value <= value_here + wolfe.sufficient_decrease * slope_here + rounding);
      CHECK(std::abs(slope) <= wolfe.curvature * std::abs(slope_here) + rounding);
      CHECK(step.value == value);
      CHECK(step.iteration == ++steps);
      here = step.parameters;
      gradient_here = gradient;
      value_here = value;
    };
    steps = 0;
    const Minimum minimum = minimise(function, here, {.wolfe = wolfe, .observer = check_step});
    CAPTURE(trial, minimum.message);
    CHECK(minimum.is_converged());
    CHECK(minimum.iterations == steps);
    CHECK(minimum.parameters == here);
    CHECK(minimum.gradient_max_norm == gradient_here.cwiseAbs().maxCoeff());
  }
}

TEST_CASE("a convex function with kinks ends near its minimum, and is not called converged there", "[lbfgs]") {
  // |x|_1 + 1/2 |x - a|^2 has its minimum where a is drawn to 0 by 1, on as many kinks as a has entries within 1 of 0.
  for (const Eigen::Index n : {1, 2, 10, 50, 200}) {
    const Eigen::VectorXd a = 3 * normal_matrix(n, 1, 50 + static_cast<std::uint32_t>(n));
    const Eigen::VectorXd drawn = a.array().sign() * (a.array().abs() - 1).max(0);
    const auto function = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      gradient = (x - a).array() + (x.array() >= 0).select(Eigen::ArrayXd::Ones(n), -1);
      return x.cwiseAbs().sum() + 0.5 * (x - a).squaredNorm();
    };
    Eigen::VectorXd unused(n);
    const double least = function(drawn, unused);
    const Minimum minimum = minimise(function, normal_matrix(n, 1, 60));
    CAPTURE(n, least, minimum.message, minimum.evaluations);
    CHECK(minimum.value >= least - 1e-12);
    CHECK(minimum.value <= least + 1e-3 * (1 + least));
    CHECK(minimum.evaluations < 5000);
    if ((drawn.array() == 0).any()) CHECK_FALSE(minimum.is_converged());
  }
}

TEST_CASE("a function without a minimum ends with finite parameters", "[lbfgs]") {
  const auto slope = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient.setConstant(-1);
    return -x.sum();
  };
  const Minimum minimum = minimise(slope, Eigen::VectorXd::Zero(3), {.most_iterations = 100});
  CHECK_FALSE(minimum.is_converged());
  CHECK(minimum.parameters.allFinite());
  CHECK(std::isfinite(minimum.value));
}

TEST_CASE("regions where the function is infinite are stepped back from", "[lbfgs]") {
  // x - log x and its like, least at 1, over the positive numbers; undefined elsewhere, in each of three ways.
  for (const double undefined : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
                                 -std::numeric_limits<double>::infinity()}) {
    const auto barrier = [undefined](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      if (x.minCoeff() <= 0) return undefined;
      gradient = 1 - x.array().inverse();
      return (x.array() - x.array().log()).sum();
    };
    for (const double from : {1e-3, 0.1, 30.0}) {
      const Minimum minimum = minimise(barrier, Eigen::Vector3d(from, 2 * from, 1));
      CAPTURE(undefined, from, minimum.message);
      CHECK(minimum.is_converged());
      CHECK((minimum.parameters.array() - 1).abs().maxCoeff() < 1e-4);
    }
  }
  // A gradient that is not finite counts as well.
  const auto root = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient[0] = x[0] < 0 ? std::sqrt(x[0]) : 2 * (x[0] - 0.1);
    return (x[0] - 0.1) * (x[0] - 0.1);
  };
  CHECK(minimise(root, Eigen::VectorXd::Constant(1, 5)).parameters[0] == Approx(0.1));
}

TEST_CASE("a minimum on the edge of where the function is defined is approached, and not called converged", "[lbfgs]") {
  const auto edge = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient[0] = 1;
    return x[0] >= 0 ? x[0] + 1 : std::numeric_limits<double>::infinity();
  };
  const Minimum minimum = minimise(edge, Eigen::VectorXd::Constant(1, 1));
  CHECK(minimum.termination == Termination::line_search_failed);
  CHECK_FALSE(minimum.is_usable());
  CHECK(minimum.parameters[0] >= 0);
  CHECK(minimum.parameters[0] < 1e-9);
}

TEST_CASE("a start where the function is not finite is told, and returned", "[lbfgs]") {
  const Eigen::VectorXd start = Eigen::Vector2d(1, 2);
  const auto nowhere = [](const Eigen::VectorXd&, Eigen::VectorXd& gradient) {
    gradient.setZero();
    return std::numeric_limits<double>::quiet_NaN();
  };
  const auto vertical = [](const Eigen::VectorXd&, Eigen::VectorXd& gradient) {
    gradient.setConstant(std::numeric_limits<double>::infinity());
    return 1.0;
  };
  for (const Minimum& minimum : {minimise(nowhere, start), minimise(vertical, start)}) {
    CHECK(minimum.termination == Termination::not_finite);
    CHECK_FALSE(minimum.is_usable());
    CHECK(minimum.parameters == start);
    CHECK_FALSE(std::isnan(minimum.value));
    CHECK(minimum.evaluations == 1);
    CHECK_FALSE(minimum.message.empty());
  }
}

TEST_CASE("a wrong gradient is told, and the start is kept where nothing lower was found", "[lbfgs]") {
  const auto uphill = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = -2 * x;  // should be 2 x
    return x.squaredNorm();
  };
  const Eigen::VectorXd start = Eigen::Vector2d(1, -1);
  const Minimum minimum = minimise(uphill, start);
  CHECK(minimum.termination == Termination::line_search_failed);
  CHECK(minimum.parameters == start);
  CHECK(minimum.value == 2);
}

TEST_CASE("too few iterations leave the lowest point so far", "[lbfgs]") {
  const LeastSquaresProblem problem = extended_rosenbrock(10);
  const Minimum minimum = minimise(problem, problem.start(), {.most_iterations = 5});
  CHECK(minimum.termination == Termination::iteration_limit);
  CHECK(minimum.is_usable());
  CHECK_FALSE(minimum.is_converged());
  CHECK(minimum.iterations == 5);
  Eigen::VectorXd gradient(10);
  CHECK(problem(minimum.parameters, gradient) == minimum.value);
  CHECK(minimum.value < problem(problem.start(), gradient));
  CHECK(minimise(problem, problem.start(), {.most_iterations = 0}).parameters == problem.start());
}

TEST_CASE("the value's tolerance ends a minimisation whose gradient cannot reach its own", "[lbfgs]") {
  // Far from 0 the value has few digits left for what the gradient still sees.
  const auto offset = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = 4 * (x.array() - 1).cube();
    return 1e6 + (x.array() - 1).pow(4).sum();
  };
  for (const double tolerance : {0.0, 1e-12, 1e-6}) {
    const Minimum minimum =
        minimise(offset, Eigen::VectorXd::Constant(4, 3), {.gradient_tolerance = 0, .value_tolerance = tolerance});
    CAPTURE(tolerance, minimum.message);
    CHECK(minimum.termination == Termination::converged_value);
    CHECK(minimum.value - 1e6 <= std::max(1e-9, 100 * tolerance * 1e6));
  }
}

TEST_CASE("the same call gives the same bits, on the same few vectors", "[lbfgs]") {
  const LeastSquaresProblem problem = extended_rosenbrock(50);
  std::set<const double*> vectors, gradients;
  const auto watched = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    vectors.insert(x.data());
    gradients.insert(gradient.data());
    return problem(x, gradient);
  };
  const Minimum first = minimise(watched, problem.start());
  CHECK(vectors.size() <= 2);  // nothing is allocated anew for an iteration
  CHECK(gradients.size() <= 2);
  const Minimum second = minimise(problem, problem.start());
  CHECK(first.parameters == second.parameters);
  CHECK(first.value == second.value);
  CHECK(first.evaluations == second.evaluations);
}

TEST_CASE("a function of no parameters has its minimum at once", "[lbfgs]") {
  const Minimum minimum = minimise([](const Eigen::VectorXd&, Eigen::VectorXd&) { return 7.0; }, Eigen::VectorXd());
  CHECK(minimum.termination == Termination::converged_gradient);
  CHECK(minimum.value == 7);
}

TEST_CASE("numbers of any size are minimised or told, never returned as NaN", "[lbfgs]") {
  for (const double scale : {1e-300, 1e-160, 1e-20, 1e20, 1e150, 1e300}) {
    const auto bowl = [scale](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      gradient = scale * (x.array() - 2);
      return 0.5 * scale * (x.array() - 2).square().sum();
    };
    const Minimum minimum = minimise(bowl, Eigen::VectorXd::Zero(3), {.gradient_tolerance = 0});
    CAPTURE(scale, minimum.message);
    CHECK(minimum.parameters.allFinite());
    CHECK_FALSE(std::isnan(minimum.value));
    if (scale > 1e-100 && scale < 1e100) CHECK((minimum.parameters.array() - 2).abs().maxCoeff() < 1e-5);
  }
}

TEST_CASE("a function with a state of its own is called, not copied", "[lbfgs]") {
  struct Counter {
    std::size_t calls = 0;
    double operator()(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      ++calls;
      gradient = 2 * x;
      return x.squaredNorm();
    }
  } counter;
  const Minimum minimum = minimise(counter, Eigen::VectorXd::Ones(2));
  CHECK(counter.calls == minimum.evaluations);
}

TEST_CASE("what the function or the observer throws passes through", "[lbfgs]") {
  const auto bowl = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = 2 * x;
    return x.squaredNorm();
  };
  const auto stop = [](const LbfgsStep&) { throw std::runtime_error("enough"); };
  CHECK_THROWS_WITH(minimise(bowl, Eigen::VectorXd::Ones(2), {.observer = stop}), "enough");
}

TEST_CASE("options out of range and a start that is not finite are named", "[lbfgs]") {
  const auto bowl = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = 2 * x;
    return x.squaredNorm();
  };
  const auto message = [&](const LbfgsOptions& options, double start) -> std::string {
    try {
      minimise(bowl, Eigen::VectorXd::Constant(2, start), options);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::value_out_of_range);
      return error.what();
    }
    return "no error";
  };
  CHECK(message({.history = 0}, 1) == "minimise: history is 0; a number above 0");
  CHECK(message({.gradient_tolerance = -1}, 1) == "minimise: gradient_tolerance is -1; a number of at least 0");
  CHECK(message({.value_tolerance = std::nan("")}, 1) == "minimise: value_tolerance is nan; a number of at least 0");
  CHECK(message({.wolfe = {.sufficient_decrease = 0}}, 1) ==
        "minimise: sufficient_decrease is 0; a number between 0 and 1");
  CHECK(message({.wolfe = {.curvature = 1}}, 1) == "minimise: curvature is 1; a number between 0 and 1");
  CHECK(message({.wolfe = {.sufficient_decrease = 0.9, .curvature = 0.9}}, 1) ==
        "minimise: sufficient_decrease is 0.9; a number below curvature");
  CHECK(message({}, std::nan("")) == "minimise: start[0] is nan; a finite number");
}
