#include <equipoise/scm/intervention.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::ChangesOf;
using detail::is_level_index;
using detail::replaces;

constexpr std::size_t no_input = static_cast<std::size_t>(-1);

/// Whether every value that the noise can take is a level's index.
bool gives_levels(const Noise& noise, std::size_t levels) {
  if (const auto* constant = noise.get_if<ConstantNoise>()) return is_level_index(constant->value, levels);
  if (const auto* coin = noise.get_if<BernoulliNoise>()) return levels >= 2 || (levels == 1 && coin->p == 0);
  if (const auto* several = noise.get_if<CategoricalNoise>()) {
    for (std::size_t k = levels; k < several->probabilities.size(); ++k)
      if (several->probabilities[k] > 0) return false;
    return true;
  }
  if (const auto* mixture = noise.get_if<MixtureNoise>()) {
    for (std::size_t k = 0; k < mixture->weights.size(); ++k)
      if (mixture->weights[k] > 0 && !gives_levels(mixture->components[k], levels)) return false;
    return true;
  }
  return false;
}

/// Adds weight * P(level) of a noise that gives levels.
void add_levels(const Noise& noise, double weight, std::vector<double>& probabilities) {
  if (const auto* constant = noise.get_if<ConstantNoise>()) {
    probabilities[static_cast<std::size_t>(constant->value)] += weight;
  } else if (const auto* coin = noise.get_if<BernoulliNoise>()) {
    probabilities[0] += weight * (1 - coin->p);
    if (probabilities.size() > 1) probabilities[1] += weight * coin->p;
  } else if (const auto* several = noise.get_if<CategoricalNoise>()) {
    const std::size_t count = std::min(probabilities.size(), several->probabilities.size());
    for (std::size_t k = 0; k < count; ++k) probabilities[k] += weight * several->probabilities[k];
  } else {
    const MixtureNoise& mixture = *noise.get_if<MixtureNoise>();
    for (std::size_t k = 0; k < mixture.weights.size(); ++k)
      if (mixture.weights[k] > 0) add_levels(mixture.components[k], weight * mixture.weights[k], probabilities);
  }
}

/// The noise of a draw as the distribution of a variable's levels, a probability each; of a number, as it is.
Noise noise_of_draw(const DrawFrom& draw, std::size_t levels) {
  if (levels == 0 || (levels == 2 && draw.noise.get_if<BernoulliNoise>())) return draw.noise;
  CategoricalNoise noise{std::vector<double>(levels, 0.0)};
  add_levels(draw.noise, 1, noise.probabilities);
  return noise;
}

std::string name_of(const Scm& scm, const Action& action) {
  const std::string& name = scm.graph().name(action.variable);
  return action.along ? name + " -> " + scm.graph().name(*action.along) : name;
}

/// Throws where what is done to a variable is nothing that can be done to it.
class ChangeCheck {
 public:
  ChangeCheck(const Scm& scm, const Action& action, std::string_view place)
      : name_(name_of(scm, action)), variable_(scm.variable(action.variable)), place_(place) {}

  void operator()(const SetTo& set) const {
    check_finite(set.value, " = ");
    if (variable_.has_levels() && !is_level_index(set.value, variable_.levels.size()))
      fail(ErrorCode::value_out_of_range, " = " + shortest(set.value),
           "the index of one of " + std::to_string(variable_.levels.size()) + " levels");
  }
  void operator()(const ShiftBy& shift) const { check_arithmetic(shift.by, " += "); }
  void operator()(const ScaleBy& scale) const { check_arithmetic(scale.factor, " *= "); }
  void operator()(const DrawFrom& draw) const {
    if (variable_.has_levels() && !gives_levels(draw.noise, variable_.levels.size()))
      fail(ErrorCode::scm_invalid, " ~ " + std::string(kind_of(draw.noise)),
           "a distribution of the indices of its " + std::to_string(variable_.levels.size()) +
               " levels, such as categorical, with no more probabilities than levels");
  }
  void operator()(const Policy&) const {}

