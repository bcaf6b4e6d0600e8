#include <equipoise/scm/formula.hpp>

#include <array>
#include <charconv>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t longest_formula = 64 * 1024;
constexpr std::size_t deepest_formula = 200;

struct NamedFunction {
  std::string_view name;
  FormulaOperation operation;
};
using enum FormulaOperation;
constexpr std::array functions{NamedFunction{"exp", FormulaOperation::exp},
                               NamedFunction{"log", FormulaOperation::log},
                               NamedFunction{"sqrt", FormulaOperation::sqrt},
                               NamedFunction{"abs", FormulaOperation::abs},
                               NamedFunction{"tanh", FormulaOperation::tanh},
                               NamedFunction{"sigmoid", sigmoid},
                               NamedFunction{"sin", FormulaOperation::sin},
                               NamedFunction{"cos", FormulaOperation::cos},
                               NamedFunction{"sgn", sign},
                               NamedFunction{"sign", sign},
                               NamedFunction{"floor", FormulaOperation::floor},
                               NamedFunction{"min", minimum},
                               NamedFunction{"max", maximum},
                               NamedFunction{"pow", power},
                               NamedFunction{"if", choose},
                               NamedFunction{"where", choose}};

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool continues_name(char c) { return begins_name(c) || is_digit(c) || c == '.'; }

/// Recursive descent; steps come out in postfix order.
class Parser {
 public:
  Parser(std::string_view text, std::span<const std::string> names, std::string_view place)
      : text_(text), names_(names), place_(place) {}

  std::vector<FormulaStep> parse() {
    if (text_.size() > longest_formula)
      fail(0, "a formula of " + std::to_string(text_.size()) + " bytes", "at most 64 KiB");
    comparison();
    skip_blanks();
    if (at_ < text_.size()) fail(at_, "'" + std::string(1, text_[at_]) + "'", "an operator or the end of the formula");
    return std::move(steps_);
  }

 private:
  [[noreturn]] void fail(std::size_t at, std::string found, std::string expected, std::string hint = {}) const {
    throw Error(ErrorCode::scm_formula, std::string(place_) + ":" + std::to_string(at + 1), std::move(found),
                std::move(expected), std::move(hint));
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(std::string_view symbol) {
    skip_blanks();
    if (text_.substr(at_, symbol.size()) != symbol) return false;
    at_ += symbol.size();
    return true;
  }
  void expect(std::string_view symbol) {
    if (take(symbol)) return;
    fail(at_, at_ < text_.size() ? "'" + std::string(1, text_[at_]) + "'" : "the end of the formula",
         "'" + std::string(symbol) + "'");
  }
  void emit(FormulaOperation operation, std::size_t begin, std::size_t at) {
    steps_.push_back({operation, 0, 0, begin, at + 1});
  }

  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > deepest_formula)
        parser_.fail(parser_.at_, "a formula nested too deep",
                     "at most " + std::to_string(deepest_formula) + " levels");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  template <class Next, std::size_t N>
  void left_associative(Next next, const std::array<std::pair<std::string_view, FormulaOperation>, N>& operators) {
    const std::size_t begin = steps_.size();
    (this->*next)();
    for (bool more = true; more;) {
      more = false;
      for (const auto& [symbol, operation] : operators) {
        skip_blanks();
        const std::size_t at = at_;
        if (!take(symbol)) continue;
        (this->*next)();
        emit(operation, begin, at);
        more = true;
        break;
      }
    }
  }

  void comparison() {
    const Deeper deeper(*this);
    static constexpr std::array<std::pair<std::string_view, FormulaOperation>, 6> operators{
        {{"<=", less_equal}, {">=", greater_equal}, {"==", equal}, {"!=", not_equal}, {"<", less}, {">", greater}}};
    left_associative(&Parser::sum, operators);
  }
  void sum() {
    static constexpr std::array<std::pair<std::string_view, FormulaOperation>, 2> operators{
        {{"+", add}, {"-", subtract}}};
    left_associative(&Parser::product, operators);
  }
  void product() {
    static constexpr std::array<std::pair<std::string_view, FormulaOperation>, 2> operators{
        {{"*", multiply}, {"/", divide}}};
    left_associative(&Parser::unary, operators);
  }
  void unary() {
    const Deeper deeper(*this);
    skip_blanks();
    const std::size_t at = at_, begin = steps_.size();
    if (take("-")) {
      unary();
      emit(negate, begin, at);
    } else {
      take("+");
      raised();
    }
  }
  void raised() {
    const std::size_t begin = steps_.size();
    primary();
    skip_blanks();
    const std::size_t at = at_;
    if (text_.substr(at_, 2) == "**") fail(at_, "'**'", "'^' for a power");
    if (!take("^")) return;
    unary();
    emit(power, begin, at);
  }

