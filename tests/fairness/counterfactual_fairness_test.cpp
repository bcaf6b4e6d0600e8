#include <equipoise/fairness/counterfactual_fairness.hpp>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/objective/any_objective.hpp>
#include <equipoise/objective/worlds.hpp>
#include <equipoise/predictor/affine.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/table_mechanism.hpp>
#include <equipoise/scm/worlds.hpp>

#include "objective/predictions_of.hpp"

using namespace equipoise;
using namespace equipoise::testing;

namespace {

/// What an objective says of an affine predictor in the worlds that it asks for: from a table to a number, as a
/// study goes.
struct Pipeline {
  WorldSource source;
  Table table;
  Eigen::VectorXd parameters;  ///< of the encoded features, then the intercept
  Link link = Link::logistic;
  std::uint64_t seed = 1;

  template <class F>
  double evaluate(const AnyObjective& objective, F&& f) const {
    const WorldCatalogue catalogue = catalogue_worlds(std::vector<AnyObjective>{objective});
    const PreparedRows rows =
        prepare_rows(source, table, std::vector<double>(table.rows()), catalogue.requests, {.seed = seed});
    const AffinePredictor predictor(parameters.size() - 1, link);
    std::vector<Eigen::VectorXd> scores;
    std::vector<std::span<const double>> seen;
    for (const std::size_t world : catalogue.of_objective[0]) {
      scores.emplace_back(rows.features[world].rows());
      predictor.forward(parameters, rows.features[world], scores.back());
    }
    for (const Eigen::VectorXd& each : scores) seen.emplace_back(each.data(), rows.rows());
    return f(Predictions{
        .table = rows.table, .outcome = rows.outcome, .weights = rows.weights, .link = link, .scores = seen});
  }
  double measure(const AnyObjective& objective) const {
    return evaluate(objective, [&](const Predictions& predictions) { return objective.measure(predictions); });
  }
  double loss(const AnyObjective& objective) const {
    return evaluate(objective, [&](const Predictions& predictions) {
      std::vector<std::vector<double>> gradients(predictions.scores.size(), std::vector<double>(predictions.rows()));
      const std::vector<std::span<double>> spans(gradients.begin(), gradients.end());
      return objective.loss(predictions, spans);
    });
  }
};

}  // namespace

TEST_CASE("the gap is the mean over rows and other levels of what the probability moves by", "[fairness]") {
  const double half = 0, high = std::log(3.0), low = -high;  // probabilities 1/2, 3/4, 1/4
  const Rows rows{{1, 0}, {1, 3}, {{half, high}, {high, high}, {low, half}}};
  const CounterfactualFairness objective{.attribute = "sex", .groups = 3};
  CHECK(measure_of(objective, rows) == Approx((1 * (0.25 + 0.25) + 3 * (0 + 0.25)) / (4 * 2)).epsilon(1e-13));
  std::vector<std::vector<double>> gradients;
  CHECK(loss_of(objective, rows, &gradients) == Approx((1 * 2 + 3 * 1) / 16.0 / (4 * 2)).epsilon(1e-13));
  CHECK(gradients[0][0] == Approx(0).margin(1e-15));  // pulled up by one world, down by the other
  CHECK(gradients[1][0] == Approx(2 * 0.25 * 3 / 16 / 8).epsilon(1e-13));
  CHECK(gradients[0][1] == Approx(3 * 2 * 0.25 * 3 / 16 / 8).epsilon(1e-13));
  CHECK(gradients[2][1] == Approx(-3 * 2 * 0.25 / 4 / 8).epsilon(1e-13));
}

TEST_CASE("it asks for the rows as observed and every other level, with the fair paths held", "[fairness]") {
  const std::vector<std::vector<std::string>> fair{{"sex", "dept", "admit"}};
  const AnyObjective objective = CounterfactualFairness{.attribute = "sex", .groups = 3, .fair_paths = fair};
  CHECK(objective.worlds() == std::vector<WorldRequest>{{},
                                                        {.variable = "sex", .shift = 1, .held = fair},
                                                        {.variable = "sex", .shift = 2, .held = fair}});
  CHECK(objective.is_sum_over_rows());
  CHECK(objective.info().range == Interval{0, 1});
  CHECK(objective.info().unit == "probability");
}

