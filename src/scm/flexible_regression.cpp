#include <equipoise/scm/flexible_regression.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr double people_a_column = 20;
constexpr Eigen::Index random_features = 48;
constexpr int coarse_cosines = 3, fine_cosines = 6;

/// The columns of a basis, as far as the budget goes.
class BasisColumns {
 public:
  BasisColumns(Eigen::Index rows, std::size_t most) : columns_(rows, static_cast<Eigen::Index>(most)) {}

  bool is_full() const { return used_ == columns_.cols(); }
  Eigen::Index left() const { return columns_.cols() - used_; }
  template <class Values>
  void add(const Values& values) {
    if (!is_full()) columns_.col(used_++) = values;
  }
  void add_all(const Eigen::MatrixXd& values) {
    for (Eigen::Index j = 0; j < values.cols(); ++j) add(values.col(j));
  }
  Eigen::MatrixXd taken() const { return columns_.leftCols(used_); }

 private:
  Eigen::MatrixXd columns_;
  Eigen::Index used_ = 0;
};

/// The columns by which a variable enters a product with another.
const Eigen::MatrixXd& main_columns(const VariableFeatures& features, Eigen::MatrixXd& storage) {
  if (features.has_levels) return features.indicators;
  storage = features.value;
  return storage;
}

void add_products(BasisColumns& basis, const VariableFeatures& a, const VariableFeatures& b) {
  Eigen::MatrixXd of_a, of_b;
  const Eigen::MatrixXd &first = main_columns(a, of_a), &second = main_columns(b, of_b);
  for (Eigen::Index i = 0; i < first.cols(); ++i)
    for (Eigen::Index j = 0; j < second.cols() && !basis.is_full(); ++j)
      basis.add(first.col(i).cwiseProduct(second.col(j)));
}

/// Indicators of every joint configuration of the variables with levels, where they fit half of what is left: products
/// of one indicator each of any number of variables.
bool add_cells(BasisColumns& basis, std::span<const VariableFeatures* const> levels) {
  double cells = 1;
  for (const VariableFeatures* each : levels) cells *= static_cast<double>(each->distinct);
  if (levels.size() < 2 || cells > static_cast<double>(basis.left()) / 2) return levels.size() < 2;
  Eigen::MatrixXd products = levels[0]->indicators;
  std::vector<std::size_t> factors(static_cast<std::size_t>(products.cols()), 1);
  for (const VariableFeatures* each : levels.subspan(1)) {
    const Eigen::Index before = products.cols(), own = each->indicators.cols();
    Eigen::MatrixXd next(products.rows(), before + own + before * own);
    next << products, each->indicators, Eigen::MatrixXd(products.rows(), before * own);
    factors.resize(static_cast<std::size_t>(next.cols()), 1);
    for (Eigen::Index i = 0; i < before; ++i)
      for (Eigen::Index j = 0; j < own; ++j) {
        const Eigen::Index at = before + own + i * own + j;
        next.col(at) = products.col(i).cwiseProduct(each->indicators.col(j));
        factors[static_cast<std::size_t>(at)] = factors[static_cast<std::size_t>(i)] + 1;
      }
    products = std::move(next);
  }
  for (Eigen::Index j = 0; j < products.cols(); ++j)
    if (factors[static_cast<std::size_t>(j)] > 1) basis.add(products.col(j));
  return true;
}

/// cos(frequency . u + phase) with u the normal scores and level indicators: half of the frequencies are those of a
/// Gaussian kernel as wide as u is, half of one half as wide.
void add_random_features(BasisColumns& basis, std::span<const VariableFeatures* const> given, std::uint64_t seed) {
  Eigen::Index dimension = 0;
  for (const VariableFeatures* each : given) dimension += each->has_levels ? each->indicators.cols() : 1;
  Eigen::MatrixXd u(basis.taken().rows(), dimension);
  Eigen::Index at = 0;
  for (const VariableFeatures* each : given) {
    if (each->has_levels) {
      u.middleCols(at, each->indicators.cols()) = each->indicators;
      at += each->indicators.cols();
    } else {
      u.col(at++) = each->normal_score();
    }
  }
  const RandomStream stream({.seed = seed, .purpose = Purpose::search});
  const double width = std::sqrt(static_cast<double>(given.size()));
  std::vector<double> normals(static_cast<std::size_t>(dimension));
  for (Eigen::Index k = 0; k < std::min(random_features, basis.left()); ++k) {
    fill_normal(stream, static_cast<std::uint64_t>(k * dimension), normals);
    const double phase = 2 * std::numbers::pi * stream.row(static_cast<std::uint64_t>(k)).uniform();
    const Eigen::Map<const Eigen::VectorXd> frequency(normals.data(), dimension);
    const double scale = (k % 2 == 0 ? 1 : 2) / width;
    basis.add(((u * frequency).array() * scale + phase).cos().matrix());
  }
}

