#include "graph/text_scanner.hpp"

#include <algorithm>
#include <utility>

#include "core/text_place.hpp"

namespace equipoise::inline v0::detail {

namespace {

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool in_word(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || byte >= 0x80;
}

// Longest first. Those with a circle mark are read so that they can be refused by name.
constexpr std::string_view symbols[] = {"<->", "<-@", "@->", "@-@", "@--", "--@", "<-", "->", "--",
                                        "{",   "}",   "[",   "]",   ";",   ",",   "=",  ":"};

}  // namespace

TextScanner::TextScanner(std::string_view text, const std::string& place) : text_(text), place_(&place) {
  next_ = scan();
}

Token TextScanner::take() {
  Token token = std::move(next_);
  next_ = token.kind == Token::Kind::end ? token : scan();
  return token;
}

bool TextScanner::take_symbol(std::string_view symbol) {
  if (!next_.is_symbol(symbol)) return false;
  take();
  return true;
}

void TextScanner::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) fail(next_, "'" + std::string(symbol) + "'");
}

Token TextScanner::expect_name(std::string_view what) {
  if (!next_.is_name()) fail(next_, std::string(what));
  return take();
}

std::string TextScanner::place_of(std::size_t byte) const { return *place_ + ':' + line_and_column(text_, byte); }

void TextScanner::fail(const Token& found, std::string expected, std::string hint) const {
  constexpr std::size_t longest_shown = 60;
  std::string shown = "the end of the text";
  if (found.kind != Token::Kind::end)
    shown = "'" + found.text.substr(0, longest_shown) + (found.text.size() > longest_shown ? "…'" : "'");
  throw Error(ErrorCode::graph_syntax, place_of(found.begin), std::move(shown), std::move(expected), std::move(hint));
}

void TextScanner::skip_blanks() {
  bool line_begins = position_ == 0 || text_[position_ - 1] == '\n';
  while (position_ < text_.size()) {
    const auto rest = text_.substr(position_);
    if (is_blank(rest.front())) {
      line_begins = line_begins || rest.front() == '\n';
      ++position_;
    } else if (rest.starts_with("//") || (line_begins && rest.front() == '#')) {
      position_ = std::min(text_.size(), text_.find('\n', position_));
    } else if (rest.starts_with("/*")) {
      const std::size_t end = text_.find("*/", position_ + 2);
      if (end == std::string_view::npos)
        throw Error(ErrorCode::graph_syntax, place_of(position_), "a comment that is never closed", "'*/'");
      position_ = end + 2;
    } else {
      return;
    }
  }
}

Token TextScanner::scan() {
  skip_blanks();
  const auto rest = text_.substr(position_);
  const std::size_t begin = position_;
  if (rest.empty()) return {.begin = begin};
  if (rest.front() == '"') return quoted();
  for (const std::string_view symbol : symbols) {
    if (!rest.starts_with(symbol)) continue;
    position_ += symbol.size();
    return {Token::Kind::symbol, std::string(symbol), begin};
  }
  if (rest.front() == '<') return html();
  std::size_t end = rest.front() == '-' && rest.size() > 1 && (is_digit(rest[1]) || rest[1] == '.') ? 1 : 0;
  while (end < rest.size() && in_word(rest[end])) ++end;
  if (end == 0)
    throw Error(ErrorCode::graph_syntax, place_of(begin), "'" + std::string(1, rest.front()) + "'",
                "a name, an edge or a bracket");
  position_ += end;
  return {Token::Kind::word, std::string(rest.substr(0, end)), begin};
}

// From one quote to the next. Beyond what Graphviz undoes (\" and a line broken by \), \\ stands for one backslash, so
// that a name may end with one.
std::string TextScanner::quoted_part() {
  const std::size_t begin = position_++;
  std::string text;
  for (;;) {
    const std::size_t stop = text_.find_first_of("\"\\", position_);
    if (stop == std::string_view::npos)
      throw Error(ErrorCode::graph_syntax, place_of(begin), "a quote that is never closed", "a closing quote");
    text.append(text_, position_, stop - position_);
    position_ = stop + 1;
    if (text_[stop] == '"') return text;
    const auto rest = text_.substr(position_);
    if (rest.starts_with('"') || rest.starts_with('\\')) {
      text += rest.front();
      ++position_;
    } else if (rest.starts_with('\n') || rest.starts_with("\r\n")) {
      position_ += rest.front() == '\n' ? 1 : 2;
    } else {
      text += '\\';
    }
  }
}

Token TextScanner::quoted() {
  Token token{Token::Kind::quoted, {}, position_};
  token.text = quoted_part();
  for (;;) {
    const std::size_t end = position_;
    skip_blanks();
    if (!text_.substr(position_).starts_with('+')) {
      position_ = end;
      return token;
    }
    ++position_;
    skip_blanks();
    if (!text_.substr(position_).starts_with('"'))
      throw Error(ErrorCode::graph_syntax, place_of(position_), "no quoted text after '+'",
                  "the rest of the name in quotes");
    token.text += quoted_part();
  }
}

Token TextScanner::html() {
  const std::size_t begin = position_;
  std::size_t open = 0;
  do {
    const std::size_t bracket = text_.find_first_of("<>", position_);
    if (bracket == std::string_view::npos)
      throw Error(ErrorCode::graph_syntax, place_of(begin), "a '<' that is never closed", "'>'");
    text_[bracket] == '<' ? ++open : --open;
    position_ = bracket + 1;
  } while (open > 0);
  return {Token::Kind::quoted, std::string(text_.substr(begin + 1, position_ - begin - 2)), begin};
}

}  // namespace equipoise::inline v0::detail
