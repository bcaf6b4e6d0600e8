#include <equipoise/core/special_functions.hpp>

#include <cassert>
#include <limits>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace equipoise::inline v0 {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double sqrt_half = 0.70710678118654752440, sqrt_two = 1.41421356237309504880;

// What overflows is infinite; nothing throws, since arguments out of range are asserted against.
using Policy =
    boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>>;

}  // namespace

double normal_cdf(double x) {
  return std::isinf(x) ? (x > 0 ? 1.0 : 0.0) : boost::math::erfc(-x * sqrt_half, Policy()) / 2;
}

double normal_quantile(double p) {
  assert(p >= 0 && p <= 1);
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  return -sqrt_two * boost::math::erfc_inv(2 * p, Policy());
}

double log_gamma(double x) { return boost::math::lgamma(x, Policy()); }

double digamma(double x) { return boost::math::digamma(x, Policy()); }

double regularised_gamma_lower(double a, double x) {
  assert(a > 0 && x >= 0);
  return std::isinf(x) ? 1.0 : boost::math::gamma_p(a, x, Policy());
}

double regularised_gamma_upper(double a, double x) {
  assert(a > 0 && x >= 0);
  return std::isinf(x) ? 0.0 : boost::math::gamma_q(a, x, Policy());
}

double regularised_gamma_lower_inverse(double a, double p) {
  assert(a > 0 && p >= 0 && p <= 1);
  return p == 1 ? infinity : boost::math::gamma_p_inv(a, p, Policy());
}

double regularised_beta(double a, double b, double x) {
  assert(a > 0 && b > 0 && x >= 0 && x <= 1);
  return boost::math::ibeta(a, b, x, Policy());
}

double regularised_beta_inverse(double a, double b, double p) {
  assert(a > 0 && b > 0 && p >= 0 && p <= 1);
  return boost::math::ibeta_inv(a, b, p, Policy());
}

double chi_square_tail(double x, double df) { return x <= 0 ? 1.0 : regularised_gamma_upper(df / 2, x / 2); }

}  // namespace equipoise::inline v0
