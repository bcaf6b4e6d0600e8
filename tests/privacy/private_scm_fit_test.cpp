#include <equipoise/privacy/private_scm_fit.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/falsifier.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "privacy/declared_variables.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

constexpr double hardly_any = 1e-3;

SeededForResearch seeded(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 91, .purpose = Purpose::test, .point = point}));
}

RowStream row_of(std::uint64_t number) { return RandomStream({.seed = 92, .purpose = Purpose::test}).row(number); }

std::size_t below(RowStream& random, std::size_t count) {
  return static_cast<std::size_t>(static_cast<double>(count) * random.uniform());
}

double normal(RowStream& random) {
  return std::sqrt(-2 * std::log1p(-random.uniform())) * std::cos(6.283185307179586 * random.uniform());
}

Column levels_column(const std::string& name, std::size_t levels, std::vector<double> values) {
  return {name, ColumnType::categorical, with_levels(name, levels).variable.levels, std::move(values)};
}

Column number_column(const std::string& name, std::vector<double> values) {
  return {name, ColumnType::continuous, {}, std::move(values)};
}

/// What a variable with levels does given its causes, row by row: its table, or of a root its shares.
std::vector<double> table_of(const Scm& scm, const std::string& name) {
  const AnyMechanism& mechanism = scm.mechanism(scm.graph().node(name));
  if (const auto* table = mechanism.get_if<TableMechanism>()) return table->kernel().table();
  const auto* root = mechanism.get_if<NoiseMechanism>();
  REQUIRE(root);
  if (const auto* p = root->noise().get_if<BernoulliNoise>()) return {1 - p->p, p->p};
  return root->noise().get_if<CategoricalNoise>()->probabilities;
}

const LinearMechanism& regression_of(const Scm& scm, const std::string& name) {
  const auto* linear = scm.mechanism(scm.graph().node(name)).get_if<LinearMechanism>();
  REQUIRE(linear);
  return *linear;
}

/// A -> B, (A, B) -> C with levels 3, 2, 4, all alike likely.
struct ThreeTables {
  CausalGraph graph = graph_of({"A", "B", "C"}, {{"A", "B"}, {"A", "C"}, {"B", "C"}});
  std::vector<DeclaredVariable> declared{with_levels("A", 3), with_levels("B", 2), with_levels("C", 4)};

  Table people(std::size_t count, std::uint64_t seed) const {
    std::vector<double> a, b, c;
    RowStream random = row_of(seed);
    for (std::size_t i = 0; i < count; ++i) {
      a.push_back(static_cast<double>(below(random, 3)));
      b.push_back(static_cast<double>(below(random, 2)));
      c.push_back(static_cast<double>(below(random, 4)));
    }
    return Table({levels_column("A", 3, a), levels_column("B", 2, b), levels_column("C", 4, c)});
  }
};

/// G (3 levels) and X make Y, a number; X is a root on [-2, 6].
struct Regression {
  CausalGraph graph = graph_of({"G", "X", "Y"}, {{"G", "Y"}, {"X", "Y"}});
  std::vector<DeclaredVariable> declared{with_levels("G", 3), number("X", -2, 6), number("Y", -50, 50)};

  Table people(std::size_t count, std::uint64_t seed) const {
    std::vector<double> g, x, y;
    RowStream random = row_of(seed);
    for (std::size_t i = 0; i < count; ++i) {
      g.push_back(static_cast<double>(below(random, 3)));
      x.push_back(8 * random.uniform() - 2);
      y.push_back(3 + 2 * x.back() - 5 * (g.back() == 1) + 4 * (g.back() == 2) + 3 * normal(random));
    }
    return Table({levels_column("G", 3, g), number_column("X", x), number_column("Y", y)});
  }
};

/// sum over causes of their people's share times the total variation of the level's distributions.
double weighted_variation(const std::vector<double>& one, const std::vector<double>& other,
                          const std::vector<double>& share, std::size_t levels) {
  double sum = 0;
  for (std::size_t i = 0; i < one.size(); ++i) sum += share[i / levels] * std::abs(one[i] - other[i]) / 2;
  return sum;
}

}  // namespace

