// Counterfactual fairness: nobody would be scored otherwise had they been of another group.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/fairness/fair_paths.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// Compares each row with itself in the worlds where its protected attribute had every other level (Kusner, Loftus,
/// Russell, Silva 2017). Along `fair_paths`, from the attribute to the outcome, both included, the change does not
/// travel, so that what they carry is not held against the predictor: path-specific counterfactual fairness (Chiappa
/// 2019; Wu, Zhang, Wu, Tong 2019).
///
/// With p a row's probability (its score, under Link::identity) and p' the same in another world: trained on the mean
/// over rows and other levels of (p - p')^2, measured as the mean of |p - p'|. A sum over rows. Throws
/// objective_mismatch where the predictor's link is another.
struct CounterfactualFairness {
  std::string attribute;
  std::size_t groups = 2;  ///< levels of the attribute in the model
  std::vector<std::vector<std::string>> fair_paths = {};
  std::string objective_name = "counterfactual-fairness";
  Link link = Link::logistic;  ///< of the predictor

  std::string name() const { return objective_name; }
  void validate() const {
    const std::string place = "objective '" + objective_name + "'";
    if (attribute.empty())
      throw Error(ErrorCode::objective_invalid, place, "no protected attribute", "a variable with levels");
    if (groups < 2)
      throw Error(ErrorCode::objective_invalid, place,
                  "protected attribute '" + attribute + "' with " + std::to_string(groups) + " levels",
                  "at least two levels");
  }
  static constexpr bool is_sum_over_rows() noexcept { return true; }

  /// The rows as observed, then with the attribute 1, …, groups - 1 places on.
  std::vector<WorldRequest> worlds() const {
    std::vector<WorldRequest> worlds{WorldRequest{}};
    for (std::size_t shift = 1; shift < groups; ++shift)
      worlds.push_back({.variable = attribute, .shift = shift, .held = fair_paths});
    return worlds;
  }

  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    detail::require_link(predictions, link, objective_name);
    const std::vector<double> factual = values(predictions.scores[0]);
    const double per_weight = 1 / (predictions.total_weight() * static_cast<double>(groups - 1));
    double sum = 0;
    for (std::size_t world = 1; world < groups; ++world) {
      const std::vector<double> other = values(predictions.scores[world]);
      for (std::size_t i = 0; i < factual.size(); ++i) {
        const double gap = factual[i] - other[i], weighted = per_weight * predictions.weights[i] * gap;
        sum += weighted * gap;
        gradients[0][i] += 2 * weighted * slope(factual[i]);
        gradients[world][i] -= 2 * weighted * slope(other[i]);
      }
    }
    return sum;
  }

  double measure(const Predictions& predictions) const {
    detail::require_link(predictions, link, objective_name);
    const std::vector<double> factual = values(predictions.scores[0]);
    double sum = 0;
    for (std::size_t world = 1; world < groups; ++world) {
      const std::vector<double> other = values(predictions.scores[world]);
      for (std::size_t i = 0; i < factual.size(); ++i) sum += predictions.weights[i] * std::abs(factual[i] - other[i]);
    }
    const double mean = sum / (predictions.total_weight() * static_cast<double>(groups - 1));
    return link == Link::logistic ? std::min(mean, 1.0) : mean;  // rounding may take a mean of ones above one
  }

  MeasureInfo info() const {
    const bool is_probability = link == Link::logistic;
    return {.unit = is_probability ? "probability" : "unit of the outcome",
            .label = "counterfactual gap by " + attribute,
            .description = std::string("Mean change of a person's ") + (is_probability ? "probability" : "prediction") +
                           " had their '" + attribute + "' been another" +
                           (fair_paths.empty() ? "." : ", leaving aside what travels along " + paths_in_words() + '.'),
            .range = {0, is_probability ? 1 : std::numeric_limits<double>::infinity()}};
  }

 private:
  std::string paths_in_words() const {
    std::string text;
    for (const std::vector<std::string>& path : fair_paths) {
      text += text.empty() ? "" : ", ";
      for (std::size_t i = 0; i < path.size(); ++i) text += (i == 0 ? "" : " -> ") + path[i];
    }
    return text;
  }

  std::vector<double> values(std::span<const double> scores) const {
    std::vector<double> values(scores.begin(), scores.end());
    if (link == Link::logistic)
      for (double& value : values) value = sigmoid(value);
    return values;
  }
  /// Of a value by its score.
  double slope(double value) const noexcept { return link == Link::logistic ? value * (1 - value) : 1; }
};

/// The objective for an attribute of a table, its fair paths read as parse_fair_paths reads them. `features` are the
/// predictor's. Throws objective_mismatch where the attribute has no levels or one alone, and what parse_fair_paths
/// throws.
inline CounterfactualFairness counterfactual_fairness(const CausalGraph& graph, const Column& attribute,
                                                      std::string_view outcome, std::span<const std::string> features,
                                                      std::span<const std::string> fair_paths,
                                                      std::string_view place = "fair_paths") {
  if (attribute.levels.size() < 2)
    throw Error(ErrorCode::objective_mismatch, "column '" + attribute.name + "'",
                attribute.has_levels() ? "one level alone" : "numbers",
                "a protected attribute with levels, at least two",
                attribute.has_levels() ? "" : "declare the column categorical");
  return {.attribute = attribute.name,
          .groups = attribute.levels.size(),
          .fair_paths = parse_fair_paths(graph, attribute.name, outcome, features, fair_paths, place)};
}

}  // namespace equipoise::inline v0
