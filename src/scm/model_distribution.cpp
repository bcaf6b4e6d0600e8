#include <equipoise/scm/model_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/finite_noise.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 24;

double multiply(double a, double b) { return a * b; }

NoiseStates states_of(const ExogenousVariable& variable) {
  if (auto states = finite_states(variable.noise)) return *std::move(states);
  throw Error(ErrorCode::scm_missing_rung, "exogenous variable '" + variable.name + "'",
              "the distribution " + std::string(kind_of(variable.noise)), "one of finitely many values");
}

/// The factors of a model's joint distribution; exogenous variable u is the symbol size() + u.
class ModelFactors {
 public:
  explicit ModelFactors(const Scm& model) : model_(model) {
    for (Node v = 0; v < model.size(); ++v) {
      const std::size_t levels = model.variable(v).levels.size();
      if (levels == 0 || (model.mechanism(v).level_count() != levels && !root_states(v)))
        throw Error(ErrorCode::scm_missing_rung, "variable '" + model.variable(v).name + "'", "no levels",
                    "a discrete variable and mechanism");
      cardinalities_.push_back(levels);
    }
    for (const ExogenousVariable& variable : model.exogenous()) {
      exogenous_.push_back(states_of(variable));
      cardinalities_.push_back(exogenous_.back().values.size());
    }
  }

  /// P(v | its inputs).
  Factor of_variable(Node v) const {
    Symbols own = inputs_of(v);
    own.push_back({v, 0});
    std::sort(own.begin(), own.end());
    check_size(own);
    Factor factor = zero_factor(std::move(own), cardinalities_);
    if (const auto states = root_states(v)) {
      for (std::size_t k = 0; k < states->values.size(); ++k)
        factor.values[static_cast<std::size_t>(states->values[k])] = states->probabilities[k];
      return factor;
    }
    const std::size_t levels = cardinalities_[v], rows = factor.values.size() / levels;
    // Rows are the configurations of the inputs; every row's cells stand `stride` apart.
    const std::size_t stride = factor.stride({v, 0});
    std::vector<std::size_t> first_cell;
    for (std::size_t cell = 0; cell < factor.values.size(); ++cell)
      if (cell / stride % levels == 0) first_cell.push_back(cell);
    std::vector<std::vector<double>> columns, probabilities(levels, std::vector<double>(rows));
    for (const Scm::Input& input : model_.inputs(v)) columns.push_back(input_column(factor, input, first_cell));
    std::vector<const double*> in;
    std::vector<double*> out;
    for (const auto& column : columns) in.push_back(column.data());
    for (auto& column : probabilities) out.push_back(column.data());
    try {
      model_.mechanism(v).probabilities(in, {0, rows}, out);
    } catch (const Error& error) {
      throw Error(error.code(), "variable '" + model_.variable(v).name + "'", error.found(), error.expected(),
                  error.hint());
    }
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t level = 0; level < levels; ++level)
        factor.values[first_cell[row] + level * stride] = probabilities[level][row];
    return factor;
  }

  Factor of_exogenous(std::size_t u) const {
    Factor factor = zero_factor({exogenous_symbol(u)}, cardinalities_);
    factor.values = exogenous_[u].probabilities;
    return factor;
  }

  Symbol exogenous_symbol(std::size_t u) const { return {model_.size() + u, 0}; }

  Factor ones(const NodeSet& nodes) const {
    Factor factor = zero_factor(symbols_of(nodes), cardinalities_);
    std::fill(factor.values.begin(), factor.values.end(), 1.0);
    return factor;
  }

  Factor product(const Factor& a, const Factor& b) const {
    check_size(set_union(a.symbols, b.symbols));
    return combine(a, b, multiply);
  }

 private:
  /// The levels that a variable without causes takes from its noise.
  std::optional<NoiseStates> root_states(Node v) const {
    const auto* root = model_.mechanism(v).get_if<NoiseMechanism>();
    auto states = root != nullptr ? finite_states(root->noise()) : std::nullopt;
    const auto levels = static_cast<double>(model_.variable(v).levels.size());
    for (std::size_t k = 0; states && k < states->values.size(); ++k)
      if (const double value = states->values[k]; !(value >= 0 && value < levels && value == std::floor(value)))
        return std::nullopt;
    return states;
  }

  Symbols inputs_of(Node v) const {
    Symbols symbols;
    for (const Scm::Input& input : model_.inputs(v)) symbols.push_back(symbol_of(input));
    return symbols;
  }
  Symbol symbol_of(const Scm::Input& input) const {
    return input.exogenous ? exogenous_symbol(input.index) : Symbol{input.index, 0};
  }

  std::vector<double> input_column(const Factor& factor, const Scm::Input& input,
                                   const std::vector<std::size_t>& first_cell) const {
    const Symbol symbol = symbol_of(input);
    const std::size_t stride = factor.stride(symbol), levels = cardinalities_[symbol.variable];
    std::vector<double> column;
    for (const std::size_t cell : first_cell) {
      const std::size_t level = cell / stride % levels;
      column.push_back(input.exogenous ? exogenous_[input.index].values[level] : static_cast<double>(level));
    }
    return column;
  }

  void check_size(const Symbols& symbols) const {
    std::size_t cells = 1;
    for (const Symbol s : symbols) {
      if (cardinalities_[s.variable] > most_cells / cells)
        throw Error(ErrorCode::value_out_of_range, "the model's distribution",
                    "a table of more than " + std::to_string(most_cells) + " cells", "fewer variables or levels");
      cells *= cardinalities_[s.variable];
    }
  }

  const Scm& model_;
  std::vector<NoiseStates> exogenous_;
  Cardinalities cardinalities_;  // by symbol
};

}  // namespace

VariableLevels levels_of(const Scm& model) {
  VariableLevels levels;
  for (const VariableSpec& variable : model.variables()) levels.texts.push_back(variable.levels);
  return levels;
}

KnownDistribution model_distribution(const Scm& model, const NodeSet& intervened, std::size_t population) {
  const ModelFactors factors(model);
  std::vector<Factor> waiting;
  for (const Node v : model.graph().topological_order())
    if (!intervened.contains(v)) waiting.push_back(factors.of_variable(v));
  for (std::size_t u = 0; u < model.exogenous().size(); ++u) {
    Factor joined = factors.of_exogenous(u);
    const Symbol symbol = factors.exogenous_symbol(u);
    std::erase_if(waiting, [&](const Factor& factor) {
      if (!std::binary_search(factor.symbols.begin(), factor.symbols.end(), symbol)) return false;
      joined = factors.product(joined, factor);
      return true;
    });
    waiting.push_back(sum_out(joined, {symbol}));
  }
  Factor table = factors.ones(intervened);
  for (const Factor& factor : waiting) table = factors.product(table, factor);
  return {population, intervened, std::move(table)};
}

}  // namespace equipoise::inline v0
