#include <equipoise/scm/perceptron_training.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/random.hpp>

#include "scm/quasi_newton.hpp"

namespace equipoise::inline v0::detail {
namespace {

/// Rows as a perceptron reads them, with their standardised response and their share of the weight.
struct Rows {
  Eigen::MatrixXd x;
  Eigen::VectorXd y, share;
};

struct Standard {
  std::vector<PerceptronInput> inputs;
  double mean = 0, scale = 1;  ///< of the response

  Standard(const NodeData& data, std::span<const double> weights) {
    const auto moments = [&](const double* values) {
      double total = 0, first = 0, second = 0;
      for (std::size_t i = 0; i < data.rows; ++i) {
        total += weights[i];
        first += weights[i] * values[i];
      }
      first /= total;
      for (std::size_t i = 0; i < data.rows; ++i) second += weights[i] * (values[i] - first) * (values[i] - first);
      const double deviation = std::sqrt(second / total);
      return std::pair(first, deviation > 1e-12 * std::max(1.0, std::abs(first)) ? deviation : 1.0);
    };
    for (std::size_t c = 0; c < data.inputs.size(); ++c) {
      PerceptronInput input{0, 1, data.input_levels[c]};
      if (input.levels == 0) std::tie(input.mean, input.scale) = moments(data.inputs[c]);
      inputs.push_back(input);
    }
    std::tie(mean, scale) = moments(data.value);
  }

  std::size_t columns() const {
    std::size_t count = 0;
    for (const PerceptronInput& input : inputs) count += input.columns();
    return count;
  }

  Rows rows(const NodeData& data, std::span<const double> weights, const std::vector<std::size_t>& chosen) const {
    const auto n = static_cast<Eigen::Index>(chosen.size());
    Rows result{Eigen::MatrixXd::Zero(n, static_cast<Eigen::Index>(columns())), Eigen::VectorXd(n), Eigen::VectorXd(n)};
    for (Eigen::Index i = 0; i < n; ++i) {
      const std::size_t row = chosen[static_cast<std::size_t>(i)];
      Eigen::Index column = 0;
      for (std::size_t c = 0; c < inputs.size(); ++c) {
        const double value = data.inputs[c][row];
        if (inputs[c].levels == 0)
          result.x(i, column) = (value - inputs[c].mean) / inputs[c].scale;
        else
          result.x(i, column + static_cast<Eigen::Index>(value)) = 1;
        column += static_cast<Eigen::Index>(inputs[c].columns());
      }
      result.y[i] = (data.value[row] - mean) / scale;
      result.share[i] = weights[row];
    }
    if (n > 0) result.share /= result.share.sum();
    return result;
  }

  /// hidden: columns x units; output: one a unit; all for the standardised response.
  PerceptronFunction function(const Eigen::MatrixXd& hidden, const Eigen::VectorXd& biases,
                              const Eigen::VectorXd& output, double output_bias) const {
    PerceptronLayer first{{hidden.data(), hidden.data() + hidden.size()},
                          {biases.data(), biases.data() + biases.size()}};
    const Eigen::VectorXd scaled = output * scale;
    PerceptronLayer last{{scaled.data(), scaled.data() + scaled.size()}, {mean + scale * output_bias}};
    return {inputs, {std::move(first), std::move(last)}, Activation::tanh};
  }
};

Eigen::ArrayXXd tanh_of(const Eigen::MatrixXd& sums) {  // by exp, which the processor does several at a time
  return 1 - 2 / ((2 * sums.array()).min(700).exp() + 1);
}

/// The parameters as one column: hidden weights (columns x units), hidden biases, output weights, output bias.
struct Parameters {
  Eigen::Index columns, units;
  Eigen::Index size() const { return columns * units + 2 * units + 1; }
  auto hidden(const Eigen::MatrixXd& at) const { return Eigen::Map<const Eigen::MatrixXd>(at.data(), columns, units); }
  auto biases(const Eigen::MatrixXd& at) const {
    return Eigen::Map<const Eigen::VectorXd>(at.data() + columns * units, units);
  }
  auto output(const Eigen::MatrixXd& at) const {
    return Eigen::Map<const Eigen::VectorXd>(at.data() + columns * units + units, units);
  }
  double output_bias(const Eigen::MatrixXd& at) const { return at(size() - 1, 0); }

  Eigen::VectorXd values(const Eigen::MatrixXd& at, const Eigen::MatrixXd& x) const {
    const Eigen::MatrixXd active = tanh_of((x * hidden(at)).rowwise() + biases(at).transpose()).matrix();
    return (active * output(at)).array() + output_bias(at);
  }
};

/// Half the mean squared error and the penalty.
class Loss {
 public:
  Loss(const Parameters& parameters, const Rows& rows, double decay)
      : parameters_(parameters), rows_(rows), decay_(decay) {}

