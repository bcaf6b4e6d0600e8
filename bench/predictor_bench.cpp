// What linear and logistic regression cost on a table of Adult's shape, beside the rate at which this machine reads
// as many bytes (measured in the same run; the counter of_reading) and beside a layout that keeps levels as indices.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <equipoise/data/encoding.hpp>
#include <equipoise/predictor/affine.hpp>

namespace {

using namespace equipoise;

constexpr std::size_t rows = 30'000;
// As in Adult: seven numbers, and the levels of work class, education, marital status, occupation, relationship, race,
// sex: 60 encoded columns.
constexpr std::size_t numbers = 7;
constexpr std::array<std::size_t, 7> level_counts{9, 16, 7, 15, 6, 5, 2};

Table random_people() {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<Column> columns;
  for (std::size_t i = 0; i < numbers; ++i) {
    Column& column = columns.emplace_back(Column{"x" + std::to_string(i), ColumnType::continuous, {}, {}});
    for (std::size_t row = 0; row < rows; ++row) column.values.push_back(normal(random));
  }
  for (const std::size_t count : level_counts) {
    Column& column =
        columns.emplace_back(Column{"g" + std::to_string(columns.size()), ColumnType::categorical, {}, {}});
    for (std::size_t level = 0; level < count; ++level) column.levels.push_back(std::to_string(level));
    // Levels as uneven as people's: each half as common as the one before it.
    std::geometric_distribution<std::size_t> draw(0.5);
    for (std::size_t row = 0; row < rows; ++row)
      column.values.push_back(static_cast<double>(std::min(draw(random), count - 1)));
  }
  return Table(std::move(columns));
}

/// The same rows twice: encoded, as a predictor takes them, and with the levels as indices.
struct People {
  Eigen::MatrixXd X;                               // rows x 60
  Eigen::MatrixXd number_columns;                  // rows x 7
  std::vector<std::vector<std::uint8_t>> indices;  // features with levels x rows
  std::vector<std::size_t> first_columns;          // of each, where its level 1 stands
  Eigen::VectorXd parameters, d_scores;

