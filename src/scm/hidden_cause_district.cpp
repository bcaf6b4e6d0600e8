#include "scm/district_fits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <equipoise/scm/held_out.hpp>
#include <equipoise/scm/hidden_causes.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr std::size_t most_hidden_states = 256;
constexpr std::size_t most_table_cells = 1'000'000;

/// Rows that are alike in everything the district reads, and which cell each row is.
struct Cells {
  HiddenCauseCells alike;
  std::vector<std::uint32_t> of_row;

  explicit Cells(const DistrictData& district) : of_row(district.members.front().rows) {
    const std::size_t size = district.members.size();
    alike.level.resize(size);
    alike.configuration.resize(size);
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    std::vector<std::uint32_t> key(2 * size);
    for (std::size_t row = 0; row < of_row.size(); ++row) {
      for (std::size_t m = 0; m < size; ++m) {
        const NodeData& member = district.members[m];
        key[m] = static_cast<std::uint32_t>(member.value[row]);
        key[size + m] =
            static_cast<std::uint32_t>(configuration(member.inputs, member.input_levels, {0, member.rows}, row));
      }
      const auto [found, is_new] = known.emplace(key, static_cast<std::uint32_t>(known.size()));
      of_row[row] = found->second;
      if (!is_new) continue;
      for (std::size_t m = 0; m < size; ++m) {
        alike.level[m].push_back(key[m]);
        alike.configuration[m].push_back(key[size + m]);
      }
    }
  }

  std::vector<double> sums(std::span<const double> weights) const {
    std::vector<double> result(alike.size());
    for (std::size_t row = 0; row < weights.size(); ++row) result[of_row[row]] += weights[row];
    return result;
  }
  std::vector<double> by_row(std::span<const double> by_cell) const {
    std::vector<double> result(of_row.size());
    for (std::size_t row = 0; row < of_row.size(); ++row) result[row] = by_cell[of_row[row]];
    return result;
  }
};

HiddenCauseModel model_of(const DistrictData& district, const std::vector<std::vector<std::size_t>>& cliques,
                          std::size_t hidden_levels) {
  HiddenCauseModel model{{}, std::vector<std::size_t>(cliques.size(), hidden_levels)};
  for (std::size_t m = 0; m < district.members.size(); ++m) {
    const NodeData& member = district.members[m];
    model.members.push_back({member.levels, configuration_count(member.input_levels), {}});
    for (std::size_t c = 0; c < cliques.size(); ++c)
      if (std::binary_search(cliques[c].begin(), cliques[c].end(), m)) model.members.back().hidden.push_back(c);
  }
  return model;
}

/// Why a model is beyond the budget.
std::optional<std::string> too_large(const HiddenCauseModel& model) {
  double states = 1, cells = 0;
  for (const std::size_t levels : model.hidden_levels) states *= static_cast<double>(levels);
  for (const HiddenCauseMember& member : model.members) {
    double size = static_cast<double>(member.levels) * static_cast<double>(member.configurations);
    for (const std::size_t h : member.hidden) size *= static_cast<double>(model.hidden_levels[h]);
    cells = std::max(cells, size);
  }
  if (states > static_cast<double>(most_hidden_states))
    return "its " + std::to_string(model.hidden_levels.size()) + " hidden common causes have more than " +
           std::to_string(most_hidden_states) + " joint states";
  if (cells > static_cast<double>(most_table_cells))
    return "a table of it would have more than " + std::to_string(most_table_cells) + " cells";
  return std::nullopt;
}

/// One number of hidden levels: how well it predicts, by member and of the district.
struct Scored {
  HiddenCauseModel model;
  std::vector<HeldOut> members;
  HeldOut district;
};

Scored scored(HiddenCauseModel model, const Cells& cells, std::span<const double> weights,
              const std::vector<std::vector<double>>& folds, const HiddenCauseOptions& options) {
  const HeldOut none{std::vector<double>(weights.size()), 0};
  Scored result{std::move(model), {}, none};
  result.members.assign(result.model.members.size(), none);
  const HiddenCauses causes(result.model, cells.alike);
  for_each_fold(weights, folds, [&](std::span<const double> rest, std::span<const double> fold, double held) {
    const HiddenCauseParameters at = causes.fit(cells.sums(rest), options).parameters;
    for (std::size_t m = 0; m < result.members.size(); ++m) {
      const std::vector<double> likelihood = cells.by_row(causes.log_likelihoods(at, m));
      result.members[m].add(fold, likelihood);
      result.district.add(fold, likelihood);
      result.members[m].total_weight += held;
    }
    result.district.total_weight += held;
  });
  return result;
}

std::string mechanism_text(const HiddenCauseMember& member, std::size_t hidden_levels) {
  return (member.hidden.size() == 1 ? std::string("table with a hidden cause of ")
                                    : "table with " + std::to_string(member.hidden.size()) + " hidden causes of ") +
         std::to_string(hidden_levels) + " levels";
}

