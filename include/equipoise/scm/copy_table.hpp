// One copy of a discrete variable as a table: P(value | what it is made from), and what is known of its noise.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/identify/factor.hpp>
#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/finite_noise.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/own_noise.hpp>
#include <equipoise/scm/parallel_worlds.hpp>
#include <equipoise/scm/unit_partition.hpp>

namespace equipoise::inline v0::detail {

/// How copies that share the private noise of their mechanism hang together.
enum class NoiseSharing {
  none,         ///< they have no noise: functions of their inputs
  finite,       ///< a noise of finitely many states, one more input
  interval,     ///< levels lie on intervals of one uniform noise
  independent,  ///< a noise of its own for each configuration of the inputs
  race,         ///< levels race each other (gumbel-max)
  pairwise,     ///< known of two copies, by the mechanism's counterfactual probabilities
  unstated,     ///< not known
  continuous,   ///< not discrete: known where it has been seen
};

/// The noise of a mechanism that shows it and takes finitely many values.
inline std::optional<NoiseStates> finite_noise_of(const AnyMechanism& mechanism) {
  const Noise* noise = own_noise(mechanism);
  return noise != nullptr ? finite_states(*noise) : std::nullopt;
}

/// Whether what joins such copies asks what their inputs are.
constexpr bool asks_for_inputs(NoiseSharing sharing) noexcept {
  return sharing == NoiseSharing::independent || sharing == NoiseSharing::race || sharing == NoiseSharing::pairwise;
}

inline NoiseSharing sharing_of(const AnyMechanism& mechanism) {
  if (mechanism.rungs().functional && mechanism.noise_count() == 0) return NoiseSharing::none;
  if (finite_noise_of(mechanism)) return NoiseSharing::finite;
  if (!mechanism.rungs().discrete || mechanism.level_count() == 0) return NoiseSharing::continuous;
  if (mechanism.get_if<FormulaMechanism>() != nullptr) return NoiseSharing::interval;
  if (!mechanism.rungs().coupled) return NoiseSharing::unstated;
  constexpr std::string_view prefix = "coupling ";
  const std::string assumption = mechanism.assumption();
  if (!assumption.starts_with(prefix)) return NoiseSharing::pairwise;
  switch (coupling_from(std::string_view(assumption).substr(prefix.size())).value_or(Coupling::unstated)) {
    case Coupling::inverse_cdf: return NoiseSharing::interval;
    case Coupling::independent: return NoiseSharing::independent;
    // Of two racing exponentials e_1 wins where e_1 / (e_0 + e_1), which is uniform, is less than p_1.
    case Coupling::gumbel_max: return mechanism.level_count() == 2 ? NoiseSharing::interval : NoiseSharing::race;
    case Coupling::unstated: break;
  }
  return NoiseSharing::pairwise;
}

/// What a mechanism can read, as a symbol that runs over these values; one value alone is known.
struct CopyInput {
  Symbol symbol;
  std::span<const double> values;
};

/// Rows are the configurations of the inputs that vary, row-major over their symbols in order, the last fastest. Where
/// the noise is finite it is one of them.
struct CopyTable {
  NoiseSharing sharing = NoiseSharing::none;
  Factor inputs;  ///< the symbols of the rows; no values
  std::size_t rows = 1;
  std::vector<std::vector<double>> columns;  ///< what each input of the mechanism is, by row; where that is asked for
  std::vector<double> values;                ///< that the copy can take, ascending
  std::vector<double> probabilities;         ///< rows x values
  std::vector<UnitInterval> intervals;       ///< the same, of the noise; where sharing is `interval`
  std::vector<double> distributions;         ///< rows x levels, those not asked for too; where sharing is `race`
  long exponent = 0;                         ///< of `probabilities`, which stand for as many times 2^exponent
  /// Whether no configuration gives the copy any but its one value: then it says nothing of its noise.
  bool is_certain = false;
  /// Of a copy that has been seen: whether some configurations give its value with positive probability and others with
  /// a density, which no table weighs against each other.
  bool mixes_measures = false;

