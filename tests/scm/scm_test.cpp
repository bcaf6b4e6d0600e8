#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/table_mechanism.hpp>

using namespace equipoise;

TEST_CASE("a model is checked when it is made") {
  const std::vector<NamedEdge> edges{{"X", "Y"}};
  const CausalGraph graph({"X", "Y"}, edges);
  const std::vector<VariableSpec> numbers{{"X", ColumnType::continuous, {}}, {"Y", ColumnType::continuous, {}}};
  const LinearMechanism doubling({0, {{2, {}}}}, Noise(NormalNoise{}));
  const NodeMechanism root{NoiseMechanism(Noise(NormalNoise{})), {}};
  const auto error_of = [&](std::vector<VariableSpec> variables, std::vector<NodeMechanism> mechanisms,
                            std::vector<ExogenousVariable> exogenous = {}) -> std::string {
    try {
      Scm(graph, std::move(variables), std::move(mechanisms), std::move(exogenous), "here");
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of(numbers, {root, root}) == "no error");
  CHECK(error_of(numbers, {root}).find("1 mechanisms") != std::string::npos);
  CHECK(error_of({numbers[0]}, {root, root}).find("1 variables") != std::string::npos);
  CHECK(error_of(numbers, {root, {doubling, {}}}).find("0 inputs; 1") != std::string::npos);
  CHECK(error_of(numbers, {{doubling, {"Y"}}, root}).find("reads 'Y'; a parent") != std::string::npos);
  CHECK(error_of(numbers, {root, {doubling, {"U"}}}, {{"U", Noise(NormalNoise{})}}) == "no error");
  CHECK(error_of(numbers, {root, root}, {{"X", Noise(NormalNoise{})}}).find("which is a node too") !=
        std::string::npos);
  CHECK(error_of({numbers[0], {"Y", ColumnType::binary, {"only"}}}, {root, root}).find("1 levels; 2") !=
        std::string::npos);
  CHECK(error_of({numbers[0], {"Y", ColumnType::categorical, {"a", "a"}}}, {root, root}).find("'a' twice") !=
        std::string::npos);
  CHECK(error_of(numbers, {root, {TableMechanism(ProbabilityTable({}, 2, {0.5, 0.5}), Coupling::gumbel_max), {}}})
            .find("2 levels; 0") != std::string::npos);
}
