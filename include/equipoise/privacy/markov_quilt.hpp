// Noise for correlated data: the Markov quilt mechanism, its quilts found by separation in the causal graph.
//
//     const auto noise = markov_quilt_noise(std::span(&model, 1), 1.0);  // every variable a secret
//     std::get<QuiltNoise>(noise).scale                                  // of the Laplace noise that a count needs
//
// What it guarantees is epsilon-Pufferfish privacy, not differential privacy: that for every model of the set, every
// secret variable X_i and values a, b of it with positive probability,
//
//     P(released in S | X_i = a) <= e^epsilon P(released in S | X_i = b),
//
// if one of the models is the truth. Of an adversary whose belief is in none of them it says nothing. A quilt of X_i is
// a set Q such that what lies beyond it, R, is independent of X_i given Q; N is the rest, X_i among it. Noise that
// hides what N can do to the statistic, with e^(epsilon - e(Q | X_i)), and the max-influence e(Q | X_i) on what lies
// beyond, make up epsilon together. Releases with the same active quilts compose: K of them cost K epsilon (shown for
// time series by Song, Chaudhuri 2017, "Composition properties of inferential privacy for time-series data");
// Pufferfish privacy in general does not compose. Source: Song, Wang, Chaudhuri 2017, section 4 (algorithm 2).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/core/check.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/privacy/max_influence.hpp>

namespace equipoise::inline v0 {

/// A quilt of one secret variable and the noise that it allows.
struct MarkovQuilt {
  Node secret = 0;
  NodeSet quilt;         ///< Q; empty: the trivial one, beyond which is what is independent of the secret as it is
  NodeSet nearby;        ///< N: all that is not independent of the secret given Q, and not of Q
  double influence = 0;  ///< e(Q | secret), below epsilon
  double scale = 0;      ///< the Lipschitz bounds of N together, over epsilon - influence
};

/// The scale of the Laplace noise that a statistic needs, and the quilt of every secret that decides it.
struct QuiltNoise {
  double epsilon = 0;
  double scale = 0;                 ///< the largest of the active quilts'
  double headroom = 0;              ///< the least epsilon - influence of the active quilts
  std::vector<MarkovQuilt> active;  ///< the best found for every secret, by node
  bool complete = true;             ///< whether all quilts within the radius and size were tried; it holds either way
};

struct QuiltSearchOptions {
  std::size_t radius = 8;           ///< of the edges, in whatever direction, from the secret to a variable of a quilt
  std::size_t most_variables = 3;   ///< in a quilt
  std::size_t most_quilts = 20000;  ///< tried for one secret
  /// How far the statistic moves when one variable changes and the others do not, by node; empty: 1 each. A variable
  /// that the statistic does not read has 0.
  std::vector<double> lipschitz = {};
  DiscreteAnswerOptions inference = {};
};

namespace detail {

/// The variables within `radius` edges of v, nearest first, itself not.
inline std::vector<Node> neighbourhood(const CausalGraph& graph, Node v, std::size_t radius) {
  NodeSet seen = graph.none();
  seen.insert(v);
  std::vector<Node> found{v};
  for (std::size_t begin = 0, distance = 0; distance < radius && begin < found.size(); ++distance) {
    const std::size_t end = found.size();
    for (; begin < end; ++begin) {
      const Node from = found[begin];
      for (const Node next : (graph.parents(from) | graph.children(from) | graph.siblings(from)) - seen) {
        seen.insert(next);
        found.push_back(next);
      }
    }
  }
  found.erase(found.begin());
  return found;
}

class QuiltSearch {
 public:
  QuiltSearch(std::span<const Scm> models, double epsilon, const QuiltSearchOptions& options)
      : models_(models), epsilon_(epsilon), options_(options) {}

  /// The best quilt of the secret, by growing size. NotExact where inference fails.
  std::variant<MarkovQuilt, NotExact> best(Node secret) {
    const CausalGraph& graph = models_.front().graph();
    const NodeSet dependent = reached(secret, graph.none());
    best_ = {secret, graph.none(), dependent, 0, weight(dependent) / epsilon_};
    candidates_ = neighbourhood(graph, secret, options_.radius);
    refused_.clear();
    tried_ = 0;
    NodeSet quilt = graph.none();
    for (std::size_t size = 1; size <= std::min(options_.most_variables, candidates_.size()) && !obstacle_; ++size)
      extend(quilt, size, 0);
    if (obstacle_) return *obstacle_;
    return best_;
  }

  bool complete() const noexcept { return complete_; }

 private:
  double weight(const NodeSet& nodes) const {
    if (options_.lipschitz.empty()) return static_cast<double>(nodes.size());
    double sum = 0;
    for (const Node v : nodes) sum += options_.lipschitz[v];
    return sum;
  }

