// Decompositions of random models against their counterfactual definition: discrete ones by enumeration of all
// exogenous states, each world worked out variable by variable, linear-Gaussian ones by the coefficients of directed
// paths.
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/LU>
#include <catch2/catch.hpp>

#include <equipoise/scm/doubly_robust_decomposition.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/model_decomposition.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

#include "scm/random_discrete_worlds.hpp"

using namespace equipoise;
using equipoise::testing::pick;
using equipoise::testing::random_distribution;

namespace {

// In causal order; the protected attributes are A and B.
const std::vector<std::string> three_mediators{"Z", "A", "B", "M", "N", "O", "Y"},
    two_mediators{"Z", "A", "B", "M", "N", "Y"};
constexpr std::size_t a = 1, b = 2;

/// Values held from outside, by variable.
using Held = std::map<std::size_t, std::size_t>;

/// A model of lookups: each variable reads its parents, an exogenous variable of its own and, some of them, a hidden
/// cause that another reads as well.
struct LookupModel {
  std::vector<std::string> names;
  std::vector<std::size_t> levels;
  std::vector<std::vector<std::size_t>> parents, exogenous, lookup;  // the last parent or cause changes fastest
  std::vector<std::vector<double>> states;                           // probabilities, by exogenous variable

  std::size_t value(std::size_t v, const std::vector<std::size_t>& values,
                    const std::vector<std::size_t>& state) const {
    std::size_t at = 0;
    for (const std::size_t parent : parents[v]) at = at * levels[parent] + values[parent];
    for (const std::size_t u : exogenous[v]) at = at * states[u].size() + state[u];
    return lookup[v][at];
  }
  std::vector<std::size_t> world(const std::vector<std::size_t>& state, const Held& held) const {
    std::vector<std::size_t> values(names.size());
    for (std::size_t v = 0; v < names.size(); ++v) {
      const auto set = held.find(v);
      values[v] = set != held.end() ? set->second : value(v, values, state);
    }
    return values;
  }
  template <class Visit>
  void for_each_state(Visit visit) const {
    std::vector<std::size_t> state(states.size(), 0);
    for (;;) {
      double probability = 1;
      for (std::size_t u = 0; u < states.size(); ++u) probability *= states[u][state[u]];
      visit(probability, state);
      std::size_t u = 0;
      while (u < states.size() && ++state[u] == states[u].size()) state[u++] = 0;
      if (u == states.size()) return;
    }
  }
  Scm scm() const {
    std::vector<NamedEdge> edges;
    std::vector<VariableSpec> variables;
    std::vector<NodeMechanism> mechanisms;
    std::vector<ExogenousVariable> causes;
    for (std::size_t u = 0; u < states.size(); ++u)
      causes.push_back({"U" + std::to_string(u), CategoricalNoise{states[u]}});
    for (std::size_t v = 0; v < names.size(); ++v) {
      variables.push_back(equipoise::testing::levels_variable(names[v], levels[v]));
      std::vector<std::string> inputs;
      std::vector<std::size_t> input_levels;
      for (const std::size_t parent : parents[v]) {
        edges.emplace_back(names[parent], names[v]);
        inputs.push_back(names[parent]);
        input_levels.push_back(levels[parent]);
      }
      for (const std::size_t u : exogenous[v]) {
        inputs.push_back(causes[u].name);
        input_levels.push_back(states[u].size());
      }
      mechanisms.push_back({LookupMechanism(input_levels, levels[v], lookup[v]), inputs});
    }
    return {CausalGraph(names, edges), variables, mechanisms, causes};
  }
};

LookupModel random_model(RowStream& random, const std::vector<std::string>& names, std::size_t hidden_causes) {
  LookupModel model;
  model.names = names;
  const std::size_t size = names.size();
  model.parents.resize(size);
  for (std::size_t v = 0; v < size; ++v) {
    model.levels.push_back(2 + pick(random, 2));
    model.exogenous.push_back({v});
    model.states.push_back(random_distribution(random, 3));
    for (std::size_t p = 0; p < v; ++p)
      if (random.uniform() < (p == a && v == b ? 0.3 : 0.7)) model.parents[v].push_back(p);
  }
  for (std::size_t cause = 0; cause < hidden_causes; ++cause) {
    const std::size_t one = pick(random, size), other = pick(random, size);
    if (one == other) continue;
    model.exogenous[one].push_back(model.states.size());
    model.exogenous[other].push_back(model.states.size());
    model.states.push_back(random_distribution(random, 2));
  }
  for (std::size_t v = 0; v < size; ++v) {
    std::size_t configurations = 1;
    for (const std::size_t parent : model.parents[v]) configurations *= model.levels[parent];
    for (const std::size_t u : model.exogenous[v]) configurations *= model.states[u].size();
    auto& lookup = model.lookup.emplace_back();
    for (std::size_t i = 0; i < configurations; ++i) lookup.push_back(pick(random, model.levels[v]));
  }
  return model;
}

/// The mediators: what a directed path leads to from A or B, past neither, and on to Y. In causal order.
std::vector<std::size_t> mediators_of(const std::vector<std::vector<std::size_t>>& parents) {
  const std::size_t y = parents.size() - 1;
  std::vector<bool> after(parents.size()), before(parents.size());
  const auto reads = [&](std::size_t v, std::size_t p) {
    return std::find(parents[v].begin(), parents[v].end(), p) != parents[v].end();
  };
  for (std::size_t v = 0; v < y; ++v)
    for (std::size_t p = 0; p < v; ++p)
      if (v != a && v != b && reads(v, p) && (p == a || p == b || after[p])) after[v] = true;
  before[y] = true;
  for (std::size_t v = y; v-- > 0;)
    for (std::size_t child = v + 1; child <= y; ++child)
      if (child != a && child != b && before[child] && reads(child, v)) before[v] = true;
  std::vector<std::size_t> found;
  for (std::size_t v = 0; v < y; ++v)
    if (v != a && v != b && after[v] && before[v]) found.push_back(v);
  return found;
}

/// The parts and shares by their definition.
struct Truth {
  double tv = 0, de = 0, ie = 0, se = 0;
  std::vector<double> shares;
};

Truth from_responses(double baseline, double compared, const std::vector<double>& responses) {
  Truth truth{compared - baseline,
              responses.back() - baseline,
              responses.back() - responses.front(),
              responses.front() - compared,
              {}};
  for (std::size_t k = 1; k < responses.size(); ++k) truth.shares.push_back(responses[k] - responses[k - 1]);
  return truth;
}

/// P(Y_{x1, W1..k_x0} = positive | x0), with W_x0 from a world of its own; nothing where a group is empty.
std::optional<Truth> enumerated(const LookupModel& model, const Held& compared, const Held& baseline,
                                std::size_t positive, const std::vector<std::size_t>& mediators) {
  const std::size_t y = model.names.size() - 1;
  double people[2] = {0, 0}, positives[2] = {0, 0};
  std::vector<double> responses(mediators.size() + 1);
  model.for_each_state([&](double probability, const std::vector<std::size_t>& state) {
    const auto factual = model.world(state, {});
    for (const bool is_compared : {false, true}) {
      const Held& group = is_compared ? compared : baseline;
      if (factual[a] != group.at(a) || factual[b] != group.at(b)) continue;
      people[is_compared] += probability;
      if (factual[y] == positive) positives[is_compared] += probability;
    }
    if (factual[a] != baseline.at(a) || factual[b] != baseline.at(b)) return;
    const auto natural = model.world(state, baseline);
    Held held = compared;
    for (std::size_t k = 0; k <= mediators.size(); ++k) {
      if (k > 0) held[mediators[k - 1]] = natural[mediators[k - 1]];
      if (model.world(state, held)[y] == positive) responses[k] += probability;
    }
  });
  if (people[0] <= 0 || people[1] <= 0) return std::nullopt;
  for (double& response : responses) response /= people[0];
  return from_responses(positives[0] / people[0], positives[1] / people[1], responses);
}

/// The joint distribution as a table.
Table joint_table(const LookupModel& model) {
  std::map<std::vector<std::size_t>, double> joint;
  model.for_each_state(
      [&](double probability, const std::vector<std::size_t>& state) { joint[model.world(state, {})] += probability; });
  const Scm scm = model.scm();
  std::vector<Column> columns;
  for (const VariableSpec& variable : scm.variables())
    columns.push_back({variable.name, variable.type, variable.levels, {}});
  std::vector<double> weights;
  for (const auto& [values, probability] : joint) {
    for (std::size_t v = 0; v < values.size(); ++v) columns[v].values.push_back(static_cast<double>(values[v]));
    weights.push_back(probability);
  }
  Table table(columns);
  table.set_weights(weights);
  return table;
}

std::vector<double> values_of(const Decomposition& found) {
  std::vector<double> values{found.tv.estimate.value, found.ctf_de.estimate.value, found.ctf_ie.estimate.value,
                             found.ctf_se.estimate.value};
  for (const MediatedShare& each : found.by_mediator) values.push_back(each.share.estimate.value);
  return values;
}

std::vector<LicensedEstimate> numbers_of(const Decomposition& found) {
  std::vector<LicensedEstimate> numbers{found.tv, found.ctf_de, found.ctf_ie, found.ctf_se};
  for (const MediatedShare& each : found.by_mediator) numbers.push_back(each.share);
  return numbers;
}

std::vector<double> values_of(const Truth& truth) {
  std::vector<double> values{truth.tv, truth.de, truth.ie, truth.se};
  values.insert(values.end(), truth.shares.begin(), truth.shares.end());
  return values;
}

struct Counts {
  int models = 0, shares = 0, identified = 0, bounded = 0;
};

/// One model, from its mechanisms and from the joint table that they imply.
void check_lookups(const LookupModel& model, RowStream& random, Counts& counts) {
  const auto two_levels = [&](std::size_t v) {
    const std::size_t one = pick(random, model.levels[v]), step = 1 + pick(random, model.levels[v] - 1);
    return std::pair(one, (one + step) % model.levels[v]);
  };
  const auto [a1, a0] = two_levels(a);
  const auto [b1, b0] = two_levels(b);
  const std::size_t y = model.names.size() - 1, positive = pick(random, model.levels[y]);
  const std::vector<std::size_t> mediators = mediators_of(model.parents);
  const auto truth = enumerated(model, {{a, a1}, {b, b1}}, {{a, a0}, {b, b0}}, positive, mediators);
  if (!truth) return;
  const Scm scm = model.scm();
  const auto level = [&](std::size_t v, std::size_t at) { return scm.variable(v).levels[at]; };
  const DecompositionQuery query{"A", level(a, a1),       level(a, a0),
                                 "Y", level(y, positive), {{"B", level(b, b1), level(b, b0)}}};
  const std::vector<double> expected = values_of(*truth);

  const Decomposition of_model = decompose(scm, query, {.by_mediator = true});
  REQUIRE(of_model.method == EstimationMethod::exact);
  REQUIRE(of_model.by_mediator.size() == mediators.size());
  for (std::size_t k = 0; k < mediators.size(); ++k)
    REQUIRE(of_model.by_mediator[k].mediator == model.names[mediators[k]]);
  ++counts.models;
  counts.shares += static_cast<int>(mediators.size());
  const std::vector<double> found = values_of(of_model);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("number " << i << " of the model");
    REQUIRE(found[i] == Approx(expected[i]).margin(1e-10));
    const LicensedEstimate number = numbers_of(of_model)[i];
    REQUIRE(number.licence.kind == (number.bounds ? LicenceKind::bounded : LicenceKind::identified));
    REQUIRE(number.estimate.low <= expected[i] + 1e-9);
    REQUIRE(number.estimate.high >= expected[i] - 1e-9);
  }

