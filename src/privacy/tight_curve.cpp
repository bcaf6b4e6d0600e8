#include <equipoise/privacy/tight_curve.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include <equipoise/privacy/fourier.hpp>
#include <equipoise/privacy/lattice_composition.hpp>
#include <equipoise/privacy/loss_lattice.hpp>
#include <equipoise/privacy/saddle_plan.hpp>

namespace equipoise::inline v0::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double window_nats = 25;  // what wraps round the window is below e^-25 of the tilted mass
constexpr std::size_t fewest_points = 4096, most_coarse_points = std::size_t{1} << 16;
constexpr int most_coarse_rounds = 6, most_halvings = 24;

double steps_of(std::span<const CountedPair> pairs) {
  double steps = 0;
  for (const CountedPair& counted : pairs) steps += static_cast<double>(counted.count);
  return steps;
}

// A tail of one step that leaves delta alone.
double tail_of(std::span<const CountedPair> pairs, double delta) {
  return std::max(1e-280, 1e-5 * delta / std::max(1.0, steps_of(pairs)));
}

// The more steps, the finer a lattice must be to show anything.
std::size_t coarse_points(std::span<const CountedPair> pairs) {
  const auto wanted = static_cast<std::size_t>(std::min(32 * std::sqrt(steps_of(pairs)), 1e9));
  return std::bit_ceil(std::clamp(wanted, fewest_points, most_coarse_points));
}

struct Grid {
  double step = 0;
  std::size_t size = 0;
};

// Where delta is decided, and by how much ln delta falls with epsilon there.
struct Target {
  double tilt = 0, slope = 0, epsilon = 0;
  Bracket coarse = {0, infinity};  // of epsilon
};

// Of the tilts that show as much as the saddle point s, the least: 0 below it, where P itself has enough; and where one
// loss is all but certain every tilt does, s is anywhere, and what a large one rounds off is lost for nothing.
double useful_tilt(const SaddlePlan& plan, double s) {
  constexpr double nats = 0.1;  // of Chernoff's bound
  const Cumulants at = plan.cumulants(s);
  const auto is_enough = [&](double t) { return plan.cumulants(t).value - at.value <= (t - s) * at.mean + nats; };
  if (s <= 0 || is_enough(0)) return 0;
  double least = s;
  for (int i = 0; i < 100 && is_enough(least / 2); ++i) least /= 2;
  return least;
}

Target normal_target(const SaddlePlan& plan, double s) {
  const double tilt = useful_tilt(plan, s);
  return {.tilt = tilt, .slope = tilt, .epsilon = plan.cumulants(s).mean};
}

// Where epsilon is far below the losses' spread, delta hardly depends on it.
double size_of(double epsilon, const SaddlePlan& plan) { return std::max(epsilon, 0.02 * plan.deviation()); }

// The coarsest lattice that costs epsilon no more than wanted: added variance V raises ln delta by s (s + 1) V / 2.
Grid planned_grid(std::span<const CountedPair> pairs, const SaddlePlan& plan, const Target& target,
                  const SaddlePlan::Window& window, const CurveEffort& effort) {
  const double tilt = target.tilt, epsilon = size_of(target.epsilon, plan), width = window.high - window.low;
  // What variance V of the split adds to epsilon: near epsilon, where delta falls by its slope, (slope + 1) V / 2; and
  // s (s + 1) V / 2 over the slope for the tilted sum as a whole.
  const double slope = target.slope > 0 ? target.slope : tilt;
  const double rate = std::max(slope + 1, slope > 0 ? tilt * (tilt + 1) / slope : 1.0);
  const double most_added = 2 * effort.relative_width * std::min(epsilon / rate, plan.cumulants(target.tilt).variance);
  const auto points = [&](double h) { return std::bit_ceil(static_cast<std::size_t>(width / h) + spare_points); };
  // Below it losses are off by more, from rounding; or a whole step, in every one, is nothing.
  const double finest =
      std::max(0x1p-50 * plan.largest_size(), 0.01 * effort.relative_width * epsilon / steps_of(pairs));
  double step = std::max(width / 128, finest);
  // Over more than a unit of loss e^-L is all its least, and a split moves the mass, not its variance alone.
  const auto is_coarse = [&] { return plan.added_variance(target.tilt, step) > (step > 1 ? 1e-3 : 1.0) * most_added; };
  while (is_coarse() && points(step / 1.2) <= effort.most_points && step / 1.2 >= finest) step /= 1.2;
  // Losses that lie on a lattice stay on it.
  if (const auto own = pairs[0].pair.own_lattice(); own && step < own->step)
    step = own->step / std::ceil(own->step / step);
  return {step, points(step)};
}

