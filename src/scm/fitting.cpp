#include <equipoise/scm/fitting.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/scm/candidates.hpp>
#include <equipoise/scm/sampling.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::Candidate;
using detail::FittedMechanism;
using detail::NodeData;

constexpr double least_log_density = -700;
constexpr double most_people_dealt_singly = 1e8;

/// weights[f][i]: how much of row i belongs to fold f. People are dealt one by one or, where they are many,
/// as many at once; other weights row by row.
std::vector<std::vector<double>> dealt_folds(const Table& table, std::size_t folds, std::uint64_t seed) {
  const RandomStream stream({.seed = seed, .purpose = Purpose::fit});
  std::vector<std::vector<double>> parts(folds, std::vector<double>(table.rows()));
  const std::vector<double> alike(folds, 1.0);
  std::vector<double> dealt(folds);
  const std::span<const double> weights = table.weights();
  double people = 0;
  for (const double weight : weights) people += weight;
  const bool counts = table.weights_are_counts();
  for (std::size_t i = 0; i < table.rows(); ++i) {
    RowStream row = stream.row(i);
    const auto draw_fold = [&] {
      return std::min(folds - 1, static_cast<std::size_t>(row.uniform() * static_cast<double>(folds)));
    };
    if (!counts) {
      parts[draw_fold()][i] = weights[i];
    } else if (people <= most_people_dealt_singly) {
      for (double person = 0; person < weights[i]; ++person) parts[draw_fold()][i] += 1;
    } else {
      draw_multinomial(row, weights[i], alike, dealt);
      for (std::size_t fold = 0; fold < folds; ++fold) parts[fold][i] = dealt[fold];
    }
  }
  return parts;
}

/// Writes each row's log-likelihood, no less than the floor.
void row_log_likelihoods(const AnyMechanism& mechanism, const NodeData& data, std::span<double> out) {
  std::vector<const double*> inputs(data.inputs.size());
  for (std::size_t n = 0; n < detail::block_count(data.rows); ++n) {
    const RowBlock block = detail::nth_block(n, data.rows);
    for (std::size_t c = 0; c < inputs.size(); ++c) inputs[c] = data.inputs[c] + block.first;
    mechanism.log_density(inputs, data.value + block.first, block, out.data() + block.first);
  }
  for (double& each : out) each = std::max(each, least_log_density);
}

/// What a candidate makes of rows that it has not seen: each row's log-likelihood summed over the folds by the
/// weight held out in each.
struct HeldOut {
  std::vector<double> by_row;
  double total_weight = 0;
  double mean() const {
    double sum = 0;
    for (const double each : by_row) sum += each;
    return sum / total_weight;
  }
};

/// How far one candidate is ahead of another, per unit of weight, and the standard error of that.
struct Lead {
  double mean = 0, standard_error = 0;
};
Lead lead(const HeldOut& a, const HeldOut& b, std::span<const double> weights) {
  Lead result{a.mean() - b.mean(), 0};
  double square = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    const double deviation = a.by_row[i] - b.by_row[i] - weights[i] * result.mean;
    square += deviation * deviation / weights[i];  // weights[i] people alike, their sum known
  }
  result.standard_error = std::sqrt(square) / a.total_weight;
  return result;
}

/// Nothing where the candidate cannot be fitted to every fold.
std::optional<HeldOut> held_out(const Candidate& candidate, const NodeData& data, std::span<const double> weights,
                                const std::vector<std::vector<double>>& folds) {
  HeldOut result{std::vector<double>(data.rows), 0};
  std::vector<double> rest(data.rows), likelihood(data.rows);
  for (const std::vector<double>& fold : folds) {
    double held = 0, left = 0;
    for (std::size_t i = 0; i < data.rows; ++i) {
      rest[i] = weights[i] - fold[i];
      held += fold[i];
      left += rest[i];
    }
    if (held <= 0 || left <= 0) continue;
    const auto fitted = candidate.fit(rest);
    if (!fitted) return std::nullopt;
    row_log_likelihoods(fitted->mechanism, data, likelihood);
    for (std::size_t i = 0; i < data.rows; ++i) result.by_row[i] += fold[i] * likelihood[i];
    result.total_weight += held;
  }
  return result;
}

double mean_log_likelihood(const AnyMechanism& mechanism, const NodeData& data, std::span<const double> weights) {
  std::vector<double> likelihood(data.rows);
  row_log_likelihoods(mechanism, data, likelihood);
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < data.rows; ++i) {
    sum += weights[i] * likelihood[i];
    total += weights[i];
  }
  return sum / total;
}

struct Chosen {
  NodeFit report;
  AnyMechanism mechanism;
};

