#include <equipoise/scm/doubly_robust_decomposition.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>

using namespace equipoise;

namespace {

const DecompositionQuery x_on_y{"x", "1", "0", "y"};
const FairnessRoles z_and_w = roles_as_listed({"z"}, {"w"});

Column number(std::string name) { return {std::move(name), ColumnType::continuous, {}, {}}; }
Column coin(std::string name) { return {std::move(name), ColumnType::binary, {"0", "1"}, {}}; }

/// Z normal; X = 1 with probability sigmoid(Z); W = 0.5 X + 0.3 Z and Y = 0.2 X + 0.7 W - 0.4 Z, each with a normal.
Table straight(std::size_t rows, std::uint64_t seed) {
  Column z = number("z"), x = coin("x"), w = number("w"), y = number("y");
  const RandomStream stream({.seed = seed, .purpose = Purpose::test});
  for (std::size_t row = 0; row < rows; ++row) {
    RowStream random = stream.row(row);
    z.values.push_back(draw_normal(random));
    x.values.push_back(random.uniform() < sigmoid(z.values.back()) ? 1 : 0);
    w.values.push_back(0.5 * x.values.back() + 0.3 * z.values.back() + draw_normal(random));
    y.values.push_back(0.2 * x.values.back() + 0.7 * w.values.back() - 0.4 * z.values.back() + draw_normal(random));
  }
  return Table({z, x, w, y});
}
constexpr DecompositionValues straight_truth{0.39296806725215067, 0.2, -0.35, 0.15703193274784938};

double bent_mediator(double x, double z) { return std::tanh(z) + 0.6 * x; }
double bent_chance(double x, double w, double z) { return sigmoid(0.8 * x - 0.4 + std::sin(1.5 * w) - 0.3 * z * z); }
constexpr double bent_spread = 0.7;

/// Z normal; X = 1 with probability sigmoid(Z); W = bent_mediator + 0.7 of a normal; Y a coin of bent_chance.
Table bent(std::size_t rows, std::uint64_t seed) {
  Column z = number("z"), x = coin("x"), w = number("w"), y = coin("y");
  const RandomStream stream({.seed = seed, .purpose = Purpose::test});
  for (std::size_t row = 0; row < rows; ++row) {
    RowStream random = stream.row(row);
    z.values.push_back(draw_normal(random));
    x.values.push_back(random.uniform() < sigmoid(z.values.back()) ? 1 : 0);
    w.values.push_back(bent_mediator(x.values.back(), z.values.back()) + bent_spread * draw_normal(random));
    y.values.push_back(random.uniform() < bent_chance(x.values.back(), w.values.back(), z.values.back()) ? 1 : 0);
  }
  return Table({z, x, w, y});
}

/// By the counterfactual definitions, integrated on a grid of Z and of W's noise.
DecompositionValues bent_truth() {
  double mass[2] = {}, observed[2] = {}, treated = 0, crossed = 0;
  constexpr double step = 0.02;
  for (double z = -7; z <= 7; z += step)
    for (double u = -7; u <= 7; u += step) {
      const double density = std::exp(-0.5 * (z * z + u * u));
      const double w0 = bent_mediator(0, z) + bent_spread * u, w1 = bent_mediator(1, z) + bent_spread * u;
      const double p0 = density * (1 - sigmoid(z)), p1 = density * sigmoid(z);
      mass[0] += p0;
      mass[1] += p1;
      observed[0] += p0 * bent_chance(0, w0, z);
      observed[1] += p1 * bent_chance(1, w1, z);
      treated += p0 * bent_chance(1, w1, z);
      crossed += p0 * bent_chance(1, w0, z);
    }
  const double y0 = observed[0] / mass[0], y1 = observed[1] / mass[1];
  treated /= mass[0];
  crossed /= mass[0];
  return {y1 - y0, crossed - y0, crossed - treated, treated - y1};
}

/// Of 200 intervals, how many hold each part.
template <class Draw>
std::array<int, 4> covered(Draw draw, std::size_t rows, const DecompositionValues& truth) {
  std::array<int, 4> count{};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Decomposition found =
        decompose_doubly_robust(draw(rows, 300 + seed), x_on_y, z_and_w, {.splits = 2, .seed = seed});
    const std::array parts{found.tv.estimate, found.ctf_de.estimate, found.ctf_ie.estimate, found.ctf_se.estimate};
    const std::array truths{truth.tv, truth.ctf_de, truth.ctf_ie, truth.ctf_se};
    for (std::size_t part = 0; part < 4; ++part)
      count[part] += parts[part].low <= truths[part] && truths[part] <= parts[part].high;
    REQUIRE(parts[0].value == parts[1].value - parts[2].value - parts[3].value);
  }
  return count;
}

