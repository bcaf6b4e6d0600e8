// Models fitted with noise to people drawn from networks that are known: how far tables are from the truth, beside
// those fitted without noise, and what the split of the budget is worth beside equal shares of the same releases, and
// beside equal shares of a table for each variable.
//
//     EQUIPOISE_DATA=… private_scm_networks [draws of noise]
//
// The figure is the total variation of a variable's distribution given its causes, in the mean over people and
// variables.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/privacy/private_scm_fit.hpp>
#include <equipoise/privacy/research_random.hpp>
#include <equipoise/scm/bif.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/table_mechanism.hpp>
#include <equipoise/scm/worlds.hpp>

namespace {

using namespace equipoise;

constexpr double delta = 1e-6;

std::vector<double> probabilities_of(const Scm& scm, Node v) {
  if (const auto* table = scm.mechanism(v).get_if<TableMechanism>()) return table->kernel().table();
  const Noise& noise = scm.mechanism(v).get_if<NoiseMechanism>()->noise();
  if (const auto* bernoulli = noise.get_if<BernoulliNoise>()) return {1 - bernoulli->p, bernoulli->p};
  return noise.get_if<CategoricalNoise>()->probabilities;
}

/// Which row of v's table a person's causes select.
std::size_t configuration_of(const Scm& scm, Node v, const Eigen::MatrixXd& world, Eigen::Index person) {
  std::size_t configuration = 0;
  for (const Scm::Input& input : scm.inputs(v))
    configuration = configuration * scm.variable(input.index).levels.size() +
                    static_cast<std::size_t>(world(person, static_cast<Eigen::Index>(input.index)));
  return configuration;
}

double mean_variation(const Scm& one, const Scm& other, const Eigen::MatrixXd& world) {
  double sum = 0;
  for (Node v = 0; v < one.size(); ++v) {
    const std::vector<double> p = probabilities_of(one, v), q = probabilities_of(other, v);
    const std::size_t levels = one.variable(v).levels.size();
    for (Eigen::Index i = 0; i < world.rows(); ++i) {
      const std::size_t at = configuration_of(one, v, world, i) * levels,
                        there = configuration_of(other, v, world, i) * levels;
      for (std::size_t k = 0; k < levels; ++k) sum += std::abs(p[at + k] - q[there + k]) / 2;
    }
  }
  return sum / static_cast<double>(one.size() * static_cast<std::size_t>(world.rows()));
}

PrivateScmPlan with_equal_shares(PrivateScmPlan plan) {
  for (ScmRelease& release : plan.releases) release.share = 1 / static_cast<double>(plan.releases.size());
  return plan;
}

PrivateScmPlan with_own_tables(PrivateScmPlan plan) {
  plan.releases.clear();
  for (Node v = 0; v < plan.graph.size(); ++v) {
    plan.source[v] = v;
    plan.releases.push_back({.kind = ScmRelease::Kind::counts, .node = v});
  }
  return with_equal_shares(std::move(plan));
}

double mean_error(const PrivateScmPlan& plan, const Table& table, const Scm& truth, const Eigen::MatrixXd& world,
                  std::uint32_t draws) {
  double error = 0;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    SeededForResearch random{RandomStream({.seed = 1, .purpose = Purpose::noise, .point = draw})};
    error += mean_variation(truth, fit_scm_privately(table, plan, random).scm, world) / draws;
  }
  return error;
}

void run(const std::string& name, const std::string& path, std::uint32_t draws) {
  const Scm truth = read_bif(path);
  std::vector<DeclaredVariable> declared;
  for (const VariableSpec& variable : truth.variables()) declared.push_back({variable});
  for (const std::size_t people : {std::size_t{10'000}, std::size_t{100'000}}) {
    const Eigen::MatrixXd world = sample(truth, people, {.seed = 1});
    const Table table = table_of(truth, world);
    const double without = mean_variation(truth, fit_scm(truth.graph(), table, {.families = {"table"}}).scm, world);
    for (const double epsilon : {0.3, 1.0, 3.0}) {
      const PrivateScmPlan plan = private_scm_plan_within(truth.graph(), declared, epsilon, delta);
      std::printf("| %s | %zuK | %.1f | %.4f | %.4f | %.4f | %.4f |  %zu variables, %zu releases\n", name.c_str(),
                  people / 1000, epsilon, without, mean_error(plan, table, truth, world, draws),
                  mean_error(with_equal_shares(plan), table, truth, world, draws),
                  mean_error(with_own_tables(plan), table, truth, world, draws), truth.size(), plan.releases.size());
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("EQUIPOISE_DATA");
  if (data == nullptr) {
    std::fputs("EQUIPOISE_DATA is not set\n", stderr);
    return 2;
  }
  const auto draws = static_cast<std::uint32_t>(argc > 1 ? std::max(1L, std::strtol(argv[1], nullptr, 10)) : 5);
  std::puts("| network | people | epsilon | no noise | the split | equal shares | equal, own tables |");
  for (const char* name : {"child", "alarm", "sachs"})
    run(name, std::string(data) + "/discovery/networks/" + name + ".bif", draws);
}
