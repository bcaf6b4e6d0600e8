#include <equipoise/privacy/renyi.hpp>

#include <algorithm>
#include <numbers>
#include <string>
#include <type_traits>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/loss_pair.hpp>

namespace equipoise::inline v0 {

namespace {

using namespace detail;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double most_nodes = 200'000;

/// ln of a sum of exponentials, one at a time.
class LogSum {
 public:
  void add(double exponent) {
    if (exponent <= largest_) {
      sum_ += std::exp(exponent - largest_);
    } else if (exponent > largest_) {
      sum_ = sum_ * std::exp(largest_ - exponent) + 1;
      largest_ = exponent;
    }
  }
  double value() const { return sum_ == 0 ? -infinity : std::log(sum_) + largest_; }

 private:
  double largest_ = -infinity, sum_ = 0;
};

// ln((1 - rate) + rate e^l).
double log_mixture(double rate, double l) {
  if (rate == 0) return 0;
  if (rate == 1) return l;
  return l > 30 ? std::log(rate) + l + std::log1p((1 - rate) / rate * std::exp(-l)) : std::log1p(rate * std::expm1(l));
}

// ln E_P[e^((order - 1) L)], L the loss, by the trapezoidal rule over x, of which `log_p` is the log density of P but
// for its constant and `loss` the loss. [-reach, reach] holds all that counts, at this many standard deviations.
template <class LogDensity, class Loss>
double gaussian_log_moment(double mu, double order, LogDensity log_p, Loss loss) {
  // The nearest singularity is where a mixture's terms cancel, pi / mu off the line; half a unit is 1e-17 off.
  const double step = std::min(0.1, 0.5 / mu), reach = 14 + (order + 1) * mu;
  if (!(2 * reach / step < most_nodes)) return infinity;
  LogSum sum;
  const auto nodes = static_cast<std::int64_t>(reach / step);
  for (std::int64_t i = -nodes; i <= nodes; ++i) {
    const double x = step * static_cast<double>(i);
    sum.add(log_p(x) + (order - 1) * loss(x));
  }
  return sum.value() + std::log(step) - std::log(2 * std::numbers::pi) / 2;
}

double log_moment_of(const GaussianPair& pair, LossSampling sampling, double rate, double order) {
  const double mu = pair.mu;
  if (sampling == LossSampling::none) return (order - 1) * order * mu * mu / 2;
  const auto base_loss = [mu](double x) { return mu * x - mu * mu / 2; };
  if (sampling == LossSampling::removal)
    return gaussian_log_moment(
        mu, order, [&](double x) { return -x * x / 2 + log_mixture(rate, base_loss(x)); },
        [&](double x) { return log_mixture(rate, base_loss(x)); });
  return gaussian_log_moment(
      mu, order, [&](double x) { return -(x - mu) * (x - mu) / 2; },
      [&](double x) { return -log_mixture(rate, -base_loss(x)); });
}

double log_moment_of(const ExchangedGaussianPair& pair, LossSampling, double, double order) {
  const auto log_ratio = [&](double x) { return log_mixture(pair.rate, pair.mu * x - pair.mu * pair.mu / 2); };
  return gaussian_log_moment(
      pair.mu, order, [&](double x) { return -x * x / 2 + log_ratio(x); },
      [&](double x) { return log_ratio(x) - log_ratio(-x); });
}

double sampled_loss(LossSampling sampling, double rate, double base) {
  if (sampling == LossSampling::removal) return log_mixture(rate, base);
  return sampling == LossSampling::addition ? -log_mixture(rate, -base) : base;
}

// The density of the sampled P, where the base has p and q.
double sampled_p(LossSampling sampling, double rate, double p, double q) {
  return sampling == LossSampling::removal ? (1 - rate) * q + rate * p : p;
}

// Atoms at both ends and, between, a smooth density, by Gauss and Legendre's rule on panels that resolve the exponent.
double log_moment_of(const LaplacePair& pair, LossSampling sampling, double rate, double order) {
  constexpr double node[4] = {0.18343464249564980, 0.52553240991632899, 0.79666647741362674, 0.96028985649753623};
  constexpr double weight[4] = {0.36268378337836198, 0.31370664587788729, 0.22238103445337447, 0.10122853629037626};
  const double a = pair.shift;
  const double panels = std::ceil(std::max(16.0, 2 * a * order));
  if (!(8 * panels < most_nodes)) return infinity;
  LogSum sum;
  const auto add = [&](double base, double p, double q) {
    sum.add(std::log(sampled_p(sampling, rate, p, q)) + (order - 1) * sampled_loss(sampling, rate, base));
  };
  add(-a, std::exp(-a) / 2, 0.5);
  add(a, 0.5, std::exp(-a) / 2);
  const double half = a / (2 * panels);
  for (double panel = 0; panel < panels; ++panel)
    for (int i = 0; i < 8; ++i) {
      const double x = half * (2 * panel + 1 + (i < 4 ? node[i] : -node[i - 4])), w = half * weight[i % 4];
      add(2 * x - a, w * std::exp(x - a) / 2, w * std::exp(-x) / 2);
    }
  return sum.value();
}

double log_moment_of(const std::shared_ptr<const AtomPair>& pair, LossSampling sampling, double rate, double order) {
  LogSum sum;
  for (std::size_t i = 0; i < pair->losses.size(); ++i) {
    const double p = sampled_p(sampling, rate, pair->p[i], pair->q[i]);
    if (p > 0) sum.add(std::log(p) + (order - 1) * sampled_loss(sampling, rate, pair->losses[i]));
  }
  return sum.value();
}

double pair_rdp(const LossPair& pair, double order) {
  LogSum sum;
  for (const LossComponent& component : pair.components)
    sum.add(std::log(component.weight) +
            std::visit([&](const auto& base) { return log_moment_of(base, component.sampling, component.rate, order); },
                       component.base));
  return std::max(0.0, sum.value() / (order - 1));
}

constexpr double negligible_mass = 1e-39;  // what discrete noise leaves out, which no order sees

double base_rdp(const PrivacyEvent& event, double order, Adjacency adjacency);

double fixed_size_rdp(const FixedSizeSampledEvent& event, double order, Adjacency adjacency) {
  constexpr double most_order = 256;
  const double rate = static_cast<double>(event.sample) / static_cast<double>(event.population);
  const auto base = [&](double j) { return base_rdp(event.base, std::max(j, 1 + 1e-9), adjacency); };
  if (rate == 1) return base(order);
  if (order > most_order) return infinity;
  const auto whole = [&](int j) { return sampled_without_replacement_rdp(rate, j, base); };
  // (order - 1) times the divergence is convex in the order and 0 at 1: between whole orders a chord is above it.
  const int below = static_cast<int>(order), above = static_cast<int>(std::ceil(order));
  const double low = below < 2 ? 0 : (below - 1) * whole(below), high = (above - 1) * whole(above);
  const double share = below == above ? 0 : order - below;
  return (low + share * (high - low)) / (order - 1);
}

double base_rdp(const PrivacyEvent& event, double order, Adjacency adjacency) {
  if (const auto* concentrated = std::get_if<ZeroConcentratedEvent>(&event.kind())) return concentrated->rho * order;
  if (const auto* sampled = std::get_if<FixedSizeSampledEvent>(&event.kind());
      sampled != nullptr && adjacency == Adjacency::replace_one)
    return fixed_size_rdp(*sampled, order, adjacency);
  if (const auto* laplace = std::get_if<LaplaceEvent>(&event.kind()))
    return laplace_rdp(laplace->noise_multiplier, order);
  const auto pairs = dominating_pairs(event, adjacency);
  if (const auto* reason = std::get_if<std::string>(&pairs))
    throw Error(ErrorCode::infeasible, "Renyi accounting", *reason, "an event that has a Renyi divergence");
  const auto& directed = std::get<DirectedPairs>(pairs);
  if (directed.removal.p_infinite > negligible_mass) return infinity;
  const double removal = pair_rdp(directed.removal, order);
  return directed.symmetric ? removal : std::max(removal, pair_rdp(directed.addition, order));
}

}  // namespace

double poisson_gaussian_rdp(double rate, double noise_multiplier, double order) {
  return event_rdp(PoissonSampledEvent{rate, GaussianEvent{noise_multiplier}}, order, Adjacency::add_or_remove_one);
}

double event_rdp(const PrivacyEvent& event, double order, Adjacency adjacency) {
  if (!(order > 1) || !std::isfinite(order))
    throw Error(ErrorCode::value_out_of_range, "Renyi accounting", "order is " + shortest(order), "a number above 1");
  double sum = 0;
  for (const CountedEvent& part : flattened(event))
    sum += static_cast<double>(part.count) * base_rdp(part.event, order, adjacency);
  return sum;
}

}  // namespace equipoise::inline v0
