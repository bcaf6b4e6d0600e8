// A fully connected network: layers of tanh or rectified units below one score.
//
//     const MultilayerPerceptron network(100, {64}, Activation::tanh, Link::logistic);
//     Eigen::VectorXd parameters = network.initial_parameters(RandomStream({.purpose = Purpose::initialisation}));
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/random.hpp>
#include <equipoise/predictor/predictor.hpp>
#include <equipoise/scm/activation.hpp>

namespace equipoise::inline v0 {

/// A run of parameters that belong together.
struct ParameterRange {
  Eigen::Index first = 0, count = 0;
  friend bool operator==(const ParameterRange&, const ParameterRange&) = default;
};

/// What a predictor of several layers has besides, for clipping layer by layer and for passes that are made once:
///
/// - Trace: what a forward pass over rows leaves behind; trace.forget(i) makes row i's gradient 0, whatever it was.
/// - trace_forward writes the trace of X; scores_of(trace), a column, are its rows' scores.
/// - trace_backward adds the derivatives of what every unit sees; linear in d_scores.
/// - add_layer_products adds to products(i, l) the scalar product of row i's two gradients by the parameters of layer
///   l, those that the two traces' derivatives give.
/// - add_traced_gradient adds to `gradient` the sum over rows of factors(i, l) times row i's gradient by layer l.
template <class P>
concept LayeredPredictor = Predictor<P> &&
    requires(const P& p, ConstVectorRef parameters, ConstMatrixRef X, ConstVectorRef d_scores, typename P::Trace& trace,
             MatrixRef products, ConstMatrixRef factors, VectorRef gradient) {
  { p.layers() } -> std::convertible_to<Eigen::Index>;
  { p.layer(Eigen::Index{}) } -> std::same_as<ParameterRange>;
  p.trace_forward(parameters, X, trace);
  p.scores_of(trace);
  p.trace_backward(parameters, d_scores, trace);
  p.add_layer_products(X, trace, X, trace, products);
  p.add_traced_gradient(X, trace, factors, gradient);
  trace.forget(Eigen::Index{});
};

/// Parameters, layer by layer from the inputs on: the weights into each unit (inputs of the layer x units, by columns),
/// then a bias a unit. The last layer has one unit, whose sum is the score. Scalar: double, or float, which has the
/// same passes but is no Predictor.
///
/// A row's score and derivatives have the same bits whatever rows stand beside it: sums run over a row's own entries in
/// one order, so that in exact sums over people nothing but a person's own share tells whether they are there.
template <class Scalar>
class BasicMultilayerPerceptron {
 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  using ConstVector = Eigen::Ref<const Vector>;
  using ConstMatrix = Eigen::Ref<const Matrix>;

  /// hidden: the units of each layer between the inputs and the score, at least one each; none is an affine score.
  /// Throws value_out_of_range otherwise, and for fewer than 0 inputs.
  BasicMultilayerPerceptron(Eigen::Index inputs, std::vector<Eigen::Index> hidden, Activation activation, Link link);

  Eigen::Index inputs() const noexcept { return widths_.front(); }
  Eigen::Index parameter_count() const noexcept { return starts_.back(); }
  Link link() const noexcept { return link_; }
  Activation activation() const noexcept { return activation_; }
  Eigen::Index layers() const noexcept { return static_cast<Eigen::Index>(widths_.size()) - 1; }
  /// The units of layer l, counted from 0.
  Eigen::Index units(Eigen::Index l) const noexcept { return widths_[static_cast<std::size_t>(l) + 1]; }
  ParameterRange layer(Eigen::Index l) const noexcept {
    const auto at = static_cast<std::size_t>(l);
    return {starts_[at], starts_[at + 1] - starts_[at]};
  }

  /// Weights uniform on +-sqrt(6 / (inputs + units of the layer)) below tanh and the score (Glorot, Bengio 2010), on
  /// +-sqrt(6 / inputs) below rectified units (He et al. 2015); biases 0. Layer l draws from row l of the stream.
  Vector initial_parameters(const RandomStream& stream) const;

  void forward(ConstVector parameters, ConstMatrix X, Eigen::Ref<Vector> scores) const;
  void backward(ConstVector parameters, ConstMatrix X, ConstVector d_scores, Eigen::Ref<Vector> gradient) const;
  void input_gradient(ConstVector parameters, ConstMatrix X, ConstVector d_scores, Eigen::Ref<Matrix> d_X) const;
  void add_row_gradient_products(ConstVector parameters, ConstMatrix X_a, ConstVector d_a, ConstMatrix X_b,
                                 ConstVector d_b, Eigen::Ref<Vector> products) const;

  /// A layer's units, and the derivatives by their sums: each rows x units, with rows of no meaning below that make
  /// whole blocks.
  struct Trace {
    Eigen::Index rows = 0;
    std::vector<Matrix> units, d_sums;

    /// Makes all that is known of a row 0.
    void forget(Eigen::Index row) {
      for (Matrix& layer : units) layer.row(row).setZero();
      for (Matrix& layer : d_sums) layer.row(row).setZero();
    }
  };
  void trace_forward(ConstVector parameters, ConstMatrix X, Trace& trace) const;
  auto scores_of(const Trace& trace) const { return trace.units.back().col(0).head(trace.rows); }
  void trace_backward(ConstVector parameters, ConstVector d_scores, Trace& trace) const;
  void add_layer_products(ConstMatrix X_a, const Trace& a, ConstMatrix X_b, const Trace& b,
                          Eigen::Ref<Matrix> products) const;
  void add_traced_gradient(ConstMatrix X, const Trace& trace, ConstMatrix factors, Eigen::Ref<Vector> gradient) const;

  friend bool operator==(const BasicMultilayerPerceptron&, const BasicMultilayerPerceptron&) = default;

 private:
  const Scalar* weights(ConstVector parameters, Eigen::Index l) const { return parameters.data() + layer(l).first; }
  template <class Visit>
  void by_blocks(ConstVector parameters, ConstMatrix X, const Visit& visit) const;

  Activation activation_;
  Link link_;
  std::vector<Eigen::Index> widths_;  // of the inputs, then of each layer
  std::vector<Eigen::Index> starts_;  // of each layer's parameters, and their count
};

extern template class BasicMultilayerPerceptron<double>;
extern template class BasicMultilayerPerceptron<float>;

using MultilayerPerceptron = BasicMultilayerPerceptron<double>;

static_assert(LayeredPredictor<MultilayerPerceptron>);

}  // namespace equipoise::inline v0
