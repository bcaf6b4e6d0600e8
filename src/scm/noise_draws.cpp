#include <equipoise/scm/noise.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <variant>

#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {
namespace {

double draw_normal(RowStream& row) {
  const double radius = std::sqrt(-2 * std::log(row.open_uniform()));
  return radius * std::cos(2 * std::numbers::pi * row.uniform());
}

/// Marsaglia, Tsang (2000): a cube of a shifted normal, rejected rarely. Below shape 1, shape + 1 and a power
/// of a uniform.
double draw_gamma(RowStream& row, double shape) {
  if (shape < 1) {
    const double power = std::pow(row.open_uniform(), 1 / shape);
    return draw_gamma(row, shape + 1) * power;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(row);
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v <= 0) continue;
    if (std::log(row.open_uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double draw_level(const std::vector<double>& probabilities, double uniform) {
  double cumulative = 0;
  std::size_t last_possible = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    if (probabilities[k] <= 0) continue;
    last_possible = k;
    cumulative += probabilities[k];
    if (uniform < cumulative) break;
  }
  return static_cast<double>(last_possible);
}

struct DrawOne {
  RowStream& row;

  double operator()(const ConstantNoise& n) const { return n.value; }
  double operator()(const BernoulliNoise& n) const { return row.uniform() < n.p ? 1 : 0; }
  double operator()(const CategoricalNoise& n) const { return draw_level(n.probabilities, row.uniform()); }
  double operator()(const NormalNoise& n) const { return n.mean + n.scale * draw_normal(row); }
  double operator()(const UniformNoise& n) const { return n.low + (n.high - n.low) * row.uniform(); }
  double operator()(const LaplaceNoise& n) const { return quantile(Noise(n), row.open_uniform()); }
  double operator()(const StudentTNoise& n) const {
    const double normal = draw_normal(row);
    return n.mean + n.scale * normal / std::sqrt(2 * draw_gamma(row, n.df / 2) / n.df);
  }
  double operator()(const GammaNoise& n) const { return n.scale * draw_gamma(row, n.shape); }
  double operator()(const ExponentialNoise& n) const { return -n.scale * std::log(row.open_uniform()); }
  double operator()(const PoissonNoise& n) const { return quantile(Noise(n), row.open_uniform()); }
  double operator()(const EmpiricalNoise& n) const { return n.at(row.open_uniform()); }
  double operator()(const MixtureNoise& n) const {
    const auto component = static_cast<std::size_t>(draw_level(n.weights, row.uniform()));
    return std::visit(*this, n.components[component].family());
  }
};

/// Families that are one function of one uniform or normal a row, drawn a block at a time.
struct DrawBlock {
  const RandomStream& stream;
  RowBlock rows;
  std::span<double> out;

  bool operator()(const ConstantNoise& n) const {
    std::fill(out.begin(), out.end(), n.value);
    return true;
  }
  bool operator()(const BernoulliNoise& n) const {
    return from_uniform([&](double u) { return u < n.p ? 1.0 : 0.0; });
  }
  bool operator()(const CategoricalNoise& n) const {
    return from_uniform([&](double u) { return draw_level(n.probabilities, u); });
  }
  bool operator()(const UniformNoise& n) const {
    return from_uniform([&](double u) { return n.low + (n.high - n.low) * u; });
  }
  bool operator()(const LaplaceNoise& n) const {
    return from_uniform([&](double u) {
      return u < 0.5 ? n.mean + n.scale * std::log(2 * u) : n.mean - n.scale * std::log(2 * (1 - u));
    });
  }
  bool operator()(const ExponentialNoise& n) const {
    return from_uniform([&](double u) { return -n.scale * std::log(u); });
  }
  bool operator()(const EmpiricalNoise& n) const {
    return from_uniform([&](double u) { return n.at(u); });
  }
  bool operator()(const NormalNoise& n) const {
    fill_normal(stream, rows.first, out);
    for (double& x : out) x = n.mean + n.scale * x;
    return true;
  }
  bool operator()(const auto&) const { return false; }

  template <class F>
  bool from_uniform(F f) const {
    fill_uniform(stream, rows.first, out);
    for (double& x : out) x = f(x);
    return true;
  }
};

}  // namespace

void draw(const Noise& noise, const RandomStream& stream, RowBlock rows, double* out) {
  if (std::visit(DrawBlock{stream, rows, std::span(out, rows.size)}, noise.family())) return;
  for (std::size_t i = 0; i < rows.size; ++i) {
    RowStream row = stream.row(rows.first + i);
    out[i] = std::visit(DrawOne{row}, noise.family());
  }
}

}  // namespace equipoise::inline v0
