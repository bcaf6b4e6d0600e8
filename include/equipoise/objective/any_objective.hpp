// A goal of any kind as one value, whose faces are known at run time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/objective/objective.hpp>

namespace equipoise::inline v0 {

/// Holds any Objective by value semantics; copies share the immutable inside. It is an Objective itself, and so are
/// the wrappers around it: which faces there are is asked at run time, is_trainable() and is_measurable().
class AnyObjective {
 public:
  /// Throws objective_invalid where the name is empty, no world is asked for, or a measure has no unit or an empty
  /// range, and what the objective's own validate() throws.
  template <class O>
  requires(!std::same_as<O, AnyObjective>) && Objective<O> AnyObjective(O objective)
      : held_(std::make_shared<const Held<O>>(std::move(objective))) {
    held_->validate_settings();
    validate();
  }

  std::string name() const { return held_->name(); }
  std::vector<WorldRequest> worlds() const { return held_->worlds(); }
  Comparisons comparisons() const { return held_->comparisons(); }
  bool is_trainable() const { return held_->is_trainable(); }
  bool is_measurable() const { return held_->is_measurable(); }
  bool is_sum_over_rows() const { return held_->is_sum_over_rows(); }

  /// Throws objective_mismatch where the objective has no such face.
  double loss(const Predictions& predictions, ScoreGradients gradients) const {
    require(is_trainable(), "trained on", "a loss");
    return held_->loss(predictions, gradients);
  }
  double measure(const Predictions& predictions) const {
    require(is_measurable(), "measured", "a measure");
    return held_->measure(predictions);
  }
  MeasureInfo info() const {
    require(is_measurable(), "measured", "a measure");
    return held_->info();
  }

  /// The objective inside where it is an O, else nullptr.
  template <class O>
  const O* get_if() const noexcept {
    const auto* held = dynamic_cast<const Held<O>*>(held_.get());
    return held ? &held->objective : nullptr;
  }

 private:
  void require(bool has_face, const char* asked, const char* face) const {
    if (!has_face)
      throw Error(ErrorCode::objective_mismatch, "objective '" + name() + "'", std::string("it cannot be ") + asked,
                  std::string("an objective with ") + face);
  }
  void validate() const {
    const std::string place = "objective '" + name() + "'";
    if (name().empty())
      throw Error(ErrorCode::objective_invalid, "objective", "no name", "a name, which is its key in the frontier");
    if (worlds().empty())
      throw Error(ErrorCode::objective_invalid, place, "no world", "the rows as observed, or other worlds of them");
    if (!is_measurable()) return;
    const MeasureInfo said = info();
    if (said.unit.empty())
      throw Error(ErrorCode::objective_invalid, place, "a measure without a unit", "a unit, such as 'probability'");
    if (!(said.range.low < said.range.high))
      throw Error(ErrorCode::objective_invalid, place, "a measure with an empty range",
                  "a range whose low end is below its high end");
  }

  struct Interface {
    virtual ~Interface() = default;
    virtual std::string name() const = 0;
    virtual std::vector<WorldRequest> worlds() const = 0;
    virtual Comparisons comparisons() const = 0;
    virtual bool is_trainable() const = 0;
    virtual bool is_measurable() const = 0;
    virtual bool is_sum_over_rows() const = 0;
    virtual double loss(const Predictions&, ScoreGradients) const = 0;
    virtual double measure(const Predictions&) const = 0;
    virtual MeasureInfo info() const = 0;
    virtual void validate_settings() const = 0;
  };

  template <class O>
  struct Held final : Interface {
    explicit Held(O o) : objective(std::move(o)) {}

    std::string name() const override { return std::string(objective.name()); }
    std::vector<WorldRequest> worlds() const override { return worlds_of(objective); }
    Comparisons comparisons() const override { return comparisons_of(objective); }
    // A wrapper has every face in its type; which of them work depends on what it wraps, and it says so.
    bool is_trainable() const override {
      if constexpr (requires { objective.is_trainable(); })
        return objective.is_trainable();
      else
        return TrainableObjective<O>;
    }
    bool is_measurable() const override {
      if constexpr (requires { objective.is_measurable(); })
        return objective.is_measurable();
      else
        return MeasurableObjective<O>;
    }
    bool is_sum_over_rows() const override {
      if constexpr (TrainableObjective<O>)
        return objective.is_sum_over_rows();
      else
        return false;
    }
    double loss([[maybe_unused]] const Predictions& predictions,
                [[maybe_unused]] ScoreGradients gradients) const override {
      if constexpr (TrainableObjective<O>)
        return objective.loss(predictions, gradients);
      else
        return 0;
    }
    double measure([[maybe_unused]] const Predictions& predictions) const override {
      if constexpr (MeasurableObjective<O>)
        return objective.measure(predictions);
      else
        return 0;
    }
    MeasureInfo info() const override {
      if constexpr (MeasurableObjective<O>)
        return objective.info();
      else
        return {};
    }
    void validate_settings() const override {
      if constexpr (requires { objective.validate(); }) objective.validate();
    }

    O objective;
  };

  std::shared_ptr<const Interface> held_;
};

static_assert(Objective<AnyObjective> && TrainableObjective<AnyObjective> && MeasurableObjective<AnyObjective>);

}  // namespace equipoise::inline v0
