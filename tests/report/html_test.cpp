#include "report/html.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;

namespace {

// Random bytes, the dangerous ones often.
std::string random_text(RowStream& stream, bool ascii) {
  static const std::string dangerous = "<>&\"'/!-]\\\n\r\t\x01\x7f" + std::string(1, '\0');
  std::string text;
  const auto length = static_cast<std::size_t>(stream.uniform() * 40);
  while (text.size() < length) {
    if (stream.uniform() < 0.6)
      text += dangerous[static_cast<std::size_t>(stream.uniform() * static_cast<double>(dangerous.size()))];
    else
      text += static_cast<char>(static_cast<int>(stream.uniform() * (ascii ? 128 : 256)));
  }
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("escaped text opens no tag, ends no attribute and reads back as it was", "[report]") {
  auto stream = RandomStream({.seed = 1, .purpose = Purpose::sample}).row(0);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(stream, false), html = escaped(text);
    REQUIRE(html.find_first_of("<>\"'") == std::string::npos);
    for (const char c : html) REQUIRE_FALSE((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'));
    std::string back = html;
    for (const auto& [entity, character] :
         {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
      back = replaced(back, entity, character);
    std::string expected;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
        expected += "\xEF\xBF\xBD";
      else
        expected += c;
    }
    REQUIRE(back == expected);
  }
}

TEST_CASE("JSON within a script is ASCII that cannot end the script, and reads back", "[report]") {
  auto stream = RandomStream({.seed = 2, .purpose = Purpose::sample}).row(0);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(stream, true);
    const std::string safe = script_safe({{text, text}});
    REQUIRE(safe.find_first_of("<>&") == std::string::npos);
    REQUIRE(nlohmann::ordered_json::parse(safe).at(text) == text);
  }
  CHECK(script_safe("\xE2\x80\xA8\xE2\x80\xA9") == R"("\u2028\u2029")");
  CHECK(script_safe("</script>") == R"("\u003c/script\u003e")");
  CHECK(script_safe("\xff") == R"("\ufffd")");
}
