#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include <Eigen/LU>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/intervention.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using equipoise::testing::levels_variable;

namespace {

Node other_node(RowStream& random, std::size_t size, Node but) {
  const Node v = random() % (size - 1);
  return v < but ? v : v + 1;
}

/// A linear policy and its coefficients.
struct LinearPolicy {
  std::string text;
  double constant = 0;
  Eigen::VectorXd coefficients;
};

LinearPolicy random_policy(RowStream& random, const Scm& scm, const NodeSet& readable) {
  LinearPolicy policy{{}, 2 * random.uniform() - 1, Eigen::VectorXd::Zero(static_cast<Eigen::Index>(scm.size()))};
  policy.text = shortest(policy.constant);
  for (const Node v : readable) {
    if (random.uniform() < 0.5) continue;
    const double slope = 2 * random.uniform() - 1;
    policy.coefficients[static_cast<Eigen::Index>(v)] = slope;
    policy.text += " + " + shortest(slope) + " * " + scm.graph().name(v);
  }
  return policy;
}

/// v = constants + coefficients v, the constants a row of the data each: what a linear model becomes, in matrices.
struct LinearSystem {
  Eigen::MatrixXd coefficients;
  Eigen::MatrixXd constants;  // rows x variables

  Eigen::MatrixXd solved() const {
    const auto n = coefficients.rows();
    return (Eigen::MatrixXd::Identity(n, n) - coefficients).partialPivLu().solve(constants.transpose()).transpose();
  }

  void set(Eigen::Index x, double value) {
    coefficients.row(x).setZero();
    constants.col(x).setConstant(value);
  }
  void shift(Eigen::Index x, double by) { constants.col(x).array() += by; }
  void scale(Eigen::Index x, double factor) { coefficients.row(x) *= factor, constants.col(x) *= factor; }
  void rule(Eigen::Index x, const LinearPolicy& policy) {
    coefficients.row(x) = policy.coefficients.transpose();
    constants.col(x).setConstant(policy.constant);
  }
  // Along an edge only the model's own slope is fed otherwise, not what another edge's policy reads.
  void set_edge(double slope, Eigen::Index x, Eigen::Index y, double value) {
    coefficients(y, x) -= slope;
    constants.col(y).array() += slope * value;
  }
  void shift_edge(double slope, Eigen::Index y, double by) { constants.col(y).array() += slope * by; }
  void scale_edge(double slope, Eigen::Index x, Eigen::Index y, double factor) {
    coefficients(y, x) += slope * (factor - 1);
  }
  void rule_edge(double slope, Eigen::Index x, Eigen::Index y, const LinearPolicy& policy) {
    set_edge(slope, x, y, policy.constant);
    coefficients.row(y) += slope * policy.coefficients.transpose();
  }
};

/// What v's policy may read without a circle: what does not follow from v.
NodeSet not_following(const CausalGraph& graph, Node v) {
  NodeSet following = graph.none();
  following.insert(v);
  for (const Node each : graph.topological_order())
    if (graph.parents(each).intersects(following)) following.insert(each);
  return graph.all() - following;
}

}  // namespace

TEST_CASE("assignments are read by level or number") {
  const Scm scm =
      Scm(CausalGraph({"D", "X"}, {}),
          {{"D", ColumnType::categorical, {"rent", "own", "free"}}, {"X", ColumnType::continuous, {}}},
          {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}}, {NoiseMechanism(Noise(NormalNoise{})), {}}});
  CHECK(resolve_assignment(scm, "D", "own", "--do") == Assignment{0, 1});
  CHECK(resolve_assignment(scm, "D", "2", "--do") == Assignment{0, 2});
  CHECK(resolve_assignment(scm, "X", "-1.5e1", "--do") == Assignment{1, -15});
  for (const auto& [name, value] :
       {std::pair{"D", "onw"}, {"D", "3"}, {"D", "0.5"}, {"X", "much"}, {"X", "1e999"}, {"Z", "1"}, {"X", ""}})
    CHECK_THROWS_AS(resolve_assignment(scm, name, value, "--do"), Error);
}

