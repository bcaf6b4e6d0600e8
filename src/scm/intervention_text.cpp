#include <equipoise/scm/intervention_text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/noise_from_query.hpp>

#include "core/text_place.hpp"
#include "identify/distribution_parser.hpp"
#include "identify/query_scanner.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::is_query_space;

/// A part of the text without its quotes and the blanks around it.
struct Part {
  std::string text;
  std::size_t position = 0;  ///< of its first character, or its quote
  bool is_quoted = false;

  /// Where the k-th character (from 0) stands in the whole text, from 1.
  std::size_t column_of(std::size_t k) const {
    if (!is_quoted) return position + k + 1;
    const auto doubled =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(k, text.size())), '\'');
    return position + k + 2 + static_cast<std::size_t>(doubled);
  }
};

class InterventionParser {
 public:
  InterventionParser(const Scm& scm, std::string_view text, const std::string& place)
      : scm_(scm), text_(text), place_(place) {}

  Intervention parse() {
    Intervention intervention;
    do {
      skip_spaces();
      const std::size_t begin = position_;
      Action parsed = action();
      for (const Action& other : intervention)
        if (other.variable == parsed.variable && other.along == parsed.along)
          fail(begin + 1, "'" + name_of(parsed) + "' twice", "each variable, and each edge, once", {},
               ErrorCode::query_overlap);
      intervention.push_back(std::move(parsed));
    } while (accept(","));
    if (position_ < text_.size()) fail_here("',' or the end of the text");
    detail::check_actions(scm_, intervention, place_);
    return intervention;
  }

 private:
  enum class Sign { set, add, subtract, multiply, divide, draw };

  [[noreturn]] void fail(std::size_t column, std::string found, std::string expected, std::string hint = {},
                         ErrorCode code = ErrorCode::query_syntax) const {
    throw Error(code, place_ + ":" + std::to_string(column), std::move(found), std::move(expected), std::move(hint));
  }
  [[noreturn]] void fail_here(std::string expected) const {
    fail(position_ + 1,
         position_ < text_.size() ? "'" + std::string(text_.substr(position_, 1)) + "'" : "the end of the text",
         std::move(expected));
  }

  void skip_spaces() {
    while (position_ < text_.size() && is_query_space(text_[position_])) ++position_;
  }
  bool accept(std::string_view symbol) {
    skip_spaces();
    if (!text_.substr(position_).starts_with(symbol)) return false;
    position_ += symbol.size();
    return true;
  }

  std::string name_of(const Action& action) const {
    const std::string& name = scm_.graph().name(action.variable);
    return action.along ? name + " -> " + scm_.graph().name(*action.along) : name;
  }

  Action action() {
    const Node v = variable();
    std::optional<Node> along;
    if (accept("->")) {
      const std::size_t column = position_ + 1;
      along = variable();
      if (!scm_.graph().has_directed(v, *along)) {
        std::vector<std::string> children;
        for (const Node child : scm_.graph().children(v)) children.push_back(scm_.graph().name(child));
        fail(column, "no edge " + scm_.graph().name(v) + " -> " + scm_.graph().name(*along),
             "an edge of the model's graph", suggestion(scm_.graph().name(*along), children), ErrorCode::scm_invalid);
      }
    }
    return {v, change(v, along.has_value()), along};
  }

  Change change(Node v, bool is_along_edge) {
    switch (sign()) {
      case Sign::add: return ShiftBy{number()};
      case Sign::subtract: return ShiftBy{-number()};
      case Sign::multiply: return ScaleBy{number()};
      case Sign::divide: return ScaleBy{reciprocal()};
      case Sign::draw: return draw();
      case Sign::set: break;
    }
    return value(v, is_along_edge);
  }

  Part quoted() {
    Part part{{}, position_, true};
    auto text = detail::take_quoted(text_, position_);
    if (!text) fail(position_ + 1, "a quote that is not closed", "a closing '");
    part.text = *std::move(text);
    return part;
  }

  /// What stands from here to `end`, trimmed; moves there.
  Part trimmed_to(std::size_t end) {
    Part part{{}, position_, false};
    std::size_t last = end;
    while (last > position_ && is_query_space(text_[last - 1])) --last;
    part.text = text_.substr(position_, last - position_);
    position_ = end;
    return part;
  }