/// Of numbers' candidates, which come simplest first, a later one is taken where it is ahead by more than its
/// standard errors. Between a table, which assumes no form, and a logistic model the score alone decides.
Chosen choose(const std::string& name, const NodeData& data, std::span<const double> weights,
              std::vector<Candidate> candidates, const std::vector<std::vector<double>>& folds,
              const FitOptions& options, ProgressMeter& meter) {
  std::vector<HeldOut> scores;
  std::erase_if(candidates, [&](const Candidate& candidate) {
    auto score = candidate.fit(weights) ? held_out(candidate, data, weights, folds) : std::nullopt;
    if (score) scores.push_back(std::move(*score));
    meter.advance();
    return !score;
  });
  if (candidates.empty())
    throw Error(ErrorCode::scm_fit, "variable '" + name + "'", "values that no candidate mechanism fits",
                "finite values");
  std::size_t best = 0;
  const double needed = data.levels > 0 ? 0 : options.standard_errors;
  if (scores[0].total_weight > 0) {
    for (std::size_t c = 1; c < candidates.size(); ++c) {
      const Lead ahead = lead(scores[c], scores[best], weights);
      if (ahead.mean > needed * ahead.standard_error && ahead.mean > 0) best = c;
    }
  }
  FittedMechanism fitted = *candidates[best].fit(weights);
  NodeFit report{.variable = name, .mechanism = candidates[best].name};
  report.log_likelihood = mean_log_likelihood(fitted.mechanism, data, weights);
  report.held_out = scores[best].total_weight > 0 ? scores[best].mean() : report.log_likelihood;
  if (scores[best].total_weight > 0)
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      if (c == best || (report.margin && report.held_out - scores[c].mean() >= *report.margin)) continue;
      const Lead margin = lead(scores[best], scores[c], weights);
      report.runner_up = candidates[c].name;
      report.margin = margin.mean;
      report.margin_standard_error = margin.standard_error;
    }
  else
    report.notes.push_back("too few rows to hold any out");
  report.iterations = fitted.iterations;
  report.converged = fitted.converged;
  report.notes.insert(report.notes.end(), fitted.notes.begin(), fitted.notes.end());
  if (const auto reason = data.levels > 0 ? detail::why_no_logistic(data) : std::nullopt)
    report.notes.push_back(*reason);
  if (data.integer) report.notes.push_back("whole numbers fitted as continuous ones");
  return {std::move(report), std::move(fitted.mechanism)};
}

}  // namespace

ScmFit fit_scm(const CausalGraph& graph, const Table& table, const FitOptions& options) {
  if (table.rows() == 0) throw Error(ErrorCode::scm_fit, "", "a table without rows", "rows to fit a model to");
  const std::size_t size = graph.size();
  std::vector<const Column*> columns;
  std::vector<VariableSpec> variables;
  for (Node v = 0; v < size; ++v) {
    const Column& column = table.column(graph.name(v));
    check_fitted_column(column);
    columns.push_back(&column);
    VariableSpec variable{column.name, column.type, column.levels};
    if (variable.has_levels())
      variable.type = variable.levels.size() == 2 ? ColumnType::binary : ColumnType::categorical;
    variables.push_back(std::move(variable));
  }
  const auto folds = dealt_folds(table, std::max<std::size_t>(2, options.folds), options.seed);
  double people = 0;
  if (table.weights_are_counts())
    for (const double weight : table.weights()) people += weight;
  std::vector<std::optional<Chosen>> chosen(size);
  std::vector<std::vector<std::string>> inputs(size);
  std::vector<NodeData> data_of(size);
  std::vector<std::vector<Candidate>> candidates(size);
  std::size_t tasks = 0;
  for (Node v = 0; v < size; ++v) {
    NodeData& data = data_of[v];
    data.rows = table.rows();
    data.people = people;
    data.value = columns[v]->values.data();
    data.levels = variables[v].levels.size();
    data.integer = variables[v].type == ColumnType::integer;
    for (const Node parent : graph.parents(v)) {
      data.inputs.push_back(columns[parent]->values.data());
      data.input_levels.push_back(variables[parent].levels.size());
      data.input_names.push_back(graph.name(parent));
    }
    candidates[v] = data.levels > 0 ? detail::level_candidates(data, options) : detail::number_candidates(data);
    tasks += candidates[v].size();
  }
  ProgressMeter meter(options.progress, "fitting mechanisms", tasks);
  parallel_for(size, options.parallelism, [&](Node v) {
    const NodeData& data = data_of[v];
    chosen[v] = choose(graph.name(v), data, table.weights(), std::move(candidates[v]), folds, options, meter);
    if (chosen[v]->mechanism.input_count() > 0) inputs[v] = data.input_names;
  });
  ScmFit fit;
  std::vector<NodeMechanism> mechanisms;
  for (Node v = 0; v < size; ++v) {
    mechanisms.push_back({std::move(chosen[v]->mechanism), std::move(inputs[v])});
    fit.nodes.push_back(std::move(chosen[v]->report));
  }
  for (Node v = 0; v < size; ++v)
    for (const Node sibling : graph.siblings(v))
      if (v < sibling)
        fit.warnings.push_back("the hidden common cause of '" + graph.name(v) + "' and '" + graph.name(sibling) +
                               "' is not modelled: each is fitted given its parents alone");
  fit.scm = Scm(graph, std::move(variables), std::move(mechanisms));
  return fit;
}

}  // namespace equipoise::inline v0