TEST_CASE("an intervention cuts what enters a variable and leaves the rest its noise") {
  RowStream random = RandomStream({.seed = 53, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 6);
  const Scm done = intervene(model.scm, Intervention{{2, 1.5}, {4, -1}});
  CHECK(done.graph().parents(2).empty());
  CHECK(done.graph().parents(5) == model.scm.graph().parents(5));
  const Eigen::MatrixXd before = sample(model.scm, 100), after = sample(done, 100);
  CHECK((after.col(2).array() == 1.5).all());
  CHECK((after.col(4).array() == -1).all());
  CHECK(before.leftCols(2) == after.leftCols(2));
}

TEST_CASE(
    "sampling and counterfactual rows of linear-Gaussian models under every kind of action equal matrix algebra") {
  RowStream random = RandomStream({.seed = 54, .purpose = Purpose::test}).row(0);
  const std::size_t rows = 10;
  for (int trial = 0; trial < 500; ++trial) {
    const auto size = static_cast<std::size_t>(2 + random() % 7);
    const auto model = equipoise::testing::random_linear_gaussian(random, size);
    const CausalGraph& graph = model.scm.graph();
    const auto seed = static_cast<std::uint64_t>(trial);
    const Eigen::MatrixXd world = sample(model.scm, rows, {.seed = seed});
    LinearSystem expected{model.coefficients, world - world * model.coefficients.transpose()};

    // Edges first, since what is fed along them is fed to the mechanism that a shift or scaling changes.
    Intervention intervention;
    for (Node v = 0; v < size; ++v)
      for (const Node parent : graph.parents(v)) {
        if (random.uniform() < 0.8) continue;
        const auto x = static_cast<Eigen::Index>(parent), y = static_cast<Eigen::Index>(v);
        const double number = 2 * random.uniform() - 1, slope = model.coefficients(y, x);
        switch (random() % 4) {
          case 0:
            intervention.emplace_back(parent, number, v);
            expected.set_edge(slope, x, y, number);
            break;
          case 1:
            intervention.emplace_back(parent, ShiftBy{number}, v);
            expected.shift_edge(slope, y, number);
            break;
          case 2:
            intervention.emplace_back(parent, ScaleBy{number}, v);
            expected.scale_edge(slope, x, y, number);
            break;
          default: {
            NodeSet before = graph.none();  // in the graph's order no policy can make a circle
            for (Node u = 0; u < v; ++u) before.insert(u);
            const LinearPolicy policy = random_policy(random, model.scm, before);
            intervention.emplace_back(parent, Policy(model.scm, policy.text), v);
            expected.rule_edge(slope, x, y, policy);
          }
        }
      }
    for (Node v = 0; v < size; ++v) {
      if (random.uniform() < 0.6) continue;
      const auto x = static_cast<Eigen::Index>(v);
      const double number = 2 * random.uniform() - 1;
      switch (random() % 4) {
        case 0:
          intervention.emplace_back(v, number);
          expected.set(x, number);
          break;
        case 1:
          intervention.emplace_back(v, ShiftBy{number});
          expected.shift(x, number);
          break;
        case 2:
          intervention.emplace_back(v, ScaleBy{number});
          expected.scale(x, number);
          break;
        default: {
          NodeSet before = graph.none();
          for (Node u = 0; u < v; ++u) before.insert(u);
          const LinearPolicy policy = random_policy(random, model.scm, before);
          intervention.emplace_back(v, Policy(model.scm, policy.text));
          expected.rule(x, policy);
        }
      }
    }
    const Eigen::MatrixXd solved = expected.solved();
    REQUIRE((counterfactual_rows(model.scm, world, intervention) - solved).cwiseAbs().maxCoeff() < 1e-9);
    REQUIRE((sample(intervene(model.scm, intervention), rows, {.seed = seed}) - solved).cwiseAbs().maxCoeff() < 1e-9);
  }
}

TEST_CASE("a policy may read what comes later in the model, as long as nothing makes a circle") {
  RowStream random = RandomStream({.seed = 55, .purpose = Purpose::test}).row(0);
  int later = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const auto model = equipoise::testing::random_linear_gaussian(random, 6);
    const Node v = random() % 6;
    const NodeSet readable = not_following(model.scm.graph(), v);
    const LinearPolicy policy = random_policy(random, model.scm, readable);
    const Intervention intervention{{v, Policy(model.scm, policy.text)}};
    const Eigen::MatrixXd world = sample(model.scm, 10);
    LinearSystem expected{model.coefficients, world - world * model.coefficients.transpose()};
    expected.rule(static_cast<Eigen::Index>(v), policy);
    CHECK((counterfactual_rows(model.scm, world, intervention) - expected.solved()).cwiseAbs().maxCoeff() < 1e-9);
    for (const Node read : std::get<Policy>(intervention[0].change).inputs()) later += read > v;
  }
  CHECK(later > 20);
}

