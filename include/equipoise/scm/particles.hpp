// Weighted units of a model in several worlds at once: what Monte Carlo answers are made of.
//
// Units are drawn cause by cause. A copy whose value is known takes it, weighs the unit by how likely the value was,
// and draws the unit's noise given it, which the copy's likenesses in other worlds then share (likelihood weighting);
// where few units carry the weight, they are drawn anew by it before the next known value (sequential Monte Carlo).
// Sources: Fung, Chang 1990; Shachter, Peot 1990; Gordon, Salmond, Smith 1993; Del Moral, Doucet, Jasra 2006.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/own_noise.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0::detail {

/// In which order copies are drawn, and which of them are known: one plan serves every block.
///
/// A copy with a known value comes first of those that share its noise, so that the noise is drawn given the value;
/// unless it is made from one of them, whose noise is drawn as it comes and the units kept that make the value.
class ParticlePlan {
 public:
  /// `wanted`: the copies whose values are asked for.
  ParticlePlan(const ParallelWorlds& worlds, std::span<const WorldEvent> given, std::span<const std::size_t> wanted)
      : worlds_(worlds), known_(worlds.copies().size()), is_scheduled_(worlds.copies().size()) {
    for (const WorldEvent& event : given)
      if (const auto value = single_value(event); value && !known_[event.left])
        known_[event.left] = value;
      else
        checks_.push_back(event);
    for (std::size_t c = 0; c < known_.size(); ++c)
      if (known_[c] && worlds[c].constant() == nullptr) first_known_.try_emplace(worlds[c].noise, c);
    find_predecessors();
    for (const WorldEvent& event : given) schedule(event.left);
    for (const WorldEvent& event : checks_)
      if (event.right) schedule(*event.right);
    for (const std::size_t copy : wanted) schedule(copy);
  }

  const ParallelWorlds& worlds() const { return worlds_; }
  std::span<const std::size_t> order() const { return order_; }
  const std::optional<double>& known(std::size_t copy) const { return known_[copy]; }
  /// Parts of the condition that are no single value, checked once their copies are drawn.
  std::span<const WorldEvent> checks() const { return checks_; }
  /// How many copies in the order share this noise.
  std::size_t sharers(std::size_t noise) const {
    const auto found = sharers_.find(noise);
    return found == sharers_.end() ? 0 : found->second;
  }
  /// A copy whose known value may be, with positive probability, one that its causes give it together, while these vary
  /// continuously: no draw of them meets the value so, and densities tell only half of how likely it was.
  std::optional<std::size_t> first_unweighable() const {
    std::vector<unsigned char> is_countable(known_.size());
    for (const std::size_t c : order_) {
      const WorldCopy& copy = worlds_[c];
      const bool countable_causes = std::all_of(copy.inputs.begin(), copy.inputs.end(), [&](const Scm::Input& input) {
        return input.exogenous ? is_discrete(worlds_.scm().exogenous()[input.index].noise)
                               : is_countable[input.index] != 0;
      });
      const Noise* noise = own_noise(copy.mechanism);
      is_countable[c] = known_[c] || worlds_.variable(c).has_levels() ||
                        (countable_causes && noise != nullptr && is_discrete(*noise));
      if (known_[c] && !countable_causes && mixes_measures(copy.mechanism)) return c;
    }
    return std::nullopt;
  }
  /// Whether every mechanism that stands in several worlds can be followed from one to another.
  bool is_followable() const {
    return std::all_of(order_.begin(), order_.end(), [&](std::size_t copy) {
      return worlds_[copy].mechanism.rungs().functional || worlds_[copy].constant() != nullptr ||
             sharers(worlds_[copy].noise) == 1;
    });
  }

 private:
  static std::optional<double> single_value(const WorldEvent& event) {
    if (event.right) return std::nullopt;
    if (event.allowed.empty()) return event.comparison == Comparison::equal ? std::optional(event.value) : std::nullopt;
    if (std::count(event.allowed.begin(), event.allowed.end(), 1) != 1) return std::nullopt;
    return static_cast<double>(std::find(event.allowed.begin(), event.allowed.end(), 1) - event.allowed.begin());
  }