  /// What may depend on the secret given the quilt, by some model's graph, and what of the quilt borders on that.
  NodeSet reached(Node secret, const NodeSet& quilt) const {
    NodeSet all = models_.front().graph().none();
    const NodeSet start(all.universe(), {secret});
    for (const Scm& model : models_) all |= reached_by_open_walks(model.graph(), start, quilt, CutNothing{});
    return all;
  }

  /// Tries every quilt of `left` more candidates from the next on.
  void extend(NodeSet& quilt, std::size_t left, std::size_t next) {
    if (left == 0) return consider(quilt);
    for (; next + left <= candidates_.size() && !obstacle_; ++next) {
      if (tried_ >= options_.most_quilts) {
        complete_ = false;
        return;
      }
      quilt.insert(candidates_[next]);
      extend(quilt, left - 1, next + 1);
      quilt.erase(candidates_[next]);
    }
  }

  void consider(const NodeSet& quilt) {
    ++tried_;
    // The influence of more variables is no smaller.
    for (const NodeSet& smaller : refused_)
      if (smaller.is_subset_of(quilt)) return;
    const NodeSet dependent = reached(best_.secret, quilt);
    if (!quilt.is_subset_of(dependent)) return;  // it blocks nothing that a smaller one does not
    const NodeSet nearby = dependent - quilt;
    const double hidden = weight(nearby);
    if (hidden / epsilon_ >= best_.scale) return;
    const auto answer = max_influence(models_, best_.secret, quilt, options_.inference);
    if (const auto* obstacle = std::get_if<NotExact>(&answer)) {
      obstacle_ = *obstacle;
      return;
    }
    const double influence = std::get<double>(answer);
    if (!(influence < epsilon_)) {
      refused_.push_back(quilt);
      return;
    }
    const double scale = hidden / (epsilon_ - influence);
    if (scale < best_.scale) best_ = {best_.secret, quilt, nearby, influence, scale};
  }

  std::span<const Scm> models_;
  double epsilon_;
  const QuiltSearchOptions& options_;
  MarkovQuilt best_;
  std::vector<Node> candidates_;
  std::vector<NodeSet> refused_;
  std::size_t tried_ = 0;
  bool complete_ = true;
  std::optional<NotExact> obstacle_;
};

}  // namespace detail

/// The Laplace scale at which a statistic of all variables is epsilon-Pufferfish private for these secrets, where any
/// of the models, discrete and over the same variables, may be the truth. Quilts are sought among the variables near
/// each secret, the empty one (with all that depends on the secret nearby, as in group privacy) counting too; the
/// independence of what lies beyond is read off each model's graph, so it holds for whatever tables the graph has. For
/// independent variables the scale is the largest Lipschitz bound over epsilon, as in differential privacy.
///
/// NotExact where a max-influence is. Throws value_out_of_range for an epsilon that is not above 0, Lipschitz bounds
/// that are negative or not one a variable, or no model; graph_unknown_node where models differ in their variables.
inline std::variant<QuiltNoise, NotExact> markov_quilt_noise(std::span<const Scm> models, const NodeSet& secrets,
                                                             double epsilon, const QuiltSearchOptions& options = {}) {
  constexpr const char* place = "Markov quilt mechanism";
  check_positive(place, "epsilon", epsilon);
  if (models.empty()) detail::fail_check(place, "number of models", "0", "at least one");
  for (const Scm& model : models)
    if (model.graph().names() != models.front().graph().names())
      throw Error(ErrorCode::graph_unknown_node, place, "models over different variables",
                  "the same variables in the same order");
  if (!options.lipschitz.empty()) check_same_size(place, "lipschitz", options.lipschitz.size(), models.front().size());
  check_non_negative(place, "lipschitz", options.lipschitz);
  detail::QuiltSearch search(models, epsilon, options);
  QuiltNoise noise{.epsilon = epsilon, .headroom = epsilon, .active = {}};
  for (const Node secret : secrets) {
    auto best = search.best(secret);
    if (const auto* obstacle = std::get_if<NotExact>(&best)) return *obstacle;
    noise.active.push_back(std::get<MarkovQuilt>(std::move(best)));
    noise.scale = std::max(noise.scale, noise.active.back().scale);
    noise.headroom = std::min(noise.headroom, epsilon - noise.active.back().influence);
  }
  noise.complete = search.complete();
  return noise;
}

/// The same with every variable a secret.
inline std::variant<QuiltNoise, NotExact> markov_quilt_noise(std::span<const Scm> models, double epsilon,
                                                             const QuiltSearchOptions& options = {}) {
  return markov_quilt_noise(models, models.empty() ? NodeSet() : models.front().graph().all(), epsilon, options);
}

}  // namespace equipoise::inline v0
