#include <equipoise/scm/decomposition_bounds.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/core/statistics.hpp>

#include "scm/cell_bounds.hpp"
#include "scm/part_questions.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::CellBounds;
using detail::DifferenceBounds;
using detail::PartDifference;

/// The parts and shares of a decomposition, in the order of their differences.
std::vector<LicensedEstimate*> parts_of(Decomposition& decomposition) {
  std::vector<LicensedEstimate*> parts{&decomposition.ctf_de, &decomposition.ctf_ie, &decomposition.ctf_se};
  for (MediatedShare& each : decomposition.by_mediator) parts.push_back(&each.share);
  return parts;
}

/// The mean responses, by step, that a decomposition's values come to.
std::vector<double> responses_of(const Decomposition& found, double baseline, double compared) {
  std::vector<double> responses{compared + found.ctf_se.estimate.value};
  for (const MediatedShare& each : found.by_mediator) responses.push_back(responses.back() + each.share.estimate.value);
  const double last = baseline + found.ctf_de.estimate.value;
  if (found.by_mediator.empty())
    responses.push_back(last);
  else
    responses.back() = last;
  return responses;
}

/// A part and what bounds it: as found, and with room for the people who were sampled.
struct BoundedPart {
  Interval bounds, interval;
  bool is_by_graph = false;  ///< whether the graph says more than consistency does
  bool is_sharp = false;
};

bool is_narrower(const Interval& a, const Interval& b) {
  constexpr double rounding = 1e-9;
  return a.high - a.low < b.high - b.low - rounding;
}

std::string range_text(const Interval& range) { return shortest(range.low) + " to " + shortest(range.high); }

Licence licence_of(const BoundedPart& part, const std::optional<std::string>& estimand, const Interval& range,
                   std::string_view value_rests_on) {
  constexpr double rounding = 1e-9;
  if (estimand && part.bounds.high - part.bounds.low <= rounding) return {LicenceKind::identified, *estimand};
  std::string basis = estimand ? "identified by the graph as " + *estimand + ", which cannot be evaluated here; "
                               : "not identified by the graph; ";
  if (part.is_by_graph)
    basis += std::string(part.is_sharp ? "sharp bounds" : "bounds") +
             " over the models of the graph with the observed distribution (Robins 1989; Balke, Pearl 1997)";
  else
    basis += "natural bounds, by consistency, of an outcome from " + range_text(range) + " (Robins 1989; Manski 1990)";
  return {LicenceKind::bounded, basis + "; the value " + std::string(value_rests_on)};
}

/// A part's value less what it takes away, from the responses.
double value_of(const PartDifference& part, std::span<const double> responses, double baseline, double compared) {
  const double less = part.less ? responses[*part.less] : part.group == Group::compared ? compared : baseline;
  return responses[part.of] - less;
}

Interval interval_of(const PartDifference& part, const DifferenceBounds& bounds, double baseline, double compared) {
  Interval interval = bounds.of(part.of, part.less);
  if (part.less) return interval;
  const double less = part.group == Group::compared ? compared : baseline;
  return {interval.low - less, interval.high - less};
}

/// Writes the parts that were open, at responses within the closed bounds and as near as can be to those found.
void write_parts(Decomposition& found, std::span<const BoundedPart> bounded, const std::vector<bool>& open,
                 const DifferenceBounds& closed, double baseline, double compared) {
  const std::vector<double> responses = closed.nearest(responses_of(found, baseline, compared));
  const auto parts = parts_of(found);
  const auto differences = detail::part_differences(found.by_mediator.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!open[i]) continue;
    const double value = value_of(differences[i], responses, baseline, compared);
    // Rounding may leave the value a hair outside.
    parts[i]->estimate = {value, std::min(bounded[i].interval.low, value), std::max(bounded[i].interval.high, value)};
    if (parts[i]->licence.kind == LicenceKind::bounded)
      parts[i]->bounds = Interval{std::min(bounded[i].bounds.low, value), std::max(bounded[i].bounds.high, value)};
  }
}

