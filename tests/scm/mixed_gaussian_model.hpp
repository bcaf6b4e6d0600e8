// Random conditional linear-Gaussian models and their answers by enumeration and matrix algebra, for tests.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Dense>

#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>

#include "scm/random_models.hpp"

namespace equipoise::testing {

/// D0 (3 levels) and D1 (2) are made by tables from hidden U0 (3 states, shared) and U1 (2); V0, V1, V2 are linear in
/// what stands before them, with normal noise and a hidden normal W that V0 and V2 share. V2 is scaled and shifted.
class MixedGaussianModel {
 public:
  enum : Node { d0, d1, v0, v1, v2 };
  static constexpr Eigen::Index sources = 4;  // W and three noises

  /// What is done in a world.
  struct Action {
    std::optional<std::size_t> d0 = {};
    std::optional<double> v1 = {};
    std::optional<std::size_t> v1_under = {};  ///< V1 as it would be had D0 been this
    double v1_shift = 0;
  };
  using Levels = std::array<std::size_t, 2>;  // of the hidden causes
  using Values = std::array<double, 5>;       // of the variables

  explicit MixedGaussianModel(RowStream& random) {
    p0 = random_distribution(random, 3);
    p1 = random_distribution(random, 2);
    for (auto& each : first) each = random() % 3;
    for (auto& each : second) each = random() % 2;
    const auto number = [&] { return 3 * random.uniform() - 1.5; };
    for (double& effect : level0) effect = number();
    for (double& effect : level1) effect = number();
    for (double& effect : level2) effect = number();
    for (double& each : slopes) each = number();
    for (double& each : scales) each = 0.4 + random.uniform();
    for (double& each : loadings) each = number();
    factor = number() < 0 ? -1.5 : 0.5;
    by = number();
  }

  Scm scm() const {
    const auto edges = std::vector<NamedEdge>{{"D0", "D1"}, {"D0", "V0"}, {"D1", "V1"}, {"V0", "V1"},
                                              {"D0", "V2"}, {"V0", "V2"}, {"V1", "V2"}, {"D1", "V2"}};
    const auto normal = [&](int i) { return Noise(NormalNoise{0.25 * i, scales[static_cast<std::size_t>(i)]}); };
    const auto numbers = [](const auto& effects) { return std::vector<double>(effects.begin(), effects.end()); };
    const auto indices = [](const auto& levels) { return std::vector<std::size_t>(levels.begin(), levels.end()); };
    std::vector<VariableSpec> variables{levels_variable("D0", 3), levels_variable("D1", 2)};
    for (const char* name : {"V0", "V1", "V2"}) variables.push_back({name, ColumnType::continuous, {}});
    const LinearMechanism last(
        {0, {{0, numbers(level2)}, {slopes[1], {}}, {slopes[2], {}}, {slopes[3], {}}, {loadings[1], {}}}}, normal(2));
    return Scm(CausalGraph({"D0", "D1", "V0", "V1", "V2"}, edges), std::move(variables),
               {{LookupMechanism({3}, 3, indices(first)), {"U0"}},
                {LookupMechanism({3, 3, 2}, 2, indices(second)), {"D0", "U0", "U1"}},
                {LinearMechanism({0.5, {{0, numbers(level0)}, {loadings[0], {}}}}, normal(0)), {"D0", "W"}},
                {LinearMechanism({-1, {{0, numbers(level1)}, {slopes[0], {}}}}, normal(1)), {"D1", "V0"}},
                {ShiftedMechanism(last, factor, by), {"D0", "V0", "V1", "D1", "W"}}},
               {{"U0", Noise(CategoricalNoise{p0})},
                {"U1", Noise(CategoricalNoise{p1})},
                {"W", Noise(NormalNoise{0.3, scales[3]})}});
  }

  double probability(const Levels& u) const { return p0[u[0]] * p1[u[1]]; }

  /// The equations, one number at a time; z standardised: W, then the noises of V0, V1, V2.
  Values values(const Levels& u, const Eigen::VectorXd& z, const Action& action) const {
    const double w = 0.3 + scales[3] * z[0];
    const std::size_t a = action.d0.value_or(first[u[0]]), b = second[(a * 3 + u[0]) * 2 + u[1]];
    const double x = 0.5 + level0[a] + loadings[0] * w + scales[0] * z[1];
    double m = -1 + level1[b] + slopes[0] * x + 0.25 + scales[1] * z[2] + action.v1_shift;
    if (action.v1) m = *action.v1;
    if (action.v1_under) m = values(u, z, {.d0 = action.v1_under})[v1];
    const double y = level2[a] + slopes[1] * x + slopes[2] * m + slopes[3] * static_cast<double>(b) + loadings[1] * w +
                     0.5 + scales[2] * z[3];
    return {static_cast<double>(a), static_cast<double>(b), x, m, factor * y + by};
  }