TEST_CASE("counterfactual rows of nonlinear invertible models are what their generating noise gives") {
  RowStream random = RandomStream({.seed = 56, .purpose = Purpose::test}).row(0);
  const std::size_t rows = 20;
  for (int trial = 0; trial < 200; ++trial) {
    const auto size = static_cast<std::size_t>(2 + random() % 6);
    const auto model = equipoise::testing::random_nonlinear_model(random, size);
    const auto seed = static_cast<std::uint64_t>(trial);
    const Eigen::MatrixXd noise = model.noise(rows, seed);
    const Eigen::MatrixXd world = sample(model.scm, rows, {.seed = seed});
    const Node set = random() % size, changed = other_node(random, size, set);
    const double a = 2 * random.uniform() - 1, b = 2 * random.uniform() - 1;
    const std::size_t kind = random() % 3;
    Intervention intervention{{set, a}};
    if (kind == 0) intervention.emplace_back(changed, ShiftBy{b});
    if (kind == 1) intervention.emplace_back(changed, ScaleBy{b});
    if (kind == 2)
      intervention.emplace_back(changed,
                                Policy(model.scm, "sin(" + model.scm.graph().name(set) + ") + " + shortest(b)));
    const Eigen::MatrixXd answer = counterfactual_rows(model.scm, world, intervention);
    const Eigen::MatrixXd sampled = sample(intervene(model.scm, intervention), rows, {.seed = seed});
    for (Eigen::Index row = 0; row < world.rows(); ++row) {
      Eigen::VectorXd factual(world.cols()), expected(world.cols());
      for (std::size_t v = 0; v < size; ++v) {
        const auto at = static_cast<Eigen::Index>(v);
        factual[at] = model.functions[v](factual, noise(row, at));
        expected[at] = model.functions[v](expected, noise(row, at));
        if (v == set) expected[at] = a;
        if (v == changed) expected[at] = kind == 0 ? expected[at] + b : kind == 1 ? b * expected[at] : std::sin(a) + b;
      }
      REQUIRE((world.row(row).transpose() - factual).cwiseAbs().maxCoeff() < 1e-9);
      REQUIRE((answer.row(row).transpose() - expected).cwiseAbs().maxCoeff() < 1e-9);
      REQUIRE((sampled.row(row).transpose() - expected).cwiseAbs().maxCoeff() < 1e-9);
    }
  }
}

