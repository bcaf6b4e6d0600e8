#include "scm/response_means.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/data/people.hpp>

namespace equipoise::inline v0::detail {
namespace {

using Index = Eigen::Index;

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string given(std::span<const std::string> covariates) {
  return covariates.empty() ? std::string() : " | " + joined(covariates);
}

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", 100 * share);
  return text.data();
}

/// A cell for each combination of values, numbered by first appearance; nothing where a number has too many values.
std::optional<std::vector<std::size_t>> cells_of(const Table& table, std::span<const std::string> covariates) {
  constexpr std::size_t most_values = 64;
  std::vector<std::size_t> cell(table.rows(), 0);
  for (const std::string& name : covariates) {
    const Column& column = table.column(name);
    std::map<double, std::size_t> values;
    std::map<std::pair<std::size_t, double>, std::size_t> finer;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      values.try_emplace(column.values[row], 0);
      if (!column.has_levels() && values.size() > most_values) return std::nullopt;
      cell[row] = finer.try_emplace({cell[row], column.values[row]}, finer.size()).first->second;
    }
  }
  return cell;
}

/// Sums over the rows of a cell, as each of its rows sees them.
Eigen::VectorXd cell_sums(const std::vector<std::size_t>& cell, const Eigen::VectorXd& values) {
  std::vector<double> sums(cell.size());  // as many as there can be cells
  for (std::size_t row = 0; row < cell.size(); ++row) sums[cell[row]] += values[static_cast<Index>(row)];
  Eigen::VectorXd result(values.size());
  for (std::size_t row = 0; row < cell.size(); ++row) result[static_cast<Index>(row)] = sums[cell[row]];
  return result;
}

/// part / whole, and 0 where whole is.
Eigen::VectorXd ratio(const Eigen::VectorXd& part, const Eigen::VectorXd& whole) {
  return (whole.array() > 0).select(part.array() / whole.array(), 0.0);
}

bool are_fewer(const Eigen::VectorXd& people, const Eigen::VectorXd& averaged, double least_people) {
  return ((averaged.array() > 0) && (people.array() < least_people)).any();
}

Table people_of(const Table& table, const std::vector<ValueContrast>& contrasts, Audience audience) {
  const std::vector<Group> groups = groups_of(table, contrasts);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < groups.size(); ++row)
    if (table.weights()[row] > 0 && (audience == Audience::everyone || groups[row] != Group::other))
      rows.push_back(row);
  for (const Group group : {Group::compared, Group::baseline})
    if (std::none_of(rows.begin(), rows.end(), [&](std::size_t row) { return groups[row] == group; }))
      throw Error(ErrorCode::no_positivity, {}, "no one with " + group_text(contrasts, group), "people of both groups");
  return one_row_a_person(table.select(rows));
}

}  // namespace

void check_options(const CrossFittingOptions& options) {
  const auto check = [](bool holds, const char* name, double found, const char* expected) {
    if (!holds) throw Error(ErrorCode::value_out_of_range, name, shortest(found), expected);
  };
  check(options.folds >= 2, "folds", static_cast<double>(options.folds), "2 or more");
  check(options.splits >= 1, "splits", static_cast<double>(options.splits), "1 or more");
  check(options.least_propensity > 0 && options.least_propensity < 1, "least_propensity", options.least_propensity,
        "a number in (0, 1)");
  check(options.most_clipped >= 0 && options.most_clipped <= 1, "most_clipped", options.most_clipped,
        "a number in [0, 1]");
  check(options.level > 0 && options.level < 1, "level", options.level, "a number in (0, 1)");
}