TEST_CASE("on a linear Gaussian model the gap is the sum over unfair paths of products of coefficients", "[fairness]") {
  // A -> X1 (1.5), A -> X2 (-2), X1 -> X2 (0.5); the predictor reads 3 X1 + 4 X2 + 0.7 A.
  const std::vector<NamedEdge> edges{{"A", "X1"}, {"A", "X2"}, {"X1", "X2"}, {"X1", "Y"}, {"X2", "Y"}};
  const Noise noise(NormalNoise{0, 1});
  const Scm scm(CausalGraph({"A", "X1", "X2", "Y"}, edges),
                {{"A", ColumnType::binary, {"0", "1"}},
                 {"X1", ColumnType::continuous, {}},
                 {"X2", ColumnType::continuous, {}},
                 {"Y", ColumnType::continuous, {}}},
                {{NoiseMechanism(Noise(BernoulliNoise{0.3})), {}},
                 {LinearMechanism({1, {{1.5, {}}}}, noise), {"A"}},
                 {LinearMechanism({-1, {{-2, {}}, {0.5, {}}}}, noise), {"A", "X1"}},
                 {LinearMechanism({0, {{1, {}}, {1, {}}}}, noise), {"X1", "X2"}}});
  Table table = table_of(scm, sample(scm, 500));
  std::vector<double> weights;
  for (int i = 0; i < 500; ++i) weights.push_back(1 + i % 3);
  table.set_weights(weights);
  const std::vector<std::string> features{"A", "X1", "X2"};
  const Encoding encoding = fit_encoding(table, features);
  Eigen::VectorXd parameters(4);
  parameters << 0.7, 3 * encoding.features[1].scale, 4 * encoding.features[2].scale, -2;
  const Pipeline pipeline{{encoding, "Y", scm}, table, parameters, Link::identity};
  const auto is = [&](const std::vector<std::string>& fair, double expected) {
    CounterfactualFairness objective = counterfactual_fairness(scm.graph(), table.column("A"), "Y", features, fair);
    objective.link = Link::identity;
    CHECK(pipeline.measure(objective) == Approx(std::abs(expected)).margin(1e-9));
    CHECK(pipeline.loss(objective) == Approx(expected * expected).margin(1e-9));
  };
  const double direct = 0.7, x1 = 3 * 1.5, x2 = 4 * -2, x1_x2 = 4 * 0.5 * 1.5;
  is({}, direct + x1 + x2 + x1_x2);
  is({"A -> X1 -> Y"}, direct + x2 + x1_x2);
  is({"A -> X1"}, direct + x2);
  is({"A -> X1 -> X2", "A -> Y"}, x1 + x2);
  is({"A -> Y"}, x1 + x2 + x1_x2);
  is({"A -> X1", "A -> X2", "A -> Y"}, 0);
}

