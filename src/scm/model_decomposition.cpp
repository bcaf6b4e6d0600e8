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
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/parallel_worlds.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {
namespace {

// What a part of a model's gap rests on, where `of_data` is what it would rest on in data of the same graph.
Licence licence_of_model(Licence of_data, const std::string& unmodelled) {
  if (!unmodelled.empty())
    return {LicenceKind::assumed, "of the model, which assumes that nothing hidden is common to " + unmodelled};
  if (of_data.kind != LicenceKind::identified)
    return {of_data.kind,
            "not identified by the graph; rests on the model's mechanisms and what hidden causes they share"};
  const std::string observed = "observed: ";
  if (of_data.basis.starts_with(observed)) of_data.basis.erase(0, observed.size());
  return {of_data.kind, "of the model: " + of_data.basis};
}

/// The four parts from the outcome's mean in each group and the baseline group's in two other worlds.
DecompositionValues parts_of(double baseline, double compared, double treated, double crossed) {
  return {.tv = compared - baseline,
          .ctf_de = crossed - baseline,
          .ctf_ie = crossed - treated,
          .ctf_se = treated - compared};
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
/// themselves see them at x1; and that in which the outcome alone does, which among those with x0 is Y_{x1, W_x0}.
class ModelGap {
 public:
  ModelGap(const Scm& scm, const DecompositionQuery& query)
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
  }

  /// By sampling: row i is the same person in all worlds, since the noise of what was there before is left alone.
  DecompositionValues sampled(std::size_t rows, std::uint64_t seed, Parallelism parallelism) const {
    const SampleOptions options{.seed = seed, .parallelism = parallelism};
    const Eigen::MatrixXd factual = sample(scm_, rows, options);
    const auto response = [&](const Intervention& seen) { return sample(intervene(scm_, seen), rows, options); };
    return parts_of(mean_of_rows(factual, factual, Group::baseline), mean_of_rows(factual, factual, Group::compared),
                    mean_of_rows(factual, response(seen_by_all()), Group::baseline),
                    mean_of_rows(factual, response(seen_by_outcome()), Group::baseline));
  }

  /// From the model's own distributions, where they can be had. Throws no_positivity.
  std::optional<DecompositionValues> exact() const {
    ParallelWorlds worlds(scm_);
    WorldAction treated, crossed;
    for (const Assignment& x : compared_) treated[x.variable] = crossed[x.variable] = x.value;
    for (const Node parent : scm_.graph().parents(y_))
      if (!crossed.contains(parent)) crossed[parent] = worlds.copy(parent);
    std::vector<std::size_t> attributes;
    for (const Assignment& x : compared_) attributes.push_back(worlds.copy(x.variable));
    const std::size_t factual_outcome = worlds.copy(y_), treated_outcome = worlds.copy(y_, treated),
                      crossed_outcome = worlds.copy(y_, crossed);
    for (const auto engine : {&ModelGap::mean_of_levels, &ModelGap::mean_of_normals}) {
      const auto mean = [&](std::size_t outcome, Group group) {
        return (this->*engine)(worlds, outcome, attributes, group);
      };
      const auto baseline = mean(factual_outcome, Group::baseline), compared = mean(factual_outcome, Group::compared),
                 responded = mean(treated_outcome, Group::baseline), directly = mean(crossed_outcome, Group::baseline);
      if (baseline && compared && responded && directly) return parts_of(*baseline, *compared, *responded, *directly);
    }
    return std::nullopt;
  }

 private:
  const std::vector<Assignment>& values_of(Group group) const {
    return group == Group::compared ? compared_ : baseline_;
  }
  double counted(double outcome) const { return has_positive_ ? (outcome == positive_ ? 1.0 : 0.0) : outcome; }

  /// Whatever reads an attribute sees it at x1, but for the attributes themselves.
  Intervention seen_by_all() const {
    Intervention seen;
    for (const Assignment& x : compared_)
      for (const Node child : scm_.graph().children(x.variable))
        if (std::none_of(compared_.begin(), compared_.end(),
                         [&](const Assignment& other) { return other.variable == child; }))
          seen.emplace_back(x.variable, x.value, child);
    return seen;
  }
  Intervention seen_by_outcome() const {
    Intervention seen;
    for (const Assignment& x : compared_)
      if (scm_.graph().has_directed(x.variable, y_)) seen.emplace_back(x.variable, x.value, y_);
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
};

constexpr std::array value_parts{&DecompositionValues::tv, &DecompositionValues::ctf_de, &DecompositionValues::ctf_ie,
                                 &DecompositionValues::ctf_se};
constexpr std::array estimate_parts{&Decomposition::tv, &Decomposition::ctf_de, &Decomposition::ctf_ie,
                                    &Decomposition::ctf_se};

void fill_by_sampling(const ModelGap& gap, const ModelDecompositionOptions& options, Decomposition& result) {
  constexpr std::size_t batches = 40;
  constexpr double t_quantile = 2.0226909;  // Student's t, 39 degrees of freedom, 0.975
  std::array<std::array<double, batches>, value_parts.size()> values{};
  for (std::size_t batch = 0; batch < batches; ++batch) {
    // Philox keys by seed: any two seeds give unrelated streams.
    const DecompositionValues drawn =
        gap.sampled(options.rows / batches + 1, options.seed + batch * 0x9E3779B97F4A7C15u, options.parallelism);
    for (std::size_t part = 0; part < value_parts.size(); ++part) values[part][batch] = drawn.*value_parts[part];
  }
  for (std::size_t part = 0; part < value_parts.size(); ++part) {
    double mean = 0, squares = 0;
    for (const double value : values[part]) mean += value;
    mean /= batches;
    for (const double value : values[part]) squares += (value - mean) * (value - mean);
    const double margin = t_quantile * std::sqrt(squares / (batches - 1) / batches);
    (result.*estimate_parts[part]).estimate = {mean, mean - margin, mean + margin};
  }
  result.method = EstimationMethod::monte_carlo;
}

}  // namespace

Decomposition decompose(const Scm& scm, const DecompositionQuery& query, const ModelDecompositionOptions& options) {
  const FairnessRoles roles = roles_in_graph(scm.graph(), query.attributes(), query.outcome);
  const ModelGap gap(scm, query);
  detail::check_disjoint(query, roles);
  Decomposition result = detail::licensed_decomposition(query, roles);
  if (const auto values = gap.exact()) {
    for (std::size_t part = 0; part < value_parts.size(); ++part) {
      const double value = (*values).*value_parts[part];
      (result.*estimate_parts[part]).estimate = {value, value, value};
    }
    result.method = EstimationMethod::exact;
  } else {
    fill_by_sampling(gap, options, result);
  }
  const std::string unmodelled = confounded_pairs(scm, true);
  for (const auto part : estimate_parts) {
    LicensedEstimate& estimate = result.*part;
    estimate.licence = licence_of_model(std::move(estimate.licence), unmodelled);
  }
  return result;
}

}  // namespace equipoise::inline v0
