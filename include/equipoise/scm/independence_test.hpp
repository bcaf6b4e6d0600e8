// Tests of conditional independence on weighted tables of numbers and levels.
//
// Whole-number weights count people: a row of w people is w independent rows. Of any other weights the variance between
// rows is taken, and people are (sum w)^2 / sum w^2. A test that has nothing to test (a constant, or fewer rows than
// what is known explains) has a p-value of 1 and says so in its note.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// One statistic of a test, in words and numbers.
struct TestPart {
  std::string name;
  double statistic = 0;
  double degrees_of_freedom = 0;
  double p_value = 1;
  double weight = 1;  ///< in the p-value of the whole
};

struct IndependenceTest {
  std::string method = {};
  double p_value = 1;  ///< of all parts together, in [0, 1]
  std::vector<TestPart> parts =
      {};             ///< combined by combined_p_value (core/multiple_testing.hpp) where there are several
  double people = 0;  ///< that the rows stand for
  std::string note = {};

  /// The part with the smallest p-value; none where nothing could be tested.
  const TestPart* strongest() const {
    const TestPart* least = nullptr;
    for (const TestPart& part : parts)
      if (least == nullptr || part.p_value < least->p_value) least = &part;
    return least;
  }
};

/// The likelihood-ratio test of a and b within the strata of `given`, all of them levels. The chi-square distribution
/// has a degree of freedom for each cell that the margins of a stratum leave free. Where cells expect too few people
/// for it (Cochran 1954), Pearson's statistic is compared with a gamma distribution of its exact mean and variance
/// given the margins. Throws table_unknown_column, table_type where a column has no levels. O(rows (1 + given)).
IndependenceTest g_test(const Table& table, std::string_view a, std::string_view b,
                        std::span<const std::string> given = {});

/// Whether the partial correlation of the numbers a and b given `given` is 0, by Student's t with people - 2 - columns
/// of `given` degrees of freedom: exact for linear regressions with normal errors. Levels in `given` count by
/// indicators. Throws table_unknown_column, table_type where a or b has levels.
IndependenceTest partial_correlation_test(const Table& table, std::string_view a, std::string_view b,
                                          std::span<const std::string> given = {});

struct IndependenceOptions {
  std::uint64_t seed = 1;  ///< of the random features of the regressions
};

/// Products of what flexible regressions on `given` leave of functions of a and b (the generalised covariance measure:
/// Shah, Peters, "The hardness of conditional independence testing and the generalised covariance measure", Annals of
/// Statistics 48, 2020), with a variance that holds whatever the errors' spread is. The functions of the one variable
/// are its value, the score of its residual's density (estimated by score matching: Hyvarinen 2005), and the size of
/// its residual; of the other its value, cosines of its rank, and products with what is given; a variable with levels
/// has its indicators. Each set of products is a part. Takes any mix of numbers and levels; works where the conditional
/// means are functions that the regressions reach, better than the fourth root of the rows. Throws
/// table_unknown_column. The time is that of a regression of rows on at most 160 columns.
IndependenceTest residual_product_test(const Table& table, std::string_view a, std::string_view b,
                                       std::span<const std::string> given = {},
                                       const IndependenceOptions& options = {});

/// Whether a is independent of b given `given`, by what the columns are: where all have levels, the parts are g_test
/// and the association that strata have in common (Landis, Heyman, Koch 1978); else residual_product_test.
IndependenceTest independence_test(const Table& table, std::string_view a, std::string_view b,
                                   std::span<const std::string> given = {}, const IndependenceOptions& options = {});

}  // namespace equipoise::inline v0
