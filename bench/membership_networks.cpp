// Membership inference on networks that are known: models of a target from its parents alone beside models from all
// other variables, attacked by a threshold on their losses, after Tople, Sharma, Nori 2020, section 5. Others than the
// members come from the network itself (P), and from one whose tables but the target's are half noise (P*). The oracle
// is the network's own P(target | parents), which saw no data: what an attack achieves on it is due to distributions,
// and is subtracted.
//
//     EQUIPOISE_DATA=… membership_networks [seeds] [network]
//
// Besides, what either model tells of one attribute to an attacker who has the exact P(attribute | all but the target),
// the target and the model; and the calibrated attack with 16 shadow models on 1,000 members.
//
// Set beforehand: networks of 64 rectified units, one for each level against the rest, Adam at 0.003 for 4000 steps on
// batches of 64 rows, the same for parents as for all variables.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/predictor/multilayer_perceptron.hpp>
#include <equipoise/privacy/attribute_inference.hpp>
#include <equipoise/privacy/likelihood_ratio_attack.hpp>
#include <equipoise/privacy/membership_inference.hpp>
#include <equipoise/privacy/stable_features.hpp>
#include <equipoise/scm/bif.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/table_mechanism.hpp>
#include <equipoise/train/stochastic_descent.hpp>

namespace {

using namespace equipoise;

constexpr std::size_t steps = 4000, batch = 64;
constexpr double smallest_probability = 1e-6;

/// The network with every table but the target's mixed half and half with rows drawn uniformly from all distributions.
Scm with_noisy_tables(const Scm& network, Node target, std::uint64_t seed) {
  std::vector<Scm::Replacement> replacements;
  for (Node v = 0; v < network.size(); ++v) {
    const auto* table = network.mechanism(v).get_if<TableMechanism>();
    const std::vector<Scm::Input> inputs(network.inputs(v).begin(), network.inputs(v).end());
    const std::size_t levels = network.variable(v).levels.size();
    std::size_t rows = 1;
    std::vector<std::size_t> input_levels;
    for (const Scm::Input& input : inputs) {
      input_levels.push_back(network.variable(input.index).levels.size());
      rows *= input_levels.back();
    }
    if (v == target) continue;
    std::vector<double> noisy(rows * levels);
    std::vector<std::vector<double>> own(levels, std::vector<double>(rows)), columns;
    if (table != nullptr)
      for (std::size_t cell = 0; cell < noisy.size(); ++cell)
        own[cell % levels][cell / levels] = table->kernel().table()[cell];
    else  // a root
      for (std::size_t k = 0; k < levels; ++k)
        own[k][0] = network.mechanism(v).get_if<NoiseMechanism>()->noise().get_if<CategoricalNoise>()->probabilities[k];
    RowStream random = RandomStream({.seed = seed, .purpose = Purpose::intervention}).row(v);
    for (std::size_t row = 0; row < rows; ++row) {
      double total = 0;
      std::vector<double> drawn(levels);
      for (double& p : drawn) total += p = draw_exponential(random);
      for (std::size_t k = 0; k < levels; ++k) noisy[row * levels + k] = own[k][row] / 2 + drawn[k] / total / 2;
    }
    replacements.push_back(
        {v, TableMechanism(ProbabilityTable(input_levels, levels, noisy), Coupling::unstated), inputs});
  }
  return network.with_mechanisms(network.graph(), std::move(replacements));
}

/// 0/1 columns, one a level of each of these variables.
Eigen::MatrixXd one_hot(const Scm& network, const Eigen::MatrixXd& world, const NodeSet& features) {
  Eigen::Index columns = 0;
  for (const Node v : features) columns += static_cast<Eigen::Index>(network.variable(v).levels.size());
  Eigen::MatrixXd X = Eigen::MatrixXd::Zero(world.rows(), columns);
  Eigen::Index first = 0;
  for (const Node v : features) {
    for (Eigen::Index row = 0; row < world.rows(); ++row)
      X(row, first + static_cast<Eigen::Index>(world(row, static_cast<Eigen::Index>(v)))) = 1;
    first += static_cast<Eigen::Index>(network.variable(v).levels.size());
  }
  return X;
}

/// A classifier of the target: one network a level, their probabilities scaled to sum to 1.
class Classifier {
 public:
  Classifier(const Scm& network, Node target, NodeSet features, const Eigen::MatrixXd& world, std::uint64_t seed)
      : network_(network), target_(static_cast<Eigen::Index>(target)), features_(std::move(features)) {
    const Eigen::MatrixXd X = one_hot(network, world, features_);
    const std::size_t levels = network.variable(target).levels.size();
    for (std::uint32_t level = 0; level < levels; ++level) {
      const MultilayerPerceptron predictor = family(X.cols());
      const RandomStream stream({.seed = seed, .purpose = Purpose::batch, .point = level});
      std::uint64_t step = 0;
      Eigen::MatrixXd rows(static_cast<Eigen::Index>(batch), X.cols());
      Eigen::VectorXd labels(rows.rows()), scores(rows.rows());
      const auto gradient = [&](const Eigen::VectorXd& parameters, Eigen::VectorXd& out) {
        RowStream random = stream.row(step++);
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
          const auto row = static_cast<Eigen::Index>(draw_below(random, static_cast<std::uint64_t>(X.rows())));
          rows.row(i) = X.row(row);
          labels[i] = world(row, target_) == level ? 1 : 0;
        }
        predictor.forward(parameters, rows, scores);
        const Eigen::VectorXd d = (scores.unaryExpr([](double s) { return sigmoid(s); }) - labels) / double(batch);
        out.setZero();
        predictor.backward(parameters, rows, d, out);
      };
      const RandomStream start({.seed = seed, .purpose = Purpose::initialisation, .point = level});
      parameters_.push_back(descend(gradient, predictor.initial_parameters(start),
                                    {.steps = steps, .learning_rate = 0.003, .rule = StepRule::adam, .momentum = 0.9}));
    }
  }

