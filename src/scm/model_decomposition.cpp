#include <equipoise/scm/model_decomposition.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/confounding.hpp>
#include <equipoise/scm/decomposition_bounds.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/model_distribution.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/parallel_worlds.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/world_question.hpp>

#include "scm/mean_outcomes.hpp"
#include "scm/part_questions.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::MeanOutcomes;

// What a part of a model's gap rests on, where `of_data` is what it would rest on in data of the same graph.
Licence licence_of_model(Licence of_data, const std::string& unmodelled) {
  if (!unmodelled.empty())
    return {LicenceKind::assumed, "of the model, which assumes that nothing hidden is common to " + unmodelled};
  if (of_data.kind == LicenceKind::bounded) return of_data;
  if (of_data.kind != LicenceKind::identified)
    return {of_data.kind,
            "not identified by the graph, nor bounded, which takes variables with levels; rests on the model's "
            "mechanisms and what hidden causes they share"};
  const std::string observed = "observed: ";
  if (of_data.basis.starts_with(observed)) of_data.basis.erase(0, observed.size());
  return {of_data.kind, "of the model: " + of_data.basis};
}

/// A variable as mean + weights' z, z independent standard normal numbers.
struct NormalForm {
  double mean = 0;
  Eigen::VectorXd weights;

  void add(double factor, const NormalForm& other) {
    mean += factor * other.mean;
    weights += factor * other.weights;
  }
};

/// A noise that is normal or constant, as the number `source`.
std::optional<NormalForm> normal_form(const Noise& noise, Eigen::Index source, Eigen::Index sources) {
  NormalForm form{0, Eigen::VectorXd::Zero(sources)};
  if (const auto* normal = noise.get_if<NormalNoise>()) {
    form.mean = normal->mean;
    form.weights[source] = normal->scale;
  } else if (const auto* constant = noise.get_if<ConstantNoise>()) {
    form.mean = constant->value;
  } else {
    return std::nullopt;
  }
  return form;
}

/// Every copy's form; nothing where a mechanism is not linear or a noise not normal.
std::optional<std::vector<NormalForm>> normal_forms(const ParallelWorlds& worlds) {
  const auto private_noises = static_cast<Eigen::Index>(worlds.noise_count());
  const auto sources = private_noises + static_cast<Eigen::Index>(worlds.scm().exogenous().size());
  std::vector<NormalForm> forms;
  for (const WorldCopy& copy : worlds.copies()) {
    const auto* root = copy.mechanism.get_if<NoiseMechanism>();
    const auto* linear = copy.mechanism.get_if<LinearMechanism>();
    if (root == nullptr && linear == nullptr) return std::nullopt;
    auto form =
        normal_form(root != nullptr ? root->noise() : linear->noise(), static_cast<Eigen::Index>(copy.noise), sources);
    if (!form) return std::nullopt;
    if (linear != nullptr) form->mean += linear->predictor().intercept;
    for (std::size_t i = 0; i < copy.inputs.size(); ++i) {
      const LinearTerm& term = linear->predictor().terms[i];
      if (!term.level_effects.empty()) return std::nullopt;
      const std::size_t from = copy.inputs[i].index;
      const auto input = copy.inputs[i].exogenous
                             ? normal_form(worlds.scm().exogenous()[from].noise,
                                           private_noises + static_cast<Eigen::Index>(from), sources)
                             : std::optional(forms[from]);
      if (!input) return std::nullopt;
      form->add(term.slope, *input);
    }
    forms.push_back(std::move(*form));
  }
  return forms;
}

