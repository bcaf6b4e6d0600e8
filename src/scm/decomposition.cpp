#include <equipoise/scm/decomposition.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/data/cell.hpp>

#include "scm/mean_outcomes.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::MeanOutcomes;

/// People alike in everything that a decomposition reads.
struct FairnessCell {
  std::vector<std::size_t> strata;  ///< by step: indices of z, of (z, w1), and so on to (z, w)
  bool compared = false;            ///< x1, else x0
  double outcome = 0;
  double weight = 0;
  std::size_t row = 0;  ///< the first row of the table that is in the cell
};

struct FairnessCells {
  std::vector<FairnessCell> cells;
  std::vector<std::size_t> strata;  ///< how many there are, by step
};

// Dense indices, by first appearance, of the combinations of values that rows take in the columns.
class Combinations {
 public:
  Combinations(const Table& table, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      columns_.push_back(&table.column(name));
      check_discrete(*columns_.back());
    }
  }
  std::size_t index(std::size_t row, std::size_t within = 0) {
    std::vector<double> key{static_cast<double>(within)};
    for (const Column* column : columns_) key.push_back(column->values[row]);
    return indices_.emplace(std::move(key), indices_.size()).first->second;
  }
  std::size_t size() const noexcept { return indices_.size(); }

 private:
  static void check_discrete(const Column& column) {
    constexpr std::size_t most_values = 64;
    if (column.has_levels()) return;
    std::vector<double> distinct(column.values);
    std::sort(distinct.begin(), distinct.end());
    const auto count = static_cast<std::size_t>(std::unique(distinct.begin(), distinct.end()) - distinct.begin());
    if (count > most_values)
      throw Error(ErrorCode::table_type, "column '" + column.name + "'", std::to_string(count) + " different numbers",
                  "a confounder or mediator of at most " + std::to_string(most_values) + " values", "group its values");
  }
  std::vector<const Column*> columns_;
  std::map<std::vector<double>, std::size_t> indices_;
};

/// What is held at each step beyond what is held before it: the confounders, then the mediators one by one, or all at
/// once where no steps are asked for.
std::vector<std::vector<std::string>> held_by_step(const FairnessRoles& roles, std::span<const MediatorStep> steps) {
  std::vector<std::vector<std::string>> held{roles.confounders};
  for (const MediatorStep& step : steps) held.push_back({step.mediator});
  if (steps.empty()) held.push_back(roles.mediators);
  return held;
}

FairnessCells fairness_cells(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                             std::span<const MediatorStep> steps) {
  detail::check_disjoint(query, roles);
  const OutcomeValues outcome = outcome_values(table, query.outcome, query.positive);
  const std::vector<Group> groups = groups_of(table, query.contrasts());
  std::vector<Combinations> combinations;
  for (const auto& names : held_by_step(roles, steps)) combinations.emplace_back(table, names);
  using Key = std::tuple<std::size_t, std::size_t, bool, double>;  // z, (z, w), the group, the outcome
  std::map<Key, FairnessCell> cells;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double weight = table.weights()[row];
    if (groups[row] == Group::other || weight == 0) continue;
    FairnessCell cell{{}, groups[row] == Group::compared, outcome.values[row], 0, row};
    for (Combinations& each : combinations)
      cell.strata.push_back(each.index(row, cell.strata.empty() ? 0 : cell.strata.back()));
    const Key key{cell.strata.front(), cell.strata.back(), cell.compared, cell.outcome};
    cells.try_emplace(key, std::move(cell)).first->second.weight += weight;
  }
  FairnessCells result;
  for (const Combinations& each : combinations) result.strata.push_back(each.size());
  for (auto& [key, cell] : cells) result.cells.push_back(std::move(cell));
  return result;
}

// People and outcomes by group, summed over cells: [0] the baseline, [1] the compared.
struct GroupSums {
  explicit GroupSums(std::size_t size)
      : weight{std::vector<double>(size), std::vector<double>(size)}, outcome(weight) {}
  void add(std::size_t at, const FairnessCell& cell, double cell_weight) {
    weight[cell.compared][at] += cell_weight;
    outcome[cell.compared][at] += cell_weight * cell.outcome;
  }
  double mean(bool compared, std::size_t at) const { return outcome[compared][at] / weight[compared][at]; }
  std::array<std::vector<double>, 2> weight, outcome;
};