ComparedPeople::ComparedPeople(const Table& table, std::vector<ValueContrast> contrasts, const std::string& outcome,
                               const std::string& positive, Audience audience)
    : contrasts_(std::move(contrasts)), outcome_text_(positive.empty() ? outcome : outcome + '=' + positive) {
  if (!table.weights_are_counts())
    throw Error(ErrorCode::table_type, "weights", "weights that are not whole numbers", "counts of people");
  table_ = people_of(table, contrasts_, audience);
  const auto rows = static_cast<Index>(table_.rows());
  OutcomeValues values = outcome_values(table_, outcome, positive);
  outcome_is_binary_ = values.is_binary;
  outcome_ = Eigen::Map<const Eigen::VectorXd>(values.values.data(), rows);
  weights_ = Eigen::Map<const Eigen::VectorXd>(table_.weights().data(), rows);
  members_.fill(Eigen::VectorXd::Zero(rows));
  const std::vector<Group> groups = groups_of(table_, contrasts_);
  for (Index row = 0; row < rows; ++row)
    members_[static_cast<std::size_t>(groups[static_cast<std::size_t>(row)])][row] = 1;
}

std::vector<std::vector<std::uint32_t>> ComparedPeople::folds(const CrossFittingOptions& options) const {
  for (const Group group : {Group::compared, Group::baseline})
    if (member(group).sum() < static_cast<double>(options.folds))
      throw Error(ErrorCode::no_positivity, {},
                  "only " + shortest(member(group).sum()) + " people with " + group_text(contrasts_, group),
                  "one a fold at least, of " + std::to_string(options.folds), "group its values");
  // A group's people of either outcome, lest a fold's fit see one of them alone.
  std::vector<std::size_t> strata(table_.rows());
  for (std::size_t row = 0; row < strata.size(); ++row) {
    const auto at = static_cast<Index>(row);
    const std::size_t group = members_[2][at] > 0 ? 2 : members_[1][at] > 0 ? 1 : 0;
    strata[row] = 2 * group + (outcome_is_binary_ && outcome_[at] == 1);
  }
  std::vector<std::vector<std::uint32_t>> result;
  for (std::size_t split = 0; split < options.splits; ++split)
    result.push_back(assign_folds(strata, options.folds, options.seed, static_cast<std::uint32_t>(split)));
  return result;
}

std::optional<CellShares> cell_shares(const ComparedPeople& people, std::span<const std::string> covariates) {
  const auto cell = cells_of(people.table(), covariates);
  if (!cell) return std::nullopt;
  CellShares shares{cell_sums(*cell, people.weights()), {}, {}};
  for (const Group group : {Group::baseline, Group::compared}) {
    const auto at = static_cast<std::size_t>(group);
    const Eigen::VectorXd own = people.weights().cwiseProduct(people.member(group));
    shares.members[at] = cell_sums(*cell, own);
    shares.means[at] = ratio(cell_sums(*cell, own.cwiseProduct(people.outcome())), shares.members[at]);
  }
  return shares;
}

std::optional<OneStep> transported_by_cells(const ComparedPeople& people, std::span<const std::string> covariates,
                                            Group from, Group to, double least_people) {
  const auto shares = cell_shares(people, covariates);
  const auto of = static_cast<std::size_t>(to);
  if (!shares || are_fewer(shares->members[of], people.member(from), least_people)) return std::nullopt;
  return transported_mean(people.outcome(), people.weights(), people.member(from), people.member(to), shares->means[of],
                          ratio(shares->members[static_cast<std::size_t>(from)], shares->members[of]));
}

std::optional<OneStep> average_effect_by_cells(const ComparedPeople& people, std::span<const std::string> covariates,
                                               double least_people) {
  const auto shares = cell_shares(people, covariates);
  if (!shares) return std::nullopt;
  const Eigen::VectorXd everyone = Eigen::VectorXd::Ones(people.outcome().size());
  for (const Eigen::VectorXd& members : shares->members)
    if (are_fewer(members, everyone, least_people)) return std::nullopt;
  const auto response = [&](Group to) {
    const auto of = static_cast<std::size_t>(to);
    return standardised_mean(people.outcome(), people.weights(), people.member(to), shares->means[of],
                             ratio(shares->members[of], shares->people));
  };
  return response(Group::compared) - response(Group::baseline);
}

ResponseMeans::ResponseMeans(const ComparedPeople& people, const CrossFittingOptions& options)
    : people_(people), options_(options) {
  check_options(options);
  folds_ = people.folds(options);
  notes_.folds = options.folds;
  notes_.splits = options.splits;
}