/// Where the ends of an interval fall over replicates.
struct ReplicatedEnds {
  std::vector<double> lows, highs;
  void add(const Interval& interval) {
    lows.push_back(interval.low);
    highs.push_back(interval.high);
  }
  /// From the lower percentile of the low ends to the upper one of the high ends; `found` without replicates.
  Interval around(const Interval& found, double level) {
    return {percentile_estimate(found.low, lows, level).low, percentile_estimate(found.high, highs, level).high};
  }
};

/// Calls visit(what the cells say) for every replicate of their people.
template <class Visit>
void for_each_replicate(const CellBounds& cells, const std::vector<bool>& by_graph,
                        const BayesianBootstrapOptions& options, Visit visit) {
  std::vector<double> weights(cells.weights().size());
  for (std::size_t replicate = 0; replicate < options.replicates; ++replicate) {
    const RandomStream stream(
        {.seed = options.seed, .purpose = Purpose::bootstrap, .replicate = static_cast<std::uint32_t>(replicate)});
    bayesian_bootstrap_weights(cells.weights(), stream, weights);
    visit(cells.bounded(weights, by_graph));
  }
}

/// From the cells of a table.
Decomposition bounded_by_cells(Decomposition found, const CellBounds& cells,
                               std::span<const std::optional<std::string>> estimands, const std::vector<bool>& open,
                               const Interval& range, std::string_view value_rests_on,
                               const DecompositionBoundsOptions& options) {
  const CellBounds::Bounded here = cells.bounded(cells.weights(), open);
  const auto differences = detail::part_differences(found.by_mediator.size());
  std::vector<BoundedPart> bounded;
  std::vector<bool> by_graph;  // where the graph had something to say, it is asked again
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const Interval all = interval_of(differences[i], here.all, here.baseline, here.compared),
                   natural = interval_of(differences[i], here.natural, here.baseline, here.compared);
    bounded.push_back({all, all, is_narrower(all, natural), here.is_sharp[i]});
    by_graph.push_back(open[i] && (bounded[i].is_by_graph || estimands[i]));
  }
  if (found.method != EstimationMethod::exact) {
    std::vector<ReplicatedEnds> ends(differences.size());
    for_each_replicate(cells, by_graph, options.bootstrap, [&](const CellBounds::Bounded& drawn) {
      for (std::size_t i = 0; i < differences.size(); ++i)
        ends[i].add(interval_of(differences[i], drawn.all, drawn.baseline, drawn.compared));
    });
    for (std::size_t i = 0; i < differences.size(); ++i)
      bounded[i].interval = ends[i].around(bounded[i].bounds, options.bootstrap.level);
  }
  const auto parts = parts_of(found);
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (open[i]) parts[i]->licence = licence_of(bounded[i], estimands[i], range, value_rests_on);
  write_parts(found, bounded, open, here.all, here.baseline, here.compared);
  return found;
}

/// What confines a response that is not estimated, and the room that people who were sampled take.
struct ResponseBox {
  Interval box;
  double room = 0;
  bool is_by_graph = false;
};

/// By step: the outcome's range, or what cells say of the response where there are any.
std::vector<ResponseBox> response_boxes(const std::optional<CellBounds>& cells, std::size_t steps,
                                        const Interval& range, const BayesianBootstrapOptions& options) {
  std::vector<ResponseBox> boxes(steps, {range});
  if (!cells) return boxes;
  const CellBounds::Bounded here = cells->bounded(cells->weights(), cells->open());
  bool any_by_graph = false;
  for (std::size_t step = 0; step < steps; ++step) {
    const Interval all = here.all.of(step, std::nullopt);
    boxes[step] = {all, 0, is_narrower(all, here.natural.of(step, std::nullopt))};
    any_by_graph = any_by_graph || boxes[step].is_by_graph;
  }
  std::vector<ReplicatedEnds> ends(steps);
  for_each_replicate(*cells, any_by_graph ? cells->open() : std::vector<bool>(cells->open().size(), false), options,
                     [&](const CellBounds::Bounded& drawn) {
                       for (std::size_t step = 0; step < steps; ++step)
                         ends[step].add(drawn.all.of(step, std::nullopt));
                     });
  for (std::size_t step = 0; step < steps; ++step) {
    const Interval& box = boxes[step].box;
    const Interval around = ends[step].around(box, options.level);
    boxes[step].room = std::max(box.low - around.low, around.high - box.high);
  }
  return boxes;
}

