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

TEST_CASE("several attributes are compared at once, and the mediators' shares add up to the indirect part") {
  // Tables whose rows each stand for as many people as the formula says.
  std::string table = "race,sex,school,work,hired,count\n";
  for (int cell = 0; cell < 32; ++cell) {
    const int race = cell >> 4 & 1, sex = cell >> 3 & 1, school = cell >> 2 & 1, work = cell >> 1 & 1, hired = cell & 1;
    const double p_school = 0.7 - 0.2 * race - 0.1 * sex, p_work = 0.6 - 0.3 * sex + 0.2 * school,
                 p_hired = 0.3 - 0.1 * race + 0.2 * school + 0.3 * work;
    const double weight = 100000 * (race == 1 ? 0.3 : 0.7) * 0.5 * (school == 1 ? p_school : 1 - p_school) *
                          (work == 1 ? p_work : 1 - p_work) * (hired == 1 ? p_hired : 1 - p_hired);
    table += (race == 1 ? "Black," : "White,") + std::string(sex == 1 ? "Female," : "Male,") +
             (school == 1 ? "good," : "bad,") + (work == 1 ? "long," : "short,") + (hired == 1 ? "yes," : "no,") +
             std::to_string(static_cast<int>(weight + 0.5)) + "\n";
  }
  const Folder folder(
      Files{{"t.csv", table},
            {"g.json", R"({"directed": [["race", "school"], ["sex", "school"], ["sex", "work"], ["school", "work"],
                          ["race", "hired"], ["school", "hired"], ["work", "hired"]]})"}});
  const std::string words =
      "decompose --data t.csv --protected 'race=Black vs White, sex=Female vs Male' --outcome hired=yes --by-mediator ";
  // By hand: direct -0.1; through school, that falls by 0.3, 0.3 (0.2 + 0.2 * 0.3); through work itself 0.3 * 0.3.
  for (const std::string roles : {"--graph g.json", "--mediators school,work"}) {
    const json parts = json::parse(folder.run(words + roles + " --format json"));
    CAPTURE(roles);
    CHECK(parts.at("protected") == "race, sex");
    CHECK(parts.at("compared") == "Black, Female");
    CHECK(parts.at("baseline") == "White, Male");
    CHECK(parts.at("ctf_de").at("value").get<double>() == Approx(-0.1).margin(1e-3));
    const json& through = parts.at("by_mediator");
    REQUIRE(through.size() == 2);
    CHECK(through[0].at("mediator") == "school");
    CHECK(through[0].at("value").get<double>() == Approx(0.3 * 0.26).margin(1e-3));
    CHECK(through[0].at("licence") == "identified");
    CHECK(through[1].at("mediator") == "work");
    CHECK(through[1].at("value").get<double>() == Approx(0.09).margin(1e-3));
    CHECK(through[0].at("value").get<double>() + through[1].at("value").get<double>() ==
          Approx(parts.at("ctf_ie").at("value").get<double>()).margin(1e-12));
    CHECK(parts.at("tv").at("value").get<double>() ==
          Approx(parts.at("ctf_de").at("value").get<double>() - parts.at("ctf_ie").at("value").get<double>() -
                 parts.at("ctf_se").at("value").get<double>())
              .margin(1e-12));
  }
  const std::string text = folder.run(words + "--graph g.json");
  CHECK(text.find("Gap in hired=yes, race=Black, sex=Female against race=White, sex=Male (95% intervals):\n") == 0);
  CHECK(text.find("What comes about indirectly is the sum of what does\n  through school  -0.078") !=
        std::string::npos);
  CHECK(text.find("\n  through work    -0.090") != std::string::npos);
  CHECK(text.find("Directly: from race, sex themselves.") != std::string::npos);

  // A model fitted to the table has the same shares, and exactly; without the option none are told.
  folder.run("fit --graph g.json --data t.csv --weight count --out m.json");
  const std::string of_model =
      "decompose --scm m.json --protected 'race=Black vs White, sex=Female vs Male' "
      "--outcome hired=yes --format json";
  const json parts = json::parse(folder.run(of_model + " --by-mediator"));
  CHECK(parts.at("method") == "exact");
  CHECK(parts.at("by_mediator")[0].at("value").get<double>() == Approx(0.3 * 0.26).margin(1e-3));
  CHECK(parts.at("by_mediator")[1].at("value").get<double>() == Approx(0.09).margin(1e-3));
  CHECK(!json::parse(folder.run(of_model)).contains("by_mediator"));
  CHECK(json::parse(folder.run("decompose --scm m.json --protected 'school=good vs bad, work=long vs short' "
                               "--outcome hired=yes --by-mediator --format json"))
            .at("by_mediator") == json::array());
}

