// GML text, word by word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <equipoise/core/error.hpp>

namespace equipoise::inline v0::detail {

struct GmlToken {
  enum class Kind { end, key, number, quoted, open, close };
  Kind kind = Kind::end;
  std::string_view text = {};  ///< what is quoted stands without its quotes, its entities not resolved
  std::size_t begin = 0;       ///< where it begins, in bytes
};

/// Splits a text that outlives it. Lines that begin with # are comments.
class GmlScanner {
 public:
  GmlScanner(std::string_view text, const std::string& place) : text_(text), place_(&place) { next_ = scan(); }

  const GmlToken& peek() const { return next_; }
  /// The next token, and moves on. Throws graph_syntax for what is no token.
  GmlToken take();

  /// `file:line:column` of a byte, both from 1.
  std::string place_of(std::size_t byte) const;
  [[noreturn]] void fail(const GmlToken& found, std::string expected) const;

 private:
  GmlToken scan();
  void skip_blanks();

  std::string_view text_;
  const std::string* place_;
  std::size_t position_ = 0;
  GmlToken next_;
};

/// The text that entities such as &amp; and &#233; stand for; what looks like none stays as it is.
std::string resolve_entities(std::string_view text);
/// Text of printable ASCII without quotes, in which entities stand for all else. The text is UTF-8.
std::string with_entities(std::string_view text);

}  // namespace equipoise::inline v0::detail
