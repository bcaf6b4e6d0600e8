// A query's text, character by character: names, values and symbols with their columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/identify/query.hpp>

#include "core/text_place.hpp"

namespace equipoise::inline v0::detail {

constexpr bool is_query_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Ends an unquoted name; a hyphen does so only where it is no part of a word (`hours-per-week` is a name).
constexpr bool ends_query_name(char c) noexcept {
  return is_query_space(c) || std::string_view("=!<>~+|,;()[]{}'").find(c) != std::string_view::npos;
}

class QueryScanner {
 public:
  /// Reads on from `position`; columns count from the text's beginning.
  QueryScanner(std::string_view text, const std::string& place, std::size_t position = 0)
      : text_(text), place_(&place), position_(position) {}

  /// Where the next character that is no space stands, from 1.
  std::size_t column() {
    while (position_ < text_.size() && is_query_space(text_[position_])) ++position_;
    return position_ + 1;
  }

  bool at_end() { return column() > text_.size(); }

  bool sees(std::string_view symbol) { return text_.substr(column() - 1).starts_with(symbol); }

  bool accept(std::string_view symbol) {
    if (!sees(symbol)) return false;
    position_ += symbol.size();
    return true;
  }

  void expect(std::string_view symbol) {
    if (!accept(symbol)) fail("'" + std::string(symbol) + "'");
  }

  /// This word and no longer one, such as `vs`.
  bool accept_word(std::string_view word) {
    if (!sees(word)) return false;
    const std::size_t after = position_ + word.size();
    if (after < text_.size() && !ends_query_name(text_[after])) return false;
    position_ = after;
    return true;
  }

  QueryText name(const std::string& expected) {
    QueryText name{{}, column()};
    if (sees("'")) {
      name.text = quoted();
    } else {
      const std::size_t begin = position_;
      while (position_ < text_.size() && continues_name(begin)) ++position_;
      name.text = text_.substr(begin, position_ - begin);
      if (name.text.empty()) fail(expected);
    }
    return name;
  }

  bool begins_name() { return !at_end() && (sees("'") || continues_name(position_)); }

  bool begins_value() { return !at_end() && !sees("'") && !ends_value(); }

  /// A quoted text, or all up to one of `,;|()[]{}`, `->` or ` vs `, trimmed.
  QueryText value() {
    QueryText value{{}, column()};
    if (sees("'")) {
      value.text = quoted();
      return value;
    }
    const std::size_t begin = position_;
    std::size_t end = begin;
    while (position_ < text_.size() && !ends_value()) {
      if (!is_query_space(text_[position_])) end = position_ + 1;
      ++position_;
    }
    value.text = text_.substr(begin, end - begin);
    if (value.text.empty()) fail("a value");
    return value;
  }

  double number() {
    const std::size_t begin = column() - 1;
    while (position_ < text_.size() && (!ends_query_name(text_[position_]) || text_[position_] == '+')) ++position_;
    const auto parsed = parse_number(text_.substr(begin, position_ - begin));
    if (parsed) return *parsed;
    position_ = begin;
    fail("a number");
  }

  [[noreturn]] void fail(const std::string& expected) {
    const std::size_t at = column();
    fail(at, at > text_.size() ? "the end of the query" : "'" + std::string(word_at(at - 1)) + "'", expected);
  }

  [[noreturn]] void fail(std::size_t column, const std::string& found, const std::string& expected,
                         const std::string& hint = {}, ErrorCode code = ErrorCode::query_syntax) const {
    throw Error(code, *place_ + ":" + std::to_string(column), found, expected, hint);
  }

 private:
  bool continues_name(std::size_t begin) const {
    const std::string_view rest = text_.substr(position_);
    if (ends_query_name(rest.front()) || rest.starts_with("_{")) return false;
    if (rest.front() != '-') return true;
    return position_ > begin && rest.size() > 1 && rest[1] != '-' && !ends_query_name(rest[1]);
  }

  bool ends_value() const {
    const std::string_view rest = text_.substr(position_);
    if (std::string_view(",;|()[]{}'").find(rest.front()) != std::string_view::npos || rest.starts_with("->"))
      return true;
    return is_query_space(rest.front()) && rest.substr(1).starts_with("vs") && rest.size() > 3 &&
           is_query_space(rest[3]);
  }

  // The character, or the whole name, that stands there: whole UTF-8 sequences, never a part of one.
  std::string_view word_at(std::size_t position) const {
    std::size_t end = position + 1;
    if (!ends_query_name(text_[position]))
      while (end < text_.size() && !ends_query_name(text_[end])) ++end;
    return text_.substr(position, end - position);
  }

  std::string quoted() {
    auto word = take_quoted(text_, position_);
    if (!word) fail(position_ + 1, "a quote that is not closed", "a closing '");
    return *std::move(word);
  }

  std::string_view text_;
  const std::string* place_;
  std::size_t position_;
};

}  // namespace equipoise::inline v0::detail