  /// Minus the log loss of each row's target; counts right guesses.
  std::vector<double> scores(const Eigen::MatrixXd& world, double* right = nullptr) const {
    const Eigen::MatrixXd X = one_hot(network_, world, features_);
    const MultilayerPerceptron predictor = family(X.cols());
    Eigen::MatrixXd weights(X.rows(), static_cast<Eigen::Index>(parameters_.size()));
    for (std::size_t level = 0; level < parameters_.size(); ++level) {
      Eigen::VectorXd scores(X.rows());
      predictor.forward(parameters_[level], X, scores);
      weights.col(static_cast<Eigen::Index>(level)) =
          scores.unaryExpr([](double s) { return std::max(sigmoid(s), smallest_probability); });
    }
    std::vector<double> result;
    for (Eigen::Index row = 0; row < X.rows(); ++row) {
      const auto truth = static_cast<Eigen::Index>(world(row, target_));
      Eigen::Index guess = 0;
      weights.row(row).maxCoeff(&guess);
      if (right != nullptr) *right += guess == truth ? 1.0 / static_cast<double>(X.rows()) : 0.0;
      result.push_back(std::log(weights(row, truth) / weights.row(row).sum()));
    }
    return result;
  }

 private:
  static MultilayerPerceptron family(Eigen::Index inputs) {
    return MultilayerPerceptron(inputs, {64}, Activation::relu, Link::logistic);
  }

  const Scm& network_;
  Eigen::Index target_;
  NodeSet features_;
  std::vector<Eigen::VectorXd> parameters_;
};

/// ln P(target | parents) by the network itself.
std::vector<double> oracle_scores(const Scm& network, Node target, const Eigen::MatrixXd& world) {
  std::vector<const double*> inputs;
  for (const Scm::Input& input : network.inputs(target))
    inputs.push_back(world.col(static_cast<Eigen::Index>(input.index)).data());
  std::vector<double> scores(static_cast<std::size_t>(world.rows()));
  network.mechanism(target).log_density(inputs, world.col(static_cast<Eigen::Index>(target)).data(), {0, scores.size()},
                                        scores.data());
  for (double& score : scores) score = std::max(score, std::log(smallest_probability));
  return scores;
}

