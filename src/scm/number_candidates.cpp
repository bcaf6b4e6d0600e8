#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include <Eigen/Core>

#include <equipoise/scm/additive_noise_mechanism.hpp>
#include <equipoise/scm/additive_spline_regression.hpp>
#include <equipoise/scm/candidates.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/location_scale_fitting.hpp>
#include <equipoise/scm/location_scale_mechanism.hpp>
#include <equipoise/scm/monotone_transformation.hpp>
#include <equipoise/scm/noise_fitting.hpp>
#include <equipoise/scm/perceptron_training.hpp>
#include <equipoise/scm/post_nonlinear_mechanism.hpp>

#include "scm/main_design.hpp"
#include "scm/mean_fits.hpp"
#include "scm/number_root_candidates.hpp"

namespace equipoise::inline v0::detail {
namespace {

constexpr std::size_t most_quadratic_terms = 120;
// Below these a form is not worth its parameters.
constexpr std::size_t rows_a_column = 10, rows_for_scales = 200, rows_for_perceptron = 500;
constexpr std::size_t most_perceptron_columns = 60;

constexpr std::pair<NoiseFamily, const char*> noise_families[] = {{NoiseFamily::normal, "normal noise"},
                                                                  {NoiseFamily::laplace, "laplace noise"},
                                                                  {NoiseFamily::student_t, "student_t noise"}};

/// Around 0, by maximum likelihood.
Noise fit_residual_noise(NoiseFamily family, std::span<const double> values, std::span<const double> weights,
                         double size_of_values) {
  if (family == NoiseFamily::laplace) return fit_laplace(values, weights, 0);
  if (family == NoiseFamily::student_t) return fit_student_t(values, weights, 0);
  double square = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    square += weights[i] * values[i] * values[i];
    total += weights[i];
  }
  return NormalNoise{0, positive_scale(std::sqrt(square / total), size_of_values)};
}

double size_of(std::span<const double> values) {
  double size = 0;
  for (const double each : values) size = std::max(size, std::abs(each));
  return size;
}

/// How many independent rows the weights stand for: the people that they count, or as many rows as have their spread.
double independent_rows(const NodeData& data, std::span<const double> weights) {
  double sum = 0, square = 0;
  for (const double weight : weights) {
    sum += weight;
    square += weight * weight;
  }
  return data.people > 0 ? sum : sum * sum / square;
}

std::vector<double> residuals_of(const RegressionFunction& function, const NodeData& data,
                                 std::span<const double> response) {
  std::vector<double> residual = values_of(function, data);
  for (std::size_t i = 0; i < residual.size(); ++i) residual[i] = response[i] - residual[i];
  return residual;
}

/// A mean and what it leaves.
struct FittedMean {
  RegressionFunction function;
  std::vector<double> residual;
};
using MeanFit = std::function<std::optional<RegressionFunction>(std::span<const double> weights)>;

/// The noise families share a mean, and the candidates of a node are fitted one by one to the same few weights: what
/// was found for weights is kept.
template <class Result>
class Remembered {
 public:
  explicit Remembered(std::function<std::optional<Result>(std::span<const double>)> fit) : fit_(std::move(fit)) {}

  const std::optional<Result>& operator()(std::span<const double> weights) {
    for (const auto& [of, result] : known_)
      if (std::equal(of.begin(), of.end(), weights.begin(), weights.end())) return *result;
    known_.emplace_back(std::vector<double>(weights.begin(), weights.end()),
                        std::make_unique<const std::optional<Result>>(fit_(weights)));
    return *known_.back().second;
  }

 private:
  std::function<std::optional<Result>(std::span<const double>)> fit_;
  std::vector<std::pair<std::vector<double>, std::unique_ptr<const std::optional<Result>>>> known_;
};

AnyMechanism additive(const RegressionFunction& function, Noise noise) {
  if (const auto* linear = function.get_if<LinearPredictor>()) return LinearMechanism(*linear, std::move(noise));
  return AdditiveNoiseMechanism(function, std::move(noise));
}

// The candidates of one node -----------------------------------------------------------------------

/// What candidates of one node share. They hold it together.
class NumberForms {
 public:
  explicit NumberForms(const NodeData& data, const FitOptions& options)
      : data_(data), options_(options), splines_(data), regressors_(main_regressors(data.input_levels)) {}

