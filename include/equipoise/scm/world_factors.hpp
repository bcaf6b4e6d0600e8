// A question about discrete parallel worlds as a product of tables: a table for each copy and each hidden state, and
// one for each comparison. Only the copies that the question rests on have tables.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/scm/copy_factors.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0::detail {

/// The factors behind P(events, values of `targets`): summed over every symbol but the targets', their product is that
/// probability.
class WorldFactors {
 public:
  /// The first `conditions` of the events are what is given: a copy that is not discrete may be said there to have a
  /// value, and has its density in the factors. NotExact where a table would have more than `most_cells` cells, where a
  /// variable or an exogenous one is not discrete nor seen, and where a coupling does not say how copies are joined.
  static std::variant<WorldFactors, NotExact> of(const ParallelWorlds& worlds, std::span<const WorldEvent> events,
                                                 std::size_t conditions, std::span<const std::size_t> targets,
                                                 std::size_t most_cells) {
    WorldFactors made(worlds, most_cells);
    made.find_relevant(events, targets);
    made.find_seen(events.first(conditions));
    made.make_tables(events);
    if (!made.is_over()) made.add_copies();
    for (const WorldEvent& event : events)
      if (event.right && !made.is_over()) made.add_comparison(event);
    if (!made.is_over()) made.add_hidden_states();
    if (made.made_.obstacle()) return NotExact{*made.made_.obstacle()};
    return made;
  }

  std::vector<Factor>& factors() noexcept { return made_.factors(); }
  /// The values of a copy that the question rests on; none where the events leave it none.
  const std::vector<double>& values(std::size_t copy) const { return made_.table(copy).values; }
  static Symbol symbol(std::size_t copy) noexcept { return CopyFactors::symbol(copy); }
  /// The product of the factors stands for as many times 2^exponent.
  long exponent() const noexcept { return exponent_; }
  /// Whether the events cannot be: some copy has no value left.
  bool is_impossible() const noexcept { return impossible_; }

 private:
  WorldFactors(const ParallelWorlds& worlds, std::size_t most_cells)
      : worlds_(worlds),
        made_(worlds, most_cells),
        relevant_(worlds.copies().size(), 0),
        exogenous_(worlds.scm().exogenous().size()),
        noises_(worlds.noise_count()),
        seen_(worlds.noise_count()),
        state_(worlds.copies().size(), State::untouched) {}

  enum class State : unsigned char { untouched, open, done };

  bool is_over() const noexcept { return impossible_ || made_.obstacle(); }

  void find_relevant(std::span<const WorldEvent> events, std::span<const std::size_t> targets) {
    const auto mark = [&](std::size_t copy) {
      assert(copy < relevant_.size());
      relevant_[copy] = 1;
    };
    for (const std::size_t target : targets) mark(target);
    for (const WorldEvent& event : events) {
      mark(event.left);
      if (event.right) mark(*event.right);
    }
    for (std::size_t copy = relevant_.size(); copy-- > 0;)  // inputs stand before what is made from them
      if (relevant_[copy] != 0)
        for (const Scm::Input& input : worlds_[copy].inputs)
          if (!input.exogenous) relevant_[input.index] = 1;
  }

  /// Copies that are not discrete and are given with a value, by their noise.
  void find_seen(std::span<const WorldEvent> given) {
    for (const WorldEvent& event : given) {
      if (event.right || event.comparison != Comparison::equal || !event.allowed.empty()) continue;
      const WorldCopy& copy = worlds_[event.left];
      if (sharing_of(copy.mechanism) != NoiseSharing::continuous || !copy.mechanism.rungs().likelihood) continue;
      std::optional<std::pair<std::size_t, double>>& seen = seen_[copy.noise];
      if (seen && seen->first != event.left)
        made_.set_obstacle("'" + worlds_.variable(event.left).name + "' is seen in two worlds");
      seen = {event.left, event.value};
    }
  }

  void make_tables(std::span<const WorldEvent> events) {
    asked_.resize(relevant_.size());
    for (const WorldEvent& event : events)
      if (!event.right || *event.right == event.left) asked_[event.left].push_back(event);
    for (std::size_t copy = 0; copy < relevant_.size() && !is_over(); ++copy)
      if (relevant_[copy] != 0) make_table(copy);
  }