  /// What is to be drawn before each copy: its inputs, and the known copy of its noise where that makes no circle.
  void find_predecessors() {
    predecessors_.resize(known_.size());
    for (std::size_t c = 0; c < known_.size(); ++c)
      for (const Scm::Input& input : worlds_[c].inputs)
        if (!input.exogenous) predecessors_[c].push_back(input.index);
    for (std::size_t c = 0; c < known_.size(); ++c) {
      const auto first = first_known_.find(worlds_[c].noise);
      if (first == first_known_.end() || first->second == c || worlds_[c].constant() != nullptr) continue;
      std::vector<bool> seen(known_.size());
      if (!rests_on(first->second, c, seen)) predecessors_[c].push_back(first->second);
    }
  }

  bool rests_on(std::size_t copy, std::size_t other, std::vector<bool>& seen) const {
    if (copy == other) return true;
    if (seen[copy]) return false;
    seen[copy] = true;
    return std::any_of(predecessors_[copy].begin(), predecessors_[copy].end(),
                       [&](std::size_t before) { return rests_on(before, other, seen); });
  }

  void schedule(std::size_t copy) {
    if (is_scheduled_[copy]) return;
    is_scheduled_[copy] = true;
    for (const std::size_t before : predecessors_[copy]) schedule(before);
    order_.push_back(copy);
    if (worlds_[copy].constant() == nullptr) ++sharers_[worlds_[copy].noise];
  }

  const ParallelWorlds& worlds_;
  std::vector<std::optional<double>> known_;
  std::vector<bool> is_scheduled_;
  std::vector<std::vector<std::size_t>> predecessors_;  // by copy
  std::vector<WorldEvent> checks_;
  std::map<std::size_t, std::size_t> first_known_;  // by noise
  std::map<std::size_t, std::size_t> sharers_;      // by noise
  std::vector<std::size_t> order_;
};

/// One block of units, drawn and weighted. Blocks are independent.
class Particles {
 public:
  Particles(const ParticlePlan& plan, std::uint64_t seed, RowBlock rows)
      : plan_(plan),
        worlds_(plan.worlds()),
        seed_(seed),
        rows_(rows),
        values_(worlds_.copies().size()),
        noises_(worlds_.noise_count()),
        exogenous_(worlds_.scm().exogenous().size()),
        log_weights_(rows.size),
        atoms_(rows.size) {
    std::size_t left = 0;  // known values that are still to come
    for (const std::size_t copy : plan.order()) left += plan.known(copy).has_value();
    std::vector<bool> is_checked(plan.checks().size());
    for (const std::size_t copy : plan.order()) {
      const bool is_known = plan.known(copy).has_value();
      if (is_known) --left;
      draw_copy(copy);
      const bool was_checked = apply_checks(is_checked);
      if (is_dead()) return;
      if (is_known || was_checked) replace_dead_units();
      if (is_known && left > 0) resample_where_uneven();
    }
    keep_most_atoms();
  }

  /// ln of what every weight is to be multiplied by: the block's estimate of the condition's density so far.
  double log_scale() const { return log_scale_; }
  std::span<const double> log_weights() const { return log_weights_; }
  /// How many known values every unit that weighs anything has with positive probability where others may have them
  /// with a density: a block with more of them is infinitely likelier than one with fewer.
  unsigned atoms() const { return most_atoms(); }
  const double* values(std::size_t copy) const { return values_[copy].data(); }
  /// Whether units were drawn anew: they are then not independent within the block.
  bool is_resampled() const { return resampled_ > 0; }
  /// Whether no unit meets the condition; values then need not be there.
  bool is_dead() const {
    return std::all_of(log_weights_.begin(), log_weights_.end(), [](double each) { return each == impossible; });
  }
  /// Whether unit i has the event. Numbers that rounding alone may tell apart are equal.
  bool is_true(const WorldEvent& event, std::size_t i) const {
    const double left = values_[event.left][i];
    if (event.allowed.empty()) {
      const double right = event.right ? values_[*event.right][i] : event.value;
      const double rounding = std::max(rounding_of(event.left, i), event.right ? rounding_of(*event.right, i) : 0.0);
      return holds(event.comparison, std::abs(left - right) <= rounding ? right : left, right);
    }
    std::size_t cell = static_cast<std::size_t>(left);
    if (event.right)
      cell = cell * worlds_.variable(*event.right).levels.size() + static_cast<std::size_t>(values_[*event.right][i]);
    return event.allowed[cell] != 0;
  }

