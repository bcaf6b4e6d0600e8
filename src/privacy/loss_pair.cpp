#include <equipoise/privacy/loss_pair.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/fourier.hpp>
#include <equipoise/privacy/gaussian_privacy.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double sqrt_half = 0.70710678118654752440;
constexpr double u = unit_roundoff;

// ---- Base pairs ----

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

LossCumulative cumulative_at(const GaussianPair& pair, double loss) {
  const double x = loss / pair.mu + pair.mu / 2, y = x - pair.mu;
  if (std::isinf(x)) return x > 0 ? LossCumulative{1, 0, 1, 0, 0} : LossCumulative{0, 1, 0, 1, 0};
  return {std::erfc(-y * sqrt_half) / 2, std::erfc(y * sqrt_half) / 2, std::erfc(-x * sqrt_half) / 2,
          std::erfc(x * sqrt_half) / 2, u * (8 + 4 * std::max(x * x, y * y))};
}

LossCumulative cumulative_at(const LaplacePair& pair, double loss) {
  const double a = pair.shift;
  if (loss >= a) return {1, 0, 1, 0, 0};
  if (loss < -a) return {0, 1, 0, 1, 0};
  const double x = (loss + a) / 2;
  const double p_below = std::exp(x - a) / 2, q_above = std::exp(-x) / 2;
  return {p_below, 1 - p_below, 1 - q_above, q_above, u * (8 + 2 * a)};
}

// mu x where the loss is `loss`: e^(mu x) solves a quadratic equation whose roots' product is -e^loss.
double exchanged_exponent(const ExchangedGaussianPair& pair, double loss) {
  const double log_c = std::log(pair.rate) - pair.mu * pair.mu / 2;
  const double sinh_term = (1 - pair.rate) * std::sinh(std::abs(loss) / 2);
  if (sinh_term == 0) return loss / 2;
  const double log_t = std::log(sinh_term) - log_c;
  const double root = log_t > 300 ? std::log(2.0) + log_t : std::asinh(std::exp(log_t));
  return loss / 2 + std::copysign(root, loss);
}

LossCumulative cumulative_at(const ExchangedGaussianPair& pair, double loss) {
  if (std::isinf(loss)) return loss > 0 ? LossCumulative{1, 0, 1, 0, 0} : LossCumulative{0, 1, 0, 1, 0};
  const double x = exchanged_exponent(pair, loss) / pair.mu, r = pair.rate;
  const auto below = [](double z) { return std::erfc(-z * sqrt_half) / 2; };
  const double up = x - pair.mu, down = x + pair.mu;
  return {(1 - r) * below(x) + r * below(up), (1 - r) * below(-x) + r * below(-up),
          (1 - r) * below(x) + r * below(down), (1 - r) * below(-x) + r * below(-down),
          u * (12 + 4 * std::max(up * up, down * down))};
}

LossCumulative cumulative_at(const std::shared_ptr<const AtomPair>& pair, double loss) {
  // Of masses, and of their sums in long double.
  const double error = u * (256 + static_cast<double>(pair->losses.size()) / 1024);
  const auto next = std::upper_bound(pair->losses.begin(), pair->losses.end(), loss);
  if (next == pair->losses.begin()) return {0, pair->p_above[0] + pair->p[0], 0, pair->q_above[0] + pair->q[0], error};
  const auto i = static_cast<std::size_t>(next - pair->losses.begin()) - 1;
  return {pair->p_below[i], pair->p_above[i], pair->q_below[i], pair->q_above[i], error};
}

// E_P[e^(loss - L) where L > loss], which is e^loss Q(L > loss), where e^loss is too large or Q too small for a double.

double discounted_above(const GaussianPair& pair, double loss) {
  const double x = loss / pair.mu + pair.mu / 2;
  return normal_density(x - pair.mu) * mills_ratio(x);
}

double discounted_above(const LaplacePair& pair, double loss) {
  return loss < pair.shift ? std::exp((loss - pair.shift) / 2) / 2 : 0;
}

double discounted_above(const ExchangedGaussianPair& pair, double loss) {
  const double x = exchanged_exponent(pair, loss) / pair.mu, r = pair.rate;
  const double density = (1 - r) * normal_density(x) + r * normal_density(x - pair.mu);
  const double down = r * std::exp(-pair.mu * (x + pair.mu / 2));  // Q's density over that of N(0, 1), the second part
  return density * ((1 - r) * mills_ratio(x) + down * mills_ratio(x + pair.mu)) / (1 - r + down);
}

