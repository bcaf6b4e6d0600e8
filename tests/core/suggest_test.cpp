#include <equipoise/core/suggest.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

// The definition, term by term.
std::size_t distance_by_definition(std::string_view a, std::string_view b) {
  if (a.empty()) return b.size();
  if (b.empty()) return a.size();
  const std::size_t kept = distance_by_definition(a.substr(1), b.substr(1)) + (a[0] == b[0] ? 0 : 1);
  std::size_t exchanged = kept;
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    exchanged = distance_by_definition(a.substr(2), b.substr(2)) + 1;
  }
  return std::min(
      {kept, exchanged, distance_by_definition(a.substr(1), b) + 1, distance_by_definition(a, b.substr(1)) + 1});
}

}  // namespace

TEST_CASE("the edit distance of known pairs") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("flaw", "lawn") == 2);
  CHECK(edit_distance("graph", "grpah") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // 2 only where a byte may be edited twice
}

TEST_CASE("the edit distance equals its recursive definition on random words") {
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    std::string words[2];
    for (std::string& word : words) {
      for (auto length = random() % 6; length > 0; --length) word += static_cast<char>('a' + random() % 3);
    }
    CAPTURE(words[0], words[1]);
    CHECK(edit_distance(words[0], words[1]) == distance_by_definition(words[0], words[1]));
  }
}

TEST_CASE("the nearest name is suggested, and none where none is near") {
  const std::vector<std::string> names{"data", "graph", "outcome"};
  CHECK(suggestion("grpah", names) == "did you mean 'graph'?");
  CHECK(suggestion("outcom", names) == "did you mean 'outcome'?");
  CHECK(suggestion("zzzzz", names).empty());
  CHECK(suggestion(std::string(100000, 'd'), names).empty());
  CHECK(suggestion("x", std::vector<std::string>{}).empty());
}

TEST_CASE("a name that differs by case alone is nearer than any other") {
  CHECK(suggestion("y", std::vector<std::string>{"G", "x", "Y"}) == "did you mean 'Y'?");
  CHECK(suggestion("ADMITTED", std::vector<std::string>{"Rejected", "Admitted"}) == "did you mean 'Admitted'?");
  CHECK(suggestion("[", std::vector<std::string>{"{}"}).empty());
}

TEST_CASE("a name that differs by blanks around it alone is nearer than any other") {
  CHECK(suggestion("x", std::vector<std::string>{"g", " x", "y"}) == "did you mean ' x'?");
  CHECK(suggestion(" Age", std::vector<std::string>{" Ag", "age"}) == "did you mean 'age'?");
}

TEST_CASE("a name of one letter does not stand for another") {
  CHECK(suggestion("g", std::vector<std::string>{"y", "p"}).empty());
  CHECK(suggestion("g", std::vector<std::string>{"g1"}) == "did you mean 'g1'?");
}