  Decomposition of_table;
  try {
    of_table = estimate_decomposition(joint_table(model), query, scm.graph(), {.by_mediator = true});
  } catch (const Error& error) {
    REQUIRE(error.code() == ErrorCode::no_positivity);
    return;
  }
  const std::vector<LicensedEstimate> numbers = numbers_of(of_table);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("number " << i << " of the table, " << numbers[i].licence.basis);
    if (numbers[i].licence.kind == LicenceKind::identified) {
      ++counts.identified;
      REQUIRE(numbers[i].estimate.value == Approx(expected[i]).margin(1e-10));
    } else {
      ++counts.bounded;
      REQUIRE(numbers[i].bounds);
      REQUIRE(numbers[i].bounds->low <= expected[i] + 1e-9);
      REQUIRE(numbers[i].bounds->high >= expected[i] - 1e-9);
    }
  }
}

/// A linear-Gaussian model: V = B V + C H + U, H and U independent and normal.
struct LinearModel {
  std::vector<std::string> names;
  Eigen::MatrixXd coefficients, of_hidden;  // B, strictly lower triangular; C
  Eigen::VectorXd scales;

  /// The sum over directed paths from `from` to `to` that meet none of `blocked` of the products of coefficients.
  double paths(Eigen::Index from, Eigen::Index to, const std::vector<Eigen::Index>& blocked) const {
    double sum = coefficients(to, from);
    for (Eigen::Index via = from + 1; via < to; ++via)
      if (coefficients(via, from) != 0 && std::find(blocked.begin(), blocked.end(), via) == blocked.end())
        sum += coefficients(via, from) * paths(via, to, blocked);
    return sum;
  }
  Scm scm() const {
    std::vector<NamedEdge> edges;
    std::vector<VariableSpec> variables;
    std::vector<NodeMechanism> mechanisms;
    std::vector<ExogenousVariable> causes;
    for (Eigen::Index h = 0; h < of_hidden.cols(); ++h) causes.push_back({"H" + std::to_string(h), NormalNoise{0, 1}});
    for (std::size_t v = 0; v < names.size(); ++v) {
      variables.push_back({names[v], ColumnType::continuous, {}});
      const auto row = static_cast<Eigen::Index>(v);
      LinearPredictor predictor{0, {}};
      std::vector<std::string> inputs;
      for (std::size_t p = 0; p < v; ++p) {
        const double slope = coefficients(row, static_cast<Eigen::Index>(p));
        if (slope == 0) continue;
        predictor.terms.push_back({slope, {}});
        inputs.push_back(names[p]);
        edges.emplace_back(names[p], names[v]);
      }
      for (Eigen::Index h = 0; h < of_hidden.cols(); ++h) {
        if (of_hidden(row, h) == 0) continue;
        predictor.terms.push_back({of_hidden(row, h), {}});
        inputs.push_back(causes[static_cast<std::size_t>(h)].name);
      }
      mechanisms.push_back({LinearMechanism(predictor, Noise(NormalNoise{0, scales[row]})), inputs});
    }
    return {CausalGraph(names, edges), variables, mechanisms, causes};
  }
  /// E[Y | A, B] as a function of the two, from the covariance.
  double regression(double at_a, double at_b) const {
    const auto n = static_cast<Eigen::Index>(names.size());
    const Eigen::MatrixXd total = (Eigen::MatrixXd::Identity(n, n) - coefficients).inverse();
    const Eigen::MatrixXd noise =
        Eigen::MatrixXd(scales.cwiseProduct(scales).asDiagonal()) + of_hidden * of_hidden.transpose();
    const Eigen::MatrixXd covariance = total * noise * total.transpose();
    Eigen::Matrix2d of_groups;
    of_groups << covariance(1, 1), covariance(1, 2), covariance(2, 1), covariance(2, 2);
    const Eigen::Vector2d with_y(covariance(1, n - 1), covariance(2, n - 1));
    return of_groups.ldlt().solve(with_y).dot(Eigen::Vector2d(at_a, at_b));
  }
};

