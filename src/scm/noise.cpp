#include <equipoise/scm/noise.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

constexpr double infinity = std::numeric_limits<double>::infinity();

void require(bool holds, std::string found, std::string expected) {
  if (!holds) throw Error(ErrorCode::value_out_of_range, "noise", std::move(found), std::move(expected));
}
void require_finite(double x, const char* what) {
  require(std::isfinite(x), std::string("a ") + what + " that is not finite", "a finite number");
}
void require_positive(double x, const char* what) {
  require(std::isfinite(x) && x > 0, std::string(what) + " " + shortest(x), "a positive number");
}
void require_distribution(const std::vector<double>& p) {
  require(!p.empty(), "no probabilities", "one a level");
  double total = 0;
  for (const double each : p) {
    require(each >= 0 && each <= 1 + 1e-9, "probability " + shortest(each), "a number in [0, 1]");
    total += each;
  }
  require(std::abs(total - 1) < 1e-9, "probabilities that sum to " + shortest(total), "a sum of 1");
}

void check(const Noise::Family& family) {
  std::visit(
      Overloaded{
          [](const ConstantNoise& n) { require_finite(n.value, "value"); },
          [](const BernoulliNoise& n) { require(n.p >= 0 && n.p <= 1, "p " + shortest(n.p), "a number in [0, 1]"); },
          [](const CategoricalNoise& n) { require_distribution(n.probabilities); },
          [](const NormalNoise& n) { require_finite(n.mean, "mean"), require_positive(n.scale, "scale"); },
          [](const UniformNoise& n) {
            require_finite(n.low, "low end"), require_finite(n.high, "high end");
            require(n.low < n.high && std::isfinite(n.high - n.low), "high " + shortest(n.high), "more than low");
          },
          [](const LaplaceNoise& n) { require_finite(n.mean, "mean"), require_positive(n.scale, "scale"); },
          [](const StudentTNoise& n) {
            require_positive(n.df, "df"), require_finite(n.mean, "mean"), require_positive(n.scale, "scale");
          },
          [](const GammaNoise& n) { require_positive(n.shape, "shape"), require_positive(n.scale, "scale"); },
          [](const ExponentialNoise& n) { require_positive(n.scale, "scale"); },
          [](const PoissonNoise& n) {
            require_positive(n.rate, "rate"), require(n.rate < 1e9, "rate " + shortest(n.rate), "less than 1e9");
          },
          [](const MixtureNoise& n) {
            require(n.weights.size() == n.components.size(), "as many weights as not components",
                    "one weight a component");
            require_distribution(n.weights);
          },
          [](const EmpiricalNoise&) {},  // whose constructor checks
      },
      family);
}

double probability_of(const EmpiricalNoise& n, std::size_t k) {
  return n.cumulative()[k] - (k == 0 ? 0.0 : n.cumulative()[k - 1]);
}
/// The probability of the values before this one.
double below(const EmpiricalNoise& n, std::vector<double>::const_iterator value) {
  return value == n.values().begin() ? 0.0 : n.cumulative()[static_cast<std::size_t>(value - n.values().begin()) - 1];
}

double standard_normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

}  // namespace

// Defined here, since copying a variant of so many families costs its users' compilers dear.
Noise::Noise() : family_(NormalNoise{}) {}
Noise::Noise(const Noise&) = default;
Noise::Noise(Noise&&) noexcept = default;
Noise& Noise::operator=(const Noise&) = default;
Noise& Noise::operator=(Noise&&) noexcept = default;
Noise::~Noise() = default;

Noise::Noise(Family family) : family_(std::move(family)) { check(family_); }

bool operator==(const Noise& a, const Noise& b) {
  if (a.family().index() != b.family().index()) return false;
  return std::visit(
      Overloaded{
          [&](const ConstantNoise& n) { return n.value == b.get_if<ConstantNoise>()->value; },
          [&](const BernoulliNoise& n) { return n.p == b.get_if<BernoulliNoise>()->p; },
          [&](const CategoricalNoise& n) { return n.probabilities == b.get_if<CategoricalNoise>()->probabilities; },
          [&](const GammaNoise& n) {
            return n.shape == b.get_if<GammaNoise>()->shape && n.scale == b.get_if<GammaNoise>()->scale;
          },
          [&](const ExponentialNoise& n) { return n.scale == b.get_if<ExponentialNoise>()->scale; },
          [&](const PoissonNoise& n) { return n.rate == b.get_if<PoissonNoise>()->rate; },
          [&](const UniformNoise& n) {
            return n.low == b.get_if<UniformNoise>()->low && n.high == b.get_if<UniformNoise>()->high;
          },
          [&](const StudentTNoise& n) {
            const auto* m = b.get_if<StudentTNoise>();
            return n.df == m->df && n.mean == m->mean && n.scale == m->scale;
          },
          [&](const MixtureNoise& n) {
            const auto* m = b.get_if<MixtureNoise>();
            return n.weights == m->weights && n.components == m->components;
          },
          [&](const EmpiricalNoise& n) {
            const auto* m = b.get_if<EmpiricalNoise>();
            return n.values() == m->values() && n.weights() == m->weights();
          },
          [&]<class Located>(const Located& n) {
            const auto* m = b.get_if<Located>();
            return n.mean == m->mean && n.scale == m->scale;
          },
      },
      a.family());
}