NuisanceDesigns ResponseMeans::designs(std::span<const std::string> covariates) const {
  // Twenty people to a product, and no more products than a fit bears in seconds.
  constexpr std::size_t people_a_column = 20, most_columns = 150;
  return nuisance_designs(people_.table(), covariates,
                          std::min(most_columns, people_.table().rows() / people_a_column));
}

NuisanceFit ResponseMeans::regression(const NuisanceDesigns& designs, std::span<const std::string> covariates,
                                      Group of) {
  const std::size_t classes = people_.outcome_is_binary() ? 2 : 0;
  NuisanceFit fit = cross_fit(designs, {people_.outcome(), classes, people_.weights().cwiseProduct(people_.member(of))},
                              folds_, options_.parallelism);
  const std::string condition =
      group_text(people_.contrasts(), of) + (covariates.empty() ? "" : ", ") + joined(covariates);
  notes_.nuisances.push_back("E[" + people_.outcome_text() + " | " + condition +
                             "]: " + std::string(to_string(fit.family)));
  return fit;
}

NuisanceFit ResponseMeans::propensities(const NuisanceDesigns& designs, std::span<const std::string> covariates) {
  const Eigen::VectorXd &compared = people_.member(Group::compared), &other = people_.member(Group::other);
  const std::size_t classes = other.sum() > 0 ? 3 : 2;
  NuisanceFit fit =
      cross_fit(designs, {compared + 2 * other, classes, people_.weights()}, folds_, options_.parallelism);
  notes_.nuisances.push_back("P(" + group_text(people_.contrasts(), Group::compared) + given(covariates) +
                             "): " + std::string(to_string(fit.family)));
  return fit;
}

Eigen::VectorXd ResponseMeans::clipped(const Eigen::VectorXd& propensity, Group group, const Eigen::VectorXd& averaged,
                                       std::span<const std::string> covariates) {
  const double least = options_.least_propensity;
  const Eigen::VectorXd people = people_.weights().cwiseProduct(averaged);
  const double share = people.dot((propensity.array() < least).cast<double>().matrix()) / people.sum();
  notes_.clipped_share = std::max(notes_.clipped_share, share);
  if (share <= options_.most_clipped) return propensity.cwiseMax(least);
  Index rarest = 0;
  (averaged.array() > 0).select(propensity.array(), 2.0).minCoeff(&rarest);
  std::string who;
  for (const std::string& name : covariates) {
    const Column& column = people_.table().column(name);
    who += (who.empty() ? "" : ", ") + name + '=' + cell_text(column, column.values[static_cast<std::size_t>(rarest)]);
  }
  fail_without_overlap(share, group, who);
}

void ResponseMeans::fail_without_overlap(double share, Group to, const std::string& who) const {
  throw Error(ErrorCode::no_positivity, {},
              percent(share) + " of the people have an estimated chance below " + shortest(options_.least_propensity) +
                  " of " + group_text(people_.contrasts(), to) + ", as those with " + who,
              "at most " + percent(options_.most_clipped), "group rare values together, or leave out who has no peer");
}

void ResponseMeans::check_range(const Column& column, Group from, Group to) const {
  Interval range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t row = 0; row < column.values.size(); ++row)
    if (people_.member(to)[static_cast<Index>(row)] > 0)
      range = {std::min(range.low, column.values[row]), std::max(range.high, column.values[row])};
  double beyond = 0, farthest = 0, away = 0;
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    const double x = column.values[row], off = std::max(range.low - x, x - range.high);
    const double people = people_.weights()[static_cast<Index>(row)] * people_.member(from)[static_cast<Index>(row)];
    if (off <= 0 || people == 0) continue;
    beyond += people;
    if (off > away) {
      away = off;
      farthest = x;
    }
  }
  const double all = people_.weights().dot(people_.member(from));
  constexpr double most_beyond = 0.5;  // a range of few people is narrow by chance
  if (beyond > most_beyond * all)
    fail_without_overlap(beyond / all, to, column.name + '=' + shortest(farthest));
}

