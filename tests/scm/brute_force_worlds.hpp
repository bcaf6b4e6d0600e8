// A judge of exact answers about discrete parallel worlds: it walks all exogenous states, one at a time, evaluates
// every copy in each, and adds up the weights of those in which the events hold.
//
// A state is chosen when it is first needed: an exogenous variable's or a finite noise's value; for `inverse-cdf` the
// piece of the unit interval, cut at the boundaries of all rows of the table; for `independent` the level at each
// configuration; for `gumbel-max` the level there and, in a second world, the level by numerical integration.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::testing {

/// P(winner a under p, winner b under q) of one race of exponentials read by two distributions, a != b: with the
/// winning times x and s x, the integral over s of p_a q_b / (sum over k of max(p_k, s q_k))^2, by Gauss-Legendre
/// between the kinks.
inline double race_by_quadrature(const std::vector<double>& p, std::size_t a, const std::vector<double>& q,
                                 std::size_t b) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (p[a] <= 0 || q[b] <= 0) return 0;
  const double low = p[b] / q[b], high = q[a] > 0 ? p[a] / q[a] : infinity;
  if (!(low < high)) return 0;
  const auto integrand = [&](double s) {
    double rate = 0;
    for (std::size_t k = 0; k < p.size(); ++k) rate += std::max(p[k], s * q[k]);
    return p[a] * q[b] / (rate * rate);
  };
  std::vector<double> cuts{low};
  for (std::size_t k = 0; k < p.size(); ++k)
    if (q[k] > 0 && p[k] / q[k] > low && p[k] / q[k] < high) cuts.push_back(p[k] / q[k]);
  std::sort(cuts.begin(), cuts.end());
  cuts.push_back(high);
  static const double nodes[] = {0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845,
                                 0.9739065285171717};
  static const double weights[] = {0.2955242247147529, 0.2692667193099963, 0.2190863625159821, 0.1494513491505806,
                                   0.0666713443086881};
  const auto piece = [&](const auto& f, double from, double to) {
    const int parts = 32;
    double sum = 0;
    for (int part = 0; part < parts; ++part) {
      const double half = (to - from) / parts / 2, middle = from + (2 * part + 1) * half;
      for (int i = 0; i < 5; ++i)
        sum += half * weights[i] * (f(middle - half * nodes[i]) + f(middle + half * nodes[i]));
    }
    return sum;
  };
  double sum = 0;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i + 1] < infinity)
      sum += piece(integrand, cuts[i], cuts[i + 1]);
    else  // s = cut + y / (1 - y)
      sum += piece([&](double y) { return integrand(cuts[i] + y / (1 - y)) / ((1 - y) * (1 - y)); }, 0, 1);
  }
  return sum;
}

/// The same for one winner of both.
inline double race_agreement(const std::vector<double>& p, const std::vector<double>& q, std::size_t a) {
  if (p[a] <= 0 || q[a] <= 0) return 0;
  double rate = 0;
  for (std::size_t k = 0; k < p.size(); ++k) rate += std::max(p[k] / p[a], q[k] / q[a]);
  return 1 / rate;
}

class BruteForceWorlds {
 public:
  struct TooMany : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  explicit BruteForceWorlds(const ParallelWorlds& worlds, std::size_t most_states = 400000)
      : worlds_(worlds), most_states_(most_states) {}

  struct Answer {
    std::optional<double> value;  ///< nothing: an impossible condition
    double condition = 0;         ///< P(given)
  };

  Answer term(const WorldTerm& term) {
    std::vector<std::size_t> copies;
    for (const auto* events : {&term.of, &term.given})
      for (const WorldEvent& event : *events) {
        copies.push_back(event.left);
        if (event.right) copies.push_back(*event.right);
      }
    for (const WorldAddend& addend : term.mean_of) copies.push_back(addend.copy);
    double given = 0, sum = 0;
    walk(copies, [&](double weight) {
      if (!hold(term.given)) return;
      given += weight;
      double number = hold(term.of) ? 1 : 0;
      if (!term.mean_of.empty()) {
        number = 0;
        for (const WorldAddend& addend : term.mean_of) {
          const double value = values_[addend.copy];
          number += addend.weight * (addend.numbers.empty() ? value : addend.numbers[static_cast<std::size_t>(value)]);
        }
      }
      sum += weight * number;
    });
    if (given <= 1e-14) return {std::nullopt, given};
    return {sum / given, given};
  }

  /// Visits every state of what these copies are made from: visit(weight), the copies' values in value().
  template <class Visit>
  void walk(const std::vector<std::size_t>& copies, const Visit& visit) {
    order_.clear();
    std::vector<unsigned char> seen(worlds_.copies().size(), 0);
    for (const std::size_t copy : copies) collect(copy, seen);
    std::sort(order_.begin(), order_.end());
    values_.assign(worlds_.copies().size(), 0);
    exogenous_.assign(worlds_.scm().exogenous().size(), std::nullopt);
    noises_.assign(worlds_.noise_count(), {});
    states_ = 0;
    descend(0, 1.0, visit);
  }
  double value(std::size_t copy) const { return values_[copy]; }