std::string_view kind_of(const Noise& noise) noexcept {
  constexpr std::string_view names[] = {"constant",  "bernoulli", "categorical", "normal",  "uniform", "laplace",
                                        "student_t", "gamma",     "exponential", "poisson", "mixture", "empirical"};
  return names[noise.family().index()];
}

bool is_discrete(const Noise& noise) noexcept {
  if (const auto* mixture = noise.get_if<MixtureNoise>()) {
    for (std::size_t k = 0; k < mixture->components.size(); ++k)
      if (mixture->weights[k] > 0 && !is_discrete(mixture->components[k])) return false;
    return true;
  }
  return noise.get_if<ConstantNoise>() || noise.get_if<BernoulliNoise>() || noise.get_if<CategoricalNoise>() ||
         noise.get_if<PoissonNoise>() || noise.get_if<EmpiricalNoise>();
}

double mean(const Noise& noise) {
  return std::visit(Overloaded{
                        [](const ConstantNoise& n) { return n.value; },
                        [](const BernoulliNoise& n) { return n.p; },
                        [](const CategoricalNoise& n) {
                          double total = 0;
                          for (std::size_t k = 0; k < n.probabilities.size(); ++k)
                            total += static_cast<double>(k) * n.probabilities[k];
                          return total;
                        },
                        [](const UniformNoise& n) { return n.low + (n.high - n.low) / 2; },
                        [](const StudentTNoise& n) {
                          require(n.df > 1, "student_t with df " + shortest(n.df), "df over 1, for a mean");
                          return n.mean;
                        },
                        [](const GammaNoise& n) { return n.shape * n.scale; },
                        [](const ExponentialNoise& n) { return n.scale; },
                        [](const PoissonNoise& n) { return n.rate; },
                        [](const MixtureNoise& n) {
                          double total = 0;
                          for (std::size_t k = 0; k < n.weights.size(); ++k)
                            total += n.weights[k] * mean(n.components[k]);
                          return total;
                        },
                        [](const EmpiricalNoise& n) {
                          double total = 0;
                          for (std::size_t k = 0; k < n.values().size(); ++k)
                            total += probability_of(n, k) * n.values()[k];
                          return total;
                        },
                        [](const auto& n) { return n.mean; },
                    },
                    noise.family());
}

double variance(const Noise& noise) {
  return std::visit(Overloaded{
                        [](const ConstantNoise&) { return 0.0; },
                        [](const BernoulliNoise& n) { return n.p * (1 - n.p); },
                        [&](const CategoricalNoise& n) {
                          const double center = mean(noise);
                          double total = 0;
                          for (std::size_t k = 0; k < n.probabilities.size(); ++k)
                            total += n.probabilities[k] * (static_cast<double>(k) - center) *
                                     (static_cast<double>(k) - center);
                          return total;
                        },
                        [](const NormalNoise& n) { return n.scale * n.scale; },
                        [](const UniformNoise& n) { return (n.high - n.low) * (n.high - n.low) / 12; },
                        [](const LaplaceNoise& n) { return 2 * n.scale * n.scale; },
                        [](const StudentTNoise& n) {
                          require(n.df > 2, "student_t with df " + shortest(n.df), "df over 2, for a variance");
                          return n.scale * n.scale * n.df / (n.df - 2);
                        },
                        [](const GammaNoise& n) { return n.shape * n.scale * n.scale; },
                        [](const ExponentialNoise& n) { return n.scale * n.scale; },
                        [](const PoissonNoise& n) { return n.rate; },
                        [&](const MixtureNoise& n) {
                          const double center = mean(noise);
                          double total = 0;
                          for (std::size_t k = 0; k < n.weights.size(); ++k) {
                            const double distance = mean(n.components[k]) - center;
                            total += n.weights[k] * (variance(n.components[k]) + distance * distance);
                          }
                          return total;
                        },
                        [&](const EmpiricalNoise& n) {
                          const double center = mean(noise);
                          double total = 0;
                          for (std::size_t k = 0; k < n.values().size(); ++k)
                            total += probability_of(n, k) * (n.values()[k] - center) * (n.values()[k] - center);
                          return total;
                        },
                    },
                    noise.family());
}

