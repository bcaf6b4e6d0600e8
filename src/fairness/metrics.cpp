#include <equipoise/fairness/metrics.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/data/cell.hpp>

namespace equipoise::inline v0 {
namespace {

std::optional<double> rate(double part, double whole) { return whole > 0 ? std::optional(part / whole) : std::nullopt; }

GroupRates rates_of(std::string group, const ConfusionCounts& counts) {
  return {.group = std::move(group),
          .counts = counts,
          .accuracy = rate(counts.true_positives + counts.true_negatives, counts.people()),
          .selection_rate = rate(counts.selected(), counts.people()),
          .true_positive_rate = rate(counts.true_positives, counts.positives()),
          .false_positive_rate = rate(counts.false_positives, counts.negatives()),
          .true_negative_rate = rate(counts.true_negatives, counts.negatives()),
          .false_negative_rate = rate(counts.false_negatives, counts.positives()),
          .precision = rate(counts.true_positives, counts.selected())};
}

// The least and the greatest of a rate over the groups.
class Spread {
 public:
  void add(double part, double whole) {
    const double value = whole > 0 ? part / whole : 0.0;
    least_ = std::min(least_, value);
    greatest_ = std::max(greatest_, value);
  }
  double difference() const noexcept { return greatest_ - least_; }
  double ratio() const noexcept { return greatest_ > 0 ? least_ / greatest_ : 1.0; }

 private:
  double least_ = 1, greatest_ = 0;
};

constexpr std::array confusion_cells{&ConfusionCounts::true_positives, &ConfusionCounts::false_positives,
                                     &ConfusionCounts::true_negatives, &ConfusionCounts::false_negatives};

void warn_of_rates_without_rows(GroupMetrics& metrics) {
  for (const GroupRates& group : metrics.by_group) {
    if (!group.true_positive_rate)
      metrics.warnings.push_back("group '" + group.group +
                                 "' has no one with label 1: its true-positive rate counts as 0 in the comparisons");
    if (!group.false_positive_rate)
      metrics.warnings.push_back("group '" + group.group +
                                 "' has no one with label 0: its false-positive rate counts as 0 in the comparisons");
  }
  if (std::none_of(metrics.by_group.begin(), metrics.by_group.end(),
                   [](const GroupRates& group) { return group.counts.selected() > 0; }))
    metrics.warnings.push_back("nobody is selected: the demographic-parity ratio counts as 1");
}

}  // namespace

namespace detail {

MetricValues metric_values(std::span<const ConfusionCounts> groups) {
  Spread selection, true_positive, false_positive;
  double right = 0, people = 0;
  for (const ConfusionCounts& group : groups) {
    selection.add(group.selected(), group.people());
    true_positive.add(group.true_positives, group.positives());
    false_positive.add(group.false_positives, group.negatives());
    right += group.true_positives + group.true_negatives;
    people += group.people();
  }
  return {selection.difference(), selection.ratio(), std::max(true_positive.difference(), false_positive.difference()),
          true_positive.difference(), right / people};
}

std::vector<bool> zeros_and_ones(const Column& column) {
  std::vector<bool> ones(column.values.size());
  for (std::size_t row = 0; row < ones.size(); ++row) {
    const double value = column.values[row];
    const bool one = column.has_levels() ? column.levels[static_cast<std::size_t>(value)] == "1" : value == 1;
    const bool zero = column.has_levels() ? column.levels[static_cast<std::size_t>(value)] == "0" : value == 0;
    if (!one && !zero)
      throw RowError(ErrorCode::table_type, column.name, row, "'" + cell_text(column, value) + "'", "0 or 1");
    ones[row] = one;
  }
  return ones;
}

Grouping groups_of(const Column& column, std::span<const double> weights) {
  std::vector<double> values;
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (weights[row] > 0) values.push_back(column.values[row]);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() < 2)
    throw Error(ErrorCode::table_type, "column '" + column.name + "'",
                values.empty() ? "no group" : "only the group '" + cell_text(column, values[0]) + "'",
                "at least two groups");
  Grouping grouping;
  for (const double value : values) grouping.names.push_back(cell_text(column, value));
  for (const double value : column.values)
    grouping.of_row.push_back(
        static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), value) - values.begin()));
  return grouping;
}

}  // namespace detail

GroupMetrics group_metrics(const Table& table, const std::string& label, const std::string& prediction,
                           const std::string& protected_attribute, const BayesianBootstrapOptions& options) {
  if (!table.weights_are_counts())
    throw Error(ErrorCode::table_type, "weights", "weights that are not whole numbers", "counts of people");
  const std::vector<bool> labels = detail::zeros_and_ones(table.column(label)),
                          selected = detail::zeros_and_ones(table.column(prediction));
  const detail::Grouping grouping = detail::groups_of(table.column(protected_attribute), table.weights());
  const std::size_t groups = grouping.names.size();
  constexpr std::size_t width = confusion_cells.size();
  std::vector<double> people(groups * width);  // by group, then as confusion_cells
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.weights()[row] == 0) continue;
    const std::size_t cell = selected[row] ? (labels[row] ? 0 : 1) : (labels[row] ? 3 : 2);
    people[grouping.of_row[row] * width + cell] += table.weights()[row];
  }
  const auto counts_from = [&](std::span<const double> weights) {
    std::vector<ConfusionCounts> counts(groups);
    for (std::size_t i = 0; i < weights.size(); ++i) counts[i / width].*confusion_cells[i % width] = weights[i];
    return counts;
  };

  constexpr std::array fields{&GroupMetrics::demographic_parity_difference, &GroupMetrics::demographic_parity_ratio,
                              &GroupMetrics::equalized_odds_difference, &GroupMetrics::equal_opportunity_difference,
                              &GroupMetrics::accuracy};
  const auto numbers = bayesian_bootstrap(people, options, [&](std::span<const double> weights) {
    const detail::MetricValues of = detail::metric_values(counts_from(weights));
    return std::array{of.demographic_parity_difference, of.demographic_parity_ratio, of.equalized_odds_difference,
                      of.equal_opportunity_difference, of.accuracy};
  });
  const std::vector<ConfusionCounts> counts = counts_from(people);
  GroupMetrics metrics;
  for (std::size_t i = 0; i < fields.size(); ++i) metrics.*fields[i] = numbers[i];
  for (std::size_t group = 0; group < groups; ++group)
    metrics.by_group.push_back(rates_of(grouping.names[group], counts[group]));
  warn_of_rates_without_rows(metrics);
  return metrics;
}

}  // namespace equipoise::inline v0