// Every stratum that the baseline group visits must be visited by the compared group.
void check_positivity(const FairnessCells& cells, const Table& table, const DecompositionQuery& query,
                      const FairnessRoles& roles) {
  std::array<bool, 2> any{};
  std::vector<std::array<bool, 2>> visited(cells.strata.back());
  for (const FairnessCell& cell : cells.cells) any[cell.compared] = visited[cell.strata.back()][cell.compared] = true;
  const std::vector<ValueContrast> contrasts = query.contrasts();
  for (const bool compared : {true, false})
    if (!any[compared])
      throw Error(ErrorCode::no_positivity, {},
                  "no one with " + group_text(contrasts, compared ? Group::compared : Group::baseline),
                  "people of both groups");
  for (const FairnessCell& cell : cells.cells) {
    if (visited[cell.strata.back()][1]) continue;
    std::string text = group_text(contrasts, Group::compared);
    for (const auto* names : {&roles.confounders, &roles.mediators})
      for (const std::string& name : *names) {
        const Column& column = table.column(name);
        text += ", " + name + "=" + cell_text(column, column.values[cell.row]);
      }
    throw Error(ErrorCode::no_positivity, {},
                "no one with " + text + ", where there are people with " + group_text(contrasts, Group::baseline),
                "people of both groups in every combination that the baseline group takes",
                "group rare values together");
  }
}

// The plug-in value of the formulas above, with weights[i] people in cell i.
MeanOutcomes mean_outcomes(const FairnessCells& cells, std::span<const double> weights,
                           std::span<const std::vector<std::string>> held) {
  GroupSums all(1);
  std::vector<GroupSums> by_stratum(cells.strata.begin(), cells.strata.end());
  for (std::size_t i = 0; i < cells.cells.size(); ++i) {
    all.add(0, cells.cells[i], weights[i]);
    for (std::size_t step = 0; step < by_stratum.size(); ++step)
      by_stratum[step].add(cells.cells[i].strata[step], cells.cells[i], weights[i]);
  }
  const auto mean_in_baseline = [&](const GroupSums& sums) {  // of the compared group's mean response
    double total = 0;
    for (std::size_t at = 0; at < sums.weight[0].size(); ++at)
      if (sums.weight[0][at] > 0) total += sums.weight[0][at] * sums.mean(true, at);
    return total / all.weight[0][0];
  };
  MeanOutcomes means{all.mean(false, 0), all.mean(true, 0), {}};
  // Without confounders or mediators a part is nothing at all, not a rounding error.
  double before = means.compared;
  for (std::size_t step = 0; step < by_stratum.size(); ++step)
    means.responses.push_back(before = held[step].empty() ? before : mean_in_baseline(by_stratum[step]));
  return means;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// What a part rests on: the estimand, or the absence of hidden causes that the graph does not grant.
Licence part_licence(bool identified, const std::string& estimand, const std::string& hidden_causes) {
  if (identified) return {LicenceKind::identified, estimand};
  return {LicenceKind::assumed, "not identified by the graph; assumes that no hidden cause is common to " +
                                    hidden_causes + " once the confounders are known, and then equals " + estimand};
}

/// What the share of a step is, of what `x` does where the mediators `held` are held already.
Licence share_licence(const MediatorStep& step, const std::string& x, const std::string& held) {
  const std::string meaning =
      "what " + x + " does to " + step.mediator + (held.empty() ? std::string() : " other than through " + held);
  if (step.identified) return {LicenceKind::identified, meaning};
  return {LicenceKind::assumed, "not identified by the graph; assumes no hidden cause of it, and then is " + meaning};
}

// The estimands in the words of the query, such as E[admit=Admitted | gender=Female, dept].
struct Estimands {
  Estimands(const DecompositionQuery& query, const FairnessRoles& roles, const std::string& outcome) {
    const std::vector<ValueContrast> contrasts = query.contrasts();
    const std::string z = joined(roles.confounders), w = joined(roles.mediators);
    const std::string zw = z + (z.empty() || w.empty() ? "" : ", ") + w;
    const auto given = [&](bool compared, const std::string& rest) {
      return " | " + group_text(contrasts, compared ? Group::compared : Group::baseline) +
             (rest.empty() ? "" : ", " + rest);
    };
    const auto mean = [&](bool compared, const std::string& rest) {
      return "E[" + outcome + given(compared, rest) + "]";
    };
    const auto probability = [&](const std::string& of, bool compared, const std::string& rest) {
      return of.empty() ? std::string() : " P(" + of + given(compared, rest) + ")";
    };
    const std::string over = zw.empty() ? "" : "the sum over " + zw + " of ",
                      shares = probability(w, false, z) + probability(z, false, {});
    tv = mean(true, {}) + " - " + mean(false, {});
    de = zw.empty() ? tv : over + "(" + mean(true, zw) + " - " + mean(false, zw) + ")" + shares;
    ie = w.empty() ? "0, since nothing mediates"
                   : over + mean(true, zw) + " (" + probability(w, false, z).substr(1) + " -" +
                         probability(w, true, z) + ")" + probability(z, false, {});
    se = z.empty() ? "0, since nothing confounds"
                   : "the sum over " + z + " of " + mean(true, z) + " (" + probability(z, false, {}).substr(1) + " -" +
                         probability(z, true, {}) + ")";
  }
  std::string tv, de, ie, se;
};

}  // namespace