double discounted_above(const std::shared_ptr<const AtomPair>& pair, double loss) {
  double sum = 0;
  for (std::size_t i = pair->losses.size(); i-- > 0 && pair->losses[i] > loss;)
    sum += pair->p[i] * std::exp(loss - pair->losses[i]);
  return sum;
}

// How strongly rounding in the argument moves the loss, beyond the loss's own size.
double curvature(const BasePair& base) {
  if (const auto* gaussian = std::get_if<GaussianPair>(&base)) return gaussian->mu * gaussian->mu;
  if (const auto* exchanged = std::get_if<ExchangedGaussianPair>(&base))
    return 4 * exchanged->mu * exchanged->mu - 2 * std::log(exchanged->rate);
  return 0;
}

double tail_quantile(double tail) { return -normal_quantile(std::clamp(tail, 1e-300, 0.5)); }

// Base losses below which Q and above which P has at most this mass.
std::pair<double, double> base_range(const BasePair& base, double low_tail, double high_tail) {
  if (const auto* gaussian = std::get_if<GaussianPair>(&base)) {
    const double mu = gaussian->mu;
    return {-mu * tail_quantile(low_tail) - mu * mu / 2, mu * tail_quantile(high_tail) + mu * mu / 2};
  }
  if (const auto* laplace = std::get_if<LaplacePair>(&base)) return {-laplace->shift, laplace->shift};
  if (const auto* exchanged = std::get_if<ExchangedGaussianPair>(&base)) {
    const double x = exchanged->mu + tail_quantile(std::min(low_tail, high_tail)), mu = exchanged->mu;
    const double log_r = std::log(exchanged->rate), kept = 1 - exchanged->rate;
    const auto log_density_ratio = [&](double z) {  // ln((1 - r) + r e^(mu z - mu^2 / 2))
      const double a = log_r + mu * z - mu * mu / 2;
      return kept == 0 ? a : std::log(kept) + log1p_exp(a - std::log(kept));
    };
    const double high = log_density_ratio(x) - log_density_ratio(-x);
    return {-high, high};
  }
  const auto& atoms = *std::get<std::shared_ptr<const AtomPair>>(base);
  return {atoms.losses.front(), atoms.losses.back()};
}

LossCumulative base_cumulative(const BasePair& base, double loss) {
  return std::visit([&](const auto& pair) { return cumulative_at(pair, loss); }, base);
}

// ---- Sampling ----

// ln(1 + q (e^l - 1)), and its inverse.
double removal_loss(double base, double q) {
  return base > 30 ? std::log(q) + base + std::log1p((1 - q) / q * std::exp(-base)) : std::log1p(q * std::expm1(base));
}
double removal_base(double loss, double q) {
  if (loss > 30) return loss - std::log(q) + std::log1p(-(1 - q) * std::exp(-loss));
  const double y = std::expm1(loss) / q;
  return y <= -1 ? -infinity : std::log1p(y);
}

double loss_of_base(LossSampling sampling, double q, double base) {
  switch (sampling) {
    case LossSampling::none: return base;
    case LossSampling::removal: return removal_loss(base, q);
    case LossSampling::addition: return -removal_loss(-base, q);
    case LossSampling::exchange: return base > 0 ? removal_loss(base, q) : -removal_loss(-base, q);
  }
  return base;
}

double base_of_loss(LossSampling sampling, double q, double loss) {
  switch (sampling) {
    case LossSampling::none: return loss;
    case LossSampling::removal: return removal_base(loss, q);
    case LossSampling::addition: return -removal_base(-loss, q);
    case LossSampling::exchange: return loss > 0 ? removal_base(loss, q) : -removal_base(-loss, q);
  }
  return loss;
}

LossSampling one_sided(LossSampling sampling, double loss) {
  if (sampling != LossSampling::exchange) return sampling;
  return loss >= 0 ? LossSampling::removal : LossSampling::addition;
}

// How far rounding can move a loss of the component that was taken to the base and back.
double loss_error(const LossComponent& component, double loss, double base) {
  if (std::isinf(base)) return 0;
  const LossSampling sampling = one_sided(component.sampling, loss);
  const double curved = 1 + std::abs(base) + curvature(component.base);
  if (sampling == LossSampling::none) return 16 * u * curved;
  const double turned_loss = sampling == LossSampling::removal ? loss : -loss;
  const double turned_base = sampling == LossSampling::removal ? base : -base;
  const double slope = std::min(1.0, std::exp(std::log(component.rate) + turned_base - turned_loss));
  const double near_limit = turned_loss < 0 ? std::expm1(-turned_loss) : 0.0;
  return 16 * u * (std::abs(loss) + slope * curved + near_limit);
}

