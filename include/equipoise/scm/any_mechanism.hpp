// A mechanism of any kind as one value, with its rungs known at run time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/error.hpp>
#include <equipoise/scm/mechanism.hpp>

namespace equipoise::inline v0 {

/// Holds any Mechanism by value semantics; copies share the immutable inside. Asking for a rung that the
/// mechanism lacks throws scm_missing_rung; the Scm puts the variable's name before it.
class AnyMechanism {
 public:
  template <class M>
  requires(!std::same_as<M, AnyMechanism>) && Mechanism<M>  // in this order: copying must not ask about itself
      AnyMechanism(M mechanism) : held_(std::make_shared<const Held<M>>(std::move(mechanism))) {}

  const Rungs& rungs() const noexcept { return held_->rungs; }
  std::size_t input_count() const { return held_->input_count(); }
  std::size_t noise_count() const { return held_->noise_count(); }
  /// Levels of a discrete mechanism, else 0.
  std::size_t level_count() const { return held_->level_count(); }
  /// What a counterfactual through it assumes ("coupling gumbel-max"), or "" where it assumes nothing
  /// beyond its functional form.
  std::string assumption() const { return held_->assumption(); }

  void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const {
    held_->sample(inputs, stream, rows, value);
  }
  void draw_noise(const RandomStream& stream, RowBlock rows, MutableColumnPointers noise) const {
    require(rungs().functional, "evaluated from its noise");
    held_->draw_noise(stream, rows, noise);
  }
  void evaluate(ColumnPointers inputs, ColumnPointers noise, RowBlock rows, double* value) const {
    require(rungs().functional, "evaluated from its noise");
    held_->evaluate(inputs, noise, rows, value);
  }
  void abduct(ColumnPointers inputs, const double* value, RowBlock rows, MutableColumnPointers noise) const {
    require(rungs().invertible, "inverted for its noise");
    held_->abduct(inputs, value, rows, noise);
  }
  void sample_posterior(ColumnPointers inputs, const double* value, const RandomStream& stream, RowBlock rows,
                        MutableColumnPointers noise) const {
    require(rungs().posterior, "asked for its noise given its value");
    held_->sample_posterior(inputs, value, stream, rows, noise);
  }
  void log_density(ColumnPointers inputs, const double* value, RowBlock rows, double* out) const {
    require(rungs().likelihood, "asked for its density");
    held_->log_density(inputs, value, rows, out);
  }
  void probabilities(ColumnPointers inputs, RowBlock rows, MutableColumnPointers out) const {
    require(rungs().discrete, "asked for the probabilities of its levels");
    held_->probabilities(inputs, rows, out);
  }
  void counterfactual_probabilities(ColumnPointers factual_inputs, const double* factual_value, ColumnPointers inputs,
                                    RowBlock rows, MutableColumnPointers out) const {
    require(rungs().coupled, "asked for exact counterfactual probabilities");
    held_->counterfactual_probabilities(factual_inputs, factual_value, inputs, rows, out);
  }

  /// The mechanism inside where it is an M, else nullptr.
  template <class M>
  const M* get_if() const noexcept {
    const auto* held = dynamic_cast<const Held<M>*>(held_.get());
    return held ? &held->mechanism : nullptr;
  }

 private:
  void require(bool has_rung, const char* asked) const {
    if (has_rung) return;
    throw Error(ErrorCode::scm_missing_rung, "", std::string("a mechanism that cannot be ") + asked,
                "one that stands on that rung of the ladder", held_->missing_hint());
  }

  struct Interface {
    virtual ~Interface() = default;
    virtual std::size_t input_count() const = 0;
    virtual std::size_t noise_count() const = 0;
    virtual std::size_t level_count() const = 0;
    virtual std::string assumption() const = 0;
    virtual std::string missing_hint() const = 0;
    virtual void sample(ColumnPointers, const RandomStream&, RowBlock, double*) const = 0;
    virtual void draw_noise(const RandomStream&, RowBlock, MutableColumnPointers) const = 0;
    virtual void evaluate(ColumnPointers, ColumnPointers, RowBlock, double*) const = 0;
    virtual void abduct(ColumnPointers, const double*, RowBlock, MutableColumnPointers) const = 0;
    virtual void sample_posterior(ColumnPointers, const double*, const RandomStream&, RowBlock,
                                  MutableColumnPointers) const = 0;
    virtual void log_density(ColumnPointers, const double*, RowBlock, double*) const = 0;
    virtual void probabilities(ColumnPointers, RowBlock, MutableColumnPointers) const = 0;
    virtual void counterfactual_probabilities(ColumnPointers, const double*, ColumnPointers, RowBlock,
                                              MutableColumnPointers) const = 0;
    Rungs rungs;
  };

