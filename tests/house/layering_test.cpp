// The arrows of docs/architecture.md: a module includes only itself and what stands to its left.
#include <algorithm>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "house/source_tree.hpp"

namespace {

namespace fs = std::filesystem;
using namespace equipoise::house;

/// A file's place in the row, from its path below include/equipoise or src: version.hpp and fwd.hpp stand
/// before everything; testing/, the umbrella header and the command line after everything.
std::optional<std::size_t> rank(const std::string& path) {
  const auto row = modules();
  const std::string first = path.substr(0, path.find('/'));
  if (path == "version.hpp" || path == "fwd.hpp") return 0;
  if (path == "equipoise.hpp" || first == "testing" || first == "cli") return row.size() + 1;
  const auto found = std::find(row.begin(), row.end(), first);
  if (found == row.end()) return std::nullopt;
  return static_cast<std::size_t>(found - row.begin()) + 1;
}

/// What an include line of ours names, below include/equipoise or src; "" for other people's headers.
std::string own(const std::string& include) {
  if (include.starts_with("equipoise/")) return include.substr(10);
  const std::string first = include.substr(0, include.find('/'));
  const auto row = modules();
  const bool ours = first == "cli" || std::find(row.begin(), row.end(), first) != row.end();
  return ours && first != include ? include : std::string{};
}

/// The include lines of a file that point to its right, each as "PATH includes INCLUDE".
std::vector<std::string> backward_arrows(const std::string& path, const std::string& source) {
  std::vector<std::string> arrows;
  const auto from = rank(path);
  for (const std::string& include : includes(source)) {
    const std::string target = own(include);
    if (target.empty()) continue;
    const auto to = rank(target);
    if (!from || !to || *to > *from) arrows.push_back(path + " includes " + include);
  }
  return arrows;
}

}  // namespace

TEST_CASE("no file includes a module that stands to its right") {
  std::size_t read_files = 0;
  for (const fs::path& base : {root() / "include" / "equipoise", root() / "src"}) {
    for (const fs::path& file : files(base, {".hpp", ".cpp"})) {
      const std::string path = fs::relative(file, base).generic_string();
      CAPTURE(path);
      CHECK(backward_arrows(path, read(file)) == std::vector<std::string>{});
      ++read_files;
    }
  }
  CHECK(read_files > 20);
}

TEST_CASE("the layering test finds an arrow that points back") {
  CHECK(backward_arrows("graph/a.hpp", "#include <equipoise/core/error.hpp>\n").empty());
  CHECK(backward_arrows("graph/a.hpp", "#include <equipoise/graph/b.hpp>\n#include <vector>\n").empty());
  CHECK(backward_arrows("graph/a.cpp", "#include \"core/file.hpp\"\n#include <boost/graph/x.hpp>\n").empty());
  CHECK(backward_arrows("graph/a.hpp", "#include <equipoise/scm/scm.hpp>\n").size() == 1);
  CHECK(backward_arrows("graph/a.cpp", "  #include \"scm/scm_file.hpp\"\n").size() == 1);
  CHECK(backward_arrows("core/a.hpp", "#include <equipoise/equipoise.hpp>\n").size() == 1);
  CHECK(backward_arrows("report/a.cpp", "#include \"cli/verb.hpp\"\n").size() == 1);
  CHECK(backward_arrows("train/a.hpp", "#include <equipoise/testing/checker.hpp>\n").size() == 1);
  CHECK(backward_arrows("core/a.hpp", "#include <equipoise/nowhere/x.hpp>\n").size() == 1);
  CHECK(backward_arrows("nowhere/a.hpp", "#include <equipoise/core/error.hpp>\n").size() == 1);
}
