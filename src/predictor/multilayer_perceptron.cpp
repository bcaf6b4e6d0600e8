#include <equipoise/predictor/multilayer_perceptron.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include <equipoise/core/check.hpp>

namespace equipoise::inline v0 {
namespace {

using Index = Eigen::Index;

/// Rows that a kernel computes together: two vectors of 32 bytes.
template <class Scalar>
constexpr Index tile_rows = 64 / sizeof(Scalar);
constexpr Index tile_columns = 4;
/// Rows whose layers stay in the cache between passes.
constexpr Index block_rows = 256;

template <class Scalar>
Index whole_tiles(Index rows) {
  return (rows + tile_rows<Scalar> - 1) / tile_rows<Scalar> * tile_rows<Scalar>;
}

/// A matrix by where its entries lie.
template <class Scalar>
struct Strided {
  const Scalar* data;
  Index row_stride, column_stride;
  Scalar operator()(Index row, Index column) const { return data[row * row_stride + column * column_stride]; }
};

/// c = a b, plus bias[j] in column j where there is a bias; a: one tile of rows by `depth`, its columns a_stride apart,
/// c likewise. Every row is summed in the order of `depth`, alike.
template <Index columns, class Scalar>
void tile_product(const Scalar* a, Index a_stride, const Strided<Scalar>& b, Index first, Index depth,
                  const Scalar* bias, Scalar* c, Index c_stride) {
  using Tile = Eigen::Array<Scalar, tile_rows<Scalar>, 1>;
  Tile sums[columns];
  for (Index j = 0; j < columns; ++j) sums[j].setConstant(bias ? bias[first + j] : Scalar(0));
  for (Index k = 0; k < depth; ++k) {
    const Tile column = Eigen::Map<const Tile>(a + k * a_stride);
    for (Index j = 0; j < columns; ++j) sums[j] += column * b(k, first + j);
  }
  for (Index j = 0; j < columns; ++j) Eigen::Map<Tile>(c + (first + j) * c_stride) = sums[j];
}

template <class Scalar>
void tile_products(const Scalar* a, Index a_stride, const Strided<Scalar>& b, Index width, Index depth,
                   const Scalar* bias, Scalar* c, Index c_stride) {
  Index first = 0;
  for (; first + tile_columns <= width; first += tile_columns)
    tile_product<tile_columns>(a, a_stride, b, first, depth, bias, c, c_stride);
  for (; first < width; ++first) tile_product<1>(a, a_stride, b, first, depth, bias, c, c_stride);
}

/// c = a b (+ bias) for as many whole tiles as cover a's rows; c has room for them. Rows beyond a's last whole tile go
/// through a copy, so that all take the same way.
template <class Scalar, class A, class C>
void row_products(const A& a, const Strided<Scalar>& b, Index width, const Scalar* bias, C& c) {
  constexpr Index tile = tile_rows<Scalar>;
  const Index rows = a.rows(), depth = a.cols(), whole = rows / tile * tile;
  for (Index first = 0; first < whole; first += tile)
    tile_products(a.data() + first, a.outerStride(), b, width, depth, bias, c.data() + first, c.outerStride());
  if (whole == rows) return;
  Eigen::Matrix<Scalar, tile, Eigen::Dynamic> last = Eigen::Matrix<Scalar, tile, Eigen::Dynamic>::Zero(tile, depth);
  last.topRows(rows - whole) = a.bottomRows(rows - whole);
  tile_products(last.data(), tile, b, width, depth, bias, c.data() + whole, c.outerStride());
}

template <class Matrix>
void activate(Activation activation, Matrix& sums) {
  // tanh by exp, which the processor does several at a time.
  if (activation == Activation::relu)
    sums = sums.cwiseMax(0);
  else
    sums = (1 - 2 / ((2 * sums.array()).min(80).exp() + 1)).matrix();
}

template <class Matrix>
void multiply_by_slope(Activation activation, const Matrix& units, Matrix& d) {
  using Scalar = typename Matrix::Scalar;
  if (activation == Activation::relu)
    d = (units.array() > 0).select(d, Scalar(0));
  else
    d.array() *= 1 - units.array().square();
}

/// Sums over the columns of a(i, .) b(i, .).
template <class A, class B>
auto row_sums_of_products(const A& a, const B& b) {
  Eigen::Array<typename A::Scalar, Eigen::Dynamic, 1> sums =
      Eigen::Array<typename A::Scalar, Eigen::Dynamic, 1>::Zero(a.rows());
  for (Index column = 0; column < a.cols(); ++column) sums += a.col(column).array() * b.col(column).array();
  return sums;
}

}  // namespace

template <class Scalar>
BasicMultilayerPerceptron<Scalar>::BasicMultilayerPerceptron(Index inputs, std::vector<Index> hidden,
                                                             Activation activation, Link link)
    : activation_(activation), link_(link), widths_{inputs}, starts_{0} {
  check_non_negative("perceptron", "inputs", static_cast<double>(inputs));
  for (const Index units : hidden) check_positive("perceptron", "units of a layer", static_cast<double>(units));
  widths_.insert(widths_.end(), hidden.begin(), hidden.end());
  widths_.push_back(1);
  for (std::size_t l = 1; l < widths_.size(); ++l)
    starts_.push_back(starts_.back() + (widths_[l - 1] + 1) * widths_[l]);
}

template <class Scalar>
auto BasicMultilayerPerceptron<Scalar>::initial_parameters(const RandomStream& stream) const -> Vector {
  Vector parameters = Vector::Zero(parameter_count());
  for (Index l = 0; l < layers(); ++l) {
    const Index fan_in = widths_[static_cast<std::size_t>(l)];
    const bool below_rectified = activation_ == Activation::relu && l + 1 < layers();
    const double bound = std::sqrt(6 / static_cast<double>(below_rectified ? fan_in : fan_in + units(l)));
    RowStream random = stream.row(static_cast<std::uint64_t>(l));
    for (Scalar& weight : parameters.segment(layer(l).first, fan_in * units(l)))
      weight = static_cast<Scalar>(bound * (2 * random.uniform() - 1));
  }
  return parameters;
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::trace_forward(ConstVector parameters, ConstMatrix X, Trace& trace) const {
  assert(parameters.size() == parameter_count() && X.cols() == inputs());
  trace.rows = X.rows();
  trace.units.resize(static_cast<std::size_t>(layers()));
  const Index rows = whole_tiles<Scalar>(X.rows());
  for (Index l = 0; l < layers(); ++l) {
    const Index fan_in = widths_[static_cast<std::size_t>(l)];
    const Strided<Scalar> w{weights(parameters, l), 1, fan_in};
    const Scalar* const bias = w.data + fan_in * units(l);
    Matrix& out = trace.units[static_cast<std::size_t>(l)];
    out.resize(rows, units(l));
    if (l == 0)
      row_products(X, w, units(l), bias, out);
    else
      row_products(trace.units[static_cast<std::size_t>(l) - 1], w, units(l), bias, out);
    if (l + 1 < layers()) activate(activation_, out);
  }
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::trace_backward(ConstVector parameters, ConstVector d_scores,
                                                       Trace& trace) const {
  assert(d_scores.size() == trace.rows);
  trace.d_sums.resize(trace.units.size());
  Matrix& last = trace.d_sums.back();
  last.setZero(trace.units.back().rows(), 1);
  last.col(0).head(trace.rows) = d_scores;
  for (Index l = layers() - 1; l > 0; --l) {
    const auto at = static_cast<std::size_t>(l);
    const Strided<Scalar> transposed{weights(parameters, l), widths_[at], 1};
    trace.d_sums[at - 1].resize(trace.units[at - 1].rows(), widths_[at]);
    row_products(trace.d_sums[at], transposed, widths_[at], static_cast<const Scalar*>(nullptr), trace.d_sums[at - 1]);
    multiply_by_slope(activation_, trace.units[at - 1], trace.d_sums[at - 1]);
  }
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::add_layer_products(ConstMatrix X_a, const Trace& a, ConstMatrix X_b,
                                                           const Trace& b, Eigen::Ref<Matrix> products) const {
  const Index rows = a.rows;
  assert(b.rows == rows && products.rows() == rows && products.cols() == layers());
  for (Index l = 0; l < layers(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    const auto seen = l == 0 ? row_sums_of_products(X_a, X_b)
                             : row_sums_of_products(a.units[at - 1].topRows(rows), b.units[at - 1].topRows(rows));
    products.col(l).array() +=
        (seen + 1) * row_sums_of_products(a.d_sums[at].topRows(rows), b.d_sums[at].topRows(rows));
  }
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::add_traced_gradient(ConstMatrix X, const Trace& trace, ConstMatrix factors,
                                                            Eigen::Ref<Vector> gradient) const {
  const Index rows = trace.rows;
  assert(factors.rows() == rows && factors.cols() == layers() && gradient.size() == parameter_count());
  for (Index l = 0; l < layers(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    const Index fan_in = widths_[at];
    Scalar* const first = gradient.data() + layer(l).first;
    const Matrix d = trace.d_sums[at].topRows(rows).array().colwise() * factors.col(l).array();
    Eigen::Map<Matrix> by_weights(first, fan_in, units(l));
    if (l == 0)
      by_weights.noalias() += X.transpose() * d;
    else
      by_weights.noalias() += trace.units[at - 1].topRows(rows).transpose() * d;
    Eigen::Map<Vector>(first + fan_in * units(l), units(l)) += d.colwise().sum().transpose();
  }
}

/// Calls visit(first, rows, block of X, trace) with the trace of every block's forward pass.
template <class Scalar>
template <class Visit>
void BasicMultilayerPerceptron<Scalar>::by_blocks(ConstVector parameters, ConstMatrix X, const Visit& visit) const {
  Trace trace;
  for (Index first = 0; first < X.rows(); first += block_rows) {
    const Index rows = std::min(block_rows, X.rows() - first);
    const auto block = X.middleRows(first, rows);
    trace_forward(parameters, block, trace);
    visit(first, rows, block, trace);
  }
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::forward(ConstVector parameters, ConstMatrix X,
                                                Eigen::Ref<Vector> scores) const {
  by_blocks(parameters, X, [&](Index first, Index rows, const auto&, Trace& trace) {
    scores.segment(first, rows) = scores_of(trace);
  });
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::backward(ConstVector parameters, ConstMatrix X, ConstVector d_scores,
                                                 Eigen::Ref<Vector> gradient) const {
  by_blocks(parameters, X, [&](Index first, Index rows, const auto& block, Trace& trace) {
    trace_backward(parameters, d_scores.segment(first, rows), trace);
    add_traced_gradient(block, trace, Matrix::Ones(rows, layers()), gradient);
  });
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::input_gradient(ConstVector parameters, ConstMatrix X, ConstVector d_scores,
                                                       Eigen::Ref<Matrix> d_X) const {
  Matrix by_inputs;
  by_blocks(parameters, X, [&](Index first, Index rows, const auto&, Trace& trace) {
    trace_backward(parameters, d_scores.segment(first, rows), trace);
    const Matrix& d = trace.d_sums.front();
    by_inputs.resize(d.rows(), inputs());
    const Strided<Scalar> transposed{weights(parameters, 0), inputs(), 1};
    row_products(d, transposed, inputs(), static_cast<const Scalar*>(nullptr), by_inputs);
    d_X.middleRows(first, rows) = by_inputs.topRows(rows);
  });
}

template <class Scalar>
void BasicMultilayerPerceptron<Scalar>::add_row_gradient_products(ConstVector parameters, ConstMatrix X_a,
                                                                  ConstVector d_a, ConstMatrix X_b, ConstVector d_b,
                                                                  Eigen::Ref<Vector> products) const {
  const bool same = X_a.data() == X_b.data() && d_a.data() == d_b.data();  // a world with itself
  Trace other;
  by_blocks(parameters, X_a, [&](Index first, Index rows, const auto& block_a, Trace& trace) {
    const auto block_b = X_b.middleRows(first, rows);
    trace_backward(parameters, d_a.segment(first, rows), trace);
    if (!same) {
      trace_forward(parameters, block_b, other);
      trace_backward(parameters, d_b.segment(first, rows), other);
    }
    Matrix by_layer = Matrix::Zero(rows, layers());
    add_layer_products(block_a, trace, block_b, same ? trace : other, by_layer);
    products.segment(first, rows) += by_layer.rowwise().sum();
  });
}

template class BasicMultilayerPerceptron<double>;
template class BasicMultilayerPerceptron<float>;

}  // namespace equipoise::inline v0