/// A gap of a model, in the worlds that its parts compare: the factual one; that in which all but the attributes
/// themselves see them at x1; and, step by step, those in which the mediators held do not, which among those with x0
/// are as W_x0 then.
class ModelGap {
 public:
  ModelGap(const Scm& scm, const DecompositionQuery& query, const FairnessRoles& roles,
           std::span<const MediatorStep> steps)
      : scm_(scm),
        y_(scm.graph().node(query.outcome)),
        has_positive_(!query.positive.empty()),
        positive_(has_positive_ ? resolve_assignment(scm, query.outcome, query.positive, "--outcome").value : 0),
        group_text_{group_text(query.contrasts(), Group::baseline), group_text(query.contrasts(), Group::compared)} {
    for (const ValueContrast& each : query.contrasts()) {
      compared_.push_back(resolve_assignment(scm, each.variable, each.compared, "--protected"));
      baseline_.push_back(resolve_assignment(scm, each.variable, each.baseline, "--protected"));
      if (compared_.back() == baseline_.back())
        throw Error(ErrorCode::query_overlap, {}, "'" + each.compared + "' compared with itself",
                    "two different values");
    }
    if (!has_positive_ && scm.variable(y_).type == ColumnType::categorical)
      throw Error(ErrorCode::table_type, "variable '" + query.outcome + "'", "a categorical outcome without a value",
                  "the value that counts as 1");
    NodeSet held = scm.graph().none();
    for (const auto& names : detail::mediators_by_step(roles, steps)) {
      for (const std::string& name : names) held.insert(scm.graph().node(name));
      held_.push_back(held);
    }
  }

  /// By sampling: row i is the same person in all worlds, since the noise of what was there before is left alone.
  MeanOutcomes sampled(std::size_t rows, std::uint64_t seed, Parallelism parallelism) const {
    const SampleOptions options{.seed = seed, .parallelism = parallelism};
    const Eigen::MatrixXd factual = sample(scm_, rows, options);
    MeanOutcomes means{
        mean_of_rows(factual, factual, Group::baseline), mean_of_rows(factual, factual, Group::compared), {}};
    for (const NodeSet& held : held_)
      means.responses.push_back(
          mean_of_rows(factual, sample(intervene(scm_, seen_but_by(held)), rows, options), Group::baseline));
    return means;
  }

  /// From the model's own distributions, where they can be had. Throws no_positivity.
  std::optional<MeanOutcomes> exact() const {
    ParallelWorlds worlds(scm_);
    std::vector<std::size_t> attributes, responses;
    for (const Assignment& x : compared_) attributes.push_back(worlds.copy(x.variable));
    const std::size_t factual = worlds.copy(y_);
    for (const NodeSet& held : held_) {
      WorldAction action;
      for (const Assignment& x : compared_) action[x.variable] = x.value;
      for (const Node mediator : held) action[mediator] = worlds.copy(mediator);
      responses.push_back(worlds.copy(y_, action));
    }
    for (const auto engine : {&ModelGap::mean_of_levels, &ModelGap::mean_of_normals}) {
      const auto mean = [&](std::size_t outcome, Group group) {
        return (this->*engine)(worlds, outcome, attributes, group);
      };
      const auto baseline = mean(factual, Group::baseline), compared = mean(factual, Group::compared);
      if (!baseline || !compared) continue;
      MeanOutcomes means{*baseline, *compared, {}};
      for (const std::size_t response : responses)
        if (const auto value = mean(response, Group::baseline)) means.responses.push_back(*value);
      if (means.responses.size() == responses.size()) return means;
    }
    return std::nullopt;
  }

 private:
  const std::vector<Assignment>& values_of(Group group) const {
    return group == Group::compared ? compared_ : baseline_;
  }
  double counted(double outcome) const { return has_positive_ ? (outcome == positive_ ? 1.0 : 0.0) : outcome; }

  /// Whatever reads an attribute sees it at x1, but for the attributes themselves and what is held: that is causes
  /// first, so that what a held mediator is made from is as it was.
  Intervention seen_but_by(const NodeSet& held) const {
    Intervention seen;
    for (const Assignment& x : compared_)
      for (const Node child : scm_.graph().children(x.variable))
        if (!held.contains(child) && std::none_of(compared_.begin(), compared_.end(),
                                                  [&](const Assignment& other) { return other.variable == child; }))
          seen.emplace_back(x.variable, x.value, child);
    return seen;
  }

  [[noreturn]] void fail_without(Group group) const {
    throw Error(ErrorCode::no_positivity, {}, "the model gives no one " + group_text_[static_cast<std::size_t>(group)],
                "a protected attribute of which both values occur");
  }

