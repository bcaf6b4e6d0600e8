// Tables of variables with levels that hidden causes join, by expectation-maximisation.
//
// Within a district every bidirected edge is explained by a hidden variable of finitely many levels; edges of a clique
// share one. Their levels have no names and their tables need not be identified: what is fitted is the distribution of
// what is observed. Source: Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm",
// JRSS B 39, 1977; its steps are drawn out as Varadhan and Roland do, Scandinavian Journal of Statistics 35, 2008. Many
// finite levels stand for any hidden cause of finite variables (Rosset, Gisin, Wolfe 2018).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>

namespace equipoise::inline v0::detail {

/// Cliques that cover the edges of an undirected graph, every edge in one at least. `adjacent(i, j)` for i, j below
/// `size`. From each edge that is not covered yet a clique is grown by the least node that fits.
template <class Adjacent>
std::vector<std::vector<std::size_t>> edge_clique_cover(std::size_t size, Adjacent adjacent) {
  std::vector<std::vector<std::size_t>> cliques;
  const auto covered = [&](std::size_t i, std::size_t j) {
    return std::any_of(cliques.begin(), cliques.end(), [&](const std::vector<std::size_t>& clique) {
      return std::binary_search(clique.begin(), clique.end(), i) && std::binary_search(clique.begin(), clique.end(), j);
    });
  };
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = i + 1; j < size; ++j) {
      if (!adjacent(i, j) || covered(i, j)) continue;
      std::vector<std::size_t> clique{i, j};
      for (std::size_t k = 0; k < size; ++k)
        if (std::all_of(clique.begin(), clique.end(), [&](std::size_t each) { return each != k && adjacent(each, k); }))
          clique.push_back(k);
      std::sort(clique.begin(), clique.end());
      cliques.push_back(std::move(clique));
    }
  return cliques;
}

/// A variable of a district: a table over the configurations of its observed parents and its hidden causes.
struct HiddenCauseMember {
  std::size_t levels = 0;
  std::size_t configurations = 1;   ///< of the observed parents
  std::vector<std::size_t> hidden;  ///< indices of its hidden causes, ascending
};

struct HiddenCauseModel {
  std::vector<HiddenCauseMember> members;  ///< causes before effects
  std::vector<std::size_t> hidden_levels;  ///< by hidden cause

  std::size_t states() const {
    std::size_t count = 1;
    for (const std::size_t levels : hidden_levels) count *= levels;
    return count;
  }
};

/// Rows that are alike, counted: by member the level and the configuration of the observed parents in each cell.
struct HiddenCauseCells {
  std::vector<std::vector<std::uint32_t>> level, configuration;  ///< [member][cell]
  std::size_t size() const { return level.empty() ? 0 : level.front().size(); }
};

/// The parameters: a distribution of every hidden cause, and by member a table over (configuration, levels of its
/// hidden causes, own level), row-major, the last fastest.
struct HiddenCauseParameters {
  std::vector<std::vector<double>> hidden;
  std::vector<std::vector<double>> tables;
};

struct HiddenCauseOptions {
  /// Weight added to each configuration of the observed parents, in the member's overall proportions, shared out among
  /// the levels of its hidden causes.
  double prior = 1;
  std::size_t starts = 5;  ///< of which the likeliest after `short_iterations` is gone on with
  std::size_t short_iterations = 30;
  std::size_t max_iterations = 3'000;
  double tolerance = 1e-8;  ///< the rise of the objective, per unit of weight, that ends a fit
  std::uint64_t seed = 1;
};

struct HiddenCauseFit {
  HiddenCauseParameters parameters;
  std::vector<double> objective;  ///< after each iteration: log-likelihood and prior, per unit of weight; never falls
  bool converged = false;
};

/// A model put to cells: what is summed over hidden states. Every call is O(cells x hidden states x members).
class HiddenCauses {
 public:
  HiddenCauses(const HiddenCauseModel& model, const HiddenCauseCells& cells)
      : model_(model), cells_(cells), states_(model.states()), hidden_configuration_(model.members.size()) {
    for (std::size_t m = 0; m < model.members.size(); ++m) {
      hidden_count_.push_back(1);
      for (const std::size_t h : model.members[m].hidden) hidden_count_.back() *= model.hidden_levels[h];
      for (std::size_t s = 0; s < states_; ++s) {
        std::size_t index = 0;
        for (const std::size_t h : model.members[m].hidden) index = index * model.hidden_levels[h] + level_of(h, s);
        hidden_configuration_[m].push_back(static_cast<std::uint32_t>(index));
      }
    }
  }

