// A trained predictor with everything that it takes to decide about a person: what a model file holds.
#pragma once

#include <string>
#include <string_view>

#include <Eigen/Core>

#include <equipoise/data/encoding.hpp>
#include <equipoise/predictor/affine.hpp>

namespace equipoise::inline v0 {

/// Linear or logistic regression, fitted. Decides for the positive outcome where the score is at least `cutoff`:
/// 0 for a logistic model whose threshold is a probability of 1/2.
struct TrainedModel {
  Link link = Link::logistic;
  Encoding encoding;           ///< from features to the columns that the parameters multiply
  Eigen::VectorXd parameters;  ///< a coefficient for each encoded column, then the intercept
  double cutoff = 0;           ///< a score
  std::string outcome = {};    ///< the column predicted
  std::string positive = {};   ///< its level that counts as 1; empty for a number

  friend bool operator==(const TrainedModel& a, const TrainedModel& b) {
    return a.link == b.link && a.encoding == b.encoding && a.parameters.size() == b.parameters.size() &&
           a.parameters == b.parameters && a.cutoff == b.cutoff && a.outcome == b.outcome && a.positive == b.positive;
  }
};

/// One score a row of the table: log-odds, or the number predicted. Throws table_unknown_column, or table_type for a
/// level that the model has not seen.
inline Eigen::VectorXd scores_of(const TrainedModel& model, const Table& table) {
  const Eigen::MatrixXd X = encode(model.encoding, table);
  Eigen::VectorXd scores(X.rows());
  AffinePredictor(X.cols(), model.link).forward(model.parameters, X, scores);
  return scores;
}

/// The model as a JSON text that reads back bit for bit.
std::string model_text(const TrainedModel& model);
/// Writes it, whole or not at all.
void write_model(const std::string& path, const TrainedModel& model);

/// Reads a model: one of ours, or one from elsewhere that lists coefficients by feature,
///
///     {"kind": "logistic", "features": ["x1", "x2"], "coefficients": {"x1": 0.8, "x2": -0.1}, "intercept": 0.04,
///     "threshold": 0.5}
///
/// with `"kind": "linear"` deciding at score 0; a feature's level is named as "dept=B". Throws json_* at the file's
/// place, with a suggestion for what is misspelt.
TrainedModel read_model(const std::string& path);
/// The same from text; `file` begins the places of errors.
TrainedModel parse_model(std::string_view text, std::string file = "model.json");

}  // namespace equipoise::inline v0