 private:
  [[noreturn]] void fail(ErrorCode code, const std::string& done, std::string expected) const {
    throw Error(code, place_, name_ + done, std::move(expected));
  }
  void check_finite(double number, const std::string& sign) const {
    if (!std::isfinite(number)) fail(ErrorCode::value_out_of_range, sign + shortest(number), "a finite number");
  }
  void check_arithmetic(double number, const std::string& sign) const {
    if (variable_.has_levels())
      fail(ErrorCode::scm_invalid, sign + shortest(number) + ", a variable with levels",
           "a number, or the level itself, as in " + name_ + " = " + variable_.levels.front());
    check_finite(number, sign);
  }

  std::string name_;
  const VariableSpec& variable_;
  std::string place_;
};

std::vector<std::string> names_at(const Scm& scm, std::span<const Node> nodes) {
  std::vector<std::string> names;
  for (const Node v : nodes) names.push_back(scm.graph().name(v));
  return names;
}

std::vector<Node> variables_named(const Scm& scm, std::string_view formula, std::string_view place) {
  const Formula parsed(formula, scm.graph().names(), place);
  std::vector<Node> named;
  for (Node v = 0; v < scm.size(); ++v)
    if (parsed.occurrences(v) > 0) named.push_back(v);
  return named;
}

/// A policy among levels as the lookup that it is; nothing where it reads a number, has too many configurations, or
/// one of them gives no level.
std::optional<LookupMechanism> lookup_of(const Scm& scm, const Policy& policy, std::size_t levels) {
  constexpr std::size_t most_configurations = std::size_t{1} << 16;
  std::vector<std::size_t> input_levels;
  std::size_t configurations = 1;
  for (const Node v : policy.inputs()) {
    input_levels.push_back(scm.variable(v).levels.size());
    if (input_levels.back() == 0 || configurations > most_configurations / input_levels.back()) return std::nullopt;
    configurations *= input_levels.back();
  }
  std::vector<std::vector<double>> columns(input_levels.size(), std::vector<double>(configurations));
  std::vector<const double*> pointers;
  for (std::size_t c = 0; c < columns.size(); ++c) pointers.push_back(columns[c].data());
  for (std::size_t k = 0; k < configurations; ++k) {
    std::size_t rest = k;
    for (std::size_t c = columns.size(); c-- > 0; rest /= input_levels[c])
      columns[c][k] = static_cast<double>(rest % input_levels[c]);
  }
  std::vector<double> values(configurations);
  policy.formula().run(policy.formula().steps().size() - 1, pointers, configurations, values.data());
  std::vector<std::size_t> indices;
  for (const double value : values) {
    if (!is_level_index(value, levels)) return std::nullopt;
    indices.push_back(static_cast<std::size_t>(value));
  }
  return LookupMechanism(std::move(input_levels), levels, std::move(indices));
}

AnyMechanism policy_mechanism(const Scm& scm, Node v, const Policy& policy) {
  const std::size_t levels = scm.variable(v).levels.size();
  if (levels == 0)
    return FormulaMechanism(policy.formula().text(), names_at(scm, policy.inputs()), Noise(ConstantNoise{0}));
  if (auto lookup = lookup_of(scm, policy, levels)) return *std::move(lookup);
  return PolicyMechanism(policy.formula(), policy.inputs().size(), levels);
}

CausalGraph intervened_graph(const Scm& scm, const std::vector<ChangesOf>& changes, std::string_view place) {
  const CausalGraph& graph = scm.graph();
  const auto is_replaced = [&](Node v) { return changes[v].own != nullptr && replaces(changes[v].own->change); };
  std::vector<NamedEdge> directed, bidirected;
  for (Node v = 0; v < graph.size(); ++v) {
    NodeSet parents = is_replaced(v) ? graph.none() : graph.parents(v);
    const auto add_inputs_of = [&](const Change& change) {
      if (const auto* policy = std::get_if<Policy>(&change))
        for (const Node input : policy->inputs()) parents.insert(input);
    };
    if (is_replaced(v)) {
      add_inputs_of(changes[v].own->change);
    } else {
      for (const Action* edge : changes[v].edges)
        if (replaces(edge->change)) parents.erase(edge->variable);
      for (const Action* edge : changes[v].edges) add_inputs_of(edge->change);
    }
    for (const Node parent : parents) directed.emplace_back(graph.name(parent), graph.name(v));
    for (const Node sibling : graph.siblings(v))
      if (v < sibling && !is_replaced(v) && !is_replaced(sibling))
        bidirected.emplace_back(graph.name(v), graph.name(sibling));
  }
  return CausalGraph(graph.names(), directed, bidirected, place);
}

