// BIF text, word by word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0::detail {

struct BifToken {
  enum class Kind {
    end,   ///< of the text
    word,  ///< a keyword, a number, or a name, which may stand in "…"
    mark,  ///< one of ( ) { } [ ] ;
  };
  Kind kind = Kind::end;
  std::string_view text = {};  ///< without its quotes
  std::size_t begin = 0;       ///< where it begins, in bytes

  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is_mark(char mark) const { return kind == Kind::mark && text.front() == mark; }
};

/// Splits a text that outlives it. Blanks, commas, bars and comments separate words and are passed over.
class BifScanner {
 public:
  BifScanner(std::string_view text, const std::string& place) : text_(text), place_(&place) { next_ = scan(); }

  const BifToken& peek() const { return next_; }
  /// The next token, and moves on.
  BifToken take();
  bool take_mark(char mark);
  /// Throws scm_invalid where another token is next.
  void expect_mark(char mark);
  BifToken expect_word(std::string_view what);
  /// Moves behind the next ';'.
  void skip_statement();

  /// Throws scm_invalid at the token's `file:line:column`.
  [[noreturn]] void fail(const BifToken& at, std::string found, std::string expected, std::string hint = {}) const;
  [[noreturn]] void fail(const BifToken& found, std::string expected) const;

 private:
  BifToken scan();
  void skip_separators();
  bool skip_comment();

  std::string_view text_;
  const std::string* place_;
  std::size_t position_ = 0;
  BifToken next_;
};

}  // namespace equipoise::inline v0::detail
