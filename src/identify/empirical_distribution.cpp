#include <equipoise/identify/empirical_distribution.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 24;

void append_levels(const Column& column, std::vector<double>& numbers, std::vector<std::string>& texts) {
  if (!column.has_levels()) {
    numbers.insert(numbers.end(), column.values.begin(), column.values.end());
    return;
  }
  for (const std::string& text : column.levels)
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
}

// Numbers and levels of one variable in one list: numbers alone ascend; beside levels that are no numbers they follow.
std::vector<std::string> merged_levels(std::vector<double> numbers, std::vector<std::string> texts) {
  const bool all_numbers =
      std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return parse_number(text).has_value(); });
  if (all_numbers && !numbers.empty()) {
    for (const std::string& text : texts) numbers.push_back(*parse_number(text));
    texts.clear();
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  for (const double number : numbers) texts.push_back(shortest(number == 0 ? 0.0 : number));
  return texts;
}

// The level of every row of a column, by the column's own texts.
std::vector<std::size_t> levels_of_rows(const Column& column, Node variable, const VariableLevels& levels) {
  std::vector<std::size_t> of_rows;
  of_rows.reserve(column.values.size());
  const auto level_of = [&](const std::string& text, std::size_t row) {
    if (const auto level = levels.find(variable, text)) return *level;
    throw RowError(ErrorCode::table_type, column.name, row, "'" + text + "'",
                   "a value that the variable takes elsewhere", suggestion(text, levels.texts[variable]));
  };
  if (column.has_levels()) {
    std::vector<std::optional<std::size_t>> known(column.levels.size());
    for (std::size_t row = 0; row < column.values.size(); ++row) {
      const auto index = static_cast<std::size_t>(column.values[row]);
      if (!known[index]) known[index] = level_of(column.levels[index], row);
      of_rows.push_back(*known[index]);
    }
    return of_rows;
  }
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    const double number = column.values[row];
    of_rows.push_back(level_of(shortest(number == 0 ? 0.0 : number), row));
  }
  return of_rows;
}

std::string action_text(const CausalGraph& graph, const VariableLevels& levels, const NodeSet& intervened,
                        const std::vector<std::size_t>& action) {
  std::string text;
  std::size_t i = 0;
  for (const Node v : intervened)
    text += (text.empty() ? "" : ", ") + graph.name(v) + "=" + levels.texts[v][action[i++]];
  return "do(" + text + ")";
}

class JointTable {
 public:
  JointTable(const CausalGraph& graph, const VariableLevels& levels, const NodeSet& intervened,
             const NodeSet& variables)
      : graph_(graph),
        levels_(levels),
        intervened_(intervened),
        observed_(variables - intervened),
        strides_(graph.size()) {
    std::size_t cells = 1;
    for (std::size_t v = graph.size(); v-- > 0;) {
      if (!observed_.contains(v) && !intervened.contains(v)) continue;
      strides_[v] = cells;
      const std::size_t count = std::max<std::size_t>(levels.texts[v].size(), 1);
      if (count > most_cells / cells)
        throw Error(ErrorCode::table_type, {}, "a joint table of more than " + std::to_string(most_cells) + " cells",
                    "fewer variables, or variables of fewer values");
      cells *= count;
    }
    factor_ = zero_factor(symbols_of(observed_ | intervened), levels.cardinalities());
    cells_of_one_ = cells;
    for (const Node v : intervened) cells_of_one_ /= std::max<std::size_t>(levels.texts[v].size(), 1);
  }