/// The mean of a group's outcomes, and the half-width of its normal interval.
struct GroupMean {
  GroupMean(const Table& table, const DecompositionQuery& query, Group group, double level) {
    const std::vector<Group> groups = groups_of(table, query.contrasts());
    const OutcomeValues outcome = outcome_values(table, query.outcome, query.positive);
    double people = 0, squares = 0;
    for (std::size_t row = 0; row < groups.size(); ++row)
      if (groups[row] == group) people += table.weights()[row], mean += table.weights()[row] * outcome.values[row];
    mean /= people;
    for (std::size_t row = 0; row < groups.size(); ++row)
      if (groups[row] == group) squares += table.weights()[row] * std::pow(outcome.values[row] - mean, 2);
    half_width = normal_quantile((1 + level) / 2) * std::sqrt(squares) / people;
  }
  double mean = 0, half_width = 0;
};

double half_width(const LicensedEstimate& part) { return (part.estimate.high - part.estimate.low) / 2; }

/// Boxes of responses, and the differences that were estimated as they are; closed.
DifferenceBounds estimated_bounds(Decomposition& found, const std::vector<bool>& open,
                                  std::span<const ResponseBox> boxes) {
  const auto differences = detail::part_differences(found.by_mediator.size());
  const auto parts = parts_of(found);
  DifferenceBounds bounds(boxes.size());
  for (std::size_t step = 0; step < boxes.size(); ++step) bounds.confine(step, std::nullopt, boxes[step].box);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double value = parts[i]->estimate.value;
    if (!open[i] && differences[i].less) bounds.confine(differences[i].of, differences[i].less, {value, value});
  }
  bounds.close();
  return bounds;
}

/// From the parts that were estimated doubly robustly, and what is known of other responses. Rooms for sampling are
/// added up, which errs on the wide side.
Decomposition bounded_by_estimates(Decomposition found, const Table& table, const DecompositionQuery& query,
                                   const FairnessRoles& roles, std::span<const std::optional<std::string>> estimands,
                                   const std::vector<bool>& open, const Interval& range,
                                   const std::optional<CellBounds>& cells, std::string_view value_rests_on,
                                   const DecompositionBoundsOptions& options) {
  const GroupMean baseline(table, query, Group::baseline, options.bootstrap.level),
      compared(table, query, Group::compared, options.bootstrap.level);
  const std::vector<double> responses = responses_of(found, baseline.mean, compared.mean);
  const auto boxes_from = [&](const std::optional<CellBounds>& known) {
    std::vector<ResponseBox> boxes = response_boxes(known, responses.size(), range, options.bootstrap);
    if (roles.spurious_identified) boxes.front() = {{responses.front(), responses.front()}};
    if (roles.direct_identified) boxes.back() = {{responses.back(), responses.back()}};
    return boxes;
  };
  std::vector<ResponseBox> boxes = boxes_from(cells);
  DifferenceBounds bounds = estimated_bounds(found, open, boxes);
  if (!bounds.is_consistent()) {  // estimates and cells need not agree
    boxes = boxes_from(std::nullopt);
    bounds = estimated_bounds(found, open, boxes);
  }
  const auto differences = detail::part_differences(found.by_mediator.size());
  const auto parts = parts_of(found);
  double all_half_widths = baseline.half_width + compared.half_width;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!open[i]) all_half_widths += half_width(*parts[i]);
  std::vector<BoundedPart> bounded;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const PartDifference& difference = differences[i];
    const Interval here = interval_of(difference, bounds, baseline.mean, compared.mean);
    double room = boxes[difference.of].room;
    if (difference.less)
      room += boxes[*difference.less].room + all_half_widths;
    else
      room += difference.group == Group::compared ? compared.half_width : baseline.half_width;
    bounded.push_back({here,
                       {here.low - room, here.high + room},
                       boxes[difference.of].is_by_graph || (difference.less && boxes[*difference.less].is_by_graph)});
    if (open[i]) parts[i]->licence = licence_of(bounded[i], estimands[i], range, value_rests_on);
  }
  write_parts(found, bounded, open, bounds, baseline.mean, compared.mean);
  return found;
}

