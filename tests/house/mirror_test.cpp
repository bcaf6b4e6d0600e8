// tests/ mirrors include/: what is tested where can be told from the path alone.
#include <algorithm>

#include <catch2/catch.hpp>

#include "house/source_tree.hpp"

namespace {

namespace fs = std::filesystem;
using namespace equipoise::house;

std::size_t lines(const fs::path& directory) {
  std::size_t count = 0;
  for (const fs::path& file : files(directory, {".hpp", ".cpp"})) {
    const std::string text = read(file);
    count += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  return count;
}

}  // namespace

TEST_CASE("every public header of a module has its test file") {
  const fs::path base = root() / "include" / "equipoise";
  for (const fs::path& file : files(base, {".hpp"})) {
    const fs::path path = fs::relative(file, base);
    if (!path.has_parent_path()) continue;  // the umbrella, the forward declarations and the version
    const fs::path test = root() / "tests" / path.parent_path() / (path.stem().string() + "_test.cpp");
    CAPTURE(test.string());
    CHECK(fs::exists(test));
  }
}

TEST_CASE("the library is mostly headers") {
  std::size_t compiled = lines(root() / "src");
  compiled -= lines(root() / "src" / "cli") + lines(root() / "src" / "report");
  CHECK(lines(root() / "include") > compiled);
}

TEST_CASE("the umbrella header includes every module's public headers but those that say so") {
  const fs::path base = root() / "include" / "equipoise";
  const auto included = includes(read(base / "equipoise.hpp"));
  const auto row = modules();
  for (const fs::path& file : files(base, {".hpp"})) {
    const std::string path = fs::relative(file, base).generic_string();
    const bool of_a_module = std::find(row.begin(), row.end(), path.substr(0, path.find('/'))) != row.end();
    if (!of_a_module) continue;
    const bool says_so = read(file).find("\n// Not in equipoise.hpp") != std::string::npos;
    CAPTURE(path);  // scripts/write_umbrella adds it
    CHECK((std::find(included.begin(), included.end(), "equipoise/" + path) != included.end()) != says_so);
  }
}
