// Parallel worlds of a linear-Gaussian model as affine forms of its noises: one joint normal distribution.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <equipoise/scm/affine_form.hpp>
#include <equipoise/scm/gaussian_evidence.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/parallel_worlds.hpp>
#include <equipoise/scm/world_question.hpp>

namespace equipoise::inline v0 {

/// The copies that some rest on, each an affine form of the standardised normal noises and exogenous variables behind
/// them, which all worlds share. O(edges times noises).
class GaussianWorlds {
 public:
  /// `held`: copies that stand at a value, whatever makes them, such as those of variables with levels.
  GaussianWorlds(const ParallelWorlds& worlds, std::span<const std::size_t> wanted,
                 const std::map<std::size_t, double>& held = {})
      : worlds_(worlds), held_(held), forms_(worlds.copies().size()) {
    std::vector<bool> needed(forms_.size());
    for (const std::size_t copy : wanted) needed[copy] = true;
    for (std::size_t copy = needed.size(); copy-- > 0;)  // each stands after its inputs
      if (needed[copy] && !held.contains(copy))
        for (const Scm::Input& input : worlds[copy].inputs)
          if (!input.exogenous) needed[input.index] = true;
    for (std::size_t copy = 0; copy < needed.size(); ++copy)
      if (needed[copy] && !held.contains(copy)) number_sources(worlds[copy]);
    for (std::size_t copy = 0; copy < needed.size() && reason_.empty(); ++copy)
      if (needed[copy]) make(copy);
  }

  /// Why a copy is not affine in normal noises; empty where all are.
  const std::string& reason() const noexcept { return reason_; }
  /// How many noises there are.
  Eigen::Index sources() const noexcept { return static_cast<Eigen::Index>(sources_.size()); }
  /// Of a copy that was wanted, or that one rests on.
  const AffineForm& operator[](std::size_t copy) const { return forms_[copy]; }

 private:
  using Source = std::pair<bool, std::size_t>;  // exogenous, its index; or a private noise, its number

  void number_sources(const WorldCopy& copy) {
    if (copy.constant() != nullptr) return;
    for (const Scm::Input& input : copy.inputs)
      if (input.exogenous) sources_.try_emplace({true, input.index}, sources());
    sources_.try_emplace({false, copy.noise}, sources());
  }

  void make(std::size_t copy) {
    const WorldCopy& made = worlds_[copy];
    const auto held = held_.find(copy);
    if (held != held_.end())
      forms_[copy] = AffineForm::constant(held->second);
    else if (const double* value = made.constant(); value != nullptr)
      forms_[copy] = AffineForm::constant(*value);
    else
      forms_[copy] = made_by(made.mechanism, copy);
  }

  AffineForm made_by(const AnyMechanism& mechanism, std::size_t copy) {
    const WorldCopy& made = worlds_[copy];
    AffineForm form;
    if (const auto* shifted = mechanism.get_if<ShiftedMechanism>()) {
      form = AffineForm::constant(shifted->by());
      form.add(shifted->factor(), made_by(shifted->base(), copy));
    } else if (const auto* root = mechanism.get_if<NoiseMechanism>()) {
      add(copy, 1, root->noise(), {false, made.noise}, form);
    } else if (const auto* linear = mechanism.get_if<LinearMechanism>()) {
      form = AffineForm::constant(linear->predictor().intercept);
      for (std::size_t k = 0; k < made.inputs.size(); ++k)
        add(copy, linear->predictor().terms[k], made.inputs[k], form);
      add(copy, 1, linear->noise(), {false, made.noise}, form);
    } else {
      refuse(copy, "is not linear in its causes");
    }
    return form;
  }

  void add(std::size_t copy, const LinearTerm& term, const Scm::Input& input, AffineForm& form) {
    if (!term.level_effects.empty()) {
      const AffineForm* level = input.exogenous ? nullptr : &forms_[input.index];
      if (level == nullptr || !level->is_constant()) return refuse(copy, "has an effect for each level of a cause");
      form.add(1, AffineForm::constant(term.level_effects.at(static_cast<std::size_t>(level->mean))));
    } else if (input.exogenous) {
      add(copy, term.slope, worlds_.scm().exogenous()[input.index].noise, {true, input.index}, form);
    } else {
      form.add(term.slope, forms_[input.index]);
    }
  }

  void add(std::size_t copy, double slope, const Noise& noise, Source source, AffineForm& form) {
    if (const auto* constant = noise.get_if<ConstantNoise>())
      return form.add(slope, AffineForm::constant(constant->value));
    const auto* normal = noise.get_if<NormalNoise>();
    if (normal == nullptr) return refuse(copy, "has noise that is not normal");
    AffineForm own = AffineForm::constant(normal->mean);
    own.loadings = Eigen::VectorXd::Unit(sources(), sources_.at(source)) * normal->scale;
    own.loading_size = normal->scale;
    form.add(slope, own);
  }

  void refuse(std::size_t copy, const char* why) {
    if (reason_.empty()) reason_ = "'" + worlds_.variable(copy).name + "' " + why;
  }

  const ParallelWorlds& worlds_;
  const std::map<std::size_t, double> held_;
  std::map<Source, Eigen::Index> sources_;
  std::vector<AffineForm> forms_;
  std::string reason_;
};

/// A copy observed at a value.
struct CopyValue {
  std::size_t copy = 0;
  double value = 0;
};

/// One number a copy; one a pair of copies.
struct GaussianMoments {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

/// The joint normal distribution of copies given the values of others, in whatever worlds: partial evidence, and
/// evidence that implies other evidence, included. A value counts as implied where all but a share of 1e-12 of its
/// noise is known; ImpossibleCondition where it is implied otherwise by more than a share of 1e-9.
inline std::variant<GaussianMoments, ImpossibleCondition, NotExact> gaussian_moments(
    const ParallelWorlds& worlds, std::span<const std::size_t> copies, std::span<const CopyValue> evidence = {}) {
  std::vector<std::size_t> wanted(copies.begin(), copies.end());
  for (const CopyValue& each : evidence) wanted.push_back(each.copy);
  const GaussianWorlds forms(worlds, wanted);
  if (!forms.reason().empty()) return NotExact{forms.reason()};
  GaussianEvidence known(forms.sources());
  for (const CopyValue& each : evidence)
    if (!known.add(forms[each.copy], each.value)) return ImpossibleCondition{};
  const auto count = static_cast<Eigen::Index>(copies.size());
  Eigen::MatrixXd loadings = Eigen::MatrixXd::Zero(count, forms.sources());
  GaussianMoments moments{Eigen::VectorXd(count), {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const AffineForm form = known.given(forms[copies[static_cast<std::size_t>(i)]]);
    moments.mean[i] = form.mean;
    if (!form.is_constant()) loadings.row(i) = form.loadings;
  }
  moments.covariance = loadings * loadings.transpose();
  return moments;
}

}  // namespace equipoise::inline v0
