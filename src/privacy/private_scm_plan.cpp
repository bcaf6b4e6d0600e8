#include <equipoise/privacy/private_scm_plan.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <equipoise/core/check.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/privacy/discrete_gaussian.hpp>
#include <equipoise/privacy/noise_calibration.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr double most_counts = 1e6;

/// Of a number's noise in half widths of its declared range: what the weights of regressions guess.
constexpr double guessed_deviation = 1.0 / 3;

std::string place_of(const std::string& name) { return "variable '" + name + "'"; }

void check_options(const PrivateScmOptions& options) {
  const char* place = "private fit";
  detail::check_number(place, "cells", static_cast<double>(options.cells), "from 2 to 64",
                       [](double cells) { return cells >= 2 && cells <= 64; });
  check_positive(place, "table_prior", options.table_prior);
  check_positive(place, "logistic_ridge", options.logistic_ridge);
}

void check_levels(const VariableSpec& variable) {
  std::vector<std::string> levels = variable.levels;
  std::sort(levels.begin(), levels.end());
  const auto twice = std::adjacent_find(levels.begin(), levels.end());
  if (twice != levels.end())
    throw Error(ErrorCode::value_out_of_range, place_of(variable.name), "the level '" + *twice + "' twice",
                "levels that differ");
  detail::check_number(place_of(variable.name), "number of levels", static_cast<double>(levels.size()),
                       "from 2 to " + std::to_string(most_fitted_levels),
                       [](double count) { return count >= 2 && count <= static_cast<double>(most_fitted_levels); });
}

void check_range(const DeclaredVariable& declared) {
  for (const double end : {declared.low, declared.high})
    detail::check_number(place_of(declared.variable.name), "end of the declared range", end,
                         "a number of size 1e60 at most",
                         [](double x) { return std::abs(x) <= largest_fitted_number; });
  // Half a width must be a number in whose units everything else can be told.
  const double scale = std::max({std::abs(declared.low), std::abs(declared.high), 1e-60});
  if (!(declared.high - declared.low > 1e-12 * scale))
    throw Error(ErrorCode::value_out_of_range, place_of(declared.variable.name),
                "a declared range from " + shortest(declared.low) + " to " + shortest(declared.high),
                "a low end below the high one");
}

void check_declared(const CausalGraph& graph, const std::vector<DeclaredVariable>& variables) {
  check_same_size("private fit", "variables", variables.size(), graph.size());
  for (Node v = 0; v < graph.size(); ++v) {
    const DeclaredVariable& declared = variables[v];
    if (declared.variable.name != graph.name(v))
      throw Error(ErrorCode::value_out_of_range, place_of(graph.name(v)),
                  "a declaration of '" + declared.variable.name + "'", "declarations in the graph's order");
    if (declared.variable.has_levels())
      check_levels(declared.variable);
    else
      check_range(declared);
    for (const Node sibling : graph.siblings(v))
      throw Error(ErrorCode::graph_unsupported, place_of(graph.name(v)),
                  "a hidden common cause with '" + graph.name(sibling) + "'",
                  "a graph without bidirected edges: what is hidden cannot be fitted with noise",
                  "give the model, or declare its fit public");
  }
}

double count_of_counts(const PrivateScmPlan& plan, Node v) {
  double counts = 1;
  for (const Node each : detail::family_of(plan.graph, v))
    counts *= static_cast<double>(detail::category_count(plan, each));
  if (counts > most_counts)
    throw Error(ErrorCode::value_out_of_range, place_of(plan.graph.name(v)),
                shortest(counts) + " counts of people by its causes and itself", "at most 10^6",
                "fewer causes or levels, or the fit declared public");
  return counts;
}

/// sqrt(1 - 1/k) sqrt(q c): of v read off c counts.
double weight_on(const PrivateScmPlan& plan, Node v, double counts) {
  const auto levels = static_cast<double>(detail::category_count(plan, v));
  const double own = detail::has_number_among_causes(plan, v)
                         ? static_cast<double>(detail::design_columns(plan, v)) * levels
                         : count_of_counts(plan, v);
  return std::sqrt((1 - 1 / levels) * own * counts);
}

/// In half widths of the range, the predicted mean is off by noise of about sqrt(6) m d / N, d columns being spread
/// evenly over rows and a third of the budget each going to X'X and X'y; a mean that is off by D has a total variation
/// of D / (sqrt(2 pi) s) at noise of deviation s.
double regression_weight(double columns) { return std::sqrt(12 / std::numbers::pi) * columns / guessed_deviation; }

/// The mean square is off by noise of 4 sqrt(2) m / N; noise whose deviation is off by a part D has a total variation
/// of 2 phi(1) D.
double residual_weight() {
  const double density_at_one = std::exp(-0.5) / std::sqrt(2 * std::numbers::pi);
  return 8 * std::numbers::sqrt2 * density_at_one / (guessed_deviation * guessed_deviation);
}

double in_sum(double weight) { return std::cbrt(weight * weight); }

bool holds_family(const CausalGraph& graph, Node holder, Node v) {
  const std::vector<Node> all = detail::family_of(graph, holder), wanted = detail::family_of(graph, v);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](Node each) { return std::find(all.begin(), all.end(), each) != all.end(); });
}

