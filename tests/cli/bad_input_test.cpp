// Wrong studies, graphs, tables, models and commands, as a table: each is answered with one clear line and exit
// status 2 or 3, writes nothing, and never crashes.
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/wrong_command.hpp"

namespace {

using namespace equipoise::testing;

const std::map<std::string, std::string> chain_of_three{
    {"chain.json", R"({"directed": [["gender", "dept"], ["dept", "admit"]]})"}};

Case study_with(const std::string& name, const std::string& from, const std::string& to, const std::string& fragment) {
  return {.name = name,
          .command = "frontier study.json --out out",
          .files = {{"study.json", replaced(study, from, to)}, {"table.csv", table}, {"graph.json", graph}},
          .fragment = fragment};
}

Case with_graph(const std::string& name, const std::string& text, const std::string& fragment,
                const std::string& file = "g.json") {
  return {.name = name,
          .command = "fit --graph " + file + " --data table.csv --out scm.json",
          .files = {{file, text}, {"table.csv", table}},
          .fragment = fragment};
}

Case with_table(const std::string& name, const std::string& text, const std::string& fragment) {
  return {.name = name,
          .command = "fit --graph g.json --data t.csv --out scm.json",
          .files = {{"g.json", graph}, {"t.csv", text}},
          .fragment = fragment};
}

const std::string scm =
    R"({"graph": {"nodes": ["A", "X"], "directed": [["A", "X"]]}, "mechanisms": {)"
    R"("A": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},)"
    R"("X": {"kind": "linear", "intercept": 0, "coefficients": {"A": 1.5}, "noise": {"kind": "normal", "mean": 0, "scale": 1}}}})";

Case with_scm(const std::string& name, const std::string& from, const std::string& to, const std::string& fragment) {
  return {.name = name,
          .command = "sample --scm scm.json --rows 5 --out rows.csv",
          .files = {{"scm.json", replaced(scm, from, to)}},
          .fragment = fragment};
}

}  // namespace

TEST_CASE("a study with a misspelt key is answered with the key that was meant") {
  std::vector<Case> cases;
  for (const std::string key :
       {"data",     "csv",      "weight",   "missing",    "columns",  "graph",     "scm",        "fit",
        "outcome",  "positive", "features", "protected",  "baseline", "predictor", "objectives", "kind",
        "frontier", "method",   "points",   "replicates", "arms",     "split",     "validation", "test"}) {
    const std::string misspelt = key + "x";
    cases.push_back(study_with("the key " + misspelt, "\"" + key + "\"", "\"" + misspelt + "\"", misspelt));
  }
  check(cases);
}