/// Bickel, Hammel, O'Connell 1975.
Table berkeley() {
  constexpr double counts[2][2][6] = {{{512, 353, 120, 138, 53, 22}, {313, 207, 205, 279, 138, 351}},
                                      {{89, 17, 202, 131, 94, 24}, {19, 8, 391, 244, 299, 317}}};
  Column gender{"gender", ColumnType::binary, {"Male", "Female"}, {}},
      admit{"admit", ColumnType::binary, {"Admitted", "Rejected"}, {}},
      dept{"dept", ColumnType::categorical, {"A", "B", "C", "D", "E", "F"}, {}};
  std::vector<double> weights;
  for (int g = 0; g < 2; ++g)
    for (int a = 0; a < 2; ++a)
      for (int d = 0; d < 6; ++d) {
        gender.values.push_back(g);
        admit.values.push_back(a);
        dept.values.push_back(d);
        weights.push_back(counts[g][a][d]);
      }
  Table table({gender, admit, dept});
  table.set_weights(weights);
  return table;
}

}  // namespace

TEST_CASE("nineteen in twenty intervals of a decomposition hold its parts, in straight and in bent models",
          "[decomposition][rate]") {
  // Of 200 intervals at 95%, fewer than 178 hold the truth with probability 5e-4; eight such checks: 4e-3.
  for (const int count : covered(straight, 400, straight_truth)) CHECK(count >= 178);
  for (const int count : covered(bent, 600, bent_truth())) CHECK(count >= 178);
}

TEST_CASE("a doubly robust decomposition agrees with the exact one of a table of counts", "[decomposition]") {
  const DecompositionQuery query{"gender", "Female", "Male", "admit", "Admitted"};
  const FairnessRoles roles = roles_as_listed({}, {"dept"});
  const Decomposition exact = decompose(berkeley(), query, roles),
                      robust = decompose_doubly_robust(berkeley(), query, roles);
  CHECK(robust.method == EstimationMethod::doubly_robust);
  CHECK(exact.method == EstimationMethod::plug_in);
  CHECK(robust.tv.estimate.value == Approx(exact.tv.estimate.value).margin(1e-12));
  for (const auto part : {&Decomposition::ctf_de, &Decomposition::ctf_ie}) {
    const Estimate a = (exact.*part).estimate, b = (robust.*part).estimate;
    CHECK(std::abs(a.value - b.value) < 0.2 * (a.high - a.low) / 4);
    // Department B has 25 women: what folds make of it widens the interval by a fifth.
    CHECK(b.high - b.low == Approx(a.high - a.low).epsilon(0.25));
  }
  CHECK(robust.ctf_se.estimate == Estimate{0, 0, 0});
  CHECK(robust.ctf_de.licence == exact.ctf_de.licence);
}

TEST_CASE("a table is decomposed by its cells where they allow it, and else by regressions", "[decomposition]") {
  const DecompositionQuery admissions{"gender", "Female", "Male", "admit", "Admitted"};
  const FairnessRoles department = roles_as_listed({}, {"dept"});
  CHECK(estimate_decomposition(berkeley(), admissions, department) == decompose(berkeley(), admissions, department));
  const Table fine = straight(1000, 4);
  const Decomposition found = estimate_decomposition(fine, x_on_y, z_and_w);
  CHECK(found == decompose_doubly_robust(fine, x_on_y, z_and_w));
  CHECK(found == decompose_doubly_robust(fine, x_on_y, z_and_w, {.parallelism = Parallelism::exactly(3)}));
  REQUIRE(found.cross_fitting);
  CHECK(found.cross_fitting->nuisances.size() == 4);
  CHECK(found.across_split_deviation.ctf_de > 0);
  CHECK(found.across_split_deviation.tv == Approx(0).margin(1e-12));
  Table without_women_in_b = berkeley();
  std::vector<double> weights(without_women_in_b.weights().begin(), without_women_in_b.weights().end());
  weights[12 + 1] = weights[18 + 1] = 0;
  without_women_in_b.set_weights(weights);
  CHECK_THROWS_WITH(estimate_decomposition(without_women_in_b, admissions, department),
                    Catch::Contains("no one with gender=Female, dept=B"));
}

