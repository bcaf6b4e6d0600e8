#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/scm/district_fitting.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/residual_iterative_conditional_fitting.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

Column number(std::string name, std::vector<double> values) {
  return {std::move(name), ColumnType::continuous, {}, std::move(values)};
}

// The covariance of a linear-Gaussian Scm's variables, read off its mechanisms and exogenous normals.
Eigen::MatrixXd covariance_of(const Scm& scm) {
  const auto n = static_cast<Eigen::Index>(scm.size()), e = static_cast<Eigen::Index>(scm.exogenous().size());
  Eigen::MatrixXd b = Eigen::MatrixXd::Identity(n, n), loadings = Eigen::MatrixXd::Zero(n, e),
                  own = Eigen::MatrixXd::Zero(n, n);
  for (Node v = 0; v < scm.size(); ++v) {
    const auto row = static_cast<Eigen::Index>(v);
    if (const auto* root = scm.mechanism(v).get_if<NoiseMechanism>()) {
      own(row, row) = variance(root->noise());
      continue;
    }
    const auto* linear = scm.mechanism(v).get_if<LinearMechanism>();
    REQUIRE(linear != nullptr);
    own(row, row) = variance(linear->noise());
    for (std::size_t c = 0; c < scm.inputs(v).size(); ++c) {
      const auto from = static_cast<Eigen::Index>(scm.inputs(v)[c].index);
      if (scm.inputs(v)[c].exogenous)
        loadings(row, from) = linear->predictor().terms[c].slope;
      else
        b(row, from) = -linear->predictor().terms[c].slope;
    }
  }
  // By causes first: V = (I - B)^-1 noise.
  Eigen::MatrixXd noise = own + loadings * loadings.transpose(), total = Eigen::MatrixXd::Zero(n, n);
  for (const Node v : scm.graph().topological_order()) {
    const auto row = static_cast<Eigen::Index>(v);
    total(row, row) = 1;
    for (const Node parent : scm.graph().parents(v))
      total.row(row) -= b(row, static_cast<Eigen::Index>(parent)) * total.row(static_cast<Eigen::Index>(parent));
  }
  return total * noise * total.transpose();
}

// X -> M -> Y, X <-> Y and M <-> Z, Z -> Y: numbers, with strong hidden causes.
Scm confounded_numbers() {
  const std::vector<NamedEdge> edges{{"X", "M"}, {"M", "Y"}, {"Z", "Y"}};
  const Noise unit = NormalNoise{0, 1};
  return Scm(CausalGraph({"X", "Z", "M", "Y"}, edges),
             {{"X", ColumnType::continuous, {}},
              {"Z", ColumnType::continuous, {}},
              {"M", ColumnType::continuous, {}},
              {"Y", ColumnType::continuous, {}}},
             {{LinearMechanism({1, {{1.5, {}}}}, unit), {"U"}},
              {LinearMechanism({0, {{1, {}}}}, unit), {"W"}},
              {LinearMechanism({2, {{0.8, {}}, {-1, {}}}}, Noise(NormalNoise{0, 0.5})), {"X", "W"}},
              {LinearMechanism({-1, {{0.7, {}}, {0.4, {}}, {1.2, {}}}}, unit), {"M", "Z", "U"}}},
             {{"U", unit}, {"W", unit}});
}

}  // namespace

