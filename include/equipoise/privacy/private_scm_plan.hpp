// What is released to fit a causal model with noise, and how the graph shares a budget out among the releases. Both are
// settled before anybody's row is read.
//
//     const std::vector<DeclaredVariable> declared{{{"smokes", ColumnType::binary, {"no", "yes"}}},
//                                                  {{"age"}, 18, 90}, ...};   // in the graph's order
//     const PrivateScmPlan plan = private_scm_plan_within(graph, declared, 1.0, 1e-6);
//     plan.event();                                   // what the fit will do to the rows: private_scm_fit.hpp
//
// A variable with levels is read off noisy counts of people by its causes and itself, numbers among the causes being
// cut into equal cells of their declared range. Counts by fewer variables are sums of counts by more, so one table may
// serve several variables. A number is regressed on its causes (AdaSSP, Wang 2018) and its noise's variance released.
//
// The split. The joint distribution that is fitted is off the one without noise by at most the sum, over variables v,
// of the mean over people of the total variation of v's distribution given its causes (one mechanism exchanged after
// the other). Where v has k levels, and q free cells of its own are read off c counts that carry noise of deviation
// sigma each, that mean is about sqrt(1 - 1/k) sqrt(q c) sigma / (sqrt(2 pi) N), of N people, whatever the shares of
// people by cause: a weight a times sigma. The sum of a_i sigma_i is least, at a given sum of 1 / sigma_i^2 (the
// budget of Gaussian noise), where 1 / sigma_i^2 is in proportion to a_i^(2/3), by Lagrange's rule, and then
// (sum of a_i^(2/3))^(3/2). A variable is read off another's counts where that makes this number less. Weights of
// regressions (in the source) guess how wide the noise is; a wrong guess costs accuracy, never privacy.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/privacy/event.hpp>
#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// What is known of a variable without looking at any row, and is no secret.
struct DeclaredVariable {
  VariableSpec variable;
  double low = -1, high = 1;  ///< of a number, low < high; what lies outside is taken for the nearer end
};

struct PrivateScmOptions {
  std::size_t cells = 8;   ///< that the range of a number is cut into where it causes a variable with levels; 2 to 64
  double table_prior = 1;  ///< people added to every row of a table, in the variable's overall proportions; above 0
  double logistic_ridge = 1;  ///< as in LogisticOptions: how many people speak for coefficients of 0; above 0
  Coupling coupling = Coupling::gumbel_max;  ///< assumed for tables and logistic mechanisms
};

/// One release of statistics of the rows, with noise of its own.
struct ScmRelease {
  enum class Kind {
    counts,      ///< people by the causes of a variable with levels and itself; discrete normal noise on each
    regression,  ///< of a number on its causes: the moments of AdaSSP
    residuals,   ///< of that regression: the sum of squares and the number of people
  };
  Kind kind = Kind::counts;
  Node node = 0;         ///< the variable
  std::size_t size = 0;  ///< counts, or columns of the regression
  double weight = 0;     ///< a above: the expected error that it adds to the fit is in proportion to weight * noise
  double share = 0;      ///< of the budget, all adding up to 1

  friend bool operator==(const ScmRelease&, const ScmRelease&) = default;
};

struct PrivateScmPlan {
  CausalGraph graph;
  std::vector<DeclaredVariable> variables;  ///< one a node, in the graph's order
  PrivateScmOptions options;
  std::vector<ScmRelease> releases;
  std::vector<std::size_t> source;  ///< by node: which of the releases its mechanism is read off (of a number, first)
  double noise_multiplier = 1;      ///< of all releases together, as of one Gaussian; above 0

  /// Of one release: its noise over what one person, present or not, moves it by.
  double noise_multiplier_of(const ScmRelease& release) const;
  /// What the fit does to the rows; neighbours by add-or-remove-one.
  PrivacyEvent event() const;
};

/// `variables`: one a node of the graph, in its order and by its name. Throws graph_unsupported for a bidirected edge,
/// which hidden causes of unknown form would have to be fitted for; value_out_of_range for a name that is not the
/// node's, fewer than two levels or one twice, a range that is none or beyond largest_fitted_number, an option out of
/// its range, and a variable of more than 10^6 counts.
PrivateScmPlan private_scm_plan(const CausalGraph& graph, std::vector<DeclaredVariable> variables,
                                double noise_multiplier, const PrivateScmOptions& options = {});

/// The same with the least noise at which the fit is (epsilon, delta)-private, by the tight accountant. epsilon: above
/// 0; delta: in (0, 1). Throws infeasible, too, where no noise is enough.
PrivateScmPlan private_scm_plan_within(const CausalGraph& graph, std::vector<DeclaredVariable> variables,
                                       double epsilon, double delta, const PrivateScmOptions& options = {});

/// What was declared public for such a fit, as a sentence.
std::string declared_public_sentence(const PrivateScmPlan& plan);

namespace detail {

/// A variable with levels and its causes, which come first in the graph's order.
std::vector<Node> family_of(const CausalGraph& graph, Node v);

/// Levels, or the cells that a number's range is cut into.
std::size_t category_count(const PrivateScmPlan& plan, Node v);

/// Whether one of the causes is a number: then the mechanism is a logistic one, else a table.
bool has_number_among_causes(const PrivateScmPlan& plan, Node v);

/// Columns of a linear form of v's causes: the intercept, one a number, levels less one of the others.
std::size_t design_columns(const PrivateScmPlan& plan, Node v);

}  // namespace detail

}  // namespace equipoise::inline v0
