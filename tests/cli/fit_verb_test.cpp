// `equipoise fit`, through the binary.
#include <catch2/catch.hpp>

#include "cli/folder.hpp"

using equipoise::testing::Folder;

TEST_CASE("fit takes a joint table's count as its weight where no other is named") {
  const Folder folder({{"g.json", R"({"directed": [["A", "Y"]]})"},
                       {"joint.csv", "A,Y,count\n0,0,30\n0,1,10\n1,0,5\n1,1,20\n"},
                       {"node.json", R"({"directed": [["A", "count"]]})"}});
  folder.run("fit --graph g.json --data joint.csv --out own.json");
  folder.run("fit --graph g.json --data joint.csv --weight count --out named.json");
  CHECK(folder.read("own.json") == folder.read("named.json"));
  folder.run("fit --graph node.json --data joint.csv --out node.json.out");  // there it is a node
  CHECK(folder.read("node.json.out").find("count") != std::string::npos);
}

TEST_CASE("fit warns where a table's weights are probabilities, not people") {
  const Folder folder(
      {{"g.json", R"({"directed": [["A", "Y"]]})"}, {"joint.csv", "A,Y,p\n0,0,0.5\n0,1,0.1\n1,0,0.1\n1,1,0.3\n"}});
  const auto answer = folder.attempt("fit --graph g.json --data joint.csv --out m.json");
  CHECK(answer.status == 0);
  CHECK(answer.err.find("weights that sum to 1 are fitted as so many people") != std::string::npos);
}