// Masses of an interval from the cumulative ones at its ends, of the base and then of the component.
LossSlice between(const LossCumulative& low, const LossCumulative& high) {
  LossSlice slice;
  const bool p_left = high.p_below <= low.p_above, q_left = high.q_below <= low.q_above;
  slice.p = std::max(0.0, p_left ? high.p_below - low.p_below : low.p_above - high.p_above);
  slice.q = std::max(0.0, q_left ? high.q_below - low.q_below : low.q_above - high.q_above);
  slice.excess = slice.p - slice.q;
  const double error = std::max(low.relative_error, high.relative_error) + u;
  slice.p_error = error * (p_left ? high.p_below : low.p_above);
  slice.q_error = error * (q_left ? high.q_below : low.q_above);
  slice.excess_error = slice.p_error + slice.q_error;
  return slice;
}

LossSlice sampled(const LossSlice& base, LossSampling sampling, double q) {
  if (sampling == LossSampling::none) return base;
  LossSlice slice;
  slice.excess = q * base.excess;
  slice.excess_error = q * base.excess_error + 2 * u * std::abs(slice.excess);
  slice.p = base.p;
  slice.q = base.q;
  slice.p_error = base.p_error;
  slice.q_error = base.q_error;
  if (sampling == LossSampling::removal) {
    slice.p = (1 - q) * base.q + q * base.p;
    slice.p_error = (1 - q) * base.q_error + q * base.p_error + 4 * u * slice.p;
  } else {
    slice.q = (1 - q) * base.p + q * base.q;
    slice.q_error = (1 - q) * base.p_error + q * base.q_error + 4 * u * slice.q;
  }
  return slice;
}

const LossCumulative everything_above{0, 1, 0, 1, 0}, everything_below{1, 0, 1, 0, 0};

// The interval that holds loss 0 of an exchange: what the two sides leave.
LossSlice around_zero(const LossCumulative& low, const LossCumulative& high, double q) {
  const LossSlice above = sampled(between(high, everything_below), LossSampling::removal, q);
  const LossSlice below = sampled(between(everything_above, low), LossSampling::addition, q);
  LossSlice slice;
  slice.p = std::max(0.0, 1 - above.p - below.p);
  slice.q = std::max(0.0, 1 - above.q - below.q);
  slice.excess = -above.excess - below.excess;
  slice.p_error = above.p_error + below.p_error + 4 * u;
  slice.q_error = above.q_error + below.q_error + 4 * u;
  slice.excess_error = above.excess_error + below.excess_error + 2 * u * std::abs(slice.excess);
  return slice;
}

// Base losses below and above which the component has at most this mass.
std::pair<double, double> component_range(const LossComponent& component, double tail) {
  const auto [least, most] = base_range(component.base, tail, tail);
  const auto mass = [&](const LossCumulative& low, const LossCumulative& high, double base) {
    return component.weight * sampled(between(low, high), one_sided(component.sampling, base), component.rate).p;
  };
  const auto halved = [](double inside, double outside, auto is_outside) {
    for (int i = 0; i < 30; ++i) {
      const double middle = inside + (outside - inside) / 2;
      (is_outside(middle) ? outside : inside) = middle;
    }
    return outside;
  };
  // Between no loss and the base's own limits, which sampling only brings nearer; and P's lowest losses may be high.
  const double low = halved(most, least, [&](double base) {
    return mass(everything_above, base_cumulative(component.base, base), base) <= tail;
  });
  const double high = halved(std::min(0.0, most), most, [&](double base) {
    return mass(base_cumulative(component.base, base), everything_below, base) <= tail;
  });
  return {low, high};
}

}  // namespace

AtomPair AtomPair::from_masses(std::vector<double> losses, std::vector<double> p, std::vector<double> q,
                               double spacing) {
  AtomPair pair;
  pair.spacing = spacing;
  const std::size_t n = losses.size();
  pair.p_below.resize(n);
  pair.q_below.resize(n);
  pair.p_above.resize(n);
  pair.q_above.resize(n);
  long double p_sum = 0, q_sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    p_sum += p[i];
    q_sum += q[i];
    pair.p_below[i] = static_cast<double>(p_sum);
    pair.q_below[i] = static_cast<double>(q_sum);
  }
  p_sum = q_sum = 0;
  for (std::size_t i = n; i-- > 0;) {
    pair.p_above[i] = static_cast<double>(p_sum);
    pair.q_above[i] = static_cast<double>(q_sum);
    p_sum += p[i];
    q_sum += q[i];
  }
  pair.losses = std::move(losses);
  pair.p = std::move(p);
  pair.q = std::move(q);
  return pair;
}