 private:
  struct NoiseState {
    std::optional<double> value;                         // of a finite noise; where on the unit interval
    std::vector<std::pair<std::size_t, double>> levels;  // by configuration
  };
  struct State {
    double value, probability;
  };

  void collect(std::size_t copy, std::vector<unsigned char>& seen) {
    if (seen[copy] != 0) return;
    seen[copy] = 1;
    order_.push_back(copy);
    for (const Scm::Input& input : worlds_[copy].inputs)
      if (!input.exogenous) collect(input.index, seen);
  }

  bool hold(const std::vector<WorldEvent>& events) const {
    return std::all_of(events.begin(), events.end(), [&](const WorldEvent& event) {
      const double left = values_[event.left], right = event.right ? values_[*event.right] : event.value;
      if (event.allowed.empty()) return holds(event.comparison, left, right);
      if (!event.right) return event.allowed[static_cast<std::size_t>(left)] != 0;
      const std::size_t levels = worlds_.variable(*event.right).levels.size();
      return event.allowed[static_cast<std::size_t>(left) * levels + static_cast<std::size_t>(right)] != 0;
    });
  }

  static std::vector<State> states_of(const Noise& noise) {
    if (const auto* constant = noise.get_if<ConstantNoise>()) return {{constant->value, 1}};
    if (const auto* bernoulli = noise.get_if<BernoulliNoise>()) return {{0, 1 - bernoulli->p}, {1, bernoulli->p}};
    std::vector<State> states;
    if (const auto* categorical = noise.get_if<CategoricalNoise>())
      for (const double p : categorical->probabilities) states.push_back({static_cast<double>(states.size()), p});
    return states;
  }

  template <class Visit>
  void descend(std::size_t at, double weight, const Visit& visit) {
    if (weight <= 0) return;
    if (at == order_.size()) {
      if (++states_ > most_states_) throw TooMany("too many states to enumerate");
      visit(weight);
      return;
    }
    const std::size_t copy = order_[at];
    for (const Scm::Input& input : worlds_[copy].inputs) {
      if (!input.exogenous || exogenous_[input.index]) continue;
      for (const State& state : states_of(worlds_.scm().exogenous()[input.index].noise)) {
        exogenous_[input.index] = state.value;
        descend(at, weight * state.probability, visit);
      }
      exogenous_[input.index].reset();
      return;
    }
    std::vector<double> inputs;
    for (const Scm::Input& input : worlds_[copy].inputs)
      inputs.push_back(input.exogenous ? *exogenous_[input.index] : values_[input.index]);
    make(at, inputs, weight, visit);
  }

  template <class Visit>
  void make(std::size_t at, const std::vector<double>& inputs, double weight, const Visit& visit) {
    const WorldCopy& copy = worlds_[order_[at]];
    const auto go_on = [&](double value, double probability) {
      values_[order_[at]] = value;
      descend(at + 1, weight * probability, visit);
    };
    if (const auto* lookup = copy.mechanism.get_if<LookupMechanism>())
      return go_on(static_cast<double>(lookup->values()[row(inputs, lookup->input_levels())]), 1);
    if (copy.constant() != nullptr) return go_on(*copy.constant(), 1);
    if (const auto* table = copy.mechanism.get_if<TableMechanism>())
      return make_from(*table, copy.noise, inputs, go_on,
                       [&](double piece) { make(at, inputs, weight * piece, visit); });
    NoiseState& noise = noises_[copy.noise];
    if (!noise.value) {
      auto& states = noise_states_[copy.noise];
      if (states.empty()) states = noise_states(copy);
      for (const State& state : states) {
        noise.value = state.value;
        make(at, inputs, weight * state.probability, visit);
      }
      noise.value.reset();
      return;
    }
    std::vector<const double*> columns;
    for (const double& input : inputs) columns.push_back(&input);
    const double* const noises[] = {&*noise.value};
    double value = 0;
    copy.mechanism.evaluate(columns, noises, {0, 1}, &value);
    go_on(value, 1);
  }

