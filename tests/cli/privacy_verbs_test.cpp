// What `epsilon` and `noise` answer, through the binary.
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder.hpp"

namespace {

using equipoise::testing::Folder;
using nlohmann::json;

json answer_of(const std::string& words) { return json::parse(Folder({}).run(words + " --format json")); }

}  // namespace

TEST_CASE("epsilon answers with bounds that enclose the published value", "[cli]") {
  const json answer = answer_of("epsilon --noise-multiplier 0.6 --sampling-rate 0.005 --steps 300 --delta 1e-7");
  CHECK(answer.at("epsilon").get<double>() >= 4.8633);
  CHECK(answer.at("epsilon").get<double>() <= 4.8633 * 1.001);
  CHECK(answer.at("epsilon_lower").get<double>() <= 4.8634);
  CHECK(answer.at("epsilon_lower").get<double>() >= 4.8634 * 0.995);
  CHECK(answer.at("accountant") == "pld");
  CHECK(answer.at("adjacency") == "add-or-remove-one");
}

TEST_CASE("noise answers with a multiplier that keeps the budget when it is accounted", "[cli]") {
  const std::string plan = " --delta 1e-5 --sampling-rate 0.01 --steps 1000";
  const double multiplier = answer_of("noise --epsilon 1" + plan).at("noise_multiplier").get<double>();
  CHECK(multiplier == Approx(1.4146194073385223).epsilon(1e-3));
  const json answer = answer_of("epsilon --noise-multiplier " + json(multiplier).dump() + plan);
  CHECK(answer.at("epsilon").get<double>() <= 1);
  CHECK(answer.at("epsilon").get<double>() > 0.999);
}

TEST_CASE("other accountants and relations are asked for by name", "[cli]") {
  const std::string plan = "epsilon --noise-multiplier 4 --sampling-rate 0.1 --steps 500 --delta 1e-6";
  const double tight = answer_of(plan).at("epsilon").get<double>();
  const json renyi = answer_of(plan + " --accountant rdp");
  CHECK(renyi.at("epsilon").get<double>() > tight);
  CHECK(renyi.at("epsilon_lower").get<double>() <= tight);
  CHECK(answer_of(plan + " --adjacency replace-one").at("epsilon").get<double>() == Approx(5.5365).epsilon(1e-3));
  CHECK(answer_of("epsilon --noise-multiplier 2 --delta 1e-6 --mechanism laplace").at("epsilon").get<double>() ==
        Approx(0.5 - 2e-6).epsilon(1e-9));
  CHECK(answer_of("epsilon --noise-multiplier 2 --delta 1e-6 --adjacency replace-one").at("epsilon") ==
        answer_of("epsilon --noise-multiplier 1 --delta 1e-6").at("epsilon"));
}

TEST_CASE("text says the bounds and what was accounted", "[cli]") {
  const std::string text =
      Folder({}).run("epsilon --noise-multiplier 1.1 --sampling-rate 0.01 --steps 10 --delta 1e-6");
  CHECK(text.find("epsilon ") == 0);
  CHECK(text.find("no less than") != std::string::npos);
  CHECK(text.find("10 x Poisson sample at 0.01 of Gaussian noise, multiplier 1.1") != std::string::npos);
}

TEST_CASE("a privacy option out of its range is wrong usage, and is named", "[cli]") {
  struct Wrong {
    std::string words, option;
    int status;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {"epsilon --noise-multiplier 0 --delta 1e-6", "--noise-multiplier", 2},
           {"epsilon --noise-multiplier 1 --delta 0", "--delta", 2},
           {"epsilon --noise-multiplier 1 --delta 1", "--delta", 2},
           {"epsilon --noise-multiplier 1 --delta 1e-6 --sampling-rate 1.5", "--sampling-rate", 2},
           {"epsilon --noise-multiplier 1 --delta 1e-6 --steps 0", "--steps", 2},
           {"epsilon --noise-multiplier 1 --delta 1e-6 --accountant pdl", "--accountant", 2},
           {"noise --epsilon 0 --delta 1e-6", "--epsilon", 2},
           {"epsilon --noise-multiplier 2 --delta 1e-6 --sampling-rate 0.1 --accountant zcdp", "zcdp", 4},
           {"epsilon --noise-multiplier 1e-200 --delta 1e-6", "--delta", 4}}) {
    const Folder::Answer answer = Folder({}).attempt(wrong.words);
    CAPTURE(wrong.words, answer.err);
    CHECK(answer.status == wrong.status);
    CHECK(answer.out.empty());
    CHECK(answer.err.find("equipoise: error: ") == 0);
    CHECK(answer.err.find(wrong.option) != std::string::npos);
  }
}