// What may be varied where a bracket is too wide.
struct Attempt {
  Grid grid;
  Precision precision = Precision::plain;
  Refinement lattice = {};
};

LatticeComposition composed(std::span<const CountedPair> pairs, const Attempt& attempt,
                            const SaddlePlan::Window& window, double tilt, double tail) {
  std::vector<std::pair<LossLattice, std::int64_t>> lattices;
  for (const CountedPair& counted : pairs)
    lattices.emplace_back(loss_lattice(counted.pair, attempt.grid.step, tail, attempt.lattice), counted.count);
  return {lattices, window, tilt, attempt.grid.size, attempt.precision};
}

// No composition's loss exceeds the sum of the steps' largest losses.
double largest_sum(std::span<const CountedPair> pairs) {
  double sum = 0;
  for (const CountedPair& counted : pairs) sum += static_cast<double>(counted.count) * counted.pair.largest_loss();
  return sum * (1 + 1e-12);
}

// The normal picture of the tilted sum may be far off where few steps decide; coarse lattices correct it. No loss
// exceeds `largest`.
Target refined_target(std::span<const CountedPair> pairs, const SaddlePlan& plan, double delta, double tail,
                      double largest, const CurveEffort& effort) {
  Target target = normal_target(plan, plan.saddle_of_delta(std::log(delta)));
  double low = 0;  // from where on epsilon is sought, after a lattice that does not show it
  for (int round = 0, halved = 0; round < most_coarse_rounds && halved < most_halvings;) {
    const SaddlePlan::Window window = plan.window(target.tilt, window_nats);
    const Grid grid = planned_grid(pairs, plan, target, window,
                                   {.relative_width = effort.relative_width, .most_points = coarse_points(pairs)});
    const LatticeComposition coarse = composed(pairs, {grid}, window, target.tilt, tail);
    const Bracket found = coarse.epsilon(delta);
    target.coarse = {std::max(target.coarse.lower, found.lower), std::min(target.coarse.upper, found.upper)};
    if (!(target.coarse.upper < infinity) || target.coarse.upper <= effort.enough) break;
    const bool is_below = found.upper >= largest || (found.upper > 0 && found.upper <= window.low + grid.step);
    const bool is_shown = found.upper < infinity && !is_below;
    ++(is_shown ? round : halved);
    if (!(found.upper < infinity)) low = std::max(low, target.epsilon);
    const double epsilon = is_shown ? found.upper : (low + std::min(largest, target.coarse.upper)) / 2;
    const double next = useful_tilt(plan, plan.saddle_of_epsilon(epsilon)), farther = 1.02 * epsilon;
    const double fall = std::log(coarse.delta(epsilon).upper / coarse.delta(farther).upper);
    const bool is_settled = is_shown && std::abs(next - target.tilt) <= 0.05 * (1 + std::abs(next));
    target.tilt = next;
    target.epsilon = epsilon;
    target.slope = epsilon > 0 && fall > 0 && fall < infinity ? fall / (farther - epsilon) : next;
    if (is_settled) break;
  }
  return target;
}

constexpr double unit_of(Precision precision) {
  switch (precision) {
    case Precision::plain: return roundoff_of<double>;
    case Precision::extended: return roundoff_of<long double>;
    case Precision::twofold: return roundoff_of<DoubleDouble>;
  }
  return 1;
}

constexpr Precision next(Precision precision) {
  return precision == Precision::plain ? Precision::extended : Precision::twofold;
}

// How far the tilted delta stands above rounding, as a logarithm: the tilted delta against an error of the order of
// roundoff a step, and of a double's once, in every mass that delta sums. From about 2 on rounding is below 1%.
double precision_left(std::span<const CountedPair> pairs, const SaddlePlan& plan, const Target& target,
                      double log_delta, const Grid& grid, Precision precision) {
  const double log_kept = log_delta + target.tilt * target.epsilon - plan.cumulants(target.tilt).value;
  const double log_weights = -std::log(target.tilt * (target.tilt + 1) * grid.step);
  return log_kept - log_weights - std::log(steps_of(pairs) * unit_of(precision) + unit_roundoff);
}

