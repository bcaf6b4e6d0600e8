#include <catch2/catch.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include <equipoise/core/random.hpp>
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

// The kinds that are not linear, over a cause with levels, one that is hidden and shared, and numbers.
const std::string nonlinear = R"({
  "graph": {"directed": [["D", "P"], ["X", "P"], ["X", "S"], ["D", "S"], ["X", "M"], ["D", "M"], ["X", "H"], ["D", "H"],
                         ["X", "Q"], ["X", "O"], ["D", "O"]]},
  "exogenous": {"U": {"kind": "normal"}},
  "variables": {"D": {"type": "categorical", "levels": ["rent", "own", "free"]}},
  "mechanisms": {
    "D": {"kind": "noise", "noise": {"kind": "categorical", "probabilities": [0.5, 0.3, 0.2]}},
    "X": {"kind": "linear", "coefficients": {"U": 0.8}, "noise": {"kind": "empirical", "values": [-1, 0, 2], "weights": [1, 2, 1]}},
    "P": {"kind": "polynomial", "intercept": 1, "terms": [{"coefficient": 0.5, "powers": {"X": 2}},
          {"coefficient": -1, "powers": {"X": 1, "D=own": 1}}], "noise": {"kind": "normal"}},
    "S": {"kind": "spline", "intercept": 0, "terms": {"X": {"knots": [-1, 0, 1], "values": [1, 0, 2]},
          "D": {"own": 0.5, "free": -0.5}, "U": 0.25}, "noise": {"kind": "laplace"}},
    "M": {"kind": "perceptron", "activation": "tanh", "inputs": [{"name": "X", "mean": 0.5, "scale": 2}, {"name": "D"}],
          "layers": [{"weights": [[1, 0, 0.5, -0.5], [0.3, 0.1, 0, 0]], "biases": [0, 0.1]}, {"weights": [[1, -2]], "biases": [0.2]}],
          "noise": {"kind": "normal", "scale": 0.5}},
    "H": {"kind": "location-scale", "location": {"kind": "formula", "formula": "tanh(X) + 0"},
          "log_scale": {"kind": "linear", "intercept": -1, "coefficients": {"D=own": 0.5}}, "noise": {"kind": "student_t", "df": 5}},
    "Q": {"kind": "post-nonlinear", "outer": [{"kind": "exp"}, {"kind": "affine", "shift": -1, "scale": 2}],
          "location": {"kind": "linear", "coefficients": {"X": 0.3}}, "noise": {"kind": "normal"}},
    "O": {"kind": "ordinal", "link": "probit", "thresholds": [-1, 0.5], "coefficients": {"X": 0.5, "D=own": 1}, "coupling": "inverse-cdf"}}})";

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

TEST_CASE("nonlinear mechanisms are the functions that their files spell out") {
  const Scm scm = parse_scm(nonlinear);
  CHECK(scm_text(parse_scm(scm_text(scm))) == scm_text(scm));
  CHECK(scm.variable(scm.graph().node("O")).levels == std::vector<std::string>{"0", "1", "2"});
  CHECK(scm.graph().has_bidirected(scm.graph().node("X"), scm.graph().node("S")));
  const auto mean_at = [&](const char* name, std::vector<double> values) {
    const AnyMechanism& mechanism = scm.mechanism(scm.graph().node(name));
    std::vector<const double*> inputs;
    for (const double& each : values) inputs.push_back(&each);
    const double noise = 0.25;
    double value = 0;
    mechanism.evaluate(inputs, std::vector<const double*>{&noise}, {0, 1}, &value);
    return value;
  };
  CHECK(mean_at("X", {2}) == Approx(0.8 * 2 + 0.25));
  CHECK(mean_at("P", {2, 1}) == Approx(1 + 0.5 * 4 - 2 + 0.25));
  CHECK(mean_at("S", {1, 2, 2}) == Approx(2 - 0.5 + 0.5 + 0.25));
  CHECK(mean_at("M", {0.5, 1}) == Approx(std::tanh(0.5) - 2 * std::tanh(0.1) + 0.2 + 0.25));
  CHECK(mean_at("H", {2, 1}) == Approx(std::tanh(2.0) + std::exp(-0.5) * 0.25));
  CHECK(mean_at("Q", {2}) == Approx(-1 + 2 * std::exp(0.6 + 0.25)));
}