LinearModel random_linear_model(RowStream& random, const std::vector<std::string>& names, Eigen::Index hidden_causes) {
  const auto n = static_cast<Eigen::Index>(names.size());
  LinearModel model{names, Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, hidden_causes),
                    Eigen::VectorXd::Zero(n)};
  for (Eigen::Index v = 0; v < n; ++v) {
    model.scales[v] = 0.5 + random.uniform();
    for (Eigen::Index p = 0; p < v; ++p)
      if (random.uniform() < 0.7) model.coefficients(v, p) = 2 * random.uniform() - 1;
  }
  for (Eigen::Index h = 0; h < hidden_causes; ++h)
    for (int reader = 0; reader < 2; ++reader)
      model.of_hidden(static_cast<Eigen::Index>(pick(random, names.size())), h) = 2 * random.uniform() - 1;
  return model;
}

}  // namespace

TEST_CASE("two attributes' decompositions and mediators' shares of discrete models are those of enumeration",
          "[decomposition]") {
  Counts counts;
  const RandomStream stream({.seed = 90210, .purpose = Purpose::test});
  for (std::size_t trial = 0; trial < 400; ++trial) {
    RowStream random = stream.row(trial);
    INFO("trial " << trial);
    check_lookups(random_model(random, trial % 2 == 0 ? three_mediators : two_mediators, trial % 4), random, counts);
  }
  INFO(counts.models << " models, " << counts.shares << " shares; of tables " << counts.identified << " identified, "
                     << counts.bounded << " bounded");
  CHECK(counts.models > 100);
  CHECK(counts.shares > 200);
  CHECK(counts.identified > 100);
  CHECK(counts.bounded > 50);
}

