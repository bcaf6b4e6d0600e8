#include <catch2/catch.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/sampling.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

// The example of docs/formats.md, every kind of mechanism in it.
const std::string example = R"({
  "graph": {"directed": [["A", "X"], ["X", "M"], ["A", "L"], ["A", "D"], ["X", "Y"], ["D", "Y"], ["D", "Z"], ["X", "Z"]]},
  "exogenous": {"U": {"kind": "categorical", "probabilities": [0.2, 0.8]}},
  "variables": {"X": {"type": "continuous"}, "D": {"type": "categorical", "levels": ["rent", "own", "free"]}, "Y": {"type": "binary"},
                "Z": {"type": "categorical", "levels": ["a", "b", "c"]}},
  "mechanisms": {
    "A": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
    "X": {"kind": "linear", "intercept": 0, "coefficients": {"A": 1.5}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
    "M": {"kind": "formula", "formula": "tanh(X) + 0.1 * X^2", "noise": {"kind": "gamma", "shape": 2, "scale": 1}},
    "L": {"kind": "lookup", "inputs": ["A", "U"], "values": {"0,0": 0, "0,1": 1, "1,0": 1, "1,1": 0}},
    "D": {"kind": "table", "parents": ["A"], "probabilities": {"0": [0.3, 0.6, 0.1], "1": [0.6, 0.3, 0.1]}, "coupling": "gumbel-max"},
    "Y": {"kind": "logistic", "intercept": -1, "coefficients": {"X": 0.5, "D=own": 0.25, "D=free": 0.125}, "coupling": "inverse-cdf"},
    "Z": {"kind": "logistic", "coupling": "independent", "scores": {"b": {"intercept": 0.1, "coefficients": {"X": 0.3}},
          "c": {"intercept": -0.1, "coefficients": {"D=own": 0.7}}}}}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  try {
    parse_scm(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a model file reads back to the same model, bit for bit") {
  const Scm scm = parse_scm(example);
  const std::string text = scm_text(scm);
  const Scm again = parse_scm(text);
  CHECK(scm_text(again) == text);
  CHECK(sample(again, 500) == sample(scm, 500));
  CHECK(again.graph() == scm.graph());
  const Eigen::MatrixXd world = sample(scm, 500);
  const Node a = scm.graph().node("A");
  CHECK(counterfactual_rows(again, world, Intervention{{a, 1}}) ==
        counterfactual_rows(scm, world, Intervention{{a, 1}}));
}

TEST_CASE("the model of docs/formats.md is the one tested here") {
  std::ifstream document(std::string(EQUIPOISE_SOURCE_DIR) + "/docs/formats.md");
  const std::string text{std::istreambuf_iterator<char>(document), {}}, fence = "```json\n";
  const std::size_t begin = text.find(fence, text.find("## SCM files")) + fence.size();
  CHECK(scm_text(parse_scm(text.substr(begin, text.find("```", begin) - begin))) == scm_text(parse_scm(example)));
}

TEST_CASE("empty lists in a model's graph say nothing") {
  const Scm scm = parse_scm(
      replaced(example, "{\"directed\"", "{\"bidirected\": [], \"undirected\": [], \"latent\": [], \"directed\""));
  CHECK(scm.graph() == parse_scm(example).graph());
}

TEST_CASE("numbers survive a model file to the last bit") {
  const double awkward = 0.1 + 0.2;
  const Scm scm = parse_scm(replaced(example, "1.5", "0.30000000000000004"));
  const Scm again = parse_scm(scm_text(scm));
  CHECK(scm_text(again).find("0.30000000000000004") != std::string::npos);
  CHECK(awkward == 0.30000000000000004);
}

TEST_CASE("what a model file leaves out about variables is inferred") {
  const Scm scm =
      parse_scm(R"({"graph": {"nodes": ["A", "B", "C", "P"], "directed": [["A", "B"], ["B", "C"]]}, "mechanisms": {
    "A": {"kind": "noise", "noise": {"kind": "categorical", "probabilities": [0.25, 0.25, 0.5]}},
    "B": {"kind": "table", "parents": ["A"], "probabilities": {"0": [1, 0], "1": [0, 1], "2": [0.5, 0.5]}},
    "C": {"kind": "formula", "formula": "2 * B > N", "noise_name": "N", "noise": {"kind": "normal"}},
    "P": {"kind": "noise", "noise": {"kind": "poisson", "rate": 3}}}})");
  CHECK(scm.variable(0).type == ColumnType::categorical);
  CHECK(scm.variable(0).levels == std::vector<std::string>{"0", "1", "2"});
  CHECK(scm.variable(1).type == ColumnType::binary);
  CHECK(scm.variable(2).type == ColumnType::binary);
  CHECK(scm.variable(3).type == ColumnType::integer);
}

