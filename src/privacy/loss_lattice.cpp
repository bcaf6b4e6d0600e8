#include <equipoise/privacy/loss_lattice.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include <equipoise/privacy/fourier.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr double u = unit_roundoff;
constexpr std::size_t slices_a_cell = 2;
// Where the tail falls so steeply that a merge has not reached its point by then, it goes to the point below instead.
constexpr std::size_t most_cells_beyond = 4;
constexpr double least_normal = 1e-290;

// E_P[1 - e^-(L - loss)] over a slice, which is p - e^loss q: how far it lies above the loss.
struct Height {
  double value = 0, error = 0;
};

Height height_above(const LossSlice& slice, double loss, double low_end, double high_end, bool upwards) {
  if (slice.q < least_normal) {  // Q has underflown, and the slice's own ends are the better bound
    const double end = upwards ? high_end : low_end;
    return {-slice.p * std::expm1(loss - end), 4 * u * slice.p};
  }
  if (std::abs(loss) < 0.5) {
    const double growth = std::expm1(loss);
    return {slice.excess - growth * slice.q,
            slice.excess_error + std::abs(growth) * (slice.q_error + 4 * u * slice.q) + 2 * u * std::abs(slice.excess)};
  }
  const double growth = std::exp(loss);
  return {slice.p - growth * slice.q,
          slice.p_error + growth * slice.q_error + 4 * u * slice.p + (4 + std::abs(loss)) * u * growth * slice.q};
}

// Splits every cell's mass between its ends.
void fill_up(std::span<const LossSlice> slices, std::span<const double> losses, LossLattice& lattice) {
  for (std::size_t cell = 0; cell + 1 < lattice.up.size(); ++cell) {
    const double whole =
        -std::expm1(-lattice.step * static_cast<double>(lattice.index[cell + 1] - lattice.index[cell]));
    double p = 0, p_error = 0, height = 0;
    for (std::size_t part = 0; part < slices_a_cell; ++part) {
      const std::size_t i = cell * slices_a_cell + part;
      const Height above = height_above(slices[i], losses[cell * slices_a_cell], losses[i], losses[i + 1], true);
      p += slices[i].p;
      p_error += slices[i].p_error;
      height += above.value + above.error;
    }
    height += (2 * lattice.up_error + 4 * u) * p;
    const double moved = std::clamp(height / whole * (1 + 4 * u), 0.0, p);
    lattice.up[cell] += p - moved + p_error;
    lattice.up[cell + 1] += moved + p_error;
  }
}

/// Merges runs of slices into lattice points.
class Merging {
 public:
  // A merge counts as at its point where it is short of it by no more than `slack`.
  Merging(std::span<const LossSlice> slices, std::span<const double> losses, double slack, LossLattice& lattice)
      : slices_(slices), losses_(losses), slack_(slack), lattice_(lattice) {}

  // From below: a merge begins with losses below its point and takes slices, the last in part, until its mean of e^-L
  // is the point's. What is left at the end goes to the point below all of it.
  void rise(std::size_t from, std::size_t end) {
    std::size_t begin = 0, point = 0;
    start();
    for (std::size_t i = from; i < end; ++i) {
      for (double left = slices_[i].p > 0 ? 1 : 0; left > 0;) {
        // Nor does an atom at the merge's very point raise its mean, and so it does not go down with it.
        if (!is_empty_ && (i / slices_a_cell >= point + most_cells_beyond || is_at(i, point))) close(begin);
        if (is_empty_) {
          begin = i / slices_a_cell;
          point = begin + 1;
        }
        const double change = height(i, point);
        if (is_empty_ || change <= 0 || height_ + left * change < 0) {
          take(i, left, change);
          left = 0;
          if (height_ >= -slack_ * mass_) close(point);
          continue;
        }
        const double share = std::min(left, -height_ / change * (1 + 8 * u));
        take(i, share, change);
        close(point);
        left -= share;
      }
    }
    if (!is_empty_) close(begin);
  }

