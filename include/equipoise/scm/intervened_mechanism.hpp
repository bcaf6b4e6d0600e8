// Mechanisms as interventions change them: shifted or scaled, ruled by a policy, fed along an edge with something else.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/scm/any_mechanism.hpp>
#include <equipoise/scm/intervention.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The stream of the draws of an action on v, or along the `edge`-th changed edge into v (from 1), from v's own.
inline RandomStream stream_of_change(const RandomStream& of_variable, std::size_t edge) {
  return of_variable.apart(Purpose::intervention, static_cast<std::uint32_t>(edge));
}

}  // namespace detail

/// value = factor * (what the mechanism gives) + by, with the mechanism's own noise and inputs.
class ShiftedMechanism {
 public:
  ShiftedMechanism(AnyMechanism base, double factor, double by) : base_(std::move(base)), factor_(factor), by_(by) {}

  const AnyMechanism& base() const noexcept { return base_; }
  double factor() const noexcept { return factor_; }
  double by() const noexcept { return by_; }

  /// Those of the base that numbers have, but for what a factor of 0 hides. A density is scaled by the factor, a
  /// probability is not, and of a mechanism alone it cannot be told which it is: scaled ones have no likelihood.
  Rungs rungs() const {
    const Rungs& of_base = base_.rungs();
    return {.functional = of_base.functional,
            .invertible = of_base.invertible && factor_ != 0,
            .posterior = of_base.posterior && factor_ != 0,
            .likelihood = of_base.likelihood && std::abs(factor_) == 1};
  }
  std::string assumption() const { return base_.assumption(); }
  std::string missing_rung_hint() const {
    return factor_ == 0 ? "scaled by 0, it tells nothing of its noise" : "it is a shifted or scaled one of its kind";
  }

  std::size_t input_count() const { return base_.input_count(); }
  std::size_t noise_count() const { return base_.noise_count(); }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    base_.sample(inputs, stream, rows, value);
    change(rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    base_.draw_noise(stream, rows, noise);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    base_.evaluate(inputs, noise, rows, value);
    change(rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    base_.abduct(inputs, unchanged(value, rows).data(), rows, noise);
  }
  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const {
    base_.sample_posterior(inputs, unchanged(value, rows).data(), stream, rows, noise);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    base_.log_density(inputs, unchanged(value, rows).data(), rows, out);
  }

 private:
  void change(RowBlock rows, double* value) const {
    for (std::size_t i = 0; i < rows.size; ++i) value[i] = factor_ * value[i] + by_;
  }
  std::vector<double> unchanged(const double* value, RowBlock rows) const {
    std::vector<double> natural(value, value + rows.size);
    for (double& x : natural) x = (x - by_) / factor_;
    return natural;
  }

  AnyMechanism base_;
  double factor_, by_;
};

/// factor * mechanism + by as a mechanism of the same kind where there is one that gives every row the same value (a
/// noise or linear mechanism whose noise can be scaled, a formula), so that it can be written and keeps its density;
/// else a ShiftedMechanism.
AnyMechanism shifted(const AnyMechanism& mechanism, double factor, double by);

/// A variable with levels whose index is a formula of its inputs, by position; no noise. A row where the formula gives
/// no index below `levels` throws value_out_of_range.
class PolicyMechanism {
 public:
  PolicyMechanism(Formula formula, std::size_t inputs, std::size_t levels)
      : formula_(std::move(formula)), inputs_(inputs), levels_(levels) {
    assert(levels > 0);
  }

  const Formula& formula() const noexcept { return formula_; }
  std::size_t input_count() const noexcept { return inputs_; }
  std::size_t noise_count() const noexcept { return 0; }
  std::size_t level_count() const noexcept { return levels_; }

  void draw_noise(const RandomStream&, RowBlock, MutableColumnPointers) const {}
  void evaluate(ColumnPointers inputs, ColumnPointers, RowBlock rows, double* value) const {
    formula_.evaluate(inputs, rows, value);
    detail::check_levels(value, levels_, rows);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers) const {
    const std::vector<double> ruled = values(inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i)
      if (value[i] != ruled[i])
        throw RowError(ErrorCode::scm_no_support, "", rows.first + i, "a value that the policy does not give",
                       "a row that the model can produce");
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    const std::vector<double> ruled = values(inputs, rows);
    for (std::size_t i = 0; i < rows.size; ++i)
      out[i] = value[i] == ruled[i] ? 0.0 : -std::numeric_limits<double>::infinity();
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    const std::vector<double> ruled = values(inputs, rows);
    for (std::size_t k = 0; k < levels_; ++k)
      for (std::size_t i = 0; i < rows.size; ++i) out[k][i] = ruled[i] == static_cast<double>(k) ? 1.0 : 0.0;
  }
  void counterfactual_probabilities(ColumnPointers, const double*, ColumnPointers inputs, RowBlock rows,
                                    MutableColumnPointers out) const {
    probabilities(inputs, rows, out);
  }

 private:
  std::vector<double> values(ColumnPointers inputs, RowBlock rows) const {
    std::vector<double> ruled(rows.size);
    evaluate(inputs, {}, rows, ruled.data());
    return ruled;
  }

