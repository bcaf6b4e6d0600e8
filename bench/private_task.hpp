// Tasks for private logistic regression: rows divided into training and test, scaled as the reference has them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/data/encoding.hpp>
#include <equipoise/data/table.hpp>

namespace equipoise::bench {

struct PrivateTask {
  Eigen::MatrixXd train, test;  // rows x encoded columns, each row by 1 / sqrt(columns), then of length 1 at most
  std::vector<double> train_outcome, test_outcome;
  Table train_rows, test_rows;
};

/// Means and scales are those of the training rows, taken for public, or left as they are.
inline PrivateTask task_of(const Table& table, const std::vector<std::string>& features, const std::string& outcome,
                           const std::vector<std::size_t>& train, const std::vector<std::size_t>& test,
                           bool standardises = true) {
  PrivateTask task;
  task.train_rows = table.select(train);
  task.test_rows = table.select(test);
  Encoding encoding = fit_encoding(task.train_rows, features);
  for (EncodedFeature& feature : encoding.features)
    if (!standardises) feature.mean = 0, feature.scale = 1;
  const auto scaled = [&](const Table& rows) {
    Eigen::MatrixXd X = encode(encoding, rows) / std::sqrt(static_cast<double>(encoding.columns()));
    for (Eigen::Index i = 0; i < X.rows(); ++i) X.row(i) /= std::max(1.0, X.row(i).norm());
    return X;
  };
  task.train = scaled(task.train_rows);
  task.test = scaled(task.test_rows);
  task.train_outcome = task.train_rows.column(outcome).values;
  task.test_outcome = task.test_rows.column(outcome).values;
  return task;
}

inline const std::vector<std::string>& adult_features() {
  static const std::vector<std::string> features{
      "age",        "education_num", "capital_gain", "capital_loss", "hours_per_week", "workclass", "marital_status",
      "occupation", "relationship",  "race",         "sex"};
  return features;
}

inline Table adult_table(const std::string& folder) {
  std::vector<std::string> wanted = adult_features();
  wanted.emplace_back("income");
  return read_csv(folder + "/adult.csv", {.missing = MissingPolicy::level, .wanted = wanted}).table;
}

/// Places of rows.
struct Division {
  std::vector<std::size_t> train, test;
};

/// 70 in 100 rows, drawn, are for training.
inline Division adult_division(const Table& table, std::uint32_t seed) {
  RowStream random = RandomStream({.seed = seed, .purpose = Purpose::split}).row(0);
  const std::vector<std::size_t> order = draw_permutation(random, table.rows());
  const auto cut = static_cast<std::ptrdiff_t>(order.size() * 7 / 10);
  return {{order.begin(), order.begin() + cut}, {order.begin() + cut, order.end()}};
}

inline PrivateTask adult_task(const Table& table, const std::vector<std::string>& features, std::uint32_t seed) {
  const Division division = adult_division(table, seed);
  return task_of(table, features, "income", division.train, division.test);
}

/// The first 5,000 rows are for training.
inline PrivateTask synthetic_task(const std::string& folder) {
  const Table table = read_csv(folder + "/synthetic_gauss_7000x20.csv").table;
  std::vector<std::string> features;
  for (int i = 0; i < 20; ++i) features.push_back("x" + std::to_string(i));
  std::vector<std::size_t> order(table.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return task_of(table, features, "y", {order.begin(), order.begin() + 5000}, {order.begin() + 5000, order.end()},
                 false);
}

/// What a row has for the intercept: as much as each of its features in the root of the mean square.
inline double intercept_constant(const PrivateTask& task) {
  return 1 / std::sqrt(static_cast<double>(task.train.cols()));
}

/// The share of rows on whose side of 0 the score stands.
inline double accuracy(const Eigen::VectorXd& scores, const std::vector<double>& outcome) {
  double right = 0;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    right += (scores[static_cast<Eigen::Index>(i)] >= 0) == (outcome[i] == 1);
  return right / static_cast<double>(outcome.size());
}

}  // namespace equipoise::bench