  static std::size_t row(const std::vector<double>& inputs, const std::vector<std::size_t>& levels) {
    std::size_t index = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) index = index * levels[i] + static_cast<std::size_t>(inputs[i]);
    return index;
  }

  static std::vector<double> distribution(const TableMechanism& table, std::size_t row) {
    const std::size_t levels = table.level_count();
    const auto begin = table.kernel().table().begin() + static_cast<std::ptrdiff_t>(row * levels);
    return {begin, begin + static_cast<std::ptrdiff_t>(levels)};
  }

  /// go_on(level, its probability); again(probability) once a state is chosen.
  template <class GoOn, class Again>
  void make_from(const TableMechanism& table, std::size_t number, const std::vector<double>& inputs, const GoOn& go_on,
                 const Again& again) {
    const std::size_t configuration = row(inputs, table.kernel().input_levels()), levels = table.level_count();
    const std::vector<double> p = distribution(table, configuration);
    NoiseState& noise = noises_[number];
    const bool one_uniform =
        table.coupling() == Coupling::inverse_cdf || (table.coupling() == Coupling::gumbel_max && levels == 2);
    if (one_uniform && !noise.value) {
      const std::vector<double> cuts = boundaries(table);
      for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        noise.value = (cuts[i] + cuts[i + 1]) / 2;
        again(cuts[i + 1] - cuts[i]);
      }
      noise.value.reset();
      return;
    }
    if (one_uniform) {
      double below = 0;
      std::size_t level = 0;
      while (level + 1 < levels && *noise.value >= below + p[level]) below += p[level++];
      return go_on(static_cast<double>(level), 1);
    }
    for (const auto& [known, level] : noise.levels)
      if (known == configuration) return go_on(level, 1);
    if (table.coupling() == Coupling::gumbel_max && noise.levels.size() > 1) throw TooMany("a race in three worlds");
    for (std::size_t level = 0; level < levels; ++level) {
      double probability = p[level];
      if (table.coupling() == Coupling::gumbel_max && !noise.levels.empty()) {
        const auto [there, was] = noise.levels.front();
        probability = race(table, there, static_cast<std::size_t>(was), configuration, level);
      }
      noise.levels.emplace_back(configuration, static_cast<double>(level));
      go_on(static_cast<double>(level), probability);
      noise.levels.pop_back();
    }
  }

  /// P(b at the row `to` | a at the row `from`).
  double race(const TableMechanism& table, std::size_t from, std::size_t a, std::size_t to, std::size_t b) {
    const std::tuple key(&table, from, a, to, b);
    const auto found = races_.find(key);
    if (found != races_.end()) return found->second;
    const std::vector<double> p = distribution(table, from), q = distribution(table, to);
    const double joint = a == b ? race_agreement(p, q, a) : race_by_quadrature(p, a, q, b);
    return races_[key] = joint / p[a];
  }

  /// Where some row of the table goes from one level to the next, and 0 and 1.
  static std::vector<double> boundaries(const TableMechanism& table) {
    std::vector<double> cuts{0, 1};
    const std::vector<double>& p = table.kernel().table();
    for (std::size_t start = 0; start < p.size(); start += table.level_count()) {
      double below = 0;
      for (std::size_t k = 0; k + 1 < table.level_count(); ++k) cuts.push_back(below += p[start + k]);
    }
    return distinct(std::move(cuts));
  }

  static std::vector<double> distinct(std::vector<double> cuts) {
    std::sort(cuts.begin(), cuts.end());
    std::vector<double> apart;
    for (const double cut : cuts)
      if (apart.empty() || cut > apart.back() + 1e-13) apart.push_back(cut);
    return apart;
  }

  /// The states of a noise; of a uniform one on (0, 1), the pieces on which the formula decides alike for all inputs
  /// that are 0, 1, 2 or 3, found by bisection.
  std::vector<State> noise_states(const WorldCopy& copy) {
    if (const auto* root = copy.mechanism.get_if<NoiseMechanism>()) return states_of(root->noise());
    const auto* formula = copy.mechanism.get_if<FormulaMechanism>();
    if (formula->noise().get_if<UniformNoise>() == nullptr) return states_of(formula->noise());
    std::vector<double> cuts{0, 1};
    std::vector<double> inputs(formula->input_count(), 0);
    const auto at = [&](double noise) {
      std::vector<const double*> columns;
      for (const double& input : inputs) columns.push_back(&input);
      const double* const noises[] = {&noise};
      double value = 0;
      formula->evaluate(columns, noises, {0, 1}, &value);
      return value;
    };
    for (;;) {
      double low = 1e-12, high = 1 - 1e-12;
      const double at_low = at(low);
      if (at_low != at(high)) {
        for (int step = 0; step < 60; ++step) (at((low + high) / 2) == at_low ? low : high) = (low + high) / 2;
        cuts.push_back(high);
      }
      std::size_t i = 0;
      while (i < inputs.size() && inputs[i] == 3) inputs[i++] = 0;
      if (i == inputs.size()) break;
      ++inputs[i];
    }
    cuts = distinct(std::move(cuts));
    std::vector<State> states;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
      states.push_back({(cuts[i] + cuts[i + 1]) / 2, cuts[i + 1] - cuts[i]});
    return states;
  }

  const ParallelWorlds& worlds_;
  std::size_t most_states_, states_ = 0;
  std::vector<std::size_t> order_;
  std::vector<double> values_;
  std::vector<std::optional<double>> exogenous_;
  std::vector<NoiseState> noises_;
  std::map<std::size_t, std::vector<State>> noise_states_;
  std::map<std::tuple<const TableMechanism*, std::size_t, std::size_t, std::size_t, std::size_t>, double> races_;
};

}  // namespace equipoise::testing
