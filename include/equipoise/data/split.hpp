// People divided into those a model learns from, those it is chosen by and those it is judged on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <equipoise/data/table.hpp>

namespace equipoise::inline v0 {

/// Three tables with the columns and levels of the whole. Rows that a part has no people of are left out.
struct Split {
  Table training, validation, test;
};

struct SplitOptions {
  double validation = 0.2;  ///< the share of people, in [0, 1)
  double test = 0.2;        ///< the share of people, in [0, 1); validation + test < 1
  std::uint64_t seed = 1;
  std::uint32_t replicate = 0;  ///< each replicate is another division
  std::vector<std::string> stratify_by =
      {};                        ///< columns with levels whose cells keep their shares to within one person
  std::string fold_column = {};  ///< where named, its `test_folds` are the test rows, whatever `test` says
  std::vector<std::string> test_folds = {};
};

/// Divides people at random, the same for the same seed and replicate. Whole-number weights count people, who are
/// dealt one by one: a row may fall to several parts, with as many people in all. Rows with other weights go whole.
/// Throws value_out_of_range for shares outside their range, and infeasible where a part that should have people has
/// none.
Split split(const Table& table, const SplitOptions& options);

}  // namespace equipoise::inline v0
