#include <equipoise/frontier/frontier.hpp>

#include <limits>
#include <string>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

Frontier example() {
  const std::vector<NamedEdge> directed{{"gender", "dept"}, {"gender", "admit"}, {"dept", "admit"}},
      bidirected{{"dept", "admit"}};
  const LicensedEstimate number{{0.1 + 0.2, 1e-300, 1.0 / 3}, {LicenceKind::identified, "sum over dept"}};
  return {.name = "berkeley",
          .command = "equipoise demo berkeley",
          .outcome = {"admit", "Admitted"},
          .rows = {2716, 905, 905},
          .graph = CausalGraph({"gender", "dept", "admit"}, directed, bidirected),
          .objectives = {{.name = "log-loss",
                          .unit = "nats",
                          .label = "Log-loss",
                          .description = "How \"well\" it predicts.",
                          .licence = {LicenceKind::observational, "a mean of rows"}},
                         {.name = "<script>",
                          .unit = "probability",
                          .label = "Gap",
                          .description = "Ünfair",
                          .licence = {LicenceKind::assumed, "gumbel-max"},
                          .range = {0, 1},
                          .trained = false}},
          .points = {{.id = "causal-00",
                      .arm = "causal",
                      .settings = {{"weight", 0.1}, {"method", "a, \"b\""}},
                      .validation = {0.7, 5e-324},
                      .test = {{0.7, 0.6, 0.8}, {0.25, 0.25, 0.25}},
                      .dominated = false,
                      .model = "models/causal-00.json"},
                     {.id = "correlational-00",
                      .arm = "correlational",
                      .settings = {},
                      .validation = {0.1, -0.0},
                      .test = {{0.5, 0.5, 0.5}, {0, 0, 1}},
                      .dominated = true,
                      .model = ""}},
          .hypervolume = {{"causal", {{0.2, 0.1, 0.3}, {1, 0.5}, {"log-loss", "<script>"}}}},
          .knee = {{"causal", "causal-00"}},
          .trade_offs = {{.arm = "causal",
                          .from = "causal-00",
                          .to = "causal-01",
                          .improves = "<script>",
                          .worsens = "log-loss",
                          .rate = {0.5, -0.1, 2}}},
          .decompositions = {{.protected_attribute = "gender",
                              .baseline = "Male",
                              .compared = "Female",
                              .outcome = "admit=Admitted",
                              .tv = number,
                              .ctf_de = number,
                              .ctf_ie = number,
                              .ctf_se = number},
                             {.protected_attribute = "race, sex",
                              .baseline = "White, Male",
                              .compared = "Black, Female",
                              .outcome = "income",
                              .tv = number,
                              .ctf_de = number,
                              .ctf_ie = number,
                              .ctf_se = number,
                              .method = EstimationMethod::doubly_robust,
                              .across_split_deviation = {0, 0.125, 0.25, 0.0625},
                              .cross_fitting = CrossFittingNotes{.folds = 5,
                                                                 .splits = 3,
                                                                 .clipped_share = 0.01,
                                                                 .nuisances = {"P(race=Black | age): splits"}}}},
          .comparison = ArmComparison{.hypervolume_difference = {0.01, -0.02, 0.03},
                                      .reference = {1, 0.5},
                                      .objectives = {"log-loss", "<script>"}},
          .privacy_ledger = {{"training causal-00", "training rows", "Gaussian noise", 5},
                             {"scaling", "training rows", "a mean without noise", 1, true}},
          .privacy_statements = {{"one predictor", 1.25, 1e-6, {"the graph was drawn without the rows"}},
                                 {"all of it", std::nullopt, 1e-6, {"measures carry no noise"}}},
          .assumptions = {"the graph is right"},
          .warnings = {"few rows"}};
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = frontier_to_json(example());
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a frontier reads back as it was written, bit for bit", "[frontier]") {
  const Frontier frontier = example();
  CHECK(frontier_from_json(frontier_to_json(frontier), "frontier.json") == frontier);
  CHECK(frontier_to_json(frontier_from_json(frontier_to_json(frontier), "frontier.json")) ==
        frontier_to_json(frontier));
  CHECK(frontier_from_json(frontier_to_json(Frontier{}), "frontier.json") == Frontier{});
}