TEST_CASE("two attributes' decompositions and mediators' shares of linear models are sums over directed paths",
          "[decomposition]") {
  const RandomStream stream({.seed = 31337, .purpose = Purpose::test});
  int shares = 0;
  for (std::size_t trial = 0; trial < 300; ++trial) {
    RowStream random = stream.row(trial);
    INFO("trial " << trial);
    const LinearModel model = random_linear_model(random, trial % 2 == 0 ? three_mediators : two_mediators,
                                                  static_cast<Eigen::Index>(trial % 4));
    std::vector<std::vector<std::size_t>> parents(model.names.size());
    for (std::size_t v = 0; v < parents.size(); ++v)
      for (std::size_t p = 0; p < v; ++p)
        if (model.coefficients(static_cast<Eigen::Index>(v), static_cast<Eigen::Index>(p)) != 0)
          parents[v].push_back(p);
    const std::vector<std::size_t> mediators = mediators_of(parents);
    const auto y = static_cast<Eigen::Index>(model.names.size()) - 1;
    const double baseline = model.regression(-1, 0.5), compared = model.regression(1.5, 2);
    std::vector<Eigen::Index> blocked{static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)};
    std::vector<double> responses;
    for (std::size_t k = 0; k <= mediators.size(); ++k) {
      if (k > 0) blocked.push_back(static_cast<Eigen::Index>(mediators[k - 1]));
      responses.push_back(baseline + 2.5 * model.paths(1, y, blocked) + 1.5 * model.paths(2, y, blocked));
    }
    const std::vector<double> expected = values_of(from_responses(baseline, compared, responses));
    const Decomposition found =
        decompose(model.scm(), {"A", "1.5", "-1", "Y", {}, {{"B", "2", "0.5"}}}, {.by_mediator = true});
    REQUIRE(found.method == EstimationMethod::exact);
    REQUIRE(found.by_mediator.size() == mediators.size());
    shares += static_cast<int>(mediators.size());
    const std::vector<double> values = values_of(found);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO("number " << i);
      REQUIRE(values[i] == Approx(expected[i]).margin(1e-10));
    }
  }
  CHECK(shares > 400);
}
