// The keys of a model file that any program can read: coefficients by feature, in the features' own units.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/predictor/trained_model.hpp>

namespace equipoise::inline v0 {

/// A model without its encoding: score = intercept + coefficients . (numbers, and 1 for each level that a row has).
struct ModelView {
  std::vector<std::pair<std::string, double>> coefficients;  ///< by encoded column, as "age" or "dept=B"
  double intercept = 0;
  std::optional<double> threshold = {};  ///< a probability, of a logistic model
};

/// The view of a model, or nothing where these keys cannot say what it does: two columns of one name, a number beyond a
/// double's range, a linear model that decides elsewhere than at score 0.
std::optional<ModelView> view_of(const TrainedModel& model);

}  // namespace equipoise::inline v0
