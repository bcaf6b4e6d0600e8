#include "scm/cell_bounds.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <equipoise/core/number.hpp>
#include <equipoise/data/cell.hpp>
#include <equipoise/graph/projection.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/identify/identify_query.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr std::size_t most_values = 64;

/// How many values a column may take; nothing where it is a number of too many.
std::optional<std::size_t> count_of_values(const Column& column) {
  if (column.has_levels()) return column.levels.size();
  std::set<double> values;
  for (const double value : column.values) {
    values.insert(value);
    if (values.size() > most_values) return std::nullopt;
  }
  return values.size();
}

NodeSet nodes_of(const CausalGraph& graph, const std::vector<std::string>& names) {
  NodeSet nodes = graph.none();
  for (const std::string& name : names) nodes.insert(graph.node(name));
  return nodes;
}

/// The variables that the query and the roles name.
NodeSet named_nodes(const CausalGraph& graph, const DecompositionQuery& query, const FairnessRoles& roles) {
  return nodes_of(graph, query.attributes()) | nodes_of(graph, {query.outcome}) | nodes_of(graph, roles.confounders) |
         nodes_of(graph, roles.mediators);
}

/// Those that bear on the attributes and the outcome besides, as far as the table has them and they are discrete.
NodeSet discrete_ancestors(const CausalGraph& graph, const DecompositionQuery& query, const Table& table) {
  NodeSet found = graph.none();
  for (const Node v : ancestors(graph, nodes_of(graph, query.attributes()) | nodes_of(graph, {query.outcome})))
    if (const auto at = table.find(graph.name(v)); at && count_of_values(table.columns()[*at])) found.insert(v);
  return found;
}

bool are_few_cells(const CausalGraph& graph, const NodeSet& nodes, const Table& table, std::size_t most) {
  std::size_t cells = 1;
  for (const Node v : nodes) {
    const std::size_t values = std::max<std::size_t>(*count_of_values(table.column(graph.name(v))), 1);
    if (values > most / cells) return false;
    cells *= values;
  }
  return true;
}

/// The rows that differ in these columns, weighing what all that are alike weigh.
Table distinct_rows(const Table& table, const std::vector<std::string>& names) {
  std::map<std::vector<double>, double> weights;
  std::vector<Column> columns;
  for (const std::string& name : names) columns.push_back(table.column(name));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.weights()[row] == 0) continue;
    std::vector<double> key;
    for (const Column& column : columns) key.push_back(column.values[row]);
    weights[std::move(key)] += table.weights()[row];
  }
  for (Column& column : columns) column.values.clear();
  std::vector<double> of_rows;
  for (const auto& [key, weight] : weights) {
    for (std::size_t j = 0; j < key.size(); ++j) columns[j].values.push_back(key[j]);
    of_rows.push_back(weight);
  }
  Table distinct(std::move(columns));
  distinct.set_weights(std::move(of_rows));
  return distinct;
}

/// The level of a cell among the levels of its variable.
std::size_t level_index(const Column& column, double value, const std::vector<std::string>& levels) {
  if (column.has_levels()) return static_cast<std::size_t>(value);
  const auto found = std::find(levels.begin(), levels.end(), shortest(value == 0 ? 0.0 : value));
  return static_cast<std::size_t>(found - levels.begin());
}

/// What each level of the outcome counts for.
std::vector<double> numbers_of_levels(const Column& column, const std::string& positive,
                                      const std::vector<std::string>& levels) {
  std::vector<double> numbers;
  for (std::size_t level = 0; level < levels.size(); ++level)
    if (!positive.empty())
      numbers.push_back(level == level_index(column, cell_value(column, positive), levels) ? 1.0 : 0.0);
    else
      numbers.push_back(column.has_levels() ? static_cast<double>(level) : *parse_number(levels[level]));
  return numbers;
}

}  // namespace

std::optional<Interval> outcome_range(const Table& table, const DecompositionQuery& query) {
  const Column& column = table.column(query.outcome);
  const auto values = count_of_values(column);
  if (!values) return std::nullopt;
  if (!query.positive.empty() || column.type == ColumnType::binary) return Interval{0, 1};
  const auto [low, high] = std::minmax_element(column.values.begin(), column.values.end());
  return Interval{*low, *high};
}