  void primary() {
    skip_blanks();
    if (at_ >= text_.size()) fail(at_, "the end of the formula", "a number, a name or '('");
    const char c = text_[at_];
    if (take("(")) {
      comparison();
      expect(")");
    } else if (is_digit(c) || c == '.') {
      number();
    } else if (c == '\'') {
      quoted_name();
    } else if (begins_name(c)) {
      name_or_call();
    } else {
      fail(at_, "'" + std::string(1, c) + "'", "a number, a name or '('");
    }
  }

  void number() {
    double value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) fail(at_, "a number that cannot be read", "a number such as 0.5 or 1e-3");
    steps_.push_back({constant, value, 0, steps_.size(), at_ + 1});
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && begins_name(text_[at_])) fail(at_, "a name right after a number", "an operator between");
  }
  void quoted_name() {
    const std::size_t at = at_++;
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos) fail(at, "a quote that is not closed", "another '");
    variable(text_.substr(at_, end - at_), at);
    at_ = end + 1;
  }
  void name_or_call() {
    const std::size_t at = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    const std::string_view name = text_.substr(at, at_ - at);
    if (take("("))
      call(name, at);
    else
      variable(name, at);
  }
  void variable(std::string_view name, std::size_t at) {
    for (std::size_t k = 0; k < names_.size(); ++k)
      if (names_[k] == name) {
        steps_.push_back({FormulaOperation::variable, 0, k, steps_.size(), at + 1});
        return;
      }
    std::string hint = suggestion(name, names_);
    for (const NamedFunction& function : functions)
      if (function.name == name) hint = "'" + std::string(name) + "' is a function: it takes arguments in parentheses";
    fail(at, "unknown name '" + std::string(name) + "'", "a cause of the variable or its noise", hint);
  }
  void call(std::string_view name, std::size_t at) {
    const NamedFunction* function = nullptr;
    for (const NamedFunction& each : functions)
      if (each.name == name) function = &each;
    if (function == nullptr) {
      std::vector<std::string> known;
      for (const NamedFunction& each : functions) known.emplace_back(each.name);
      fail(at, "unknown function '" + std::string(name) + "'",
           "one of exp, log, sqrt, abs, min, max, tanh, sigmoid, sin, cos, sgn, floor, pow, if",
           suggestion(name, known));
    }
    const std::size_t begin = steps_.size();
    const bool any_number = function->operation == minimum || function->operation == maximum;
    std::size_t arguments = 0;
    do {
      comparison();
      if (++arguments > 2 && any_number)
        emit(function->operation, begin, at);
      else if (arguments == 2 && any_number)
        emit(function->operation, begin, at);
    } while (take(","));
    expect(")");
    const std::size_t wanted = operand_count(function->operation);
    if (any_number ? arguments < 2 : arguments != wanted)
      fail(at,
           "'" + std::string(name) + "' with " + std::to_string(arguments) +
               (arguments == 1 ? " argument" : " arguments"),
           any_number ? "two or more" : std::to_string(wanted));
    if (!any_number) emit(function->operation, begin, at);
  }

  std::string_view text_;
  std::span<const std::string> names_;
  std::string_view place_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::vector<FormulaStep> steps_;
};

std::string what_went_wrong(FormulaOperation operation) {
  switch (operation) {
    case divide: return "a division by zero";
    case FormulaOperation::log: return "the logarithm of a number that is not positive";
    case FormulaOperation::sqrt: return "the square root of a negative number";
    case power: return "a power that is not a finite number";
    default: return "a number too large to hold";
  }
}

}  // namespace

Formula::Formula(std::string_view text, std::span<const std::string> names, std::string_view place)
    : text_(text), steps_(Parser(text, names, place).parse()) {}

void Formula::blame(ColumnPointers variables, RowBlock rows, std::size_t row) const {
  std::vector<const double*> at_row;
  for (const double* column : variables) at_row.push_back(column == nullptr ? nullptr : column + row);
  const auto value = [&](std::size_t last) {
    double result = 0;
    run(last, at_row, 1, &result);
    return result;
  };
  // Down from the root into whichever operand is not finite, to the operation that made it so.
  std::size_t at = steps_.size() - 1;
  for (bool found = false; !found;) {
    found = true;
    std::size_t operand = at - 1;
    std::vector<std::size_t> operands;
    for (std::size_t k = 0; k < operand_count(steps_[at].operation); ++k) {
      operands.insert(operands.begin(), operand);
      operand = steps_[operand].begin - 1;
    }
    if (steps_[at].operation == choose && std::isfinite(value(operands[0])))
      operands = {value(operands[0]) != 0 ? operands[1] : operands[2]};
    for (const std::size_t each : operands)
      if (!std::isfinite(value(each))) {
        at = each;
        found = false;
        break;
      }
  }
  throw RowError(
      ErrorCode::value_out_of_range, "", rows.first + row,
      what_went_wrong(steps_[at].operation) + " at column " + std::to_string(steps_[at].column) + " of '" + text_ + "'",
      "a finite value");
}

}  // namespace equipoise::inline v0