 private:
  std::vector<double> p0, p1;
  std::array<std::size_t, 3> first{};
  std::array<std::size_t, 18> second{};
  std::array<double, 3> level0{}, level2{};
  std::array<double, 2> level1{}, loadings{};
  std::array<double, 4> slopes{}, scales{};
  double factor = 1, by = 0;
};

/// A variable in a world.
struct InWorld {
  MixedGaussianModel::Action action;
  Node variable = 0;
};

/// What a term asks: the mean of `mean_of`, or how probable it is that `level` (if any) has its value and `above` (if
/// any) exceeds `below`, or else the threshold; all given levels and numbers.
struct MixedQuestion {
  std::optional<InWorld> mean_of = {}, level = {}, above = {}, below = {};
  std::size_t level_value = 0;
  double threshold = 0;
  std::vector<std::pair<InWorld, std::size_t>> given_levels = {};
  std::vector<std::pair<InWorld, double>> given_numbers = {};
};

/// Nothing where the condition is impossible.
inline std::optional<double> enumerated_answer(const MixedGaussianModel& model, const MixedQuestion& asked) {
  double given = 0, value = 0;
  for (std::size_t state = 0; state < 6; ++state) {
    const MixedGaussianModel::Levels u{state / 2, state % 2};
    const Eigen::VectorXd zero = Eigen::VectorXd::Zero(MixedGaussianModel::sources);
    const auto level = [&](const InWorld& at) {
      return static_cast<std::size_t>(model.values(u, zero, at.action)[at.variable]);
    };
    bool possible = true;
    for (const auto& [at, value_of] : asked.given_levels) possible = possible && level(at) == value_of;
    if (!possible) continue;
    const auto mean_of = [&](const InWorld& at) { return model.values(u, zero, at.action)[at.variable]; };
    const auto row_of = [&](const InWorld& at) {
      Eigen::RowVectorXd row(MixedGaussianModel::sources);
      for (Eigen::Index s = 0; s < row.size(); ++s)
        row[s] = model.values(u, Eigen::VectorXd::Unit(row.size(), s), at.action)[at.variable] - mean_of(at);
      return row;
    };
    const auto count = static_cast<Eigen::Index>(asked.given_numbers.size());
    Eigen::MatrixXd evidence(count, MixedGaussianModel::sources);
    Eigen::VectorXd surprise(count);
    for (Eigen::Index k = 0; k < count; ++k) {
      const auto& [at, number] = asked.given_numbers[static_cast<std::size_t>(k)];
      evidence.row(k) = row_of(at);
      surprise[k] = number - mean_of(at);
    }
    const Eigen::MatrixXd covariance = evidence * evidence.transpose();
    const Eigen::MatrixXd precision = count > 0 ? Eigen::MatrixXd(covariance.inverse()) : covariance;
    const double density = count > 0 ? std::exp(-0.5 * surprise.dot(precision * surprise)) /
                                           std::sqrt((2 * std::numbers::pi * covariance).determinant())
                                     : 1.0;
    const double weight = model.probability(u) * density;
    given += weight;
    const auto conditional_mean = [&](double mean, const Eigen::RowVectorXd& row) {
      return mean + (count > 0 ? row.dot((evidence.transpose() * precision * surprise).transpose()) : 0.0);
    };
    if (asked.mean_of) {
      value += weight * conditional_mean(mean_of(*asked.mean_of), row_of(*asked.mean_of));
      continue;
    }
    if (asked.level && level(*asked.level) != asked.level_value) continue;
    double chance = 1;
    if (asked.above) {
      const Eigen::RowVectorXd row =
          asked.below ? Eigen::RowVectorXd(row_of(*asked.above) - row_of(*asked.below)) : row_of(*asked.above);
      const double mean =
          conditional_mean(mean_of(*asked.above) - (asked.below ? mean_of(*asked.below) : asked.threshold), row);
      const double variance =
          row.squaredNorm() -
          (count > 0 ? (row * evidence.transpose() * precision * evidence * row.transpose())(0, 0) : 0.0);
      chance = variance > 1e-12 ? normal_cdf(mean / std::sqrt(variance)) : mean > 1e-12 ? 1.0 : 0.0;
    }
    value += weight * chance;
  }
  return given > 0 ? std::optional(value / given) : std::nullopt;
}

}  // namespace equipoise::testing