/// v's mechanism, fed along the changed edges.
Scm::Replacement fed_along_edges(const Scm& scm, Node v, const ChangesOf& changes) {
  Scm::Replacement result{v, scm.mechanism(v), {}};
  const auto position_of = [&](const Scm::Input& input) {
    const auto found = std::find(result.inputs.begin(), result.inputs.end(), input);
    if (found != result.inputs.end()) return static_cast<std::size_t>(found - result.inputs.begin());
    result.inputs.push_back(input);
    return result.inputs.size() - 1;
  };
  std::vector<FedInput> fed;
  for (const Scm::Input& input : scm.inputs(v)) {
    const Action* edge = changes.edge_from(input);
    if (edge == nullptr) {
      fed.push_back({position_of(input), std::nullopt});
      continue;
    }
    fed.push_back({no_input, edge->change, {}, scm.variable(edge->variable).levels.size()});
    if (!replaces(edge->change)) fed.back().input = position_of(input);
    if (const auto* policy = std::get_if<Policy>(&edge->change))
      for (const Node read : policy->inputs()) fed.back().policy_inputs.push_back(position_of({false, read}));
  }
  result.mechanism = fed_with(result.mechanism, std::move(fed), result.inputs.size());
  return result;
}

Scm::Replacement changed_mechanism(const Scm& scm, Node v, const ChangesOf& changes) {
  Scm::Replacement result{v, scm.mechanism(v), {scm.inputs(v).begin(), scm.inputs(v).end()}};
  if (changes.own == nullptr || !replaces(changes.own->change)) {
    if (!changes.edges.empty()) result = fed_along_edges(scm, v, changes);
    if (changes.own == nullptr) return result;
  }
  const Change& change = changes.own->change;
  if (const auto* shift = std::get_if<ShiftBy>(&change)) {
    result.mechanism = shifted(result.mechanism, 1, shift->by);
  } else if (const auto* scale = std::get_if<ScaleBy>(&change)) {
    result.mechanism = shifted(result.mechanism, scale->factor, 0);
  } else if (const auto* policy = std::get_if<Policy>(&change)) {
    result = {v, policy_mechanism(scm, v, *policy), {}};
    for (const Node input : policy->inputs()) result.inputs.push_back({false, input});
  } else if (const auto* drawn = std::get_if<DrawFrom>(&change)) {
    result = {v, NoiseMechanism(noise_of_draw(*drawn, scm.variable(v).levels.size())), {}, true};
  } else {
    result = {v, NoiseMechanism(Noise(ConstantNoise{std::get<SetTo>(change).value})), {}};
  }
  return result;
}

}  // namespace

Assignment resolve_assignment(const Scm& scm, std::string_view name, std::string_view value, std::string_view place) {
  const auto v = scm.graph().find(name);
  if (!v)
    throw Error(ErrorCode::query_unknown_variable, std::string(place), "unknown variable '" + std::string(name) + "'",
                "a variable of the model", suggestion(name, scm.graph().names()));
  const std::vector<std::string>& levels = scm.variable(*v).levels;
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (levels[k] == value) return {*v, static_cast<double>(k)};
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool is_number = error == std::errc{} && end == value.data() + value.size() && std::isfinite(number);
  const bool is_index = is_number && is_level_index(number, levels.size());
  if (!(scm.variable(*v).has_levels() ? is_index : is_number))
    throw Error(ErrorCode::query_syntax, std::string(place),
                "'" + std::string(value) + "' for '" + std::string(name) + "'",
                scm.variable(*v).has_levels() ? "one of its levels" : "a finite number", suggestion(value, levels));
  return {*v, number};
}

Policy::Policy(const Scm& scm, std::string_view formula, std::string_view place)
    : inputs_(variables_named(scm, formula, place)), formula_(formula, names_at(scm, inputs_), place) {}

Scm intervene(const Scm& scm, const Intervention& intervention, std::string_view place) {
  detail::check_actions(scm, intervention, place);
  const std::vector<ChangesOf> changes = detail::changes_by_variable(scm.size(), intervention);
  std::vector<Scm::Replacement> replacements;
  for (Node v = 0; v < scm.size(); ++v)
    if (changes[v].own != nullptr || !changes[v].edges.empty())
      replacements.push_back(changed_mechanism(scm, v, changes[v]));
  return scm.with_mechanisms(intervened_graph(scm, changes, place), std::move(replacements));
}

