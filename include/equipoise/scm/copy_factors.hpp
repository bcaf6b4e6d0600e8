// The tables of copies of discrete variables, and what joins copies that share a private noise: either one table over
// all of them or the noise itself as a hidden symbol, whichever is smaller.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/scm/copy_table.hpp>
#include <equipoise/scm/gumbel_race.hpp>

namespace equipoise::inline v0::detail {

/// Tables by copy, and the factors made of them. Symbol c is copy c; beyond the copies stand exogenous variables, then
/// private noises. A copy or state with one possible value has no symbol in a factor.
class CopyFactors {
 public:
  CopyFactors(const ParallelWorlds& worlds, std::size_t most_cells)
      : worlds_(worlds),
        most_cells_(most_cells),
        tables_(worlds.copies().size()),
        cardinalities_(tables_.size() + worlds.scm().exogenous().size() + worlds.noise_count(), 1) {}

  static Symbol symbol(std::size_t copy) noexcept { return {copy, 0}; }
  Symbol exogenous_symbol(std::size_t u) const { return {tables_.size() + u, 0}; }
  Symbol noise_symbol(std::size_t noise) const {
    return {tables_.size() + worlds_.scm().exogenous().size() + noise, 0};
  }

  const CopyTable& table(std::size_t copy) const { return tables_[copy]; }
  void set_table(std::size_t copy, CopyTable table) {
    cardinalities_[copy] = table.values.size();
    tables_[copy] = std::move(table);
  }
  void set_cardinality(Symbol symbol, std::size_t cardinality) { cardinalities_[symbol.variable] = cardinality; }
  /// A factor over these symbols, every value 0.
  Factor zeros(Symbols symbols) const { return zero_factor(std::move(symbols), cardinalities_); }

  std::vector<Factor>& factors() noexcept { return factors_; }
  void add(Factor factor) { factors_.push_back(std::move(factor)); }

  /// Why the question cannot be answered, once something stands in the way.
  const std::optional<std::string>& obstacle() const noexcept { return obstacle_; }
  void set_obstacle(std::string reason) { obstacle_ = std::move(reason); }

  /// Whether a table of so many cells may be made; else an obstacle is set.
  bool fits(double cells) {
    if (cells <= static_cast<double>(most_cells_)) return true;
    obstacle_ = "it takes a table of " + shortest(cells) + " cells, more than " + std::to_string(most_cells_);
    return false;
  }

  /// P(value | inputs) of a copy that shares its noise with no other.
  void add_alone(std::size_t copy) {
    const CopyTable& table = tables_[copy];
    const std::size_t copies[] = {copy};
    add_table(scope(copy), copies, [&](auto rows, auto values) { return table.probability(rows[0], values[0]); });
  }

  /// Copies, two or more, that share a private noise and are not certain.
  void join(std::size_t noise, const std::vector<std::size_t>& copies) {
    switch (tables_[copies.front()].sharing) {
      case NoiseSharing::interval: join_intervals(noise, copies); break;
      case NoiseSharing::independent: join_independent(copies); break;
      case NoiseSharing::race: copies.size() == 2 ? join_pair(copies) : join_race(copies); break;
      case NoiseSharing::pairwise: join_pair(copies); break;
      default: obstacle_ = "the coupling of '" + name(copies.front()) + "' is not stated"; break;
    }
  }

 private:
  const std::string& name(std::size_t copy) const { return worlds_.variable(copy).name; }

  Symbols scope(std::size_t copy) const {
    Symbols scope = tables_[copy].inputs.symbols;
    return cardinalities_[copy] > 1 ? set_union(scope, {symbol(copy)}) : scope;
  }

  double cells_of(const Symbols& symbols) const {
    double cells = 1;
    for (const Symbol s : symbols) cells *= static_cast<double>(cardinalities_[s.variable]);
    return cells;
  }

  Symbols joint_scope(std::span<const std::size_t> copies) const {
    Symbols joint;
    for (const std::size_t copy : copies) joint = set_union(joint, scope(copy));
    return joint;
  }