/// People and outcomes, by step, group and stratum.
struct CellBounds::Sums {
  Sums(const CellBounds& bounds, std::span<const double> weights) {
    for (auto* sums : {&people, &outcomes})
      for (const std::size_t strata : bounds.strata_)
        sums->push_back({std::vector<double>(strata), std::vector<double>(strata)});
    for (std::size_t i = 0; i < bounds.cells_.size(); ++i) {
      const Cell& cell = bounds.cells_[i];
      if (cell.group == Group::other) continue;
      const std::size_t group = cell.group == Group::compared ? 1 : 0;
      all_people[group] += weights[i];
      all_outcomes[group] += weights[i] * cell.outcome;
      for (std::size_t step = 0; step < people.size(); ++step) {
        people[step][group][cell.strata[step]] += weights[i];
        outcomes[step][group][cell.strata[step]] += weights[i] * cell.outcome;
      }
    }
  }
  double mean(std::size_t group) const { return all_outcomes[group] / all_people[group]; }

  std::vector<std::array<std::vector<double>, 2>> people, outcomes;
  std::array<double, 2> all_people{}, all_outcomes{};
};

std::optional<CellBounds> CellBounds::of_table(const Table& table, const DecompositionQuery& query,
                                               const CausalGraph& graph, const FairnessRoles& roles,
                                               std::span<const MediatorStep> steps,
                                               const DecompositionBoundsOptions& options) {
  const NodeSet named = named_nodes(graph, query, roles);
  NodeSet nodes = named | discrete_ancestors(graph, query, table);
  for (const Node v : named)
    if (!count_of_values(table.column(graph.name(v)))) return std::nullopt;
  if (!are_few_cells(graph, nodes, table, options.most_cells)) nodes = named;
  CellBounds bounds;
  bounds.programs_ = options.programs;
  bounds.is_whole_ = ancestors(graph, named).is_subset_of(nodes);
  bounds.range_ = *outcome_range(table, query);
  std::vector<std::string> names;
  for (const Node v : nodes) names.push_back(graph.name(v));
  const Table cells = distinct_rows(table, names);
  bounds.weights_.assign(cells.weights().begin(), cells.weights().end());
  const std::vector<Group> groups = groups_of(cells, query.contrasts());
  const OutcomeValues outcome = outcome_values(cells, query.outcome, query.positive);
  for (std::size_t row = 0; row < cells.rows(); ++row)
    bounds.cells_.push_back({groups[row], outcome.values[row], {}, 0});

  // Strata, step by step, and what the graph says of each step's response.
  const auto held = mediators_by_step(roles, steps);
  const NodeSet attribute = nodes_of(graph, query.attributes()), y = nodes_of(graph, {query.outcome}),
                z = nodes_of(graph, roles.confounders);
  NodeSet mediators = graph.none();
  std::vector<std::string> covariates = roles.confounders;
  for (std::size_t step = 0; step < held.size(); ++step) {
    covariates.insert(covariates.end(), held[step].begin(), held[step].end());
    mediators |= nodes_of(graph, held[step]);
    std::map<std::vector<double>, std::size_t> indices;
    auto& confounders_of = bounds.confounders_of_.emplace_back();
    for (std::size_t row = 0; row < cells.rows(); ++row) {
      std::vector<double> key;
      for (const std::string& name : covariates) key.push_back(cells.column(name).values[row]);
      const auto [at, is_new] = indices.try_emplace(std::move(key), indices.size());
      bounds.cells_[row].strata.push_back(at->second);
      if (is_new) confounders_of.push_back(bounds.cells_[row].strata.front());
    }
    bounds.strata_.push_back(indices.size());
    bounds.is_exchangeable_.push_back(
        separated(graph, attribute, y | mediators, z, CutArrows{.incoming = graph.none(), .outgoing = attribute}));
    bounds.is_response_identified_.push_back((step == 0 && roles.spurious_identified) ||
                                             (step + 1 == held.size() && roles.direct_identified));
  }
  bounds.combinations_.assign(held.size(), 1);
  for (std::size_t step = held.size() - 1; step-- > 0;) {
    bounds.combinations_[step] = bounds.combinations_[step + 1];
    for (const std::string& name : held[step + 1]) bounds.combinations_[step] *= *count_of_values(cells.column(name));
  }
  bounds.stratum_of_.assign(held.size(), std::vector<std::size_t>(bounds.strata_.back()));
  for (const Cell& cell : bounds.cells_)
    for (std::size_t step = 0; step < held.size(); ++step)
      bounds.stratum_of_[step][cell.strata.back()] = cell.strata[step];
  bounds.parts_ = part_differences(steps.size());
  bounds.is_open_ = open_parts(roles, steps);
  if (are_few_cells(graph, nodes, table, options.most_cells))
    bounds.set_joint(cells, query, latent_projection(graph, graph.all() - nodes), roles, steps);
  return bounds;
}