BasisColumns basis_columns(std::span<const VariableFeatures* const> given, Eigen::Index rows, double people,
                           std::uint64_t seed) {
  std::vector<const VariableFeatures*> numbers, levels;
  std::size_t least = 1;
  for (const VariableFeatures* each : given) {
    if (each->is_constant()) continue;
    (each->has_levels ? levels : numbers).push_back(each);
    least += each->has_levels ? each->distinct - 1 : 1;
  }
  const auto affordable = static_cast<std::size_t>(people / people_a_column);
  BasisColumns basis(rows, std::max(least, std::min(affordable, FlexibleRegression::most_columns)));
  basis.add(Eigen::VectorXd::Ones(rows));
  for (const VariableFeatures* each : numbers) basis.add(each->value);
  for (const VariableFeatures* each : levels) basis.add_all(each->indicators);
  const bool has_cells = add_cells(basis, levels);
  for (const VariableFeatures* each : numbers) {
    if (each->distinct > 2) basis.add(each->value.cwiseAbs2());
    for (int k = 2; k <= coarse_cosines && each->distinct > static_cast<std::size_t>(k); ++k)
      basis.add(each->cosine(k));
  }
  for (std::size_t i = 0; i < given.size(); ++i)
    for (std::size_t j = i + 1; j < given.size(); ++j) {
      if (given[i]->is_constant() || given[j]->is_constant()) continue;
      if (!(has_cells && given[i]->has_levels && given[j]->has_levels)) add_products(basis, *given[i], *given[j]);
    }
  for (const VariableFeatures* each : numbers) {
    if (each->distinct > 3) basis.add(each->value.array().cube().matrix());
    basis.add(each->cosine(1));
    for (int k = coarse_cosines + 1; k <= fine_cosines && each->distinct > static_cast<std::size_t>(k); ++k)
      basis.add(each->cosine(k));
  }
  if (!numbers.empty() && numbers.size() + levels.size() > 1) {
    numbers.insert(numbers.end(), levels.begin(), levels.end());
    add_random_features(basis, numbers, seed);
  }
  return basis;
}

/// An orthonormal basis of the columns by Cholesky's factor of their products, scaled to length 1; a column that those
/// before it all but explain is left out.
Eigen::MatrixXd orthonormal(Eigen::MatrixXd columns) {
  constexpr double explained = 1e-7;
  for (Eigen::Index j = 0; j < columns.cols(); ++j) {
    const double length = columns.col(j).norm();
    if (length > 0) columns.col(j) /= length;
  }
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(columns.cols(), columns.cols());
  products.selfadjointView<Eigen::Lower>().rankUpdate(columns.transpose());
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(columns.cols(), columns.cols());
  std::vector<Eigen::Index> kept;
  Eigen::VectorXd entry(columns.cols());
  for (Eigen::Index j = 0; j < columns.cols(); ++j) {
    const auto row = static_cast<Eigen::Index>(kept.size());
    for (Eigen::Index k = 0; k < row; ++k)
      entry[k] =
          (products(j, kept[static_cast<std::size_t>(k)]) - factor.row(k).head(k).dot(entry.head(k))) / factor(k, k);
    const double pivot = products(j, j) - entry.head(row).squaredNorm();
    if (!(pivot > explained)) continue;
    factor.row(row).head(row) = entry.head(row).transpose();
    factor(row, row) = std::sqrt(pivot);
    kept.push_back(j);
  }
  const auto rank = static_cast<Eigen::Index>(kept.size());
  for (Eigen::Index k = 0; k < rank; ++k)
    if (kept[static_cast<std::size_t>(k)] != k) columns.col(k) = columns.col(kept[static_cast<std::size_t>(k)]);
  columns.conservativeResize(Eigen::NoChange, rank);
  factor.topLeftCorner(rank, rank).triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(columns);
  return columns;
}

}  // namespace

RowWeights::RowWeights(std::span<const double> weights, bool counts)
    : root(Eigen::Map<const Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size())).cwiseSqrt()),
      are_counts(counts) {
  const double sum = root.squaredNorm();
  effective = counts ? sum : sum * sum / root.array().pow(4).sum();
}

Eigen::Index project_out(std::span<const Eigen::MatrixXd> blocks, Eigen::MatrixXd& values) {
  Eigen::Index count = 0;
  for (const Eigen::MatrixXd& block : blocks) count += block.cols();
  Eigen::MatrixXd columns(values.rows(), count);
  Eigen::Index at = 0;
  for (const Eigen::MatrixXd& block : blocks) {
    columns.middleCols(at, block.cols()) = block;
    at += block.cols();
  }
  const Eigen::MatrixXd basis = orthonormal(std::move(columns));
  for (int again = 0; again < 2; ++again) values -= basis * (basis.transpose() * values).eval();
  return basis.cols();
}

FlexibleRegression::FlexibleRegression(std::span<const VariableFeatures* const> given, const RowWeights& weights,
                                       std::uint64_t seed)
    : basis_(orthonormal(weights.root.asDiagonal() *
                         basis_columns(given, weights.root.size(), weights.effective, seed).taken())),
      leverage_(basis_.rowwise().squaredNorm()) {
  // Of a row of w people each has a share of the row's.
  if (weights.are_counts) leverage_.array() /= weights.root.array().square().max(1.0);
  leverage_ = leverage_.cwiseMin(1.0);
}

Eigen::MatrixXd FlexibleRegression::residuals(const Eigen::MatrixXd& values) const {
  Eigen::MatrixXd left = values;
  left.noalias() -= basis_ * (basis_.transpose() * values).eval();
  return left;
}

}  // namespace equipoise::inline v0::detail
