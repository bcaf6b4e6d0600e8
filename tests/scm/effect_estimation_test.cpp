#include <equipoise/scm/effect_estimation.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/core/special_functions.hpp>

using namespace equipoise;

namespace {

const CausalGraph confounded({"z", "x", "y"}, std::vector<NamedEdge>{{"z", "x"}, {"z", "y"}, {"x", "y"}});
const EffectQuery x_on_y{.treatments = {{"x", "1", "0"}}, .outcome = "y"};

EffectQuery on_treated() {
  EffectQuery query = x_on_y;
  query.target = EffectTarget::compared;
  return query;
}

EffectEstimate effect(const Table& table, const EffectQuery& query = x_on_y, const EffectOptions& options = {},
                      const CausalGraph& graph = confounded) {
  const auto answer = estimate_effect(table, graph, query, options);
  REQUIRE(std::holds_alternative<EffectEstimate>(answer));
  return std::get<EffectEstimate>(answer);
}

/// Z normal; X = 1 with probability sigmoid(slope Z); Y = response(X, Z) + a normal.
template <class Response>
Table simulated(std::size_t rows, std::uint64_t seed, double slope, Response response) {
  Column z{"z", ColumnType::continuous, {}, {}}, x{"x", ColumnType::binary, {"0", "1"}, {}},
      y{"y", ColumnType::continuous, {}, {}};
  const RandomStream stream({.seed = seed, .purpose = Purpose::test});
  for (std::size_t row = 0; row < rows; ++row) {
    RowStream random = stream.row(row);
    z.values.push_back(draw_normal(random));
    x.values.push_back(random.uniform() < sigmoid(slope * z.values.back()) ? 1 : 0);
    y.values.push_back(response(x.values.back(), z.values.back()) + draw_normal(random));
  }
  return Table({z, x, y});
}

double straight(double x, double z) { return x + z; }
double bent(double x, double z) { return x * (1 + z) + std::sin(2 * z) + 0.5 * z * z; }
constexpr double bent_effect_on_treated = 1.4132419;  // 1 + E[Z | X = 1], by Stein's lemma

/// How many of 200 intervals hold the truth.
template <class Response>
int covered(Response response, const EffectQuery& query, double truth) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const EffectEstimate found =
        effect(simulated(400, 100 + seed, 1, response), query, {.cross_fitting = {.splits = 2, .seed = seed}});
    REQUIRE(found.method == EstimationMethod::doubly_robust);
    count += found.estimate.low <= truth && truth <= found.estimate.high;
  }
  return count;
}

/// Z of three levels, X and Y binary, all combinations with people.
Table counts(double scale = 1) {
  Column z{"z", ColumnType::categorical, {"a", "b", "c"}, {}}, x{"x", ColumnType::binary, {"0", "1"}, {}},
      y{"y", ColumnType::binary, {"0", "1"}, {}};
  const double people[3][2][2] = {{{40, 10}, {12, 18}}, {{25, 25}, {20, 60}}, {{8, 12}, {9, 61}}};
  std::vector<double> weights;
  for (int level = 0; level < 3; ++level)
    for (int treated = 0; treated < 2; ++treated)
      for (int outcome = 0; outcome < 2; ++outcome) {
        z.values.push_back(level);
        x.values.push_back(treated);
        y.values.push_back(outcome);
        weights.push_back(scale * people[level][treated][outcome]);
      }
  Table table({z, x, y});
  table.set_weights(weights);
  return table;
}

}  // namespace

TEST_CASE("the effect in finite cells is the estimand on their shares", "[effect]") {
  // By hand: 80, 130 and 90 people of each level, 30, 80 and 70 of them treated.
  const double effects[3] = {18.0 / 30 - 10.0 / 50, 60.0 / 80 - 25.0 / 50, 61.0 / 70 - 12.0 / 20};
  const EffectEstimate average = effect(counts());
  CHECK(average.method == EstimationMethod::plug_in);
  CHECK(average.estimate.value == Approx((80 * effects[0] + 130 * effects[1] + 90 * effects[2]) / 300).margin(1e-12));
  CHECK(average.adjustment_set == std::vector<std::string>{"z"});
  CHECK(average.licence.kind == LicenceKind::identified);
  CHECK(average.licence.basis == "the sum over z of (E[y | x=1, z] - E[y | x=0, z]) P(z)");
  CHECK(average.across_split_deviation == 0);
  const EffectEstimate treated = effect(counts(), on_treated());
  CHECK(treated.estimate.value == Approx((30 * effects[0] + 80 * effects[1] + 70 * effects[2]) / 180).margin(1e-12));
  CHECK(treated.licence.basis == "the sum over z of (E[y | x=1, z] - E[y | x=0, z]) P(z | x=1)");
  CHECK(effect(counts(100)).standard_error == Approx(average.standard_error / 10));
}

TEST_CASE("doubly robust and plug-in estimates of one table agree", "[effect]") {
  const EffectOptions no_cells{.least_people_in_cell = 1000000};
  for (const EffectQuery& query : {x_on_y, on_treated()}) {
    const EffectEstimate exact = effect(counts(10), query), robust = effect(counts(10), query, no_cells);
    CHECK(robust.method == EstimationMethod::doubly_robust);
    // Both are first-order alike: they differ by much less than either errs.
    CHECK(std::abs(robust.estimate.value - exact.estimate.value) < 0.25 * exact.standard_error);
    CHECK(robust.standard_error == Approx(exact.standard_error).epsilon(0.05));
  }
}

