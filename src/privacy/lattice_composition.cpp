#include <equipoise/privacy/lattice_composition.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <equipoise/privacy/fourier.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr double u = unit_roundoff;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double enough_nats = 22;  // e^-22 of the tilted mass changes nothing
constexpr double most_fall = 500;   // of ln e^(-tilt y) at once, against underflow
using Lattices = std::span<const std::pair<LossLattice, std::int64_t>>;

double largest_exponent(const LossLattice& lattice, double tilt) {
  return std::max(tilt * lattice.loss(0), tilt * lattice.loss(lattice.up.size() - 1));
}

// ln of the sum of masses times e^(tilt loss).
double log_moment(const std::vector<double>& masses, const LossLattice& lattice, double tilt) {
  double largest = 0;
  if (std::max(largest_exponent(lattice, tilt), largest_exponent(lattice, -tilt)) > 300) {
    // Masses fall as tilts rise, so the largest term is looked for, not the largest tilt.
    largest = -infinity;
    for (std::size_t i = 0; i < masses.size(); ++i)
      if (masses[i] > 0) largest = std::max(largest, std::log(masses[i]) + tilt * lattice.loss(i));
  }
  if (largest == -infinity) return largest;
  double sum = 0;
  for (std::size_t i = 0; i < masses.size(); ++i) sum += masses[i] * std::exp(tilt * lattice.loss(i) - largest);
  return std::log(sum) + largest;
}

// mass e^exponent, which need not overflow where the factor does.
double tilted_mass(double mass, double exponent) {
  return exponent > 700 ? std::exp(std::log(mass) + exponent) : mass * std::exp(exponent);
}

// Both lattices' tilted masses, folded onto the window's circle: up as real and down as imaginary parts.
template <class Real>
ComplexArray<Real> tilted(const LossLattice& lattice, double tilt, double up_moment, double down_moment,
                          std::size_t size) {
  ComplexArray<Real> z(size);
  const std::size_t mask = size - 1;
  for (std::size_t i = 0; i < lattice.up.size(); ++i) {
    const double exponent = tilt * lattice.loss(i);
    const std::size_t place = static_cast<std::size_t>(lattice.index[i]) & mask;
    z.real[place] += tilted_mass(lattice.up[i], exponent - up_moment);
    z.imaginary[place] += tilted_mass(lattice.down[i], exponent - down_moment);
  }
  return z;
}

template <class Real>
double norm(const ComplexArray<Real>& z) {
  Real sum = 0;
  for (std::size_t i = 0; i < z.size(); ++i) sum += z.real[i] * z.real[i] + z.imaginary[i] * z.imaginary[i];
  return std::sqrt(static_cast<double>(sum));
}

// A characteristic function's value with bounds on its errors: what the transforms bring in, taken as though all of a
// transform's error in the 2-norm stood at this one frequency, and the rounding of powers and products.
struct Bounded {
  double re = 1, im = 0, transform = 0, rounding = 0;

  double size() const { return std::sqrt(re * re + im * im); }
};

Bounded product(const Bounded& a, const Bounded& b) {
  const double size_a = a.size(), size_b = b.size() + b.transform + b.rounding;
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re,
          (a.transform * size_b + size_a * b.transform) * (1 + 8 * u),
          (a.rounding * size_b + size_a * b.rounding + 3 * u * size_a * size_b) * (1 + 8 * u)};
}

// The power of a value whose error is at most `error`, zero where it is negligible.
template <class Real>
class Power {
 public:
  Power(std::int64_t exponent, double error) : exponent_(exponent), error_(error) {
    const auto t = static_cast<double>(exponent);
    negligible_ = std::exp(-160 / t);  // squared: sizes whose power is below e^-80
    rest_ = std::exp(t * std::log(std::sqrt(negligible_) + error)) * (1 + 1e-6);
  }

  Bounded operator()(Real re, Real im) const {
    const auto square = static_cast<double>(re * re + im * im);
    if (square < negligible_) return {0, 0, 0, rest_};
    Real power_re = 1, power_im = 0, base_re = re, base_im = im;
    for (auto left = static_cast<std::uint64_t>(exponent_);;) {
      if (left & 1) {
        const Real next = power_re * base_re - power_im * base_im;
        power_im = power_re * base_im + power_im * base_re;
        power_re = next;
      }
      left >>= 1;
      if (left == 0) break;
      const Real next = base_re * base_re - base_im * base_im;
      base_im = Real(2) * base_re * base_im;
      base_re = next;
    }
    const double size = std::sqrt(square) + error_, t = static_cast<double>(exponent_);
    const double largest = std::exp(t * std::log(size)) * (1 + (8 + 4 * t) * u);
    // A base is off by two roundings of parts of a size of at most 2, a product by the root of five of its own.
    return {static_cast<double>(power_re), static_cast<double>(power_im), t * error_ / size * largest,
            (roundoff_of<Real> * t * (2.3 + 4 / std::sqrt(square)) + 4 * u) * largest};
  }

