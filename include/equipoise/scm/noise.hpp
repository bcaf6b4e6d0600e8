// Distributions of exogenous noise: what a mechanism does not explain.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace equipoise::inline v0 {

class Noise;
class RandomStream;

/// Rows first, …, first + size - 1 of a larger set of rows. Randomness is keyed by the row's place in the
/// whole, so however rows are cut into blocks the same row gets the same bits.
struct RowBlock {
  std::size_t first = 0;
  std::size_t size = 0;
};

struct ConstantNoise {
  double value = 0;
};
struct BernoulliNoise {
  double p = 0.5;
};
struct CategoricalNoise {
  std::vector<double> probabilities;
};
struct NormalNoise {
  double mean = 0, scale = 1;
};  ///< scale: the standard deviation
struct UniformNoise {
  double low = 0, high = 1;
};
struct LaplaceNoise {
  double mean = 0, scale = 1;
};
struct StudentTNoise {
  double df = 1, mean = 0, scale = 1;
};
struct GammaNoise {
  double shape = 1, scale = 1;
};
struct ExponentialNoise {
  double scale = 1;
};
struct PoissonNoise {
  double rate = 1;
};
/// One of the components, drawn with its weight; weights sum to 1.
struct MixtureNoise {
  std::vector<double> weights;
  std::vector<Noise> components;
};

/// Observed values, each with a probability in proportion to its weight. Kept in ascending order, equal values as one
/// of their weights' sum and values of weight 0 left out.
class EmpiricalNoise {
 public:
  /// weights: one a value, at least 0, not all 0; empty: every value counts once. Throws value_out_of_range for others
  /// and for values that are not finite.
  explicit EmpiricalNoise(std::vector<double> values, std::vector<double> weights = {});

  const std::vector<double>& values() const noexcept { return sample_->values; }
  const std::vector<double>& weights() const noexcept { return sample_->weights; }
  /// cumulative()[k]: the probability of values()[k] or less; the last is 1.
  const std::vector<double>& cumulative() const noexcept { return sample_->cumulative; }
  /// The least value whose cumulative probability is at least this, which is at most 1.
  double at(double probability) const noexcept {
    const auto reached = std::lower_bound(cumulative().begin(), cumulative().end() - 1, probability);
    return values()[static_cast<std::size_t>(reached - cumulative().begin())];
  }

 private:
  struct Sample {
    std::vector<double> values, weights, cumulative;
  };
  std::shared_ptr<const Sample> sample_;
};

/// A distribution of real numbers. A value: copy it, compare it, read it back from a file bit for bit.
class Noise {
 public:
  using Family = std::variant<ConstantNoise, BernoulliNoise, CategoricalNoise, NormalNoise, UniformNoise, LaplaceNoise,
                              StudentTNoise, GammaNoise, ExponentialNoise, PoissonNoise, MixtureNoise, EmpiricalNoise>;

  Noise();
  Noise(const Noise&);
  Noise(Noise&&) noexcept;
  Noise& operator=(const Noise&);
  Noise& operator=(Noise&&) noexcept;
  ~Noise();
  /// Throws value_out_of_range where a parameter is not finite or outside its range (a scale must be
  /// positive, a probability in [0, 1]; probabilities sum to 1 within 1e-9).
  Noise(Family family);
  template <class F>
  requires(!std::same_as<F, Noise> && !std::same_as<F, Family> && std::constructible_from<Family, F>) Noise(F family)
      : Noise(Family(std::move(family))) {}

  const Family& family() const noexcept { return family_; }
  template <class F>
  const F* get_if() const noexcept {
    return std::get_if<F>(&family_);
  }

 private:
  Family family_;
};

bool operator==(const Noise& a, const Noise& b);

/// The name of the family in files: "normal", "student_t", …
std::string_view kind_of(const Noise& noise) noexcept;
/// Whether its values are a countable set, so that log_density is a log-probability.
bool is_discrete(const Noise& noise) noexcept;
/// Whether some values have positive probability: it is discrete, or a mixture with such a part.
bool has_atoms(const Noise& noise) noexcept;
/// Whether x has positive probability.
bool is_atom(const Noise& noise, double x);

/// Draws out[i] for the row rows.first + i of `stream`.
void draw(const Noise& noise, const RandomStream& stream, RowBlock rows, double* out);

/// Mean; value_out_of_range where it does not exist (student_t with df <= 1).
double mean(const Noise& noise);
/// Variance; value_out_of_range where it does not exist (student_t with df <= 2).
double variance(const Noise& noise);
/// ln of the density, or of the probability of a value that has one; -infinity outside the support. That of a mixture
/// with discrete parts is the density with respect to Lebesgue measure and the counting measure of its atoms together,
/// so that at an atom the probability alone counts; is_atom tells which it is.
double log_density(const Noise& noise, double x);
/// Replaces every x by its log_density, asking once what the noise is.
void log_densities(const Noise& noise, std::span<double> x);
/// P(N <= x).
double cdf(const Noise& noise, double x);
/// P(N < x): differs from the cdf where x is an atom.
double cdf_below(const Noise& noise, double x);
/// The least x with cdf(x) >= probability; probability in (0, 1).
double quantile(const Noise& noise, double probability);
/// The value of positive probability nearest to x; of two as near the lesser. noise: has_atoms.
double nearest_atom(const Noise& noise, double x);

namespace detail {

/// Where the noise has atoms, puts residuals that rounding took off them back onto them. Each was computed as
/// `value[i]` less something; a residual farther from every one than rounding explains stays.
void snap_to_atoms(const Noise& noise, const double* value, std::size_t size, double* residual);

}  // namespace detail

}  // namespace equipoise::inline v0