TEST_CASE("a study with a value of the wrong type or out of range is answered with its place") {
  check({study_with("a name that is a number", "\"small\"", "7", "study.json#/name"),
         study_with("data that is text", R"({"csv": "table.csv", "weight": "count", "missing": "error"})",
                    "\"table.csv\"", "study.json#/data"),
         study_with("an unknown policy for missing cells", R"("missing": "error")", R"("missing": "eror")", "error"),
         study_with("an unknown column type", R"("type": "categorical")", R"("type": "categoric")", "categorical"),
         study_with("features that are text", R"(["dept", "gender"])", "\"dept\"", "study.json#/features"),
         study_with("an unknown feature", R"(["dept", "gender"])", R"(["dpet"])", "dept"),
         study_with("an outcome that is no column", R"("column": "admit")", R"("column": "admitt")", "admit"),
         study_with("a positive level that never occurs", R"("positive": "Admitted")", R"("positive": "Admited")",
                    "Admitted"),
         study_with("a baseline that never occurs", R"("baseline": "Male")", R"("baseline": "male")", "Male"),
         study_with("an unknown predictor", R"("kind": "logistic")", R"("kind": "logistik")", "logistic"),
         study_with("an unknown objective", R"("kind": "log-loss")", R"("kind": "logloss")", "log-loss"),
         study_with("no objectives", R"([{"kind": "log-loss"}, {"kind": "demographic-parity", "protected": "gender"}])",
                    "[]", "study.json#/objectives"),
         study_with("a protected column unknown to the study", R"("protected": "gender"})", R"("protected": "gendre"})",
                    "gender"),
         study_with("an unknown method", R"("weighted-sum")", R"("weighted-sums")", "weighted-sum"),
         study_with("no points", R"("points": 2)", R"("points": 0)", "study.json#/frontier/points"),
         study_with("points that are a fraction", R"("points": 2)", R"("points": 2.5)", "study.json#/frontier/points"),
         study_with("negative replicates", R"("replicates": 1)", R"("replicates": -1)",
                    "study.json#/frontier/replicates"),
         study_with("an unknown arm", R"("correlational")", R"("corelational")", "correlational"),
         study_with("an arm listed twice", R"("correlational")", R"("causal")", "causal"),
         study_with("a split that leaves nothing to train on", R"("validation": 0.2)", R"("validation": 0.9)",
                    "study.json#/split"),
         study_with("a split below 0", R"("test": 0.2)", R"("test": -0.2)", "study.json#/split/test"),
         study_with("a seed that is text", R"("seed": 1)", R"("seed": "one")", "study.json#/split/seed"),
         study_with("a key twice", R"("name": "small")", R"("name": "small", "name": "large")", "name"),
         study_with("a table that is not there", "table.csv", "tabel.csv", "tabel.csv"),
         study_with("a graph that is not there", "graph.json", "grph.json", "grph.json"),
         study_with("a weight that is no column", R"("weight": "count")", R"("weight": "cuont")", "count"),
         study_with("a comma too many", R"("split")", R"(, "split")", "study.json:")});
}

TEST_CASE("a study that is no study is answered with its name") {
  const std::string command = "frontier s.json --out out";
  check({{.name = "no study", .command = "frontier none.json --out out", .files = {}, .fragment = "none.json"},
         {.name = "an empty study", .command = command, .files = {{"s.json", ""}}, .fragment = "s.json"},
         {.name = "a list", .command = command, .files = {{"s.json", "[]"}}, .fragment = "s.json"},
         {.name = "binary junk",
          .command = command,
          .files = {{"s.json", std::string("\0\xff\x13{", 4)}},
          .fragment = "s.json"},
         {.name = "nested without end",
          .command = command,
          .files = {{"s.json", std::string(100000, '[')}},
          .fragment = "s.json"},
         {.name = "a directory", .command = "frontier / --out out", .files = {}, .fragment = "/"},
         {.name = "no target",
          .command = "frontier s.json",
          .files = {{"s.json", study}},
          .status = 2,
          .fragment = "--out"}});
}