double log_density(const Noise& noise, double x) {
  const auto level = [](const std::vector<double>& p, double value) {
    if (value < 0 || value >= static_cast<double>(p.size()) || value != std::floor(value)) return -infinity;
    return std::log(p[static_cast<std::size_t>(value)]);
  };
  return std::visit(
      Overloaded{
          [&](const ConstantNoise& n) { return x == n.value ? 0.0 : -infinity; },
          [&](const BernoulliNoise& n) { return x == 1   ? std::log(n.p)
                                                : x == 0 ? std::log1p(-n.p)
                                                         : -infinity; },
          [&](const CategoricalNoise& n) { return level(n.probabilities, x); },
          [&](const NormalNoise& n) {
            const double z = (x - n.mean) / n.scale;
            return -0.5 * z * z - std::log(n.scale) - 0.5 * std::log(2 * std::numbers::pi);
          },
          [&](const UniformNoise& n) { return x >= n.low && x <= n.high ? -std::log(n.high - n.low) : -infinity; },
          [&](const LaplaceNoise& n) { return -std::abs(x - n.mean) / n.scale - std::log(2 * n.scale); },
          [&](const StudentTNoise& n) {
            const double z = (x - n.mean) / n.scale;
            return std::lgamma((n.df + 1) / 2) - std::lgamma(n.df / 2) - 0.5 * std::log(n.df * std::numbers::pi) -
                   std::log(n.scale) - (n.df + 1) / 2 * std::log1p(z * z / n.df);
          },
          [&](const GammaNoise& n) {
            if (x <= 0) return -infinity;
            return (n.shape - 1) * std::log(x / n.scale) - x / n.scale - std::lgamma(n.shape) - std::log(n.scale);
          },
          [&](const ExponentialNoise& n) { return x < 0 ? -infinity : -x / n.scale - std::log(n.scale); },
          [&](const PoissonNoise& n) {
            if (x < 0 || x != std::floor(x)) return -infinity;
            return x * std::log(n.rate) - n.rate - std::lgamma(x + 1);
          },
          [&](const MixtureNoise& n) {
            const bool at_atom = has_atoms(noise) && is_atom(noise, x);
            const auto counts = [&](std::size_t k) {
              return n.weights[k] > 0 && (!at_atom || is_atom(n.components[k], x));
            };
            double greatest = -infinity;
            for (std::size_t k = 0; k < n.weights.size(); ++k)
              if (counts(k)) greatest = std::max(greatest, log_density(n.components[k], x));
            if (greatest == -infinity) return -infinity;
            double total = 0;
            for (std::size_t k = 0; k < n.weights.size(); ++k)
              if (counts(k)) total += n.weights[k] * std::exp(log_density(n.components[k], x) - greatest);
            return greatest + std::log(total);
          },
          [&](const EmpiricalNoise& n) {
            const auto at = std::lower_bound(n.values().begin(), n.values().end(), x);
            if (at == n.values().end() || *at != x) return -infinity;
            return std::log(probability_of(n, static_cast<std::size_t>(at - n.values().begin())));
          },
      },
      noise.family());
}

void log_densities(const Noise& noise, std::span<double> x) {
  if (const auto* normal = noise.get_if<NormalNoise>()) {
    const double constant = -std::log(normal->scale) - 0.5 * std::log(2 * std::numbers::pi);
    for (double& each : x) {
      const double z = (each - normal->mean) / normal->scale;
      each = constant - 0.5 * z * z;
    }
    return;
  }
  if (const auto* laplace = noise.get_if<LaplaceNoise>()) {
    const double constant = std::log(2 * laplace->scale);
    for (double& each : x) each = -std::abs(each - laplace->mean) / laplace->scale - constant;
    return;
  }
  if (const auto* student = noise.get_if<StudentTNoise>()) {
    const double constant = log_density(noise, student->mean);
    for (double& each : x) {
      const double z = (each - student->mean) / student->scale;
      each = constant - (student->df + 1) / 2 * std::log1p(z * z / student->df);
    }
    return;
  }
  for (double& each : x) each = log_density(noise, each);
}