  double probability(std::size_t row, std::size_t value) const { return probabilities[row * values.size() + value]; }
  const UnitInterval& interval(std::size_t row, std::size_t value) const {
    return intervals[row * values.size() + value];
  }
};

/// Makes tables of copies. Errors name the variable.
class CopyTableMaker {
 public:
  CopyTableMaker(const VariableSpec& variable, const WorldCopy& copy) : variable_(variable), copy_(copy) {}

  /// `inputs`: one an input of the mechanism, and then its noise where that is finite. `allowed(value)` says which
  /// values are asked for; the others are left out. Throws scm_no_support where the mechanism gives a value that the
  /// variable does not have, value_out_of_range where its probabilities are none.
  template <class Allowed>
  CopyTable made(NoiseSharing sharing, std::span<const CopyInput> inputs, const Allowed& allowed) const {
    CopyTable table;
    table.sharing = sharing;
    lay_out(inputs, table);
    const std::vector<const double*> columns = pointers(table.columns);
    with_name([&] {
      if (sharing == NoiseSharing::none || sharing == NoiseSharing::finite)
        evaluate(columns, allowed, table);
      else
        read_probabilities(columns, allowed, table);
    });
    if (!asks_for_inputs(sharing)) table.columns.clear();
    return table;
  }

  /// A copy that is not discrete and has been seen: its one value, whose densities stand for probabilities.
  CopyTable observed(std::span<const CopyInput> inputs, double value) const {
    CopyTable table;
    table.sharing = NoiseSharing::continuous;
    lay_out(inputs, table);
    table.values = {value};
    const std::vector<double> values(table.rows, value);
    table.probabilities.resize(table.rows);
    with_name([&] {
      copy_.mechanism.log_density(pointers(table.columns), values.data(), {0, table.rows}, table.probabilities.data());
    });
    table.mixes_measures = mixed_measures(table, values);
    double greatest = -std::numeric_limits<double>::infinity();
    for (const double log_density : table.probabilities)
      if (log_density > greatest) greatest = log_density;
    if (std::isfinite(greatest)) table.exponent = std::lround(std::floor(greatest / std::numbers::ln2));
    for (double& each : table.probabilities)  // NaN too is no support
      each = each <= greatest ? std::exp(each - static_cast<double>(table.exponent) * std::numbers::ln2) : 0.0;
    return table;
  }

  /// A copy that shares the noise of one that has been seen, whose inputs and value give that noise.
  template <class Allowed>
  CopyTable derived(std::span<const CopyInput> inputs, const CopyTable& seen, const Allowed& allowed) const {
    CopyTable table;
    table.sharing = NoiseSharing::finite;
    std::vector<CopyInput> all(inputs.begin(), inputs.end());
    std::vector<std::vector<double>> counts;
    for (const std::size_t cardinality : seen.inputs.cardinalities) {
      counts.emplace_back(cardinality);
      std::iota(counts.back().begin(), counts.back().end(), 0.0);
    }
    for (std::size_t i = 0; i < counts.size(); ++i) all.push_back({seen.inputs.symbols[i], counts[i]});
    lay_out(all, table);
    with_name([&] {
      const std::vector<std::vector<double>> noise = noise_behind(seen);
      std::vector<std::vector<double>> columns(table.columns.begin(),
                                               table.columns.begin() + static_cast<std::ptrdiff_t>(inputs.size()));
      for (const std::vector<double>& each : noise) {
        std::vector<double>& column = columns.emplace_back(table.rows);
        for (std::size_t row = 0; row < table.rows; ++row) {
          std::size_t seen_row = 0;
          for (std::size_t i = 0; i < counts.size(); ++i)
            seen_row = seen_row * counts[i].size() + static_cast<std::size_t>(table.columns[inputs.size() + i][row]);
          column[row] = each[seen_row];
        }
      }
      evaluate(pointers(columns), allowed, table);
    });
    table.columns.clear();
    return table;
  }

 private:
  static std::vector<const double*> pointers(const std::vector<std::vector<double>>& columns) {
    std::vector<const double*> pointers;
    for (const auto& column : columns) pointers.push_back(column.data());
    return pointers;
  }

  /// Runs `f`; a row in its error is a configuration of the inputs, no row of the caller's, and gives way to the name.
  template <class F>
  void with_name(const F& f) const {
    try {
      f();
    } catch (const Error& error) {
      throw Error(error.code(), "variable '" + variable_.name + "'", error.found(), error.expected(), error.hint());
    }
  }