TEST_CASE("a wrong graph is answered with the cycle, the edge or the node that is wrong") {
  check({with_graph("a cycle", R"({"directed": [["gender", "dept"], ["dept", "admit"], ["admit", "gender"]]})", "->"),
         with_graph("a self-loop", R"({"directed": [["gender", "gender"], ["dept", "admit"]]})", "gender"),
         with_graph("an edge twice", R"({"directed": [["gender", "dept"], ["gender", "dept"], ["dept", "admit"]]})",
                    "dept"),
         with_graph("an unknown node", R"({"nodes": ["gender", "dept"], "directed": [["gender", "detp"]]})", "dept"),
         with_graph("a misspelt key", R"({"directd": [["gender", "dept"]]})", "directed"),
         with_graph("edges that are text", R"({"directed": "gender -> dept"})", "/directed"),
         with_graph("an edge of three", R"({"directed": [["gender", "dept", "admit"]]})", "/directed/0"),
         with_graph("an empty file", "", "g.json"),
         with_graph("binary junk", std::string("\x01\0\xfe\xff", 4), "g.json"),
         with_graph("half a DOT graph", "digraph { gender -> dept; admit -> ", "g.dot", "g.dot"),
         with_graph("half a DAGitty graph", "dag { gender -> ", "g.dagitty", "g.dagitty"),
         with_graph("a node that is no column", R"({"directed": [["gender", "department"]]})", "department"),
         with_graph("a graph that is a list", "[]", "g.json: a list"),
         with_graph("a node listed twice", R"({"nodes": ["gender", "dept", "gender"]})", "g.json#/nodes/2"),
         with_graph("a node that is a number", R"({"nodes": ["gender", 7]})", "g.json#/nodes/1"),
         with_graph("a latent node that is none", R"({"nodes": ["gender", "dept"], "latent": ["dpt"]})", "'dept'"),
         with_graph("latent nodes alone", R"({"nodes": ["gender"], "latent": ["gender"]})", "latent"),
         with_graph("an undirected edge", R"({"undirected": [["gender", "dept"]]})", "gender -- dept"),
         with_graph("a key twice", R"({"nodes": ["gender"], "nodes": ["dept"]})", "'nodes'"),
         with_graph("a line over 64 MiB", R"({"nodes": [")" + std::string((64u << 20) + 10, 'x') + "\"]}", "g.json"),
         with_graph("lists without end", std::string(1'000'000, '['), "g.json"),
         with_graph("groups without end", "digraph " + std::string(1'000'000, '{'), "g.dot:1:109", "g.dot"),
         with_graph("an empty DOT file", " \n", "g.dot", "g.dot"),
         with_graph("an empty DAGitty file", "", "g.txt", "g.txt"),
         with_graph("binary junk in DOT", std::string("\x89PNG\r\n\x1a\n\0\0", 10), "g.gv:1", "g.gv"),
         with_graph("a misspelt head in DOT", "digrph { gender -> dept }", "'digraph'", "g.dot"),
         with_graph("a misspelt direction in DOT", "digraph { gender -> dept [dir=bth] }", "g.dot:1:31", "g.dot"),
         with_graph("a quote that never ends", "digraph {\n \"gender -> dept }", "g.dot:2:2", "g.dot"),
         with_graph("a cycle in DAGitty", "dag { gender -> dept -> admit -> gender }",
                    "gender -> dept -> admit -> gender", "g.dagitty"),
         with_graph("an ancestral graph", "mag { gender -> dept }", "g.txt:1:1", "g.txt"),
         with_graph("a circle mark", "dag { gender @-> dept }", "'@->'", "g.txt"),
         with_graph("a graph of an unknown format", "gender causes dept", "graph:1:1: 'gender'", "graph"),
         {.name = "a graph that is a folder",
          .command = "fit --graph . --data table.csv --out s.json",
          .files = {{"table.csv", table}},
          .fragment = ".: a folder"},
         {.name = "no graph",
          .command = "fit --graph none.json --data table.csv --out s.json",
          .files = {{"table.csv", table}},
          .fragment = "none.json"}});
}