  double mean_of_rows(const Eigen::MatrixXd& factual, const Eigen::MatrixXd& world, Group group) const {
    double sum = 0, rows = 0;
    for (Eigen::Index row = 0; row < factual.rows(); ++row) {
      bool member = true;
      for (const Assignment& x : values_of(group))
        member = member && factual(row, static_cast<Eigen::Index>(x.variable)) == x.value;
      if (!member) continue;
      sum += counted(world(row, static_cast<Eigen::Index>(y_)));
      rows += 1;
    }
    if (rows == 0) fail_without(group);
    return sum / rows;
  }

  /// E[outcome | group], by elimination over the variables' levels.
  std::optional<double> mean_of_levels(const ParallelWorlds& worlds, std::size_t outcome,
                                       std::span<const std::size_t> attributes, Group group) const {
    WorldTerm term{.mean_of = {{.copy = outcome}}};
    for (std::size_t level = 0; level < worlds.variable(outcome).levels.size(); ++level)
      term.mean_of[0].numbers.push_back(counted(static_cast<double>(level)));
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      WorldEvent event{.left = attributes[i], .value = values_of(group)[i].value};
      if (const std::size_t levels = worlds.variable(attributes[i]).levels.size(); levels > 0) {
        event.allowed.assign(levels, 0);
        event.allowed[static_cast<std::size_t>(event.value)] = 1;
      }
      term.given.push_back(std::move(event));
    }
    const ExactAnswer answer = discrete_answer({worlds, {std::move(term)}});
    if (std::holds_alternative<ImpossibleCondition>(answer)) fail_without(group);
    const double* value = std::get_if<double>(&answer);
    return value != nullptr ? std::optional(*value) : std::nullopt;
  }

  /// E[outcome | group], the attributes and the outcome being jointly normal.
  std::optional<double> mean_of_normals(const ParallelWorlds& worlds, std::size_t outcome,
                                        std::span<const std::size_t> attributes, Group group) const {
    const auto forms = has_positive_ ? std::nullopt : normal_forms(worlds);
    if (!forms) return std::nullopt;
    const NormalForm& y = (*forms)[outcome];
    const auto size = static_cast<Eigen::Index>(attributes.size());
    Eigen::MatrixXd weights(size, y.weights.size());
    Eigen::VectorXd offsets(size);
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const NormalForm& x = (*forms)[attributes[i]];
      if (x.weights.isZero(0)) return std::nullopt;  // a constant, which sampling judges
      weights.row(static_cast<Eigen::Index>(i)) = x.weights.transpose();
      offsets[static_cast<Eigen::Index>(i)] = values_of(group)[i].value - x.mean;
    }
    const Eigen::MatrixXd slopes = solve_spd(weights * weights.transpose(), weights * y.weights);
    return y.mean + slopes.col(0).dot(offsets);
  }

  Scm scm_;
  Node y_;
  bool has_positive_;
  double positive_;
  std::array<std::string, 2> group_text_;
  std::vector<Assignment> compared_, baseline_;
  std::vector<NodeSet> held_;  // by step
};

/// The gap, its parts and its shares.
std::vector<LicensedEstimate*> numbers_of(Decomposition& decomposition) {
  std::vector<LicensedEstimate*> numbers{&decomposition.tv, &decomposition.ctf_de, &decomposition.ctf_ie,
                                         &decomposition.ctf_se};
  for (MediatedShare& each : decomposition.by_mediator) numbers.push_back(&each.share);
  return numbers;
}

/// Their values, in the same order.
std::vector<double> values_of(const MeanOutcomes& means, std::size_t shares) {
  const DecompositionValues parts = means.parts();
  std::vector<double> values{parts.tv, parts.ctf_de, parts.ctf_ie, parts.ctf_se};
  for (std::size_t step = 1; step <= shares; ++step) values.push_back(means.share(step));
  return values;
}

