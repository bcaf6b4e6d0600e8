// Mean responses of people in another group, cross-fitted: what effects and decompositions are differences of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/contrast.hpp>
#include <equipoise/scm/cross_fitting.hpp>
#include <equipoise/scm/effect_estimation.hpp>
#include <equipoise/scm/nuisance.hpp>
#include <equipoise/scm/one_step.hpp>

namespace equipoise::inline v0::detail {

/// Who is looked at.
enum class Audience { everyone, both_groups };

/// One row a person, as estimators see them.
class ComparedPeople {
 public:
  /// Throws as estimate_effect does.
  ComparedPeople(const Table& table, std::vector<ValueContrast> contrasts, const std::string& outcome,
                 const std::string& positive, Audience audience);

  const Table& table() const noexcept { return table_; }
  const std::vector<ValueContrast>& contrasts() const noexcept { return contrasts_; }
  const Eigen::VectorXd& outcome() const noexcept { return outcome_; }
  const Eigen::VectorXd& weights() const noexcept { return weights_; }
  bool outcome_is_binary() const noexcept { return outcome_is_binary_; }
  const std::string& outcome_text() const noexcept { return outcome_text_; }
  /// 1 in the group, else 0.
  const Eigen::VectorXd& member(Group group) const { return members_[static_cast<std::size_t>(group)]; }
  OneStep mean(Group group) const { return group_mean(outcome_, weights_, member(group)); }

  /// Throws no_positivity where a group has fewer rows than there are folds.
  std::vector<std::vector<std::uint32_t>> folds(const CrossFittingOptions& options) const;

 private:
  Table table_;
  std::vector<ValueContrast> contrasts_;
  Eigen::VectorXd outcome_, weights_;
  std::array<Eigen::VectorXd, 3> members_;
  bool outcome_is_binary_ = false;
  std::string outcome_text_;
};

/// What the people of each combination of covariates show, as each of them sees it; indexed by baseline and compared.
struct CellShares {
  Eigen::VectorXd people;                  ///< of anyone
  std::array<Eigen::VectorXd, 2> members;  ///< of either group
  std::array<Eigen::VectorXd, 2> means;    ///< of their outcomes; 0 where there is nobody
};

/// Nothing where a covariate is a number of more than 64 values.
std::optional<CellShares> cell_shares(const ComparedPeople& people, std::span<const std::string> covariates);

/// E[E[Y | to, V] | from] on the table's own shares; with them for nuisances the correction of a one-step estimate is
/// 0. Nothing where cell_shares gives nothing or someone of `from` has fewer than `least_people` peers in `to`.
std::optional<OneStep> transported_by_cells(const ComparedPeople& people, std::span<const std::string> covariates,
                                            Group from, Group to, double least_people);
/// E[E[Y | compared, V]] - E[E[Y | baseline, V]] over everyone, likewise.
std::optional<OneStep> average_effect_by_cells(const ComparedPeople& people, std::span<const std::string> covariates,
                                               double least_people);

/// Throws value_out_of_range.
void check_options(const CrossFittingOptions& options);

/// Cross-fitted means of `people`; the people and the options must outlive it.
class ResponseMeans {
 public:
  ResponseMeans(const ComparedPeople& people, const CrossFittingOptions& options);

  /// Throws no_positivity where one covariate's levels or range alone show that more people of `from` than the options
  /// allow have next to no chance of being in `to`, before anything is fitted.
  void check_overlap(std::span<const std::string> covariates, Group from, Group to) const;

  /// E[E[Y | to, V] | from], one estimate a division. Throws as check_overlap, and where propensities show the same.
  std::vector<OneStep> transported(std::span<const std::string> covariates, Group from, Group to);
  /// E[E[Y | compared, V]] - E[E[Y | baseline, V]] over everyone, one estimate a division.
  std::vector<OneStep> average_effect(std::span<const std::string> covariates);

  const CrossFittingNotes& notes() const noexcept { return notes_; }

 private:
  /// Throws where most of `from` have a number beyond all that people of `to` have.
  void check_range(const Column& column, Group from, Group to) const;
  NuisanceFit regression(const NuisanceDesigns& designs, std::span<const std::string> covariates, Group of);
  NuisanceFit propensities(const NuisanceDesigns& designs, std::span<const std::string> covariates);
  NuisanceDesigns designs(std::span<const std::string> covariates) const;
  Eigen::VectorXd clipped(const Eigen::VectorXd& propensity, Group group, const Eigen::VectorXd& averaged,
                          std::span<const std::string> covariates);
  [[noreturn]] void fail_without_overlap(double share, Group to, const std::string& who) const;

  const ComparedPeople& people_;
  const CrossFittingOptions& options_;
  std::vector<std::vector<std::uint32_t>> folds_;
  CrossFittingNotes notes_;
};

/// One number of the divisions' estimates.
CrossFittedEstimate averaged(std::span<const OneStep> estimates, const Eigen::VectorXd& weights);

}  // namespace equipoise::inline v0::detail