TEST_CASE("a frontier's file has the fields that others script against", "[frontier]") {
  const std::string text = frontier_to_json(example());
  for (const char* field :
       {"\"objectives\"", "\"direction\": \"minimize\"", "\"licence\": \"assumed\"", "\"points\"", "\"validation\"",
        "\"dominated\"", "\"model\"", "\"hypervolume\"", "\"reference\"", "\"knee\"", "\"trade_offs\"", "\"rate\"",
        "\"privacy_ledger\": [", "\"privacy_statements\": [", "\"warnings\"", "\"comparison\""})
    CHECK_THAT(text, Catch::Contains(field));
}

TEST_CASE("a decomposition in a file names its method; without one its cells were counted", "[frontier]") {
  CHECK(frontier_from_json(with(",\n      \"method\": \"plug-in\"", ""), "f.json") == example());
  CHECK_THROWS_WITH(frontier_from_json(with("\"method\": \"doubly-robust\"", "\"method\": \"doubly\""), "f.json"),
                    Catch::Contains("f.json#/decompositions/1/method"));
  CHECK_THROWS_WITH(frontier_from_json(with("\"ctf_de\": 0.125", "\"ctf_de\": -0.125"), "f.json"),
                    Catch::Contains("f.json#/decompositions/1/across_split_deviation/ctf_de"));
  CHECK_THROWS_WITH(frontier_from_json(with("\"clipped_share\"", "\"clipped_shar\""), "f.json"),
                    Catch::Contains("f.json#/decompositions/1/cross_fitting"));
}

TEST_CASE("an unknown or missing key of a frontier is named with its place", "[frontier]") {
  CHECK_THROWS_WITH(frontier_from_json(with("\"dominated\"", "\"dominatd\""), "f.json"),
                    Catch::Contains("f.json#/points/0") && Catch::Contains("dominatd") &&
                        Catch::Contains("did you mean 'dominated'?"));
  CHECK_THROWS_WITH(frontier_from_json(with("\"value\": 0.25", "\"valeu\": 0.25"), "f.json"),
                    Catch::Contains("f.json#/points/0/test/<script>"));
  CHECK_THROWS_WITH(frontier_from_json(with("\"log-loss\": 0.7", "\"log-los\": 0.7"), "f.json"),
                    Catch::Contains("f.json#/points/0/validation") && Catch::Contains("did you mean 'log-loss'?"));
  CHECK_THROWS_WITH(frontier_from_json("{}", "f.json"), Catch::Contains("f.json"));
}

TEST_CASE("a value outside its interval or of the wrong type is no frontier", "[frontier]") {
  CHECK_THROWS_AS(frontier_from_json(with("\"low\": 0.6", "\"low\": 0.75"), "f.json"), Error);
  CHECK_THROWS_AS(frontier_from_json(with("\"minimize\"", "\"maximize\""), "f.json"), Error);
  CHECK_THROWS_AS(frontier_from_json(with("\"privacy_ledger\": [", "\"privacy_ledger\": [1,"), "f.json"), Error);
  CHECK_THROWS_AS(frontier_from_json(with("\"epsilon\": 1.25", "\"epsilon\": -1.25"), "f.json"), Error);
  CHECK_THROWS_AS(frontier_from_json(with("\"causal-00\"", "7"), "f.json"), Error);
  CHECK_THROWS_AS(frontier_from_json("[", "f.json"), Error);
}

TEST_CASE("a frontier's CSV has one row a point, quoted where needed", "[frontier]") {
  CHECK(frontier_to_csv(example()) ==
        "id,arm,settings,log-loss,log-loss low,log-loss high,<script>,<script> low,<script> high\r\n"
        "causal-00,causal,\"weight=0.1; method=a, \"\"b\"\"\",0.7,0.6,0.8,0.25,0.25,0.25\r\n"
        "correlational-00,correlational,,0.5,0.5,0.5,0,0,1\r\n");
}