TEST_CASE("a probability that is raised is told in the licence", "[decomposition]") {
  const Decomposition found =
      decompose_doubly_robust(straight(3000, 9), x_on_y, z_and_w, {.least_propensity = 0.1, .most_clipped = 1});
  CHECK(found.cross_fitting->clipped_share > 0);
  CHECK_THAT(found.ctf_de.licence.basis,
             Catch::Contains("of those with x=0 have an estimated chance below 0.1 of being with x=1"));
  CHECK(found.ctf_de.licence.kind == LicenceKind::identified);
  CHECK_THROWS_AS(decompose_doubly_robust(straight(3000, 9), x_on_y, z_and_w, {.least_propensity = 0.4}), Error);
}

TEST_CASE("the distribution itself, given by probabilities, decomposes exactly", "[decomposition]") {
  Table table = berkeley();
  std::vector<double> weights(table.weights().begin(), table.weights().end());
  for (double& weight : weights) weight /= 4526;
  table.set_weights(weights);
  const Decomposition found =
      decompose(table, {"gender", "Female", "Male", "admit", "Admitted"}, roles_as_listed({}, {"dept"}));
  CHECK(found.method == EstimationMethod::exact);
  CHECK(found.ctf_de.estimate.value == Approx(0.07096917575817248).margin(1e-12));
  CHECK(found.ctf_de.estimate.low == found.ctf_de.estimate.high);
  for (double& weight : weights) weight *= 0.5;
  table.set_weights(weights);
  CHECK_THROWS_WITH(decompose(table, {"gender", "Female", "Male", "admit", "Admitted"}, roles_as_listed({}, {"dept"})),
                    Catch::Contains("probabilities that sum to 1"));
}

TEST_CASE("mediators share the indirect effect by what each passes on", "[decomposition]") {
  // V = 0.8 X, W = 0.5 X - 0.6 V, Y = X + 0.4 V + W, each with a normal: through V first 0.8 (0.4 - 0.6), else 0.5.
  Column x = coin("x"), v = number("v"), w = number("w"), y = number("y");
  const RandomStream stream({.seed = 41, .purpose = Purpose::test});
  for (std::size_t row = 0; row < 20000; ++row) {
    RowStream random = stream.row(row);
    x.values.push_back(random.uniform() < 0.4 ? 1 : 0);
    v.values.push_back(0.8 * x.values.back() + draw_normal(random));
    w.values.push_back(0.5 * x.values.back() - 0.6 * v.values.back() + draw_normal(random));
    y.values.push_back(x.values.back() + 0.4 * v.values.back() + w.values.back() + draw_normal(random));
  }
  const Table table({x, v, w, y});
  const CausalGraph graph(
      {"x", "v", "w", "y"},
      std::vector<NamedEdge>{{"x", "v"}, {"x", "w"}, {"v", "w"}, {"x", "y"}, {"v", "y"}, {"w", "y"}});
  const std::vector<std::string> attributes{"x"};
  const FairnessRoles roles = roles_in_graph(graph, attributes, "y");
  const auto steps = mediator_steps(graph, attributes, "y", roles);
  CHECK(steps == std::vector<MediatorStep>{{"v", true}, {"w", true}});
  const Decomposition whole = decompose_doubly_robust(table, x_on_y, roles, {}, steps);
  const std::vector<MediatedShare>& shares = whole.by_mediator;
  REQUIRE(shares.size() == 2);
  const double truths[2] = {0.16, -0.5};
  for (std::size_t i = 0; i < 2; ++i) {
    const Estimate& share = shares[i].share.estimate;
    CHECK(std::abs(share.value - truths[i]) < 5 * (share.high - share.low) / 3.92);  // a false alarm in 2e6
    CHECK(share.high - share.low < 0.12);
    CHECK(shares[i].share.licence.kind == LicenceKind::identified);
  }
  CHECK_THAT(shares[1].share.licence.basis, Catch::Contains("what x does to w other than through v"));
  CHECK(whole.ctf_ie == decompose_doubly_robust(table, x_on_y, roles).ctf_ie);
  CHECK(shares[0].share.estimate.value + shares[1].share.estimate.value ==
        Approx(whole.ctf_ie.estimate.value).margin(1e-12));
}