  /// How many configurations member m's hidden causes have.
  std::size_t hidden_count(std::size_t m) const { return hidden_count_[m]; }

  /// P(hidden state | cell) for every state, the last hidden cause fastest; returns the cell's probability.
  double posterior(const HiddenCauseParameters& at, std::size_t cell, std::span<double> out) const {
    prior(at, out);
    return weigh(at, cell, out);
  }

  /// ln P(level of member m | its parents, the members before it and their parents), by cell.
  std::vector<double> log_likelihoods(const HiddenCauseParameters& at, std::size_t m) const {
    std::vector<double> state_prior(states_), state(states_), result(cells_.size());
    prior(at, state_prior);
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      std::copy(state_prior.begin(), state_prior.end(), state.begin());
      double before = 1;
      for (std::size_t j = 0; j < m; ++j) before = multiply(at, j, cell, state);
      const double now = multiply(at, m, cell, state);
      result[cell] = before > 0 ? std::log(now / before) : -std::numeric_limits<double>::infinity();
    }
    return result;
  }

  /// weights: by cell. Starts are drawn from the seed.
  HiddenCauseFit fit(std::span<const double> weights, const HiddenCauseOptions& options) const {
    const Shares shares(*this, weights, options.prior);
    HiddenCauseFit best;
    for (std::uint32_t start = 0; start < std::max<std::size_t>(1, options.starts); ++start) {
      HiddenCauseFit each{random_start(shares, options.seed, start), {}, false};
      iterate(each, shares, weights, options.short_iterations, options.tolerance);
      if (start == 0 || each.objective.back() > best.objective.back()) best = std::move(each);
    }
    iterate(best, shares, weights, options.max_iterations, options.tolerance);
    return best;
  }

 private:
  /// What a member's tables are drawn towards: its proportions, and with what weight in each row.
  struct Shares {
    Shares(const HiddenCauses& self, std::span<const double> weights, double prior_weight) {
      for (const double weight : weights) total += weight;
      for (std::size_t m = 0; m < self.model_.members.size(); ++m) {
        std::vector<double> of(self.model_.members[m].levels);
        for (std::size_t cell = 0; cell < weights.size(); ++cell) of[self.cells_.level[m][cell]] += weights[cell];
        double sum = 0;
        for (double& each : of)  // a level that no row shows is rare, not impossible
          if (each <= 0) each = 0.5 * std::min(1.0, total / static_cast<double>(weights.size()));
        for (const double each : of) sum += each;
        for (double& each : of) each /= sum;
        proportions.push_back(std::move(of));
        row_prior.push_back(prior_weight / static_cast<double>(self.hidden_count_[m]));
      }
    }
    double total = 0;
    std::vector<std::vector<double>> proportions;
    std::vector<double> row_prior;
  };

  std::size_t level_of(std::size_t hidden, std::size_t state) const {
    for (std::size_t h = model_.hidden_levels.size(); --h > hidden;) state /= model_.hidden_levels[h];
    return state % model_.hidden_levels[hidden];
  }

  void prior(const HiddenCauseParameters& at, std::span<double> out) const {
    std::size_t filled = 1;
    out[0] = 1;
    for (const std::vector<double>& distribution : at.hidden) {
      const std::size_t levels = distribution.size();
      for (std::size_t s = filled; s-- > 0;)
        for (std::size_t k = levels; k-- > 0;) out[s * levels + k] = out[s] * distribution[k];
      filled *= levels;
    }
  }

  /// Multiplies each state by member m's chance of its level; returns the sum.
  double multiply(const HiddenCauseParameters& at, std::size_t m, std::size_t cell, std::span<double> state) const {
    const std::size_t levels = model_.members[m].levels;
    const double* row =
        at.tables[m].data() + cells_.configuration[m][cell] * hidden_count_[m] * levels + cells_.level[m][cell];
    const std::uint32_t* index = hidden_configuration_[m].data();
    double sum = 0;
    for (std::size_t s = 0; s < states_; ++s) sum += state[s] *= row[index[s] * levels];
    return sum;
  }

  double weigh(const HiddenCauseParameters& at, std::size_t cell, std::span<double> state) const {
    double sum = 0;
    for (std::size_t m = 0; m < model_.members.size(); ++m) sum = multiply(at, m, cell, state);
    if (sum > 0)
      for (double& each : state) each /= sum;
    return sum;
  }

  /// Each table row is the member's proportions, tilted at random.
  HiddenCauseParameters random_start(const Shares& shares, std::uint64_t seed, std::uint32_t start) const {
    RowStream random = RandomStream({.seed = seed, .purpose = Purpose::initialisation, .replicate = start}).row(0);
    HiddenCauseParameters at;
    const auto normalise = [](std::span<double> row) {
      double sum = 0;
      for (const double each : row) sum += each;
      for (double& each : row) each /= sum;
    };
    for (const std::size_t levels : model_.hidden_levels) {
      at.hidden.emplace_back(levels);
      for (double& each : at.hidden.back()) each = 0.5 + random.uniform();
      normalise(at.hidden.back());
    }
    for (std::size_t m = 0; m < model_.members.size(); ++m) {
      const std::size_t levels = model_.members[m].levels, rows = model_.members[m].configurations * hidden_count_[m];
      at.tables.emplace_back(rows * levels);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::span<double> of(at.tables.back().data() + row * levels, levels);
        for (std::size_t k = 0; k < levels; ++k) of[k] = shares.proportions[m][k] * -std::log(random.open_uniform());
        normalise(of);
      }
    }
    return at;
  }

  /// One step from `at`: writes the next parameters to `next` and returns the objective of `at`.
  double step(const HiddenCauseParameters& at, const Shares& shares, std::span<const double> weights,
              HiddenCauseParameters& next) const {
    std::vector<double> state_prior(states_), state(states_), occupied(states_);
    next = at;
    for (std::vector<double>& table : next.tables) std::fill(table.begin(), table.end(), 0.0);
    prior(at, state_prior);
    double objective = 0;
    for (std::size_t cell = 0; cell < weights.size(); ++cell) {
      if (weights[cell] <= 0) continue;
      std::copy(state_prior.begin(), state_prior.end(), state.begin());
      objective += weights[cell] * std::log(weigh(at, cell, state));
      for (std::size_t s = 0; s < states_; ++s) occupied[s] += state[s] *= weights[cell];
      for (std::size_t m = 0; m < model_.members.size(); ++m) {
        const std::size_t levels = model_.members[m].levels;
        double* row =
            next.tables[m].data() + cells_.configuration[m][cell] * hidden_count_[m] * levels + cells_.level[m][cell];
        const std::uint32_t* index = hidden_configuration_[m].data();
        for (std::size_t s = 0; s < states_; ++s) row[index[s] * levels] += state[s];
      }
    }
    for (std::size_t h = 0; h < next.hidden.size(); ++h) {
      std::fill(next.hidden[h].begin(), next.hidden[h].end(), 0.0);
      for (std::size_t s = 0; s < states_; ++s) next.hidden[h][level_of(h, s)] += occupied[s] / shares.total;
    }
    for (std::size_t m = 0; m < next.tables.size(); ++m)
      objective += maximise_table(at.tables[m], shares.proportions[m], shares.row_prior[m], next.tables[m]);
    return objective / shares.total;
  }

  /// Turns expected counts into probabilities; returns what the prior adds to the objective of the table before.
  static double maximise_table(std::span<const double> before, std::span<const double> proportions, double row_prior,
                               std::span<double> table) {
    const std::size_t levels = proportions.size();
    double objective = 0;
    for (std::size_t start = 0; start < table.size(); start += levels) {
      double total = row_prior;
      for (std::size_t k = 0; k < levels; ++k) total += table[start + k];
      for (std::size_t k = 0; k < levels; ++k) {
        const double pull = row_prior * proportions[k];
        if (pull > 0) objective += pull * std::log(before[start + k]);
        table[start + k] = total > 0 ? (table[start + k] + pull) / total : proportions[k];
      }
    }
    return objective;
  }

  /// Two steps, then a leap along where they lead, which is taken back if it has led down.
  void iterate(HiddenCauseFit& fit, const Shares& shares, std::span<const double> weights, std::size_t iterations,
               double tolerance) const {
    HiddenCauseParameters next, origin, landing;
    enum class At { first, second, leapt } place = At::first;
    double longest = 4;  // leap, grown where it leads up and shortened where not
    for (std::size_t i = 0; i < iterations; ++i) {
      const double objective = step(fit.parameters, shares, weights, next);
      if (place == At::leapt) {
        place = At::first;
        const bool leads_up = objective >= fit.objective.back();
        longest = leads_up ? 2 * longest : std::max(1.0, longest / 4);
        if (!leads_up) {
          fit.parameters = landing;
          continue;
        }
      } else if (!fit.objective.empty() && objective - fit.objective.back() < tolerance) {
        fit.objective.push_back(objective);
        fit.converged = true;
        return;
      }
      fit.objective.push_back(objective);
      if (place == At::first) {
        origin = std::exchange(fit.parameters, next);
        place = At::second;
      } else {
        landing = next;
        fit.parameters = leap(origin, fit.parameters, next, longest);
        place = At::leapt;
      }
    }
    if (place == At::leapt) fit.parameters = landing;
  }

  /// The squared extrapolation of three successive parameters (Varadhan, Roland 2008, scheme SqS3), no longer than
  /// `longest` and kept within the simplex.
  HiddenCauseParameters leap(const HiddenCauseParameters& first, const HiddenCauseParameters& second,
                             const HiddenCauseParameters& third, double longest) const {
    double speed = 0, turn = 0;
    for_each_list(first, second, third, [&](const auto& a, const auto& b, const auto& c, std::size_t, std::size_t) {
      for (std::size_t i = 0; i < a.size(); ++i) {
        speed += (b[i] - a[i]) * (b[i] - a[i]);
        turn += (c[i] - 2 * b[i] + a[i]) * (c[i] - 2 * b[i] + a[i]);
      }
    });
    const double length = turn > 0 ? std::clamp(std::sqrt(speed / turn), 1.0, longest) : 1;
    HiddenCauseParameters reached = third;
    for_each_list(
        first, second, third, [&](const auto& a, const auto& b, const auto& c, std::size_t list, std::size_t levels) {
          constexpr double kept = 0.1;  // of a chance that the leap would take below 0
          std::vector<double>& out =
              list < reached.hidden.size() ? reached.hidden[list] : reached.tables[list - reached.hidden.size()];
          for (std::size_t start = 0; start < out.size(); start += levels) {
            double sum = 0;
            for (std::size_t i = start; i < start + levels; ++i) {
              const double aimed = a[i] + 2 * length * (b[i] - a[i]) + length * length * (c[i] - 2 * b[i] + a[i]);
              sum += out[i] = std::max(aimed, kept * c[i]);
            }
            for (std::size_t i = start; i < start + levels; ++i) out[i] /= sum;
          }
        });
    return reached;
  }

  /// Calls f with each distribution or table of the three, its place among all, and how many numbers a distribution
  /// has.
  template <class F>
  void for_each_list(const HiddenCauseParameters& a, const HiddenCauseParameters& b, const HiddenCauseParameters& c,
                     F f) const {
    for (std::size_t h = 0; h < a.hidden.size(); ++h) f(a.hidden[h], b.hidden[h], c.hidden[h], h, a.hidden[h].size());
    for (std::size_t m = 0; m < a.tables.size(); ++m)
      f(a.tables[m], b.tables[m], c.tables[m], a.hidden.size() + m, model_.members[m].levels);
  }

  const HiddenCauseModel& model_;
  const HiddenCauseCells& cells_;
  std::size_t states_;
  std::vector<std::size_t> hidden_count_;
  std::vector<std::vector<std::uint32_t>> hidden_configuration_;  ///< [member][state]
};

}  // namespace equipoise::inline v0::detail
