// Tests of conditional independence that share what is given: one regression serves every pair of variables.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/data/table.hpp>
#include <equipoise/scm/flexible_regression.hpp>
#include <equipoise/scm/independence_test.hpp>

namespace equipoise::inline v0::detail {

/// The columns of one table that tests are made of, ready for them. Keeps the table by reference.
struct TestData {
  /// Throws table_unknown_column; table_type as check_fitted_column does; table_empty where the table has no rows.
  TestData(const Table& table, std::span<const std::string> names, std::uint64_t random_seed);

  const Table& table;
  std::vector<const Column*> columns;
  std::vector<VariableFeatures> features;
  RowWeights weights;
  std::uint64_t seed;
};

/// Tests given the same variables. Not for several threads at once.
class TestsGiven {
 public:
  /// given: indices of columns of `data`, which is kept by reference.
  TestsGiven(const TestData& data, std::vector<std::size_t> given);

  /// Of two columns that are not given. The first looks at functions of `other`; both_ways at functions of `target`
  /// too.
  IndependenceTest test(std::size_t other, std::size_t target, bool both_ways);
  IndependenceTest residual_products(std::size_t other, std::size_t target, bool both_ways);
  /// Of levels given levels: the test of their table, and with `common` the association that the strata share.
  IndependenceTest strata(std::size_t a, std::size_t b, bool common) const;

  const FlexibleRegression& regression();
  bool all_have_levels(std::size_t a, std::size_t b) const;

 private:
  /// What is left of a variable's functions, each column times the root of the rows' weights.
  struct Residuals {
    Eigen::MatrixXd value;         // of a number one column, of levels one each
    Eigen::MatrixXd score, size;   // of a number's residual; no column where there are too few people or values
    Eigen::MatrixXd cosines;       // of a number's rank
    Eigen::MatrixXd interactions;  // products with what is given
    bool explained = false;        // nothing is left of the value
  };
  const Residuals& residuals_of(std::size_t variable);
  Eigen::MatrixXd interactions_of(const VariableFeatures& features) const;
  void add_part(IndependenceTest& test, const char* name, double weight, const Eigen::MatrixXd& of_other,
                const Eigen::MatrixXd& of_target);
  void add_direction(IndependenceTest& test, const Residuals& other, const Residuals& target, double share);

  const TestData& data_;
  std::vector<std::size_t> given_;
  std::optional<FlexibleRegression> regression_;
  Eigen::VectorXd per_person_;  // what turns a product of two residuals into one whose square is a variance
  std::map<std::size_t, Residuals> residuals_;
};

/// Why nothing is left to test of a column: it does not vary, or not beside what is given.
std::string note_of_fixed(const TestData& data, std::size_t column);

/// Whether a number has the people and the different values that its density's score is estimated from.
bool can_estimate_score(const VariableFeatures& features, const RowWeights& weights);

/// A function psi of values, at each of them, and the mean of its derivative.
struct EstimatedScore {
  Eigen::VectorXd values;
  double mean_slope = 0;
};

/// psi, a multiple of -f' / f, the score of the density f that the values have: the function in the span of the values
/// themselves and of steps at their quantiles that minimises E[psi^2] / 2 - E[psi'] (score matching: Hyvarinen, Journal
/// of Machine Learning Research 6, 2005). values: of weighted mean 0.
EstimatedScore estimated_score(const Eigen::VectorXd& values, const Eigen::VectorXd& weights);

}  // namespace equipoise::inline v0::detail