void CellBounds::set_joint(const Table& cells, const DecompositionQuery& query, const CausalGraph& graph,
                           const FairnessRoles& roles, std::span<const MediatorStep> steps) {
  const Table* table = &cells;
  VariableLevels levels = levels_of(graph, std::span(&table, 1));
  for (const Node v : graph.all()) {
    const Column& column = cells.column(graph.name(v));
    for (std::size_t row = 0; row < cells.rows(); ++row)
      cells_[row].joint =
          cells_[row].joint * levels.texts[v].size() + level_index(column, column.values[row], levels.texts[v]);
  }
  std::vector<std::size_t> compared, baseline;
  for (const ValueContrast& each : query.contrasts()) {
    const Column& column = cells.column(each.variable);
    const auto& texts = levels.texts[graph.node(each.variable)];
    compared.push_back(level_index(column, cell_value(column, each.compared), texts));
    baseline.push_back(level_index(column, cell_value(column, each.baseline), texts));
  }
  numbers_ = numbers_of_levels(cells.column(query.outcome), query.positive, levels.texts[graph.node(query.outcome)]);
  for (double& number : numbers_) number -= range_.low;
  questions_.emplace(graph, query, roles, steps, std::move(levels), std::move(compared), std::move(baseline));
}

/// E[E[Y | x1, strata] | x0]; nothing where the compared group misses a stratum of the baseline group's.
std::optional<double> CellBounds::adjusted(const Sums& sums, std::size_t step) const {
  double total = 0;
  for (std::size_t at = 0; at < strata_[step]; ++at) {
    const double here = sums.people[step][0][at], peers = sums.people[step][1][at];
    if (here == 0) continue;
    if (peers == 0) return std::nullopt;
    total += here * sums.outcomes[step][1][at] / peers;
  }
  return total / sums.all_people[0];
}

/// A response whose outcome is unconfounded though mediators are not: between the least and the greatest mean that what
/// is not yet held can lead to, stratum by stratum.
Interval CellBounds::across_responses(const Sums& sums, std::size_t step) const {
  std::vector<Interval> means(strata_[step], {range_.high, range_.low});
  std::vector<std::size_t> seen(strata_[step], 0);
  for (std::size_t at = 0; at < strata_.back(); ++at) {
    const double people = sums.people.back()[1][at];
    if (people == 0) continue;
    const std::size_t in = stratum_of_[step][at];
    const double mean = sums.outcomes.back()[1][at] / people;
    means[in] = {std::min(means[in].low, mean), std::max(means[in].high, mean)};
    ++seen[in];
  }
  Interval found{0, 0};
  for (std::size_t at = 0; at < strata_[step]; ++at) {
    const double share = sums.people[step][0][at] / sums.all_people[0];
    const Interval& within = seen[at] == combinations_[step] ? means[at] : range_;
    found.low += share * within.low;
    found.high += share * within.high;
  }
  return found;
}