TEST_CASE("a wrong table is answered with the row, the column or the name that is wrong") {
  check(
      {with_table("an empty file", "", "t.csv"),
       with_table("a header alone", "gender,dept,admit\n", "t.csv"),
       with_table("a row too short", "gender,dept,admit\nMale,A,1\nMale,A\n", "t.csv:3"),
       with_table("a row too long", "gender,dept,admit\nMale,A,1,2\n", "t.csv:2"),
       with_table("a quote that never ends", "gender,dept,admit\n\"Male,A,1\nMale,A,1\n", "t.csv:"),
       with_table("text after a quote", "gender,dept,admit\n\"Male\"x,A,1\n", "t.csv:2"),
       with_table("a missing cell", "gender,dept,admit\nMale,,1\nFemale,B,0\n", "t.csv:2"),
       with_table("a column twice", "gender,dept,dept\nMale,A,1\n", "dept"),
       with_table("binary junk", std::string("\x89PNG\r\n\x1a\n\0\0\0\xff", 12), "t.csv"),
       with_table("a line over 64 MiB", "gender,dept,admit\n" + std::string((64u << 20) + 10, 'x') + ",A,1\n", "t.csv"),
       with_table("bytes that are no text", "gender,dept,admit\nMale,\xff,1\nFemale,B,0\n", "t.csv:2:6"),
       with_table("an empty column name", "gender,dept,admit,\nMale,A,1,2\n", "t.csv:1:19"),
       with_table("a node that is no column", "gender,dept,admitted\nMale,A,1\n", "'admit'"),
       {.name = "a weight that is no column",
        .command = "fit --graph g.json --data t.csv --weight cuont --out s.json",
        .files = {{"g.json", graph}, {"t.csv", table}},
        .fragment = "'count'"},
       {.name = "a weight that is a node",
        .command = "fit --graph g.json --data t.csv --weight admit --out s.json",
        .files = {{"g.json", graph}, {"t.csv", table}},
        .status = 2,
        .fragment = "--weight"},
       {.name = "a weight that is text",
        .command = "fit --graph g.json --data t.csv --weight w --out s.json",
        .files = {{"g.json", graph}, {"t.csv", "gender,dept,admit,w\nMale,A,1,many\n"}},
        .fragment = "t.csv:2:10"},
       {.name = "a weight below 0",
        .command = "fit --graph g.json --data t.csv --weight w --out s.json",
        .files = {{"g.json", graph}, {"t.csv", "gender,dept,admit,w\nMale,A,1,-1\n"}},
        .fragment = "t.csv:2:10"},
       {.name = "an unknown policy for missing cells",
        .command = "fit --graph g.json --data t.csv --missing ignore --out s.json",
        .files = {{"g.json", graph}, {"t.csv", table}},
        .status = 2,
        .fragment = "--missing"},
       {.name = "a fit without a target",
        .command = "fit --graph g.json --data t.csv",
        .files = {{"g.json", graph}, {"t.csv", table}},
        .status = 2,
        .fragment = "--out"},
       {.name = "no table",
        .command = "fit --graph g.json --data none.csv --out s.json",
        .files = {{"g.json", graph}},
        .fragment = "none.csv"}});
}

TEST_CASE("a wrong question of why two groups differ is answered with the option or the name that is wrong") {
  const std::map<std::string, std::string> files{{"g.json", graph},
                                                 {"t.csv", table},
                                                 {"backwards.dot", "digraph { admit -> gender }"},
                                                 {"open.txt", "pdag { gender -- admit }"}};
  const auto asked = [&](const std::string& name, const std::string& words, const std::string& fragment,
                         int status = 3) {
    return Case{.name = name,
                .command = "decompose --data t.csv --weight count " + words,
                .files = files,
                .status = status,
                .fragment = fragment};
  };
  const std::string groups = " --protected 'gender=Female vs Male'", outcome = " --outcome admit=Admitted";
  check(
      {asked("a graph and a list", "--graph g.json --mediators dept" + groups + outcome, "--graph", 2),
       asked("neither a graph nor a list", groups + outcome, "--data", 2),
       asked("no graph", "--graph none.json" + groups + outcome, "none.json"),
       asked("an attribute that is no node", "--graph g.json --protected 'gendr=Female vs Male'" + outcome, "'gender'"),
       asked("an outcome that is no node", "--graph g.json" + groups + " --outcome admitt=Admitted", "'admit'"),
       asked("the attribute as its own outcome", "--graph g.json" + groups + " --outcome gender=Male",
             "g.json: 'gender'"),
       asked("an outcome that causes the attribute", "--graph backwards.dot" + groups + outcome, "backwards.dot"),
       asked("an undirected edge", "--graph open.txt" + groups + outcome, "gender -- admit"),
       asked("a group that never occurs", "--graph g.json --protected 'gender=Femle vs Male'" + outcome, "'Female'"),
       asked("a mediator that is no column", "--mediators dpt" + groups + outcome, "'dept'"),
       asked("a variable that confounds and mediates", "--confounders dept --mediators dept" + groups + outcome,
             "'dept'"),
       {.name = "a combination that one group never has",
        .command = "decompose --data thin.csv --mediators dept" + groups + outcome,
        .files = {{"thin.csv", "gender,dept,admit\nMale,A,Admitted\nMale,B,Rejected\nFemale,A,Admitted\n"}},
        .status = 4,
        .place = "thin.csv: no one with gender=Female, dept=B"},
       asked("the outcome as a mediator", "--mediators admit" + groups + outcome, "'admit'"),
       asked("the attribute as a confounder", "--confounders gender" + groups + outcome, "'gender'"),
       asked("the attribute as the outcome, without a graph", "--mediators dept" + groups + " --outcome gender=Male",
             "'gender'"),
       asked("one group alone", "--graph g.json --protected gender=Female" + outcome, "--protected", 2),
       asked("one group alone, beside another attribute",
             "--graph g.json --protected 'gender=Female vs Male, dept=A'" + outcome, "'A'", 2),
       asked("an attribute compared twice",
             "--graph g.json --protected 'gender=Female vs Male, gender=Male vs Female'" + outcome, "--protected:23"),
       asked("a second attribute that is no node",
             "--graph g.json --protected 'gender=Female vs Male, dpt=A vs B'" + outcome, "'dept'"),
       asked("a second attribute that mediates",
             "--mediators dept --protected 'gender=Female vs Male, dept=A vs B'" + outcome, "'dept'"),
       asked("a second group that never occurs",
             "--graph g.json --protected 'gender=Female vs Male, dept=A vs Z'" + outcome, "'Z'"),
       {.name = "a graph beside a model",
        .command = "decompose --scm scm.json --graph g.json" + groups + outcome,
        .files = files,
        .status = 2,
        .fragment = "--graph"}});
}

