// A trained predictor with everything that it takes to decide about a person: what a model file holds.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
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

/// One score a row of the table: log-odds, or the number predicted. Throws table_unknown_column, table_type for a
/// level that the model has not seen, or value_out_of_range for a row whose score no double can hold.
inline Eigen::VectorXd scores_of(const TrainedModel& model, const Table& table) {
  const Eigen::MatrixXd X = encode(model.encoding, table);
  Eigen::VectorXd scores(X.rows());
  AffinePredictor(X.cols(), model.link).forward(model.parameters, X, scores);
  for (Eigen::Index row = 0; row < scores.size(); ++row)
    if (!std::isfinite(scores[row]))
      throw Error(ErrorCode::value_out_of_range, "row " + std::to_string(row + 1), "a score beyond a double's range",
                  "values of the size that the model was fitted on");
  return scores;
}

/// The model as a JSON text that reads back bit for bit, as docs/formats.md describes it. Throws value_out_of_range for
/// a number in it that is not finite, or a scale that is not above 0; table_syntax for a name that is not UTF-8.
std::string model_text(const TrainedModel& model);
/// Writes it, whole or not at all.
void write_model(const std::string& path, const TrainedModel& model);

/// Reads a model: one of ours, or one from elsewhere that lists coefficients by feature,
///
///     {"kind": "logistic", "features": ["x1", "dept"], "coefficients": {"x1": 0.8, "dept=B": -0.1},
///      "intercept": 0.04, "threshold": 0.5}
///
/// with `"kind": "linear"` deciding at score 0. A coefficient of a level is named as "dept=B"; every level without one,
/// whether it occurs in any file or not, counts as the reference, whose coefficient is 0. Throws json_* at the file's
/// place, with a suggestion for what is misspelt.
TrainedModel read_model(const std::string& path);
/// The same from text; `file` begins the places of errors.
TrainedModel parse_model(std::string_view text, std::string file = "model.json");

}  // namespace equipoise::inline v0