TEST_CASE("a nonlinear mechanism that is wrong says where and what") {
  const auto is = [](const std::string& from, const std::string& to, const std::string& part) {
    const std::string error = error_of(replaced(nonlinear, from, to));
    INFO(error);
    CHECK(error.find(part) != std::string::npos);
  };
  is("\"X\": 2}}", "\"X\": 0}}", "scm.json#/mechanisms/P/terms/0/powers/X");
  is("\"D=own\": 1}}]", "\"D\": 1}}]", "a coefficient a level");
  is("\"D=own\": 1}}]", "\"D=onw\": 1}}]", "did you mean 'own'?");
  is("\"own\": 0.5, ", "\"onw\": 0.5, ", "scm.json#/mechanisms/S/terms/D/onw");
  is("[-1, 0, 1]", "[0, 0, 1]", "scm.json#/mechanisms/S/terms/X: spline: knot 0 after 0");
  is("\"U\": 0.25", "\"V\": 0.25", "scm.json#/mechanisms/S/terms/V: 'V'; a parent of 'S'");
  is("\"tanh\", \"inputs\"", "\"tanj\", \"inputs\"", "did you mean 'tanh'?");
  is("[1, 0, 0.5, -0.5]", "[1, 0, 0.5]", "scm.json#/mechanisms/M/layers/0/weights/0: 3 weights; 4");
  is("\"biases\": [0.2]", "\"biases\": [0.2, 1]", "scm.json#/mechanisms/M/layers/1/weights: 1 lists");
  is("\"scale\": 2}, {\"name\"", "\"scale\": 0}, {\"name\"", "scm.json#/mechanisms/M: perceptron: scale is 0");
  is("tanh(X) + 0", "tanh(Z) + 0", "scm.json#/mechanisms/H/location/formula:6: unknown name 'Z'");
  is("\"kind\": \"exp\"", "\"kind\": \"epx\"", "scm.json#/mechanisms/Q/outer/0/kind");
  is("\"shift\": -1, \"scale\": 2", "\"shift\": -1, \"scale\": 0", "scm.json#/mechanisms/Q/outer/1: ");
  is("[-1, 0.5]", "[1, 0.5]", "scm.json#/mechanisms/O/thresholds: ordinal: threshold 0.5 after 1");
  is("\"log_scale\": {\"kind\": \"linear\", \"intercept\"", "\"log_scale\": {\"kind\": \"linear\", \"intercpt\"",
     "scm.json#/mechanisms/H/log_scale/intercpt");
  is("\"weights\": [1, 2, 1]", "\"weights\": [1, 2]", "scm.json#/mechanisms/X/noise: 2 weights; 3");
  is("\"variables\": {", "\"variables\": {\"P\": {\"type\": \"binary\"}, ",
     "a polynomial mechanism for 'P', which has levels");
}

TEST_CASE("a spoilt model file is read or refused, and never anything else") {
  RowStream random = RandomStream({.seed = 151, .purpose = Purpose::test}).row(0);
  const std::string marks = "{}[],:\"-.019eXDU";
  std::size_t refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = nonlinear;
    for (int edit = 0; edit < 1 + round % 2; ++edit) {
      const auto at = static_cast<std::size_t>(random.uniform() * static_cast<double>(text.size()));
      const char mark = marks[static_cast<std::size_t>(random.uniform() * static_cast<double>(marks.size()))];
      if (random.uniform() < 0.5)
        text[at] = mark;
      else
        text.erase(at, 1);
    }
    try {
      const Scm scm = parse_scm(text);
      REQUIRE(sample(scm, 2).allFinite());
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 2000);
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