  People() {
    const Table table = random_people();
    std::vector<std::string> names;
    for (const Column& column : table.columns()) names.push_back(column.name);
    const Encoding encoding = fit_encoding(table, names);
    X = encode(encoding, table);
    number_columns = X.leftCols(static_cast<Eigen::Index>(numbers));
    for (std::size_t i = numbers; i < names.size(); ++i) {
      const std::vector<double>& values = table.columns()[i].values;
      indices.emplace_back(values.begin(), values.end());
      first_columns.push_back(encoding.features[i].first_column);
    }
    parameters = Eigen::VectorXd::LinSpaced(X.cols() + 1, -1, 1);
    d_scores = Eigen::VectorXd::LinSpaced(X.rows(), -1, 1);
  }
  double bytes() const { return static_cast<double>(X.size()) * sizeof(double); }
};

const People& people() {
  static const People people;
  return people;
}

/// Reads every number; sixteen sums, so that no addition waits for the one before it.
double read(const std::vector<double>& buffer) {
  std::array<double, 16> sums{};
  for (std::size_t i = 0; i + sums.size() <= buffer.size(); i += sums.size())
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += buffer[i + lane];
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Bytes a CPU second at which one core reads a buffer of the encoded matrix's size, the best of several goes.
double reading_rate() {
  const std::vector<double> buffer(static_cast<std::size_t>(people().X.size()), 1.0);
  constexpr int goes = 20, passes = 20;
  double best = 0;
  for (int go = 0; go < goes; ++go) {
    const double start = cpu_seconds();
    for (int pass = 0; pass < passes; ++pass) benchmark::DoNotOptimize(read(buffer));
    best = std::max(best, passes * people().bytes() / (cpu_seconds() - start));
  }
  return best;
}

/// Runs an iteration that reads `matrices` of the encoded size, and counts its bytes a CPU second, as such and as a
/// share of the reading rate.
template <class Iteration>
void measure(benchmark::State& state, double matrices, Iteration iteration) {
  static const double rate = reading_rate();
  const double start = cpu_seconds();
  for (auto _ : state) iteration();
  const double bytes = matrices * people().bytes() * static_cast<double>(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["of_reading"] = bytes / (cpu_seconds() - start) / rate;
}

void reading(benchmark::State& state) {
  const std::vector<double> buffer(static_cast<std::size_t>(state.range(0)) / sizeof(double), 1.0);
  for (auto _ : state) benchmark::DoNotOptimize(read(buffer));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(reading)->Arg(rows * 60 * 8)->Arg(std::int64_t{1} << 30)->Unit(benchmark::kMicrosecond);

void forward(benchmark::State& state) {
  const People& p = people();
  const AffinePredictor affine(p.X.cols(), Link::logistic);
  Eigen::VectorXd scores(p.X.rows());
  measure(state, 1, [&] {
    affine.forward(p.parameters, p.X, scores);
    benchmark::DoNotOptimize(scores.data());
  });
}
BENCHMARK(forward)->Unit(benchmark::kMicrosecond);

void backward(benchmark::State& state) {
  const People& p = people();
  const AffinePredictor affine(p.X.cols(), Link::logistic);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p.parameters.size());
  measure(state, 1, [&] {
    affine.backward(p.parameters, p.X, p.d_scores, gradient);
    benchmark::DoNotOptimize(gradient.data());
  });
}
BENCHMARK(backward)->Unit(benchmark::kMicrosecond);

void row_gradient_products(benchmark::State& state) {
  const People& p = people();
  const Eigen::MatrixXd other = p.X;
  const AffinePredictor affine(p.X.cols(), Link::logistic);
  Eigen::VectorXd products = Eigen::VectorXd::Zero(p.X.rows());
  measure(state, 2, [&] {
    affine.add_row_gradient_products(p.parameters, p.X, p.d_scores, other, p.d_scores, products);
    benchmark::DoNotOptimize(products.data());
  });
}
BENCHMARK(row_gradient_products)->Unit(benchmark::kMicrosecond);

void check_equal(benchmark::State& state, const Eigen::VectorXd& by_indices, const Eigen::VectorXd& encoded) {
  if ((by_indices - encoded).cwiseAbs().maxCoeff() > 1e-8) state.SkipWithError("another answer than the encoded rows'");
}

// The limit for one-hot columns: what they hold is one byte a row and feature.
void forward_by_indices(benchmark::State& state) {
  const People& p = people();
  Eigen::VectorXd scores(p.X.rows());
  std::array<double, 32> effects{};
  for (auto _ : state) {
    scores.setConstant(p.parameters[p.X.cols()]);
    scores.noalias() += p.number_columns * p.parameters.head(p.number_columns.cols());
    for (std::size_t f = 0; f < p.indices.size(); ++f) {
      effects[0] = 0;
      for (std::size_t level = 1; level < level_counts[f]; ++level)
        effects[level] = p.parameters[static_cast<Eigen::Index>(p.first_columns[f] + level - 1)];
      const std::uint8_t* const index = p.indices[f].data();
      double* const score = scores.data();
      for (std::size_t row = 0; row < rows; ++row) score[row] += effects[index[row]];
    }
    benchmark::DoNotOptimize(scores.data());
  }
  Eigen::VectorXd encoded(p.X.rows());
  AffinePredictor(p.X.cols(), Link::logistic).forward(p.parameters, p.X, encoded);
  check_equal(state, scores, encoded);
}
BENCHMARK(forward_by_indices)->Unit(benchmark::kMicrosecond);

void backward_by_indices(benchmark::State& state) {
  const People& p = people();
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p.parameters.size());
  for (auto _ : state) {
    gradient.setZero();
    gradient.head(p.number_columns.cols()).noalias() += p.number_columns.transpose() * p.d_scores;
    gradient[p.X.cols()] += p.d_scores.sum();
    for (std::size_t f = 0; f < p.indices.size(); ++f) {
      // Four sums a level, so that equal levels in neighbouring rows do not wait for each other.
      std::array<std::array<double, 32>, 4> sums{};
      const std::uint8_t* const index = p.indices[f].data();
      const double* const d_score = p.d_scores.data();
      static_assert(rows % 4 == 0);
      for (std::size_t row = 0; row < rows; row += 4)
        for (std::size_t lane = 0; lane < 4; ++lane) sums[lane][index[row + lane]] += d_score[row + lane];
      for (std::size_t level = 1; level < level_counts[f]; ++level)
        gradient[static_cast<Eigen::Index>(p.first_columns[f] + level - 1)] +=
            (sums[0][level] + sums[1][level]) + (sums[2][level] + sums[3][level]);
    }
    benchmark::DoNotOptimize(gradient.data());
  }
  Eigen::VectorXd encoded = Eigen::VectorXd::Zero(p.parameters.size());
  AffinePredictor(p.X.cols(), Link::logistic).backward(p.parameters, p.X, p.d_scores, encoded);
  check_equal(state, gradient, encoded);
}
BENCHMARK(backward_by_indices)->Unit(benchmark::kMicrosecond);

}  // namespace
