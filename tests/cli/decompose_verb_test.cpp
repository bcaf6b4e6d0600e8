// What `equipoise decompose` answers, through the binary.
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"
#include "cli/wrong_command.hpp"

namespace {

using equipoise::testing::Files;
using equipoise::testing::Folder;
using nlohmann::json;

// Of 10 men 6 are admitted; of the 10 women 3, most of whom apply to the harder department.
const std::string people =
    "gender,dept,admit,count\nMale,A,yes,5\nMale,A,no,3\nMale,B,yes,1\nMale,B,no,1\n"
    "Female,A,yes,1\nFemale,A,no,1\nFemale,B,yes,2\nFemale,B,no,6\n";
const std::string shares =
    "gender,dept,admit,p\nMale,A,yes,0.25\nMale,A,no,0.15\nMale,B,yes,0.05\nMale,B,no,0.05\n"
    "Female,A,yes,0.05\nFemale,A,no,0.05\nFemale,B,yes,0.1\nFemale,B,no,0.3\n";
const std::string question = " --mediators dept --protected 'gender=Female vs Male' --outcome admit=yes";

// X is 1 for everyone.
const std::string one_group =
    R"({"graph": {"directed": [["X", "Y"]]}, "variables": {"X": {"type": "binary"}, "Y": {"type": "binary"}},
  "mechanisms": {"X": {"kind": "table", "parents": [], "probabilities": {"": [0, 1]}},
                 "Y": {"kind": "table", "parents": ["X"], "probabilities": {"0": [0.5, 0.5], "1": [0.25, 0.75]}}}})";

std::string continuous_people() {
  std::string text = "Z,X,Y\n";
  for (int i = 0; i < 400; ++i) {
    const double z = (i % 40 - 19.5) / 10;
    const int x = (i * 7 % 20 + 1) / 21.0 < 0.5 + z / 8 ? 1 : 0;
    text += std::to_string(z) + "," + std::to_string(x) + "," + std::to_string(0.5 * x + z + i * 13 % 11 * 0.1) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a column of counts or of probabilities weighs the rows unless another is named") {
  const Folder folder(Files{{"people.csv", people}, {"shares.csv", shares}});
  for (const std::string table : {"people.csv", "shares.csv", "people.csv --weight count"}) {
    const json parts = json::parse(folder.run("decompose --format json --data " + table + question));
    CAPTURE(table);
    CHECK(parts.at("tv").at("value").get<double>() == Approx(0.3 - 0.6));
    // Of women 1/2 and 1/4 are admitted in A and B, of men 5/8 and 1/2; men apply to A in 4 of 5 cases.
    CHECK(parts.at("ctf_de").at("value").get<double>() == Approx(0.8 * (0.5 - 0.625) + 0.2 * (0.25 - 0.5)));
    CHECK(parts.at("ctf_ie").at("value").get<double>() == Approx(0.8 * 0.5 + 0.2 * 0.25 - 0.3));
    CHECK(parts.at("ctf_se").at("value").get<double>() == 0);
    CHECK(parts.at("method") == (table == "shares.csv" ? "exact" : "plug-in"));
  }
  // A column that is asked for by its name is no weight.
  folder.write("named.csv", "gender,p,admit\nMale,A,yes\nMale,B,no\nFemale,A,no\nFemale,B,yes\nFemale,A,no\n");
  const json named =
      json::parse(folder.run("decompose --format json --data named.csv --mediators p"
                             " --protected 'gender=Female vs Male' --outcome admit=yes"));
  CHECK(named.at("tv").at("value").get<double>() == Approx(1.0 / 3 - 0.5));
}

TEST_CASE("the text of a decomposition names its method, and JSON the same at any number of jobs") {
  const Folder folder(Files{{"people.csv", people}, {"z.csv", continuous_people()}});
  CHECK(folder.run("decompose --data people.csv" + question).find("Method: plug-in.\n") != std::string::npos);
  const std::string words = "decompose --data z.csv --confounders Z --protected 'X=1 vs 0' --outcome Y";
  CHECK(folder.run(words).find("Method: doubly-robust, 5 splits into 5 folds.\n") != std::string::npos);
  const json parts = json::parse(folder.run(words + " --format json"));
  CHECK(parts.at("method") == "doubly-robust");
  CHECK(parts.at("across_split_deviation").contains("ctf_de"));
  CHECK(parts.at("tv").at("value").get<double>() ==
        Approx(parts.at("ctf_de").at("value").get<double>() - parts.at("ctf_ie").at("value").get<double>() -
               parts.at("ctf_se").at("value").get<double>()));
  for (const char* part : {"tv", "ctf_de", "ctf_ie", "ctf_se"}) {
    CHECK(parts.at(part).at("low").get<double>() <= parts.at(part).at("value").get<double>());
    CHECK(parts.at(part).at("high").get<double>() >= parts.at(part).at("value").get<double>());
  }
  CHECK(folder.run(words + " --format json --jobs 1") == folder.run(words + " --format json --jobs 2"));
}

TEST_CASE("what cannot be decomposed of a model is answered with the model's name") {
  equipoise::testing::check({{.name = "a group that is empty",
                              .command = "decompose --scm m.json --protected 'X=1 vs 0' --outcome Y",
                              .files = {{"m.json", one_group}},
                              .status = 4,
                              .fragment = "X=0",
                              .place = "m.json: "},
                             {.name = "an outcome that is a cause",
                              .command = "decompose --scm m.json --protected 'Y=1 vs 0' --outcome X",
                              .files = {{"m.json", one_group}},
                              .fragment = "'X' is a cause",
                              .place = "m.json: "}});
}
