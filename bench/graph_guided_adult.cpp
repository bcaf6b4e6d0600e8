// Noise that follows the graph on Adult: what released features still tell of a person's sex, and what of their income,
// with noise on all features, on the descendants of sex alone, and with the effect of sex taken out by a fitted model.
//
//     EQUIPOISE_DATA=… graph_guided_adult [seeds]
//
// Attackers and predictors are multinomial logistic regressions on the features as released, fitted on the training
// rows and measured on the test rows. Set beforehand: noise of strength s replaces a level with probability s by any,
// and adds to a number s / (1 - s) of its standard deviation.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/fairness/score_metrics.hpp>
#include <equipoise/graph/graph_file.hpp>
#include <equipoise/privacy/attribute_inference.hpp>
#include <equipoise/privacy/graph_guided_noise.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/regression.hpp>
#include <equipoise/scm/worlds.hpp>

namespace {

using namespace equipoise;

constexpr double strengths[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
constexpr double protections[] = {0.80, 0.75, 0.70, 0.65, 0.60};  // areas under the attacker's curve

struct People {
  Scm scm;
  Eigen::MatrixXd world;
  std::vector<Eigen::Index> training, test;
  Node sex = 0, income = 0;
  NodeSet features;
};

/// A column a level of each feature but the first, or a number as it is.
Eigen::MatrixXd encoded(const People& people, const Eigen::MatrixXd& world, const std::vector<Eigen::Index>& rows) {
  Eigen::Index columns = 0;
  const auto width = [&](Node v) {
    const VariableSpec& variable = people.scm.variable(v);
    return variable.has_levels() ? static_cast<Eigen::Index>(variable.levels.size()) - 1 : 1;
  };
  for (const Node v : people.features) columns += width(v);
  Eigen::MatrixXd X = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(rows.size()), columns);
  Eigen::Index first = 0;
  for (const Node v : people.features) {
    const bool levels = people.scm.variable(v).has_levels();
    for (Eigen::Index i = 0; i < X.rows(); ++i) {
      const double value = world(rows[static_cast<std::size_t>(i)], static_cast<Eigen::Index>(v));
      if (!levels)
        X(i, first) = value;
      else if (value > 0)
        X(i, first + static_cast<Eigen::Index>(value) - 1) = 1;
    }
    first += width(v);
  }
  return X;
}

struct Guesses {
  double area = 0, accuracy = 0;
  AttributeAttack attack;
};

/// How well a binary variable is guessed from the released features.
Guesses guess(const People& people, const Eigen::MatrixXd& released, Node target) {
  const auto column = static_cast<Eigen::Index>(target);
  const auto value = [&](Eigen::Index row) { return people.world(row, column); };
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(people.training.size()), 2);
  for (Eigen::Index i = 0; i < counts.rows(); ++i)
    counts(i, static_cast<Eigen::Index>(value(people.training[static_cast<std::size_t>(i)]))) = 1;
  const LogisticFit fit = multinomial_logistic(encoded(people, released, people.training), counts,
                                               {.ridge = 1, .gradient_tolerance = 1e-5});
  const Eigen::VectorXd scores =
      (encoded(people, released, people.test) * fit.coefficients.col(0)).array() + fit.intercepts[0];
  const std::size_t majority = counts.col(1).sum() > counts.col(0).sum() ? 1 : 0;
  std::vector<std::size_t> truth, guesses, prior;
  std::vector<bool> labels;
  double right = 0;
  for (std::size_t i = 0; i < people.test.size(); ++i) {
    truth.push_back(value(people.test[i]) > 0 ? 1 : 0);
    labels.push_back(truth.back() == 1);
    guesses.push_back(scores[static_cast<Eigen::Index>(i)] > 0 ? 1 : 0);
    prior.push_back(majority);
    right += guesses.back() == truth.back() ? 1 : 0;
  }
  const std::vector<double> weights(truth.size(), 1.0);
  const double area = *area_under_curve({scores.data(), truth.size()}, labels, weights);
  return {area, right / static_cast<double>(truth.size()), attribute_attack(truth, guesses, prior)};
}

struct Measured {
  double attack = 0, income = 0;  // areas
};

Measured measure(const People& people, const Eigen::MatrixXd& released, const char* what, bool print) {
  const Guesses sex = guess(people, released, people.sex), income = guess(people, released, people.income);
  if (print)
    std::printf("  %-34s sex: area %.3f, advantage %+.3f (%+.3f to %+.3f)   income: area %.3f, right %.3f\n", what,
                sex.area, sex.attack.advantage.value, sex.attack.advantage.low, sex.attack.advantage.high, income.area,
                income.accuracy);
  return {sex.area, income.area};
}