TEST_CASE(
    "a fitted linear-Gaussian district has the covariance of maximum likelihood, and its coefficients the truth's") {
  const Scm truth = confounded_numbers();
  const std::size_t rows = 20'000;
  const Eigen::MatrixXd world = sample(truth, rows, {.seed = 3});
  const ScmFit fit = fit_scm(truth.graph(), table_of(truth, world));
  CHECK(fit.warnings.empty());
  CHECK(fit.scm.graph() == truth.graph());
  CHECK(fit.scm.exogenous().size() == 2);
  Eigen::MatrixXd centred = world.rowwise() - world.colwise().mean();
  const Eigen::MatrixXd s = centred.transpose() * centred / static_cast<double>(rows);
  const LinearGaussianFit direct = fit_linear_gaussian(truth.graph(), s);
  const Eigen::MatrixXd implied = covariance_of(fit.scm);
  // What the Scm means is what the algorithm found: (I - B)^-1 Omega (I - B)^-T.
  Eigen::MatrixXd total = Eigen::MatrixXd::Identity(4, 4);
  for (const Node v : truth.graph().topological_order())
    for (const Node parent : truth.graph().parents(v))
      total.row(static_cast<Eigen::Index>(v)) +=
          direct.coefficients(static_cast<Eigen::Index>(v), static_cast<Eigen::Index>(parent)) *
          total.row(static_cast<Eigen::Index>(parent));
  CHECK(implied.isApprox(total * direct.noise_covariance * total.transpose(), 1e-6));
  // Y given M and the hidden cause: 0.7, where least squares is off by the confounding. The standard error of M's
  // coefficient is below 0.03 here; three of them are exceeded once in 370 seeds.
  const auto y = static_cast<Eigen::Index>(truth.graph().node("Y")),
             m = static_cast<Eigen::Index>(truth.graph().node("M"));
  CHECK(std::abs(direct.coefficients(y, m) - 0.7) < 0.09);
  // Log-likelihoods of a district's members sum to its own: here to that of everything.
  double sum = 0;
  for (const NodeFit& node : fit.nodes) {
    sum += node.log_likelihood;
    CHECK(node.converged);
    CHECK(node.held_out < node.log_likelihood + 1e-3);
  }
  CHECK(sum == Approx(direct.log_likelihood).epsilon(1e-6));
  CHECK(scm_text(parse_scm(scm_text(fit.scm))) == scm_text(fit.scm));
}

TEST_CASE("parents with levels enter a district of numbers as indicators") {
  const RandomStream stream({.seed = 61, .purpose = Purpose::test});
  const std::size_t rows = 5000;
  std::vector<double> a(rows), x(rows), y(rows), u(rows), e(rows), f(rows);
  fill_normal(stream, 0, u), fill_normal(stream, 10'000, e), fill_normal(stream, 20'000, f);
  const double effect[] = {0, 2, -1};
  for (std::size_t i = 0; i < rows; ++i) {
    a[i] = static_cast<double>(i % 3);
    x[i] = u[i] + e[i];
    y[i] = effect[i % 3] - u[i] + 0.5 * f[i];
  }
  const std::vector<NamedEdge> edges{{"A", "Y"}}, hidden{{"X", "Y"}};
  const ScmFit fit =
      fit_scm(CausalGraph({"A", "X", "Y"}, edges, hidden),
              Table({{"A", ColumnType::categorical, {"a", "b", "c"}, a}, number("X", x), number("Y", y)}));
  const auto* linear = fit.scm.mechanism(2).get_if<LinearMechanism>();
  REQUIRE(linear != nullptr);
  // Standard errors: sqrt((0.25 + 1 / 2) * 2 / (rows / 3)) = 0.03, the hidden cause being half told by X.
  CHECK(std::abs(linear->predictor().terms[0].level_effects[1] - 2) < 0.09);
  CHECK(std::abs(linear->predictor().terms[0].level_effects[2] + 1) < 0.09);
  const double through_u =
      linear->predictor().terms[1].slope * fit.scm.mechanism(1).get_if<LinearMechanism>()->predictor().terms[0].slope;
  CHECK(through_u == Approx(-1).margin(0.1));  // the covariance of the noises
}

TEST_CASE("noises that correlate beyond pairs still have their covariance, with a warning where edges are added") {
  // A chain of siblings whose correlations of 0.68 no scaling makes dominant, though they are a covariance.
  const RandomStream stream({.seed = 62, .purpose = Purpose::test});
  const std::size_t rows = 4000, size = 8;
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(8, 8);
  for (Eigen::Index i = 0; i < 8; ++i) covariance(i, (i + 1) % 8) = covariance((i + 1) % 8, i) = i == 7 ? -0.53 : 0.53;
  const Eigen::MatrixXd factor = cholesky_lower(covariance);
  std::vector<Column> columns;
  std::vector<std::string> names;
  std::vector<NamedEdge> hidden;
  Eigen::MatrixXd normals(static_cast<Eigen::Index>(rows), 8);
  fill_normal(stream, 0, {normals.data(), rows * size});
  const Eigen::MatrixXd values = normals * factor.transpose();
  for (std::size_t i = 0; i < size; ++i) {
    names.push_back("V" + std::to_string(i));
    const double* column = values.col(static_cast<Eigen::Index>(i)).data();
    columns.push_back(number(names.back(), std::vector<double>(column, column + rows)));
  }
  for (std::size_t i = 0; i < size; ++i) hidden.emplace_back(names[i], names[(i + 1) % size]);
  const CausalGraph graph(names, {}, hidden);
  const ScmFit fit = fit_scm(graph, Table(columns));
  REQUIRE(fit.warnings.size() == 1);
  CHECK(fit.warnings[0].find("correlate too much for a hidden cause a pair") != std::string::npos);
  const Eigen::MatrixXd centred = values.rowwise() - values.colwise().mean();
  const LinearGaussianFit direct =
      fit_linear_gaussian(graph, centred.transpose() * centred / static_cast<double>(rows));
  CHECK(covariance_of(fit.scm).isApprox(direct.noise_covariance, 1e-6));
}