  // From above: a merge begins with losses above its point and takes lower ones while its mean stays above.
  void descend(std::size_t from, std::size_t end) {
    std::size_t point = 0;
    start();
    for (std::size_t i = end; i-- > from;) {
      for (double left = slices_[i].p > 0 ? 1 : 0; left > 0;) {
        if (is_empty_) point = i / slices_a_cell;
        const double change = height(i, point);
        if (is_empty_ || height_ + left * change > 0) {
          take(i, left, change);
          left = 0;
          continue;
        }
        const double share = std::clamp(-height_ / change * (1 - 8 * u), 0.0, left);
        take(i, share, change);
        close(point);
        left -= share;
      }
    }
    if (!is_empty_) close(point);
  }

  // All of [begin, end), whose mean is not below the point.
  void merge(std::size_t begin, std::size_t end, std::size_t point) {
    start();
    for (std::size_t i = begin; i < end; ++i)
      if (slices_[i].p > 0) take(i, 1, height(i, point));
    if (!is_empty_) close(point);
  }

  // By how much slice i lies above the point, at least.
  double height(std::size_t i, std::size_t point) const {
    const Height above = height_above(slices_[i], losses_[point * slices_a_cell], losses_[i], losses_[i + 1], false);
    return above.value - above.error - (2 * lattice_.up_error + 4 * u) * slices_[i].p;
  }

 private:
  bool is_at(std::size_t i, std::size_t point) const {
    const double change = height(i, point);
    return change <= 0 && change >= -slack_ * slices_[i].p;
  }

  void start() {
    mass_ = height_ = 0;
    is_empty_ = true;
  }

  void take(std::size_t i, double share, double change) {
    height_ += share * change;
    height_ -= 2 * u * std::abs(height_);
    mass_ += share * std::max(0.0, slices_[i].p - slices_[i].p_error);
    is_empty_ = false;
  }

  void close(std::size_t point) {
    lattice_.down[point] += mass_;
    start();
  }

  std::span<const LossSlice> slices_;
  std::span<const double> losses_;
  double slack_;
  LossLattice& lattice_;
  double mass_ = 0, height_ = 0;
  bool is_empty_ = true;
};

// The mean, as of e^-L, of the losses within half a step of the place; nothing where there are none.
std::optional<double> mean_near(const LossPair& pair, double place, double step) {
  const std::array<double, 2> ends{place - step / 2, place + step / 2};
  std::array<LossSlice, 1> slice{};
  pair.add_slices(ends, slice);
  if (!(slice[0].p > 1e-3) || !(slice[0].q > 1e-300)) return std::nullopt;
  const double ratio = slice[0].excess / slice[0].q;
  const double mean = ratio > -0.5 ? std::log1p(ratio) : std::log(slice[0].p / slice[0].q);
  return std::clamp(mean, ends[0], ends[1]);
}

// A place that is the mean of the losses within half a step of it, or a little below.
std::optional<double> bulk_of(const LossPair& pair, double step) {
  double place = pair.median_loss();
  for (int i = 0; i < 30; ++i) {
    const auto mean = mean_near(pair, place, step);
    if (!mean) return std::nullopt;
    const double slack = 1e-7 * step;
    if (*mean >= place + slack / 2 && *mean <= place + 2 * slack) return place;
    place = *mean - slack;
  }
  return std::nullopt;
}

// Whole numbers around 0 that are 1 apart within `near` of it and then no more than their distance over `near`, nor
// than `most`.
std::vector<std::int64_t> widening_points(std::int64_t first, std::int64_t last, std::int64_t near, std::int64_t most) {
  std::vector<std::int64_t> points;
  const auto gap = [&](std::int64_t distance) { return std::clamp<std::int64_t>(distance / near, 1, most); };
  for (std::int64_t at = 0; at > first; at -= gap(-at)) points.push_back(at);
  points.push_back(first);
  std::reverse(points.begin(), points.end());
  points.pop_back();  // 0, which comes again
  for (std::int64_t at = 0; at < last; at += gap(at)) points.push_back(at);
  points.push_back(last);
  return points;
}

}  // namespace