  /// `table.probabilities` are log-densities still.
  bool mixed_measures(const CopyTable& table, const std::vector<double>& values) const {
    if (!equipoise::mixes_measures(copy_.mechanism)) return false;
    std::vector<unsigned char> is_atom(table.rows);
    mark_atoms(copy_.mechanism, pointers(table.columns), values.data(), {0, table.rows}, table.probabilities.data(),
               is_atom.data());
    bool any_atom = false, any_density = false;
    for (std::size_t row = 0; row < table.rows; ++row)
      if (table.probabilities[row] > -std::numeric_limits<double>::infinity())
        (is_atom[row] != 0 ? any_atom : any_density) = true;
    return any_atom && any_density;
  }

  /// The noise at each row of a copy that has been seen; 0 where the row cannot give its value.
  std::vector<std::vector<double>> noise_behind(const CopyTable& seen) const {
    std::vector<std::size_t> possible;
    for (std::size_t row = 0; row < seen.rows; ++row)
      if (seen.probabilities[row] > 0) possible.push_back(row);
    std::vector<std::vector<double>> inputs, found(copy_.mechanism.noise_count(), std::vector<double>(possible.size()));
    for (const std::vector<double>& column : seen.columns) {
      inputs.emplace_back();
      for (const std::size_t row : possible) inputs.back().push_back(column[row]);
    }
    std::vector<double*> out;
    for (auto& column : found) out.push_back(column.data());
    const std::vector<double> value(possible.size(), seen.values.front());
    copy_.mechanism.abduct(pointers(inputs), value.data(), {0, possible.size()}, out);
    std::vector<std::vector<double>> noise(found.size(), std::vector<double>(seen.rows, 0.0));
    for (std::size_t c = 0; c < noise.size(); ++c)
      for (std::size_t i = 0; i < possible.size(); ++i) noise[c][possible[i]] = found[c][i];
    return noise;
  }

  static void lay_out(std::span<const CopyInput> inputs, CopyTable& table) {
    std::vector<std::pair<Symbol, std::size_t>> axes;
    for (const CopyInput& input : inputs)
      if (input.values.size() > 1) axes.emplace_back(input.symbol, input.values.size());
    std::sort(axes.begin(), axes.end());
    axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
    for (const auto& [symbol, cardinality] : axes) {
      table.inputs.symbols.push_back(symbol);
      table.inputs.cardinalities.push_back(cardinality);
      table.rows *= cardinality;
    }
    for (const CopyInput& input : inputs) {
      const std::size_t stride = table.inputs.stride(input.symbol), count = input.values.size();
      std::vector<double>& column = table.columns.emplace_back(table.rows, input.values.front());
      if (stride == 0) continue;
      for (std::size_t row = 0; row < table.rows; ++row) column[row] = input.values[row / stride % count];
    }
  }

  template <class Allowed>
  void evaluate(std::span<const double* const> columns, const Allowed& allowed, CopyTable& table) const {
    const std::size_t inputs = copy_.mechanism.input_count();
    std::vector<double> made(table.rows);
    copy_.mechanism.evaluate(columns.first(inputs), columns.subspan(inputs), {0, table.rows}, made.data());
    for (double& value : made) {
      check_value(value);
      value += 0.0;  // no negative zero
      if (allowed(value)) table.values.push_back(value);
    }
    std::sort(table.values.begin(), table.values.end());
    table.values.erase(std::unique(table.values.begin(), table.values.end()), table.values.end());
    table.is_certain = table.values.size() == 1 &&
                       std::all_of(made.begin(), made.end(), [&](double value) { return value == table.values[0]; });
    table.probabilities.assign(table.rows * table.values.size(), 0.0);
    for (std::size_t row = 0; row < table.rows; ++row) {
      const auto at = std::lower_bound(table.values.begin(), table.values.end(), made[row]);
      if (at != table.values.end() && *at == made[row])
        table.probabilities[row * table.values.size() + static_cast<std::size_t>(at - table.values.begin())] = 1;
    }
  }

