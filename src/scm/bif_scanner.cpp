#include "scm/bif_scanner.hpp"

#include <algorithm>
#include <utility>

#include "core/text_place.hpp"

namespace equipoise::inline v0::detail {
namespace {

constexpr bool is_separator(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '|';
}
constexpr bool is_mark(char c) noexcept {
  return c == '(' || c == ')' || c == '{' || c == '}' || c == '[' || c == ']' || c == ';';
}

}  // namespace

BifToken BifScanner::take() {
  const BifToken token = next_;
  if (token.kind != BifToken::Kind::end) next_ = scan();
  return token;
}

bool BifScanner::take_mark(char mark) {
  if (!next_.is_mark(mark)) return false;
  take();
  return true;
}

void BifScanner::expect_mark(char mark) {
  if (!take_mark(mark)) fail(next_, "'" + std::string(1, mark) + "'");
}

BifToken BifScanner::expect_word(std::string_view what) {
  if (next_.kind != BifToken::Kind::word) fail(next_, std::string(what));
  return take();
}

void BifScanner::skip_statement() {
  const BifToken first = next_;
  while (!next_.is_mark(';')) {
    if (next_.kind == BifToken::Kind::end) fail(first, "a statement that ends with ';'");
    take();
  }
  take();
}

void BifScanner::fail(const BifToken& at, std::string found, std::string expected, std::string hint) const {
  throw Error(ErrorCode::scm_invalid, *place_ + ':' + line_and_column(text_, at.begin), std::move(found),
              std::move(expected), std::move(hint));
}

void BifScanner::fail(const BifToken& found, std::string expected) const {
  constexpr std::size_t longest_shown = 60;
  const std::string shown = std::string(found.text.substr(0, longest_shown));
  fail(found, found.kind == BifToken::Kind::end ? "the end of the file" : "'" + shown + "'", std::move(expected));
}

BifToken BifScanner::scan() {
  skip_separators();
  const std::size_t begin = position_;
  if (begin >= text_.size()) return {BifToken::Kind::end, {}, begin};
  if (is_mark(text_[begin])) {
    ++position_;
    return {BifToken::Kind::mark, text_.substr(begin, 1), begin};
  }
  if (text_[begin] == '"') {
    const std::size_t close = text_.find('"', begin + 1);
    if (close == std::string_view::npos)
      fail({BifToken::Kind::word, {}, begin}, "a '\"' that nothing closes", "a name in quotes");
    position_ = close + 1;
    return {BifToken::Kind::word, text_.substr(begin + 1, close - begin - 1), begin};
  }
  while (position_ < text_.size() && !is_separator(text_[position_]) && !is_mark(text_[position_]) &&
         text_[position_] != '"' && !text_.substr(position_).starts_with("//") &&
         !text_.substr(position_).starts_with("/*"))
    ++position_;
  return {BifToken::Kind::word, text_.substr(begin, position_ - begin), begin};
}

void BifScanner::skip_separators() {
  do {
    while (position_ < text_.size() && is_separator(text_[position_])) ++position_;
  } while (skip_comment());
}

bool BifScanner::skip_comment() {
  const std::string_view rest = text_.substr(position_);
  if (rest.starts_with("//")) {
    position_ += std::min(rest.find('\n'), rest.size());
    return true;
  }
  if (!rest.starts_with("/*")) return false;
  const std::size_t close = rest.find("*/", 2);
  if (close == std::string_view::npos)
    fail({BifToken::Kind::word, {}, position_}, "a '/*' that nothing closes", "a comment that ends with '*/'");
  position_ += close + 2;
  return true;
}

}  // namespace equipoise::inline v0::detail