TEST_CASE("a wrong model file gives one line that says where and what") {
  const auto is = [](const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  is(error_of(replaced(example, "\"intercept\": 0,", "\"intercpt\": 0,")), "scm.json#/mechanisms/X");
  is(error_of(replaced(example, "\"intercept\": 0,", "\"intercpt\": 0,")), "did you mean 'intercept'?");
  is(error_of(replaced(example, "\"kind\": \"linear\"", "\"kind\": \"linaer\"")), "did you mean 'linear'?");
  is(error_of(replaced(example, "gumbel-max", "gumble-max")), "scm.json#/mechanisms/D/coupling");
  is(error_of(replaced(example, "tanh(X)", "tanh(Q)")), "scm.json#/mechanisms/M/formula:6: unknown name 'Q'");
  is(error_of(replaced(example, "{\"A\": 1.5}", "{\"M\": 1.5}")), "scm.json#/mechanisms/X/coefficients/M: 'M'");
  is(error_of(replaced(example, "D=own", "D=ownn")), "did you mean 'own'?");
  is(error_of(replaced(example, "\"D=own\": 0.25", "\"D\": 0.25")), "a coefficient a level");
  is(error_of(replaced(example, "\"1,1\": 0", "\"1,2\": 0")), "scm.json#/mechanisms/L/values/1,2");
  is(error_of(replaced(example, ", \"1,1\": 0", "")), "no row '1,1'");
  is(error_of(replaced(example, "[0.3, 0.6, 0.1]", "[0.3, 0.6, 0.2]")), "scm.json#/mechanisms/D/probabilities/0");
  is(error_of(replaced(example, "[0.3, 0.6, 0.1]", "[0.4, 0.6]")), "2 probabilities; 3, one a level");
  is(error_of(replaced(example, "\"scale\": 1}", "\"scale\": -1}")), "scm.json#/mechanisms/X/noise");
  is(error_of(replaced(example, "\"Z\": {\"kind\"", "\"ZZ\": {\"kind\"")), "unknown node 'ZZ'");
  is(error_of(replaced(example, "\"Y\": {\"type\": \"binary\"}",
                       "\"Y\": {\"type\": \"binary\", \"levels\": [\"no\", \"no\"]}")),
     "'no' twice");
  is(error_of(replaced(example, "[[\"A\", \"X\"]", "[[\"X\", \"A\"], [\"A\", \"X\"]")), "scm.json#/graph");
  is(error_of(replaced(example, "[[\"A\", \"X\"]", "[[\"A\", \"X\"], [\"A\", \"X\"]")),
     "scm.json#/graph/directed/1: the edge A -> X is listed twice");
  is(error_of(replaced(example, "{\"directed\"", "{\"latent\": [\"A\"], \"directed\"")),
     "scm.json#/graph/latent: latent nodes");
  is(error_of(replaced(example, "{\"directed\"", "{\"selection\": [\"A\"], \"directed\"")),
     "scm.json#/graph/selection");
  is(error_of(replaced(example, "{\"directed\"", "{\"undirected\": [[\"A\", \"Y\"]], \"directed\"")),
     "scm.json#/graph/undirected");
  is(error_of(replaced(example, "{\"directed\"", "{\"directd\"")), "did you mean 'directed'?");
  is(error_of("{}"), "graph");
  is(error_of("[1]"), "scm.json");
  is(error_of("{"), "scm.json:1:");
}

TEST_CASE("the shipped loan model answers as its closed form") {
  // Karimi et al. 2020, appendix; each line abducted and predicted by hand.
  const Scm scm = read_scm(std::string(EQUIPOISE_SOURCE_DIR) + "/examples/models/loan.json");
  const Eigen::MatrixXd world = sample(scm, 2000);
  const Eigen::MatrixXd other = counterfactual_rows(scm, world, Intervention{{0, 1}});
  const Eigen::MatrixXd p = counterfactual_probabilities(scm, world, other, 7);
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (Eigen::Index row = 0; row < world.rows(); ++row) {
    const double g = world(row, 0), a = world(row, 1), e = world(row, 2), l = world(row, 3), d = world(row, 4),
                 i = world(row, 5), s = world(row, 6), y = world(row, 7);
    const double u_e = std::log((e + 0.5) / (0.5 - e)) - (-1 + 0.5 * g + sigmoid(0.1 * a));
    const double e1 = -0.5 + sigmoid(-1 + 0.5 + sigmoid(0.1 * a) + u_e);
    const double l1 = l + (1 - g);
    const double d1 = d + 2 * (1 - g) + (l1 - l);
    const double i1 = i + 2 * (1 - g) + (e1 - g * e);
    const double s1 = s + 1.5 * (std::max(i1, 0.0) - std::max(i, 0.0));
    const double expected[] = {1, a, e1, l1, d1, i1, s1};
    for (int c = 0; c < 7; ++c) CHECK(std::abs(other(row, c) - expected[c]) < 1e-9);
    // Y = 1 where a uniform noise is below the probability: given Y = 1 it is uniform below the factual one.
    const double before = sigmoid(0.3 * (-l - d + i + s + i * s)),
                 after = sigmoid(0.3 * (-l1 - d1 + i1 + s1 + i1 * s1));
    const double chance = y == 1 ? std::min(1.0, after / before) : std::max(0.0, (after - before) / (1 - before));
    CHECK(std::abs(p(row, 1) - chance) < 1e-9);
    if (g == 1) CHECK(world.row(row) == other.row(row));
  }
}