/// Every variable with levels, the one of most counts first, is read off its own counts or those of one before it,
/// whichever leaves the smaller sum of in_sum(weight).
void place_counts(PrivateScmPlan& plan) {
  std::vector<Node> nodes;
  for (Node v = 0; v < plan.graph.size(); ++v)
    if (plan.variables[v].variable.has_levels()) nodes.push_back(v);
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](Node a, Node b) { return count_of_counts(plan, a) > count_of_counts(plan, b); });
  for (const Node v : nodes) {
    const double own = weight_on(plan, v, count_of_counts(plan, v));
    double least = in_sum(own);
    std::size_t best = plan.releases.size();
    for (std::size_t r = 0; r < plan.releases.size(); ++r) {
      const ScmRelease& release = plan.releases[r];
      if (release.kind != ScmRelease::Kind::counts || !holds_family(plan.graph, release.node, v)) continue;
      const double with = release.weight + weight_on(plan, v, static_cast<double>(release.size));
      if (const double more = in_sum(with) - in_sum(release.weight); more < least) least = more, best = r;
    }
    plan.source[v] = best;
    if (best < plan.releases.size())
      plan.releases[best].weight += weight_on(plan, v, static_cast<double>(plan.releases[best].size));
    else
      plan.releases.push_back(
          {ScmRelease::Kind::counts, v, static_cast<std::size_t>(count_of_counts(plan, v)), own, 0});
  }
}

void place_regressions(PrivateScmPlan& plan) {
  for (Node v = 0; v < plan.graph.size(); ++v) {
    if (plan.variables[v].variable.has_levels()) continue;
    plan.source[v] = plan.releases.size();
    const std::size_t columns = detail::design_columns(plan, v);
    const double weight = regression_weight(static_cast<double>(columns));
    plan.releases.push_back({ScmRelease::Kind::regression, v, columns, weight, 0});
    plan.releases.push_back({ScmRelease::Kind::residuals, v, 2, residual_weight(), 0});
  }
}

void share_out(std::vector<ScmRelease>& releases) {
  double sum = 0;
  for (const ScmRelease& release : releases) sum += in_sum(release.weight);
  for (ScmRelease& release : releases) release.share = in_sum(release.weight) / sum;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

namespace detail {

std::vector<Node> family_of(const CausalGraph& graph, Node v) {
  std::vector<Node> family;
  for (const Node parent : graph.parents(v)) family.push_back(parent);
  family.push_back(v);
  return family;
}

std::size_t category_count(const PrivateScmPlan& plan, Node v) {
  const VariableSpec& variable = plan.variables[v].variable;
  return variable.has_levels() ? variable.levels.size() : plan.options.cells;
}

bool has_number_among_causes(const PrivateScmPlan& plan, Node v) {
  const NodeSet& parents = plan.graph.parents(v);
  return std::any_of(parents.begin(), parents.end(),
                     [&](Node parent) { return !plan.variables[parent].variable.has_levels(); });
}

std::size_t design_columns(const PrivateScmPlan& plan, Node v) {
  std::size_t columns = 1;
  for (const Node parent : plan.graph.parents(v)) {
    const VariableSpec& variable = plan.variables[parent].variable;
    columns += variable.has_levels() ? variable.levels.size() - 1 : 1;
  }
  return columns;
}

}  // namespace detail

double PrivateScmPlan::noise_multiplier_of(const ScmRelease& release) const {
  const double multiplier = noise_multiplier / std::sqrt(release.share);
  return release.kind == ScmRelease::Kind::counts ? DiscreteGaussian(multiplier).sigma() : multiplier;
}

PrivacyEvent PrivateScmPlan::event() const {
  ComposedEvent all;
  for (const ScmRelease& release : releases) {
    const double multiplier = noise_multiplier_of(release);
    switch (release.kind) {
      // Who comes or goes changes one count, by 1: all counts together are one number's release.
      case ScmRelease::Kind::counts: all.parts.push_back(DiscreteGaussianEvent{.sigma = multiplier}); break;
      case ScmRelease::Kind::regression:
        all.parts.push_back(RepeatedEvent{3, GaussianEvent{std::sqrt(3.0) * multiplier}});
        break;
      case ScmRelease::Kind::residuals: all.parts.push_back(GaussianEvent{multiplier}); break;
    }
  }
  return all;
}

PrivateScmPlan private_scm_plan(const CausalGraph& graph, std::vector<DeclaredVariable> variables,
                                double noise_multiplier, const PrivateScmOptions& options) {
  check_positive("private fit", "noise multiplier", noise_multiplier);
  check_options(options);
  check_declared(graph, variables);
  PrivateScmPlan plan{.graph = graph,
                      .variables = std::move(variables),
                      .options = options,
                      .releases = {},
                      .source = std::vector<std::size_t>(graph.size()),
                      .noise_multiplier = noise_multiplier};
  place_counts(plan);
  place_regressions(plan);
  share_out(plan.releases);
  return plan;
}

PrivateScmPlan private_scm_plan_within(const CausalGraph& graph, std::vector<DeclaredVariable> variables,
                                       double epsilon, double delta, const PrivateScmOptions& options) {
  const double start = gaussian_noise_multiplier(epsilon, delta);
  PrivateScmPlan plan = private_scm_plan(graph, std::move(variables), start, options);
  plan.noise_multiplier =
      calibrated_noise_multiplier(epsilon, delta, Adjacency::add_or_remove_one, start, [&](double multiplier) {
        plan.noise_multiplier = multiplier;
        return plan.event();
      });
  return plan;
}

std::string declared_public_sentence(const PrivateScmPlan& plan) {
  std::vector<std::string> levels, ranges;
  for (const DeclaredVariable& each : plan.variables)
    if (each.variable.has_levels())
      levels.push_back(each.variable.name);
    else
      ranges.push_back(each.variable.name + " (" + shortest(each.low) + " to " + shortest(each.high) + ")");
  std::string sentence = "Declared public, and read off no row: the graph";
  if (!levels.empty()) sentence += "; the levels of " + listed(levels);
  if (!ranges.empty()) sentence += "; the ranges of " + listed(ranges);
  return sentence + ".";
}

}  // namespace equipoise::inline v0
