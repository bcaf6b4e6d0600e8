#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include <equipoise/identify/derivation_writer.hpp>

using namespace equipoise;
using detail::DerivationWriter;
using detail::Term;

namespace {

constexpr Symbol x{0, 0}, y{1, 0}, z{2, 0};

Expression p(Symbols of, Symbols given = {}) { return probability({0, std::move(of), std::move(given), {}}); }

}  // namespace

TEST_CASE("a ladder is climbed by as few rules as will do", "[identify]") {
  const std::vector<NamedEdge> directed{{"X", "Y"}};
  const CausalGraph graph({"X", "Y", "Z"}, directed);
  const Term query{0, {y}, {}, {x}};
  DerivationWriter writer(graph, probability(query), {});
  // By way of Z there and back; one exchange does it.
  writer.rewrite({query, {0, {y}, {}, {x, z}}, {0, {y}, {z}, {x}}, {0, {y}, {x, z}, {}}, {0, {y}, {x}, {}}}, {{}});
  const Derivation derivation = writer.finish();
  REQUIRE(derivation.steps.size() == 1);
  CHECK(derivation.steps[0].rule == DerivationRule::rule_2);
  CHECK(derivation.estimand() == p({y}, {x}));
}

TEST_CASE("a ladder that ends where it began takes no step", "[identify]") {
  const CausalGraph graph({"X", "Y", "Z"}, {});
  const Term query{0, {y}, {}, {}};
  DerivationWriter writer(graph, probability(query), {});
  writer.rewrite({query, {0, {y}, {}, {x}}, query}, {{}});
  writer.rewrite({query, query, {0, {y}, {x}, {}}}, {{}});
  const Derivation derivation = writer.finish();
  REQUIRE(derivation.steps.size() == 1);
  CHECK(derivation.steps[0].rule == DerivationRule::rule_1);
}

TEST_CASE("what stands nowhere is not replaced", "[identify]") {
  const CausalGraph graph({"X", "Y", "Z"}, {});
  DerivationWriter writer(graph, p({x}), {});
  writer.step(DerivationRule::marginalisation, {{}}, p({y}), as_written({Expression::Sum{{z}, p({y, z})}}));
  CHECK(writer.steps() == 0);
}

TEST_CASE("tidying joins and drops what the constructors would have joined and dropped", "[identify]") {
  const CausalGraph graph({"X", "Y", "Z"}, {});
  const Expression joint = p({x, y, z});
  const Expression untidy = as_written({Expression::Product{
      {as_written({Expression::Product{{p({x}), as_written({Expression::Sum{{y}, p({y, z})}})}}}),
       as_written({Expression::Fraction{as_written({Expression::Sum{{x}, joint}}), p({z})}}),
       as_written({Expression::Sum{{x}, as_written({Expression::Sum{{y}, product({p({x}), p({y})})}})}})}}});
  DerivationWriter writer(graph, untidy, {});
  writer.tidy();
  CHECK(writer.whole() == product({p({x}), p({z}), p({y}, {z}), sum({x, y}, product({p({x}), p({y})}))}));
  CHECK(writer.steps() == 5);
}

TEST_CASE("an expression that grows too large ends the writing", "[identify]") {
  const CausalGraph graph({"X", "Y", "Z"}, {});
  DerivationWriter writer(graph, p({x}), {.max_steps = 100, .max_nodes = 2});
  const Expression two = product({p({x}), p({x}, {y})});
  writer.step(DerivationRule::arrangement, {{}}, p({x}), two);
  CHECK(writer.too_long());
  CHECK(writer.whole() == p({x}));
  CHECK(detail::has_more_nodes(two, 2));
  CHECK_FALSE(detail::has_more_nodes(two, 3));
}
