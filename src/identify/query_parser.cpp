// Reads queries, by recursive descent.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/core/suggest.hpp>
#include <equipoise/identify/query.hpp>

#include "identify/distribution_parser.hpp"
#include "identify/query_names.hpp"
#include "identify/query_scanner.hpp"

namespace equipoise::inline v0 {
namespace {

constexpr std::size_t deepest = 32;  // worlds within worlds

class QueryParser {
 public:
  QueryParser(std::string_view text, const std::string& place) : scan_(text, place) {}

  Query query() {
    Query query;
    bool is_subtracted = scan_.accept("-");
    for (;;) {
      query.terms.push_back(term());
      query.terms.back().is_subtracted = is_subtracted;
      if (scan_.at_end()) return query;
      is_subtracted = sign();
    }
  }

 private:
  bool sign() {
    if (scan_.accept("-")) return true;
    if (!scan_.accept("+")) scan_.fail("'+', '-' or the end of the query");
    return false;
  }

  Query::Term term() {
    const QueryText name = scan_.name("P(…), E[…] or an effect such as ATE(X -> Y)");
    if (name.text == "P") return {false, probability()};
    if (name.text == "E") return {false, expectation()};
    for (const auto& [effect, kind] : detail::effect_names)
      if (name.text == effect) return {false, named_effect(kind)};
    std::vector<std::string_view> known{"P", "E"};
    for (const auto& [effect, kind] : detail::effect_names) known.push_back(effect);
    scan_.fail(name.column, "'" + name.text + "'", "P(…), E[…] or an effect such as ATE(X -> Y)",
               suggestion(name.text, known));
  }

  QueryProbability probability() {
    QueryProbability probability;
    scan_.expect("(");
    do probability.of.push_back(event());
    while (scan_.accept(","));
    probability.condition = condition(")");
    std::vector<const QueryVariable*> of;
    for (const QueryEvent& event : probability.of) append_variables(event, of);
    check_worlds(of, probability.condition);
    return probability;
  }

  QueryExpectation expectation() {
    QueryExpectation expectation;
    scan_.expect("[");
    bool is_subtracted = scan_.accept("-");
    for (;;) {
      expectation.of.push_back({is_subtracted, variable(0)});
      if (scan_.sees("|") || scan_.sees("]")) break;
      if (!scan_.sees("+") && !scan_.sees("-")) scan_.fail("'+', '-', '|' or ']'");
      is_subtracted = sign();
    }
    expectation.condition = condition("]");
    std::vector<const QueryVariable*> of;
    for (const auto& addend : expectation.of) of.push_back(&addend.variable);
    check_worlds(of, expectation.condition);
    return expectation;
  }

  // From the bar, if there is one, to the closing bracket.
  QueryCondition condition(std::string_view close) {
    QueryCondition condition;
    if (scan_.accept("|")) {
      do {
        if (begins_do())
          actions(condition.actions);
        else
          condition.given.push_back(event());
      } while (scan_.accept(","));
    }
    scan_.expect(close);
    return condition;
  }

  bool begins_do() {
    detail::QueryScanner ahead = scan_;
    return ahead.accept_word("do") && ahead.sees("(");
  }

  void actions(std::vector<QueryAction>& actions) {
    scan_.expect("do");
    scan_.expect("(");
    do {
      QueryAction action{scan_.name("a variable"), {}};
      if (scan_.accept("~")) {
        action.to = detail::DistributionParser(scan_).parse();
      } else if (scan_.accept("+=")) {
        action.to = QueryShift{scan_.number()};
      } else if (scan_.accept("-=")) {
        action.to = QueryShift{-scan_.number()};
      } else if (scan_.accept("=")) {
        action.to = scan_.value();
      }
      actions.push_back(std::move(action));
    } while (scan_.accept(","));
    scan_.expect(")");
  }

  QueryEvent event() {
    QueryEvent event{variable(0), Comparison::equal, {}};
    const auto comparison = this->comparison();
    if (!comparison) return event;
    event.comparison = *comparison;
    if (is_variable_of_a_world())
      event.against = variable(0);
    else
      event.against = scan_.value();
    return event;
  }

  std::optional<Comparison> comparison() {
    if (scan_.sees("==")) scan_.fail(scan_.column(), "'=='", "'='");
    for (const auto& [symbol, comparison] : detail::comparison_symbols)
      if (scan_.accept(symbol)) return comparison;
    return std::nullopt;
  }

  bool is_variable_of_a_world() {
    detail::QueryScanner ahead = scan_;
    return ahead.begins_name() && (ahead.name("a value"), ahead.sees("_{"));
  }

