// The mechanisms that a node could have, each fitted to weighted rows by maximum likelihood: what fit_scm chooses
// among.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/scm/any_mechanism.hpp>
#include <equipoise/scm/fitting.hpp>
#include <equipoise/scm/node_data.hpp>

namespace equipoise::inline v0::detail {

struct FittedMechanism {
  AnyMechanism mechanism;
  std::size_t iterations = 0;
  bool converged = true;
  std::vector<std::string> notes = {};
};

/// Fits to rows by their weights; nothing where the family cannot give such values.
struct Candidate {
  std::string name;
  std::string_view family;  ///< of mechanism_families(); "" of a root
  std::function<std::optional<FittedMechanism>(std::span<const double> weights)> fit;
};

// Of a variable with levels ------------------------------------------------------------------------

FittedMechanism fit_logistic(const NodeData& data, std::span<const double> weights, const FitOptions& options);

/// The cumulative logit model of levels in their order.
FittedMechanism fit_ordinal(const NodeData& data, std::span<const double> weights, const FitOptions& options);

/// What there is to say where a logistic model has so many coefficients that level_candidates leaves it out.
std::optional<std::string> why_no_logistic(const NodeData& data);

/// What a variable with levels could have, by its inputs. The candidates read `data` and `options` when they fit.
std::vector<Candidate> level_candidates(const NodeData& data, const FitOptions& options);

// Of a number --------------------------------------------------------------------------------------

enum class NoiseFamily { normal, laplace, student_t };

FittedMechanism fit_linear(const NodeData& data, std::span<const double> weights, NoiseFamily family);

/// What a number could have, the simplest first: means that are linear, quadratic, sums of curves or perceptrons with
/// noise added; means and scales that depend on the causes; and monotone functions of a mean and noise. Of these, what
/// the rows suffice for. The candidates read `data` and `options` when they fit, one after the other.
std::vector<Candidate> number_candidates(const NodeData& data, const FitOptions& options);

}  // namespace equipoise::inline v0::detail