/// The income's area where the attacker's is this, between neighbouring strengths; NaN-free: -1 where it is not
/// reached.
double at_protection(const std::vector<Measured>& curve, double attack) {
  for (std::size_t k = 1; k < curve.size(); ++k)
    if (curve[k - 1].attack >= attack && curve[k].attack <= attack) {
      const double span = curve[k - 1].attack - curve[k].attack;
      const double share = span > 0 ? (curve[k - 1].attack - attack) / span : 0;
      return curve[k - 1].income + share * (curve[k].income - curve[k - 1].income);
    }
  return -1;
}

void print_mean(const char* what, const std::vector<double>& values) {
  double mean = 0, squares = 0;
  const double n = static_cast<double>(values.size());
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double x = n > 1 ? regularised_beta_inverse(0.5, (n - 1) / 2, 0.95) : 0.0;  // of Student's t
  const double half = n > 1 ? std::sqrt((n - 1) * x / (1 - x)) * std::sqrt(squares / (n - 1) / n) : 0.0;
  std::printf("%s %.4f +- %.4f", what, mean, half);
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (data == nullptr) {
    std::fprintf(stderr, "EQUIPOISE_DATA is not set\n");
    return 2;
  }
  const std::uint32_t seeds = argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 5;
  const CausalGraph graph = causal_graph(read_graph_file(std::string(data) + "/graphs/adult.json"));
  const Table table = read_csv(std::string(data) + "/adult.csv", {.missing = MissingPolicy::level}).table;
  People people;
  const Column& fold = table.column("fold");
  std::vector<std::size_t> training;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (fold.levels[static_cast<std::size_t>(fold.values[row])] == "train") {
      people.training.push_back(static_cast<Eigen::Index>(row));
      training.push_back(row);
    } else {
      people.test.push_back(static_cast<Eigen::Index>(row));
    }
  people.scm = fit_scm(graph, table.select(training), {.folds = 2, .families = {"table", "logistic", "linear"}}).scm;
  people.world = world_of(people.scm, table);
  people.sex = graph.node("sex");
  people.income = graph.node("income");
  people.features = graph.all();
  people.features.erase(people.sex);
  people.features.erase(people.income);
  const AttributeExposure exposure = exposure_of(graph, people.sex, people.features);
  std::printf("%zu features, %zu of them caused by sex, %zu associated otherwise, %zu apart\n", people.features.size(),
              exposure.caused.size(), exposure.associated.size(), exposure.apart.size());
  measure(people, people.world, "as they are", true);
  const double male = static_cast<double>(people.scm.level(people.sex, "Male"));
  NodeSet children = graph.children(people.sex);
  measure(people, without_attribute_effect(people.scm, people.world, {people.sex, male}, children),
          "without the effect of sex", true);
  children.erase(graph.node("occupation"));
  measure(people, without_attribute_effect(people.scm, people.world, {people.sex, male}, children),
          "the same but by its edge to occupation", true);

  std::vector<std::vector<double>> gains(std::size(protections)), by_graph(std::size(protections)), everywhere(gains);
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    std::vector<Measured> curves[2];
    for (const bool guided : {true, false})
      for (const double strength : strengths) {
        std::vector<double> noise(graph.size());
        for (const Node v : guided ? exposure.caused : people.features) {
          const auto column = people.world.col(static_cast<Eigen::Index>(v)).array();
          noise[v] = people.scm.variable(v).has_levels()
                         ? strength
                         : strength / (1 - strength) * std::sqrt((column - column.mean()).square().mean());
        }
        SeededForResearch random{RandomStream({.seed = seed, .purpose = Purpose::noise, .point = guided ? 1u : 2u})};
        const auto what =
            std::string(guided ? "on descendants" : "on all features") + ", strength " + shortest(strength);
        curves[guided].push_back(measure(
            people, with_feature_noise(people.scm.variables(), people.world, noise, random), what.c_str(), seed == 1));
      }
    for (std::size_t k = 0; k < std::size(protections); ++k) {
      const double along = at_protection(curves[true], protections[k]),
                   all = at_protection(curves[false], protections[k]);
      if (along < 0 || all < 0) continue;
      by_graph[k].push_back(along);
      everywhere[k].push_back(all);
      gains[k].push_back(along - all);
    }
  }
  std::printf("income's area at equal protection, over %u draws of noise\n", seeds);
  for (std::size_t k = 0; k < std::size(protections); ++k) {
    std::printf("  attacker's area %.2f:", protections[k]);
    if (gains[k].empty()) {
      std::printf(" not reached\n");
      continue;
    }
    print_mean(" on descendants", by_graph[k]);
    print_mean(", on all", everywhere[k]);
    print_mean(", difference", gains[k]);
    std::printf("\n");
  }
}