double LossPair::add_slices(std::span<const double> losses, std::span<LossSlice> slices) const {
  double worst = 0;
  std::vector<LossCumulative> at(losses.size());
  for (const LossComponent& component : components) {
    for (std::size_t i = 0; i < losses.size(); ++i) {
      const double base = base_of_loss(component.sampling, component.rate, losses[i]);
      at[i] = base_cumulative(component.base, base);
      worst = std::max(worst, loss_error(component, losses[i], base));
    }
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const bool at_zero = component.sampling == LossSampling::exchange && losses[i] < 0 && losses[i + 1] >= 0;
      const LossSlice found =
          at_zero ? around_zero(at[i], at[i + 1], component.rate)
                  : sampled(between(at[i], at[i + 1]), one_sided(component.sampling, losses[i]), component.rate);
      slices[i].p += component.weight * found.p;
      slices[i].q += component.weight * found.q;
      slices[i].excess += component.weight * found.excess;
      slices[i].p_error += component.weight * (found.p_error + 2 * u * found.p);
      slices[i].q_error += component.weight * (found.q_error + 2 * u * found.q);
      slices[i].excess_error += component.weight * (found.excess_error + 2 * u * std::abs(found.excess));
    }
  }
  return worst;
}

LossPair::HockeyStick LossPair::hockey_stick(double loss) const {
  constexpr double large = 300;
  HockeyStick result{p_infinite, 2 * u * p_infinite};
  for (const LossComponent& component : components) {
    const double base = base_of_loss(component.sampling, component.rate, loss);
    const LossSlice above = sampled(between(base_cumulative(component.base, base), everything_below),
                                    one_sided(component.sampling, loss), component.rate);
    // The threshold may be off, past an atom; e^loss times Q is about P there.
    const double off = loss_error(component, loss, base);
    const double near_base = base_of_loss(component.sampling, component.rate, loss - off);
    const double off_error = off * sampled(between(base_cumulative(component.base, near_base), everything_below),
                                           one_sided(component.sampling, loss - off), component.rate)
                                       .p;
    result.error += component.weight * off_error;
    if (above.p == 0) continue;
    if (loss > large) {  // e^loss is then that of a loss a little off
      const double discounted =
          std::exp(loss - base) *
          std::visit([&](const auto& pair) { return discounted_above(pair, base); }, component.base);
      const double error = base_cumulative(component.base, base).relative_error + 8 * u * (1 + std::abs(loss - base));
      result.value += component.weight * std::clamp(above.p - discounted, 0.0, above.p);
      result.error += component.weight * (above.p_error + error * discounted + 4 * u * above.p);
      continue;
    }
    const bool is_near = std::abs(loss) < 0.5;
    const double value = is_near ? above.excess - std::expm1(loss) * above.q : above.p - std::exp(loss) * above.q;
    const double error = is_near ? above.excess_error + std::abs(std::expm1(loss)) * (above.q_error + 2 * u * above.q)
                                 : above.p_error + std::exp(loss) * above.q_error + 4 * u * above.p;
    result.value += component.weight * std::max(0.0, value);
    result.error += component.weight * (error + 4 * u * std::abs(value));
  }
  return result;
}

TailMasses LossPair::tail_masses(double low, double high) const {
  TailMasses tails;
  for (const LossComponent& component : components) {
    const auto at = [&](double loss) {
      return base_cumulative(component.base, base_of_loss(component.sampling, component.rate, loss));
    };
    const LossSlice below =
        sampled(between(everything_above, at(low)), one_sided(component.sampling, low), component.rate);
    const LossSlice above =
        sampled(between(at(high), everything_below), one_sided(component.sampling, high), component.rate);
    tails.p_below += component.weight * (below.p + below.p_error);
    tails.p_above += component.weight * (above.p + above.p_error);
  }
  return tails;
}

double LossPair::low_loss(double tail) const {
  double low = infinity;
  for (const LossComponent& component : components)
    low = std::min(low, loss_of_base(component.sampling, component.rate, component_range(component, tail).first));
  return low;
}

double LossPair::high_loss(double tail) const {
  double high = -infinity;
  for (const LossComponent& component : components)
    high = std::max(high, loss_of_base(component.sampling, component.rate, component_range(component, tail).second));
  return high;
}

