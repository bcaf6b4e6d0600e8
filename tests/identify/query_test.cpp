#include <equipoise/identify/query.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/core/error.hpp>

using namespace equipoise;

namespace {

/// Where a query is refused and why: "column: found; expected".
std::string refusal(const std::string& text) {
  try {
    parse_query(text, "--query");
  } catch (const Error& error) {
    const std::string what = error.what();
    REQUIRE(what.starts_with("--query:"));
    return what.substr(8);
  }
  return "none";
}

ErrorCode code_of(const std::string& text) {
  try {
    parse_query(text);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error: " << text);
  return {};
}

class RandomQuery {
 public:
  explicit RandomQuery(unsigned seed) : random_(seed) {}

  Query query() {
    Query query;
    for (std::size_t i = below(3) + 1; i > 0; --i) {
      Query::Term term{coin(), {}};
      if (const auto kind = below(3); kind == 0)
        term.part = probability();
      else if (kind == 1)
        term.part = expectation();
      else
        term.part = effect();
      query.terms.push_back(std::move(term));
    }
    return query;
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }

  // Names are made unique by a number, so that no variable stands twice.
  QueryText name() {
    static const std::vector<std::string> stems{"X",  "hours-per-week", "'", "a b", "do", "vs", "P", "é", "_", "a-",
                                                "x'y"};
    return {stems[below(stems.size())] + std::to_string(next_++) + (coin() ? "" : "_"), 1};
  }
  QueryText value() {
    static const std::vector<std::string> texts{"1",    "-0.5", ">50K",   "African American",
                                                "a, b", "a vs", "x vs y", "it's",
                                                "->",   "a->b", "=",      "_{",
                                                "}",    " ",    "",       "vs",
                                                "(1)",  "é",    "1e+5",   "'"};
    return {texts[below(texts.size())], 1};
  }
  double number() { return static_cast<double>(below(2001)) / 7 - 100; }

  QueryVariable variable(std::size_t depth) {
    QueryVariable variable{name(), {}};
    if (depth < 3)
      for (std::size_t i = below(3); i > 0; --i) variable.world.push_back(setting(depth));
    return variable;
  }
  QuerySetting setting(std::size_t depth) {
    QueryVariable inner = variable(depth + 1);
    if (!inner.world.empty()) return {std::move(inner), std::nullopt};
    return {std::move(inner), value()};
  }
  QueryEvent event(std::size_t depth) {
    QueryEvent event{variable(depth), Comparison::equal, {}};
    const auto kind = below(3);
    if (kind > 0) event.comparison = static_cast<Comparison>(below(6));
    if (kind == 1) event.against = value();
    if (kind == 2) {
      QueryVariable other{name(), {}};
      other.world.push_back({{name(), {}}, value()});
      if (depth == 0)
        event.against = std::move(other);
      else
        event.against = value();
    }
    return event;
  }
  QueryDistribution distribution(std::size_t depth) {
    QueryDistribution distribution{name(), {}};
    for (std::size_t i = below(3) + 1; i > 0; --i) {
      QueryArgument argument{coin() ? "" : name().text, number()};
      if (depth < 2 && coin()) argument.value = std::vector{this->distribution(depth + 1)};
      distribution.arguments.push_back(std::move(argument));
    }
    return distribution;
  }
  QueryAction action() {
    QueryAction action{name(), {}};
    const auto kind = below(4);
    if (kind == 1) action.to = value();
    if (kind == 2) action.to = distribution(0);
    if (kind == 3) action.to = QueryShift{number()};
    return action;
  }
  QueryCondition condition(bool with_actions) {
    QueryCondition condition;
    if (with_actions)
      for (std::size_t i = below(3); i > 0; --i) condition.actions.push_back(action());
    for (std::size_t i = below(3); i > 0; --i) condition.given.push_back(event(with_actions ? 3 : 0));
    return condition;
  }
  QueryProbability probability() {
    const bool with_actions = coin();
    QueryProbability probability;
    for (std::size_t i = below(3) + 1; i > 0; --i) probability.of.push_back(event(with_actions ? 3 : 0));
    probability.condition = condition(with_actions);
    return probability;
  }
  QueryExpectation expectation() {
    const bool with_actions = coin();
    QueryExpectation expectation;
    for (std::size_t i = below(3) + 1; i > 0; --i) expectation.of.push_back({coin(), variable(with_actions ? 3 : 0)});
    expectation.condition = condition(with_actions);
    return expectation;
  }
  QueryEffect::Contrast contrast() {
    if (coin()) return {name(), {}, {}};
    return {name(), QueryText{"b" + value().text, 1}, QueryText{"a" + value().text, 1}};
  }
  QueryEffect effect() {
    QueryEffect effect{static_cast<QueryEffect::Kind>(below(9)), contrast(), contrast(), {}, {}};
    if (effect.kind == QueryEffect::Kind::cde)
      for (std::size_t i = below(2) + 1; i > 0; --i) effect.controlled.push_back({{name(), {}}, value()});
    if (effect.kind == QueryEffect::Kind::pse)
      for (std::size_t i = below(2) + 1; i > 0; --i) {
        effect.paths.push_back({effect.treatment.variable});
        for (std::size_t j = below(2) + 1; j > 0; --j) effect.paths.back().push_back(name());
      }
    return effect;
  }

  std::mt19937_64 random_;
  int next_ = 0;
};

}  // namespace

TEST_CASE("queries as people write them are printed back") {
  for (const std::string text :
       {"P(Y)", "P(Y | X)", "P(Y | do(X))", "P(Y, W | do(X1, X2), Z)", "P(Y = 1 | do(X = 0), Z = 1)",
        "P(Y_{X=1} = 1 | X = 0, Y = 0)", "P(Y_{X=1, M_{X=0}} = 1)", "P(Y_{X=1} != Y_{X=0})",
        "E[Y | do(X = 1)] - E[Y | do(X = 0)]", "E[Y_{X=1} - Y_{X=0} | X = 0]", "E[Y | do(X ~ bernoulli(0.3))]",
        "E[Y | do(X += 1)]", "ATE(X -> Y)", "ETT(X=b vs a -> Y)", "CDE(X -> Y; M=m, N=n)",
        "PSE(A -> Y; A -> D -> Y, A -> E)", "-E[Y] + P(hours-per-week >= 40)", "P('capital gain' = '1,000')",
        "E[Y | do(X ~ mixture(0.5, normal(mean = 0, scale = 1), 0.5, normal(3, 1)))]"})
    CHECK(to_text(parse_query(text)) == text);
  CHECK(to_text(parse_query(" P( Y=1|do( X=0 ),Z =1 ) ")) == "P(Y = 1 | do(X = 0), Z = 1)");
  CHECK(to_text(parse_query("P(income=>50K | do(race=African American))")) ==
        "P(income = >50K | do(race = African American))");
}

TEST_CASE("a query has the structure that its text has") {
  const auto nested = std::get<QueryProbability>(parse_query("P(Y_{X=1, M_{X=0}} >= 2 | do)").terms.front().part);
  const QueryEvent& event = nested.of.front();
  CHECK(event.comparison == Comparison::greater_or_equal);
  CHECK(std::get<QueryText>(event.against).text == "2");
  REQUIRE(event.variable.world.size() == 2);
  CHECK(event.variable.world[0].value->text == "1");
  CHECK(event.variable.world[1].variable.name.text == "M");
  CHECK(event.variable.world[1].variable.name.column == 11);
  CHECK_FALSE(event.variable.world[1].value);
  CHECK(nested.condition.given.front().variable.name.text == "do");
  const auto shifted = std::get<QueryExpectation>(parse_query("E[Y | do(X -= 2)]").terms.front().part);
  CHECK(std::get<QueryShift>(shifted.condition.actions.front().to).by == -2);
}

TEST_CASE("a query that is written and read again is the same query") {
  for (unsigned seed = 0; seed < 20000; ++seed) {
    const Query query = RandomQuery(seed).query();
    const std::string text = to_text(query);
    INFO(text);
    REQUIRE(parse_query(text) == query);
  }
}

TEST_CASE("what is no query is refused at its column") {
  CHECK(refusal("") == "1: the end of the query; P(…), E[…] or an effect such as ATE(X -> Y)");
  CHECK(refusal("Q(Y)") == "1: 'Q'; P(…), E[…] or an effect such as ATE(X -> Y)");
  CHECK(refusal("ate(X -> Y)").ends_with("(did you mean 'ATE'?)"));
  CHECK(refusal("P(Y") == "4: the end of the query; ')'");
  CHECK(refusal("P(Y) E[X]") == "6: 'E'; '+', '-' or the end of the query");
  CHECK(refusal("P(Y == 1)") == "5: '=='; '='");
  CHECK(refusal("P(Y = )") == "7: ')'; a value");
  CHECK(refusal("P(Y_{X})") == "7: '}'; '=' and a value, or a world as in M_{X=0}");
  CHECK(refusal("P('Y)") == "3: a quote that is not closed; a closing '");
  CHECK(refusal("E[Y, Z]") == "4: ','; '+', '-', '|' or ']'");
  CHECK(refusal("ATE(X=b -> Y)") == "9: '-'; 'vs' and the value to compare with, as in X=b vs a");
  CHECK(refusal("ATE(X=b vs b -> Y)") == "12: 'b' again; two values to compare");
  CHECK(refusal("CDE(X -> Y)") == "11: ')'; ';'");
  CHECK(refusal("PSE(A -> Y; B -> Y)") == "13: a path from 'B'; a path from the treatment, 'A'");
  CHECK(refusal("E[Y | do(X ~ bernoulli(p))]") == "25: ')'; '('");
  CHECK(refusal("E[Y | do(X += a)]") == "15: 'a'; a number");
  CHECK(refusal("P(Y_{X=1} = 1 | do(Z = 1))").starts_with("3: 'Y' of another world beside do();"));
  std::string deep = "Y";
  for (int i = 0; i < 100000; ++i) deep = "Y_{" + deep;
  CHECK(refusal("P(" + deep).find("worlds within worlds, 32 deep") != std::string::npos);
}

TEST_CASE("a variable that stands twice in one world is refused, and not otherwise") {
  for (const auto* text : {"P(Y, Y)", "P(Y | Y)", "P(Y | do(Y))", "P(Y | do(X), X)", "P(Y | do(X, X))",
                           "P(Y = 1 | Y = 0)", "P(Y_{X=1, X=0} = 1)", "P(Y_{X=1} = 1 | Y_{X=1} = 0)", "ATE(X -> X)",
                           "CDE(X -> Y; X=1)", "CDE(X -> Y; M=1, M=0)", "E[Y | Y = 1]"}) {
    INFO(text);
    CHECK(code_of(text) == ErrorCode::query_overlap);
  }
  for (const auto* text : {"P(Y_{X=1} = 1, Y_{X=1} = 0)", "P(Y_{X=1} = 1 | Y = 1)", "P(X_{X=1} = 1, Y = 1)",
                           "E[Y_{X=1} - Y_{X=0} | Y = 1]", "P(Y = 1) - P(Y = 0)"})
    CHECK(refusal(text) == "none");
}

TEST_CASE("a damaged query is refused or read, and never breaks anything") {
  std::mt19937_64 random(7);
  const std::string alphabet = "PEXY_{}[]()|=!<>~+-,;'vs do1.";
  for (unsigned seed = 0; seed < 20000; ++seed) {
    std::string text = to_text(RandomQuery(seed).query());
    for (std::size_t i = random() % 3 + 1; i > 0; --i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text.erase(at, 1);
      else
        text.insert(at, 1, alphabet[random() % alphabet.size()]);
      if (text.empty()) break;
    }
    try {
      const Query query = parse_query(text);
      INFO(text);
      REQUIRE(parse_query(to_text(query)) == query);
    } catch (const Error&) {
    }
  }
}
