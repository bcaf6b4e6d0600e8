// Membership inference calibrated to each person: how likely a model's confidence on them is with and without them in
// the training data, as shadow models show it.
// Source: Carlini, Chien, Nasr, Song, Terzis, Tramer 2022 ("Membership inference attacks from first principles"), LiRA:
// algorithm 1, and its offline variant.
//
//     const ShadowScores shadows = shadow_scores(people, 16, stream, train_and_score);
//     const Eigen::VectorXd scores = likelihood_ratio_scores(target, shadows);          // for membership_attack
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/check.hpp>
#include <equipoise/core/distributions.hpp>
#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {

/// ln(p / (1 - p)) of the probability p = exp(-loss) that a model gives to a person's label, whose distribution over
/// models is nearly normal. The loss is taken to be at least 2^-53, as a probability next to 1 is. loss: at least 0.
inline double confidence_score(double loss) noexcept {
  const double kept = std::max(loss, 0x1p-53);
  return -kept - std::log(-std::expm1(-kept));
}

/// Every person's score under shadow models, and whether they were trained on them.
struct ShadowScores {
  Eigen::MatrixXd scores;             ///< people x models
  std::vector<std::uint8_t> members;  ///< people x models, row-major: 1 where the model was trained on the person

  bool is_member(std::size_t person, std::size_t model) const {
    return members[person * static_cast<std::size_t>(scores.cols()) + model] != 0;
  }
};

/// Trains `models` shadow models, an even number, each on half the people: models come in pairs that share the people
/// out, so that everybody is in half of them. train(rows, model) trains on these people, ascending, and returns a score
/// for everybody, higher for who is fitted better (confidence_score of their loss). The same stream gives the same
/// halves. Throws value_out_of_range for fewer than two people, an odd number of models or none, and scores that are
/// not finite.
template <class Train>
ShadowScores shadow_scores(std::size_t people, std::size_t models, const RandomStream& stream, const Train& train) {
  constexpr const char* place = "shadow models";
  detail::check_number(place, "number of people", static_cast<double>(people), "at least 2",
                       [](double n) { return n >= 2; });
  detail::check_number(place, "number of models", static_cast<double>(models), "an even number of at least 2",
                       [](double n) { return n >= 2 && std::fmod(n, 2) == 0; });
  ShadowScores shadows;
  shadows.scores.resize(static_cast<Eigen::Index>(people), static_cast<Eigen::Index>(models));
  shadows.members.assign(people * models, 0);
  for (std::size_t model = 0; model < models; ++model) {
    RowStream random = stream.row(model / 2);
    const std::vector<std::size_t> order = draw_permutation(random, people);
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(people / 2);
    std::vector<std::size_t> rows(model % 2 == 0 ? order.begin() : middle, model % 2 == 0 ? middle : order.end());
    std::sort(rows.begin(), rows.end());
    for (const std::size_t row : rows) shadows.members[row * models + model] = 1;
    const Eigen::VectorXd scores = train(std::span<const std::size_t>(rows), model);
    check_same_size(place, "scores", static_cast<std::size_t>(scores.size()), people);
    check_finite(place, "scores", {scores.data(), static_cast<std::size_t>(scores.size())});
    shadows.scores.col(static_cast<Eigen::Index>(model)) = scores;
  }
  return shadows;
}

struct LikelihoodRatioOptions {
  /// Online: the ratio of the two normal densities. Offline: how far the score is above those of models without the
  /// person, in standard deviations, for an attacker who cannot train on who is asked about.
  bool online = true;
  /// Whether each person has variances of their own; else all share one with and one without them, which is better for
  /// few models.
  bool own_variances = false;
};

/// One score a person, higher for members. target: the attacked model's scores of the same people, made as the shadow
/// models' were. Throws value_out_of_range where someone is in no shadow model (online) or in all of them, and where
/// `own_variances` has fewer than two models of a kind.
inline Eigen::VectorXd likelihood_ratio_scores(const Eigen::VectorXd& target, const ShadowScores& shadows,
                                               const LikelihoodRatioOptions& options = {}) {
  constexpr const char* place = "likelihood-ratio attack";
  const auto people = static_cast<std::size_t>(shadows.scores.rows());
  const auto models = static_cast<std::size_t>(shadows.scores.cols());
  check_same_size(place, "target", static_cast<std::size_t>(target.size()), people);
  check_same_size(place, "members", shadows.members.size(), people * models);
  check_finite(place, "target", {target.data(), people});
  // With (1) and without (0) the person: means, and sums of squares around them.
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(target.size(), 2), squares = means, counts = means;
  const auto each = [&](const auto& visit) {
    for (std::size_t model = 0; model < models; ++model)
      for (std::size_t person = 0; person < people; ++person) {
        const auto row = static_cast<Eigen::Index>(person), column = static_cast<Eigen::Index>(model);
        visit(row, shadows.is_member(person, model) ? 1 : 0, shadows.scores(row, column));
      }
  };
  each([&](Eigen::Index row, Eigen::Index kind, double score) {
    means(row, kind) += score;
    ++counts(row, kind);
  });
  const double least = options.own_variances ? 2 : 1;
  for (Eigen::Index kind = options.online ? 1 : 0; kind >= 0; --kind)
    detail::check_number(place, kind == 1 ? "models with a person" : "models without a person",
                         counts.col(kind).minCoeff(), options.own_variances ? "at least 2" : "at least 1",
                         [&](double n) { return n >= least; });
  means.array() /= counts.array().max(1);
  each([&](Eigen::Index row, Eigen::Index kind, double score) {
    squares(row, kind) += (score - means(row, kind)) * (score - means(row, kind));
  });
  const auto variance = [&](Eigen::Index row, Eigen::Index kind) {
    constexpr double smallest = 1e-12;  // of scores whose unit is a log-odds
    if (options.own_variances) return std::max(squares(row, kind) / (counts(row, kind) - 1), smallest);
    const double freedom = counts.col(kind).sum() - static_cast<double>(people);
    return freedom > 0 ? std::max(squares.col(kind).sum() / freedom, smallest) : 1.0;
  };
  Eigen::VectorXd scores(target.size());
  double shared[2] = {1, 1};
  if (!options.own_variances)
    for (Eigen::Index kind = 0; kind < 2; ++kind) shared[kind] = variance(0, kind);
  for (Eigen::Index row = 0; row < target.size(); ++row) {
    const auto log_density = [&](Eigen::Index kind) {
      const double v = options.own_variances ? variance(row, kind) : shared[kind], d = target[row] - means(row, kind);
      return -d * d / (2 * v) - std::log(v) / 2;
    };
    scores[row] = options.online
                      ? log_density(1) - log_density(0)
                      : (target[row] - means(row, 0)) / std::sqrt(options.own_variances ? variance(row, 0) : shared[0]);
  }
  return scores;
}

}  // namespace equipoise::inline v0
