// Wrong queries, tables and domains of `identify`: each is answered with the place that is wrong.
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/wrong_command.hpp"

using namespace equipoise::testing;

namespace {

const Files query_files{
    {"g.json", graph},
    {"part.csv", "gender,dept,p\nMale,A,0.5\nFemale,B,0.5\n"},
    {"short.csv", "gender,dept,admit,p\nMale,A,Admitted,0.5\nFemale,B,Rejected,0.4\n"},
    {"table.csv", table},
    {"gap.csv", "gender,dept,admit,p\nMale,,Admitted,1\n"},
    {"empty.txt", "# no query\n\n"},
    {"second.txt", "P(admit)\nP(admit | do(gendr))\n"},
    {"keys.json", R"({"domains": [{"experiment": []}]})"},
    {"unknown.json", R"({"domains": [{"experiments": [{"intervened": ["gendr"]}]}]})"},
    {"target.json", R"({"domains": [{"selection": ["dept"], "experiments": [[]]}]})"},
    {"none.json", R"({"domains": []})"},
    {"half.json", R"({"domains": [{"experiments": [{"intervened": ["gender"], "distributions": [
                            {"do": {"gender": "Male"}, "joint": "male.csv"}]}]}]})"},
    {"bare.json", R"({"domains": [{"experiments": [{"intervened": ["gender"], "distributions": [
                            {"joint": "male.csv"}]}]}]})"},
    {"gone.json", R"({"domains": [{"experiments": [{"distributions": [{"joint": "gone.csv"}]}]}]})"},
    {"male.csv", "dept,admit,count\nA,Admitted,3\nB,Rejected,4\n"}};

Case of(const std::string& name, const std::string& options, const std::string& place, const std::string& fragment,
        int status = 3) {
  return {.name = name,
          .command = "identify --graph g.json " + options,
          .files = query_files,
          .status = status,
          .fragment = fragment,
          .place = place};
}

}  // namespace

TEST_CASE("a wrong query is answered with its column") {
  check({of("no query", "", "--query: ", "no query", 2),
         of("a query and a file of them", "--query 'P(admit)' --queries second.txt", "--queries: ", "both", 2),
         of("an unknown variable", "--query 'P(admitt)'", "--query:3: ", "did you mean 'admit'?"),
         of("half a query", "--query 'P(admit'", "--query:8: ", "the end of the query; ')'"),
         of("no function", "--query 'Q(admit)'", "--query:1: ", "'Q'"),
         of("a misspelt effect", "--query 'NED(gender -> admit)'", "--query:1: ", "did you mean 'NDE'?"),
         of("an outcome that is set", "--query 'P(admit | do(admit))'", "--query:14: ", "stands twice"),
         of("a condition that is set", "--query 'P(admit | do(gender), gender)'", "--query:14: ", "stands twice"),
         of("two worlds' notations at once", "--query 'P(admit_{gender=1} = 1 | do(dept = 1))'",
            "--query:3: ", "beside do()"),
         of("a world without a value", "--query 'P(admit_{gender} = 1)'", "--query:16: ", "'=' and a value"),
         of("an order of texts", "--query 'P(dept > A)'", "--query:3: ", "an order among values")});
}

TEST_CASE("a wrong table or file of domains is answered with its place") {
  check({of("a value that never occurs", "--query 'P(admit = Admited)' --joint table.csv",
            "--query:11: ", "did you mean 'Admitted'?"),
         of("probabilities that do not sum to 1", "--query 'P(admit)' --joint short.csv", "short.csv: column 'p'",
            "sum to 0.9"),
         of("a table without a variable", "--query 'P(admit = Admitted)' --joint part.csv",
            "part.csv: ", "no column 'admit'"),
         of("a missing cell", "--query 'P(admit)' --joint gap.csv", "gap.csv:2:6: ", "missing"),
         of("a missing table", "--query 'P(admit)' --joint tabel.csv", "tabel.csv", "did you mean 'table.csv'?"),
         of("a file without queries", "--queries empty.txt", "empty.txt: ", "no query"),
         of("a wrong query in a file", "--queries second.txt", "second.txt:2:14: ", "did you mean 'gender'?"),
         of("a misspelt key", "--query 'P(admit)' --domains keys.json", "keys.json#/domains/0",
            "did you mean 'experiments'?"),
         of("an unknown experiment", "--query 'P(admit)' --domains unknown.json",
            "unknown.json#/domains/0/experiments/0/intervened/0: ", "did you mean 'gender'?"),
         of("a target that differs from itself", "--query 'P(admit)' --domains target.json",
            "target.json#/domains/0/selection: ", "a selection of the target"),
         of("no domain", "--query 'P(admit)' --domains none.json", "none.json#/domains: ", "no domain"),
         of("a value that no table is for", "--query 'P(admit = Admitted | do(gender = Female))' --domains half.json",
            "--query:", "'gender' is never 'Female'"),
         of("a table of no value", "--query 'P(admit)' --domains bare.json",
            "bare.json#/domains/0/experiments/0/distributions/0: ", "no value of 'gender'"),
         of("a table that is not there", "--query 'P(admit)' --domains gone.json", "gone.csv", ""),
         of("a joint beside domains", "--query 'P(admit)' --domains target.json --joint table.csv",
            "--joint: ", "a joint beside --domains", 2),
         of("all interventions beside domains", "--query 'P(admit)' --domains target.json --from interventional",
            "--from: ", "beside --domains", 2)});
}
