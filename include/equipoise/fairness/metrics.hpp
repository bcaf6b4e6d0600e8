// Group metrics of given decisions: how selection and error rates differ between groups of people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/core/interval.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// People of one group by label and prediction.
struct ConfusionCounts {
  double true_positives = 0;
  double false_positives = 0;
  double true_negatives = 0;
  double false_negatives = 0;

  double positives() const noexcept { return true_positives + false_negatives; }
  double negatives() const noexcept { return true_negatives + false_positives; }
  double selected() const noexcept { return true_positives + false_positives; }
  double people() const noexcept { return positives() + negatives(); }
  /// The count of those with this prediction and label.
  double& at(bool selected, bool positive) noexcept {
    return selected ? (positive ? true_positives : false_positives) : (positive ? false_negatives : true_negatives);
  }
  friend bool operator==(const ConfusionCounts&, const ConfusionCounts&) = default;
};

/// The rates of one group. A rate without rows is empty.
struct GroupRates {
  std::string group;
  ConfusionCounts counts;
  std::optional<double> accuracy;
  std::optional<double> selection_rate;
  std::optional<double> true_positive_rate;
  std::optional<double> false_positive_rate;
  std::optional<double> true_negative_rate;
  std::optional<double> false_negative_rate;
  std::optional<double> precision;
};

/// Greatest against least of the groups. In the four comparisons a rate without rows counts as 0.
struct GroupMetrics {
  Estimate demographic_parity_difference;  ///< of selection rates
  Estimate demographic_parity_ratio;       ///< least over greatest selection rate; 1 where nobody is selected
  Estimate equalized_odds_difference;      ///< the worse of true- and false-positive rates
  Estimate equal_opportunity_difference;   ///< of true-positive rates
  Estimate accuracy;
  std::vector<GroupRates> by_group;  ///< in the order of the column's levels, groups without people left out
  std::vector<std::string> warnings;
};

namespace detail {

struct MetricValues {
  double demographic_parity_difference, demographic_parity_ratio, equalized_odds_difference,
      equal_opportunity_difference, accuracy;
};

MetricValues metric_values(std::span<const ConfusionCounts> groups);

// Throws table_type naming the first row that is neither 0 nor 1, as the number or the level's text.
std::vector<bool> zeros_and_ones(const Column& column);

// A group for each row, by index, and the groups' names; people of weight 0 belong to none.
struct Grouping {
  std::vector<std::size_t> of_row;
  std::vector<std::string> names;
};

Grouping groups_of(const Column& column, std::span<const double> weights);

}  // namespace detail

/// Group metrics of the predictions in a table: `label` and `prediction` are columns of 0 and 1, `protected_attribute`
/// the column that groups. Intervals are percentiles of the Bayesian bootstrap of people (Rubin 1981); weights count
/// people. Throws table_unknown_column; table_type naming a row that is neither 0 nor 1, where there is one group
/// alone, or for weights that are not whole numbers.
GroupMetrics group_metrics(const Table& table, const std::string& label, const std::string& prediction,
                           const std::string& protected_attribute, const BayesianBootstrapOptions& options = {});

}  // namespace equipoise::inline v0