TEST_CASE("a district with levels is fitted to what is observed, and sampled back") {
  // A -> B, A <-> B, B -> C, A <-> C with one cause of three: deterministic in the hidden levels and some coin.
  const std::vector<NamedEdge> edges{{"A", "B"}, {"B", "C"}};
  RowStream random = RandomStream({.seed = 63, .purpose = Purpose::test}).row(0);
  std::vector<double> tables[3];
  for (std::size_t rows : {3u, 6u, 6u}) {
    std::vector<double>& table = tables[rows == 3 ? 0 : tables[1].empty() ? 1 : 2];
    for (std::size_t row = 0; row < rows; ++row)
      for (const double p : equipoise::testing::random_distribution(random, 2)) table.push_back(p);
  }
  const Scm truth(CausalGraph({"A", "B", "C"}, edges),
                  {equipoise::testing::levels_variable("A", 2), equipoise::testing::levels_variable("B", 2),
                   equipoise::testing::levels_variable("C", 2)},
                  {{TableMechanism(ProbabilityTable({3}, 2, tables[0]), Coupling::gumbel_max), {"U"}},
                   {TableMechanism(ProbabilityTable({2, 3}, 2, tables[1]), Coupling::gumbel_max), {"A", "U"}},
                   {TableMechanism(ProbabilityTable({2, 3}, 2, tables[2]), Coupling::gumbel_max), {"B", "U"}}},
                  {{"U", CategoricalNoise{{0.3, 0.3, 0.4}}}});
  const std::size_t rows = 10'000;
  const Eigen::MatrixXd world = sample(truth, rows, {.seed = 4});
  const ScmFit fit = fit_scm(truth.graph(), table_of(truth, world));
  REQUIRE(fit.warnings.size() == 1);
  CHECK(fit.warnings[0].find("not identified") != std::string::npos);
  REQUIRE(fit.scm.exogenous().size() == 1);  // three siblings of each other: one clique
  const auto shares = [](const Eigen::MatrixXd& of) {
    std::vector<double> result(8);
    for (Eigen::Index i = 0; i < of.rows(); ++i)
      result[static_cast<std::size_t>(4 * of(i, 0) + 2 * of(i, 1) + of(i, 2))] += 1 / static_cast<double>(of.rows());
    return result;
  };
  const std::vector<double> observed = shares(world), fitted = shares(sample(fit.scm, 200'000, {.seed = 5}));
  // The saturated distribution is within reach of two hidden levels or nearly so; sampling adds 0.001 a cell.
  for (std::size_t cell = 0; cell < 8; ++cell) CHECK(fitted[cell] == Approx(observed[cell]).margin(0.01));
  double entropy = 0, sum = 0;
  for (const double p : observed) entropy -= p * std::log(p);
  for (const NodeFit& node : fit.nodes) {
    sum += node.log_likelihood;
    CHECK(node.mechanism.find("table with a hidden cause of ") == 0);
    CHECK(node.runner_up.find("table with a hidden cause of ") == 0);
  }
  CHECK(sum <= -entropy + 1e-9);  // no distribution is likelier than the observed shares
  CHECK(sum > -entropy - 1e-3);
}

TEST_CASE("weights count as repeated rows in both kinds of district") {
  RowStream random = RandomStream({.seed = 64, .purpose = Purpose::test}).row(0);
  std::vector<double> x, y, a, b, weights, rx, ry, ra, rb;
  for (int i = 0; i < 150; ++i) {
    const double hidden = random.uniform(), weight = static_cast<double>(1 + random() % 3);
    x.push_back(hidden + random.uniform());
    y.push_back(0.5 * x.back() + hidden + random.uniform());
    a.push_back(random.uniform() < hidden ? 1 : 0);
    b.push_back(random.uniform() < 0.2 + 0.6 * hidden ? 1 : 0);
    weights.push_back(weight);
    for (int k = 0; k < weight; ++k)
      rx.push_back(x.back()), ry.push_back(y.back()), ra.push_back(a.back()), rb.push_back(b.back());
  }
  const auto table = [](auto& xs, auto& ys, auto& as, auto& bs) {
    return Table({number("X", xs),
                  number("Y", ys),
                  {"A", ColumnType::binary, {"0", "1"}, as},
                  {"B", ColumnType::binary, {"0", "1"}, bs}});
  };
  Table weighted = table(x, y, a, b);
  weighted.set_weights(weights);
  const std::vector<NamedEdge> hidden{{"X", "Y"}, {"A", "B"}};
  const CausalGraph graph({"X", "Y", "A", "B"}, {}, hidden);
  const ScmFit one = fit_scm(graph, weighted), other = fit_scm(graph, table(rx, ry, ra, rb));
  CHECK(covariance_of(Scm(CausalGraph({"X", "Y"}, {}),
                          {{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
                          {{one.scm.mechanism(0), {"U"}}, {one.scm.mechanism(1), {"U"}}}, {{"U", NormalNoise{0, 1}}}))
            .isApprox(
                covariance_of(Scm(
                    CausalGraph({"X", "Y"}, {}), {{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}},
                    {{other.scm.mechanism(0), {"U"}}, {other.scm.mechanism(1), {"U"}}}, {{"U", NormalNoise{0, 1}}})),
                1e-9));
  for (std::size_t v = 0; v < 4; ++v)
    CHECK(one.nodes[v].log_likelihood == Approx(other.nodes[v].log_likelihood).epsilon(1e-4));
}

TEST_CASE("a district of numbers and levels is fitted through, and says why") {
  const std::vector<double> a{0, 1, 0, 1, 1, 0}, x{1, 2, 3, 2, 1, 4};
  const std::vector<NamedEdge> hidden{{"A", "X"}};
  const ScmFit fit =
      fit_scm(CausalGraph({"A", "X"}, {}, hidden), Table({{"A", ColumnType::binary, {"0", "1"}, a}, number("X", x)}));
  REQUIRE(fit.warnings.size() == 1);
  CHECK(
      fit.warnings[0] ==
      "the hidden common cause of 'A' and 'X' is not modelled, since numbers and levels stand together in it: each is "
      "fitted given its parents alone");
}

TEST_CASE("noises that are one are fitted through") {
  std::vector<double> x, y;
  for (int i = 0; i < 20; ++i) x.push_back(i % 7), y.push_back(2 * x.back() + 1);
  const std::vector<NamedEdge> hidden{{"X", "Y"}};
  const ScmFit fit = fit_scm(CausalGraph({"X", "Y"}, {}, hidden), Table({number("X", x), number("Y", y)}));
  REQUIRE(fit.scm.size() == 2);
  for (const NodeFit& node : fit.nodes) CHECK(std::isfinite(node.log_likelihood));
}

TEST_CASE("effects that data do not tell from hidden causes are named, and others are not") {
  const RandomStream stream({.seed = 65, .purpose = Purpose::test});
  const std::size_t rows = 500;
  std::vector<double> z(rows), x(rows), y(rows), u(rows), e(rows), f(rows);
  fill_normal(stream, 0, u), fill_normal(stream, 10'000, e), fill_normal(stream, 20'000, f),
      fill_normal(stream, 30'000, z);
  for (std::size_t i = 0; i < rows; ++i) {
    x[i] = z[i] + u[i] + e[i];
    y[i] = 0.5 * x[i] + u[i] + f[i];
  }
  const std::vector<NamedEdge> bow{{"X", "Y"}}, instrument{{"Z", "X"}, {"X", "Y"}},
      broken{{"Z", "X"}, {"X", "Y"}, {"Z", "Y"}}, hidden{{"X", "Y"}};
  const auto warnings = [&](const std::vector<NamedEdge>& edges) {
    return fit_scm(CausalGraph({"Z", "X", "Y"}, edges, hidden), Table({number("Z", z), number("X", x), number("Y", y)}))
        .warnings;
  };
  REQUIRE(warnings(bow).size() == 1);
  CHECK(warnings(bow)[0].find("the effects 'X' -> 'Y' from hidden") != std::string::npos);
  CHECK(warnings(instrument).empty());    // Z tells
  REQUIRE(warnings(broken).size() == 1);  // Z's own effect on Y takes that away again
  CHECK(warnings(broken)[0].find("'X' -> 'Y'") != std::string::npos);
  CHECK(warnings(broken)[0].find("'Z' -> 'Y'") != std::string::npos);
  CHECK(warnings(broken)[0].find("'Z' -> 'X'") == std::string::npos);
}
