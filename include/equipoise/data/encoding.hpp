// From a table's columns to the numbers that a predictor sees, and back.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// One feature, and the encoded columns that it becomes.
struct EncodedFeature {
  std::string name;
  std::vector<std::string> levels = {};  ///< empty for a number
  std::size_t reference_level = 0;       ///< the level that all-zero columns stand for
  bool unlisted_is_reference = false;  ///< whether a text that is no level counts as the reference, which is then last
  double mean = 0;                     ///< of a number over the rows that the encoding was fitted on
  double scale = 1;                    ///< its standard deviation there; 1 where that is 0
  std::size_t first_column = 0;

  bool has_levels() const noexcept { return !levels.empty(); }
  /// A number is one column; k levels are k - 1.
  std::size_t columns() const noexcept { return has_levels() ? levels.size() - 1 : 1; }
  friend bool operator==(const EncodedFeature&, const EncodedFeature&) = default;
};

/// How features become the columns of a matrix: numbers standardised, levels one-hot less a reference level.
///
/// Fitted once, on training rows; any row is then encoded alike. Plain data, so that a file can hold it.
struct Encoding {
  std::vector<EncodedFeature> features;

  /// Of encoded columns.
  std::size_t columns() const noexcept {
    return features.empty() ? 0 : features.back().first_column + features.back().columns();
  }
  /// A name for each encoded column: "age", or "dept=B".
  std::vector<std::string> column_names() const;
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

/// The largest size of a number that anything is fitted to: products of four such numbers, summed over all people, are
/// finite.
inline constexpr double largest_fitted_number = 1e60;

/// The most levels of a column that anything is fitted to; a column of more is most likely an identifier.
inline constexpr std::size_t most_fitted_levels = 1000;

/// Throws table_type for a column of more than most_fitted_levels and, as a RowError, for the first number of it beyond
/// largest_fitted_number.
void check_fitted_column(const Column& column);

/// Which level an encoding leaves out for a feature; the first unless named here.
struct ReferenceLevel {
  std::string feature;
  std::string level;
};

/// The encoding of these columns, with means and scales over the table's weighted rows. Throws
/// table_unknown_column, or table_type for a column of more than most_fitted_levels, an unknown reference level or a
/// number beyond largest_fitted_number.
Encoding fit_encoding(const Table& table, std::span<const std::string> features,
                      std::span<const ReferenceLevel> references = {});

/// One feature's values (a number each, or a level index) into its columns of `encoded`, which are 0 before.
/// Throws table_type for a value that is no level.
void encode_feature(const EncodedFeature& feature, std::span<const double> values, Eigen::Ref<Eigen::MatrixXd> encoded);

/// The rows as the predictor sees them: rows x encoding.columns(). `values` is rows x features, in the
/// encoding's order: numbers, or level indices into the encoding's levels.
Eigen::MatrixXd encode(const Encoding& encoding, const Eigen::Ref<const Eigen::MatrixXd>& values);

/// The same from a table, whose levels are matched by their texts; a number is the level that it reads as, and the
/// reverse. Throws table_unknown_column, or table_type for a level that the encoding has not seen.
Eigen::MatrixXd encode(const Encoding& encoding, const Table& table);

/// Coefficients of encoded columns in the units of the features: for a number, per unit; for a level, against
/// the reference level. The last entry is the intercept. `encoded` has columns() + 1 entries, the intercept last.
Eigen::VectorXd coefficients_in_feature_units(const Encoding& encoding,
                                              const Eigen::Ref<const Eigen::VectorXd>& encoded);

}  // namespace equipoise::inline v0