constexpr double enough_precision = 2;
constexpr int most_plans = 5;
constexpr std::size_t small_grid = std::size_t{1} << 14;  // of which no better is looked for

struct Plan {
  Target target;
  SaddlePlan::Window window;
  Grid grid;
  Precision precision = Precision::plain;
};

// Where rare large losses decide, the saddle point's tilt may make the very largest of them the most likely, and the
// window as wide as they are. A lesser tilt costs precision, of which there may be enough.
Plan cheapest_plan(std::span<const CountedPair> pairs, const SaddlePlan& plan, const Target& target, double log_delta,
                   double wanted, Precision most, const CurveEffort& effort) {
  Plan best;
  for (double share = 1; share > 0.04; share *= 0.75) {
    Plan candidate{.target = target, .window = {}, .grid = {}};
    candidate.target.tilt *= share;
    candidate.window = plan.window(candidate.target.tilt, window_nats);
    candidate.grid = planned_grid(pairs, plan, candidate.target, candidate.window, effort);
    if (target.tilt > 0) {
      const auto is_enough = [&](Precision precision) {
        return precision_left(pairs, plan, candidate.target, log_delta, candidate.grid, precision) >= wanted;
      };
      if (share < 1 && !is_enough(most)) break;
      while (candidate.precision < most && !is_enough(candidate.precision))
        candidate.precision = next(candidate.precision);
    }
    // A tilt that fits less must be worth it: by a lattice of half the size, or half the step where all are largest.
    const bool is_worth = 2 * candidate.grid.size <= best.grid.size ||
                          (candidate.grid.size == best.grid.size && 2 * candidate.grid.step <= best.grid.step);
    if (share == 1 || is_worth) best = candidate;
    if (!(target.tilt > 0) || best.grid.size <= small_grid) break;
  }
  return best;
}

// A single step needs no lattice: its delta is known.
Bracket single_delta(const LossPair& pair, double epsilon) {
  const auto found = pair.hockey_stick(epsilon);
  return {std::max(0.0, found.value - found.error), std::min(1.0, found.value + found.error)};
}

Bracket single_epsilon(const LossPair& pair, double delta) {
  const double end = std::max(0.0, pair.high_loss(1e-290)) + 1e-9;
  const auto least = [&](auto bound) {
    if (bound(0.0) <= delta) return Bracket{0, 0};
    if (bound(end) > delta) return Bracket{end, infinity};
    double low = 0, high = end;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
      const double middle = low + (high - low) / 2;
      (bound(middle) <= delta ? high : low) = middle;
    }
    return Bracket{low, high};
  };
  const Bracket lower = least([&](double e) { return single_delta(pair, e).lower; });
  const Bracket upper = least([&](double e) { return single_delta(pair, e).upper; });
  return {lower.upper == infinity && pair.p_infinite > delta ? infinity : lower.lower, upper.upper};
}

// Basic composition, each step given an equal part of delta: crude, but free of any lattice.
double basic_epsilon(std::span<const CountedPair> pairs, double delta) {
  const double share = delta / steps_of(pairs) * (1 - 1e-12);
  double sum = 0;
  for (const CountedPair& counted : pairs)
    sum += static_cast<double>(counted.count) * single_epsilon(counted.pair, share).upper;
  return sum * (1 + 1e-12);
}

bool is_narrow(const Bracket& bracket, double size, const CurveEffort& effort) {
  return bracket.upper - bracket.lower <= 3 * effort.relative_width * size;
}

