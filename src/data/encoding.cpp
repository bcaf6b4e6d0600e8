#include <equipoise/data/encoding.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>

namespace equipoise::inline v0 {
namespace {

/// What a text is to a feature: a level's index, or a number. Throws table_type where it is neither.
double feature_value(const EncodedFeature& feature, const std::string& text) {
  if (!feature.has_levels()) {
    if (const auto number = parse_number(text)) return *number;
    throw Error(ErrorCode::table_type, "column '" + feature.name + "'", "the level '" + text + "'",
                "numbers, as it was fitted on");
  }
  const Column known{feature.name, ColumnType::categorical, feature.levels, {}};
  const bool listed = std::find(known.levels.begin(), known.levels.end(), text) != known.levels.end();
  return static_cast<double>(listed || !feature.unlisted_is_reference ? known.level(text) : feature.reference_level);
}

/// A column's values as a feature reads them. What is a number and what a level differs between files: a column where
/// only 0 and 1 occur is read as two levels, and levels that are all numbers as numbers.
std::vector<double> feature_values(const EncodedFeature& feature, const Column& column) {
  std::vector<double> values = column.values;
  if (column.levels == feature.levels) return values;
  if (column.has_levels()) {
    std::vector<std::optional<double>> of_level(column.levels.size());
    for (double& value : values) {
      const auto level = static_cast<std::size_t>(value);
      if (!of_level[level]) of_level[level] = feature_value(feature, column.levels[level]);
      value = *of_level[level];
    }
    return values;
  }
  std::unordered_map<double, double> of_number;
  for (double& value : values) {
    const auto [known, is_new] = of_number.try_emplace(value);
    if (is_new) known->second = feature_value(feature, shortest(value + 0.0));  // -0 is 0
    value = known->second;
  }
  return values;
}

}  // namespace

std::vector<std::string> Encoding::column_names() const {
  std::vector<std::string> names;
  for (const EncodedFeature& feature : features) {
    if (!feature.has_levels()) names.push_back(feature.name);
    for (std::size_t level = 0; level < feature.levels.size(); ++level)
      if (level != feature.reference_level) names.push_back(feature.name + '=' + feature.levels[level]);
  }
  return names;
}

void check_fitted_column(const Column& column) {
  if (column.levels.size() > most_fitted_levels)
    throw Error(ErrorCode::table_type, "column '" + column.name + "'", std::to_string(column.levels.size()) + " levels",
                "at most " + std::to_string(most_fitted_levels) + ", to fit anything to", "is it an identifier?");
  if (column.has_levels()) return;
  for (std::size_t row = 0; row < column.values.size(); ++row)
    if (!(std::abs(column.values[row]) <= largest_fitted_number))
      throw RowError(ErrorCode::table_type, column.name, row, "the number " + shortest(column.values[row]),
                     "at most " + shortest(largest_fitted_number) + " in size, to fit anything to");
}

Encoding fit_encoding(const Table& table, std::span<const std::string> features,
                      std::span<const ReferenceLevel> references) {
  Encoding encoding;
  for (const std::string& name : features) {
    const Column& column = table.column(name);
    EncodedFeature feature{.name = name,
                           .levels = column.levels,
                           .reference_level = 0,
                           .mean = 0,
                           .scale = 1,
                           .first_column = encoding.columns()};
    check_fitted_column(column);
    for (const ReferenceLevel& reference : references)
      if (reference.feature == name && column.has_levels()) feature.reference_level = column.level(reference.level);
    if (!column.has_levels()) {
      double total = 0, sum = 0, squares = 0;
      for (std::size_t row = 0; row < table.rows(); ++row) {
        total += table.weights()[row];
        sum += table.weights()[row] * column.values[row];
      }
      feature.mean = total > 0 ? sum / total : 0;
      for (std::size_t row = 0; row < table.rows(); ++row) {
        const double deviation = column.values[row] - feature.mean;
        squares += table.weights()[row] * deviation * deviation;
      }
      const double deviation = total > 0 ? std::sqrt(squares / total) : 0;
      feature.scale = deviation > 0 ? deviation : 1;
    }
    encoding.features.push_back(std::move(feature));
  }
  return encoding;
}

void encode_feature(const EncodedFeature& feature, std::span<const double> values,
                    Eigen::Ref<Eigen::MatrixXd> encoded) {
  const auto first = static_cast<Eigen::Index>(feature.first_column);
  if (!feature.has_levels()) {
    for (std::size_t row = 0; row < values.size(); ++row)
      encoded(static_cast<Eigen::Index>(row), first) = (values[row] - feature.mean) / feature.scale;
    return;
  }
  const auto levels = static_cast<double>(feature.levels.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!(values[row] >= 0 && values[row] < levels))
      throw Error(ErrorCode::table_type, "feature '" + feature.name + "', row " + std::to_string(row + 1),
                  "a value that is no level", "a level index below " + std::to_string(feature.levels.size()));
    const auto level = static_cast<std::size_t>(values[row]);
    if (level == feature.reference_level) continue;
    const std::size_t offset = level < feature.reference_level ? level : level - 1;
    encoded(static_cast<Eigen::Index>(row), first + static_cast<Eigen::Index>(offset)) = 1;
  }
}

Eigen::MatrixXd encode(const Encoding& encoding, const Eigen::Ref<const Eigen::MatrixXd>& values) {
  Eigen::MatrixXd encoded = Eigen::MatrixXd::Zero(values.rows(), static_cast<Eigen::Index>(encoding.columns()));
  for (std::size_t i = 0; i < encoding.features.size(); ++i)
    encode_feature(encoding.features[i],
                   {values.col(static_cast<Eigen::Index>(i)).data(), static_cast<std::size_t>(values.rows())}, encoded);
  return encoded;
}

Eigen::MatrixXd encode(const Encoding& encoding, const Table& table) {
  Eigen::MatrixXd encoded =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(encoding.columns()));
  for (const EncodedFeature& feature : encoding.features)
    encode_feature(feature, feature_values(feature, table.column(feature.name)), encoded);
  return encoded;
}

Eigen::VectorXd coefficients_in_feature_units(const Encoding& encoding,
                                              const Eigen::Ref<const Eigen::VectorXd>& encoded) {
  Eigen::VectorXd result = encoded;
  const Eigen::Index intercept = encoded.size() - 1;
  for (const EncodedFeature& feature : encoding.features) {
    if (feature.has_levels()) continue;
    const auto column = static_cast<Eigen::Index>(feature.first_column);
    result[column] = encoded[column] / feature.scale;
    result[intercept] -= encoded[column] * feature.mean / feature.scale;
  }
  return result;
}

}  // namespace equipoise::inline v0