  template <class M>
  struct Held final : Interface {
    explicit Held(M m) : mechanism(std::move(m)) { this->rungs = rungs_of(mechanism); }

    std::size_t input_count() const override { return mechanism.input_count(); }
    std::size_t noise_count() const override {
      if constexpr (FunctionalMechanism<M>)
        return mechanism.noise_count();
      else
        return 0;
    }
    std::size_t level_count() const override {
      if constexpr (DiscreteMechanism<M>)
        return mechanism.level_count();
      else
        return 0;
    }
    std::string assumption() const override {
      if constexpr (requires { mechanism.assumption(); })
        return std::string(mechanism.assumption());
      else
        return {};
    }
    std::string missing_hint() const override {
      if constexpr (requires { mechanism.missing_rung_hint(); })
        return std::string(mechanism.missing_rung_hint());
      else
        return {};
    }
    void sample(ColumnPointers inputs, const RandomStream& stream, RowBlock rows, double* value) const override {
      if constexpr (requires { mechanism.sample(inputs, stream, rows, value); }) {
        mechanism.sample(inputs, stream, rows, value);
      } else {
        const std::size_t count = mechanism.noise_count();
        std::vector<double> noise(count * rows.size);
        std::vector<double*> columns(count);
        for (std::size_t c = 0; c < count; ++c) columns[c] = noise.data() + c * rows.size;
        mechanism.draw_noise(stream, rows, columns);
        mechanism.evaluate(inputs, ColumnPointers(columns.data(), count), rows, value);
      }
    }
    void draw_noise([[maybe_unused]] const RandomStream& stream, [[maybe_unused]] RowBlock rows,
                    [[maybe_unused]] MutableColumnPointers noise) const override {
      if constexpr (FunctionalMechanism<M>) mechanism.draw_noise(stream, rows, noise);
    }
    void evaluate([[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] ColumnPointers noise,
                  [[maybe_unused]] RowBlock rows, [[maybe_unused]] double* value) const override {
      if constexpr (FunctionalMechanism<M>) mechanism.evaluate(inputs, noise, rows, value);
    }
    void abduct([[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] const double* value,
                [[maybe_unused]] RowBlock rows, [[maybe_unused]] MutableColumnPointers noise) const override {
      if constexpr (InvertibleMechanism<M>) mechanism.abduct(inputs, value, rows, noise);
    }
    void sample_posterior([[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] const double* value,
                          [[maybe_unused]] const RandomStream& stream, [[maybe_unused]] RowBlock rows,
                          [[maybe_unused]] MutableColumnPointers noise) const override {
      if constexpr (PosteriorMechanism<M>) mechanism.sample_posterior(inputs, value, stream, rows, noise);
    }
    void log_density([[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] const double* value,
                     [[maybe_unused]] RowBlock rows, [[maybe_unused]] double* out) const override {
      if constexpr (LikelihoodMechanism<M>) mechanism.log_density(inputs, value, rows, out);
    }
    void probabilities([[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] RowBlock rows,
                       [[maybe_unused]] MutableColumnPointers out) const override {
      if constexpr (DiscreteMechanism<M>) mechanism.probabilities(inputs, rows, out);
    }
    void counterfactual_probabilities([[maybe_unused]] ColumnPointers factual_inputs,
                                      [[maybe_unused]] const double* factual_value,
                                      [[maybe_unused]] ColumnPointers inputs, [[maybe_unused]] RowBlock rows,
                                      [[maybe_unused]] MutableColumnPointers out) const override {
      if constexpr (CoupledMechanism<M>)
        mechanism.counterfactual_probabilities(factual_inputs, factual_value, inputs, rows, out);
    }

    M mechanism;
  };

  std::shared_ptr<const Interface> held_;
};

}  // namespace equipoise::inline v0