  void add(const EmpiricalTable& given, double smoothing) {
    const Table& table = *given.table;
    std::vector<std::size_t> cell(table.rows(), 0);
    std::size_t i = 0, origin = 0;
    for (const Node v : intervened_) origin += strides_[v] * given.action[i++];
    if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end())
      throw Error(ErrorCode::table_type, {},
                  "two tables for " + action_text(graph_, levels_, intervened_, given.action), "one");
    origins_.push_back(origin);
    double total = smoothing * static_cast<double>(cells_of_one_);
    for (const Node v : observed_) {
      const auto of_rows = levels_of_rows(table.column(graph_.name(v)), v, levels_);
      for (std::size_t row = 0; row < cell.size(); ++row) cell[row] += strides_[v] * of_rows[row];
    }
    for (const double weight : table.weights()) total += weight;
    if (smoothing > 0) add_everywhere(origin, smoothing / total);
    for (std::size_t row = 0; row < cell.size(); ++row)
      factor_.values[origin + cell[row]] += table.weights()[row] / total;
  }

  Factor finish() {
    std::vector<std::size_t> action(intervened_.size(), 0);
    const std::vector<Node> nodes(intervened_.begin(), intervened_.end());
    for (;;) {
      std::size_t origin = 0;
      for (std::size_t i = 0; i < nodes.size(); ++i) origin += strides_[nodes[i]] * action[i];
      if (std::find(origins_.begin(), origins_.end(), origin) == origins_.end())
        throw Error(ErrorCode::table_type, {}, "no table for " + action_text(graph_, levels_, intervened_, action),
                    "one for every value of what was intervened on");
      std::size_t i = nodes.size();
      for (;;) {
        if (i == 0) return std::move(factor_);
        --i;
        if (++action[i] < levels_.texts[nodes[i]].size()) break;
        action[i] = 0;
      }
    }
  }

 private:
  void add_everywhere(std::size_t origin, double probability) {
    std::vector<std::size_t> cells{origin};
    for (const Node v : observed_) {
      const std::size_t before = cells.size();
      for (std::size_t level = 1; level < levels_.texts[v].size(); ++level)
        for (std::size_t i = 0; i < before; ++i) cells.push_back(cells[i] + level * strides_[v]);
    }
    for (const std::size_t cell : cells) factor_.values[cell] += probability;
  }

  const CausalGraph& graph_;
  const VariableLevels& levels_;
  NodeSet intervened_, observed_;
  std::vector<std::size_t> strides_;
  std::vector<std::size_t> origins_;  // the first cell of each table that was added
  std::size_t cells_of_one_ = 1;
  Factor factor_;
};

}  // namespace

std::optional<std::size_t> VariableLevels::find(Node variable, std::string_view text) const {
  const auto& known = texts[variable];
  const auto found = std::find(known.begin(), known.end(), text);
  if (found == known.end()) return std::nullopt;
  return static_cast<std::size_t>(found - known.begin());
}

std::optional<double> VariableLevels::number(Node variable, std::size_t level) const {
  return parse_number(texts[variable][level]);
}

Cardinalities VariableLevels::cardinalities() const {
  Cardinalities counts;
  for (const auto& known : texts) counts.push_back(std::max<std::size_t>(known.size(), 1));
  return counts;
}

VariableLevels levels_of(const CausalGraph& graph, std::span<const Table* const> tables) {
  VariableLevels levels;
  for (const std::string& name : graph.names()) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    for (const Table* table : tables)
      if (const auto column = table->find(name)) append_levels(table->columns()[*column], numbers, texts);
    levels.texts.push_back(merged_levels(std::move(numbers), std::move(texts)));
  }
  return levels;
}

KnownDistribution empirical_distribution(const CausalGraph& graph, const VariableLevels& levels, std::size_t population,
                                         const NodeSet& intervened, const NodeSet& variables,
                                         std::span<const EmpiricalTable> tables, double smoothing) {
  if (!(smoothing >= 0 && std::isfinite(smoothing)))
    throw Error(ErrorCode::value_out_of_range, "smoothing", shortest(smoothing), "0 or more");
  JointTable joint(graph, levels, intervened, variables);
  for (const EmpiricalTable& table : tables) joint.add(table, smoothing);
  return {population, intervened, joint.finish()};
}

KnownDistribution empirical_distribution(const CausalGraph& graph, const VariableLevels& levels, const Table& table,
                                         double smoothing) {
  const std::array tables{EmpiricalTable{&table, {}}};
  return empirical_distribution(graph, levels, 0, graph.none(), graph.all(), tables, smoothing);
}

}  // namespace equipoise::inline v0
