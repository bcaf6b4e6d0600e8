// Documents that must keep up with the code.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

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

std::vector<std::filesystem::path> documents() {
  std::vector<std::filesystem::path> all = files(root() / "docs", {".md"});
  for (const char* name : {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}) all.push_back(root() / name);
  return all;
}

std::string without_code(const std::string& text) {
  std::string kept;
  bool code = false;
  for (std::size_t at = 0, fence; at < text.size(); at = fence + 3, code = !code) {
    fence = std::min(text.find("```", at), text.size());
    if (!code) kept += text.substr(at, fence - at);
  }
  return kept;
}

/// The anchors of a document's headings, as Markdown's readers make them: letters and digits in lower case, blanks as
/// hyphens, signs left out.
std::set<std::string> anchors(const std::string& text) {
  std::set<std::string> found;
  const std::regex heading(R"((^|\n)#+ ([^\n]*))");
  const std::string prose = without_code(text);
  for (auto match = std::sregex_iterator(prose.begin(), prose.end(), heading); match != std::sregex_iterator();
       ++match) {
    std::string anchor;
    for (const char c : (*match)[2].str())
      if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      else if (c == ' ')
        anchor += '-';
    found.insert(anchor);
  }
  return found;
}

}  // namespace

TEST_CASE("every link from one document to another leads somewhere") {
  const std::regex link(R"(\]\(([^)#:\s]*)#?([^):\s]*)\))");
  for (const std::filesystem::path& document : documents()) {
    const std::string prose = without_code(read(document));
    for (auto match = std::sregex_iterator(prose.begin(), prose.end(), link); match != std::sregex_iterator();
         ++match) {
      const std::string path = (*match)[1], anchor = (*match)[2];
      const auto target = path.empty() ? document : document.parent_path() / path;
      CAPTURE(document.string(), path, anchor);
      REQUIRE(std::filesystem::exists(target));
      if (!anchor.empty()) CHECK(anchors(read(target)).count(anchor) == 1);
    }
  }
}

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
