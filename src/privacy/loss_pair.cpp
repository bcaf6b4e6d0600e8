#include <equipoise/privacy/loss_pair.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/fourier.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double sqrt_half = 0.70710678118654752440;
constexpr double u = unit_roundoff;

// ---- Base pairs ----

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
  constexpr double error = 256 * u;
  const auto next = std::upper_bound(pair->losses.begin(), pair->losses.end(), loss);
  if (next == pair->losses.begin()) return {0, pair->p_above[0] + pair->p[0], 0, pair->q_above[0] + pair->q[0], error};
  const auto i = static_cast<std::size_t>(next - pair->losses.begin()) - 1;
  return {pair->p_below[i], pair->p_above[i], pair->q_below[i], pair->q_above[i], error};
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
  const bool left = high.p_below + high.q_below <= low.p_above + low.q_above;
  slice.p = std::max(0.0, left ? high.p_below - low.p_below : low.p_above - high.p_above);
  slice.q = std::max(0.0, left ? high.q_below - low.q_below : low.q_above - high.q_above);
  slice.excess = slice.p - slice.q;
  const double error = std::max(low.relative_error, high.relative_error) + u;
  slice.mass_error = error * (left ? std::max(high.p_below, high.q_below) : std::max(low.p_above, low.q_above));
  slice.excess_error = 2 * slice.mass_error;
  return slice;
}

LossSlice sampled(const LossSlice& base, LossSampling sampling, double q) {
  if (sampling == LossSampling::none) return base;
  LossSlice slice;
  slice.excess = q * base.excess;
  slice.excess_error = q * base.excess_error + 2 * u * std::abs(slice.excess);
  slice.mass_error = base.mass_error + 4 * u * (base.p + base.q);
  if (sampling == LossSampling::removal) {
    slice.q = base.q;
    slice.p = (1 - q) * base.q + q * base.p;
  } else {
    slice.p = base.p;
    slice.q = (1 - q) * base.p + q * base.q;
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
  slice.mass_error = above.mass_error + below.mass_error + 4 * u;
  slice.excess_error = above.excess_error + below.excess_error + 2 * u * std::abs(slice.excess);
  return slice;
}

}  // namespace

AtomPair AtomPair::from_masses(std::vector<double> losses, std::vector<double> p, std::vector<double> q,
                               double spacing) {
  AtomPair pair;
  pair.spacing = spacing;
  const std::size_t n = losses.size();
  pair.p_below = p;
  pair.q_below = q;
  pair.p_above.assign(n, 0.0);
  pair.q_above.assign(n, 0.0);
  for (std::size_t i = 1; i < n; ++i) {
    pair.p_below[i] += pair.p_below[i - 1];
    pair.q_below[i] += pair.q_below[i - 1];
  }
  for (std::size_t i = n - 1; i > 0; --i) {
    pair.p_above[i - 1] = pair.p_above[i] + p[i];
    pair.q_above[i - 1] = pair.q_above[i] + q[i];
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
      slices[i].mass_error += component.weight * (found.mass_error + 2 * u * (found.p + found.q));
      slices[i].excess_error += component.weight * (found.excess_error + 2 * u * std::abs(found.excess));
    }
  }
  return worst;
}

LossPair::HockeyStick LossPair::hockey_stick(double loss) const {
  HockeyStick result{p_infinite, 2 * u * p_infinite};
  for (const LossComponent& component : components) {
    const double base = base_of_loss(component.sampling, component.rate, loss);
    const LossSlice above = sampled(between(base_cumulative(component.base, base), everything_below),
                                    one_sided(component.sampling, loss), component.rate);
    const bool is_near = std::abs(loss) < 0.5;
    const double value = is_near ? above.excess - std::expm1(loss) * above.q : above.p - std::exp(loss) * above.q;
    const double error = is_near
                             ? above.excess_error + std::abs(std::expm1(loss)) * (above.mass_error + 2 * u * above.q)
                             : (1 + std::exp(loss)) * above.mass_error + 4 * u * above.p;
    result.value += component.weight * std::max(0.0, value);
    // The threshold being off changes P by as much as e^loss Q, but for its square.
    const double off = loss_error(component, loss, base);
    result.error += component.weight * (error + off * off * above.p) + 4 * u * component.weight * std::abs(value);
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
    tails.p_below += component.weight * (below.p + below.mass_error);
    tails.p_above += component.weight * (above.p + above.mass_error);
  }
  return tails;
}

double LossPair::low_loss(double tail) const {
  double low = infinity;
  for (const LossComponent& component : components) {
    const double base = base_range(component.base, tail, tail).first;
    low = std::min(low, loss_of_base(component.sampling, component.rate, base));
  }
  return low;
}

double LossPair::high_loss(double tail) const {
  double high = -infinity;
  for (const LossComponent& component : components) {
    // Between no loss and the base's own limit, which sampling only lowers.
    const double limit = base_range(component.base, tail, tail).second;
    double low_base = std::min(0.0, limit), high_base = limit;
    for (int i = 0; i < 30; ++i) {
      const double middle = low_base + (high_base - low_base) / 2;
      const LossSlice above = sampled(between(base_cumulative(component.base, middle), everything_below),
                                      one_sided(component.sampling, middle), component.rate);
      (component.weight * above.p <= tail ? high_base : low_base) = middle;
    }
    high = std::max(high, loss_of_base(component.sampling, component.rate, high_base));
  }
  return high;
}

std::vector<double> LossPair::resolving_losses(double tail, std::size_t count) const {
  std::vector<double> losses;
  for (const LossComponent& component : components) {
    const auto loss_at = [&](double base) { return loss_of_base(component.sampling, component.rate, base); };
    const auto place = [&](double base) { losses.push_back(loss_at(base)); };
    if (const auto* atom_pair = std::get_if<std::shared_ptr<const AtomPair>>(&component.base)) {
      // Half-way between atoms, since rounding may put an atom on either side of its own loss.
      const auto& all = (*atom_pair)->losses;
      const std::size_t stride = std::max<std::size_t>(1, all.size() / count);
      double last = loss_at(all.front());
      losses.push_back(last - 1 - std::abs(last));
      for (std::size_t i = stride; i < all.size(); i += stride) {
        const double next = loss_at(all[i]);
        losses.push_back(last + (next - last) / 2);
        last = next;
      }
      last = loss_at(all.back());
      losses.push_back(last + 1 + std::abs(last));
      continue;
    }
    const auto [low, high] = base_range(component.base, tail, tail);
    const double width = high - low;
    place(low - 1e-3 * width);
    for (std::size_t i = 0; i <= count; ++i) place(low + width * static_cast<double>(i) / static_cast<double>(count));
  }
  std::sort(losses.begin(), losses.end());
  losses.erase(std::unique(losses.begin(), losses.end()), losses.end());
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
  double low = 0, high = 0;
  if (const auto* laplace = std::get_if<LaplacePair>(&component.base)) {
    low = -laplace->shift;
    high = laplace->shift;
  } else if (const auto* found = std::get_if<std::shared_ptr<const AtomPair>>(&component.base)) {
    const AtomPair& atoms_of = **found;
    if (component.sampling == LossSampling::none && atoms_of.spacing > 0)
      return Lattice{atoms_of.losses.front(), atoms_of.spacing};
    if (atoms_of.losses.size() != 2) return std::nullopt;
    low = atoms_of.losses[0];
    high = atoms_of.losses[1];
  } else {
    return std::nullopt;
  }
  low = loss_of_base(component.sampling, component.rate, low);
  high = loss_of_base(component.sampling, component.rate, high);
  return Lattice{low, high - low};
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
