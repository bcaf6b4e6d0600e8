// Tables that cannot be used, each answered with the file, and the line where there is one.
#include <cstddef>
#include <string>

#include <catch2/catch.hpp>

#include "cli/wrong_command.hpp"

namespace {

using namespace equipoise::testing;

const std::string chain = R"({"nodes": ["g", "x"], "directed": [["g", "x"]]})";

Case fitted(const std::string& name, const std::string& rows, const std::string& place, const std::string& fragment,
            const std::string& options = "") {
  return {.name = name,
          .command = "fit --graph g.json --data t.csv --out scm.json" + options,
          .files = {{"g.json", chain}, {"t.csv", rows}},
          .fragment = fragment,
          .place = place};
}

Case measured(const std::string& name, const std::string& rows, const std::string& place, const std::string& fragment,
              const std::string& options = "", int status = 3) {
  return {.name = name,
          .command = "metrics --data t.csv --label y --prediction p --protected g" + options,
          .files = {{"t.csv", rows}},
          .status = status,
          .fragment = fragment,
          .place = place};
}

const std::string model =
    R"({"graph": {"nodes": ["X", "Y"], "directed": [["X", "Y"]]}, "mechanisms": {)"
    R"("X": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},)"
    R"("Y": {"kind": "linear", "coefficients": {"X": 1.5}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})";

Case imagined(const std::string& name, const std::string& rows, const std::string& place, const std::string& fragment) {
  return {.name = name,
          .command = "counterfactual --scm m.json --data t.csv --do X=1",
          .files = {{"m.json", model}, {"t.csv", rows}},
          .fragment = fragment,
          .place = place};
}

/// Sixty rows of g and x; one cell of x, on line 41, holds another text.
std::string sixty_rows(const std::string& cell) {
  std::string text = "g,x\n";
  for (int row = 0; row < 60; ++row)
    text += (row % 2 == 0 ? "a," : "b,") + (row == 39 ? cell : std::to_string(row) + ".5") + "\n";
  return text;
}

}  // namespace

TEST_CASE("a table that no model can be fitted to is answered with its place") {
  check({fitted("a slip of the pen among numbers", sixty_rows("1.2.3"),
                "t.csv:41:3: ", "'1.2.3' in column 'x', whose other cells are numbers"),
         fitted("no number among numbers", sixty_rows("nan"), "t.csv:41:3: ", "'nan'"),
         fitted("a blank before a number", sixty_rows(" 1.5"), "t.csv:41:3: ", "' 1.5'"),
         fitted("a number beyond all", sixty_rows("1e999"), "t.csv:41:3: ", "a number that a double can hold"),
         fitted("a number too large to square", sixty_rows("1e300"), "t.csv:41:3: ", "1e+300 in column 'x'"),
         fitted("numbers at either end", "g,x\na,1e308\nb,-1e308\na,1e308\nb,-1e308\n", "t.csv:2:3: ", "column 'x'"),
         fitted("weights that count nobody", "g,x,w\na,1,0\nb,2,0\n", "t.csv: ", "no weight above 0 in column 'w'",
                " --weight w"),
         fitted("weights beyond all people", "g,x,w\na,1,1e300\nb,2,1e300\n", "t.csv: ", "column 'w'", " --weight w"),
         fitted("a missing cell", "g,x\na,1\n,2\n", "t.csv:3:1: ", "drop or level"),
         fitted("a missing weight", "g,x,w\na,1,1\nb,2,\n", "t.csv:3:5: ", "a number of 0 or more", " --weight w"),
         fitted("a header with a blank", "g, x\na,1\nb,2\n", "t.csv: ", "did you mean ' x'?"),
         {.name = "codes of no node",
          .command = "fit --graph g.json --data t.csv --out scm.json --categorical z",
          .files = {{"g.json", chain}, {"t.csv", sixty_rows("1")}},
          .status = 2,
          .fragment = "'z'",
          .place = "--categorical: "}});
}

TEST_CASE("a column declared categorical may hold numbers and others") {
  const std::string command = "fit --graph g.json --data t.csv --out scm.json --categorical x";
  CHECK(run(command, {{"g.json", chain}, {"t.csv", sixty_rows("V27")}}).status == 0);
}

TEST_CASE("decisions that cannot be measured are answered with their place") {
  check({measured("a label between", "g,y,p\na,1,1\nb,0.5,0\n", "t.csv:3:3: ", "'0.5' in column 'y'"),
         measured("a prediction beyond", "g,y,p\na,1,1\n\nb,0,2\n", "t.csv:4:5: ", "'2' in column 'p'"),
         measured("no label", "g,p\na,1\nb,0\n", "t.csv: ", "no column 'y'"),
         measured("groups that are weights", "g,y,p\n1,1,1\n2,0,0\n", "--weight: ", "'g'", " --weight g", 2),
         measured("a missing cell", "g,y,p\na,1,1\nb,0,\n", "t.csv:3:5: a missing value in column 'p'; a value", ""),
         measured("one group", "g,y,p\na,1,1\na,0,0\n", "t.csv: ", "only the group 'a'"),
         measured("a score of text", "g,y,p,s\na,1,1,high\nb,0,0,low\n", "t.csv:2:7: ", "'high' in column 's'",
                  " --score s"),
         measured("people in parts", "g,y,p,w\na,1,1,0.5\nb,0,0,1\n", "t.csv: ", "weights", " --weight w")});
  const auto advice =
      run("metrics --data t.csv --label y --prediction p --protected g", {{"t.csv", "g,y,p\na,1,1\nb,0,\n"}});
  CHECK(advice.err.find("policy") == std::string::npos);
}

TEST_CASE("what metrics does not ask for may hold anything") {
  const auto outcome =
      run("metrics --data t.csv --label y --prediction p --protected g", {{"t.csv", "g,y,p,note\na,1,1,\nb,0,0,x\n"}});
  CHECK(outcome.status == 0);
}

TEST_CASE("scores near the largest double have means") {
  const auto outcome = run("metrics --data t.csv --label y --prediction p --protected g --score s --format json",
                           {{"t.csv", "g,y,p,s\na,1,1,1e308\na,1,1,1e308\nb,0,0,-1e308\nb,0,0,-1e308\n"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("\"mean_score\": 1e+308") != std::string::npos);
  CHECK(outcome.out.find("\"mean_score\": -1e+308") != std::string::npos);
}

TEST_CASE("rows that a model does not know are answered with their place") {
  check({imagined("a variable that is no column", "X\n1\n", "t.csv: ", "no column 'Y'"),
         imagined("a level that the model lacks", "X,Y\n0,1\n7,2\n", "t.csv:3:1: ", "'7' in column 'X'"),
         imagined("text for a number", "X,Y\n0,high\n1,low\n", "t.csv:2:3: ", "'high' in column 'Y'"),
         imagined("a missing cell", "X,Y\n0,1\n1,\n", "t.csv:3:3: a missing value in column 'Y'; a value", "")});
}
