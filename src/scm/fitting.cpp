#include <equipoise/scm/fitting.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include <equipoise/core/error.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/candidates.hpp>
#include <equipoise/scm/district_fitting.hpp>
#include <equipoise/scm/held_out.hpp>
#include <equipoise/scm/sampling.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::Candidate;
using detail::DistrictData;
using detail::DistrictFit;
using detail::FittedMechanism;
using detail::HeldOut;
using detail::lead;
using detail::Lead;
using detail::NodeData;
using detail::SharedCause;

/// How much of each row belongs to each fold.
using Folds = std::vector<std::vector<double>>;

constexpr std::array<std::string_view, 9> families{
    "table", "logistic", "ordinal", "linear", "polynomial", "spline", "perceptron", "location-scale", "post-nonlinear"};

/// Writes each row's log-likelihood.
void row_log_likelihoods(const AnyMechanism& mechanism, const NodeData& data, std::span<double> out) {
  std::vector<const double*> inputs(data.inputs.size());
  for (std::size_t n = 0; n < detail::block_count(data.rows); ++n) {
    const RowBlock block = detail::nth_block(n, data.rows);
    for (std::size_t c = 0; c < inputs.size(); ++c) inputs[c] = data.inputs[c] + block.first;
    mechanism.log_density(inputs, data.value + block.first, block, out.data() + block.first);
  }
}

/// A fit and each row's log-likelihood under it.
struct Attempt {
  FittedMechanism fitted;
  std::vector<double> likelihood;
};