  Node variable() {
    skip_spaces();
    Part part;
    if (text_.substr(position_).starts_with('\'')) {
      part = quoted();
    } else {
      std::size_t end = text_.size();
      for (const std::string_view stop : {"=", "~", "->", ","}) end = std::min(end, text_.find(stop, position_));
      if (end > position_ && end < text_.size() && text_[end] == '=' &&
          std::string_view("+-*/").find(text_[end - 1]) != std::string_view::npos)
        --end;
      part = trimmed_to(end);
      if (part.text.empty()) fail_here("a variable and what is done to it, as in X = 1");
    }
    const auto v = scm_.graph().find(part.text);
    if (!v)
      fail(part.column_of(0), "unknown variable '" + part.text + "'", "a variable of the model",
           suggestion(part.text, scm_.graph().names()), ErrorCode::query_unknown_variable);
    return *v;
  }

  Sign sign() {
    static constexpr std::array<std::pair<std::string_view, Sign>, 6> signs{{{"+=", Sign::add},
                                                                             {"-=", Sign::subtract},
                                                                             {"*=", Sign::multiply},
                                                                             {"/=", Sign::divide},
                                                                             {"=", Sign::set},
                                                                             {"~", Sign::draw}}};
    for (const auto& [symbol, sign] : signs)
      if (accept(symbol)) return sign;
    fail_here("'=' and a value, '+=', '*=', or '~' and a distribution");
  }

  Part part(const std::string& expected) {
    skip_spaces();
    if (text_.substr(position_).starts_with('\'')) return quoted();
    Part part = trimmed_to(std::min(text_.size(), text_.find(',', position_)));
    if (part.text.empty()) fail(part.position + 1, "nothing", expected);
    return part;
  }

  double number() {
    const Part part = this->part("a number");
    const auto number = parse_number(part.text);
    if (!number) fail(part.column_of(0), "'" + part.text + "'", "a finite number");
    return *number;
  }

  double reciprocal() {
    skip_spaces();
    const std::size_t column = position_ + 1;
    const double reciprocal = 1 / number();
    if (!std::isfinite(reciprocal)) fail(column, "a division by 0", "a number that is not 0");
    return reciprocal;
  }

  Change draw() {
    detail::QueryScanner scan(text_, place_, position_);
    const QueryDistribution distribution = detail::DistributionParser(scan).parse();
    position_ = scan.column() - 1;
    return DrawFrom{noise_of(distribution, place_)};
  }

  Change value(Node v, bool is_along_edge) {
    const Part part = this->part("a value");
    const VariableSpec& variable = scm_.variable(v);
    const auto& levels = variable.levels;
    const auto level = std::find(levels.begin(), levels.end(), part.text);
    if (level != levels.end()) return SetTo{static_cast<double>(level - levels.begin())};
    if (const auto number = parse_number(part.text)) {
      if (!variable.has_levels() || detail::is_level_index(*number, levels.size())) return SetTo{*number};
      no_value(v, part);
    }
    return policy(v, part, is_along_edge);
  }

  [[noreturn]] void no_value(Node v, const Part& part) const {
    const std::vector<std::string>& levels = scm_.variable(v).levels;
    std::string hint = suggestion(part.text, levels);
    if (hint.empty()) hint = suggestion(part.text, scm_.graph().names());
    fail(part.column_of(0), "'" + part.text + "' for '" + scm_.graph().name(v) + "'",
         std::string(levels.empty() ? "a finite number" : "one of its levels") + ", or a formula of other variables",
         std::move(hint));
  }

  Change policy(Node v, const Part& part, bool is_along_edge) const {
    // What has no sign of a formula was meant as a value.
    const bool is_word = part.text.find_first_of("+*/^()<>=!' ") == std::string::npos;
    if (is_word && !scm_.graph().find(part.text)) no_value(v, part);
    try {
      Policy policy(scm_, part.text, "");
      for (const Node input : policy.inputs())
        if (input == v && !is_along_edge)
          fail(part.column_of(0), "a policy for '" + scm_.graph().name(v) + "' that reads it",
               "a formula of other variables", "'+=' and '*=' change what it would have been", ErrorCode::graph_cycle);
      return policy;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::scm_formula) throw;
      const auto column = parse_number(std::string_view(error.place()).substr(1));
      const bool is_name = error.found().starts_with("unknown name");
      fail(part.column_of(static_cast<std::size_t>(column.value_or(1)) - 1), error.found(),
           is_name ? "a variable of the model" : error.expected(), error.hint(), ErrorCode::scm_formula);
    }
  }

  const Scm& scm_;
  std::string_view text_;
  const std::string& place_;
  std::size_t position_ = 0;
};

}  // namespace

Intervention parse_intervention(const Scm& scm, std::string_view text, const std::string& place) {
  return InterventionParser(scm, text, place).parse();
}

}  // namespace equipoise::inline v0