 private:
  std::int64_t exponent_;
  double error_, negligible_, rest_;
};

// The errors of all frequencies, summed: sum_k |E_k| s_k <= ||E||_2 ||s||_2 for each transform's error E and what it is
// multiplied by, s; and the root of the number of transforms, since their squares are added together.
struct ErrorSum {
  double squares = 0, rounding = 0;

  void add(const Bounded& value, double times) {
    squares += times * value.transform * value.transform;
    rounding += times * value.rounding;
  }
  double total(std::size_t transforms) const {
    return (std::sqrt(static_cast<double>(transforms) * squares) + rounding) * (1 + 1e-6);
  }
};

// Where delta, linear in e^epsilon, is the wanted one, between a loss at which it is `here` and one at `step` above it.
double crossing(double loss, double step, double here, double above, double delta) {
  const double share = std::clamp((here - delta) / (here - above), 0.0, 1.0);
  return step < 1 ? loss + std::log1p(share * std::expm1(step))
                  : loss + step + std::log(share + (1 - share) * std::exp(-step));
}

}  // namespace

LatticeComposition::LatticeComposition(Lattices lattices, const SaddlePlan::Window& window, double tilt,
                                       std::size_t size, Precision precision)
    : tilt_(tilt), step_(lattices[0].first.step) {
  double steps = 0, exponents = 0;
  for (const auto& [lattice, count] : lattices) {
    const auto t = static_cast<double>(count);
    origin_ += t * lattice.origin;
    const double origin_error = 4 * u * std::abs(lattice.origin);
    up_.loss_error += t * (lattice.up_error + origin_error);
    down_.loss_error += t * (lattice.down_error + origin_error);
    steps += t;
    exponents += t * std::max(largest_exponent(lattice, tilt), largest_exponent(lattice, -tilt));
  }
  base_ = static_cast<std::int64_t>(std::floor((window.low - origin_) / step_)) - 1;
  const double range = step_ * static_cast<double>(size);
  if (tilt > 0)
    largest_weight_ = std::exp(tilt * std::log(tilt / (tilt + 1))) / (tilt + 1);
  else
    largest_weight_ = std::exp(-tilt * range);
  largest_weight_ *= 1 + 1e-9;
  // A step's mass, its tilt and its share of the moment; then the positive sums over the window.
  relative_error_ = u * (32 * steps + 6 * exponents + 16 * static_cast<double>(size));
  set_moments(lattices, window);
  switch (precision) {
    case Precision::plain: compose<double>(lattices, size); break;
    case Precision::extended: compose<long double>(lattices, size); break;
    case Precision::twofold: compose<DoubleDouble>(lattices, size); break;
  }
}

void LatticeComposition::set_moments(Lattices lattices, const SaddlePlan::Window& window) {
  // What lies above `top`, which is below the window's end, is bounded there.
  const double top = loss_at(0) + step_ * (std::ceil((window.high - window.low) / step_) + spare_points / 2);
  const auto moment = [&](std::vector<double> LossLattice::*masses, double tilt) {
    double sum = 0;
    for (const auto& [lattice, count] : lattices)
      sum += static_cast<double>(count) * log_moment(lattice.*masses, lattice, tilt);
    return sum;
  };
  up_.log_moment = moment(&LossLattice::up, tilt_);
  down_.log_moment = moment(&LossLattice::down, tilt_);
  double up_kept = 0, down_kept = 0;
  for (const auto& [lattice, count] : lattices) {
    const auto t = static_cast<double>(count);
    up_.infinite += t * lattice.up_infinite;
    up_kept += t * std::log1p(-std::min(1.0, lattice.up_infinite));
    down_kept += t * std::log1p(-lattice.down_infinite);
  }
  up_.infinite = std::min(up_.infinite, -std::expm1(up_kept)) * (1 + 1e-12);
  down_.infinite = -std::expm1(down_kept) * (1 - 1e-12);
  // Chernoff's bound on the tilted mass beyond a loss, at the best of a few tilts; a step of the lattice beyond all
  // losses wants a tilt of the order of one over the step.
  const auto beyond = [&](std::vector<double> LossLattice::*masses, double at_tilt, double loss, double first_tilt) {
    const double side = first_tilt < tilt_ ? -1 : 1;
    double least = infinity;
    for (const double tilt :
         {first_tilt, tilt_ + side * 6 / step_, tilt_ + side * 2 / step_, tilt_ + side * 1 / step_}) {
      const double exponent = moment(masses, tilt) - at_tilt - (tilt - tilt_) * loss;
      if (exponent < least) least = exponent;
      if (least < -enough_nats) break;
    }
    return least;
  };
  // Above the window delta counts at most P's mass, which the tilt has multiplied by e^(tilt loss) or more.
  const double up_beyond = beyond(&LossLattice::up, up_.log_moment, top, window.high_tilt);
  up_.beyond = tilt_ >= 0 ? std::exp(up_beyond + up_.log_moment - tilt_ * top) * (1 + 1e-6)
                          : std::exp(moment(&LossLattice::up, window.high_tilt) - window.high_tilt * top) * (1 + 1e-6);
  down_.wrapped = (std::exp(beyond(&LossLattice::down, down_.log_moment, top, window.high_tilt)) +
                   std::exp(beyond(&LossLattice::down, down_.log_moment, loss_at(0), window.low_tilt))) *
                  (1 + 1e-6);
}

