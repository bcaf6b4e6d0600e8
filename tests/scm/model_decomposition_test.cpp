#include <equipoise/scm/model_decomposition.hpp>

#include <catch2/catch.hpp>

#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

// Z = u; X = 1[u < sigmoid(Z)]; W = 0.5 X + 0.3 Z + u; Y = 0.2 X + 0.7 W - 0.4 Z + u; all u standard normal.
Scm linear_model() {
  return parse_scm(R"({"graph": {"nodes": ["Z", "X", "W", "Y"],
    "directed": [["Z", "X"], ["Z", "W"], ["Z", "Y"], ["X", "W"], ["X", "Y"], ["W", "Y"]]},
    "variables": {"X": {"type": "binary"}},
    "mechanisms": {
      "Z": {"kind": "noise", "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "X": {"kind": "logistic", "intercept": 0, "coefficients": {"Z": 1}, "coupling": "inverse-cdf"},
      "W": {"kind": "linear", "intercept": 0, "coefficients": {"X": 0.5, "Z": 0.3}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "Y": {"kind": "linear", "intercept": 0, "coefficients": {"X": 0.2, "W": 0.7, "Z": -0.4}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})");
}

void covers(const LicensedEstimate& part, double truth) {
  // Two and a half times the 95% half-width is about five standard errors.
  const double half_width = (part.estimate.high - part.estimate.low) / 2;
  CHECK(part.estimate.value == Approx(truth).margin(2.5 * half_width + 1e-12));
  CHECK(half_width < 0.01);
}

}  // namespace

TEST_CASE("the decomposition of a linear model is its closed form", "[decomposition]") {
  const Decomposition found = decompose(linear_model(), {"X", "1", "0", "Y"});
  // By Stein's lemma, E[Z | x1] - E[Z | x0] = 4 E[sigmoid'(Z)].
  covers(found.tv, 0.39296806725215067);
  covers(found.ctf_de, 0.2);
  covers(found.ctf_ie, -0.35);
  covers(found.ctf_se, 0.15703193274784938);
  CHECK(found.tv.estimate.value ==
        Approx(found.ctf_de.estimate.value - found.ctf_ie.estimate.value - found.ctf_se.estimate.value).margin(1e-12));
  CHECK(found.ctf_de.licence.kind == LicenceKind::identified);
  CHECK(found.ctf_ie.licence.kind == LicenceKind::identified);
  CHECK(found.ctf_se.licence.kind == LicenceKind::identified);
}

TEST_CASE("mediators share what is sampled as well", "[decomposition]") {
  // V = 0.5 X + 0.3 Z + u, W = 0.4 X + 0.6 V + u, Y = 0.2 X - 0.3 V + 0.7 W + u; half of all have X = 1, by a logit.
  const Scm model = parse_scm(R"({"graph": {"nodes": ["Z", "X", "V", "W", "Y"], "directed": [["Z", "X"], ["Z", "V"],
      ["X", "V"], ["X", "W"], ["V", "W"], ["X", "Y"], ["V", "Y"], ["W", "Y"]]},
    "variables": {"X": {"type": "binary"}},
    "mechanisms": {
      "Z": {"kind": "noise", "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "X": {"kind": "logistic", "intercept": 0, "coefficients": {"Z": 1}, "coupling": "inverse-cdf"},
      "V": {"kind": "linear", "intercept": 0, "coefficients": {"X": 0.5, "Z": 0.3}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "W": {"kind": "linear", "intercept": 0, "coefficients": {"X": 0.4, "V": 0.6}, "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "Y": {"kind": "linear", "intercept": 0, "coefficients": {"X": 0.2, "V": -0.3, "W": 0.7}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})");
  const Decomposition found = decompose(model, {"X", "1", "0", "Y"}, {.by_mediator = true});
  CHECK(found.method == EstimationMethod::monte_carlo);
  covers(found.ctf_de, 0.2);
  REQUIRE(found.by_mediator.size() == 2);
  CHECK(found.by_mediator[0].mediator == "V");
  covers(found.by_mediator[0].share, -0.5 * (-0.3 + 0.6 * 0.7));
  covers(found.by_mediator[1].share, -0.4 * 0.7);
  CHECK(found.by_mediator[0].share.estimate.value + found.by_mediator[1].share.estimate.value ==
        Approx(found.ctf_ie.estimate.value).margin(1e-12));
  for (const MediatedShare& each : found.by_mediator) CHECK(each.share.licence.kind == LicenceKind::identified);
}

TEST_CASE("a model's decomposition is the same at any parallelism", "[decomposition]") {
  const Scm model = linear_model();
  const ModelDecompositionOptions few{.rows = 20000};
  ModelDecompositionOptions parallel = few;
  parallel.parallelism = Parallelism::exactly(3);
  CHECK(decompose(model, {"X", "1", "0", "Y"}, few) == decompose(model, {"X", "1", "0", "Y"}, parallel));
}

TEST_CASE("what a hidden common cause hides is bounded by the graph, at a value that the model's mechanisms give",
          "[decomposition]") {
  // Y = X xor nothing but U, which X follows too: the whole gap is spurious.
  const Scm model = parse_scm(R"({"graph": {"nodes": ["X", "Y"], "directed": [["X", "Y"]]},
    "exogenous": {"U": {"kind": "bernoulli", "p": 0.5}},
    "variables": {"X": {"type": "binary"}, "Y": {"type": "binary"}},
    "mechanisms": {
      "X": {"kind": "lookup", "inputs": ["U"], "values": {"0": 0, "1": 1}},
      "Y": {"kind": "lookup", "inputs": ["X", "U"], "values": {"0,0": 0, "0,1": 1, "1,0": 0, "1,1": 1}}}})");
  const Decomposition found = decompose(model, {"X", "1", "0", "Y", "1"}, {.rows = 4000});
  CHECK(found.tv.estimate.value == 1);
  CHECK(found.ctf_de.estimate.value == 0);
  CHECK(found.ctf_ie.estimate.value == 0);
  CHECK(found.ctf_se.estimate.value == -1);
  CHECK(found.method == EstimationMethod::exact);
  CHECK(found.ctf_ie.licence.kind == LicenceKind::identified);  // nothing mediates
  for (const LicensedEstimate& part : {found.ctf_de, found.ctf_se}) {
    CHECK(part.licence.kind == LicenceKind::bounded);
    CHECK_THAT(part.licence.basis, Catch::Contains("mechanisms"));
    REQUIRE(part.bounds);
  }
  // The outcomes of those with X = 0, had it been 1, lie between 0 and 1; as it is they are 0, and those of X = 1
  // are 1.
  CHECK(found.ctf_de.bounds->low == Approx(0).margin(1e-12));
  CHECK(found.ctf_de.bounds->high == Approx(1));
  CHECK(found.ctf_se.bounds->low == Approx(-1));
  CHECK(found.ctf_se.bounds->high == Approx(0).margin(1e-12));
}

TEST_CASE("what is identified of a model is said to be the model's, not observed", "[decomposition]") {
  const Decomposition found = decompose(linear_model(), {"X", "1", "0", "Y"}, {.rows = 4000});
  for (const LicensedEstimate& part : {found.tv, found.ctf_de, found.ctf_ie, found.ctf_se}) {
    CHECK(part.licence.kind == LicenceKind::identified);
    CHECK_THAT(part.licence.basis, Catch::StartsWith("of the model: "));
    CHECK_THAT(part.licence.basis, !Catch::Contains("observed"));
  }
}

TEST_CASE("a hidden common cause that a model's graph has and its mechanisms have not leaves nothing identified",
          "[decomposition]") {
  const Scm model = parse_scm(R"({"graph": {"directed": [["X", "Y"], ["Z", "Y"]], "bidirected": [["X", "Z"]]},
    "variables": {"X": {"type": "binary"}, "Z": {"type": "continuous"}, "Y": {"type": "continuous"}},
    "mechanisms": {
      "X": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
      "Z": {"kind": "noise", "noise": {"kind": "normal", "mean": 0, "scale": 1}},
      "Y": {"kind": "linear", "intercept": 0, "coefficients": {"X": 1, "Z": 1}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})");
  const Decomposition found = decompose(model, {"X", "1", "0", "Y"}, {.rows = 4000});
  for (const LicensedEstimate& part : {found.tv, found.ctf_de, found.ctf_ie, found.ctf_se}) {
    CHECK(part.licence.kind == LicenceKind::assumed);
    CHECK_THAT(part.licence.basis, Catch::Contains("nothing hidden is common to X and Z"));
  }
}

TEST_CASE("a decomposition of what the model cannot tell is refused", "[decomposition]") {
  const Scm model = linear_model();
  CHECK_THROWS_AS(decompose(model, {"X", "1", "1", "Y"}), Error);
  CHECK_THROWS_AS(decompose(model, {"X", "2", "0", "Y"}), Error);
  CHECK_THROWS_AS(decompose(model, {"X", "1", "0", "V"}), Error);
  CHECK_THROWS_AS(decompose(model, {"Y", "1", "0", "X"}), Error);
  CHECK_THROWS_AS(decompose(model, {"Z", "1", "0", "Y"}, {.rows = 400}), Error);
}