TEST_CASE("a directory that holds no study is answered with the file that is missing or wrong") {
  check({{.name = "no directory", .command = "report none", .files = {}, .fragment = "none/frontier.json"},
         {.name = "no frontier", .command = "report .", .files = {{"study.json", study}}, .fragment = "frontier.json"},
         {.name = "a frontier that is a list",
          .command = "report .",
          .files = {{"frontier.json", "[]"}, {"study.json", study}},
          .fragment = "frontier.json"},
         {.name = "binary junk",
          .command = "report .",
          .files = {{"frontier.json", std::string("\0\xff\x13{", 4)}, {"study.json", study}},
          .fragment = "frontier.json"},
         {.name = "a directory too many", .command = "report a b", .files = {}, .status = 2, .fragment = "b"}});
}

TEST_CASE("a wrong model is answered with the mechanism that is wrong") {
  check({with_scm("a misspelt key", R"("mechanisms")", R"("mechanism")", "mechanism"),
         with_scm("an unknown mechanism", R"("linear")", R"("liner")", "linear"),
         with_scm("a coefficient of no parent", R"({"A": 1.5})", R"({"B": 1.5})", "B"),
         with_scm("a probability above 1", R"("p": 0.5)", R"("p": 1.5)", "/mechanisms/A"),
         with_scm("a scale below 0", R"("scale": 1)", R"("scale": -1)", "/mechanisms/X"),
         with_scm("an unknown noise", R"("normal")", R"("norml")", "normal"),
         with_scm("a number that is text", R"("intercept": 0)", R"("intercept": "0")", "/mechanisms/X"),
         {.name = "rows that are no number",
          .command = "sample --scm scm.json --rows many --out rows.csv",
          .files = {{"scm.json", scm}},
          .status = 2,
          .fragment = "--rows"},
         {.name = "rows as CSV where one JSON document is due",
          .command = "sample --scm scm.json --rows 5 --out - --format json",
          .files = {{"scm.json", scm}},
          .status = 2,
          .fragment = "--out"},
         {.name = "an intervention on nothing",
          .command = "sample --scm scm.json --rows 5 --do Q=1 --out rows.csv",
          .files = {{"scm.json", scm}},
          .fragment = "Q"},
         {.name = "half an intervention",
          .command = "sample --scm scm.json --rows 5 --do A= --out rows.csv",
          .files = {{"scm.json", scm}},
          .fragment = "--do:3"}});
}