std::vector<double> LossPair::resolving_losses(double tail, std::size_t count) const {
  std::vector<double> losses;
  for (const LossComponent& component : components) {
    const auto loss_at = [&](double base) { return loss_of_base(component.sampling, component.rate, base); };
    const auto place = [&](double base) { losses.push_back(loss_at(base)); };
    if (const auto* atom_pair = std::get_if<std::shared_ptr<const AtomPair>>(&component.base)) {
      // A little below atoms, since rounding may put an atom on either side of its own loss.
      const auto& all = (*atom_pair)->losses;
      const std::size_t stride = std::max<std::size_t>(1, all.size() / count);
      double last = loss_at(all.front());
      losses.push_back(last - 1 - std::abs(last));
      for (std::size_t i = stride; i < all.size(); i += stride) {
        const double next = loss_at(all[i]);
        losses.push_back(next - 1e-6 * (next - last));
        last = next;
      }
      last = loss_at(all.back());
      losses.push_back(last + 1 + std::abs(last));
      continue;
    }
    // Beyond the component's own highest losses, which a tilt favours.
    const double low = component_range(component, tail).first, high = base_range(component.base, tail, tail).second;
    const double width = high - low;
    if (std::holds_alternative<LaplacePair>(component.base))  // half of P is at the top, and the rest close to it
      for (double below = width; below > 1e-9 * width; below *= 0.9) place(high - below);
    for (std::size_t i = 0; i < count; ++i) place(low + width * static_cast<double>(i) / static_cast<double>(count));
    place(high);
  }
  std::sort(losses.begin(), losses.end());
  losses.erase(std::unique(losses.begin(), losses.end()), losses.end());
  // Sampling may have brought many to one, and rounding an atom at either end beyond it.
  losses.insert(losses.begin(), losses.front() - 1e-9 * (1 + std::abs(losses.front())));
  losses.push_back(losses.back() + 1e-9 * (1 + std::abs(losses.back())));
  return losses;
}

double LossPair::median_loss() const {
  double low = low_loss(1e-12), high = high_loss(1e-12);
  for (int i = 0; i < 60 && high > low; ++i) {
    const double middle = low + (high - low) / 2;
    double below = 0;
    for (const LossComponent& component : components) {
      const LossCumulative at =
          base_cumulative(component.base, base_of_loss(component.sampling, component.rate, middle));
      below += component.weight *
               sampled(between(everything_above, at), one_sided(component.sampling, middle), component.rate).p;
    }
    (below < 0.5 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

std::optional<LossPair::Lattice> LossPair::own_lattice() const {
  if (components.size() != 1 || components[0].sampling == LossSampling::exchange) return std::nullopt;
  const LossComponent& component = components[0];
  const auto place_near_median = [&](double place, double step) {
    return place + std::round((median_loss() - place) / step) * step;
  };
  double low = 0, high = 0;
  if (const auto* laplace = std::get_if<LaplacePair>(&component.base)) {
    low = -laplace->shift;
    high = laplace->shift;
  } else if (const auto* found = std::get_if<std::shared_ptr<const AtomPair>>(&component.base)) {
    const AtomPair& atoms_of = **found;
    if (component.sampling == LossSampling::none && atoms_of.spacing > 0)
      return Lattice{place_near_median(atoms_of.losses.front(), atoms_of.spacing), atoms_of.spacing};
    if (atoms_of.losses.size() != 2) return std::nullopt;
    low = atoms_of.losses[0];
    high = atoms_of.losses[1];
  } else {
    return std::nullopt;
  }
  low = loss_of_base(component.sampling, component.rate, low);
  high = loss_of_base(component.sampling, component.rate, high);
  return Lattice{place_near_median(low, high - low), high - low};
}

double LossPair::largest_loss() const {
  double largest = p_infinite > 0 ? infinity : 0;
  for (const LossComponent& component : components) {
    double base = infinity;
    if (const auto* laplace = std::get_if<LaplacePair>(&component.base))
      base = laplace->shift;
    else if (const auto* atom_pair = std::get_if<std::shared_ptr<const AtomPair>>(&component.base))
      base = (*atom_pair)->losses.back();
    const double rate = component.rate;
    if (component.sampling == LossSampling::addition)
      largest = std::max(largest, base == infinity ? -std::log1p(-rate) : -removal_loss(-base, rate));
    else
      largest = std::max(largest, base == infinity ? base : loss_of_base(component.sampling, rate, base));
  }
  return largest;
}

}  // namespace equipoise::inline v0::detail
