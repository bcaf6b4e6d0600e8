// Noise with values of its own: observed values, and the nearest that a discrete noise can take.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/scm/noise.hpp>

namespace equipoise::inline v0 {
namespace {

void require(bool holds, std::string found, std::string expected) {
  if (!holds) throw Error(ErrorCode::value_out_of_range, "noise", std::move(found), std::move(expected));
}

struct NearestAtom {
  double x;

  double operator()(const ConstantNoise& n) const { return n.value; }
  double operator()(const BernoulliNoise& n) const { return level({1 - n.p, n.p}); }
  double operator()(const CategoricalNoise& n) const { return level(n.probabilities); }
  double operator()(const PoissonNoise&) const {
    const double below = std::max(0.0, std::floor(x));
    return nearer(below, below + 1);
  }
  double operator()(const EmpiricalNoise& n) const {
    const auto above = std::lower_bound(n.values().begin(), n.values().end(), x);
    if (above == n.values().begin()) return *above;
    return above == n.values().end() ? *(above - 1) : nearer(*(above - 1), *above);
  }
  double operator()(const MixtureNoise& n) const {
    std::optional<double> best;
    for (std::size_t k = 0; k < n.weights.size(); ++k) {
      if (n.weights[k] <= 0 || !has_atoms(n.components[k])) continue;
      const double atom = nearest_atom(n.components[k], x);
      best = best ? nearer(std::min(*best, atom), std::max(*best, atom)) : atom;
    }
    return *best;
  }
  double operator()(const auto&) const { return x; }  // which no continuous noise is asked for

 private:
  /// a <= b.
  double nearer(double a, double b) const { return x - a <= b - x ? a : b; }
  double level(const std::vector<double>& p) const {
    std::optional<double> best;
    for (std::size_t k = 0; k < p.size(); ++k)
      if (const auto value = static_cast<double>(k); p[k] > 0) best = best ? nearer(*best, value) : value;
    return *best;
  }
};

}  // namespace

EmpiricalNoise::EmpiricalNoise(std::vector<double> values, std::vector<double> weights) {
  if (weights.empty()) weights.assign(values.size(), 1.0);
  require(weights.size() == values.size(), std::to_string(weights.size()) + " weights",
          std::to_string(values.size()) + ", one a value");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    require(std::isfinite(values[i]), "a value that is not finite", "a finite number");
    require(std::isfinite(weights[i]) && weights[i] >= 0, "weight " + shortest(weights[i]), "a number of at least 0");
    if (weights[i] > 0) order.push_back(i);
  }
  require(!order.empty(), values.empty() ? "no values" : "weights that are all 0", "a value of some weight");
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  auto sample = std::make_shared<Sample>();
  for (const std::size_t i : order) {
    if (!sample->values.empty() && sample->values.back() == values[i]) {
      sample->weights.back() += weights[i];
    } else {
      sample->values.push_back(values[i] + 0.0);  // one zero
      sample->weights.push_back(weights[i]);
    }
  }
  double total = 0;
  for (const double weight : sample->weights) sample->cumulative.push_back(total += weight);
  require(std::isfinite(total), "weights whose sum is not finite", "smaller ones");
  for (double& each : sample->cumulative) each /= total;
  sample_ = std::move(sample);
}

bool has_atoms(const Noise& noise) noexcept {
  const auto* mixture = noise.get_if<MixtureNoise>();
  if (mixture == nullptr) return is_discrete(noise);
  for (std::size_t k = 0; k < mixture->components.size(); ++k)
    if (mixture->weights[k] > 0 && has_atoms(mixture->components[k])) return true;
  return false;
}

bool is_atom(const Noise& noise, double x) {
  const auto* mixture = noise.get_if<MixtureNoise>();
  if (mixture == nullptr) return is_discrete(noise) && log_density(noise, x) > -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < mixture->components.size(); ++k)
    if (mixture->weights[k] > 0 && is_atom(mixture->components[k], x)) return true;
  return false;
}

double nearest_atom(const Noise& noise, double x) { return std::visit(NearestAtom{x}, noise.family()); }

namespace detail {

void snap_to_atoms(const Noise& noise, const double* value, std::size_t size, double* residual) {
  if (!has_atoms(noise)) return;
  constexpr double rounding = 1e-11;  // of the value and what was taken from it
  for (std::size_t i = 0; i < size; ++i) {
    if (!std::isfinite(residual[i])) continue;
    const double atom = nearest_atom(noise, residual[i]);
    if (std::abs(atom - residual[i]) <= rounding * (std::abs(value[i]) + std::abs(residual[i]))) residual[i] = atom;
  }
}

}  // namespace detail

}  // namespace equipoise::inline v0
