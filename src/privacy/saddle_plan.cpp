#include <equipoise/privacy/saddle_plan.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace equipoise::inline v0::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least_saddle = -1 + 1e-9;
constexpr double most_deviations = 1e3;  // a tilt beyond so many over the deviation puts all mass at the end

// e^(x^2 / 2) P(Z > x).
double scaled_normal_tail(double x) {
  if (x < 20) return std::exp(x * x / 2) * std::erfc(x / std::numbers::sqrt2) / 2;
  const double w = 1 / (x * x);
  return (1 - w * (1 - 3 * w * (1 - 5 * w))) / (x * std::sqrt(2 * std::numbers::pi));
}

// The root of a rising function between `low` and `high`, by halving.
template <class Function>
double rising_root(double low, double high, Function value) {
  for (int i = 0; i < 60 && high - low > 1e-6 * std::abs(high); ++i) {
    const double middle = (low + high) / 2;
    (value(middle) < 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

// The s in (-1, inf) at which a rising function of s turns positive, by doubling, then halving.
template <class Function>
double saddle_root(double scale, Function value) {
  if (value(0) >= 0) return rising_root(least_saddle, 0, value);
  double high = scale;
  while (value(high) < 0 && high < most_deviations * scale) high *= 2;
  return rising_root(high == scale ? 0 : high / 2, high, value);
}

}  // namespace

SaddlePlan::SaddlePlan(std::span<const CountedPair> pairs, double tail, std::size_t slices_of_a_step) {
  for (const CountedPair& counted : pairs) {
    const std::vector<double> losses = counted.pair.resolving_losses(tail, slices_of_a_step);
    std::vector<LossSlice> slices(losses.size() - 1);
    counted.pair.add_slices(losses, slices);
    Step step;
    step.count = static_cast<double>(counted.count);
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const LossSlice& slice = slices[i];
      if (!(slice.p > 0)) continue;
      const double merged = slice.q <= 0                             ? losses[i]
                            : std::abs(slice.excess) < 0.5 * slice.q ? std::log1p(slice.excess / slice.q)
                                                                     : std::log(slice.p) - std::log(slice.q);
      step.mass.push_back(slice.p);
      step.log_mass.push_back(std::log(slice.p));
      step.loss.push_back(std::clamp(merged, losses[i], losses[i + 1]));
      largest_size_ = std::max(largest_size_, std::abs(step.loss.back()));
    }
    const auto own = counted.pair.own_lattice();
    step.bulk = own ? own->origin : counted.pair.median_loss();
    steps_.push_back(std::move(step));
  }
  deviation_ = std::max({1e-12, 1e-10 * largest_size_, std::sqrt(cumulants(0).variance)});
}

Cumulants SaddlePlan::cumulants(double s) const {
  Cumulants sum;
  for (const Step& step : steps_) {
    double shift = -infinity;  // against overflow and underflow
    for (std::size_t i = 0; i < step.mass.size(); ++i) shift = std::max(shift, s * step.loss[i] + step.log_mass[i]);
    double total = 0, first = 0, second = 0;
    for (std::size_t i = 0; i < step.mass.size(); ++i) {
      const double weight = std::exp(s * step.loss[i] + step.log_mass[i] - shift);
      total += weight;
      first += weight * step.loss[i];
    }
    const double mean = first / total;
    for (std::size_t i = 0; i < step.mass.size(); ++i) {
      const double weight = std::exp(s * step.loss[i] + step.log_mass[i] - shift), off = step.loss[i] - mean;
      second += weight * off * off;
    }
    sum.value += step.count * (std::log(total) + shift);
    sum.mean += step.count * mean;
    sum.variance += step.count * second / total;
  }
  return sum;
}

double SaddlePlan::log_delta(double s) const {
  const Cumulants k = cumulants(s);
  const double deviation = std::max(std::sqrt(k.variance), 1e-12);
  const double share = scaled_normal_tail(s * deviation) - scaled_normal_tail((s + 1) * deviation);
  return k.value - s * k.mean + std::log(std::max(share, 1e-300));
}

std::optional<double> SaddlePlan::contour_delta(double epsilon, double s, std::size_t most_frequencies) const {
  constexpr double nats = 40;  // what the trapezoidal rule's period lets through, against delta
  constexpr double negligible = 1e-17;
  constexpr int quiet_enough = 100;  // frequencies in a row, since a mixture's transform may come back
  const Cumulants at = cumulants(s);
  const double width = std::min(0.2 / std::sqrt(at.variance), 2 * std::numbers::pi * s / nats);
  std::vector<double> total(steps_.size(), 0.0);
  for (std::size_t l = 0; l < steps_.size(); ++l)
    for (std::size_t i = 0; i < steps_[l].mass.size(); ++i)
      total[l] += steps_[l].mass[i] * std::exp(s * steps_[l].loss[i]);
  double sum = 0;
  int quiet = 0;
  for (std::size_t k = 0; k < most_frequencies; ++k) {
    const double frequency = width * static_cast<double>(k);
    std::complex<double> log_transform = 0;
    for (std::size_t l = 0; l < steps_.size(); ++l) {
      std::complex<double> transform = 0;
      for (std::size_t i = 0; i < steps_[l].mass.size(); ++i) {
        const double loss = steps_[l].loss[i];
        transform += std::polar(steps_[l].mass[i] * std::exp(s * loss), frequency * loss);
      }
      log_transform += steps_[l].count * std::log(transform / total[l]);
    }
    const std::complex<double> z(s, frequency);
    const std::complex<double> value =
        std::exp(log_transform - std::complex<double>(0, frequency * epsilon)) / (z * (z + 1.0));
    sum += (k == 0 ? 1 : 2) * value.real();
    quiet = std::exp(log_transform.real()) < negligible ? quiet + 1 : 0;
    if (quiet > quiet_enough) return sum * width / (2 * std::numbers::pi) * std::exp(at.value - s * epsilon);
  }
  return std::nullopt;
}

double SaddlePlan::saddle_of_delta(double log_delta_wanted) const {
  const double scale = 1 / deviation_;
  const double s = saddle_root(scale, [&](double t) { return log_delta_wanted - log_delta(t); });
  return cumulants(s).mean < 0 ? saddle_of_epsilon(0) : s;
}

double SaddlePlan::saddle_of_epsilon(double epsilon) const {
  const double scale = 1 / deviation_;
  return saddle_root(scale, [&](double t) { return cumulants(t).mean - epsilon; });
}

double SaddlePlan::added_variance(double s, double step_size) const {
  double added = 0;
  for (const Step& step : steps_) {
    double shift = -infinity, total = 0, sum = 0;
    for (std::size_t i = 0; i < step.mass.size(); ++i) shift = std::max(shift, s * step.loss[i] + step.log_mass[i]);
    for (std::size_t i = 0; i < step.mass.size(); ++i) {
      const double weight = std::exp(s * step.loss[i] + step.log_mass[i] - shift),
                   place = (step.loss[i] - step.bulk) / step_size;
      const double fraction = place - std::floor(place);
      total += weight;
      sum += weight * fraction * (1 - fraction);
    }
    added += step.count * sum / total * step_size * step_size;
  }
  return added;
}

SaddlePlan::Window SaddlePlan::window(double s, double nats) const {
  const Cumulants at = cumulants(s);
  const double scale = 1 / std::max(std::sqrt(at.variance), deviation_ / most_deviations);
  Window window{-infinity, infinity, s, s};
  // Chernoff's bound at each of a range of tilts says where e^-nats is reached. Tilts well apart do: near the best one
  // the place hardly moves.
  const auto is_narrowed = [&](double t) {
    const double low = -(cumulants(s - t).value - at.value + nats) / t;
    const double high = (cumulants(s + t).value - at.value + nats) / t;
    const bool is_higher = low > window.low, is_lower = high < window.high && s + t > 0;
    if (is_higher) {
      window.low = low;
      window.low_tilt = s - t;
    }
    if (is_lower) {
      window.high = high;
      window.high_tilt = s + t;
    }
    return is_higher || is_lower;
  };
  for (double t = scale / 8; t < most_deviations * scale; t *= 1.3) is_narrowed(t);
  // A rare loss far from the rest hardly shows in the deviation.
  for (double t = scale / 10; is_narrowed(t);) t /= 1.3;
  // The coarse picture may misjudge a tail, and a sum of losses that is all but certain.
  const double width = window.high - window.low, off = 1e-5 * std::max(std::abs(window.low), std::abs(window.high));
  window.low -= 0.1 * width + off;
  window.high += off;
  return window;
}

}  // namespace equipoise::inline v0::detail