void fill_by_sampling(const ModelGap& gap, const ModelDecompositionOptions& options, Decomposition& result) {
  constexpr std::size_t batches = 40;
  constexpr double t_quantile = 2.0226909;  // Student's t, 39 degrees of freedom, 0.975
  const std::vector<LicensedEstimate*> numbers = numbers_of(result);
  std::vector<std::vector<double>> values(numbers.size());
  for (std::size_t batch = 0; batch < batches; ++batch) {
    // Philox keys by seed: any two seeds give unrelated streams.
    const std::vector<double> drawn = values_of(
        gap.sampled(options.rows / batches + 1, options.seed + batch * 0x9E3779B97F4A7C15u, options.parallelism),
        result.by_mediator.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) values[i].push_back(drawn[i]);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    double mean = 0, squares = 0;
    for (const double value : values[i]) mean += value;
    mean /= batches;
    for (const double value : values[i]) squares += (value - mean) * (value - mean);
    const double margin = t_quantile * std::sqrt(squares / (batches - 1) / batches);
    numbers[i]->estimate = {mean, mean - margin, mean + margin};
  }
  result.method = EstimationMethod::monte_carlo;
}

/// A discrete model's distribution as a table; nothing of another model, or where it has more cells than that.
std::optional<Table> table_of(const Scm& scm, std::size_t most_cells) {
  std::size_t cells = 1;
  for (Node v = 0; v < scm.size(); ++v) {
    const std::size_t levels = scm.variable(v).levels.size();
    if (levels == 0 || levels > most_cells / cells) return std::nullopt;
    cells *= levels;
  }
  std::vector<Column> columns;
  std::size_t stride = cells;
  for (Node v = 0; v < scm.size(); ++v) {
    const VariableSpec& variable = scm.variable(v);
    stride /= variable.levels.size();
    columns.push_back({variable.name, variable.type, variable.levels, {}});
    for (std::size_t cell = 0; cell < cells; ++cell)
      columns.back().values.push_back(static_cast<double>(cell / stride % variable.levels.size()));
  }
  Table table(std::move(columns));
  try {
    table.set_weights(model_distribution(scm, scm.graph().none()).table.values);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::scm_missing_rung || error.code() == ErrorCode::value_out_of_range)
      return std::nullopt;
    throw;
  }
  return table;
}

/// Parts that adjustment does not identify, with what else the graph says of them.
Decomposition with_graph(Decomposition found, const Scm& scm, const DecompositionQuery& query,
                         const FairnessRoles& roles, std::span<const MediatorStep> steps,
                         const DecompositionBoundsOptions& options) {
  if (found.method == EstimationMethod::exact)
    if (const auto table = table_of(scm, options.most_cells))
      return with_bounds(std::move(found), *table, query, scm.graph(), roles, steps,
                         "rests on the model's mechanisms and what hidden causes they share", options);
  const auto estimands = detail::part_estimands(scm.graph(), query, roles, steps);
  const std::vector<LicensedEstimate*> numbers = numbers_of(found);
  for (std::size_t part = 0; part < estimands.size(); ++part)
    if (estimands[part]) numbers[part + 1]->licence = {LicenceKind::identified, *estimands[part]};
  return found;
}

}  // namespace

Decomposition decompose(const Scm& scm, const DecompositionQuery& query, const ModelDecompositionOptions& options) {
  const FairnessRoles roles = roles_in_graph(scm.graph(), query.attributes(), query.outcome);
  const std::vector<MediatorStep> steps = options.by_mediator
                                              ? mediator_steps(scm.graph(), query.attributes(), query.outcome, roles)
                                              : std::vector<MediatorStep>{};
  const ModelGap gap(scm, query, roles, steps);
  detail::check_disjoint(query, roles);
  Decomposition result = detail::licensed_decomposition(query, roles, steps);
  if (const auto means = gap.exact()) {
    const std::vector<LicensedEstimate*> numbers = numbers_of(result);
    const std::vector<double> values = values_of(*means, steps.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i]->estimate = {values[i], values[i], values[i]};
    result.method = EstimationMethod::exact;
  } else {
    fill_by_sampling(gap, options, result);
  }
  const std::string unmodelled = confounded_pairs(scm, true);
  if (unmodelled.empty()) result = with_graph(std::move(result), scm, query, roles, steps, options.bounds);
  for (LicensedEstimate* number : numbers_of(result))
    number->licence = licence_of_model(std::move(number->licence), unmodelled);
  return result;
}

}  // namespace equipoise::inline v0