  template <class Allowed>
  void read_probabilities(std::span<const double* const> columns, const Allowed& allowed, CopyTable& table) const {
    const std::size_t levels = copy_.mechanism.level_count();
    std::vector<double> all = all_probabilities(columns, table.rows, levels);
    std::vector<std::size_t> possible;
    bool others = false;  // whether a level is possible that is not asked for
    for (std::size_t level = 0; level < levels; ++level) {
      bool somewhere = false;
      for (std::size_t row = 0; row < table.rows; ++row) somewhere |= all[row * levels + level] > 0;
      if (!somewhere) continue;
      if (allowed(static_cast<double>(level)))
        possible.push_back(level);
      else
        others = true;
    }
    table.is_certain = possible.size() == 1 && !others;
    for (const std::size_t level : possible) table.values.push_back(static_cast<double>(level));
    const std::vector<unsigned char> from_top = reads_from_top(columns, all, table);
    for (std::size_t row = 0; row < table.rows; ++row) {
      const std::span<double> p = std::span(all).subspan(row * levels, levels);
      for (const std::size_t level : possible) table.probabilities.push_back(p[level]);
      if (table.sharing != NoiseSharing::interval) continue;
      if (from_top[row] != 0) std::reverse(p.begin(), p.end());
      const std::vector<UnitInterval> intervals = level_intervals(p);
      for (const std::size_t level : possible)
        table.intervals.push_back(intervals[from_top[row] != 0 ? levels - 1 - level : level]);
    }
    if (table.sharing == NoiseSharing::race) table.distributions = std::move(all);
  }

  /// P(level | row), rows x levels; each row sums to 1.
  std::vector<double> all_probabilities(std::span<const double* const> columns, std::size_t rows,
                                        std::size_t levels) const {
    std::vector<double> by_level(rows * levels), by_row(rows * levels);
    std::vector<double*> out;
    for (std::size_t level = 0; level < levels; ++level) out.push_back(by_level.data() + level * rows);
    copy_.mechanism.probabilities(columns, {0, rows}, out);
    for (std::size_t row = 0; row < rows; ++row) {
      double total = 0;
      for (std::size_t level = 0; level < levels; ++level) {
        const double p = by_row[row * levels + level] = out[level][row];
        if (!(p >= 0))
          throw Error(ErrorCode::value_out_of_range, "", "the probability " + shortest(p), "one in [0, 1]");
        total += p;
      }
      if (!(std::abs(total - 1) < 1e-6))
        throw Error(ErrorCode::value_out_of_range, "", "probabilities that sum to " + shortest(total), "a sum of 1");
      for (std::size_t level = 0; level < levels; ++level) by_row[row * levels + level] /= total;
    }
    return by_row;
  }

  /// Whether the last level, not the first, lies at the low end of the noise. A formula that compares its noise may
  /// read it either way, which a noise within both readings' reach of the low end shows.
  std::vector<unsigned char> reads_from_top(std::span<const double* const> columns, std::span<const double> p,
                                            const CopyTable& table) const {
    std::vector<unsigned char> from_top(table.rows, 0);
    const auto* formula = copy_.mechanism.get_if<FormulaMechanism>();
    if (formula == nullptr) return from_top;
    std::vector<double> noise(table.rows), value(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      const double least = std::min(p[2 * row], p[2 * row + 1]);
      noise[row] = quantile(formula->noise(), least > 0 ? least / 2 : 0.5);
    }
    const double* const noises[] = {noise.data()};
    formula->evaluate(columns, noises, {0, table.rows}, value.data());
    for (std::size_t row = 0; row < table.rows; ++row) from_top[row] = value[row] == 1;
    return from_top;
  }

  void check_value(double value) const {
    if (!std::isfinite(value))
      throw Error(ErrorCode::scm_no_support, "", "a value that is not finite", "a finite number for every cause");
    if (!variable_.has_levels()) return;
    if (value < 0 || value >= static_cast<double>(variable_.levels.size()) || value != std::floor(value))
      throw Error(ErrorCode::scm_no_support, "", "the value " + shortest(value) + ", which is no level of it",
                  "the index of one of " + std::to_string(variable_.levels.size()) + " levels");
  }

  const VariableSpec& variable_;
  const WorldCopy& copy_;
};

}  // namespace equipoise::inline v0::detail
