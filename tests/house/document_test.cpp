// Documents that must keep up with the code.
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "house/source_tree.hpp"

namespace {

using namespace equipoise::house;

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), expression); match != std::sregex_iterator();
       ++match)
    found.insert((*match)[1].str() + " " + (*match)[2].str());
  return found;
}

}  // namespace

TEST_CASE("docs/errors.md describes every error code and no other") {
  const auto declared = matches(read(root() / "include/equipoise/core/error.hpp"), R"(\n  ([a-z_]+) = ([0-9]{3}),)");
  const auto described = matches(read(root() / "docs/errors.md"), R"(\| `([a-z_]+)` \| ([0-9]{3}) \|)");
  CHECK(declared.size() > 20);
  CHECK(described == declared);
}

TEST_CASE("docs/architecture.md lists the modules in the order that the build enforces") {
  const std::string text = read(root() / "docs/architecture.md");
  std::string row;
  for (const std::string& module : modules()) row += (row.empty() ? "" : " → ") + module;
  CHECK(text.find(row) != std::string::npos);
}

TEST_CASE("the version is the same everywhere") {
  const auto build = matches(read(root() / "CMakeLists.txt"), R"(project\((equipoise) VERSION ([0-9.]+))");
  const auto header = matches(read(root() / "include/equipoise/version.hpp"), R"RE(header_version (=) "([0-9.]+)")RE");
  REQUIRE(build.size() == 1);
  REQUIRE(header.size() == 1);
  CHECK(build.begin()->substr(10) == header.begin()->substr(2));
}
