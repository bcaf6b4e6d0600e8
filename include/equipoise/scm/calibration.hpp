// Fit by node: whether a model's distribution of each variable, given its causes, is the one that data show.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <equipoise/data/table.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// How well one variable's distribution given its causes is calibrated.
struct NodeCalibration {
  std::string variable;
  std::string method = {};  ///< "" where nothing was tested; the note says why
  double statistic = 0;
  double degrees_of_freedom = 0;
  double p_value = 1;
  /// Of a number: the greatest distance between the shares of the people below a quantile and its probability. Of
  /// levels: the greatest between a level's share and its mean probability, among the people alike in it.
  double distance = 0;
  std::string note = {};
};

struct CalibrationOptions {
  std::uint64_t seed = 1;
};

/// Tests each variable of the model against the table, which is matched by names and levels. A value is ranked among
/// 99 draws of its mechanism at the same causes: ranks are uniform where the distribution is right, whatever the
/// mechanism (the probability integral transform of Dawid 1984, by draws), which 20 bins show, and independent of
/// the causes, which cosines of these show (the two p-values combined; the statistic is of the smaller). A variable
/// whose levels have known probabilities is compared, level by level, with these in ten groups of people by them
/// (Hosmer, Lemeshow 1980, with the model's own variances). A model fitted to the same table is tested leniently. A
/// variable whose named exogenous input also reaches its causes is not tested. At most 50,000 people are drawn for.
/// Throws table_unknown_column, table_type.
std::vector<NodeCalibration> node_calibration(const Scm& scm, const Table& table,
                                              const CalibrationOptions& options = {});

}  // namespace equipoise::inline v0
