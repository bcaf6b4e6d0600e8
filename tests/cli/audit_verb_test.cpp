// `equipoise audit`, through the binary.
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"

using equipoise::testing::Folder;
using Json = nlohmann::json;

namespace {

/// Every other row was trained with; scores tell it at `told` of 10 rows and else say the opposite.
std::string canaries(int told) {
  std::string text = "score,included\n";
  for (int i = 0; i < 1000; ++i) {
    const int included = i % 2, says = i % 10 < told ? included : 1 - included;
    text += std::to_string(says == 1 ? 1000 - i : -1000 + i) + ',' + std::to_string(included) + '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("audit bounds epsilon below where scores give members away, and refutes a smaller claim") {
  const Folder folder({{"told.csv", canaries(10)}});
  // Of 1,000 canaries, 100 guesses, all right, at 0.05 and delta 1e-5: Steinke et al. 2023 give 3.465376229385333.
  const Json json = Json::parse(folder.run(
      "audit --data told.csv --score score --included included --guesses 100 --delta 1e-5 --claimed-epsilon 3 --format "
      "json"));
  CHECK(json["epsilon_lower"].get<double>() == Approx(3.465376229385333).epsilon(1e-6));
  CHECK(json["correct"] == 100);
  CHECK(json["refutes_claim"] == true);
  CHECK(json["area_under_curve"]["value"] == 1);
  CHECK(folder.run("audit --data told.csv --score score --included included --claimed-epsilon 40")
            .find("not refuted, which proves nothing") != std::string::npos);
}

TEST_CASE("audit finds nothing where scores tell nothing") {
  const Folder folder({{"blind.csv", canaries(5)}});
  const Json json = Json::parse(folder.run("audit --data blind.csv --score score --included included --format json"));
  CHECK(json["epsilon_lower"] == 0);
}

TEST_CASE("what cannot be audited is named with its place") {
  const Folder folder({{"t.csv", "score,included\n1,1\n2,0\n3,2\n"}, {"few.csv", "score,included\n1,1\n2,0\n"}});
  const auto odd = folder.attempt("audit --data t.csv --score score --included included");
  CHECK(odd.status == 3);
  CHECK(odd.err.find("t.csv:4:3: 2 in column 'included'; 1 for who was trained with") != std::string::npos);
  CHECK(folder.attempt("audit --data t.csv --score scor --included included").err.find("did you mean 'score'?") !=
        std::string::npos);
  CHECK(folder.attempt("audit --data few.csv --score score --included included").status == 3);
  CHECK(folder.attempt("audit --data few.csv --score score --included included --guesses 9").status != 0);
  CHECK(folder.attempt("audit --data t.csv --score score --included included --delta 0").status == 2);
}