  /// Visits every cell of a table over `symbols`, in order: visit(rows, values), for each copy its row and the place of
  /// its value.
  template <class Visit>
  void for_each_cell(const Symbols& symbols, std::span<const std::size_t> copies, const Visit& visit) const {
    const std::size_t rank = symbols.size(), count = copies.size();
    std::vector<std::size_t> row_steps(rank * count), value_steps(rank * count);
    for (std::size_t i = 0; i < rank; ++i)
      for (std::size_t k = 0; k < count; ++k) {
        row_steps[i * count + k] = tables_[copies[k]].inputs.stride(symbols[i]);
        value_steps[i * count + k] = symbols[i] == symbol(copies[k]) ? 1 : 0;
      }
    std::vector<std::size_t> levels(rank), rows(count), values(count);
    const auto move = [&](std::size_t i, std::size_t by) {  // modulo 2^n, so that `by` may be negative
      for (std::size_t k = 0; k < count; ++k) {
        rows[k] += by * row_steps[i * count + k];
        values[k] += by * value_steps[i * count + k];
      }
    };
    for (;;) {
      visit(std::span<const std::size_t>(rows), std::span<const std::size_t>(values));
      std::size_t i = rank;
      for (;; levels[i] = 0) {
        if (i-- == 0) return;
        move(i, 1);
        if (++levels[i] < cardinalities_[symbols[i].variable]) break;
        move(i, std::size_t{0} - levels[i]);
      }
    }
  }

  /// A table over `symbols` with value(rows, values) in each cell.
  template <class Value>
  void add_table(const Symbols& symbols, std::span<const std::size_t> copies, const Value& value) {
    if (!fits(cells_of(symbols))) return;
    Factor factor = zero_factor(symbols, cardinalities_);
    auto cell = factor.values.begin();
    for_each_cell(symbols, copies, [&](auto rows, auto values) { *cell++ = value(rows, values); });
    factors_.push_back(std::move(factor));
  }

  /// Levels on intervals of one uniform noise (inverse-cdf): values hold together where their intervals meet.
  void join_intervals(std::size_t noise, const std::vector<std::size_t>& copies) {
    std::vector<UnitPoint> points;
    for (const std::size_t copy : copies)
      for (const UnitInterval& interval : tables_[copy].intervals) {
        points.push_back(interval.low);
        points.push_back(interval.high);
      }
    const UnitPartition partition(std::move(points));
    struct Places {
      std::size_t low, high;
    };
    std::vector<std::vector<Places>> places;  // by copy, as its intervals
    for (const std::size_t copy : copies) {
      places.emplace_back();
      for (const UnitInterval& interval : tables_[copy].intervals)
        places.back().push_back({partition.place(interval.low), partition.place(interval.high)});
    }
    const auto at = [&](std::size_t k, std::size_t row, std::size_t value) {
      return places[k][row * tables_[copies[k]].values.size() + value];
    };
    const auto cell_count = static_cast<double>(partition.cell_count());
    double apart = 0;
    for (const std::size_t copy : copies) apart += cell_count * cells_of(scope(copy));
    const Symbols joint = joint_scope(copies);
    if (cells_of(joint) <= 2 * apart) {
      add_table(joint, copies, [&](auto rows, auto values) {
        Places common{0, partition.cell_count()};
        for (std::size_t k = 0; k < copies.size(); ++k) {
          const Places own = at(k, rows[k], values[k]);
          common = {std::max(common.low, own.low), std::min(common.high, own.high)};
        }
        return common.low < common.high ? partition.length(common.low, common.high) : 0.0;
      });
      return;
    }
    const Symbol hidden = noise_symbol(noise);
    cardinalities_[hidden.variable] = partition.cell_count();
    Factor lengths = zero_factor({hidden}, cardinalities_);
    for (std::size_t cell = 0; cell < partition.cell_count(); ++cell)
      lengths.values[cell] = partition.length(cell, cell + 1);
    factors_.push_back(std::move(lengths));
    for (std::size_t k = 0; k < copies.size(); ++k) {
      const Symbols own = scope(copies[k]), symbols = set_union(own, {hidden});
      if (!fits(cells_of(symbols))) return;
      // The hidden symbol comes after every copy and exogenous variable, so its cells are the fastest.
      Factor factor = zero_factor(symbols, cardinalities_);
      auto start = factor.values.begin();
      for_each_cell(own, std::span(copies).subspan(k, 1), [&](auto rows, auto values) {
        const Places within = at(k, rows[0], values[0]);
        std::fill(start + static_cast<std::ptrdiff_t>(within.low), start + static_cast<std::ptrdiff_t>(within.high),
                  1.0);
        start += static_cast<std::ptrdiff_t>(partition.cell_count());
      });
      factors_.push_back(std::move(factor));
    }
  }