TEST_CASE("a drawn variable is independent of the noise it replaces and the same in samples and counterfactual rows") {
  RowStream random = RandomStream({.seed = 57, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 5);
  const Eigen::Index rows = 40000;
  const Node child = model.scm.graph().children(1).front();
  const Intervention intervention{{1, DrawFrom{Noise(NormalNoise{0.5, 2})}},
                                  {3, DrawFrom{Noise(UniformNoise{-1, 1})}},
                                  {0, DrawFrom{Noise(NormalNoise{1, 1})}, model.scm.graph().children(0).front()}};
  const Eigen::MatrixXd world = sample(model.scm, static_cast<std::size_t>(rows), {.seed = 3});
  const Eigen::MatrixXd drawn = sample(intervene(model.scm, intervention), static_cast<std::size_t>(rows), {.seed = 3});
  CHECK((counterfactual_rows(model.scm, world, intervention, {.seed = 3}) - drawn).cwiseAbs().maxCoeff() < 1e-9);
  CHECK(drawn.col(0) == world.col(0));
  CHECK_FALSE(child == 0);
  const Eigen::VectorXd before = world.col(1).array() - world.col(1).mean();
  const Eigen::VectorXd after = drawn.col(1).array() - drawn.col(1).mean();
  const double n = static_cast<double>(rows);
  // 5 standard errors each: a false alarm of 6e-7.
  CHECK(std::abs(drawn.col(1).mean() - 0.5) < 5 * 2 / std::sqrt(n));
  CHECK(std::abs(before.dot(after) / (before.norm() * after.norm())) < 5 / std::sqrt(n));
  CHECK(std::abs(after.squaredNorm() / n - 4) < 5 * 4 * std::sqrt(2 / n));
}

namespace {

/// A -> M -> Y, A -> Y, all with levels, by tables.
Scm discrete_model(RowStream& random, Coupling coupling) {
  const auto table = [&](std::vector<std::size_t> inputs, std::size_t levels) {
    std::vector<double> rows;
    std::size_t configurations = 1;
    for (const std::size_t each : inputs) configurations *= each;
    for (std::size_t c = 0; c < configurations; ++c)
      for (const double p : equipoise::testing::random_distribution(random, levels)) rows.push_back(p);
    return TableMechanism(ProbabilityTable(std::move(inputs), levels, rows), coupling);
  };
  const std::vector<NamedEdge> edges{{"A", "M"}, {"A", "Y"}, {"M", "Y"}};
  return Scm(
      CausalGraph({"A", "M", "Y"}, edges), {levels_variable("A", 2), levels_variable("M", 3), levels_variable("Y", 4)},
      {{NoiseMechanism(Noise(BernoulliNoise{0.4})), {}}, {table({2}, 3), {"A"}}, {table({2, 3}, 4), {"A", "M"}}});
}

}  // namespace

TEST_CASE("setting every edge out of a variable is setting it, for all but itself") {
  RowStream random = RandomStream({.seed = 58, .purpose = Purpose::test}).row(0);
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const Scm scm = discrete_model(random, coupling);
    const Intervention edges{{0, 1, 1}, {0, 1, 2}}, whole{{0, 1}};
    const Eigen::MatrixXd world = sample(scm, 3000);
    const Scm along = intervene(scm, edges);
    CHECK(along.graph().parents(1).empty());
    CHECK(along.mechanism(2).rungs() == scm.mechanism(2).rungs());
    CHECK(sample(along, 3000).rightCols(2) == sample(intervene(scm, whole), 3000).rightCols(2));
    CHECK(sample(along, 3000).col(0) == world.col(0));
    const Eigen::MatrixXd other = counterfactual_rows(scm, world, edges);
    CHECK(other.rightCols(2) == counterfactual_rows(scm, world, whole).rightCols(2));
    CHECK(other.col(0) == world.col(0));
  }
}

TEST_CASE("composition: where a variable would be w anyway, setting it to w changes nothing") {
  RowStream random = RandomStream({.seed = 59, .purpose = Purpose::test}).row(0);
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent})
    for (int trial = 0; trial < 20; ++trial) {
      const Scm scm = discrete_model(random, coupling);
      const Eigen::MatrixXd world = sample(scm, 500, {.seed = static_cast<std::uint64_t>(trial)});
      const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, 1}});
      for (const double w : {0.0, 1.0, 2.0}) {
        const Eigen::MatrixXd both = counterfactual_rows(scm, world, Intervention{{0, 1}, {1, w}});
        REQUIRE((both.col(1).array() == w).all());  // effectiveness
        for (Eigen::Index row = 0; row < world.rows(); ++row)
          if (other(row, 1) == w) REQUIRE(both.row(row) == other.row(row));
      }
    }
  for (int trial = 0; trial < 50; ++trial) {
    const auto model = equipoise::testing::random_nonlinear_model(random, 5);
    const Eigen::MatrixXd world = sample(model.scm, 1, {.seed = static_cast<std::uint64_t>(trial)});
    const Eigen::MatrixXd other = counterfactual_rows(model.scm, world, Intervention{{0, 0.5}});
    const Node w = 1 + random() % 4;
    const Intervention both{{0, 0.5}, {w, other(0, static_cast<Eigen::Index>(w))}};
    CHECK((counterfactual_rows(model.scm, world, both) - other).cwiseAbs().maxCoeff() < 1e-9);
  }
}

TEST_CASE("consistency: rows where an action of any kind changes nothing come back to the bit") {
  RowStream random = RandomStream({.seed = 60, .purpose = Purpose::test}).row(0);
  for (int trial = 0; trial < 50; ++trial) {
    const auto model = equipoise::testing::random_nonlinear_model(random, 5);
    const Eigen::MatrixXd world = sample(model.scm, 1, {.seed = static_cast<std::uint64_t>(trial)});
    const Intervention idle{{0, world(0, 0)},
                            {1, ShiftBy{0}},
                            {2, ScaleBy{1}},
                            {3, Policy(model.scm, "V2 - V2 + " + shortest(world(0, 3)))}};
    CHECK(counterfactual_rows(model.scm, world, idle) == world);
  }
  const Scm scm = discrete_model(random, Coupling::gumbel_max);
  const Eigen::MatrixXd world = sample(scm, 2000);
  CHECK(counterfactual_rows(scm, world, Intervention{{1, Policy(scm, "min(M, 2)"), 2}}) == world);
}

