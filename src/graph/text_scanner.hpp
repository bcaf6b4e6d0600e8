// DOT and DAGitty text, word by word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0::detail {

struct Token {
  enum class Kind {
    end,     ///< of the text
    word,    ///< a bare name, number or keyword
    quoted,  ///< "a name", its escapes undone and its parts joined, or <an HTML name>
    symbol,  ///< a bracket, a separator or an edge
  };
  Kind kind = Kind::end;
  std::string text = {};
  std::size_t begin = 0;  ///< where it begins, in bytes

  bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  bool is_name() const { return kind == Kind::word || kind == Kind::quoted; }
};

/// Splits a text that outlives it. Comments (//, /* */ and lines that begin with #) are passed over.
class TextScanner {
 public:
  TextScanner(std::string_view text, const std::string& place);

  const Token& peek() const { return next_; }
  /// The next token, and moves on. Throws graph_syntax for what is no token.
  Token take();
  /// Moves past this symbol if it is next.
  bool take_symbol(std::string_view symbol);
  /// Throws graph_syntax where another token is next.
  void expect_symbol(std::string_view symbol);
  Token expect_name(std::string_view what);

  /// `file:line:column` of a byte, both from 1.
  std::string place_of(std::size_t byte) const;
  [[noreturn]] void fail(const Token& found, std::string expected, std::string hint = {}) const;

 private:
  Token scan();
  void skip_blanks();
  std::string quoted_part();
  Token quoted();
  Token html();

  std::string_view text_;
  const std::string* place_;
  std::size_t position_ = 0;
  Token next_;
};

}  // namespace equipoise::inline v0::detail