  RegressionFunction linear(std::span<const double> response, std::span<const double> weights) const {
    return fit_linear_mean(data_, response, weights);
  }
  RegressionFunction spline(std::span<const double> response, std::span<const double> weights) const {
    return splines_.fit(response, weights, independent_rows(data_, weights)).function;
  }
  PerceptronFunction perceptron(std::span<const double> weights) const {
    return train_perceptron(data_, weights, {.seed = options_.seed});
  }

  bool has_curves() const { return splines_.has_curves() && splines_.columns() * rows_a_column <= data_.rows; }
  std::size_t columns() const { return regressors_.size(); }

  /// Whether sums of curves leave something that random features of the inputs explain: without it there is nothing for
  /// a perceptron to find.
  bool has_interactions(std::span<const double> weights) {
    if (interactions_) return *interactions_;
    const std::vector<double>& residual = curved_residual(weights);
    NodeData rest = data_;
    rest.value = residual.data();
    constexpr std::size_t units = 60;
    const RegressionFunction features =
        random_perceptron(rest, weights, {.units = units, .weight_decay = 1e-3, .seed = options_.seed});
    interactions_ = is_explained(residual, features, weights, units);
    return *interactions_;
  }

  /// Whether curves of the inputs explain the size of what sums of curves leave.
  bool has_scales(std::span<const double> weights) {
    if (scales_) return *scales_;
    std::vector<double> sizes = curved_residual(weights);
    for (double& each : sizes) each = std::abs(each);
    const AdditiveSplineFit fit = splines_.fit(sizes, weights, independent_rows(data_, weights));
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    const double mean = std::inner_product(weights.begin(), weights.end(), sizes.begin(), 0.0) / total;
    for (double& each : sizes) each -= mean;
    scales_ = is_explained(sizes, SplineFunction(fit.function.intercept() - mean, fit.function.terms()), weights,
                           fit.effective_parameters - 1);
    return *scales_;
  }

  std::optional<LocationScaleFit> location_scale(std::span<const double> weights, bool curves) {
    if (!has_scales(weights)) return std::nullopt;
    const Smoother smoother = [&](std::span<const double> response, std::span<const double> by) {
      return curves ? spline(response, by) : linear(response, by);
    };
    return fit_location_scale(data_, weights, smoother, smoother);
  }

  /// value = outer(mean + normal noise).
  FittedMechanism post_nonlinear(std::span<const double> weights, bool curves, const MonotoneFunction& outer) const {
    std::vector<double> inside(data_.value, data_.value + data_.rows);
    outer.invert(inside);
    RegressionFunction mean = curves ? spline(inside, weights) : linear(inside, weights);
    Noise noise = fit_residual_noise(NoiseFamily::normal, residuals_of(mean, data_, inside), weights, size_of(inside));
    return {PostNonlinearMechanism(AdditiveNoiseMechanism(std::move(mean), std::move(noise)), outer)};
  }