TEST_CASE("a policy among levels is the lookup that it is, and one of numbers is checked row by row") {
  RowStream random = RandomStream({.seed = 61, .purpose = Purpose::test}).row(0);
  const Scm scm = discrete_model(random, Coupling::gumbel_max);
  const Scm ruled = intervene(scm, Intervention{{1, Policy(scm, "2 * A")}});
  CHECK(ruled.mechanism(1).get_if<LookupMechanism>() != nullptr);
  const Eigen::MatrixXd world = sample(ruled, 500);
  CHECK(world.col(1) == 2 * world.col(0));

  const std::vector<NamedEdge> edges{{"X", "D"}};
  const Scm mixed(
      CausalGraph({"X", "D"}, edges), {{"X", ColumnType::continuous, {}}, levels_variable("D", 3)},
      {{NoiseMechanism(Noise(NormalNoise{})), {}}, {NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}}});
  const Intervention good{{1, Policy(mixed, "(X > 0) + (X > 1)")}}, bad{{1, Policy(mixed, "floor(X)")}};
  const Eigen::MatrixXd rows = sample(intervene(mixed, good), 500);
  for (Eigen::Index row = 0; row < 500; ++row) CHECK(rows(row, 1) == (rows(row, 0) > 1 ? 2 : rows(row, 0) > 0 ? 1 : 0));
  CHECK(intervene(mixed, good).mechanism(1).rungs().coupled);
  for (const auto& run : {std::function<void()>([&] { sample(intervene(mixed, bad), 500); }),
                          std::function<void()>([&] { counterfactual_rows(mixed, rows, bad); })})
    try {
      run();
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::value_out_of_range);
      CHECK(error.place().find("'D', row ") != std::string::npos);
    }
}