TEST_CASE("wrong questions to a graph are answered with the option or the edge that is wrong") {
  check({{.name = "a separation from an unknown variable",
          .command = "separate --graph chain.json --x gendr --y admit",
          .files = chain_of_three,
          .fragment = "did you mean 'gender'?",
          .place = "--x: "},
         {.name = "a separation of a variable from itself",
          .command = "separate --graph chain.json --x gender,dept --y dept",
          .files = chain_of_three,
          .fragment = "'dept', which stands in --x too",
          .place = "--y: "},
         {.name = "a separation given one of its sides",
          .command = "separate --graph chain.json --x gender --y admit --given gender",
          .files = chain_of_three,
          .fragment = "'gender', which stands in --x too",
          .place = "--given: "},
         {.name = "a separation from nothing",
          .command = "separate --graph chain.json --x gender --y \"\"",
          .files = chain_of_three,
          .status = 2,
          .fragment = "is empty",
          .place = "--y"},
         {.name = "a separation in a graph whose edges are undirected",
          .command = "separate --graph u.dot --x A --y B",
          .files = {{"u.dot", "graph { A -- B }"}},
          .fragment = "undirected"}});
}

TEST_CASE("wrong questions to a table are answered with the name or the value that is wrong") {
  const std::map<std::string, std::string> files{{"t.csv", "y,p,g\n1,1,a\n0,1,b\n1,0,a\n0,0,b\n"},
                                                 {"one.csv", "y,p,g\n1,1,a\n0,1,a\n"}};
  check({{.name = "an unknown label",
          .command = "metrics --data t.csv --label yy --prediction p --protected g",
          .files = files,
          .fragment = "yy"},
         {.name = "one group alone",
          .command = "metrics --data one.csv --label y --prediction p --protected g",
          .files = files,
          .fragment = "g"},
         {.name = "a label that is not 0 or 1",
          .command = "metrics --data t.csv --label g --prediction p --protected y",
          .files = files,
          .fragment = "g"},
         {.name = "points of which one is a text",
          .command = "pareto --points p.csv",
          .files = {{"p.csv", "gap,error\n1,2\nnone,1\n"}},
          .fragment = "column 'gap'"},
         {.name = "points of which one is not a number",
          .command = "pareto --points p.csv",
          .files = {{"p.csv", "a,b\nnan,2\n1,2\n"}},
          .fragment = "column 'a' holds the number 1 and the text 'nan'"},
         {.name = "points of which one is infinite",
          .command = "pareto --points p.csv",
          .files = {{"p.csv", "a,b\n-inf,2\n1,2\n"}},
          .fragment = "the text '-inf'"},
         {.name = "an objective that is no column",
          .command = "pareto --points p.csv --objectives a,c",
          .files = {{"p.csv", "a,b\n1,2\n2,1\n"}},
          .fragment = "'c'"},
         {.name = "an objective of texts",
          .command = "pareto --points p.csv --objectives a,b",
          .files = {{"p.csv", "a,b\n1,x\n2,y\n"}},
          .fragment = "'b'"},
         {.name = "a volume that no number holds",
          .command = "pareto --points p.csv --reference 1e200,1e200",
          .files = {{"p.csv", "a,b\n0,0\n1,1\n"}},
          .fragment = "volume"},
         {.name = "a reference of the wrong length",
          .command = "pareto --points p.csv --reference 1,2,3",
          .files = {{"p.csv", "a,b\n1,2\n2,1\n"}},
          .status = 2,
          .fragment = "--reference"},
         {.name = "an unknown built-in study",
          .command = "demo berkely --out out",
          .files = {},
          .status = 2,
          .fragment = "berkeley"},
         {.name = "a report of nothing", .command = "report none", .files = {}, .fragment = "none"}});
}