/// A response that nothing identifies, by consistency.
Interval CellBounds::unadjusted(const Sums& sums, std::size_t step) const {
  if (is_response_identified_.back()) return across_responses(sums, step);
  if (!is_exchangeable_[step]) return range_;
  const double span = range_.high - range_.low;
  std::vector<double> above(strata_[0]), below(strata_[0]);  // by z, of what lies above the least, below the greatest
  for (std::size_t at = 0; at < strata_[step]; ++at) {
    const std::size_t z = confounders_of_[step][at];
    const double of_z = sums.people[0][1][z], baseline_of_z = sums.people[0][0][z];
    if (of_z == 0 || baseline_of_z == 0) continue;
    const double people = sums.people[step][1][at], outcome = sums.outcomes[step][1][at];
    const double elsewhere = span * (1 - sums.people[step][0][at] / baseline_of_z);
    above[z] += std::max(0.0, (outcome - people * range_.low) / of_z - elsewhere);
    below[z] += std::max(0.0, (people * range_.high - outcome) / of_z - elsewhere);
  }
  Interval found{0, 0};
  for (std::size_t z = 0; z < strata_[0]; ++z) {
    const double share = sums.people[0][0][z] / sums.all_people[0];
    found.low += share * (range_.low + above[z]);
    found.high += share * (range_.high - below[z]);
  }
  return found;
}

CellBounds::Bounded CellBounds::bounded(std::span<const double> weights, const std::vector<bool>& by_graph) const {
  const Sums sums(*this, weights);
  Bounded found{sums.mean(0), sums.mean(1), DifferenceBounds(strata_.size()), DifferenceBounds(strata_.size()),
                std::vector<bool>(parts_.size(), false)};
  std::vector<std::optional<double>> adjusted_means;
  for (std::size_t step = 0; step < strata_.size(); ++step) {
    adjusted_means.push_back(adjusted(sums, step));
    if (is_response_identified_[step] && adjusted_means[step])
      found.natural.confine(step, std::nullopt, {*adjusted_means[step], *adjusted_means[step]});
    else
      found.natural.confine(step, std::nullopt, unadjusted(sums, step));
  }
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const PartDifference& difference = parts_[part];
    if (is_open_[part] || !difference.less || !adjusted_means[difference.of] || !adjusted_means[*difference.less])
      continue;
    const double value = *adjusted_means[difference.of] - *adjusted_means[*difference.less];
    found.natural.confine(difference.of, difference.less, {value, value});
  }
  found.natural.close();
  found.all = found.natural;
  const bool asks = std::find(by_graph.begin(), by_graph.end(), true) != by_graph.end();
  if (questions_ && asks) confine_by_graph(weights, by_graph, found);
  return found;
}

/// By all that the graph says, in estimands and programs.
void CellBounds::confine_by_graph(std::span<const double> weights, const std::vector<bool>& parts,
                                  Bounded& found) const {
  const CausalGraph& graph = questions_->graph();
  KnownDistribution joint{0, graph.none(), zero_factor(symbols_of(graph.all()), questions_->levels().cardinalities())};
  double total = 0;
  for (const double weight : weights) total += weight;
  for (std::size_t i = 0; i < cells_.size(); ++i) joint.table.values[cells_[i].joint] += weights[i] / total;
  const std::vector<KnownDistribution> known{std::move(joint)};
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (!parts[part]) continue;
    // The share of the only mediator is all of ctf_ie.
    const auto same = std::find(parts_.begin(), parts_.end(), parts_[part]);
    if (const auto at = static_cast<std::size_t>(same - parts_.begin()); at < part && parts[at]) {
      found.is_sharp[part] = found.is_sharp[at];
      continue;
    }
    const BoundQuery query = questions_->difference(parts_[part], numbers_);
    const auto bounds = bounds_of_query(graph, query, observational_knowledge(graph), known, programs_);
    // No bounds where an estimand divides by 0, nor where no model of the graph gives these weights.
    const auto* interval = std::get_if<Bounds>(&bounds);
    if (interval == nullptr) continue;
    found.is_sharp[part] = interval->is_sharp && is_whole_;
    const double origin = parts_[part].less ? 0 : range_.low;
    found.all.confine(parts_[part].of, parts_[part].less, {interval->low + origin, interval->high + origin});
  }
  found.all.close();
}

}  // namespace equipoise::inline v0::detail
