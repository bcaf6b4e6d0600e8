// Queries: questions of all three rungs (seeing, doing, imagining) as people write them.
//
//     P(Y | do(X=1), Z=1)     P(Y_{X=1} = 1 | X=0)     E[Y_{X=1, M_{X=0}}] - E[Y_{X=0}]     ATE(X -> Y)
//
// A query is text with structure, and knows no graph: binding its names to variables and its values to levels is done
// where both are known (bound_query.hpp for identification).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace equipoise::inline v0 {

/// A name or a value as written, and the column where it stands, from 1. Equal where the texts are.
struct QueryText {
  std::string text;
  std::size_t column = 1;
  friend bool operator==(const QueryText& a, const QueryText& b) { return a.text == b.text; }
};

struct QuerySetting;

/// `Y`, or a variable of another world: `Y_{X=1}`, `Y_{X=1, M_{X=0}}`.
struct QueryVariable {
  QueryText name;
  std::vector<QuerySetting> world;  ///< empty: the world as it is
  friend bool operator==(const QueryVariable& a, const QueryVariable& b);
};

/// Within a world: `X=1`, or, with no value, `M_{X=0}`: M takes the value that it would have had in its own world.
struct QuerySetting {
  QueryVariable variable;
  std::optional<QueryText> value;
  friend bool operator==(const QuerySetting&, const QuerySetting&) = default;
};

inline bool operator==(const QueryVariable& a, const QueryVariable& b) {
  return a.name == b.name && a.world == b.world;
}

enum class Comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

/// Whether the comparison holds between two numbers.
constexpr bool holds(Comparison comparison, double left, double right) noexcept {
  switch (comparison) {
    case Comparison::equal: return left == right;
    case Comparison::not_equal: return left != right;
    case Comparison::less: return left < right;
    case Comparison::less_or_equal: return left <= right;
    case Comparison::greater: return left > right;
    case Comparison::greater_or_equal: return left >= right;
  }
  return false;
}

/// `Y` (any value), `Y_{X=1} = 1`, or a comparison of worlds: `Y_{X=1} != Y_{X=0}`.
struct QueryEvent {
  QueryVariable variable;
  Comparison comparison = Comparison::equal;
  std::variant<std::monostate, QueryText, QueryVariable> against;
  friend bool operator==(const QueryEvent&, const QueryEvent&) = default;
};

struct QueryDistribution;

/// `0.3`, `scale = 2`, or a distribution within a mixture.
struct QueryArgument {
  std::string name;                                            ///< empty: by position
  std::variant<double, std::vector<QueryDistribution>> value;  ///< the vector holds one distribution
  friend bool operator==(const QueryArgument&, const QueryArgument&) = default;
};

/// `bernoulli(0.3)`, `normal(mean = 0, scale = 1)`: which names and arguments exist is known where it is drawn from.
struct QueryDistribution {
  QueryText name;
  std::vector<QueryArgument> arguments;
  friend bool operator==(const QueryDistribution&, const QueryDistribution&) = default;
};

/// `X += 1`: what X would have been, and 1 more.
struct QueryShift {
  double by = 0;
  friend bool operator==(const QueryShift&, const QueryShift&) = default;
};

/// Within do(): `X` (any value), `X = 1`, `X ~ bernoulli(0.3)`, `X += 1`.
struct QueryAction {
  QueryText variable;
  std::variant<std::monostate, QueryText, QueryDistribution, QueryShift> to;
  friend bool operator==(const QueryAction&, const QueryAction&) = default;
};

/// What stands to the right of the bar: `do(X=1), Z=1`.
struct QueryCondition {
  std::vector<QueryAction> actions;
  std::vector<QueryEvent> given;
  friend bool operator==(const QueryCondition&, const QueryCondition&) = default;
};

/// `P(Y=1, W | do(X=0), Z=1)`.
struct QueryProbability {
  std::vector<QueryEvent> of;  ///< at least one
  QueryCondition condition;
  friend bool operator==(const QueryProbability&, const QueryProbability&) = default;
};

/// `E[Y_{X=1} - Y_{X=0} | X=0]`.
struct QueryExpectation {
  struct Addend {
    bool is_subtracted = false;
    QueryVariable variable;
    friend bool operator==(const Addend&, const Addend&) = default;
  };
  std::vector<Addend> of;  ///< at least one
  QueryCondition condition;
  friend bool operator==(const QueryExpectation&, const QueryExpectation&) = default;
};

/// An effect by its name: `ATE(X -> Y)`, `CDE(X=b vs a -> Y; M=m)`, `PSE(A -> Y; A -> D -> Y, A -> E)`.
struct QueryEffect {
  enum class Kind {
    ate,  ///< average treatment effect
    ett,  ///< effect of treatment on the treated
    nde,  ///< natural direct effect
    nie,  ///< natural indirect effect
    cde,  ///< controlled direct effect
    pn,   ///< probability of necessity
    ps,   ///< probability of sufficiency
    pns,  ///< probability of necessity and sufficiency
    pse,  ///< path-specific effect
  };
  /// A variable and, where two values are named, `X = value vs reference`; else 1 against 0.
  struct Contrast {
    QueryText variable;
    std::optional<QueryText> value, reference;
    friend bool operator==(const Contrast&, const Contrast&) = default;
  };
  Kind kind = Kind::ate;
  Contrast treatment, outcome;
  std::vector<QuerySetting> controlled;       ///< of a CDE, at least one
  std::vector<std::vector<QueryText>> paths;  ///< of a PSE, at least one
  friend bool operator==(const QueryEffect&, const QueryEffect&) = default;
};

/// A sum of terms: probabilities, expectations and named effects, each added or subtracted.
struct Query {
  struct Term {
    bool is_subtracted = false;
    std::variant<QueryProbability, QueryExpectation, QueryEffect> part;
    friend bool operator==(const Term&, const Term&) = default;
  };
  std::vector<Term> terms;  ///< at least one
  friend bool operator==(const Query&, const Query&) = default;
};

/// Reads a query. A name or value that holds one of `,;|()[]{}'` or the like is quoted with '…', where '' stands for
/// one quote. `place` says where the text came from; an error adds the column. Throws query_syntax, and query_overlap
/// where a variable stands twice in one world of a term.
Query parse_query(std::string_view text, const std::string& place = "query");

/// The query as text, which reads back as an equal query.
std::string to_text(const Query& query);

}  // namespace equipoise::inline v0