namespace detail {

void check_disjoint(const DecompositionQuery& query, const FairnessRoles& roles) {
  std::map<std::string, std::string> parts;
  const auto add = [&](const std::string& name, const std::string& part) {
    const auto [other, is_new] = parts.emplace(name, part);
    if (!is_new)
      throw Error(ErrorCode::query_overlap, "variable '" + name + "'", other->second + " and " + part + " at once",
                  "a variable in one part");
  };
  for (const std::string& name : query.attributes()) add(name, "the protected attribute");
  add(query.outcome, "the outcome");
  for (const std::string& name : roles.confounders) add(name, "a confounder");
  for (const std::string& name : roles.mediators) add(name, "a mediator");
}

Decomposition licensed_decomposition(const DecompositionQuery& query, const FairnessRoles& roles,
                                     std::span<const MediatorStep> steps) {
  const std::string outcome = query.positive.empty() ? query.outcome : query.outcome + '=' + query.positive;
  std::string x = query.protected_attribute, compared = query.compared, baseline = query.baseline;
  for (const ValueContrast& each : query.jointly_with) {
    x += ", " + each.variable;
    compared += ", " + each.compared;
    baseline += ", " + each.baseline;
  }
  const std::string& y = query.outcome;
  const Estimands estimands(query, roles, outcome);
  const std::string mediator = roles.mediators.empty() ? "" : " or a mediator";
  std::vector<MediatedShare> shares;
  std::string held;
  for (const MediatorStep& step : steps) {
    shares.push_back({step.mediator, {{}, share_licence(step, x, held)}, 0});
    held += (held.empty() ? "" : ", ") + step.mediator;
  }
  return {.protected_attribute = x,
          .baseline = baseline,
          .compared = compared,
          .outcome = outcome,
          .tv = {{}, {LicenceKind::identified, "observed: " + estimands.tv}},
          .ctf_de = {{}, part_licence(roles.direct_identified, estimands.de, y + " and either " + x + mediator)},
          .ctf_ie = {{},
                     part_licence(roles.indirect_identified, estimands.ie,
                                  "any two of " + x + ", " + y + " and the mediators")},
          .ctf_se = {{}, part_licence(roles.spurious_identified, estimands.se, x + " and " + y + mediator)},
          .by_mediator = std::move(shares)};
}

}  // namespace detail

DecompositionValues decomposition_values(const Table& table, const DecompositionQuery& query,
                                         const FairnessRoles& roles) {
  const FairnessCells cells = fairness_cells(table, query, roles, {});
  check_positivity(cells, table, query, roles);
  std::vector<double> weights;
  for (const auto& cell : cells.cells) weights.push_back(cell.weight);
  return mean_outcomes(cells, weights, held_by_step(roles, {})).parts();
}

namespace detail {

bool is_distribution(const Table& table) {
  double total = 0;
  for (const double weight : table.weights()) total += weight;
  return !table.weights_are_counts() && std::abs(total - 1) <= 1e-6;
}

}  // namespace detail

namespace {

constexpr std::array estimate_parts{&Decomposition::tv, &Decomposition::ctf_de, &Decomposition::ctf_ie,
                                    &Decomposition::ctf_se};

}  // namespace

Decomposition decompose(const Table& table, const DecompositionQuery& query, const FairnessRoles& roles,
                        const BayesianBootstrapOptions& options, std::span<const MediatorStep> steps) {
  const bool exact = detail::is_distribution(table);
  if (!table.weights_are_counts() && !exact)
    throw Error(ErrorCode::table_type, "weights", "weights that are not whole numbers",
                "counts of people, or probabilities that sum to 1");
  const FairnessCells cells = fairness_cells(table, query, roles, steps);
  check_positivity(cells, table, query, roles);
  std::vector<double> people;
  for (const auto& cell : cells.cells) people.push_back(cell.weight);
  BayesianBootstrapOptions drawn = options;
  if (exact) drawn.replicates = 0;
  const auto held = held_by_step(roles, steps);
  const auto estimates = bayesian_bootstrap(people, drawn, [&](std::span<const double> weights) {
    const DecompositionValues values = mean_outcomes(cells, weights, held).parts();
    return std::array{values.tv, values.ctf_de, values.ctf_ie, values.ctf_se};
  });
  Decomposition result = detail::licensed_decomposition(query, roles, steps);
  result.method = exact ? EstimationMethod::exact : EstimationMethod::plug_in;
  for (std::size_t part = 0; part < estimate_parts.size(); ++part)
    (result.*estimate_parts[part]).estimate = estimates[part];
  for (std::size_t step = 0; step < result.by_mediator.size(); ++step)
    result.by_mediator[step].share.estimate = bayesian_bootstrap(people, drawn, [&](std::span<const double> weights) {
                                                return std::array{mean_outcomes(cells, weights, held).share(step + 1)};
                                              }).front();
  return result;
}

}  // namespace equipoise::inline v0