TEST_CASE("the loan model's features and counterfactual gap equal their closed form", "[fairness]") {
  // Karimi et al. 2020; every line abducted and predicted by hand, had the gender been the other.
  const Scm scm = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const Eigen::MatrixXd world = sample(scm, 3000, {.seed = 5});
  const Table table = table_of(scm, world);
  const std::vector<std::string> features{"G", "A", "E", "L", "D", "I", "S"};
  Eigen::VectorXd parameters(8);
  parameters << 0.3, -0.2, 0.5, -0.4, -0.6, 0.9, 0.8, 0.1;
  const Pipeline pipeline{{fit_encoding(table, features), "Y", scm}, table, parameters};
  const CounterfactualFairness objective = counterfactual_fairness(scm.graph(), table.column("G"), "Y", features, {});

  const Eigen::MatrixXd factual = build_world(pipeline.source, table, {}),
                        other = build_world(pipeline.source, table, objective.worlds()[1]);
  double moved = 0, largest_error = 0;
  for (Eigen::Index row = 0; row < world.rows(); ++row) {
    const double g = world(row, 0), a = world(row, 1), e = world(row, 2), l = world(row, 3), d = world(row, 4),
                 i = world(row, 5), s = world(row, 6), g1 = 1 - g;
    const double u_e = std::log((e + 0.5) / (0.5 - e)) - (-1 + 0.5 * g + sigmoid(0.1 * a));
    const double e1 = -0.5 + sigmoid(-1 + 0.5 * g1 + sigmoid(0.1 * a) + u_e);
    const double l1 = l + g1 - g, d1 = d + 2 * (g1 - g) + l1 - l, i1 = i + 2 * (g1 - g) + g1 * e1 - g * e;
    const double s1 = s + 1.5 * (std::max(i1, 0.0) - std::max(i, 0.0));
    const std::array<double, 7> expected{g1, a, e1, l1, d1, i1, s1};
    double score = parameters[7], score1 = parameters[7];
    for (std::size_t f = 0; f < 7; ++f) {
      const EncodedFeature& feature = pipeline.source.encoding.features[f];
      const auto column = static_cast<Eigen::Index>(f);
      const auto encoded = [&](double value) {
        return feature.has_levels() ? value : (value - feature.mean) / feature.scale;
      };
      largest_error = std::max(largest_error, std::abs(other(row, column) - encoded(expected[f])));
      score += parameters[column] * encoded(world(row, column));
      score1 += parameters[column] * encoded(expected[f]);
    }
    moved += std::abs(sigmoid(score) - sigmoid(score1));
  }
  CHECK(largest_error < 1e-9);
  CHECK((factual - other).cwiseAbs().maxCoeff() > 0.5);
  CHECK(pipeline.measure(objective) == Approx(moved / 3000).margin(1e-9));
}

namespace {

/// gender -> dept -> admit and gender -> admit, as at Berkeley, and what the predictor says of each gender in each
/// department.
constexpr std::array<std::array<double, 3>, 2> dept_given_gender{{{0.5, 0.3, 0.2}, {0.15, 0.25, 0.6}}};

Scm admissions(Coupling coupling) {
  const std::vector<NamedEdge> edges{{"gender", "dept"}, {"gender", "admit"}, {"dept", "admit"}};
  std::vector<double> dept;
  for (const auto& row : dept_given_gender) dept.insert(dept.end(), row.begin(), row.end());
  return Scm(CausalGraph({"gender", "dept", "admit"}, edges),
             {{"gender", ColumnType::binary, {"Female", "Male"}},
              {"dept", ColumnType::categorical, {"A", "B", "C"}},
              {"admit", ColumnType::binary, {"no", "yes"}}},
             {{NoiseMechanism(Noise(BernoulliNoise{0.6})), {}},
              {TableMechanism(ProbabilityTable({2}, 3, dept), coupling), {"gender"}},
              {TableMechanism(ProbabilityTable({2, 3}, 2, {0.4, 0.6, 0.5, 0.5, 0.9, 0.1, 0.5, 0.5, 0.6, 0.4, 0.8, 0.2}),
                              coupling),
               {"gender", "dept"}}});
}
const Eigen::Vector4d weights_of_admission(0.4, -0.8, -1.9, 0.5);  // gender=Male, dept=B, dept=C, intercept
double admission(std::size_t gender, std::size_t dept) {
  return sigmoid(weights_of_admission[3] + (gender == 1 ? weights_of_admission[0] : 0) +
                 (dept == 0 ? 0 : weights_of_admission[static_cast<Eigen::Index>(dept)]));
}

/// P(the department had the gender been the other | gender, department), by the couplings' definitions.
double dept_moves(Coupling coupling, std::size_t gender, std::size_t dept, std::size_t to) {
  const auto& here = dept_given_gender[gender];
  const auto& there = dept_given_gender[1 - gender];
  if (coupling == Coupling::independent) return there[to];
  double low = 0, low_there = 0;  // inverse-cdf: the overlap of two intervals on the line of the one uniform noise
  for (std::size_t k = 0; k < dept; ++k) low += here[k];
  for (std::size_t k = 0; k < to; ++k) low_there += there[k];
  return std::max(0.0, std::min(low + here[dept], low_there + there[to]) - std::max(low, low_there)) / here[dept];
}

}  // namespace