/// Nothing where the candidate cannot be fitted, or gives some row no likelihood. The more a form can bend, the more
/// tables there are that numbers cannot hold it for; that speaks against the form, not the table.
std::optional<Attempt> attempt(const Candidate& candidate, const NodeData& data, std::span<const double> weights) {
  try {
    std::optional<FittedMechanism> fitted = candidate.fit(weights);
    if (!fitted) return std::nullopt;
    Attempt result{std::move(*fitted), std::vector<double>(data.rows)};
    row_log_likelihoods(result.fitted.mechanism, data, result.likelihood);
    if (std::any_of(result.likelihood.begin(), result.likelihood.end(), [](double each) { return std::isnan(each); }))
      return std::nullopt;
    return result;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Nothing where the candidate cannot be fitted to every fold.
std::optional<HeldOut> held_out(const Candidate& candidate, const NodeData& data, std::span<const double> weights,
                                const Folds& folds) {
  HeldOut result{std::vector<double>(data.rows), 0};
  bool fits = true;
  detail::for_each_fold(weights, folds, [&](std::span<const double> rest, std::span<const double> fold, double held) {
    const std::optional<Attempt> fold_fit = fits ? attempt(candidate, data, rest) : std::nullopt;
    if (!(fits = fold_fit.has_value())) return;
    result.add(fold, fold_fit->likelihood);
    result.total_weight += held;
  });
  if (!fits) return std::nullopt;
  return result;
}

struct Chosen {
  NodeFit report;
  AnyMechanism mechanism;
};

/// A candidate that could be fitted, and what it makes of held-out rows.
struct Contender {
  std::string name;
  Attempt fit;
  HeldOut score;
};

/// Whether `score` is so far ahead of `best` as a less simple mechanism must be.
bool is_ahead(const HeldOut& score, const HeldOut& best, std::span<const double> weights, double standard_errors) {
  const Lead ahead = lead(score, best, weights);
  return ahead.mean > standard_errors * ahead.standard_error && ahead.mean > 0;
}

/// Of numbers' candidates, which come simplest first, a later one is taken where it is ahead by more than its
/// standard errors; one that is not even on the rows it was fitted to is not cross-validated, the first few apart,
/// which are compared in any case. Between a table, which assumes no form, and a logistic model the score alone
/// decides; an ordinal one, which assumes an order of the levels, must be ahead as a number's.
Chosen choose(const std::string& name, const NodeData& data, std::span<const double> weights,
              const std::vector<Candidate>& candidates, const Folds& folds, const FitOptions& options,
              ProgressMeter& meter) {
  constexpr std::size_t always_compared = 3;
  std::vector<Contender> contenders;
  std::size_t best = 0;
  for (const Candidate& candidate : candidates) {
    const double needed = data.levels > 0 && candidate.family != "ordinal" ? 0 : options.standard_errors;
    std::optional<Attempt> fit = attempt(candidate, data, weights);
    bool promising = fit.has_value();
    if (promising && needed > 0 && contenders.size() >= always_compared) {
      HeldOut seen{std::vector<double>(data.rows), contenders[best].score.total_weight};
      seen.add(weights, fit->likelihood);
      promising = is_ahead(seen, contenders[best].score, weights, needed);
    }
    if (promising)
      if (auto score = held_out(candidate, data, weights, folds)) {
        contenders.push_back({candidate.name, std::move(*fit), std::move(*score)});
        if (contenders.back().score.total_weight > 0 &&
            is_ahead(contenders.back().score, contenders[best].score, weights, needed))
          best = contenders.size() - 1;
      }
    meter.advance();
  }
  if (contenders.empty())
    throw Error(ErrorCode::scm_fit, "variable '" + name + "'", "values that no candidate mechanism fits",
                "finite values");
  Contender& chosen = contenders[best];
  NodeFit report{.variable = name, .mechanism = chosen.name};
  report.log_likelihood = detail::mean_log_likelihood(chosen.fit.likelihood, weights);
  report.held_out = chosen.score.total_weight > 0 ? chosen.score.mean() : report.log_likelihood;
  if (chosen.score.total_weight > 0)
    for (std::size_t c = 0; c < contenders.size(); ++c) {
      if (c == best || (report.margin && report.held_out - contenders[c].score.mean() >= *report.margin)) continue;
      const Lead margin = lead(chosen.score, contenders[c].score, weights);
      report.runner_up = contenders[c].name;
      report.margin = margin.mean;
      report.margin_standard_error = margin.standard_error;
    }
  else
    report.notes.push_back("too few rows to hold any out");
  report.iterations = chosen.fit.fitted.iterations;
  report.converged = chosen.fit.fitted.converged;
  report.notes.insert(report.notes.end(), chosen.fit.fitted.notes.begin(), chosen.fit.fitted.notes.end());
  if (const auto reason = data.levels > 0 ? detail::why_no_logistic(data) : std::nullopt)
    report.notes.push_back(*reason);
  if (data.integer) report.notes.push_back("whole numbers fitted as continuous ones");
  return {std::move(report), std::move(chosen.fit.fitted.mechanism)};
}

void check_families(const FitOptions& options) {
  for (const std::string& family : options.families)
    if (std::find(families.begin(), families.end(), family) == families.end())
      throw Error(ErrorCode::value_out_of_range, "families", "'" + family + "'", "families of mechanisms",
                  suggestion(family, std::vector<std::string>(families.begin(), families.end())));
}

/// Columns of the table in the graph's order, each fit to be fitted to.
std::vector<const Column*> columns_of(const CausalGraph& graph, const Table& table) {
  std::vector<const Column*> columns;
  for (Node v = 0; v < graph.size(); ++v) {
    columns.push_back(&table.column(graph.name(v)));
    check_fitted_column(*columns.back());
  }
  return columns;
}

VariableSpec variable_of(const Column& column) {
  VariableSpec variable{column.name, column.type, column.levels};
  if (variable.has_levels()) variable.type = variable.levels.size() == 2 ? ColumnType::binary : ColumnType::categorical;
  return variable;
}

NodeData node_data(const CausalGraph& graph, Node v, const std::vector<const Column*>& columns, const Table& table) {
  NodeData data;
  data.rows = table.rows();
  if (table.weights_are_counts())
    for (const double weight : table.weights()) data.people += weight;
  data.value = columns[v]->values.data();
  data.levels = columns[v]->levels.size();
  data.integer = columns[v]->type == ColumnType::integer;
  for (const Node parent : graph.parents(v)) {
    data.inputs.push_back(columns[parent]->values.data());
    data.input_levels.push_back(columns[parent]->levels.size());
    data.input_names.push_back(graph.name(parent));
  }
  return data;
}

/// What is fitted at once: a node, or the nodes of a district, causes before effects.
std::vector<std::vector<Node>> units_of(const CausalGraph& graph, bool hidden_causes) {
  std::vector<std::vector<Node>> units;
  if (!hidden_causes) {
    for (Node v = 0; v < graph.size(); ++v) units.push_back({v});
    return units;
  }
  for (const NodeSet& district : districts(graph, graph.all())) {
    units.emplace_back();
    for (const Node v : graph.topological_order())
      if (district.contains(v)) units.back().push_back(v);
  }
  return units;
}

DistrictData district_data(const CausalGraph& graph, const std::vector<Node>& unit, const std::vector<NodeData>& data) {
  DistrictData district;
  for (const Node v : unit) {
    district.names.push_back(graph.name(v));
    district.members.push_back(data[v]);
    district.siblings.emplace_back();
    for (std::size_t j = 0; j < unit.size(); ++j)
      if (graph.has_bidirected(v, unit[j])) district.siblings.back().push_back(j);
  }
  return district;
}

/// Every candidate of a node that the families allow; all of them where they allow none.
struct NodeCandidates {
  std::vector<Candidate> candidates;
  bool families_suit = true;

  NodeCandidates(const NodeData& data, const FitOptions& options)
      : candidates(data.levels > 0 ? detail::level_candidates(data, options)
                                   : detail::number_candidates(data, options)) {
    const auto allowed = [&](const Candidate& each) {
      return options.families.empty() || each.family.empty() ||
             std::find(options.families.begin(), options.families.end(), each.family) != options.families.end();
    };
    families_suit = std::any_of(candidates.begin(), candidates.end(), allowed);
    if (families_suit) std::erase_if(candidates, [&](const Candidate& each) { return !allowed(each); });
  }
};

/// Names the exogenous variables of all districts: U_ and the variables that read it, made unlike any other name.
std::string cause_name(const SharedCause& cause, const std::vector<std::string>& names,
                       std::vector<std::string>& taken) {
  std::string name = "U";
  for (const std::size_t reader : cause.readers) name += "_" + names[reader];
  const std::string stem = name;
  for (std::size_t copy = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++copy)
    name = stem + "_" + std::to_string(copy);
  taken.push_back(name);
  return name;
}

std::vector<std::string> unmodelled_causes(const CausalGraph& graph, const std::vector<Node>& unit,
                                           const std::string& reason) {
  std::vector<std::string> warnings;
  for (const Node v : unit)
    for (const Node sibling : graph.siblings(v))
      if (v < sibling)
        warnings.push_back("the hidden common cause of '" + graph.name(v) + "' and '" + graph.name(sibling) +
                           "' is not modelled" + (reason.empty() ? "" : ", since " + reason) +
                           ": each is fitted given its parents alone");
  return warnings;
}

/// One unit's fit: of a node, or of a district together.
struct UnitFit {
  std::vector<NodeFit> reports;
  std::vector<AnyMechanism> mechanisms;
  std::vector<SharedCause> causes;
  std::vector<std::string> warnings;
};

UnitFit fit_unit(const CausalGraph& graph, const std::vector<Node>& unit, const std::vector<NodeData>& data,
                 const std::vector<NodeCandidates>& candidates, std::span<const double> weights, const Folds& folds,
                 const FitOptions& options, ProgressMeter& meter) {
  std::string reason;
  if (unit.size() > 1) {
    auto outcome = detail::fit_district(district_data(graph, unit, data), weights, folds, options);
    if (auto* fit = std::get_if<DistrictFit>(&outcome)) {
      for (const Node v : unit) meter.advance(candidates[v].candidates.size());
      return {std::move(fit->reports), std::move(fit->mechanisms), std::move(fit->causes), std::move(fit->warnings)};
    }
    reason = std::get<std::string>(outcome);
  }
  UnitFit result;
  result.warnings = unmodelled_causes(graph, unit, reason);
  for (const Node v : unit) {
    Chosen chosen = choose(graph.name(v), data[v], weights, candidates[v].candidates, folds, options, meter);
    if (!candidates[v].families_suit)
      chosen.report.notes.push_back("none of the families asked for suits it: all that do were tried");
    result.reports.push_back(std::move(chosen.report));
    result.mechanisms.push_back(std::move(chosen.mechanism));
  }
  return result;
}

}  // namespace

std::span<const std::string_view> mechanism_families() noexcept { return families; }

ScmFit fit_scm(const CausalGraph& graph, const Table& table, const FitOptions& options) {
  if (table.rows() == 0) throw Error(ErrorCode::scm_fit, "", "a table without rows", "rows to fit a model to");
  check_families(options);
  const std::vector<const Column*> columns = columns_of(graph, table);
  const Folds folds = detail::dealt_folds(table, std::max<std::size_t>(2, options.folds), options.seed);
  std::vector<NodeData> data;
  std::vector<NodeCandidates> candidates;
  std::size_t tasks = 0;
  for (Node v = 0; v < graph.size(); ++v) data.push_back(node_data(graph, v, columns, table));
  for (Node v = 0; v < graph.size(); ++v) {
    candidates.emplace_back(data[v], options);
    tasks += candidates.back().candidates.size();
  }
  const std::vector<std::vector<Node>> units = units_of(graph, options.hidden_causes);
  std::vector<UnitFit> fits(units.size());
  ProgressMeter meter(options.progress, "fitting mechanisms", tasks);
  parallel_for(units.size(), options.parallelism, [&](std::size_t u) {
    fits[u] = fit_unit(graph, units[u], data, candidates, table.weights(), folds, options, meter);
  });

  ScmFit fit;
  fit.nodes.resize(graph.size());
  std::vector<std::optional<NodeMechanism>> mechanisms(graph.size());
  std::vector<ExogenousVariable> exogenous;
  std::vector<std::string> taken = graph.names();
  for (std::size_t u = 0; u < units.size(); ++u) {
    std::vector<std::string> names;
    for (const Node v : units[u]) names.push_back(graph.name(v));
    for (std::size_t i = 0; i < units[u].size(); ++i) {
      const Node v = units[u][i];
      const bool reads = fits[u].mechanisms[i].input_count() > 0;
      mechanisms[v] =
          NodeMechanism{std::move(fits[u].mechanisms[i]), reads ? data[v].input_names : std::vector<std::string>{}};
      fit.nodes[v] = std::move(fits[u].reports[i]);
    }
    for (const SharedCause& cause : fits[u].causes) {
      exogenous.push_back({cause_name(cause, names, taken), cause.noise});
      for (const std::size_t reader : cause.readers)
        mechanisms[units[u][reader]]->inputs.push_back(exogenous.back().name);
    }
    for (std::string& warning : fits[u].warnings) fit.warnings.push_back(std::move(warning));
  }
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> bound;
  for (Node v = 0; v < graph.size(); ++v) {
    variables.push_back(variable_of(*columns[v]));
    bound.push_back(std::move(*mechanisms[v]));
  }
  fit.scm = Scm(graph, std::move(variables), std::move(bound), std::move(exogenous));
  return fit;
}

}  // namespace equipoise::inline v0