TEST_CASE("with hardly any noise, tables are counted people with the prior stated", "[private scm]") {
  const ThreeTables three;
  const Table table = three.people(200, 1);
  const PrivateScmPlan plan = private_scm_plan(three.graph, three.declared, hardly_any, {.table_prior = 2});
  CHECK(plan.releases.size() == 1);  // A and B are read off C's counts
  auto random = seeded(1);
  const Scm scm = fit_scm_privately(table, plan, random).scm;
  const auto people = [&](auto&& who) {
    double count = 0;
    for (std::size_t i = 0; i < table.rows(); ++i)
      count += who(table.columns()[0].values[i], table.columns()[1].values[i], table.columns()[2].values[i]) ? 1 : 0;
    return count;
  };
  const auto everybody = [](double, double, double) { return true; };
  const double all = people(everybody);
  for (std::size_t a = 0; a < 3; ++a) {
    const auto is_a = [&](double at) { return at == static_cast<double>(a); };
    CHECK(table_of(scm, "A")[a] ==
          Approx((people([&](double x, double, double) { return is_a(x); }) + 2.0 / 3) / (all + 2)));
    const double given = people([&](double x, double, double) { return is_a(x); });
    for (std::size_t b = 0; b < 2; ++b) {
      const auto is_b = [&](double at) { return at == static_cast<double>(b); };
      const double overall = (people([&](double, double y, double) { return is_b(y); }) + 1) / (all + 2);
      const double both = people([&](double x, double y, double) { return is_a(x) && is_b(y); });
      CHECK(table_of(scm, "B")[a * 2 + b] == Approx((both + 2 * overall) / (given + 2)));
      for (std::size_t c = 0; c < 4; ++c) {
        const auto is_c = [&](double at) { return at == static_cast<double>(c); };
        const double shares = (people([&](double, double, double z) { return is_c(z); }) + 0.5) / (all + 2);
        const double here = people([&](double x, double y, double z) { return is_a(x) && is_b(y) && is_c(z); });
        CHECK(table_of(scm, "C")[(a * 2 + b) * 4 + c] == Approx((here + 2 * shares) / (both + 2)));
      }
    }
  }
}

TEST_CASE("with hardly any noise, regressions are least squares", "[private scm]") {
  const Regression regression;
  const Table table = regression.people(3000, 2);
  auto random = seeded(2);
  const Scm scm =
      fit_scm_privately(table, private_scm_plan(regression.graph, regression.declared, hardly_any), random).scm;
  Eigen::MatrixXd design(3000, 4);
  Eigen::VectorXd y(3000), x(3000);
  for (Eigen::Index i = 0; i < 3000; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const double g = table.columns()[0].values[row];
    x[i] = table.columns()[1].values[row];
    design.row(i) << 1, g == 1, g == 2, x[i];
    y[i] = table.columns()[2].values[row];
  }
  const LeastSquares least = least_squares(design, y);
  const LinearMechanism& fitted = regression_of(scm, "Y");
  CHECK(fitted.predictor().intercept == Approx(least.coefficients[0]).margin(1e-3));
  CHECK(fitted.predictor().terms[0].level_effects[0] == 0);
  CHECK(fitted.predictor().terms[0].level_effects[1] == Approx(least.coefficients[1]).margin(5e-3));
  CHECK(fitted.predictor().terms[0].level_effects[2] == Approx(least.coefficients[2]).margin(5e-3));
  CHECK(fitted.predictor().terms[1].slope == Approx(least.coefficients[3]).margin(1e-3));
  CHECK(fitted.noise().get_if<NormalNoise>()->mean == 0);
  CHECK(fitted.noise().get_if<NormalNoise>()->scale ==
        Approx(std::sqrt(least.residual_sum_of_squares / 3000)).epsilon(5e-4));
  const auto* root = scm.mechanism(1).get_if<NoiseMechanism>();
  REQUIRE(root);
  CHECK(root->noise().get_if<NormalNoise>()->mean == Approx(x.mean()).margin(1e-4));
  CHECK(root->noise().get_if<NormalNoise>()->scale ==
        Approx(std::sqrt((x.array() - x.mean()).square().mean())).epsilon(1e-4));
}