TEST_CASE("mediators of many values share the indirect part doubly robustly") {
  std::string table = "g,v,w,y\n";
  for (int i = 0; i < 400; ++i) {
    const int g = i % 2;
    const double v = 0.5 * g + (i * 37 % 101) / 50.0, w = v - g + (i * 53 % 97) / 40.0;
    table += std::to_string(g) + "," + std::to_string(v) + "," + std::to_string(w) + "," +
             std::to_string(v + w + (i * 29 % 89) / 60.0) + "\n";
  }
  const Folder folder(Files{{"t.csv", table}});
  const json parts = json::parse(folder.run(
      "decompose --data t.csv --mediators v,w --protected 'g=1 vs 0' --outcome y --by-mediator --format json"));
  CHECK(parts.at("method") == "doubly-robust");
  const json& through = parts.at("by_mediator");
  REQUIRE(through.size() == 2);
  CHECK(through[0].contains("across_split_deviation"));
  CHECK(through[0].at("value").get<double>() + through[1].at("value").get<double>() ==
        Approx(parts.at("ctf_ie").at("value").get<double>()).margin(1e-12));
}

TEST_CASE("what hidden causes keep from being identified is bounded, by other variables of the graph too") {
  const Folder folder(
      Files{{"people.csv", people},
            {"shares.csv", shares},
            {"confounded.txt", "dag { admit <- gender -> dept -> admit\n U [latent]\n dept <- U -> admit }"},
            {"iv.csv", "i,x,y,count\n0,0,0,60\n0,0,1,20\n0,1,0,5\n0,1,1,15\n1,0,0,10\n1,0,1,5\n1,1,0,25\n1,1,1,60\n"},
            {"iv.txt", "dag { i -> x -> y\n U [latent]\n x <- U -> y }"}});
  const std::string groups = " --protected 'gender=Female vs Male' --outcome admit=yes";
  for (const std::string table : {"people.csv", "shares.csv"}) {
    const json parts =
        json::parse(folder.run("decompose --format json --graph confounded.txt --data " + table + groups));
    const json& direct = parts.at("ctf_de");
    CHECK(direct.at("licence") == "bounded");
    CHECK(parts.at("ctf_se").at("licence") == "identified");
    // Women in A who are admitted, 0.1 of all, are fewer than the men who are not in A, 0.2; likewise in B, and of
    // those rejected: so that the crossed mean may be anything from 0 to 1, of which 0.6 is taken away.
    CHECK(direct.at("bounds").at("low").get<double>() == Approx(-0.6));
    CHECK(direct.at("bounds").at("high").get<double>() == Approx(0.4));
    CHECK((direct.at("low").get<double>() < -0.61) == (table == "people.csv"));
    CHECK(parts.at("tv").at("value").get<double>() ==
          Approx(direct.at("value").get<double>() - parts.at("ctf_ie").at("value").get<double>() -
                 parts.at("ctf_se").at("value").get<double>()));
  }
  const std::string text = folder.run("decompose --graph confounded.txt --data people.csv" + groups);
  CHECK(text.find("bounded to [-0.6000, +0.4000]: not identified by the graph") != std::string::npos);
  // The instrument is no confounder nor mediator, but it is read, and narrows the bounds.
  const json by_instrument = json::parse(
      folder.run("decompose --format json --graph iv.txt --data iv.csv --protected 'x=1 vs 0' --outcome y=1"));
  const json& bounds = by_instrument.at("ctf_se").at("bounds");
  CHECK(bounds.at("high").get<double>() - bounds.at("low").get<double>() < 0.6);
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