 private:
  static constexpr double impossible = -std::numeric_limits<double>::infinity();

  RandomStream stream(std::size_t point, std::uint32_t replicate = 1) const {
    return RandomStream({.seed = seed_,
                         .purpose = Purpose::sample,
                         .point = static_cast<std::uint32_t>(point),
                         .replicate = replicate});
  }

  std::vector<const double*> inputs_of(const WorldCopy& copy) {
    std::vector<const double*> inputs;
    for (const Scm::Input& input : copy.inputs) {
      if (!input.exogenous) {
        inputs.push_back(values_[input.index].data());
        continue;
      }
      std::vector<double>& column = exogenous_[input.index];
      if (column.empty()) {
        column.resize(rows_.size);
        draw(worlds_.scm().exogenous()[input.index].noise, stream(worlds_.noise_count() + input.index), rows_,
             column.data());
      }
      inputs.push_back(column.data());
    }
    return inputs;
  }

  void draw_copy(std::size_t index) {
    const WorldCopy& copy = worlds_[index];
    std::vector<double>& value = values_[index];
    value.resize(rows_.size);
    for_variable(worlds_.scm(), copy.variable, [&] {
      const std::vector<const double*> inputs = inputs_of(copy);
      const std::optional<double>& known = plan_.known(index);
      if (known && noises_[copy.noise].empty() && can_be_observed(copy)) {
        observe(copy, inputs, *known, value);
        return;
      }
      predict(copy, inputs, value);
      check_levels(copy, value);
      if (known)
        for (std::size_t i = 0; i < rows_.size; ++i)
          if (!(std::abs(value[i] - *known) <= rounding_of(index, i))) log_weights_[i] = impossible;
    });
  }

  /// Whether a value weighs units by its density, the noise then being drawn for it; else units that make it are kept,
  /// which levels allow.
  bool can_be_observed(const WorldCopy& copy) const {
    const Rungs& rungs = copy.mechanism.rungs();
    if (!rungs.likelihood) return false;
    return copy.constant() != nullptr || plan_.sharers(copy.noise) == 1 || rungs.invertible || rungs.posterior ||
           !rungs.discrete;
  }

  /// How far rounding may take a copy's value for unit i from what its noise makes of like causes in another world:
  /// some hundred times a double's precision, of the numbers that it is made from. Levels are whole numbers.
  double rounding_of(std::size_t index, std::size_t i) const {
    if (worlds_.variable(index).has_levels()) return 0;
    double size = std::abs(values_[index][i]);
    for (const Scm::Input& input : worlds_[index].inputs)
      size = std::max(size, std::abs(input.exogenous ? exogenous_[input.index][i] : values_[input.index][i]));
    if (worlds_[index].constant() == nullptr)
      for (const std::vector<double>& column : noises_[worlds_[index].noise])
        size = std::max(size, std::abs(column[i]));
    return 1e-13 * size;
  }

  /// Rules and formulas may give a variable with levels what is none.
  void check_levels(const WorldCopy& copy, const std::vector<double>& value) const {
    const std::size_t levels = worlds_.scm().variable(copy.variable).levels.size();
    if (levels == 0 || copy.mechanism.level_count() > 0) return;
    for (std::size_t i = 0; i < rows_.size; ++i)
      if (!(value[i] >= 0 && value[i] < static_cast<double>(levels) && value[i] == std::floor(value[i])))
        throw Error(ErrorCode::scm_no_support, "row " + std::to_string(rows_.first + i + 1), shortest(value[i]),
                    "the index of one of " + std::to_string(levels) + " levels");
  }