// Coefficients of a logistic model from people in the middles of 32 cells are off by the cells' width, not by noise.
TEST_CASE("a number among a level's causes makes a logistic model", "[private scm]") {
  constexpr std::size_t count = 40000;
  std::vector<double> g, x, y;
  RowStream random = row_of(3);
  for (std::size_t i = 0; i < count; ++i) {
    g.push_back(static_cast<double>(below(random, 2)));
    x.push_back(10 * random.uniform());
    const double score = -2 + 0.5 * x.back() - 1.5 * g.back();
    y.push_back(random.uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0);
  }
  const Table table({levels_column("G", 2, g), number_column("X", x), levels_column("Y", 2, y)});
  const CausalGraph graph = graph_of({"G", "X", "Y"}, {{"G", "Y"}, {"X", "Y"}});
  const std::vector<DeclaredVariable> declared{with_levels("G", 2), number("X", 0, 10), with_levels("Y", 2)};
  for (const bool noisy : {false, true}) {
    const PrivateScmPlan plan = noisy ? private_scm_plan_within(graph, declared, 1, 1e-6, {.cells = 16})
                                      : private_scm_plan(graph, declared, hardly_any, {.cells = 32});
    auto noise = seeded(3);
    const PrivateScmFit fit = fit_scm_privately(table, plan, noise);
    const auto* logistic = fit.scm.mechanism(2).get_if<LogisticMechanism>();
    REQUIRE(logistic);
    const LinearPredictor& score = logistic->kernel().scores()[0];
    // Of the truth: standard errors are about 0.03, 0.005 and 0.03.
    CHECK(score.intercept == Approx(-2).margin(0.15));
    CHECK(score.terms[1].slope == Approx(0.5).margin(0.03));
    CHECK(score.terms[0].level_effects[1] == Approx(-1.5).margin(0.15));
    CHECK(scm_text(parse_scm(scm_text(fit.scm))) == scm_text(fit.scm));
  }
}

// Everyone there could be is tried as the one who comes: exactly one count moves, by 1; rows of the design keep within
// the bound that AdaSSP is told.
TEST_CASE("one person moves the statistics by no more than their noise is made for", "[private scm]") {
  const CausalGraph graph =
      graph_of({"A", "X", "B", "Y"}, {{"A", "B"}, {"X", "B"}, {"A", "Y"}, {"X", "Y"}, {"B", "Y"}});
  const PrivateScmPlan plan = private_scm_plan(
      graph, {with_levels("A", 3), number("X", 0, 10), with_levels("B", 2), number("Y", -1, 1)}, 1, {.cells = 5});
  constexpr double huge = std::numeric_limits<double>::max();
  std::set<std::size_t> reached;
  for (const double a : {0.0, 1.0, 2.0, 3.0})  // the last of a level that is not declared
    for (const double x : {-huge, -1.0, 0.0, 1.9, 2.0, 5.0, 7.0, 9.99, 10.0, 11.0, huge})
      for (const double b : {0.0, 1.0})
        for (const double y : {-huge, -0.5, 0.0, 1.0, huge}) {
          const Table one({levels_column("A", 4, {a}), number_column("X", {x}), levels_column("B", 2, {b}),
                           number_column("Y", {y})});
          const Eigen::MatrixXd values = detail::declared_values(plan, one);
          const std::vector<std::int64_t> counts = detail::family_counts(plan, 2, values);
          REQUIRE(counts.size() == 30);
          std::int64_t moved = 0;
          for (std::size_t i = 0; i < counts.size(); ++i) {
            CHECK((counts[i] == 0 || counts[i] == 1));
            moved += counts[i];
            if (counts[i] == 1) reached.insert(i);
          }
          CHECK(moved == (a == 3 ? 0 : 1));
          CHECK(std::abs(values(0, 3)) <= 1);
          const Eigen::MatrixXd design = detail::regression_design(plan, 3, values);
          REQUIRE(design.cols() == 5);
          if (a == 3)
            CHECK(design.array().isNaN().all());
          else
            CHECK(design.row(0).norm() <= std::sqrt(4.0));  // 1 and three causes
        }
  CHECK(reached.size() == 30);
}