TEST_CASE("path-specific gaps on an admissions table are those of enumeration", "[fairness]") {
  for (const Coupling coupling : {Coupling::inverse_cdf, Coupling::independent}) {
    const Scm scm = admissions(coupling);
    const Table table = table_of(scm, sample(scm, 20000, {.seed = 9}));
    const std::vector<std::string> features{"gender", "dept"};
    const Pipeline pipeline{
        {fit_encoding(table, features), "admit", scm}, table, weights_of_admission, Link::logistic, 3};
    const auto measured = [&](const std::vector<std::string>& fair) {
      return pipeline.measure(counterfactual_fairness(scm.graph(), table.column("gender"), "admit", features, fair));
    };
    // Given the rows, only the departments had the gender been the other are drawn: mean and variance by enumeration.
    double through_dept_fair = 0;
    std::array<double, 2> mean{}, variance{};  // all unfair; the direct path fair
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto gender = static_cast<std::size_t>(table.column("gender").values[row]);
      const auto dept = static_cast<std::size_t>(table.column("dept").values[row]);
      through_dept_fair += std::abs(admission(gender, dept) - admission(1 - gender, dept));
      for (std::size_t question = 0; question < 2; ++question) {
        double first = 0, second = 0;
        for (std::size_t to = 0; to < 3; ++to) {
          const double gap = std::abs(admission(gender, dept) - admission(question == 0 ? 1 - gender : gender, to));
          first += dept_moves(coupling, gender, dept, to) * gap;
          second += dept_moves(coupling, gender, dept, to) * gap * gap;
        }
        mean[question] += first;
        variance[question] += second - first * first;
      }
    }
    const double rows = static_cast<double>(table.rows());
    CHECK(measured({"gender -> dept -> admit"}) == Approx(through_dept_fair / rows).epsilon(1e-12));
    // 5 standard errors: a false alarm of 6e-7 a comparison, 3e-6 over the four of this test.
    CHECK(std::abs(measured({}) - mean[0] / rows) < 5 * std::sqrt(variance[0]) / rows);
    CHECK(std::abs(measured({"gender -> admit"}) - mean[1] / rows) < 5 * std::sqrt(variance[1]) / rows);
    CHECK(std::sqrt(variance[0]) / rows < 0.002);
    CHECK(measured({"gender"}) == 0);
  }
}

TEST_CASE("attributes that cannot be changed are refused", "[fairness]") {
  const CausalGraph graph({"sex", "y"}, {});
  const auto with = [&](Column column) {
    return error_of([&] { counterfactual_fairness(graph, column, "y", {}, {}); });
  };
  CHECK(with({"sex", ColumnType::continuous, {}, {1, 2}}) ==
        "column 'sex': numbers; a protected attribute with levels, at least two (declare the column categorical)");
  CHECK(with({"sex", ColumnType::categorical, {"f"}, {0}}) ==
        "column 'sex': one level alone; a protected attribute with levels, at least two");
  CHECK(error_of([] { AnyObjective(CounterfactualFairness{.attribute = "sex", .groups = 1}); }) ==
        "objective 'counterfactual-fairness': protected attribute 'sex' with 1 levels; at least two levels");
  CHECK_THROWS_AS(AnyObjective(CounterfactualFairness{}), Error);
  CHECK_THROWS_AS(measure_of(CounterfactualFairness{.attribute = "sex"}, {{1}, {1}, {{0}, {1}}, {}, Link::identity}),
                  Error);
}
