// From a table and a graph to a structural causal model, and from the model to what people would have been.
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/worlds.hpp>

using namespace equipoise;

int main() {
  // The truth, which a person with a table does not know: schooling raises skill, and both raise pay.
  const std::vector<NamedEdge> edges{{"schooling", "skill"}, {"schooling", "pay"}, {"skill", "pay"}};
  const CausalGraph graph({"schooling", "skill", "pay"}, edges);
  const Noise noise(NormalNoise{.mean = 0, .scale = 0.5});
  const Scm truth(
      graph,
      {{"schooling", ColumnType::binary, {"short", "long"}},
       {"skill", ColumnType::continuous, {}},
       {"pay", ColumnType::continuous, {}}},
      {{NoiseMechanism(Noise(BernoulliNoise{0.4})), {}},
       {FormulaMechanism("1 + 2 * schooling", {"schooling"}, noise), {"schooling"}},
       {FormulaMechanism("10 + 3 * skill - schooling", {"skill", "schooling"}, noise), {"skill", "schooling"}}});
  const Table people = table_of(truth, sample(truth, 20000, {.seed = 1}));

  // A mechanism for every variable, each chosen by how well it predicts people that it has not seen.
  const ScmFit fit = fit_scm(graph, people);
  for (const NodeFit& node : fit.nodes) std::cout << node.variable << ": " << node.mechanism << '\n';

  // The first five people, had their schooling been long: each keeps their own noise, so their own luck and talent.
  const Eigen::MatrixXd factual = world_of(fit.scm, people).topRows(5);
  const Intervention longer{resolve_assignment(fit.scm, "schooling", "long", "example")};
  const Eigen::MatrixXd other = counterfactual_rows(fit.scm, factual, longer);
  std::cout << std::fixed << std::setprecision(1);
  for (Eigen::Index row = 0; row < factual.rows(); ++row)
    std::cout << (factual(row, 0) == 1 ? "long " : "short") << "  pay " << factual(row, 2) << ", with long schooling "
              << other(row, 2) << '\n';

  // No data can show a person in two worlds, so the answer says what it rests on.
  const Licence licence = counterfactual_licence(fit.scm, longer);
  std::cout << to_string(licence.kind) << ": " << licence.basis << '\n';
}
