#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/identify/derivation.hpp>

using namespace equipoise;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0};
const std::vector<std::string> names{"X", "Y", "edu_num"};

Expression p(Symbols of, Symbols given = {}, Symbols intervened = {}) {
  return probability({0, std::move(of), std::move(given), std::move(intervened)});
}

Expression apply(const Expression& whole, const Expression& before, const Expression& after,
                 std::vector<Place> places) {
  const auto result = replaced(whole, {DerivationRule::arrangement, before, after, std::move(places)});
  REQUIRE(result);
  return *result;
}

// P(y | do(x)) = P(y | x) in the graph X -> Y.
Derivation one_step() {
  DerivationStep step{DerivationRule::rule_2, p({y}, {}, {x}), p({y}, {x}), {{}}};
  step.separation = Separation{NodeSet(3, {1}), NodeSet(3, {0}), NodeSet(3, {2}), {NodeSet(3), NodeSet(3, {0})}};
  step.result = step.after;
  return {step.before, {step}};
}

}  // namespace

TEST_CASE("a step replaces wherever the expression stands below its places", "[identify]") {
  const Expression a = p({x}), b = p({y}), c = p({z});
  const Expression whole = as_written({Expression::Fraction{
      as_written({Expression::Product{{a, as_written({Expression::Sum{{y}, product({a, b})}})}}}), product({a, b})}});
  CHECK(apply(whole, a, c, {{}}) ==
        as_written({Expression::Fraction{
            as_written({Expression::Product{{c, as_written({Expression::Sum{{y}, product({c, b})}})}}}),
            product({c, b})}}));
  CHECK(apply(whole, a, c, {{1}, {0, 1}}) ==
        as_written({Expression::Fraction{
            as_written({Expression::Product{{a, as_written({Expression::Sum{{y}, product({c, b})}})}}}),
            product({c, b})}}));
  CHECK(apply(whole, a, c, {{0, 1, 0, 0}}) ==
        as_written({Expression::Fraction{
            as_written({Expression::Product{{a, as_written({Expression::Sum{{y}, product({c, b})}})}}}),
            product({a, b})}}));
  CHECK(apply(whole, p({z}), a, {{}}) == whole);
}

TEST_CASE("a place that does not exist has no result", "[identify]") {
  const Expression a = p({x}), whole = as_written({Expression::Sum{{x}, product({a, p({y}, {x})})}});
  for (const Place& place : {Place{1}, Place{0, 2}, Place{0, 0, 0}})
    CHECK_FALSE(replaced(whole, {DerivationRule::arrangement, a, a, {place}}));
  const Expression quotient = as_written({Expression::Fraction{a, p({y})}});
  CHECK_FALSE(replaced(quotient, {DerivationRule::arrangement, a, a, {{2}}}));
}

TEST_CASE("a derivation is written line by line with its reasons", "[identify]") {
  CHECK(to_text(one_step(), names) ==
        "P(Y | do(X))\n"
        "  = P(Y | X)\n"
        "      by rule 2: Y and X are separated given edu_num in the graph without arrows out of X\n");
  CHECK(to_text(one_step(), names, Notation::latex) ==
        "\\begin{align*}\n"
        "P(Y \\mid \\mathrm{do}(X)) &= P(Y \\mid X) && \\text{rule 2: Y and X are separated given edu\\_num in the "
        "graph without arrows out of X}\n"
        "\\end{align*}\n");
  CHECK(one_step().estimand() == p({y}, {x}));
  CHECK(Derivation{p({y}), {}}.estimand() == p({y}));
}

TEST_CASE("every separation has its words", "[identify]") {
  const NodeSet nobody(3), of_x(3, {0}), of_y(3, {1}), of_z(3, {2});
  CHECK(to_text({of_y, of_x, nobody, {nobody, nobody}}, names) == "Y and X are separated");
  CHECK(to_text({of_y, of_x, of_z, {of_z, of_x}}, names) ==
        "Y and X are separated given edu_num in the graph without arrows into edu_num and out of X");
  CHECK(to_text({of_y, of_x, nobody, {of_z, nobody}, true}, names) ==
        "Y and what differs between the populations (X) are separated in the graph without arrows into edu_num");
}
