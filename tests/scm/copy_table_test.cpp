#include <equipoise/scm/copy_table.hpp>

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;
using detail::CopyInput;
using detail::CopyTable;
using detail::CopyTableMaker;
using detail::NoiseSharing;

namespace {

const auto everything = [](double) { return true; };

CopyTable table_of(const AnyMechanism& mechanism, std::size_t levels, const std::vector<CopyInput>& inputs) {
  const VariableSpec variable = testing::levels_variable("Y", levels);
  const WorldCopy copy{0, mechanism, {}, 0};
  return CopyTableMaker(variable, copy).made(detail::sharing_of(mechanism), inputs, everything);
}

}  // namespace

TEST_CASE("how copies share their noise is read from the mechanism") {
  const auto table = [](Coupling coupling, std::size_t levels) {
    return TableMechanism(ProbabilityTable({}, levels, std::vector<double>(levels, 1.0 / static_cast<double>(levels))),
                          coupling);
  };
  CHECK(detail::sharing_of(LookupMechanism({2}, 2, {1, 0})) == NoiseSharing::none);
  CHECK(detail::sharing_of(NoiseMechanism(BernoulliNoise{0.5})) == NoiseSharing::finite);
  CHECK(detail::sharing_of(NoiseMechanism(NormalNoise{})) == NoiseSharing::continuous);
  CHECK(detail::sharing_of(table(Coupling::inverse_cdf, 3)) == NoiseSharing::interval);
  CHECK(detail::sharing_of(table(Coupling::gumbel_max, 2)) == NoiseSharing::interval);
  CHECK(detail::sharing_of(table(Coupling::gumbel_max, 4)) == NoiseSharing::race);
  CHECK(detail::sharing_of(table(Coupling::independent, 3)) == NoiseSharing::independent);
  CHECK(detail::sharing_of(table(Coupling::unstated, 3)) == NoiseSharing::unstated);
  CHECK(detail::sharing_of(FormulaMechanism("X > N", {"X"}, NormalNoise{}, "N")) == NoiseSharing::interval);
  CHECK(detail::sharing_of(FormulaMechanism("X + N", {"X"}, BernoulliNoise{}, "N")) == NoiseSharing::finite);
  CHECK(detail::sharing_of(FormulaMechanism("X + N", {"X"}, NormalNoise{}, "N")) == NoiseSharing::continuous);
}

TEST_CASE("a table's rows are the configurations of the inputs that vary, by symbol") {
  const std::vector<double> a{0, 1}, b{1}, c{0, 2};
  const ProbabilityTable kernel({2, 2, 3}, 2, {.1, .9, 0, 1, .2, .8, .3, .7, 0, 1, .4, .6,  //
                                               .5, .5, 0, 1, .6, .4, .7, .3, 0, 1, .8, .2});
  // The first input's symbol comes last.
  const CopyTable table =
      table_of(TableMechanism(kernel, Coupling::independent), 2, {{{9, 0}, a}, {{5, 0}, b}, {{4, 0}, c}});
  CHECK(table.inputs.symbols == Symbols{{4, 0}, {9, 0}});
  REQUIRE(table.rows == 4);
  CHECK(table.columns[0] == std::vector<double>{0, 1, 0, 1});
  CHECK(table.columns[1] == std::vector<double>{1, 1, 1, 1});
  CHECK(table.columns[2] == std::vector<double>{0, 0, 2, 2});
  CHECK(table.values == std::vector<double>{0, 1});
  CHECK(table.probability(0, 0) == .3);
  CHECK(table.probability(1, 0) == .7);
  CHECK(table.probability(2, 0) == .4);
  CHECK(table.probability(3, 0) == .8);
  CHECK_FALSE(table.is_certain);
}

TEST_CASE("only values that the inputs allow and the question asks for are kept") {
  const std::vector<double> a{0, 2};
  const CopyTable table = table_of(LookupMechanism({3}, 4, {3, 0, 1}), 4, {{{0, 0}, a}});
  CHECK(table.values == std::vector<double>{1, 3});
  CHECK(table.probabilities == std::vector<double>{0, 1, 1, 0});
  const std::vector<double> one{2};
  CHECK(table_of(LookupMechanism({3}, 4, {3, 0, 1}), 4, {{{0, 0}, one}}).is_certain);
  const VariableSpec variable = testing::levels_variable("Y", 3);
  const WorldCopy copy{0, TableMechanism(ProbabilityTable({}, 3, {0.5, 0.5, 0}), Coupling::inverse_cdf), {}, 0};
  const CopyTable asked =
      CopyTableMaker(variable, copy).made(NoiseSharing::interval, {}, [](double value) { return value >= 1; });
  CHECK(asked.values == std::vector<double>{1});
  CHECK(asked.probabilities == std::vector<double>{0.5});
  CHECK(asked.interval(0, 0).low.below == 0.5);
  CHECK_FALSE(asked.is_certain);
}

TEST_CASE("a formula's levels lie where its noise puts them") {
  const std::vector<double> x{0, 1};
  const FormulaMechanism formula("N < 0.25 + 0.5 * X", {"X"}, UniformNoise{0, 1}, "N");
  const CopyTable below = table_of(formula, 2, {{{0, 0}, x}});
  CHECK(below.interval(0, 1).low.below == 0);
  CHECK(below.interval(0, 1).high.below == Approx(0.25));
  const CopyTable above =
      table_of(FormulaMechanism("N > 0.25 + 0.5 * X", {"X"}, UniformNoise{0, 1}, "N"), 2, {{{0, 0}, x}});
  CHECK(above.interval(1, 1).low.below == Approx(0.75));
  CHECK(above.interval(1, 1).high.above == 0);
}

TEST_CASE("of a number that has been seen the density is kept, and what its noise gives elsewhere") {
  const std::vector<double> x{0, 1}, one{1};
  const FormulaMechanism formula("2 * X", {"X"}, NormalNoise{0, 1});
  const VariableSpec variable{"Y", ColumnType::continuous, {}};
  const WorldCopy copy{0, formula, {}, 0};
  const CopyTableMaker maker(variable, copy);
  const std::vector<CopyInput> inputs{{{0, 0}, x}}, elsewhere{{{1, 0}, one}};
  const CopyTable seen = maker.observed(inputs, 50);
  CHECK(seen.values == std::vector<double>{50});
  REQUIRE(seen.rows == 2);
  CHECK(std::log(seen.probability(0, 0) / seen.probability(1, 0)) == Approx((48.0 * 48 - 50.0 * 50) / 2).margin(1e-9));
  CHECK(std::log(seen.probability(1, 0)) + static_cast<double>(seen.exponent) * std::log(2.0) ==
        Approx(-48.0 * 48 / 2 - std::log(2 * std::acos(-1.0)) / 2));
  const CopyTable derived = maker.derived(elsewhere, seen, everything);
  CHECK(derived.inputs.symbols == Symbols{{0, 0}});
  CHECK(derived.values == std::vector<double>{50, 52});
  CHECK(derived.probabilities == std::vector<double>{0, 1, 1, 0});
}