template <class Real>
void LatticeComposition::compose(Lattices lattices, std::size_t size) {
  const Fourier<Real> fourier(size);
  const Real half = 0.5;
  std::vector<Bounded> up(lattices.size() > 1 ? size : 0), down(up.size());
  ComplexArray<double> composed(size);
  ErrorSum up_error, down_error;
  for (std::size_t l = 0; l < lattices.size(); ++l) {
    const auto& [lattice, count] = lattices[l];
    ComplexArray<Real> z = tilted<Real>(lattice, tilt_, log_moment(lattice.up, lattice, tilt_),
                                        log_moment(lattice.down, lattice, tilt_), size);
    // The bulk's point, of loss the origin, has a constant for its transform, which leaves less to round.
    const Real up_bulk = std::exchange(z.real[0], Real(0)), down_bulk = std::exchange(z.imaginary[0], Real(0));
    const double error = fourier.relative_error() * std::sqrt(static_cast<double>(size)) * norm(z) * (1 + 1e-6);
    fourier.forward(z);
    const Power<Real> power(count, error);
    const bool is_last = l + 1 == lattices.size();
    for (std::size_t place = 0; place < size; ++place) {
      const std::size_t other = Fourier<Real>::mirrored(place);
      if (other < place) continue;
      // The two real sequences' transforms, from that of one plus i times the other.
      Bounded f =
          power((z.real[place] + z.real[other]) * half + up_bulk, (z.imaginary[place] - z.imaginary[other]) * half);
      Bounded g =
          power((z.imaginary[place] + z.imaginary[other]) * half + down_bulk, (z.real[other] - z.real[place]) * half);
      if (l > 0) {
        f = product(f, up[place]);
        g = product(g, down[place]);
      }
      if (!is_last) {
        up[place] = f;
        down[place] = g;
        continue;
      }
      const double times = other == place ? 1 : 2;
      up_error.add(f, times);
      down_error.add(g, times);
      composed.real[place] = f.re - g.im;
      composed.imaginary[place] = f.im + g.re;
      composed.real[other] = f.re + g.im;
      composed.imaginary[other] = g.re - f.im;
    }
  }
  const Fourier<double> back(size);
  const auto n = static_cast<double>(size);
  // The sum of the two, one turned by i, rounds as well.
  const double back_error = (back.relative_error() + 2 * u) * norm(composed) / std::sqrt(n) * (1 + 1e-6);
  back.backward(composed);
  up_.masses.resize(size);
  down_.masses.resize(size);
  for (std::size_t j = 0; j < size; ++j) {
    const std::size_t place = static_cast<std::size_t>(base_ + static_cast<std::int64_t>(j)) & (size - 1);
    up_.masses[j] = std::max(0.0, composed.real[place] / n);
    down_.masses[j] = std::max(0.0, composed.imaginary[place] / n);
  }
  up_.entry_error = up_error.total(lattices.size()) / n;
  down_.entry_error = down_error.total(lattices.size()) / n;
  up_.norm_error = down_.norm_error = back_error;
}

// From where `sums` is seen down to `distance` below the window's point j, which joins.
void LatticeComposition::descend(const Side& side, std::size_t j, double distance, Sums& sums) const {
  const double near = std::exp(-tilt_ * distance), whole = -std::expm1(-distance), left = std::exp(-distance);
  const bool is_inside = j < side.masses.size();
  const auto step_down = [&](double& mass, double& kept, double here) {
    mass += here;
    kept = near * (whole * mass + left * kept);
    mass *= near;
  };
  step_down(sums.mass, sums.kept, is_inside ? side.masses[j] : 0.0);
  step_down(sums.unit_mass, sums.unit_kept, is_inside ? 1.0 : 0.0);
}

double LatticeComposition::entry_effect(const Side& side, const Sums& sums) const {
  return side.entry_error * sums.unit_kept + side.norm_error * std::sqrt(largest_weight_ * sums.unit_kept);
}