double cdf(const Noise& noise, double x) {
  return std::visit(
      Overloaded{
          [&](const ConstantNoise& n) { return x >= n.value ? 1.0 : 0.0; },
          [&](const BernoulliNoise& n) { return x < 0   ? 0.0
                                                : x < 1 ? 1 - n.p
                                                        : 1.0; },
          [&](const CategoricalNoise& n) {
            double total = 0;
            for (std::size_t k = 0; k < n.probabilities.size() && static_cast<double>(k) <= x; ++k)
              total += n.probabilities[k];
            return std::min(total, 1.0);
          },
          [&](const NormalNoise& n) { return standard_normal_cdf((x - n.mean) / n.scale); },
          [&](const UniformNoise& n) { return std::clamp((x - n.low) / (n.high - n.low), 0.0, 1.0); },
          [&](const LaplaceNoise& n) {
            const double z = (x - n.mean) / n.scale;
            return z < 0 ? 0.5 * std::exp(z) : 1 - 0.5 * std::exp(-z);
          },
          [&](const StudentTNoise& n) {
            return boost::math::cdf(boost::math::students_t(n.df), (x - n.mean) / n.scale);
          },
          [&](const GammaNoise& n) {
            return x <= 0 ? 0.0 : boost::math::cdf(boost::math::gamma_distribution<>(n.shape, n.scale), x);
          },
          [&](const ExponentialNoise& n) { return x <= 0 ? 0.0 : -std::expm1(-x / n.scale); },
          [&](const PoissonNoise& n) {
            return x < 0 ? 0.0 : boost::math::cdf(boost::math::poisson(n.rate), std::floor(x));
          },
          [&](const MixtureNoise& n) {
            double total = 0;
            for (std::size_t k = 0; k < n.weights.size(); ++k) total += n.weights[k] * cdf(n.components[k], x);
            return std::min(total, 1.0);
          },
          [&](const EmpiricalNoise& n) { return below(n, std::upper_bound(n.values().begin(), n.values().end(), x)); },
      },
      noise.family());
}

double cdf_below(const Noise& noise, double x) {
  return std::visit(
      Overloaded{
          [&](const ConstantNoise& n) { return x > n.value ? 1.0 : 0.0; },
          [&](const BernoulliNoise&) { return cdf(noise, std::ceil(x) - 1); },
          [&](const CategoricalNoise&) { return cdf(noise, std::ceil(x) - 1); },
          [&](const PoissonNoise&) { return cdf(noise, std::ceil(x) - 1); },
          [&](const MixtureNoise& n) {
            double total = 0;
            for (std::size_t k = 0; k < n.weights.size(); ++k) total += n.weights[k] * cdf_below(n.components[k], x);
            return std::min(total, 1.0);
          },
          [&](const EmpiricalNoise& n) { return below(n, std::lower_bound(n.values().begin(), n.values().end(), x)); },
          [&](const auto&) { return cdf(noise, x); },
      },
      noise.family());
}

namespace {

double mixture_quantile(const Noise& noise, const MixtureNoise& mixture, double probability) {
  double low = infinity, high = -infinity;
  for (std::size_t k = 0; k < mixture.weights.size(); ++k) {
    if (mixture.weights[k] <= 0) continue;
    const double each = quantile(mixture.components[k], probability);
    low = std::min(low, each);
    high = std::max(high, each);
  }
  // The components' own quantiles bracket the mixture's; bisection ends at neighbouring doubles.
  if (cdf(noise, low) >= probability) return low;
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    (cdf(noise, middle) >= probability ? high : low) = middle;
  }
}

double level_quantile(const std::vector<double>& p, double probability) {
  double total = 0;
  std::size_t last = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (p[k] <= 0) continue;
    last = k;
    total += p[k];
    if (total >= probability) break;
  }
  return static_cast<double>(last);
}

}  // namespace

double quantile(const Noise& noise, double probability) {
  using integer_up =
      boost::math::policies::policy<boost::math::policies::discrete_quantile<boost::math::policies::integer_round_up>>;
  return std::visit(
      Overloaded{
          [&](const ConstantNoise& n) { return n.value; },
          [&](const BernoulliNoise& n) { return probability <= 1 - n.p ? 0.0 : 1.0; },
          [&](const CategoricalNoise& n) { return level_quantile(n.probabilities, probability); },
          [&](const NormalNoise& n) {
            return boost::math::quantile(boost::math::normal(n.mean, n.scale), probability);
          },
          [&](const UniformNoise& n) { return n.low + probability * (n.high - n.low); },
          [&](const LaplaceNoise& n) {
            return probability < 0.5 ? n.mean + n.scale * std::log(2 * probability)
                                     : n.mean - n.scale * std::log(2 * (1 - probability));
          },
          [&](const StudentTNoise& n) {
            return n.mean + n.scale * boost::math::quantile(boost::math::students_t(n.df), probability);
          },
          [&](const GammaNoise& n) {
            return boost::math::quantile(boost::math::gamma_distribution<>(n.shape, n.scale), probability);
          },
          [&](const ExponentialNoise& n) { return -n.scale * std::log1p(-probability); },
          [&](const PoissonNoise& n) {
            return boost::math::quantile(boost::math::poisson_distribution<double, integer_up>(n.rate), probability);
          },
          [&](const MixtureNoise& n) { return mixture_quantile(noise, n, probability); },
          [&](const EmpiricalNoise& n) { return n.at(probability); },
      },
      noise.family());
}

}  // namespace equipoise::inline v0