  Formula formula_;
  std::size_t inputs_, levels_;
};

/// One input of a mechanism, as it is fed along an edge.
struct FedInput {
  std::size_t input = 0;         ///< which input it is where nothing changes it, or what is shifted or scaled
  std::optional<Change> change;  ///< along the edge
  std::vector<std::size_t> policy_inputs = {};  ///< of a policy: which inputs
  std::size_t levels = 0;                       ///< of the variable at the edge's foot
};

/// A mechanism some of whose inputs are fed with something else than the variables' own values. Draws along an edge are
/// noises of their own, behind the base's.
class FedMechanism {
 public:
  /// `fed`: one an input of the base; `inputs`: how many columns they read, by position.
  FedMechanism(AnyMechanism base, std::vector<FedInput> fed, std::size_t inputs)
      : base_(std::move(base)), fed_(std::move(fed)), inputs_(inputs) {
    assert(base_.input_count() == fed_.size());
    for (const FedInput& each : fed_) draws_ += is_drawn(each);
  }

  const AnyMechanism& base() const noexcept { return base_; }
  std::span<const FedInput> fed() const noexcept { return fed_; }

  /// The base's; a draw along an edge, which no value tells, leaves those of sampling and evaluation.
  Rungs rungs() const { return draws_ == 0 ? base_.rungs() : Rungs{.functional = base_.rungs().functional}; }
  std::string assumption() const { return base_.assumption(); }
  std::string missing_rung_hint() const { return draws_ == 0 ? "" : "it is fed with draws along an edge"; }

  std::size_t input_count() const noexcept { return inputs_; }
  std::size_t noise_count() const { return base_.noise_count() + draws_; }
  std::size_t level_count() const { return base_.level_count(); }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    std::vector<double> draws(draws_ * rows.size);
    const std::vector<double*> drawn = columns_of(draws, rows);
    draw_edges(stream, rows, drawn);
    base_.sample(Fed(*this, inputs, {drawn.begin(), drawn.end()}, rows).columns, stream, rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    base_.draw_noise(stream, rows, noise.first(base_.noise_count()));
    draw_edges(stream, rows, noise.subspan(base_.noise_count()));
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    const ColumnPointers drawn = noise.subspan(base_.noise_count());
    const Fed fed(*this, inputs, {drawn.begin(), drawn.end()}, rows);
    base_.evaluate(fed.columns, noise.first(base_.noise_count()), rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    base_.abduct(Fed(*this, inputs, {}, rows).columns, value, rows, noise);
  }
  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const {
    base_.sample_posterior(Fed(*this, inputs, {}, rows).columns, value, stream, rows, noise);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    base_.log_density(Fed(*this, inputs, {}, rows).columns, value, rows, out);
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    base_.probabilities(Fed(*this, inputs, {}, rows).columns, rows, out);
  }
  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const {
    const Fed before(*this, factual_inputs, {}, rows), after(*this, inputs, {}, rows);
    base_.counterfactual_probabilities(before.columns, factual_value, after.columns, rows, out);
  }

 private:
  static bool is_drawn(const FedInput& each) { return each.change && std::holds_alternative<DrawFrom>(*each.change); }

  static std::vector<double*> columns_of(std::vector<double>& values, RowBlock rows) {
    std::vector<double*> columns;
    for (std::size_t at = 0; at < values.size(); at += rows.size) columns.push_back(values.data() + at);
    return columns;
  }

  void draw_edges(const RandomStream& stream, RowBlock rows, MutableColumnPointers out) const {
    std::size_t edge = 0, drawn = 0;
    for (const FedInput& each : fed_) {
      edge += each.change.has_value();
      if (is_drawn(each))
        detail::apply_change(*each.change, each.levels, nullptr, {}, detail::stream_of_change(stream, edge), rows,
                             out[drawn++]);
    }
  }

  /// What the base is fed with.
  struct Fed {
    Fed(const FedMechanism& mechanism, ColumnPointers inputs, std::vector<const double*> drawn, RowBlock rows) {
      std::size_t next = 0;
      values.reserve(mechanism.fed_.size());
      for (const FedInput& each : mechanism.fed_) {
        if (!each.change) {
          columns.push_back(inputs[each.input]);
        } else if (is_drawn(each)) {
          columns.push_back(drawn[next++]);
        } else {
          std::vector<const double*> read;
          for (const std::size_t input : each.policy_inputs) read.push_back(inputs[input]);
          const bool has_natural = each.input < inputs.size();
          const RandomStream unused(StreamKey{});
          values.emplace_back(rows.size);
          detail::apply_change(*each.change, each.levels, has_natural ? inputs[each.input] : nullptr, read, unused,
                               rows, values.back().data());
          columns.push_back(values.back().data());
        }
      }
    }
    std::vector<std::vector<double>> values;
    std::vector<const double*> columns;
  };

  AnyMechanism base_;
  std::vector<FedInput> fed_;
  std::size_t inputs_, draws_ = 0;
};

/// A mechanism fed so as one of its own kind where there is one that gives every row the same value (a linear or
/// logistic mechanism, or, where edges are set, a table or lookup), so that it can be written; else a FedMechanism. The
/// inputs that are left stand in the base's order.
AnyMechanism fed_with(const AnyMechanism& base, std::vector<FedInput> fed, std::size_t inputs);

}  // namespace equipoise::inline v0
