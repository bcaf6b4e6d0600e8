#include "graph/gml_scanner.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/text_place.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool in_number(char c) noexcept {
  return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

constexpr std::array<std::pair<std::string_view, char>, 5> named_entities{
    {{"amp", '&'}, {"quot", '"'}, {"apos", '\''}, {"lt", '<'}, {"gt", '>'}}};

std::string utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto following = [&](int shift) { return byte(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), following(0)};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), following(6), following(0)};
  return {byte(0xF0 | point >> 18), following(12), following(6), following(0)};
}

/// What stands between & and ; as text, where it is an entity.
std::optional<std::string> entity(std::string_view name) {
  for (const auto& [known, character] : named_entities)
    if (name == known) return std::string(1, character);
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  int base = 10;
  if (name.starts_with('x') || name.starts_with('X')) {
    name.remove_prefix(1);
    base = 16;
  }
  std::uint32_t point = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), point, base);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return std::nullopt;
  return utf8(point);
}

}  // namespace

GmlToken GmlScanner::take() {
  const GmlToken token = next_;
  if (token.kind != GmlToken::Kind::end) next_ = scan();
  return token;
}

std::string GmlScanner::place_of(std::size_t byte) const { return *place_ + ':' + line_and_column(text_, byte); }

void GmlScanner::fail(const GmlToken& found, std::string expected) const {
  constexpr std::size_t longest_shown = 60;
  std::string shown = "the end of the text";
  if (found.kind != GmlToken::Kind::end)
    shown = "'" + std::string(found.text.substr(0, longest_shown)) + (found.text.size() > longest_shown ? "…'" : "'");
  throw Error(ErrorCode::graph_syntax, place_of(found.begin), std::move(shown), std::move(expected));
}

void GmlScanner::skip_blanks() {
  while (position_ < text_.size()) {
    const bool line_begins = position_ == 0 || text_[position_ - 1] == '\n';
    if (line_begins && text_[position_] == '#')
      position_ = std::min(text_.size(), text_.find('\n', position_));
    else if (is_blank(text_[position_]))
      ++position_;
    else
      return;
  }
}

GmlToken GmlScanner::scan() {
  using Kind = GmlToken::Kind;
  skip_blanks();
  const std::size_t begin = position_;
  if (begin == text_.size()) return {Kind::end, {}, begin};
  const auto taken_while = [&](auto belongs) {
    while (position_ < text_.size() && belongs(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  };
  const char first = text_[begin];
  if (first == '[' || first == ']') {
    ++position_;
    return {first == '[' ? Kind::open : Kind::close, text_.substr(begin, 1), begin};
  }
  if (first == '"') {
    const std::size_t end = text_.find('"', begin + 1);
    if (end == std::string_view::npos)
      throw Error(ErrorCode::graph_syntax, place_of(begin), "a quote that is never closed", "a closing quote");
    position_ = end + 1;
    return {Kind::quoted, text_.substr(begin + 1, end - begin - 1), begin};
  }
  if (is_letter(first))
    return {Kind::key, taken_while([](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }), begin};
  if (in_number(first)) return {Kind::number, taken_while(in_number), begin};
  fail({Kind::key, text_.substr(begin, 1), begin}, "a key, a value or a bracket");
}

std::string resolve_entities(std::string_view text) {
  constexpr std::size_t longest = 10;  // &#x10FFFF;
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '&' ? text.substr(0, i + longest).find(';', i) : std::string_view::npos;
    const auto resolved = end == std::string_view::npos ? std::nullopt : entity(text.substr(i + 1, end - i - 1));
    if (resolved) {
      result += *resolved;
      i = end;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string with_entities(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '&') {
      result += text[i];
      continue;
    }
    // The leading byte tells how many follow, each with six bits.
    const int following = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    std::uint32_t point = following == 0 ? byte : byte & (0x3Fu >> following);
    for (int k = 0; k < following; ++k) point = point << 6 | (static_cast<unsigned char>(text[++i]) & 0x3Fu);
    result += "&#" + std::to_string(point) + ';';
  }
  return result;
}

}  // namespace equipoise::inline v0::detail