  /// A draw of its own for each configuration of the inputs: copies agree where their inputs do. Copies whose inputs
  /// can never be equal are independent.
  void join_independent(const std::vector<std::size_t>& copies) {
    std::vector<std::size_t> together(copies.size());  // the least copy that this one is joined with
    std::iota(together.begin(), together.end(), std::size_t{0});
    for (std::size_t b = 0; b < copies.size(); ++b)
      for (std::size_t a = 0; a < b; ++a) {
        if (!can_have_equal_inputs(copies[a], copies[b])) continue;
        const std::size_t from = together[b], to = together[a];
        std::replace(together.begin(), together.end(), std::max(from, to), std::min(from, to));
      }
    for (std::size_t first = 0; first < copies.size() && !obstacle_; ++first) {
      std::vector<std::size_t> joined;
      for (std::size_t k = 0; k < copies.size(); ++k)
        if (together[k] == first) joined.push_back(copies[k]);
      if (joined.size() == 1) add_alone(joined.front());
      if (joined.size() > 1) join_where_inputs_agree(joined);
    }
  }

  bool can_have_equal_inputs(std::size_t a, std::size_t b) const {
    const auto distinct = [](std::vector<double> column) {
      std::sort(column.begin(), column.end());
      column.erase(std::unique(column.begin(), column.end()), column.end());
      return column;
    };
    for (std::size_t i = 0; i < tables_[a].columns.size(); ++i) {
      const std::vector<double> x = distinct(tables_[a].columns[i]), y = distinct(tables_[b].columns[i]);
      if (std::find_first_of(x.begin(), x.end(), y.begin(), y.end()) == x.end()) return false;
    }
    return true;
  }

  void join_where_inputs_agree(const std::vector<std::size_t>& copies) {
    std::map<std::vector<double>, std::size_t> numbers;
    std::vector<std::vector<std::size_t>> configurations;  // by copy and row
    for (const std::size_t copy : copies) {
      configurations.emplace_back();
      for (std::size_t row = 0; row < tables_[copy].rows; ++row) {
        std::vector<double> inputs;
        for (const auto& column : tables_[copy].columns) inputs.push_back(column[row]);
        configurations.back().push_back(numbers.try_emplace(std::move(inputs), numbers.size()).first->second);
      }
    }
    add_table(joint_scope(copies), copies, [&](auto rows, auto values) {
      double probability = 1;
      for (std::size_t k = 0; k < copies.size(); ++k) {
        std::size_t same = 0;
        while (configurations[same][rows[same]] != configurations[k][rows[k]]) ++same;
        if (same == k)
          probability *= tables_[copies[k]].probability(rows[k], values[k]);
        else if (tables_[copies[same]].values[values[same]] != tables_[copies[k]].values[values[k]])
          return 0.0;
      }
      return probability;
    });
  }

  /// Three copies or more of levels that race each other.
  void join_race(const std::vector<std::size_t>& copies) {
    const Symbols joint = joint_scope(copies);
    const double most_races = std::ceil(static_cast<double>(most_cells_) / cells_a_race);
    if (cells_of(joint) > most_races) {
      obstacle_ = "'" + name(copies.front()) + "' is in " + std::to_string(copies.size()) +
                  " worlds at once, which takes " + shortest(cells_of(joint)) + " races, more than " +
                  shortest(most_races);
      return;
    }
    const std::size_t levels = worlds_[copies.front()].mechanism.level_count();
    GumbelRace race;
    std::vector<std::span<const double>> distributions(copies.size());
    std::vector<std::size_t> winners(copies.size());
    add_table(joint, copies, [&](auto rows, auto values) {
      for (std::size_t k = 0; k < copies.size(); ++k) {
        const CopyTable& table = tables_[copies[k]];
        distributions[k] = std::span(table.distributions).subspan(rows[k] * levels, levels);
        winners[k] = static_cast<std::size_t>(table.values[values[k]]);
      }
      return race.probability(distributions, winners);
    });
  }