// The bracket of a plan and its refinements, within one that is known.
Bracket refined_bracket(std::span<const CountedPair> pairs, const SaddlePlan& plan, const Plan& chosen, Bracket best,
                        double delta, double tail, const CurveEffort& effort) {
  Attempt attempt{chosen.grid, chosen.precision};
  bool is_last = false;
  for (double width = infinity;;) {
    const LatticeComposition composition = composed(pairs, attempt, chosen.window, chosen.target.tilt, tail);
    const Bracket found = composition.epsilon(delta);
    best = {std::max(best.lower, found.lower), std::min(best.upper, found.upper)};
    const double size = size_of(best.upper, plan);
    if (is_narrow(best, size, effort)) return best;
    const double last = std::exchange(width, found.upper - found.lower);
    // What rounding adds to delta moves epsilon by as much over the fall of ln delta.
    const double fall = std::max({chosen.target.slope, chosen.target.tilt, 1e-3 / size});
    if (attempt.precision != Precision::twofold && found.upper < infinity &&
        composition.rounding_share(found.upper) > effort.relative_width * size * fall) {
      attempt.precision = next(attempt.precision);
      width = infinity;
    } else if (width < 0.8 * last && 2 * attempt.grid.size <= effort.most_points) {
      attempt.grid = {attempt.grid.step / 2, 2 * attempt.grid.size};
      attempt.lattice.near *= 2;
    } else if (attempt.lattice.way == Downward::rising) {  // where a finer lattice does not help, the tail may be steep
      attempt.lattice.way = Downward::descending;
      width = infinity;
    } else if (!is_last) {  // or it was not: on the finer lattice the first way may do
      is_last = true;
      attempt.lattice.way = Downward::rising;
    } else {
      return best;
    }
  }
}

bool is_single(std::span<const CountedPair> pairs) { return pairs.size() == 1 && pairs[0].count == 1; }

}  // namespace

Bracket epsilon_bracket_of(std::span<const CountedPair> pairs, double delta, const CurveEffort& effort) {
  if (pairs.empty()) return {0, 0};
  if (is_single(pairs)) return single_epsilon(pairs[0].pair, delta);
  const double tail = tail_of(pairs, delta);
  const SaddlePlan plan(pairs, tail);
  const double largest = largest_sum(pairs), simple = std::min(largest, basic_epsilon(pairs, delta));
  Target target = refined_target(pairs, plan, delta, tail, largest, effort);
  if (simple == 0 || target.coarse.upper <= effort.enough)
    return {std::min(target.coarse.lower, simple), std::min(simple, target.coarse.upper)};
  Bracket best{target.coarse.lower, std::min(target.coarse.upper, simple)};
  double finest = infinity, last_tilt = 0;
  for (int round = 0; round < most_plans; ++round) {
    const Precision most = round == 0 ? Precision::extended : Precision::twofold;
    const Plan chosen = cheapest_plan(pairs, plan, target, std::log(delta), enough_precision + 3 * round, most, effort);
    if (chosen.grid.step > 32 * finest) break;  // a window so much wider shows less
    if (round > 0 && std::abs(chosen.target.tilt - last_tilt) <= 0.01 * std::abs(last_tilt)) continue;
    finest = std::min(finest, chosen.grid.step);
    last_tilt = chosen.target.tilt;
    best = refined_bracket(pairs, plan, chosen, best, delta, tail, effort);
    if (is_narrow(best, size_of(best.upper, plan), effort) || !(best.upper < infinity)) break;
    // A bracket this wide was planned for a place that it does not hold: plan again for its upper end.
    target.epsilon = best.upper;
    target.tilt = useful_tilt(plan, plan.saddle_of_epsilon(best.upper));
  }
  return best;
}

Bracket delta_bracket_of(std::span<const CountedPair> pairs, double epsilon, const CurveEffort& effort) {
  if (pairs.empty()) return {0, 0};
  if (is_single(pairs)) return single_delta(pairs[0].pair, epsilon);
  double tail = tail_of(pairs, 1e-12);
  for (int round = 0; round < 2; ++round) {
    const SaddlePlan plan(pairs, tail);
    const double saddle = plan.saddle_of_epsilon(epsilon);
    const double about = std::exp(std::clamp(plan.log_delta(saddle), -600.0, 0.0));
    if (round == 0 && about < 1e-10) {  // a tail of 1e-20 would show
      tail = tail_of(pairs, about);
      continue;
    }
    const Target target = normal_target(plan, saddle);
    const SaddlePlan::Window window = plan.window(target.tilt, window_nats);
    return composed(pairs, {planned_grid(pairs, plan, target, window, effort)}, window, target.tilt, tail)
        .delta(epsilon);
  }
  return {0, 1};
}

}  // namespace equipoise::inline v0::detail
