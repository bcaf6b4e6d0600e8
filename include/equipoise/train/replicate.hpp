// One replicate of a study: people divided anew, a model fitted, and every world of every part built.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/random.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/data/people.hpp>
#include <equipoise/data/split.hpp>
#include <equipoise/objective/worlds.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/train/study_inputs.hpp>

namespace equipoise::inline v0 {

/// What all points of a replicate share. The encoding and a fitted model come from training rows alone.
struct StudyReplicate {
  WorldSource source;
  std::vector<NodeFit> fits;          ///< how each mechanism was chosen, where the model was fitted
  std::vector<std::string> warnings;  ///< of the fit
  PreparedRows training, validation, test;
  std::vector<std::vector<double>> resamples;  ///< of the test rows: bootstrap weights, each one a row
  Eigen::VectorXd reference;                   ///< parameters of the predictor of reference, once it is trained
};

namespace detail {

/// A seed of its own for a part of a replicate, so that no two parts share the noise of counterfactual rows.
inline std::uint64_t seed_of_part(std::uint64_t seed, Purpose purpose, std::uint32_t part, std::uint32_t replicate) {
  return RandomStream({.seed = seed, .purpose = purpose, .point = part, .replicate = replicate}).row(0)();
}

/// Groups and outcome keep their shares in every part.
inline SplitOptions split_options(const Study& study, const StudyInputs& inputs, std::uint32_t replicate) {
  SplitOptions options{.validation = study.split.validation,
                       .test = study.split.test,
                       .seed = study.split.seed.value_or(study.seed),
                       .replicate = replicate,
                       .fold_column = study.split.column,
                       .test_folds = study.split.test_folds};
  const auto stratify = [&](const std::string& name) {
    if (inputs.table.column(name).has_levels()) options.stratify_by.push_back(name);
  };
  const bool people_are_private = std::any_of(study.objectives.begin(), study.objectives.end(),
                                              [](const StudyObjective& each) { return each.privacy.has_value(); });
  if (!people_are_private) {  // else nobody's part may hang on who else there is
    stratify(study.outcome.column);
    for (const ProtectedAttribute& each : study.protected_attributes) stratify(each.column);
  }
  if (options.fold_column.empty()) return options;
  options.test = 0;
  return options;
}

inline std::vector<std::vector<double>> resample_rows(const Table& table, std::size_t count, std::uint64_t seed,
                                                      std::uint32_t replicate) {
  const BootstrapUnit unit = table.weights_are_counts() ? BootstrapUnit::person : BootstrapUnit::row;
  std::vector<std::vector<double>> resamples(count, std::vector<double>(table.rows()));
  for (std::size_t b = 0; b < count; ++b)
    bootstrap_weights(RandomStream({.seed = seed,
                                    .purpose = Purpose::bootstrap,
                                    .point = static_cast<std::uint32_t>(b),
                                    .replicate = replicate}),
                      table.weights(), unit, resamples[b]);
  return resamples;
}

}  // namespace detail

/// From training rows to a model.
using ModelFitter = std::function<Scm(const Table& training)>;

/// Divides the rows, fits the model on training rows where it is not given and a request needs one, and builds the
/// requested worlds of the three parts, each as one_row_a_person has it. Deterministic in the study and the replicate's
/// number. `fitter`: fits the model in fit_scm's place, where there is one. Throws as split, fit_scm and build_world
/// do.
inline StudyReplicate prepare_replicate(const Study& study, const StudyInputs& inputs,
                                        std::span<const WorldRequest> requests, std::uint32_t replicate,
                                        const ModelFitter& fitter = {}) {
  const Split parts = split(inputs.table, detail::split_options(study, inputs, replicate));
  const bool counterfactual =
      std::any_of(requests.begin(), requests.end(), [](const WorldRequest& each) { return !each.is_factual(); });
  StudyReplicate result;
  result.source = {
      .encoding = fit_encoding(parts.training, inputs.features), .outcome = study.outcome.column, .scm = inputs.model};
  if (counterfactual && !inputs.model && fitter) {
    result.source.scm = fitter(parts.training);
  } else if (counterfactual && !inputs.model) {
    ScmFit fit = fit_scm(
        inputs.graph, parts.training,
        {.coupling = study.model.coupling, .seed = detail::seed_of_part(study.seed, Purpose::fit, 0, replicate)});
    result.source.scm = std::move(fit.scm);
    result.fits = std::move(fit.nodes);
    result.warnings = std::move(fit.warnings);
  }
  std::uint32_t part = 0;
  const auto prepared = [&](const Table& table) {
    const Table people = one_row_a_person(table);
    return prepare_rows(result.source, people, outcome_values(study.outcome, people), requests,
                        {.seed = detail::seed_of_part(study.seed, Purpose::abduction, part++, replicate)});
  };
  result.training = prepared(parts.training);
  result.validation = prepared(parts.validation);
  result.test = prepared(parts.test);
  result.resamples = detail::resample_rows(result.test.table, study.sweep.bootstrap, study.seed, replicate);
  return result;
}

}  // namespace equipoise::inline v0
