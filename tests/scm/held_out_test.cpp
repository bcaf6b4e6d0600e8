#include <catch2/catch.hpp>

#include <cmath>

#include <equipoise/scm/held_out.hpp>

using namespace equipoise;

namespace {

Table of_weights(std::vector<double> weights) {
  Table table({{"x", ColumnType::continuous, {}, std::vector<double>(weights.size())}});
  table.set_weights(std::move(weights));
  return table;
}

}  // namespace

TEST_CASE("folds share out every row's weight, in whole people where weights count them") {
  for (const std::vector<double>& weights : {std::vector<double>{3, 0, 40, 1}, std::vector<double>{0.5, 2.25, 1, 7},
                                             std::vector<double>{4e8, 3e8, 0, 1e8}}) {
    const Table table = of_weights(weights);
    const auto folds = detail::dealt_folds(table, 5, 7);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      double sum = 0;
      for (const auto& fold : folds) {
        sum += fold[i];
        CHECK(fold[i] >= 0);
        if (table.weights_are_counts()) CHECK(fold[i] == std::floor(fold[i]));
      }
      CHECK(sum == weights[i]);
    }
    CHECK(folds == detail::dealt_folds(table, 5, 7));
  }
}

TEST_CASE("every fold is visited with the rest, and one that takes all is not") {
  const std::vector<double> weights{2, 3};
  int visits = 0;
  detail::for_each_fold(weights, {{1, 0}, {1, 3}, {0, 0}}, [&](auto rest, auto fold, double held) {
    ++visits;
    CHECK(rest[0] + fold[0] == 2);
    CHECK(held == fold[0] + fold[1]);
  });
  CHECK(visits == 2);
  detail::for_each_fold(weights, {{2, 3}}, [&](auto, auto, double) { ++visits; });
  CHECK(visits == 2);
}

TEST_CASE("a lead is a mean difference with the standard error of repeated people") {
  // Three people, two of them alike: differences 1, 1, -2 have mean 0 and a root of squares of sqrt 6 over 3.
  const std::vector<double> weights{2, 1};
  const detail::HeldOut a{{2, 0}, 3}, b{{0, 2}, 3};
  const detail::Lead lead = detail::lead(a, b, weights);
  CHECK(lead.mean == Approx(0).margin(1e-15));
  CHECK(lead.standard_error == Approx(std::sqrt(6.0) / 3));
}

TEST_CASE("an impossible row counts no less than the floor") {
  detail::HeldOut score{std::vector<double>(2), 2};
  score.add(std::vector<double>{1, 1}, std::vector<double>{-std::numeric_limits<double>::infinity(), -1});
  CHECK(score.mean() == (detail::least_log_density - 1) / 2);
  CHECK(detail::mean_log_likelihood(std::vector<double>{-1e9, -1}, std::vector<double>{1, 3}) ==
        (detail::least_log_density - 3) / 4);
}