bool has_direct_edge(const CausalGraph& graph, const DecompositionQuery& query) {
  const Node y = graph.node(query.outcome);
  const std::vector<std::string> attributes = query.attributes();
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const std::string& name) { return graph.has_directed(graph.node(name), y); });
}

/// The same where no attribute acts on the outcome itself: with the mediators held, nobody's outcome changes.
Decomposition without_direct_part(Decomposition found) {
  const double shift = found.ctf_de.estimate.value;
  const auto move = [&](Estimate& estimate) {
    estimate = {estimate.value - shift, estimate.low - shift, estimate.high - shift};
  };
  move(found.ctf_ie.estimate);
  if (!found.by_mediator.empty()) move(found.by_mediator.back().share.estimate);
  found.ctf_de = {{0, 0, 0}, {LicenceKind::identified, "0, since no edge leads straight to the outcome"}};
  found.across_split_deviation.ctf_de = 0;
  return found;
}

/// The same where nothing bounds its open parts.
Decomposition unbounded(Decomposition found, const std::string& outcome,
                        std::span<const std::optional<std::string>> estimands, const std::vector<bool>& open) {
  const auto parts = parts_of(found);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!open[i]) continue;
    std::string& basis = parts[i]->licence.basis;
    if (estimands[i])
      basis = "identified by the graph as " + *estimands[i] +
              ", which is not estimated for an outcome of so many values; " +
              basis.substr(std::min(basis.size(), basis.find("assumes")));
    basis += "; not bounded, since nothing says between which numbers " + outcome + " lies";
  }
  return found;
}

}  // namespace

namespace detail {

Decomposition gap_alone(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                        std::span<const MediatorStep> steps, const BayesianBootstrapOptions& options) {
  const Decomposition gap = decompose(table, query, {}, options);
  const double compared = GroupMean(table, query, Group::compared, options.level).mean,
               baseline = GroupMean(table, query, Group::baseline, options.level).mean;
  const auto range = outcome_range(table, query);
  const double response = range ? (range->low + range->high) / 2 : compared;
  Decomposition found = licensed_decomposition(query, roles, steps);
  found.method = gap.method;
  found.tv.estimate = gap.tv.estimate;
  const double direct = response - baseline, spurious = response - compared;
  found.ctf_de.estimate = {direct, direct, direct};
  found.ctf_se.estimate = {spurious, spurious, spurious};
  return found;
}

}  // namespace detail

Decomposition with_bounds(Decomposition found, const Table& table, const DecompositionQuery& query,
                          const CausalGraph& graph, const FairnessRoles& roles, std::span<const MediatorStep> steps,
                          std::string_view value_rests_on, const DecompositionBoundsOptions& options) {
  std::vector<bool> open = detail::open_parts(roles, steps);
  if (std::find(open.begin(), open.end(), true) == open.end()) return found;
  const auto estimands = detail::part_estimands(graph, query, roles, steps);
  const auto range = detail::outcome_range(table, query);
  std::optional<CellBounds> cells;
  if (range) cells = CellBounds::of_table(table, query, graph, roles, steps, options);
  if (cells && found.method != EstimationMethod::doubly_robust)
    return bounded_by_cells(std::move(found), *cells, estimands, open, *range, value_rests_on, options);
  FairnessRoles known = roles;
  if (!roles.direct_identified && !has_direct_edge(graph, query)) {
    found = without_direct_part(std::move(found));
    known.direct_identified = true;
    open[0] = false;
  }
  if (!range) return unbounded(std::move(found), query.outcome, estimands, open);
  return bounded_by_estimates(std::move(found), table, query, known, estimands, open, *range, cells, value_rests_on,
                              options);
}

}  // namespace equipoise::inline v0