TEST_CASE("what lies outside the declared domain counts as its end, or as nobody", "[private scm]") {
  const Regression regression;
  const PrivateScmPlan plan = private_scm_plan_within(regression.graph, regression.declared, 1, 1e-6);
  const Table table = regression.people(100, 4);
  const auto text_of = [&](double g, double x, double y) {
    std::vector<Column> columns(table.columns().begin(), table.columns().end());
    columns[0].levels.push_back("unheard of");
    columns[0].values[7] = g;
    columns[1].values[7] = x;
    columns[2].values[7] = y;
    auto random = seeded(4);
    return scm_text(fit_scm_privately(Table(std::move(columns)), plan, random).scm);
  };
  constexpr double huge = std::numeric_limits<double>::max();
  CHECK(text_of(1, huge, 3) == text_of(1, 6, 3));
  CHECK(text_of(1, 2, -huge) == text_of(1, 2, -50));
  // The level takes the person out of what reads it; of what is left, X alone, they are still there.
  CHECK(text_of(3, 2, 40) == text_of(3, 2, -40));
  CHECK_FALSE(text_of(3, 2, 40) == text_of(2, 2, 40));
}

TEST_CASE("the declared domain alone decides shapes", "[private scm]") {
  const ThreeTables three;
  const PrivateScmPlan plan = private_scm_plan_within(three.graph, three.declared, 1, 1e-6);
  // One level of C is there, and the levels stand in another order.
  const Table few({Column{"C", ColumnType::categorical, {"2"}, {0, 0}},
                   Column{"A", ColumnType::categorical, {"1", "0"}, {0, 1}}, levels_column("B", 2, {0, 1})});
  const Table nobody({levels_column("A", 3, {}), levels_column("B", 2, {}), levels_column("C", 4, {})});
  for (const Table& table : {few, nobody, three.people(50, 5)}) {
    auto random = seeded(5);
    const Scm scm = fit_scm_privately(table, plan, random).scm;
    CHECK(scm.variable(2).levels == three.declared[2].variable.levels);
    CHECK(table_of(scm, "A").size() == 3);
    CHECK(table_of(scm, "B").size() == 6);
    CHECK(table_of(scm, "C").size() == 24);
    for (const double p : table_of(scm, "C")) CHECK(p > 0);
  }
  auto random = seeded(6);
  const Scm counted = fit_scm_privately(few, private_scm_plan(three.graph, three.declared, hardly_any), random).scm;
  CHECK(table_of(counted, "A")[0] == Approx(table_of(counted, "A")[1]));
  CHECK(table_of(counted, "C")[2 * 4 + 2] > 0.5);  // A = 1, B = 0 made C = 2
}

TEST_CASE("a regression of nobody, or of too few people for the noise, is a model all the same", "[private scm]") {
  const Regression regression;
  const PrivateScmPlan plan = private_scm_plan_within(regression.graph, regression.declared, 0.01, 1e-6);
  for (const std::size_t count : {0u, 1u, 20u}) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      auto random = seeded(100 + seed);
      const Scm scm = fit_scm_privately(regression.people(count, 6), plan, random).scm;
      const LinearMechanism& fitted = regression_of(scm, "Y");
      CHECK(std::isfinite(fitted.predictor().intercept));
      CHECK(fitted.noise().get_if<NormalNoise>()->scale >= 0.05);
      CHECK(fitted.noise().get_if<NormalNoise>()->scale <= 100);
    }
  }
}

TEST_CASE("a fit tells of the event that was planned, and of what was declared", "[private scm]") {
  const Regression regression;
  const PrivateScmPlan plan = private_scm_plan_within(regression.graph, regression.declared, 1, 1e-6);
  auto random = seeded(7);
  const PrivateScmFit fit = fit_scm_privately(regression.people(50, 7), plan, random);
  CHECK(flattened(fit.event) == flattened(plan.event()));
  CHECK_THAT(fit.licence, Catch::Contains("the levels of G") && Catch::Contains("Y (-50 to 50)"));
}