  /// The outer function is learnt: what makes the value linear in its causes or, with curves, in their powers as well.
  std::optional<FittedMechanism> monotone(std::span<const double> weights, bool curves) const {
    Eigen::MatrixXd x = main_design(data_, regressors_);
    if (curves) {
      std::vector<Eigen::Index> numbers;
      for (std::size_t j = 0; j < regressors_.size(); ++j)
        if (regressors_[j].level == 0) numbers.push_back(static_cast<Eigen::Index>(j));
      const Eigen::Index first = x.cols();
      x.conservativeResize(Eigen::NoChange, first + 3 * static_cast<Eigen::Index>(numbers.size()));
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        const Eigen::VectorXd centred = x.col(numbers[k]).array() - x.col(numbers[k]).mean();
        const double deviation = std::sqrt(centred.squaredNorm() / static_cast<double>(x.rows()));
        const Eigen::ArrayXd z = deviation > 0 ? Eigen::ArrayXd(centred.array() / deviation) : Eigen::ArrayXd(centred);
        const Eigen::Index at = first + 3 * static_cast<Eigen::Index>(k);
        x.col(at) = z.square();
        x.col(at + 1) = (2 * z).sin();
        x.col(at + 2) = (2 * z).cos();
      }
    }
    const auto outer = fit_monotone_transformation(x, data_.values(), weights);
    if (!outer) return std::nullopt;
    return post_nonlinear(weights, curves, MonotoneFunction({*outer}));
  }

  const NodeData& data() const { return data_; }

 private:
  /// What the rows that candidates are first fitted to, all of them, leave of a sum of curves.
  const std::vector<double>& curved_residual(std::span<const double> weights) {
    if (curved_residual_.empty())
      curved_residual_ = residuals_of(spline(data_.values(), weights), data_, data_.values());
    return curved_residual_;
  }

  /// Whether a fit of so many parameters explains more of a response of mean 0 than chance would: then rows x the share
  /// explained is about chi-squared with so many degrees of freedom.
  bool is_explained(std::span<const double> response, const RegressionFunction& fit, std::span<const double> weights,
                    double parameters) const {
    const std::vector<double> left = residuals_of(fit, data_, response);
    double before = 0, after = 0;
    for (std::size_t i = 0; i < data_.rows; ++i) {
      before += weights[i] * response[i] * response[i];
      after += weights[i] * left[i] * left[i];
    }
    constexpr double deviations = 3;
    return before > 0 && independent_rows(data_, weights) * (1 - after / before) >
                             parameters + deviations * std::sqrt(2 * parameters);
  }

  const NodeData& data_;
  const FitOptions& options_;
  AdditiveSplineRegression splines_;
  std::vector<Regressor> regressors_;
  std::vector<double> curved_residual_;
  std::optional<bool> interactions_, scales_;
};

void push_additive(std::vector<Candidate>& candidates, const std::string& name, std::string_view family,
                   const NodeData& data, const MeanFit& fit) {
  const auto mean =
      std::make_shared<Remembered<FittedMean>>([fit, &data](std::span<const double> w) -> std::optional<FittedMean> {
        const auto function = fit(w);
        if (!function) return std::nullopt;
        return FittedMean{*function, residuals_of(*function, data, data.values())};
      });
  for (const auto& [noise, noise_name] : noise_families) {
    const NoiseFamily of = noise;
    candidates.push_back({name + ", " + noise_name, family,
                          [mean, &data, of](std::span<const double> w) -> std::optional<FittedMechanism> {
                            const auto& fitted = (*mean)(w);
                            if (!fitted) return std::nullopt;
                            return FittedMechanism{additive(
                                fitted->function, fit_residual_noise(of, fitted->residual, w, size_of(data.values())))};
                          }});
  }
}

void push_location_scale(std::vector<Candidate>& candidates, const std::shared_ptr<NumberForms>& forms, bool curves) {
  const auto fit = std::make_shared<Remembered<LocationScaleFit>>(
      [forms, curves](std::span<const double> w) { return forms->location_scale(w, curves); });
  for (const auto& [family, noise_name] : {noise_families[0], noise_families[2]}) {
    const NoiseFamily of = family;
    candidates.push_back({std::string(curves ? "curved mean and scale, " : "linear mean and scale, ") + noise_name,
                          "location-scale", [fit, of](std::span<const double> w) -> std::optional<FittedMechanism> {
                            const auto& fitted = (*fit)(w);
                            if (!fitted) return std::nullopt;
                            return FittedMechanism{
                                LocationScaleMechanism(fitted->location, fitted->log_scale,
                                                       fit_residual_noise(of, fitted->standardised, w, 1)),
                                fitted->rounds};
                          }});
  }
}

