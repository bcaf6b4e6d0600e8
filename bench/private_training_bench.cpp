// Steps of private training: 60,000 people of 100 features, batches of 256 on average, noise from the system's
// generator, exactly rounded. bench/private_training_peers.py has the same without privacy by another library.
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/predictor/multilayer_perceptron.hpp>
#include <equipoise/privacy/affine_gradient_sum.hpp>
#include <equipoise/privacy/private_gradient.hpp>
#include <equipoise/privacy/secure_random.hpp>

namespace {

using namespace equipoise;

constexpr Eigen::Index people = 60'000, features = 100;
constexpr double batch = 256;

struct Rows {
  Eigen::MatrixXd X;
  std::vector<double> outcome;
  Rows() : X(people, features) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    for (double& x : X.reshaped()) x = normal(random);
    for (Eigen::Index i = 0; i < people; ++i) outcome.push_back(X(i, 0) + normal(random) > 0);
  }
};

const Rows& rows() {
  static const Rows rows;
  return rows;
}

template <class Scalar>
void logistic_steps(benchmark::State& state) {
  SecureRandom random;
  PrivateGradient gradient(AffineGradientSum<LogLossSlope, Scalar>(rows().X, rows().outcome),
                           {.noise_multiplier = 1, .sampling_rate = batch / people}, random);
  Eigen::VectorXd parameters = Eigen::VectorXd::Zero(features + 1), found(features + 1);
  for (auto _ : state) {
    gradient(parameters, found);
    parameters -= 0.5 * found;
  }
  state.counters["steps"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_TEMPLATE(logistic_steps, double)->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(logistic_steps, float)->Unit(benchmark::kMicrosecond);

void poisson_batch(benchmark::State& state) {
  SecureRandom random;
  std::vector<std::size_t> places;
  for (auto _ : state) {
    draw_poisson_batch(static_cast<std::size_t>(people), batch / people, random, places);
    benchmark::DoNotOptimize(places.data());
  }
}
BENCHMARK(poisson_batch)->Unit(benchmark::kMicrosecond);

void noise(benchmark::State& state) {
  SecureRandom random;
  std::vector<std::int64_t> drawn(static_cast<std::size_t>(state.range(0)));
  const RoundedGaussian gaussian(0x1p24);
  for (auto _ : state) {
    gaussian.draw(random, drawn);
    benchmark::DoNotOptimize(drawn.data());
  }
}
BENCHMARK(noise)->Arg(101)->Arg(6529)->Unit(benchmark::kMicrosecond);

/// Steps of a network of one hidden layer of 64 on 1,024 rows in single precision, clipped person by person or not, the
/// noise apart.
void network_steps(benchmark::State& state) {
  const bool clips = state.range(0) != 0;
  using Network = BasicMultilayerPerceptron<float>;
  const Network network(features, {64}, Activation::tanh, Link::logistic);
  const Eigen::MatrixXf X = rows().X.topRows(1024).cast<float>();
  const Eigen::VectorXf outcome = Eigen::Map<const Eigen::VectorXd>(rows().outcome.data(), 1024).cast<float>();
  Eigen::VectorXf parameters = network.initial_parameters(RandomStream({.purpose = Purpose::initialisation}));
  Eigen::VectorXf gradient(parameters.size()), d_scores(1024);
  Eigen::MatrixXf squared(1024, 2), factors = Eigen::MatrixXf::Ones(1024, 2);
  Network::Trace trace;
  for (auto _ : state) {
    network.trace_forward(parameters, X, trace);
    d_scores = (1 / (1 + (-network.scores_of(trace).array()).exp()) - outcome.array()).matrix();
    network.trace_backward(parameters, d_scores, trace);
    if (clips) {
      squared.setZero();
      network.add_layer_products(X, trace, X, trace, squared);
      factors.colwise() = squared.rowwise().sum().cwiseSqrt().cwiseInverse().cwiseMin(1);
    }
    gradient.setZero();
    network.add_traced_gradient(X, trace, factors, gradient);
    parameters -= 1e-3f * gradient;
  }
  state.counters["steps"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(network_steps)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
