// L-BFGS beside liblbfgs (Okazaki) on one logistic regression, from the same start to the same gradient, in one run.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <Eigen/Core>

#include <equipoise/core/random.hpp>
#include <equipoise/train/lbfgs.hpp>

#ifdef EQUIPOISE_HAS_LIBLBFGS
#include <lbfgs.h>
#endif

namespace {

using namespace equipoise;

constexpr double gradient_tolerance = 1e-6;

// The mean log-loss of labels -1 and 1 with a ridge, over columns whose scales differ by a factor of 100.
class Logistic {
 public:
  Logistic(Eigen::Index rows, Eigen::Index columns) : x_(rows, columns), sign_(rows) {
    const auto fill = [](std::uint32_t name, double* out, Eigen::Index size) {
      fill_normal(RandomStream({.seed = 1, .point = name}), 0, {out, static_cast<std::size_t>(size)});
    };
    fill(0, x_.data(), x_.size());
    for (Eigen::Index j = 0; j < columns; ++j) x_.col(j) *= std::pow(10, static_cast<double>(j % 5) / 2 - 1);
    Eigen::VectorXd truth(columns), noise(rows);
    fill(1, truth.data(), columns);
    fill(2, noise.data(), rows);
    sign_ = (x_ * truth + 2 * noise).array().sign();
  }

  Eigen::Index parameters() const { return x_.cols(); }

  template <class Parameters, class Gradient>
  double operator()(const Parameters& b, Gradient& gradient) {
    margin_ = sign_ * (x_ * b).array();
    wrong_ = (1 + margin_.exp()).inverse() * sign_;
    gradient = -x_.transpose() * wrong_.matrix() / static_cast<double>(x_.rows()) + ridge * b;
    return ((-margin_).max(0) + (1 + (-margin_.abs()).exp()).log()).mean() + 0.5 * ridge * b.squaredNorm();
  }

 private:
  static constexpr double ridge = 1e-4;
  Eigen::MatrixXd x_;
  Eigen::ArrayXd sign_, margin_, wrong_;
};

struct Outcome {
  double value = 0, gradient_max_norm = 0;
  std::size_t evaluations = 0;
};

Outcome by_equipoise(Logistic& problem) {
  const Minimum minimum = minimise(problem, Eigen::VectorXd::Zero(problem.parameters()),
                                   {.gradient_tolerance = gradient_tolerance, .value_tolerance = 0});
  return {minimum.value, minimum.gradient_max_norm, minimum.evaluations};
}

void tell(benchmark::State& state, const Outcome& outcome) {
  state.counters["evaluations"] = static_cast<double>(outcome.evaluations);
  state.counters["value"] = outcome.value;
  state.counters["gradient"] = outcome.gradient_max_norm;
}

void equipoise_lbfgs(benchmark::State& state) {
  Logistic problem(state.range(0), state.range(1));
  Outcome outcome;
  for (auto _ : state) outcome = by_equipoise(problem);
  tell(state, outcome);
}
BENCHMARK(equipoise_lbfgs)->Args({2000, 20})->Args({2000, 200})->Args({20000, 50})->Unit(benchmark::kMillisecond);

#ifdef EQUIPOISE_HAS_LIBLBFGS

struct Peer {
  Logistic& problem;
  Outcome outcome = {};
};

lbfgsfloatval_t evaluate(void* instance, const lbfgsfloatval_t* x, lbfgsfloatval_t* gradient, int n, lbfgsfloatval_t) {
  Peer& peer = *static_cast<Peer*>(instance);
  ++peer.outcome.evaluations;
  Eigen::Map<Eigen::VectorXd> out(gradient, n);
  return peer.problem(Eigen::Map<const Eigen::VectorXd>(x, n), out);
}

// Ends at the same gradient as ours: liblbfgs's own test is relative to the parameters' norm.
int is_done(void* instance, const lbfgsfloatval_t*, const lbfgsfloatval_t* gradient, lbfgsfloatval_t, lbfgsfloatval_t,
            lbfgsfloatval_t, lbfgsfloatval_t, int n, int, int) {
  Outcome& outcome = static_cast<Peer*>(instance)->outcome;
  outcome.gradient_max_norm = Eigen::Map<const Eigen::VectorXd>(gradient, n).cwiseAbs().maxCoeff();
  return outcome.gradient_max_norm <= gradient_tolerance ? 1 : 0;
}

Outcome by_liblbfgs(Logistic& problem) {
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = 10;
  parameters.epsilon = 0;
  Peer peer{problem};
  const auto n = static_cast<int>(problem.parameters());
  lbfgsfloatval_t* x = lbfgs_malloc(n);
  Eigen::Map<Eigen::VectorXd>(x, n).setZero();
  lbfgs(n, x, &peer.outcome.value, evaluate, is_done, &peer, &parameters);
  lbfgs_free(x);
  return peer.outcome;
}

void liblbfgs(benchmark::State& state) {
  Logistic problem(state.range(0), state.range(1));
  Outcome outcome;
  for (auto _ : state) outcome = by_liblbfgs(problem);
  tell(state, outcome);
}
BENCHMARK(liblbfgs)->Args({2000, 20})->Args({2000, 200})->Args({20000, 50})->Unit(benchmark::kMillisecond);

// Turn by turn, so that what else the machine does meets both: ours over liblbfgs's, below 1 where ours is better.
void ratio(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  Logistic problem(state.range(0), state.range(1));
  Outcome ours, peers;
  Clock::duration our_time{}, peer_time{};
  for (auto _ : state) {
    const auto begin = Clock::now();
    ours = by_equipoise(problem);
    const auto middle = Clock::now();
    peers = by_liblbfgs(problem);
    our_time += middle - begin;
    peer_time += Clock::now() - middle;
  }
  state.counters["time_ratio"] = static_cast<double>(our_time.count()) / static_cast<double>(peer_time.count());
  state.counters["evaluations_ratio"] = static_cast<double>(ours.evaluations) / static_cast<double>(peers.evaluations);
  state.counters["value_difference"] = ours.value - peers.value;
}
BENCHMARK(ratio)->Args({2000, 20})->Args({2000, 200})->Args({20000, 50})->Unit(benchmark::kMillisecond);

#endif

}  // namespace