LossLattice loss_lattice(const LossPair& pair, double step, double tail, const Refinement& refinement) {
  constexpr std::int64_t most_even_points = 200'000, most_wide_points = 20'000;
  LossLattice lattice;
  lattice.step = step;
  const auto own = pair.own_lattice();
  const bool is_own = own && step <= own->step * (1 + 1e-9);
  const std::optional<double> bulk = is_own ? std::nullopt : bulk_of(pair, step);
  lattice.origin = is_own ? own->origin : bulk.value_or(pair.median_loss());
  const double low = (pair.low_loss(tail) - lattice.origin) / step;
  const double high = (pair.high_loss(tail) - lattice.origin) / step;
  // A loss that is a lattice point but for rounding must not fall below the first or above the last; the bulk's point
  // has cells on both sides.
  const auto first = std::min<std::int64_t>(-2, static_cast<std::int64_t>(std::floor(low - 1e-6)) - 1);
  const auto last = std::max<std::int64_t>(2, static_cast<std::int64_t>(std::ceil(high + 1e-6)));
  // Over more than a unit of loss e^-L is all its least, and no mean of it.
  const auto most = std::max(static_cast<std::int64_t>(std::min(0.5 / step, 1e15)), (last - first) / most_wide_points);
  lattice.index =
      widening_points(first, last, is_own && last - first < most_even_points ? most_even_points : refinement.near,
                      std::max<std::int64_t>(1, most));
  const std::size_t cells = lattice.index.size() - 1;
  std::vector<double> losses(cells * slices_a_cell + 1), ends(losses.size());
  const std::int64_t between_atoms = is_own ? std::max<std::int64_t>(1, std::llround(own->step / step)) : 1;
  // A loss on the lattice but for rounding belongs to the cell below its point.
  const double fuzz = 8 * u * (std::abs(lattice.origin) + step * static_cast<double>(std::max(-first, last)));
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const std::size_t cell = i / slices_a_cell, part = i % slices_a_cell;
    losses[i] = lattice.loss(cell);
    if (part > 0) losses[i] += (lattice.loss(cell + 1) - losses[i]) * static_cast<double>(part) / slices_a_cell;
    // An atom has a slice to itself: to be told from a density below it, and where Q underflows by the slice's ends.
    if (part > 0 && is_own && lattice.index[cell + 1] % between_atoms == 0)
      losses[i] = std::max(losses[i], lattice.loss(cell + 1) - 2 * fuzz);
    ends[i] = losses[i] + fuzz;
  }
  std::vector<LossSlice> slices(losses.size() - 1);
  lattice.up_error = pair.add_slices(ends, slices) + 2 * fuzz;
  lattice.up.assign(cells + 1, 0.0);
  lattice.down.assign(cells + 1, 0.0);
  fill_up(slices, losses, lattice);
  // Losses on a lattice of their own stand on its points but for rounding.
  const double slack = is_own ? 8 * lattice.up_error + 1e-12 : 0;
  Merging merging(slices, losses, slack, lattice);
  const auto zero = std::lower_bound(lattice.index.begin(), lattice.index.end(), 0);
  const auto centre = static_cast<std::size_t>(zero - lattice.index.begin()), middle = centre * slices_a_cell;
  if (bulk && merging.height(middle - 1, centre) + merging.height(middle, centre) >= 0) {
    merging.merge(middle - 1, middle + 1, centre);
    if (refinement.way == Downward::rising)
      merging.rise(middle + 1, slices.size());
    else
      merging.descend(middle + 1, slices.size());
    merging.descend(0, middle - 1);
  } else if (refinement.way == Downward::rising) {
    merging.rise(0, slices.size());
  } else {
    merging.descend(0, slices.size());
  }
  const TailMasses tails = pair.tail_masses(ends.front(), ends.back());
  lattice.up[0] += tails.p_below;
  lattice.up_infinite = pair.p_infinite + tails.p_above;
  lattice.down_infinite = pair.p_infinite;
  lattice.down[cells] += tails.p_above * (1 - 1e-10);
  lattice.down_error = lattice.up_error + slack;
  return lattice;
}

}  // namespace equipoise::inline v0::detail