/// Values above `low` and below `high`, all of them, and hardly two alike.
bool lies_between(const NodeData& data, double low, double high) {
  return std::all_of(data.value, data.value + data.rows, [&](double y) { return y > low && y < high; });
}
bool is_continuous(const NodeData& data) {
  if (data.integer) return false;
  Eigen::VectorXd sorted = Eigen::Map<const Eigen::VectorXd>(data.value, static_cast<Eigen::Index>(data.rows));
  std::sort(sorted.begin(), sorted.end());
  const auto distinct = static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
  return 2 * distinct > data.rows;
}

void push_post_nonlinear(std::vector<Candidate>& candidates, const std::shared_ptr<NumberForms>& forms, bool curves) {
  const NodeData& data = forms->data();
  const std::string inside = curves ? "a sum of curves, normal noise" : "a linear mean, normal noise";
  const auto push = [&](const std::string& name, MonotoneStep step) {
    candidates.push_back({name + " of " + inside, "post-nonlinear",
                          [forms, curves, outer = MonotoneFunction({std::move(step)})](std::span<const double> w) {
                            return std::optional(forms->post_nonlinear(w, curves, outer));
                          }});
  };
  if (lies_between(data, 0, std::numeric_limits<double>::infinity())) push("exponential", ExpStep{});
  if (lies_between(data, 0, 1)) push("sigmoid", SigmoidStep{});
  candidates.push_back({"monotone spline of " + inside, "post-nonlinear",
                        [forms, curves](std::span<const double> w) { return forms->monotone(w, curves); }});
}

}  // namespace

FittedMechanism fit_linear(const NodeData& data, std::span<const double> weights, NoiseFamily family) {
  const RegressionFunction mean = fit_linear_mean(data, data.values(), weights);
  return {additive(
      mean, fit_residual_noise(family, residuals_of(mean, data, data.values()), weights, size_of(data.values())))};
}

std::vector<Candidate> number_candidates(const NodeData& data, const FitOptions& options) {
  if (data.inputs.empty()) return number_root_candidates(data);
  const auto forms = std::make_shared<NumberForms>(data, options);
  std::vector<Candidate> candidates;
  push_additive(candidates, "linear", "linear", data,
                [forms, &data](std::span<const double> w) { return forms->linear(data.values(), w); });
  const auto regressors = main_regressors(data.input_levels);
  const auto terms = quadratic_terms(regressors);
  if (!terms.empty() && terms.size() <= most_quadratic_terms && regressors.size() + terms.size() < data.rows / 4)
    push_additive(candidates, "quadratic", "polynomial", data,
                  [&data](std::span<const double> w) -> std::optional<RegressionFunction> {
                    const auto mean = fit_quadratic_mean(data, data.values(), w);
                    if (!mean) return std::nullopt;
                    return RegressionFunction(*mean);
                  });
  if (forms->has_curves())
    push_additive(candidates, "sum of curves", "spline", data,
                  [forms, &data](std::span<const double> w) { return forms->spline(data.values(), w); });
  const bool scales = data.rows >= rows_for_scales && data.rows >= 2 * rows_a_column * regressors.size();
  for (const bool curves : {false, true}) {
    if (!scales || (curves && !forms->has_curves())) continue;
    push_location_scale(candidates, forms, curves);
  }
  for (const bool curves : {false, true})
    if (scales && is_continuous(data) && !(curves && !forms->has_curves()))
      push_post_nonlinear(candidates, forms, curves);
  if (data.inputs.size() > 1 && forms->has_curves() && data.rows >= rows_for_perceptron &&
      regressors.size() <= most_perceptron_columns)
    push_additive(candidates, "perceptron", "perceptron", data,
                  [forms](std::span<const double> w) -> std::optional<RegressionFunction> {
                    if (!forms->has_interactions(w)) return std::nullopt;
                    return RegressionFunction(forms->perceptron(w));
                  });
  return candidates;
}

}  // namespace equipoise::inline v0::detail