  QueryVariable variable(std::size_t depth) {
    if (depth == deepest) too_deep();
    QueryVariable variable{scan_.name("a variable"), {}};
    if (!scan_.accept("_{")) return variable;
    do variable.world.push_back(setting(depth));
    while (scan_.accept(","));
    scan_.expect("}");
    for (std::size_t i = 0; i < variable.world.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (variable.world[i].variable.name == variable.world[j].variable.name)
          stands_twice(variable.world[i].variable.name, "in one world");
    return variable;
  }

  QuerySetting setting(std::size_t depth) {
    QuerySetting setting{variable(depth + 1), std::nullopt};
    if (!setting.variable.world.empty()) return setting;
    if (!scan_.accept("=")) scan_.fail("'=' and a value, or a world as in M_{X=0}");
    setting.value = scan_.value();
    return setting;
  }

  QueryEffect named_effect(QueryEffect::Kind kind) {
    QueryEffect effect{kind, {}, {}, {}, {}};
    scan_.expect("(");
    effect.treatment = contrast();
    scan_.expect("->");
    effect.outcome = contrast();
    if (kind == QueryEffect::Kind::cde) {
      scan_.expect(";");
      do effect.controlled.push_back(controlled());
      while (scan_.accept(","));
    } else if (kind == QueryEffect::Kind::pse) {
      scan_.expect(";");
      do effect.paths.push_back(path());
      while (scan_.accept(","));
    }
    scan_.expect(")");
    check_effect(effect);
    return effect;
  }

  QueryEffect::Contrast contrast() {
    QueryEffect::Contrast contrast{scan_.name("a variable"), {}, {}};
    if (!scan_.accept("=")) return contrast;
    contrast.value = scan_.value();
    if (!scan_.accept_word("vs")) scan_.fail("'vs' and the value to compare with, as in X=b vs a");
    contrast.reference = scan_.value();
    if (*contrast.reference == *contrast.value)
      scan_.fail(contrast.reference->column, "'" + contrast.reference->text + "' again", "two values to compare");
    return contrast;
  }

  QuerySetting controlled() {
    QuerySetting setting{{scan_.name("a variable that is held fixed"), {}}, std::nullopt};
    scan_.expect("=");
    setting.value = scan_.value();
    return setting;
  }

  std::vector<QueryText> path() {
    std::vector<QueryText> path{scan_.name("a path, such as A -> E")};
    scan_.expect("->");
    do path.push_back(scan_.name("a variable"));
    while (scan_.accept("->"));
    return path;
  }

  void check_effect(const QueryEffect& effect) const {
    if (effect.outcome.variable == effect.treatment.variable)
      stands_twice(effect.outcome.variable, "as treatment and outcome");
    for (std::size_t i = 0; i < effect.controlled.size(); ++i) {
      const QueryText& name = effect.controlled[i].variable.name;
      if (name == effect.treatment.variable || name == effect.outcome.variable) stands_twice(name, "in the effect");
      for (std::size_t j = 0; j < i; ++j)
        if (name == effect.controlled[j].variable.name) stands_twice(name, "in the effect");
    }
    for (const auto& path : effect.paths)
      if (path.front() != effect.treatment.variable)
        scan_.fail(path.front().column, "a path from '" + path.front().text + "'",
                   "a path from the treatment, '" + effect.treatment.variable.text + "'");
  }

  static void append_variables(const QueryEvent& event, std::vector<const QueryVariable*>& variables) {
    variables.push_back(&event.variable);
    if (const auto* other = std::get_if<QueryVariable>(&event.against)) variables.push_back(other);
  }

  // With do(), or where no world is named, a variable has one place in a term; else the outcome and the condition have
  // no variable of one world in common.
  void check_worlds(const std::vector<const QueryVariable*>& of, const QueryCondition& condition) const {
    std::vector<const QueryVariable*> all = of;
    for (const QueryEvent& event : condition.given) append_variables(event, all);
    const auto other = std::find_if(all.begin(), all.end(), [](const auto* v) { return !v->world.empty(); });
    if (other != all.end() && !condition.actions.empty())
      scan_.fail((*other)->name.column, "'" + (*other)->name.text + "' of another world beside do()",
                 "one or the other, as in P(Y_{X=1} = 1 | X=0) or P(Y | do(X=1))");
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = other == all.end() ? 0 : of.size(); j < i; ++j)
        if (*all[i] == *all[j]) stands_twice(all[i]->name, "in the term");
    if (other != all.end())
      for (std::size_t i = of.size(); i < all.size(); ++i)
        for (const QueryVariable* left : of)
          if (*all[i] == *left) stands_twice(all[i]->name, "in the term");
    for (std::size_t i = 0; i < condition.actions.size(); ++i) {
      const QueryText& name = condition.actions[i].variable;
      for (const QueryVariable* v : all)
        if (v->name == name) stands_twice(name, "in the term");
      for (std::size_t j = 0; j < i; ++j)
        if (condition.actions[j].variable == name) stands_twice(name, "in do()");
    }
  }

  [[noreturn]] void stands_twice(const QueryText& name, const std::string& where) const {
    scan_.fail(name.column, "'" + name.text + "' stands twice " + where,
               "outcome, do() and condition that have no variable in common", {}, ErrorCode::query_overlap);
  }

  [[noreturn]] void too_deep() {
    scan_.fail(scan_.column(), "worlds within worlds, " + std::to_string(deepest) + " deep", "fewer");
  }

  detail::QueryScanner scan_;
};

}  // namespace

Query parse_query(std::string_view text, const std::string& place) { return QueryParser(text, place).query(); }

}  // namespace equipoise::inline v0