  /// The copy's table, after those that it rests on.
  void make_table(std::size_t copy) {
    if (state_[copy] == State::done) return;
    const WorldCopy& made = worlds_[copy];
    const NoiseSharing sharing = sharing_of(made.mechanism);
    const auto& seen = seen_[made.noise];
    if (state_[copy] == State::open || (sharing == NoiseSharing::continuous && !seen))
      return made_.set_obstacle("'" + worlds_.variable(copy).name + "' is not discrete");
    state_[copy] = State::open;
    for (const Scm::Input& input : made.inputs)
      if (!input.exogenous && !is_over()) make_table(input.index);
    if (sharing == NoiseSharing::continuous && seen->first != copy && !is_over()) make_table(seen->first);
    if (is_over()) return;
    std::vector<CopyInput> inputs;
    for (const Scm::Input& input : made.inputs) {
      if (input.exogenous && !has_states(input.index)) return;
      inputs.push_back(input.exogenous ? CopyInput{made_.exogenous_symbol(input.index), exogenous_[input.index]->values}
                                       : CopyInput{symbol(input.index), values(input.index)});
    }
    std::optional<NoiseStates> constant;
    if (sharing == NoiseSharing::finite) {
      const Symbol noise = made_.noise_symbol(made.noise);
      std::optional<NoiseStates>& states = made.constant() != nullptr ? constant : noises_[made.noise];
      states = finite_noise_of(made.mechanism);
      if (made.constant() == nullptr) made_.set_cardinality(noise, states->values.size());
      inputs.push_back({noise, states->values});
    }
    // Of each configuration the inputs and the probabilities are laid out.
    double cells = static_cast<double>(inputs.size() + std::max<std::size_t>(made.mechanism.level_count(), 1));
    for (const CopyInput& input : inputs) cells *= static_cast<double>(input.values.size());
    const bool is_derived = sharing == NoiseSharing::continuous && seen->first != copy;
    if (is_derived) cells *= static_cast<double>(made_.table(seen->first).rows);
    if (!made_.fits(cells)) return;
    const auto allowed = [&](double value) {
      return std::all_of(asked_[copy].begin(), asked_[copy].end(), [&](const WorldEvent& event) {
        return holds_between(event, value, event.right ? value : event.value);
      });
    };
    const CopyTableMaker maker(worlds_.variable(copy), made);
    if (sharing != NoiseSharing::continuous) {
      made_.set_table(copy, maker.made(sharing, inputs, allowed));
    } else if (is_derived && !made.mechanism.rungs().invertible) {
      return made_.set_obstacle("the noise of '" + worlds_.variable(copy).name + "' does not follow from its value");
    } else if (is_derived) {
      made_.set_table(copy, maker.derived(inputs, made_.table(seen->first), allowed));
    } else if (allowed(seen->second)) {
      made_.set_table(copy, maker.observed(inputs, seen->second));
      exponent_ += made_.table(copy).exponent;
      if (made_.table(copy).mixes_measures)
        return made_.set_obstacle("'" + worlds_.variable(copy).name +
                                  "' has its value with a probability or a density, as its causes are");
    }
    impossible_ = values(copy).empty();
    state_[copy] = State::done;
  }

  bool has_states(std::size_t u) {
    if (exogenous_[u]) return true;
    const ExogenousVariable& variable = worlds_.scm().exogenous()[u];
    exogenous_[u] = finite_states(variable.noise);
    if (exogenous_[u])
      made_.set_cardinality(made_.exogenous_symbol(u), exogenous_[u]->values.size());
    else
      made_.set_obstacle("the exogenous variable '" + variable.name + "' is not discrete");
    return exogenous_[u].has_value();
  }

  bool holds_between(const WorldEvent& event, double left, double right) const {
    if (event.allowed.empty()) return holds(event.comparison, left, right);
    const auto level = static_cast<std::size_t>(left);
    if (!event.right) return event.allowed[level] != 0;
    const std::size_t levels = event.allowed.size() / worlds_.variable(event.left).levels.size();
    return event.allowed[level * levels + static_cast<std::size_t>(right)] != 0;
  }

  void add_copies() {
    std::map<std::size_t, std::vector<std::size_t>> sharing;
    for (std::size_t copy = 0; copy < relevant_.size(); ++copy) {
      if (relevant_[copy] == 0 || made_.table(copy).is_certain) continue;
      const NoiseSharing kind = made_.table(copy).sharing;
      if (kind == NoiseSharing::none || kind == NoiseSharing::finite || kind == NoiseSharing::continuous)
        made_.add_alone(copy);
      else
        sharing[worlds_[copy].noise].push_back(copy);
    }
    for (const auto& [noise, copies] : sharing) {
      if (made_.obstacle()) return;
      if (copies.size() == 1)
        made_.add_alone(copies.front());
      else
        made_.join(noise, copies);
    }
  }

  /// 1 where a comparison of two copies holds.
  void add_comparison(const WorldEvent& event) {
    if (event.left == *event.right) return;  // the copy's own table has seen to it
    Symbols symbols;
    for (const std::size_t copy : {event.left, *event.right})
      if (values(copy).size() > 1) symbols = set_union(symbols, {symbol(copy)});
    Factor factor = made_.zeros(symbols);
    const std::vector<double>&left = values(event.left), &right = values(*event.right);
    const std::size_t left_step = factor.stride(symbol(event.left)), right_step = factor.stride(symbol(*event.right));
    for (std::size_t a = 0; a < left.size(); ++a)
      for (std::size_t b = 0; b < right.size(); ++b)
        factor.values[a * left_step + b * right_step] = holds_between(event, left[a], right[b]) ? 1 : 0;
    made_.add(std::move(factor));
  }

  /// P(state) of every exogenous variable and finite private noise that a table mentions.
  void add_hidden_states() {
    const auto add = [&](Symbol symbol, const std::optional<NoiseStates>& states) {
      if (!states || states->values.size() < 2) return;
      Factor factor = made_.zeros({symbol});
      factor.values = states->probabilities;
      made_.add(std::move(factor));
    };
    for (std::size_t u = 0; u < exogenous_.size(); ++u) add(made_.exogenous_symbol(u), exogenous_[u]);
    for (std::size_t noise = 0; noise < noises_.size(); ++noise) add(made_.noise_symbol(noise), noises_[noise]);
  }

  const ParallelWorlds& worlds_;
  CopyFactors made_;
  bool impossible_ = false;
  std::vector<unsigned char> relevant_;
  std::vector<std::optional<NoiseStates>> exogenous_;                // those that are read
  std::vector<std::optional<NoiseStates>> noises_;                   // the finite ones
  std::vector<std::optional<std::pair<std::size_t, double>>> seen_;  // by noise: a copy that is not discrete, its value
  std::vector<State> state_;
  std::vector<std::vector<WorldEvent>> asked_;  // of each copy alone
  long exponent_ = 0;
};

}  // namespace equipoise::inline v0::detail