  /// Two copies by the mechanism's own P(value here | value there).
  void join_pair(const std::vector<std::size_t>& copies) {
    if (copies.size() > 2) {
      obstacle_ = "'" + name(copies.front()) + "' is in " + std::to_string(copies.size()) +
                  " worlds at once, and its mechanism answers for two";
      return;
    }
    const CopyTable &there = tables_[copies[0]], &here = tables_[copies[1]];
    const Symbols joint = joint_scope(copies), before = set_difference(joint, {symbol(copies[1])});
    if (!fits(cells_of(joint))) return;
    std::vector<std::vector<double>> factual(there.columns.size()), inputs(here.columns.size());
    std::vector<double> value, weight;
    for_each_cell(before, copies, [&](auto rows, auto values) {
      weight.push_back(there.probability(rows[0], values[0]));
      if (!(weight.back() > 0)) return;  // what cannot be there is not asked for
      for (std::size_t i = 0; i < factual.size(); ++i) factual[i].push_back(there.columns[i][rows[0]]);
      for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].push_back(here.columns[i][rows[1]]);
      value.push_back(there.values[values[0]]);
    });
    const std::vector<double> given = given_there(copies[1], factual, value, inputs);
    const std::size_t levels = worlds_[copies[1]].mechanism.level_count();
    Factor factor = zero_factor(joint, cardinalities_);
    const std::size_t step = factor.stride(symbol(copies[1]));
    const std::vector<std::size_t> strides[] = {strides_within(factor, before)};
    auto conditional = given.begin();
    walk(zero_factor(before, cardinalities_), strides, [&](std::size_t cell, const std::size_t* offset) {
      if (!(weight[cell] > 0)) return;
      for (std::size_t v = 0; v < here.values.size(); ++v)
        factor.values[offset[0] + v * step] = weight[cell] * conditional[static_cast<std::ptrdiff_t>(here.values[v])];
      conditional += static_cast<std::ptrdiff_t>(levels);
    });
    factors_.push_back(std::move(factor));
  }

  /// P(level | ...) under the mechanism's coupling, rows x levels.
  std::vector<double> given_there(std::size_t copy, const std::vector<std::vector<double>>& factual_inputs,
                                  const std::vector<double>& factual_value,
                                  const std::vector<std::vector<double>>& inputs) const {
    const AnyMechanism& mechanism = worlds_[copy].mechanism;
    const std::size_t levels = mechanism.level_count(), rows = factual_value.size();
    std::vector<double> by_level(levels * rows), by_row(levels * rows);
    std::vector<const double*> from, to;
    std::vector<double*> out;
    for (const auto& column : factual_inputs) from.push_back(column.data());
    for (const auto& column : inputs) to.push_back(column.data());
    for (std::size_t level = 0; level < levels; ++level) out.push_back(by_level.data() + level * rows);
    try {
      mechanism.counterfactual_probabilities(from, factual_value.data(), to, {0, rows}, out);
    } catch (const Error& error) {
      throw Error(error.code(), "variable '" + name(copy) + "'", error.found(), error.expected(), error.hint());
    }
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t level = 0; level < levels; ++level) by_row[row * levels + level] = out[level][row];
    return by_row;
  }

  /// The cells of a table that are filled in the time that one race in many worlds takes, roughly.
  static constexpr double cells_a_race = 1024;

  const ParallelWorlds& worlds_;
  std::size_t most_cells_;
  std::optional<std::string> obstacle_;
  std::vector<CopyTable> tables_;
  Cardinalities cardinalities_;  // by symbol
  std::vector<Factor> factors_;
};

}  // namespace equipoise::inline v0::detail