Scm intervene(const Scm& scm, std::span<const Assignment> assignments) {
  Intervention intervention;
  for (const Assignment& each : assignments) {
    std::erase_if(intervention, [&](const Action& action) { return action.variable == each.variable; });
    intervention.emplace_back(each);
  }
  return intervene(scm, intervention);
}

Reach reach_of(const CausalGraph& intervened, const Intervention& intervention) {
  Reach reach{intervened.none(), intervened.none()};
  NodeSet replaced = intervened.none(), fed = intervened.none();
  for (const Action& action : intervention) {
    if (action.along) {
      fed.insert(*action.along);
    } else {
      reach.changed.insert(action.variable);
      if (replaces(action.change)) replaced.insert(action.variable);
    }
  }
  for (const Node v : intervened.topological_order()) {
    if (replaced.contains(v) || !(fed.contains(v) || intervened.parents(v).intersects(reach.changed))) continue;
    reach.changed.insert(v);
    reach.remade.insert(v);
  }
  return reach;
}

namespace detail {

std::vector<ChangesOf> changes_by_variable(std::size_t size, const Intervention& intervention) {
  std::vector<ChangesOf> changes(size);
  for (const Action& action : intervention) {
    if (action.along)
      changes[*action.along].edges.push_back(&action);
    else
      changes[action.variable].own = &action;
  }
  return changes;
}

void check_actions(const Scm& scm, const Intervention& intervention, std::string_view place) {
  for (std::size_t i = 0; i < intervention.size(); ++i) {
    const Action& action = intervention[i];
    assert(action.variable < scm.size() && (!action.along || *action.along < scm.size()));
    for (std::size_t j = 0; j < i; ++j)
      if (intervention[j].variable == action.variable && intervention[j].along == action.along)
        throw Error(ErrorCode::query_overlap, std::string(place), "'" + name_of(scm, action) + "' twice",
                    "each variable, and each edge, once");
    if (action.along && !scm.graph().has_directed(action.variable, *action.along))
      throw Error(ErrorCode::scm_invalid, std::string(place), "no edge " + name_of(scm, action),
                  "an edge of the model's graph");
    const auto* policy = std::get_if<Policy>(&action.change);
    if (policy != nullptr && !action.along &&
        std::find(policy->inputs().begin(), policy->inputs().end(), action.variable) != policy->inputs().end())
      throw Error(ErrorCode::graph_cycle, std::string(place),
                  "a policy for '" + name_of(scm, action) + "' that reads it", "a formula of other variables",
                  "a shift or a scaling changes what it would have been");
    std::visit(ChangeCheck(scm, action, place), action.change);
  }
}

void check_levels(const double* column, std::size_t levels, RowBlock rows) {
  for (std::size_t i = 0; i < rows.size; ++i)
    if (!is_level_index(column[i], levels))
      throw RowError(ErrorCode::value_out_of_range, "", rows.first + i, "a policy that gives " + shortest(column[i]),
                     "the index of one of " + std::to_string(levels) + " levels");
}

void apply_change(const Change& change, std::size_t levels, const double* natural, ColumnPointers policy_inputs,
                  const RandomStream& stream, RowBlock rows, double* out) {
  if (const auto* shift = std::get_if<ShiftBy>(&change)) {
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = natural[i] + shift->by;
  } else if (const auto* scale = std::get_if<ScaleBy>(&change)) {
    for (std::size_t i = 0; i < rows.size; ++i) out[i] = scale->factor * natural[i];
  } else if (const auto* policy = std::get_if<Policy>(&change)) {
    policy->formula().evaluate(policy_inputs, rows, out);
    if (levels > 0) check_levels(out, levels, rows);
  } else if (const auto* drawn = std::get_if<DrawFrom>(&change)) {
    draw(noise_of_draw(*drawn, levels), stream, rows, out);
  } else {
    std::fill_n(out, rows.size, std::get<SetTo>(change).value);
  }
}

}  // namespace detail

}  // namespace equipoise::inline v0
