// From a study's measured points to its frontier.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <equipoise/frontier/frontier.hpp>
#include <equipoise/frontier/replicated_measures.hpp>

namespace equipoise::inline v0 {

struct Study;
struct StudyRun;

/// The measures of every point on the validation rows, averaged over replicates: points x goals.
Eigen::MatrixXd validation_measures(const StudyRun& run);

/// The measures of every point on the test rows, averaged over replicates, and the same on resamples: each draw takes
/// one bootstrap of the test rows and, with replacement, as many replicates as there are, both shared by all points
/// and goals (see two_level_estimate).
ReplicatedMeasures test_measures(const StudyRun& run);

/// The goals that span hypervolumes, knees and trade-offs, by index: one that says how accurate a point is (the error
/// rate where it is measured, else the loss trained on), then every goal that is not about accuracy. All of them where
/// there is no other.
std::vector<std::size_t> balanced_goals(const Study& study);

/// The frontier: dominance, knees and who spans a hypervolume decided on validation rows, values and their 95%
/// intervals measured on test rows. An arm's steps lead from the point that is best at the accuracy trained on to less
/// of each other goal. A hypervolume's reference point lies a tenth of the validation range beyond the
/// worst point of either arm. `command` reproduces it.
Frontier frontier_of(const StudyRun& run, std::string command);

}  // namespace equipoise::inline v0