TEST_CASE("nineteen in twenty intervals hold the effect, in straight and in bent models", "[effect][rate]") {
  // Of 200 intervals at 95%, fewer than 178 hold the truth with probability 2e-4.
  CHECK(covered(straight, x_on_y, 1) >= 178);
  CHECK(covered(straight, on_treated(), 1) >= 178);
  CHECK(covered(bent, x_on_y, 1) >= 178);
  CHECK(covered(bent, on_treated(), bent_effect_on_treated) >= 178);
}

TEST_CASE("splits and seeds move an estimate by less than it errs, and threads not at all", "[effect]") {
  const Table table = simulated(1000, 77, 1, bent);
  const EffectEstimate one = effect(table), other = effect(table, x_on_y, {.cross_fitting = {.seed = 2}});
  CHECK(one.across_split_deviation > 0);
  CHECK(one.across_split_deviation < one.standard_error);
  CHECK(one.estimate.value != other.estimate.value);
  CHECK(std::abs(one.estimate.value - other.estimate.value) < one.standard_error);
  CHECK(effect(table, x_on_y, {.cross_fitting = {.parallelism = Parallelism::exactly(3)}}) == one);
  REQUIRE(one.cross_fitting);
  CHECK(one.cross_fitting->splits == 5);
  CHECK(one.cross_fitting->nuisances.size() == 3);
  CHECK_THAT(one.cross_fitting->nuisances[0], Catch::StartsWith("P(x=1 | z): "));
  CHECK(one.cross_fitting->nuisances[1] == "E[y | x=1, z]: splines");
}

TEST_CASE("treatments are set together", "[effect]") {
  // Y = A + 2 B + Z + a normal, and Z moves both: setting both from 0 to 1 gains 3.
  Column z{"z", ColumnType::continuous, {}, {}}, a{"a", ColumnType::binary, {"0", "1"}, {}},
      b = a, y{"y", ColumnType::continuous, {}, {}};
  b.name = "b";
  const RandomStream stream({.seed = 12, .purpose = Purpose::test});
  for (std::size_t row = 0; row < 4000; ++row) {
    RowStream random = stream.row(row);
    z.values.push_back(draw_normal(random));
    a.values.push_back(random.uniform() < sigmoid(z.values.back()) ? 1 : 0);
    b.values.push_back(random.uniform() < sigmoid(z.values.back() - a.values.back()) ? 1 : 0);
    y.values.push_back(a.values.back() + 2 * b.values.back() + z.values.back() + draw_normal(random));
  }
  const CausalGraph graph(
      {"z", "a", "b", "y"},
      std::vector<NamedEdge>{{"z", "a"}, {"z", "b"}, {"a", "b"}, {"z", "y"}, {"a", "y"}, {"b", "y"}});
  const EffectEstimate found =
      effect(Table({z, a, b, y}), {.treatments = {{"a", "1", "0"}, {"b", "1", "0"}}, .outcome = "y"}, {}, graph);
  CHECK(found.adjustment_set == std::vector<std::string>{"z"});
  CHECK(std::abs(found.estimate.value - 3) < 5 * found.standard_error);  // a false alarm in 2e6
  CHECK(found.standard_error < 0.1);
}

TEST_CASE("what no adjustment identifies is answered so, and no effect is exactly 0", "[effect]") {
  const CausalGraph hidden({"z", "x", "y"}, std::vector<NamedEdge>{{"z", "x"}, {"z", "y"}, {"x", "y"}},
                           std::vector<NamedEdge>{{"x", "y"}});
  const auto refused = estimate_effect(counts(), hidden, x_on_y);
  REQUIRE(std::holds_alternative<NotAdjustable>(refused));
  CHECK(std::get<NotAdjustable>(refused).path == std::vector<std::string>{"x", "y"});
  const CausalGraph unseen({"z", "u", "x", "y"}, std::vector<NamedEdge>{{"u", "x"}, {"u", "y"}, {"x", "y"}});
  CHECK(std::holds_alternative<NotAdjustable>(estimate_effect(counts(), unseen, x_on_y)));
  const CausalGraph backwards({"z", "x", "y"}, std::vector<NamedEdge>{{"z", "x"}, {"z", "y"}});
  const EffectEstimate none = effect(counts(), x_on_y, {}, backwards);
  CHECK(none.estimate == Estimate{0, 0, 0});
  CHECK(none.licence.kind == LicenceKind::identified);
}

TEST_CASE("an effect on people without peers is refused, naming one", "[effect]") {
  const Table table = simulated(2000, 3, 6, straight);  // the treated and the others hardly meet
  try {
    effect(table);
    FAIL("refused");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::no_positivity);
    CHECK_THAT(error.found(), Catch::Contains("chance below 0.01 of x=") && Catch::Contains("as those with z="));
  }
  const EffectEstimate few = effect(table, x_on_y, {.cross_fitting = {.most_clipped = 1}});
  CHECK(few.cross_fitting->clipped_share > 0.1);
  CHECK_THROWS_AS(effect(table, {.treatments = {}, .outcome = "y"}), Error);
  CHECK_THROWS_AS(effect(table, {.treatments = {{"x", "1", "0"}}, .outcome = "x"}), Error);
  CHECK_THROWS_AS(effect(table, x_on_y, {.cross_fitting = {.folds = 1}}), Error);
  CHECK_THROWS_AS(effect(table, x_on_y, {.cross_fitting = {.least_propensity = 0}}), Error);
}
