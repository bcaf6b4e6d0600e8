#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include <equipoise/scm/coupled_discrete.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

TEST_CASE("noise drawn given a value gives that value again") {
  RowStream random = RandomStream({.seed = 65, .purpose = Purpose::test}).row(0);
  std::vector<double> table;
  for (int c = 0; c < 3; ++c)
    for (const double p : equipoise::testing::random_distribution(random, 4)) table.push_back(p);
  const std::size_t rows = 20000;
  std::vector<double> input(rows), value(rows), again(rows);
  for (std::size_t i = 0; i < rows; ++i) input[i] = static_cast<double>(i % 3);
  const std::vector<const double*> inputs{input.data()};
  for (const Coupling coupling : {Coupling::gumbel_max, Coupling::inverse_cdf, Coupling::independent}) {
    const TableMechanism mechanism(ProbabilityTable({3}, 4, table), coupling);
    const RandomStream stream({.seed = 66, .purpose = Purpose::test});
    mechanism.sample(inputs, stream, {0, rows}, value.data());
    std::vector<std::vector<double>> noise(mechanism.noise_count(), std::vector<double>(rows));
    std::vector<double*> columns;
    for (auto& column : noise) columns.push_back(column.data());
    mechanism.sample_posterior(inputs, value.data(), stream, {0, rows}, columns);
    mechanism.evaluate(inputs, ColumnPointers(columns.data(), columns.size()), {0, rows}, again.data());
    std::size_t differing = 0;
    for (std::size_t i = 0; i < rows; ++i) differing += value[i] != again[i];
    CHECK(differing == 0);
  }
}

TEST_CASE("posterior noise over sampled values is the noise's own distribution") {
  // Averaged over the values, noise given value is noise: its mean under inverse-cdf is 1/2, of each racing
  // exponential 1.
  const TableMechanism interval(ProbabilityTable({}, 3, {0.2, 0.5, 0.3}), Coupling::inverse_cdf);
  const TableMechanism race(ProbabilityTable({}, 3, {0.2, 0.5, 0.3}), Coupling::gumbel_max);
  const std::size_t rows = 100000;
  std::vector<double> value(rows);
  const RandomStream stream({.seed = 67, .purpose = Purpose::test}), other({.seed = 68, .purpose = Purpose::test});
  interval.sample({}, stream, {0, rows}, value.data());
  for (const TableMechanism& mechanism : {interval, race}) {
    std::vector<std::vector<double>> noise(mechanism.noise_count(), std::vector<double>(rows));
    std::vector<double*> columns;
    for (auto& column : noise) columns.push_back(column.data());
    mechanism.sample_posterior({}, value.data(), other, {0, rows}, columns);
    const double expected = noise.size() == 1 ? 0.5 : 1.0, deviation = noise.size() == 1 ? std::sqrt(1.0 / 12) : 1.0;
    for (const auto& column : noise) {
      double sum = 0;
      for (const double each : column) sum += each;
      CHECK(std::abs(sum / rows - expected) <
            5 * deviation / std::sqrt(static_cast<double>(rows)));  // a false alarm of 6e-7 each
    }
  }
}