// In the mean over 400 fits, the sum of the three tables' variations from the plug-in's is what the plan's weights say,
// weight * sigma / (sqrt(2 pi) N), and so falls as 1 / N. That the shares are all but even and never near 0 is the
// approximation's condition; the mean's own error is about 1%.
TEST_CASE("tables err as their weights foretell", "[private scm]") {
  const ThreeTables three;
  const std::vector<std::size_t> sizes{3, 2, 4};
  for (const std::size_t people : {8000u, 32000u}) {
    const Table table = three.people(people, 8);
    const PrivateScmPlan plan = private_scm_plan_within(three.graph, three.declared, 0.5, 1e-6);
    auto exact = seeded(8);
    const Scm plug_in = fit_scm_privately(table, private_scm_plan(three.graph, three.declared, hardly_any), exact).scm;
    double error = 0;
    constexpr int fits = 400;
    for (int i = 0; i < fits; ++i) {
      auto random = seeded(1000 + static_cast<std::uint32_t>(i));
      const Scm scm = fit_scm_privately(table, plan, random).scm;
      const std::vector<double> one(1, 1.0), by_a(3, 1.0 / 3), by_ab(6, 1.0 / 6);
      error += weighted_variation(table_of(scm, "A"), table_of(plug_in, "A"), one, 3);
      error += weighted_variation(table_of(scm, "B"), table_of(plug_in, "B"), by_a, 2);
      error += weighted_variation(table_of(scm, "C"), table_of(plug_in, "C"), by_ab, 4);
    }
    double foretold = 0;
    for (const ScmRelease& release : plan.releases)
      foretold += release.weight * plan.noise_multiplier_of(release) /
                  (std::sqrt(6.283185307179586) * static_cast<double>(people));
    CHECK(error / fits == Approx(foretold).epsilon(0.05));
  }
}

// What the rule is for: against equal shares of the same budget, on models whose tables differ in size. The rule has
// less error on average on every one of ten models; that each is a coin's toss had it no merit, 1 in 1,024.
TEST_CASE("the graph's split errs less than equal shares do", "[private scm]") {
  int better = 0;
  double with_rule = 0, with_even = 0;
  for (std::uint64_t model = 0; model < 10; ++model) {
    RowStream random = row_of(500 + model);
    // R alone, P -> Q: three tables, the last large.
    const std::size_t r = 2 + below(random, 3), p = 8 + below(random, 8), q = 12 + below(random, 20);
    const CausalGraph graph = graph_of({"R", "P", "Q"}, {{"P", "Q"}});
    const std::vector<DeclaredVariable> declared{with_levels("R", r), with_levels("P", p), with_levels("Q", q)};
    constexpr std::size_t people = 60000;
    std::vector<std::vector<double>> values(3);
    for (std::size_t i = 0; i < people; ++i) {
      values[0].push_back(static_cast<double>(below(random, r)));
      values[1].push_back(static_cast<double>(below(random, p)));
      values[2].push_back(static_cast<double>(below(random, q)));
    }
    const Table table(
        {levels_column("R", r, values[0]), levels_column("P", p, values[1]), levels_column("Q", q, values[2])});
    const PrivateScmPlan rule = private_scm_plan(graph, declared, 10);
    PrivateScmPlan even = rule;
    for (ScmRelease& release : even.releases) release.share = 1 / static_cast<double>(even.releases.size());
    REQUIRE(rule.releases.size() >= 2);
    auto exact = seeded(9);
    const Scm plug_in = fit_scm_privately(table, private_scm_plan(graph, declared, hardly_any), exact).scm;
    double errors[2] = {};
    for (std::uint32_t i = 0; i < 10; ++i)
      for (const bool is_rule : {false, true}) {
        auto noise = seeded(5000 + i);
        const Scm scm = fit_scm_privately(table, is_rule ? rule : even, noise).scm;
        const std::vector<double> one(1, 1.0), by_p(p, 1 / static_cast<double>(p));
        errors[is_rule] += weighted_variation(table_of(scm, "R"), table_of(plug_in, "R"), one, r) +
                           weighted_variation(table_of(scm, "P"), table_of(plug_in, "P"), one, p) +
                           weighted_variation(table_of(scm, "Q"), table_of(plug_in, "Q"), by_p, q);
      }
    better += errors[1] < errors[0] ? 1 : 0;
    with_rule += errors[1];
    with_even += errors[0];
  }
  CHECK(better == 10);
  CHECK(with_rule < 0.9 * with_even);
}

