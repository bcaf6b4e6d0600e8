#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/scm/intervention_text.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

using namespace equipoise;

namespace {

// Z -> X -> Y, Z -> Y; D, 'hours-per week' and 'a=b' stand alone.
Scm model() {
  const std::vector<NamedEdge> edges{{"Z", "X"}, {"X", "Y"}, {"Z", "Y"}};
  const auto number = [](std::string name) { return VariableSpec{std::move(name), ColumnType::continuous, {}}; };
  const auto root = [](Noise noise) { return NodeMechanism{NoiseMechanism(std::move(noise)), {}}; };
  return Scm(CausalGraph({"Z", "X", "Y", "D", "hours-per week", "a=b"}, edges),
             {number("Z"),
              number("X"),
              number("Y"),
              {"D", ColumnType::categorical, {"rent", ">50K", "a, b"}},
              number("hours-per week"),
              number("a=b")},
             {root(NormalNoise{}),
              {LinearMechanism({0, {{2, {}}}}, Noise(NormalNoise{})), {"Z"}},
              {LinearMechanism({0, {{1, {}}, {1, {}}}}, Noise(NormalNoise{})), {"X", "Z"}},
              root(CategoricalNoise{{0.2, 0.3, 0.5}}),
              root(NormalNoise{}),
              root(NormalNoise{})});
}

std::string message(const std::string& text) {
  try {
    parse_intervention(model(), text, "--do");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

template <class Kind>
const Kind& change_of(const Action& action) {
  REQUIRE(std::holds_alternative<Kind>(action.change));
  return std::get<Kind>(action.change);
}

}  // namespace

TEST_CASE("every kind of action is read") {
  const Scm scm = model();
  const Intervention all = parse_intervention(
      scm, "X=1, Z += 0.5 , D ~ categorical(0.2, 0.3, 0.5), 'a=b' *= 1.1, Y = '0.5*Z + max(1, X)', X->Y = -1e-3");
  REQUIRE(all.size() == 6);
  CHECK(all[0].variable == 1);
  CHECK(change_of<SetTo>(all[0]).value == 1);
  CHECK(change_of<ShiftBy>(all[1]).by == 0.5);
  CHECK(change_of<DrawFrom>(all[2]).noise == Noise(CategoricalNoise{{0.2, 0.3, 0.5}}));
  CHECK(all[3].variable == 5);
  CHECK(change_of<ScaleBy>(all[3]).factor == 1.1);
  const Policy& policy = change_of<Policy>(all[4]);
  CHECK(policy.formula().text() == "0.5*Z + max(1, X)");
  CHECK(std::vector<Node>(policy.inputs().begin(), policy.inputs().end()) == std::vector<Node>{0, 1});
  CHECK_FALSE(all[4].along);
  CHECK(all[5].along == Node{2});
  CHECK(change_of<SetTo>(all[5]).value == -1e-3);
}

TEST_CASE("names and values of interventions may hold signs") {
  const Scm scm = model();
  const auto only = [&](const std::string& text) {
    const Intervention parsed = parse_intervention(scm, text);
    REQUIRE(parsed.size() == 1);
    return parsed[0];
  };
  CHECK(change_of<SetTo>(only("D=>50K")).value == 1);
  CHECK(change_of<SetTo>(only("D = 'a, b'")).value == 2);
  CHECK(change_of<SetTo>(only("D = 2")).value == 2);
  CHECK(only("hours-per week = 3").variable == 4);
  CHECK(change_of<ShiftBy>(only("hours-per week -= 3")).by == -3);
  CHECK(change_of<ShiftBy>(only("X-=-3")).by == 3);
  CHECK(change_of<ScaleBy>(only("X /= 4")).factor == 0.25);
  CHECK(change_of<DrawFrom>(only("X ~ normal(mean = 1, scale = 2)")).noise == Noise(NormalNoise{1, 2}));
  CHECK(change_of<Policy>(only("X = Z")).formula().text() == "Z");
  CHECK(change_of<Policy>(only("X = '''hours-per week'' / 40'")).inputs()[0] == 4);
  CHECK(change_of<Policy>(only("Z -> Y = 2 * Z")).inputs()[0] == 0);
  CHECK(change_of<Policy>(only("X = 2 * 3")).inputs().empty());
  CHECK(change_of<ScaleBy>(only(" 'X' -> 'Y' *= 2 ")).factor == 2);
}

TEST_CASE("what is wrong with an intervention is said at its column, with the nearest name") {
  CHECK(message("X = 1, W = 2") == "--do:8: unknown variable 'W'; a variable of the model");
  CHECK(message("hours-per wek = 2") ==
        "--do:1: unknown variable 'hours-per wek'; a variable of the model (did you mean 'hours-per week'?)");
  CHECK(message("D = rennt") ==
        "--do:5: 'rennt' for 'D'; one of its levels, or a formula of other variables (did you mean 'rent'?)");
  CHECK(message("D = 3").find("--do:5: '3' for 'D'; one of its levels") == 0);
  CHECK(message("X = much") == "--do:5: 'much' for 'X'; a finite number, or a formula of other variables");
  CHECK(message("X = 1e999").find("--do:5: ") == 0);
  CHECK(message("X = 2 * Zz") == "--do:9: unknown name 'Zz'; a variable of the model (did you mean 'Z'?)");
  CHECK(message("X = '2 * Zz'").find("--do:10: unknown name 'Zz'") == 0);
  CHECK(message("X = '2 * ''hours'' + Zz'").find("--do:10: unknown name 'hours'") == 0);
  CHECK(message("X = '2 * ''a=b'' + Zz'").find("--do:20: unknown name 'Zz'") == 0);
  CHECK(message("X = X + 1").find("--do:5: a policy for 'X' that reads it") == 0);
  CHECK(message("X ~ normel(0, 1)").find("--do:5: unknown distribution 'normel'") == 0);
  CHECK(message("Z = 1, X ~ normal(0, -1)").find("--do:12: noise: scale -1") == 0);
  CHECK(message("X ~ normal(0").find("--do:13: ") == 0);
  CHECK(message("X += much") == "--do:6: 'much'; a finite number");
  CHECK(message("X /= 0") == "--do:6: a division by 0; a number that is not 0");
  CHECK(message("X += ") == "--do:6: nothing; a number");
  CHECK(message("X") == "--do:2: the end of the text; '=' and a value, '+=', '*=', or '~' and a distribution");
  CHECK(message("").find("--do:1: the end of the text; a variable and what is done to it") == 0);
  CHECK(message("X = 1,").find("--do:7: the end of the text; a variable") == 0);
  CHECK(message("=1").find("--do:1: '='; a variable") == 0);
  CHECK(message("X = 1, X += 2") == "--do:8: 'X' twice; each variable, and each edge, once");
  CHECK(message("X->Y = 1, X -> Y = 2").find("--do:11: 'X -> Y' twice") == 0);
  CHECK(message("X = 1, X -> Y = 2").empty());
  CHECK(message("Y -> X = 1").find("--do:5: no edge Y -> X; an edge of the model's graph") == 0);
  CHECK(message("'X = 1").find("--do:1: a quote that is not closed") == 0);
  CHECK(message("X = 'Z' W").find("--do:9: 'W'; ','") == 0);
  CHECK(message("D += 1").find("--do: D += 1, a variable with levels") == 0);
}

TEST_CASE("no text of signs and names crashes the reader of interventions") {
  const Scm scm = model();
  const std::vector<std::string> pieces{"X", "Z", "D",   "'a=b'", "'",   "=",  "+=", "*=", "~", "->", "normal", "(",
                                        ")", ",", "0.5", " ",     "max", "''", "1e", "-",  "+", "W",  "rent"};
  RowStream random = RandomStream({.seed = 71, .purpose = Purpose::test}).row(0);
  int read = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string text;
    for (std::size_t k = 1 + random() % 9; k > 0; --k) text += pieces[random() % pieces.size()];
    try {
      parse_intervention(scm, text);
      ++read;
    } catch (const Error& error) {
      REQUIRE(error.place().find("intervention") == 0);
    }
  }
  CHECK(read > 0);
}