  /// The copy's value from its inputs and noise, the noise drawn where it is not there yet.
  void predict(const WorldCopy& copy, const std::vector<const double*>& inputs, std::vector<double>& value) {
    if (!copy.mechanism.rungs().functional && copy.constant() == nullptr && plan_.sharers(copy.noise) == 1) {
      copy.mechanism.sample(inputs, stream(copy.noise), rows_, value.data());
      return;
    }
    if (const double* constant = copy.constant()) {
      std::fill(value.begin(), value.end(), *constant);
      return;
    }
    std::vector<std::vector<double>>& noise = noises_[copy.noise];
    if (noise.size() != copy.mechanism.noise_count()) {
      noise.assign(copy.mechanism.noise_count(), std::vector<double>(rows_.size));
      const std::vector<double*> out = columns_of(noise);
      copy.mechanism.draw_noise(stream(copy.noise), rows_, out);
    }
    const std::vector<double*> columns = columns_of(noise);
    copy.mechanism.evaluate(inputs, std::vector<const double*>(columns.begin(), columns.end()), rows_, value.data());
  }

  /// Weighs by the density of the known value, and draws the noise given it where another copy needs it.
  void observe(const WorldCopy& copy, const std::vector<const double*>& inputs, double known,
               std::vector<double>& value) {
    std::fill(value.begin(), value.end(), known);
    std::vector<double> density(rows_.size);
    copy.mechanism.log_density(inputs, value.data(), rows_, density.data());
    for (std::size_t i = 0; i < rows_.size; ++i)
      log_weights_[i] = std::isnan(density[i]) ? impossible : log_weights_[i] + density[i];
    if (mixes_measures(copy.mechanism)) {
      std::vector<unsigned char> is_atom(rows_.size);
      mark_atoms(copy.mechanism, inputs, value.data(), rows_, density.data(), is_atom.data());
      for (std::size_t i = 0; i < rows_.size; ++i) atoms_[i] += is_atom[i];
    }
    if (plan_.sharers(copy.noise) > 1 && copy.constant() == nullptr) abduct(copy, inputs, known);
  }

  unsigned most_atoms() const {
    unsigned most = 0;
    for (std::size_t i = 0; i < rows_.size; ++i)
      if (log_weights_[i] != impossible) most = std::max(most, atoms_[i]);
    return most;
  }

  /// Rules out the units that are infinitely less likely than others.
  void keep_most_atoms() {
    const unsigned most = most_atoms();
    for (std::size_t i = 0; i < rows_.size; ++i)
      if (atoms_[i] < most) log_weights_[i] = impossible;
  }

  /// Whether the units that weigh anything can be weighed against each other.
  bool is_comparable() const {
    const unsigned most = most_atoms();
    for (std::size_t i = 0; i < rows_.size; ++i)
      if (log_weights_[i] != impossible && atoms_[i] < most) return false;
    return true;
  }

  /// The noise of units that can have the value, which alone have one.
  void abduct(const WorldCopy& copy, const std::vector<const double*>& inputs, double known) {
    std::vector<std::size_t> alive;
    for (std::size_t i = 0; i < rows_.size; ++i)
      if (log_weights_[i] != impossible) alive.push_back(i);
    std::vector<std::vector<double>>& noise = noises_[copy.noise];
    noise.assign(copy.mechanism.noise_count(), std::vector<double>(rows_.size));
    if (alive.empty()) return;
    std::vector<std::vector<double>> alive_inputs, alive_noise(noise.size(), std::vector<double>(alive.size()));
    for (const double* column : inputs) {
      alive_inputs.emplace_back();
      for (const std::size_t i : alive) alive_inputs.back().push_back(column[i]);
    }
    std::vector<const double*> in;
    for (const auto& column : alive_inputs) in.push_back(column.data());
    const std::vector<double> values(alive.size(), known);
    const std::vector<double*> out = columns_of(alive_noise);
    const RowBlock block{rows_.first, alive.size()};
    if (copy.mechanism.rungs().invertible)
      copy.mechanism.abduct(in, values.data(), block, out);
    else
      copy.mechanism.sample_posterior(in, values.data(), stream(copy.noise), block, out);
    for (std::size_t n = 0; n < noise.size(); ++n)
      for (std::size_t k = 0; k < alive.size(); ++k) noise[n][alive[k]] = alive_noise[n][k];
  }