double LatticeComposition::upper_delta(const Side& side, const Sums& sums, double loss) const {
  const double exponent = side.log_moment - tilt_ * loss;
  const double slack = relative_error_ + 8 * u * (std::abs(side.log_moment) + std::abs(tilt_ * loss));
  if (tilt_ * step_ > most_fall) return infinity;
  const double most = sums.kept + entry_effect(side, sums);  // in logarithms, since a large tilt overflows
  const double bound = std::exp(exponent + 2 * slack + std::log(most)) + side.beyond + side.infinite;
  return bound >= 0 ? bound : infinity;  // where it is not a number nothing is proven
}

double LatticeComposition::lower_delta(const Side& side, const Sums& sums, double loss) const {
  const double exponent = side.log_moment - tilt_ * loss;
  const double slack = relative_error_ + 8 * u * (std::abs(side.log_moment) + std::abs(tilt_ * loss));
  const double sure = sums.kept - entry_effect(side, sums) - largest_weight_ * side.wrapped;
  const double bound = sure > 0 ? std::exp(exponent - 2 * slack + std::log(sure)) + side.infinite : side.infinite;
  return bound < infinity ? bound : 0;
}

// Between points of the lattice delta is linear in e^epsilon; where it is not finite at the one, the other is the
// bound. Nor are there masses below the window: `up` has those come round as higher losses, `down` does without.
template <class Bound>
double LatticeComposition::epsilon_of(const Side& side, double delta, const Bracket& outside, Bound bound) const {
  Sums sums;
  double above = 0;
  for (std::size_t j = side.masses.size(); j-- > 0;) {
    descend(side, j + 1, step_, sums);
    const double loss = loss_at(j), here = bound(sums, loss);
    if (here > delta) {
      if (j + 1 == side.masses.size()) return outside.upper;
      if (!(here < infinity)) return loss_at(j + 1);
      return crossing(loss, step_, here, above, delta);
    }
    if (loss < 0) return loss;  // 0 in effect
    above = here;
  }
  const double least = -side.loss_error, below = loss_at(0) - least;  // 0 in effect
  if (tilt_ < 0 || tilt_ * below > most_fall) return outside.lower;
  descend(side, 0, below, sums);
  const double here = bound(sums, least);
  return here > delta ? crossing(least, below, here, above, delta) : least;
}

template <class Bound>
double LatticeComposition::delta_of(const Side& side, double epsilon, double outside, Bound bound) const {
  Sums sums;
  double above = 0;
  for (std::size_t j = side.masses.size(); j-- > 0;) {
    descend(side, j + 1, step_, sums);
    const double loss = loss_at(j), here = bound(sums, loss);
    if (loss <= epsilon) {
      if (j + 1 == side.masses.size()) return here;
      const double share = std::exp(epsilon - loss - step_) * std::expm1(loss - epsilon) / std::expm1(-step_);
      return here + std::clamp(share, 0.0, 1.0) * (above - here);
    }
    above = here;
  }
  const double below = loss_at(0) - epsilon;
  if (tilt_ < 0 || tilt_ * below > most_fall) return outside;
  descend(side, 0, below, sums);
  return bound(sums, epsilon);
}

double LatticeComposition::rounding_share(double epsilon) const {
  Sums sums;
  for (std::size_t j = up_.masses.size(); j-- > 0 && loss_at(j) > epsilon;) descend(up_, j + 1, step_, sums);
  const double effect = entry_effect(up_, sums);
  return effect / (sums.kept + effect);
}

Bracket LatticeComposition::epsilon(double delta) const {
  const auto lower_bound = [&](const Sums& sums, double loss) { return lower_delta(down_, sums, loss); };
  const auto upper_bound = [&](const Sums& sums, double loss) { return upper_delta(up_, sums, loss); };
  const double lower =
      down_.infinite > delta ? infinity : epsilon_of(down_, delta, {0, loss_at(down_.masses.size() - 1)}, lower_bound);
  const double upper = epsilon_of(up_, delta, {loss_at(0), infinity}, upper_bound);
  return {std::max(0.0, lower - down_.loss_error), std::max(0.0, upper + up_.loss_error)};
}

Bracket LatticeComposition::delta(double epsilon) const {
  const double lower = delta_of(down_, epsilon + down_.loss_error, 0,
                                [&](const Sums& sums, double loss) { return lower_delta(down_, sums, loss); });
  const double upper = delta_of(up_, epsilon - up_.loss_error, 1,
                                [&](const Sums& sums, double loss) { return upper_delta(up_, sums, loss); });
  // Where a bound is no number nothing is proven.
  return {lower > 0 ? std::min(1.0, lower) : 0, upper < 1 ? std::max(0.0, upper) : 1};
}

}  // namespace equipoise::inline v0::detail