  double operator()(const Eigen::MatrixXd& at, Eigen::MatrixXd& gradient) {
    const auto hidden = parameters_.hidden(at);
    const auto output = parameters_.output(at);
    const Eigen::MatrixXd active = tanh_of((rows_.x * hidden).rowwise() + parameters_.biases(at).transpose()).matrix();
    const Eigen::VectorXd residual = (active * output).array() + parameters_.output_bias(at) - rows_.y.array();
    const Eigen::VectorXd by_value = rows_.share.cwiseProduct(residual);
    const Eigen::MatrixXd by_sum = ((by_value * output.transpose()).array() * (1 - active.array().square())).matrix();
    const Eigen::Index weights = hidden.size(), units = parameters_.units;
    Eigen::Map<Eigen::MatrixXd>(gradient.data(), hidden.rows(), hidden.cols()) =
        rows_.x.transpose() * by_sum + decay_ * hidden;
    gradient.block(weights, 0, units, 1) = by_sum.colwise().sum().transpose();
    gradient.block(weights + units, 0, units, 1) = active.transpose() * by_value + decay_ * output;
    gradient(weights + 2 * units, 0) = by_value.sum();
    return 0.5 * residual.dot(by_value) + 0.5 * decay_ * (hidden.squaredNorm() + output.squaredNorm());
  }

 private:
  const Parameters& parameters_;
  const Rows& rows_;
  double decay_;
};

/// Rows of positive weight, of which some say when to stop; each by a draw of its own.
struct Split {
  std::vector<std::size_t> train, held;

  Split(std::span<const double> weights, const PerceptronOptions& options) {
    const RandomStream stream({.seed = options.seed, .purpose = Purpose::split});
    double positive = 0;
    for (const double weight : weights) positive += weight > 0 ? 1 : 0;
    const double kept = std::min(1.0, static_cast<double>(options.most_rows) / positive);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] <= 0) continue;
      RowStream row = stream.row(i);
      if (row.uniform() >= kept) continue;
      (row.uniform() < options.held_out ? held : train).push_back(i);
    }
    if (train.empty()) std::swap(train, held);
  }
};

}  // namespace

PerceptronFunction train_perceptron(const NodeData& data, std::span<const double> weights,
                                    const PerceptronOptions& options) {
  const Standard standard(data, weights);
  const Split split(weights, options);
  const Rows train = standard.rows(data, weights, split.train), held = standard.rows(data, weights, split.held);
  const Parameters parameters{train.x.cols(), static_cast<Eigen::Index>(options.units)};
  Eigen::MatrixXd at(parameters.size(), 1);
  fill_normal(RandomStream({.seed = options.seed, .purpose = Purpose::initialisation}), 0,
              {at.data(), static_cast<std::size_t>(at.size())});
  const Eigen::Index weight_count = parameters.columns * parameters.units;
  at.topRows(weight_count) /= std::sqrt(static_cast<double>(std::max<Eigen::Index>(1, parameters.columns)));
  at.bottomRows(parameters.units + 1) *= 0.1;

  Loss loss(parameters, train, options.weight_decay);
  Eigen::MatrixXd best = at;
  std::optional<double> least;
  std::size_t since_best = 0;
  constexpr std::size_t patience = 20;
  minimise(loss, at, 1e-7, options.max_iterations, -1, [&](const Eigen::MatrixXd& now) {
    if (held.y.size() == 0) {
      best = now;
      return true;
    }
    const double error = held.share.dot((parameters.values(now, held.x) - held.y).cwiseAbs2());
    if (!least || error < *least) {
      least = error;
      best = now;
      since_best = 0;
    }
    return ++since_best <= patience;
  });
  return standard.function(parameters.hidden(best), parameters.biases(best), parameters.output(best),
                           parameters.output_bias(best));
}

PerceptronFunction random_perceptron(const NodeData& data, std::span<const double> weights,
                                     const PerceptronOptions& options) {
  const Standard standard(data, weights);
  PerceptronOptions all = options;
  all.held_out = 0;
  const Rows rows = standard.rows(data, weights, Split(weights, all).train);
  const auto units = static_cast<Eigen::Index>(options.units);
  Eigen::MatrixXd hidden(rows.x.cols(), units);
  Eigen::VectorXd biases(units);
  fill_normal(RandomStream({.seed = options.seed, .purpose = Purpose::initialisation, .point = 1}), 0,
              {hidden.data(), static_cast<std::size_t>(hidden.size())});
  fill_normal(RandomStream({.seed = options.seed, .purpose = Purpose::initialisation, .point = 2}), 0,
              {biases.data(), static_cast<std::size_t>(units)});
  Eigen::MatrixXd active = tanh_of((rows.x * hidden).rowwise() + biases.transpose()).matrix();
  const Eigen::VectorXd means = active.transpose() * rows.share;
  active.rowwise() -= means.transpose();
  const double response_mean = rows.share.dot(rows.y);
  Eigen::MatrixXd system = active.transpose() * rows.share.asDiagonal() * active;
  system.diagonal().array() += options.weight_decay;
  const Eigen::VectorXd target =
      active.transpose() * rows.share.cwiseProduct((rows.y.array() - response_mean).matrix());
  const Eigen::VectorXd output = solve_spd(system, target);
  return standard.function(hidden, biases, output, response_mean - output.dot(means));
}

}  // namespace equipoise::inline v0::detail