// A wrong refutation has probability 1e-6. That a quarter of delta is refuted shows that the test could tell.
TEST_CASE("the event holds on neighbouring tables", "[private scm]") {
  const CausalGraph graph = graph_of({"A", "B", "Y"}, {{"A", "B"}, {"A", "Y"}});
  const PrivateScmPlan plan =
      private_scm_plan_within(graph, {with_levels("A", 2), with_levels("B", 2), number("Y", 0, 1)}, 6, 1e-3);
  const auto people = [](bool one_more) {
    std::vector<double> a, b, y;
    for (std::size_t i = 0; i < 40; ++i) a.push_back(i % 4 == 0), b.push_back(i % 8 == 0), y.push_back(0.5);
    if (one_more) a.push_back(1), b.push_back(1), y.push_back(1);
    return Table({levels_column("A", 2, a), levels_column("B", 2, b), number_column("Y", y)});
  };
  const Table fewer = people(false), more = people(true);
  std::uint32_t run = 0;
  const auto draw_on = [&](const Table& table) {
    return [&](std::span<double> out) {
      auto random = seeded(1'000'000 + run++);
      const PrivateScmFit fit = fit_scm_privately(table, plan, random);
      const LinearMechanism& regression = *fit.scm.mechanism(2).get_if<LinearMechanism>();
      out[0] = fit.scm.mechanism(0).get_if<NoiseMechanism>()->noise().get_if<BernoulliNoise>()->p;
      out[1] = fit.scm.mechanism(1).get_if<TableMechanism>()->kernel().table()[3];
      out[2] = regression.predictor().intercept;
      out[3] = regression.predictor().terms[0].level_effects[1];
      out[4] = regression.noise().get_if<NormalNoise>()->scale;
    };
  };
  std::vector<PrivacyClaim> claims;
  for (const double epsilon : {0.0, 1.0, 2.0, 4.0}) claims.push_back({epsilon, delta_of(plan.event(), epsilon).upper});
  CHECK_FALSE(falsify(claims, 5, 20000, draw_on(fewer), draw_on(more)).refuted);
  const std::vector<PrivacyClaim> too_little{{0, claims[0].delta / 4}};
  CHECK(falsify(too_little, 5, 20000, draw_on(fewer), draw_on(more)).refuted);
}

TEST_CASE("tables that do not fit the declarations are refused", "[private scm]") {
  const Regression regression;
  const PrivateScmPlan plan = private_scm_plan(regression.graph, regression.declared, 1);
  auto random = seeded(10);
  Table weighted = regression.people(3, 9);
  weighted.set_weights({1, 2, 1});
  CHECK_THROWS_WITH(fit_scm_privately(weighted, plan, random), Catch::Contains("a row for each person"));
  CHECK_THROWS_WITH(
      fit_scm_privately(Table({number_column("G", {1}), number_column("X", {1}), number_column("Y", {1})}), plan,
                        random),
      Catch::Contains("column 'G': numbers in a column that is declared to have levels"));
  CHECK_THROWS_WITH(fit_scm_privately(Table({levels_column("G", 3, {1}), number_column("X", {1})}), plan, random),
                    Catch::Contains("no column 'Y'"));
}

TEST_CASE("noise is the operating system's unless it is meant for research", "[private scm]") {
  const ThreeTables three;
  const PrivateScmPlan plan = private_scm_plan_within(three.graph, three.declared, 1, 1e-6);
  const Table table = three.people(10'000, 11);
  SecureRandom random;
  // Two dozen counts with noise of several people each agree by chance less than once in a million.
  CHECK_FALSE(scm_text(fit_scm_privately(table, plan, random).scm) ==
              scm_text(fit_scm_privately(table, plan, random).scm));
  auto one = seeded(11), again = seeded(11);
  CHECK(scm_text(fit_scm_privately(table, plan, one).scm) == scm_text(fit_scm_privately(table, plan, again).scm));
}
