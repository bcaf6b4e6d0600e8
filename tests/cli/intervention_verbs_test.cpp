// Every kind of action by `sample --do` and `counterfactual --do`, through the binary, against equations worked by
// hand.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/folder.hpp"

namespace {

using equipoise::testing::Files;
using equipoise::testing::Folder;

// X = 1 + A + N1, W = X^2 / 10 + N2, Y = X + 2 W - A + N3, where A = 0 (lo) or 1 (hi).
const Files files{{"m.json", R"({
  "graph": {"nodes": ["A", "X", "W", "Y"], "directed": [["A", "X"], ["X", "W"], ["X", "Y"], ["W", "Y"], ["A", "Y"]]},
  "variables": {"A": {"type": "binary", "levels": ["lo", "hi"]}},
  "mechanisms": {
    "A": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
    "X": {"kind": "formula", "formula": "1 + A", "noise": {"kind": "laplace", "mean": 0, "scale": 1}},
    "W": {"kind": "formula", "formula": "X^2 / 10", "noise": {"kind": "normal", "mean": 0, "scale": 0.5}},
    "Y": {"kind": "formula", "formula": "X + 2 * W - A", "noise": {"kind": "gamma", "shape": 2, "scale": 1}}}})"}};

struct Row {
  double a = 0, x = 0, w = 0, y = 0;
};

std::vector<Row> rows_of(const std::string& csv) {
  std::vector<Row> rows;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  REQUIRE(line == "A,X,W,Y");
  while (std::getline(lines, line)) {
    Row row{line.starts_with("hi,") ? 1.0 : 0.0};
    char comma = ',';
    std::istringstream(line.substr(3)) >> row.x >> comma >> row.w >> comma >> row.y;
    rows.push_back(row);
  }
  return rows;
}

struct Action {
  std::string text;
  std::function<Row(const Row&)> other;  ///< the row under it
};

double noise_x(const Row& r) { return r.x - 1 - r.a; }
double noise_w(const Row& r) { return r.w - r.x * r.x / 10; }
double noise_y(const Row& r) { return r.y - r.x - 2 * r.w + r.a; }

/// What follows once A and X are these.
Row after(const Row& r, double a, double x) {
  const double w = x * x / 10 + noise_w(r);
  return {a, x, w, x + 2 * w - a + noise_y(r)};
}

const std::vector<Action> actions{
    {"X=1", [](const Row& r) { return after(r, r.a, 1); }},
    {"X += 0.5", [](const Row& r) { return after(r, r.a, r.x + 0.5); }},
    {"X -= 2", [](const Row& r) { return after(r, r.a, r.x - 2); }},
    {"X *= 1.5", [](const Row& r) { return after(r, r.a, r.x * 1.5); }},
    {"X='3*A - 1'", [](const Row& r) { return after(r, r.a, 3 * r.a - 1); }},
    {"A=hi", [](const Row& r) { return after(r, 1, 2 + noise_x(r)); }},
    {"A=lo, X += 1", [](const Row& r) { return after(r, 0, 2 + noise_x(r)); }},
    {"X -> Y = 4",
     [](const Row& r) {
       return Row{r.a, r.x, r.w, r.y - r.x + 4};
     }},
    {"A -> X = hi", [](const Row& r) { return after(r, r.a, 2 + noise_x(r)); }},
    {"W = 'X', X = 2",
     [](const Row& r) {
       return Row{r.a, 2, 2, 2 + 4 - r.a + noise_y(r)};
     }},
};

void check_alike(const std::vector<Row>& found, const std::vector<Row>& seen, const Action& action) {
  REQUIRE(found.size() == seen.size());
  double gap = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Row expected = action.other(seen[i]);
    for (const double each :
         {found[i].a - expected.a, found[i].x - expected.x, found[i].w - expected.w, found[i].y - expected.y})
      gap = std::max(gap, std::abs(each));
  }
  CHECK(gap < 1e-12);
}

}  // namespace

TEST_CASE("each action makes of the rows what the equations make of them, drawn anew or given") {
  const Folder folder(files);
  folder.run("sample --scm m.json --rows 500 --out seen.csv");
  const std::vector<Row> seen = rows_of(folder.read("seen.csv"));
  for (const Action& action : actions) {
    CAPTURE(action.text);
    check_alike(rows_of(folder.run("sample --scm m.json --rows 500 --out - --do \"" + action.text + "\"")), seen,
                action);
    check_alike(rows_of(folder.run("counterfactual --scm m.json --data seen.csv --do \"" + action.text + "\"")), seen,
                action);
  }
}

TEST_CASE("a distribution is drawn from anew for each row, the rest of which stays as it was") {
  const Folder folder(files);
  folder.run("sample --scm m.json --rows 4000 --out seen.csv");
  const std::vector<Row> seen = rows_of(folder.read("seen.csv"));
  for (const std::string verb : {"sample --rows 4000 --out -", "counterfactual --data seen.csv"}) {
    const std::vector<Row> found = rows_of(folder.run(verb + " --scm m.json --do 'X ~ uniform(1, 3)'"));
    REQUIRE(found.size() == 4000);
    double sum = 0, gap = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      REQUIRE(found[i].x >= 1);
      REQUIRE(found[i].x <= 3);
      sum += found[i].x;
      const Row expected = after(seen[i], seen[i].a, found[i].x);
      gap = std::max({gap, std::abs(found[i].y - expected.y), std::abs(found[i].w - expected.w)});
    }
    CHECK(gap < 1e-12);
    CHECK(std::abs(sum / 4000 - 2) < 5 / std::sqrt(3.0 * 4000));  // missed once in two million seeds
  }
}

TEST_CASE("counterfactual refuses a row that the model cannot give, by its place in the file") {
  const Folder folder(Files{{"m.json", R"({
    "graph": {"directed": [["A", "Y"], ["A", "L"]]},
    "variables": {"A": {"type": "binary", "levels": ["0", "1"]}, "L": {"type": "binary", "levels": ["0", "1"]}},
    "mechanisms": {
      "A": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
      "L": {"kind": "lookup", "inputs": ["A"], "values": {"0": 0, "1": 1}},
      "Y": {"kind": "linear", "coefficients": {"A": 2}, "noise": {"kind": "gamma", "shape": 2, "scale": 1}}}})"},
                            {"number.csv", "A,L,Y\n0,0,1\n0,0,-50\n"},
                            {"lookup.csv", "A,L,Y\n0,0,1\n1,0,3\n"}});
  for (const char* action : {"A=1", "Y=1", "L=0"}) {  // what it does not reach is refused too
    const auto number = folder.attempt("counterfactual --scm m.json --data number.csv --do " + std::string(action));
    CHECK(number.status == 4);
    CHECK(number.err.find("error: number.csv:3:5: -50, ") != std::string::npos);
    CHECK(number.err.find("column 'Y'; a row that the model can produce") != std::string::npos);
    const auto lookup = folder.attempt("counterfactual --scm m.json --data lookup.csv --do " + std::string(action));
    CHECK(lookup.status == 4);
    CHECK(lookup.err.find("error: lookup.csv:3:3: '0', ") != std::string::npos);
    CHECK(lookup.out.empty());
  }
}
