// A number that is a monotone function of a mechanism's value: what an instrument makes of it.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/monotone_function.hpp>

namespace equipoise::inline v0 {

/// value = outer(value of the inner mechanism) (Zhang, Hyvärinen 2009); its density is the inner one's by the change of
/// variables. Throws value_out_of_range at a row whose value is not finite, as the logarithm of a negative number.
template <InvertibleMechanism Inner>
requires LikelihoodMechanism<Inner>
class PostNonlinear {
 public:
  PostNonlinear(Inner inner, MonotoneFunction outer) : inner_(std::move(inner)), outer_(std::move(outer)) {}

  const Inner& inner() const noexcept { return inner_; }
  const MonotoneFunction& outer() const noexcept { return outer_; }
  std::size_t input_count() const { return inner_.input_count(); }
  std::size_t noise_count() const { return inner_.noise_count(); }

  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    inner_.draw_noise(stream, rows, noise);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    inner_.evaluate(inputs, noise, rows, value);
    outer_.apply({value, rows.size});
    detail::require_finite_values(value, rows);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    std::vector<double> inside(value, value + rows.size);
    outer_.invert(inside);
    detail::require_finite_noise(inside.data(), rows);
    inner_.abduct(inputs, inside.data(), rows, noise);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    std::vector<double> inside(value, value + rows.size), log_slope(rows.size);
    outer_.invert(inside, log_slope);
    std::vector<unsigned char> possible(rows.size);
    for (std::size_t i = 0; i < rows.size; ++i) {
      possible[i] = std::isfinite(inside[i]);
      if (possible[i] == 0) inside[i] = 0;
    }
    inner_.log_density(inputs, inside.data(), rows, out);
    std::vector<double> noise(rows.size);
    const bool any_atom = has_atoms(inner_.noise());
    double* const noises[] = {noise.data()};
    if (any_atom) inner_.abduct(inputs, inside.data(), rows, noises);
    for (std::size_t i = 0; i < rows.size; ++i) {
      if (possible[i] == 0)
        out[i] = -std::numeric_limits<double>::infinity();
      else if (!any_atom || !is_atom(inner_.noise(), noise[i]))  // a probability has no units
        out[i] += log_slope[i];
    }
  }

 private:
  Inner inner_;
  MonotoneFunction outer_;
};

using PostNonlinearMechanism = PostNonlinear<AdditiveNoiseMechanism>;
using PostNonlinearLocationScaleMechanism = PostNonlinear<LocationScaleMechanism>;

}  // namespace equipoise::inline v0