DistrictFit assembled(const DistrictData& district, const std::vector<std::vector<std::size_t>>& cliques,
                      const HiddenCauseModel& model, const HiddenCauseFit& fit, const FitOptions& options) {
  DistrictFit result;
  std::string joined;
  for (std::size_t c = 0; c < cliques.size(); ++c) {
    const std::vector<double>& p = fit.parameters.hidden[c];
    result.causes.push_back({p.size() == 2 ? Noise(BernoulliNoise{p[1]}) : Noise(CategoricalNoise{p}), cliques[c]});
    if (c > 0) joined += "; ";
    for (std::size_t i = 0; i < cliques[c].size(); ++i)
      joined += (i == 0 ? "'" : i + 1 == cliques[c].size() ? " and '" : ", '") + district.names[cliques[c][i]] + "'";
  }
  for (std::size_t m = 0; m < model.members.size(); ++m) {
    std::vector<std::size_t> levels = district.members[m].input_levels;
    for (const std::size_t h : model.members[m].hidden) levels.push_back(model.hidden_levels[h]);
    result.mechanisms.push_back(TableMechanism(
        ProbabilityTable(std::move(levels), model.members[m].levels, fit.parameters.tables[m]), options.coupling));
  }
  const bool several = cliques.size() > 1;
  result.warnings.push_back("the hidden common cause" + std::string(several ? "s of " : " of ") + joined +
                            (several ? " are fitted as variables of " : " is fitted as a variable of ") +
                            std::to_string(model.hidden_levels.front()) + " levels" + (several ? " each" : "") +
                            ": the observed distribution is fitted, what the hidden levels are and do is not "
                            "identified");
  return result;
}

}  // namespace

DistrictOutcome fit_hidden_cause_district(const DistrictData& district, std::span<const double> weights,
                                          const std::vector<std::vector<double>>& folds, const FitOptions& options) {
  const auto cliques = edge_clique_cover(district.members.size(), [&](std::size_t i, std::size_t j) {
    return std::binary_search(district.siblings[i].begin(), district.siblings[i].end(), j);
  });
  if (const auto reason = too_large(model_of(district, cliques, 2))) return *reason;
  const Cells cells(district);
  const HiddenCauseOptions em{.prior = options.table_prior, .seed = options.seed};
  HiddenCauseOptions em_of_folds = em;
  em_of_folds.starts = 3;
  em_of_folds.tolerance = 1e-6;
  std::vector<Scored> choices;
  for (std::size_t levels = 2; levels <= std::max<std::size_t>(2, options.most_hidden_levels); ++levels) {
    HiddenCauseModel model = model_of(district, cliques, levels);
    if (too_large(model)) break;
    choices.push_back(scored(std::move(model), cells, weights, folds, em_of_folds));
  }
  std::size_t best = 0;
  for (std::size_t c = 1; c < choices.size() && choices[0].district.total_weight > 0; ++c) {
    const Lead ahead = lead(choices[c].district, choices[best].district, weights);
    if (ahead.mean > options.standard_errors * ahead.standard_error && ahead.mean > 0) best = c;
  }
  const Scored& chosen = choices[best];
  const HiddenCauses causes(chosen.model, cells.alike);
  const HiddenCauseFit fit = causes.fit(cells.sums(weights), em);
  DistrictFit result = assembled(district, cliques, chosen.model, fit, options);
  std::optional<std::size_t> second;
  for (std::size_t c = 0; c < choices.size() && chosen.district.total_weight > 0; ++c)
    if (c != best && (!second || choices[c].district.mean() > choices[*second].district.mean())) second = c;
  for (std::size_t m = 0; m < chosen.model.members.size(); ++m) {
    const HiddenCauseMember& member = chosen.model.members[m];
    NodeFit report{.variable = district.names[m], .mechanism = mechanism_text(member, chosen.model.hidden_levels[0])};
    report.log_likelihood = mean_log_likelihood(cells.by_row(causes.log_likelihoods(fit.parameters, m)), weights);
    report.held_out = chosen.district.total_weight > 0 ? chosen.members[m].mean() : report.log_likelihood;
    if (second) {
      const Lead margin = lead(chosen.members[m], choices[*second].members[m], weights);
      report.runner_up = mechanism_text(member, choices[*second].model.hidden_levels[0]);
      report.margin = margin.mean;
      report.margin_standard_error = margin.standard_error;
    } else if (chosen.district.total_weight <= 0) {
      report.notes.push_back("too few rows to hold any out");
    }
    report.iterations = fit.objective.size();
    report.converged = fit.converged;
    result.reports.push_back(std::move(report));
  }
  return result;
}

}  // namespace equipoise::inline v0::detail
