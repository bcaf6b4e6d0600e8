// What a public header may not drag into its users: decompositions, JSON, Boost.Graph, parsers, slow headers.
#include <catch2/catch.hpp>

#include "house/source_tree.hpp"

namespace {

namespace fs = std::filesystem;
using namespace equipoise::house;

bool forbidden(const std::string& path, const std::string& include) {
  if (include.starts_with("Eigen/")) return include != "Eigen/Core";
  if (include.starts_with("nlohmann/")) return include != "nlohmann/json_fwd.hpp";
  if (include.starts_with("boost/")) return path != "graph/boost.hpp";
  if (include.starts_with("CLI/") || include.starts_with("catch2/")) return true;
  return include == "iostream" || include == "regex" || include == "format" || include == "expected" ||
         include == "filesystem" || include == "random";
}

}  // namespace

TEST_CASE("public headers include nothing that is slow to compile or must be linked") {
  const fs::path base = root() / "include" / "equipoise";
  for (const fs::path& file : files(base, {".hpp"})) {
    const std::string path = fs::relative(file, base).generic_string();
    for (const std::string& include : includes(read(file))) {
      CAPTURE(path, include);
      CHECK_FALSE(forbidden(path, include));
    }
  }
}

TEST_CASE("a planted heavy include is found") {
  CHECK(forbidden("core/a.hpp", "Eigen/Dense"));
  CHECK(forbidden("core/a.hpp", "nlohmann/json.hpp"));
  CHECK(forbidden("graph/a.hpp", "boost/graph/adjacency_list.hpp"));
  CHECK_FALSE(forbidden("graph/boost.hpp", "boost/graph/graph_traits.hpp"));
  CHECK_FALSE(forbidden("core/a.hpp", "Eigen/Core"));
  CHECK_FALSE(forbidden("core/a.hpp", "nlohmann/json_fwd.hpp"));
}

TEST_CASE("every public header is guarded, begins with what it is, and lives in the library's namespace") {
  const fs::path base = root() / "include" / "equipoise";
  for (const fs::path& file : files(base, {".hpp"})) {
    CAPTURE(file.string());
    const std::string text = read(file);
    CHECK(text.starts_with("//"));
    CHECK(text.find("#pragma once") != std::string::npos);
    CHECK(text.find("using namespace") == std::string::npos);
  }
}