TEST_CASE("what cannot be done to a variable is refused") {
  RowStream random = RandomStream({.seed = 62, .purpose = Purpose::test}).row(0);
  const Scm scm = discrete_model(random, Coupling::gumbel_max);
  const auto message = [](const Scm& of, const Intervention& intervention) -> std::string {
    try {
      intervene(of, intervention, "--do");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message(scm, {{0, 1}, {0, 0}}) == "--do: 'A' twice; each variable, and each edge, once");
  CHECK(message(scm, {{0, 1}, {0, 0, 1}}).empty());
  CHECK(message(scm, {{1, 1, 0}}) == "--do: no edge M -> A; an edge of the model's graph");
  CHECK(message(scm, {{1, 3}}) == "--do: M = 3; the index of one of 3 levels");
  CHECK(message(scm, {{1, 0.5}}).find("--do: M = 0.5") == 0);
  CHECK(message(scm, {{1, ShiftBy{1}}}) ==
        "--do: M += 1, a variable with levels; a number, or the level itself, as in M = 0");
  CHECK(message(scm, {{1, ScaleBy{2}, 2}}).find("--do: M -> Y *= 2, a variable with levels") == 0);
  CHECK(
      message(scm, {{1, DrawFrom{Noise(PoissonNoise{1})}}}).find("--do: M ~ poisson; a distribution of the indices") ==
      0);
  CHECK(message(scm, {{1, DrawFrom{Noise(CategoricalNoise{{0.2, 0.2, 0.2, 0.4}})}}}).find("--do: M ~ categorical") ==
        0);
  CHECK(message(scm, {{1, DrawFrom{Noise(MixtureNoise{{1}, {BernoulliNoise{0.5}}})}}}).empty());
  CHECK(message(scm, {{0, Policy(scm, "Y > 1")}}).find("--do: the cycle ") == 0);
  CHECK(message(scm, {{0, Policy(scm, "A")}}).find("that reads it") != std::string::npos);
  CHECK(message(scm, {{0, Policy(scm, "Y > 1"), 1}}).find("the cycle ") != std::string::npos);
  const auto model = equipoise::testing::random_linear_gaussian(random, 3);
  CHECK(message(model.scm, {{0, std::nan("")}}).find("a finite number") != std::string::npos);
  CHECK(message(model.scm, {{0, ShiftBy{INFINITY}}}).find("a finite number") != std::string::npos);
  CHECK_THROWS_AS(Policy(model.scm, "V1 + W"), Error);
}

TEST_CASE("the licence names what makes its variable again, and no more") {
  RowStream random = RandomStream({.seed = 63, .purpose = Purpose::test}).row(0);
  const Scm scm = discrete_model(random, Coupling::gumbel_max);
  CHECK(counterfactual_licence(scm, Intervention{{0, DrawFrom{Noise(BernoulliNoise{0.5})}}}).basis ==
        "coupling gumbel-max of M, Y");
  CHECK(counterfactual_licence(scm, Intervention{{0, 1, 2}}).basis == "coupling gumbel-max of Y");
  CHECK(counterfactual_licence(scm, Intervention{{0, 1}, {1, Policy(scm, "A")}}).basis == "coupling gumbel-max of Y");
  CHECK(counterfactual_licence(scm, Intervention{{2, 1}}).basis == "the intervention changes no other variable");
  const auto model = equipoise::testing::random_linear_gaussian(random, 2);
  if (model.scm.graph().has_directed(0, 1))
    CHECK(counterfactual_licence(model.scm, Intervention{{0, ShiftBy{1}}, {1, ShiftBy{1}}}).basis ==
          "functional form of V1");
}

TEST_CASE("counterfactual rows under draws are the same bits at any parallelism") {
  RowStream random = RandomStream({.seed = 64, .purpose = Purpose::test}).row(0);
  const auto model = equipoise::testing::random_linear_gaussian(random, 5);
  const Eigen::MatrixXd world = sample(model.scm, 10001);
  const Intervention intervention{{1, DrawFrom{Noise(NormalNoise{})}}, {2, ShiftBy{1}}};
  const Eigen::MatrixXd one = counterfactual_rows(model.scm, world, intervention);
  CHECK(one == counterfactual_rows(model.scm, world, intervention, {.parallelism = Parallelism::exactly(3)}));
  CHECK(one.topRows(777) == counterfactual_rows(model.scm, world.topRows(777), intervention));
  CHECK_FALSE(one == counterfactual_rows(model.scm, world, intervention, {.seed = 2}));
}

TEST_CASE("intervened models are written and read back, whatever is done to numbers and along edges") {
  RowStream random = RandomStream({.seed = 65, .purpose = Purpose::test}).row(0);
  const auto same = [](const Scm& scm, const Intervention& intervention) {
    const Scm done = intervene(scm, intervention);
    const Scm again = parse_scm(scm_text(done), "written");
    CHECK(again.graph() == done.graph());
    bool is_drawn = false;  // a model that is read knows nothing of what was replaced, and so of its other draws
    for (Node v = 0; v < done.size(); ++v) is_drawn = is_drawn || done.draws_apart(v);
    if (!is_drawn) CHECK(sample(again, 50) == sample(done, 50));
  };
  for (int trial = 0; trial < 20; ++trial) {
    const auto linear = equipoise::testing::random_linear_gaussian(random, 5);
    same(linear.scm, {{0, ShiftBy{0.5}}, {2, ScaleBy{1.5}}, {3, Policy(linear.scm, "0.5 * V0 - 1")}});
    const auto nonlinear = equipoise::testing::random_nonlinear_model(random, 5);
    same(nonlinear.scm, {{0, ShiftBy{0.5}}, {2, ScaleBy{-1.5}}, {4, 2}});
    for (const Node child : linear.scm.graph().children(1)) same(linear.scm, {{1, ScaleBy{-2}, child}, {0, 1}});
  }
  const Scm discrete = discrete_model(random, Coupling::gumbel_max);
  same(discrete, {{0, 1, 2}, {1, Policy(discrete, "2 * A")}});
  same(discrete, {{0, DrawFrom{Noise(BernoulliNoise{0.5})}}, {2, DrawFrom{Noise(BernoulliNoise{0.5})}}});
  const Noise mixed(MixtureNoise{{0.25, 0.75}, {ConstantNoise{2}, CategoricalNoise{{0.4, 0.6}}}});
  const Scm drawn = intervene(discrete, {{1, DrawFrom{mixed}}});
  CHECK(drawn.mechanism(1).get_if<NoiseMechanism>()->noise() ==
        Noise(CategoricalNoise{{0.75 * 0.4, 0.75 * 0.6, 0.25}}));
  same(discrete, {{1, DrawFrom{mixed}}});
  same(discrete, {{1, 2}});
}
