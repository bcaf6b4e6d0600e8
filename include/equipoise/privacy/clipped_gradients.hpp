// Sums of clipped gradients: the whole of a person's gradient clipped at once, or the part of every layer by itself.
//
// Where the predictor has layers, one forward and one backward pass a world give the lengths and the sum (ghost
// clipping). Clipping layer by layer to bound / sqrt(layers) each keeps the whole within the bound: McMahan, Ramage,
// Talwar, Zhang 2018, section 2.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/predictor/multilayer_perceptron.hpp>
#include <equipoise/privacy/gradient_clipping.hpp>

namespace equipoise::inline v0 {

/// What is clipped as one.
enum class ClippingUnit {
  person,        ///< a person's gradient
  person_layer,  ///< its part of each layer
};

/// Holds a reference to the predictor, and scratch space: one a thread.
template <Predictor P>
class ClippedGradients {
 public:
  explicit ClippedGradients(const P& predictor, ClippingUnit unit = ClippingUnit::person)
      : predictor_(predictor), unit_(unit) {}

  /// Adds to `sum` every person's gradient, clipped to their bound; lengths[i] is that of the whole of i's gradient
  /// before, infinite where it is not finite, and then it counts for nothing. Uses the worlds up.
  void add(ConstVectorRef parameters, std::span<BatchWorld> worlds, ConstVectorRef bounds, VectorRef lengths,
           VectorRef sum) {
    if constexpr (LayeredPredictor<P>) {
      trace(parameters, worlds);
      square_lengths(worlds, lengths.size());
      set_factors(bounds, worlds, lengths);
      for (std::size_t w = 0; w < worlds.size(); ++w)
        predictor_.add_traced_gradient(worlds[w].features, traces_[w], factors_, sum);
    } else {
      // A predictor that tells of no layers has one.
      clip_gradients(predictor_, parameters, bounds, worlds, lengths);
      for (const BatchWorld& world : worlds) predictor_.backward(parameters, world.features, world.d_scores, sum);
    }
  }

 private:
  template <class Q>
  struct TraceOf {
    struct type {};
  };
  template <LayeredPredictor Q>
  struct TraceOf<Q> {
    using type = typename Q::Trace;
  };

  void trace(ConstVectorRef parameters, std::span<const BatchWorld> worlds) {
    traces_.resize(worlds.size());
    for (std::size_t w = 0; w < worlds.size(); ++w) {
      predictor_.trace_forward(parameters, worlds[w].features, traces_[w]);
      predictor_.trace_backward(parameters, worlds[w].d_scores, traces_[w]);
    }
  }

  void square_lengths(std::span<const BatchWorld> worlds, Eigen::Index persons) {
    squared_.setZero(persons, predictor_.layers());
    for (std::size_t a = 0; a < worlds.size(); ++a)
      for (std::size_t b = 0; b < a; ++b)
        predictor_.add_layer_products(worlds[a].features, traces_[a], worlds[b].features, traces_[b], squared_);
    squared_ *= 2;
    apart_.setZero(persons, predictor_.layers());
    for (std::size_t w = 0; w < worlds.size(); ++w)
      predictor_.add_layer_products(worlds[w].features, traces_[w], worlds[w].features, traces_[w], apart_);
    squared_ += apart_;
  }

  void set_factors(ConstVectorRef bounds, std::span<BatchWorld> worlds, VectorRef lengths) {
    factors_.setOnes(squared_.rows(), squared_.cols());
    const double share = 1 / std::sqrt(static_cast<double>(squared_.cols()));
    for (Eigen::Index person = 0; person < squared_.rows(); ++person) {
      lengths[person] = detail::safe_length(squared_.row(person).sum(), apart_.row(person).sum(), worlds.size());
      if (!std::isfinite(lengths[person])) {
        forget(worlds, person);
      } else if (unit_ == ClippingUnit::person) {
        if (lengths[person] > bounds[person]) factors_.row(person).setConstant(bounds[person] / lengths[person]);
      } else {
        for (Eigen::Index l = 0; l < squared_.cols(); ++l) {
          const double length = detail::safe_length(squared_(person, l), apart_(person, l), worlds.size());
          if (length > share * bounds[person]) factors_(person, l) = share * bounds[person] / length;
        }
      }
    }
  }

  void forget(std::span<BatchWorld> worlds, Eigen::Index person) {
    for (std::size_t w = 0; w < worlds.size(); ++w) {
      detail::forget_features(worlds[w], person);
      traces_[w].forget(person);
    }
  }

  const P& predictor_;
  ClippingUnit unit_;
  std::vector<typename TraceOf<P>::type> traces_;
  Eigen::MatrixXd squared_, apart_, factors_;  // persons x layers
};

}  // namespace equipoise::inline v0