void ResponseMeans::check_overlap(std::span<const std::string> covariates, Group from, Group to) const {
  const double all = people_.weights().dot(people_.member(from));
  for (const std::string& name : covariates) {
    const Column& column = people_.table().column(name);
    if (!column.has_levels()) {
      check_range(column, from, to);
      continue;
    }
    std::vector<double> of_from(column.levels.size()), of_to(column.levels.size());
    for (std::size_t row = 0; row < column.values.size(); ++row) {
      const auto level = static_cast<std::size_t>(column.values[row]);
      of_from[level] += people_.weights()[static_cast<Index>(row)] * people_.member(from)[static_cast<Index>(row)];
      of_to[level] += people_.weights()[static_cast<Index>(row)] * people_.member(to)[static_cast<Index>(row)];
    }
    double hopeless = 0, most = 0;
    std::size_t rarest = 0;
    for (std::size_t level = 0; level < of_from.size(); ++level) {
      if (of_from[level] == 0) continue;
      // Propensities of a level have the share of `to` for mean, so by Markov's inequality at least these are too low.
      const double share = of_to[level] / (of_from[level] + of_to[level]);
      const double too_low = of_from[level] * std::max(0.0, 1 - share / options_.least_propensity);
      hopeless += too_low;
      if (too_low > most) {
        most = too_low;
        rarest = level;
      }
    }
    if (hopeless > options_.most_clipped * all)
      fail_without_overlap(hopeless / all, to, name + '=' + column.levels[rarest]);
  }
}

std::vector<OneStep> ResponseMeans::transported(std::span<const std::string> covariates, Group from, Group to) {
  if (covariates.empty()) return std::vector<OneStep>(folds_.size(), people_.mean(to));
  check_overlap(covariates, from, to);
  const NuisanceDesigns columns = designs(covariates);
  const NuisanceFit means = regression(columns, covariates, to), chances = propensities(columns, covariates);
  const Index from_class = from == Group::compared ? 1 : 0, to_class = to == Group::compared ? 1 : 0;
  std::vector<OneStep> result;
  for (std::size_t split = 0; split < folds_.size(); ++split) {
    const Eigen::MatrixXd& chance = chances.predictions[split];
    // Of the two groups alone, whoever else there is.
    const Eigen::VectorXd propensity =
        clipped(chance.col(to_class).cwiseQuotient(chance.col(from_class) + chance.col(to_class)), to,
                people_.member(from), covariates);
    result.push_back(transported_mean(people_.outcome(), people_.weights(), people_.member(from), people_.member(to),
                                      means.predictions[split].rightCols(1),
                                      (1 - propensity.array()) / propensity.array()));
  }
  return result;
}

std::vector<OneStep> ResponseMeans::average_effect(std::span<const std::string> covariates) {
  if (covariates.empty())
    return std::vector<OneStep>(folds_.size(), people_.mean(Group::compared) - people_.mean(Group::baseline));
  const NuisanceDesigns columns = designs(covariates);
  const NuisanceFit chances = propensities(columns, covariates);
  const Eigen::VectorXd everyone = Eigen::VectorXd::Ones(people_.outcome().size());
  const auto responses = [&](Group to, Index to_class) {
    const NuisanceFit means = regression(columns, covariates, to);
    std::vector<OneStep> result;
    for (std::size_t split = 0; split < folds_.size(); ++split)
      result.push_back(standardised_mean(people_.outcome(), people_.weights(), people_.member(to),
                                         means.predictions[split].rightCols(1),
                                         clipped(chances.predictions[split].col(to_class), to, everyone, covariates)));
    return result;
  };
  const std::vector<OneStep> compared = responses(Group::compared, 1), baseline = responses(Group::baseline, 0);
  std::vector<OneStep> result;
  for (std::size_t split = 0; split < compared.size(); ++split) result.push_back(compared[split] - baseline[split]);
  return result;
}

CrossFittedEstimate averaged(std::span<const OneStep> estimates, const Eigen::VectorXd& weights) {
  std::vector<SplitEstimate> splits;
  for (const OneStep& each : estimates) splits.push_back({each.value, standard_error(each, weights)});
  return mean_over_splits(splits);
}

}  // namespace equipoise::inline v0::detail