  /// True where some part of the condition could be checked now.
  bool apply_checks(std::vector<bool>& is_checked) {
    bool any = false;
    for (std::size_t n = 0; n < is_checked.size(); ++n) {
      const WorldEvent& event = plan_.checks()[n];
      if (is_checked[n] || values_[event.left].empty() || (event.right && values_[*event.right].empty())) continue;
      is_checked[n] = any = true;
      for (std::size_t i = 0; i < rows_.size; ++i)
        if (!is_true(event, i)) log_weights_[i] = impossible;
    }
    return any;
  }

  template <class F>
  void for_each_column(F&& f) {
    const auto visit = [&](std::vector<double>& column) {
      if (!column.empty()) f(column);
    };
    for (auto& column : values_) visit(column);
    for (auto& column : exogenous_) visit(column);
    for (auto& noise : noises_)
      for (auto& column : noise) visit(column);
  }

  /// Units that the condition rules out go on, weighing nothing, as one that it does not: their values together may be
  /// none that the model can have, and what is made from them no number.
  void replace_dead_units() {
    const auto is_alive = [](double log_weight) { return log_weight != impossible; };
    const auto alive = static_cast<std::size_t>(std::find_if(log_weights_.begin(), log_weights_.end(), is_alive) -
                                                log_weights_.begin());
    if (std::all_of(log_weights_.begin(), log_weights_.end(), is_alive)) return;
    for_each_column([&](std::vector<double>& column) {
      for (std::size_t i = 0; i < rows_.size; ++i)
        if (log_weights_[i] == impossible) column[i] = column[alive];
    });
  }

  static std::vector<double*> columns_of(std::vector<std::vector<double>>& columns) {
    std::vector<double*> pointers;
    for (std::vector<double>& column : columns) pointers.push_back(column.data());
    return pointers;
  }

  /// Draws the units anew by their weights (systematic resampling) where these count for fewer than half of them.
  void resample_where_uneven() {
    if (!is_comparable()) return;
    const double greatest = *std::max_element(log_weights_.begin(), log_weights_.end());
    std::vector<double> weights(rows_.size);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < rows_.size; ++i) {
      weights[i] = std::exp(log_weights_[i] - greatest);
      sum += weights[i];
      squares += weights[i] * weights[i];
    }
    const auto size = static_cast<double>(rows_.size);
    if (sum * sum >= 0.5 * size * squares) return;
    log_scale_ += greatest + std::log(sum / size);
    std::fill(atoms_.begin(), atoms_.end(), most_atoms());
    std::fill(log_weights_.begin(), log_weights_.end(), 0.0);
    const double offset = stream(resampled_++, 2).row(rows_.first).uniform();
    std::vector<std::size_t> drawn(rows_.size);
    double cumulative = weights[0];
    std::size_t at = 0, last = rows_.size - 1;
    while (!(weights[last] > 0)) --last;  // which rounding of the sum must not pass
    for (std::size_t i = 0; i < rows_.size; ++i) {
      const double mark = (static_cast<double>(i) + offset) / size * sum;
      while (cumulative <= mark && at < last) cumulative += weights[++at];
      drawn[i] = at;
    }
    std::vector<double> moved(rows_.size);
    for_each_column([&](std::vector<double>& column) {
      for (std::size_t i = 0; i < rows_.size; ++i) moved[i] = column[drawn[i]];
      std::swap(column, moved);
    });
  }

  const ParticlePlan& plan_;
  const ParallelWorlds& worlds_;
  std::uint64_t seed_;
  RowBlock rows_;
  std::vector<std::vector<double>> values_;               // by copy
  std::vector<std::vector<std::vector<double>>> noises_;  // by noise, a column a noise of the mechanism
  std::vector<std::vector<double>> exogenous_;
  std::vector<double> log_weights_;
  std::vector<unsigned> atoms_;  // by unit: values that it has with positive probability, not a density
  double log_scale_ = 0;
  std::size_t resampled_ = 0;
};

}  // namespace equipoise::inline v0::detail