/// Over seeds: the mean, and half of its 95% interval by Student's t.
struct Summary {
  std::vector<double> values;
  void add(double value) { values.push_back(value); }
  double mean() const {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  double half() const {
    const double n = static_cast<double>(values.size()), centre = mean();
    if (n < 2) return 0;
    double squares = 0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    // t of 97.5%, from the beta distribution of t^2.
    const double x = regularised_beta_inverse(0.5, (n - 1) / 2, 0.95), t = std::sqrt((n - 1) * x / (1 - x));
    return t * std::sqrt(squares / (n - 1) / n);
  }
  void print(const char* what) const { std::printf("  %s %5.1f +- %4.1f", what, 100 * mean(), 100 * half()); }
};

struct Findings {
  Summary accuracy, attack, attack_elsewhere, excess, excess_elsewhere;
  void print(const char* what) const {
    std::printf("    %-8s", what);
    accuracy.print("right");
    attack.print("| attack P");
    excess.print("less oracle");
    attack_elsewhere.print("| attack P*");
    excess_elsewhere.print("less oracle");
    std::printf("\n");
  }
};

/// ln P(attribute | all variables but the target), a column a level: the product of all tables but the target's.
Eigen::MatrixXd exact_log_prior(const Scm& network, Node target, Node attribute, const Eigen::MatrixXd& world) {
  const std::size_t levels = network.variable(attribute).levels.size(), rows = static_cast<std::size_t>(world.rows());
  Eigen::MatrixXd log_prior = Eigen::MatrixXd::Zero(world.rows(), static_cast<Eigen::Index>(levels)), changed = world;
  Eigen::VectorXd density(world.rows());
  for (Eigen::Index level = 0; level < log_prior.cols(); ++level) {
    changed.col(static_cast<Eigen::Index>(attribute)).setConstant(static_cast<double>(level));
    for (Node v = 0; v < network.size(); ++v) {
      if (v == target || (v != attribute && !network.graph().has_directed(attribute, v))) continue;
      std::vector<const double*> inputs;
      for (const Scm::Input& input : network.inputs(v))
        inputs.push_back(changed.col(static_cast<Eigen::Index>(input.index)).data());
      network.mechanism(v).log_density(inputs, changed.col(static_cast<Eigen::Index>(v)).data(), {0, rows},
                                       density.data());
      log_prior.col(level) += density;
    }
  }
  return log_prior;
}

/// The advantage of an attacker on one attribute of people, by a model's losses.
AttributeAttack attack_on(const Scm& network, Node target, Node attribute, const Classifier& model,
                          const Eigen::MatrixXd& people) {
  Eigen::MatrixXd losses(people.rows(), static_cast<Eigen::Index>(network.variable(attribute).levels.size()));
  Eigen::MatrixXd changed = people;
  for (Eigen::Index level = 0; level < losses.cols(); ++level) {
    changed.col(static_cast<Eigen::Index>(attribute)).setConstant(static_cast<double>(level));
    const std::vector<double> scores = model.scores(changed);
    for (Eigen::Index row = 0; row < people.rows(); ++row)
      losses(row, level) = std::max(0.0, -scores[static_cast<std::size_t>(row)]);
  }
  std::vector<std::size_t> truth;
  for (const double level : people.col(static_cast<Eigen::Index>(attribute)))
    truth.push_back(static_cast<std::size_t>(level));
  return model_inversion_attack(losses, exact_log_prior(network, target, attribute, people), truth);
}

void print_attack(const char* what, const AttributeAttack& attack) {
  std::printf("    %s: right %.1f, without the model %.1f, advantage %+.2f (%+.2f to %+.2f)\n", what,
              100 * attack.accuracy.value, 100 * attack.accuracy_without.value, 100 * attack.advantage.value,
              100 * attack.advantage.low, 100 * attack.advantage.high);
}

/// One parent and one other variable that is near the target, from either model, on its members.
void run_attribute_inference(const Scm& network, Node target, const NodeSet& parents, const NodeSet& all) {
  constexpr Eigen::Index rows = 1000;
  const Eigen::MatrixXd members = sample(network, rows, {.seed = 1});
  const Node parent = parents.front();
  NodeSet near = (network.graph().parents(parent) | network.graph().children(parent)) & all;
  near -= parents;
  const Classifier causal(network, target, parents, members, 1), associational(network, target, all, members, 1);
  std::vector<Node> attributes{parent};
  if (!near.empty()) attributes.push_back(near.front());
  for (const Node attribute : attributes) {
    std::printf("  inference of %s%s on %d members, in %%\n", network.graph().name(attribute).c_str(),
                attribute == parent ? ", a parent," : ", no parent,", static_cast<int>(rows));
    print_attack("parents", attack_on(network, target, attribute, causal, members));
    print_attack("all    ", attack_on(network, target, attribute, associational, members));
  }
}

/// Losses against the calibrated ratio, on 1,000 members and as many others.
void run_calibrated(const Scm& network, Node target, const NodeSet& parents, const NodeSet& all) {
  constexpr std::size_t rows = 1000, shadows = 16;
  const Eigen::MatrixXd people = sample(network, 2 * rows, {.seed = 1});
  for (const bool is_causal : {true, false}) {
    const NodeSet& features = is_causal ? parents : all;
    const auto confidences = [&](const Eigen::MatrixXd& members, std::uint64_t seed) {
      const std::vector<double> scores = Classifier(network, target, features, members, seed).scores(people);
      Eigen::VectorXd result(people.rows());
      for (Eigen::Index row = 0; row < result.size(); ++row)
        result[row] = confidence_score(std::max(0.0, -scores[static_cast<std::size_t>(row)]));
      return result;
    };
    const Eigen::VectorXd attacked = confidences(people.topRows(static_cast<Eigen::Index>(rows)), 1);
    const ShadowScores scores =
        shadow_scores(2 * rows, shadows, RandomStream({.purpose = Purpose::audit}),
                      [&](std::span<const std::size_t> chosen, std::size_t model) {
                        Eigen::MatrixXd members(static_cast<Eigen::Index>(chosen.size()), people.cols());
                        for (std::size_t i = 0; i < chosen.size(); ++i)
                          members.row(static_cast<Eigen::Index>(i)) = people.row(static_cast<Eigen::Index>(chosen[i]));
                        return confidences(members, 100 + model);
                      });
    const auto print = [&](const char* what, const Eigen::VectorXd& found) {
      const auto half = static_cast<std::ptrdiff_t>(rows);
      const MembershipAttack attack = membership_attack({found.data(), rows}, {found.data() + half, rows});
      std::printf("  %s, %s: area %.3f (%.3f to %.3f), advantage %+.3f, %.1f%% of members found at 1%% false\n",
                  is_causal ? "parents" : "all    ", what, attack.area_under_curve.value, attack.area_under_curve.low,
                  attack.area_under_curve.high, attack.advantage.value, 100 * attack.low_false_positives[1].rate.value);
    };
    print("by losses           ", attacked);
    print("by calibrated ratios", likelihood_ratio_scores(attacked, scores));
  }
}

void run(const std::string& name, const std::string& path, const char* target_name, std::uint64_t seeds) {
  const Scm network = read_bif(path);
  const Node target = network.graph().node(target_name);
  NodeSet all = network.graph().all();
  all.erase(target);
  const NodeSet parents = feature_sets(network.graph(), target).parents;
  for (const std::size_t rows : {std::size_t{1000}, std::size_t{10000}}) {
    Findings causal, associational;
    Summary oracle, oracle_elsewhere, difference, difference_elsewhere;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const Eigen::MatrixXd people = sample(network, 2 * rows, {.seed = seed});
      const Eigen::MatrixXd members = people.topRows(static_cast<Eigen::Index>(rows));
      const Eigen::MatrixXd others = people.bottomRows(static_cast<Eigen::Index>(rows));
      const Eigen::MatrixXd elsewhere = sample(with_noisy_tables(network, target, seed), rows, {.seed = seed + 1000});
      const auto oracle_members = oracle_scores(network, target, members);
      const auto oracle_others = oracle_scores(network, target, others);
      const auto oracle_far = oracle_scores(network, target, elsewhere);
      oracle.add(membership_attack(oracle_members, oracle_others).accuracy());
      oracle_elsewhere.add(membership_attack(oracle_members, oracle_far).accuracy());
      double attack[2] = {}, attack_far[2] = {};
      for (const bool is_causal : {true, false}) {
        const Classifier model(network, target, is_causal ? parents : all, members, seed);
        Findings& found = is_causal ? causal : associational;
        double right = 0;
        const auto of_members = model.scores(members), of_others = model.scores(others, &right);
        const auto of_far = model.scores(elsewhere);
        found.accuracy.add(right);
        const OracleExcess here = excess_over_oracle(of_members, of_others, oracle_members, oracle_others);
        const OracleExcess far = excess_over_oracle(of_members, of_far, oracle_members, oracle_far);
        found.attack.add(attack[is_causal] = here.model_accuracy);
        found.excess.add(here.excess.value);
        found.attack_elsewhere.add(attack_far[is_causal] = far.model_accuracy);
        found.excess_elsewhere.add(far.excess.value);
      }
      difference.add(attack[false] - attack[true]);
      difference_elsewhere.add(attack_far[false] - attack_far[true]);
    }
    std::printf("%s, %s from %zu parents or %zu variables, %zu members, %d seeds; all in %%\n", name.c_str(),
                target_name, parents.size(), all.size(), rows, static_cast<int>(seeds));
    causal.print("parents");
    associational.print("all");
    oracle.print("  oracle: attack P");
    oracle_elsewhere.print(" attack P*");
    difference.print("; all less parents: P");
    difference_elsewhere.print(" P*");
    std::printf("\n");
    std::fflush(stdout);
  }
  run_attribute_inference(network, target, parents, all);
  run_calibrated(network, target, parents, all);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (data == nullptr) {
    std::fprintf(stderr, "EQUIPOISE_DATA is not set\n");
    return 2;
  }
  const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5;
  const std::string folder = std::string(data) + "/discovery/networks/";
  const std::pair<const char*, const char*> networks[] = {
      {"child", "XrayReport"}, {"alarm", "BP"}, {"sachs", "Akt"}, {"water", "CKNI_12_45"}};
  for (const auto& [name, target] : networks) {
    if (argc > 2 && std::string(argv[2]) != name) continue;
    run(name, folder + name + ".bif", target, seeds);
  }
}
