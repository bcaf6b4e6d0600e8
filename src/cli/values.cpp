#include "cli/values.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <equipoise/core/error.hpp>

#include "core/text_place.hpp"

namespace equipoise::cli {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Scanner {
 public:
  Scanner(std::string_view place, std::string_view text) : place_(place), text_(text) {}

  bool at_end() const noexcept { return position_ == text_.size(); }
  std::size_t position() const noexcept { return position_; }

  [[noreturn]] void fail(std::size_t position, std::string found, std::string expected) const {
    throw Error(ErrorCode::query_syntax, std::string(place_) + ":" + std::to_string(position + 1), std::move(found),
                std::move(expected));
  }

  void skip_spaces() {
    while (!at_end() && is_space(text_[position_])) ++position_;
  }

  bool accept(std::string_view token) {
    if (!text_.substr(position_).starts_with(token)) return false;
    position_ += token.size();
    return true;
  }

  /// Text to the first of `stops` or the end, trimmed; or a quoted text. Never empty unless quoted.
  std::string word(const std::vector<std::string_view>& stops, const std::string& expected) {
    skip_spaces();
    const std::size_t begin = position_;
    if (!at_end() && text_[position_] == '\'') return quoted(stops);
    std::size_t end = text_.size();
    for (const auto stop : stops) end = std::min(end, text_.find(stop, begin));
    position_ = end;
    std::size_t last = end;
    while (last > begin && is_space(text_[last - 1])) --last;
    if (last == begin) fail(begin, found_here(begin), expected);
    return std::string(text_.substr(begin, last - begin));
  }

  std::string found_here(std::size_t position) const {
    if (position >= text_.size()) return "the end of the text";
    return "'" + std::string(text_.substr(position, 1)) + "'";
  }

 private:
  std::string quoted(const std::vector<std::string_view>& stops) {
    auto word = detail::take_quoted(text_, position_);
    if (!word) fail(position_, "a quote that is not closed", "expected a closing '");
    const std::size_t after = position_;
    skip_spaces();
    const bool stopped = at_end() || std::any_of(stops.begin(), stops.end(), [&](std::string_view stop) {
                           // A stop such as " vs " may begin with the spaces just skipped.
                           return text_.substr(position_).starts_with(stop) || text_.substr(after).starts_with(stop);
                         });
    if (!stopped) fail(position_, found_here(position_) + " after a quoted text", "expected the end of the value");
    if (!at_end() && text_[position_] != ',' && text_[position_] != '=') position_ = after;
    return *std::move(word);
  }

  std::string_view place_, text_;
  std::size_t position_ = 0;
};

}  // namespace

std::vector<std::string> parse_list(std::string_view place, std::string_view text) {
  Scanner scanner(place, text);
  std::vector<std::string> names;
  do {
    const std::size_t begin = scanner.position();
    std::string name = scanner.word({","}, "expected a name");
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      scanner.fail(begin, "'" + name + "' is listed twice", "expected each name once");
    }
    names.push_back(std::move(name));
  } while (scanner.accept(","));
  return names;
}

std::vector<Assignment> parse_assignments(std::string_view place, std::string_view text) {
  Scanner scanner(place, text);
  std::vector<Assignment> assignments;
  do {
    const std::size_t begin = scanner.position();
    std::string name = scanner.word({"=", ","}, "expected NAME=VALUE");
    if (!scanner.accept("=")) {
      scanner.fail(scanner.position(), "'" + name + "' without a value", "expected NAME=VALUE");
    }
    std::string value = scanner.word({","}, "expected a value after '" + name + "='");
    if (std::any_of(assignments.begin(), assignments.end(), [&](const Assignment& a) { return a.name == name; })) {
      scanner.fail(begin, "'" + name + "' is given two values", "expected each name once");
    }
    assignments.push_back({std::move(name), std::move(value)});
  } while (scanner.accept(","));
  return assignments;
}

std::vector<Contrast> parse_contrasts(std::string_view place, std::string_view text) {
  Scanner scanner(place, text);
  std::vector<Contrast> contrasts;
  do {
    const std::size_t begin = scanner.position();
    Contrast contrast;
    contrast.name = scanner.word({"=", ","}, "expected NAME=VALUE or NAME=VALUE vs REFERENCE");
    if (!scanner.accept("=")) {
      scanner.fail(scanner.position(), "'" + contrast.name + "' without a value",
                   "expected NAME=VALUE or NAME=VALUE vs REFERENCE");
    }
    contrast.value = scanner.word({" vs ", ","}, "expected a value after '" + contrast.name + "='");
    if (scanner.accept(" vs ")) {
      const std::size_t reference = scanner.position();
      contrast.reference = scanner.word({","}, "expected a reference after 'vs'");
      if (contrast.reference == contrast.value) {
        scanner.fail(reference, "'" + contrast.value + "' on both sides", "expected two different values");
      }
    }
    if (std::any_of(contrasts.begin(), contrasts.end(), [&](const Contrast& c) { return c.name == contrast.name; })) {
      scanner.fail(begin, "'" + contrast.name + "' is compared twice", "expected each name once");
    }
    contrasts.push_back(std::move(contrast));
  } while (scanner.accept(","));
  return contrasts;
}

}  // namespace equipoise::cli
